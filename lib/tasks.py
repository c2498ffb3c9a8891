"""Synthetic tasks whose difficulty is one number: how long a network has to remember.

Each function draws one batch of fresh sequences from the generator that it is given: the same
seed gives the same batches. Letters: B batch, T time steps, D input size.
Used in book/recurrent/rnn, book/lstm/lstm and book/applications/word_prediction.
"""

from typing import Any, NamedTuple

import numpy as np

from lib import check_input

DISTRACTORS = 8  # symbols of `latch` that say nothing

# Tokens of `agreement`: the subjects, the verbs in the same order, and what may stand between.
AGREEMENT_WORDS = (
    "key", "keys", "is", "are", "to", "the", "old", "near", "cabinet", "cabinets",
)  # fmt: skip


class Batch(NamedTuple):
    inputs: np.ndarray  # float64 (B,T,D); tokens: int64 (B,T)
    targets: (
        np.ndarray
    )  # classes: int64 (B,T); numbers: float64 (B,T,1); 0 where masked out
    mask: np.ndarray  # bool (B,T): True where the target counts


def echo(rng: np.random.Generator, batch_size: int, steps: int, lag: int) -> Batch:
    """Say the bit that came `lag` steps ago: class 0 or 1 at every step.

        inputs[b, t] = -1 or +1, equally likely;  targets[b, t] = [inputs[b, t - lag] > 0]

    The first `lag` steps have nothing to echo and are masked out. inputs (B,T,1).
    Chance: accuracy 1/2, ln 2 = 0.693 nats; a network without memory cannot do better.

    lag: 1..steps-1, in time steps.
    Source: binary form of the delay task of Jaeger, Short term memory in echo state networks,
    GMD Report 152, 2002.
    """
    _checked(rng, batch_size, steps)
    lag = check_input.size("lag", lag)
    if lag >= steps:
        raise ValueError(f"lag: expected an int in 1..steps-1 = {steps - 1}, got {lag}")
    bits = rng.integers(0, 2, (batch_size, steps))
    targets = np.zeros_like(bits)
    targets[:, lag:] = bits[:, :-lag]
    mask = np.zeros(bits.shape, bool)
    mask[:, lag:] = True
    return Batch(2.0 * bits[:, :, np.newaxis] - 1, targets, mask)


def latch(rng: np.random.Generator, batch_size: int, steps: int) -> Batch:
    """Remember the first symbol past `steps` - 1 distractors: its class 0 or 1, at the last step.

    Symbols are one-hot, inputs (B,T,10): the first is 0 or 1, the class; each later one is drawn
    from the 8 others. The target counts at the last step only.
    Chance: accuracy 1/2, ln 2 = 0.693 nats.

    Source: after the latch problem of Bengio, Simard & Frasconi, Learning long-term dependencies
    with gradient descent is difficult, IEEE Transactions on Neural Networks 5(2), 1994, with
    symbols as in experiment 2 of Hochreiter & Schmidhuber, Long short-term memory, Neural
    Computation 9(8), 1997. Here the distractors are random, as in neither.
    """
    _checked(rng, batch_size, steps)
    classes = rng.integers(0, 2, batch_size)
    symbols = rng.integers(2, 2 + DISTRACTORS, (batch_size, steps))
    symbols[:, 0] = classes
    targets = np.zeros_like(symbols)
    targets[:, -1] = classes
    return Batch(
        np.eye(2 + DISTRACTORS)[symbols], targets, _last_step(batch_size, steps)
    )


def agreement(rng: np.random.Generator, batch_size: int, gap: int) -> Batch:
    """Predict the verb, `is` or `are`, `gap` words after its subject, `key` or `keys`.

    Tokens are numbers of AGREEMENT_WORDS, inputs (B, gap + 1): the subject, singular or plural
    equally likely, then `gap` words drawn at random from the six others, which say nothing about
    it; nouns of both numbers are among them. The target, the token of the verb, counts at the
    last step only.
    Chance: accuracy 1/2, ln 2 = 0.693 nats for one who knows that a verb follows.

    gap: 1 or more, in words.
    Source: after the number prediction of Linzen, Dupoux & Goldberg, Assessing the ability of
    LSTMs to learn syntax-sensitive dependencies, Transactions of the Association for
    Computational Linguistics 4, 2016, on sentences of Wikipedia. Here the words in between are
    random, without grammar, and a network has to remember only.
    """
    gap = check_input.size("gap", gap)
    _checked(rng, batch_size, gap + 1)
    numbers = rng.integers(0, 2, batch_size)
    tokens = rng.integers(4, len(AGREEMENT_WORDS), (batch_size, gap + 1))
    tokens[:, 0] = numbers
    targets = np.zeros_like(tokens)
    targets[:, -1] = 2 + numbers
    return Batch(tokens, targets, _last_step(batch_size, gap + 1))


def adding(rng: np.random.Generator, batch_size: int, steps: int) -> Batch:
    """Add the two marked numbers of a sequence, at the last step.

    inputs (B,T,2): channel 0 has numbers from U(0, 1), channel 1 is 1 at two steps and 0
    elsewhere: one step in the first steps // 2, one in the rest. The target, (B,T,1), is the sum
    of the two marked numbers; it counts at the last step only.
    Baseline: always answering the mean, 1, has the mean squared error 2/12 = 1/6.

    Source: experiment 4 of Hochreiter & Schmidhuber, Long short-term memory, Neural Computation
    9(8), 1997, in its usual present form (Le, Jaitly & Hinton, A simple way to initialize
    recurrent networks of rectified linear units, 2015). The original draws from U(-1, 1), varies
    the length, marks the first of the two within the first ten steps, marks both ends with -1,
    and scales the sum into (0, 1).
    """
    _checked(rng, batch_size, steps)
    values = rng.random((batch_size, steps))
    rows, half = np.arange(batch_size), steps // 2
    marked = rng.integers(0, half, batch_size), rng.integers(half, steps, batch_size)
    inputs = np.stack([values, np.zeros_like(values)], axis=2)
    targets = np.zeros((batch_size, steps, 1))
    for step in marked:
        inputs[rows, step, 1] = 1
        targets[:, -1, 0] += values[rows, step]
    return Batch(inputs, targets, _last_step(batch_size, steps))


def _checked(rng: Any, batch_size: Any, steps: Any) -> None:
    if not isinstance(rng, np.random.Generator):
        raise TypeError(f"rng: expected a numpy.random.Generator, got {rng!r}")
    check_input.size("batch_size", batch_size)
    check_input.size("steps", steps, least=2)


def _last_step(batch_size: int, steps: int) -> np.ndarray:
    mask = np.zeros((batch_size, steps), bool)
    mask[:, -1] = True
    return mask
