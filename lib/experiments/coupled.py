"""Temporal order (6a) at the length of the paper: coupled gates beside an LSTM, by first biases.

Eight units each: 580 parameters with the LSTM, 444 with coupled gates, the read-out included; the
same rates, the same seeds.
"""

from typing import Any

import numpy as np

from lib.coupled import CoupledLSTM
from lib.dense import Dense
from lib.experiments.experiment import Experiment
from lib.experiments.training import until_solved
from lib.lstm import LSTM
from lib.model import Model
from lib.tasks import ORDER_SYMBOLS, TASKS

STEPS, UNITS, CLASSES, LIMIT = 100, 8, 4, 400  # LIMIT: optimizer steps of 32 sequences

# Layer, first b_f, first b_i. With coupled gates the input gate is 1 - f.
NETS = (
    ("LSTM", 1, 0),
    ("LSTM", 3, 0),
    ("LSTM", 3, -3),
    ("CoupledLSTM", 1, None),
    ("CoupledLSTM", 3, None),
)
RATES = (0.01, 0.03)

RUNS: list[dict[str, Any]] = [
    {"net": net, "forget_bias": b_f, "input_bias": b_i, "rate": rate, "seed": seed}
    for net, b_f, b_i in NETS
    for rate in RATES
    for seed in range(20)
]


def run(
    net: str, forget_bias: float, input_bias: float | None, rate: float, seed: int
) -> dict[str, Any]:
    """One training: was the task solved, after how many sequences, and the last accuracy."""
    rng = np.random.default_rng(seed)
    layer: LSTM | CoupledLSTM
    if input_bias is None:
        layer = CoupledLSTM(
            len(ORDER_SYMBOLS), UNITS, rng=rng, dtype=np.float32, forget_bias=forget_bias
        )  # fmt: skip
    else:
        layer = LSTM(
            len(ORDER_SYMBOLS), UNITS, rng=rng, dtype=np.float32, forget_bias=forget_bias,
            input_bias=input_bias,
        )  # fmt: skip
    model = Model(None, layer, Dense(UNITS, CLASSES, rng=rng, dtype=np.float32))
    task = TASKS["temporal_order_6a"]
    return until_solved(model, task, rng, rate, LIMIT, every=25, steps=STEPS)


EXPERIMENT = Experiment(runs=RUNS, run=run)
