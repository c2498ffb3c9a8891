"""What all experiments share: how one is described, how its record is read, and an interval.

Source of the interval: Wilson 1927, Probable inference, the law of succession, and statistical
inference. Journal of the American Statistical Association 22, 209-212.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from lib import check_input

FOLDER = Path(__file__).parent


class Experiment(NamedTuple):
    """A table of runs, and how one run goes.

    runs            the keyword arguments of each run, such as {"net": "LSTM", "seed": 0}
    run(**given)    does one, and returns a small dict of plain numbers, strings and lists
    """

    runs: list[dict[str, Any]]
    run: Callable[..., dict[str, Any]]


def record(name: str) -> list[dict[str, Any]]:
    """What came out of the runs of an experiment: each a dict, what was given and what came.

    Written by `make experiments`; name: of EXPERIMENTS.
    """
    known = sorted(path.stem for path in FOLDER.glob("*.json"))
    path = FOLDER / f"{check_input.choice('name', name, known)}.json"
    return json.loads(path.read_text("utf-8"))["runs"]


def wilson(successes: int, trials: int, z: float = 1.96) -> tuple[float, float]:
    """The interval of a success rate, Wilson's; z = 1.96 covers 95 %.

    Unlike the rate plus or minus two standard errors it stays within 0 and 1, and it has a width
    also where all trials ended alike.
    """
    check_input.size("trials", trials)
    check_input.size("successes", successes, least=0)
    check_input.number("z", z, above=0)
    if successes > trials:
        raise ValueError(
            f"successes: expected at most {trials}, the trials, got {successes}"
        )
    s, n = successes, trials
    middle, half = s + z**2 / 2, z * np.sqrt(s * (n - s) / n + z**2 / 4)
    return float((middle - half) / (n + z**2)), float((middle + half) / (n + z**2))
