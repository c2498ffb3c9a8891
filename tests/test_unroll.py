"""A long sequence in segments: the same gradient with less memory, or a gradient that is cut."""

import tracemalloc

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
    assert_close,
    assert_same,
    copied,
    forward_backward,
    random_layer,
    random_params,
    random_run,
)

from lib import LSTM, Bidirectional, Dense, SimpleRNN, fused, unroll

layers = pytest.mark.parametrize("case", CASES)
masks = pytest.mark.parametrize("mask", MASKS.values(), ids=MASKS)


def unrolled(layer, run, mask=None, length=None, truncated=False):
    """As `forward_backward`."""
    hs, state, cache = unroll.forward(layer, run.xs, run.state, mask, length)
    dxs, dstate, grads = unroll.backward(run.dhs, cache, run.dstate, truncated)
    return {"hs": hs, "state": state, "dxs": dxs, "dstate": dstate, "grads": grads}


@pytest.mark.parametrize("length", [1, 2, T, T + 4, None])
@masks
@layers
def test_equals_the_layer(case, mask, length):
    layer = random_layer(case)
    run = random_run(layer)
    want = forward_backward(layer, run, mask)
    assert_close(unrolled(layer, run, mask, length), want, 1e-12, least=1)


def test_without_states_it_is_the_initial_state_and_no_gradient():
    layer = random_layer("LSTM")
    run = random_run(layer)
    hs, _, cache = unroll.forward(layer, run.xs)
    want, _, cache_of_layer = layer.forward(run.xs)
    assert_close(hs, want, 1e-12)
    got = unroll.backward(run.dhs, cache)
    assert_close(got, layer.backward(run.dhs, cache_of_layer), 1e-12)


@layers
def test_float32_stays_float32(case):
    layer = random_layer(case, dtype=np.float32)
    got = unrolled(layer, random_run(layer))
    arrays = [got["hs"], got["dxs"], *got["grads"].values()]
    assert {array.dtype for array in arrays} == {np.dtype(np.float32)}


# Truncated


@masks
@layers
def test_truncated_is_each_segment_by_itself(case, mask):
    layer = random_layer(case)
    run, state, parts = random_run(layer), random_run(layer).state, []
    for steps in (slice(0, 2), slice(2, 4), slice(4, 5)):
        part = None if mask is None else mask[:, steps]
        hs, state, cache = layer.forward(run.xs[:, steps], state, part)
        last = run.dstate if steps.stop == T else None
        dxs, dstate, grads = layer.backward(run.dhs[:, steps], cache, last)
        parts.append((hs, dxs, dstate, grads))
    all_hs, all_dxs, dstates, all_grads = zip(*parts)
    want = {
        "hs": np.concatenate(all_hs, 1),
        "state": state,
        "dxs": np.concatenate(all_dxs, 1),
        "dstate": dstates[0],
        "grads": {n: sum(grads[n] for grads in all_grads) for n in all_grads[0]},
    }
    assert_close(unrolled(layer, run, mask, 2, truncated=True), want, 1e-12)


def test_no_gradient_crosses_an_edge():
    layer = random_layer("LSTM")
    run = random_run(layer)
    _, _, cache = unroll.forward(layer, run.xs, run.state, length=2)
    late = np.zeros_like(run.dhs)
    late[:, 2:4] = 1
    exact, cut = (unroll.backward(late, cache, truncated=t)[0] for t in (False, True))
    assert exact[:, :4].all()
    assert cut[:, 2:4].all() and not cut[:, :2].any() and not cut[:, 4:].any()
    assert_same(cut[:, 2:], exact[:, 2:])


@layers
def test_truncated_differs_unless_there_is_one_segment(case):
    layer = random_layer(case)
    run = random_run(layer)
    exact = unrolled(layer, run)["dxs"]
    assert (
        np.abs(unrolled(layer, run, length=2, truncated=True)["dxs"] - exact).max() > 0
    )
    assert_close(unrolled(layer, run, length=T, truncated=True)["dxs"], exact, 1e-12)


# Nothing hides


@layers
def test_what_changes_between_the_ways_does_not_matter(case):
    layer, mask = random_layer(case), MASKS["middle"].copy()
    run = random_run(layer)
    want = unrolled(layer, run, mask)
    hs, state, cache = unroll.forward(layer, run.xs, run.state, mask)
    random_params(layer.params, np.random.default_rng(9))
    for array in (run.xs, hs, mask):
        array[...] = 1
    run.state = state
    dxs, dstate, grads = unroll.backward(run.dhs, cache, run.dstate)
    got = {"dxs": dxs, "dstate": dstate, "grads": grads}
    assert_same(got, {name: want[name] for name in got})


@layers
def test_nothing_passed_in_is_changed_and_the_cache_serves_twice(case):
    layer = random_layer(case)
    run = random_run(layer)
    given = (layer.params, run.xs, run.state, run.dhs, run.dstate)
    before = copied(given)
    _, _, cache = unroll.forward(layer, run.xs, run.state)
    first, second = (unroll.backward(run.dhs, cache, run.dstate) for _ in range(2))
    assert_same(first, second)
    assert_same(given, before)


def test_a_state_that_is_changed_later_does_not_matter():
    layer = random_layer("LSTM")
    run = random_run(layer)
    want = unrolled(layer, run)["grads"]
    _, _, cache = unroll.forward(layer, run.xs, run.state)
    run.state.c[...] = 7
    assert_same(unroll.backward(run.dhs, cache, run.dstate)[2], want)


# Memory


def peak(call):
    """Bytes at the highest point, with no memory in reserve."""
    fused._Block.spare.clear()
    tracemalloc.start()
    call()
    found = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return found


def test_memory_beside_the_outputs_is_less_than_a_fifth():
    layer = LSTM(2, 16)
    run = random_run(layer, B=32, T=400)
    outputs = run.dhs.nbytes  # hs, which both return
    whole = peak(lambda: forward_backward(layer, run)) - outputs
    segments = peak(lambda: unrolled(layer, run)) - outputs
    assert segments < whole / 5


def test_about_root_of_t_states_are_kept():
    layer = SimpleRNN(D, H)
    for length, want in ((1, 1), (2, 2), (10, 4), (16, 4), (17, 5), (400, 20)):
        cache = unroll.forward(layer, np.ones((B, length, D)))[2]
        assert cache.length == want
        assert len(cache.states) == -(-length // want)


# Bad input

lstm = LSTM(D, H)
xs, dhs = np.ones((B, T, D)), np.ones((B, T, H))
cache = unroll.forward(lstm, xs)[2]
both = Bidirectional(LSTM(D, H), LSTM(D, H))


@pytest.mark.parametrize(
    "call, error, message",
    [
        (lambda: unroll.forward(Dense(D, H), xs), TypeError,
         "layer: expected a recurrent layer, got Dense"),
        (lambda: unroll.forward(LSTM, xs), TypeError,
         "layer: expected a recurrent layer, got type"),
        (lambda: unroll.forward(both, xs), TypeError,
         "layer: expected one that reads ahead only, got a Bidirectional"),
        (lambda: unroll.forward(random_layer("Stacked-on-bidirectional"), xs), TypeError,
         "layer: expected one that reads ahead only, got a Bidirectional"),
        (lambda: unroll.forward(lstm, xs[:, :0]), ValueError,
         "xs: expected shape (B, T, 3) with B, T >= 1, got (2, 0, 3)"),
        (lambda: unroll.forward(lstm, xs, (dhs[:, 0],)), TypeError,
         "state: expected LSTMState(h, c), got tuple of 1"),
        (lambda: unroll.forward(lstm, xs, None, np.ones((T, B), bool)), ValueError,
         "mask: expected shape (2, 5), got (5, 2)"),
        (lambda: unroll.forward(lstm, xs, length=0), ValueError,
         "length: expected an int >= 1, got 0"),
        (lambda: unroll.forward(lstm, xs, length=2.0), TypeError,
         "length: expected an int >= 1, got 2.0"),
        (lambda: unroll.backward(dhs, lstm.forward(xs)[2]), TypeError,
         "cache: expected that of unroll.forward, got Cache"),
        (lambda: unroll.backward(xs, cache), ValueError,
         "dhs: expected shape (2, 5, 4), got (2, 5, 3)"),
        (lambda: unroll.backward(dhs * np.nan, cache), ValueError,
         "dhs: expected finite numbers, got nan"),
        (lambda: unroll.backward(dhs, cache, dhs), TypeError,
         "dstate: expected LSTMState(h, c), got ndarray"),
        (lambda: unroll.backward(dhs, cache, None, 1), TypeError,
         "truncated: expected True or False, got 1"),
    ],
)  # fmt: skip
def test_bad_input_names_the_argument(call, error, message):
    with pytest.raises(error) as raised:
        call()
    assert str(raised.value).startswith(message)


def test_whole_cases_are_those_that_cannot_be_unrolled():
    for case in WHOLE:
        layer = random_layer(case)
        with pytest.raises(TypeError, match="reads ahead only"):
            unroll.forward(layer, random_run(layer).xs)
