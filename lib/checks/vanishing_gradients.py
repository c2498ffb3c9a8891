"""The checks of book/activations/vanishing_gradients."""

from collections.abc import Callable
from typing import Any

import numpy as np

from lib.checks.answer import as_array, call, is_open, say, shown
from lib.optimizers import clip_by_norm


def vanish_powers(answer: Any) -> None:
    """The first n with 0.95^n < 1/1000 and 1.05^n > 1000; what leaves a half after 100."""
    if is_open(answer):
        return say("Not answered yet.", "")
    values, problem = as_array(answer, (3,))
    if values is not None:
        *steps, factor = values
        for base, end, n in zip((0.95, 1.05), ("0.001", "1000"), steps, strict=True):
            exact = np.log(float(end)) / np.log(base)
            if problem is None and n != np.ceil(exact):
                problem = f"{base}^n: n = {shown(float(n))} is not right yet."
                if abs(n - exact) < 1:
                    problem += " Is the bound passed there, and what is a step?"
                else:
                    problem += f" Solve n ln {base} = ln {end}."
        if problem is None and not abs(factor - 0.5**0.01) < 6e-5:
            problem = f"{shown(float(factor))} is not the factor yet."
            if abs(factor - 0.5**0.01) < 6e-4:
                problem += " Four digits are asked for."
            elif abs(factor - 0.995) < 6e-5:
                problem += " The losses multiply, they do not add up."
            else:
                problem += " Solve 100 ln w = ln 0.5."
    say(problem, "Right: a loss of 0.7 % a step is a half after a hundred.")


def vanish_power(answer: Callable[[np.ndarray, int], np.ndarray]) -> None:
    """W^t by the eigenvalues of W, which is not symmetric."""
    problem = None
    for seed, t in ((0, 2), (1, 7)):
        W = np.random.default_rng(seed).normal(size=(4, 4)) / 2
        given, right = W.copy(), np.linalg.matrix_power(W, t)
        value, problem = call(answer, given, t)
        if problem:
            break
        is_complex = isinstance(value, np.ndarray) and value.dtype.kind == "c"
        array, problem = as_array(value.real if is_complex else value, W.shape)
        if array is None:
            break
        eigenvalues, Q = np.linalg.eig(W)
        symmetric = [(Q * eigenvalues**t @ other).real for other in (Q.T, Q.conj().T)]
        if not np.array_equal(given, W):
            problem = "Your function changed its argument; return a new matrix."
        elif any(np.allclose(array, other) for other in symmetric):
            problem = "Q^T is the inverse of Q only if W is symmetric; this W is not."
        elif np.allclose(array, W**t):
            problem = "W**t raises each entry by itself."
        elif not np.allclose(array, right):
            problem = (
                f"That is not W^{t} yet. Only the eigenvalues are raised to a power."
            )
        elif is_complex:
            problem = "Right, but complex: the imaginary parts are rounding. Return the real part."
        if problem:
            break
    say(problem, "Right: the power of a matrix, by powers of numbers.")


FATES = ("vanishes", "stays", "grows", "vanishes", "stays")


def vanish_fates(answer: Any) -> None:
    """What becomes of ||W^t||: of five matrices."""
    if is_open(answer):
        return say("Not answered yet.", "")
    problem = None
    if not (isinstance(answer, tuple | list) and len(answer) == len(FATES)):
        problem = f"Expected {len(FATES)} words, got {shown(answer)}."
    elif not all(isinstance(a, str) and a in FATES for a in answer):
        problem = "Expected the words 'vanishes', 'grows' and 'stays'."
    else:
        hints = (
            "(a): compute W^2.",
            "(b): compute W^2 and W^3. What does the corner tend to, and what is left?",
            "(c): what does W make of the vector (1, -1)?",
            "(d): compute W^2. The entry 2 is used in every other step only.",
            "(e): what is left to do after two steps?",
        )
        wrong = [
            h for h, a, right in zip(hints, answer, FATES, strict=True) if a != right
        ]
        problem = wrong[0] if wrong else None
    say(problem, "Right: the eigenvalues decide, not the entries.")


def vanish_clip(answer: Callable[[dict, float], dict]) -> None:
    """The gradients as one vector, shortened to the limit."""
    rng, problem = np.random.default_rng(0), None
    cases = (
        ({"W": np.array([[3.0, 4.0]]), "b": np.zeros(1)}, 1.0),
        ({"W": rng.normal(size=(2, 3)), "b": rng.normal(size=3)}, 0.5),
        ({"W": np.array([[0.3]]), "b": np.array([-0.4])}, 1.0),
        ({"W": np.zeros((2, 2)), "b": np.zeros(2)}, 1.0),
    )
    for number, (grads, limit) in enumerate(cases):
        given = {name: g.copy() for name, g in grads.items()}
        with np.errstate(all="ignore"):  # a division by zero is seen in the result
            value, problem = call(answer, given, limit)
        if problem is None and not (
            isinstance(value, dict) and value.keys() == grads.keys()
        ):
            problem = (
                f"Expected a dict with the keys of the gradients, got {shown(value)}."
            )
        if problem is None:
            problem = _clipped(value, given, grads, limit)
            if problem and number == 2:
                problem += " This gradient is shorter than the limit."
            elif problem and number == 3:
                problem += " This gradient is zero."
        if problem:
            break
    say(
        problem,
        "Right: (3, 4) becomes (0.6, 0.8), and a short gradient stays as it is.",
    )


def _clipped(value: dict, given: dict, grads: dict, limit: float) -> str | None:
    """What is wrong with one answer of vanish_clip."""
    for name, right in clip_by_norm(grads, limit).items():
        array, problem = as_array(value[name], right.shape)
        if array is None:
            return f"{name}: {problem}"
        if not np.array_equal(given[name], grads[name]):
            return "Your function changed its argument; return new arrays."
        if np.allclose(array, right):
            continue
        problem = f"{name}: {shown(array.round(3).tolist())} is not right yet."
        if np.allclose(array, np.clip(grads[name], -limit, limit)):
            problem += " You clipped entry by entry: that turns the direction."
        elif np.allclose(array, clip_by_norm({name: grads[name]}, limit)[name]):
            problem += " All arrays together are one vector, with one norm."
        return problem
    return None
