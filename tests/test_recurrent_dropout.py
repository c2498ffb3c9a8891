"""Recurrent dropout: one draw for all steps of a call.

What it does to the equations stands in test_references.py.
"""

import numpy as np
import pytest
from cases import (
    CASES,
    MASKS,
    WHOLE,
    B,
    assert_close,
    assert_layer_gradients,
    assert_same,
    floats,
    forward_backward,
    random_layer,
    random_run,
    rows_of,
)

from lib import Dropout
from lib.states import leaves

layers = pytest.mark.parametrize("case", CASES | WHOLE)
masks = pytest.mark.parametrize("mask", MASKS.values(), ids=MASKS)


def dropout(rate=0.4, seed=7):
    return Dropout(rate, np.random.default_rng(seed))


def frozen(layer, rate=0.4, seed=7):
    """The layer, with the same draw at every call."""
    forward = layer.forward
    layer.forward = lambda xs, state, mask=None: forward(
        xs, state, mask, dropout(rate, seed)
    )
    return layer


@masks
@layers
def test_gradients(case, mask):
    layer = frozen(random_layer(case))
    assert_layer_gradients(layer, random_run(layer), mask)


@pytest.mark.parametrize("rate", [0.2, 0.9])
@layers
def test_gradients_of_a_batch_of_one(case, rate):
    layer = frozen(random_layer(case), rate)
    assert_layer_gradients(layer, random_run(layer, B=1))


@masks
@layers
def test_rate_zero_is_none(case, mask):
    layer = random_layer(case)
    run = random_run(layer)
    want = forward_backward(layer, run, mask)
    assert_close(forward_backward(frozen(layer, rate=0), run, mask), want)


@layers
def test_same_seed_same_draw_and_each_call_draws_anew(case):
    layer = random_layer(case)
    run = random_run(layer, B=8)

    def calls(seed):
        one = dropout(seed=seed)
        return [layer.forward(run.xs, None, None, one)[0] for _ in range(2)]

    first, second = calls(7)
    assert_same((first, second), tuple(calls(7)))
    assert np.abs(first - second).max() > 0.01
    assert np.abs(first - calls(8)[0]).max() > 0.01


@layers
def test_one_draw_for_each_layer_and_level(case):
    layer, one, other = random_layer(case), dropout(), dropout()
    layer.forward(random_run(layer).xs, None, None, one)
    for name, array in leaves(layer.initial_state(B), "state").items():
        fed_back = "y" if "Jordan" in case else "h"
        if name.endswith(f".{fed_back}"):
            other.forward(np.ones(array.shape))
    assert_same(one.forward(np.ones(9)), other.forward(np.ones(9)))


# Both chunks see the same factors, so both together are one run of the whole.
@masks
@pytest.mark.parametrize("case", CASES)
def test_all_steps_have_the_same_factors(case, mask):
    layer = frozen(random_layer(case))
    run = random_run(layer)
    first, second = (None, None) if mask is None else (mask[:, :2], mask[:, 2:])
    hs1, state, cache1 = layer.forward(run.xs[:, :2], run.state, first)
    hs2, state, cache2 = layer.forward(run.xs[:, 2:], state, second)
    dxs2, dstate, grads2 = layer.backward(run.dhs[:, 2:], cache2, run.dstate)
    dxs1, dstate, grads1 = layer.backward(run.dhs[:, :2], cache1, dstate)
    chunks = {
        "hs": np.concatenate([hs1, hs2], 1),
        "state": state,
        "dxs": np.concatenate([dxs1, dxs2], 1),
        "dstate": dstate,
        "grads": {name: grads1[name] + grads2[name] for name in grads1},
    }
    assert_close(chunks, forward_backward(layer, run, mask))


@pytest.mark.parametrize("case", ["SimpleRNN-tanh", "LSTM", "Coupled", "Peephole-full"])
def test_it_is_a_chain_of_steps_from_a_state_times_the_factors(case):
    """In these layers h enters nothing but the sums."""
    layer = random_layer(case)
    run = random_run(layer)
    factors = dropout().forward(np.ones_like(run.state.h))[1]
    hs, caches, state, dstate = [], [], run.state, run.dstate
    for x in run.xs.swapaxes(0, 1):
        state, cache = layer.step(x, state._replace(h=state.h * factors))
        hs.append(state.h)
        caches.append(cache)
    grads = dict.fromkeys(layer.params, 0)
    for dh, cache in reversed([*zip(run.dhs.swapaxes(0, 1), caches)]):
        dstate = layer.plus_hidden(dstate, dh)
        _, dstate, more = layer.step_backward(dstate, cache)
        dstate = dstate._replace(h=dstate.h * factors)
        grads = {name: grads[name] + more[name] for name in grads}
    got = forward_backward(frozen(layer), run)
    assert_close(got["hs"], np.stack(hs, 1))
    assert_close(got["state"], state)
    assert_close(got["dstate"], dstate)
    assert_close(got["grads"], grads)


@layers
def test_a_rate_near_1_is_a_layer_without_recurrent_weights(case):
    layer = random_layer(case)
    run = random_run(layer)
    hs, _, _ = layer.forward(run.xs, run.state, None, dropout(0.9999))
    for name, array in layer.params.items():
        if name.rpartition(".")[2].startswith(("W_h", "W_yh")) and "W_hy" not in name:
            array[...] = 0
    assert_close(hs, layer.forward(run.xs, run.state)[0])


@layers
def test_rows_have_factors_of_their_own(case):
    layer = random_layer(case)
    run, alike = random_run(layer), np.zeros(6, int)
    state = rows_of(run.state, alike)
    hs, _, _ = layer.forward(run.xs[alike], state, None, dropout())
    assert np.ptp(hs, axis=0).max() > 0.01


def test_each_layer_of_a_stack_draws_its_own():
    stack, one = random_layer("Stacked"), dropout()
    run = random_run(stack)
    got = stack.forward(run.xs, run.state, None, dropout())[0]
    xs = run.xs
    for layer, state in zip(stack.layers, run.state):
        xs = layer.forward(xs, state, None, one)[0]
    assert_same(got, xs)


def test_both_layers_of_bidirectional_draw_their_own():
    layer, one = random_layer("Bidirectional"), dropout()
    run = random_run(layer)
    got = layer.forward(run.xs, run.state, None, dropout())[0]
    ahead = layer.ahead.forward(run.xs, run.state.ahead, None, one)[0]
    back = layer.back.forward(run.xs[:, ::-1], run.state.back, None, one)[0]
    assert_same(got, np.concatenate([ahead, back[:, ::-1]], 2))


@layers
def test_float32_stays_float32(case):
    layer = frozen(random_layer(case, dtype=np.float32))
    got = forward_backward(layer, random_run(layer))
    states = [*floats(got["state"]).values(), *floats(got["dstate"]).values()]
    arrays = [got["hs"], got["dxs"], *got["grads"].values(), *states]
    assert {array.dtype for array in arrays} == {np.dtype(np.float32)}


# Not relu, which has zeros of its own.
@pytest.mark.parametrize("case", [c for c in CASES | WHOLE if "relu" not in c])
def test_the_state_that_goes_out_is_whole(case):
    """What is dropped is what enters the sums; the state keeps all its numbers."""
    layer = frozen(random_layer(case), rate=0.9)
    run = random_run(layer)
    hs, state, _ = layer.forward(run.xs, run.state)
    assert hs.all()
    assert all(array.all() for array in floats(state).values())


@pytest.mark.parametrize("wrong", [0.4, True, Dropout, "0.4"], ids=str)
@layers
def test_anything_else_is_an_error_that_names_it(case, wrong):
    layer = random_layer(case)
    wanted = "^recurrent_dropout: expected a Dropout or None, got "
    with pytest.raises(TypeError, match=wanted + type(wrong).__name__):
        layer.forward(random_run(layer).xs, recurrent_dropout=wrong)
