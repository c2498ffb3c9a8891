"""A rival: recurrent layers as courses have them written, one NumPy function per time step.

The structure is that of the assignments of CS231n: `step` and `step_backward` for one time step,
a list of what each step kept, one joined matrix for all gates, a sigmoid that is computed apart
for positive and negative numbers, and gradients of the weights that are summed up step by step.
Arrays are (B,T,.) and weights W_x (D,KH), W_h (H,KH), b (KH,); the gates lie i, f, o, g.
"""

from typing import Any, NamedTuple

import numpy as np

from lib import LSTM, SimpleRNN


class Weights(NamedTuple):
    W_x: np.ndarray  # (D,KH)
    W_h: np.ndarray  # (H,KH)
    b: np.ndarray  # (KH,)


def weights_of(layer: LSTM | SimpleRNN) -> Weights:
    """Those of a layer of `lib`, joined."""
    names = "ifog" if isinstance(layer, LSTM) else "h"
    joined = [
        np.concatenate([layer.params[part + name] for name in names], axis=-1)
        for part in ("W_x", "W_h", "b_")
    ]
    return Weights(*joined)


def stable_sigmoid(a: np.ndarray) -> np.ndarray:
    """The exponential never sees a positive number, so it cannot overflow."""
    positive = a >= 0
    found = np.empty_like(a)
    found[positive] = 1 / (1 + np.exp(-a[positive]))
    small = np.exp(a[~positive])
    found[~positive] = small / (1 + small)
    return found


class RNN:
    """The state is (h,)."""

    fields = 1

    @staticmethod
    def step(x: np.ndarray, state: tuple, w: Weights) -> tuple[tuple, Any]:
        (h,) = state
        h_new = np.tanh(x @ w.W_x + h @ w.W_h + w.b)
        return (h_new,), (x, h, h_new)

    @staticmethod
    def step_backward(dstate: tuple, kept: Any, w: Weights) -> tuple:
        (dh_new,), (x, h, h_new) = dstate, kept
        da = dh_new * (1 - h_new**2)
        return da @ w.W_x.T, (da @ w.W_h.T,), Weights(x.T @ da, h.T @ da, da.sum(0))


class LSTMCell:
    """The state is (h, c)."""

    fields = 2

    @staticmethod
    def step(x: np.ndarray, state: tuple, w: Weights) -> tuple[tuple, Any]:
        h, c = state
        H = h.shape[1]
        a = x @ w.W_x + h @ w.W_h + w.b
        i = stable_sigmoid(a[:, :H])
        f = stable_sigmoid(a[:, H : 2 * H])
        o = stable_sigmoid(a[:, 2 * H : 3 * H])
        g = np.tanh(a[:, 3 * H :])
        c_new = f * c + i * g
        u = np.tanh(c_new)
        return (o * u, c_new), (x, h, c, i, f, o, g, u)

    @staticmethod
    def step_backward(dstate: tuple, kept: Any, w: Weights) -> tuple:
        (dh_new, dc_new), (x, h, c, i, f, o, g, u) = dstate, kept
        dc_new = dc_new + dh_new * o * (1 - u**2)
        da_i = dc_new * g * i * (1 - i)
        da_f = dc_new * c * f * (1 - f)
        da_o = dh_new * u * o * (1 - o)
        da_g = dc_new * i * (1 - g**2)
        da = np.concatenate([da_i, da_f, da_o, da_g], axis=1)
        grads = Weights(x.T @ da, h.T @ da, da.sum(0))
        return da @ w.W_x.T, (da @ w.W_h.T, dc_new * f), grads


def forward(cell: Any, xs: np.ndarray, w: Weights) -> tuple[np.ndarray, list]:
    """All steps from a state of zeros: xs (B,T,D) -> hs (B,T,H), what each step kept."""
    (B, T, _), H = xs.shape, len(w.W_h)
    hs = np.zeros((B, T, H), xs.dtype)
    state = (np.zeros((B, H), xs.dtype),) * cell.fields
    kept = []
    for t in range(T):
        state, of_step = cell.step(xs[:, t], state, w)
        hs[:, t] = state[0]
        kept.append(of_step)
    return hs, kept


def backward(
    cell: Any, dhs: np.ndarray, kept: list, w: Weights
) -> tuple[np.ndarray, Weights]:
    """dhs (B,T,H) -> dxs (B,T,D), the gradients of the weights."""
    (B, T, H), D = dhs.shape, len(w.W_x)
    dxs = np.zeros((B, T, D), dhs.dtype)
    grads = Weights(*(np.zeros_like(part) for part in w))
    dstate = (np.zeros((B, H), dhs.dtype),) * cell.fields
    for t in reversed(range(T)):
        arriving = (dstate[0] + dhs[:, t], *dstate[1:])
        dxs[:, t], dstate, of_step = cell.step_backward(arriving, kept[t], w)
        for total, part in zip(grads, of_step):
            total += part
    return dxs, grads
