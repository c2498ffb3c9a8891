"""Gradients against finite differences.

For a random direction v of one array, the central difference

    (L(theta + eps v) - L(theta - eps v)) / (2 eps)

must equal the inner product of v with the gradient that backpropagation found. One direction
with no zero in it sees every entry of the array.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from lib import check_input
from lib.layer import Layer
from lib.states import leaves, mapped


def directional_errors(
    loss: Callable[[], float],
    arrays: Mapping[str, np.ndarray],
    grads: Mapping[str, np.ndarray],
    rng: np.random.Generator,
    eps: float = 1e-6,
) -> dict[str, float]:
    """Relative error of each gradient along one random direction.

    `loss()` must read the arrays themselves: they are moved in place, and put back. The error is
    |numeric - analytic| / max(|numeric|, |analytic|, 1e-8).
    """
    errors = {}
    for name, array in arrays.items():
        direction, before = rng.normal(size=array.shape), array.copy()
        values = []
        for sign in (+1, -1):
            array[...] = before + sign * eps * direction
            values.append(loss())
            array[...] = before
        numeric = (values[0] - values[1]) / (2 * eps)
        analytic = float((direction * grads[name]).sum())
        errors[name] = abs(numeric - analytic) / max(abs(numeric), abs(analytic), 1e-8)
    return errors


def gradcheck(
    layer: Any,
    xs: np.ndarray,
    state: Any = None,
    mask: np.ndarray | None = None,
    rng: np.random.Generator | None = None,
) -> dict[str, float]:
    """Relative error of every gradient of `layer.backward`: inputs, first state, parameters.

    The loss weighs all hidden states and the last state with random numbers, so that nothing
    cancels. In float64 a correct layer stays below 1e-6, usually below 1e-8.
    """
    rng = check_input.generator("rng", rng)
    if not isinstance(layer, Layer):
        raise TypeError(
            f"layer: expected a recurrent layer, got {type(layer).__name__}"
        )
    if layer.dtype != np.float64:
        raise TypeError(
            f"layer: expected dtype float64, got {layer.dtype}: its rounding would hide errors"
        )
    xs, state, _ = layer._check_sequence(xs, state, mask)
    xs, state = xs.copy(), mapped(np.copy, state)  # they will be moved
    hs, last, cache = layer.forward(xs, state, mask)
    dhs = rng.normal(size=hs.shape)
    dlast = mapped(lambda field: rng.normal(size=field.shape), last)

    def loss() -> float:
        hs, last, _ = layer.forward(xs, state, mask)
        ends = mapped(lambda d, field: float((d * field).sum()), dlast, last)
        return float((dhs * hs).sum() + sum(leaves(ends, "state").values()))

    dxs, dfirst, grads = layer.backward(dhs, cache, dlast)
    # A count of steps has no gradient.
    first = {n: a for n, a in leaves(state, "state").items() if a.dtype == np.float64}
    arrays = {"xs": xs, **first, **layer.params}
    found = {"xs": dxs, **leaves(dfirst, "state"), **grads}
    return directional_errors(loss, arrays, found, rng)
