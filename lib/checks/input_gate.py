"""The checks of book/lstm/input_gate."""

from collections.abc import Callable
from itertools import product
from typing import Any

import numpy as np

from lib.activations import sigmoid
from lib.checks.answer import as_array, call, is_open, say, shown
from lib.lstm import LSTM

FAULTS = (
    "Whose weights compute the input gate?",
    "What does the forget gate scale?",
    "Which product acts unit by unit?",
)


def input_by_hand(answer: Any) -> None:
    """c_1, c_2, c_3 and the limit for f = 0.9, i = 0.5, g = 1."""
    if is_open(answer):
        return say("Not answered yet.", "")
    values, problem = as_array(answer, (4,))
    if values is not None:
        wrong = np.abs(values - [0.5, 0.95, 1.355, 5]) > 6e-4
        if wrong.any():
            names = ("c_1", "c_2", "c_3", "The limit")
            problem = f"{names[int(wrong.argmax())]} is not right yet."
            if np.allclose(values[:2], [0.1, 0.19]):
                problem += " The amount is i, whatever f is."
            elif np.allclose(values[:3], [0.5, 1, 1.5]):
                problem += " What is kept of the old value?"
            elif not wrong[:3].any():
                problem += " There, which c becomes itself again?"
    say(problem, "Right: at 5, as much is written as is lost.")


def input_write(answer: Callable) -> None:
    """The new cell state from x, h, c, f and the parameters."""
    rng = np.random.default_rng(0)
    B, D, H = 4, 2, 4  # B = H: a matrix product of gate and candidate is no error
    layer = LSTM(D, H, rng)
    for name, value in layer.params.items():
        layer.params[name] = rng.normal(size=value.shape)
    p = {name: value.copy() for name, value in layer.params.items()}
    x, h, c = (rng.normal(size=(B, size)) for size in (D, H, H))
    f = sigmoid(x @ p["W_xf"] + h @ p["W_hf"] + p["b_f"])
    right_i = sigmoid(x @ p["W_xi"] + h @ p["W_hi"] + p["b_i"])
    wrong_i = sigmoid(x @ p["W_xf"] + h @ p["W_hf"] + p["b_i"])
    g = np.tanh(x @ p["W_xg"] + h @ p["W_hg"] + p["b_g"])
    given = {name: value.copy() for name, value in p.items()}
    value, problem = call(answer, x.copy(), h.copy(), c.copy(), f.copy(), given)
    if problem is None:
        array, problem = as_array(value, c.shape)
        if array is not None and not np.allclose(array, f * c + right_i * g):
            problem = "That is not the new cell state yet."
            for faulty in product((False, True), repeat=3):
                i = wrong_i if faulty[0] else right_i
                kept = f if faulty[1] else f * c
                written = i @ g if faulty[2] else i * g
                if np.allclose(array, kept + written):
                    left = [hint for hint, there in zip(FAULTS, faulty) if there]
                    several = f"{len(left)} of the three faults are left."
                    problem += f" {left[0] if len(left) == 1 else several}"
    say(problem, "Right: its own weights, the old memory, entry by entry.")


def input_bucket(answer: Callable[[], LSTM]) -> None:
    """An LSTM(2, 1) that adds half of tanh(value) at each mark."""
    layer, problem = call(answer)
    if problem is None and not (
        type(layer) is LSTM
        and getattr(layer, "input_size", None) == 2
        and getattr(layer, "hidden_size", None) == 1
    ):
        problem = f"Expected an LSTM(2, 1), got {shown(layer)}."
    if problem is None:
        rng = np.random.default_rng(0)
        values, marks = rng.normal(size=50), (rng.random(50) < 0.3).astype(float)
        once = np.zeros(50)
        once[0] = 1
        found = []
        for mark in (0 * marks, once, marks):
            xs = np.stack([values, mark], axis=-1)[None]
            for steps in (1, 50):
                out, problem = call(layer.forward, xs[:, :steps])
                if problem:
                    return say(problem, "")
                found.append(float(out[1].c[0, 0]))
        half = np.tanh(values) / 2
        if not np.isfinite(found).all():
            problem = "The cell state is not finite."
        elif np.abs(found[:2]).max() > 0.02:
            problem = "Without any mark the cell state has changed."
        elif abs(found[2] - half[0]) > 0.02:
            problem = f"A mark has added {found[2]:.3f}; half of tanh(value) is {half[0]:.3f}."
        elif abs(found[3] - half[0]) > 0.02:
            problem = "Something was forgotten: one mark, and 49 steps without."
        elif abs(found[5] - half @ marks) > 0.02 * marks.sum():
            problem = "Several marks do not add up. What happens to the old content at a mark?"
    say(problem, "Right: it adds, and never forgets.")
