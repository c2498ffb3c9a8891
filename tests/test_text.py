"""Text, vocabulary, batches, n-grams and sampling, held against values worked out by hand."""

from fractions import Fraction
from itertools import pairwise, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.text import (
    UNKNOWN,
    NGram,
    Vocabulary,
    bits,
    contiguous_batches,
    generate,
    perplexity,
    sample,
    tokenize,
)

# --- tokens and vocabulary ----------------------------------------------------------------------


def test_tokenize_keeps_words_numbers_and_marks():
    text = (
        "Mr. O’Neill's well-known plan: 3,000.50 dollars;\n “yes”! (Why not?) déjà_vu"
    )
    expected = (
        "mr . o'neill's well known plan : 3,000.50 dollars ; yes ! why not ? déjà vu"
    )
    assert tokenize(text) == expected.split()


def test_marks_after_a_number_or_a_word_stand_alone():
    expected = "in 1990 , tis 5 . senators it s"
    assert tokenize("in 1990, 'tis 5. senators' it''s") == expected.split()


def test_vocabulary_most_frequent_first_ties_in_order_of_appearance():
    vocabulary = Vocabulary("d c b a a b a".split())
    assert vocabulary.tokens == ("a", "b", "d", "c")
    assert len(vocabulary) == 4
    assert "c" in vocabulary and "e" not in vocabulary and UNKNOWN not in vocabulary


@pytest.mark.parametrize(
    ("size", "tokens"),
    [
        (2, (UNKNOWN, "a")),
        (4, (UNKNOWN, "a", "b", "d")),
        (99, (UNKNOWN, "a", "b", "d", "c")),
    ],
)
def test_vocabulary_size_counts_unk(size, tokens):
    vocabulary = Vocabulary("d c b a a b a".split(), size)
    assert vocabulary.tokens == tokens
    assert vocabulary.encode(["a", "never"]).tolist() == [1, 0]


def test_a_text_that_has_unk_already():
    assert Vocabulary(["a", UNKNOWN, UNKNOWN]).encode(["b", "a"]).tolist() == [0, 1]
    assert Vocabulary(["a", "a", UNKNOWN], size=5).tokens == (UNKNOWN, "a")


def test_vocabulary_of_the_training_part_does_not_know_the_rest():
    train, held_out = "the house met".split(), "the senate met".split()
    assert Vocabulary(train, size=9).encode(held_out).tolist() == [1, 0, 3]
    with pytest.raises(ValueError, match="'senate'"):
        Vocabulary(train).encode(held_out)


@given(st.lists(st.text(min_size=1), min_size=1))
def test_decode_undoes_encode(tokens):
    vocabulary = Vocabulary(tokens)
    ids = vocabulary.encode(tokens)
    assert ids.dtype == np.int64 and ids.shape == (len(tokens),)
    assert vocabulary.decode(ids) == tokens
    assert sorted(set(ids.tolist())) == list(range(len(vocabulary)))


@given(st.text(min_size=1), st.integers(2, 6))
def test_decode_undoes_encode_but_for_unknown_characters(text, size):
    vocabulary = Vocabulary(text, size)
    expected = [character if character in vocabulary else UNKNOWN for character in text]
    assert vocabulary.decode(vocabulary.encode(text)) == expected
    assert len(vocabulary) <= size


# --- batches ------------------------------------------------------------------------------------


def test_batches_by_hand():
    # 12 ids, 2 rows: (12 - 1) // 2 = 5 predictions in each, the last one is dropped
    batches = [
        (x.tolist(), y.tolist()) for x, y in contiguous_batches(np.arange(12), 2, 3)
    ]
    assert batches == [
        ([[0, 1, 2], [5, 6, 7]], [[1, 2, 3], [6, 7, 8]]),
        ([[3, 4], [8, 9]], [[4, 5], [9, 10]]),
    ]


@given(st.integers(2, 60), st.integers(1, 7), st.integers(1, 9))
def test_rows_go_on_and_every_prediction_comes_once(n, batch_size, steps):
    if n <= batch_size:
        return
    batches = list(contiguous_batches(np.arange(n), batch_size, steps))
    for x, y in batches:
        assert x.shape == y.shape and x.shape[0] == batch_size
        assert np.array_equal(y, x + 1)  # ids are their own positions
    for (before, _), (after, _) in pairwise(batches):
        assert before.shape[1] == steps
        assert np.array_equal(after[:, 0], before[:, -1] + 1)
    targets = np.concatenate([y for _, y in batches], axis=1).ravel()
    assert np.array_equal(targets, np.arange(1, n - (n - 1) % batch_size))


# --- scores -------------------------------------------------------------------------------------


def test_scores_of_a_fair_die():
    assert perplexity(np.log(1000)) == pytest.approx(1000)
    assert perplexity(0) == 1 and bits(0) == 0
    assert bits(np.log(8)) == pytest.approx(3)


# --- n-grams ------------------------------------------------------------------------------------


def witten_bell(order, vocabulary_size, ids, context, w):
    """The formula, straight from its recursion, in exact fractions."""
    if order == 0:
        return Fraction(1, vocabulary_size)
    context = tuple(context[len(context) - order + 1 :]) if order > 1 else ()
    lower = witten_bell(order - 1, vocabulary_size, ids, context[1:], w)
    windows = [tuple(ids[t : t + order]) for t in range(len(ids) - order + 1)]
    after = [window[-1] for window in windows if window[:-1] == context]
    if not after:
        return lower
    types = len(set(after))
    return (after.count(w) + types * lower) / Fraction(len(after) + types)


def test_witten_bell_by_hand():
    # 0 0 1 0 2, V = 4. Unigram: N = 5, T = 3 -> p(0) = (3 + 3/4) / 8, p(3) = (3/4) / 8.
    unigram = NGram(1, 4).fit([0, 0, 1, 0, 2])
    np.testing.assert_allclose(unigram.probabilities([]), np.array([15, 7, 7, 3]) / 32)
    # After 0 came 0, 1, 2 once each: N = 3, T = 3 -> p(w|0) = (1 + 3 p(w)) / 6, p(3|0) = p(3) / 2.
    bigram = NGram(2, 4).fit([0, 0, 1, 0, 2])
    np.testing.assert_allclose(
        bigram.probabilities([0]), np.array([77, 53, 53, 9]) / 192
    )
    # 2 came last, nothing followed: the unigram. nats of the text 0 0: p(0) p(0|0).
    np.testing.assert_allclose(bigram.probabilities([2]), np.array([15, 7, 7, 3]) / 32)
    assert bigram.nats([0, 0]) == pytest.approx(-np.log(15 / 32 * 77 / 192) / 2)


@given(
    st.integers(1, 4),
    st.lists(st.integers(0, 2), min_size=1, max_size=30),
    st.lists(st.integers(0, 3), min_size=1, max_size=8),
)
def test_ngram_equals_the_recursion(order, train, ids):
    vocabulary_size = 4  # so that 3 never occurs in the training text
    model = NGram(order, vocabulary_size).fit(train)
    nats = 0.0
    for t, w in enumerate(ids):
        context = ids[max(0, t - order + 1) : t]
        n = len(context) + 1  # a short context uses the lower orders
        exact = [
            float(witten_bell(n, vocabulary_size, train, context, v)) for v in range(4)
        ]
        np.testing.assert_allclose(model.probabilities(ids[:t]), exact, rtol=1e-12)
        nats -= np.log(exact[w])
    assert model.nats(ids) == pytest.approx(nats / len(ids))


@pytest.mark.parametrize("order", [1, 2, 3, 4])
def test_probabilities_sum_to_one_after_every_context(order):
    rng = np.random.default_rng(1)
    model = NGram(order, 5).fit(rng.integers(0, 4, 50))
    for length in range(order + 1):
        for context in product(range(5), repeat=length):
            p = model.probabilities(context)
            assert p.sum() == pytest.approx(1, abs=1e-12)
            assert (p > 0).all()


def test_orders_longer_than_the_text_change_nothing():
    ids = [0, 1]
    assert NGram(9, 3).fit(ids).nats(ids) == NGram(2, 3).fit(ids).nats(ids)


def test_perplexity_of_uniform_tokens_is_v():
    rng = np.random.default_rng(2)
    model = NGram(1, 20).fit(np.arange(20))
    assert perplexity(model.nats(rng.integers(0, 20, 1000))) == pytest.approx(20)


def test_ngram_of_many_types_and_a_second_fit():
    # V**5 does not fit into 64 bits: the numbers of contexts must not be packed from all tokens
    ids = np.random.default_rng(3).integers(0, 50_000, 300)
    model = NGram(5, 50_000).fit(np.arange(10)).fit(ids)
    assert model.nats(ids) == pytest.approx(NGram(5, 50_000).fit(ids).nats(ids), rel=0)
    assert model.probabilities(ids[:4])[ids[4]] > 0.5


# --- sampling -----------------------------------------------------------------------------------


@pytest.mark.parametrize("temperature", [0.5, 1.0, 2.0])
def test_frequencies_follow_the_softmax(temperature):
    logits, n = np.array([1.0, -1.0, 0.0, 2.0]), 100_000
    p = np.exp(logits / temperature)
    p /= p.sum()
    drawn = sample(np.tile(logits, (n, 1)), temperature, np.random.default_rng(4))
    assert drawn.shape == (n,)
    frequencies = np.bincount(drawn, minlength=4) / n
    # five standard errors: wrong by chance once in a million seeds, and the seed is fixed
    assert np.all(np.abs(frequencies - p) < 5 * np.sqrt(p * (1 - p) / n))


def test_temperature_zero_is_the_argmax_and_needs_no_generator():
    assert sample(np.array([0.0, 3.0, 3.0, 1.0]), 0) == 1
    assert sample(np.array([[0.0, 1.0], [5.0, 1.0]]), 0).tolist() == [1, 0]


@pytest.mark.parametrize("temperature", [1e-3, 1e-300])
def test_towards_zero_the_likeliest_takes_all(temperature):
    logits = np.tile([1e4, 1e4 - 1, -1e4], (100, 1))
    assert not sample(logits, temperature, np.random.default_rng(5)).any()


def test_at_a_high_temperature_all_are_equally_likely():
    drawn = sample(np.tile([0.0, 5.0], (10_000, 1)), 1e9, np.random.default_rng(6))
    assert drawn.mean() == pytest.approx(0.5, abs=0.025)


def test_a_token_of_probability_zero_is_never_drawn():
    class Low(np.random.Generator):
        def random(self, size):
            return np.zeros(size)

    assert sample(np.array([-1e5, 0.0]), 1.0, Low(np.random.PCG64())) == 1


def test_one_row_is_an_int_and_the_seed_decides():
    logits = np.zeros(1000, np.float32)
    one, same, other = (
        sample(logits, 1.0, np.random.default_rng(seed)) for seed in (7, 7, 8)
    )
    assert type(one) is int and one == same != other


# --- sampling from some of the tokens -----------------------------------------------------------

TIES = np.array([1.0, 3.0, 2.0, 3.0, 2.0, 2.0])
IN_ORDER = [1, 3, 2, 4, 5, 0]  # of equals the first


def likeliest(logits, top):
    """From the definition: sorted by falling logit, equals by their number."""
    order = sorted(range(len(logits)), key=lambda k: (-logits[k], k))
    return set(order[:top])


@pytest.mark.parametrize("top", [1, 2, 3, 4, 5, 6])
def test_top_leaves_exactly_the_likeliest(top):
    rows = np.tile(TIES, (500, 1))
    drawn = sample(rows, 50.0, np.random.default_rng(10), top=top)
    assert set(drawn.tolist()) == set(IN_ORDER[:top]) == likeliest(TIES, top)


@given(
    st.lists(
        st.lists(st.integers(-2, 2), min_size=5, max_size=5), min_size=1, max_size=4
    ),
    st.integers(1, 7),
    st.sampled_from([1e-3, 1.0, 1e6]),
    st.integers(0, 99),
)
def test_top_of_each_row(logits, top, temperature, seed):
    drawn = sample(np.array(logits), temperature, np.random.default_rng(seed), top=top)
    for row, token in zip(logits, drawn, strict=True):
        assert token in likeliest(row, top)
    # one row alone: the same draw
    one = sample(np.array(logits[0]), temperature, np.random.default_rng(seed), top=top)
    assert type(one) is int and one == drawn[0]


@pytest.mark.parametrize("top", [6, 7, 1000])
def test_top_of_all_changes_nothing(top):
    rows = np.tile(TIES, (500, 1))
    want = sample(rows, 2.0, np.random.default_rng(11))
    drawn = sample(rows, 2.0, np.random.default_rng(11), top=top)
    assert np.array_equal(drawn, want)


@pytest.mark.parametrize("temperature", [0.5, 1.0, 1e9])
def test_top_of_one_is_temperature_zero(temperature):
    rows = np.random.default_rng(12).integers(0, 3, (300, 5)).astype(float)  # many ties
    drawn = sample(rows, temperature, np.random.default_rng(13), top=1)
    assert np.array_equal(drawn, sample(rows, 0))
    assert np.array_equal(drawn, rows.argmax(axis=1))


@pytest.mark.parametrize("temperature", [0.5, 1.0, 2.0])
@pytest.mark.parametrize(
    ("arguments", "left"),
    [
        ({"top": 3}, [0, 2, 4]),
        ({"without": [2]}, [0, 1, 3, 4]),
        # Barred tokens take no place among the likeliest.
        ({"top": 2, "without": [4, 1, 4]}, [0, 2]),
    ],
    ids=["top", "without", "both"],
)
def test_what_is_left_keeps_its_proportions(temperature, arguments, left):
    logits, n = np.array([1.0, -1.0, 0.5, -0.5, 2.0]), 100_000
    p = np.zeros(5)
    p[left] = np.exp(logits[left] / temperature)
    p /= p.sum()
    rng = np.random.default_rng(14)
    drawn = sample(np.tile(logits, (n, 1)), temperature, rng, **arguments)
    frequencies = np.bincount(drawn, minlength=5) / n
    # five standard errors; where p = 0 that is none at all
    assert np.all(np.abs(frequencies - p) <= 5 * np.sqrt(p * (1 - p) / n))


@pytest.mark.parametrize("temperature", [0, 1e-300, 1e-3, 1.0, 1e9])
@pytest.mark.parametrize("top", [None, 1, 3, 9])
def test_a_barred_token_is_never_drawn(temperature, top):
    logits = np.array([50.0, 1.0, 60.0, 0.0, -1.0])
    rng = np.random.default_rng(15)
    rows = np.tile(logits, (1000, 1))
    drawn = sample(rows, temperature, rng, top=top, without=[2, 0])
    assert not np.isin(drawn, [0, 2]).any()
    assert sample(logits, temperature, rng, top=1, without=(0, 2)) == 1
    if temperature == 1e9 and top != 1:
        assert set(drawn.tolist()) == {1, 3, 4}


def test_one_token_that_is_left_is_drawn():
    drawn = sample(np.zeros((20, 3)), 1.0, np.random.default_rng(16), without=[0, 2])
    assert (drawn == 1).all()


@pytest.mark.parametrize("without", [(), [], np.array([], int)], ids=repr)
def test_none_barred_changes_nothing(without):
    want = sample(TIES, 1.0, np.random.default_rng(17))
    assert sample(TIES, 1.0, np.random.default_rng(17), without=without) == want


@pytest.mark.parametrize("shape", [(6,), (2, 6)])
@pytest.mark.parametrize(
    "arguments", [{"top": 2}, {"without": [1]}, {"top": 2, "without": [1]}], ids=str
)
def test_logits_are_not_changed(shape, arguments):
    logits = np.broadcast_to(TIES, shape).copy()
    sample(logits, 1.0, np.random.default_rng(18), **arguments)
    assert (logits == TIES).all()


# --- generation ---------------------------------------------------------------------------------


class Counter:
    """A language model whose next token is surely the sum of all tokens so far, modulo V."""

    def __init__(self, size):
        self.size, self.seen = size, []

    def forward(self, tokens, state=None):
        self.seen.append(tokens.shape)
        sums = np.cumsum(tokens, axis=1) + (0 if state is None else state)
        return 1e3 * np.eye(self.size)[sums % self.size], sums[0, -1], None


def test_generate_carries_the_state():
    model, digits = Counter(10), Vocabulary([str(i) for i in range(10)])
    # 1 + 2 = 3; 3 + 3 = 6; 6 + 6 = 12; 12 + 2 = 14; 14 + 4 = 18
    assert generate(model, digits, ["1", "2"], 5, rng=np.random.default_rng(9)) == list(
        "36248"
    )
    assert model.seen == [(1, 2)] + [(1, 1)] * 4
    assert generate(model, digits, "12", 5, temperature=0) == list("36248")


def test_generate_draws_from_its_generator():
    class Uniform:
        def forward(self, tokens, state=None):
            return np.zeros((*tokens.shape, 26)), None, None

    letters = Vocabulary("abcdefghijklmnopqrstuvwxyz")
    runs = [
        generate(Uniform(), letters, "a", 40, 1.0, np.random.default_rng(s))
        for s in (0, 0, 1)
    ]
    assert runs[0] == runs[1] != runs[2]
    assert len(set(runs[0])) > 10
    assert generate(Uniform(), letters, "a", 40) == runs[0]  # None is seed 0


class Fixed:
    """A language model that prefers a, then b, then <unk>, whatever was read."""

    def forward(self, tokens, state=None):
        return np.tile([1.0, 3.0, 2.0, -1.0], (*tokens.shape, 1)), None, None


letters = Vocabulary(["a", "a", "a", "b", "b", "c"], size=4)


def test_generate_hands_on_top_and_without():
    assert letters.tokens == (UNKNOWN, "a", "b", "c")

    def drawn(temperature=1e6, **arguments):
        rng = np.random.default_rng(19)
        return set(generate(Fixed(), letters, "a", 200, temperature, rng, **arguments))

    assert drawn() == {UNKNOWN, "a", "b", "c"}
    assert drawn(top=3) == {UNKNOWN, "a", "b"}
    assert drawn(without=[UNKNOWN]) == {"a", "b", "c"}
    assert drawn(top=2, without=[UNKNOWN, "a"]) == {"b", "c"}
    assert drawn(without=["a", "b"]) == {UNKNOWN, "c"}
    assert drawn(0, without=["a"]) == {"b"}
    assert drawn(top=1) == drawn(0) == {"a"}


def test_a_barred_token_may_stand_in_the_prompt():
    rng = np.random.default_rng(20)
    assert "a" not in generate(Fixed(), letters, "ab", 50, rng=rng, without=["a"])


def test_generate_with_top_is_sample_with_top():
    rng, want = np.random.default_rng(21), np.random.default_rng(21)
    found = generate(Fixed(), letters, "a", 50, 0.7, rng, top=2, without=["c"])
    logits = np.array([1.0, 3.0, 2.0, -1.0])
    ids = [sample(logits, 0.7, want, top=2, without=[3]) for _ in range(50)]
    assert found == letters.decode(ids)


# --- bad input ----------------------------------------------------------------------------------

abc = Vocabulary("abc")
fitted = NGram(2, 3).fit([0, 1, 2])


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: tokenize(b"a"), TypeError, "text: expected a str, got bytes"),
        (lambda: tokenize(" - "), ValueError, "text: expected at least one word .*, got ' - '"),
        (lambda: Vocabulary([]), ValueError, "tokens: expected at least one token, got none"),
        (lambda: Vocabulary(""), ValueError, "tokens: expected at least one token, got none"),
        (lambda: Vocabulary(["a", 1]), TypeError, "tokens: expected .*, got one with int"),
        (lambda: Vocabulary(5), TypeError, "tokens: expected a list of str, got int"),
        (lambda: Vocabulary("ab", 1), ValueError, "size: expected an int >= 2, got 1"),
        (lambda: Vocabulary("ab", 2.5), TypeError, "size: expected an int >= 2, got 2.5"),
        (lambda: abc.encode("abd"), ValueError, "tokens: expected tokens of the vocabulary .* 'd'"),
        (lambda: abc.encode(""), ValueError, "tokens: expected at least one token, got none"),
        (lambda: abc.encode([0]), TypeError, "tokens: expected a list of str, got one with int"),
        (
            lambda: Vocabulary(["the", "a"], 9).encode("the"),
            TypeError,
            "tokens: expected a list of words, got the str 'the'",
        ),
        (lambda: abc.decode([0, 3]), ValueError, "ids: expected integers in 0..2, got 3"),
        (lambda: abc.decode([-1]), ValueError, "ids: expected integers in 0..2, got -1"),
        (lambda: abc.decode([0.0]), TypeError, "ids: expected integers, got dtype float64"),
        (lambda: contiguous_batches([0.0, np.nan], 1, 1), TypeError, "ids: expected integers"),
        (lambda: contiguous_batches([[0, 1]], 1, 1), ValueError, r"ids: expected shape \(N\)"),
        (lambda: contiguous_batches([0, 1], 0, 1), ValueError, "batch_size: expected an int >= 1"),
        (lambda: contiguous_batches([0, 1], 1, -1), ValueError, "steps: expected an int >= 1"),
        (
            lambda: contiguous_batches([0, 1], 2, 1),
            ValueError,
            "ids: expected more than batch_size = 2 ids.*, got 2",
        ),
        (lambda: perplexity(-1), ValueError, "nats: expected a finite number >= 0, got -1"),
        (lambda: bits(np.nan), ValueError, "nats: expected a finite number >= 0, got nan"),
        (lambda: NGram(0, 3), ValueError, "order: expected an int >= 1, got 0"),
        (lambda: NGram(1, 0), ValueError, "vocabulary_size: expected an int >= 1, got 0"),
        (lambda: NGram(1, 3).fit([3]), ValueError, "ids: expected integers in 0..2, got 3"),
        (lambda: NGram(1, 3).fit([]), ValueError, "ids: expected at least one entry, got shape"),
        (lambda: fitted.nats([]), ValueError, "ids: expected at least one entry, got shape"),
        (lambda: abc.decode([]), ValueError, "ids: expected at least one entry, got shape"),
        (lambda: fitted.probabilities(None), TypeError, "context: expected an array, got None"),
        (lambda: fitted.probabilities(1), ValueError, r"context: expected shape \(N\) .*, got \("),
        (lambda: NGram(1, 3).nats([0]), ValueError, r"expected fit\(ids\) to be called first"),
        (lambda: fitted.nats([-1]), ValueError, "ids: expected integers in 0..2, got -1"),
        (lambda: fitted.probabilities([9]), ValueError, "context: expected .* 0..2, got 9"),
        (lambda: sample([0.0, np.nan], 0), ValueError, "logits: expected finite numbers, got nan"),
        (lambda: sample(np.zeros((1, 2, 3)), 0), ValueError, "logits: expected shape"),
        (lambda: sample([[1.0], [1.0, 2.0]], 0), ValueError, "logits: .* rows of different length"),
        (lambda: generate(None, abc, "a", 1), TypeError, r"model: .* forward\(.*, got NoneType"),
        (lambda: generate(Counter(3), "abc", "a", 1), TypeError, "vocabulary: .*, got str"),
        (lambda: sample([0.0], -1), ValueError, "temperature: expected a finite number >= 0"),
        (lambda: sample([0.0], np.nan), ValueError, "temperature: expected a finite number >= 0"),
        (lambda: sample([0.0]), TypeError, "rng: expected a numpy.random.Generator .* got None"),
        (lambda: sample([0.0], 1.0, 7), TypeError, "rng: expected a numpy.random.Generator, got 7"),
        (lambda: generate(Counter(3), abc, "", 1), ValueError, "tokens: expected at least one"),
        (lambda: generate(Counter(3), abc, "d", 1), ValueError, "tokens: .* got 'd'"),
        (lambda: generate(Counter(3), abc, "a", 0), ValueError, "length: expected an int >= 1"),
        (lambda: sample([0.0, 1.0], 0, top=0), ValueError, "top: expected an int >= 1, got 0"),
        (lambda: sample([0.0, 1.0], 0, top=1.5), TypeError, "top: expected an int >= 1, got 1.5"),
        (lambda: sample([0.0, 1.0], 0, top=True), TypeError, "top: expected an int >= 1, got True"),
        (lambda: sample([0.0], 0, without=[1]), ValueError, "without: .* integers in 0..0, got 1"),
        (lambda: sample([0.0, 1.0], 0, without=[-1]), ValueError, "without: expected .*, got -1"),
        (lambda: sample([0.0, 1.0], 0, without=[0.5]), TypeError, "without: expected integers, "),
        (lambda: sample([0.0, 1.0], 0, without=1), ValueError, r"without: expected shape \(N\)"),
        (lambda: sample([0.0, 1.0], 0, without=None), TypeError, "without: .*, got NoneType"),
        (lambda: sample([0.0, 1.0], 0, without={1}), TypeError, "without: .*, got set"),
        (lambda: sample([0.0], 0, without=[0]), ValueError, "without: expected a token that is"),
        (
            lambda: sample([[0.0, 1.0]], 1.0, np.random.default_rng(0), without=[1, 0, 1]),
            ValueError,
            "without: expected a token that is left, got all of them",
        ),
        (lambda: generate(Counter(3), abc, "a", 1, top=0), ValueError, "top: .*, got 0"),
        (lambda: generate(Counter(3), abc, "a", 1, without=0), TypeError, "without: .*, got int"),
        (lambda: generate(Counter(3), abc, "a", 1, without=["d"]), ValueError,
         "without: expected tokens of the vocabulary, got 'd'"),
        (lambda: generate(Fixed(), letters, "a", 1, without=["never seen"]), ValueError,
         "without: expected tokens of the vocabulary, got 'never seen'"),
        (lambda: generate(Counter(3), abc, "a", 1, without=[*"abc"]), ValueError, "without: .*all"),
        (lambda: generate(Fixed(), letters, "a", 1, without="<unk>"), TypeError, "without: .* str"),
        (
            lambda: generate(Counter(4), abc, "a", 1),
            ValueError,
            r"logits of the model: expected shape \(1, 1, 3\), got \(1, 1, 4\)",
        ),
    ],
)  # fmt: skip
def test_bad_input_names_the_argument(call, error, message):
    with pytest.raises(error, match=message):
        call()
