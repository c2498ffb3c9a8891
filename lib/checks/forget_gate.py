"""The checks of book/lstm/forget_gate."""

from collections.abc import Callable
from typing import Any

import numpy as np

from lib.activations import sigmoid
from lib.checks.answer import as_array, call, is_open, say, shown
from lib.lstm import LSTM
from lib.rnn import SimpleRNN
from lib.stacked import Stacked


def forget_half_life(answer: Any) -> None:
    """The half-lives for bias ln 3 and ln 9, to one decimal."""
    if is_open(answer):
        return say("Not answered yet.", "")
    values, problem = as_array(answer, (2,))
    if values is not None:
        gates = sigmoid(np.log([3.0, 9.0]))
        right = np.log(0.5) / np.log(gates)
        wrong = np.abs(values - right) > 0.06
        if wrong.any():
            problem = f"Not right yet for bias {('ln 3', 'ln 9')[int(wrong.argmax())]}."
            if np.allclose(values, -1 / np.log(gates), atol=0.06):
                problem += (
                    " After so many steps 37 % is left; which logarithm is that of ½?"
                )
            elif np.allclose(values[::-1], right, atol=0.06):
                problem += " Which of the two keeps longer?"
            elif np.allclose(values, 1 / right, atol=0.006):
                problem += " Turn the fraction over."
    say(problem, "Right: a gate of 0.9 still halves a memory every 6.6 steps.")


def forget_bias_for(answer: Callable[[float], float]) -> None:
    """The bias for a half-life of n steps."""
    problem = None
    for n in (20, 100, 1, 3):
        value, problem = call(answer, n)
        if problem:
            break
        bias, problem = as_array(value, ())
        if bias is None:
            break
        gate = 0.5 ** (1 / n)
        if abs(bias - np.log(gate / (1 - gate))) > 1e-6:
            problem = f"For {n} steps: {shown(value)} is not right."
            if np.isclose(bias, gate):
                problem += " That is the gate; which bias gives it?"
            elif np.isclose(bias, np.log(n / np.log(2))):
                problem += (
                    " That holds for long half-lives only: what of a single step?"
                )
            elif np.isclose(bias, np.log((1 - gate) / gate)):
                problem += " Should a longer memory have a smaller bias?"
            elif np.isclose(bias, np.log(0.5) / np.log(sigmoid(np.array(float(n))))):
                problem += " That is the half-life for a bias; the other way is asked."
            break
    say(problem, "Right: 100 steps need a bias of 4.968, 20 steps 3.345.")


def forget_set_bias(answer: Callable[[Stacked, float], None]) -> None:
    """Every forget bias of a stack, and nothing else."""
    rng = np.random.default_rng(0)
    layers = [
        LSTM(2, 3, rng, input_bias=0.5),
        LSTM(3, 4, rng, forget_gate=False),
        SimpleRNN(4, 5, rng),
        LSTM(5, 2, rng, forget_bias=-1.0),
    ]
    stack = Stacked(layers)
    before = {name: value.copy() for name, value in stack.params.items()}
    _, problem = call(answer, stack, 2.5)
    if problem is None:
        now = dict(stack.params.items())
        gates = [name for name in before if name.endswith(".b_f")]
        unset = [name for name in gates if not np.all(now[name] == 2.5)]
        others = set(before) - set(gates)
        changed = sorted(n for n in others if not np.array_equal(now[n], before[n]))
        if changed:
            problem = f"{changed[0]} has changed; it is no bias of a forget gate."
        elif len(unset) == len(gates):
            problem = "No forget gate has the bias yet. Does your function change stack.params?"
        elif unset:
            problem = f"{unset[0]} is not set."
    say(problem, "Right: two forget gates, and nothing else was touched.")
