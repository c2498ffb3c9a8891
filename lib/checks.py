"""Checks of the exercises: one function each, named after the chapter and the exercise.

A check prints one line: `✓` and what the answer shows, or `✗` and a hint that does not give the
solution away. It never raises, so that a notebook with open exercises still runs.
"""

import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from lib.activations import softmax
from lib.jacobians import sensitivity
from lib.lstm import LSTM
from lib.rnn import SimpleRNN
from lib.text import contiguous_batches


def _say(problem: str | None, praise: str) -> None:
    marks, text = ("✗ ", "no: "), problem
    if problem is None:
        marks, text = ("✓ ", "ok: "), praise
    try:
        print(f"{marks[0]}{text}")
    except UnicodeEncodeError:  # a terminal without these characters
        print(f"{marks[1]}{text}".encode("ascii", "replace").decode())


def _shown(value: Any) -> str:
    """The value in one short line."""
    try:
        text = " ".join(repr(value).split())
    except Exception:  # whatever a reader's class may do
        text = f"a {type(value).__name__}"
    return text if len(text) <= 100 else f"{text[:97]}..."


def _open(value: Any) -> bool:
    """Is this still the `...` of the exercise?"""
    return value is ... or (
        isinstance(value, tuple | list) and any(v is ... for v in value)
    )


def _call(function: Callable, *arguments: Any) -> tuple[Any, str | None]:
    """The result of the reader's function, or what is wrong with calling it."""
    if not callable(function):
        return None, f"Give the function itself, not {_shown(function)}."
    try:
        value = function(*arguments)
    except Exception as error:  # whatever a reader's code may do
        return None, f"Your function stopped with {_shown(error)}."
    return value, "Not answered yet." if _open(value) else None


def _array(value: Any, shape: tuple[int, ...]) -> tuple[np.ndarray | None, str | None]:
    """The value as numbers of that shape, or what is wrong with it."""
    try:
        given = np.asarray(value)
        if given.dtype.kind not in "fiuO":  # text, for one, would be converted too
            raise TypeError
        array = given.astype(float)
    except Exception:  # a tensor that needs a gradient raises a RuntimeError
        return None, f"Expected numbers, got {_shown(value)}."
    if array.shape != shape:
        return None, f"Expected shape {shape}, got {array.shape}."
    if not np.isfinite(array).all():
        return None, "Expected finite numbers."
    return array, None


def _count(
    function: Callable, *arguments: int
) -> tuple[int, None] | tuple[None, str | None]:
    """The int that the reader's function returns, or what is wrong with it."""
    value, problem = _call(function, *arguments)
    if problem:
        return None, problem
    try:
        return operator.index(value), None
    except Exception:  # a float, an array, a tensor of floats ...
        return None, f"Expected a whole number (an int), got {_shown(value)}."


def rnn_by_hand(answer: Any) -> None:
    """Three states of one unit, to four digits."""
    if _open(answer):
        return _say("Not answered yet.", "")
    values, problem = _array(answer, (3,))
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
    _say(problem, "Right: the trace of the first input fades, and never quite ends.")


def rnn_parameters(answer: Callable[[int, int, int], int]) -> None:
    """H (D + H + 1), whatever T."""
    problem = None
    for D, H, T in ((4, 4, 10), (5, 4, 3), (2, 7, 1000)):
        count, problem = _count(answer, D, H, T)
        if count is not None and count != H * (D + H + 1):
            problem = f"For D = {D}, H = {H}, T = {T}: {_shown(count)} is not right."
            if count == H * (D + H):
                problem += " Did you count the bias?"
            elif count == H * (D + H + 1) * T:
                problem += " All steps use the same arrays."
            elif count == D * (D + H + 1):
                problem += " How many units are there?"
        if problem:
            break
    _say(problem, "Right: the length of the sequence does not enter.")


def rnn_reorder(answer: Callable[[np.ndarray, int], np.ndarray]) -> None:
    """W of [x, h] as W of [h, x]."""
    rng = np.random.default_rng(0)
    D, H = 2, 3
    x, h, W = rng.normal(size=D), rng.normal(size=H), rng.normal(size=(D + H, H))
    given = W.copy()
    value, problem = _call(answer, W, D)
    if problem is None:
        array, problem = _array(value, W.shape)
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
    _say(problem, "Right: the same numbers in another order, the same step.")


def rnn_collapse(answer: Callable[[SimpleRNN, int], np.ndarray]) -> None:
    """A linear network as one matrix."""
    rng = np.random.default_rng(0)
    B, T, D, H = 4, 5, 2, 3
    layer = SimpleRNN(D, H, rng=rng, activation="linear")
    layer.params["W_hh"] = rng.normal(size=(H, H))
    xs = rng.normal(size=(B, T, D))
    _, last, _ = layer.forward(xs)
    value, problem = _call(answer, layer, T)
    if problem is None:
        M, problem = _array(value, (T * D, H))
        if M is not None and not np.allclose(xs.reshape(B, T * D) @ M, last.h):
            problem = "xs.reshape(B, T * D) @ M is not the last state. What meets x_1 on its way?"
            if np.allclose(xs[:, -1] @ M[-D:], xs[:, -1] @ layer.params["W_xh"]):
                problem += " The last D rows are right."
    _say(problem, "Right: without tanh, all steps together are one matrix.")


def lstm_parameters(answer: Callable[[int, int, int], int]) -> None:
    """4 H (D + H + biases)."""
    problem = None
    for D, H, biases in ((32, 64, 1), (5, 4, 1), (5, 4, 2)):
        count, problem = _count(answer, D, H, biases)
        if count is not None and count != 4 * H * (D + H + biases):
            problem = f"For D = {D}, H = {H}, biases = {biases}: {_shown(count)} is not right."
            if count == H * (D + H + biases):
                problem += " How many affine maps are there?"
            elif count == 3 * H * (D + H + biases):
                problem += " The candidate has weights too."
            elif count == 4 * H * (D + H + 1):
                problem += " Which part does PyTorch keep twice?"
        if problem:
            break
    _say(problem, "Right: four affine maps, with one bias or two.")


def _lstm_run() -> dict[str, np.ndarray]:
    """Random values of one step (gates inside their ranges), and random gradients."""
    rng = np.random.default_rng(0)
    run = {name: rng.normal(size=(3, 4)) for name in ("dh_new", "dc_new", "c")}
    run |= {name: rng.uniform(0.1, 0.9, (3, 4)) for name in "ifo"}
    run["g"] = rng.uniform(-0.9, 0.9, (3, 4))
    run["c_new"] = run["f"] * run["c"] + run["i"] * run["g"]
    return run


def lstm_cell_gradient(answer: Callable) -> None:
    """dC_{t-1} from dH_t and dC_t."""
    run = _lstm_run()
    names = ("dh_new", "dc_new", "c_new", "f", "o")
    dh_new, dc_new, c_new, f, o = arguments = [run[name] for name in names]
    through_h = dh_new * o * (1 - np.tanh(c_new) ** 2)
    value, problem = _call(answer, *(a.copy() for a in arguments))
    if problem is None:
        array, problem = _array(value, f.shape)
        if array is not None and not np.allclose(array, (dc_new + through_h) * f):
            problem = "That is not the gradient yet."
            if np.allclose(array, dc_new * f):
                problem += " The hidden state uses the cell state too."
            elif np.allclose(array, dc_new + through_h):
                problem += (
                    " That is the gradient of C_t; one factor leads on to the C before."
                )
            elif np.allclose(array, through_h + dc_new * f):
                problem += " Both uses lead to C_t, and go on from there together."
            elif np.allclose(array, through_h * f):
                problem += " What came from the next step is missing."
    _say(problem, "Right: two uses, one factor on the way back.")


def lstm_sums_backward(answer: Callable) -> None:
    """The gradients of the four sums, checked one by one."""
    run = _lstm_run()
    names = ("dh_new", "dc_new", "c", "c_new", "i", "f", "g", "o")
    dh_new, dc_new, c, c_new, i, f, g, o = arguments = [run[name] for name in names]
    value, problem = _call(answer, *(a.copy() for a in arguments))
    if problem is None and not (isinstance(value, tuple | list) and len(value) == 4):
        problem = "Expected four arrays: da_i, da_f, da_g, da_o."
    if problem is None:
        u = np.tanh(c_new)
        dc = dc_new + dh_new * o * (1 - u * u)
        right = {
            "da_i": dc * g * i * (1 - i),
            "da_f": dc * c * f * (1 - f),
            "da_g": dc * i * (1 - g * g),
            "da_o": dh_new * u * o * (1 - o),
        }
        wrong = []
        for (name, wanted), got in zip(right.items(), value, strict=True):
            array, problem = _array(got, wanted.shape)
            if array is None:
                return _say(f"{name}: {problem}", "")
            if not np.allclose(array, wanted):
                wrong.append(name)
        if wrong:
            problem = f"Not equal to the derivative yet: {', '.join(wrong)}."
    _say(problem, "Right: all four agree with the derivative.")


def lstm_explode(answer: Callable[[], LSTM]) -> None:
    """An LSTM whose total gradient grows."""
    layer, problem = _call(answer)
    if problem is None and not (
        type(layer) is LSTM
        and getattr(layer, "input_size", None) == 1
        and getattr(layer, "hidden_size", None) == 32
    ):
        problem = f"Expected an LSTM(1, 32), got {_shown(layer)}."
    if problem is None:
        xs = 0.1 * np.random.default_rng(0).normal(size=(30, 1))
        with np.errstate(all="ignore"):  # an overflow is seen in the result
            norms, problem = _call(sensitivity, layer, xs)
        if problem is None and not np.isfinite(norms[-1, 0]):
            problem = (
                f"The norm is {norms[-1, 0]}. Are all weights finite, and small enough?"
            )
        elif problem is None and norms[-1, 0] <= 1000:
            problem = (
                f"The norm is {norms[-1, 0]:.1e}. Which way back contains a matrix?"
            )
    _say(problem, "Right: it grew a thousandfold and more, with every gate below 1.")


def first_gradient(answer: Any) -> None:
    """p - y for the logits (ln 2, 0, ln 5), class 0 right."""
    if _open(answer):
        return _say("Not answered yet.", "")
    values, problem = _array(answer, (3,))
    if values is not None:
        p = np.array([2, 1, 5]) / 8
        if np.allclose(values, p):
            problem = "These are the probabilities. What was right?"
        elif np.allclose(values, -(p - [1, 0, 0])):
            problem = (
                "The sign: descent goes against the gradient, this is the gradient."
            )
        elif not np.allclose(values, p - [1, 0, 0]):
            problem = "Not yet. What are the exponentials of the logits, and their sum?"
            if not np.isclose(values.sum(), 0):
                problem += " The three entries must add up to 0."
    _say(problem, "Right: it adds up to 0, as p and y both add up to 1.")


def first_batch(answer: Callable[[np.ndarray, int, int, int], np.ndarray]) -> None:
    """The inputs of the k-th contiguous batch."""
    B, T, problem = 3, 4, None
    for N, k in ((47, 0), (47, 1), (47, 2), (48, 1)):
        ids = np.arange(N)
        batches = [inputs for inputs, _ in contiguous_batches(ids, B, T)]
        value, problem = _call(answer, ids, B, T, k)
        if problem is None:
            array, problem = _array(value, (B, T))
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
    _say(problem, "Right: every row goes on in the next batch.")


def first_temperature(answer: Callable[[np.ndarray, float], np.ndarray]) -> None:
    """softmax(logits / temperature), without overflow."""
    problem = None
    for logits, temperature in (([2.0, 0.0, 1.0], 0.5), ([1000.0, 999.0, 0.0], 1.0)):
        with np.errstate(all="ignore"):  # an overflow is seen in the result
            value, problem = _call(answer, np.array(logits), temperature)
        if problem is None:
            array, problem = _array(value, (3,))
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
    _say(problem, "Right, and nothing overflows.")
