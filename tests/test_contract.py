"""The contract that every layer keeps, point by point."""

import copy
import pickle
from functools import partial
from itertools import combinations

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
    chained_steps,
    copied,
    floats,
    forward_backward,
    random_layer,
    random_params,
    random_run,
    rows_of,
)

from lib import (
    GRU,
    LSTM,
    Bidirectional,
    ClockworkRNN,
    CoupledLSTM,
    Dense,
    DepthGatedLSTM,
    Embedding,
    JordanRNN,
    Model,
    PeepholeLSTM,
    SimpleRNN,
    Stacked,
    TiedDense,
)
from lib.states import leaves

layers = pytest.mark.parametrize("case", CASES)
layers_and_whole = pytest.mark.parametrize("case", CASES | WHOLE)
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


def floats_in(*trees):
    """The arrays that are no counts of steps."""
    return [array for array in arrays_in(*trees) if array.dtype.kind == "f"]


def dtypes_in(*trees):
    return {array.dtype for array in floats_in(*trees)}


# Names and shapes: the table in the design


def gates(letters, D=D, prefix=""):
    """name -> shape, in order."""
    shapes = {}
    for k in letters:
        shapes |= {f"{prefix}W_x{k}": (D, H), f"{prefix}W_h{k}": (H, H)}
        shapes |= {f"{prefix}b_{k}": (H,)}
    return shapes


def seeing(letters, name="p_", shape=(H,), prefix=""):
    return {f"{prefix}{name}{k}": shape for k in letters}


LEVEL_1 = gates("ifgo", H, "layer1.") | {
    "layer1.W_xd": (H, H),
    "layer1.w_cd": (H,),
    "layer1.w_ld": (H,),
    "layer1.b_d": (H,),
}
K = 7


@pytest.mark.parametrize(
    "layer, shapes",
    [
        (SimpleRNN(D, H), gates("h")),
        (
            JordanRNN(D, H, output_size=K),
            {"W_xh": (D, H), "W_yh": (K, H), "b_h": (H,), "W_hy": (H, K), "b_y": (K,)},
        ),
        (LSTM(D, H), gates("ifgo")),
        (LSTM(D, H, forget_gate=False), gates("igo")),
        (PeepholeLSTM(D, H), gates("ifgo") | seeing("ifo")),
        (PeepholeLSTM(D, H, peepholes="of"), gates("ifgo") | seeing("fo")),
        (PeepholeLSTM(D, H, peepholes=""), gates("ifgo")),
        (PeepholeLSTM(D, H, forget_gate=False), gates("igo") | seeing("io")),
        (PeepholeLSTM(D, H, full=True), gates("ifgo") | seeing("ifo", "W_c", (H, H))),
        (CoupledLSTM(D, H), gates("fgo")),
        (GRU(D, H), gates("zrn")),
        (GRU(D, H, reset_after=True), gates("zrn") | {"b_hn": (H,)}),
        (
            DepthGatedLSTM(D, H, peepholes="io"),
            gates("ifgo", D, "layer0.")
            | seeing("io", prefix="layer0.")
            | LEVEL_1
            | seeing("io", prefix="layer1."),
        ),
        (ClockworkRNN(D, H, periods=(1, 2)), gates("h")),
        (
            Stacked([SimpleRNN(D, H), SimpleRNN(H, H)]),
            gates("h", D, "layer0.") | gates("h", H, "layer1."),
        ),
        (
            Bidirectional(SimpleRNN(D, H), LSTM(D, H)),
            gates("h", D, "ahead.") | gates("ifgo", D, "back."),
        ),
    ],
    ids=repr,
)
def test_names_and_shapes(layer, shapes):
    found = {name: array.shape for name, array in layer.params.items()}
    assert list(found.items()) == list(shapes.items())
    grads = forward_backward(layer, random_run(layer))["grads"]
    assert {name: grad.shape for name, grad in grads.items()} == found


def fields(layer):
    """name -> shape of the arrays of a state."""
    found = leaves(layer.initial_state(B), "state")
    return {name.removeprefix("state."): a.shape for name, a in found.items()}


@pytest.mark.parametrize(
    "layer, shapes",
    [
        (SimpleRNN(D, H), {"h": (B, H)}),
        (JordanRNN(D, H, output_size=K), {"h": (B, H), "y": (B, K)}),
        (LSTM(D, H), {"h": (B, H), "c": (B, H)}),
        (PeepholeLSTM(D, H), {"h": (B, H), "c": (B, H)}),
        (CoupledLSTM(D, H), {"h": (B, H), "c": (B, H)}),
        (GRU(D, H), {"h": (B, H)}),
        (DepthGatedLSTM(D, H, num_layers=3), {"h": (3, B, H), "c": (3, B, H)}),
        (ClockworkRNN(D, H, periods=(1, 2)), {"h": (B, H), "t": (B,)}),
        (
            Stacked([LSTM(D, K), GRU(K, H)]),
            {"0.h": (B, K), "0.c": (B, K), "1.h": (B, H)},
        ),
        (
            Bidirectional(LSTM(D, K), GRU(D, H)),
            {"ahead.h": (B, K), "ahead.c": (B, K), "back.h": (B, H)},
        ),
    ],
    ids=repr,
)
def test_fields_of_the_state(layer, shapes):
    assert list(fields(layer).items()) == list(shapes.items())


@pytest.mark.parametrize(
    "layer, biases",
    [
        (SimpleRNN(D, H), {}),
        (JordanRNN(D, H, output_size=K), {}),
        (LSTM(D, H), {"b_f": 1}),
        (LSTM(D, H, forget_bias=2, input_bias=-3), {"b_f": 2, "b_i": -3}),
        (LSTM(D, H, forget_gate=False, input_bias=-3), {"b_i": -3}),
        (PeepholeLSTM(D, H), {"b_f": 1}),
        (PeepholeLSTM(D, H, full=True), {"b_f": 1}),
        (PeepholeLSTM(D, H, forget_bias=2, input_bias=-3), {"b_f": 2, "b_i": -3}),
        (CoupledLSTM(D, H), {"b_f": 1}),
        (CoupledLSTM(D, H, forget_bias=2), {"b_f": 2}),
        (GRU(D, H, reset_after=True), {}),
        (GRU(D, H, update_bias=2), {"b_z": 2}),
        (DepthGatedLSTM(D, H), {"layer0.b_f": 1, "layer1.b_f": 1}),
        (
            DepthGatedLSTM(D, H, forget_bias=2, input_bias=-3),
            {"layer0.b_f": 2, "layer1.b_f": 2, "layer0.b_i": -3, "layer1.b_i": -3},
        ),
        (DepthGatedLSTM(D, H, forget_gate=False), {}),
    ],
    ids=lambda x: repr(x) if isinstance(x, dict) else type(x).__name__,
)
def test_first_values(layer, biases):
    """Matrices are random, all else is 0 but for the biases that are given."""
    for name, array in layer.params.items():
        if name.rpartition(".")[2].startswith(("W_x", "W_h", "W_y")):
            assert array.all()
        else:
            assert_same(array, np.full_like(array, biases.get(name, 0)), name)


@layers_and_whole
def test_initial_state_is_zeros(case):
    layer = random_layer(case)
    state = layer.initial_state(B)
    assert not any(array.any() for array in arrays_in(state))
    if case in CASES:
        assert layer.hidden(state).shape == (B, layer.hidden_size)


@layers
def test_a_gradient_is_added_where_the_output_stands(case):
    layer = random_layer(case)
    run = random_run(layer)
    more = layer.plus_hidden(run.dstate, run.dhs[:, 0])
    assert_close(layer.hidden(more), layer.hidden(run.dstate) + run.dhs[:, 0])
    change = [np.abs(a - b).sum() for a, b in zip(*map(arrays_in, (more, run.dstate)))]
    assert_close(sum(change), np.abs(run.dhs[:, 0]).sum())  # and nowhere else


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


@layers
def test_a_state_keeps_its_kind(case):
    layer = random_layer(case)
    run = random_run(layer)
    kinds = [type(run.state), *map(type, run.state)]
    after, cache = layer.step(run.xs[:, 0], run.state)
    _, before, _ = layer.step_backward(run.dstate, cache)
    got = forward_backward(layer, run)
    for state in (after, before, got["state"], got["dstate"]):
        assert [type(state), *map(type, state)] == kinds


@layers
def test_a_count_of_steps_stays_one(case):
    layer = random_layer(case)
    run = random_run(layer)
    counts = [a for a in arrays_in(run.state) if a.dtype.kind == "i"]
    for state in (layer.step(run.xs[:, 0], run.state)[0], layer.initial_state(B)):
        assert len(counts) == len([a for a in arrays_in(state) if a.dtype == int])


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
    assert dtypes_in(*everything) == {np.dtype(dtype)}


@layers_and_whole
def test_numbers_of_another_dtype_are_converted(case):
    layer = random_layer(case, dtype=np.float32)
    run = random_run(layer)
    hs, state, _ = layer.forward(run.xs.astype(np.float64).tolist())
    assert_same(hs, layer.forward(run.xs)[0])
    assert dtypes_in(hs, state) == {np.dtype(np.float32)}


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
    assert_same(hs[:, -1], layer.hidden(state))
    assert not any(np.shares_memory(hs, array) for array in arrays_in(state))


# Nothing hides, nothing is overwritten


@masks
@layers_and_whole
def test_nothing_passed_in_is_changed(case, mask):
    layer = random_layer(case)
    run = random_run(layer)
    given = (layer.params, run.xs, run.state, run.dhs, run.dstate)
    given += () if mask is None else (mask,)
    before = copied(given)
    forward_backward(layer, run, mask)
    if case in CASES:
        chained_steps(layer, run, mask)
    assert_same(given, before)


@masks
@layers_and_whole
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
@layers_and_whole
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


@layers_and_whole
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
    first = forward_backward(layer, run), layer.step(run.xs[:, 0], run.state)[0]
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


@layers
def test_each_assigned_parameter_takes_effect(case):
    layer = random_layer(case)
    run = random_run(layer)
    for name in layer.params:
        before = forward_backward(layer, run)
        layer.params[name] = layer.params[name] + 0.1
        after = forward_backward(layer, run)
        # Jordan's b_y, for one, moves only what is fed back.
        moved = max(
            np.abs(a - b).max()
            for a, b in zip(*(floats_in(r["hs"], r["state"]) for r in (after, before)))
        )
        assert moved > 1e-6, name
        assert_close(after, chained_steps(layer, run))


parts = pytest.mark.parametrize(
    "part",
    [
        *(random_layer(case) for case in CASES | WHOLE),
        Dense(D, H),
        Embedding(D, H),
        TiedDense(Embedding(D, H)),
    ],
    ids=[*(CASES | WHOLE), "Dense", "Embedding", "TiedDense"],
)


@parts
def test_assigning_copies(part):
    name = next(iter(part.params))
    value = np.ones_like(part.params[name])
    part.params[name] = value
    value[...] = 5
    assert (part.params[name] == 1).all()


@parts
def test_all_parameters_can_be_assigned_at_once(part):
    before = part.params.copy()
    values = {name: array + 0.5 for name, array in before.items()}
    part.params = values
    assert_same(dict(part.params), values)
    part.params = before  # the other tests' too


@parts
def test_names_of_params_are_fixed(part):
    params, name = part.params, next(iter(part.params))
    for change in (
        lambda: params.pop(name),
        lambda: params.popitem(),
        lambda: params.clear(),
        lambda: params.setdefault(name, 0),
        lambda: params.__delitem__(name),
    ):
        with pytest.raises(TypeError, match="names of the parameters are fixed"):
            change()


@pytest.mark.parametrize("case", ["LSTM", "GRU", "Depth-gated", "Stacked"])
def test_two_parameters_can_change_places(case):
    layer = random_layer(case)
    names, shapes = list(layer.params), [a.shape for a in layer.params.values()]
    first, second = next(
        (a, b) for a, b in combinations(range(len(names)), 2) if shapes[a] == shapes[b]
    )
    a, b, before = names[first], names[second], layer.params.copy()
    layer.params.update({a: layer.params[b], b: layer.params[a]})
    assert_same(layer.params[a], before[b])
    assert_same(layer.params[b], before[a])


# Copies keep the tie between the names and the array that the layer computes with


@duplicates
@layers_and_whole
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
    if case in CASES:
        assert_close(changed, chained_steps(twin, run))
    assert_same(forward_backward(layer, run), want)  # the original is untouched


@duplicates
@parts
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
    before = np.concatenate([layer.hidden(run.state)[:, None], hs[:, :-1]], 1)
    assert_same(hs[~mask], before[~mask])
    assert not dxs[~mask].any()
    assert dxs[mask].any()


@layers
def test_fully_padded_row_hands_everything_through(case):
    layer = random_layer(case)
    run = random_run(layer)
    got, row = forward_backward(layer, run, MASKS["empty-row"]), slice(0, 1)
    assert_same(rows_of(got["state"], row), rows_of(run.state, row))
    summed = layer.plus_hidden(run.dstate, run.dhs.sum(1))
    assert_close(floats(rows_of(got["dstate"], row)), floats(rows_of(summed, row)))


@layers_and_whole
def test_fully_padded_row_adds_nothing_to_the_gradients(case):
    layer = random_layer(case)
    run = random_run(layer)
    got = forward_backward(layer, run, MASKS["empty-row"])
    alone = random_run(layer)
    alone.xs, alone.dhs = run.xs[1:], run.dhs[1:]
    alone.state, alone.dstate = (
        rows_of(s, slice(1, 2)) for s in (run.state, run.dstate)
    )
    want = forward_backward(layer, alone, MASKS["empty-row"][1:])
    assert_close(got["grads"], want["grads"])
    assert not got["dxs"][0].any()


@pytest.mark.parametrize("length", [1, 3])
@layers_and_whole
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


@layers_and_whole
def test_padded_inputs_do_not_matter(case):
    layer = random_layer(case)
    run, mask = random_run(layer), MASKS["middle"]
    want = forward_backward(layer, run, mask)
    run.xs[~mask] = 1e6
    assert_same(forward_backward(layer, run, mask), want)


@layers_and_whole
def test_mask_of_true_is_no_mask(case):
    layer = random_layer(case)
    run = random_run(layer)
    ones = np.ones((B, T), bool)
    assert_same(forward_backward(layer, run, ones), forward_backward(layer, run))


# Seeds


@pytest.mark.parametrize(
    "make",
    [
        *(SimpleRNN, LSTM, PeepholeLSTM, CoupledLSTM, GRU, DepthGatedLSTM),
        partial(JordanRNN, output_size=K),
        partial(ClockworkRNN, periods=(1, 2)),
        *(Dense, Embedding),
    ],
    ids=lambda make: getattr(make, "func", make).__name__,
)
def test_same_seed_same_weights(make):
    rng = np.random.default_rng
    params = dict(make(D, H, rng=rng(5)).params)
    assert_same(dict(make(D, H, rng=rng(5)).params), params)
    first = next(iter(params))
    assert (make(D, H, rng=rng(6)).params[first] != params[first]).any()
    assert_same(dict(make(D, H).params), dict(make(D, H, rng=rng(0)).params))
    narrow = dict(make(D, H, rng=rng(5), dtype=np.float32).params)
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
