"""Derivatives across time, for looking at what a state still knows.

Both functions copy one sample into a batch in which each row asks for another entry, so that one
backward pass gives a whole Jacobian.
"""

from typing import Any

import numpy as np

from lib import check_input


def sensitivity(layer: Any, xs: np.ndarray) -> np.ndarray:
    """Norms of dh_t / dx_k (Frobenius), (T, T), for one sequence xs (T,D).

    Row t, column k; zero where k > t. Used in book/recurrent/rnn and book/lstm/lstm.
    """
    xs = check_input.floats("xs", xs, ("T", layer.input_size), layer.dtype)
    T, H = len(xs), layer.hidden_size
    _, _, cache = layer.forward(np.broadcast_to(xs, (T * H, *xs.shape)))
    dhs = np.eye(T * H, dtype=layer.dtype).reshape(
        T * H, T, H
    )  # row (t, j) asks for h_t[j]
    dxs, _, _ = layer.backward(dhs, cache)
    jacobians = dxs.reshape(T, H, T, -1)  # t, unit, k, feature
    return np.sqrt((jacobians**2).sum(axis=(1, 3)))


def state_jacobian(layer: Any, x: np.ndarray, state: tuple) -> np.ndarray:
    """d(state after) / d(state before) of one step: (S, S), rows after, columns before.

    x (1,D) and state belong to one sample; the fields of the state are joined, S is their size.
    Used in book/lstm/lstm.
    """
    sizes = [field.shape[1] for field in state]
    S = sum(sizes)
    rows = type(state)(*(np.repeat(field, S, axis=0) for field in state))
    _, cache = layer.step(np.repeat(x, S, axis=0), rows)
    edges = np.cumsum(sizes)[:-1]
    asked = type(state)(*np.split(np.eye(S, dtype=layer.dtype), edges, axis=1))
    _, dstate, _ = layer.step_backward(asked, cache)
    return np.concatenate(dstate, axis=1)
