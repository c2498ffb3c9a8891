"""Limit cases: what a layer must become when a part of it is switched off."""

import gc

import numpy as np
import pytest
from cases import (
    CASES,
    WHOLE,
    B,
    D,
    H,
    T,
    assert_close,
    floats,
    forward_backward,
    random_layer,
    random_run,
    rows_of,
)

from lib import ClockworkRNN, Dense, Stacked, fused
from lib.states import mapped

layers = pytest.mark.parametrize("case", CASES)
layers_and_whole = pytest.mark.parametrize("case", CASES | WHOLE)
ON, OFF = 40.0, -40.0  # sigma(40) = 1 and sigma(-40) = 4e-18: a gate held open or shut


def held(**gates):
    """A random LSTM some of whose gates do not depend on anything."""
    layer = random_layer("LSTM")
    for name, bias in gates.items():
        layer.params[f"W_x{name}"][...] = layer.params[f"W_h{name}"][...] = 0
        layer.params[f"b_{name}"][...] = bias
    return layer


def test_what_memory_has_no_room_for_is_a_memory_error_and_nothing_else(recwarn):
    with pytest.raises(MemoryError):
        fused.arrays(np.dtype(float), (10**15,))
    gc.collect()  # what was half made ends without a word
    assert [str(warning.message) for warning in recwarn] == []


def test_rnn_without_recurrence_is_a_dense_layer_and_tanh():
    layer, dense = random_layer("SimpleRNN-tanh"), Dense(D, H)
    layer.params["W_hh"][...] = 0
    dense.params.update(W=layer.params["W_xh"], b=layer.params["b_h"])
    run = random_run(layer)
    assert_close(layer.forward(run.xs, run.state)[0], np.tanh(dense.forward(run.xs)[0]))


def test_linear_rnn_with_the_identity_keeps_its_state():
    layer = random_layer("SimpleRNN-linear")
    layer.params.update(W_hh=np.eye(H), b_h=np.zeros(H))
    run = random_run(layer)
    hs, _, cache = layer.forward(np.zeros((B, T, D)), run.state)
    assert_close(hs, np.repeat(run.state.h[:, None], T, 1), 0)
    dstate = layer.backward(run.dhs, cache)[1]
    assert_close(dstate.h, run.dhs.sum(1))


def test_lstm_that_only_remembers_keeps_its_cell_state():
    layer = held(f=ON, i=OFF)
    run = random_run(layer, T=50)
    _, state, cache = layer.forward(run.xs, run.state)
    assert_close(state.c, run.state.c)
    # … and hands the gradient of the cell state back as it is: the point of the whole design.
    dstate = layer.backward(
        np.zeros_like(run.dhs), cache, run.dstate._replace(h=run.state.h * 0)
    )[1]
    assert_close(dstate.c, run.dstate.c)


def test_lstm_that_only_forgets_has_no_memory():
    layer = held(f=OFF, i=OFF)
    run = random_run(layer)
    hs, state, _ = layer.forward(run.xs, run.state)
    assert max(np.abs(hs).max(), np.abs(state.c).max()) < 1e-15


def test_lstm_that_writes_all_has_the_candidate_as_cell_state():
    layer = held(f=OFF, i=ON, o=ON)
    p, run = layer.params, random_run(layer)
    state, _ = layer.step(run.xs[:, 0], run.state)
    g = np.tanh(run.xs[:, 0] @ p["W_xg"] + run.state.h @ p["W_hg"] + p["b_g"])
    assert_close(state, (np.tanh(g), g))
    assert_close(layer.forward(run.xs[:, :1], run.state)[1], (np.tanh(g), g))


def test_lstm_that_hides_all_moves_its_cell_state_alone():
    layer = held(o=OFF)
    run = random_run(layer)
    hs, state, _ = layer.forward(run.xs, run.state)
    assert np.abs(hs).max() < 1e-15
    assert np.abs(state.c - run.state.c).max() > 0.1


@pytest.mark.parametrize("ones", ["T", "B", "H", "D", "TBHD"])
@layers_and_whole
def test_sizes_of_one_work(case, ones):
    sizes = {
        name: 1 if name in ones else size for name, size in zip("BTDH", (B, T, D, H))
    }
    layer = random_layer(case, sizes["D"], sizes["H"])
    run = random_run(layer, sizes["B"], sizes["T"])
    got = forward_backward(layer, run)
    for found, given in (
        ("hs", run.dhs),
        ("dxs", run.xs),
        ("state", run.state),
        ("dstate", run.state),
    ):
        shapes = mapped(np.shape, given), mapped(np.shape, got[found])
        assert shapes[0] == shapes[1]


def permute_units(layer, order):
    """Put a layer's hidden units in another order, in place."""
    if isinstance(layer, Stacked):  # the hidden units of the last layer
        return permute_units(layer.layers[-1], order)
    for name, array in layer.params.items():
        level, _, name_in_level = name.rpartition(".")
        from_hidden = ("W_h", "W_c", "W_x") if level > "layer0" else ("W_h", "W_c")
        if name_in_level.startswith(from_hidden):
            array = array[order]
        if name not in ("W_hy", "b_y"):  # Jordan's outputs stay where they are
            array = array[..., order]
        layer.params[name] = array


def permute_state(layer, state, order):
    if isinstance(layer, Stacked):
        return *state[:-1], permute_state(layer.layers[-1], state[-1], order)
    units = {n: a for n, a in state._asdict().items() if n in "hc"}
    return state._replace(**{name: array[..., order] for name, array in units.items()})


@layers
def test_permuted_hidden_units_permute_the_result(case):
    layer, permuted = random_layer(case), random_layer(case)
    order = np.array([2, 0, 3, 1])
    if isinstance(layer, ClockworkRNN):  # only units of the same period are alike
        order = {2: [1, 0, 3, 2], 4: [0, 2, 1, 3]}[len(layer.periods)]
    permute_units(permuted, order)
    run = random_run(layer)
    first = permute_state(layer, run.state, order)
    hs, last, _ = permuted.forward(run.xs, first)
    want, want_last, _ = layer.forward(run.xs, run.state)
    assert_close(hs, want[..., order])
    assert_close(last, permute_state(layer, want_last, order))


@layers_and_whole
def test_rows_of_a_batch_do_not_see_each_other(case):
    layer = random_layer(case)
    run = random_run(layer)
    together = forward_backward(layer, run)
    for row in (slice(0, 1), slice(1, 2)):
        alone = random_run(layer)
        alone.xs, alone.dhs = run.xs[row], run.dhs[row]
        alone.state, alone.dstate = rows_of(run.state, row), rows_of(run.dstate, row)
        got = forward_backward(layer, alone)
        for name in ("hs", "dxs"):
            assert_close(got[name], together[name][row])
        for name in ("state", "dstate"):
            assert_close(floats(got[name]), floats(rows_of(together[name], row)))


@layers
def test_order_of_the_rows_does_not_matter(case):
    layer = random_layer(case)
    run, turned = random_run(layer), random_run(layer)
    back = slice(None, None, -1)
    turned.xs, turned.dhs = run.xs[back], run.dhs[back]
    turned.state, turned.dstate = rows_of(run.state, back), rows_of(run.dstate, back)
    assert_close(
        forward_backward(layer, turned)["grads"], forward_backward(layer, run)["grads"]
    )


@layers
def test_future_inputs_do_not_change_the_past(case):
    layer = random_layer(case)
    run = random_run(layer)
    later = run.xs.copy()
    later[:, 3:] += 1
    before, after = (
        layer.forward(run.xs, run.state)[0],
        layer.forward(later, run.state)[0],
    )
    assert_close(after[:, :3], before[:, :3], 0)
    assert np.abs(after[:, 3:] - before[:, 3:]).max() > 1e-3
