"""Answers to the exercises of lstm: right ones, and likely mistakes with their hints."""

import numpy as np

from lib import LSTM, checks


def cell_gradient(dh, dc, c_new, f, o):
    return (dc + dh * o * (1 - np.tanh(c_new) ** 2)) * f


def sums_backward(dh, dc, c, c_new, i, f, g, o):
    u = np.tanh(c_new)
    dc = dc + dh * o * (1 - u * u)
    return (
        dc * g * i * (1 - i), dc * c * f * (1 - f), dc * i * (1 - g * g), dh * u * o * (1 - o),
    )  # fmt: skip


def one_wrong(*arguments):
    da_i, da_f, da_g, da_o = sums_backward(*arguments)
    return da_i, da_f, 2 * da_g, da_o


def exploding():
    layer = LSTM(1, 32, forget_bias=-5.0, input_bias=5.0)
    layer.params["b_o"] = np.full(32, 5.0)
    W = np.random.default_rng(0).normal(size=(32, 32)) / np.sqrt(32)
    layer.params["W_hg"] = 4 * W
    return layer


RIGHT = [
    (checks.lstm_parameters, lambda D, H, biases: 4 * H * (D + H + biases)),
    (checks.lstm_cell_gradient, cell_gradient),
    (checks.lstm_sums_backward, sums_backward),
    (checks.lstm_explode, exploding),
]
HINTS = [
    (checks.lstm_parameters, lambda D, H, b: 4 * H * (D + H + 1), "keep twice"),
    (
        checks.lstm_cell_gradient,
        lambda dh, dc, c_new, f, o: dh * o * (1 - np.tanh(c_new) ** 2) + dc * f,
        "together",
    ),
    (checks.lstm_parameters, lambda D, H, b: H * (D + H + b), "How many affine maps"),
    (checks.lstm_parameters, lambda D, H, b: 3 * H * (D + H + b), "candidate"),
    (checks.lstm_cell_gradient, lambda dh, dc, c_new, f, o: dc * f, "hidden state"),
    (checks.lstm_cell_gradient, lambda *a: cell_gradient(*a) / a[3], "one factor"),
    (checks.lstm_cell_gradient, lambda dh, dc, *a: cell_gradient(dh, 0, *a), "next step"),
    (checks.lstm_sums_backward, one_wrong, "yet: da_g."),
    (checks.lstm_sums_backward, lambda *a: a[0], "four arrays"),
    (checks.lstm_explode, lambda: LSTM(1, 32), "matrix"),
    (checks.lstm_explode, lambda: LSTM(1, 3), "LSTM(1, 32)"),
]  # fmt: skip
