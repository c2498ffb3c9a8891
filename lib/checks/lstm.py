"""The checks of book/lstm/lstm."""

from collections.abc import Callable

import numpy as np

from lib.checks.answer import as_array, as_count, call, say, shown
from lib.jacobians import sensitivity
from lib.lstm import LSTM


def lstm_parameters(answer: Callable[[int, int, int], int]) -> None:
    """4 H (D + H + biases)."""
    problem = None
    for D, H, biases in ((32, 64, 1), (5, 4, 1), (5, 4, 2)):
        count, problem = as_count(answer, D, H, biases)
        if count is not None and count != 4 * H * (D + H + biases):
            problem = (
                f"For D = {D}, H = {H}, biases = {biases}: {shown(count)} is not right."
            )
            if count == H * (D + H + biases):
                problem += " How many affine maps are there?"
            elif count == 3 * H * (D + H + biases):
                problem += " The candidate has weights too."
            elif count == 4 * H * (D + H + 1):
                problem += " Which part does PyTorch keep twice?"
        if problem:
            break
    say(problem, "Right: four affine maps, with one bias or two.")


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
    value, problem = call(answer, *(a.copy() for a in arguments))
    if problem is None:
        array, problem = as_array(value, f.shape)
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
    say(problem, "Right: two uses, one factor on the way back.")


def lstm_sums_backward(answer: Callable) -> None:
    """The gradients of the four sums, checked one by one."""
    run = _lstm_run()
    names = ("dh_new", "dc_new", "c", "c_new", "i", "f", "g", "o")
    dh_new, dc_new, c, c_new, i, f, g, o = arguments = [run[name] for name in names]
    value, problem = call(answer, *(a.copy() for a in arguments))
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
            array, problem = as_array(got, wanted.shape)
            if array is None:
                return say(f"{name}: {problem}", "")
            if not np.allclose(array, wanted):
                wrong.append(name)
        if wrong:
            problem = f"Not equal to the derivative yet: {', '.join(wrong)}."
    say(problem, "Right: all four agree with the derivative.")


def lstm_explode(answer: Callable[[], LSTM]) -> None:
    """An LSTM whose total gradient grows."""
    layer, problem = call(answer)
    if problem is None and not (
        type(layer) is LSTM
        and getattr(layer, "input_size", None) == 1
        and getattr(layer, "hidden_size", None) == 32
    ):
        problem = f"Expected an LSTM(1, 32), got {shown(layer)}."
    if problem is None:
        xs = 0.1 * np.random.default_rng(0).normal(size=(30, 1))
        with np.errstate(all="ignore"):  # an overflow is seen in the result
            norms, problem = call(sensitivity, layer, xs)
        if problem is None and not np.isfinite(norms[-1, 0]):
            problem = (
                f"The norm is {norms[-1, 0]}. Are all weights finite, and small enough?"
            )
        elif problem is None and norms[-1, 0] <= 1000:
            problem = (
                f"The norm is {norms[-1, 0]:.1e}. Which way back contains a matrix?"
            )
    say(problem, "Right: it grew a thousandfold and more, with every gate below 1.")
