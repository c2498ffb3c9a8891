"""Language models: from text to batches, n-gram baselines, scores, and sampling.

A language model gives every next token a probability, given all tokens before it. Its score is
the mean negative log-likelihood, -1/N sum_t log p(w_t | w_1 ... w_{t-1}): in nats with the natural
logarithm, in bits with the logarithm of base 2; exp of the nats is the perplexity.
Letters: V vocabulary size, N tokens, B batch, T time steps.
Used in book/recurrent/first_network and book/applications/word_prediction.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple, Protocol

import numpy as np

from lib import check_input
from lib.activations import softmax

UNKNOWN = "<unk>"

# A word may contain apostrophes (nation's); a hyphen separates, since most compounds are rare.
# A number keeps its inner marks (3,000.50), so that they do not pass for the marks of sentences.
_TOKEN = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*|\d+(?:[.,]\d+)*|[.,;:!?]")


def tokenize(text: str) -> list[str]:
    """Lower-case words, numbers and the marks . , ; : ! ? of a text; the rest separates.

    >>> tokenize("The well-known Senator's answer: 3,000 votes!")
    ['the', 'well', 'known', "senator's", 'answer', ':', '3,000', 'votes', '!']

    Raises TypeError if `text` is no str, ValueError if it holds no token at all.
    """
    if not isinstance(text, str):
        raise TypeError(f"text: expected a str, got {type(text).__name__}")
    tokens = _TOKEN.findall(text.lower().replace("’", "'"))
    if not tokens:
        raise ValueError(f"text: expected at least one word or mark, got {text[:40]!r}")
    return tokens


class Vocabulary:
    """The tokens that a model knows, numbered 0..V-1: the most frequent first.

    Tokens of equal frequency stand in the order of their first appearance, so that the same
    text always gives the same numbers. Build it from the training part only.

    tokens: list of str, or one str, which stands for its characters.
    size:   None keeps every token, and one that was not seen is an error. Otherwise there are at
            most `size` entries: `<unk>`, which stands for all that is left out, and the most
            frequent tokens after it.

    >>> vocabulary = Vocabulary(tokenize("a rose is a rose is a rose"), size=3)
    >>> vocabulary.tokens
    ('<unk>', 'a', 'rose')
    >>> vocabulary.encode(["a", "tulip"])
    array([1, 0])
    """

    def __init__(self, tokens: Sequence[str], size: int | None = None) -> None:
        counts = Counter(_checked_tokens(tokens))
        if size is None:
            ranked = [token for token, _ in counts.most_common()]
        else:
            check_input.size("size", size, least=2)
            counts.pop(UNKNOWN, None)
            ranked = [UNKNOWN, *(token for token, _ in counts.most_common(size - 1))]
        self.tokens = tuple(ranked)
        self._number = {token: number for number, token in enumerate(ranked)}
        self._of_characters = all(
            len(token) == 1 for token in ranked if token != UNKNOWN
        )

    def __len__(self) -> int:
        return len(self.tokens)

    def __contains__(self, token: object) -> bool:
        return token in self._number

    def encode(self, tokens: Sequence[str]) -> np.ndarray:
        """Tokens -> their numbers, int64 (N,); unknown ones -> that of `<unk>`.

        Raises ValueError for an unknown token if there is no `<unk>`.
        """
        if isinstance(tokens, str) and not self._of_characters:
            raise TypeError(
                f"tokens: expected a list of words, got the str {tokens[:40]!r}"
            )
        tokens = _checked_tokens(tokens)
        if UNKNOWN in self:
            unknown = self._number[UNKNOWN]
            return np.array(
                [self._number.get(token, unknown) for token in tokens], np.int64
            )
        try:
            return np.array([self._number[token] for token in tokens], np.int64)
        except KeyError as error:
            raise ValueError(
                f"tokens: expected tokens of the vocabulary (it has no {UNKNOWN}), "
                f"got {error.args[0]!r}"
            ) from None

    def decode(self, ids: Sequence[int] | np.ndarray) -> list[str]:
        """Numbers (N,) -> their tokens. Characters come together with `"".join`."""
        checked = check_input.integers("ids", ids, ("N",), below=len(self))
        return [self.tokens[number] for number in checked]


def contiguous_batches(
    ids: Sequence[int] | np.ndarray, batch_size: int, steps: int
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Cut one long text into batches that follow on: pairs (inputs, targets), each int (B,T).

    The text is cut into B rows of equal length, which are read side by side, T = `steps` at a
    time. Row b of the next batch goes on where row b of this one ended, so the final state of one
    batch is the right initial state of the next. Targets are the inputs one token later.

        targets[b, t] = inputs[b, t + 1]

    With N ids a row has L = (N - 1) // B predictions: the last (N - 1) % B predictions are
    dropped, none if B = 1. Where T does not divide L, the last batch has fewer steps, so that all
    others are predicted exactly once. The arrays are views into `ids`.
    """
    ids = check_input.integers("ids", ids, ("N",), below=np.iinfo(np.int64).max)
    check_input.size("batch_size", batch_size)
    check_input.size("steps", steps)
    length = (len(ids) - 1) // batch_size
    if length == 0:
        raise ValueError(
            f"ids: expected more than batch_size = {batch_size} ids, so that each row "
            f"predicts one, got {len(ids)}"
        )
    inputs = ids[: batch_size * length].reshape(batch_size, length)
    targets = ids[1 : batch_size * length + 1].reshape(batch_size, length)
    # Not a generator function: that would check its arguments only when the first batch is asked.
    return (
        (inputs[:, start : start + steps], targets[:, start : start + steps])
        for start in range(0, length, steps)
    )


def perplexity(nats: float) -> float:
    """exp(nats): the size of a fair die that would surprise as much; 1 is certainty.

    `nats` is a mean negative log-likelihood per token, >= 0.
    """
    return float(np.exp(check_input.number("nats", nats, least=0)))  # eq-perplexity


def bits(nats: float) -> float:
    """nats / ln 2: the same score in bits, the length of an ideal code."""
    return check_input.number("nats", nats, least=0) / float(np.log(2))


class _Level(NamedTuple):
    """The counts of all n-grams of one n, of which U are distinct, after C distinct contexts.

    A context has the number of the (n-1)-gram that it is, and the n-gram (context, w) has the key
    context * V + w. One entry more at the end of each array stands for all that was never seen:
    the index -1 finds it.
    """

    keys: np.ndarray  # (U + 1,) in rising order
    counts: np.ndarray  # (U + 1,) how often
    total: np.ndarray  # (C + 1,) tokens that followed a context
    types: np.ndarray  # (C + 1,) distinct ones among them

    def number(self, keys: np.ndarray) -> np.ndarray:
        """The numbers of n-grams with these keys, -1 for those never seen."""
        at = np.searchsorted(self.keys, keys)
        return np.where(self.keys[at] == keys, at, -1)


class NGram:
    """The baseline of language models: counts of n tokens in a row, with Witten-Bell smoothing.

    With c the n - 1 tokens before w, c' the same without the first, N(c, w) the count of the
    n-gram, N(c) = sum_w N(c, w), and T(c) the number of distinct tokens seen after c:

        p_n(w | c) = (N(c, w) + T(c) p_{n-1}(w | c')) / (N(c) + T(c))
        p_0(w) = 1 / V

    A context never seen leaves p_{n-1} as it is. No probability is 0, and they sum to 1.

    order: n, the tokens in a row (1: unigram, no context; 2: bigram ...).

    Sources: Witten & Bell, The zero-frequency problem, IEEE Transactions on Information Theory
    37(4), 1991 (their method C, T(c) / (N(c) + T(c)) for a novel event); the interpolated form as
    in Chen & Goodman, An empirical study of smoothing techniques for language modeling, Computer
    Speech & Language 13(4), 1999.
    """

    def __init__(self, order: int, vocabulary_size: int) -> None:
        self.order = check_input.size("order", order)
        self.vocabulary_size = check_input.size("vocabulary_size", vocabulary_size)
        self._levels: list[_Level] = []

    def fit(self, ids: Sequence[int] | np.ndarray) -> "NGram":
        """Count the n-grams of `ids`, int (N,), for n = 1 ... order. Returns the model itself."""
        words = self._checked("ids", ids)
        levels = []
        contexts, context = 1, np.zeros(len(words), np.int64)
        for n in range(self.order):
            key = context * self.vocabulary_size + words[n:]
            keys, counts = np.unique(key, return_counts=True)
            after = keys // self.vocabulary_size
            levels.append(
                _Level(
                    np.append(keys, np.iinfo(np.int64).max),
                    np.append(counts, 0),
                    np.bincount(after, counts, contexts + 1),
                    # 1 where nothing followed: then p_n = (0 + 1 p_{n-1}) / (0 + 1)
                    np.maximum(np.bincount(after, minlength=contexts + 1), 1),
                )
            )
            # np.unique can return these numbers too, but then it sorts in a slow way
            contexts, context = len(keys), np.searchsorted(keys, key)[:-1]
        self._levels = levels
        return self

    def nats(self, ids: Sequence[int] | np.ndarray) -> float:
        """Mean negative log-likelihood per token of `ids`, int (N,).

        All N tokens count; the first ones have what little context stands before them.
        """
        words = self._checked("ids", ids)
        p = np.full(len(words), 1 / self.vocabulary_size)
        context = np.zeros(len(words), np.int64)
        for level in self._fitted():
            gram = level.number(context * self.vocabulary_size + words)
            total, types = level.total[context], level.types[context]
            p = (level.counts[gram] + types * p) / (total + types)
            context = np.append(-1, gram[:-1])
        return float(-np.log(p).mean())

    def probabilities(self, context: Sequence[int] | np.ndarray) -> np.ndarray:
        """p(w | context) for every w, float64 (V,); of `context` the last n - 1 tokens count.

        A shorter context, [] included, uses the lower orders alone.
        """
        words = check_input.array("context", context)
        words = self._checked("context", words) if words.size else np.zeros(0, np.int64)
        p = np.full(self.vocabulary_size, 1 / self.vocabulary_size)
        levels = self._fitted()
        for n, level in enumerate(levels[: len(words) + 1]):
            seen = 0  # the number of the context, the last n words
            for shorter, word in zip(levels[:n], words[len(words) - n :], strict=True):
                seen = int(shorter.number(np.array(seen * len(p) + word)))
            first, last = np.searchsorted(
                level.keys, np.array([seen, seen + 1]) * len(p)
            )
            share = level.types[seen] * p
            share[level.keys[first:last] - seen * len(p)] += level.counts[first:last]
            p = share / (level.total[seen] + level.types[seen])
        return p

    def _checked(self, name: str, ids: Sequence[int] | np.ndarray) -> np.ndarray:
        words = check_input.integers(name, ids, ("N",), below=self.vocabulary_size)
        return words.astype(np.int64, copy=False)

    def _fitted(self) -> list[_Level]:
        if not self._levels:
            raise ValueError(
                "NGram: expected fit(ids) to be called first, got no counts"
            )
        return self._levels


def sample(
    logits: np.ndarray,
    temperature: float = 1.0,
    rng: np.random.Generator | None = None,
    top: int | None = None,
    without: Sequence[int] | np.ndarray = (),
) -> Any:
    """Draw tokens from softmax(logits / temperature): logits (V,) -> int, (B,V) -> int64 (B,).

    Temperature 1 is the model's own distribution. Towards 0 the likeliest token takes all, and
    temperature 0 is that limit, the argmax (the first of equals); towards infinity all become
    equally likely. With `top` = k only the k likeliest tokens can be drawn, with the probabilities
    that they have among themselves; the tokens `without` are never drawn. `rng` is needed unless
    the temperature is 0.
    """
    temperature = check_input.number("temperature", temperature, least=0)
    logits = check_input.array("logits", logits)
    rows = ("B", "V") if logits.ndim == 2 else ("V",)
    logits = check_input.floats("logits", logits, rows, np.dtype(np.float64))
    V = logits.shape[-1]
    barred = check_input.array("without", without)
    if barred.size or top is not None:
        logits = logits.copy()
    if barred.size:
        barred = check_input.integers("without", barred, ("N",), below=V)
        if len(np.unique(barred)) == V:
            raise ValueError("without: expected a token that is left, got all of them")
        logits[..., barred] = -np.inf
    if top is not None:
        # A stable order: of equal logits the first ones stay, as in the argmax.
        order = np.argsort(-logits, axis=-1, kind="stable")
        others = order[..., check_input.size("top", top) :]
        np.put_along_axis(logits, others, -np.inf, -1)
    if temperature == 0:
        drawn = logits.argmax(axis=-1)
    elif rng is None:
        raise TypeError(
            "rng: expected a numpy.random.Generator unless temperature is 0, got None"
        )
    else:
        rng = check_input.generator("rng", rng)
        with np.errstate(
            over="ignore"
        ):  # a tiny temperature: -inf is right, its exp is 0
            p = softmax((logits - logits.max(axis=-1, keepdims=True)) / temperature)
        reached = p.cumsum(axis=-1)
        # u < 1, so u * sum is below the last entry, and a token with p = 0 is never drawn.
        u = rng.random((*logits.shape[:-1], 1)) * reached[..., -1:]
        drawn = (reached <= u).sum(axis=-1)
    return int(drawn) if logits.ndim == 1 else drawn


class LanguageModel(Protocol):
    """What `generate` needs: tokens int (B,T) and a state in; logits (B,T,V), state, cache out."""

    def forward(
        self, tokens: np.ndarray, state: Any = None, /
    ) -> tuple[np.ndarray, Any, Any]: ...


def generate(
    model: LanguageModel,
    vocabulary: Vocabulary,
    prompt: Sequence[str],
    length: int,
    temperature: float = 1.0,
    rng: np.random.Generator | None = None,
    top: int | None = None,
    without: Sequence[str] = (),
) -> list[str]:
    """Continue `prompt` (at least one token) by `length` tokens, which are returned without it.

    The model reads the prompt once. Then each drawn token is its next input, and the state goes
    from call to call: one step per token, however long the text becomes. For `temperature` and
    `top` see `sample`; tokens in `without`, such as `<unk>`, are never drawn. `rng=None` is the
    generator of seed 0.
    """
    if not callable(getattr(model, "forward", None)):
        raise TypeError(
            f"model: expected one with forward(tokens, state), got {type(model).__name__}"
        )
    if not isinstance(vocabulary, Vocabulary):
        raise TypeError(
            f"vocabulary: expected a Vocabulary, got {type(vocabulary).__name__}"
        )
    check_input.size("length", length)
    rng = check_input.generator("rng", rng)
    state, drawn = None, []
    if isinstance(without, str) or not isinstance(without, Sequence):
        raise TypeError(
            f"without: expected a list of str, got {type(without).__name__}"
        )
    for token in without:
        if token not in vocabulary:  # encoded, it would bar <unk> instead
            raise ValueError(
                f"without: expected tokens of the vocabulary, got {token!r}"
            )
    barred = vocabulary.encode(without) if len(without) else ()
    tokens = vocabulary.encode(prompt)[np.newaxis]
    for _ in range(length):
        logits, state, _ = model.forward(tokens, state)
        check_input.shaped(
            "logits of the model", logits, (*tokens.shape, len(vocabulary))
        )
        drawn.append(sample(logits[0, -1], temperature, rng, top, barred))
        tokens = np.array([[drawn[-1]]])
    return vocabulary.decode(drawn)


def _checked_tokens(tokens: Sequence[str]) -> Sequence[str]:
    if not isinstance(tokens, Sequence):
        raise TypeError(f"tokens: expected a list of str, got {type(tokens).__name__}")
    wrong = [
        kind.__name__ for kind in set(map(type, tokens)) if not issubclass(kind, str)
    ]
    if wrong:
        raise TypeError(
            f"tokens: expected a list of str, got one with {', '.join(wrong)}"
        )
    if not tokens:
        raise ValueError("tokens: expected at least one token, got none")
    return tokens
