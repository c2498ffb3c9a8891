"""Answers to the exercises of rnn: right ones, and likely mistakes with their hints."""

import numpy as np

from lib import checks


def reorder(W, D):
    return np.concatenate([W[D:], W[:D]])


def collapse(layer, T):
    W, U = layer.params["W_xh"], layer.params["W_hh"]
    return np.concatenate([W @ np.linalg.matrix_power(U, T - t - 1) for t in range(T)])


RIGHT = [
    (checks.rnn_by_hand, (0.7616, 0.3634, 0.1797)),
    (checks.rnn_parameters, lambda D, H, T: H * (D + H + 1)),
    (checks.rnn_reorder, reorder),
    (checks.rnn_collapse, collapse),
]
HINTS = [
    (checks.rnn_by_hand, (1, 0.5, 0.25), "tanh"),
    (checks.rnn_by_hand, (0.7616, 0.36, 0.1797), "h_2"),
    (checks.rnn_by_hand, ("a", "b", "c"), "Expected numbers"),
    (checks.rnn_by_hand, (0.762, 0.363, 0.180), "three digits"),
    (checks.rnn_parameters, lambda D, H, T: H * (D + H), "bias"),
    (checks.rnn_parameters, lambda D, H, T: H * (D + H + 1) * T, "same arrays"),
    (checks.rnn_parameters, lambda D, H, T: D * (D + H + 1), "units"),
    (checks.rnn_parameters, 36, "the function itself"),
    (checks.rnn_parameters, lambda D, H, T: 1 / 0, "ZeroDivisionError"),
    (checks.rnn_reorder, lambda W, D: W, "W itself"),
    (checks.rnn_reorder, lambda W, D: W[::-1], "Which rows"),
    (checks.rnn_reorder, lambda W, D: W[:D], "shape (5, 3)"),
    (checks.rnn_collapse, lambda layer, T: np.tile(layer.params["W_xh"], (T, 1)), "last D rows"),
]  # fmt: skip
