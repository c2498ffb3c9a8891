"""The table of tasks: what is true of every task, and where each criterion draws its line."""

import hashlib
import inspect
import re
from pathlib import Path

import numpy as np
import pytest

from lib import (
    LSTM,
    Adam,
    Dense,
    Embedding,
    Model,
    mean_squared_error,
    sigmoid_cross_entropy,
    softmax_cross_entropy,
    tasks,
)
from lib.tasks import TASKS

# Small sizes, and the number of outputs K.
SIZES = {
    "echo": ({"steps": 9, "lag": 4}, 2),
    "latch": ({"steps": 5}, 2),
    "agreement": ({"gap": 4}, 10),
    "copy_memory": ({"gap": 3, "length": 4}, 9),
    "long_lag_2a": ({"lag": 5}, 6),
    "long_lag_2b": ({"lag": 5}, 6),
    "triggered_lag": ({"lag": 3, "distractors": 4}, 2),
    "two_sequence_3a": ({"steps": 20}, 1),
    "two_sequence_3b": ({"steps": 20, "signal": 1}, 1),
    "two_sequence_3c": ({"steps": 20}, 1),
    "adding": ({"steps": 6}, 1),
    "multiplication": ({"steps": 6}, 1),
    "temporal_order_6a": ({"steps": 20}, 4),
    "temporal_order_6b": ({"steps": 20}, 8),
    "reber": ({}, 7),
    "continual_reber": ({"steps": 30}, 7),
    "anbn": ({"most": 4}, 4),
    "anbncn": ({"most": 3}, 5),
    "spike_delays": ({"interval": 4, "spikes": 5, "largest": 2}, 1),
    "timed_spikes": ({"interval": 4, "spikes": 5, "largest": 2}, 1),
    "sine_mixture": ({"steps": 40}, 1),
}


def seeded(seed=0):
    return np.random.default_rng(seed)


def drawn(name, batch_size, seed=0, **size):
    task = TASKS[name]
    return task, task.make(seeded(seed), batch_size, **(size or SIZES[name][0]))


def perfect(name, batch):
    """Outputs that leave nothing to be desired."""
    if name in ("reber", "continual_reber"):
        return np.where(tasks.possible_next(batch.inputs), 5.0, -5.0)
    if name == "two_sequence_3c":
        plus = batch.inputs[:, 0, 0] > 0
        return np.where(plus, 0.2, 0.8)[:, None, None] + np.zeros(batch.targets.shape)
    if TASKS[name].loss is softmax_cross_entropy:
        return 30 * np.eye(SIZES[name][1])[batch.targets]
    if TASKS[name].loss is sigmoid_cross_entropy:
        return 2 * batch.targets - 1
    return batch.targets.copy()


# The table


def test_sizes_are_of_all_tasks():
    assert SIZES.keys() == TASKS.keys()


@pytest.mark.parametrize("name", TASKS)
def test_the_docstring_lists_the_task_and_its_arguments(name):
    make = TASKS[name].make
    function = getattr(make, "func", make)
    words = re.findall(r"\w+", tasks.__doc__)
    assert name in words
    call = f"{function.__name__}({', '.join(inspect.signature(function).parameters)})"
    assert call in tasks.__doc__
    assert function.__name__ in tasks.__all__
    assert getattr(tasks, function.__name__) is function
    for part in ("Criterion:", "Source:", "inputs"):
        assert part in function.__doc__
    assert "Chance:" in function.__doc__ or "Baseline:" in function.__doc__


def test_every_task_of_the_folder_is_in_the_table():
    files = Path(tasks.__file__).parent.glob("*.py")
    made = re.compile(r"^def (\w+)\([^)]*\) -> Batch:", re.M)
    defined = {name for file in files for name in made.findall(file.read_text("utf-8"))}
    made_by = {getattr(t.make, "func", t.make).__name__ for t in TASKS.values()}
    assert {name for name in defined if name in tasks.__all__} == made_by


@pytest.mark.parametrize("name", tasks.__all__)
def test_every_public_name_is_there(name):
    assert getattr(tasks, name) is not None


@pytest.mark.parametrize("name", TASKS)
def test_words_and_numbers_of_a_record_agree(name):
    task = TASKS[name]
    said = task.criterion.replace(",", "")
    assert task.paper and said.endswith(".")
    if task.tolerance != 1:  # 1: a count of errors has to be 0
        assert f" {task.tolerance:g}" in said
    if task.average < np.inf:
        assert f" {task.average:g}" in said
    if task.sequences in (256, 2000, 10_000):
        assert f" {task.sequences} sequences" in said


# Every batch


def test_the_book_s_batches_stay_the_same_to_the_bit():
    """Outputs of the notebooks depend on them."""
    digest = hashlib.sha256()
    for batch in (
        tasks.echo(seeded(), 3, 9, 3),
        tasks.latch(seeded(), 3, 7),
        tasks.agreement(seeded(), 3, 5),
        tasks.adding(seeded(), 3, 11),
    ):
        for array in batch:
            digest.update(np.ascontiguousarray(array).tobytes())
    assert digest.hexdigest()[:16] == "504be5a99d872639"


@pytest.mark.parametrize("name", TASKS)
@pytest.mark.parametrize("batch_size", [1, 3])
def test_shapes_and_types(name, batch_size):
    task, (inputs, targets, mask) = drawn(name, batch_size)
    B, T = inputs.shape[:2]
    assert B == batch_size
    assert inputs.dtype == (np.int64 if name == "agreement" else np.float64)
    assert inputs.ndim == (2 if name == "agreement" else 3)
    assert mask.dtype == bool and mask.any(axis=1).all()
    K = SIZES[name][1]
    if task.loss is softmax_cross_entropy:
        assert targets.dtype == np.int64 and targets.shape == mask.shape == (B, T)
        assert targets.min() >= 0 and targets.max() < K
    elif task.loss is sigmoid_cross_entropy:
        assert targets.dtype == np.float64 and targets.shape == mask.shape == (B, T, K)
        assert set(np.unique(targets)) == {0.0, 1.0}
    else:
        assert task.loss is mean_squared_error
        assert targets.dtype == np.float64 and targets.shape == (B, T, 1)
        assert mask.shape == (B, T)
    assert not targets[~mask].any()
    value, gradient = task.loss(seeded(1).normal(size=(B, T, K)), targets, mask)
    assert value > 0 and gradient.shape == (B, T, K)


@pytest.mark.parametrize("name", TASKS)
def test_the_seed_decides_and_the_generator_moves_on(name):
    task, (size, _) = TASKS[name], SIZES[name]
    rng = seeded(1)
    first, second = task.make(rng, 6, **size), task.make(rng, 6, **size)
    again = task.make(seeded(1), 6, **size)
    assert all(np.array_equal(a, b) for a, b in zip(first, again, strict=True))
    assert any(not np.array_equal(a, b) for a, b in zip(first, second, strict=True))


@pytest.mark.parametrize("name", TASKS)
def test_nothing_is_shared_between_the_arrays_of_a_batch(name):
    _, (inputs, targets, mask) = drawn(name, 2)
    before = targets.copy(), mask.copy()
    inputs[...] = 7
    assert np.array_equal(targets, before[0]) and np.array_equal(mask, before[1])
    mask[...] = ~mask  # an array of its own, which may be written to
    targets[...] = 1


# Chance: what one gets who answers well and leaves the task aside


def always(name, batch):
    """The same answer whatever is asked."""
    B, T = batch.targets.shape[:2]
    if TASKS[name].loss is mean_squared_error:
        mean = batch.targets[batch.mask].mean()
        if name == "sine_mixture":
            mean = batch.targets.mean(axis=1, keepdims=True)
        return np.full((B, T, 1), 0.0) + mean
    if TASKS[name].loss is sigmoid_cross_entropy:  # as if n were 1, whatever n is
        following = np.roll(np.eye(batch.targets.shape[2]), 1, axis=1)
        following[1, 1] = 1  # after an a, another a
        return 2 * (batch.inputs @ following) - 1
    answer = {"agreement": 2, "long_lag_2a": 4, "long_lag_2b": 4, "copy_memory": 5}
    one = answer.get(name, 1)  # class 1; `is`; x; the fifth letter; T
    return np.tile(np.eye(SIZES[name][1])[one], (B, T, 1))


@pytest.mark.parametrize("name", TASKS)
def test_chance_is_the_score_of_one_who_guesses(name):
    batch_size = {"reber": 3000, "continual_reber": 1500, "sine_mixture": 5}
    task, batch = drawn(name, batch_size.get(name, 20_000), seed=2)
    chance = task.chance(**SIZES[name][0])
    score = task.score(always(name, batch), batch)
    if task.loss is not mean_squared_error:  # a share: five standard errors of it
        answers = 3000 if name in ("reber", "continual_reber") else 20_000
        five_errors = 5 * np.sqrt(chance * (1 - chance) / answers)
        assert score == pytest.approx(chance, abs=five_errors)
    else:
        assert score == pytest.approx(chance, rel=0.03)
        # no other constant is better
        for step in (-0.05, 0.05):
            assert task.score(always(name, batch) + step, batch) > score


@pytest.mark.parametrize("name", ["anbn", "anbncn"])
def test_another_number_of_b_is_guessed_no_better(name):
    task, batch = drawn(name, 20_000, seed=3)
    most = SIZES[name][0]["most"]
    lengths = batch.mask[..., 0].sum(axis=1)
    for n in range(1, most + 1):
        (row, *_) = np.flatnonzero(lengths == 1 + n * (batch.targets.shape[2] - 2))
        outputs = np.tile(2 * batch.targets[row] - 1, (20_000, 1, 1))
        assert task.score(outputs, batch) == pytest.approx(1 / most, abs=0.018)


@pytest.mark.parametrize("largest", [0, 1, 3])
def test_chance_of_spikes_depends_on_their_delays(largest):
    size = {"interval": 3, "spikes": 20, "largest": largest}
    for name in ("spike_delays", "timed_spikes"):
        task, batch = drawn(name, 2000, seed=4, **size)
        score = task.score(always(name, batch), batch)
        assert score == pytest.approx(task.chance(**size), rel=0.02)


# The verdict


@pytest.mark.parametrize("name", TASKS)
def test_right_answers_solve_and_guesses_do_not(name):
    task, batch = drawn(name, 1 if name == "sine_mixture" else 40, seed=5)
    best, guess = perfect(name, batch), always(name, batch)
    assert task.right(best, batch).all() and task.solved(best, batch) is True
    assert task.right(best, batch).shape == (len(batch.inputs),)
    assert task.solved(guess, batch) is False
    assert task.solved(best.astype(np.float32), batch)
    score, worse = task.score(best, batch), task.score(guess, batch)
    if task.loss is not mean_squared_error:
        assert score > worse and (score == 1 or name in ("reber", "continual_reber"))
    elif name == "two_sequence_3c":
        assert score == pytest.approx(0.1, abs=0.08) and score < worse
    else:
        assert score == 0 < worse


@pytest.mark.parametrize("name", TASKS)
def test_what_is_said_where_nothing_counts_does_not_matter(name):
    task, batch = drawn(name, 1 if name == "sine_mixture" else 40, seed=6)
    counts = batch.mask if batch.mask.ndim == 3 else batch.mask[..., None]
    noise = 100 * seeded(7).normal(size=(*batch.targets.shape[:2], SIZES[name][1]))
    outputs = np.where(counts, perfect(name, batch), noise)
    assert task.solved(outputs, batch)
    assert task.score(outputs, batch) == task.score(perfect(name, batch), batch)


def off_by(name, errors, seed=0, **size):
    """Outputs of number tasks with these errors (B,), of either sign."""
    task, batch = drawn(name, len(errors), seed, **size)
    signs = np.where(np.arange(len(errors)) % 2, 1, -1)
    return task, perfect(name, batch) + (signs * errors)[:, None, None], batch


@pytest.mark.parametrize(
    ("name", "sequences", "wrong", "just_below", "just_above"),
    [
        ("adding", 2000, 0, 0.0799, 0.0801),
        ("multiplication", 2000, 12, 0.0399, 0.0401),
        ("two_sequence_3a", 256, 0, 0.199, 0.201),
        ("two_sequence_3b", 256, 5, 0.199, 0.201),
        ("two_sequence_3c", 256, 0, 0.099, 0.101),
        ("spike_delays", 1, 0, 0.489, 0.491),
        ("timed_spikes", 1, 0, 0.489, 0.491),
    ],
)
def test_how_many_numbers_may_be_how_wrong(
    name, sequences, wrong, just_below, just_above
):
    assert TASKS[name].sequences == sequences
    errors = np.zeros(sequences)
    errors[:wrong], errors[-1] = just_above, just_below
    task, outputs, batch = off_by(name, errors)
    assert task.right(outputs, batch).sum() == sequences - wrong
    assert task.solved(outputs, batch)
    errors[-1] = just_above
    assert not task.solved(*off_by(name, errors)[1:])


@pytest.mark.parametrize(
    ("name", "average"),
    [
        ("adding", 0.02),
        ("two_sequence_3a", 0.01),
        ("two_sequence_3b", 0.04),
        ("two_sequence_3c", 0.015),
    ],
)
def test_the_average_error_has_a_limit(name, average):
    for factor, solved in ((0.99, True), (1.01, False)):
        task, outputs, batch = off_by(name, np.full(256, factor * average))
        assert task.right(outputs, batch).all()
        assert task.solved(outputs, batch) is solved


def test_3c_is_judged_without_the_noise_of_its_targets():
    task, batch = drawn("two_sequence_3c", 256, seed=8)
    assert not task.solved(batch.targets, batch)
    assert task.right(batch.targets, batch).mean() == pytest.approx(0.25, abs=0.1)


def with_probability(name, p, batch_size=50):
    """Logits that give the targets this probability, the first class most of the rest."""
    task, batch = drawn(name, batch_size, seed=9)
    right = np.eye(SIZES[name][1])[batch.targets]
    rest = 1e-9 + np.roll(right, 1, axis=2)
    probabilities = np.where(right > 0, p, (1 - p) * rest / (1 + 1e-9))
    return task, np.log(probabilities), batch


@pytest.mark.parametrize(
    ("name", "tolerance", "sequences"),
    [
        ("latch", 0.25, 10_000),
        ("long_lag_2a", 0.25, 10_000),
        ("long_lag_2b", 0.25, 10_000),
        ("triggered_lag", 0.2, 10_000),
        ("temporal_order_6a", 0.3, 2000),
        ("temporal_order_6b", 0.3, 2000),
    ],
)
def test_how_sure_of_a_class_one_must_be(name, tolerance, sequences):
    task, outputs, batch = with_probability(name, 1 - tolerance + 0.01)
    assert task.sequences == sequences
    assert task.right(outputs, batch).all()
    assert task.errors(outputs, batch) == pytest.approx(tolerance - 0.01, abs=1e-6)
    _, outputs, _ = with_probability(name, 1 - tolerance - 0.01)
    assert not task.right(outputs, batch).any()
    # one sequence is enough to fail
    best = perfect(name, batch)
    best[7] = outputs[7]
    assert task.right(best, batch).sum() == 49 and not task.solved(best, batch)


@pytest.mark.parametrize("name", ["temporal_order_6a", "temporal_order_6b"])
def test_temporal_order_has_a_limit_on_the_average(name):
    task, outputs, batch = with_probability(name, 0.91)
    assert task.solved(outputs, batch)
    task, outputs, batch = with_probability(name, 0.89)
    assert task.right(outputs, batch).all() and not task.solved(outputs, batch)


def test_2a_asks_for_every_symbol_and_2b_for_the_last():
    for name, solved in (("long_lag_2a", False), ("long_lag_2b", True)):
        task, batch = drawn(name, 20)
        outputs = perfect(name, batch)
        outputs[3, 1] = 0
        assert task.solved(outputs, batch) is solved
        outputs = perfect(name, batch)
        outputs[3, -1] = 0
        assert not task.solved(outputs, batch)
        assert task.score(outputs, batch) >= 19 / 20


@pytest.mark.parametrize("name", ["echo", "agreement", "copy_memory"])
def test_one_sequence_in_twenty_may_be_wrong(name):
    task, batch = drawn(name, 1000)
    outputs = perfect(name, batch)
    outputs[:50, -1] *= -1
    assert task.right(outputs, batch).sum() == 950 and task.solved(outputs, batch)
    outputs[50, -1] *= -1
    assert not task.solved(outputs, batch)


def test_one_wrong_answer_of_many_makes_a_sequence_wrong():
    task, batch = drawn("echo", 4)
    outputs = perfect("echo", batch)
    outputs[2, 4] *= -1  # the first step that counts
    assert task.right(outputs, batch).tolist() == [True, True, False, True]
    assert task.score(outputs, batch) == 19 / 20  # 4 sequences, 5 answers each


@pytest.mark.parametrize("name", ["anbn", "anbncn"])
def test_a_string_is_accepted_if_every_output_is_right(name):
    task, batch = drawn(name, 30)
    best = perfect(name, batch)
    for step, unit in ((0, 0), (1, 2), (2, -1)):
        outputs = best.copy()
        outputs[5, step, unit] *= -1
        assert task.right(outputs, batch).sum() == 29
        assert not task.solved(outputs, batch)
        assert task.score(outputs, batch) == 29 / 30


def test_spikes_are_judged_where_they_count():
    outside = {"spike_delays": True, "timed_spikes": False}
    for name, solved in outside.items():
        task, batch = drawn(name, 3, interval=4, spikes=2, largest=0)
        outputs = perfect(name, batch)
        outputs[1, 1] += 0.5  # no spike is near
        assert task.solved(outputs, batch) is solved
        outputs = perfect(name, batch)
        outputs[1, 3] -= 0.5  # the first spike
        assert not task.solved(outputs, batch)


def test_a_mixture_is_judged_by_its_own_variance():
    task, batch = drawn("sine_mixture", 3)
    variances = batch.targets.var(axis=1, keepdims=True)
    share = np.array([0.0099, 0.004, 0.0101])[:, None, None]
    outputs = batch.targets + np.sqrt(share * variances)
    assert task.right(outputs, batch).tolist() == [True, True, False]
    assert task.score(outputs, batch) == pytest.approx(0.008)
    assert not task.solved(outputs, batch)


# Training


@pytest.mark.parametrize("name", TASKS)
def test_a_model_can_be_fitted(name):
    task, (size, K) = TASKS[name], SIZES[name]
    rng = seeded(1)
    batch = task.make(rng, 2, **size)
    embedding = Embedding(10, 3, rng=rng) if batch.inputs.ndim == 2 else None
    D = 3 if embedding else batch.inputs.shape[2]
    model = Model(embedding, LSTM(D, 4, rng=rng), Dense(4, K, rng=rng))
    before = model.evaluate([batch], loss=task.loss)
    model.fit([batch] * 20, Adam(0.01), loss=task.loss, progress=False)
    assert model.evaluate([batch], loss=task.loss) < before
    outputs, _, _ = model.forward(batch.inputs)
    assert np.isfinite(task.score(outputs, batch))
    assert isinstance(task.solved(outputs, batch), bool)


@pytest.mark.parametrize(
    ("name", "size", "steps"),
    [("long_lag_2a", {"lag": 5}, 150), ("anbn", {"most": 3}, 250)],
)
def test_an_lstm_solves(name, size, steps):
    task, rng = TASKS[name], seeded(0)
    batch = task.make(seeded(1), 200, **size)
    D, K = batch.inputs.shape[2], SIZES[name][1]
    model = Model(None, LSTM(D, 10, rng=rng), Dense(10, K, rng=rng))
    assert not task.solved(model.forward(batch.inputs)[0], batch)
    batches = (task.make(rng, 16, **size) for _ in range(steps))
    model.fit(batches, Adam(0.03), loss=task.loss, clip=1.0, progress=False)
    assert task.solved(model.forward(batch.inputs)[0], batch)


# Bad input


@pytest.mark.parametrize("name", TASKS)
@pytest.mark.parametrize(
    ("rng", "batch_size", "error", "message"),
    [
        (7, 3, TypeError, "^rng: expected a numpy.random.Generator, got 7$"),
        (None, 3, TypeError, "^rng: expected a numpy.random.Generator, got None$"),
        (seeded(), 0, ValueError, "^batch_size: expected an int >= 1, got 0$"),
        (seeded(), 2.0, TypeError, "^batch_size: expected an int >= 1, got 2.0$"),
        (seeded(), "3", TypeError, "^batch_size: expected an int >= 1, got '3'$"),
        (seeded(), True, TypeError, "^batch_size: expected an int >= 1, got True$"),
    ],
)
def test_bad_generator_or_batch_size(name, rng, batch_size, error, message):
    with pytest.raises(error, match=message):
        TASKS[name].make(rng, batch_size, **SIZES[name][0])


@pytest.mark.parametrize(
    ("name", "changed", "message"),
    [
        ("echo", {"lag": 12}, "lag: .* 1..steps-1 = 8, got 12"),
        ("echo", {"lag": 9}, "lag: .* 1..steps-1 = 8, got 9"),
        ("echo", {"lag": 0}, "lag: expected an int >= 1, got 0"),
        ("echo", {"lag": 1.5}, "lag: expected an int >= 1, got 1.5"),
        ("echo", {"steps": 1}, "steps: expected an int >= 2, got 1"),
        ("latch", {"steps": -5}, "steps: expected an int >= 2, got -5"),
        ("agreement", {"gap": 0}, "gap: expected an int >= 1, got 0"),
        ("agreement", {"gap": 2.0}, "gap: expected an int >= 1, got 2.0"),
        ("adding", {"steps": True}, "steps: expected an int >= 2, got True"),
        ("adding", {"steps": 1}, "steps: expected an int >= 2, got 1"),
        ("multiplication", {"steps": 1}, "steps: expected an int >= 2, got 1"),
        ("copy_memory", {"gap": 0}, "gap: expected an int >= 1, got 0"),
        ("copy_memory", {"length": 0}, "length: expected an int >= 1, got 0"),
        ("long_lag_2a", {"lag": 1}, "lag: expected an int >= 2, got 1"),
        (
            "long_lag_2a",
            {"experiment": "2c"},
            "experiment: expected .*2a, 2b, got '2c'",
        ),
        ("long_lag_2b", {"lag": "5"}, "lag: expected an int >= 2, got '5'"),
        ("triggered_lag", {"lag": 0}, "lag: expected an int >= 1, got 0"),
        (
            "triggered_lag",
            {"distractors": 0},
            "distractors: expected an int >= 1, got 0",
        ),
        ("two_sequence_3a", {"steps": 1}, "steps: expected an int >= 2, got 1"),
        ("two_sequence_3a", {"signal": 20}, "signal: .* 1..steps-1 = 19, got 20"),
        ("two_sequence_3a", {"signal": 0}, "signal: expected an int >= 1, got 0"),
        ("two_sequence_3a", {"experiment": 3}, "experiment: .*3a, 3b, 3c, got 3"),
        ("two_sequence_3b", {"experiment": "3d"}, "experiment: .*3a, 3b, 3c, got '3d'"),
        ("temporal_order_6a", {"steps": 9}, "steps: expected an int >= 10, got 9"),
        ("temporal_order_6a", {"relevant": 4}, "relevant: expected 2 or 3, got 4"),
        ("temporal_order_6b", {"relevant": "3"}, "relevant: expected .*got '3'"),
        ("continual_reber", {"steps": 0}, "steps: expected an int >= 1, got 0"),
        ("anbn", {"most": 0}, "most: expected an int >= 1, got 0"),
        ("anbn", {"letters": 4}, "letters: expected 2 or 3, got 4"),
        ("anbn", {"letters": 2.5}, "letters: expected .*got 2.5"),
        ("spike_delays", {"interval": 1}, "interval: expected an int >= 2, got 1"),
        ("spike_delays", {"spikes": 0}, "spikes: expected an int >= 1, got 0"),
        ("timed_spikes", {"largest": -1}, "largest: expected an int >= 0, got -1"),
        ("sine_mixture", {"steps": 10}, "steps: expected an int >= 11, got 10"),
        ("sine_mixture", {"sines": 0}, "sines: expected an int >= 1, got 0"),
    ],
)
def test_bad_size_names_the_argument(name, changed, message):
    (value,) = changed.values()
    wrong_kind = isinstance(value, float | bool) or (
        isinstance(value, str) != ("experiment" in changed)
    )
    with pytest.raises(TypeError if wrong_kind else ValueError, match=f"^{message}$"):
        TASKS[name].make(seeded(), 2, **(SIZES[name][0] | changed))


@pytest.mark.parametrize("name", TASKS)
def test_bad_outputs_are_named(name):
    task, batch = drawn(name, 2)
    good = perfect(name, batch)
    for judge in (task.score, task.errors, task.right, task.solved):
        for bad in (good[:1], good[:, 1:], good[..., 0], good[..., :0]):
            with pytest.raises(ValueError, match=r"^outputs: expected shape \("):
                judge(bad, batch)
        with pytest.raises(
            ValueError, match=r"^outputs: expected finite numbers, got nan"
        ):
            judge(np.full_like(good, np.nan), batch)
    if task.loss is not softmax_cross_entropy:
        with pytest.raises(ValueError, match=r"^outputs: expected shape \("):
            task.errors(np.concatenate([good, good], axis=2), batch)


def test_too_few_classes_are_named():
    task, batch = drawn("temporal_order_6a", 20)
    with pytest.raises(
        ValueError, match=r"^targets: expected integers in 0\.\.2, got 3$"
    ):
        task.solved(np.zeros((*batch.targets.shape, 3)), batch)
