"""Answers to the exercises of coupled_gates: right ones, and likely mistakes with their hints."""

import numpy as np

from lib import checks


def bias_for(share):
    return np.log((1 - share) / share)


def move(c, target):
    g = 1.0 if target > c else -1.0
    return (g - target) / (g - c), g


def upward(c, target):
    return (1 - target) / (1 - c), 1.0


def exchanged(c, target):
    f, g = move(c, target)
    return 1 - f, g


RIGHT = [
    (checks.coupled_by_hand, (0.2, -0.4)),
    (checks.coupled_bias, bias_for),
    (checks.coupled_gradient, lambda dc, c, f, g: dc * (c - g) * f * (1 - f)),
    (checks.coupled_move, move),
]
HINTS = [
    (checks.coupled_by_hand, (1.0, -0.5), "all of each candidate"),
    (checks.coupled_by_hand, (0.8, -0.1), "exchanged"),
    (checks.coupled_by_hand, (0.2, -0.6), "c_2 is not"),
    (checks.coupled_bias, lambda s: -bias_for(s), "to be written"),
    (checks.coupled_bias, lambda s: 1 - s, "which bias"),
    (checks.coupled_bias, lambda s: 3.0, "For a share of 0.1"),
    (checks.coupled_gradient, lambda dc, c, f, g: dc * c * f * (1 - f), "how many places"),
    (checks.coupled_gradient, lambda dc, c, f, g: dc * (c + g) * f * (1 - f), "derivative of"),
    (checks.coupled_gradient, lambda dc, c, f, g: dc * (c - g), "slope"),
    (checks.coupled_move, lambda c, target: (0.0, target), "a larger f"),
    (checks.coupled_move, lambda c, target: (0.9, (target - 0.9 * c) / 0.1), "outside of -1"),
    (checks.coupled_move, upward, "is no gate. Up or down?"),
    (checks.coupled_move, exchanged, "exchanged"),
    (checks.coupled_move, lambda c, target: (0.9, 1.0), "leads to 0.28."),
    (checks.coupled_move, lambda c, target: 0.5, "Expected shape"),
]  # fmt: skip
