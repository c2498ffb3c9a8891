"""Strings that count, spikes in time, sines in a mixture: recomputed from their definitions."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.tasks import TASKS, anbn, sine_mixture, spike_delays, timed_spikes


def seeded(seed=0):
    return np.random.default_rng(seed)


SEEDS, FEW = st.integers(0, 2**32), st.integers(1, 5)


# a^n b^n and a^n b^n c^n


def may_follow(prefix, letters):
    """The symbols x for which prefix + x begins a string of the language, by trial."""
    return {
        x
        for x in "SabcT"
        if any(
            ("S" + "".join(letter * n for letter in letters) + "T").startswith(
                prefix + x
            )
            for n in range(1, len(prefix) + 2)
        )
    }


def test_may_follow_by_hand():
    said = [may_follow("SaabbT"[:t], "ab") for t in range(1, 6)]
    assert said == [{"a"}, {"a", "b"}, {"a", "b"}, {"b"}, {"T"}]
    assert may_follow("Sab", "abc") == may_follow("Saabbc", "abc") == {"c"}


@given(SEEDS, FEW, st.integers(1, 9), st.sampled_from(["ab", "abc"]))
def test_strings_and_what_may_follow(seed, batch_size, most, letters):
    inputs, targets, mask = anbn(seeded(seed), batch_size, most, len(letters))
    alphabet = f"S{letters}T"
    assert inputs.shape == targets.shape == mask.shape
    assert inputs.shape[2] == len(alphabet)
    for row, said, counts in zip(inputs, targets, mask, strict=True):
        length = int(row.sum())
        assert np.array_equal(row.sum(axis=1), np.arange(len(row)) < length)
        assert np.array_equal(
            counts, np.repeat(row.sum(axis=1, keepdims=True) > 0, len(alphabet), 1)
        )
        text = "".join(alphabet[s] for s in row[:length].argmax(axis=1))
        n = text.count("a")
        assert 1 <= n <= most
        assert text == "S" + "".join(letter * n for letter in letters)
        for t in range(length):
            found = {s for s, may in zip(alphabet, said[t], strict=True) if may}
            assert found == may_follow(text[: t + 1], letters)


def test_every_n_is_as_likely():
    _, _, mask = anbn(seeded(1), 10_000, 5)
    n = (mask[..., 0].sum(axis=1) - 1) // 2
    np.testing.assert_allclose(np.bincount(n)[1:] / 10_000, 1 / 5, atol=0.02)
    assert n.max() == 5


# Spikes


@given(SEEDS, FEW, st.integers(2, 9), st.integers(1, 6), st.integers(0, 4))
def test_delays_are_counted_from_spike_to_spike(
    seed, batch_size, interval, spikes, largest
):
    batch = spike_delays(seeded(seed), batch_size, interval, spikes, largest)
    inputs, targets, mask = batch
    assert inputs.shape == (batch_size, spikes * (interval + largest), 1)
    for row, said, counts in zip(inputs[..., 0], targets[..., 0], mask, strict=True):
        assert set(row) <= {0.0, 1.0}
        when = np.flatnonzero(row)
        assert np.array_equal(np.flatnonzero(counts), when) and len(when) == spikes
        waited = 0
        for t, spike in enumerate(row):
            waited += 1
            if spike:
                assert said[t] == waited - interval and 0 <= said[t] <= largest
                waited = 0
            else:
                assert said[t] == 0


@given(SEEDS, FEW, st.integers(2, 9), st.integers(1, 6), st.integers(0, 4))
def test_spikes_come_when_the_delay_says(seed, batch_size, interval, spikes, largest):
    size = batch_size, interval, spikes, largest
    inputs, targets, mask = timed_spikes(seeded(seed), *size)
    assert inputs.shape == (batch_size, spikes * (interval + largest), 1)
    for row, said, counts in zip(inputs[..., 0], targets[..., 0], mask, strict=True):
        begin, told = 0, []
        for _ in range(
            spikes
        ):  # follow the inputs; predict the spike; begin anew after it
            told.append(begin)
            end = begin + interval + int(row[begin]) - 1
            assert said[begin : end + 1].tolist() == [0] * (end - begin) + [1]
            begin = end + 1
        assert counts.tolist() == [t < begin for t in range(len(row))]
        assert not np.delete(row, told).any()
        assert row.max() <= largest and not said[begin:].any()


def test_inputs_and_targets_are_exchanged():
    measured = spike_delays(seeded(2), 4, 5, 6, 3)
    generated = timed_spikes(seeded(2), 4, 5, 6, 3)
    assert np.array_equal(generated.targets, measured.inputs)
    told = generated.inputs.sum(axis=(1, 2))
    assert np.array_equal(told, measured.targets.sum(axis=(1, 2))) and told.any()


def test_all_delays_are_as_likely():
    _, targets, mask = spike_delays(seeded(3), 1000, 2, 20, 3)
    delays = targets[mask][:, 0].astype(int)
    np.testing.assert_allclose(np.bincount(delays) / 20_000, 1 / 4, atol=0.0154)
    rows = delays.reshape(1000, 20)
    assert abs(np.corrcoef(rows[:, 0], rows[:, 1])[0, 1]) < 0.16


def test_a_delay_is_0_or_1_if_nothing_is_said():
    for draw in (spike_delays, timed_spikes):
        inputs, targets, _ = draw(seeded(4), 50, 3, 2)
        assert inputs.shape == (50, 8, 1) and max(inputs.max(), targets.max()) == 1
    for name in ("spike_delays", "timed_spikes"):
        task = TASKS[name]
        assert task.chance(interval=3, spikes=2) == task.chance(
            interval=3, spikes=2, largest=1
        )


# Mixture of sines


@given(SEEDS, FEW, st.integers(11, 60), st.integers(1, 6))
def test_a_mixture_is_called_by_one_pulse(seed, batch_size, steps, sines):
    inputs, targets, mask = sine_mixture(seeded(seed), batch_size, steps, sines)
    assert inputs.shape == (batch_size, steps, batch_size)
    assert np.array_equal(inputs[:, 0], np.eye(batch_size)) and not inputs[:, 1:].any()
    assert targets.shape == (batch_size, steps, 1) and mask.all()
    np.testing.assert_allclose(np.abs(targets).max(axis=1), 1, rtol=1e-12)


def test_a_sine_has_a_period_between_10_and_all_steps():
    """y[t+1] + y[t-1] = 2 cos(2 pi / period) y[t], whatever amplitude and phase."""
    steps = 200
    _, targets, _ = sine_mixture(seeded(5), 400, steps, sines=1)
    y = targets[..., 0]
    ahead, here = y[:, 2:] + y[:, :-2], y[:, 1:-1]
    cosines = (ahead * here).sum(axis=1) / (here * here).sum(axis=1) / 2
    np.testing.assert_allclose(ahead, 2 * cosines[:, None] * here, atol=1e-9)
    periods = 2 * np.pi / np.arccos(cosines)
    assert 10 <= periods.min() < 10.5 and 190 < periods.max() <= steps
    # log-uniform: as many below the geometric mean as above
    assert np.mean(periods < np.sqrt(10 * steps)) == pytest.approx(0.5, abs=0.125)
    # any phase: the first sample is positive as often as not
    assert np.mean(y[:, 0] > 0) == pytest.approx(0.5, abs=0.125)


@pytest.mark.parametrize("sines", [2, 3, 5])
def test_a_mixture_has_as_many_sines_as_it_says(sines):
    """Each sine adds two to the rank of the matrix of shifted windows."""
    _, targets, _ = sine_mixture(seeded(6), 3, 320, sines)
    for y in targets[..., 0]:
        windows = np.lib.stride_tricks.sliding_window_view(y, 160)
        sizes = np.linalg.svd(windows, compute_uv=False)
        assert sizes[2 * sines - 1] > 1e-9 * sizes[0] > sizes[2 * sines]


def test_a_mixture_is_of_five_sines_if_nothing_is_said():
    assert np.array_equal(
        sine_mixture(seeded(7), 2, 320).targets,
        sine_mixture(seeded(7), 2, 320, sines=5).targets,
    )
