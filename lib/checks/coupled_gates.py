"""The checks of book/variants/coupled_gates."""

from collections.abc import Callable
from typing import Any

import numpy as np

from lib.activations import sigmoid
from lib.checks.answer import as_array, call, is_open, say, shown
from lib.coupled import CoupledLSTM
from lib.lstm import LSTM


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


def coupled_as_lstm(answer: Callable[[CoupledLSTM], LSTM]) -> None:
    """An LSTM with the coupled layer's outputs."""
    rng = np.random.default_rng(0)
    layer = CoupledLSTM(3, 4)
    for name, value in layer.params.items():
        layer.params[name] = rng.normal(size=value.shape)
    xs, before = (
        rng.normal(size=(2, 5, 3)),
        {k: v.copy() for k, v in layer.params.items()},
    )
    found, problem = call(answer, layer)
    if problem is None and not (
        type(found) is LSTM
        and (found.input_size, found.hidden_size, found.forget_gate) == (3, 4, True)
    ):
        problem = f"Expected an LSTM(3, 4), got {shown(found)}."
    if problem is None:
        changed = any(not np.array_equal(layer.params[k], v) for k, v in before.items())
        same = [k for k, v in before.items() if np.allclose(found.params[k], v)]
        outputs, problem = call(found.forward, xs)
        if changed:
            problem = "Your function changed the layer that it was given."
        elif problem is None and not np.allclose(outputs[0], layer.forward(xs)[0]):
            problem = "The LSTM computes something else."
            if len(same) < len(before):
                missing = next(k for k in before if k not in same)
                problem += f" Its {missing} differs from the coupled layer's."
            elif np.allclose(found.params["W_xi"], before["W_xf"]):
                problem += " Its input gate equals its forget gate."
            elif np.allclose(found.params["W_xi"], -before["W_xf"]):
                problem += " Are all three parts of the input gate set?"
    say(problem, "Right: a coupled layer is an LSTM whose input gate is not free.")
