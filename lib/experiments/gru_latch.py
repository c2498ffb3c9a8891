"""Latch at a lag of 50 steps: what the first update bias decides, beside an LSTM's forget bias.

About 860 parameters each, the read-out included (854 and 862); the same rates, the same seeds.
At one bias and one rate, two further LSTMs: one that writes as little as the GRU at first, and one
whose input gate is tied to its forget gate.
"""

from typing import Any

import numpy as np

from lib.coupled import CoupledLSTM
from lib.dense import Dense
from lib.experiments.experiment import Experiment
from lib.experiments.training import until_solved
from lib.gru import GRU
from lib.lstm import LSTM
from lib.model import Model
from lib.tasks import TASKS

STEPS, SYMBOLS, LIMIT = 50, 10, 500  # LIMIT: optimizer steps of 32 sequences
LAYERS = {
    "GRU": (GRU, 12, "update_bias", {}),
    "LSTM": (LSTM, 10, "forget_bias", {}),
    "LSTM, input bias -1": (LSTM, 10, "forget_bias", {"input_bias": -1.0}),
    "CoupledLSTM": (CoupledLSTM, 12, "forget_bias", {}),
}

# The bias that says how much of the old state is kept at first: b_z, or b_f.
NETS = (("GRU", 0), ("GRU", 1), ("GRU", 3), ("LSTM", 1), ("LSTM", 3), ("LSTM", 5))
RATES = (0.003, 0.01, 0.03)
PROBES = (("LSTM, input bias -1", 1), ("CoupledLSTM", 1))

RUNS: list[dict[str, Any]] = [
    {"net": net, "bias": bias, "rate": rate, "seed": seed}
    for nets, rates in ((NETS, RATES), (PROBES, (0.03,)))
    for net, bias in nets
    for rate in rates
    for seed in range(20)
]


def run(net: str, bias: float, rate: float, seed: int) -> dict[str, Any]:
    """One training: was the task solved, after how many sequences, and the last accuracy."""
    kind, units, name, settings = LAYERS[net]
    rng = np.random.default_rng(seed)
    settings = {name: bias, **settings}
    layer = kind(SYMBOLS, units, rng=rng, dtype=np.float32, **settings)
    model = Model(None, layer, Dense(units, 2, rng=rng, dtype=np.float32))
    return until_solved(model, TASKS["latch"], rng, rate, LIMIT, every=25, steps=STEPS)


EXPERIMENT = Experiment(runs=RUNS, run=run)
