"""States as trees: a state is a tuple of arrays, or of states of the layers inside.

>>> list(leaves(stacked.initial_state(2), "state"))
['state.0.h', 'state.0.c', 'state.1.h', 'state.1.c']
"""

from collections.abc import Callable
from typing import Any

import numpy as np


def leaves(state: Any, name: str) -> dict[str, np.ndarray]:
    """Name -> array, in order."""
    if not isinstance(state, tuple):
        return {name: state}
    fields = getattr(state, "_fields", range(len(state)))
    found: dict[str, np.ndarray] = {}
    for field, part in zip(fields, state, strict=True):
        found |= leaves(part, f"{name}.{field}")
    return found


def mapped(function: Callable, *states: Any) -> Any:
    """A state whose arrays are function(arrays of the states at that place)."""
    first = states[0]
    if not isinstance(first, tuple):
        return function(*states)
    parts = [mapped(function, *parts) for parts in zip(*states, strict=True)]
    return type(first)(*parts) if hasattr(first, "_fields") else tuple(parts)
