"""Add two numbers of ten, with 1 to 6 levels: plain stacks of LSTMs, and depth gates between them.

At each depth both have about equally many parameters: 16 units a level with depth gates, 17 in a
plain stack. No peepholes, so that the depth gate is the only difference; at one level there is
none, and both are the same network.
"""

from typing import Any

import numpy as np

from lib.dense import Dense
from lib.depth_gated import DepthGatedLSTM
from lib.experiments.experiment import Experiment
from lib.experiments.training import until_solved
from lib.lstm import LSTM
from lib.model import Model
from lib.stacked import Stacked
from lib.tasks import TASKS

STEPS, LIMIT = 10, 300  # LIMIT: optimizer steps of 32 sequences

NETS = (
    ("stacked", 1), ("stacked", 2), ("gated", 2), ("stacked", 4), ("gated", 4),
    ("stacked", 6), ("gated", 6),
)  # fmt: skip
SEEDS = {0.003: 5, 0.01: 20, 0.03: 20}  # of each learning rate

RUNS: list[dict[str, Any]] = [
    {"net": net, "levels": levels, "rate": rate, "seed": seed}
    for net, levels in NETS
    for rate, seeds in SEEDS.items()
    for seed in range(seeds)
]


def network(
    net: str, levels: int, rng: np.random.Generator
) -> Stacked | DepthGatedLSTM:
    """The recurrent part, float32."""
    units = 17 if net == "stacked" and levels > 1 else 16
    settings: dict[str, Any] = {"rng": rng, "dtype": np.float32}
    if net == "gated":
        return DepthGatedLSTM(2, units, num_layers=levels, peepholes="", **settings)
    return Stacked([LSTM(units if k else 2, units, **settings) for k in range(levels)])


def run(net: str, levels: int, rate: float, seed: int) -> dict[str, Any]:
    """One training: was it solved, after how many sequences, and the last squared error."""
    rng = np.random.default_rng(seed)
    layer = network(net, levels, rng)
    readout = Dense(layer.hidden_size, 1, rng=rng, dtype=np.float32)
    # The task's own criterion wants every single sequence right: more than is needed here.
    task = TASKS["adding"]._replace(tolerance=np.inf, average=0.08)
    model = Model(None, layer, readout)
    return until_solved(model, task, rng, rate, LIMIT, every=25, steps=STEPS)


EXPERIMENT = Experiment(runs=RUNS, run=run)
