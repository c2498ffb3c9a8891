"""The checks of book/activations/activations."""

from collections.abc import Callable
from typing import Any

import numpy as np

from lib.checks.answer import as_array, call, is_open, say


def act_by_hand(answer: Any) -> None:
    """The slopes of sigmoid and tanh at 0, and where the sigmoid is 0.99."""
    if is_open(answer):
        return say("Not answered yet.", "")
    values, problem = as_array(answer, (3,))
    if values is not None:
        at_zero, a = values[:2], values[2]
        where = np.log(99)
        if np.allclose(at_zero, (0.5, 0)):
            problem = "These are the values at 0. What are the slopes?"
        elif not np.isclose(at_zero[0], 0.25):
            problem = "The slope of the sigmoid at 0 is not right yet. What is y there?"
        elif not np.isclose(at_zero[1], 1):
            problem = "The slope of tanh at 0 is not right yet. What is y there?"
        elif abs(a + where) < 1e-3:
            problem = "The sign of a: is 0.99 above or below one half?"
        elif abs(a - np.log10(99)) < 2e-3:
            problem = "The natural logarithm, not that to the base 10."
        elif abs(a - where) > 1e-3:
            problem = (
                "a is not right yet. Solve y = 1 / (1 + exp(-a)) for exp(-a) first."
            )
    say(problem, "Right: it takes only 4.6 to come within a hundredth of the end.")


def act_tanh(answer: Callable[[np.ndarray], np.ndarray]) -> None:
    """tanh, made of sigmoid."""
    a = np.array([-3.0, -0.7, 0.0, 0.4, 2.0])
    value, problem = call(answer, a)
    if problem is None:
        array, problem = as_array(value, a.shape)
        if array is not None and not np.allclose(array, np.tanh(a)):
            problem = "That is not tanh yet."
            if np.allclose(array, np.tanh(a / 2)):
                problem += " It rises too slowly."
            elif np.allclose(array, (1 + np.tanh(a)) / 2):
                problem += " It lies between 0 and 1."
    say(problem, "Right: one curve, in two sizes.")


def act_one(answer: Any) -> None:
    """The first integer whose sigmoid is 1 in float64."""
    if is_open(answer):
        return say("Not answered yet.", "")
    value, problem = as_array(answer, ())
    if value is not None:
        a = float(value)
        if a == 17:
            problem = "That is the one of float32; float64 has 53 bits."
        elif a == 53:
            problem = "53 is the number of bits. For which a is exp(-a) that small?"
        elif a != int(a):
            problem = "An integer is asked for."
        elif a < 37:
            problem = "There the sigmoid is still below 1, by a little."
        elif a > 37:
            problem = "There it is 1, but it is not the first."
    say(problem, "Right: from there on the slope is exactly 0.")


def act_stable(answer: Callable[[np.ndarray], np.ndarray]) -> None:
    """tanh for sums of any size, without overflow on the way."""
    a = np.array([-1000.0, -20.0, -1.5, 0.0, 0.3, 2.0, 1000.0])
    with np.errstate(all="ignore"):
        value, problem = call(answer, a)
    if problem is None:
        try:
            array = np.asarray(value, float)
        except Exception:  # text, a tensor that needs a gradient ...
            array = np.zeros(0)
        if array.shape == a.shape and np.isnan(array).any():
            problem = f"For a = {a[np.isnan(array)][0]:g} the result is nan. What is exp(1000)?"
        else:
            values, problem = as_array(value, a.shape)
            if values is not None and not np.allclose(values, np.tanh(a)):
                problem = f"For a = {a[~np.isclose(values, np.tanh(a))][0]:g} the result is wrong."
    if problem is None:
        with np.errstate(over="raise", invalid="raise"):
            _, problem = call(answer, a)
        if problem is not None:
            problem = "The values are right, but something overflows on the way."
    say(problem, "Right, and nothing overflows.")
