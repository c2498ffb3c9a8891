"""Texts in numbers: what is held out stays unseen, and a bad file says what is wrong with it."""

import tempfile
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib import corpus
from lib.corpus import from_file, from_texts, known
from lib.text import UNKNOWN, Vocabulary, tokenize

words = st.sampled_from(["the", "old", "gate", "opens", "slowly", "and", "closes", "."])
texts = st.lists(
    st.lists(words, min_size=1, max_size=9).map(" ".join), min_size=1, max_size=4
)

# 1,200 tokens; the words of the last ones stand nowhere else.
STORY = "The old gate opens, slowly. " * 150 + "Nobody knows why it closes! " * 25


@pytest.fixture
def story(tmp_path):
    def write(contents=STORY, encoding="utf-8"):
        file = tmp_path / "story.txt"
        data = contents if isinstance(contents, bytes) else contents.encode(encoding)
        file.write_bytes(data)
        return file

    return write


# Lists of texts


def test_texts_by_hand():
    found = from_texts(
        ["The gate. The", "old gate; the"], ["A gate", "the end."], size=4
    )
    assert found.vocabulary.tokens == (UNKNOWN, "the", "gate", ".")
    assert found.train.tolist() == [1, 2, 3, 1, 0, 2, 0, 1]
    assert found.held_out.tolist() == [0, 2, 1, 0, 3]
    assert found.train.dtype == found.held_out.dtype == np.int64
    assert found._fields == ("vocabulary", "train", "held_out")


def test_what_is_held_out_adds_nothing_to_the_vocabulary():
    """No leak: neither a word nor a count of it, however frequent."""
    train, held_out = ["one two two"], ["three " * 1000 + "one " * 500]
    found = from_texts(train, held_out)
    assert found.vocabulary.tokens == (UNKNOWN, "two", "one")
    assert found.held_out.tolist() == [0] * 1000 + [2] * 500


@given(texts, texts, st.integers(2, 9))
def test_the_training_part_alone_makes_the_vocabulary(train, held_out, size):
    learned = tokenize(" ".join(train))
    want = Vocabulary(learned, size)
    unseen = tokenize(" ".join(held_out))
    if not set(unseen) & set(want.tokens):
        return
    found = from_texts(train, held_out, size)
    assert found.vocabulary.tokens == want.tokens
    assert found.train.tolist() == want.encode(learned).tolist()
    assert found.held_out.tolist() == want.encode(unseen).tolist()
    for token, number in zip(unseen, found.held_out, strict=True):
        assert number == 0 or found.vocabulary.tokens[number] == token
    counts = Counter(learned)
    assert set(want.tokens[1:]) == {t for t, _ in counts.most_common(size - 1)}


def test_texts_may_be_any_iterable_and_are_read_once():
    found = from_texts((t for t in ["a b", "a"]), iter(["b a"]))
    assert found.train.tolist() == [1, 2, 1] and found.held_out.tolist() == [2, 1]


def test_5000_tokens_unless_told():
    letters = "abcdefghijklmnopqrstuvwxyz"
    many = " ".join(a + b + c for a in letters for b in letters for c in letters)
    assert len(from_texts([many], [many]).vocabulary) == 5000
    assert len(from_texts([many], [many], 6000).vocabulary) == 6000


# Files


def test_a_file(story):
    found = from_file(story())
    tokens = tokenize(STORY)
    assert len(tokens) == 1200
    assert len(found.train) == 1080 and len(found.held_out) == 120
    assert found.vocabulary.tokens == Vocabulary(tokens[:1080], 5000).tokens
    assert found.train.tolist() == found.vocabulary.encode(tokens[:1080]).tolist()
    assert found.held_out.tolist() == found.vocabulary.encode(tokens[1080:]).tolist()


def test_the_end_of_a_file_adds_nothing_to_the_vocabulary(story):
    """No leak: `Zebra` is the most frequent word of the file, and unknown."""
    found = from_file(story("The old gate opens. " * 180 + "the Zebra " * 550), 9, 0.55)
    assert "zebra" not in found.vocabulary
    held_out = found.vocabulary.decode(found.held_out)
    assert held_out[-4:] == ["the", UNKNOWN] * 2
    assert found.vocabulary.tokens == (UNKNOWN, "the", "old", "gate", "opens", ".")


@given(st.floats(0.01, 0.99), st.integers(1000, 1300), st.integers(0, 99))
def test_a_share_is_held_out_and_nothing_is_lost(share, n, seed):
    tokens = np.random.default_rng(seed).choice(["a", "b", "c"], n).tolist()
    with (
        tempfile.TemporaryDirectory() as folder
    ):  # tmp_path would be one for all examples
        file = Path(folder, "abc.txt")
        file.write_text(" ".join(tokens))
        vocabulary, train, held_out = from_file(file, held_out=share)
    assert len(held_out) == max(2, round(share * n))
    # A short training part may lack a letter.
    want = [token if token in vocabulary else UNKNOWN for token in tokens]
    assert vocabulary.decode(np.concatenate([train, held_out])) == want


def test_at_least_two_tokens_are_held_out(story):
    """One to read, one to predict."""
    assert len(from_file(story("a b " * 500), held_out=1e-9).held_out) == 2


@pytest.mark.parametrize("of_str", [True, False], ids=["str", "Path"])
def test_path(story, of_str):
    file = story()
    assert len(from_file(str(file) if of_str else file).train) == 1080


@pytest.mark.parametrize(
    ("contents", "encoding"),
    [
        (STORY.encode("utf-8-sig"), "utf-8"),
        (STORY.encode("utf-8-sig"), "UTF-8"),
        (STORY.replace(". ", ".\r\n").encode(), "utf-8"),
        (STORY.replace(". ", ".\r").encode(), "utf-8"),
        (STORY.replace(" ", "\n\n\t ").encode(), "utf-8"),
        (STORY.encode("utf-16"), "utf-16"),
        (STORY.encode("utf-16-be"), "utf-16-be"),
        (STORY.encode("cp037"), "cp037"),
    ],
    ids=["mark", "mark, UTF-8", "CRLF", "CR", "blank lines", "16", "16-be", "EBCDIC"],
)
def test_marks_line_ends_and_encodings(story, contents, encoding):
    found, want = from_file(story(contents), encoding=encoding), from_file(story())
    assert found.vocabulary.tokens == want.vocabulary.tokens
    assert found.train.tolist() == want.train.tolist()


def test_letters_beyond_ascii(story):
    contents = "Où est l'été déjà vu, naïve cœur? " * 200
    for encoding in ("utf-8", "cp1252"):
        found = from_file(story(contents, encoding), encoding=encoding)
        assert {"où", "l'été", "déjà", "naïve", "cœur"} < set(found.vocabulary.tokens)


# Files that are no good: each message names the argument, and the file


def fails(error, message, *arguments, **named):
    with pytest.raises(error, match=message):
        from_file(*arguments, **named)


def test_a_missing_file(tmp_path):
    fails(FileNotFoundError, r"none\.txt", tmp_path / "none.txt")


def test_a_directory(tmp_path):
    fails(OSError, tmp_path.name, tmp_path)


@pytest.mark.parametrize("contents", [b"", b"  \n\t\r\n "], ids=["empty", "blank"])
def test_an_empty_file(story, contents):
    fails(ValueError, r"^path: expected a text, got an empty file: .*story\.txt",
          story(contents))  # fmt: skip


@pytest.mark.parametrize(
    ("contents", "count"),
    [("word " * 999, 999), ("€ € — \n" * 2000, 0), ("\u2003" * 9, 0)],
    ids=["short", "no words", "wide blanks"],
)
def test_too_few_words(story, contents, count):
    message = rf"^path: expected at least 1000 words and marks, got {count} in .*story"
    fails(ValueError, message, story(contents))


def test_1000_words_are_enough(story):
    assert len(from_file(story("word " * 1000)).train) == 900


@pytest.mark.parametrize(
    ("contents", "encoding", "message"),
    [
        (b"word " * 500 + "é".encode("cp1252") + b" word" * 900, "utf-8",
         r"^path: expected text in utf-8, got byte 0xe9 at 2500 of .*story.*cp1252"),
        (STORY.encode("utf-16"), "utf-8", "^path: expected text in utf-8, got byte 0xff at 0 of"),
        (b"word \xc3", "utf-8", "^path: expected text in utf-8, got byte 0xc3 at 5 of"),
        (STORY.encode()[:-1], "utf-16", "^path: expected text in utf-16, got byte 0x21 at 4"),
        ("été".encode(), "ascii", "^path: expected text in ascii, got byte 0xc3 at 0 of"),
        (bytes(range(256)) * 99, "utf-8", "^path: expected text in utf-8, got byte 0x80 at 128 of"),
    ],
    ids=["cp1252", "utf-16", "cut", "odd", "ascii", "binary"],
)  # fmt: skip
def test_another_encoding(story, contents, encoding, message):
    fails(ValueError, message, story(contents), encoding=encoding)


@pytest.mark.parametrize(
    ("contents", "encoding"),
    [
        (STORY.encode("utf-16-le"), "utf-8"),  # would pass for single letters
        (bytes(range(256)) * 99, "latin-1"),  # knows every byte
        (bytes(range(128)) * 99, "utf-8"),
        (bytes(5000), "utf-8"),
    ],
    ids=["utf-16 without its mark", "binary in latin-1", "binary in ascii", "zeros"],
)
def test_zero_bytes_are_no_text(story, contents, encoding):
    message = f"^path: expected text in {encoding}, got a zero byte in .*story"
    fails(ValueError, message, story(contents), encoding=encoding)


def test_a_held_out_part_of_which_nothing_is_known(story):
    message = (
        r"^held_out \(the last 50% of .*story\.txt\): expected tokens that the vocabulary knows, "
        r"got 1000 unknown ones \('ein', 'tor', 'ein' \.\.\.\): is it in another language"
    )
    fails(
        ValueError, message, story("the gate " * 500 + "ein Tor " * 500), held_out=0.5
    )


@pytest.mark.parametrize("share", [0.9999, 0.999])
def test_a_share_that_leaves_nothing_to_learn_from(story, share):
    message = (
        f"^held_out: expected a share that leaves tokens to learn from, got {share}"
    )
    fails(ValueError, message, story("word " * 1000), held_out=share)


def test_two_tokens_are_enough_to_learn_from(story):
    assert len(from_file(story("word " * 1000), held_out=0.998).train) == 2


def test_nothing_is_read_from_the_file_before_the_share_is_checked(tmp_path):
    fails(ValueError, "^held_out: ", tmp_path / "none.txt", held_out=0)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"held_out": 0}, ValueError, "held_out: expected a finite number > 0 and < 1, got 0"),
        ({"held_out": 1}, ValueError, "held_out: expected a finite number > 0 and < 1, got 1"),
        ({"held_out": 10}, ValueError, "held_out: .*, got 10"),
        ({"held_out": np.nan}, ValueError, "held_out: expected a finite number .*, got nan"),
        ({"held_out": "0.1"}, TypeError, "held_out: expected a number .*, got '0.1'"),
        ({"held_out": None}, TypeError, "held_out: expected a number .*, got None"),
        ({"size": 1}, ValueError, "size: expected an int >= 2, got 1"),
        ({"size": 50.0}, TypeError, "size: expected an int >= 2, got 50.0"),
        ({"encoding": None}, TypeError, "encoding: expected a name, got NoneType"),
        ({"encoding": 8}, TypeError, "encoding: expected a name, got int"),
        ({"encoding": "utf-9"}, ValueError, "encoding: .* that Python knows, got 'utf-9'"),
        ({"encoding": ""}, ValueError, "encoding: expected one that Python knows, got ''"),
        ({"encoding": "hex"}, ValueError, "encoding: expected one that Python knows, got 'hex'"),
        ({"path": None}, TypeError, "path: expected a path, got NoneType"),
        ({"path": 0}, TypeError, "path: expected a path, got int"),  # not the standard input
        ({"path": b"story.txt"}, TypeError, "path: expected a path, got bytes"),
        ({"path": ["story.txt"]}, TypeError, "path: expected a path, got list"),
    ],
)  # fmt: skip
def test_bad_input_of_a_file(story, arguments, error, message):
    fails(error, "^" + message, **({"path": story()} | arguments))


@pytest.mark.parametrize(
    ("train", "held_out", "error", "message"),
    [
        ("one text", ["a"], TypeError, "train: expected a list of str, got str"),
        (["a"], "one text", TypeError, "held_out: expected a list of str, got str"),
        (None, ["a"], TypeError, "train: expected a list of str, got NoneType"),
        (["a"], 3, TypeError, "held_out: expected a list of str, got int"),
        ([], ["a"], ValueError, "train: expected at least one text, got none"),
        (["a"], iter(()), ValueError, "held_out: expected at least one text, got none"),
        (["a", b"b"], ["a"], TypeError, r"train\[1\]: text: expected a str, got bytes"),
        (["a"], ["a", "- "], ValueError, r"held_out\[1\]: text: expected at least one word"),
        (["a"], ["x y"], ValueError, "held_out: expected tokens that the vocabulary knows, got 2"),
    ],
)  # fmt: skip
def test_bad_input_of_texts(train, held_out, error, message):
    with pytest.raises(error, match="^" + message):
        from_texts(train, held_out)


# What is known


def test_known_is_encode():
    vocabulary = Vocabulary(["a", "a", "b"], size=3)
    assert known(vocabulary, ["x", "b", "a"]).tolist() == [0, 2, 1]
    assert known(vocabulary, "xba").tolist() == [0, 2, 1]


def test_nothing_known_names_the_argument():
    vocabulary = Vocabulary(["a", "b"], size=3)
    message = r"^prompt: .* got 4 unknown ones \('w', 'x', 'y' \.\.\.\)"
    with pytest.raises(ValueError, match=message):
        known(vocabulary, ["w", "x", "y", "z"], "prompt")
    with pytest.raises(ValueError, match=r"^tokens: .* got 1 unknown ones"):
        known(vocabulary, ["w"])


def test_known_does_not_depend_on_the_number_of_unk():
    """`<unk>` is the most frequent token of a small model, or not."""
    vocabulary = Vocabulary(["a", "a", UNKNOWN])
    assert vocabulary.tokens == ("a", UNKNOWN)
    assert known(vocabulary, ["a"]).tolist() == [0]
    with pytest.raises(ValueError, match="unknown ones"):
        known(vocabulary, ["x"])


def test_a_vocabulary_without_unk_says_so():
    with pytest.raises(ValueError, match="it has no <unk>"):
        known(Vocabulary("ab"), ["a", "x"])


def test_files_of_at_least_1000_tokens():
    assert corpus.LEAST == 1000  # as the docstring says
    assert "1,000 tokens" in from_file.__doc__
