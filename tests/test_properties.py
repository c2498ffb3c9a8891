"""Properties that hold for all sizes, dtypes, masks and seeds.

How many examples are drawn is the profile's business (conftest.py).
"""

import numpy as np
import pytest
from cases import (
    CASES,
    WHOLE,
    assert_close,
    assert_layer_gradients,
    chained_steps,
    forward_backward,
    random_layer,
    random_run,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

layers = pytest.mark.parametrize("case", CASES)


@st.composite
def runs(draw, case, dtypes=(np.float32, np.float64)):
    """A layer, a run and a mask: any (B, T) of bools, or lengths, or None."""
    B, T, D, H = (draw(st.integers(1, 4), label=name) for name in "BTDH")
    seed = draw(st.integers(0, 10_000), label="seed")
    layer = random_layer(case, D, H, draw(st.sampled_from(dtypes)), seed)
    lengths = arrays(int, (B, 1), elements=st.integers(0, T)).map(
        lambda n: np.arange(T) < n
    )
    mask = draw(st.none() | lengths | arrays(bool, (B, T)), label="mask")
    return layer, random_run(layer, B, T, seed + 1), mask


def assert_equal(layer, got, want):
    # A small gradient may be what is left of terms of size 1: it has their rounding error.
    assert_close(got, want, 1e-9 if layer.dtype == np.float64 else 1e-4, least=1)


@layers
@given(data=st.data())
def test_forward_and_backward_equal_chained_steps(case, data):
    layer, run, mask = data.draw(runs(case))
    got, want = forward_backward(layer, run, mask), chained_steps(layer, run, mask)
    assert_equal(layer, got, want)


@layers
@given(data=st.data())
def test_chunks_equal_the_whole(case, data):
    layer, run, mask = data.draw(runs(case))
    B, T = run.xs.shape[:2]
    ends = sorted({*data.draw(st.sets(st.integers(1, T)), label="ends"), T})
    mask = np.ones((B, T), bool) if mask is None else mask
    state, hs, pieces = run.state, [], []
    for start, end in zip([0, *ends], ends):
        part, state, cache = layer.forward(
            run.xs[:, start:end], state, mask[:, start:end]
        )
        hs.append(part)
        pieces.append((run.dhs[:, start:end], cache))
    dstate, dxs, grads = run.dstate, [], dict.fromkeys(layer.params, 0)
    for dhs, cache in reversed(pieces):
        part, dstate, more = layer.backward(dhs, cache, dstate)
        dxs.insert(0, part)
        grads = {name: grads[name] + more[name] for name in grads}
    want = forward_backward(layer, run, mask)
    got = {"hs": np.concatenate(hs, 1), "state": state, "dxs": np.concatenate(dxs, 1)}
    got |= {"dstate": dstate, "grads": grads}
    assert_equal(layer, got, want)


# Finite differences are slow, and the tests above compare the same gradients.
FEWER = settings(max_examples=max(4, settings.default.max_examples // 6))


# Not relu: at its corner there is no derivative.
@pytest.mark.parametrize("case", [c for c in CASES | WHOLE if "relu" not in c])
@FEWER
@given(data=st.data())
def test_gradients(case, data):
    layer, run, mask = data.draw(runs(case, dtypes=(np.float64,)))
    assert_layer_gradients(layer, run, mask, 1e-4)
