"""Count: strings a^n b^n and a^n b^n c^n."""

from functools import partial

import numpy as np

from lib import check_input
from lib.losses import sigmoid_cross_entropy
from lib.tasks.task import Batch, Task, check, given


def anbn(
    rng: np.random.Generator, batch_size: int, most: int, letters: int = 2
) -> Batch:
    """Predict, after each symbol of S a^n b^n T, which symbols may follow.

        read    S    a      a      b    b                 letters = 3: S a^n b^n c^n T
        say     a    a, b   a, b   b    T

    n is drawn from 1..most, equally likely. Symbols are one-hot, S = 0, a = 1, b = 2, (c = 3,)
    T = the last: inputs (B,T,V) without the T, V = letters + 2. Targets and mask (B,T,V): 1 for
    each symbol that may follow, which the whole language decides, not `most`. T is that of the
    longest string of the batch.
    Chance: a share of 1 / most of the strings, for one who does not count and always says the end
    after the same number of b.
    Criterion: a string is accepted if, after each symbol, all symbols that may follow are predicted
    and none of the others: logits on the right side of 0, which is probability 1/2. Solved: all
    are.

    most: 1 or more; letters: 2 or 3.
    Source: Gers & Schmidhuber, LSTM recurrent networks learn simple context-free and
    context-sensitive languages, IEEE Transactions on Neural Networks 12(6), 2001. There every n of
    a range is presented, and tests go to larger n than training did. Here the empty string, n = 0,
    is not in the language.
    """
    check(rng, batch_size)
    most = check_input.size("most", most)
    letters = check_input.size("letters", letters)
    if letters not in (2, 3):
        raise ValueError(f"letters: expected 2 or 3, got {letters}")
    n = rng.integers(1, most, (batch_size, 1), endpoint=True)
    t = np.arange(1 + letters * int(n.max()))
    over = t > letters * n
    # The symbol at step t: 0 is S, then n steps of each letter.
    symbols = np.where(over, 0, -(-t // n))
    # It is followed by itself within its letter, at the end of its letter by the next symbol.
    inputs = np.eye(letters + 2)[symbols]
    targets = np.eye(letters + 2)[np.where(t % n == 0, symbols + 1, symbols)]
    targets[symbols == 1, 1:3] = 1  # after an a: a or b
    inputs[over] = targets[over] = 0
    mask = np.broadcast_to(~over[..., np.newaxis], targets.shape)
    return Batch(inputs, targets, mask.copy())


def _errors(outputs: np.ndarray, batch: Batch) -> np.ndarray:
    """(B,): after how many symbols of each string the prediction is wrong."""
    wrong = (given(outputs, batch) > 0) != (batch.targets > 0)
    return (wrong & batch.mask).any(axis=2).sum(axis=1)


def _accepted(outputs: np.ndarray, batch: Batch) -> float:
    return float(np.mean(_errors(outputs, batch) == 0))


def _task(letters: int) -> Task:
    return Task(
        make=partial(anbn, letters=letters),
        loss=sigmoid_cross_entropy,
        score=_accepted,
        chance=lambda most, **size: 1 / most,
        errors=_errors,
        tolerance=1,
        sequences=1000,
        criterion="All strings are accepted: after each symbol all that may follow are predicted, "
        "and none of the others.",
        paper="Gers & Schmidhuber 2001",
    )


TASKS = {"anbn": _task(2), "anbncn": _task(3)}
