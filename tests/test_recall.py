"""Echo, latch, agreement, copy memory: a rule that looks at the inputs, and nothing easier."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib import LSTM, Adam, Dense, Embedding, Model, softmax_cross_entropy
from lib.tasks import AGREEMENT_WORDS, agreement, copy_memory, echo, latch


def seeded(seed=0):
    return np.random.default_rng(seed)


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


@given(st.integers(0, 2**32), st.integers(1, 12), st.integers(1, 12))
def test_copy_memory_asks_for_the_letters_after_the_delimiter(seed, gap, length):
    inputs, targets, mask = copy_memory(seeded(seed), 4, gap, length)
    assert inputs.shape == (4, gap + 2 * length, 10)
    assert np.array_equal(inputs.sum(axis=2), np.ones(inputs.shape[:2]))
    for read, said, counts in zip(inputs.argmax(axis=2), targets, mask, strict=True):
        (delimiter,) = np.flatnonzero(read == 9)
        letters = np.flatnonzero((read > 0) & (read < 9))
        assert np.array_equal(letters, np.arange(length))
        # the last letter is `gap` steps before the delimiter, the first answer one after it
        assert delimiter == length - 1 + gap
        answers = np.flatnonzero(counts)
        assert np.array_equal(answers, delimiter + 1 + np.arange(length))
        assert answers[-1] == len(read) - 1
        assert np.array_equal(said[answers], read[letters])
        assert not np.delete(said, answers).any()


def test_copy_memory_has_ten_letters_if_nothing_is_said():
    assert copy_memory(seeded(), 2, 100).inputs.shape == (2, 120, 10)


def test_copy_memory_is_fair():
    _, targets, mask = copy_memory(seeded(9), 4000, 2, 5)
    letters = targets[mask].reshape(4000, 5)
    shares = np.bincount(letters.ravel(), minlength=9) / 20_000
    np.testing.assert_allclose(shares, [0] + [1 / 8] * 8, atol=0.0117)
    # no letter says anything about the next one
    pairs = np.bincount(8 * (letters[:, 0] - 1) + letters[:, 1] - 1, minlength=64)
    np.testing.assert_allclose(pairs / 4000, 1 / 64, atol=0.0098)


def test_copy_memory_without_the_mask_is_the_loss_of_the_paper():
    gap = 30
    _, targets, _ = copy_memory(seeded(), 50, gap)
    # blank till the delimiter, then all letters alike
    logits = np.full((50, gap + 20, 9), -50.0)
    logits[:, :-10, 0] = 50
    logits[:, -10:, 1:] = 50
    loss, _ = softmax_cross_entropy(logits, targets)
    assert loss == pytest.approx(10 * np.log(8) / (gap + 20))
