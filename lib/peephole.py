"""The long short-term memory layer with peepholes: the gates see the cell state.

Equations (rows; * is elementwise), with H_0 = C_0 = 0 unless a state is given:

    I_t = sigma(X_t W_xi + H_{t-1} W_hi + p_i * C_{t-1} + b_i)      input gate        eq-peephole-i
    F_t = sigma(X_t W_xf + H_{t-1} W_hf + p_f * C_{t-1} + b_f)      forget gate       eq-peephole-f
    G_t = tanh (X_t W_xg + H_{t-1} W_hg + b_g)                      candidate         eq-peephole-g
    C_t = F_t * C_{t-1} + I_t * G_t                                 cell state        eq-peephole-c
    O_t = sigma(X_t W_xo + H_{t-1} W_ho + p_o * C_t + b_o)          output gate       eq-peephole-o
    H_t = O_t * tanh(C_t)                                           hidden state      eq-peephole-h

The input and the forget gate see the cell state before the step, the output gate the one after
it. A peephole p is a vector: each gate sees the cell state of its own unit. With `full=True`
C_{t-1} W_ci, C_{t-1} W_cf and C_t W_co stand in its place: each gate sees all units.
Without a forget gate F_t = 1.

Shapes: X_t (B,D), every gate, C_t and H_t (B,H), W_x. (D,H), W_h. and W_c. (H,H), b. and p. (H,).

Papers: Gers & Schmidhuber 2000; Gers, Schraudolph & Schmidhuber 2002. Both stop the gradient at
the peepholes; here it is the full one.
Derived in book/variants/peephole.
"""

from typing import Any

import numpy as np
from numpy import add, copyto, matmul, multiply, subtract, tanh

from lib import check_input, fused
from lib.activations import sigmoid
from lib.fused_layer import OPEN, FusedLayer, Run
from lib.layer import Cache
from lib.lstm import LSTMState


class PeepholeLSTM(FusedLayer):
    """PeepholeLSTM(input_size, hidden_size): 4 H (D + H + 1) + 3 H parameters.

    `forget_bias` and `input_bias` are the first values of b_f and b_i; a forget bias of 1 (Keras
    has it too) starts with gates that keep about sigma(1) = 73 % of the cell state a step.
    `peepholes` names the gates that have one, a part of "ifo"; they start at 0, so the layer
    starts as an LSTM. With `full=True` they are matrices: 3 H H parameters instead of 3 H.
    `forget_gate=False`: neither f nor its peephole has parameters.
    """

    State = LSTMState
    slots, names = "oifg", "ifgo"
    slopes, sums = 6, slice(1, 5)
    settings = ("forget_gate", "full", "peepholes")

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        rng: np.random.Generator | None = None,
        dtype: Any = np.float64,
        *,
        forget_bias: float = 1.0,
        input_bias: float = 0.0,
        forget_gate: bool = True,
        full: bool = False,
        peepholes: str = "ifo",
    ):
        self.forget_gate = check_input.flag("forget_gate", forget_gate)
        self.names = "ifgo" if forget_gate else "igo"
        self.full = check_input.flag("full", full)
        self.peepholes = check_input.letters("peepholes", peepholes, "ifo")
        super().__init__(input_size, hidden_size, rng, dtype)
        bias = check_input.number("forget_bias", forget_bias)
        if forget_gate:
            self.params["b_f"] = np.full(hidden_size, bias)
        else:  # the gate is held open: sigma(OPEN) = 1, and its slope is 0
            self.params.bases["V"][self.slots.index("f"), -1] = OPEN
        bias = check_input.number("input_bias", input_bias)
        self.params["b_i"] = np.full(hidden_size, bias)

    def _more_bases(self) -> dict[str, np.ndarray]:
        """P[k] belongs to the k-th of i, f, o; it stays 0 where a gate has no peephole."""
        H = self.hidden_size
        return {"P": np.zeros((3, H, H) if self.full else (3, H), self.dtype)}

    def _views(self) -> dict[str, tuple[str, Any]]:
        found, name = super()._views(), "W_c" if self.full else "p_"
        return found | {f"{name}{k}": ("P", "ifo".index(k)) for k in self._seeing()}

    def _seeing(self) -> list[str]:
        """The gates whose peepholes are parameters."""
        return [k for k in self.peepholes if k in self.names]

    def step(self, x: np.ndarray, state: LSTMState) -> tuple[LSTMState, Cache]:
        """One time step, as the equations stand. x (B,D)."""
        x, (h, c) = self._check_step(x, state)
        p, P = self._numbers(), dict(zip("ifo", self.params.bases["P"].copy()))
        see = matmul if self.full else multiply  # c W_ci, or p_i * c
        c_i, c_f = see(c, P["i"]), see(c, P["f"])
        i = sigmoid(x @ p["W_xi"] + h @ p["W_hi"] + c_i + p["b_i"])  # eq-peephole-i
        f = sigmoid(x @ p["W_xf"] + h @ p["W_hf"] + c_f + p["b_f"])  # eq-peephole-f
        g = tanh(x @ p["W_xg"] + h @ p["W_hg"] + p["b_g"])  # eq-peephole-g
        c_new = f * c + i * g  # eq-peephole-c
        c_o = see(c_new, P["o"])
        o = sigmoid(x @ p["W_xo"] + h @ p["W_ho"] + c_o + p["b_o"])  # eq-peephole-o
        h_new = o * tanh(c_new)  # eq-peephole-h
        before, gates = (x.copy(), h.copy(), c.copy()), (i, f, g, o)
        kept = before, gates, c_new.copy(), p, P
        return LSTMState(h_new, c_new), Cache(f"step of {self!r}", kept)

    def step_backward(
        self, dstate: LSTMState, cache: Cache
    ) -> tuple[np.ndarray, LSTMState, dict]:
        """The gradients of one step: line by line the step, backward."""
        (x, h, c), (i, f, g, o), c_new, p, P = self._check_cache("step", cache)
        dh_new, dc_new = self._check_state("dstate", dstate, len(x))
        see = matmul if self.full else multiply  # .T leaves a vector as it is
        u = tanh(c_new)
        da_o = dh_new * u * o * (1 - o)  # eq-peephole-do
        dc_new = (
            dc_new + dh_new * o * (1 - u * u) + see(da_o, P["o"].T)
        )  # eq-peephole-dc
        da = {
            "i": dc_new * g * i * (1 - i),
            "f": dc_new * c * f * (1 - f),
            "g": dc_new * i * (1 - g * g),
            "o": da_o,
        }
        dx = sum(da[k] @ p[f"W_x{k}"].T for k in self.names)
        dh = sum(da[k] @ p[f"W_h{k}"].T for k in self.names)
        dc = (
            dc_new * f + see(da["i"], P["i"].T) + see(da["f"], P["f"].T)
        )  # eq-peephole-dc-before
        grads = {}
        for k in self.names:
            grads[f"W_x{k}"] = x.T @ da[k]
            grads[f"W_h{k}"] = h.T @ da[k]
            grads[f"b_{k}"] = da[k].sum(0)
        seen = {"i": c, "f": c, "o": c_new}
        for k in self._seeing():
            if self.full:
                grads[f"W_c{k}"] = seen[k].T @ da[k]
            else:
                grads[f"p_{k}"] = (seen[k] * da[k]).sum(0)  # eq-peephole-dp
        return dx, LSTMState(dh, dc), grads

    def _loop(self, run: Run, state: LSTMState) -> tuple[np.ndarray, tuple]:
        """All steps, into hs; A[t] holds o, i, f, g of step t and the c before it."""
        T, (B, H) = len(run.Z) - 1, state.h.shape
        A, both, seen, u = fused.arrays(
            self.dtype, (T + 1, 5, B, H), (2, B, H), (2, B, H), (B, H)
        )
        A[0, 4] = state.c
        # sigma(a) = (1 + tanh(a/2)) / 2: o's, i's and f's V and P are halved.
        halved = run.weights["V"] * fused.column(self.dtype, 0.5, 0.5, 0.5, 1)
        half = np.array(0.5, self.dtype)
        product, weights = fused.sums(halved, B)
        see = matmul if self.full else multiply
        P = half * (run.weights["P"] if self.full else run.weights["P"][:, None])
        P_if, P_o = P[:2], P[2]
        for z, a, ifg, o, i_f, g_c, c_before, c, h_before, h, entering, skip in zip(
            run.Z, fused.side_by_side(A[:T, :4]), A[:, 1:4], A[:, 0], A[:, 1:3], A[:, 3:],
            A[:, 4], A[1:, 4], run.hs, run.hs[1:], run.entering(), fused.skips(run.pad),
        ):  # fmt: skip
            product(z, weights, a)
            see(c_before, P_if, seen)
            add(i_f, seen, i_f)
            tanh(ifg, ifg)
            multiply(i_f, half, i_f)
            add(i_f, half, i_f)
            multiply(i_f, g_c, both)
            add(both[0], both[1], c)  # c = i g + f c
            see(c, P_o, u)
            add(o, u, o)
            tanh(o, o)
            multiply(o, half, o)
            add(o, half, o)
            tanh(c, u)
            multiply(o, u, h)
            if skip is not None:
                copyto(c, c_before, where=skip)
                copyto(h, h_before, where=skip)
            if entering is not None:
                multiply(h, run.drop, entering)
        return A, (A[T, 4].copy(),)

    def _slopes(self, run: Run, A: np.ndarray, steps: slice, k: np.ndarray) -> None:
        """Fill k (m,6,B,H) with all slopes; times the gradient of h or c, they are gradients.

        k[:,0] of h by c; k[:,1] of h by o's sum; k[:,2:5] of c by the sums of i, f, g; k[:,5] of c
        by the c before.
        """
        (o, i, f, g, c), u = A[steps].transpose(1, 0, 2, 3), tanh(A[1:, 4][steps])
        subtract(1, A[steps, :3], k[:, 1:4])
        k[:, 1:4] *= A[steps, :3]
        k[:, 1] *= u
        k[:, 2] *= g
        k[:, 3] *= c
        multiply(g, g, k[:, 4])
        subtract(1, k[:, 4], k[:, 4])
        k[:, 4] *= i
        multiply(u, u, k[:, 0])
        subtract(1, k[:, 0], k[:, 0])
        k[:, 0] *= o
        k[:, 5] = f
        if not self.full:  # of h by c through o, of c by the c before through i and f
            p_i, p_f, p_o = run.weights["P"]
            k[:, 0] += p_o * k[:, 1]
            k[:, 5] += p_i * k[:, 2] + p_f * k[:, 3]
        if run.pad is not None:  # a padded step hands c on and has no sums
            copyto(k[:, :5], 0, where=run.pad[steps, None])
            copyto(k[:, 5], 1, where=run.pad[steps])

    def _loop_back(
        self,
        run: Run,
        A: Any,
        back: slice,
        dhs: Any,
        k: Any,
        product: Any,
        carried: list,
    ) -> list:
        """The steps of a block, the last one first; slopes become gradients."""
        dh_next, dc = carried
        dh = np.empty_like(dh_next)
        if self.full:
            P_if, P_o = run.weights["P"][:2].swapaxes(1, 2), run.weights["P"][2].T
        for dy, kc, kc_o, k_ifg_c, dc_before, da, skip in zip(
            dhs, k[:, 0], k[:, :2], k[:, 2:], k[:, 5],
            fused.side_by_side(k[:, self.sums]), fused.skips(run.pad, back),
        ):  # fmt: skip
            add(dh_next, dy, dh)
            multiply(kc_o, dh, kc_o)
            if self.full:
                add(kc, kc_o[1] @ P_o, kc)
            add(kc, dc, kc)  # now dc of this step
            multiply(k_ifg_c, kc, k_ifg_c)  # now gradients
            if self.full:
                add(dc_before, (k_ifg_c[:2] @ P_if).sum(0), dc_before)
            product(da, dh_next)
            if skip is not None:
                add(dh_next, dh, dh_next, where=skip)
            dc = dc_before
        return [dh_next, dc.copy()]  # a copy: the next block overwrites it

    def _weight_gradients(
        self, run: Run, A: np.ndarray, steps: slice, k: np.ndarray
    ) -> dict[str, np.ndarray]:
        found = super()._weight_gradients(run, A, steps, k)
        c_before, c = A[steps, 4], A[1:, 4][steps]
        da_o, da_i, da_f, _ = k[:, self.sums].swapaxes(0, 1)
        pairs = (c_before, da_i), (c_before, da_f), (c, da_o)
        H = self.hidden_size
        if self.full:
            P = [c.reshape(-1, H).T @ da.reshape(-1, H) for c, da in pairs]
        else:
            P = [(c * da).sum((0, 1)) for c, da in pairs]
        return found | {"P": np.stack(P)}
