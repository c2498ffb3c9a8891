"""Long lags among many symbols: experiments 2a, 2b and 2c of the LSTM paper."""

from functools import partial

import numpy as np

from lib import check_input
from lib.losses import softmax_cross_entropy
from lib.tasks.task import (
    Batch,
    Task,
    accuracy,
    at_end,
    check,
    class_errors,
    last_step,
)


def long_lag(
    rng: np.random.Generator, batch_size: int, lag: int, experiment: str = "2a"
) -> Batch:
    """Predict each next symbol; the last is the first again, `lag` steps later.

        2a   x a_1 a_2 … a_{p-1} x   or   y a_1 a_2 … a_{p-1} y        p = lag
        2b   the same with p - 1 symbols drawn at random from a_1 … a_{p-1} in between

    Both are equally likely. Symbols are one-hot: a_1 … a_{p-1} are 0..p-2, x is p - 1, y is p.
    inputs (B,p,p+1): all but the last symbol; targets (B,p): the next ones, all of which count.
    Chance: accuracy 1/2 at the last step, for one who knows that x or y follows. (The score looks
    at the last step only. The rest of 2a is told by the symbol before, that of 2b by nothing.)
    Criterion: the absolute error of all outputs is below 0.25 in 10,000 sequences: at every step
    in 2a, at the last one in 2b. The paper's outputs are logistic; here they are the softmax.

    lag: 2 or more, in steps; the paper has 4, 10 and 100.
    Source: experiments 2a and 2b of Hochreiter & Schmidhuber, Long short-term memory, Neural
    Computation 9(8), 1997.
    """
    check(rng, batch_size)
    lag = check_input.size("lag", lag, least=2)
    check_input.choice("experiment", experiment, ("2a", "2b"))
    first = rng.integers(lag - 1, lag + 1, batch_size)
    symbols = np.tile(np.arange(-1, lag), (batch_size, 1))
    if experiment == "2b":
        symbols[:, 1:-1] = rng.integers(0, lag - 1, (batch_size, lag - 1))
    symbols[:, 0] = symbols[:, -1] = first
    inputs = np.eye(lag + 1)[symbols[:, :-1]]
    return Batch(inputs, symbols[:, 1:].copy(), np.ones((batch_size, lag), bool))


def triggered_lag(
    rng: np.random.Generator, batch_size: int, lag: int, distractors: int
) -> Batch:
    """Remember x or y past many distractors, till the trigger asks for it: class 0 or 1.

        b   x or y   a_i1 a_i2 … a_i(q+k)   e   →   x or y          q = lag

    k is 0 with probability 1/10, 1 with 9/10 · 1/10, and so on: 9 on average. (So the mean length
    is q + 13 with the last symbol; the paper prints q + 14.) Symbols are one-hot, inputs
    (B,T,p+4): the p = `distractors` ones that say nothing are 0..p-1, equally likely, e is p, b is
    p + 1, x is p + 2, y is p + 3. T is that of the longest sequence of the batch. The target, x = 0
    or y = 1, counts at the trigger e only, so that the lag is q + 1 steps at least.
    Chance: accuracy 1/2, ln 2 = 0.693 nats.
    Criterion: the absolute error of both outputs is below 0.2 at the end of 10,000 sequences.

    lag, distractors: 1 or more; the paper has q and p from 50 to 1000.
    Source: experiment 2c of Hochreiter & Schmidhuber, Long short-term memory, Neural Computation
    9(8), 1997.
    """
    check(rng, batch_size)
    lag = check_input.size("lag", lag)
    distractors = check_input.size("distractors", distractors)
    trigger, begin, x = distractors, distractors + 1, distractors + 2
    lengths = lag + 2 + rng.geometric(1 / 10, batch_size)  # k + 1 is geometric
    steps = int(lengths.max())
    classes = rng.integers(0, 2, batch_size)
    symbols = rng.integers(0, distractors, (batch_size, steps))
    symbols[:, 0] = begin
    symbols[:, 1] = x + classes
    mask = last_step(lengths, steps)
    symbols[mask] = trigger
    inputs = np.eye(distractors + 4)[symbols]
    inputs[np.arange(steps) >= lengths[:, np.newaxis]] = 0
    return Batch(inputs, np.where(mask, classes[:, np.newaxis], 0), mask)


def _accuracy_at_end(outputs: np.ndarray, batch: Batch) -> float:
    return accuracy(outputs, at_end(batch))


TASKS = {
    "long_lag_2a": Task(
        make=partial(long_lag, experiment="2a"),
        loss=softmax_cross_entropy,
        score=_accuracy_at_end,
        chance=lambda **size: 1 / 2,
        errors=class_errors,
        tolerance=0.25,
        sequences=10_000,
        criterion="The absolute error of all outputs is below 0.25 at every step of 10,000 "
        "sequences.",
        paper="Hochreiter & Schmidhuber 1997, experiment 2a",
    ),
    "long_lag_2b": Task(
        make=partial(long_lag, experiment="2b"),
        loss=softmax_cross_entropy,
        score=_accuracy_at_end,
        chance=lambda **size: 1 / 2,
        errors=lambda outputs, batch: class_errors(outputs, at_end(batch)),
        tolerance=0.25,
        sequences=10_000,
        criterion="The absolute error of all outputs is below 0.25 at the end of 10,000 "
        "sequences.",
        paper="Hochreiter & Schmidhuber 1997, experiment 2b",
    ),
    "triggered_lag": Task(
        make=triggered_lag,
        loss=softmax_cross_entropy,
        score=accuracy,
        chance=lambda **size: 1 / 2,
        errors=class_errors,
        tolerance=0.2,
        sequences=10_000,
        criterion="The absolute error of both outputs is below 0.2 at the end of 10,000 "
        "sequences.",
        paper="Hochreiter & Schmidhuber 1997, experiment 2c",
    ),
}
