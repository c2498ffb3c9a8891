"""Wrong arguments of the recurrent layers: constructors, and every call of every layer."""

import warnings

import numpy as np
import pytest
from cases import CASES, MASKS, WHOLE, B, D, H, T, floats, random_layer, random_run

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
    PeepholeLSTM,
    SimpleRNN,
    Stacked,
    TiedDense,
)
from lib.states import mapped

TYPE, VALUE = TypeError, ValueError
layers = pytest.mark.parametrize("case", CASES | WHOLE)


def assert_raises(call, error, message):
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # an error, and no warning before it
        with pytest.raises(error) as raised:
            call()
    assert str(raised.value).startswith(message)


# Constructors

SIZES = [
    ("zero-input", (0, H), {}, VALUE, "input_size: expected an int >= 1, got 0"),
    ("negative-hidden", (D, -3), {}, VALUE, "hidden_size: expected an int >= 1, got -3"),
    ("float-hidden", (D, 4.0), {}, TYPE, "hidden_size: expected an int >= 1, got 4.0"),
    ("bool-input", (True, H), {}, TYPE, "input_size: expected an int >= 1, got True"),
    ("int-dtype", (D, H), {"dtype": int}, TYPE, "dtype: expected float32 or float64, got int64"),
    ("seed", (D, H), {"rng": 3}, TYPE, "rng: expected a numpy.random.Generator, got 3"),
]  # fmt: skip
NEEDED = {JordanRNN: {"output_size": 7}, ClockworkRNN: {"periods": (1, 2)}}
KINDS = [
    *(SimpleRNN, JordanRNN, LSTM, PeepholeLSTM, CoupledLSTM),
    *(GRU, DepthGatedLSTM, ClockworkRNN),
]


@pytest.mark.parametrize(
    "sizes, arguments, error, message",
    [row[1:] for row in SIZES],
    ids=[r[0] for r in SIZES],
)
@pytest.mark.parametrize("kind", KINDS)
def test_sizes_dtype_and_rng(kind, sizes, arguments, error, message):
    needed = NEEDED.get(kind, {})
    assert_raises(lambda: kind(*sizes, **needed, **arguments), error, message)


FLAGS = {
    LSTM: ["forget_gate"],
    PeepholeLSTM: ["forget_gate", "full"],
    GRU: ["reset_after"],
    DepthGatedLSTM: ["forget_gate"],
}
BIASES = {
    LSTM: ["forget_bias", "input_bias"],
    PeepholeLSTM: ["forget_bias", "input_bias"],
    CoupledLSTM: ["forget_bias"],
    GRU: ["update_bias"],
    DepthGatedLSTM: ["forget_bias", "input_bias"],
}


def pairs(table):
    return [(kind, name) for kind, names in table.items() for name in names]


@pytest.mark.parametrize("wrong", [1, 0, None, "yes"], ids=repr)
@pytest.mark.parametrize("kind, name", pairs(FLAGS))
def test_flags(kind, name, wrong):
    message = f"{name}: expected True or False, got {wrong!r}"
    assert_raises(lambda: kind(D, H, **{name: wrong}), TYPE, message)


@pytest.mark.parametrize("kind, name", pairs(FLAGS))
def test_flags_of_numpy_are_flags(kind, name):
    assert getattr(kind(D, H, **{name: np.True_}), name) is True


@pytest.mark.parametrize("kind, name", pairs(BIASES))
def test_biases(kind, name):
    for wrong, error, message in (
        (np.nan, VALUE, "expected a finite number, got nan"),
        (-np.inf, VALUE, "expected a finite number, got -inf"),
        (None, TYPE, "expected a number, got None"),
        (np.ones(H), TYPE, "expected a number, got array("),
    ):
        assert_raises(
            lambda w=wrong: kind(D, H, **{name: w}), error, f"{name}: {message}"
        )


LETTERS = "peepholes: expected letters of 'ifo'"
PERIODS = "periods: expected ints >= 1, none smaller than the one before, got "
OF_THEIR_OWN = [
    *[
        (f"{kind.__name__}-peepholes-{wrong}",
         lambda kind=kind, wrong=wrong: kind(D, H, peepholes=wrong), error, LETTERS + message)
        for kind in (PeepholeLSTM, DepthGatedLSTM)
        for wrong, error, message in [
            ("x", VALUE, ", each once, got 'x'"),
            ("ii", VALUE, ", each once, got 'ii'"),
            ("ifog", VALUE, ", each once, got 'ifog'"),
            (None, TYPE, ", got None"),
            (True, TYPE, ", got True"),
            (("i", "f"), TYPE, ", got ('i', 'f')"),
        ]
    ],
    ("gru-update", lambda: GRU(D, H, update="forget"), VALUE,
     "update: expected one of keep, write, got 'forget'"),
    ("gru-update-kind", lambda: GRU(D, H, update=None), TYPE,
     "update: expected one of keep, write, got None"),
    ("depth-no-levels", lambda: DepthGatedLSTM(D, H, num_layers=0), VALUE,
     "num_layers: expected an int >= 1, got 0"),
    ("depth-float-levels", lambda: DepthGatedLSTM(D, H, num_layers=2.0), TYPE,
     "num_layers: expected an int >= 1, got 2.0"),
    ("jordan-no-outputs", lambda: JordanRNN(D, H, output_size=0), VALUE,
     "output_size: expected an int >= 1, got 0"),
    ("jordan-float-outputs", lambda: JordanRNN(D, H, output_size=1.5), TYPE,
     "output_size: expected an int >= 1, got 1.5"),
    ("clockwork-none", lambda: ClockworkRNN(D, H, periods=[]), VALUE,
     "periods: expected at least one entry, got shape (0,)"),
    ("clockwork-falling", lambda: ClockworkRNN(D, H, periods=(2, 1)), VALUE, PERIODS + "(2, 1)"),
    ("clockwork-zero", lambda: ClockworkRNN(D, H, periods=(0,)), VALUE, PERIODS + "(0,)"),
    ("clockwork-negative", lambda: ClockworkRNN(D, H, periods=(-1, 2)), VALUE,
     "periods: expected integers >= 0, got -1"),
    ("clockwork-fraction", lambda: ClockworkRNN(D, H, periods=(1.5,)), TYPE,
     "periods: expected integers, got dtype float64"),
    ("clockwork-one-int", lambda: ClockworkRNN(D, H, periods=2), VALUE,
     "periods: expected shape (modules) with modules >= 1, got ()"),
    ("clockwork-nothing", lambda: ClockworkRNN(D, H, periods=None), TYPE,
     "periods: expected an array, got NoneType"),
    ("clockwork-not-dividing", lambda: ClockworkRNN(D, H, periods=(1, 2, 4)), VALUE,
     "periods: expected as many as divide hidden_size 4, got 3"),
    ("clockwork-too-many", lambda: ClockworkRNN(D, 2, periods=(1, 2, 4)), VALUE,
     "periods: expected as many as divide hidden_size 2, got 3"),
    ("periods-unsigned",
     lambda: ClockworkRNN(D, 4, periods=np.array([4, 2], np.uint64)), VALUE,
     "periods: expected ints >= 1, none smaller than the one before, got [4 2]"),
    ("bias-of-float32", lambda: LSTM(D, H, dtype=np.float32, forget_bias=1e39), VALUE,
     "params['b_f']: expected finite numbers, got 1e+39"),
    ("positional", lambda: LSTM(D, H, None, np.float64, False), TYPE,
     "LSTM."),
    ("dense-cache", lambda: Dense(D, H).backward(np.ones((B, H)), None), TYPE,
     "cache: expected that of forward of Dense, got NoneType"),
    ("embedding-cache", lambda: Embedding(6, D).backward(np.ones((B, D)), ()), TYPE,
     "cache: expected that of forward of Embedding, got tuple"),
    ("tied-cache", lambda: TiedDense(Embedding(6, D)).backward(np.ones((B, 6)), 1), TYPE,
     "cache: expected that of forward of TiedDense, got int"),
    ("hidden-of-both-ways",
     lambda: Bidirectional(LSTM(D, H), LSTM(D, H)).hidden(None), TYPE,
     "layer: expected one that runs step by step, got Bidirectional(LSTM("),
    ("stacked-none", lambda: Stacked([]), VALUE, "layers: expected at least one layer, got none"),
    ("stacked-layer", lambda: Stacked(LSTM(D, H)), TYPE,
     "layers: expected a list of layers, got LSTM"),
    ("stacked-dense", lambda: Stacked([LSTM(D, H), Dense(H, H)]), TYPE,
     "layers[1]: expected a recurrent layer, got Dense"),
    ("stacked-class", lambda: Stacked([LSTM]), TYPE,
     "layers[0]: expected a recurrent layer, got type"),
    ("stacked-twice", lambda: Stacked([same := LSTM(H, H), GRU(H, H), same]), VALUE,
     "layers[2]: expected a layer of its own, got one twice"),
    ("stacked-sizes", lambda: Stacked([LSTM(D, H), LSTM(D, H)]), VALUE,
     "layers[1]: expected input_size 4, the hidden_size of the layer below, got 3"),
    ("stacked-dtypes", lambda: Stacked([LSTM(D, H), LSTM(H, H, dtype="f4")]), VALUE,
     "layers[1]: expected dtype float64, that of the layer below, got float32"),
    ("bidirectional-embedding", lambda: Bidirectional(Embedding(6, D), LSTM(D, H)), TYPE,
     "ahead: expected a recurrent layer, got Embedding"),
    ("bidirectional-none", lambda: Bidirectional(LSTM(D, H), None), TYPE,
     "back: expected a recurrent layer, got NoneType"),
    ("stacked-twice-inside", lambda: Stacked([Stacked([same := LSTM(H, H)]), same]), VALUE,
     "layers[1]: expected a layer of its own, got one twice"),
    ("bidirectional-twice", lambda: Bidirectional(same := LSTM(D, H), same), VALUE,
     "back: expected a layer of its own, got the one of ahead"),
    ("bidirectional-sizes", lambda: Bidirectional(LSTM(D, H), LSTM(H, H)), VALUE,
     "back: expected input_size 3, that of ahead, got 4"),
    ("bidirectional-dtypes", lambda: Bidirectional(LSTM(D, H), LSTM(D, H, dtype="f4")), VALUE,
     "back: expected dtype float64, that of ahead, got float32"),
]  # fmt: skip


@pytest.mark.parametrize(
    "call, error, message",
    [r[1:] for r in OF_THEIR_OWN],
    ids=[r[0] for r in OF_THEIR_OWN],
)
def test_arguments_of_their_own(call, error, message):
    assert_raises(call, error, message)


# Calls


def made(case):
    layer = random_layer(case)
    run = random_run(layer)
    return layer, run, run.xs.shape[2], layer.hidden_size


@layers
def test_inputs(case):
    layer, run, D, _ = made(case)
    shape = f"xs: expected shape (B, T, {D}) with B, T >= 1, got "
    for wrong, error, message in (
        (run.xs[:0], VALUE, f"{shape}(0, {T}, {D})"),
        (run.xs[:, :0], VALUE, f"{shape}({B}, 0, {D})"),
        (run.xs[..., :-1], VALUE, f"{shape}({B}, {T}, {D - 1})"),
        (run.xs[:, 0], VALUE, f"{shape}({B}, {D})"),
        (
            np.where(run.xs == run.xs, np.nan, 0),
            VALUE,
            "xs: expected finite numbers, got nan",
        ),
        (None, TYPE, "xs: expected an array, got NoneType"),
        (run.xs > 0, TYPE, "xs: expected real numbers, got dtype bool"),
    ):
        assert_raises(lambda w=wrong: layer.forward(w), error, message)


@layers
def test_masks(case):
    layer, run, _, _ = made(case)
    for wrong, error, message in (
        (MASKS["middle"].T, VALUE, f"mask: expected shape ({B}, {T}), got ({T}, {B})"),
        (
            MASKS["middle"].astype(int),
            TYPE,
            "mask: expected bool (True = it counts), got dtype",
        ),
    ):
        assert_raises(lambda w=wrong: layer.forward(run.xs, None, w), error, message)


def with_one(tree, name, value, at="state"):
    """A copy of a state in which one array has another value."""
    if not isinstance(tree, tuple):
        return value if at == name else tree
    fields = getattr(tree, "_fields", range(len(tree)))
    parts = [with_one(part, name, value, f"{at}.{f}") for f, part in zip(fields, tree)]
    return type(tree)(*parts) if hasattr(tree, "_fields") else tuple(parts)


@layers
def test_every_array_of_a_state(case):
    layer, run, _, _ = made(case)
    _, _, cache = layer.forward(run.xs)
    for name, array in floats(run.state).items():
        for wrong, message in (
            (array[..., :-1], "expected shape"),
            (np.full_like(array, np.inf), "expected finite numbers, got inf"),
        ):
            bad = with_one(run.state, name, wrong)
            whole = f"{name}: {message}"
            assert_raises(lambda b=bad: layer.forward(run.xs, b), VALUE, whole)
            assert_raises(
                lambda b=bad: layer.backward(run.dhs, cache, b), VALUE, f"d{whole}"
            )
            if case in CASES:
                step = layer.step(run.xs[:, 0], None)[1]
                assert_raises(lambda b=bad: layer.step(run.xs[:, 0], b), VALUE, whole)
                assert_raises(
                    lambda b=bad, s=step: layer.step_backward(b, s), VALUE, f"d{whole}"
                )


@layers
def test_states_of_another_kind(case):
    layer, run, _, _ = made(case)
    _, _, cache = layer.forward(run.xs)
    for wrong in (
        run.dhs[:, 0],
        list(run.state),
        (*run.state, run.state[0]),
        {"h": run.dhs[:, 0]},
        (),
    ):
        assert_raises(lambda w=wrong: layer.forward(run.xs, w), TYPE, "state: expected")
        assert_raises(
            lambda w=wrong: layer.backward(run.dhs, cache, w), TYPE, "dstate: expected"
        )


@layers
def test_states_of_another_batch(case):
    layer, run, _, _ = made(case)
    other = mapped(np.copy, layer.initial_state(B + 1))
    first = next(iter(floats(other)))
    assert_raises(lambda: layer.forward(run.xs, other), VALUE, f"{first}: expected")


@layers
def test_gradients_from_outside(case):
    layer, run, _, size = made(case)
    _, _, cache = layer.forward(run.xs)
    shape = f"dhs: expected shape ({B}, {T}, {size}), got "
    for wrong, error, message in (
        (run.dhs[:, :-1], VALUE, f"{shape}({B}, {T - 1}, {size})"),
        (run.dhs[..., :-1], VALUE, f"{shape}({B}, {T}, {size - 1})"),
        (run.dhs * np.inf, VALUE, "dhs: expected finite numbers, got "),
        (None, TYPE, "dhs: expected an array, got NoneType"),
    ):
        assert_raises(lambda w=wrong: layer.backward(w, cache), error, message)


@layers
def test_caches_of_another_layer(case):
    layer, run, _, _ = made(case)
    others = [random_layer(other) for other in CASES | WHOLE if other != case]
    for other in (*others, random_layer(case, H=2 * H), random_layer(case, dtype="f4")):
        _, _, cache = other.forward(random_run(other).xs)
        message = (
            f"cache: expected that of forward of {layer!r}, got that of forward of "
        )
        assert_raises(
            lambda c=cache: layer.backward(run.dhs, c), VALUE, f"{message}{other!r}"
        )


@pytest.mark.parametrize("case", CASES)
def test_caches_of_another_method(case):
    layer, run, _, _ = made(case)
    _, _, of_forward = layer.forward(run.xs)
    _, of_step = layer.step(run.xs[:, 0], None)
    message = f"cache: expected that of forward of {layer!r}, got that of step of"
    assert_raises(lambda: layer.backward(run.dhs, of_step), VALUE, message)
    message = f"cache: expected that of step of {layer!r}, got that of forward of"
    assert_raises(lambda: layer.step_backward(run.dstate, of_forward), VALUE, message)
    for wrong in (None, (), of_step.kept):
        came = type(wrong).__name__
        message = f"cache: expected that of step of {layer!r}, got {came}"
        assert_raises(lambda w=wrong: layer.step_backward(run.dstate, w), TYPE, message)


@pytest.mark.parametrize("case", CASES)
def test_one_step(case):
    layer, run, D, _ = made(case)
    x = run.xs[:, 0]
    for wrong, message in (
        (run.xs, f"x: expected shape (B, {D}) with B >= 1, got ({B}, {T}, {D})"),
        (x[:0], f"x: expected shape (B, {D}) with B >= 1, got (0, {D})"),
        (x[:, 1:], f"x: expected shape (B, {D}) with B >= 1, got ({B}, {D - 1})"),
        (x * np.nan, "x: expected finite numbers, got nan"),
    ):
        assert_raises(lambda w=wrong: layer.step(w, None), VALUE, message)


@pytest.mark.parametrize("case", WHOLE)
def test_a_layer_that_needs_the_whole_sequence_has_no_step(case):
    layer, run, _, _ = made(case)
    message = "layer: expected one that runs step by step, got Bidirectional(LSTM("
    assert_raises(lambda: layer.step(run.xs[:, 0], None), TYPE, message)


@pytest.mark.parametrize("method", ["step", "step_backward"])
def test_bidirectional_has_no_step(method):
    call = getattr(random_layer("Bidirectional"), method)
    message = "layer: expected one that runs step by step, got Bidirectional(LSTM("
    assert_raises(lambda: call(None, None), TYPE, message)


@pytest.mark.parametrize("size", [0, -1])
@layers
def test_batch_size(case, size):
    message = f"batch_size: expected an int >= 1, got {size}"
    assert_raises(lambda: random_layer(case).initial_state(size), VALUE, message)


@pytest.mark.parametrize(
    "t, error, message",
    [
        (np.array([0.0, 1.0]), TYPE, "state.t: expected integers, got dtype float64"),
        (np.array([0, -1]), VALUE, "state.t: expected integers >= 0, got -1"),
        (np.array([0, 1, 2]), VALUE, "state.t: expected shape (2), got (3,)"),
        (None, TYPE, "state.t: expected an array, got NoneType"),
    ],
    ids=str,
)
def test_clocks(t, error, message):
    layer, run, _, _ = made("Clockwork")
    state = run.state._replace(t=t)
    assert_raises(lambda: layer.forward(run.xs, state), error, message)
    assert_raises(lambda: layer.step(run.xs[:, 0], state), error, message)


def both_ways():
    return Bidirectional(LSTM(D, H), LSTM(D, H))


@pytest.mark.parametrize(
    "call, error, message",
    [
        (lambda: both_ways().step(None, None), TYPE,
         f"layer: expected one that runs step by step, got {both_ways()!r}, "
         "which needs the whole sequence"),
        (lambda: both_ways().forward(np.ones((B, 2, D)), 5), TYPE,
         "state: expected BidirectionalState(ahead, back), got int"),
        (lambda: LSTM(D, H).step(np.ones((B, D)), 5), TYPE,
         "state: expected LSTMState(h, c), got int"),
        (lambda: LSTM(D, H).step(np.ones((B, D)), (1, 2, 3)), TYPE,
         "state: expected LSTMState(h, c), got tuple of 3"),
        (lambda: setattr(SimpleRNN(D, H), "params", [1]), TYPE,
         "params: expected a dict of arrays, got list"),
        (lambda: setattr(SimpleRNN(D, H), "params", {"W_xh": 1, "b_h": 2, "a": 3}), VALUE,
         "params: expected the names W_xh, W_hh, b_h; the difference is W_hh, a"),
        (lambda: SimpleRNN(D, H).params.clear(), TYPE,
         "params: the names of the parameters are fixed"),
    ],
)  # fmt: skip
def test_whole_messages(call, error, message):
    with pytest.raises(error) as raised:
        call()
    assert str(raised.value) == message
