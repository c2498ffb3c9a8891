"""Shared by the tests: layers with random weights, `forward` from `step` alone, comparisons.

A new layer becomes one line of `CASES`.
"""

from types import SimpleNamespace

import numpy as np

from lib import LSTM, Embedding, Model, SimpleRNN, TiedDense

# All different, so that a swapped axis cannot fit by accident.
B, T, D, H = 2, 5, 3, 4
V = 6

CASES = {
    "SimpleRNN-tanh": (SimpleRNN, {"activation": "tanh"}),
    "SimpleRNN-sigmoid": (SimpleRNN, {"activation": "sigmoid"}),
    "SimpleRNN-relu": (SimpleRNN, {"activation": "relu"}),
    "SimpleRNN-linear": (SimpleRNN, {"activation": "linear"}),
    "LSTM": (LSTM, {}),
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
    """A layer of that case of `CASES`."""
    cls, arguments = CASES[case]
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
    fields = layer.initial_state(B)
    return type(fields)(*(rng.normal(size=f.shape).astype(f.dtype) for f in fields))


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
        hs.append(state.h)
        caches.append(cache)
    dxs, grads = (
        np.zeros_like(run.xs),
        {n: np.zeros_like(p) for n, p in layer.params.items()},
    )
    dstate, nothing = run.dstate, layer.initial_state(B)
    for t in reversed(range(T)):
        dstate = dstate._replace(h=dstate.h + run.dhs[:, t])
        real, padded = (
            _where(mask[:, t], dstate, nothing),
            _where(mask[:, t], nothing, dstate),
        )
        dxs[:, t], dbefore, more = layer.step_backward(real, caches[t])
        dstate = type(dstate)(*(a + b for a, b in zip(dbefore, padded, strict=True)))
        grads = {name: grads[name] + more[name] for name in grads}
    return {
        "hs": np.stack(hs, 1),
        "state": state,
        "dxs": dxs,
        "dstate": dstate,
        "grads": grads,
    }


def _where(real, a, b):
    return type(a)(*(np.where(real[:, None], x, y) for x, y in zip(a, b, strict=True)))


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
