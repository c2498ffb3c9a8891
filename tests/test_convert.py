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

from lib import (
    GRU,
    LSTM,
    Bidirectional,
    ClockworkRNN,
    CoupledLSTM,
    Dense,
    Embedding,
    PeepholeLSTM,
    SimpleRNN,
    Stacked,
    convert,
    frameworks,
)
from lib.frameworks import keras, tensorflow
from lib.states import leaves

dtypes = pytest.mark.parametrize(
    "dtype", [np.float32, np.float64], ids=["float32", "float64"]
)
TOLERANCE = {np.float32: 2e-6, np.float64: 1e-9}


def single(layer):
    """(prefix of its parameters, layer) of each layer inside."""
    if isinstance(layer, Stacked | Bidirectional):
        inside = layer._parts().items()
        return [(f"{n}.{m}", part) for n, inner in inside for m, part in single(inner)]
    return [("", layer)]


def gradients_by_name(layer, prefix, names, dW_x, dW_h, db, db_h=None):
    """Gradients of fused matrices (., K H), cut into the gates `names`, with our names."""
    found = {}
    for k, name in enumerate(names):
        gate = slice(k * H, (k + 1) * H)
        # 1 - sigma(a) = sigma(-a): the other form of the update gate.
        sign = -1 if name == "z" and layer.update == "write" else 1
        found[f"{prefix}W_x{name}"] = sign * dW_x[:, gate]
        found[f"{prefix}W_h{name}"] = sign * dW_h[:, gate]
        found[f"{prefix}b_{name}"] = sign * db[gate]
        if name == "n" and db_h is not None:
            found[f"{prefix}b_hn"] = db_h[gate]
    return found


def in_order(found, layer):
    assert set(found) == set(layer.params)
    return {name: found[name] for name in layer.params}


MANY = {
    "two-LSTMs": lambda make: Stacked([make("LSTM", D), make("LSTM", H)]),
    "three-GRUs": lambda make: Stacked([make("GRU-after", k) for k in (D, H, H)]),
    "both-ways-RNN": lambda make: Bidirectional(
        make("SimpleRNN-relu", D), make("SimpleRNN-relu", D)
    ),
    "two-both-ways-LSTM": lambda make: Stacked(
        [
            Bidirectional(make("LSTM", D), make("LSTM", D)),
            Bidirectional(make("LSTM", 2 * H), make("LSTM", 2 * H)),
        ]
    ),
    "both-ways-GRU": lambda make: Bidirectional(
        make("GRU-after", D), make("GRU-after-write", D)
    ),
}


def layer_of(case, dtype=np.float64):
    """A layer of cases.py or of MANY; every layer inside has weights of its own."""
    if case not in MANY:
        return random_layer(case, dtype=dtype)
    seeds = iter(range(1, 9))
    return MANY[case](lambda kind, D: random_layer(kind, D, H, dtype, next(seeds)))


class Other(LSTM):
    """A subclass may compute something else."""


# PyTorch


def torch_run(module, layer, run):
    """What `forward_backward` returns, from PyTorch."""
    xs = torch.tensor(run.xs, requires_grad=True)
    two = isinstance(module, torch.nn.LSTM)
    parts = single(layer)
    firsts = _flat(run.state, parts)
    fields = [np.stack([f[k] for f in firsts]) for k in range(2 if two else 1)]
    first = [torch.tensor(field, requires_grad=True) for field in fields]
    hs, last = module(xs, tuple(first) if two else first[0])
    last = last if two else (last,)
    loss = (hs * torch.tensor(run.dhs)).sum()
    for k, dlast in enumerate(_flat(run.dstate, parts)):
        for field, gradient in zip(last, dlast, strict=True):
            loss = loss + (field[k] * torch.tensor(gradient)).sum()
    loss.backward()
    found = {}
    for suffix, (prefix, part) in zip(_ends(module), parts, strict=True):
        dW_x, dW_h, db, db_h = (
            getattr(module, name + suffix).grad.numpy().T
            for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
        )
        names = {LSTM: "ifgo", SimpleRNN: "h", GRU: "rzn"}[type(part)]
        if type(part) is not GRU:  # two biases, one sum: they share their gradient
            assert_close(db_h, db, 2e-6)
        found |= gradients_by_name(part, prefix, names, dW_x, dW_h, db, db_h)
    return {
        "hs": hs.detach().numpy(),
        "state": tuple(
            tuple(f[k].detach().numpy() for f in last) for k in range(len(parts))
        ),
        "dxs": xs.grad.numpy(),
        "dstate": tuple(
            tuple(f.grad[k].numpy() for f in first) for k in range(len(parts))
        ),
        "grads": in_order(found, layer),
    }


def _ends(module):
    ways = ("", "_reverse") if module.bidirectional else ("",)
    return [f"_l{k}{way}" for k in range(module.num_layers) for way in ways]


def _flat(state, parts):
    """The states of the single layers, one after the other."""
    arrays = iter(leaves(state, "state").values())
    return tuple(tuple(next(arrays) for _ in part.State._fields) for _, part in parts)


def flat_run(layer, run, mask=None):
    """`forward_backward`, with the states of the single layers one after the other."""
    got = forward_backward(layer, run, mask)
    return got | {n: _flat(got[n], single(layer)) for n in ("state", "dstate")}


WRITING = ("GRU-write", "GRU-after-write", "both-ways-GRU")  # see below
TORCH_CASES = [
    "SimpleRNN-tanh", "SimpleRNN-relu", "LSTM", "GRU-after", "GRU-after-write", *MANY,
]  # fmt: skip


@pytest.mark.parametrize("case", TORCH_CASES)
@dtypes
def test_to_torch(case, dtype):
    layer = layer_of(case, dtype)
    module, run = convert.to_torch(layer), random_run(layer)
    assert_close(flat_run(layer, run), torch_run(module, layer, run), TOLERANCE[dtype])


@pytest.mark.parametrize(
    "make",
    [
        lambda **a: torch.nn.RNN(D, H, nonlinearity="tanh", **a),
        lambda **a: torch.nn.RNN(D, H, nonlinearity="relu", **a),
        lambda **a: torch.nn.LSTM(D, H, **a),
        lambda **a: torch.nn.GRU(D, H, **a),
        lambda **a: torch.nn.LSTM(D, H, num_layers=3, **a),
        lambda **a: torch.nn.RNN(D, H, bidirectional=True, **a),
        lambda **a: torch.nn.GRU(D, H, num_layers=2, bidirectional=True, **a),
    ],
    ids=["tanh", "relu", "LSTM", "GRU", "three-layers", "both-ways", "all"],
)
@dtypes
def test_from_torch(make, dtype):
    torch.manual_seed(0)
    wide = torch.float64 if dtype == np.float64 else torch.float32
    module = make(
        batch_first=True, dtype=wide
    )  # its own weights: both biases are random
    for name, parameter in module.named_parameters():
        assert bool((parameter != 0).all()), name
    layer = convert.from_torch(module)
    assert layer.dtype == dtype
    run = random_run(layer)
    assert_close(flat_run(layer, run), torch_run(module, layer, run), TOLERANCE[dtype])


@pytest.mark.parametrize("case", [c for c in TORCH_CASES if c not in WRITING])
def test_there_and_back_by_torch(case):
    layer = layer_of(case)
    back = convert.from_torch(convert.to_torch(layer))
    assert repr(back) == repr(layer)
    assert_close(dict(back.params), dict(layer.params), 0)


def test_the_other_update_gate_comes_back_as_the_one_that_keeps():
    layer = random_layer("GRU-after-write")
    run = random_run(layer)
    for back in (
        convert.from_torch(convert.to_torch(layer)),
        convert.from_keras(convert.to_keras(layer)),
    ):
        assert back.update == "keep"
        assert_close(back.params["W_xz"], -layer.params["W_xz"], 0)
        assert_close(
            back.forward(run.xs, run.state)[0], layer.forward(run.xs, run.state)[0]
        )


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


OF_TORCH = "expected torch.nn.RNN, torch.nn.LSTM or torch.nn.GRU"
OURS = "expected a SimpleRNN, LSTM or GRU, or a Stacked or Bidirectional of them, not nested deeper"
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
        (lambda: torch.nn.LSTMCell(D, H), TypeError, f"{OF_TORCH}, got LSTMCell"),
        (lambda: "x", TypeError, f"{OF_TORCH}, got str"),
        (
            lambda: torch.nn.LSTM(D, H, 2, dropout=0.5),
            ValueError,
            "expected dropout=0, got 0.5",
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
        "cell",
        "no-module",
        "dropout",
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
        (Dense(D, H), TypeError, f"{OURS}, got Dense"),
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
        (Other(D, H), TypeError, f"{OURS}, got Other"),
        (None, TypeError, f"{OURS}, got NoneType"),
        (PeepholeLSTM(D, H), TypeError, f"{OURS}, got PeepholeLSTM"),
        (CoupledLSTM(D, H), TypeError, f"{OURS}, got CoupledLSTM"),
        (ClockworkRNN(D, H, periods=[1, 2]), TypeError, f"{OURS}, got ClockworkRNN"),
        (
            LSTM(D, H, forget_gate=False),
            ValueError,
            "expected forget_gate=True, as the LSTM of PyTorch has, got False",
        ),
        (
            GRU(D, H),
            ValueError,
            "expected reset_after=True, the form of torch.nn.GRU, got reset_after=False",
        ),
        (
            Stacked([LSTM(D, H), GRU(H, H, reset_after=True)]),
            ValueError,
            "expected layers of one kind, got LSTM and GRU",
        ),
        (
            Stacked([LSTM(D, 7), LSTM(7, H)]),
            ValueError,
            "expected layers of one hidden_size, got 7 and 4",
        ),
        (
            Stacked([SimpleRNN(D, H), SimpleRNN(H, H, activation="relu")]),
            ValueError,
            "expected layers of one activation, got tanh and relu",
        ),
        (
            Stacked([Bidirectional(LSTM(D, H), LSTM(D, H)), LSTM(2 * H, H)]),
            ValueError,
            "expected all of its layers Bidirectional, or none",
        ),
        (Stacked([Stacked([LSTM(D, H)])]), TypeError, f"{OURS}, got Stacked"),
    ],
    ids=[
        "Dense",
        "linear",
        "sigmoid",
        "subclass",
        "None",
        "peephole",
        "coupled",
        "clockwork",
        "no-forget-gate",
        "reset-before",
        "kinds",
        "sizes",
        "activations",
        "one-both-ways",
        "nested",
    ],
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
    """What `flat_run` returns, from Keras."""
    tf = tensorflow()
    parts = single(layer)
    xs = tf.Variable(run.xs)
    first = [tf.Variable(field) for field in leaves(run.state, "state").values()]
    given = {"initial_state": first} if state_given else {}
    if mask is not None:
        given["mask"] = tf.constant(mask)
    with tf.GradientTape() as tape:
        hs, *last = twin(xs, **given)
        loss = tf.reduce_sum(hs * run.dhs)
        for field, gradient in zip(last, leaves(run.dstate, "d").values(), strict=True):
            loss += tf.reduce_sum(field * gradient)
    weights = [w.value for w in twin.trainable_weights]
    sources = [xs, *weights, *(first if state_given else ())]
    found = iter(tf.convert_to_tensor(g).numpy() for g in tape.gradient(loss, sources))
    dxs, grads = next(found), {}
    for prefix, part in parts:
        dW_x, dW_h, db = (next(found) for _ in range(3))
        names = {LSTM: "ifgo", SimpleRNN: "h", GRU: "zrn"}[type(part)]
        two = db if db.ndim == 2 else (db, None)
        grads |= gradients_by_name(part, prefix, names, dW_x, dW_h, *two)
    got = {
        "hs": hs.numpy(),
        "state": _flat(tuple(field.numpy() for field in last), parts),
        "dxs": dxs,
        "dstate": _flat(tuple(found), parts) if state_given else None,
        "grads": in_order(grads, layer),
    }
    return got if state_given else {n: v for n, v in got.items() if n != "dstate"}


KERAS_CASES = [
    "SimpleRNN-tanh", "SimpleRNN-relu", "SimpleRNN-linear", "LSTM", "GRU", "GRU-write",
    "GRU-after", "GRU-after-write", "both-ways-RNN", "both-ways-GRU",
]  # fmt: skip


@pytest.mark.parametrize("case", KERAS_CASES)
@dtypes
def test_to_keras(case, dtype):
    layer = layer_of(case, dtype)
    twin, run = convert.to_keras(layer, return_state=True), random_run(layer)
    assert_close(flat_run(layer, run), keras_run(twin, layer, run), TOLERANCE[dtype])


@pytest.mark.parametrize("case", ["two-LSTMs", "three-GRUs", "two-both-ways-LSTM"])
def test_stacked_is_a_sequential(case):
    layer = layer_of(case)
    twin, run = convert.to_keras(layer, name="twin"), random_run(layer)
    tf, xs = tensorflow(), tensorflow().Variable(run.xs)
    with tf.GradientTape() as tape:
        hs = twin(xs)
        loss = tf.reduce_sum(hs * run.dhs)
    want_hs, _, cache = layer.forward(run.xs)
    dxs, _, _ = layer.backward(run.dhs, cache)
    assert_close(hs.numpy(), want_hs)
    assert_close(tf.convert_to_tensor(tape.gradient(loss, xs)).numpy(), dxs)
    assert twin.name == "twin"
    last = convert.to_keras(layer, return_sequences=False)(run.xs).numpy()
    # Of a layer that reads backward the last output is that of the first step.
    if "both" in case:
        assert_close(last, np.concatenate([want_hs[:, -1, :H], want_hs[:, 0, H:]], 1))
    else:
        assert_close(last, want_hs[:, -1])


@pytest.mark.parametrize("kind", ["SimpleRNN", "LSTM", "GRU", "GRU-before"])
@dtypes
def test_from_keras(kind, dtype):
    own = {
        "LSTM": {"unit_forget_bias": False},
        "GRU-before": {"reset_after": False},
    }
    twin = getattr(keras().layers, kind.split("-")[0])(
        H,
        return_sequences=True,
        return_state=True,
        dtype=np.dtype(dtype).name,
        kernel_initializer=keras().initializers.GlorotUniform(seed=1),
        recurrent_initializer=keras().initializers.RandomNormal(stddev=0.5, seed=2),
        bias_initializer=keras().initializers.RandomNormal(stddev=0.5, seed=3),
        **own.get(kind, {}),
    )
    twin.build((None, None, D))
    assert (twin.get_weights()[2] != 0).all()
    layer = convert.from_keras(twin)
    assert layer.dtype == dtype
    run = random_run(layer)
    assert_close(flat_run(layer, run), keras_run(twin, layer, run), TOLERANCE[dtype])


@pytest.mark.parametrize("mask", [name for name in MASKS if name != "none"])
@pytest.mark.parametrize("case", ["SimpleRNN-tanh", "LSTM", "GRU", "GRU-after"])
def test_masks_of_keras(case, mask):
    layer = random_layer(case)
    twin, run = convert.to_keras(layer, return_state=True), random_run(layer)
    # From zeros: before a row's first real step Keras returns zeros, we the state that was given.
    run.state = layer.initial_state(B)
    want = keras_run(twin, layer, run, MASKS[mask], state_given=False)
    got = flat_run(layer, run, MASKS[mask])
    got.pop("dstate")
    assert_close(got, want)


@pytest.mark.parametrize("case", ["SimpleRNN-tanh", "LSTM", "GRU", "GRU-after"])
def test_mask_of_keras_with_a_given_state(case):
    layer = random_layer(case)
    twin, run = convert.to_keras(layer, return_state=True), random_run(layer)
    want = keras_run(twin, layer, run, MASKS["end"])
    assert_close(flat_run(layer, run, MASKS["end"]), want)


def test_keras_without_return_state():
    layer = random_layer("LSTM")
    xs = random_run(layer).xs
    hs, state, _ = layer.forward(xs)
    assert_close(convert.to_keras(layer)(xs).numpy(), hs)
    assert_close(convert.to_keras(layer, return_sequences=False)(xs).numpy(), state.h)


@pytest.mark.parametrize(
    "case",
    [c for c in ("SimpleRNN-sigmoid", *KERAS_CASES, *MANY) if c not in WRITING],
)
def test_there_and_back_by_keras(case):
    layer = layer_of(case)
    back = convert.from_keras(convert.to_keras(layer))
    assert repr(back) == repr(layer)
    assert_close(dict(back.params), dict(layer.params), 0)


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


OF_KERAS = "expected SimpleRNN, LSTM, GRU, Bidirectional or Sequential of Keras"


def built(kind, **arguments):
    twin = getattr(keras().layers, kind)(H, **arguments)
    twin.build((B, None, D))
    return twin


@pytest.mark.parametrize(
    "make, error, message",
    [
        (lambda: keras().layers.LSTMCell(H), TypeError, f"{OF_KERAS}, got LSTMCell"),
        (lambda: None, TypeError, f"{OF_KERAS}, got NoneType"),
        (
            lambda: keras().Sequential([built("LSTM"), keras().layers.Dense(2)]),
            TypeError,
            f"{OF_KERAS}, got Dense",
        ),
        (
            lambda: keras().Sequential([]),
            ValueError,
            "expected layers, got an empty Sequential",
        ),
        (
            lambda: keras().layers.Bidirectional(built("LSTM"), merge_mode="sum"),
            ValueError,
            "expected merge_mode='concat', got 'sum'",
        ),
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
        "cell",
        "None",
        "Dense-inside",
        "empty",
        "sum",
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
    for layer, kind in (
        (Dense(D, H), "Dense"),
        (Other(D, H), "Other"),
        (PeepholeLSTM(D, H), "PeepholeLSTM"),
        (Stacked([LSTM(D, H), CoupledLSTM(H, H)]), "CoupledLSTM"),
    ):
        with pytest.raises(TypeError, match=f"^layer: {OURS}, got {kind}$"):
            convert.to_keras(layer)
    message = "^layer: expected forget_gate=True, as the LSTM of Keras has, got False$"
    with pytest.raises(ValueError, match=message):
        convert.to_keras(LSTM(D, H, forget_gate=False))
    for layer, kind in ((None, "NoneType"), (Other(D, H), "Other")):
        message = f"^layer: expected SimpleRNN, LSTM, .*, got {kind}$"
        with pytest.raises(TypeError, match=message):
            convert.keras_weights(layer)


def test_to_keras_of_a_stack_has_no_state_to_return():
    message = "^arguments: expected return_sequences or name, got 'return_state'$"
    with pytest.raises(ValueError, match=message):
        convert.to_keras(Stacked([LSTM(D, H)]), return_state=True)


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
