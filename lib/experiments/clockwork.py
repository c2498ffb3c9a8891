"""Generate 320 samples from one pulse: modules that run at different speeds, beside their rivals.

About 490 parameters each, the read-out included: 487 that are read (clockwork), 505 (SimpleRNN),
494 (a SimpleRNN that gets the clock as nine more inputs), 491 (LSTM). Each run has a mixture of
five sines of its own and learns it by heart: 1,000 steps of Adam, whose rate falls to zero. Rates
are compared on three seeds, the best ones are used on twenty others.
"""

from typing import Any

import numpy as np

from lib.clockwork import ClockworkRNN
from lib.dense import Dense
from lib.experiments.experiment import Experiment
from lib.lstm import LSTM
from lib.model import Model
from lib.optimizers import Adam
from lib.rnn import SimpleRNN
from lib.tasks import TASKS, Batch

SAMPLES, STEPS = 320, 1000  # STEPS: optimizer steps, one sequence each
PERIODS = tuple(2**k for k in range(9))  # nine modules of three units

RATES = {
    "Clockwork": (0.003, 0.01, 0.03, 0.1),
    "SimpleRNN": (0.0003, 0.001, 0.003, 0.01),
    "SimpleRNN + clock": (0.003, 0.01, 0.03, 0.1),
    "LSTM": (0.001, 0.003, 0.01, 0.03),
    "LSTM, bias 5": (0.001, 0.003, 0.01, 0.03),
}
# The best median of each; the LSTM's first two are close, so it has both.
BEST = (
    ("Clockwork", 0.03), ("SimpleRNN", 0.001), ("LSTM, bias 5", 0.01), ("LSTM, bias 5", 0.003),
    ("SimpleRNN + clock", 0.03),
)  # fmt: skip
SHORT = {"net": "Clockwork", "rate": 0.03, "seed": 0, "steps": 200}  # for the chapter

RUNS: list[dict[str, Any]] = [
    {"net": net, "rate": rate, "seed": seed}
    for net, rates in RATES.items()
    for rate in rates
    for seed in range(100, 103)
]
RUNS += [
    {"net": net, "rate": rate, "seed": seed} for net, rate in BEST for seed in range(20)
]
RUNS.append(SHORT)


def clock(samples: int) -> np.ndarray:
    """The time as square waves, (samples, 9): each changes its sign after its period."""
    return np.where(np.arange(samples)[:, None] // PERIODS % 2 == 0, 1.0, -1.0)


def train(net: str, rate: float, seed: int, steps: int = STEPS) -> tuple[Model, Batch]:
    """The trained network, and the sequence that it has learned."""
    rng = np.random.default_rng(seed)
    task = TASKS["sine_mixture"]
    batch = task.make(rng, 1, steps=SAMPLES)
    layer: ClockworkRNN | SimpleRNN | LSTM
    if net == "Clockwork":
        layer = ClockworkRNN(1, 27, rng=rng, periods=PERIODS)
    elif net == "SimpleRNN":
        layer = SimpleRNN(1, 21, rng=rng)
    elif net == "SimpleRNN + clock":
        told = np.concatenate([batch.inputs, clock(SAMPLES)[None]], axis=2)
        layer, batch = SimpleRNN(10, 17, rng=rng), batch._replace(inputs=told)
    else:
        layer = LSTM(1, 10, rng=rng, forget_bias=5.0 if net == "LSTM, bias 5" else 1.0)
    model = Model(None, layer, Dense(layer.hidden_size, 1, rng=rng))
    optimizer = Adam(rate)
    for k in range(steps):
        optimizer.learning_rate = rate * (1 - k / steps)
        model.train_step(batch, optimizer, loss=task.loss, clip=1.0)
    return model, batch


def run(net: str, rate: float, seed: int, steps: int = STEPS) -> dict[str, Any]:
    """One training: the normalized squared error at its end; for seed 0 what is generated, too."""
    model, batch = train(net, rate, seed, steps)
    outputs, _, _ = model.forward(batch.inputs)
    score = TASKS["sine_mixture"].score(outputs, batch)
    found: dict[str, Any] = {"nmse": float(f"{score:.3g}")}
    if seed == 0:
        found["signal"] = np.round(outputs[0, :, 0], 3).tolist()
    return found


EXPERIMENT = Experiment(runs=RUNS, run=run)
