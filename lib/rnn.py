"""The simple recurrent layer (Elman 1990).

Equation (rows), with H_0 = 0 unless a state is given:

    H_t = phi(X_t W_xh + H_{t-1} W_hh + b_h)      hidden state, phi = tanh by default      eq-rnn-h

Shapes: X_t (B,D), H_t (B,H), W_xh (D,H), W_hh (H,H), b_h (H,).

Paper: Elman 1990. Derived in book/recurrent/rnn.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy import add, copyto, multiply

from lib import check_input, fused
from lib.activations import ACTIVATIONS
from lib.fused_layer import FusedLayer, Run
from lib.layer import Cache


class RNNState(NamedTuple):
    h: np.ndarray  # (B,H)


class SimpleRNN(FusedLayer):
    """SimpleRNN(input_size, hidden_size): H (D + H + 1) parameters.

    `activation` is tanh, sigmoid, relu or linear.
    """

    State = RNNState
    slots = names = "h"
    slopes, sums = 1, slice(0, 1)
    settings = ("activation",)

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        rng: np.random.Generator | None = None,
        dtype: Any = np.float64,
        *,
        activation: str = "tanh",
    ):
        super().__init__(input_size, hidden_size, rng, dtype)
        self.activation = check_input.choice(
            "activation", activation, tuple(ACTIVATIONS)
        )

    def step(self, x: np.ndarray, state: RNNState) -> tuple[RNNState, Cache]:
        """One time step, as the equation stands. x (B,D)."""
        x, (h,) = self._check_step(x, state)
        p = self.params.copy()
        phi = ACTIVATIONS[self.activation].function
        h_new = phi(x @ p["W_xh"] + h @ p["W_hh"] + p["b_h"])  # eq-rnn-h
        kept = x.copy(), h.copy(), h_new, p
        return RNNState(h_new.copy()), Cache(f"step of {self!r}", kept)

    def step_backward(
        self, dstate: RNNState, cache: Cache
    ) -> tuple[np.ndarray, RNNState, dict]:
        """The gradients of one step: line by line the step, backward."""
        x, h, h_new, p = self._check_cache("step", cache)
        (dh_new,) = self._check_state("dstate", dstate, len(x))
        da = dh_new * ACTIVATIONS[self.activation].slope(h_new)  # eq-rnn-da
        dx, dh = da @ p["W_xh"].T, da @ p["W_hh"].T  # eq-rnn-dh
        grads = {"W_xh": x.T @ da, "W_hh": h.T @ da, "b_h": da.sum(0)}  # eq-rnn-dW
        return dx, RNNState(dh), grads

    def _loop(self, run: Run, state: RNNState) -> tuple[None, tuple]:
        """All steps, into hs, which is all that the way back needs."""
        (a,) = fused.arrays(self.dtype, state.h.shape)
        product, weights = fused.sums(run.weights["V"], len(state.h))
        phi = ACTIVATIONS[self.activation].function
        for z, h_before, h, entering, skip in zip(
            run.Z, run.hs, run.hs[1:], run.entering(), fused.skips(run.pad)
        ):
            product(z, weights, a)
            phi(a, out=h)
            if skip is not None:
                copyto(h, h_before, where=skip)
            if entering is not None:
                multiply(h, run.drop, entering)
        return None, ()

    def _slopes(self, run: Run, A: None, steps: slice, k: np.ndarray) -> None:
        """Fill k (m,1,B,H) with the slopes of h by its sum."""
        k[:, 0] = ACTIVATIONS[self.activation].slope(run.hs[1:][steps])
        if run.pad is not None:  # a padded step has no sum
            copyto(k, 0, where=run.pad[steps, None])

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
        (dh_next,) = carried
        dh = np.empty_like(dh_next)
        for dy, da, skip in zip(dhs, k[:, 0], fused.skips(run.pad, back)):
            add(dh_next, dy, dh)  # eq-bptt-dh
            multiply(da, dh, da)  # now the gradient of the sum
            product(da, dh_next)
            if skip is not None:
                add(dh_next, dh, dh_next, where=skip)
        return [dh_next]
