"""Outputs and gradients are those of PyTorch and Keras, both ways.

Their automatic differentiation is the independent source of every gradient.
"""

import subprocess
import sys

import numpy as np
import pytest
import torch
from cases import (
    MASKS,
    B,
    D,
    H,
    T,
    assert_close,
    forward_backward,
    random_layer,
    random_run,
)
from torch.nn.utils import parametrizations

from lib import LSTM, Dense, Embedding, SimpleRNN, convert, frameworks
from lib.frameworks import keras, tensorflow

dtypes = pytest.mark.parametrize(
    "dtype", [np.float32, np.float64], ids=["float32", "float64"]
)
TOLERANCE = {np.float32: 2e-6, np.float64: 1e-9}


def gradients_by_name(layer, dW_x, dW_h, db):
    """Gradients of fused matrices (., K H), cut into the gates i, f, g, o, or h alone."""
    names = "ifgo" if isinstance(layer, LSTM) else "h"
    found = {}
    for k, name in enumerate(names):
        gate = slice(k * H, (k + 1) * H)
        found[f"W_x{name}"] = dW_x[:, gate]
        found[f"W_h{name}"] = dW_h[:, gate]
        found[f"b_{name}"] = db[gate]
    return found


class Other(LSTM):
    """A subclass may compute something else."""


# PyTorch


def torch_run(module, layer, run):
    """What `forward_backward` returns, from PyTorch."""
    xs = torch.tensor(run.xs, requires_grad=True)
    first = [torch.tensor(field[None], requires_grad=True) for field in run.state]
    hs, last = module(xs, tuple(first) if len(first) == 2 else first[0])
    last = last if len(first) == 2 else (last,)
    loss = (hs * torch.tensor(run.dhs)).sum()
    for field, gradient in zip(last, run.dstate, strict=True):
        loss = loss + (field[0] * torch.tensor(gradient)).sum()
    loss.backward()
    # Two biases, one sum: they share their gradient.
    assert_close(module.bias_hh_l0.grad.numpy(), module.bias_ih_l0.grad.numpy(), 2e-6)
    dW_x, dW_h, db = (
        getattr(module, name).grad.numpy().T
        for name in ("weight_ih_l0", "weight_hh_l0", "bias_ih_l0")
    )
    return {
        "hs": hs.detach().numpy(),
        "state": tuple(field[0].detach().numpy() for field in last),
        "dxs": xs.grad.numpy(),
        "dstate": tuple(field.grad[0].numpy() for field in first),
        "grads": gradients_by_name(layer, dW_x, dW_h, db),
    }


@pytest.mark.parametrize("case", ["SimpleRNN-tanh", "SimpleRNN-relu", "LSTM"])
@dtypes
def test_to_torch(case, dtype):
    layer = random_layer(case, dtype=dtype)
    module, run = convert.to_torch(layer), random_run(layer)
    assert_close(
        forward_backward(layer, run), torch_run(module, layer, run), TOLERANCE[dtype]
    )


@pytest.mark.parametrize(
    "make",
    [
        lambda **a: torch.nn.RNN(D, H, nonlinearity="tanh", **a),
        lambda **a: torch.nn.RNN(D, H, nonlinearity="relu", **a),
        lambda **a: torch.nn.LSTM(D, H, **a),
    ],
    ids=["SimpleRNN-tanh", "SimpleRNN-relu", "LSTM"],
)
@dtypes
def test_from_torch(make, dtype):
    torch.manual_seed(0)
    wide = torch.float64 if dtype == np.float64 else torch.float32
    module = make(
        batch_first=True, dtype=wide
    )  # its own weights: both biases are random
    assert all(
        bool((bias != 0).all()) for bias in (module.bias_ih_l0, module.bias_hh_l0)
    )
    layer = convert.from_torch(module)
    assert layer.dtype == dtype
    run = random_run(layer)
    assert_close(
        forward_backward(layer, run), torch_run(module, layer, run), TOLERANCE[dtype]
    )


@pytest.mark.parametrize("case", ["SimpleRNN-tanh", "SimpleRNN-relu", "LSTM"])
def test_there_and_back_by_torch(case):
    layer = random_layer(case)
    back = convert.from_torch(convert.to_torch(layer))
    assert_close(dict(back.params), dict(layer.params), 0)


def test_from_torch_does_not_ask_for_batch_first():
    torch.manual_seed(0)
    module = torch.nn.LSTM(D, H, dtype=torch.float64)
    xs = np.random.default_rng(0).normal(size=(B, T, D))
    theirs, _ = module(torch.tensor(xs.transpose(1, 0, 2)))
    hs, _, _ = convert.from_torch(module).forward(xs)
    assert_close(hs, theirs.detach().numpy().transpose(1, 0, 2))


def half_double():
    module = torch.nn.LSTM(D, H)
    module.bias_hh_l0 = torch.nn.Parameter(module.bias_hh_l0.double())
    return module


WEIGHTS = "expected weights that are all float32 or all float64"


def test_torch_module_and_layer_share_nothing():
    layer = random_layer("LSTM")
    module, run = convert.to_torch(layer), random_run(layer)
    want = forward_backward(layer, run)
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.zero_()
    assert_close(forward_backward(layer, run), want, 0)


@pytest.mark.parametrize(
    "make, error, message",
    [
        (
            lambda: torch.nn.GRU(D, H),
            TypeError,
            "expected torch.nn.RNN or torch.nn.LSTM, got GRU",
        ),
        (lambda: "x", TypeError, "expected torch.nn.RNN or torch.nn.LSTM, got str"),
        (lambda: torch.nn.LSTM(D, H, 2), ValueError, "expected num_layers=1, got 2"),
        (
            lambda: torch.nn.LSTM(D, H, bidirectional=True),
            ValueError,
            "expected bidirectional=False, got True",
        ),
        (
            lambda: torch.nn.LSTM(D, H, proj_size=2),
            ValueError,
            "expected proj_size=0, got 2",
        ),
        (
            lambda: torch.nn.RNN(D, H, bias=False),
            ValueError,
            "expected bias=True, got False",
        ),
        (lambda: torch.nn.LSTM(D, H).half(), ValueError, f"{WEIGHTS}, got float16"),
        (lambda: torch.nn.RNN(D, H).bfloat16(), ValueError, f"{WEIGHTS}, got bfloat16"),
        (half_double, ValueError, f"{WEIGHTS}, got float32 and float64"),
        (
            lambda: torch.nn.LSTM(D, H, device="meta"),
            ValueError,
            rf"{WEIGHTS}, got no data \(meta device\)",
        ),
        (
            lambda: parametrizations.weight_norm(torch.nn.LSTM(D, H), "weight_hh_l0"),
            ValueError,
            "expected the parameters bias_hh_l0, .*, got .*parametrizations.*",
        ),
    ],
    ids=[
        "GRU",
        "no-module",
        "two-layers",
        "two-directions",
        "projection",
        "no-bias",
        "half",
        "bfloat16",
        "mixed",
        "meta",
        "weight-norm",
    ],
)
def test_from_torch_refuses_what_has_no_counterpart(make, error, message):
    with pytest.raises(error, match=f"^module: {message}$"):
        convert.from_torch(make())


@pytest.mark.parametrize(
    "layer, error, message",
    [
        (Dense(D, H), TypeError, "expected a SimpleRNN or an LSTM, got Dense"),
        (
            SimpleRNN(D, H, activation="linear"),
            ValueError,
            "expected activation.*got 'linear'",
        ),
        (
            SimpleRNN(D, H, activation="sigmoid"),
            ValueError,
            "expected activation.*got 'sigmoid'",
        ),
        (Other(D, H), TypeError, "expected a SimpleRNN or an LSTM, got Other"),
        (None, TypeError, "expected a SimpleRNN or an LSTM, got NoneType"),
    ],
    ids=["Dense", "linear", "sigmoid", "subclass", "None"],
)
def test_to_torch_refuses_what_has_no_counterpart(layer, error, message):
    with pytest.raises(error, match=f"^layer: {message}$"):
        convert.to_torch(layer)


# Keras


def test_layout_of_keras_weights():
    p = random_layer("LSTM").params
    W_x, W_h, b = convert.keras_weights(random_layer("LSTM"))
    want = [
        np.concatenate([p[part + k] for k in "ifgo"], -1)
        for part in ("W_x", "W_h", "b_")
    ]
    assert_close((W_x, W_h, b), tuple(want), 0)


def keras_run(twin, layer, run, mask=None, state_given=True):
    """What `forward_backward` returns, from Keras."""
    tf = tensorflow()
    xs = tf.Variable(run.xs)
    first = [tf.Variable(field) for field in run.state]
    given = {"initial_state": first} if state_given else {}
    if mask is not None:
        given["mask"] = tf.constant(mask)
    with tf.GradientTape() as tape:
        hs, *last = twin(xs, **given)
        loss = tf.reduce_sum(hs * run.dhs)
        for field, gradient in zip(last, run.dstate, strict=True):
            loss += tf.reduce_sum(field * gradient)
    sources = [
        xs,
        *(w.value for w in twin.trainable_weights),
        *(first if state_given else ()),
    ]
    dxs, dW_x, dW_h, db, *dstate = (
        tf.convert_to_tensor(g).numpy() for g in tape.gradient(loss, sources)
    )
    found = {
        "hs": hs.numpy(),
        "state": tuple(field.numpy() for field in last),
        "dxs": dxs,
        "dstate": tuple(dstate),
        "grads": gradients_by_name(layer, dW_x, dW_h, db),
    }
    return (
        found
        if state_given
        else {n: value for n, value in found.items() if n != "dstate"}
    )


KERAS_CASES = ["SimpleRNN-tanh", "SimpleRNN-relu", "SimpleRNN-linear", "LSTM"]


@pytest.mark.parametrize("case", KERAS_CASES)
@dtypes
def test_to_keras(case, dtype):
    layer = random_layer(case, dtype=dtype)
    twin, run = convert.to_keras(layer, return_state=True), random_run(layer)
    assert_close(
        forward_backward(layer, run), keras_run(twin, layer, run), TOLERANCE[dtype]
    )


@pytest.mark.parametrize("kind", ["SimpleRNN", "LSTM"])
@dtypes
def test_from_keras(kind, dtype):
    twin = getattr(keras().layers, kind)(
        H,
        return_sequences=True,
        return_state=True,
        dtype=np.dtype(dtype).name,
        kernel_initializer=keras().initializers.GlorotUniform(seed=1),
        recurrent_initializer=keras().initializers.RandomNormal(stddev=0.5, seed=2),
        bias_initializer=keras().initializers.RandomNormal(stddev=0.5, seed=3),
        **({"unit_forget_bias": False} if kind == "LSTM" else {}),
    )
    twin.build((None, None, D))
    assert (twin.get_weights()[2] != 0).all()
    layer = convert.from_keras(twin)
    assert layer.dtype == dtype
    run = random_run(layer)
    assert_close(
        forward_backward(layer, run), keras_run(twin, layer, run), TOLERANCE[dtype]
    )


@pytest.mark.parametrize("mask", [name for name in MASKS if name != "none"])
@pytest.mark.parametrize("case", ["SimpleRNN-tanh", "LSTM"])
def test_masks_of_keras(case, mask):
    layer = random_layer(case)
    twin, run = convert.to_keras(layer, return_state=True), random_run(layer)
    # From zeros: before a row's first real step Keras returns zeros, we the state that was given.
    run.state = layer.initial_state(B)
    want = keras_run(twin, layer, run, MASKS[mask], state_given=False)
    got = forward_backward(layer, run, MASKS[mask])
    got.pop("dstate")
    assert_close(got, want)


@pytest.mark.parametrize("case", ["SimpleRNN-tanh", "LSTM"])
def test_mask_of_keras_with_a_given_state(case):
    layer = random_layer(case)
    twin, run = convert.to_keras(layer, return_state=True), random_run(layer)
    want = keras_run(twin, layer, run, MASKS["end"])
    assert_close(forward_backward(layer, run, MASKS["end"]), want)


def test_keras_without_return_state():
    layer = random_layer("LSTM")
    xs = random_run(layer).xs
    hs, state, _ = layer.forward(xs)
    assert_close(convert.to_keras(layer)(xs).numpy(), hs)
    assert_close(convert.to_keras(layer, return_sequences=False)(xs).numpy(), state.h)


@pytest.mark.parametrize("case", ["SimpleRNN-tanh", "SimpleRNN-sigmoid", "LSTM"])
def test_there_and_back_by_keras(case):
    layer = random_layer(case)
    back = convert.from_keras(convert.to_keras(layer))
    assert_close(dict(back.params), dict(layer.params), 0)
    assert getattr(back, "activation", None) == getattr(layer, "activation", None)


def test_dense_and_embedding_weights_fit_keras():
    rng = np.random.default_rng(0)
    dense, embedding = Dense(D, H), Embedding(6, D)
    dense.params["b"] = rng.normal(size=H)
    x, tokens = rng.normal(size=(B, T, D)), rng.integers(0, 6, (B, T))
    for layer, twin, inputs in (
        (dense, keras().layers.Dense(H, dtype="float64"), x),
        (embedding, keras().layers.Embedding(6, D, dtype="float64"), tokens),
    ):
        twin(inputs)
        twin.set_weights(convert.keras_weights(layer))
        assert_close(twin(inputs).numpy(), layer.forward(inputs)[0])


def built(kind, **arguments):
    twin = getattr(keras().layers, kind)(H, **arguments)
    twin.build((B, None, D))
    return twin


@pytest.mark.parametrize(
    "make, error, message",
    [
        (
            lambda: built("GRU"),
            TypeError,
            "expected SimpleRNN or LSTM of Keras, got GRU",
        ),
        (lambda: None, TypeError, "expected SimpleRNN or LSTM of Keras, got NoneType"),
        (
            lambda: keras().layers.LSTM(H),
            ValueError,
            "expected a built layer, got one without.*",
        ),
        (
            lambda: built("LSTM", use_bias=False),
            ValueError,
            "expected use_bias=True, got False",
        ),
        (
            lambda: built("LSTM", go_backwards=True),
            ValueError,
            "expected go_backwards=False, got True",
        ),
        (
            lambda: built("SimpleRNN", stateful=True),
            ValueError,
            "expected stateful=False, got True",
        ),
        (
            lambda: built("LSTM", zero_output_for_mask=True),
            ValueError,
            "expected zero_output_for_mask=False, got True",
        ),
        (
            lambda: built("LSTM", dropout=0.5),
            ValueError,
            "expected dropout=0, got 0.5",
        ),
        (
            lambda: built("SimpleRNN", recurrent_dropout=0.5),
            ValueError,
            "expected recurrent_dropout=0, got 0.5",
        ),
        (
            lambda: built("LSTM", dtype="mixed_float16"),
            ValueError,
            "expected the compute dtype float32, that of the weights, got float16",
        ),
        (
            lambda: built("LSTM", dtype="float16"),
            ValueError,
            "expected weights of float32 or float64, got float16",
        ),
        (
            lambda: built("LSTM", activation="relu"),
            ValueError,
            "expected activation='tanh', got 'relu'",
        ),
        (
            lambda: built("LSTM", recurrent_activation="hard_sigmoid"),
            ValueError,
            "expected recurrent_activation='sigmoid', got 'hard_sigmoid'",
        ),
    ],
    ids=[
        "GRU",
        "None",
        "unbuilt",
        "no-bias",
        "backwards",
        "stateful",
        "zero-output",
        "dropout",
        "recurrent-dropout",
        "mixed",
        "half",
        "relu",
        "hard-sigmoid",
    ],
)
def test_from_keras_refuses_what_has_no_counterpart(make, error, message):
    with pytest.raises(error, match=f"^twin: {message}$"):
        convert.from_keras(make())


def test_from_keras_refuses_another_activation():
    with pytest.raises(
        ValueError, match=r"^activation: expected one of tanh, .*, got 'elu'$"
    ):
        convert.from_keras(built("SimpleRNN", activation="elu"))


def test_to_keras_refuses_what_has_no_counterpart():
    with pytest.raises(
        TypeError, match=r"^layer: expected a SimpleRNN or an LSTM, got Dense$"
    ):
        convert.to_keras(Dense(D, H))
    with pytest.raises(TypeError, match=r"^layer: .*, got Other$"):
        convert.to_keras(Other(D, H))
    for layer, kind in ((None, "NoneType"), (Other(D, H), "Other")):
        message = f"^layer: expected SimpleRNN, LSTM, .*, got {kind}$"
        with pytest.raises(TypeError, match=message):
            convert.keras_weights(layer)


@pytest.mark.parametrize("argument", ["dropout", "dtype", "activation", "stateful"])
def test_to_keras_refuses_what_makes_another_function(argument):
    message = f"^arguments: expected return_sequences or .*, got '{argument}'$"
    with pytest.raises(ValueError, match=message):
        convert.to_keras(LSTM(D, H), **{argument: True})
    assert convert.to_keras(LSTM(D, H), name="twin").name == "twin"


def test_tensorflow_is_imported_without_noise():
    code = "from lib.frameworks import keras; keras()"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")


@pytest.mark.parametrize("package", ["TensorFlow", "PyTorch"])
def test_a_missing_framework_says_what_to_install(package):
    module, call = {
        "TensorFlow": ("tensorflow", "convert.from_keras(None)"),
        "PyTorch": ("torch", "convert.from_torch(None)"),
    }[package]
    code = (
        f"import sys; sys.modules[{module!r}] = None; from lib import convert; {call}"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    [last] = run.stderr.splitlines()[-1:]
    assert last.startswith(f"ImportError: {package} is needed: pip install ")
    assert "git+https://" in last


def test_quiet_without_an_error_stream(monkeypatch):
    monkeypatch.setattr(sys, "stderr", None)
    with frameworks._quiet():
        pass
