"""Answers to the exercises of input_gate: right ones, and likely mistakes with their hints."""

import numpy as np

from lib import LSTM, checks
from lib.activations import sigmoid


def write(x, h, c, f, p, weights="i", old=True, matrix=False):
    i = sigmoid(x @ p[f"W_x{weights}"] + h @ p[f"W_h{weights}"] + p["b_i"])
    g = np.tanh(x @ p["W_xg"] + h @ p["W_hg"] + p["b_g"])
    return (f * c if old else f) + (i @ g if matrix else i * g)


def bucket(b_f=40.0, b_i=-40.0, mark_i=40.0, mark_f=0.0):
    layer = LSTM(2, 1)
    for name, value in layer.params.items():
        layer.params[name] = np.zeros_like(value)
    layer.params["b_f"], layer.params["b_i"] = [b_f], [b_i]
    layer.params["W_xf"] = [[0.0], [mark_f]]
    layer.params["W_xg"], layer.params["W_xi"] = [[1.0], [0.0]], [[0.0], [mark_i]]
    return layer


def overflowing():
    layer = bucket()
    layer.params["b_f"][...] = np.nan
    return layer


RIGHT = [
    (checks.input_by_hand, (0.5, 0.95, 1.355, 5)),
    (checks.input_write, write),
    (checks.input_bucket, bucket),
]
HINTS = [
    (checks.input_by_hand, (0.1, 0.19, 0.271, 1), "whatever f is"),
    (checks.input_by_hand, (0.5, 1, 1.5, np.pi), "old value"),
    (checks.input_by_hand, (0.5, 0.95, 1.355, 10), "itself again"),
    (checks.input_by_hand, (0.5, 0.95, 1.4, 5), "c_3 is not right"),
    (checks.input_write, lambda *a: write(*a, weights="f"), "Whose weights"),
    (checks.input_write, lambda *a: write(*a, old=False), "forget gate scale"),
    (checks.input_write, lambda *a: write(*a, matrix=True), "unit by unit"),
    (checks.input_write, lambda *a: write(*a, "f", False, True), "3 of the three"),
    (checks.input_write, lambda *a: write(*a, old=False, matrix=True), "2 of the three"),
    (checks.input_write, lambda x, h, c, f, p: f * c, "new cell state yet."),
    (checks.input_bucket, lambda: LSTM(1, 1), "LSTM(2, 1)"),
    (checks.input_bucket, lambda: bucket(b_i=0.0), "Without any mark"),
    (checks.input_bucket, lambda: bucket(mark_i=80.0), "A mark has added"),
    (checks.input_bucket, lambda: bucket(b_f=1.0), "Something was forgotten"),
    (checks.input_bucket, lambda: bucket(mark_f=-80.0), "old content"),
    (checks.input_bucket, overflowing, "not finite"),
]  # fmt: skip
