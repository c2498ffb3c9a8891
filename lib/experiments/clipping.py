"""Temporal order by gradient descent, with and without clipping: which rates work, how far back.

A plain recurrent layer of 32 units with the library's first weights (W_hh orthogonal), 1,444
parameters with its read-out. At 20 steps five learning rates, each with and without clipping; at
10 and 40 steps three of them.
"""

from typing import Any

import numpy as np

from lib.dense import Dense
from lib.experiments.experiment import Experiment
from lib.experiments.training import until_solved
from lib.model import Model
from lib.optimizers import SGD
from lib.rnn import SimpleRNN
from lib.tasks import ORDER_SYMBOLS, TASKS

UNITS, CLASSES, BATCH, LIMIT = 32, 4, 16, 1500  # LIMIT: optimizer steps

RATES = {20: (0.01, 0.03, 0.1, 0.3, 1.0), 10: (0.01, 0.03, 0.1), 40: (0.01, 0.03, 0.1)}

RUNS: list[dict[str, Any]] = [
    {"steps": steps, "rate": rate, "clip": clip, "seed": seed}
    for steps, rates in RATES.items()
    for rate in rates
    for clip in (None, 1.0)
    for seed in range(20)
]


def run(steps: int, rate: float, clip: float | None, seed: int) -> dict[str, Any]:
    """One training: was the task solved, after how many sequences, and the last accuracy."""
    rng = np.random.default_rng(seed)
    layer = SimpleRNN(len(ORDER_SYMBOLS), UNITS, rng=rng, dtype=np.float32)
    model = Model(None, layer, Dense(UNITS, CLASSES, rng=rng, dtype=np.float32))
    return until_solved(
        model, TASKS["temporal_order_6a"], rng, rate, LIMIT, batch_size=BATCH, clip=clip,
        optimizer=SGD, steps=steps,
    )  # fmt: skip


EXPERIMENT = Experiment(runs=RUNS, run=run)
