"""Remember what was seen: echo, latch, agreement, copy memory."""

import numpy as np

from lib import check_input
from lib.losses import softmax_cross_entropy
from lib.tasks.task import (
    Batch,
    Task,
    accuracy,
    check,
    class_errors,
    last_step,
    wrong_answers,
)

DISTRACTORS = 8  # symbols of `latch` that say nothing

# Tokens of `agreement`: the subjects, the verbs in the same order, and what may stand between.
AGREEMENT_WORDS = (
    "key", "keys", "is", "are", "to", "the", "old", "near", "cabinet", "cabinets",
)  # fmt: skip

# Symbols of `copy_memory` that are copied: 1..8. 0 is the blank, 9 the delimiter.
LETTERS = 8


def echo(rng: np.random.Generator, batch_size: int, steps: int, lag: int) -> Batch:
    """Say the bit that came `lag` steps ago: class 0 or 1 at every step.

        inputs[b, t] = -1 or +1, equally likely;  targets[b, t] = [inputs[b, t - lag] > 0]

    The first `lag` steps have nothing to echo and are masked out. inputs (B,T,1).
    Chance: accuracy 1/2, ln 2 = 0.693 nats; a network without memory cannot do better.
    Criterion: the source has none; here 95 % of the sequences without a wrong answer.

    lag: 1..steps-1, in time steps.
    Source: binary form of the delay task of Jaeger, Short term memory in echo state networks,
    GMD Report 152, 2002.
    """
    check(rng, batch_size)
    check_input.size("steps", steps, least=2)
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
    Criterion: that of experiment 2b, see `long_lag`: the absolute error of both outputs is below
    0.25 at the end of 10,000 sequences.

    Source: after the latch problem of Bengio, Simard & Frasconi, Learning long-term dependencies
    with gradient descent is difficult, IEEE Transactions on Neural Networks 5(2), 1994, with
    symbols and random distractors as in experiment 2b of Hochreiter & Schmidhuber, Long
    short-term memory, Neural Computation 9(8), 1997. There every next symbol has to be predicted;
    here the class alone.
    """
    check(rng, batch_size)
    check_input.size("steps", steps, least=2)
    classes = rng.integers(0, 2, batch_size)
    symbols = rng.integers(2, 2 + DISTRACTORS, (batch_size, steps))
    symbols[:, 0] = classes
    targets = np.zeros_like(symbols)
    targets[:, -1] = classes
    mask = last_step(np.full(batch_size, steps), steps)
    return Batch(np.eye(2 + DISTRACTORS)[symbols], targets, mask)


def agreement(rng: np.random.Generator, batch_size: int, gap: int) -> Batch:
    """Predict the verb, `is` or `are`, with `gap` words between it and its subject.

    Tokens are numbers of AGREEMENT_WORDS, inputs (B, gap + 1): the subject, singular or plural
    equally likely, then `gap` words drawn at random from the six others, which say nothing about
    it; nouns of both numbers are among them. The target, the token of the verb, counts at the
    last step only.
    Chance: accuracy 1/2, ln 2 = 0.693 nats for one who knows that a verb follows.
    Criterion: the source has none; here 95 % of the verbs.

    gap: 1 or more, in words.
    Source: after the number prediction of Linzen, Dupoux & Goldberg, Assessing the ability of
    LSTMs to learn syntax-sensitive dependencies, Transactions of the Association for
    Computational Linguistics 4, 2016, on sentences of Wikipedia. Here the words in between are
    random, without grammar, and a network has to remember only.
    """
    gap = check_input.size("gap", gap)
    check(rng, batch_size)
    numbers = rng.integers(0, 2, batch_size)
    tokens = rng.integers(4, len(AGREEMENT_WORDS), (batch_size, gap + 1))
    tokens[:, 0] = numbers
    targets = np.zeros_like(tokens)
    targets[:, -1] = 2 + numbers
    return Batch(tokens, targets, last_step(np.full(batch_size, gap + 1), gap + 1))


def copy_memory(
    rng: np.random.Generator, batch_size: int, gap: int, length: int = 10
) -> Batch:
    """Say `length` symbols again, in their order: `gap` steps after the last one the answers begin.

        read   s_1 … s_length   gap - 1 blanks   delimiter   length blanks
        say    length + gap blanks                           s_1 … s_length

    Symbols are one-hot, inputs (B,T,10) with T = gap + 2 length: 0 is the blank, 1..8 are drawn at
    random, 9 is the delimiter. Targets are the classes 0..8. The answers alone are masked in.
    Chance: accuracy 1/8, ln 8 = 2.079 nats an answer, for one who knows when to answer.
    Criterion: the source has none; here 95 % of the sequences without a wrong answer.

    gap, length: 1 or more, in steps.
    Source: Arjovsky, Shah & Bengio, Unitary evolution recurrent neural networks, International
    Conference on Machine Learning, 2016, with length = 10 and the gap as T. There the loss is the
    mean over all T + 20 steps, blanks included, and a network without memory has
    10 ln 8 / (T + 20): leave the mask out for that.
    """
    check(rng, batch_size)
    gap, length = check_input.size("gap", gap), check_input.size("length", length)
    steps = gap + 2 * length
    letters = rng.integers(1, 1 + LETTERS, (batch_size, length))
    symbols = np.zeros((batch_size, steps), letters.dtype)
    symbols[:, :length] = letters
    symbols[:, length + gap - 1] = 1 + LETTERS
    targets = np.zeros_like(symbols)
    targets[:, -length:] = letters
    mask = np.zeros(symbols.shape, bool)
    mask[:, -length:] = True
    return Batch(np.eye(2 + LETTERS)[symbols], targets, mask)


TASKS = {
    "echo": Task(
        make=echo,
        loss=softmax_cross_entropy,
        score=accuracy,
        chance=lambda **size: 1 / 2,
        errors=wrong_answers,
        tolerance=1,
        share=0.95,
        sequences=1000,
        criterion="Ours: 95 % of the sequences without a wrong answer.",
        paper="Jaeger 2002",
    ),
    "latch": Task(
        make=latch,
        loss=softmax_cross_entropy,
        score=accuracy,
        chance=lambda **size: 1 / 2,
        errors=class_errors,
        tolerance=0.25,
        sequences=10_000,
        criterion="The absolute error of both outputs is below 0.25 at the end of 10,000 "
        "sequences.",
        paper="Bengio, Simard & Frasconi 1994; criterion of Hochreiter & Schmidhuber 1997, 2b",
    ),
    "agreement": Task(
        make=agreement,
        loss=softmax_cross_entropy,
        score=accuracy,
        chance=lambda **size: 1 / 2,
        errors=wrong_answers,
        tolerance=1,
        share=0.95,
        sequences=1000,
        criterion="Ours: 95 % of the verbs.",
        paper="Linzen, Dupoux & Goldberg 2016",
    ),
    "copy_memory": Task(
        make=copy_memory,
        loss=softmax_cross_entropy,
        score=accuracy,
        chance=lambda **size: 1 / LETTERS,
        errors=wrong_answers,
        tolerance=1,
        share=0.95,
        sequences=1000,
        criterion="Ours: 95 % of the sequences without a wrong answer.",
        paper="Arjovsky, Shah & Bengio 2016",
    ),
}
