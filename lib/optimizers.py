"""Optimizers and gradient clipping.

optimizer.step(params, grads)      changes the arrays of `params` in place
"""

from collections.abc import Mapping

import numpy as np

from lib import check_input

Arrays = Mapping[str, np.ndarray]


class SGD:
    """Gradient descent: theta <- theta - learning_rate * gradient."""

    def __init__(self, learning_rate: float = 0.01):
        self.learning_rate = check_input.number("learning_rate", learning_rate, above=0)

    def step(self, params: Arrays, grads: Arrays) -> None:
        _same_names(params, grads)
        for name, theta in params.items():
            theta -= self.learning_rate * grads[name]  # eq-sgd


class Adam:
    """Adam (Kingma & Ba 2015).

    m <- beta1 m + (1 - beta1) g,  v <- beta2 v + (1 - beta2) g^2, both divided by (1 - beta^t),
    which undoes their start at zero;  theta <- theta - learning_rate m / (sqrt(v) + epsilon).
    """

    def __init__(
        self,
        learning_rate: float = 0.001,
        beta1: float = 0.9,
        beta2: float = 0.999,
        epsilon: float = 1e-8,
    ):
        self.learning_rate = check_input.number("learning_rate", learning_rate, above=0)
        self.beta1, self.beta2 = (
            check_input.number(name, value, least=0)
            for name, value in (("beta1", beta1), ("beta2", beta2))
        )
        for name, value in (("beta1", beta1), ("beta2", beta2)):
            if value >= 1:
                raise ValueError(f"{name}: expected a number in [0, 1), got {value}")
        self.epsilon = check_input.number("epsilon", epsilon, above=0)
        self.t = 0
        self.m: dict[str, np.ndarray] = {}
        self.v: dict[str, np.ndarray] = {}

    def step(self, params: Arrays, grads: Arrays) -> None:
        _same_names(params, grads)
        self.t += 1
        rate = self.learning_rate / (1 - self.beta1**self.t)
        for name, theta in params.items():
            g = grads[name]
            m = self.m.setdefault(name, np.zeros_like(theta))
            v = self.v.setdefault(name, np.zeros_like(theta))
            m += (1 - self.beta1) * (g - m)
            v += (1 - self.beta2) * (g * g - v)
            theta -= (
                rate * m / (np.sqrt(v / (1 - self.beta2**self.t)) + self.epsilon)
            )  # eq-adam


def norm(grads: Arrays) -> float:
    """The Euclidean norm of all gradients taken together."""
    return float(np.sqrt(sum(float(np.vdot(g, g)) for g in grads.values())))


def clip_by_norm(grads: Arrays, limit: float) -> dict[str, np.ndarray]:
    """The gradients, scaled down together where their norm exceeds `limit`.

    The direction stays (Pascanu, Mikolov & Bengio 2013, algorithm 1); nothing is changed in place.
    """
    limit = check_input.number("limit", limit, above=0)
    _arrays("grads", grads)

    length = norm(grads)
    if not np.isfinite(length):
        raise ValueError(f"grads: expected finite numbers, got norm {length}")
    scale = min(1.0, limit / length) if length else 1.0
    return {name: g * scale for name, g in grads.items()}  # eq-clip


def _arrays(name: str, named: Arrays) -> None:
    if not isinstance(named, Mapping):
        raise TypeError(
            f"{name}: expected a dict of arrays, got {type(named).__name__}"
        )
    for key, value in named.items():
        if not isinstance(value, np.ndarray):
            raise TypeError(
                f"{name}[{key!r}]: expected an array, got {type(value).__name__}"
            )


def _same_names(params: Arrays, grads: Arrays) -> None:
    _arrays("params", params)
    _arrays("grads", grads)

    if params.keys() != grads.keys():
        odd = sorted(params.keys() ^ grads.keys())
        raise ValueError(
            f"grads: expected the names of params, got a difference in {odd}"
        )
    for name, theta in params.items():
        if grads[name].shape != theta.shape:
            raise ValueError(
                f"grads[{name!r}]: expected shape {theta.shape}, got {grads[name].shape}"
            )
