"""Every gradient, against finite differences and against a second computation."""

import numpy as np
import pytest
from cases import (
    CASES,
    MASKS,
    WHOLE,
    B,
    D,
    H,
    T,
    V,
    assert_close,
    assert_gradients,
    assert_layer_gradients,
    chained_steps,
    floats,
    forward_backward,
    random_layer,
    random_params,
    random_run,
    tied_model,
)

import lib
from lib import (
    LSTM,
    Dense,
    Dropout,
    Embedding,
    Model,
    TiedDense,
    fused,
    gradcheck,
)
from lib.activations import ACTIVATIONS
from lib.gradcheck import directional_errors

layers = pytest.mark.parametrize("case", CASES)
layers_and_whole = pytest.mark.parametrize("case", CASES | WHOLE)
masks = pytest.mark.parametrize("mask", MASKS.values(), ids=MASKS)


def assert_small(loss, arrays, grads):
    """`directional_errors` of a loss that reads these arrays."""
    assert_gradients(lambda rng: directional_errors(loss, arrays, grads, rng))


def ends(dstate, state):
    """The part of a loss that weighs the last state."""
    weights = floats(dstate)
    return sum(float((weights[n] * a).sum()) for n, a in floats(state).items())


# Recurrent layers


@masks
@layers_and_whole
def test_layer_against_finite_differences(case, mask):
    layer = random_layer(case)
    assert_layer_gradients(layer, random_run(layer), mask)


@layers_and_whole
def test_layer_without_a_given_state(case):
    layer = random_layer(case)
    run = random_run(layer)
    run.state = None
    assert_layer_gradients(layer, run)


@masks
@layers
def test_forward_and_backward_equal_chained_steps(case, mask):
    layer = random_layer(case)
    run = random_run(layer)
    assert_close(forward_backward(layer, run, mask), chained_steps(layer, run, mask))


# A batch of one goes through other products.
@pytest.mark.parametrize("row", [0, 1])
@masks
@layers
def test_batch_of_one_equals_chained_steps(case, mask, row):
    mask = None if mask is None else mask[row : row + 1]
    layer = random_layer(case)
    run = random_run(layer, B=1)
    assert_close(forward_backward(layer, run, mask), chained_steps(layer, run, mask))
    assert_layer_gradients(layer, run, mask)


def in_two_chunks(layer, run, mask, cut):
    """As `forward_backward`, in two calls of each: the state goes on, its gradient back."""
    first, second = (None, None) if mask is None else (mask[:, :cut], mask[:, cut:])
    hs1, state, cache1 = layer.forward(run.xs[:, :cut], run.state, first)
    hs2, state, cache2 = layer.forward(run.xs[:, cut:], state, second)
    dxs2, dstate, grads2 = layer.backward(run.dhs[:, cut:], cache2, run.dstate)
    dxs1, dstate, grads1 = layer.backward(run.dhs[:, :cut], cache1, dstate)
    return {
        "hs": np.concatenate([hs1, hs2], 1),
        "state": state,
        "dxs": np.concatenate([dxs1, dxs2], 1),
        "dstate": dstate,
        "grads": {name: grads1[name] + grads2[name] for name in grads1},
    }


@pytest.mark.parametrize("cut", [1, 2, 4])
@masks
@layers
def test_two_chunks_equal_the_whole(case, mask, cut):
    layer = random_layer(case)
    run = random_run(layer)
    chunks = in_two_chunks(layer, run, mask, cut)
    assert_close(chunks, forward_backward(layer, run, mask))


@pytest.mark.parametrize("cut", [1, 3])
@layers
def test_two_chunks_against_finite_differences(case, cut):
    layer, mask = random_layer(case), MASKS["middle"]
    run = random_run(layer)

    def loss():
        found = in_two_chunks(layer, run, mask, cut)
        return float((run.dhs * found["hs"]).sum()) + ends(run.dstate, found["state"])

    found = in_two_chunks(layer, run, mask, cut)
    arrays = {"xs": run.xs, **floats(run.state), **layer.params}
    grads = {"xs": found["dxs"], **floats(found["dstate"]), **found["grads"]}
    assert_small(loss, arrays, grads)


@layers
def test_sequence_longer_than_a_block(case):
    layer = random_layer(case)
    run = random_run(layer, B=40, T=30)
    assert 40 * 30 > 2 * fused.BLOCK_ROWS
    mask = np.random.default_rng(3).random((40, 30)) < 0.8
    assert_close(forward_backward(layer, run, mask), chained_steps(layer, run, mask))


@pytest.mark.parametrize("rows", [1, 4, 6, 10])
@masks
@layers_and_whole
def test_length_of_a_block_changes_nothing(case, mask, rows, monkeypatch):
    layer = random_layer(case)
    run = random_run(layer)
    whole = forward_backward(layer, run, mask)
    monkeypatch.setattr(fused, "BLOCK_ROWS", rows)
    assert_close(forward_backward(layer, run, mask), whole)


@masks
@layers_and_whole
def test_float32_against_float64(case, mask):
    narrow, wide = random_layer(case, dtype=np.float32), random_layer(case)
    wide.params.update(narrow.params)  # the same rounded numbers
    run = random_run(narrow)
    want = forward_backward(wide, run, mask)
    assert_close(forward_backward(narrow, run, mask), want, 2e-6)
    if case in CASES:
        assert_close(chained_steps(narrow, run, mask), want, 2e-6)


# The check itself: it must see a fault in any one gradient.


@pytest.mark.parametrize("fault", ["xs", "state.h", "state.c", *LSTM(1, 1).params])
def test_gradcheck_sees_a_wrong_gradient(fault):
    class Faulty(LSTM):
        def backward(self, dhs, cache, dstate=None):
            dxs, dstate, grads = super().backward(dhs, cache, dstate)
            wrong = {"xs": dxs, "state.h": dstate.h, "state.c": dstate.c, **grads}[
                fault
            ]
            wrong.flat[0] *= 1.01  # of one entry, by one percent
            return dxs, dstate, grads

    layer = Faulty(D, H)
    random_params(layer.params, np.random.default_rng(1))
    run = random_run(layer)
    errors = gradcheck(layer, run.xs, run.state)
    assert [name for name, error in errors.items() if error > 1e-6] == [fault]


def test_gradcheck_changes_nothing():
    layer = random_layer("LSTM")
    run = random_run(layer)
    before = {name: array.copy() for name, array in layer.params.items()}, run.xs.copy()
    gradcheck(layer, run.xs, run.state)
    assert_close((dict(layer.params), run.xs), before, 0)


@layers_and_whole
def test_gradcheck_moves_numbers_of_its_own(case):
    layer = random_layer(case)
    run = random_run(layer)
    for array in (run.xs, *floats(run.state).values()):
        array.flags.writeable = False
    gradcheck(layer, run.xs, run.state)


# Around the layers


@pytest.mark.parametrize("shape", [(D,), (B, D), (B, T, D)], ids=str)
def test_dense(shape):
    rng = np.random.default_rng(0)
    dense = Dense(D, H)
    random_params(dense.params, rng)
    x, dy = rng.normal(size=shape), rng.normal(size=(*shape[:-1], H))
    dx, grads = dense.backward(dy, dense.forward(x)[1])

    def loss():
        return float((dy * dense.forward(x)[0]).sum())

    assert_small(loss, {"x": x, **dense.params}, {"x": dx, **grads})


def test_bias_gradient_of_many_rows_is_exact_in_float32():
    dense, rows = Dense(1, 1, dtype=np.float32), 2**20
    dy = np.full((rows, 1), 0.1, np.float32)
    _, grads = dense.backward(dy, dense.forward(np.ones((rows, 1)))[1])
    assert_close(grads["b"], dy.sum(0, dtype=np.float64), 1e-7)


# Repeated tokens: their gradients add up. Token 5 is never used: its gradient is zero.
@pytest.mark.parametrize(
    "tokens", [4, [0, 3, 3], [[1, 1, 2, 0], [4, 1, 0, 1]]], ids=str
)
def test_embedding(tokens):
    rng = np.random.default_rng(0)
    embedding = Embedding(6, D)
    dx = rng.normal(size=(*np.shape(tokens), D))
    grads = embedding.backward(dx, embedding.forward(np.array(tokens))[1])

    def loss():
        return float((dx * embedding.forward(np.array(tokens))[0]).sum())

    assert_small(loss, embedding.params, grads)
    assert not grads["W"][5].any()


@pytest.mark.parametrize("shape", [(H,), (B, H), (B, T, H)], ids=str)
def test_tied_dense(shape):
    rng = np.random.default_rng(0)
    readout = TiedDense(Embedding(V, H))
    random_params(readout.embedding.params, rng)
    random_params(readout.params, rng)
    x, dy = rng.normal(size=shape), rng.normal(size=(*shape[:-1], V))
    dx, grads = readout.backward(dy, readout.forward(x)[1])

    def loss():
        return float((dy * readout.forward(x)[0]).sum())

    arrays = {"x": x, **readout.embedding.params, **readout.params}
    assert_small(loss, arrays, {"x": dx, **grads})


def model_of(kind, rng):
    if kind == "tied":
        return tied_model()
    model = Model(
        Embedding(V, D) if kind == "tokens" else None, LSTM(D, H), Dense(H, V)
    )
    random_params(model.params, rng)
    return model


# The numbers that are dropped are drawn anew in each call: the same seed freezes them.
@pytest.mark.parametrize("rate", [None, 0, 0.4])
@masks
@pytest.mark.parametrize("kind", ["tied", "tokens", "inputs"])
def test_model_with_dropout(kind, mask, rate):
    rng = np.random.default_rng(0)
    model = model_of(kind, rng)
    run = random_run(model.layer)
    inputs = run.xs if kind == "inputs" else rng.integers(0, V, (B, T))
    targets = rng.integers(0, V, (B, T))

    def forward():
        dropout = None if rate is None else Dropout(rate, np.random.default_rng(7))
        return model.forward(inputs, run.state, mask, dropout)

    def loss():
        outputs, state, _ = forward()
        value, _ = lib.softmax_cross_entropy(outputs, targets)
        return value + ends(run.dstate, state)

    outputs, _, cache = forward()
    _, doutputs = lib.softmax_cross_entropy(outputs, targets)
    dinputs, dstate, grads = model.backward(doutputs, cache, run.dstate)
    arrays, found = (
        {**model.params, **floats(run.state)},
        {**grads, **floats(dstate)},
    )
    if kind == "inputs":
        arrays["inputs"], found["inputs"] = inputs, dinputs
    assert list(grads) == list(model.params)
    assert_small(loss, arrays, found)


@pytest.mark.parametrize("with_tokens", [True, False], ids=["tokens", "inputs"])
@layers_and_whole
def test_model(case, with_tokens):
    rng, layer = np.random.default_rng(0), random_layer(case)
    embedding = Embedding(6, D) if with_tokens else None
    model = Model(embedding, layer, Dense(layer.hidden_size, 7))
    random_params(model.params, rng)
    run = random_run(model.layer)
    inputs = rng.integers(0, 6, (B, T)) if with_tokens else run.xs
    targets = rng.integers(0, 7, (B, T))

    def loss():
        outputs, state, _ = model.forward(inputs, run.state, MASKS["middle"])
        value, _ = lib.softmax_cross_entropy(outputs, targets)
        return value + ends(run.dstate, state)

    outputs, _, cache = model.forward(inputs, run.state, MASKS["middle"])
    _, doutputs = lib.softmax_cross_entropy(outputs, targets)
    dinputs, dstate, grads = model.backward(doutputs, cache, run.dstate)
    arrays, found = (
        {**model.params, **floats(run.state)},
        {**grads, **floats(dstate)},
    )
    if with_tokens:
        assert dinputs is None
    else:
        arrays["inputs"], found["inputs"] = inputs, dinputs
    assert_small(loss, arrays, found)


def targets_of(loss, rng):
    if loss is lib.softmax_cross_entropy:
        return rng.integers(0, H, (B, T))
    if loss is lib.sigmoid_cross_entropy:
        return rng.integers(0, 2, (B, T, H)).astype(float)
    return rng.normal(size=(B, T, H))


@pytest.mark.parametrize("masked", [False, True])
@pytest.mark.parametrize(
    "function",
    [lib.softmax_cross_entropy, lib.sigmoid_cross_entropy, lib.mean_squared_error],
    ids=lambda f: f.__name__,
)
def test_loss(function, masked):
    rng = np.random.default_rng(0)
    outputs, targets = rng.normal(size=(B, T, H)), targets_of(function, rng)
    shape = (B, T, H) if function is lib.sigmoid_cross_entropy else (B, T)
    mask = rng.random(shape) < 0.6 if masked else None
    _, doutputs = function(outputs, targets, mask)

    def loss():
        return function(outputs, targets, mask)[0]

    assert_small(loss, {"outputs": outputs}, {"outputs": doutputs})
    if masked:
        assert not doutputs[~mask].any()


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_slope(name):
    function, slope = ACTIVATIONS[name]
    a = np.array([-3.0, -1.1, -0.2, 0.3, 0.9, 2.5])
    numeric = (function(a + 1e-6) - function(a - 1e-6)) / 2e-6
    assert_close(slope(function(a)), numeric, 1e-9)
