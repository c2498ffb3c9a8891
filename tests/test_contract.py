"""The contract that every layer keeps, point by point."""

import copy
import pickle

import numpy as np
import pytest
from cases import (
    CASES,
    MASKS,
    B,
    D,
    H,
    T,
    assert_close,
    assert_same,
    chained_steps,
    copied,
    forward_backward,
    random_layer,
    random_params,
    random_run,
)

from lib import LSTM, Dense, Embedding, Model, SimpleRNN, TiedDense

layers = pytest.mark.parametrize("case", CASES)
masks = pytest.mark.parametrize("mask", MASKS.values(), ids=MASKS)
padded = pytest.mark.parametrize("mask", list(MASKS.values())[1:], ids=list(MASKS)[1:])
dtypes = pytest.mark.parametrize(
    "dtype", [np.float32, np.float64], ids=["float32", "float64"]
)
duplicates = pytest.mark.parametrize(
    "duplicate",
    [copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))],
    ids=["deepcopy", "pickle"],
)


def arrays_in(*trees):
    for tree in trees:
        if isinstance(tree, dict):
            yield from arrays_in(*tree.values())
        elif isinstance(tree, tuple):
            yield from arrays_in(*tree)
        else:
            yield tree


def scramble(*trees):
    """Overwrite every array."""
    for array in arrays_in(*trees):
        array[...] = True if array.dtype == bool else 7


# Names and shapes


def test_names_and_shapes_of_simple_rnn():
    shapes = {name: array.shape for name, array in SimpleRNN(D, H).params.items()}
    assert shapes == {"W_xh": (D, H), "W_hh": (H, H), "b_h": (H,)}


def test_names_and_shapes_of_lstm():
    shapes = {name: array.shape for name, array in LSTM(D, H).params.items()}
    gates = [{f"W_x{k}": (D, H), f"W_h{k}": (H, H), f"b_{k}": (H,)} for k in "ifgo"]
    assert list(shapes.items()) == [item for gate in gates for item in gate.items()]


@layers
def test_initial_state_is_zeros(case):
    layer = random_layer(case)
    state = layer.initial_state(B)
    assert state._fields[0] == "h"
    for field in state:
        assert field.shape == (B, H)
        assert not field.any()


def test_lstm_state_is_h_and_c():
    assert LSTM(D, H).initial_state(B)._fields == ("h", "c")


@layers
def test_grads_have_the_names_and_shapes_of_params(case):
    layer = random_layer(case)
    run = random_run(layer)
    for grads in (
        forward_backward(layer, run)["grads"],
        chained_steps(layer, run)["grads"],
    ):
        assert list(grads) == list(layer.params)
        for name, grad in grads.items():
            assert grad.shape == layer.params[name].shape


@dtypes
@layers
def test_dtype_goes_in_and_comes_out(case, dtype):
    layer = random_layer(case, dtype=dtype)
    run = random_run(layer)
    state, cache = layer.step(run.xs[:, 0], run.state)
    everything = [
        layer.params,
        layer.initial_state(B),
        state,
        layer.step_backward(run.dstate, cache),
        forward_backward(layer, run),
        forward_backward(layer, run, MASKS["middle"]),
        forward_backward(layer, random_run(layer, B=1)),
    ]
    assert {array.dtype for array in arrays_in(*everything)} == {np.dtype(dtype)}


@layers
def test_numbers_of_another_dtype_are_converted(case):
    layer = random_layer(case, dtype=np.float32)
    run = random_run(layer)
    hs, state, _ = layer.forward(run.xs.astype(np.float64).tolist())
    assert_same(hs, layer.forward(run.xs)[0])
    assert {array.dtype for array in arrays_in(hs, state)} == {np.dtype(np.float32)}


def test_default_dtype_is_float64():
    embedding = Embedding(D, H)
    for part in (
        SimpleRNN(D, H),
        LSTM(D, H),
        Dense(D, H),
        embedding,
        TiedDense(embedding),
    ):
        assert {array.dtype for array in part.params.values()} == {np.dtype(np.float64)}


# State in, state out


@layers
def test_no_state_is_the_initial_state(case):
    layer = random_layer(case)
    run = random_run(layer)
    zeros = layer.initial_state(B)
    hs, state, cache = layer.forward(run.xs)
    hs0, state0, cache0 = layer.forward(run.xs, zeros)
    assert_same((hs, state), (hs0, state0))
    assert_same(layer.backward(run.dhs, cache), layer.backward(run.dhs, cache0, zeros))
    assert_same(layer.step(run.xs[:, 0], None)[0], layer.step(run.xs[:, 0], zeros)[0])


@masks
@layers
def test_last_hidden_state_is_the_state(case, mask):
    layer = random_layer(case)
    run = random_run(layer)
    hs, state, _ = layer.forward(run.xs, run.state, mask)
    assert_same(hs[:, -1], state.h)
    assert not np.shares_memory(hs, state.h)


# Nothing hides, nothing is overwritten


@masks
@layers
def test_nothing_passed_in_is_changed(case, mask):
    layer = random_layer(case)
    run = random_run(layer)
    given = (layer.params, run.xs, run.state, run.dhs, run.dstate)
    given += () if mask is None else (mask,)
    before = copied(given)
    forward_backward(layer, run, mask)
    chained_steps(layer, run, mask)
    assert_same(given, before)


@masks
@layers
def test_forward_keeps_nothing_of_what_it_was_given_or_gave(case, mask):
    layer = random_layer(case)
    run = random_run(layer)
    want = forward_backward(layer, run, mask)
    mask = None if mask is None else mask.copy()
    hs, state, cache = layer.forward(run.xs, run.state, mask)
    scramble(
        run.xs, run.state, hs, state, layer.params, *(() if mask is None else (mask,))
    )
    dxs, dstate, grads = layer.backward(run.dhs, cache, run.dstate)
    assert_same(
        {"dxs": dxs, "dstate": dstate, "grads": grads},
        {name: want[name] for name in ("dxs", "dstate", "grads")},
    )


@layers
def test_step_keeps_nothing_of_what_it_was_given_or_gave(case):
    layer = random_layer(case)
    run = random_run(layer)
    x = run.xs[:, 0].copy()
    want = layer.step_backward(run.dstate, layer.step(x, run.state)[1])
    state, cache = layer.step(x, run.state)
    scramble(x, run.state, state, layer.params)
    assert_same(layer.step_backward(run.dstate, cache), want)


@masks
@layers
def test_cache_can_be_used_twice(case, mask):
    layer = random_layer(case)
    run = random_run(layer)
    _, _, cache = layer.forward(run.xs, run.state, mask)
    first = layer.backward(run.dhs, cache, run.dstate)
    kept = copied(first)
    layer.backward(2 * run.dhs, cache, run.dstate)
    second = layer.backward(run.dhs, cache, run.dstate)
    scramble(*second)
    assert_same(first, kept)
    assert_same(layer.backward(run.dhs, cache, run.dstate), kept)


@layers
def test_step_cache_can_be_used_twice(case):
    layer = random_layer(case)
    run = random_run(layer)
    _, cache = layer.step(run.xs[:, 0], run.state)
    first = layer.step_backward(run.dstate, cache)
    kept = copied(first)
    scramble(*layer.step_backward(run.state, cache))
    assert_same(first, kept)
    assert_same(layer.step_backward(run.dstate, cache), kept)


@layers
def test_a_cache_outlives_later_calls(case):
    layer = random_layer(case)
    run, other = random_run(layer), random_run(layer, seed=9)
    _, _, cache = layer.forward(run.xs, run.state)
    want = copied(layer.backward(run.dhs, cache, run.dstate))
    forward_backward(layer, other)
    assert_same(layer.backward(run.dhs, cache, run.dstate), want)


@layers
def test_later_calls_change_no_earlier_result(case):
    layer = random_layer(case)
    run, other = random_run(layer), random_run(layer, seed=9)
    first = forward_backward(layer, run), layer.step(run.xs[:, 0], run.state)
    kept = copied(first)
    forward_backward(layer, other)
    layer.step(other.xs[:, 0], other.state)
    assert_same(first, kept)


@pytest.mark.parametrize(
    "part", [Dense(D, H), Embedding(6, H)], ids=["Dense", "Embedding"]
)
def test_dense_and_embedding_keep_nothing_either(part):
    rng = np.random.default_rng(0)
    x = (
        rng.normal(size=(B, T, D))
        if isinstance(part, Dense)
        else rng.integers(0, 6, (B, T))
    )
    dy = rng.normal(size=(B, T, H))
    y, cache = part.forward(x)
    want = copied((y, part.backward(dy, cache)))
    y, cache = part.forward(x)
    part.params["W"] = part.params["W"] + 1
    before = copied(x)
    part.backward(2 * dy, cache)
    assert_same(x, before)
    x[...] = 0
    assert_same((y, part.backward(dy, cache)), want)


# Parameters


@pytest.mark.parametrize(
    "how", ["replaced", "in place", "augmented", "update", "or", "all"]
)
@pytest.mark.parametrize("name", LSTM(1, 1).params)
def test_assigned_parameters_take_effect(name, how):
    layer = random_layer("LSTM")
    run = random_run(layer)
    before = layer.forward(run.xs, run.state)[0]
    value = layer.params[name] + 0.1
    if how == "replaced":
        layer.params[name] = value
    elif how == "in place":
        layer.params[name][...] = value
    elif how == "augmented":
        layer.params[name] += 0.1
    elif how == "update":
        layer.params.update({name: value})
    elif how == "or":
        layer.params |= {name: value}
    else:
        layer.params = dict(layer.params) | {name: value}
    assert_same(layer.params[name], value)
    after = forward_backward(layer, run)
    assert np.abs(after["hs"] - before).max() > 1e-4
    assert_close(after, chained_steps(layer, run))


@pytest.mark.parametrize("name", SimpleRNN(1, 1).params)
def test_assigned_parameters_of_simple_rnn_take_effect(name):
    layer = random_layer("SimpleRNN-tanh")
    run = random_run(layer)
    before = layer.forward(run.xs, run.state)[0]
    layer.params[name] = layer.params[name] + 0.1
    after = forward_backward(layer, run)
    assert np.abs(after["hs"] - before).max() > 1e-4
    assert_close(after, chained_steps(layer, run))


@pytest.mark.parametrize(
    "part",
    [
        LSTM(D, H),
        SimpleRNN(D, H),
        Dense(D, H),
        Embedding(D, H),
        TiedDense(Embedding(D, H)),
    ],
    ids=lambda p: type(p).__name__,
)
def test_assigning_copies(part):
    name = next(iter(part.params))
    value = np.ones_like(part.params[name])
    part.params[name] = value
    value[...] = 5
    assert (part.params[name] == 1).all()


def test_names_of_params_are_fixed():
    params = LSTM(D, H).params
    for change in (
        lambda: params.pop("W_xi"),
        lambda: params.popitem(),
        lambda: params.clear(),
        lambda: params.setdefault("W_xi", 0),
        lambda: params.__delitem__("W_xi"),
    ):
        with pytest.raises(TypeError, match="names of the parameters are fixed"):
            change()


# Copies keep the tie between the names and the array that the layer computes with


@duplicates
@layers
def test_copy_of_a_layer(case, duplicate):
    layer = random_layer(case)
    run = random_run(layer)
    want = forward_backward(layer, run)
    twin = duplicate(layer)
    assert_same(forward_backward(twin, run), want)
    for name, array in twin.params.items():
        twin.params[name] = array + 0.1
    changed = forward_backward(twin, run)
    assert np.abs(changed["hs"] - want["hs"]).max() > 1e-3
    assert_close(changed, chained_steps(twin, run))
    assert_same(forward_backward(layer, run), want)  # the original is untouched


@duplicates
@pytest.mark.parametrize(
    "part",
    [
        LSTM(D, H),
        SimpleRNN(D, H),
        Dense(D, H),
        Embedding(D, H),
        TiedDense(Embedding(D, H)),
    ],
    ids=lambda p: type(p).__name__,
)
def test_params_of_a_copy_are_as_strict(part, duplicate):
    twin = duplicate(part)
    with pytest.raises(ValueError, match="expected one of"):
        twin.params["W_q"] = 0
    name = next(iter(twin.params))
    with pytest.raises(ValueError, match="expected shape"):
        twin.params[name] = np.zeros((9, 9))


@duplicates
def test_copy_of_a_model(duplicate):
    rng = np.random.default_rng(0)
    model = Model(Embedding(6, D, rng), LSTM(D, H, rng), Dense(H, 7, rng))
    tokens = rng.integers(0, 6, (B, T))
    want = model.forward(tokens)[0]
    twin = duplicate(model)
    assert_same(twin.forward(tokens)[0], want)
    for name in model.params:
        before = twin.forward(tokens)[0]
        twin.params[name] = twin.params[name] + 0.1
        assert np.abs(twin.forward(tokens)[0] - before).max() > 1e-5, name
    assert_same(model.forward(tokens)[0], want)


@duplicates
def test_copy_of_params_alone_is_tied_to_nothing(duplicate):
    layer = random_layer("LSTM")
    before = copied(dict(layer.params))
    kept = duplicate(layer.params)
    assert_same(dict(kept), before)
    random_params(layer.params, np.random.default_rng(7))
    assert_same(dict(kept), before)
    layer.params.update(kept)  # the way back
    assert_same(dict(layer.params), before)


# Masks


@padded
@layers
def test_padded_step_copies_the_state_and_has_no_gradient(case, mask):
    layer = random_layer(case)
    run = random_run(layer)
    hs, _, cache = layer.forward(run.xs, run.state, mask)
    dxs, _, _ = layer.backward(run.dhs, cache, run.dstate)
    before = np.concatenate([run.state.h[:, None], hs[:, :-1]], 1)
    assert_same(hs[~mask], before[~mask])
    assert not dxs[~mask].any()
    assert dxs[mask].any()


@layers
def test_fully_padded_row_hands_everything_through(case):
    layer = random_layer(case)
    run = random_run(layer)
    got = forward_backward(layer, run, MASKS["empty-row"])
    row = {name: tuple(f[0] for f in got[name]) for name in ("state", "dstate")}
    assert_same(row["state"], tuple(f[0] for f in run.state))
    summed = run.dstate._replace(h=run.dstate.h + run.dhs.sum(1))
    assert_close(row["dstate"], tuple(f[0] for f in summed))


@pytest.mark.parametrize("length", [1, 3])
@layers
def test_padding_at_the_end_equals_the_shorter_run(case, length):
    layer = random_layer(case)
    run = random_run(layer)
    mask = np.arange(T) < np.full((B, 1), length)
    run.dhs[:, length:] = 0
    padded = forward_backward(layer, run, mask)
    short = random_run(layer)
    short.xs, short.dhs = run.xs[:, :length], run.dhs[:, :length]
    short = forward_backward(layer, short)
    for name in ("hs", "dxs"):
        assert_close(padded[name][:, :length], short[name])
    for name in ("state", "dstate", "grads"):
        assert_close(padded[name], short[name])


@layers
def test_padded_inputs_do_not_matter(case):
    layer = random_layer(case)
    run, mask = random_run(layer), MASKS["middle"]
    want = forward_backward(layer, run, mask)
    run.xs[~mask] = 1e6
    assert_same(forward_backward(layer, run, mask), want)


@layers
def test_mask_of_true_is_no_mask(case):
    layer = random_layer(case)
    run = random_run(layer)
    ones = np.ones((B, T), bool)
    assert_same(forward_backward(layer, run, ones), forward_backward(layer, run))


# Seeds


@pytest.mark.parametrize(
    "make",
    [
        lambda **a: SimpleRNN(D, H, **a),
        lambda **a: LSTM(D, H, **a),
        lambda **a: Dense(D, H, **a),
        lambda **a: Embedding(D, H, **a),
    ],
    ids=["SimpleRNN", "LSTM", "Dense", "Embedding"],
)
def test_same_seed_same_weights(make):
    rng = np.random.default_rng
    params = dict(make(rng=rng(5)).params)
    assert_same(dict(make(rng=rng(5)).params), params)
    assert (
        np.abs(
            next(iter(make(rng=rng(6)).params.values())) - next(iter(params.values()))
        ).max()
        > 0
    )
    assert_same(dict(make().params), dict(make(rng=rng(0)).params))
    narrow = dict(make(rng=rng(5), dtype=np.float32).params)
    assert_same(
        narrow, {name: array.astype(np.float32) for name, array in params.items()}
    )


def test_generator_goes_on():
    rng = np.random.default_rng(5)
    first, second = LSTM(D, H, rng), LSTM(D, H, rng)
    assert np.abs(first.params["W_xi"] - second.params["W_xi"]).max() > 0


def test_a_wrong_value_changes_nothing():
    layer = random_layer("LSTM")
    before = layer.params.copy()
    with pytest.raises(ValueError, match="b_f"):
        layer.params.update({"W_xi": before["W_xi"] + 1, "b_f": np.ones(H + 1)})
    assert_same(dict(layer.params), before)


def test_copy_of_parameters():
    layer = random_layer("LSTM")
    kept = layer.params.copy()
    layer.params["b_f"] += 1
    assert np.abs(kept["b_f"] - layer.params["b_f"]).min() > 0.5
    layer.params = kept  # back to the best so far
    assert_same(dict(layer.params), kept)


@pytest.mark.parametrize(
    "how", [copy.deepcopy, lambda tree: pickle.loads(pickle.dumps(tree))]
)
def test_layer_and_parameters_copied_together_stay_tied(how):
    layer = random_layer("LSTM")
    twin, params = how((layer, layer.params))
    params["b_f"] = params["b_f"] + 1
    assert_same(twin.params["b_f"], layer.params["b_f"] + 1)
    run = random_run(layer)
    assert np.abs(twin.forward(run.xs)[0] - layer.forward(run.xs)[0]).max() > 1e-4
