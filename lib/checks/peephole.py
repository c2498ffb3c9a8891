"""The checks of book/variants/peephole."""

from collections.abc import Callable
from typing import Any

import numpy as np

from lib.checks.answer import as_array, as_count, call, is_open, say, shown


def peephole_by_hand(answer: Any) -> None:
    """c_1, o_1 and c_2 of one unit, to three digits."""
    if is_open(answer):
        return say("Not answered yet.", "")
    values, problem = as_array(answer, (3,))
    if values is not None:
        wrong = np.abs(values - (0.5, 0.7311, 0.6345)) > 6e-4
        if wrong.any():
            problem = f"{('c_1', 'o_1', 'c_2')[int(wrong.argmax())]} is not right yet."
            if wrong[1] and abs(values[1] - 0.5) < 6e-4:
                problem += " The output gate sees the cell state after the step."
            elif wrong[2] and abs(values[2] - 0.75) < 6e-4:
                problem += " The forget gate of step 2 sees c_1."
    say(problem, "Right: f looks back by one step, o does not.")


def peephole_budget(answer: Callable[[int, int, bool], int]) -> None:
    """The most units with 4 H (D + H + 1) parameters and the peepholes' 3 H, or 3 H H."""

    def cost(D: int, H: int, kind: str) -> int:
        return 4 * H * (D + H + 1) + 3 * {"no": 0, "vector": H, "matrix": H * H}[kind]

    def most(D: int, budget: int, kind: str) -> int:
        return next(H for H in range(budget) if cost(D, H + 1, kind) > budget)

    problem = None
    for D, budget, full in ((3, 1000, False), (3, 10000, True), (32, 25024, False)):
        count, problem = as_count(answer, D, budget, full)
        kind, other = ("matrix", "vector") if full else ("vector", "matrix")
        right = most(D, budget, kind)
        if count is not None and count != right:
            where = f"For D = {D}, a budget of {budget}, full = {full}:"
            problem = f"{where} {shown(count)} is not right."
            if count == most(D, budget, "no"):
                problem += " That is an LSTM without peepholes."
            elif count == most(D, budget, other):
                problem += " Which peephole is a vector, which a matrix?"
            elif count == right + 1:
                problem += f" It has {cost(D, count, kind)} parameters."
            elif count == right - 1:
                problem += " One unit more still fits."
        if problem:
            break
    say(problem, "Right: the price of a unit grows with the number of units.")


def peephole_gradient(answer: Callable) -> None:
    """dC_{t-1} with all three peepholes."""
    rng = np.random.default_rng(0)
    dh_new, dc_new, c = rng.normal(size=(3, 3, 4))
    i, f, o = rng.uniform(0.1, 0.9, (3, 3, 4))
    g, p = rng.uniform(-0.9, 0.9, (3, 4)), rng.normal(size=(3, 4))
    c_new = f * c + i * g

    def right(p_i: Any, p_f: Any, p_o: Any) -> np.ndarray:
        u = np.tanh(c_new)
        da_o = dh_new * u * o * (1 - o)
        dc = dc_new + dh_new * o * (1 - u * u) + p_o * da_o
        da_i, da_f = dc * g * i * (1 - i), dc * c * f * (1 - f)
        return dc * f + p_i * da_i + p_f * da_f

    arguments = (dh_new, dc_new, c, c_new, i, f, g, o, *p)
    value, problem = call(answer, *(a.copy() for a in arguments))
    if problem is None:
        array, problem = as_array(value, c.shape)
        if array is not None and not np.allclose(array, right(*p)):
            problem = "That is not the gradient yet."
            if np.allclose(array, right(0, 0, 0)):
                problem += " It is that of an LSTM."
            elif np.allclose(array, right(p[0], p[1], 0)):
                problem += " The output gate saw C_t: one more way into dC_t."
            elif np.allclose(array, right(0, 0, p[2])):
                problem += " Two gates saw the cell state before the step."
            else:
                for k, name in enumerate("if"):
                    if np.allclose(array, right(*(p[j] * (j != k) for j in range(3)))):
                        problem += f" What does gate {name} pass on to C_{{t-1}}?"
    say(problem, "Right: three wires forward, three ways back.")


def peephole_due(answer: Callable[[list[int], int], np.ndarray]) -> None:
    """A 1 at the last step of every span."""
    problem = None
    for delays, interval in (([0, 0], 4), ([1, 0, 1, 1], 3), ([0, 2, 0], 10)):
        value, problem = call(answer, list(delays), interval)
        if problem is None:
            lengths = [interval + delay for delay in delays]
            right = np.concatenate([np.eye(1, n, n - 1)[0] for n in lengths])
            array, problem = as_array(value, right.shape)
            if array is not None and not np.array_equal(array, right):
                where = f"For delays {delays} and interval {interval}:"
                problem = f"{where} the spikes are not at {np.flatnonzero(array)}."
                if np.array_equal(array, np.roll(right, 1)):
                    problem += " Yours are a step late; steps begin at 0."
                elif np.array_equal(array, np.roll(right, -1)):
                    problem += " Yours are a step early."
        if problem:
            break
    say(problem, "Right: the spans follow one another, and each ends in a spike.")
