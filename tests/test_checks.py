"""The checks of the exercises: a solution passes, a likely mistake gets its hint."""

import io
import string
import sys
from collections import Counter

import numpy as np
import pytest
import torch

from lib import LSTM, Dense, Embedding, Model, checks
from lib.activations import softmax
from lib.tasks import AGREEMENT_WORDS
from lib.text import Vocabulary, contiguous_batches, generate


def contiguous(ids, B, T, k):
    return [inputs for inputs, _ in contiguous_batches(ids, B, T)][k]


def reorder(W, D):
    return np.concatenate([W[D:], W[:D]])


def collapse(layer, T):
    W, U = layer.params["W_xh"], layer.params["W_hh"]
    return np.concatenate([W @ np.linalg.matrix_power(U, T - t - 1) for t in range(T)])


def cell_gradient(dh, dc, c_new, f, o):
    return (dc + dh * o * (1 - np.tanh(c_new) ** 2)) * f


def sums_backward(dh, dc, c, c_new, i, f, g, o):
    u = np.tanh(c_new)
    dc = dc + dh * o * (1 - u * u)
    return (
        dc * g * i * (1 - i), dc * c * f * (1 - f), dc * i * (1 - g * g), dh * u * o * (1 - o),
    )  # fmt: skip


def one_wrong(*arguments):
    da_i, da_f, da_g, da_o = sums_backward(*arguments)
    return da_i, da_f, 2 * da_g, da_o


def exploding():
    layer = LSTM(1, 32, forget_bias=-5.0, input_bias=5.0)
    layer.params["b_o"] = np.full(32, 5.0)
    W = np.random.default_rng(0).normal(size=(32, 32)) / np.sqrt(32)
    layer.params["W_hg"] = 4 * W
    return layer


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

RIGHT = [
    (checks.rnn_by_hand, (0.7616, 0.3634, 0.1797)),
    (checks.rnn_parameters, lambda D, H, T: H * (D + H + 1)),
    (checks.rnn_reorder, reorder),
    (checks.rnn_collapse, collapse),
    (checks.lstm_parameters, lambda D, H, biases: 4 * H * (D + H + biases)),
    (checks.lstm_cell_gradient, cell_gradient),
    (checks.lstm_sums_backward, sums_backward),
    (checks.lstm_explode, exploding),
    (checks.first_gradient, (-0.75, 0.125, 0.625)),
    (checks.first_batch, contiguous),
    (checks.first_temperature, lambda a, tau: softmax(a / tau)),
    (checks.words_parameters, parameters),
    (checks.words_perplexity, perplexity),
    (checks.words_generate, generated),
    (checks.words_generate, reread),
    (checks.words_vocabulary, ids),
    (checks.words_agreement, remembering()),
]
HINTS = [
    (checks.rnn_by_hand, (1, 0.5, 0.25), "tanh"),
    (checks.rnn_by_hand, (0.7616, 0.36, 0.1797), "h_2"),
    (checks.rnn_by_hand, ("a", "b", "c"), "Expected numbers"),
    (checks.rnn_by_hand, (0.762, 0.363, 0.180), "three digits"),
    (checks.lstm_parameters, lambda D, H, b: 4 * H * (D + H + 1), "keep twice"),
    (
        checks.lstm_cell_gradient,
        lambda dh, dc, c_new, f, o: dh * o * (1 - np.tanh(c_new) ** 2) + dc * f,
        "together",
    ),
    (
        checks.first_batch,
        lambda ids, B, T, k: ids[: len(ids) // B * B].reshape(B, -1)[:, k * T : (k + 1) * T],
        "a target only",
    ),
    (checks.first_temperature, lambda a, tau: softmax(a), "Where does the temperature"),
    (checks.rnn_parameters, lambda D, H, T: H * (D + H), "bias"),
    (checks.rnn_parameters, lambda D, H, T: H * (D + H + 1) * T, "same arrays"),
    (checks.rnn_parameters, lambda D, H, T: D * (D + H + 1), "units"),
    (checks.rnn_parameters, 36, "the function itself"),
    (checks.rnn_parameters, lambda D, H, T: 1 / 0, "ZeroDivisionError"),
    (checks.rnn_reorder, lambda W, D: W, "W itself"),
    (checks.rnn_reorder, lambda W, D: W[::-1], "Which rows"),
    (checks.rnn_reorder, lambda W, D: W[:D], "shape (5, 3)"),
    (checks.rnn_collapse, lambda layer, T: np.tile(layer.params["W_xh"], (T, 1)), "last D rows"),
    (checks.lstm_parameters, lambda D, H, b: H * (D + H + b), "How many affine maps"),
    (checks.lstm_parameters, lambda D, H, b: 3 * H * (D + H + b), "candidate"),
    (checks.lstm_cell_gradient, lambda dh, dc, c_new, f, o: dc * f, "hidden state"),
    (checks.lstm_cell_gradient, lambda *a: cell_gradient(*a) / a[3], "one factor"),
    (checks.lstm_cell_gradient, lambda dh, dc, *a: cell_gradient(dh, 0, *a), "next step"),
    (checks.lstm_sums_backward, one_wrong, "yet: da_g."),
    (checks.lstm_sums_backward, lambda *a: a[0], "four arrays"),
    (checks.lstm_explode, lambda: LSTM(1, 32), "matrix"),
    (checks.lstm_explode, lambda: LSTM(1, 3), "LSTM(1, 32)"),
    (checks.first_gradient, (0.25, 0.125, 0.625), "probabilities"),
    (checks.first_gradient, (0.75, -0.125, -0.625), "sign"),
    (checks.first_gradient, (1.0, 0.0, 0.5), "add up to 0"),
    (checks.first_batch, lambda ids, B, T, k: ids[:36].reshape(-1, B, T)[k], "not right yet"),
    (checks.first_temperature, lambda a, tau: softmax(a * tau), "sharpen"),
    (checks.first_temperature, lambda a, t: np.exp(a / t) / np.exp(a / t).sum(), "exponentiate"),
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


def test_every_check_is_tested():
    chapters = ("rnn", "lstm", "first", "words")
    public = {n for n in vars(checks) if n.split("_")[0] in chapters}
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
