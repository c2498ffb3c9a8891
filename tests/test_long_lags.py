"""Experiments 2 to 6 of the LSTM paper: targets computed anew from the inputs; fair draws."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.tasks import (
    ORDER_SYMBOLS,
    adding,
    long_lag,
    multiplication,
    temporal_order,
    triggered_lag,
    two_sequence,
)


def seeded(seed=0):
    return np.random.default_rng(seed)


def symbols_of(row):
    """The symbols of one-hot inputs up to the zeros at the end, after which all is zero."""
    length = int(row.any(axis=1).sum())
    assert np.array_equal(row.sum(axis=1), np.arange(len(row)) < length)
    return row[:length].argmax(axis=1)


SEEDS, FEW = st.integers(0, 2**32), st.integers(1, 5)

# Adding and multiplication


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


@given(SEEDS, st.integers(2, 20))
def test_multiplication_has_the_inputs_of_adding_and_the_product(seed, steps):
    added, sums, _ = adding(seeded(seed), 6, steps)
    inputs, targets, mask = multiplication(seeded(seed), 6, steps)
    assert np.array_equal(inputs, added)
    for row, target, total in zip(inputs, targets, sums, strict=True):
        first, second = row[row[:, 1] == 1, 0]
        assert target[-1, 0] == pytest.approx(first * second, rel=1e-15)
        assert total[-1, 0] == pytest.approx(first + second, rel=1e-15)
    assert mask[:, -1].all() and not mask[:, :-1].any()


# Experiment 2


@given(SEEDS, FEW, st.integers(2, 30))
def test_2a_is_one_of_two_sequences(seed, batch_size, lag):
    inputs, targets, mask = long_lag(seeded(seed), batch_size, lag)
    assert inputs.shape == (batch_size, lag, lag + 1) and mask.all()
    for row, said in zip(inputs, targets, strict=True):
        sequence = [*symbols_of(row), said[-1]]
        x_or_y = sequence[0]
        assert x_or_y in (lag - 1, lag)
        assert sequence == [x_or_y, *range(lag - 1), x_or_y]
        assert said.tolist() == sequence[1:]


@given(SEEDS, FEW, st.integers(2, 30))
def test_2b_ends_as_it_began(seed, batch_size, lag):
    inputs, targets, mask = long_lag(seeded(seed), batch_size, lag, "2b")
    assert inputs.shape == (batch_size, lag, lag + 1) and mask.all()
    for row, said in zip(inputs, targets, strict=True):
        sequence = [*symbols_of(row), said[-1]]
        assert sequence[0] == sequence[-1] and sequence[0] in (lag - 1, lag)
        assert len(sequence) == lag + 1 and max(sequence[1:-1]) < lag - 1
        assert said.tolist() == sequence[1:]


def test_2b_draws_all_symbols_alike():
    inputs, targets, _ = long_lag(seeded(1), 5000, 6, "2b")
    np.testing.assert_allclose(inputs[:, 1:, :5].mean(axis=(0, 1)), 1 / 5, atol=0.0127)
    assert (targets[:, -1] == 5).mean() == pytest.approx(0.5, abs=0.036)
    # the symbol before says nothing about the last one
    x = targets[:, -1] == 5
    gap = inputs[x, -1].mean(axis=0) - inputs[~x, -1].mean(axis=0)
    assert np.abs(gap).max() < 0.057


@given(SEEDS, FEW, st.integers(1, 12), st.integers(1, 5))
def test_the_trigger_asks_for_the_second_symbol(seed, batch_size, lag, p):
    inputs, targets, mask = triggered_lag(seeded(seed), batch_size, lag, p)
    assert inputs.shape[2] == p + 4
    e, b, x, y = range(p, p + 4)
    longest = 0
    for row, said, counts in zip(inputs, targets, mask, strict=True):
        sequence = symbols_of(row).tolist()
        longest = max(longest, len(sequence))
        assert len(sequence) >= lag + 3
        assert sequence[0] == b and sequence[1] in (x, y) and sequence[-1] == e
        assert max(sequence[2:-1]) < p
        assert np.flatnonzero(counts).tolist() == [len(sequence) - 1]
        assert said[len(sequence) - 1] == (sequence[1] == y)
    assert inputs.shape[1] == longest


def test_the_trigger_comes_after_a_geometric_time():
    inputs, targets, mask = triggered_lag(seeded(2), 20_000, 3, 2)
    more = mask.argmax(axis=1) - (2 + 3)  # b, x or y, and the lag stand before
    assert more.min() == 0
    assert more.mean() == pytest.approx(9, abs=5 * np.sqrt(90 / 20_000))
    for k in range(4):
        p = 0.1 * 0.9**k
        assert (more == k).mean() == pytest.approx(p, abs=0.011)
    assert targets[mask].mean() == pytest.approx(0.5, abs=0.018)
    assert inputs[:, 2:5, 0].mean() == pytest.approx(0.5, abs=0.011)


# Two sequences


@given(SEEDS, FEW, st.integers(2, 30), st.data())
def test_two_sequence_answers_the_sign_of_the_signal(seed, batch_size, steps, data):
    signal = data.draw(st.integers(1, steps - 1))
    for experiment, answers in (("3a", (0, 1)), ("3c", (0.8, 0.2))):
        inputs, targets, mask = two_sequence(
            seeded(seed), batch_size, steps, signal, experiment
        )
        assert inputs.shape == targets.shape == (batch_size, steps + steps // 10, 1)
        for row, said, counts in zip(inputs[..., 0], targets, mask, strict=True):
            (end,) = np.flatnonzero(counts)
            assert steps <= end + 1 <= steps + steps // 10
            assert row[: end + 1].all() and not row[end + 1 :].any()
            assert np.abs(row[0]) == 1 and (row[:signal] == row[0]).all()
            assert not (np.abs(row[signal:]) == 1).any()
            if experiment == "3a":
                assert said[end] == answers[int(row[0] > 0)]


def test_two_sequence_has_three_steps_of_signal_if_nothing_is_said():
    inputs, _, _ = two_sequence(seeded(3), 10, 50)
    assert ((np.abs(inputs) == 1).sum(axis=1) == 3).all()


@pytest.mark.parametrize("experiment", ["3a", "3b", "3c"])
def test_noise_has_the_variance_of_the_paper(experiment):
    n = 10_000
    inputs, targets, mask = two_sequence(seeded(4), n, 20, 2, experiment)
    noise = inputs[:, 2:20]
    assert noise.mean() == pytest.approx(0, abs=5 * np.sqrt(0.2 / (18 * n)))
    assert noise.var() == pytest.approx(0.2, abs=5 * 0.2 * np.sqrt(2 / (18 * n)))
    answers = targets[mask][:, 0]
    plus = inputs[:, :2, 0].sum(axis=1) > 0
    if experiment == "3b":
        plus = answers == 1
        error = inputs[:, :2, 0] - np.where(plus, 1, -1)[:, None]
        assert error.mean() == pytest.approx(0, abs=5 * np.sqrt(0.2 / (2 * n)))
        assert error.var() == pytest.approx(0.2, abs=5 * 0.2 * np.sqrt(2 / (2 * n)))
        # two steps of one sequence have noise of their own
        assert abs(np.corrcoef(error.T)[0, 1]) < 0.05
    if experiment == "3c":
        for signs, mean in ((plus, 0.2), (~plus, 0.8)):
            five_errors = 5 * np.sqrt(0.1 / (n / 2))
            assert answers[signs].mean() == pytest.approx(mean, abs=five_errors)
            assert answers[signs].var() == pytest.approx(0.1, rel=0.1)
    assert plus.mean() == pytest.approx(0.5, abs=0.025)
    # the noise says nothing about the class
    gap = noise[plus].mean() - noise[~plus].mean()
    assert abs(gap) < 5 * np.sqrt(0.2 * 4 / (18 * n))


def test_lengths_are_even_between_the_ends():
    for lengths in (
        two_sequence(seeded(5), 11_000, 100).mask.argmax(axis=1) + 1,
        temporal_order(seeded(6), 11_000, 100).mask.argmax(axis=1) + 1,
    ):
        counts = np.bincount(lengths)
        assert counts.nonzero()[0].tolist() == list(range(100, 111))
        np.testing.assert_allclose(counts[100:] / 11_000, 1 / 11, atol=0.0137)


# Temporal order

CLASSES = {
    2: ["XX", "XY", "YX", "YY"],  # Q, R, S, U
    3: ["XXX", "XXY", "XYX", "XYY", "YXX", "YXY", "YYX", "YYY"],  # and V, A, B, C
}
# Where the paper puts them, in sequences of 100 to 110 steps.
PLACES = {2: [(10, 20), (50, 60)], 3: [(10, 20), (33, 43), (66, 76)]}


@given(SEEDS, FEW, st.integers(10, 130), st.sampled_from([2, 3]))
def test_temporal_order_is_that_of_the_inputs(seed, batch_size, steps, relevant):
    inputs, targets, mask = temporal_order(seeded(seed), batch_size, steps, relevant)
    assert inputs.shape == (batch_size, steps + steps // 10, 8)
    for row, said, counts in zip(inputs, targets, mask, strict=True):
        text = "".join(ORDER_SYMBOLS[s] for s in symbols_of(row))
        assert steps <= len(text) <= steps + steps // 10
        assert text[0] == "E" and text[-1] == "B"
        assert set(text[1:-1]) <= set("abcdXY")
        order = "".join(s for s in text if s in "XY")
        assert np.flatnonzero(counts).tolist() == [len(text) - 1]
        assert CLASSES[relevant][said[len(text) - 1]] == order
        for i, (low, high) in zip(
            [t for t, s in enumerate(text) if s in "XY"], PLACES[relevant], strict=True
        ):
            assert low * steps // 100 <= i <= high * steps // 100


@pytest.mark.parametrize("relevant", [2, 3])
def test_temporal_order_is_fair_and_stands_where_the_paper_says(relevant):
    n = 11_000
    inputs, targets, mask = temporal_order(seeded(7), n, 100, relevant)
    K = 2**relevant
    np.testing.assert_allclose(np.bincount(targets[mask]) / n, 1 / K, atol=0.021)
    where = inputs[..., 6:].sum(axis=(0, 2)) / n
    expected = np.zeros(110)
    for low, high in PLACES[relevant]:
        expected[low : high + 1] = 1 / 11
    np.testing.assert_allclose(where, expected, atol=0.0137)
    others = inputs[:, 1:9, 2:6].mean(axis=(0, 1))
    np.testing.assert_allclose(others, 1 / 4, atol=0.0074)
