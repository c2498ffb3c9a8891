"""Answers to the exercises of word_prediction: right ones, and likely mistakes with their hints."""

import string
from collections import Counter

import numpy as np

from lib import LSTM, Dense, Embedding, Model, checks
from lib.tasks import AGREEMENT_WORDS
from lib.text import Vocabulary, generate


def parameters(V, D, H):
    model = Model(Embedding(V, D), LSTM(D, H), Dense(H, V))
    return sum(value.size for value in model.params.values())


def perplexity(nats, mask):
    counted = [float(n) for n, counts in zip(nats, mask, strict=True) if counts]
    return float(np.exp(sum(counted) / len(counted)))


def generated(model, prompt, length):
    """By lib.text: letters stand for the tokens."""
    letters = Vocabulary(string.ascii_lowercase[: model.embedding.vocabulary_size])
    start = letters.decode(prompt)
    return letters.encode(generate(model, letters, start, length, temperature=0))


def reread(model, prompt, length, carry=False):
    """The whole text again for every token; with carry=True on top of what the state knows."""
    text, state = list(prompt), None
    for _ in range(length):
        logits, last, _ = model.forward(np.array([text]), state)
        text.append(logits[0, -1].argmax())
        state = last if carry else None
    return text[len(prompt) :]


def forgetful(model, prompt, length):
    tokens, drawn = prompt, []
    for _ in range(length):
        logits, _, _ = model.forward(np.array([tokens]))
        tokens = [int(logits[0, -1].argmax())]
        drawn += tokens
    return drawn


def last_token_twice(model, prompt, length):
    _, state, _ = model.forward(np.array([prompt]))
    token, drawn = prompt[-1], []
    for _ in range(length):
        logits, state, _ = model.forward(np.array([[token]]), state)
        token = logits[0, -1].argmax()
        drawn.append(token)
    return drawn


def stuck(model, prompt, length, twice=True):
    logits, state, _ = model.forward(np.array([prompt]))
    drawn = [] if twice else [logits[0, -1].argmax()]
    token = prompt[-1] if twice else drawn[-1]
    while len(drawn) < length:
        logits, _, _ = model.forward(np.array([[token]]), state)
        token = logits[0, -1].argmax()
        drawn.append(token)
    return drawn


def first_position(model, prompt, length):
    logits, state, _ = model.forward(np.array([prompt]))
    drawn = [logits[0, 0].argmax()]
    while len(drawn) < length:
        logits, state, _ = model.forward(np.array([drawn[-1:]]), state)
        drawn.append(logits[0, 0].argmax())
    return drawn


def most_frequent(tokens, many):
    """The first of equals first: a sort keeps their order."""
    counts = Counter(tokens)
    return sorted(counts, key=lambda token: -counts[token])[:many]


def numbered(train, held_out, known, other=None, first=1, unknown=0):
    """Both parts by the order in `known`; `other` orders the held-out part."""
    parts = (train, known), (held_out, known if other is None else other)
    return tuple(
        [order.index(t) + first if t in order else unknown for t in part]
        for part, order in parts
    )


def ids(train, held_out, size):
    return numbered(train, held_out, most_frequent(train, size - 1))


def of_both(train, held_out, size):
    return numbered(train, held_out, most_frequent(train + held_out, size - 1))


def of_held_out(train, held_out, size):
    return numbered(train, held_out, most_frequent(held_out, size - 1))


def each_its_own(train, held_out, size):
    orders = (most_frequent(part, size - 1) for part in (train, held_out))
    return numbered(train, held_out, *orders)


def one_too_many(train, held_out, size):
    return numbered(train, held_out, most_frequent(train, size))


def one_too_few(train, held_out, size):
    return numbered(train, held_out, most_frequent(train, size - 2))


def alphabetical(train, held_out, size):
    return numbered(train, held_out, sorted(most_frequent(train, size - 1)))


def from_zero(train, held_out, size):
    return numbered(train, held_out, most_frequent(train, size), first=0)


def minus_one(train, held_out, size):
    known = most_frequent(train, size)
    return numbered(train, held_out, known, first=0, unknown=-1)


def unknown_last(train, held_out, size):
    known = most_frequent(train, size - 1)
    return numbered(train, held_out, known, first=0, unknown=size - 1)


def not_known(train, held_out, size):
    known = {token: n + 1 for n, token in enumerate(most_frequent(train, size - 1))}
    return [known[token] for token in train], [known[token] for token in held_out]


def left_out(train, held_out, size):
    return tuple([n for n in part if n] for part in ids(train, held_out, size))


def remembering(sign=1.0):
    """An LSTM set by hand: the subject opens the input gate, the rest leaves the cell alone."""
    V = len(AGREEMENT_WORDS)
    model = Model(Embedding(V, 2), LSTM(2, 1), Dense(1, V))
    for value in model.params.values():
        value[...] = 0
    for word, number in (("key", -1), ("keys", 1)):
        model.params["embedding.W"][AGREEMENT_WORDS.index(word)] = 1, number
    model.params["layer.W_xi"][0], model.params["layer.b_i"][:] = 40, -20
    model.params["layer.W_xg"][1] = 5
    model.params["layer.b_f"][:] = model.params["layer.b_o"][:] = 20
    for word, number in (("is", -1), ("are", 1)):
        at = AGREEMENT_WORDS.index(word)
        model.params["readout.W"][0, at] = sign * number
    return model


def leaking():
    """The cell loses half at each step, and what it reads last decides for plural at times."""
    model = remembering()
    model.params["layer.b_f"][:] = 0
    cabinets = AGREEMENT_WORDS.index("cabinets")
    model.params["embedding.W"][cabinets] = 0.4, 1
    return model


def nan_weights():
    model = remembering()
    model.params["layer.W_hi"][...] = np.nan  # past the check of an assignment
    return model


def untrained(V):
    return Model(Embedding(V, 8), LSTM(8, 16), Dense(16, V))


RIGHT = [
    (checks.words_parameters, parameters),
    (checks.words_perplexity, perplexity),
    (checks.words_generate, generated),
    (checks.words_generate, reread),
    (checks.words_vocabulary, ids),
    (checks.words_agreement, remembering()),
]
HINTS = [
    (checks.words_parameters, lambda V, D, H: parameters(V, D, H) - V, "read-out add"),
    (checks.words_parameters, lambda V, D, H: parameters(V, D, H) - 4 * H, "gates add"),
    (checks.words_parameters, lambda V, D, H: parameters(V, D, H) + 4 * H, "PyTorch"),
    (
        checks.words_parameters,
        lambda V, D, H: V * D + H * (D + H + 1) + H * V + V,
        "How many affine maps",
    ),
    (
        checks.words_parameters,
        lambda V, D, H: V * D + 4 * H * (D + H + 1) + D * V + V,
        "enters the read-out",
    ),
    (
        checks.words_parameters,
        lambda V, D, H: V * D + 4 * H * (D + H + 1) + V,
        "matrix of its own",
    ),
    (checks.words_parameters, lambda V, D, H: 121_832, "For V = 7, D = 5, H = 3"),
    (checks.words_perplexity, lambda nats, mask: nats[mask].mean(), "still in nats"),
    (checks.words_perplexity, lambda nats, mask: 2 ** nats[mask].mean(), "which base"),
    (checks.words_perplexity, lambda nats, mask: np.exp(nats.mean()), "Which tokens"),
    (checks.words_perplexity, lambda nats, mask: np.exp((nats * mask).mean()), "how many tokens"),
    (checks.words_perplexity, lambda nats, mask: np.exp(nats[mask]).mean(), "which order"),
    (checks.words_perplexity, lambda nats, mask: np.exp(nats[mask].sum()), "whole text"),
    (checks.words_perplexity, lambda nats, mask: np.exp(nats[mask]), "shape ()"),
    (checks.words_generate, forgetful, "forgotten"),
    (checks.words_generate, lambda *a: reread(*a, carry=True), "The state has read that"),
    (checks.words_generate, last_token_twice, "How often"),
    (checks.words_generate, stuck, "the same state"),
    (checks.words_generate, lambda *a: stuck(*a, twice=False), "the same state"),
    (checks.words_generate, first_position, "Which position"),
    (checks.words_generate, lambda m, prompt, n: [*prompt, *reread(m, prompt, n)], "is new"),
    (checks.words_generate, lambda m, prompt, n: reread(m, prompt, n + 1), "shape (8,), got (9,)"),
    (checks.words_generate, lambda m, prompt, n: [0] * n, "For the prompt [3, 7, 0, 5]"),
    (checks.words_vocabulary, of_both, "Who looked"),
    (checks.words_vocabulary, of_held_out, "to learn from"),
    (checks.words_vocabulary, each_its_own, "the same number in both"),
    (checks.words_vocabulary, one_too_many, "How many different"),
    (checks.words_vocabulary, one_too_few, "How many different"),
    (checks.words_vocabulary, alphabetical, "in which order"),
    (checks.words_vocabulary, from_zero, "may a frequent token"),
    (checks.words_vocabulary, minus_one, "no token -1"),
    (checks.words_vocabulary, unknown_last, "another number than 0"),
    (checks.words_vocabulary, not_known, "that training never showed"),
    (checks.words_vocabulary, left_out, "One number per token"),
    (checks.words_vocabulary, lambda train, held_out, size: train, "two arrays"),
    (checks.words_agreement, untrained(10), "That is chance"),
    (checks.words_agreement, remembering(-1.0), "0 % of the verbs are right"),
    (checks.words_agreement, leaking(), "as long"),
    (checks.words_agreement, untrained(11), "have 11 and 11 tokens"),
    (checks.words_agreement, Model(None, LSTM(10, 4), Dense(4, 10)), "with an Embedding"),
    (checks.words_agreement, Model.__new__(Model), "with an Embedding"),
    (checks.words_agreement, Model, "with an Embedding"),
    (checks.words_agreement, nan_weights(), "finite"),
]  # fmt: skip
