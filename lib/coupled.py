"""The long short-term memory layer with coupled gates: it writes as much as it forgets.

Equations (rows; * is elementwise), with H_0 = C_0 = 0 unless a state is given:

    F_t = sigma(X_t W_xf + H_{t-1} W_hf + b_f)      forget gate       eq-coupled-f
    G_t = tanh (X_t W_xg + H_{t-1} W_hg + b_g)      candidate         eq-coupled-g
    O_t = sigma(X_t W_xo + H_{t-1} W_ho + b_o)      output gate       eq-coupled-o
    C_t = F_t * C_{t-1} + (1 - F_t) * G_t           cell state        eq-coupled-c
    H_t = O_t * tanh(C_t)                           hidden state      eq-coupled-h

The cell state is a weighted mean of what was there and the candidate, so its entries stay in
(-1, 1) if they start there.

Shapes: X_t (B,D), every gate, C_t and H_t (B,H), W_x. (D,H), W_h. (H,H), b. (H,).

Paper: Greff, Srivastava, Koutník, Steunebrink & Schmidhuber 2017 (their variant CIFG).
Derived in book/variants/coupled_gates.
"""

from typing import Any

import numpy as np
from numpy import add, copyto, multiply, subtract, tanh

from lib import check_input, fused
from lib.activations import sigmoid
from lib.fused_layer import FusedLayer, Run
from lib.layer import Cache
from lib.lstm import LSTMState


class CoupledLSTM(FusedLayer):
    """CoupledLSTM(input_size, hidden_size): 3 H (D + H + 1) parameters.

    `forget_bias` is the first value of b_f; with 1 the gates start by keeping about
    sigma(1) = 73 % of the cell state a step.
    """

    State = LSTMState
    slots, names = "ofg", "fgo"
    slopes, sums = 5, slice(1, 4)

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        rng: np.random.Generator | None = None,
        dtype: Any = np.float64,
        *,
        forget_bias: float = 1.0,
    ):
        super().__init__(input_size, hidden_size, rng, dtype)
        bias = check_input.number("forget_bias", forget_bias)
        self.params["b_f"] = np.full(hidden_size, bias)

    def step(self, x: np.ndarray, state: LSTMState) -> tuple[LSTMState, Cache]:
        """One time step, as the equations stand. x (B,D)."""
        x, (h, c) = self._check_step(x, state)
        p = self._numbers()
        f = sigmoid(x @ p["W_xf"] + h @ p["W_hf"] + p["b_f"])  # eq-coupled-f
        g = tanh(x @ p["W_xg"] + h @ p["W_hg"] + p["b_g"])  # eq-coupled-g
        o = sigmoid(x @ p["W_xo"] + h @ p["W_ho"] + p["b_o"])  # eq-coupled-o
        c_new = f * c + (1 - f) * g  # eq-coupled-c
        h_new = o * tanh(c_new)  # eq-coupled-h
        before, gates = (x.copy(), h.copy(), c.copy()), (f, g, o)
        kept = before, gates, c_new.copy(), p
        return LSTMState(h_new, c_new), Cache(f"step of {self!r}", kept)

    def step_backward(
        self, dstate: LSTMState, cache: Cache
    ) -> tuple[np.ndarray, LSTMState, dict]:
        """The gradients of one step: line by line the step, backward."""
        (x, h, c), (f, g, o), c_new, p = self._check_cache("step", cache)
        dh_new, dc_new = self._check_state("dstate", dstate, len(x))
        u = tanh(c_new)
        dc_new = dc_new + dh_new * o * (1 - u * u)
        da = {
            "f": dc_new * (c - g) * f * (1 - f),  # eq-coupled-df
            "g": dc_new * (1 - f) * (1 - g * g),  # eq-coupled-dg
            "o": dh_new * u * o * (1 - o),
        }
        dx = sum(da[k] @ p[f"W_x{k}"].T for k in self.names)
        dh = sum(da[k] @ p[f"W_h{k}"].T for k in self.names)
        dc = dc_new * f
        grads = {}
        for k in self.names:
            grads[f"W_x{k}"] = x.T @ da[k]
            grads[f"W_h{k}"] = h.T @ da[k]
            grads[f"b_{k}"] = da[k].sum(0)
        return dx, LSTMState(dh, dc), grads

    def _loop(self, run: Run, state: LSTMState) -> tuple[np.ndarray, tuple]:
        """All steps, into hs; A[t] holds o, f, g of step t and the c before it."""
        T, (B, H) = len(run.Z) - 1, state.h.shape
        A, u = fused.arrays(self.dtype, (T + 1, 4, B, H), (B, H))
        A[0, 3] = state.c
        # sigma(a) = (1 + tanh(a/2)) / 2: with o's and f's V halved, one tanh serves all gates.
        halved = run.weights["V"] * fused.column(self.dtype, 0.5, 0.5, 1)
        half = np.array(0.5, self.dtype)
        product, weights = fused.sums(halved, B)
        for z, a, s, o, f, g, c_before, c, h_before, h, entering, skip in zip(
            run.Z, fused.side_by_side(A[:T, :3]), A[:, :2], A[:, 0], A[:, 1], A[:, 2],
            A[:, 3], A[1:, 3], run.hs, run.hs[1:], run.entering(), fused.skips(run.pad),
        ):  # fmt: skip
            product(z, weights, a)
            tanh(a, a)
            multiply(s, half, s)
            add(s, half, s)  # o, f
            subtract(c_before, g, c)
            multiply(f, c, c)
            add(c, g, c)  # c = f (c - g) + g: one product less than f c + (1 - f) g
            tanh(c, u)
            multiply(o, u, h)
            if skip is not None:
                copyto(c, c_before, where=skip)
                copyto(h, h_before, where=skip)
            if entering is not None:
                multiply(h, run.drop, entering)
        return A, (A[T, 3].copy(),)

    def _slopes(self, run: Run, A: np.ndarray, steps: slice, k: np.ndarray) -> None:
        """Fill k (m,5,B,H) with all slopes; times the gradient of h or c, they are gradients.

        k[:,0] of h by c; k[:,1] of h by o's sum; k[:,2:4] of c by the sums of f, g; k[:,4] of c
        by the c before.
        """
        (o, f, g, c), u = A[steps].transpose(1, 0, 2, 3), tanh(A[1:, 3][steps])
        subtract(1, A[steps, :2], k[:, 1:3])
        k[:, 1:3] *= A[steps, :2]
        k[:, 1] *= u
        k[:, 2] *= c - g
        multiply(g, g, k[:, 3])
        subtract(1, k[:, 3], k[:, 3])
        k[:, 3] *= 1 - f
        multiply(u, u, k[:, 0])
        subtract(1, k[:, 0], k[:, 0])
        k[:, 0] *= o
        k[:, 4] = f
        if run.pad is not None:  # a padded step hands c on and has no sums
            copyto(k[:, :4], 0, where=run.pad[steps, None])
            copyto(k[:, 4], 1, where=run.pad[steps])

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
        for dy, kc, kc_o, k_fg_c, dc_before, da, skip in zip(
            dhs, k[:, 0], k[:, :2], k[:, 2:], k[:, 4],
            fused.side_by_side(k[:, self.sums]), fused.skips(run.pad, back),
        ):  # fmt: skip
            add(dh_next, dy, dh)
            multiply(kc_o, dh, kc_o)
            add(kc, dc, kc)  # now dc of this step
            multiply(k_fg_c, kc, k_fg_c)  # now gradients
            product(da, dh_next)
            if skip is not None:
                add(dh_next, dh, dh_next, where=skip)
            dc = dc_before
        return [dh_next, dc.copy()]  # a copy: the next block overwrites it
