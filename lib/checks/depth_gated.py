"""The checks of book/variants/depth_gated."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import numpy as np

from lib.activations import sigmoid
from lib.checks.answer import as_array, as_count, call, is_open, say, shown
from lib.depth_gated import DepthGatedLSTM


def depth_by_hand(answer: Any) -> None:
    """One upper unit: c_t, the gradient of the depth gate's sum, the gradient of the c below."""
    if is_open(answer):
        return say("Not answered yet.", "")
    values, problem = as_array(answer, (3,))
    if values is not None:
        right = [0.45, 0.375, 0.4]
        names = (
            "The cell state",
            "The gradient of the gate's sum",
            "That of the c below",
        )
        wrong = np.abs(values - right) > 6e-4
        if wrong[0]:
            problem = "The cell state is not right: three products are added."
            if np.isclose(values[0], -0.05):
                problem = (
                    "The cell state is not right: what comes from below is missing."
                )
        elif wrong[1]:
            problem = (
                f"{names[1]} is not right: what was d multiplied with, and its slope?"
            )
        elif wrong[2]:
            problem = f"{names[2]} is not right yet."
            if np.isclose(values[2], 0.25):
                problem = f"{names[2]} has a second way: the gate looks at it, too."
    say(problem, "Right: one way through the product, one through the gate.")


def depth_extra(answer: Callable[[int, int, int], int]) -> None:
    """The largest stack of LSTMs with no more parameters than a depth-gated net."""

    def stack(D: int, H: int, levels: int) -> int:
        return 4 * H * (D + H + 1) + (levels - 1) * 4 * H * (2 * H + 1)

    def rival(D: int, H: int, levels: int, gates: int) -> int:
        allowed, units = stack(D, H, levels) + gates * H * (H + 3), H
        while stack(D, units + 1, levels) <= allowed:
            units += 1
        return units

    problem = None
    for D, H, levels in ((2, 100, 2), (64, 64, 4), (2, 16, 6), (2, 16, 2)):
        count, problem = as_count(answer, D, H, levels)
        if count is not None and count != rival(D, H, levels, levels - 1):
            more = "many" if count > rival(D, H, levels, levels - 1) else "few"
            problem = f"D = {D}, H = {H}, {levels} levels: {shown(count)} units are too {more}."
            if count == H:
                problem += " The stack may spend what the depth gates cost."
            elif count == rival(D, H, levels, levels):
                problem += " Level 0 has no depth gate."
            elif count == rival(D, H, levels, 1):
                problem += " There is a gate at every boundary."
            elif count == rival(D, H, levels, levels - 1) + 1:
                problem += " At most as many parameters, not about as many."
        if problem:
            break
    say(problem, "Right: a fair rival, to the unit.")


def depth_shut(answer: Callable[[DepthGatedLSTM], Any]) -> None:
    """A function that makes the cell state of every level a copy of that of level 0."""
    rng = np.random.default_rng(0)
    layer = DepthGatedLSTM(3, 4, rng=rng, num_layers=3)
    for name, value in layer.params.items():
        layer.params[name] = rng.normal(size=value.shape)
    given, xs = deepcopy(layer), rng.normal(size=(5, 2, 3))
    _, problem = call(answer, layer)
    if problem is not None:
        return say(problem, "")
    try:
        changed = [
            n for n, a in given.params.items() if not np.array_equal(layer.params[n], a)
        ]
        problem = _no_copy(layer, xs)
    except Exception as error:  # whatever a reader's code may have done to the layer
        return say(f"The layer does not run any more: {shown(error)}.", "")
    if not changed:
        problem = "Nothing was changed: set the parameters of the layer that came in."
    elif any(name.startswith("layer0") for name in changed):
        problem = "You changed level 0. It is what the others copy; leave it alone."
    say(problem, "Right: one cell state, at every level in the same step.")


def _no_copy(layer: DepthGatedLSTM, xs: np.ndarray) -> str | None:
    """Why the cell states of the levels differ, or None; the first level that does."""
    state = layer.initial_state(xs.shape[1])
    for x in xs:
        (h, c), (state, _) = state, layer.step(x, state)
        for k in range(1, layer.num_layers):
            if np.allclose(state.c[k], state.c[0], atol=1e-9):
                continue
            p = {n: layer.params[f"layer{k}.{n}"] for n in layer.levels[k].params}
            i, f = (
                sigmoid(
                    state.h[k - 1] @ p[f"W_x{n}"]
                    + h[k] @ p[f"W_h{n}"]
                    + p[f"p_{n}"] * c[k]
                    + p[f"b_{n}"]
                )
                for n in "if"
            )
            g = np.tanh(state.h[k - 1] @ p["W_xg"] + h[k] @ p["W_hg"] + p["b_g"])
            if np.abs(i * g).max() > 1e-9:
                return f"Level {k} still writes something of its own."
            if np.abs(f * c[k]).max() > 1e-9:
                return f"Level {k} still keeps something from the step before."
            return f"The depth gate of level {k} does not let everything in."
    return None
