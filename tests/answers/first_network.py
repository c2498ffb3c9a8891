"""Answers to the exercises of first_network: right ones, and likely mistakes with their hints."""

import numpy as np

from lib import checks
from lib.activations import softmax
from lib.text import contiguous_batches


def contiguous(ids, B, T, k):
    return [inputs for inputs, _ in contiguous_batches(ids, B, T)][k]


RIGHT = [
    (checks.first_gradient, (-0.75, 0.125, 0.625)),
    (checks.first_batch, contiguous),
    (checks.first_temperature, lambda a, tau: softmax(a / tau)),
]
HINTS = [
    (
        checks.first_batch,
        lambda ids, B, T, k: ids[: len(ids) // B * B].reshape(B, -1)[:, k * T : (k + 1) * T],
        "a target only",
    ),
    (checks.first_temperature, lambda a, tau: softmax(a), "Where does the temperature"),
    (checks.first_gradient, (0.25, 0.125, 0.625), "probabilities"),
    (checks.first_gradient, (0.75, -0.125, -0.625), "sign"),
    (checks.first_gradient, (1.0, 0.0, 0.5), "add up to 0"),
    (checks.first_batch, lambda ids, B, T, k: ids[:36].reshape(-1, B, T)[k], "not right yet"),
    (checks.first_temperature, lambda a, tau: softmax(a * tau), "sharpen"),
    (checks.first_temperature, lambda a, t: np.exp(a / t) / np.exp(a / t).sum(), "exponentiate"),
]  # fmt: skip
