"""Weights in a quarter of their size, or less: 7 bits each.

    Q = round(W / s),   s = max |row of W| / 63        W ~ s Q

Every row of a matrix keeps its own scale s, so an error is at most s / 2: 0.8 % of the largest
entry of the row. Vectors (biases) are few and stay in 16 bits. `save` and `load` never pickle.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from lib import check_input

LEVELS = 63  # of each sign: small enough that two word models take less than 3 MB


def quantize(W: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """W (n,m) -> Q int8 (n,m) and s float32 (n,1); a row of (almost) zeros has the scale 1."""
    W = check_input.floats("W", W, ("n", "m"), np.dtype(np.float32))
    largest = np.abs(W).max(axis=1, keepdims=True)
    s = largest / np.float32(LEVELS)
    s[s < np.finfo(np.float32).tiny] = 1  # below, a quotient is inexact, or 0
    return np.rint(W / s).astype(np.int8), s  # eq-quantize


def save(path: str | os.PathLike, params: Mapping[str, np.ndarray]) -> None:
    """Write a model's parameters, all at once or not at all."""
    if not isinstance(params, Mapping):
        raise TypeError(
            f"params: expected a dict of arrays, got {type(params).__name__}"
        )
    stored: dict[str, Any] = {}
    for name, given in params.items():
        value = check_input.array(name, given)
        if value.ndim == 2:
            stored[name], stored[f"{name}/scale"] = quantize(value)
        else:
            half = np.dtype(np.float16)
            stored[name] = check_input.floats(name, value, ("n",), half)
    write(path, stored)


def load(path: str | os.PathLike) -> dict[str, np.ndarray]:
    """The parameters, float32."""
    with np.load(path, allow_pickle=False) as stored:
        return {
            name: stored[name].astype(np.float32) * stored.get(f"{name}/scale", 1)
            for name in stored.files
            if not name.endswith("/scale")
        }


def write(
    path: str | os.PathLike, arrays: Mapping[str, Any], compressed: bool = True
) -> None:
    """An .npz file; whoever is interrupted keeps the old one."""
    path = Path(path)
    part = path.with_name(f"{path.name}.{os.getpid()}.part")  # two runs, two parts
    try:
        with part.open("wb") as file:
            (np.savez_compressed if compressed else np.savez)(file, **arrays)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
