"""Answers to the exercises of activations: right ones, and likely mistakes with their hints."""

import numpy as np

from lib import checks
from lib.activations import sigmoid


def stable(a):
    small = np.exp(-2 * np.abs(a))
    return np.sign(a) * (1 - small) / (1 + small)


def literal(a):
    return (np.exp(a) - np.exp(-a)) / (np.exp(a) + np.exp(-a))


def one_sided(a):
    return (1 - np.exp(-2 * a)) / (1 + np.exp(-2 * a))


def both_branches(a):
    return np.where(a > 0, one_sided(a), -one_sided(-a))


RIGHT = [
    (checks.act_by_hand, (0.25, 1, 4.595)),
    (checks.act_tanh, lambda a: 2 * sigmoid(2 * a) - 1),
    (checks.act_one, 37),
    (checks.act_one, np.int64(37)),
    (checks.act_stable, stable),
    (checks.act_stable, np.tanh),
]
HINTS = [
    (checks.act_by_hand, (0.5, 0, 4.595), "values at 0"),
    (checks.act_by_hand, (1, 1, 4.595), "slope of the sigmoid"),
    (checks.act_by_hand, (0.25, 0.25, 4.595), "slope of tanh"),
    (checks.act_by_hand, (0.25, 1, -4.595), "sign of a"),
    (checks.act_by_hand, (0.25, 1, 1.996), "natural logarithm"),
    (checks.act_by_hand, (0.25, 1, 2.647), "exp(-a) first"),
    (checks.act_tanh, lambda a: 2 * sigmoid(a) - 1, "too slowly"),
    (checks.act_tanh, lambda a: sigmoid(2 * a), "between 0 and 1"),
    (checks.act_tanh, lambda a: 2 * sigmoid(2 * a) + 1, "not tanh yet"),
    (checks.act_one, 36, "below 1"),
    (checks.act_one, 40, "not the first"),
    (checks.act_one, 17, "float32"),
    (checks.act_one, 53, "number of bits"),
    (checks.act_one, 36.7, "An integer"),
    (checks.act_stable, literal, "a = -1000 the result is nan"),
    (checks.act_stable, one_sided, "nan"),
    (checks.act_stable, lambda a: np.clip(a, -1, 1), "a = -1.5 the result is wrong"),
    (checks.act_stable, both_branches, "overflows on the way"),
    (checks.act_stable, lambda a: np.where(np.abs(a) > 50, 1.0, np.tanh(a)), "a = -1000"),
]  # fmt: skip
