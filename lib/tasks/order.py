"""Which came first? The temporal order of two or three symbols among many."""

from functools import partial

import numpy as np

from lib import check_input
from lib.losses import softmax_cross_entropy
from lib.tasks.task import Batch, Task, accuracy, check, class_errors, last_step

ORDER_SYMBOLS = "EBabcdXY"  # begin, trigger, four that say nothing, the two of interest

# The first and the last step at which each X or Y may stand, in a sequence of 100 steps.
WINDOWS = {2: ((10, 20), (50, 60)), 3: ((10, 20), (33, 43), (66, 76))}


def temporal_order(
    rng: np.random.Generator, batch_size: int, steps: int, relevant: int = 2
) -> Batch:
    """Tell, at the end, in which order X and Y came: one class of 4, or of 8.

        E  a c d …  X or Y  … b a d …  X or Y  … c c b …  B

    Symbols are one-hot in the order of ORDER_SYMBOLS, inputs (B,T,8). A sequence begins with E and
    ends with B, the trigger; its length is drawn from steps..steps + steps // 10 = T. `relevant`
    of the symbols between are X or Y, equally likely; the others are drawn from a, b, c, d. Where
    the relevant ones stand is drawn from 10..20 and 50..60 (of two), 10..20, 33..43 and 66..76 (of
    three), in hundredths of `steps`, rounded down; the E stands at step 0. The target counts at
    the last step of the sequence: X and Y read as the binary digits 0 and 1, the first as the
    highest. So the paper's classes Q, R, S, U are XX, XY, YX, YY = 0, 1, 2, 3.
    Chance: accuracy 1/4 (6a: two) or 1/8 (6b: three), ln 4 = 1.386 or ln 8 = 2.079 nats.
    Criterion: the absolute error of all outputs is below 0.3 in all of 2,000 sequences, and below
    0.1 on average (of the largest error of each sequence, which is the stricter reading). The
    paper's outputs are logistic; here they are the softmax.

    steps: 10 or more; the paper has 100.
    Source: experiments 6a and 6b of Hochreiter & Schmidhuber, Long short-term memory, Neural
    Computation 9(8), 1997.
    """
    check(rng, batch_size)
    steps = check_input.size("steps", steps, least=10)
    relevant = check_input.size("relevant", relevant)
    if relevant not in WINDOWS:
        raise ValueError(f"relevant: expected 2 or 3, got {relevant}")
    longest = steps + steps // 10
    lengths = rng.integers(steps, longest, batch_size, endpoint=True)
    symbols = rng.integers(2, 6, (batch_size, longest))
    symbols[:, 0] = 0
    rows, classes = np.arange(batch_size), np.zeros(batch_size, int)
    for first, last in WINDOWS[relevant]:
        low, high = first * steps // 100, last * steps // 100
        where = rng.integers(low, high, batch_size, endpoint=True)
        digits = rng.integers(0, 2, batch_size)
        symbols[rows, where] = 6 + digits
        classes = 2 * classes + digits
    mask = last_step(lengths, longest)
    symbols[mask] = 1
    inputs = np.eye(len(ORDER_SYMBOLS))[symbols]
    inputs[np.arange(longest) >= lengths[:, np.newaxis]] = 0
    return Batch(inputs, np.where(mask, classes[:, np.newaxis], 0), mask)


def _task(experiment: str, relevant: int) -> Task:
    return Task(
        make=partial(temporal_order, relevant=relevant),
        loss=softmax_cross_entropy,
        score=accuracy,
        chance=lambda **size: 1 / 2**relevant,
        errors=class_errors,
        tolerance=0.3,
        average=0.1,
        sequences=2000,
        criterion="The absolute error of all outputs is below 0.3 in all of 2,000 sequences, and "
        "below 0.1 on average.",
        paper=f"Hochreiter & Schmidhuber 1997, experiment {experiment}",
    )


TASKS = {"temporal_order_6a": _task("6a", 2), "temporal_order_6b": _task("6b", 3)}
