"""The checks of the exercises: a solution passes, a likely mistake gets its hint."""

import io
import sys

import numpy as np
import pytest
import torch

from lib import LSTM, checks
from lib.activations import softmax
from lib.text import contiguous_batches


def contiguous(ids, B, T, k):
    return [inputs for inputs, _ in contiguous_batches(ids, B, T)][k]


def reorder(W, D):
    return np.concatenate([W[D:], W[:D]])


def collapse(layer, T):
    W, U = layer.params["W_xh"], layer.params["W_hh"]
    return np.concatenate([W @ np.linalg.matrix_power(U, T - t - 1) for t in range(T)])


def cell_gradient(dh, dc, c_new, f, o):
    return (dc + dh * o * (1 - np.tanh(c_new) ** 2)) * f


def sums_backward(dh, dc, c, c_new, i, f, g, o):
    u = np.tanh(c_new)
    dc = dc + dh * o * (1 - u * u)
    return (
        dc * g * i * (1 - i), dc * c * f * (1 - f), dc * i * (1 - g * g), dh * u * o * (1 - o),
    )  # fmt: skip


def one_wrong(*arguments):
    da_i, da_f, da_g, da_o = sums_backward(*arguments)
    return da_i, da_f, 2 * da_g, da_o


def exploding():
    layer = LSTM(1, 32, forget_bias=-5.0, input_bias=5.0)
    layer.params["b_o"] = np.full(32, 5.0)
    W = np.random.default_rng(0).normal(size=(32, 32)) / np.sqrt(32)
    layer.params["W_hg"] = 4 * W
    return layer


class Unshowable:
    def __repr__(self):
        raise RuntimeError


NONSENSE = [
    np.nan,
    np.array([1.0, np.nan, np.inf]),
    np.ones((2, 3, 4), complex),
    np.array(["a"]),
    10**400,
    [[1], [1, 2]],
    torch.ones(3, requires_grad=True),
    torch.tensor(36.0, requires_grad=True),
    Unshowable(),
    LSTM,
]

RIGHT = [
    (checks.rnn_by_hand, (0.7616, 0.3634, 0.1797)),
    (checks.rnn_parameters, lambda D, H, T: H * (D + H + 1)),
    (checks.rnn_reorder, reorder),
    (checks.rnn_collapse, collapse),
    (checks.lstm_parameters, lambda D, H, biases: 4 * H * (D + H + biases)),
    (checks.lstm_cell_gradient, cell_gradient),
    (checks.lstm_sums_backward, sums_backward),
    (checks.lstm_explode, exploding),
    (checks.first_gradient, (-0.75, 0.125, 0.625)),
    (checks.first_batch, contiguous),
    (checks.first_temperature, lambda a, tau: softmax(a / tau)),
]
HINTS = [
    (checks.rnn_by_hand, (1, 0.5, 0.25), "tanh"),
    (checks.rnn_by_hand, (0.7616, 0.36, 0.1797), "h_2"),
    (checks.rnn_by_hand, ("a", "b", "c"), "Expected numbers"),
    (checks.rnn_by_hand, (0.762, 0.363, 0.180), "three digits"),
    (checks.lstm_parameters, lambda D, H, b: 4 * H * (D + H + 1), "keep twice"),
    (
        checks.lstm_cell_gradient,
        lambda dh, dc, c_new, f, o: dh * o * (1 - np.tanh(c_new) ** 2) + dc * f,
        "together",
    ),
    (
        checks.first_batch,
        lambda ids, B, T, k: ids[: len(ids) // B * B].reshape(B, -1)[:, k * T : (k + 1) * T],
        "a target only",
    ),
    (checks.first_temperature, lambda a, tau: softmax(a), "Where does the temperature"),
    (checks.rnn_parameters, lambda D, H, T: H * (D + H), "bias"),
    (checks.rnn_parameters, lambda D, H, T: H * (D + H + 1) * T, "same arrays"),
    (checks.rnn_parameters, lambda D, H, T: D * (D + H + 1), "units"),
    (checks.rnn_parameters, 36, "the function itself"),
    (checks.rnn_parameters, lambda D, H, T: 1 / 0, "ZeroDivisionError"),
    (checks.rnn_reorder, lambda W, D: W, "W itself"),
    (checks.rnn_reorder, lambda W, D: W[::-1], "Which rows"),
    (checks.rnn_reorder, lambda W, D: W[:D], "shape (5, 3)"),
    (checks.rnn_collapse, lambda layer, T: np.tile(layer.params["W_xh"], (T, 1)), "last D rows"),
    (checks.lstm_parameters, lambda D, H, b: H * (D + H + b), "How many affine maps"),
    (checks.lstm_parameters, lambda D, H, b: 3 * H * (D + H + b), "candidate"),
    (checks.lstm_cell_gradient, lambda dh, dc, c_new, f, o: dc * f, "hidden state"),
    (checks.lstm_cell_gradient, lambda *a: cell_gradient(*a) / a[3], "one factor"),
    (checks.lstm_cell_gradient, lambda dh, dc, *a: cell_gradient(dh, 0, *a), "next step"),
    (checks.lstm_sums_backward, one_wrong, "yet: da_g."),
    (checks.lstm_sums_backward, lambda *a: a[0], "four arrays"),
    (checks.lstm_explode, lambda: LSTM(1, 32), "matrix"),
    (checks.lstm_explode, lambda: LSTM(1, 3), "LSTM(1, 32)"),
    (checks.first_gradient, (0.25, 0.125, 0.625), "probabilities"),
    (checks.first_gradient, (0.75, -0.125, -0.625), "sign"),
    (checks.first_gradient, (1.0, 0.0, 0.5), "add up to 0"),
    (checks.first_batch, lambda ids, B, T, k: ids[:36].reshape(-1, B, T)[k], "not right yet"),
    (checks.first_temperature, lambda a, tau: softmax(a * tau), "sharpen"),
    (checks.first_temperature, lambda a, t: np.exp(a / t) / np.exp(a / t).sum(), "exponentiate"),
]  # fmt: skip


def test_every_check_is_tested():
    public = {n for n in vars(checks) if n.split("_")[0] in ("rnn", "lstm", "first")}
    assert public == {check.__name__ for check, _ in RIGHT}
    assert public == {check.__name__ for check, *_ in HINTS}


@pytest.mark.parametrize(
    ("check", "answer"), RIGHT, ids=lambda v: getattr(v, "__name__", "")
)
def test_a_solution_passes(check, answer, capsys):
    check(answer)
    assert capsys.readouterr().out.startswith("✓ Right")


@pytest.mark.parametrize(("check", "answer", "hint"), HINTS)
def test_a_mistake_gets_its_hint(check, answer, hint, capsys):
    check(answer)
    out = capsys.readouterr().out
    assert out.startswith("✗ ") and hint in out


@pytest.mark.parametrize(
    "check", [check for check, _ in RIGHT], ids=lambda c: c.__name__
)
@pytest.mark.parametrize("answer", [..., (..., 1), None, "no", *NONSENSE])
@pytest.mark.parametrize("wrapped", [False, True], ids=["value", "function"])
def test_nothing_raises(check, answer, wrapped, capsys):
    check((lambda *a: answer) if wrapped else answer)
    [line] = capsys.readouterr().out.splitlines()
    assert line.startswith("✗ ") and len(line) < 300


def test_text_is_no_number(capsys):
    checks.rnn_by_hand(("0.7616", "0.3634", "0.1797"))
    assert capsys.readouterr().out.startswith("✗ Expected numbers")


@pytest.mark.parametrize("count", [36.0, np.array([36]), torch.tensor(36.0), "36"])
def test_a_count_is_an_int(count, capsys):
    checks.rnn_parameters(lambda D, H, T: count)
    assert capsys.readouterr().out.startswith("✗ Expected a whole number")


@pytest.mark.parametrize("kind", [np.int64, np.array, torch.tensor])
def test_every_kind_of_int_is_a_count(kind, capsys):
    checks.rnn_parameters(lambda D, H, T: kind(H * (D + H + 1)))
    assert capsys.readouterr().out.startswith("✓ ")


@pytest.mark.parametrize("value", [np.nan, 1e300])
def test_weights_without_a_norm_do_not_pass(value, capsys):
    def broken():
        layer = exploding()
        for gate in "ifgo":  # past the check of an assignment
            layer.params[f"W_h{gate}"][...] = value
        return layer

    checks.lstm_explode(broken)
    assert capsys.readouterr().out.startswith("✗ ")


def test_an_lstm_that_was_never_made(capsys):
    checks.lstm_explode(lambda: LSTM.__new__(LSTM))
    assert capsys.readouterr().out.startswith("✗ Expected an LSTM(1, 32)")


@pytest.mark.parametrize(
    ("answer", "line"),
    [((0.7616, 0.3634, 0.1797), "ok: Right"), ("×", "no: Expected numbers, got '?'")],
)
def test_a_terminal_without_check_marks(answer, line, monkeypatch):
    out = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr(sys, "stdout", out)
    checks.rnn_by_hand(answer)
    out.flush()
    assert out.buffer.getvalue().decode("ascii").startswith(line)
