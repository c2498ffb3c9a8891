"""What all checks do with an answer: read it without ever raising, and say one line about it."""

import operator
from collections.abc import Callable
from typing import Any

import numpy as np


def say(problem: str | None, praise: str) -> None:
    marks, text = ("✗ ", "no: "), problem
    if problem is None:
        marks, text = ("✓ ", "ok: "), praise
    try:
        print(f"{marks[0]}{text}")
    except UnicodeEncodeError:  # a terminal without these characters
        print(f"{marks[1]}{text}".encode("ascii", "replace").decode())


def shown(value: Any) -> str:
    """The value in one short line."""
    try:
        text = " ".join(repr(value).split())
    except Exception:  # whatever a reader's class may do
        text = f"a {type(value).__name__}"
    return text if len(text) <= 100 else f"{text[:97]}..."


def is_open(value: Any) -> bool:
    """Is this still the `...` of the exercise?"""
    return value is ... or (
        isinstance(value, tuple | list) and any(v is ... for v in value)
    )


def call(function: Callable, *arguments: Any) -> tuple[Any, str | None]:
    """The result of the reader's function, or what is wrong with calling it."""
    if not callable(function):
        return None, f"Give the function itself, not {shown(function)}."
    try:
        value = function(*arguments)
    except Exception as error:  # whatever a reader's code may do
        return None, f"Your function stopped with {shown(error)}."
    return value, "Not answered yet." if is_open(value) else None


def as_array(
    value: Any, shape: tuple[int, ...]
) -> tuple[np.ndarray | None, str | None]:
    """The value as numbers of that shape, or what is wrong with it."""
    try:
        given = np.asarray(value)
        if given.dtype.kind not in "fiuO":  # text, for one, would be converted too
            raise TypeError
        array = given.astype(float)
    except Exception:  # a tensor that needs a gradient raises a RuntimeError
        return None, f"Expected numbers, got {shown(value)}."
    if array.shape != shape:
        return None, f"Expected shape {shape}, got {array.shape}."
    if not np.isfinite(array).all():
        return None, "Expected finite numbers."
    return array, None


def as_count(
    function: Callable, *arguments: int
) -> tuple[int, None] | tuple[None, str | None]:
    """The int that the reader's function returns, or what is wrong with it."""
    value, problem = call(function, *arguments)
    if problem:
        return None, problem
    try:
        return operator.index(value), None
    except Exception:  # a float, an array, a tensor of floats ...
        return None, f"Expected a whole number (an int), got {shown(value)}."
