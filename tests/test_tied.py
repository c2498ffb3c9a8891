"""The read-out that shares the matrix of the embedding."""

import copy
import pickle

import numpy as np
import pytest
from cases import (
    MASKS,
    B,
    H,
    T,
    V,
    assert_close,
    assert_same,
    copied,
    random_params,
    tied_model,
)

from lib import (
    LSTM,
    Adam,
    Dense,
    Embedding,
    Model,
    TiedDense,
    convert,
    softmax_cross_entropy,
)

dtypes = pytest.mark.parametrize(
    "dtype", [np.float32, np.float64], ids=["float32", "float64"]
)
duplicates = pytest.mark.parametrize(
    "duplicate",
    [copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))],
    ids=["deepcopy", "pickle"],
)


@pytest.fixture
def model():
    return tied_model()


@pytest.fixture
def batch():
    return tuple(np.random.default_rng(2).integers(0, V, (2, B, T)))


def tied(dtype=np.float64):
    """A read-out alone, with random numbers."""
    readout = TiedDense(Embedding(V, H, dtype=dtype))
    rng = np.random.default_rng(1)
    random_params(readout.embedding.params, rng)
    random_params(readout.params, rng)
    return readout


def gradients(model, batch):
    inputs, targets = batch
    outputs, _, cache = model.forward(inputs)
    return model.backward(softmax_cross_entropy(outputs, targets)[1], cache)[2]


# The read-out


def test_by_hand():
    readout = TiedDense(Embedding(3, 2))
    readout.embedding.params["W"] = [[1, 2], [3, 4], [-5, 6]]
    readout.params["b"] = [0.5, 0, -1]
    y, cache = readout.forward([[2, -1]])
    assert y.tolist() == [[0.5, 2, -17]]
    dx, grads = readout.backward([[1, 2, -1]], cache)
    assert dx.tolist() == [[1 + 6 + 5, 2 + 8 - 6]]
    assert grads["W"].tolist() == [[2, -1], [4, -2], [-2, 1]]
    assert grads["b"].tolist() == [1, 2, -1]


def test_the_bias_alone_is_its_own():
    readout = TiedDense(Embedding(V, H))
    assert {name: p.shape for name, p in readout.params.items()} == {"b": (V,)}
    assert not readout.params["b"].any()
    assert (readout.input_size, readout.output_size) == (H, V)


def test_equals_dense_with_the_matrix_transposed():
    readout, dense = tied(), Dense(H, V)
    dense.params = {"W": readout.embedding.params["W"].T, "b": readout.params["b"]}
    rng = np.random.default_rng(3)
    x, dy = rng.normal(size=(B, T, H)), rng.normal(size=(B, T, V))
    y, cache = readout.forward(x)
    want, dense_cache = dense.forward(x)
    assert_close(y, want)
    dx, grads = readout.backward(dy, cache)
    want_dx, want = dense.backward(dy, dense_cache)
    assert_close((dx, grads), (want_dx, {"W": want["W"].T, "b": want["b"]}))


def test_it_reads_the_embedding_of_the_moment():
    readout, x = tied(), np.ones((B, H))
    before, _ = readout.forward(x)
    readout.embedding.params["W"] = readout.embedding.params["W"] + 0.1
    assert_close(readout.forward(x)[0], before + 0.1 * H)


def test_the_cache_keeps_nothing_of_what_it_was_given_or_gave():
    readout, rng = tied(), np.random.default_rng(3)
    x, dy = rng.normal(size=(B, T, H)), rng.normal(size=(B, T, V))
    given = copied((x, dy, dict(readout.params), readout.embedding.params["W"]))
    y, cache = readout.forward(x)
    want = copied(readout.backward(dy, cache))
    assert_same(
        (x, dy, dict(readout.params), readout.embedding.params["W"]), given, "given"
    )
    for array in (x, y, readout.params["b"], readout.embedding.params["W"]):
        array[...] = 7
    first = readout.backward(dy, cache)
    assert_same(first, want)
    for array in (first[0], *first[1].values()):
        array[...] = 7
    assert_same(readout.backward(dy, cache), want)


@dtypes
def test_dtype_goes_in_and_comes_out(dtype):
    readout = tied(dtype)
    y, cache = readout.forward(np.ones((B, H), dtype).tolist())
    dx, grads = readout.backward(np.ones((B, V), dtype), cache)
    found = [y, dx, *grads.values(), *readout.params.values()]
    assert {array.dtype for array in found} == {np.dtype(dtype)}


def test_float32_against_float64():
    wide, narrow = tied(), tied(np.float32)
    rng = np.random.default_rng(3)
    x, dy = rng.normal(size=(B, T, H)), rng.normal(size=(B, T, V))
    results = []
    for readout in (narrow, wide):
        y, cache = readout.forward(x)
        results.append((y, *readout.backward(dy, cache)))
    assert_close(*results, 2e-6)


def test_bias_gradient_of_many_rows_is_exact_in_float32():
    readout, rows = TiedDense(Embedding(1, 1, dtype=np.float32)), 2**20
    dy = np.full((rows, 1), 0.1, np.float32)
    _, grads = readout.backward(dy, readout.forward(np.ones((rows, 1)))[1])
    assert_close(grads["b"], dy.sum(0, dtype=np.float64), 1e-7)


# In a model


def test_each_parameter_is_listed_once(model):
    layers = [f"layer.{name}" for name in model.layer.params]
    assert list(model.params) == ["embedding.W", *layers, "readout.b"]
    arrays = list(model.params.values())
    for k, array in enumerate(arrays):
        assert not any(np.shares_memory(array, other) for other in arrays[:k])
    count = sum(array.size for array in arrays)
    assert count == V * H + 4 * H * (2 * H + 1) + V


def test_the_gradient_of_the_matrix_is_the_sum_of_both_uses(model, batch):
    apart = Model(Embedding(V, H), LSTM(H, H), Dense(H, V))
    W = model.params["embedding.W"]
    apart.params = dict(model.params) | {"readout.W": W.T}
    want = gradients(apart, batch)
    both = want["embedding.W"], want.pop("readout.W").T
    assert all(np.abs(part).max() > 1e-3 for part in both)
    want["embedding.W"] = sum(both)
    assert_close(gradients(model, batch), want)


def test_both_uses_are_one_array(model, batch):
    before = model.forward(batch[0])[0]
    model.params["embedding.W"] = model.params["embedding.W"] + 0.1
    x, W, b = np.ones((1, H)), model.embedding.params["W"], model.params["readout.b"]
    assert_close(model.readout.forward(x)[0], x @ W.T + b)
    assert np.abs(model.forward(batch[0])[0] - before).min() > 1e-6


def test_backward_twice_on_one_cache(model, batch):
    outputs, _, cache = model.forward(batch[0])
    doutputs = softmax_cross_entropy(outputs, batch[1])[1]
    first = model.backward(doutputs, cache)[2]
    kept = copied(first)
    assert_same(model.backward(doutputs, cache)[2], kept)
    assert_same(first, kept)


@duplicates
def test_a_copy_keeps_the_tie(model, batch, duplicate):
    want = model.forward(batch[0])[0], gradients(model, batch)
    twin = duplicate(model)
    assert_same((twin.forward(batch[0])[0], gradients(twin, batch)), want)
    assert twin.readout.embedding is twin.embedding is not model.embedding
    x = np.ones((1, H))
    before = twin.readout.forward(x)[0]
    twin.embedding.params["W"] = twin.embedding.params["W"] + 0.1
    assert_close(twin.readout.forward(x)[0], before + 0.1 * H)
    assert_same((model.forward(batch[0])[0], gradients(model, batch)), want)


@duplicates
def test_every_parameter_of_a_copy_takes_effect(model, batch, duplicate):
    twin = duplicate(model)
    for name in model.params:
        before = twin.forward(batch[0])[0]
        twin.params[name] = twin.params[name] + 0.1
        assert np.abs(twin.forward(batch[0])[0] - before).max() > 1e-5, name


def test_parameters_there_and_back(model, batch):
    kept, want = model.params.copy(), model.forward(batch[0])[0]
    for name in model.params:
        model.params[name] += 1
    model.params = kept  # back to the best so far
    assert_same(model.forward(batch[0])[0], want)


def test_float32_model(batch):
    model = tied_model(np.float32)
    outputs, state, cache = model.forward(batch[0])
    _, doutputs = softmax_cross_entropy(outputs, batch[1])
    _, dstate, grads = model.backward(doutputs, cache)
    found = [outputs, *state, *dstate, *grads.values()]
    assert {array.dtype for array in found} == {np.dtype(np.float32)}
    wide = tied_model()
    wide.params.update(model.params)
    assert_close(outputs, wide.forward(batch[0])[0], 2e-6)
    assert_close(grads, gradients(wide, batch), 2e-6)


def test_it_learns(model, batch):
    history = model.fit([batch] * 150, Adam(0.05), progress=False)
    assert history[-1] < 0.1 * history[0]


@dtypes
def test_equals_pytorch(dtype, batch):
    import torch  # here alone, so that the other tests, and the mutants, start at once

    model = tied_model(dtype)
    W = torch.tensor(model.params["embedding.W"], requires_grad=True)
    b = torch.tensor(model.params["readout.b"], requires_grad=True)
    lstm = convert.to_torch(model.layer)
    inputs, targets = (torch.tensor(part) for part in batch)
    hs, _ = lstm(torch.nn.functional.embedding(inputs, W))
    logits = torch.nn.functional.linear(hs, W, b)
    loss = torch.nn.functional.cross_entropy(logits.flatten(0, 1), targets.flatten())
    loss.backward()

    tolerance = {np.float32: 2e-6, np.float64: 1e-9}[dtype]
    outputs, _, cache = model.forward(batch[0])
    assert_close(outputs, logits.detach().numpy(), tolerance)
    value, doutputs = softmax_cross_entropy(outputs, batch[1])
    assert_close(value, loss.item(), tolerance)
    grads = model.backward(doutputs, cache)[2]
    assert_close(grads["embedding.W"], W.grad.numpy(), tolerance)
    assert_close(grads["readout.b"], b.grad.numpy(), tolerance)
    for kind, weight in (("x", lstm.weight_ih_l0), ("h", lstm.weight_hh_l0)):
        gates = [grads[f"layer.W_{kind}{k}"] for k in "ifgo"]
        assert_close(np.concatenate(gates, 1).T, weight.grad.numpy(), tolerance)
    biases = [grads[f"layer.b_{k}"] for k in "ifgo"]
    assert_close(np.concatenate(biases), lstm.bias_ih_l0.grad.numpy(), tolerance)


def test_equals_an_embedding_and_a_linear_module_of_pytorch_that_share_a_weight(batch):
    """The same with modules, as others write it: nothing here is our own but the numbers."""
    import torch

    model = tied_model()
    embedding = torch.nn.Embedding(V, H, dtype=torch.float64)
    linear = torch.nn.Linear(H, V, dtype=torch.float64)
    linear.weight = embedding.weight
    lstm = convert.to_torch(model.layer)
    with torch.no_grad():
        embedding.weight.copy_(torch.tensor(model.params["embedding.W"]))
        linear.bias.copy_(torch.tensor(model.params["readout.b"]))
    inputs, targets = (torch.tensor(part) for part in batch)
    logits = linear(lstm(embedding(inputs))[0])
    torch.nn.CrossEntropyLoss()(logits.transpose(1, 2), targets).backward()
    assert_close(model.forward(batch[0])[0], logits.detach().numpy())
    grads = gradients(model, batch)
    assert_close(grads["embedding.W"], embedding.weight.grad.numpy())
    assert_close(grads["readout.b"], linear.bias.grad.numpy())


def test_a_mask_and_a_state_go_through(model, batch):
    """Padded steps copy the state: the read-out sees it."""
    mask, rng = MASKS["middle"], np.random.default_rng(3)
    state = type(model.layer.initial_state(B))(*rng.normal(size=(2, B, H)))
    outputs, _, _ = model.forward(batch[0], state, mask)
    hs, _, _ = model.layer.forward(model.params["embedding.W"][batch[0]], state, mask)
    want = hs @ model.params["embedding.W"].T + model.params["readout.b"]
    assert_close(outputs, want)


# Bad input

embedding, lstm = Embedding(V, H), LSTM(H, H)
OTHER = "readout: expected one that is tied to the embedding of this model"


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: TiedDense(Dense(H, V)), TypeError, "embedding: expected an Embedding, got Dense"),
        (lambda: TiedDense(None), TypeError, "embedding: expected an Embedding, got NoneType"),
        (lambda: TiedDense(V), TypeError, "embedding: expected an Embedding, got int"),
        (lambda: Model(embedding, lstm, TiedDense(Embedding(V, H))), ValueError, OTHER),
        (lambda: Model(None, lstm, TiedDense(embedding)), ValueError, OTHER),
        (
            lambda: Model(embedding, LSTM(H, H + 1), TiedDense(embedding)),
            ValueError,
            "readout: expected input_size 5, the layer's hidden_size, got 4",
        ),
        (
            lambda: Model(embedding, LSTM(H, H, dtype=np.float32), TiedDense(embedding)),
            ValueError,
            "embedding: expected dtype float32, the layer's, got float64",
        ),
        (
            lambda: tied().forward(np.ones((B, V))),
            ValueError,
            r"x: expected shape \(2, 4\), got \(2, 6\)",
        ),
        (lambda: tied().forward([1.0, 2.0, 3.0, np.nan]), ValueError, "x: expected finite numbers"),
        (lambda: tied().forward("four"), TypeError, "x: expected real numbers, got dtype <U4"),
        (
            lambda: tied().backward(np.ones((B, H)), tied().forward(np.ones((B, H)))[1]),
            ValueError,
            r"dy: expected shape \(2, 6\), got \(2, 4\)",
        ),
        (
            lambda: tied().params.update(W=np.ones((V, H))),
            ValueError,
            "name: expected one of b, got 'W'",
        ),
        (
            lambda: setattr(tied(), "params", {"b": np.ones(H)}),
            ValueError,
            r"params\['b'\]: expected shape \(6\), got \(4,\)",
        ),
        (
            lambda: setattr(tied_model(), "params", {"readout.b": np.ones(V)}),
            ValueError,
            "params: expected the names embedding.W, layer.W_xi, ",
        ),
    ],
)  # fmt: skip
def test_bad_input_names_the_argument(call, error, message):
    with pytest.raises(error, match=message):
        call()
