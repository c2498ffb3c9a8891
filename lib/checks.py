"""Checks of the exercises: one function each, named after the chapter and the exercise.

A check prints one line: `✓` and what the answer shows, or `✗` and a hint that does not give the
solution away. It never raises, so that a notebook with open exercises still runs.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from lib.rnn import SimpleRNN


def _say(problem: str | None, praise: str) -> None:
    print(f"✓ {praise}" if problem is None else f"✗ {problem}")


def _open(value: Any) -> bool:
    """Is this still the `...` of the exercise?"""
    return value is ... or (
        isinstance(value, tuple | list) and any(v is ... for v in value)
    )


def _call(function: Callable, *arguments: Any) -> tuple[Any, str | None]:
    """The result of the reader's function, or what is wrong with calling it."""
    if not callable(function):
        return None, f"Give the function itself, not {function!r}."
    try:
        value = function(*arguments)
    except Exception as error:  # whatever a reader's code may do
        return None, f"Your function stopped with {type(error).__name__}: {error}"
    return value, "Not answered yet." if _open(value) else None


def _array(value: Any, shape: tuple[int, ...]) -> tuple[np.ndarray | None, str | None]:
    """The value as numbers of that shape, or what is wrong with it."""
    try:
        array = np.asarray(value, float)
    except (TypeError, ValueError):
        return None, f"Expected numbers, got {value!r}."
    if array.shape != shape:
        return None, f"Expected shape {shape}, got {array.shape}."
    if not np.isfinite(array).all():
        return None, "Expected finite numbers."
    return array, None


def rnn_by_hand(answer: Any) -> None:
    """Three states of one unit, to four digits."""
    if _open(answer):
        return _say("Not answered yet.", "")
    values, problem = _array(answer, (3,))
    if values is not None:
        right, linear = [], []
        h = a = 0.0
        for x in (1, 0, 0):
            h, a = float(np.tanh(x + 0.5 * h)), x + 0.5 * a
            right.append(h)
            linear.append(a)
        wrong = np.abs(values - right) > 6e-5
        if np.allclose(values, linear):
            problem = "You left out the tanh."
        elif wrong.any():
            problem = f"h_{int(wrong.argmax()) + 1} is not right yet (four digits are asked for)."
    _say(problem, "Right: the trace of the first input fades, and never quite ends.")


def rnn_parameters(answer: Callable[[int, int, int], int]) -> None:
    """H (D + H + 1), whatever T."""
    problem = None
    for D, H, T in ((4, 4, 10), (5, 4, 3), (2, 7, 1000)):
        count, problem = _call(answer, D, H, T)
        if problem is None and count != H * (D + H + 1):
            problem = f"For D = {D}, H = {H}, T = {T}: {count} is not right."
            if count == H * (D + H):
                problem += " Did you count the bias?"
            elif count == H * (D + H + 1) * T:
                problem += " All steps use the same arrays."
            elif count == D * (D + H + 1):
                problem += " How many units are there?"
        if problem:
            break
    _say(problem, "Right: the length of the sequence does not enter.")


def rnn_reorder(answer: Callable[[np.ndarray, int], np.ndarray]) -> None:
    """W of [x, h] as W of [h, x]."""
    rng = np.random.default_rng(0)
    D, H = 2, 3
    x, h, W = rng.normal(size=D), rng.normal(size=H), rng.normal(size=(D + H, H))
    given = W.copy()
    value, problem = _call(answer, W, D)
    if problem is None:
        array, problem = _array(value, W.shape)
        if array is not None:
            if not np.array_equal(W, given):
                problem = "Your function changed its argument; return a new matrix."
            elif np.array_equal(array, W):
                problem = "That is W itself: [h, x] @ W would mix up inputs and states."
            elif not np.allclose(
                np.concatenate([h, x]) @ array, np.concatenate([x, h]) @ W
            ):
                problem = (
                    "[h, x] @ (your matrix) differs from [x, h] @ W. Which rows meet x?"
                )
    _say(problem, "Right: the same numbers in another order, the same step.")


def rnn_collapse(answer: Callable[[SimpleRNN, int], np.ndarray]) -> None:
    """A linear network as one matrix."""
    rng = np.random.default_rng(0)
    B, T, D, H = 4, 5, 2, 3
    layer = SimpleRNN(D, H, rng=rng, activation="linear")
    layer.params["W_hh"] = rng.normal(size=(H, H))
    xs = rng.normal(size=(B, T, D))
    _, last, _ = layer.forward(xs)
    value, problem = _call(answer, layer, T)
    if problem is None:
        M, problem = _array(value, (T * D, H))
        if M is not None and not np.allclose(xs.reshape(B, T * D) @ M, last.h):
            problem = "xs.reshape(B, T * D) @ M is not the last state. What meets x_1 on its way?"
            if np.allclose(xs[:, -1] @ M[-D:], xs[:, -1] @ layer.params["W_xh"]):
                problem += " The last D rows are right."
    _say(problem, "Right: without tanh, all steps together are one matrix.")
