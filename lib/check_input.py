"""Checks of what callers pass in.

Every function returns the checked value or raises `TypeError` (wrong kind of thing) or
`ValueError` (right kind, wrong value). Each message names the argument, then says what was
expected and what came:

>>> size("hidden_size", -3)
Traceback (most recent call last):
ValueError: hidden_size: expected an int >= 1, got -3
"""

from collections.abc import Sequence
from numbers import Integral, Real
from typing import Any

import numpy as np


def size(name: str, value: Any, least: int = 1) -> int:
    """An int that is at least `least`."""
    if isinstance(value, bool) or not isinstance(value, Integral):
        raise TypeError(f"{name}: expected an int >= {least}, got {value!r}")
    if value < least:
        raise ValueError(f"{name}: expected an int >= {least}, got {value}")
    return int(value)


def number(
    name: str,
    value: Any,
    least: float = -np.inf,
    above: float = -np.inf,
    below: float = np.inf,
) -> float:
    """A finite number >= `least`, > `above` and < `below`."""
    bounds = ((">=", least), (">", above), ("<", below))
    wanted = " and".join(f" {sign} {b:g}" for sign, b in bounds if np.isfinite(b))
    if isinstance(value, bool) or not isinstance(value, Real):
        raise TypeError(f"{name}: expected a number{wanted}, got {value!r}")
    try:
        found = float(value)
    except OverflowError:  # an int without a float
        found = np.inf
    if not (np.isfinite(found) and least <= found < below and found > above):
        raise ValueError(f"{name}: expected a finite number{wanted}, got {value}")
    return found


def choice(name: str, value: Any, choices: Sequence[str]) -> str:
    """One of the names in `choices`."""
    if not isinstance(value, str):
        raise TypeError(f"{name}: expected one of {', '.join(choices)}, got {value!r}")
    if value not in choices:
        raise ValueError(f"{name}: expected one of {', '.join(choices)}, got {value!r}")
    return value


def letters(name: str, value: Any, of: str) -> str:
    """A part of the letters `of`, each at most once; in the order of `of`."""
    if not isinstance(value, str):
        raise TypeError(f"{name}: expected letters of {of!r}, got {value!r}")
    if not set(value) <= set(of) or len(set(value)) < len(value):
        raise ValueError(
            f"{name}: expected letters of {of!r}, each once, got {value!r}"
        )
    return "".join(letter for letter in of if letter in value)


def cache(value: Any, kind: type, layer: object) -> Any:
    """What `forward` of a layer without a state kept for `backward`."""
    if not isinstance(value, kind):
        wanted, came = type(layer).__name__, type(value).__name__
        raise TypeError(f"cache: expected that of forward of {wanted}, got {came}")
    return value


def flag(name: str, value: Any) -> bool:
    """True or False."""
    if not isinstance(value, bool | np.bool):
        raise TypeError(f"{name}: expected True or False, got {value!r}")
    return bool(value)


def generator(name: str, value: Any) -> np.random.Generator:
    """A `numpy.random.Generator`; `None` is the generator of seed 0, the same every time."""
    if value is None:
        return np.random.default_rng(0)
    if not isinstance(value, np.random.Generator):
        raise TypeError(f"{name}: expected a numpy.random.Generator, got {value!r}")
    return value


def float_dtype(name: str, value: Any) -> np.dtype:
    """float32 or float64."""
    try:
        dtype = np.dtype(value)
    except TypeError:
        raise TypeError(f"{name}: expected float32 or float64, got {value!r}") from None
    if dtype not in (np.dtype(np.float32), np.dtype(np.float64)):
        raise TypeError(f"{name}: expected float32 or float64, got {dtype}")
    return dtype


def array(name: str, value: Any) -> np.ndarray:
    """Whatever NumPy takes for an array."""
    try:
        found = np.asarray(value)
    except ValueError:  # NumPy's message does not say which argument
        raise ValueError(
            f"{name}: expected an array, got rows of different lengths"
        ) from None
    if found.dtype == object and found.ndim == 0:
        raise TypeError(f"{name}: expected an array, got {type(value).__name__}")
    return found


def filled(name: str, value: np.ndarray) -> np.ndarray:
    """An array with at least one entry."""
    if value.size == 0:
        raise ValueError(
            f"{name}: expected at least one entry, got shape {value.shape}"
        )
    return value


def shaped(name: str, value: np.ndarray, shape: tuple[int | str, ...]) -> np.ndarray:
    """An array of that shape; a letter in `shape` stands for any length >= 1."""
    fits = value.ndim == len(shape) and all(
        got >= 1 if isinstance(want, str) else got == want
        for got, want in zip(value.shape, shape, strict=True)
    )
    if not fits:
        wanted = ", ".join(map(str, shape))
        letters = ", ".join(want for want in shape if isinstance(want, str))
        least = f" with {letters} >= 1" if letters else ""
        raise ValueError(f"{name}: expected shape ({wanted}){least}, got {value.shape}")
    return value


def floats(
    name: str, value: Any, shape: tuple[int | str, ...], dtype: np.dtype
) -> np.ndarray:
    """Finite numbers of that shape, converted to `dtype` (no copy where none is needed)."""
    given = array(name, value)
    if given.dtype.kind not in "fiu":
        raise TypeError(f"{name}: expected real numbers, got dtype {given.dtype}")
    filled(name, shaped(name, given, shape))
    # Where NumPy would warn, an error follows.
    with np.errstate(over="ignore", invalid="ignore"):
        found = given.astype(dtype, copy=False)
        # A sum is finite unless an entry is not (or the entries overflow): one cheap pass.
        finite = np.isfinite(found.sum()) or np.isfinite(found).all()
    if not finite:
        where = tuple(int(i) for i in np.argwhere(~np.isfinite(found))[0])
        raise ValueError(
            f"{name}: expected finite numbers, got {given[where]} at index {where} ({dtype})"
        )
    return found


def integers(
    name: str, value: Any, shape: tuple[int | str, ...] | None, below: float = np.inf
) -> np.ndarray:
    """Integers >= 0 and < `below` of that shape (`None`: any shape that holds at least one)."""
    found = filled(name, array(name, value))  # [] has the dtype float64
    if found.dtype.kind not in "iu":
        raise TypeError(f"{name}: expected integers, got dtype {found.dtype}")
    if shape is not None:
        shaped(name, found, shape)
    low, high = found.min(), found.max()
    if low < 0 or high >= below:
        bad = low if low < 0 else high
        wanted = f"in 0..{below - 1}" if np.isfinite(below) else ">= 0"
        raise ValueError(f"{name}: expected integers {wanted}, got {bad}")
    return found


def mask(name: str, value: Any, shape: tuple[int, ...]) -> np.ndarray | None:
    """A bool array of that shape, or `None`."""
    if value is None:
        return None
    found = array(name, value)
    if found.dtype != bool:
        raise TypeError(
            f"{name}: expected bool (True = it counts), got dtype {found.dtype}"
        )
    return shaped(name, found, shape)
