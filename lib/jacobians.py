"""Derivatives across time, for looking at what a state still knows.

Both functions copy one sample into a batch in which each row asks for another entry of a state, so
that one backward pass gives a whole Jacobian.
"""

from typing import Any

import numpy as np

from lib import check_input
from lib.layer import Layer


def sensitivity(layer: Layer, xs: np.ndarray) -> np.ndarray:
    """Norms of dh_t / dx_k (Frobenius), (T, T), for one sequence xs (T,D).

    Row t, column k; zero where k > t. Used in book/recurrent/rnn and book/lstm/lstm.
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
        norms[t] = np.sqrt((dxs**2).sum(axis=(0, 2)))
    return norms


def state_jacobian(layer: Layer, x: np.ndarray, state: tuple | None) -> np.ndarray:
    """d(state after) / d(state before) of one step: (S, S), rows after, columns before.

    x (1,D) and state, a tuple of (1,H), belong to one sample; the fields of the state are joined,
    S is their size. Used in book/lstm/lstm.
    """
    _check_layer(layer)
    x = check_input.floats("x", x, (1, layer.input_size), layer.dtype)
    state = layer.initial_state(1) if state is None else state
    layer.step(x, state)  # it checks the state
    sizes = [np.shape(field)[1] for field in state]
    S = sum(sizes)
    rows = layer.State(*(np.repeat(field, S, axis=0) for field in state))
    _, cache = layer.step(np.repeat(x, S, axis=0), rows)
    edges = np.cumsum(sizes)[:-1]
    asked = layer.State(*np.split(np.eye(S, dtype=layer.dtype), edges, axis=1))
    _, dstate, _ = layer.step_backward(asked, cache)
    return np.concatenate(dstate, axis=1)


def _check_layer(layer: Any) -> None:
    if not isinstance(layer, Layer):
        raise TypeError(
            f"layer: expected a recurrent layer, got {type(layer).__name__}"
        )
