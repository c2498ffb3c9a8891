"""The checks of book/recurrent/sequences."""

from collections.abc import Callable
from typing import Any

import numpy as np

from lib.checks.answer import as_array, as_count, call, is_open, say, shown

SHAPES = ("one-to-many", "many-to-one", "aligned", "delayed")


def seq_windows(answer: Callable[[int, int, int], int]) -> None:
    """How many pairs of window and answer: T - k - horizon + 1, or none."""
    problem = None
    for T, k, horizon in ((100, 10, 1), (20, 3, 4), (7, 4, 3), (5, 4, 3)):
        count, problem = as_count(answer, T, k, horizon)
        right = max(0, T - k - horizon + 1)
        if count is not None and count != right:
            problem = (
                f"For T = {T}, k = {k}, horizon {horizon}: {shown(count)} is not right."
            )
            if count < 0:
                problem += " Is there less than nothing?"
            elif count == T - k + 1:
                problem += " Does the last of these windows have an answer?"
            elif count == T - k - horizon:
                problem += " Count by hand with T = 3, k = 2, horizon 1."
            elif count == T - k:
                problem += " Where does the horizon enter?"
        if problem:
            break
    say(problem, "Right: 90 pairs for T = 100, k = 10 and one step ahead.")


def seq_shapes(answer: Any) -> None:
    """The shapes of eight tasks, in the order of the exercise."""
    if is_open(answer):
        return say("Not answered yet.", "")
    right = (
        "many-to-one", "one-to-many", "aligned", "delayed",
        "many-to-one", "delayed", "one-to-many", "aligned",
    )  # fmt: skip
    problem = None
    if not isinstance(answer, tuple | list) or len(answer) != len(right):
        problem = f"Expected eight strings, got {shown(answer)}."
    else:
        for number, (given, shape) in enumerate(zip(answer, right, strict=True), 1):
            if not isinstance(given, str) or given not in SHAPES:
                names = ", ".join(SHAPES)
                problem = f"{number}: expected one of {names}, got {shown(given)}."
            elif given != shape:
                problem = f"{number} is not right yet."
                if (given, shape) in (("aligned", "delayed"), ("delayed", "aligned")):
                    problem += " When is the first answer due?"
                elif given == "many-to-one":
                    problem += " Is a single answer wanted?"
                elif given == "one-to-many":
                    problem += " Is there a single input?"
                else:
                    problem += (
                        " How many inputs are there, how many answers are wanted?"
                    )
            if problem:
                break
    say(problem, "Right: all eight.")


def seq_persistence(answer: Any) -> None:
    """Persistence on x' = 0.9 x + e: its mean squared error, and the best skill."""
    if is_open(answer):
        return say("Not answered yet.", "")
    values, problem = as_array(answer, (2,))
    if values is not None:
        error, skill = values
        right = 2 / 1.9
        if np.isclose(error, 2 / 0.19, rtol=1e-3):
            problem = "That is 2 v: neighbors of this series are not independent."
        elif np.isclose(error, 1 / 0.19, rtol=1e-3):
            problem = "That is the variance of x_t. By how much does persistence err?"
        elif np.isclose(error, 1.01, rtol=1e-3):
            problem = "The variance of x_t is not 1: it must reproduce itself from step to step."
        elif abs(error - right) > 1e-3:
            problem = "The error of persistence is not right yet. Write it as a part of x_t plus e."
        elif np.isclose(skill, 0.95, atol=1e-3):
            problem = "That is the quotient of the errors. The skill is 1 minus it."
        elif abs(skill - 0.05) > 1e-3:
            problem = "The error is right, the skill is not yet. What is the error of the best?"
    say(problem, "Right: persistence is hard to beat here, and the best skill small.")


def seq_batch_first(answer: Callable[[np.ndarray], np.ndarray]) -> None:
    """(T, B, D) as (B, T, D)."""
    T, B, D = 4, 3, 2
    xs = np.arange(float(T * B * D)).reshape(T, B, D)
    given = xs.copy()
    value, problem = call(answer, xs)
    if problem is None:
        array, problem = as_array(value, (B, T, D))
        if array is not None:
            if not np.array_equal(xs, given):
                problem = "Your function changed its argument; return another array."
            elif np.array_equal(array, given.reshape(B, T, D)):
                problem = (
                    "The shape is right, the numbers are not in their places: is [b, t] of yours "
                    "the old [t, b]?"
                )
            elif not np.array_equal(array, given.swapaxes(0, 1)):
                problem = "[b, t] of your result is not [t, b] of the argument."
    say(problem, "Right: the axes are exchanged, every row is still one sample's.")
