"""Derivatives across time, for looking at what a state still knows.

For a Jacobian one sample is copied into a batch in which each row asks for another entry of a
state, so that one backward pass gives all of it.
"""

from typing import Any

import numpy as np

from lib import check_input
from lib.layer import Layer
from lib.states import leaves, mapped


def sensitivity(layer: Layer, xs: np.ndarray) -> np.ndarray:
    """Norms of dh_t / dx_k (Frobenius), (T, T), for one sequence xs (T,D).

    Row t, column k; zero where k > t (but not for a Bidirectional).
    Used in book/recurrent/rnn, book/activations/vanishing_gradients and book/lstm/lstm.
    """
    _check_layer(layer)
    xs = check_input.floats("xs", xs, ("T", layer.input_size), layer.dtype)
    T, H = len(xs), layer.hidden_size
    _, _, cache = layer.forward(np.broadcast_to(xs, (H, *xs.shape)))
    norms = np.zeros((T, T), layer.dtype)
    for t in range(T):
        dhs = np.zeros((H, T, H), layer.dtype)
        dhs[:, t] = np.eye(H)  # row j asks for h_t[j]
        dxs, _, _ = layer.backward(dhs, cache)
        norms[t] = _norms(dxs.swapaxes(0, 1).reshape(T, -1))
    return norms


def state_jacobian(layer: Layer, x: np.ndarray, state: Any) -> np.ndarray:
    """d(state after) / d(state before) of one step: (S, S), rows after, columns before.

    x (1,D) and state belong to one sample; the arrays of the state are joined, S is their size
    (without a count of steps). Used in book/lstm/lstm.
    """
    _check_layer(layer)
    x = check_input.floats("x", x, (1, layer.input_size), layer.dtype)
    state = layer._check_state("state", state, 1)
    S = _joined(state).shape[1]
    many = mapped(lambda a: np.repeat(a, S, axis=_batch_axis(a)), state)
    _, cache = layer.step(np.repeat(x, S, axis=0), many)
    asked = _parted(np.eye(S, dtype=layer.dtype), many)
    _, dstate, _ = layer.step_backward(asked, cache)
    return _joined(dstate)


def step_jacobians(layer: Layer, xs: np.ndarray, state: Any = None) -> np.ndarray:
    """The Jacobian of each step along one sequence xs (T,D): (T, S, S).

    Their product, the last one first, is d(last state) / d(first state).
    """
    _check_layer(layer)
    xs = check_input.floats("xs", xs, ("T", layer.input_size), layer.dtype)
    state, found = layer._check_state("state", state, 1), []
    for t in range(len(xs)):
        x = xs[t : t + 1]
        found.append(state_jacobian(layer, x, state))
        state, _ = layer.step(x, state)
    return np.stack(found)


def gradient_norms(
    layer: Layer, xs: np.ndarray, dhs: np.ndarray, state: Any = None
) -> np.ndarray:
    """Norms of the gradient by the state after each step, for each row of a batch: (B,T).

    xs (B,T,D); dhs (B,T,H) is the gradient that arrives at each step, as in `layer.backward`. The
    norm at t is over all arrays of the state, and contains what comes back from the steps after t.
    """
    _check_layer(layer)
    xs, state, _ = layer._check_sequence(xs, state, None)
    (B, T), caches = xs.shape[:2], []
    dhs, dstate = layer._check_gradients(dhs, None, B, T)
    for t in range(T):
        state, cache = layer.step(xs[:, t], state)
        caches.append(cache)
    norms = np.zeros((B, T), layer.dtype)
    for t in reversed(range(T)):
        dstate = layer.plus_hidden(dstate, dhs[:, t])
        norms[:, t] = _norms(_joined(dstate))
        _, dstate, _ = layer.step_backward(dstate, caches[t])
    return norms


def _norms(rows: np.ndarray) -> np.ndarray:
    """Of each row. Divided by its largest entry first, so that no square becomes 0."""
    largest = np.abs(rows).max(axis=1, keepdims=True)
    scaled = rows / np.where(largest > 0, largest, 1)
    return largest[:, 0] * np.linalg.norm(scaled, axis=1)


def _batch_axis(array: np.ndarray) -> int:
    return max(0, array.ndim - 2)  # (B,), (B,H) or (L,B,H)


def _joined(state: Any) -> np.ndarray:
    """The numbers of a state, (B,S): counts of steps are none."""
    arrays = [a for a in leaves(state, "state").values() if a.ndim > 1]
    rows = (np.moveaxis(a, _batch_axis(a), 0) for a in arrays)
    return np.concatenate([a.reshape(len(a), -1) for a in rows], axis=1)


def _parted(rows: np.ndarray, like: Any) -> Any:
    """The inverse of `_joined`: rows (B,S) as a state like that one."""
    used = 0

    def part(a: np.ndarray) -> np.ndarray:
        nonlocal used
        if a.ndim == 1:
            return a
        turned = np.moveaxis(a, _batch_axis(a), 0)
        end = used + turned[0].size
        cut = rows[:, used:end].reshape(turned.shape)
        used = end
        return np.moveaxis(cut, 0, _batch_axis(a))

    return mapped(part, like)


def _check_layer(layer: Any) -> None:
    if not isinstance(layer, Layer):
        raise TypeError(
            f"layer: expected a recurrent layer, got {type(layer).__name__}"
        )
