"""The checks of book/recurrent/first_network."""

from collections.abc import Callable
from typing import Any

import numpy as np

from lib.activations import softmax
from lib.checks.answer import as_array, call, is_open, say
from lib.text import contiguous_batches


def first_gradient(answer: Any) -> None:
    """p - y for the logits (ln 2, 0, ln 5), class 0 right."""
    if is_open(answer):
        return say("Not answered yet.", "")
    values, problem = as_array(answer, (3,))
    if values is not None:
        p = np.array([2, 1, 5]) / 8
        if np.allclose(values, p):
            problem = "These are the probabilities. What was right?"
        elif np.allclose(values, -(p - [1, 0, 0])):
            problem = (
                "The sign: this is the step against it. Asked for is the gradient."
            )
        elif not np.allclose(values, p - [1, 0, 0]):
            problem = "Not yet. What are the exponentials of the logits, and their sum?"
            if not np.isclose(values.sum(), 0):
                problem += " The three entries must add up to 0."
    say(problem, "Right: it adds up to 0, as p and y both add up to 1.")


def first_batch(answer: Callable[[np.ndarray, int, int, int], np.ndarray]) -> None:
    """The inputs of the k-th contiguous batch."""
    B, T, problem = 3, 4, None
    for N, k in ((47, 0), (47, 1), (47, 2), (48, 1)):
        ids = np.arange(N)
        batches = [inputs for inputs, _ in contiguous_batches(ids, B, T)]
        value, problem = call(answer, ids, B, T, k)
        if problem is None:
            array, problem = as_array(value, (B, T))
            if array is not None and not np.array_equal(array, batches[k]):
                problem = f"Batch {k} of {N} ids is not right yet."
                if N == 48:
                    problem += " The last id is a target only: how long is a row?"
                if k and np.array_equal(array, ids[:36].reshape(-1, B, T)[k]):
                    problem += (
                        " Row 0 does not go on where row 0 of the batch before ended."
                    )
        if problem:
            break
    say(problem, "Right: every row goes on in the next batch.")


def first_temperature(answer: Callable[[np.ndarray, float], np.ndarray]) -> None:
    """softmax(logits / temperature), without overflow."""
    problem = None
    for logits, temperature in (([2.0, 0.0, 1.0], 0.5), ([1000.0, 999.0, 0.0], 1.0)):
        with np.errstate(all="ignore"):  # an overflow is seen in the result
            value, problem = call(answer, np.array(logits), temperature)
        if problem is None:
            array, problem = as_array(value, (3,))
            right = softmax(np.array(logits) / temperature)
            if array is None:
                problem = f"For logits {logits}: {problem} What do you exponentiate?"
            elif not np.allclose(array, right):
                problem = (
                    f"For logits {logits} and temperature {temperature}: not right yet."
                )
                if np.allclose(array, softmax(np.array(logits) * temperature)):
                    problem += " A low temperature must sharpen."
                elif np.allclose(array, softmax(np.array(logits))):
                    problem += " Where does the temperature enter?"
        if problem:
            break
    say(problem, "Right, and nothing overflows.")
