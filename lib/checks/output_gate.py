"""The checks of book/lstm/output_gate."""

from collections.abc import Callable
from typing import Any

import numpy as np

from lib.checks.answer import as_array, call, is_open, say
from lib.lstm import LSTM


def output_gates(answer: Any) -> None:
    """The output gates of two units from their h and c."""
    if is_open(answer):
        return say("Not answered yet.", "")
    values, problem = as_array(answer, (2,))
    if values is not None:
        h, c = np.array([0.58, -0.41]), np.array([1.37, -0.52])
        wrong = np.abs(values - h / np.tanh(c)) > 0.006
        if wrong.any():
            problem = f"The gate of unit {int(wrong.argmax()) + 1} is not right yet."
            if np.allclose(values, h / c, atol=0.006):
                problem += " What stands between c and h, besides the gate?"
            elif values.max() > 1:
                problem += " A gate is below 1. Which array can have entries above 1?"
            elif values.min() < 0:
                problem += " A gate has no sign. What of that of c?"
            elif np.allclose(values, h * np.tanh(c), atol=0.006):
                problem += " The gate times tanh(c) gives h."
    say(problem, "Right: the third array is c, and o = h / tanh(c).")


def output_fuse(answer: Callable) -> None:
    """W (H + D, 4 H) and b (4 H,) of all four sums."""
    rng = np.random.default_rng(0)
    B, D, H = 2, 3, 5
    layer = LSTM(D, H, rng)
    for name, value in layer.params.items():
        layer.params[name] = rng.normal(size=value.shape)
    p = {name: value.copy() for name, value in layer.params.items()}
    given = {name: value.copy() for name, value in p.items()}
    value, problem = call(answer, given)
    if problem is None and not (isinstance(value, tuple | list) and len(value) == 2):
        problem = "Expected two arrays, W and b."
    if problem is None:
        W, problem = as_array(value[0], (H + D, 4 * H))
        if W is None:
            return say(f"W: {problem}", "")
        b, problem = as_array(value[1], (4 * H,))
        if b is None:
            return say(f"b: {problem}", "")
        x, h = rng.normal(size=(B, D)), rng.normal(size=(B, H))
        sums = {k: x @ p[f"W_x{k}"] + h @ p[f"W_h{k}"] + p[f"b_{k}"] for k in "ifgo"}
        got = np.concatenate([h, x], axis=1) @ W + b
        if not np.allclose(got, np.concatenate(list(sums.values()), axis=1)):
            problem = "[h, x] @ W + b does not hold the four sums yet."
            turned = np.concatenate([x, h], axis=1) @ W + b
            if np.allclose(turned, np.concatenate(list(sums.values()), axis=1)):
                problem += " [x, h] @ W + b does; which rows must meet h?"
            elif all(
                any(np.allclose(block, a) for a in sums.values())
                for block in np.split(got, 4, axis=1)
            ):
                problem += (
                    " The sums are there, in another order; asked for is i, f, g, o."
                )
            elif np.allclose(got - b, np.concatenate([*sums.values()], 1) - _bias(p)):
                problem += " The products are right; the bias is not."
    say(problem, "Right: one product, four sums.")


def output_leave_out(answer: Callable[[LSTM], None]) -> None:
    """An LSTM whose parameters were changed so that h = tanh(c)."""
    rng = np.random.default_rng(0)
    layer = LSTM(3, 4, rng)
    for name, value in layer.params.items():
        layer.params[name] = rng.normal(size=value.shape)
    before = {name: value.copy() for name, value in layer.params.items()}
    xs = 100 * rng.normal(size=(2, 6, 3))
    _, problem = call(answer, layer)
    if problem is None:
        now = dict(layer.params.items())
        changed = [
            name
            for name in before
            if name[-1] != "o" and not np.array_equal(now[name], before[name])
        ]
        (hs, last, _), (small, small_last, _) = (
            layer.forward(scale * xs) for scale in (1, 0.01)
        )
        if changed:
            problem = (
                f"{changed[0]} has changed; it is no parameter of the output gate."
            )
        elif not np.allclose(small[:, -1], np.tanh(small_last.c), atol=1e-3):
            problem = "h is not tanh(c) yet. Which value must the gate have?"
        elif not np.allclose(hs[:, -1], np.tanh(last.c), atol=1e-3):
            problem = (
                "For small inputs h = tanh(c), for large ones not. What moves the gate?"
            )
    say(problem, "Right: without weights nothing can move the gate from 1.")


def _bias(p: dict[str, np.ndarray]) -> np.ndarray:
    return np.concatenate([p[f"b_{k}"] for k in "ifgo"])
