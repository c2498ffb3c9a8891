"""The small model and its training."""

import copy

import numpy as np
import pytest
from cases import MASKS, B, D, H, T, V, assert_close, assert_same, random_params

from lib import (
    GRU,
    LSTM,
    SGD,
    Adam,
    Bidirectional,
    ClockworkRNN,
    Dense,
    DepthGatedLSTM,
    Dropout,
    Embedding,
    Model,
    SimpleRNN,
    Stacked,
    clip_by_norm,
    mean_squared_error,
    norm,
    softmax_cross_entropy,
    text,
)
from lib.states import leaves


@pytest.fixture
def model():
    model = Model(Embedding(V, D), LSTM(D, H), Dense(H, V))
    random_params(model.params, np.random.default_rng(1))
    return model


@pytest.fixture
def batches():
    rng = np.random.default_rng(2)
    return [tuple(rng.integers(0, V, (2, B, T))) for _ in range(3)]


class Recorder:
    """An optimizer that notes the gradients and changes nothing."""

    def __init__(self):
        self.grads = []

    def step(self, params, grads):
        assert list(params) == list(grads)
        self.grads.append(grads)


def quietly(model, batches, optimizer, **arguments):
    return model.fit(batches, optimizer, progress=False, **arguments)


def test_names_of_parameters(model):
    parts = [
        "embedding.W",
        *(f"layer.{n}" for n in model.layer.params),
        "readout.W",
        "readout.b",
    ]
    assert list(model.params) == parts


def test_parameters_are_the_parts_own_arrays(model):
    for prefix in ("embedding", "layer", "readout"):
        for name, array in getattr(model, prefix).params.items():
            assert model.params[f"{prefix}.{name}"] is array


def test_assigning_parameters_copies(model):
    values = {name: array + 1 for name, array in model.params.items()}
    want = {name: array.copy() for name, array in values.items()}
    model.params = values
    for array in values.values():
        array[...] = 0
    assert_close(dict(model.params), want, 0)
    assert_close(model.layer.params["W_xi"], want["layer.W_xi"], 0)


def test_a_wrong_value_changes_no_part(model):
    before = model.params.copy()
    values = model.params.copy() | {"readout.b": np.full(V, np.nan)}
    values["embedding.W"] += 1
    with pytest.raises(ValueError, match=r"readout.b.*finite"):
        model.params = values
    assert_close(dict(model.params), before, 0)


def test_forward_is_the_parts_one_after_the_other(model, batches):
    tokens, _ = batches[0]
    xs, _ = model.embedding.forward(tokens)
    hs, want, _ = model.layer.forward(xs)
    outputs, state, _ = model.forward(tokens)
    assert_close(outputs, model.readout.forward(hs)[0])
    assert_close(state, want)


def test_grads_have_the_names_of_params(model, batches):
    tokens, targets = batches[0]
    outputs, _, cache = model.forward(tokens)
    _, _, grads = model.backward(softmax_cross_entropy(outputs, targets)[1], cache)
    assert list(grads) == list(model.params)


@pytest.mark.parametrize("optimizer", [SGD(1.0), Adam(0.05)], ids=["SGD", "Adam"])
def test_fit_lowers_the_loss(model, batches, optimizer):
    history = quietly(model, batches * 60, optimizer)
    assert len(history) == 180
    assert np.mean(history[-3:]) < 0.3 * np.mean(history[:3])


def test_fit_of_numbers():
    rng = np.random.default_rng(0)
    model, xs = Model(None, SimpleRNN(D, H), Dense(H, 1)), rng.normal(size=(8, T, D))
    batch = (xs, xs.cumsum(1)[..., :1])
    history = quietly(model, [batch] * 200, Adam(0.03), loss=mean_squared_error)
    assert history[-1] < 0.2 * history[0]


def test_history_is_the_loss_before_each_step(model, batches):
    want = []

    class Watched(SGD):
        def step(self, params, grads):
            tokens, targets = batches[len(want)]
            want.append(softmax_cross_entropy(model.forward(tokens)[0], targets)[0])
            super().step(params, grads)

    history = quietly(model, batches, Watched(0.5))
    assert history == want
    assert len(set(want)) == 3


def test_each_batch_starts_at_zero(model, batches):
    recorder = Recorder()
    history = quietly(model, [batches[0], batches[0]], recorder)
    assert history[0] == history[1]
    assert_close(*recorder.grads, 0)


def test_carried_state_crosses_the_edge_and_its_gradient_does_not(model, batches):
    recorder = Recorder()
    history = quietly(model, batches[:2], recorder, carry=True)
    (tokens1, targets1), (tokens2, targets2) = batches[:2]
    joined, targets = (
        np.concatenate([tokens1, tokens2], 1),
        np.concatenate([targets1, targets2], 1),
    )
    outputs, _, _ = model.forward(joined)
    assert_close(np.mean(history), softmax_cross_entropy(outputs, targets)[0])

    outputs, state, cache = model.forward(tokens1)
    alone = model.backward(softmax_cross_entropy(outputs, targets1)[1], cache)[2]
    assert_close(recorder.grads[0], alone)
    outputs, _, cache = model.forward(tokens2, state)
    after = model.backward(softmax_cross_entropy(outputs, targets2)[1], cache)[2]
    assert_close(recorder.grads[1], after)


def test_clip_limits_the_gradient(model, batches):
    free, clipped = Recorder(), Recorder()
    quietly(model, batches[:1], free)
    quietly(model, batches[:1], clipped, clip=0.01)
    assert norm(free.grads[0]) > 0.02
    assert_close(norm(clipped.grads[0]), 0.01)
    assert_close(clipped.grads[0], clip_by_norm(free.grads[0], 0.01))


def test_mask_says_which_targets_count(model, batches):
    tokens, targets = batches[0]
    mask = np.random.default_rng(0).random((B, T)) < 0.5
    other = np.where(mask, targets, (targets + 1) % V)
    one, two = Recorder(), Recorder()
    history = quietly(model, [(tokens, targets, mask)], one)
    assert quietly(model, [(tokens, other, mask)], two) == history
    assert_close(one.grads[0], two.grads[0], 0)


def padded(tokens, targets, lengths, token):
    """The batch with `token` and a wild target where a row is over."""
    real = np.arange(tokens.shape[1]) < np.array(lengths)[:, None]
    wild = np.where(real, targets, (targets + 1) % V)
    return np.where(real, tokens, token), wild, None, real


@pytest.mark.parametrize("kind", ["LSTM", "both ways"])
def test_padding_changes_neither_loss_nor_gradient_nor_state(kind, batches):
    """Rows of 3 and 5 steps, padded, are the mean over both rows run alone."""
    layer = LSTM(D, H) if kind == "LSTM" else Bidirectional(LSTM(D, 1), GRU(D, H - 1))
    model = Model(Embedding(V, D), layer, Dense(H, V))
    random_params(model.params, np.random.default_rng(1))
    tokens, targets = batches[0]
    lengths = (3, T)
    values, grads = [], []
    for token in (0, 1):
        recorder = Recorder()
        batch = padded(tokens, targets, lengths, token)
        value, state = model.train_step(batch, recorder)
        values.append(value)
        grads.append(recorder.grads[0])
        assert model.evaluate([batch]) == value
    assert values[0] == values[1]
    rows, want = [], {name: 0 for name in grads[0]}
    for row, length in enumerate(lengths):
        recorder = Recorder()
        alone = tokens[[row], :length], targets[[row], :length]
        value, last = model.train_step(alone, recorder)
        rows.append(value * length / sum(lengths))
        for name, grad in recorder.grads[0].items():
            want[name] = want[name] + grad * length / sum(lengths)
        for got, field in zip(
            leaves(state, "s").values(), leaves(last, "s").values(), strict=True
        ):
            assert_close(got[[row]], field)
    assert abs(values[0] - sum(rows)) < 1e-12
    # The embedding's gradient of the padding's own token is that of its real uses.
    for got in grads:
        assert_close(got, want)


def test_mask_of_targets_and_real_steps_together(model, batches):
    tokens, targets = batches[0]
    real = np.arange(T) < np.array([[3], [T]])
    mask = np.zeros((B, T), bool)
    mask[[0, 1], [2, T - 1]] = True  # the last real step of each row
    value, _ = model.train_step((tokens, targets, mask, real), Recorder())
    outputs, _, _ = model.forward(tokens, mask=real)
    assert value == softmax_cross_entropy(outputs, targets, mask)[0]


def test_recurrent_dropout_goes_to_the_layer(model, batches):
    tokens, _ = batches[0]
    outputs = model.forward(tokens, recurrent_dropout=dropout())[0]
    hs = model.layer.forward(
        model.embedding.forward(tokens)[0], recurrent_dropout=dropout()
    )[0]
    assert_same(outputs, model.readout.forward(hs)[0])
    assert np.abs(outputs - model.forward(tokens)[0]).max() > 1e-3


def test_fit_uses_recurrent_dropout(model, batches):
    recorder = Recorder()
    history = quietly(model, batches, recorder, recurrent_dropout=dropout())
    again = dropout()
    for value, (tokens, targets) in zip(history, batches, strict=True):
        outputs, _, _ = model.forward(tokens, recurrent_dropout=again)
        assert value == softmax_cross_entropy(outputs, targets)[0]
    assert history != quietly(model, batches, Recorder())


def test_a_stack_can_be_trained_with_a_carried_state(batches):
    layer = Stacked([DepthGatedLSTM(D, 5), ClockworkRNN(5, 5, periods=[1]), GRU(5, H)])
    model = Model(Embedding(V, D), layer, Dense(H, V))
    first = quietly(model, batches * 20, Adam(0.01), carry=True)
    assert np.mean(first[-6:]) < np.mean(first[:6]) - 0.2
    with pytest.raises(ValueError, match=r"^batch: expected 2 rows, as in the state"):
        quietly(model, [batches[0], (np.ones((3, T), int),) * 2], SGD(), carry=True)


@pytest.mark.filterwarnings("ignore:overflow:RuntimeWarning")
@pytest.mark.filterwarnings("ignore:invalid value:RuntimeWarning")
def test_a_network_that_diverges_says_so_and_when():
    rng = np.random.default_rng(0)
    model = Model(None, SimpleRNN(D, H, activation="linear"), Dense(H, 1))
    random_params(model.params, rng)
    batch = rng.normal(size=(B, T, D)), rng.normal(size=(B, T, 1))
    message = (
        r"^hidden states: expected finite .* smaller learning rate .* \(step \d+\)$"
    )
    with pytest.raises(FloatingPointError, match=message):
        quietly(model, [batch] * 500, SGD(1.0), loss=mean_squared_error)


def both_ways():
    return Bidirectional(LSTM(D, H - 1), LSTM(D, 1))


@pytest.mark.parametrize(
    "layer",
    [
        both_ways(),
        Stacked([both_ways(), LSTM(H, H)]),
        Stacked([Stacked([both_ways()])]),
    ],
    ids=["Bidirectional", "stacked", "stacked twice"],
)
def test_a_state_that_knows_the_future_cannot_be_carried(layer, batches):
    model = Model(Embedding(V, D), layer, Dense(H, V))
    quietly(model, batches, Recorder())
    for run in (
        lambda: quietly(model, batches, Recorder(), carry=True),
        lambda: model.evaluate(batches, carry=True),
    ):
        with pytest.raises(
            ValueError, match=r"^carry: expected False, since a Bidirec"
        ):
            run()


def test_steps_end_an_endless_generator(model, batches):
    def endless():
        while True:
            yield batches[0]

    assert len(quietly(model, endless(), SGD(), steps=4)) == 4


def test_no_bar_prints_nothing(model, batches, capfd):
    model.fit(batches, SGD(), progress=False)
    assert capfd.readouterr() == ("", "")


def test_bar_shows_steps_and_loss(model, batches, capfd):
    history = model.fit(batches, SGD(), progress=True)
    err = capfd.readouterr().err
    assert "3/3" in err
    assert f"loss={history[-1]:.3f}" in err


def test_loss_that_is_not_finite_ends_training(model, batches):
    with pytest.raises(
        FloatingPointError, match="loss: expected a finite number, got nan"
    ):
        losses = iter([1.0, np.nan])
        loss = lambda outputs, targets: (next(losses), np.zeros_like(outputs))  # noqa: E731
        quietly(model, batches, SGD(), loss=loss)


# One step of training


SETTINGS = {
    "plain": lambda: {},
    "clip": lambda: {"clip": 0.01},
    "dropout": lambda: {"dropout": dropout()},
    "loss": lambda: {"loss": one_of_two},
}


def dropout(rate=0.4, seed=3):
    return Dropout(rate, np.random.default_rng(seed))


def one_of_two(outputs, targets, mask=None):
    """Every other target counts."""
    counts = np.arange(targets.size).reshape(targets.shape) % 2 == 0
    return softmax_cross_entropy(outputs, targets, counts)


@pytest.mark.parametrize("settings", SETTINGS.values(), ids=SETTINGS)
@pytest.mark.parametrize("masked", [False, True], ids=["all", "masked"])
def test_train_step_is_one_step_of_fit(model, batches, settings, masked):
    batch = (*batches[0], MASKS["middle"]) if masked else batches[0]
    twin = copy.deepcopy(model)
    before = model.params.copy()
    value, _ = model.train_step(batch, Adam(0.05), **settings())
    assert [value] == quietly(twin, [batch], Adam(0.05), **settings())
    assert_same(dict(model.params), dict(twin.params))
    assert all((array != before[name]).any() for name, array in model.params.items())


def test_train_steps_are_a_fit_with_carried_state(model, batches):
    twin, optimizer, draws = copy.deepcopy(model), Adam(0.05), dropout()
    history, state = [], None
    for batch in batches:
        value, state = model.train_step(batch, optimizer, state, dropout=draws)
        history.append(value)
    want = quietly(twin, batches, Adam(0.05), dropout=dropout(), carry=True)
    assert history == want
    assert_same(dict(model.params), dict(twin.params))


def test_train_step_returns_the_loss_before_the_step_and_the_last_state(model, batches):
    (tokens, targets), rng = batches[0], np.random.default_rng(4)
    first = type(model.layer.initial_state(B))(*rng.normal(size=(2, B, H)))
    outputs, last, _ = model.forward(tokens, first)
    value, state = model.train_step((tokens, targets), SGD(0.5), first)
    assert type(value) is float
    assert value == softmax_cross_entropy(outputs, targets)[0]
    assert_same(state, last)
    assert np.abs(model.forward(tokens, first)[0] - outputs).max() > 1e-3


# Dropout


def test_dropout_works_on_what_enters_the_layer_and_on_what_leaves_it(model, batches):
    tokens, draws = batches[0][0], dropout()
    xs, entering = draws.forward(model.embedding.forward(tokens)[0])
    hs, want, _ = model.layer.forward(xs)
    left, leaving = draws.forward(hs)
    outputs, state, _ = model.forward(tokens, dropout=dropout())
    assert_same(outputs, model.readout.forward(left)[0])
    assert_same(state, want)  # what the next step reads is whole
    assert 0 < (entering == 0).sum() < entering.size
    assert 0 < (leaving == 0).sum() < leaving.size


def test_without_dropout_nothing_is_dropped(model, batches):
    """Whatever was trained before: nothing of it stays in the model."""
    tokens, _ = batches[0]
    want = model.forward(tokens)[0]
    score = model.evaluate(batches)
    draws = dropout()
    model.forward(tokens, dropout=draws)
    before = draws.rng.bit_generator.state
    assert_same(model.forward(tokens)[0], want)
    assert model.evaluate(batches) == score
    assert draws.rng.bit_generator.state == before


def test_dropout_of_rate_zero_is_none(model, batches):
    twin = copy.deepcopy(model)
    history = quietly(model, batches, Adam(0.05), dropout=dropout(0))
    assert history == quietly(twin, batches, Adam(0.05))
    assert_same(dict(model.params), dict(twin.params))


def test_fit_uses_dropout(model, batches):
    recorder, draws = Recorder(), dropout()
    history = quietly(model, batches, recorder, dropout=dropout())
    for (tokens, targets), value, grads in zip(batches, history, recorder.grads):
        outputs, _, cache = model.forward(tokens, dropout=draws)
        want, doutputs = softmax_cross_entropy(outputs, targets)
        assert value == want
        assert_same(grads, model.backward(doutputs, cache)[2])
    assert history != quietly(model, batches, Recorder())


def test_a_cache_with_dropout_can_be_used_twice(model, batches):
    tokens, targets = batches[0]
    draws = dropout()
    outputs, _, cache = model.forward(tokens, dropout=draws)
    _, doutputs = softmax_cross_entropy(outputs, targets)
    _, dstate, grads = model.backward(doutputs, cache)
    model.forward(tokens, dropout=draws)
    _, again, twice = model.backward(doutputs, cache)
    assert_same((again, twice), (dstate, grads))


def test_dropout_keeps_float32():
    model = Model(None, LSTM(D, H, dtype=np.float32), Dense(H, V, dtype=np.float32))
    xs = np.ones((B, T, D), np.float32)
    outputs, _, cache = model.forward(xs, dropout=dropout())
    dxs, _, grads = model.backward(outputs, cache)
    found = [outputs, dxs, *grads.values()]
    assert {array.dtype for array in found} == {np.dtype(np.float32)}


# Evaluation


def entry_by_entry(model, batch, loss=softmax_cross_entropy):
    """The loss of each target that counts, one at a time."""
    inputs, targets, *mask = batch
    outputs, _, _ = model.forward(inputs)
    counts = mask[0] if mask else np.ones(targets.shape[:2], bool)
    return [loss(outputs[at][None], targets[at][None])[0]
            for at in zip(*np.nonzero(counts))]  # fmt: skip


def batches_of_many_shapes(rng):
    found = [
        tuple(rng.integers(0, V, (2, *shape))) for shape in [(B, T), (1, 1), (3, 7)]
    ]
    padded = tuple(rng.integers(0, V, (2, B, T)))
    return [*found, *((*padded, mask) for mask in MASKS.values() if mask is not None)]


def test_evaluate_is_the_mean_over_all_entries_that_count(model):
    batches = batches_of_many_shapes(np.random.default_rng(5))
    entries = [value for batch in batches for value in entry_by_entry(model, batch)]
    assert len(entries) == 10 + 1 + 21 + 7 + 7 + 7 + 4
    found = model.evaluate(batches)
    assert_close(found, np.mean(entries))
    # The mean of the batches' means is another number: the test sees the difference.
    means = [np.mean(entry_by_entry(model, batch)) for batch in batches]
    assert abs(np.mean(means) - found) > 1e-3


def test_evaluate_numbers_with_and_without_a_mask():
    """A mask (B,T) says of K numbers at once whether they count."""
    rng = np.random.default_rng(6)
    model = Model(None, LSTM(D, H), Dense(H, 3))
    random_params(model.params, rng)
    shapes, masks = [(B, T), (3, 2), (B, T)], [MASKS["start"], None, None]
    batches = [
        (rng.normal(size=(*shape, D)), rng.normal(size=(*shape, 3)), mask)
        for shape, mask in zip(shapes, masks, strict=True)
    ]
    errors = [
        (model.forward(inputs)[0] - targets)[... if mask is None else mask].ravel() ** 2
        for inputs, targets, mask in batches
    ]
    found = model.evaluate(batches, loss=mean_squared_error)
    assert_close(found, np.concatenate(errors).mean())


def test_evaluate_a_loss_of_the_last_step(model):
    """One target per row: short and long rows count alike."""

    def last_step(outputs, targets):
        loss, gradient = softmax_cross_entropy(outputs[:, -1], targets)
        return loss, gradient

    rng = np.random.default_rng(7)
    batches = [
        (rng.integers(0, V, (rows, steps)), rng.integers(0, V, rows))
        for rows, steps in [(1, 9), (4, 2)]
    ]
    values = [
        softmax_cross_entropy(model.forward(inputs[k : k + 1])[0][0, -1], targets[k])[0]
        for inputs, targets in batches
        for k in range(len(inputs))
    ]
    assert_close(model.evaluate(batches, loss=last_step), np.mean(values))


def test_evaluate_with_carried_state_is_one_pass(model):
    ids = np.random.default_rng(8).integers(0, V, 41)
    whole = list(text.contiguous_batches(ids, 2, 99))
    pieces = list(text.contiguous_batches(ids, 2, 6))
    assert len(whole) == 1 and [x.shape[1] for x, _ in pieces] == [6, 6, 6, 2]
    want = model.evaluate(whole)
    assert_close(model.evaluate(pieces, carry=True), want)
    assert_close(model.evaluate(whole, carry=True), want)
    assert abs(model.evaluate(pieces) - want) > 1e-3
    alone = [model.evaluate([batch]) for batch in pieces]
    assert_close(model.evaluate(pieces), np.average(alone, weights=[6, 6, 6, 2]))


def test_evaluate_changes_nothing(model, batches):
    before, given = model.params.copy(), copy.deepcopy(batches)
    first = model.evaluate(batches, carry=True)
    assert_same(dict(model.params), before)
    assert_same(tuple(batches), tuple(given))
    assert model.evaluate(batches, carry=True) == first


def test_evaluate_reads_a_generator_once(model, batches):
    handed = []

    def once():
        for batch in batches:
            handed.append(batch)
            yield batch

    found = model.evaluate(once())
    assert len(handed) == len(batches)
    assert found == model.evaluate(batches)
    assert type(found) is float


def test_evaluate_gives_the_perplexity_of_a_fair_die():
    model = Model(Embedding(V, D), LSTM(D, H), Dense(H, V))
    model.readout.params = {"W": np.zeros((H, V)), "b": np.zeros(V)}
    batches = [(np.zeros((B, T), int), np.ones((B, T), int))]
    assert_close(text.perplexity(model.evaluate(batches)), V)


def test_generation_carries_the_state():
    """Greedy generation equals one pass over prompt and answer, symbol by symbol."""
    rng = np.random.default_rng(6)
    vocabulary = text.Vocabulary("a rose is a rose")
    V = len(vocabulary)
    model = Model(Embedding(V, 3, rng=rng), LSTM(3, 4, rng=rng), Dense(4, V, rng=rng))
    for array in model.params.values():
        array[...] = 3 * rng.normal(size=array.shape)
    prompt, length = "a rose", 12
    drawn = text.generate(model, vocabulary, prompt, length, temperature=0)
    logits, _, _ = model.forward(vocabulary.encode(prompt + "".join(drawn))[None])
    likeliest = logits[0, len(prompt) - 1 : -1].argmax(axis=-1)
    assert drawn == vocabulary.decode(likeliest)
    assert len(set(drawn)) > 1  # or the state could not matter
