"""The training command: killed and taken up again; TensorFlow computes the same run."""

import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import train_words
from train_words import Parts, Recipe, Run

from lib import corpus, text, words

ROOT = Path(__file__).resolve().parent.parent
RECIPE = Recipe(size=7, epochs=4, rows=3, steps=5, rate=0.02, warm_up=3, patience=2)


def parts() -> Parts:
    """Two-state noise: something can be learned from it."""
    rng = np.random.default_rng(3)
    steps = rng.choice([1, 1, 1, 2, 5], size=(9, 40)).cumsum(axis=1)
    pieces = list(steps % 11)
    vocabulary = text.Vocabulary([f"w{k}" for k in range(40)], size=11)
    return Parts(vocabulary, pieces[:6], pieces[6], pieces[7:])


def make(tmp_path: Path, name: str = "run", **changes: object) -> Run:
    return Run(name, train_words.replace(RECIPE, **changes), parts(), tmp_path)


def test_training_learns(tmp_path):
    run = make(tmp_path, epochs=12)
    run.train()
    scores = [entry["validation"] for entry in run.now["history"]]
    assert min(scores) < 0.8 * scores[0]
    assert run.now["epoch"] == len(scores)


class Killed(Exception):
    pass


@pytest.mark.parametrize("after", [1, 14, 15, 16, 40])
def test_taken_up_after_any_step_it_ends_with_the_same_bits(
    tmp_path, monkeypatch, after
):
    """Notes are written after every step; whatever follows the last one is lost."""
    whole = make(tmp_path, "whole")
    whole.train(every=1e9)
    run = make(tmp_path)
    steps, step = [], run.train_step

    def killed_in_the_middle(*args, **kwargs):
        if len(steps) == after:
            raise Killed
        steps.append(1)
        return step(*args, **kwargs)

    monkeypatch.setattr(run, "train_step", killed_in_the_middle)
    with pytest.raises(Killed):
        run.train(every=-1)
    again = make(tmp_path)
    assert again.optimizer.t == after
    again.train(every=-1)
    assert again.now["history"] == whole.now["history"]
    assert len(again.now["history"]) > 1
    for name, value in whole.best.items():
        np.testing.assert_array_equal(again.best[name], value)
    for name, value in whole.model.params.items():
        np.testing.assert_array_equal(again.model.params[name], value)


def test_a_killed_process_is_taken_up(tmp_path):
    """SIGKILL while it trains; the same command ends with the same file, to the bit."""
    rng = np.random.default_rng(0)
    story = " ".join(rng.choice(["the", "old", "gate", "opens", "slowly", "."], 3000))
    files = {}
    for name in ("straight", "killed"):
        files[name] = tmp_path / f"{name}.txt"
        files[name].write_text(story)

    def start(name: str) -> list[str]:
        return [
            sys.executable, "tools/train_words.py", "--text", str(files[name]), "--every", "0",
            "--size", "16", "--rows", "4", "--steps", "8", "--epochs", "6", "--rate", "0.02",
            "--work", str(tmp_path / "work"),
        ]  # fmt: skip

    subprocess.run(start("straight"), cwd=ROOT, check=True, capture_output=True)
    first = subprocess.Popen(
        start("killed"), cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    until = time.monotonic() + 60
    work = tmp_path / "work"
    while (
        not list(work.glob("killed-*.note"))
        and first.poll() is None
        and time.monotonic() < until
    ):
        time.sleep(0.01)
    first.kill()
    assert first.wait() != 0
    assert not (tmp_path / "work" / "killed.npz").exists()
    first.communicate()
    subprocess.run(start("killed"), cwd=ROOT, check=True, capture_output=True)
    one, two = (
        (tmp_path / "work" / f"{name}.npz").read_bytes()
        for name in ("straight", "killed")
    )
    assert one == two
    model, vocabulary, record = words.load("killed", tmp_path / "work")
    assert len(vocabulary) == 7 and record["recipe"]["size"] == 16
    ids = corpus.from_file(files["killed"]).held_out
    nats = model.evaluate(text.contiguous_batches(ids, 1, 500), carry=True)
    assert round(text.perplexity(nats), 2) == record["held out"]["7 bits"] < 7
    with pytest.raises(FileNotFoundError, match=r"other.json is missing in .*work"):
        words.load("other", tmp_path / "work")


def test_another_recipe_or_another_text_has_another_note(tmp_path):
    run = make(tmp_path)
    run.train()
    other = make(tmp_path, rate=0.01)
    assert other.optimizer.t == 0 and other.file != run.file
    changed = parts()
    changed.train[0] = changed.train[0] + 1
    assert Run("run", RECIPE, changed, tmp_path).optimizer.t == 0
    vocabulary = text.Vocabulary([f"v{k}" for k in range(40)], size=11)
    renamed = train_words.replace(parts(), vocabulary=vocabulary)
    assert Run("run", RECIPE, renamed, tmp_path).optimizer.t == 0
    assert make(tmp_path).optimizer.t == run.optimizer.t > 0


def command(*arguments: str) -> subprocess.CompletedProcess:
    program = [sys.executable, "tools/train_words.py", *arguments]
    return subprocess.run(program, cwd=ROOT, capture_output=True, text=True)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--rows", "0"), "rows: expected an int >= 1, got 0"),
        (("--dropout", "1"), "dropout: expected a finite number >= 0 and < 1, got 1.0"),
        (("--rate", "-1"), "rate: expected a finite number > 0 and < 1, got -1.0"),
        (("--seed", "-1"), "seed: expected an int >= 0, got -1"),
        (("--text", "nowhere.txt"), "No such file"),
        (("--text", ""), "error: "),
        (("--text", "mixed.txt"), "--text: expected another file name"),
        (("--text", "a.txt", "--split", "mixed"), "not allowed with"),
        (("--without", "--size", "8"), "--without: its recipes are fixed"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_a_wrong_command_ends_in_one_line(arguments, message):
    found = command(*arguments)
    assert found.returncode == 2
    assert message in found.stderr.splitlines()[-1]
    assert "Traceback" not in found.stderr


def test_a_folder_that_cannot_be_written_is_noticed_first(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError):
        make(tmp_path / "file" / "work")


def test_early_stopping_keeps_the_best(tmp_path):
    run = make(tmp_path, epochs=40, rate=0.1, dropout=0.0, patience=2)
    run.train()
    scores = [entry["validation"] for entry in run.now["history"]]
    assert len(scores) == int(np.argmin(scores)) + 3 < 40
    run.model.params = run.best
    assert train_words.validated(run.model, run.parts.validation) == min(scores)


def test_learning_rate_rises_then_falls():
    rates = [train_words.learning_rate(Recipe(), k, 4000) for k in range(4000)]
    assert np.argmax(rates) == 199
    assert max(rates) < Recipe().rate and rates[-1] < 0.03 * Recipe().rate
    assert all(np.diff(rates[200:]) < 0)


def test_each_epoch_reads_all_messages_in_another_order(tmp_path):
    run = make(tmp_path, rows=1)
    first, second = (
        np.concatenate([inputs[0] for inputs, _ in run.batches(epoch)])
        for epoch in (0, 1)
    )
    assert len(first) == len(second) == 6 * 40 - 1
    assert not np.array_equal(first, second)
    assert np.array_equal(first, np.concatenate([i[0] for i, _ in run.batches(0)]))


def test_messages_of_validation_are_not_learned_from():
    found = train_words.parts_of_messages("dated", 1)
    kept = {piece.tobytes() for piece in found.train}
    assert len(kept) == len(found.train) == 208 and len(found.held_out) == 10
    assert sum(map(len, found.train)) + len(found.validation) == 1_979_459
    assert not any(piece.tobytes() in kept for piece in found.held_out)
    assert found.validation.tobytes() not in kept


def test_gradients_by_tensorflow_make_the_same_run(tmp_path):
    from on_tensorflow import OnTensorFlow

    ours, theirs = make(tmp_path, "ours"), make(tmp_path, "theirs")
    elsewhere = OnTensorFlow(theirs.model)
    state = other = None
    for batch in ours.batches(0)[:8]:
        settings = dict(clip=0.5)
        loss, state = ours.model.train_step(
            batch, ours.optimizer, state, dropout=ours.dropout, **settings
        )
        found, other = elsewhere.train_step(
            batch, theirs.optimizer, other, dropout=theirs.dropout, **settings
        )
        assert abs(loss - found) < 1e-5
        np.testing.assert_allclose(state.c, other.c, atol=1e-5)
    for name, value in ours.model.params.items():
        np.testing.assert_allclose(theirs.model.params[name], value, atol=2e-4)
