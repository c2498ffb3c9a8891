"""Measure delays (MSD) and generate timed spikes (GTS): what do peepholes give?

One unit each, 14 parameters without and 17 with peepholes (the size of the paper's networks), and
four units, 101 and 113; the same rates, the same seeds. Read-outs are included.
"""

from typing import Any

import numpy as np

from lib.dense import Dense
from lib.experiments.experiment import Experiment
from lib.experiments.training import until_solved
from lib.lstm import LSTM
from lib.model import Model
from lib.peephole import PeepholeLSTM
from lib.tasks import TASKS

LIMIT = 2000  # optimizer steps of 32 sequences
INTERVAL, SPIKES = 10, 4  # 256 sequences, which decide, have 1,024 spikes

RUNS: list[dict[str, Any]] = [
    {"task": task, "units": units, "net": net, "rate": rate, "seed": seed}
    for task in ("spike_delays", "timed_spikes")
    for units in (1, 4)
    for net in ("LSTM", "PeepholeLSTM")
    for rate in (0.01, 0.03)
    for seed in range(20)
]


def train(
    task: str, units: int, net: str, rate: float, seed: int
) -> tuple[Model, dict[str, Any]]:
    """One training: the model, and what `run` returns of it."""
    rng = np.random.default_rng(seed)
    layer: LSTM | PeepholeLSTM
    layer = (
        LSTM(1, units, rng=rng) if net == "LSTM" else PeepholeLSTM(1, units, rng=rng)
    )
    model = Model(None, layer, Dense(units, 1, rng=rng))
    return model, until_solved(
        model, TASKS[task], rng, rate, LIMIT, interval=INTERVAL, spikes=SPIKES
    )


def run(task: str, units: int, net: str, rate: float, seed: int) -> dict[str, Any]:
    """Was the task solved, after how many sequences, and the last mean squared error."""
    return train(task, units, net, rate, seed)[1]


EXPERIMENT = Experiment(runs=RUNS, run=run)
