"""The checks of book/variants/clockwork."""

from collections.abc import Callable
from typing import Any

import numpy as np

from lib.checks.answer import as_array, as_count, call, is_open, say, shown


def clockwork_copied(answer: Any) -> None:
    """The direct and the total gradient of a state that is kept for three steps."""
    if is_open(answer):
        return say("Not answered yet.", "")
    values, problem = as_array(answer, (2,))
    if values is not None:
        total, da = 1.0, 0.0
        for dh_fast in (1.0, 0.0, 0.0):  # what arrives at steps 3, 2, 1
            da = 0.8 * (dh_fast + 0.5 * da)
            total += 0.5 * da
        if abs(values[0] - 1) > 6e-4:
            problem = (
                "The direct one is not right: what is a copied state multiplied with?"
            )
        elif np.isclose(values[1], 1.4, atol=6e-4):
            problem = "The total has the fast unit's last step only; it read at steps 1 and 2, too."
        elif np.isclose(values[1], total - 1, atol=6e-4):
            problem = "The total has what comes through the fast unit; the direct way counts too."
        elif abs(values[1] - total) > 6e-4:
            problem = (
                "The direct one is right, the total is not: walk back step by step."
            )
    say(problem, "Right: kept as it is, and read on the way.")


def clockwork_living(answer: Callable[[int, int], int]) -> None:
    """k^2 g (g + 1) / 2 recurrent weights of g modules of k units with different periods."""
    problem = None
    for g, k in ((9, 3), (4, 2), (1, 5)):
        count, problem = as_count(answer, g, k)
        if count is not None and count != k * k * g * (g + 1) // 2:
            problem = f"For g = {g}, k = {k}: {shown(count)} is not right."
            if count == k * k * g * g:
                problem += " Those are all entries; which are never read?"
            elif count == k * k * g * (g - 1) // 2:
                problem += " A module reads itself, too."
            elif count == g * (g + 1) // 2:
                problem += " Those are blocks; how many weights has one?"
            elif count == g * k * (g * k + 1) // 2:
                problem += " The triangle is one of blocks, not of single entries."
        if problem:
            break
    say(problem, "Right: nine modules of three units have 405 of 729.")


def clockwork_active(answer: Callable[[list[int]], float]) -> None:
    """The share of modules that run at a step, in the long run."""
    problem = None
    for periods in ([2**k for k in range(9)], [1, 3], [4]):
        value, problem = call(answer, list(periods))
        if problem is None:
            array, problem = as_array(value, ())
            if array is not None and abs(array - np.mean(1 / np.array(periods))) > 6e-4:
                problem = f"For the periods {periods}: {shown(value)} is not right."
                if abs(array - np.sum(1 / np.array(periods))) < 6e-4:
                    problem += " That is how many modules run; which share is that?"
                elif abs(array - 1 / np.mean(periods)) < 6e-4:
                    problem += " First the share of each module, then the mean."
        if problem:
            break
    say(problem, "Right: with the periods 1 to 256 it is 0.222.")
