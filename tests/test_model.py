"""The small model and its training."""

import numpy as np
import pytest
from cases import B, D, H, T, assert_close, random_params

from lib import (
    LSTM,
    SGD,
    Adam,
    Dense,
    Embedding,
    Model,
    SimpleRNN,
    clip_by_norm,
    mean_squared_error,
    norm,
    softmax_cross_entropy,
    text,
)

V = 6


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
    with pytest.raises(FloatingPointError, match="loss: nan at step 1"):
        losses = iter([1.0, np.nan])
        loss = lambda outputs, targets: (next(losses), np.zeros_like(outputs))  # noqa: E731
        quietly(model, batches, SGD(), loss=loss)


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
