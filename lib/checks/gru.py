"""The checks of book/variants/gru."""

from collections.abc import Callable
from typing import Any

import numpy as np

from lib.checks.answer import as_array, as_count, call, is_open, say, shown
from lib.gru import GRU


def gru_by_hand(answer: Any) -> None:
    """Three states of one unit without input, b_z = b_n = 1, to four digits."""
    if is_open(answer):
        return say("Not answered yet.", "")
    values, problem = as_array(answer, (3,))
    if values is not None:

        def states(keep: float, n: float) -> np.ndarray:
            return np.array([n * (1 - keep**t) for t in (1, 2, 3)])

        z, n = 1 / (1 + np.exp(-1.0)), np.tanh(1.0)
        right = states(z, n)
        wrong = np.abs(values - right) > 6e-5
        if np.allclose(values, states(z, 1.0), atol=6e-4):
            problem = "You left out the tanh of the candidate."
        elif np.allclose(values, states(1 - z, n), atol=6e-4):
            problem = "Here z is the share that is kept; you wrote z of the candidate."
        elif wrong.any() and np.abs(values - right).max() < 6e-4:
            problem = "Right to three digits; four are asked for."
        elif wrong.any():
            problem = f"h_{int(wrong.argmax()) + 1} is not right yet."
    say(problem, "Right: a bias of the candidate moves the state without any input.")


def gru_parameters(answer: Callable[[int, int, bool], int]) -> None:
    """3 H (D + H + 1) in Keras, with reset_after 3 H (D + H + 2)."""
    problem = None
    for D, H, after in ((5, 4, False), (5, 4, True), (32, 64, True)):
        count, problem = as_count(answer, D, H, after)
        biases = 2 if after else 1
        if count is not None and count != 3 * H * (D + H + biases):
            problem = f"For D = {D}, H = {H}, reset_after = {after}: {shown(count)} is not right."
            if count == 2 * H * (D + H + biases):
                problem += " The candidate has weights too."
            elif count == 4 * H * (D + H + biases):
                problem += " That is an LSTM."
            elif count == 3 * H * (D + H + 1) + H:
                problem += (
                    " So counts this course; Keras has a second bias for z and r too."
                )
            elif count == 3 * H * (D + H + 1):
                problem += (
                    " What has its own bias when the reset comes after the product?"
                )
        if problem:
            break
    say(problem, "Right: three affine maps, with one bias or two.")


def gru_turned(answer: Callable[[dict], dict]) -> None:
    """Parameters whose states are those of the given ones with all signs turned."""
    rng = np.random.default_rng(0)
    layer, mirror = GRU(2, 3), GRU(2, 3)
    for name, array in layer.params.items():
        layer.params[name] = rng.normal(size=array.shape)
    xs = rng.normal(size=(4, 5, 2))
    wanted = -layer.forward(xs)[0]
    given = {name: array.copy() for name, array in layer.params.items()}
    value, problem = call(answer, given)
    if problem is None and not isinstance(value, dict):
        problem = f"Expected a dict of parameters, got {shown(value)}."
    if problem is None and set(value) != set(layer.params):
        problem = f"Expected the names {', '.join(layer.params)}."
    if problem is not None:
        return say(problem, "")
    turned = {}
    for name, array in layer.params.items():
        found, problem = as_array(value[name], array.shape)
        if found is None:
            return say(f"{name}: {problem}", "")
        turned[name] = found
        if value is not given and not np.array_equal(given[name], array):
            return say("Your function changed its argument; return new arrays.", "")
    with np.errstate(all="ignore"):
        mirror.params |= turned
        off = np.abs(mirror.forward(xs)[0] - wanted).max()
    if not off < 1e-9:
        problem = f"The states still differ from -h by {off:.2f}."
        same = {n for n, a in layer.params.items() if np.array_equal(turned[n], a)}
        if len(same) == len(turned):
            problem += " These are the parameters as they came."
        elif not {"W_xz", "b_z", "W_xr", "b_r"} <= same:
            problem += " The gates must not change, and the input is not turned."
        elif "W_hn" not in same:
            problem += " Behind W_hn the turned state has turned the product already."
        elif same & {"W_xn", "b_n"}:
            problem += " Every term of the candidate's sum must turn."
        elif same & {"W_hz", "W_hr"}:
            problem += " Both gates read the turned state."
    say(problem, "Right: other weights, and the same network in a mirror.")


def gru_half_life(answer: Callable[[float, str], float]) -> None:
    """ln(1/2) / ln(share that is kept), for both conventions."""
    problem = None
    for bias, update in ((3.0, "keep"), (0.0, "keep"), (3.0, "write"), (-3.0, "write")):
        value, problem = call(answer, bias, update)
        if problem:
            break
        number, problem = as_array(value, ())
        if number is None:
            break
        keep, other = (1 / (1 + np.exp(-a)) for a in (bias, -bias))
        if update == "write":
            keep, other = other, keep
        if not np.isclose(number, np.log(0.5) / np.log(keep), rtol=5e-3):
            problem = (
                f"For bias {bias:.0f} and {update!r}: {shown(value)} is not right."
            )
            if np.isclose(number, np.log(0.5) / np.log(other), rtol=5e-3):
                problem += " Which share of the old state is left after a step?"
            elif np.isclose(number, -1 / np.log(keep), rtol=1e-2) or np.isclose(
                number, 1 / (1 - keep), rtol=1e-2
            ):
                problem += " After so many steps 37 % is left; ask for a half."
            break
    say(problem, "Right: the same bias is a long memory here and none there.")


def gru_two_forms(answer: Callable[[], tuple]) -> None:
    """r, h, W of two units for which the two places of the reset gate differ."""
    value, problem = call(answer)
    if problem is None and not (isinstance(value, tuple | list) and len(value) == 3):
        problem = "Expected three arrays: r, h, W."
    if problem is not None:
        return say(problem, "")
    shapes = {"r": (2,), "h": (2,), "W": (2, 2)}
    arrays = []
    for (name, shape), given in zip(shapes.items(), value, strict=True):
        array, problem = as_array(given, shape)
        if array is None:
            return say(f"{name}: {problem}", "")
        arrays.append(array)
    r, h, W = arrays
    apart = np.abs((r * h) @ W - r * (h @ W)).max()
    if not ((r > 0) & (r < 1)).all():
        problem = "r: a gate lies between 0 and 1, and reaches neither."
    elif not (np.abs(h) < 1).all():
        problem = "h: the state of a GRU lies between -1 and 1."
    elif not (np.abs(W) <= 1).all():
        problem = "W: no entry beyond 1, for a fair comparison."
    elif apart <= 0.5:
        problem = f"They differ by {apart:.2f}; more than 0.5 is asked for."
        if np.isclose(r[0], r[1]):
            problem += " Equal entries of r can be taken out of the product."
        elif W[0, 1] == W[1, 0] == 0:
            problem += " With a diagonal W each unit reads itself alone."
    say(problem, f"Right: the same r, h and W, and results {apart:.2f} apart.")
