"""Activation functions, each with its slope.

    sigma(a) = 1 / (1 + exp(-a)) = (1 + tanh(a / 2)) / 2        in (0, 1)
    tanh(a)                                                     in (-1, 1)
    relu(a)  = max(0, a)                                        in [0, inf)
    linear(a) = a

The slope is written in terms of the *output* y, since that is what a layer keeps:
sigma' = y (1 - y), tanh' = 1 - y^2, relu' = [y > 0], linear' = 1.
Derived in book/activations/activations.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np


def sigmoid(a: np.ndarray, out: np.ndarray | None = None) -> np.ndarray:
    """sigma(a), through tanh: nothing overflows, whatever the size of a.

    In float64 it is exact to about 1e-16, absolute, not relative: sigmoid(-40) is 0.
    """
    return np.multiply(0.5, 1 + np.tanh(np.multiply(0.5, a)), out=out)  # eq-sigmoid


def tanh(a: np.ndarray, out: np.ndarray | None = None) -> np.ndarray:
    return np.tanh(a, out=out)  # eq-tanh


def relu(a: np.ndarray, out: np.ndarray | None = None) -> np.ndarray:
    return np.maximum(a, 0, out=out)  # eq-relu


def linear(a: np.ndarray, out: np.ndarray | None = None) -> np.ndarray:
    return np.positive(a, out=out)


def softmax(a: np.ndarray) -> np.ndarray:
    """exp(a_k) / sum_j exp(a_j) over the last axis; subtracting the largest a changes nothing."""
    p = np.exp(a - np.max(a, axis=-1, keepdims=True))
    return p / p.sum(axis=-1, keepdims=True)


def log_softmax(a: np.ndarray) -> np.ndarray:
    """The logarithm of `softmax`, without ever taking log(0)."""
    shifted = a - np.max(a, axis=-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))


class Activation(NamedTuple):
    function: Callable[..., np.ndarray]  # of a, and of an array for the result
    slope: Callable[[np.ndarray], np.ndarray]  # of the output y


ACTIVATIONS = {
    "tanh": Activation(tanh, lambda y: 1 - y * y),  # eq-tanh-slope
    "sigmoid": Activation(sigmoid, lambda y: y * (1 - y)),  # eq-sigmoid-slope
    "relu": Activation(relu, lambda y: (y > 0).astype(y.dtype)),  # eq-relu-slope
    "linear": Activation(linear, np.ones_like),
}
