"""The recurrent layer of Jordan: its output is fed back.

Equations (rows), with Y_0 = 0 unless a state is given:

    H_t = tanh(X_t W_xh + Y_{t-1} W_yh + b_h)      hidden state      eq-jordan-h
    Y_t = tanh(H_t W_hy + b_y)                     output            eq-jordan-y

Shapes: X_t (B,D), H_t (B,H), Y_t (B,K), W_xh (D,H), W_yh (K,H), b_h (H,), W_hy (H,K), b_y (K,).

Paper: Jordan 1986, simplified: there the fed-back units also keep a decaying trace of themselves,
units are logistic, and the input is a plan that stays the same over the sequence.
Derived in book/recurrent/rnn.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy import tanh

from lib import check_input, fused
from lib.initializers import glorot_uniform
from lib.layer import Cache, Layer
from lib.params import Params


class JordanState(NamedTuple):
    h: np.ndarray  # (B,H); the next step does not read it
    y: np.ndarray  # (B,K)


class JordanRNN(Layer):
    """JordanRNN(input_size, hidden_size, output_size=K): H (D + K + 1) + K (H + 1) parameters.

    `forward` returns the hidden states; the outputs are a part of the state. The first weights
    are Glorot uniform, the biases 0.
    """

    State = JordanState
    settings = ("output_size",)

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        rng: np.random.Generator | None = None,
        dtype: Any = np.float64,
        *,
        output_size: int,
    ):
        super().__init__(input_size, hidden_size, dtype)
        D, H = self.input_size, self.hidden_size
        K = self.output_size = check_input.size("output_size", output_size)
        rng = check_input.generator("rng", rng)
        # One product a sum: V = [W_yh; W_xh; b_h] and U = [W_hy; b_y].
        bases = {
            "V": np.zeros((K + D + 1, H), self.dtype),
            "U": np.zeros((H + 1, K), self.dtype),
        }
        self._params = Params(bases, self._views())
        for name in ("W_xh", "W_yh", "W_hy"):
            self.params[name] = glorot_uniform(rng, self.params[name].shape)

    def _views(self) -> dict[str, tuple[str, Any]]:
        K = self.output_size
        return {
            "W_xh": ("V", slice(K, -1)),
            "W_yh": ("V", slice(0, K)),
            "b_h": ("V", -1),
            "W_hy": ("U", slice(0, -1)),
            "b_y": ("U", -1),
        }

    def _state_shapes(self, batch_size: int) -> tuple[tuple[int, ...], ...]:
        return (batch_size, self.hidden_size), (batch_size, self.output_size)

    def step(self, x: np.ndarray, state: JordanState) -> tuple[JordanState, Cache]:
        """One time step, as the equations stand. x (B,D)."""
        x, (_, y) = self._check_step(x, state)
        p = self.params.copy()
        h_new = tanh(x @ p["W_xh"] + y @ p["W_yh"] + p["b_h"])  # eq-jordan-h
        y_new = tanh(h_new @ p["W_hy"] + p["b_y"])  # eq-jordan-y
        kept = x.copy(), y.copy(), h_new.copy(), y_new.copy(), p
        return JordanState(h_new, y_new), Cache(f"step of {self!r}", kept)

    def step_backward(
        self, dstate: JordanState, cache: Cache
    ) -> tuple[np.ndarray, JordanState, dict]:
        """The gradients of one step: line by line the step, backward."""
        x, y, h_new, y_new, p = self._check_cache("step", cache)
        dh_new, dy_new = self._check_state("dstate", dstate, len(x))
        da_y = dy_new * (1 - y_new * y_new)
        da_h = (dh_new + da_y @ p["W_hy"].T) * (1 - h_new * h_new)
        grads = {
            "W_xh": x.T @ da_h,
            "W_yh": y.T @ da_h,
            "b_h": da_h.sum(0),
            "W_hy": h_new.T @ da_y,
            "b_y": da_y.sum(0),
        }
        dstate = JordanState(np.zeros_like(dh_new), da_h @ p["W_yh"].T)
        return da_h @ p["W_xh"].T, dstate, grads

    def forward(
        self,
        xs: np.ndarray,
        state: Any = None,
        mask: np.ndarray | None = None,
        recurrent_dropout: Any = None,
    ) -> tuple[np.ndarray, JordanState, Cache]:
        """All steps: xs (B,T,D) -> hs (B,T,H), the state after the last step, the cache.

        For `mask` and `recurrent_dropout` see `SimpleRNN`; the dropout works on Y_{t-1}.
        """
        xs, (h, y), pad = self._check_sequence(xs, state, mask)
        drop = self._drawn(recurrent_dropout, y.shape)
        V, U = (base.copy() for base in self.params.bases.values())
        Z, ys = fused.joined(xs, y, drop)
        hs = np.empty((len(Z), *h.shape), self.dtype)
        hs[0] = h
        for t, skip in zip(range(len(Z) - 1), fused.skips(pad)):
            hs[t + 1] = tanh(Z[t] @ V)
            ys[t + 1] = tanh(hs[t + 1] @ U[:-1] + U[-1])
            if skip is not None:
                np.copyto(hs[t + 1], hs[t], where=skip)
                np.copyto(ys[t + 1], ys[t], where=skip)
            if drop is not None:
                Z[t + 1, :, : self.output_size] = ys[t + 1] * drop
        last = JordanState(hs[-1].copy(), ys[-1].copy())
        kept = Z, hs, ys, V, U, pad, drop
        return (
            hs[1:].transpose(1, 0, 2).copy(),
            last,
            Cache(f"forward of {self!r}", kept),
        )

    def backward(
        self, dhs: np.ndarray, cache: Cache, dstate: Any = None
    ) -> tuple[np.ndarray, JordanState, dict[str, np.ndarray]]:
        """The gradients of all steps.

        dhs (B,T,H) -> dxs (B,T,D), the gradient of the first state, those of the parameters.
        `dstate` is the gradient of the last state, besides what dhs brings.
        """
        Z, hs, ys, V, U, pad, drop = self._check_cache("forward", cache)
        (T, B), K = (len(Z) - 1, Z.shape[1]), self.output_size
        dhs, (dh, dy) = self._check_gradients(dhs, dstate, B, T)
        real = (
            np.ones((T, 1, 1), self.dtype) if pad is None else (~pad).astype(self.dtype)
        )
        # Slopes first; times the gradients of y and h they are those of the sums.
        da_y, da_h = real * (1 - ys[1:] ** 2), real * (1 - hs[1:] ** 2)
        W_hy, W_yh = U[:-1].T.copy(), V[:K].T.copy()
        for t in reversed(range(T)):
            dh = dh + dhs[:, t]
            da_y[t] *= dy
            da_h[t] *= dh + da_y[t] @ W_hy
            through = da_h[t] @ W_yh
            # A padded step hands on what arrived.
            dy = (1 - real[t]) * dy + (through if drop is None else through * drop)
            dh = (1 - real[t]) * dh
        rows = da_h.reshape(T * B, -1)
        h_rows, da_y = hs[1:].reshape(T * B, -1), da_y.reshape(T * B, K)
        total = {
            "V": Z[:T].reshape(T * B, -1).T @ rows,
            "U": np.concatenate([h_rows.T @ da_y, da_y.sum(0, keepdims=True)]),
        }
        grads = {name: total[base][key] for name, (base, key) in self._views().items()}
        dxs = (da_h @ V[K:-1].T).transpose(1, 0, 2).copy()
        return dxs, JordanState(dh.copy(), dy.copy()), grads
