"""Shared by the tests: layers with random weights, `forward` from `step` alone, comparisons.

A new layer becomes one line of `CASES`, or of `WHOLE` if it has no `step`.
"""

from math import gcd
from types import SimpleNamespace

import numpy as np

from lib import (
    GRU,
    LSTM,
    Bidirectional,
    ClockworkRNN,
    CoupledLSTM,
    DepthGatedLSTM,
    Embedding,
    JordanRNN,
    Model,
    PeepholeLSTM,
    SimpleRNN,
    Stacked,
    TiedDense,
    gradcheck,
)
from lib.states import leaves, mapped

# All different, so that a swapped axis cannot fit by accident.
B, T, D, H = 2, 5, 3, 4
V = 6


def clockwork(input_size, hidden_size, dtype, periods):
    """The slowest of these modules, as many as divide the hidden size."""
    modules = gcd(hidden_size, len(periods))
    return ClockworkRNN(
        input_size, hidden_size, dtype=dtype, periods=periods[-modules:]
    )


def stacked(input_size, hidden_size, dtype):
    """Three layers, with sizes of their own between them."""
    first, second = hidden_size + 2, hidden_size + 1
    return Stacked(
        [
            LSTM(input_size, first, dtype=dtype),
            SimpleRNN(first, second, dtype=dtype),
            GRU(second, hidden_size, dtype=dtype),
        ]
    )


def stacked_twice(input_size, hidden_size, dtype):
    """A stack in a stack, on a layer whose state is not only its hidden state."""
    size = hidden_size + 1
    inner = [
        DepthGatedLSTM(input_size, size, dtype=dtype),
        ClockworkRNN(size, size, dtype=dtype, periods=[2]),
    ]
    return Stacked([Stacked(inner), SimpleRNN(size, hidden_size, dtype=dtype)])


def bidirectional(input_size, hidden_size, dtype):
    """Two kinds, of two sizes: hidden_size is that of the layer that goes ahead."""
    ahead = LSTM(input_size, hidden_size, dtype=dtype)
    return Bidirectional(ahead, GRU(input_size, hidden_size + 1, dtype=dtype))


def on_bidirectional(input_size, hidden_size, dtype):
    """A layer on top of one that has read the whole sequence."""
    below = bidirectional(input_size, hidden_size, dtype)
    return Stacked([below, clockwork(below.hidden_size, hidden_size, dtype, [1, 3])])


CASES = {
    "SimpleRNN-tanh": (SimpleRNN, {"activation": "tanh"}),
    "SimpleRNN-sigmoid": (SimpleRNN, {"activation": "sigmoid"}),
    "SimpleRNN-relu": (SimpleRNN, {"activation": "relu"}),
    "SimpleRNN-linear": (SimpleRNN, {"activation": "linear"}),
    "LSTM": (LSTM, {}),
    "LSTM-1997": (LSTM, {"forget_gate": False}),
    "Peephole": (PeepholeLSTM, {}),
    "Peephole-fo": (PeepholeLSTM, {"peepholes": "fo"}),
    "Peephole-1997": (PeepholeLSTM, {"forget_gate": False}),
    "Peephole-full": (PeepholeLSTM, {"full": True}),
    "Peephole-full-i": (PeepholeLSTM, {"full": True, "peepholes": "i"}),
    "Coupled": (CoupledLSTM, {}),
    "Depth-gated": (DepthGatedLSTM, {}),
    "Depth-gated-3": (DepthGatedLSTM, {"num_layers": 3, "peepholes": "io"}),
    "Depth-gated-1997": (DepthGatedLSTM, {"forget_gate": False, "peepholes": ""}),
    "Clockwork": (clockwork, {"periods": (1, 3)}),
    "Clockwork-2": (clockwork, {"periods": (1, 2, 2, 5)}),
    "Clockwork-slow": (clockwork, {"periods": (2, 3)}),
    "Jordan": (JordanRNN, {"output_size": 7}),
    "Stacked": (stacked, {}),
    "Stacked-of-stacked": (stacked_twice, {}),
    "GRU": (GRU, {}),
    "GRU-write": (GRU, {"update": "write"}),
    "GRU-after": (GRU, {"reset_after": True}),
    "GRU-after-write": (GRU, {"reset_after": True, "update": "write"}),
}

# Layers without `step`: they need the whole sequence.
WHOLE = {
    "Bidirectional": (bidirectional, {}),
    "Stacked-on-bidirectional": (on_bidirectional, {}),
}

# Rows differ within each mask: a mask that is read along the wrong axis shows.
MASKS = {
    "none": None,
    "start": np.array([[0, 0, 1, 1, 1], [0, 1, 1, 1, 1]], bool),
    "middle": np.array([[1, 0, 0, 1, 1], [1, 1, 1, 0, 1]], bool),
    "end": np.array([[1, 1, 1, 0, 0], [1, 1, 1, 1, 0]], bool),
    "empty-row": np.array([[0, 0, 0, 0, 0], [1, 0, 1, 1, 1]], bool),
}


def random_params(params, rng):
    """Non-zero, asymmetric numbers everywhere, biases included: zeros hide faults."""
    for name, array in params.items():
        params[name] = 0.6 * rng.normal(size=array.shape)


def random_layer(case, D=D, H=H, dtype=np.float64, seed=1):
    """A layer of that case of `CASES` or `WHOLE`."""
    cls, arguments = (CASES | WHOLE)[case]
    layer = cls(D, H, dtype=dtype, **arguments)
    random_params(layer.params, np.random.default_rng(seed))
    return layer


def tied_model(dtype=np.float64, seed=1):
    """Embedding and read-out share their matrix (V,H): here D = H, of necessity."""
    embedding = Embedding(V, H, dtype=dtype)
    model = Model(embedding, LSTM(H, H, dtype=dtype), TiedDense(embedding))
    random_params(model.params, np.random.default_rng(seed))
    return model


def random_state(layer, B, rng):
    """Numbers everywhere; a count of steps is one, too."""

    def random(field):
        if field.dtype.kind == "i":
            return rng.integers(0, 9, field.shape)
        return rng.normal(size=field.shape).astype(field.dtype)

    return mapped(random, layer.initial_state(B))


def random_run(layer, B=B, T=T, seed=2):
    """Inputs, first state and the gradients that come from outside, all in the layer's dtype."""
    rng = np.random.default_rng(seed)
    return SimpleNamespace(
        xs=rng.normal(size=(B, T, layer.input_size)).astype(layer.dtype),
        state=random_state(layer, B, rng),
        dhs=rng.normal(size=(B, T, layer.hidden_size)).astype(layer.dtype),
        dstate=random_state(layer, B, rng),
    )


def forward_backward(layer, run, mask=None):
    """Everything that a layer returns for a run, by name."""
    hs, state, cache = layer.forward(run.xs, run.state, mask)
    dxs, dstate, grads = layer.backward(run.dhs, cache, run.dstate)
    return {"hs": hs, "state": state, "dxs": dxs, "dstate": dstate, "grads": grads}


def chained_steps(layer, run, mask=None):
    """The same from `step` and `step_backward` alone, as the contract describes a mask."""
    B, T = run.xs.shape[:2]
    mask = np.ones((B, T), bool) if mask is None else mask
    state, hs, caches = run.state, [], []
    for t in range(T):
        after, cache = layer.step(run.xs[:, t], state)
        state = _where(mask[:, t], after, state)
        hs.append(layer.hidden(state))
        caches.append(cache)
    dxs, grads = (
        np.zeros_like(run.xs),
        {n: np.zeros_like(p) for n, p in layer.params.items()},
    )
    dstate, nothing = run.dstate, layer.initial_state(B)
    for t in reversed(range(T)):
        dstate = layer.plus_hidden(dstate, run.dhs[:, t])
        real, padded = (
            _where(mask[:, t], dstate, nothing),
            _where(mask[:, t], nothing, dstate),
        )
        dxs[:, t], dbefore, more = layer.step_backward(real, caches[t])
        dstate = mapped(_plus, dbefore, padded)
        grads = {name: grads[name] + more[name] for name in grads}
    return {
        "hs": np.stack(hs, 1),
        "state": state,
        "dxs": dxs,
        "dstate": dstate,
        "grads": grads,
    }


def _plus(a, b):
    return a + b if a.dtype.kind == "f" else a  # a count of steps has no gradient


def _where(real, a, b):
    """Of each array the rows of a where real (B,), of b elsewhere: (B,), (B,.) or (L,B,.)."""

    def rows(x, y):
        shape = {1: (-1,), 2: (-1, 1), 3: (1, -1, 1)}[x.ndim]
        return np.where(real.reshape(shape), x, y)

    return mapped(rows, a, b)


def rows_of(tree, rows):
    """Those rows (a slice) of the arrays in a state: (B,), (B,.) or (L,B,.)."""
    return mapped(lambda a: a[:, rows] if a.ndim == 3 else a[rows], tree)


def floats(state):
    """The arrays of a state by name, without a count of steps, which has no gradient."""
    found = leaves(state, "state")
    return {name: array for name, array in found.items() if array.dtype.kind == "f"}


def copied(tree):
    """A copy of nested dicts, tuples and arrays."""
    if isinstance(tree, dict):
        return {name: copied(value) for name, value in tree.items()}
    if isinstance(tree, tuple):
        return tuple(copied(value) for value in tree)
    return tree if isinstance(tree, str) else np.array(tree)


def assert_close(got, want, tolerance=1e-9, where="result", least=0):
    """Nested dicts, tuples and arrays agree, relative to the largest entry of each array.

    Entries below `least` are measured as if that were the largest.
    """
    if isinstance(want, dict):
        assert list(got) == list(want), (
            f"{where}: names {list(got)}, wanted {list(want)}"
        )
        for name in want:
            assert_close(got[name], want[name], tolerance, f"{where}[{name!r}]", least)
    elif isinstance(want, tuple):
        assert len(got) == len(want), f"{where}: {len(got)} fields, wanted {len(want)}"
        for k, (g, w) in enumerate(zip(got, want, strict=True)):
            assert_close(g, w, tolerance, f"{where}[{k}]", least)
    elif isinstance(want, str):
        assert got == want, where
    else:
        got, want = np.asarray(got), np.asarray(want)
        if want.dtype == bool:
            got, want = got.astype(int), want.astype(int)
        assert got.shape == want.shape, (
            f"{where}: shape {got.shape}, wanted {want.shape}"
        )
        error, largest = np.abs(got - want).max(), max(least, np.abs(want).max())
        assert error <= tolerance * largest, (
            f"{where}: differs by {error:.2g}, largest entry {largest:.2g}, tolerance {tolerance}"
        )


def assert_same(got, want, where="result"):
    """Equal to the last bit."""
    assert_close(got, want, 0, where)


def assert_gradients(check, tolerance=1e-6):
    """check(rng) gives the errors against finite differences along random directions.

    One direction may be almost flat, with rounding all there is to see; not three.
    """
    errors = check(np.random.default_rng(0))
    for seed in (1, 2):
        if max(errors.values()) >= tolerance:
            again = check(np.random.default_rng(seed))
            errors = {name: min(errors[name], again[name]) for name in errors}
    large = {name: f"{e:.1e}" for name, e in errors.items() if not e < tolerance}
    assert not large, f"relative errors against finite differences: {large}"


def assert_layer_gradients(layer, run, mask=None, tolerance=1e-6):
    """`gradcheck`, for everything that `backward` returns."""
    names = floats(layer.initial_state(len(run.xs)))

    def check(rng):
        errors = gradcheck(layer, run.xs, run.state, mask, rng)
        assert set(errors) == {"xs", *names, *layer.params}
        return errors

    assert_gradients(check, tolerance)
