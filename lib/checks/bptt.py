"""The checks of book/activations/bptt."""

from collections.abc import Callable
from typing import Any

import numpy as np

from lib.checks.answer import as_array, call, is_open, say
from lib.rnn import SimpleRNN


def bptt_by_hand(answer: Any) -> None:
    """dh_3 by w_x, w_h and b of one unit, to four digits."""
    if is_open(answer):
        return say("Not answered yet.", "")
    values, problem = as_array(answer, (3,))
    if values is not None:
        xs, hs, w_h = (1, 0, 0), [0.0], 0.8
        for x in xs:
            hs.append(float(np.tanh(x + w_h * hs[-1])))
        dh, no_slope, uses, flat = 1.0, 1.0, [], []
        for t in (3, 2, 1):
            factors = np.array([xs[t - 1], hs[t - 1], 1])
            da = dh * (1 - hs[t] ** 2)
            uses.append(da * factors)
            flat.append(no_slope * factors)
            dh, no_slope = da * w_h, no_slope * w_h
        right = np.sum(uses, axis=0)
        wrong = np.abs(values - right) > 6e-5
        if np.allclose(values, np.sum(flat, axis=0), atol=6e-4):
            problem = "You left out the slope of tanh."
        elif np.allclose(values, uses[0], atol=6e-4):
            problem = "That is the share of step 3 alone. Who else used the weights?"
        elif np.allclose(values, right[[1, 0, 2]], atol=6e-4):
            problem = "The order is: by w_x, by w_h, by b."
        elif wrong.any() and np.abs(values - right).max() < 6e-4:
            problem = "Right to three digits; four are asked for."
        elif wrong.any():
            name = ("w_x", "w_h", "b")[int(wrong.argmax())]
            problem = f"The gradient of {name} is not right yet."
            if np.allclose(values[2], uses[0][2], atol=6e-4) and not wrong[:2].any():
                problem += " The bias is used at every step."
    say(problem, "Right: each step adds its share, and hands one number on.")


def bptt_readout(answer: Callable) -> None:
    """dW, db and the gradients of all H_t, for a read-out of their mean; a square W."""
    rng = np.random.default_rng(0)
    B, T, H = 3, 5, 4
    hs, dy, W = (rng.normal(size=shape) for shape in ((B, T, H), (B, H), (H, H)))
    mean, dmean = hs.mean(axis=1), dy @ W.T
    spread = np.repeat(dmean[:, None], T, axis=1)
    at_the_end = spread * (np.arange(T) == T - 1)[:, None]
    right = {"dW": mean.T @ dy, "db": dy.sum(axis=0), "dhs": spread / T}
    value, problem = call(answer, hs.copy(), dy.copy(), W.copy())
    if problem is None and not (isinstance(value, tuple | list) and len(value) == 3):
        problem = "Expected three arrays: dW, db, dhs."
    if problem is None:
        turned = np.repeat((dy @ W)[:, None], T, axis=1)
        mistakes = {
            "dW": [(T * mean.T @ dy, "W is multiplied by the mean, not by the sum."),
                   (hs[:, -1].T @ dy, "W reads all steps, not the last one alone."),
                   (dy.T @ mean, "Which of the two factors has the rows of W?")],
            "db": [(dy.mean(axis=0), "The mean is over the steps, not over the samples."),
                   (T * dy.sum(axis=0), "The bias is added once, after the mean.")],
            "dhs": [(spread, "How much of each state is in the mean?"),
                    (at_the_end, "Every state is used, not only the last."),
                    (at_the_end / T, "Every state is used, not only the last."),
                    (turned, "From outputs back to units: which way round is W?"),
                    (turned / T, "From outputs back to units: which way round is W?")],
        }  # fmt: skip
        for (name, wanted), got in zip(right.items(), value, strict=True):
            array, problem = as_array(got, wanted.shape)
            if array is None:
                return say(f"{name}: {problem}", "")
            if not np.allclose(array, wanted):
                hints = [hint for m, hint in mistakes[name] if np.allclose(array, m)]
                return say(" ".join([f"{name} is not right yet.", *hints[:1]]), "")
    say(problem, "Right: every step receives the same share.")


def bptt_next(answer: Callable) -> None:
    """The complete gradient of each state: what t + 1 sends is added."""
    rng = np.random.default_rng(0)
    T, H = 5, 3
    hs, dhs = rng.uniform(-0.9, 0.9, (T, H)), rng.normal(size=(T, H))
    W = rng.normal(size=(H, H))

    def carried(matrix: np.ndarray, at: int, slopes: bool = True) -> np.ndarray:
        """`at`: 1 if what step t receives is multiplied by the slope of t + 1, 0 by that of t."""
        found = dhs.copy()
        for t in range(T - 2, -1, -1):
            slope = 1 - hs[t + at] ** 2 if slopes else 1
            found[t] += (found[t + 1] * slope) @ matrix
        return found

    right, forward = carried(W.T, 1), dhs.copy()
    for t in range(1, T):
        forward[t] += (forward[t - 1] * (1 - hs[t - 1] ** 2)) @ W.T
    once = dhs.copy()
    once[:-1] += (dhs[1:] * (1 - hs[1:] ** 2)) @ W.T
    value, problem = call(answer, hs.copy(), dhs.copy(), W.copy())
    if problem is None:
        array, problem = as_array(value, (T, H))
        if array is not None and not np.allclose(array, right):
            problem = "Not the complete gradient yet."
            if np.allclose(array, dhs):
                problem += " What comes from the next step is missing."
            elif np.allclose(array, forward):
                problem += (
                    " You added what comes from t - 1. Who used H_t after step t?"
                )
            elif np.allclose(array, once):
                problem += " What t + 1 hands on contains what t + 2 handed to it."
            elif np.allclose(array, carried(W, 1)):
                problem += " Which way round is W_hh on the way back?"
            elif np.allclose(array, carried(W.T, 0)):
                problem += " On its way it passes the tanh of which step?"
            elif np.allclose(array, carried(W.T, 1, slopes=False)):
                problem += " It passes a tanh on its way."
            elif np.allclose(array[-1], right[-1]):
                problem += " The last step is right."
    say(problem, "Right: it enters at the fork, before the slope of its step.")


def bptt_kept(answer: Callable[[int, int], Any]) -> None:
    """Which pairs (loss s, use t) survive segments of `length` steps."""
    problem = None
    for T, length in ((7, 3), (6, 1), (4, 9)):
        value, problem = call(answer, T, length)
        if problem is None:
            try:
                value = np.asarray(value) * 1  # True and False are numbers, too
            except Exception:  # whatever a reader's class may do
                return say("Expected a matrix of True and False.", "")
            array, problem = as_array(value, (T, T))
            if array is not None:
                s, t = np.ogrid[:T, :T]
                right = (t <= s) & (s // length == t // length)
                if not np.array_equal(array, right):
                    problem = f"For T = {T}, length = {length} it is not right yet."
                    if np.array_equal(array, right.T):
                        problem += " Row s is the loss, column t the use."
                    elif np.array_equal(array, s // length == t // length):
                        problem += (
                            " Does the loss of a step reach uses that come later?"
                        )
                    elif np.array_equal(array, (t <= s) & (s - t < length)):
                        problem += (
                            " That is a window that moves along; segments stand still."
                        )
                    elif np.array_equal(array, t <= s):
                        problem += " Nothing is cut yet."
        if problem:
            break
    say(problem, "Right: triangles along the diagonal; with length 1, the diagonal.")


def bptt_bugs(answer: Callable) -> None:
    """All gradients of a layer, against `SimpleRNN.backward`."""
    rng = np.random.default_rng(0)
    B, T, D, H = 2, 4, 3, 5
    layer = SimpleRNN(D, H, rng=rng)
    for name, before in layer.params.items():
        layer.params[name] = rng.normal(size=before.shape) / 2
    xs, dhs, p = rng.normal(size=(B, T, D)), rng.normal(size=(B, T, H)), layer.params
    hs, _, cache = layer.forward(xs)
    dxs, _, grads = layer.backward(dhs, cache)
    right = {"dxs": dxs, **{f"d{name}": grads[name] for name in ("W_xh", "W_hh")}}
    right["db"] = grads["b_h"]
    arguments = (xs, hs, dhs, p["W_xh"], p["W_hh"])
    with np.errstate(all="ignore"):
        value, problem = call(answer, *(a.copy() for a in arguments))
    if problem is None and not (isinstance(value, tuple | list) and len(value) == 4):
        problem = "Expected four arrays: dxs, dW_xh, dW_hh, db."
    if problem is None:
        wrong, late = [], False
        for (name, wanted), got in zip(right.items(), value, strict=True):
            array, problem = as_array(got, wanted.shape)
            if array is None:
                return say(f"{name}: {problem}", "")
            if not np.allclose(array, wanted):
                wrong.append(name)
            if name == "dxs":
                late = np.allclose(array[:, -1], wanted[:, -1])
        if wrong:
            problem = f"Not equal to the derivative yet: {', '.join(wrong)}."
            if "dxs" in wrong and not late:
                problem += " Look at the last step first: there nothing comes back yet."
            elif "dxs" in wrong:
                problem += " The last step is right. What reaches the one before?"
            elif len(wrong) < 3:
                problem += " Every da is right; what does the sum of it add up?"
    say(problem, "Right: all five found, and all gradients agree with the derivative.")
