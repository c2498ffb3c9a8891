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
        _check(params, grads)
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
        self.beta1 = check_input.number("beta1", beta1, least=0, below=1)
        self.beta2 = check_input.number("beta2", beta2, least=0, below=1)
        self.epsilon = check_input.number("epsilon", epsilon, above=0)
        self.t = 0
        self.m: dict[str, np.ndarray] = {}
        self.v: dict[str, np.ndarray] = {}

    def step(self, params: Arrays, grads: Arrays) -> None:
        _check(params, grads)
        for name, theta in params.items():
            largest = _largest(grads[name])
            limit = float(np.sqrt(np.finfo(theta.dtype).max)) / 2
            if largest > limit:
                raise ValueError(
                    f"grads[{name!r}]: expected numbers up to {limit:.2g}, whose squares "
                    f"{theta.dtype} can hold, got {largest:.2g}; clip the gradients"
                )
            known = self.m.get(name, theta)
            if (known.shape, known.dtype) != (theta.shape, theta.dtype):
                raise ValueError(
                    f"params[{name!r}]: expected {known.dtype} of shape {known.shape}, as in "
                    f"earlier steps, got {theta.dtype} of shape {theta.shape}; "
                    "other parameters need their own Adam"
                )
        self.t += 1
        rate = self.learning_rate / (1 - self.beta1**self.t)
        for name, theta in params.items():
            g = grads[name]
            m = self.m.setdefault(name, np.zeros_like(theta))
            v = self.v.setdefault(name, np.zeros_like(theta))
            m += (1 - self.beta1) * (g - m)
            v += (1 - self.beta2) * (g * g - v)
            root = np.sqrt(v / (1 - self.beta2**self.t))
            theta -= rate * m / (root + self.epsilon)  # eq-adam


def norm(grads: Arrays) -> float:
    """The Euclidean norm of all gradients taken together."""
    _check_arrays("grads", grads)
    largest = max(map(_largest, grads.values()), default=0.0)
    if largest == 0:
        return 0.0
    # Divided by the largest entry, no square overflows and not all vanish.
    parts = (np.divide(g, largest, dtype=np.float64) for g in grads.values())
    return largest * float(np.sqrt(sum(float(np.vdot(p, p)) for p in parts)))


def clip_by_norm(grads: Arrays, limit: float) -> dict[str, np.ndarray]:
    """The gradients, scaled down together where their norm exceeds `limit`.

    The direction stays (Pascanu, Mikolov & Bengio 2013, algorithm 1); nothing is changed in place.
    """
    limit = check_input.number("limit", limit, above=0)
    length = norm(grads)
    scale = np.float64(min(1.0, limit / length) if length else 1.0)
    return {k: (g * scale).astype(g.dtype) for k, g in grads.items()}  # eq-clip


def _largest(g: np.ndarray) -> float:
    """The largest absolute value, without an array of them; NaN stays NaN."""
    return max(float(g.max(initial=0)), -float(g.min(initial=0)))


def _check_arrays(name: str, named: Arrays) -> None:
    """Finite float32 or float64 arrays."""
    if not isinstance(named, Mapping):
        raise TypeError(
            f"{name}: expected a dict of arrays, got {type(named).__name__}"
        )
    for key, value in named.items():
        entry = f"{name}[{key!r}]"
        if not isinstance(value, np.ndarray):
            raise TypeError(f"{entry}: expected an array, got {type(value).__name__}")
        check_input.float_dtype(entry, value.dtype)
        if not np.isfinite(_largest(value)):
            raise ValueError(f"{entry}: expected finite numbers, got NaN or infinity")


def _check(params: Arrays, grads: Arrays) -> None:
    """Before a step: nothing has changed when an error is raised."""
    _check_arrays("params", params)
    _check_arrays("grads", grads)
    if params.keys() != grads.keys():
        odd = sorted(map(str, params.keys() ^ grads.keys()))
        raise ValueError(
            f"grads: expected the names of params, got a difference in {odd}"
        )
    for name, theta in params.items():
        g = grads[name]
        if (g.shape, g.dtype) != (theta.shape, theta.dtype):
            raise ValueError(
                f"grads[{name!r}]: expected {theta.dtype} of shape {theta.shape}, "
                f"got {g.dtype} of shape {g.shape}"
            )
