"""Generate a long sequence from one pulse: a mixture of sines."""

import numpy as np

from lib import check_input
from lib.losses import mean_squared_error
from lib.tasks.task import Batch, Task, check, given


def sine_mixture(
    rng: np.random.Generator, batch_size: int, steps: int, sines: int = 5
) -> Batch:
    """Generate a sequence of `steps` samples, after a pulse and no further input.

    The target (B,T,1) is the sum of `sines` sines of amplitude 1, scaled into [-1, 1]. Their
    periods are drawn from 10..steps, log-uniformly, their phases uniformly. All steps count.
    Each row is a sequence of its own, called by a pulse on its own channel: inputs (B,T,B) are
    inputs[b, 0, b] = 1, else 0. With batch_size = 1 that is one sequence and one channel.
    A network learns these sequences by heart: draw one batch and train on it again and again.
    Chance: the normalized squared error, mean squared error / variance of the sequence, is 1 for
    one who always answers the mean. It is computed for each row, then averaged.
    Criterion: the source has none, it reports the normalized error; here it is below 0.01 for
    every row.

    steps: 11 or more; the paper has 320. sines: 1 or more.
    Source: after the first experiment of Koutník, Greff, Gomez & Schmidhuber, A clockwork RNN,
    International Conference on Machine Learning, 2014. There the targets are pieces of audio of 320
    samples, and the network gets no input at all.
    """
    check(rng, batch_size)
    steps = check_input.size("steps", steps, least=11)
    sines = check_input.size("sines", sines)
    periods = np.exp(rng.uniform(np.log(10), np.log(steps), (batch_size, 1, sines)))
    phases = rng.uniform(0, 2 * np.pi, (batch_size, 1, sines))
    t = np.arange(steps)[:, np.newaxis]
    values = np.sin(2 * np.pi * t / periods + phases).sum(axis=2, keepdims=True)
    values /= np.abs(values).max(axis=1, keepdims=True)
    inputs = np.zeros((batch_size, steps, batch_size))
    inputs[:, 0] = np.eye(batch_size)
    return Batch(inputs, values, np.ones((batch_size, steps), bool))


def _errors(outputs: np.ndarray, batch: Batch) -> np.ndarray:
    """(B,): mean squared error / variance, of each row."""
    squares = (given(outputs, batch) - batch.targets) ** 2
    return (squares.mean(axis=1) / batch.targets.var(axis=1))[:, 0]


TASKS = {
    "sine_mixture": Task(
        make=sine_mixture,
        loss=mean_squared_error,
        score=lambda outputs, batch: float(_errors(outputs, batch).mean()),
        chance=lambda **size: 1.0,
        errors=_errors,
        tolerance=0.01,
        sequences=1,
        criterion="Ours: the normalized squared error of every sequence is below 0.01.",
        paper="Koutník, Greff, Gomez & Schmidhuber 2014",
    ),
}
