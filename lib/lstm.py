"""The long short-term memory layer.

Equations (rows; * is elementwise), with H_0 = C_0 = 0 unless a state is given:

    I_t = sigma(X_t W_xi + H_{t-1} W_hi + b_i)      input gate        eq-lstm-i
    F_t = sigma(X_t W_xf + H_{t-1} W_hf + b_f)      forget gate       eq-lstm-f
    G_t = tanh (X_t W_xg + H_{t-1} W_hg + b_g)      candidate         eq-lstm-g
    O_t = sigma(X_t W_xo + H_{t-1} W_ho + b_o)      output gate       eq-lstm-o
    C_t = F_t * C_{t-1} + I_t * G_t                 cell state        eq-lstm-c
    H_t = O_t * tanh(C_t)                           hidden state      eq-lstm-h

The layer of 1997 has no forget gate: F_t = 1. (There the candidate is 2 tanh(a/2), the cell state
is read through tanh(C_t/2), and the gradient is truncated.)

Shapes: X_t (B,D), every gate, C_t and H_t (B,H), W_x. (D,H), W_h. (H,H), b. (H,).

Papers: Hochreiter & Schmidhuber 1997 (cell, input and output gate); Gers, Schmidhuber & Cummins
2000 (forget gate); Graves & Schmidhuber 2005 (the full gradient, used here).
Derived in book/lstm/lstm.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy import add, copyto, multiply, subtract, tanh

from lib import check_input, fused
from lib.activations import sigmoid
from lib.fused_layer import OPEN, FusedLayer, Run
from lib.layer import Cache


class LSTMState(NamedTuple):
    h: np.ndarray  # (B,H)
    c: np.ndarray  # (B,H)


class LSTM(FusedLayer):
    """LSTM(input_size, hidden_size): 4 H (D + H + 1) parameters.

    `forget_bias` and `input_bias` are the first values of b_f and b_i; a forget bias of 1 (Keras
    has it too) starts with gates that keep about sigma(1) = 73 % of the cell state a step.
    `forget_gate=False` leaves f out, as in 1997: 3 H (D + H + 1) parameters.
    """

    State = LSTMState
    slots, names = "oifg", "ifgo"
    slopes, sums = 6, slice(1, 5)
    settings = ("forget_gate",)

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
    ):
        self.forget_gate = check_input.flag("forget_gate", forget_gate)
        self.names = "ifgo" if forget_gate else "igo"
        super().__init__(input_size, hidden_size, rng, dtype)
        bias = check_input.number("forget_bias", forget_bias)
        if forget_gate:
            self.params["b_f"] = np.full(hidden_size, bias)
        else:  # the gate is held open: sigma(OPEN) = 1, and its slope is 0
            self.params.bases["V"][self.slots.index("f"), -1] = OPEN
        bias = check_input.number("input_bias", input_bias)
        self.params["b_i"] = np.full(hidden_size, bias)

    def step(self, x: np.ndarray, state: LSTMState) -> tuple[LSTMState, Cache]:
        """One time step, as the equations stand. x (B,D)."""
        x, (h, c) = self._check_step(x, state)
        p = self._numbers()
        i = sigmoid(x @ p["W_xi"] + h @ p["W_hi"] + p["b_i"])  # eq-lstm-i
        f = sigmoid(x @ p["W_xf"] + h @ p["W_hf"] + p["b_f"])  # eq-lstm-f
        g = tanh(x @ p["W_xg"] + h @ p["W_hg"] + p["b_g"])  # eq-lstm-g
        o = sigmoid(x @ p["W_xo"] + h @ p["W_ho"] + p["b_o"])  # eq-lstm-o
        c_new = f * c + i * g  # eq-lstm-c
        h_new = o * tanh(c_new)  # eq-lstm-h
        before, gates = (x.copy(), h.copy(), c.copy()), (i, f, g, o)
        kept = before, gates, c_new.copy(), p
        return LSTMState(h_new, c_new), Cache(f"step of {self!r}", kept)

    def step_backward(
        self, dstate: LSTMState, cache: Cache
    ) -> tuple[np.ndarray, LSTMState, dict]:
        """The gradients of one step: line by line the step, backward."""
        (x, h, c), (i, f, g, o), c_new, p = self._check_cache("step", cache)
        dh_new, dc_new = self._check_state("dstate", dstate, len(x))
        u = tanh(c_new)
        dc_new = dc_new + dh_new * o * (1 - u * u)  # eq-lstm-dc
        da = {
            "i": dc_new * g * i * (1 - i),  # eq-lstm-di
            "f": dc_new * c * f * (1 - f),  # eq-lstm-df
            "g": dc_new * i * (1 - g * g),  # eq-lstm-dg
            "o": dh_new * u * o * (1 - o),  # eq-lstm-do
        }
        dx = sum(da[k] @ p[f"W_x{k}"].T for k in self.names)  # eq-lstm-dx
        dh = sum(da[k] @ p[f"W_h{k}"].T for k in self.names)  # eq-lstm-dh
        dc = dc_new * f  # eq-lstm-dc-before
        grads = {}
        for k in self.names:
            grads[f"W_x{k}"] = x.T @ da[k]  # eq-lstm-dW
            grads[f"W_h{k}"] = h.T @ da[k]
            grads[f"b_{k}"] = da[k].sum(0)
        return dx, LSTMState(dh, dc), grads

    def _loop(self, run: Run, state: LSTMState) -> tuple[np.ndarray, tuple]:
        """All steps, into hs; A[t] holds o, i, f, g of step t and the c before it."""
        T, (B, H) = len(run.Z) - 1, state.h.shape
        A, both, u = fused.arrays(self.dtype, (T + 1, 5, B, H), (2, B, H), (B, H))
        A[0, 4] = state.c
        # sigma(a) = (1 + tanh(a/2)) / 2: with o's, i's and f's V halved, one tanh serves all gates.
        halved = run.weights["V"] * fused.column(self.dtype, 0.5, 0.5, 0.5, 1)
        half = np.array(0.5, self.dtype)
        product, weights = fused.sums(halved, B)
        for z, a, s, o, i_f, g_c, c_before, c, h_before, h, entering, skip in zip(
            run.Z, fused.side_by_side(A[:T, :4]), A[:, :3], A[:, 0], A[:, 1:3], A[:, 3:],
            A[:, 4], A[1:, 4], run.hs, run.hs[1:], run.entering(), fused.skips(run.pad),
        ):  # fmt: skip
            product(z, weights, a)
            tanh(a, a)
            multiply(s, half, s)
            add(s, half, s)  # o, i, f
            multiply(i_f, g_c, both)
            add(both[0], both[1], c)  # c = i g + f c
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
        for dy, kc, kc_o, k_ifg_c, dc_before, da, skip in zip(
            dhs, k[:, 0], k[:, :2], k[:, 2:], k[:, 5],
            fused.side_by_side(k[:, self.sums]), fused.skips(run.pad, back),
        ):  # fmt: skip
            add(dh_next, dy, dh)
            multiply(kc_o, dh, kc_o)
            add(kc, dc, kc)  # now dc of this step
            multiply(k_ifg_c, kc, k_ifg_c)  # now gradients
            product(da, dh_next)
            if skip is not None:
                add(dh_next, dh, dh_next, where=skip)
            dc = dc_before
        return [dh_next, dc.copy()]  # a copy: the next block overwrites it
