"""The checks of book/recurrent/rnn."""

from collections.abc import Callable
from typing import Any

import numpy as np

from lib.checks.answer import as_array, as_count, call, is_open, say, shown
from lib.rnn import SimpleRNN


def rnn_by_hand(answer: Any) -> None:
    """Three states of one unit, to four digits."""
    if is_open(answer):
        return say("Not answered yet.", "")
    values, problem = as_array(answer, (3,))
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
        elif wrong.any() and np.abs(values - right).max() < 6e-4:
            problem = "Right to three digits; four are asked for."
        elif wrong.any():
            problem = f"h_{int(wrong.argmax()) + 1} is not right yet."
    say(problem, "Right: the trace of the first input fades, and never quite ends.")


def rnn_parameters(answer: Callable[[int, int, int], int]) -> None:
    """H (D + H + 1), whatever T."""
    problem = None
    for D, H, T in ((4, 4, 10), (5, 4, 3), (2, 7, 1000)):
        count, problem = as_count(answer, D, H, T)
        if count is not None and count != H * (D + H + 1):
            problem = f"For D = {D}, H = {H}, T = {T}: {shown(count)} is not right."
            if count == H * (D + H):
                problem += " Did you count the bias?"
            elif count == H * (D + H + 1) * T:
                problem += " All steps use the same arrays."
            elif count == D * (D + H + 1):
                problem += " How many units are there?"
        if problem:
            break
    say(problem, "Right: the length of the sequence does not enter.")


def rnn_reorder(answer: Callable[[np.ndarray, int], np.ndarray]) -> None:
    """W of [x, h] as W of [h, x]."""
    rng = np.random.default_rng(0)
    D, H = 2, 3
    x, h, W = rng.normal(size=D), rng.normal(size=H), rng.normal(size=(D + H, H))
    given = W.copy()
    value, problem = call(answer, W, D)
    if problem is None:
        array, problem = as_array(value, W.shape)
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
    say(problem, "Right: the same numbers in another order, the same step.")


def rnn_collapse(answer: Callable[[SimpleRNN, int], np.ndarray]) -> None:
    """A linear network as one matrix."""
    rng = np.random.default_rng(0)
    B, T, D, H = 4, 5, 2, 3
    layer = SimpleRNN(D, H, rng=rng, activation="linear")
    layer.params["W_hh"] = rng.normal(size=(H, H))
    xs = rng.normal(size=(B, T, D))
    _, last, _ = layer.forward(xs)
    value, problem = call(answer, layer, T)
    if problem is None:
        M, problem = as_array(value, (T * D, H))
        if M is not None and not np.allclose(xs.reshape(B, T * D) @ M, last.h):
            problem = "xs.reshape(B, T * D) @ M is not the last state. What meets x_1 on its way?"
            if np.allclose(xs[:, -1] @ M[-D:], xs[:, -1] @ layer.params["W_xh"]):
                problem += " The last D rows are right."
    say(problem, "Right: without tanh, all steps together are one matrix.")
