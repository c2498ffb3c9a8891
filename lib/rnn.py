"""The simple recurrent layer (Elman 1990).

Equation (rows), with H_0 = 0 unless a state is given:

    H_t = phi(X_t W_xh + H_{t-1} W_hh + b_h)        hidden state, phi = tanh by default

Shapes: X_t (B,D), H_t (B,H), W_xh (D,H), W_hh (H,H), b_h (H,).

Paper: Elman 1990. Derived in book/recurrent/rnn.
"""

from itertools import repeat
from typing import Any, NamedTuple

import numpy as np
from numpy import add, copyto, dot, multiply

from lib import check_input, fused
from lib.activations import ACTIVATIONS
from lib.layer import Layer


class RNNState(NamedTuple):
    h: np.ndarray  # (B,H)


class SimpleRNN(Layer):
    """SimpleRNN(input_size, hidden_size): H (D + H + 1) parameters.

    `activation` is tanh, sigmoid, relu or linear.
    """

    State = RNNState
    slots = names = "h"

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        rng: np.random.Generator | None = None,
        dtype: Any = np.float64,
        activation: str = "tanh",
    ):
        super().__init__(input_size, hidden_size, rng, dtype)
        self.activation = check_input.choice(
            "activation", activation, tuple(ACTIVATIONS)
        )

    def step(self, x: np.ndarray, state: RNNState) -> tuple[RNNState, tuple]:
        """One time step, as the equation stands. x (B,D)."""
        x, (h,) = self._check_step(x, state)
        p = {name: value.copy() for name, value in self.params.items()}
        phi = ACTIVATIONS[self.activation].function
        h_new = phi(x @ p["W_xh"] + h @ p["W_hh"] + p["b_h"])  # eq-rnn-h
        return RNNState(h_new.copy()), (x.copy(), h.copy(), h_new, p)

    def step_backward(
        self, dstate: RNNState, cache: tuple
    ) -> tuple[np.ndarray, RNNState, dict]:
        """The gradients of one step: line by line the step, backward."""
        x, h, h_new, p = cache
        (dh_new,) = self._check_state("dstate", dstate, len(x))
        da = dh_new * ACTIVATIONS[self.activation].slope(h_new)  # eq-rnn-da
        dx, dh = da @ p["W_xh"].T, da @ p["W_hh"].T  # eq-rnn-dh
        grads = {"W_xh": x.T @ da, "W_hh": h.T @ da, "b_h": da.sum(0)}  # eq-rnn-dW
        return dx, RNNState(dh), grads

    def forward(
        self,
        xs: np.ndarray,
        state: RNNState | None = None,
        mask: np.ndarray | None = None,
    ) -> tuple[np.ndarray, RNNState, tuple]:
        """All steps: xs (B,T,D) -> hs (B,T,H), the state after the last step, the cache.

        `mask` (B,T) is True at real steps; a padded step copies the state.
        """
        xs, (h,), pad = self._check_sequence(xs, state, mask)
        B, H = len(xs), self.hidden_size
        Z = fused.joined(xs, h)
        V, a = fused.arrays(self.dtype, self.V.shape, (B, H))
        copyto(V, self.V)
        phi = ACTIVATIONS[self.activation].function
        for z, h, skip in zip(Z, Z[1:, :, :H], repeat(None) if pad is None else pad):
            dot(z, V[0], a)
            h[:] = phi(a)
            if skip is not None:
                copyto(h, z[:, :H], where=skip)
        hs = Z[1:, :, :H].transpose(1, 0, 2).copy()
        return hs, RNNState(hs[:, -1].copy()), (Z, V, pad)

    def backward(
        self, dhs: np.ndarray, cache: tuple, dstate: RNNState | None = None
    ) -> tuple[np.ndarray, RNNState, dict]:
        """The gradients of all steps: dhs (B,T,H) -> dxs (B,T,D), of the first state, of params."""
        Z, V, pad = cache
        T, B, H = len(Z) - 1, Z.shape[1], self.hidden_size
        dhs, (dh_next,) = self._check_gradients(dhs, dstate, B, T)
        W_hh_T, dh = fused.arrays(self.dtype, (H, H), (B, H))
        copyto(W_hh_T, V[0, :H].T)  # products with a transposed view are slower
        dh_next = dh_next.copy()
        dA = ACTIVATIONS[self.activation].slope(Z[1:, None, :, :H])  # slopes, (T,1,B,H)
        if pad is not None:  # a padded step has no sum
            copyto(dA, 0, where=pad[:, None])
        for dy, da, skip in zip(
            dhs.transpose(1, 0, 2)[::-1],
            dA[::-1],
            repeat(None) if pad is None else pad[::-1],
        ):
            add(dh_next, dy, dh)
            multiply(da, dh, da)  # the slope becomes the gradient of the sum
            dot(da[0], W_hh_T, dh_next)
            if skip is not None:
                add(dh_next, dh, dh_next, where=skip)
        grads = self._named(fused.weight_gradient(Z[:-1], dA))
        return fused.input_gradient(dA, V), RNNState(dh_next), grads
