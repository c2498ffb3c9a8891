"""The variants against each other: with a part switched off, one is another.

Outputs and all gradients agree, with and without a mask, from any state.
"""

import numpy as np
import pytest
from cases import (
    MASKS,
    B,
    D,
    H,
    T,
    assert_close,
    assert_same,
    chained_steps,
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
    DepthGatedLSTM,
    DepthGatedState,
    LSTMState,
    PeepholeLSTM,
    RNNState,
    SimpleRNN,
    Stacked,
)

masks = pytest.mark.parametrize("mask", [None, MASKS["middle"]], ids=["none", "middle"])
ON, OFF = 40.0, -40.0  # sigma(40) = 1 and sigma(-40) = 4e-18: a gate held open or shut


def random(cls, input_size=D, **arguments):
    layer = cls(input_size, H, **arguments)
    random_params(layer.params, np.random.default_rng(1))
    return layer


def held(layer, **gates):
    """The layer with gates that do not depend on anything."""
    for name, array in layer.params.items():
        level, _, name_in_level = name.rpartition(".")
        if level in ("", "layer1") and name_in_level[-1] in gates:
            array[...] = gates[name[-1]] if name_in_level.startswith("b") else 0
    return layer


def shared(layer, other):
    """The other layer with the parameters whose names both have."""
    names = layer.params.keys() & other.params.keys()
    other.params.update({name: layer.params[name] for name in names})
    return other


def assert_alike(layer, other, mask, grads=lambda grads: grads):
    """Equal results of the same run, for the gradients in `grads` of the first one's."""
    run = random_run(layer)
    theirs = random_run(other)
    theirs.xs, theirs.dhs = run.xs, run.dhs
    theirs.state, theirs.dstate = like(run.state, other), like(run.dstate, other)
    got, want = (
        forward_backward(layer, run, mask),
        forward_backward(other, theirs, mask),
    )
    for name in ("hs", "dxs"):
        assert_close(got[name], want[name], where=name)
    for name in ("state", "dstate"):
        assert_close(like(got[name], other), want[name], where=name)
    found = grads(got["grads"])
    assert_close({name: found[name] for name in want["grads"]}, want["grads"])


def like(state, layer):
    """The same numbers as a state of that layer."""
    if isinstance(layer, Stacked) and isinstance(state, DepthGatedState):
        return tuple(map(LSTMState, *state))
    return RNNState(state.h) if isinstance(layer, SimpleRNN) else state


# LSTM with peepholes, with coupled gates, without a forget gate


@masks
@pytest.mark.parametrize(
    "arguments",
    [{}, {"peepholes": "fo"}, {"full": True}, {"forget_gate": False}],
    ids=str,
)
def test_peepholes_of_zero_are_none(arguments, mask):
    layer = random(PeepholeLSTM, **arguments)
    peepholes = [name for name in layer.params if name.startswith(("p_", "W_c"))]
    for name in peepholes:
        layer.params[name][...] = 0
    other = LSTM(D, H, forget_gate=layer.forget_gate)
    assert_alike(layer, shared(layer, other), mask)
    grads = forward_backward(layer, random_run(layer), mask)["grads"]
    assert all(grads[name].all() for name in peepholes)  # they can be learned


@masks
def test_full_peepholes_with_a_diagonal_are_peepholes(mask):
    layer, other = random(PeepholeLSTM, full=True), random(PeepholeLSTM)
    layer.params.update({f"W_c{k}": np.diag(other.params[f"p_{k}"]) for k in "ifo"})

    def diagonals(grads):
        return grads | {f"p_{k}": np.diag(grads[f"W_c{k}"]) for k in "ifo"}

    assert_alike(layer, shared(layer, other), mask, diagonals)


@masks
@pytest.mark.parametrize("cls", [LSTM, PeepholeLSTM])
def test_lstm_with_i_forced_to_1_minus_f_is_coupled(cls, mask):
    layer, other = random(cls), random(CoupledLSTM)
    for name in ("W_x", "W_h", "b_"):
        layer.params[f"{name}i"] = -layer.params[f"{name}f"]  # sigma(-a) = 1 - sigma(a)
    layer.params |= {n: 0 * a for n, a in layer.params.items() if n.startswith("p_")}

    def of_both(grads):
        ways = {f"{n}f": grads[f"{n}f"] - grads[f"{n}i"] for n in ("W_x", "W_h", "b_")}
        return grads | ways

    assert_alike(layer, shared(layer, other), mask, of_both)


@masks
@pytest.mark.parametrize(
    "cls, arguments",
    [
        (LSTM, {}),
        (PeepholeLSTM, {}),
        (PeepholeLSTM, {"full": True}),
        (DepthGatedLSTM, {"num_layers": 1}),
    ],
    ids=["LSTM", "Peephole", "Peephole-full", "Depth-gated"],
)
def test_no_forget_gate_is_one_held_open(cls, arguments, mask):
    layer, other = random(cls, **arguments), cls(D, H, forget_gate=False, **arguments)
    for name, array in layer.params.items():
        if name.endswith("f"):
            array[...] = ON if name.endswith("b_f") else 0
    assert_alike(layer, shared(layer, other), mask)


def test_cell_state_of_coupled_gates_stays_within_1():
    run = random_run(CoupledLSTM(D, H), T=100)
    coupled, lstm = random(CoupledLSTM), random(LSTM)
    for layer in (coupled, lstm):
        layer.params["b_f"] += 3
    lstm.params["b_i"] += 3
    largest = {}
    for layer in (coupled, lstm):
        cs, state = [], None
        for x in run.xs.swapaxes(0, 1):
            state, _ = layer.step(x, state)
            cs.append(state.c)
        largest[layer] = np.abs(cs).max()
    assert largest[coupled] < 1
    assert largest[lstm] > 5


def test_output_gate_alone_sees_the_new_cell_state():
    """i and f see the one before: a change of c that is forgotten at once cannot reach them."""
    layer = random(PeepholeLSTM)
    run = random_run(layer, T=1)
    p = layer.params

    def sigma(a):
        return 1 / (1 + np.exp(-a))

    x, (h, c) = run.xs[:, 0], run.state
    a = {k: x @ p[f"W_x{k}"] + h @ p[f"W_h{k}"] + p[f"b_{k}"] for k in "ifgo"}
    i, f = sigma(a["i"] + p["p_i"] * c), sigma(a["f"] + p["p_f"] * c)
    c = f * c + i * np.tanh(a["g"])
    want = sigma(a["o"] + p["p_o"] * c) * np.tanh(c), c
    assert_close(layer.forward(run.xs, run.state)[1], want)
    assert_close(layer.step(run.xs[:, 0], run.state)[0], want)


# GRU


@masks
@pytest.mark.parametrize("reset_after", [False, True])
def test_gru_that_writes_is_one_that_keeps_with_the_signs_turned(reset_after, mask):
    layer = random(GRU, reset_after=reset_after, update="write")
    other = shared(layer, GRU(D, H, reset_after=reset_after))
    of_z = ("W_xz", "W_hz", "b_z")
    other.params.update({name: -layer.params[name] for name in of_z})
    assert_alike(layer, other, mask, lambda g: g | {name: -g[name] for name in of_z})
    # Without the signs turned they are two functions.
    run, same = random_run(layer), shared(layer, GRU(D, H, reset_after=reset_after))
    hs = [either.forward(run.xs, run.state)[0] for either in (layer, same)]
    assert np.abs(hs[0] - hs[1]).max() > 0.1


@masks
@pytest.mark.parametrize("update", ["keep", "write"])
def test_forms_of_the_reset_gate_agree_where_it_is_held_open(update, mask):
    layer = held(random(GRU, reset_after=True, update=update), r=ON)
    other = shared(layer, GRU(D, H, update=update))
    # Then n = tanh(x W_xn + h W_hn + b_n + b_hn).
    other.params["b_n"] += layer.params["b_hn"]
    assert_alike(layer, other, mask)
    grads = forward_backward(layer, random_run(layer), mask)["grads"]
    assert_close(grads["b_hn"], grads["b_n"])


@masks
def test_forms_of_the_reset_gate_agree_for_one_unit_without_b_hn(mask):
    """(r h) w = r (h w), for numbers."""
    layer, other = GRU(D, 1, reset_after=True), GRU(D, 1)
    random_params(layer.params, np.random.default_rng(1))
    layer.params["b_hn"][...] = 0
    assert_alike(layer, shared(layer, other), mask)


def test_forms_of_the_reset_gate_differ():
    layer = random(GRU, reset_after=True)
    layer.params["b_hn"][...] = 0
    other, run = shared(layer, GRU(D, H)), random_run(layer)
    hs = [either.forward(run.xs, run.state)[0] for either in (layer, other)]
    assert np.abs(hs[0] - hs[1]).max() > 0.01


@pytest.mark.parametrize("reset_after", [False, True])
@pytest.mark.parametrize("update, bias", [("keep", ON), ("write", OFF)])
def test_gru_that_keeps_all_copies_its_state(update, bias, reset_after):
    layer = held(random(GRU, reset_after=reset_after, update=update), z=bias)
    run = random_run(layer)
    got = forward_backward(layer, run)
    assert_close(got["hs"], np.repeat(run.state.h[:, None], T, 1))
    assert_close(got["dstate"].h, run.dstate.h + run.dhs.sum(1))


@pytest.mark.parametrize("update, bias", [("keep", OFF), ("write", ON)])
def test_gru_that_writes_all_with_the_reset_gate_shut_has_no_memory(update, bias):
    layer = held(random(GRU, update=update), z=bias, r=OFF)
    run = random_run(layer)
    got = forward_backward(layer, run)
    assert_close(
        got["hs"], np.tanh(run.xs @ layer.params["W_xn"] + layer.params["b_n"])
    )
    assert np.abs(got["dstate"].h).max() < 1e-15


# Depth gate


@masks
def test_one_level_is_an_lstm_with_peepholes(mask):
    layer = random(DepthGatedLSTM, num_layers=1)
    assert_alike(layer, shared(layer, Stacked([PeepholeLSTM(D, H)])), mask)


@masks
@pytest.mark.parametrize("peepholes", ["ifo", "f", ""])
def test_depth_gates_shut_leave_a_stack_of_lstms(peepholes, mask):
    layer = random(DepthGatedLSTM, num_layers=3, peepholes=peepholes)
    for name, array in layer.params.items():
        if name.endswith("d"):
            array[...] = OFF if name.endswith("b_d") else 0
    sizes = (D, H, H)
    other = Stacked([PeepholeLSTM(size, H, peepholes=peepholes) for size in sizes])
    assert_alike(layer, shared(layer, other), mask)


def test_depth_gate_open_hands_the_cell_state_up():
    layer = held(random(DepthGatedLSTM), d=ON, i=OFF, f=OFF)
    run = random_run(layer)
    p = layer.params
    assert not any(p[f"layer1.{name}"].any() for name in ("W_xd", "w_cd", "w_ld"))
    _, state, cache = layer.forward(run.xs, run.state)
    assert_close(state.c[1], state.c[0])
    # … of the same step, and the gradient of it down.
    top = run.dstate._replace(h=0 * run.dstate.h, c=run.dstate.c * [[[0]], [[1]]])
    bottom = top._replace(c=top.c[::-1])
    nothing = np.zeros_like(run.dhs)
    down, own = (layer.backward(nothing, cache, d)[0] for d in (top, bottom))
    assert_close(down, own)


def test_depth_gate_sees_the_cell_state_below_of_this_step_and_its_own_before():
    layer = random(DepthGatedLSTM)
    run = random_run(layer)
    p = held(layer, i=OFF, f=OFF).params
    after = layer.forward(run.xs[:, :1], run.state)[1]
    x, below, c = after.h[0], after.c[0], run.state.c[1]
    a = x @ p["layer1.W_xd"] + p["layer1.w_cd"] * c + p["layer1.w_ld"] * below
    assert_close(after.c[1], below / (1 + np.exp(-a - p["layer1.b_d"])))
    assert_close(layer.step(run.xs[:, 0], run.state)[0], after)


# Jordan


def test_jordan_without_feedback_has_no_memory():
    layer = random_layer("Jordan")
    layer.params["W_yh"][...] = 0
    run = random_run(layer)
    got = forward_backward(layer, run)
    assert_close(
        got["hs"], np.tanh(run.xs @ layer.params["W_xh"] + layer.params["b_h"])
    )
    assert not got["dstate"].y.any()


def test_jordan_does_not_read_its_hidden_state():
    layer = random_layer("Jordan")
    run = random_run(layer)
    got = forward_backward(layer, run)
    run.state = run.state._replace(h=run.state.h + 1)
    assert_same(forward_backward(layer, run), got)
    assert not got["dstate"].h.any()


# Clockwork


def clockwork(periods, size=2, seed=1):
    layer = ClockworkRNN(D, size * len(periods), periods=periods)
    random_params(layer.params, np.random.default_rng(seed))
    return layer


@masks
@pytest.mark.parametrize("periods", [(1,), (1, 1), (1, 1, 1, 1)], ids=str)
def test_clockwork_without_slow_modules_is_a_simple_rnn(periods, mask):
    layer = ClockworkRNN(D, H, periods=periods)
    random_params(layer.params, np.random.default_rng(1))
    assert_alike(layer, shared(layer, SimpleRNN(D, H)), mask)


@pytest.mark.parametrize("periods", [(1, 2, 4), (2, 3), (2, 4, 5), (3, 3, 5)], ids=str)
@pytest.mark.parametrize("start", [0, 1, 4])
def test_a_module_runs_at_the_steps_that_its_period_divides(periods, start):
    layer = clockwork(periods)
    run = random_run(layer, T=20)
    state = run.state._replace(t=np.full(B, start))
    hs, last, _ = layer.forward(run.xs, state)
    changes = np.diff(np.concatenate([state.h[:, None], hs], 1), axis=1).any(0)
    steps = np.arange(start, start + 20)
    for k, period in enumerate(periods):
        assert_same(changes[:, 2 * k], steps % period == 0)
        assert_same(changes[:, 2 * k + 1], steps % period == 0)
    assert last.t.tolist() == [start + 20] * B


def test_slow_modules_are_kept_for_a_period_less_one():
    layer = clockwork((1, 5))
    run = random_run(layer, T=4)
    state = run.state._replace(t=np.full(B, 11))
    layer.params["W_hh"][2:, :2] = 0  # nobody else reads them
    _, last, cache = layer.forward(run.xs, state)
    assert_same(last.h[:, 2:], state.h[:, 2:])
    # … and their gradient is handed on.
    _, dstate, _ = layer.backward(run.dhs, cache, run.dstate)
    assert_close(dstate.h[:, 2:], (run.dstate.h + run.dhs.sum(1))[:, 2:])


def test_rows_of_a_batch_have_clocks_of_their_own():
    layer = clockwork((1, 2, 3))
    run = random_run(layer, T=7)
    run.state = run.state._replace(t=np.array([4, 9]))
    together = forward_backward(layer, run)
    for row in (slice(0, 1), slice(1, 2)):
        alone = random_run(layer)
        alone.xs, alone.dhs = run.xs[row], run.dhs[row]
        alone.state, alone.dstate = rows_of(run.state, row), rows_of(run.dstate, row)
        got = forward_backward(layer, alone)
        assert_close(got["hs"], together["hs"][row])
        assert_close(got["dxs"], together["dxs"][row])
    assert together["state"].t.tolist() == [11, 16]


def test_a_padded_step_does_not_move_the_clock():
    layer, mask = clockwork((1, 2)), MASKS["middle"]
    run = random_run(layer)
    run.state = run.state._replace(t=np.array([0, 3]))
    assert layer.forward(run.xs, run.state, mask)[1].t.tolist() == [3, 7]


def test_one_int_is_the_clock_of_all_rows():
    layer = clockwork((1, 2))
    run = random_run(layer)
    one, all_rows = (run.state._replace(t=t) for t in (3, np.array([3, 3])))
    assert_same(layer.forward(run.xs, one)[:2], layer.forward(run.xs, all_rows)[:2])


@pytest.mark.parametrize("periods", [(1, 2), (2, 2, 3), (1, 4, 4)], ids=str)
def test_living_weights_lead_from_slower_modules(periods):
    layer = clockwork(periods)
    rows, columns = np.indices(layer.living.shape) // 2
    periods = np.array(periods)
    assert_same(layer.living, periods[rows] >= periods[columns])
    assert layer.params["W_hh"].shape == layer.living.shape
    # At first the dead ones are 0.
    dead = ClockworkRNN(D, 6, periods=(1, 2, 4))
    assert not dead.params["W_hh"][~dead.living].any()
    assert dead.params["W_hh"][dead.living].all()


def test_dead_weights_are_never_read_and_have_no_gradient():
    layer = clockwork((1, 2, 2, 5))
    run, dead = random_run(layer, T=11), ~layer.living
    want = forward_backward(layer, run), chained_steps(layer, run)
    layer.params["W_hh"][dead] = np.nan
    assert_same((forward_backward(layer, run), chained_steps(layer, run)), want)
    for way in want:
        grad = way["grads"]["W_hh"]
        assert not grad[dead].any() and grad[~dead].all()


class Spied(np.ndarray):
    """Weights that count the products they take part in."""

    def __array_ufunc__(self, ufunc, method, *inputs, **kwargs):
        assert ufunc is np.matmul
        self.products.append(len(self))
        return ufunc(*(np.asarray(x) for x in inputs), **kwargs)


def test_a_sleeping_module_costs_no_product(monkeypatch):
    layer, products = clockwork((1, 2, 5)), []
    contiguous = np.ascontiguousarray

    def spied(array):
        found = contiguous(array).view(Spied)
        found.products = products
        return found

    monkeypatch.setattr(np, "ascontiguousarray", spied)
    run = random_run(layer, T=10)
    run.state = layer.initial_state(B)
    _, _, cache = layer.forward(run.xs, run.state)
    assert len(products) == 10 + 5 + 2  # of each module, the steps at which it runs
    layer.backward(run.dhs, cache)
    assert len(products) == 2 * (10 + 5 + 2)


# Layers made of layers


@masks
def test_a_stack_of_one_is_that_layer(mask):
    layer = random(PeepholeLSTM)
    run = random_run(layer)
    got, want = Stacked([layer]), forward_backward(layer, run, mask)
    hs, (state,), cache = got.forward(run.xs, (run.state,), mask)
    dxs, (dstate,), grads = got.backward(run.dhs, cache, (run.dstate,))
    grads = {name.removeprefix("layer0."): grad for name, grad in grads.items()}
    got = {"hs": hs, "state": state, "dxs": dxs, "dstate": dstate, "grads": grads}
    assert_same(got, want)


@masks
def test_a_stack_is_its_layers_one_after_the_other(mask):
    stack = random_layer("Stacked")
    run = random_run(stack)
    assert len(stack.layers) == 3  # of two the last is also the second
    hs, dxs, after, caches, before = run.xs, run.dhs, [], [], []
    for layer, state in zip(stack.layers, run.state, strict=True):
        hs, last, cache = layer.forward(hs, state, mask)
        after.append(last)
        caches.append(cache)
    grads = {}
    for k in reversed(range(3)):
        dxs, first, more = stack.layers[k].backward(dxs, caches[k], run.dstate[k])
        before.insert(0, first)
        grads |= {f"layer{k}.{name}": grad for name, grad in more.items()}
    want = {"hs": hs, "state": tuple(after), "dxs": dxs, "dstate": tuple(before)}
    want["grads"] = {name: grads[name] for name in stack.params}
    assert_same(forward_backward(stack, run, mask), want)


@masks
def test_bidirectional_is_one_layer_ahead_and_one_on_the_turned_sequence(mask):
    layer = random_layer("Bidirectional")
    run, size = random_run(layer), layer.ahead.hidden_size
    turned = None if mask is None else mask[:, ::-1]
    ahead, back = random_run(layer.ahead), random_run(layer.back)
    ahead.xs, ahead.dhs = run.xs, run.dhs[..., :size]
    back.xs, back.dhs = run.xs[:, ::-1], run.dhs[:, ::-1, size:]
    (ahead.state, back.state), (ahead.dstate, back.dstate) = run.state, run.dstate
    a = forward_backward(layer.ahead, ahead, mask)
    b = forward_backward(layer.back, back, turned)
    want = {
        "hs": np.concatenate([a["hs"], b["hs"][:, ::-1]], 2),
        "state": (a["state"], b["state"]),
        "dxs": a["dxs"] + b["dxs"][:, ::-1],
        "dstate": (a["dstate"], b["dstate"]),
        "grads": {f"ahead.{n}": g for n, g in a["grads"].items()}
        | {f"back.{n}": g for n, g in b["grads"].items()},
    }
    assert_same(forward_backward(layer, run, mask), want)


def test_bidirectional_reads_a_palindrome_alike_from_both_ends():
    layer = Bidirectional(random(LSTM), random(LSTM))
    xs = random_run(layer).xs
    hs, state, _ = layer.forward(np.concatenate([xs, xs[:, ::-1]], 1))
    assert_close(hs[..., H:], hs[:, ::-1, :H])
    assert_close(state.ahead, state.back)


def test_bidirectional_sees_past_and_future():
    layer = random_layer("Bidirectional")
    run = random_run(layer)
    dhs = np.zeros_like(run.dhs)
    dhs[:, 2] = 1
    dxs, _, _ = layer.backward(dhs, layer.forward(run.xs)[2])
    assert dxs.all()
