"""Embedded Reber strings, read by a parser of their own; next symbols by enumeration."""

import re
from collections import Counter, defaultdict
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.tasks import (
    REBER_SYMBOLS,
    TASKS,
    continual_reber,
    possible_next,
    reber,
    wrong_predictions,
)

# The Reber grammar as a regular expression, read off the diagram of Reber 1967: by T, through
# loops of S, or by P, through loops of T; after "PX" one is back in the lower half.
LOWER = "T*V(?:PXT*V)*(?:V|PS)"
INNER = f"B(?:TS*X(?:S|X{LOWER})|P{LOWER})E"
STRING = re.compile(f"B(?:T{INNER}T|P{INNER}P)E")


def seeded(seed=0):
    return np.random.default_rng(seed)


def texts(batch):
    """The strings of a batch: its inputs, and its last target."""
    found = []
    for row, targets, mask in zip(*batch, strict=True):
        symbols = [*row[mask].argmax(axis=1), targets[mask][-1]]
        found.append("".join(REBER_SYMBOLS[s] for s in symbols))
    return found


def test_parser_knows_examples_of_the_literature():
    for inner in (
        "BTXSE",
        "BPVVE",
        "BTSSXXTVVE",
        "BTXXVPSE",
        "BPVPXVPXVPXVVE",
        "BTXXTTVVE",
    ):
        assert re.fullmatch(INNER, inner)
        assert STRING.fullmatch(f"BT{inner}TE") and STRING.fullmatch(f"BP{inner}PE")
        assert not STRING.fullmatch(f"BT{inner}PE")
        assert not STRING.fullmatch(f"B{inner}E")
    for inner in (
        "BTSE",
        "BPTVPE",
        "BTXXTTE",
        "BTPSE",
        "BPVSE",
        "BTXVE",
        "BTXXSE",
        "BE",
    ):
        assert not re.fullmatch(INNER, inner)


@given(st.integers(0, 2**32))
def test_every_string_is_legal(seed):
    batch = reber(seeded(seed), 20)
    assert all(STRING.fullmatch(text) for text in texts(batch))


@given(st.integers(0, 2**32), st.integers(1, 8))
def test_targets_are_the_next_symbols_and_rows_end_in_zeros(seed, batch_size):
    inputs, targets, mask = reber(seeded(seed), batch_size)
    lengths = mask.sum(axis=1)
    assert inputs.shape == (batch_size, lengths.max(), 7)
    for row, said, counts, n in zip(inputs, targets, mask, lengths, strict=True):
        assert counts[:n].all() and not counts[n:].any()
        assert np.array_equal(row.sum(axis=1), counts)
        assert np.array_equal(said[: n - 1], row[1:n].argmax(axis=1))
        assert said[n - 1] == REBER_SYMBOLS.index("E") and not said[n:].any()


def test_the_shortest_strings_are_there_and_all_branches_are_even():
    found = Counter(texts(reber(seeded(1), 8000)))
    assert min(map(len, found)) == 9
    # the outer T, then each branch: T in, X on, S out
    for text, p in (
        ("BTBTXSETE", 1 / 16),
        ("BPBTXSEPE", 1 / 16),
        ("BTBPVVETE", 1 / 16),
        ("BPBPVPSEPE", 1 / 32),
        ("BTBTSXSETE", 1 / 32),
        ("BPBTXXVVEPE", 1 / 64),
        ("BTBPTVVETE", 1 / 32),
    ):
        five_errors = 5 * np.sqrt(p * (1 - p) / 8000)
        assert found[text] / 8000 == pytest.approx(p, abs=five_errors)


def test_mean_length_is_twelve():
    lengths = [len(text) for text in texts(reber(seeded(2), 8000))]
    # variance of a length: below 15
    assert np.mean(lengths) == pytest.approx(12, abs=5 * np.sqrt(15 / 8000))


def test_possible_next_is_what_does_follow():
    follows = defaultdict(set)  # prefix: the symbols after it, in a large sample
    for text in texts(reber(seeded(3), 10_000)):
        for t in range(1, min(len(text), 9)):
            follows[text[:t]].add(text[t])
    batch = reber(seeded(4), 50)
    possible = possible_next(batch.inputs)
    assert not possible[~batch.mask].any()
    for text, row in zip(texts(batch), possible, strict=True):
        for t in range(1, 9):
            said = {s for s, may in zip(REBER_SYMBOLS, row[t - 1], strict=True) if may}
            assert said == follows[text[:t]]


def test_possible_next_of_a_string_by_hand():
    text = "BPBTSXXTVPSEPE"
    inputs = np.eye(7)[[[REBER_SYMBOLS.index(s) for s in text]]]
    (row,) = possible_next(inputs)
    said = ["".join(sorted(np.array(list(REBER_SYMBOLS))[may])) for may in row]
    assert said == "PT B PT SX SX SX TV TV PV SX E P E B".split()


@given(st.integers(0, 2**32), st.integers(1, 60))
def test_a_stream_is_string_after_string(seed, steps):
    inputs, targets, mask = batch = continual_reber(seeded(seed), 3, steps)
    assert inputs.shape == (3, steps, 7) and targets.shape == (3, steps)
    assert mask.all()
    assert np.array_equal(inputs[:, 1:].argmax(axis=2), targets[:, :-1])
    for text in texts(batch):
        # cut off the last string, which may be unfinished: up to B, outer, B
        rest = re.sub(f"^(?:{STRING.pattern})*", "", text)
        assert rest == "" or rest[0] == "B"
        assert rest.count("E") < 2


def test_a_stream_has_strings_of_both_kinds_alike():
    (text,) = texts(continual_reber(seeded(5), 1, 60_000))
    strings = STRING.findall(text)
    assert len(strings) == pytest.approx(60_000 / 12, rel=0.05)
    assert "".join(strings) == text[: len("".join(strings))]
    share = np.mean([string[1] == "T" for string in strings])
    assert share == pytest.approx(0.5, abs=0.036)
    # no string says anything about the next one
    same = np.mean([a[1] == b[1] for a, b in pairwise(strings)])
    assert same == pytest.approx(0.5, abs=0.036)


def test_after_a_string_only_b_may_follow():
    batch = continual_reber(seeded(6), 4, 200)
    possible = possible_next(batch.inputs)
    assert possible[np.arange(4)[:, None], np.arange(200), batch.targets].all()
    for text, row in zip(texts(batch), possible, strict=True):
        for match in STRING.finditer(text[:-1]):
            assert row[match.end() - 1].tolist() == [s == "B" for s in REBER_SYMBOLS]
            # before it the E, and before that the outer symbol alone
            assert row[match.end() - 2].tolist() == [s == "E" for s in REBER_SYMBOLS]
            assert row[match.end() - 3].tolist() == [
                s == match[0][1] for s in REBER_SYMBOLS
            ]


def outputs_of(batch):
    return np.where(possible_next(batch.inputs), 1.0, -1.0)


@pytest.mark.parametrize(
    "name, size", [("reber", {}), ("continual_reber", {"steps": 60})]
)
def test_one_wrong_prediction_is_one_too_many(name, size):
    task = TASKS[name]
    batch = task.make(seeded(7), 20, **size)
    outputs = outputs_of(batch)
    assert task.solved(outputs, batch) and not wrong_predictions(outputs, batch).any()
    # one that may follow is as low as one that may not: no longer the most active
    outputs[3, 5, possible_next(batch.inputs)[3, 5].argmax()] = -1
    assert np.argwhere(wrong_predictions(outputs, batch)).tolist() == [[3, 5]]
    assert task.errors(outputs, batch).tolist() == [0] * 3 + [1] + [0] * 16
    assert not task.solved(outputs, batch)
    outputs = outputs_of(batch)
    outputs[4, 2, ~possible_next(batch.inputs)[4, 2]] = [1.5, *[-1] * 4]
    assert np.argwhere(wrong_predictions(outputs, batch)).tolist() == [[4, 2]]


def test_score_looks_at_the_symbol_before_last():
    task = TASKS["reber"]
    batch = reber(seeded(8), 400)
    outputs = outputs_of(batch)
    rows, before_last = np.arange(400), batch.mask.sum(axis=1) - 2
    outputs[:100, :3] = 0  # elsewhere
    assert task.score(outputs, batch) == 1
    outputs = outputs_of(batch)
    outputs[rows[:100], before_last[:100]] *= -1
    assert task.score(outputs, batch) == 0.75
    # T as likely as P, where one of them is due: no string is right, as in the paper
    outputs = outputs_of(batch)
    outputs[rows[:, None], before_last[:, None], [1, 2]] = 1
    assert not task.right(outputs, batch).any()
    assert REBER_SYMBOLS[1:3] == "TP"


def test_score_of_a_piece_without_an_end_is_an_error():
    batch = continual_reber(seeded(), 2, 4)
    with pytest.raises(
        ValueError, match=r"^batch: expected at least one string to its end"
    ):
        TASKS["continual_reber"].score(np.zeros((2, 4, 7)), batch)


@pytest.mark.parametrize(
    ("inputs", "message"),
    [
        (np.zeros((2, 3)), r"^inputs: expected shape \(B, T, 7\)"),
        (np.zeros((2, 3, 6)), r"^inputs: expected shape \(B, T, 7\)"),
        (np.eye(7)[[[0, 1, 0, 3]]], "^inputs: .* grammar, got S at step 3 of row 0$"),
        (np.eye(7)[[[0, 1], [0, 0]]], "^inputs: .* grammar, got B at step 1 of row 1$"),
        (np.eye(7)[[[1]]], "^inputs: .* grammar, got T at step 0 of row 0$"),
    ],
)
def test_bad_inputs_are_named(inputs, message):
    with pytest.raises(ValueError, match=message):
        possible_next(inputs)


def test_inputs_of_another_kind_are_named():
    with pytest.raises(TypeError, match=r"^inputs: expected real numbers"):
        possible_next(np.array([[["B"] * 7]]))
