"""The checks of book/variants/depth_gated."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import numpy as np

from lib.checks.answer import as_array, as_count, call, is_open, say, shown
from lib.depth_gated import DepthGatedLSTM
from lib.lstm import LSTM
from lib.stacked import Stacked


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


def depth_extra(answer: Callable[[int], int]) -> None:
    """H^2 + 3 H parameters more for each boundary between two levels."""
    problem = None
    for H in (64, 5, 1):
        count, problem = as_count(answer, H)
        if count is not None and count != H * (H + 3):
            problem = f"For H = {H}: {shown(count)} is not right."
            if count == H * (2 * H + 3):
                problem += " The depth gate does not read the hidden state before."
            elif count == H * (H + 1):
                problem += " It looks at two cell states, too."
            elif count == H * (H + 2):
                problem += " One array of H numbers is missing."
            elif count == 3 * H * H + H:
                problem += " The weights of the cell states are diagonal."
        if problem:
            break
    say(problem, "Right: 4,288 at H = 64.")


def depth_shut(answer: Callable[[DepthGatedLSTM], Any]) -> None:
    """A function that shuts the depth gates of a layer and leaves the rest alone."""
    rng = np.random.default_rng(0)
    B, T, D, H = 2, 5, 3, 4
    layer = DepthGatedLSTM(D, H, rng=rng, num_layers=3, peepholes="")
    for name, value in layer.params.items():
        layer.params[name] = rng.normal(size=value.shape)
    plain = Stacked([LSTM(D if k == 0 else H, H) for k in range(3)])
    plain.params.update({name: layer.params[name] for name in plain.params})
    given, xs = deepcopy(layer), rng.normal(size=(B, T, D))
    _, problem = call(answer, layer)
    if problem is None:
        try:
            hs, _, _ = layer.forward(xs)
            same = np.allclose(hs, plain.forward(xs)[0])
            moved = [
                name
                for name in plain.params
                if not np.array_equal(layer.params[name], given.params[name])
            ]
            gates = [n for n in given.params if n not in plain.params]
            changed = {
                n for n in gates if not np.array_equal(layer.params[n], given.params[n])
            }
        except (
            Exception
        ) as error:  # whatever a reader's code may have done to the layer
            return say(f"The layer does not run any more: {shown(error)}.", "")
        if moved:
            problem = f"You changed {moved[0]}, which the plain stack has, too."
        elif not changed:
            problem = (
                "Nothing was changed yet: set the parameters of the layer that came in."
            )
        elif not same and not any(name.startswith("layer2") for name in changed):
            problem = "The lower boundary is done; there is one more."
        elif not same:
            problem = (
                "A depth gate is still open: what else does it add up but its bias?"
            )
    say(problem, "Right: with d = 0 it is the stack of LSTMs.")
