"""The checks of the exercises: a solution passes, a likely mistake gets its hint."""

import io
import sys
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest
import torch
from answers.lstm import exploding
from answers.word_prediction import remembering, reread

from lib import LSTM, Model, checks


class Unshowable:
    def __repr__(self):
        raise RuntimeError


NONSENSE = [
    np.nan,
    np.array([1.0, np.nan, np.inf]),
    np.ones((2, 3, 4), complex),
    np.array(["a"]),
    10**400,
    [[1], [1, 2]],
    torch.ones(3, requires_grad=True),
    torch.tensor(36.0, requires_grad=True),
    Unshowable(),
    LSTM,
]

# One module for each chapter: RIGHT has (check, answer), HINTS (check, mistake, what it is told).
CHAPTERS = [
    import_module(f"answers.{path.stem}")
    for path in sorted((Path(__file__).parent / "answers").glob("*.py"))
]
RIGHT = [entry for chapter in CHAPTERS for entry in chapter.RIGHT]
HINTS = [entry for chapter in CHAPTERS for entry in chapter.HINTS]


def test_every_check_is_tested():
    public = set(checks.__all__)
    assert public
    assert public == {check.__name__ for check, _ in RIGHT}
    assert public == {check.__name__ for check, *_ in HINTS}


@pytest.mark.parametrize(
    ("check", "answer"), RIGHT, ids=lambda v: getattr(v, "__name__", "")
)
def test_a_solution_passes(check, answer, capsys):
    check(answer)
    assert capsys.readouterr().out.startswith("✓ Right")


@pytest.mark.parametrize(("check", "answer", "hint"), HINTS)
def test_a_mistake_gets_its_hint(check, answer, hint, capsys):
    check(answer)
    out = capsys.readouterr().out
    assert out.startswith("✗ ") and hint in out


@pytest.mark.parametrize(
    "check", [check for check, _ in RIGHT], ids=lambda c: c.__name__
)
@pytest.mark.parametrize("answer", [..., (..., 1), None, "no", *NONSENSE])
@pytest.mark.parametrize("wrapped", [False, True], ids=["value", "function"])
def test_nothing_raises(check, answer, wrapped, capsys):
    check((lambda *a: answer) if wrapped else answer)
    [line] = capsys.readouterr().out.splitlines()
    assert line.startswith("✗ ") and len(line) < 300


def test_text_is_no_number(capsys):
    checks.rnn_by_hand(("0.7616", "0.3634", "0.1797"))
    assert capsys.readouterr().out.startswith("✗ Expected numbers")


@pytest.mark.parametrize("count", [36.0, np.array([36]), torch.tensor(36.0), "36"])
def test_a_count_is_an_int(count, capsys):
    checks.rnn_parameters(lambda D, H, T: count)
    assert capsys.readouterr().out.startswith("✗ Expected a whole number")


@pytest.mark.parametrize("kind", [np.int64, np.array, torch.tensor])
def test_every_kind_of_int_is_a_count(kind, capsys):
    checks.rnn_parameters(lambda D, H, T: kind(H * (D + H + 1)))
    assert capsys.readouterr().out.startswith("✓ ")


@pytest.mark.parametrize("value", [np.nan, 1e300])
def test_weights_without_a_norm_do_not_pass(value, capsys):
    def broken():
        layer = exploding()
        for gate in "ifgo":  # past the check of an assignment
            layer.params[f"W_h{gate}"][...] = value
        return layer

    checks.lstm_explode(broken)
    assert capsys.readouterr().out.startswith("✗ ")


def test_an_lstm_that_was_never_made(capsys):
    checks.lstm_explode(lambda: LSTM.__new__(LSTM))
    assert capsys.readouterr().out.startswith("✗ Expected an LSTM(1, 32)")


@pytest.mark.parametrize(
    ("answer", "line"),
    [((0.7616, 0.3634, 0.1797), "ok: Right"), ("×", "no: Expected numbers, got '?'")],
)
def test_a_terminal_without_check_marks(answer, line, monkeypatch):
    out = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr(sys, "stdout", out)
    checks.rnn_by_hand(answer)
    out.flush()
    assert out.buffer.getvalue().decode("ascii").startswith(line)


def test_agreement_tells_the_accuracy(capsys):
    checks.words_agreement(remembering())
    expected = "✓ Right: 100 % of the verbs, 10 words after their subjects.\n"
    assert capsys.readouterr().out == expected


@pytest.mark.parametrize(("right", "mark"), [(474, "✗ 94 %"), (475, "✓ Right: 95 %")])
def test_agreement_passes_from_95_percent_on(right, mark, capsys):
    class Graded(Model):
        """Wrong in as many sentences as it takes."""

        def forward(self, *arguments):
            logits, state, cache = super().forward(*arguments)
            logits[right:] *= -1
            return logits, state, cache

    model = remembering()
    model.__class__ = Graded
    checks.words_agreement(model)
    assert capsys.readouterr().out.startswith(mark)


def test_what_a_reader_changes_does_not_count(capsys):
    def spoiling(model, prompt, length):
        drawn = reread(model, prompt, length)
        model.params["readout.W"][...] = 0
        prompt[...] = 0
        return drawn

    checks.words_generate(spoiling)
    assert capsys.readouterr().out.startswith("✓ ")
