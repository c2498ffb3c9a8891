"""What all tasks share: the batch, the record of a task, and how outputs are judged.

A program needs no more than the record of a task:

    task = TASKS["adding"]
    batch = task.make(np.random.default_rng(0), task.sequences, steps=100)
    outputs, _, _ = model.forward(batch.inputs)
    task.score(outputs, batch), task.chance(steps=100)  # how far from guessing?
    task.solved(outputs, batch)  # solved, by the criterion of the paper?
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from lib import check_input
from lib.activations import softmax
from lib.losses import mean_squared_error


class Batch(NamedTuple):
    """What `Model.fit` takes. Rows shorter than T end in zeros, which are masked out."""

    inputs: np.ndarray  # float64 (B,T,D); tokens: int64 (B,T)
    # classes: int64 (B,T); numbers: float64 (B,T,1); sets of symbols: float64 (B,T,V), 1 = in it.
    # Where masked out: 0.
    targets: np.ndarray
    mask: np.ndarray  # bool (B,T), for sets (B,T,V): True where the target counts


class Task(NamedTuple):
    """One experiment: how to draw it, what guessing gives, and when it counts as solved.

    make(rng, batch_size, **size)   draws a batch
    loss                            of lib.losses: the one that takes its targets
    score(outputs, batch)           a share that is right, or a squared error
    chance(**size)                  the score of one who knows the task, and guesses
    errors(outputs, batch)          (B,): the error of each sequence that the criterion limits
    tolerance                       a sequence is right if its error is below
    share                           solved: at least this share of the sequences is right …
    average                         … and the mean of their errors is below
    sequences                       fresh sequences on which the criterion is meant to be judged
    criterion                       the same in words
    paper                           where the criterion is from

    Outputs (B,T,K) are those of `Model.forward`: logits for classes and sets, else numbers. The
    verdict is on the batch that is given, whatever its size; where one batch of so many sequences
    is too large for the memory, look at the `errors` of several.
    """

    make: Callable[..., Batch]
    loss: Callable
    score: Callable[[np.ndarray, Batch], float]
    chance: Callable[..., float]
    errors: Callable[[np.ndarray, Batch], np.ndarray]
    tolerance: float
    sequences: int
    criterion: str
    paper: str
    share: float = 1.0
    average: float = np.inf

    def right(self, outputs: np.ndarray, batch: Batch) -> np.ndarray:
        """bool (B,): which sequences are right."""
        return self.errors(outputs, batch) < self.tolerance

    def solved(self, outputs: np.ndarray, batch: Batch) -> bool:
        """Does the batch as a whole meet the criterion?"""
        errors = self.errors(outputs, batch)
        enough = np.mean(errors < self.tolerance) >= self.share
        return bool(enough and errors.mean() < self.average)


# Drawing


def check(rng: Any, batch_size: Any) -> None:
    """Unlike a layer, a task has no generator of its own: None is an error."""
    if not isinstance(rng, np.random.Generator):
        raise TypeError(f"rng: expected a numpy.random.Generator, got {rng!r}")
    check_input.size("batch_size", batch_size)


def last_step(lengths: np.ndarray, steps: int) -> np.ndarray:
    """The mask (B, steps) that is True at the last step of each row; lengths (B,)."""
    return np.arange(steps) == lengths[:, np.newaxis] - 1


# Judging


def given(outputs: Any, batch: Batch) -> np.ndarray:
    """The outputs, checked: (B,T,K) as the batch, K of the caller's choice; for sets K = V."""
    units = batch.targets.shape[2] if batch.targets.ndim == 3 else "K"
    shape = (*batch.targets.shape[:2], units)
    outputs = check_input.floats("outputs", outputs, shape, np.dtype(np.float64))
    if batch.targets.ndim == 2:
        check_input.integers("targets", batch.targets, None, outputs.shape[2])
    return outputs


def at_end(batch: Batch) -> Batch:
    """The same with nothing to answer but the last step that counts of each row; mask (B,T)."""
    lengths = batch.mask.shape[1] - batch.mask[:, ::-1].argmax(axis=1)
    return batch._replace(mask=last_step(lengths, batch.mask.shape[1]))


def accuracy(outputs: np.ndarray, batch: Batch) -> float:
    """The share of the answers that are right: the most active output is the target."""
    right = given(outputs, batch).argmax(axis=2) == batch.targets
    return float(right[batch.mask].mean())


def squared_error(outputs: np.ndarray, batch: Batch) -> float:
    """The mean squared error of the answers."""
    return mean_squared_error(given(outputs, batch), batch.targets, batch.mask)[0]


def wrong_answers(outputs: np.ndarray, batch: Batch) -> np.ndarray:
    """(B,): how many answers of each sequence are wrong."""
    wrong = given(outputs, batch).argmax(axis=2) != batch.targets
    return (wrong & batch.mask).sum(axis=1)


def class_errors(outputs: np.ndarray, batch: Batch) -> np.ndarray:
    """(B,): the largest absolute error of any output unit, |softmax(logits) - one-hot target|."""
    p = softmax(given(outputs, batch))
    errors = np.abs(p - np.eye(p.shape[2])[batch.targets]).max(axis=2)
    return np.where(batch.mask, errors, 0).max(axis=1)


def number_errors(outputs: np.ndarray, batch: Batch) -> np.ndarray:
    """(B,): the largest absolute error of each sequence."""
    errors = np.abs(given(outputs, batch) - batch.targets)[..., 0]
    return np.where(batch.mask, errors, 0).max(axis=1)
