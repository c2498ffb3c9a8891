"""The checks of book/variants/coupled_gates."""

from collections.abc import Callable
from typing import Any

import numpy as np

from lib.activations import sigmoid
from lib.checks.answer import as_array, call, is_open, say, shown


def coupled_by_hand(answer: Any) -> None:
    """Two cell states of one unit."""
    if is_open(answer):
        return say("Not answered yet.", "")
    values, problem = as_array(answer, (2,))
    if values is not None:
        wrong = np.abs(values - (0.2, -0.4)) > 1e-9
        if np.allclose(values, (1.0, -0.5)):
            problem = "You wrote all of each candidate; how much does the gate leave?"
        elif np.allclose(values, (0.8, -0.1)):
            problem = "You exchanged the two shares: f is what is kept."
        elif wrong.any():
            problem = f"c_{int(wrong.argmax()) + 1} is not right yet."
    say(problem, "Right: each step is a weighted mean.")


def coupled_bias(answer: Callable[[float], float]) -> None:
    """The logit of what is kept."""
    problem = None
    for share in (0.1, 0.5, 0.02):
        value, problem = call(answer, share)
        if problem is None:
            number, problem = as_array(value, ())
            if number is not None and not np.isclose(1 - sigmoid(number), share):
                problem = f"For a share of {share}: {shown(value)} is not right."
                if np.isclose(sigmoid(number), share):
                    problem += " That keeps the share; it is to be written."
                elif np.isclose(number, 1 - share):
                    problem += " That is the gate; which bias gives it?"
        if problem:
            break
    say(problem, "Right: one bias, and both gates are set.")


def coupled_gradient(answer: Callable) -> None:
    """dA_f: both uses of the gate."""
    rng = np.random.default_rng(0)
    dc_new, c = rng.normal(size=(2, 3, 4))
    f, g = rng.uniform(0.1, 0.9, (3, 4)), rng.uniform(-0.9, 0.9, (3, 4))
    value, problem = call(answer, dc_new.copy(), c.copy(), f.copy(), g.copy())
    if problem is None:
        array, problem = as_array(value, f.shape)
        if array is not None and not np.allclose(array, dc_new * (c - g) * f * (1 - f)):
            problem = "That is not the gradient yet."
            if np.allclose(array, dc_new * c * f * (1 - f)):
                problem += " In how many places does f stand?"
            elif np.allclose(array, dc_new * (c + g) * f * (1 - f)):
                problem += " What is the derivative of 1 - f?"
            elif np.allclose(array, dc_new * (c - g)):
                problem += " The slope of the sigmoid is missing."
    say(problem, "Right: the gate learns from the difference of old and new.")


def coupled_move(answer: Callable[[float, float], tuple[float, float]]) -> None:
    """The largest gate, and its candidate, that lead from one cell state to another."""
    problem = None
    for c, target in ((0.2, 0.6), (0.2, -0.4), (-0.5, -0.2), (-0.5, -0.9)):
        value, problem = call(answer, c, target)
        if problem is None:
            pair, problem = as_array(value, (2,))
            if pair is not None:
                f, g = pair
                end = 1 if target > c else -1
                where, size = f"From {c} to {target}:", 1 + 1e-9
                if not (-1e-9 <= f <= size):
                    problem = f"{where} f = {f:.3g} is no gate. Up or down?"
                elif abs(g) > size:
                    problem = f"{where} g = {g:.3g} is outside of -1 to 1."
                elif not np.isclose(f * c + (1 - f) * g, target):
                    reached = f * c + (1 - f) * g
                    problem = f"{where} your pair leads to {reached:.3g}."
                    if np.isclose((1 - f) * c + f * g, target):
                        problem += " You exchanged the two shares."
                elif not np.isclose(f, (end - target) / (end - c)):
                    problem = f"{where} f = {f:.3g} does it, but a larger f does too."
                    problem += " Which candidate pulls the most?"
        if problem:
            break
    say(problem, "Right: the candidate at the end of its range lets you keep the most.")
