"""Compute with the two marked numbers of a sequence: adding and multiplication."""

import numpy as np

from lib import check_input
from lib.losses import mean_squared_error
from lib.tasks.task import Batch, Task, check, last_step, number_errors, squared_error


def adding(rng: np.random.Generator, batch_size: int, steps: int) -> Batch:
    """Add the two marked numbers of a sequence, at the last step.

    inputs (B,T,2): channel 0 has numbers from U(0, 1), channel 1 is 1 at two steps and 0
    elsewhere: one step in the first steps // 2, one in the rest. The target, (B,T,1), is the sum
    of the two marked numbers; it counts at the last step only.
    Baseline: always answering the mean, 1, has the mean squared error 2/12 = 1/6.
    Criterion: the absolute error is below 0.04 of the answer's range in all of 2,000 sequences,
    and below 0.01 of it on average. The range is 2 here, so the limits are 0.08 and 0.02. (The
    paper does not say which "average training error" it means.)

    Source: experiment 4 of Hochreiter & Schmidhuber, Long short-term memory, Neural Computation
    9(8), 1997, in its usual present form (Le, Jaitly & Hinton, A simple way to initialize
    recurrent networks of rectified linear units, 2015). The original draws from U(-1, 1); its
    length is T to T + T/10; it marks one of the first ten steps, then another one of the first
    T/2 - 1; it marks both ends with -1; and it scales the sum into (0, 1): 0.5 + (X1 + X2) / 4,
    where X1 counts as 0 if it stands at the first step.
    """
    inputs, first, second = _marked(rng, batch_size, steps)
    return _asked(inputs, first + second)


def multiplication(rng: np.random.Generator, batch_size: int, steps: int) -> Batch:
    """Multiply the two marked numbers of a sequence, at the last step.

    inputs (B,T,2) as in `adding`; the target, (B,T,1), is the product.
    Baseline: always answering the mean, 1/4, has the mean squared error 1/9 - 1/16 = 7/144.
    Criterion: the absolute error exceeds 0.04 in fewer than 13 of 2,000 sequences. (The paper
    looks twice, first at fewer than 140: the numbers are stored, but not yet multiplied well.)

    Source: experiment 5 of Hochreiter & Schmidhuber, Long short-term memory, Neural Computation
    9(8), 1997. It draws from U(0, 1) too; it differs in the length and the marks as experiment 4
    does, see `adding`, and X1 counts as 1 if it stands at the first step.
    """
    inputs, first, second = _marked(rng, batch_size, steps)
    return _asked(inputs, first * second)


def _marked(
    rng: np.random.Generator, batch_size: int, steps: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The inputs, and the two marked numbers (B,) of each sequence."""
    check(rng, batch_size)
    check_input.size("steps", steps, least=2)
    values = rng.random((batch_size, steps))
    rows, half = np.arange(batch_size), steps // 2
    first = rng.integers(0, half, batch_size)
    second = rng.integers(half, steps, batch_size)
    inputs = np.stack([values, np.zeros_like(values)], axis=2)
    inputs[rows, first, 1] = inputs[rows, second, 1] = 1
    return inputs, values[rows, first], values[rows, second]


def _asked(inputs: np.ndarray, answers: np.ndarray) -> Batch:
    """The batch that asks for these answers (B,) at the last step."""
    batch_size, steps, _ = inputs.shape
    targets = np.zeros((batch_size, steps, 1))
    targets[:, -1, 0] = answers
    return Batch(inputs, targets, last_step(np.full(batch_size, steps), steps))


TASKS = {
    "adding": Task(
        make=adding,
        loss=mean_squared_error,
        score=squared_error,
        chance=lambda **size: 1 / 6,
        errors=number_errors,
        tolerance=0.08,
        average=0.02,
        sequences=2000,
        criterion="The absolute error is below 0.04 of the answer's range (here 0.08) in all of "
        "2,000 sequences, and below 0.01 of it (here 0.02) on average.",
        paper="Hochreiter & Schmidhuber 1997, experiment 4",
    ),
    "multiplication": Task(
        make=multiplication,
        loss=mean_squared_error,
        score=squared_error,
        chance=lambda **size: 7 / 144,
        errors=number_errors,
        tolerance=0.04,
        share=1988 / 2000,
        sequences=2000,
        criterion="The absolute error exceeds 0.04 in fewer than 13 of 2,000 sequences.",
        paper="Hochreiter & Schmidhuber 1997, experiment 5",
    ),
}
