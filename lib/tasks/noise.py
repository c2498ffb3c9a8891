"""Signal and noise on one line: the two-sequence problem."""

from functools import partial

import numpy as np

from lib import check_input
from lib.losses import mean_squared_error
from lib.tasks.task import Batch, Task, check, last_step, number_errors, squared_error

NOISE = 0.2  # variance of what follows the signal
NOISE_ON_TARGETS = 0.1  # variance, in 3c

# The noise-free answers to a signal of -1 and of +1.
ANSWERS = {"3a": (0.0, 1.0), "3b": (0.0, 1.0), "3c": (0.8, 0.2)}


def two_sequence(
    rng: np.random.Generator,
    batch_size: int,
    steps: int,
    signal: int = 3,
    experiment: str = "3a",
) -> Batch:
    """Tell, at the end, whether a sequence began with +1 or with -1; noise follows.

    inputs (B,T,1): the first `signal` steps are all +1 or all -1, equally likely; what follows is
    Gaussian with mean 0 and variance 0.2. Lengths are drawn from steps..steps + steps // 10 = T.
    The target, a number, counts at the last step of the sequence:

        3a   1 after +1, 0 after -1
        3b   the same, with the noise on the signal too
        3c   0.2 after +1, 0.8 after -1, each with Gaussian noise of variance 0.1 added: to be
             learned is the mean, which is not to be seen

    Baseline: always answering 1/2 has the mean squared error 1/4 (3a, 3b), 0.09 + 0.1 (3c; the
    noise alone is 0.1).
    Criterion: on 256 sequences the absolute error at the end is
        3a   below 0.2 in all, below 0.01 on average
        3b   below 0.2 in all but 5, below 0.04 on average
        3c   to the noise-free target below 0.1 in all, below 0.015 on average
    The paper warns that 3a and 3b are solved faster by guessing all weights at random.

    steps: 2 or more; the paper has 100 and 1000. signal: 1..steps-1; the paper has 1 and 3.
    Source: experiment 3 of Hochreiter & Schmidhuber, Long short-term memory, Neural Computation
    9(8), 1997, after Bengio, Simard & Frasconi, Learning long-term dependencies with gradient
    descent is difficult, IEEE Transactions on Neural Networks 5(2), 1994.
    """
    check(rng, batch_size)
    steps = check_input.size("steps", steps, least=2)
    signal = check_input.size("signal", signal)
    if signal >= steps:
        raise ValueError(
            f"signal: expected an int in 1..steps-1 = {steps - 1}, got {signal}"
        )
    check_input.choice("experiment", experiment, tuple(ANSWERS))
    longest = steps + steps // 10
    lengths = rng.integers(steps, longest, batch_size, endpoint=True)
    classes = rng.integers(0, 2, batch_size)
    values = rng.normal(0, np.sqrt(NOISE), (batch_size, longest))
    if experiment != "3b":
        values[:, :signal] = 0
    values[:, :signal] += 2 * classes[:, np.newaxis] - 1
    values[np.arange(longest) >= lengths[:, np.newaxis]] = 0
    answers = np.array(ANSWERS[experiment])[classes]
    if experiment == "3c":
        answers += rng.normal(0, np.sqrt(NOISE_ON_TARGETS), batch_size)
    mask = last_step(lengths, longest)
    targets = np.where(mask, answers[:, np.newaxis], 0.0)
    return Batch(values[..., np.newaxis], targets[..., np.newaxis], mask)


def _noise_free_errors(outputs: np.ndarray, batch: Batch) -> np.ndarray:
    """As `number_errors`, to the targets of 3c without their noise; its signal has none."""
    answers = np.array(ANSWERS["3c"])[(batch.inputs[:, 0, 0] > 0).astype(int)]
    targets = np.where(batch.mask, answers[:, np.newaxis], 0.0)
    return number_errors(outputs, batch._replace(targets=targets[..., np.newaxis]))


TASKS = {
    "two_sequence_3a": Task(
        make=partial(two_sequence, experiment="3a"),
        loss=mean_squared_error,
        score=squared_error,
        chance=lambda **size: 1 / 4,
        errors=number_errors,
        tolerance=0.2,
        average=0.01,
        sequences=256,
        criterion="ST2: the absolute error is below 0.2 in all of 256 sequences, and below 0.01 "
        "on average.",
        paper="Hochreiter & Schmidhuber 1997, experiment 3a",
    ),
    "two_sequence_3b": Task(
        make=partial(two_sequence, experiment="3b"),
        loss=mean_squared_error,
        score=squared_error,
        chance=lambda **size: 1 / 4,
        errors=number_errors,
        tolerance=0.2,
        share=251 / 256,
        average=0.04,
        sequences=256,
        criterion="ST2: the absolute error is below 0.2 in all but 5 of 256 sequences, and below "
        "0.04 on average.",
        paper="Hochreiter & Schmidhuber 1997, experiment 3b",
    ),
    "two_sequence_3c": Task(
        make=partial(two_sequence, experiment="3c"),
        loss=mean_squared_error,
        score=squared_error,
        chance=lambda **size: 0.3**2 + NOISE_ON_TARGETS,
        errors=_noise_free_errors,
        tolerance=0.1,
        average=0.015,
        sequences=256,
        criterion="The absolute difference to the noise-free target is at most 0.1 in all of 256 "
        "sequences, and below 0.015 on average.",
        paper="Hochreiter & Schmidhuber 1997, experiment 3c",
    ),
}
