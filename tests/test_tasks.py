"""The synthetic tasks: solved by a rule that looks at the inputs, and no easier than they claim."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib import LSTM, Adam, Dense, Embedding, Model
from lib.tasks import AGREEMENT_WORDS, adding, agreement, echo, latch


def seeded(seed=0):
    return np.random.default_rng(seed)


TASKS = {
    "echo": lambda rng, batch_size, steps: echo(rng, batch_size, steps, lag=3),
    "latch": latch,
    "adding": adding,
}


@pytest.mark.parametrize("name", TASKS)
def test_shapes_and_types(name):
    inputs, targets, mask = TASKS[name](seeded(), 4, 7)
    assert inputs.dtype == np.float64
    assert inputs.shape == (4, 7, {"echo": 1, "latch": 10, "adding": 2}[name])
    assert mask.dtype == bool and mask.shape == (4, 7)
    if name == "adding":
        assert targets.dtype == np.float64 and targets.shape == (4, 7, 1)
    else:
        assert targets.dtype == np.int64 and targets.shape == (4, 7)
    assert not targets[~mask].any()


@pytest.mark.parametrize("name", TASKS)
def test_the_seed_decides_and_the_generator_moves_on(name):
    rng = seeded(1)
    first, second = TASKS[name](rng, 4, 7), TASKS[name](rng, 4, 7)
    again = TASKS[name](seeded(1), 4, 7)
    assert all(np.array_equal(a, b) for a, b in zip(first, again, strict=True))
    assert not np.array_equal(first.inputs, second.inputs)


@given(st.integers(0, 2**32), st.integers(2, 20), st.data())
def test_echo_is_the_bit_lag_steps_ago(seed, steps, data):
    lag = data.draw(st.integers(1, steps - 1))
    inputs, targets, mask = echo(seeded(seed), 3, steps, lag)
    assert set(np.unique(inputs)) <= {-1.0, 1.0}
    for t in range(steps):
        assert (mask[:, t] == (t >= lag)).all()
        if t >= lag:
            assert np.array_equal(targets[:, t], inputs[:, t - lag, 0] > 0)


def test_echo_of_fair_independent_bits():
    inputs, _, _ = echo(seeded(2), 200, 200, 5)
    # 40,000 bits: five standard errors of a mean of +-1 are 0.025
    assert abs(inputs.mean()) < 0.025
    for lag in (1, 5):
        assert abs((inputs[:, lag:] * inputs[:, :-lag]).mean()) < 0.025


@given(st.integers(0, 2**32), st.integers(2, 20))
def test_latch_asks_for_the_first_symbol(seed, steps):
    inputs, targets, mask = latch(seeded(seed), 5, steps)
    assert np.array_equal(inputs.sum(axis=2), np.ones((5, steps)))
    symbols = inputs.argmax(axis=2)
    assert (symbols[:, 0] < 2).all() and (symbols[:, 1:] >= 2).all()
    assert np.array_equal(targets[:, -1], symbols[:, 0])
    assert mask[:, -1].all() and not mask[:, :-1].any()


def test_latch_is_fair():
    inputs, targets, _ = latch(seeded(3), 20_000, 3)
    assert targets[:, -1].mean() == pytest.approx(
        0.5, abs=0.018
    )  # five standard errors
    distractors = inputs[:, 1:, 2:].mean(axis=(0, 1))
    np.testing.assert_allclose(distractors, 1 / 8, atol=0.0083)
    # the last distractor says nothing about the class
    ones = targets[:, -1] == 1
    gap = inputs[ones, -1].mean(axis=0) - inputs[~ones, -1].mean(axis=0)
    assert np.abs(gap).max() < 0.024


@given(st.integers(0, 2**32), st.integers(2, 20))
def test_adding_marks_one_number_in_each_half(seed, steps):
    inputs, targets, mask = adding(seeded(seed), 6, steps)
    values, markers = inputs[..., 0], inputs[..., 1]
    assert (values >= 0).all() and (values < 1).all()
    assert set(np.unique(markers)) <= {0.0, 1.0}
    assert (markers[:, : steps // 2].sum(axis=1) == 1).all()
    assert (markers[:, steps // 2 :].sum(axis=1) == 1).all()
    np.testing.assert_allclose(
        targets[:, -1, 0], (values * markers).sum(axis=1), rtol=1e-15
    )
    assert mask[:, -1].all() and not mask[:, :-1].any()


def test_adding_baseline_is_a_sixth():
    _, targets, mask = adding(seeded(4), 100_000, 10)
    answers = targets[mask][:, 0]
    # (sum - 1)^2 has mean 1/6 and variance 7/180: five standard errors of 100,000 are 0.0031
    assert ((answers - 1) ** 2).mean() == pytest.approx(1 / 6, abs=0.0031)
    assert answers.mean() == pytest.approx(1, abs=0.0065)


def test_adding_marks_every_step_equally_often_within_a_half():
    inputs, _, _ = adding(seeded(5), 50_000, 9)  # halves of 4 and 5 steps
    expected = np.array([1 / 4] * 4 + [1 / 5] * 5)
    np.testing.assert_allclose(inputs[..., 1].mean(axis=0), expected, atol=0.0097)


KEY, KEYS, IS, ARE = (AGREEMENT_WORDS.index(word) for word in "key keys is are".split())


@given(st.integers(0, 2**32), st.integers(1, 20))
def test_agreement_asks_for_the_verb_of_the_first_word(seed, gap):
    inputs, targets, mask = agreement(seeded(seed), 5, gap)
    assert inputs.dtype == targets.dtype == np.int64 and mask.dtype == bool
    assert inputs.shape == targets.shape == mask.shape == (5, gap + 1)
    for sentence, verbs in zip(inputs, targets, strict=True):
        assert verbs[-1] == {KEY: IS, KEYS: ARE}[sentence[0]]
        assert not set(sentence[1:]) & {KEY, KEYS, IS, ARE}
    assert not targets[~mask].any()
    assert mask[:, -1].all() and not mask[:, :-1].any()


def test_agreement_words_are_ten_different_ones():
    assert len(set(AGREEMENT_WORDS)) == len(AGREEMENT_WORDS) == 10
    assert {"cabinet", "cabinets"} <= set(AGREEMENT_WORDS)  # nouns of both numbers


def test_agreement_the_seed_decides_and_the_generator_moves_on():
    rng = seeded(1)
    first, second = agreement(rng, 4, 7), agreement(rng, 4, 7)
    again = agreement(seeded(1), 4, 7)
    assert all(np.array_equal(a, b) for a, b in zip(first, again, strict=True))
    assert not np.array_equal(first.inputs, second.inputs)


def test_agreement_is_fair():
    inputs, targets, _ = agreement(seeded(6), 20_000, 3)
    plural = targets[:, -1] == ARE
    assert plural.mean() == pytest.approx(0.5, abs=0.018)  # five standard errors
    between = np.eye(10)[inputs[:, 1:]]
    shares = between.mean(axis=(0, 1))
    others = np.setdiff1d(np.arange(10), [KEY, KEYS, IS, ARE])
    np.testing.assert_allclose(shares[others], 1 / 6, atol=0.0077)
    # no word between says anything about the number, at no place
    difference = between[plural].mean(axis=0) - between[~plural].mean(axis=0)
    assert np.abs(difference).max() < 0.027


def test_agreement_cannot_be_read_off_the_last_three_words():
    inputs, targets, _ = agreement(seeded(7), 20_000, 10)
    places = inputs[:, -3:] @ [100, 10, 1]
    plural = targets[:, -1] == ARE
    train, fresh = slice(10_000), slice(10_000, None)
    seen = np.bincount(places[train], minlength=1000)
    plurals = np.bincount(places[train], plural[train], minlength=1000)
    said = plurals[places[fresh]] > seen[places[fresh]] / 2
    # 10,000 sentences: six standard errors are 0.03
    assert (said == plural[fresh]).mean() == pytest.approx(0.5, abs=0.03)


def test_agreement_is_learned_by_an_lstm():
    rng = seeded(0)
    layer = LSTM(16, 32, rng=rng, forget_bias=3.0)
    model = Model(Embedding(10, 16, rng=rng), layer, Dense(32, 10, rng=rng))
    batches = (agreement(rng, 32, 10) for _ in range(300))
    model.fit(batches, Adam(0.01), clip=1.0, progress=False)
    inputs, targets, mask = agreement(seeded(8), 500, 10)
    logits, _, _ = model.forward(inputs)
    assert (logits.argmax(axis=2) == targets)[mask].mean() >= 0.95


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: echo(seeded(), 2, 10, 12), ValueError, "lag: .* 1..steps-1 = 9, got 12"),
        (lambda: echo(seeded(), 2, 10, 10), ValueError, "lag: .* 1..steps-1 = 9, got 10"),
        (lambda: echo(seeded(), 2, 10, 0), ValueError, "lag: expected an int >= 1, got 0"),
        (lambda: echo(seeded(), 2, 10, 1.5), TypeError, "lag: expected an int >= 1, got 1.5"),
        (lambda: echo(seeded(), 2, 1, 1), ValueError, "steps: expected an int >= 2, got 1"),
        (lambda: latch(seeded(), 0, 5), ValueError, "batch_size: expected an int >= 1, got 0"),
        (lambda: latch(seeded(), 3, -5), ValueError, "steps: expected an int >= 2, got -5"),
        (lambda: latch(7, 3, 5), TypeError, "rng: expected a numpy.random.Generator, got 7"),
        (lambda: agreement(seeded(), 2, 0), ValueError, "gap: expected an int >= 1, got 0"),
        (lambda: agreement(seeded(), 2, 2.0), TypeError, "gap: expected an int >= 1, got 2.0"),
        (lambda: agreement(seeded(), -1, 3), ValueError, "batch_size: .* >= 1, got -1"),
        (lambda: agreement(7, 2, 3), TypeError, "rng: expected a numpy.random.Generator, got 7"),
        (lambda: adding(None, 3, 5), TypeError, "rng: expected a numpy.random.Generator, got None"),
        (lambda: adding(seeded(), "3", 5), TypeError, "batch_size: expected an int >= 1, got '3'"),
        (lambda: adding(seeded(), 3, True), TypeError, "steps: expected an int >= 2, got True"),
    ],
)  # fmt: skip
def test_bad_input_names_the_argument(call, error, message):
    with pytest.raises(error, match=message):
        call()
