"""The corrections of the lecture notes: what holds, for each item of book/appendices/errata.ipynb.

The page is the one source: its headings, anchors and **Said** lines are the list. The first tests
read it; then comes one test for each item, named after it. The lecture notes themselves are not
part of this repository.
"""

import ast
import json
import pickle
import re
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
import torch
import yaml
from cases import B, D, H, T, assert_close, random_layer, random_params, random_run
from test_book import labels

from lib import (
    GRU,
    LSTM,
    SGD,
    CoupledLSTM,
    Dense,
    JordanRNN,
    PeepholeLSTM,
    SimpleRNN,
    Stacked,
    convert,
    frameworks,
    jacobians,
    sigmoid_cross_entropy,
    softmax_cross_entropy,
)
from lib.activations import ACTIVATIONS, relu, sigmoid, softmax

BOOK = Path(__file__).resolve().parent.parent / "book"
# How many lines the text of each note has.
LINES = {"000": 112, "001": 180, "002": 104, "003": 123, "004": 100}
SEVERITIES = {
    "Must be corrected": "must",
    "Matters": "matters",
    "Wording": "wording",
    "Checked and right": "right",
}


class Item(NamedTuple):
    id: str
    anchor: str
    severity: str
    group: str  # a seed, or "several"
    kind: str
    places: str  # such as "seed 001, lines 26–28; seed 003, line 7"
    text: str

    def lines(self) -> list[tuple[str, int]]:
        """(seed, line): both ends of each range."""
        return [
            (seed, int(number))
            for place in self.places.split("; ")
            for seed, rest in re.findall(r"^seed (\d{3}), lines? (.+)$", place)
            for number in re.findall(r"\d+", rest)
        ]


def cells(kind: str) -> list[str]:
    page = json.loads((BOOK / "appendices/errata.ipynb").read_text("utf-8"))
    return ["".join(c["source"]) for c in page["cells"] if c["cell_type"] == kind]


def read_page() -> list[Item]:
    """Every level-4 heading, with what stands around it."""
    found, severity, group, anchor = [], "", "", ""
    blocks = iter("\n\n".join(cells("markdown")).split("\n\n"))
    for block in blocks:
        if label := re.match(r"\(([\w-]+)\)=\n", block):
            anchor, block = label[1], block[label.end() :]
        if heading := re.fullmatch(r"## (.+)", block):
            severity = SEVERITIES.get(heading[1], "")
        elif heading := re.fullmatch(r"### (.+)", block):
            group = heading[1].split()[-1] if "Seed" in heading[1] else "several"
        elif heading := re.fullmatch(r"#### (E\w+): .+", block):
            said, holds = next(blocks), next(blocks)
            head = re.match(
                r"\*\*Said\*\* \(([^;]+(?:; seed [^;]+)*); (\w+)\): .", said
            )
            assert head and holds.startswith("**Holds**: "), heading[1]
            text = f"{said} {holds}"
            found.append(
                Item(heading[1], anchor, severity, group, head[2], head[1], text)
            )
            anchor = ""
    return found


ITEMS = read_page()
each = pytest.mark.parametrize("item", ITEMS, ids=[item.id for item in ITEMS])


def listed() -> list[tuple[str, str, str, str]]:
    """The list behind the page's table: (id, severity, group, first letter of the kind)."""
    (code,) = (cell for cell in cells("code") if cell.count("ITEMS = "))
    (text,) = (
        ast.literal_eval(node.value)
        for node in ast.parse(code).body
        if isinstance(node, ast.Assign)
    )
    found = []
    for line in text.strip().splitlines():
        place, items = line.split(": ")
        severity, group = place.split()
        found += [(i[:-2], severity, group, i[-1]) for i in items.split()]
    return found


# The page


def test_the_table_counts_what_stands_on_the_page():
    assert len(ITEMS) == 78
    assert len({item.id for item in ITEMS}) == 78
    assert listed() == [(i.id, i.severity, i.group, i.kind[0]) for i in ITEMS]


def test_each_item_has_a_test():
    names = (re.match(r"test_(e\d\d[a-d]?)_", name) for name in globals())
    assert {n[1] for n in names if n} == {item.id.lower() for item in ITEMS}


@each
def test_an_item_has_its_anchor_kind_and_lines(item):
    assert item.anchor == f"erratum-{item.id.lower()}"
    assert item.kind in ("wrong", "loose", "inconsistent", "omission", "right")
    assert (item.kind == "right") == (item.severity == "right")
    lines, seeds = item.lines(), {seed for seed, _ in item.lines()}
    assert len(item.places.split("; ")) == len(seeds)
    assert all(1 <= number <= LINES[seed] for seed, number in lines)
    assert item.group == (lines[0][0] if len(seeds) == 1 else "several")


@each
def test_an_item_leads_to_the_place_that_treats_it(item):
    """To a label of another page, to a page, or by name to a chapter that is still to come."""
    targets = set(re.findall(r"\]\(([\w-]+)\)", item.text))
    places = {t for t in targets if not re.match(r"(erratum-|seeds$)", t)}
    assert places <= {label for found in labels().values() for label in found}
    pages = re.findall(r"\]\(([./\w]+)\.(?:ipynb|md)\)", item.text)
    assert places or pages or "The chapter on " in item.text


def test_references_between_items_lead_to_items():
    anchors = {item.anchor for item in ITEMS}
    targets = re.findall(r"\[(E\w+)\]\(([\w-]+)\)", "\n".join(cells("markdown")))
    assert targets
    for name, target in targets:
        assert target == f"erratum-{name.lower()}" and target in anchors


def test_the_seed_map_knows_these_items():
    known = {item.id: {seed for seed, _ in item.lines()} for item in ITEMS}
    rows = yaml.safe_load((BOOK / "appendices/seed_map.yml").read_text("utf-8"))
    astray = [
        row
        for row in rows
        if "erratum" in row and row["seed"] not in known.get(row["erratum"], ())
    ]
    assert astray == []


# Each item, in the order of its number


def run_step(run):
    """Input and hidden state of the first step."""
    return run.xs[:, 0], run.state.h


def lstm_gates(layer, x, h):
    """The four values of a step, from the parameters alone."""
    p = layer.params
    a = {k: x @ p[f"W_x{k}"] + h @ p[f"W_h{k}"] + p[f"b_{k}"] for k in "ifgo"}
    return [np.tanh(a[k]) if k == "g" else sigmoid(a[k]) for k in "ifgo"]


def held(**values):
    """A random LSTM some of whose gates are held at a number: 0 or 1 to 17 digits."""
    layer = random_layer("LSTM")
    for k, value in values.items():
        layer.params[f"W_x{k}"][...] = layer.params[f"W_h{k}"][...] = 0
        value = np.clip(value, 4e-18, 1 - 1e-16)
        layer.params[f"b_{k}"][...] = np.log(value / (1 - value))
    return layer


def count(layer):
    return sum(array.size for array in layer.params.values())


def numeric(loss, array, index, eps=1e-6):
    """The derivative of loss() by one entry of an array, which is moved in place."""
    before, ends = array[index], []
    for sign in (1, -1):
        array[index] = before + sign * eps
        ends.append(loss())
    array[index] = before
    return (ends[0] - ends[1]) / (2 * eps)


def c_after(layer, steps, c):
    xs, states = np.zeros((1, steps, D)), (np.zeros((1, H)), np.full((1, H), c))
    return layer.forward(xs, states)[1].c


def test_e01_power():
    kept = c_after(held(f=0.9, i=0.0), 100, 1.0)
    np.testing.assert_allclose(kept, 2.65614e-5, rtol=1e-5)
    np.testing.assert_allclose(
        c_after(held(f=0.896, i=0.0), 100, 1.0), 1.7e-5, rtol=0.01
    )


def test_e02_a_gate_is_graded():
    layer, run = random_layer("LSTM"), random_run(random_layer("LSTM"))
    for gate in (g for k, g in enumerate(lstm_gates(layer, *run_step(run))) if k != 2):
        assert 0 < gate.min() and gate.max() < 1
        assert np.unique(gate).size == gate.size
    assert_close(c_after(held(f=0.5, i=0.0), 1, 3.0), np.full((1, H), 1.5))
    assert sigmoid(37.0) == 1 and 0 < sigmoid(-30.0) and sigmoid(30.0) < 1


def test_e03_the_sigmoid_is_applied_once():
    layer = held(i=0.0)
    layer.params["W_xf"][...] = layer.params["W_hf"][...] = 0
    for a in (-30.0, 2.0):
        layer.params["b_f"][...] = a
        assert_close(c_after(layer, 1, 1.0), np.full((1, H), sigmoid(a)))
    twice = sigmoid(sigmoid(np.linspace(-30, 30, 61)))
    assert twice.min() >= 0.5 and twice.max() <= sigmoid(1.0) < 0.7311
    assert sigmoid(1.0) ** 20 < 0.002


def test_e04_gates_see_the_state_before():
    layer = random_layer("LSTM")
    run = random_run(layer)
    x, c = run.xs[:, 0], run.state.c
    after, _ = layer.step(x, run.state)
    for h, right in ((run.state.h, True), (after.h, False)):
        i, f, g, _ = lstm_gates(layer, x, h)
        assert np.allclose(f * c + i * g, after.c) == right
    solutions = []
    for h in (-1.0, 0.0, 1.0):  # h = o tanh(i tanh(10 h)), with gates near 1
        for _ in range(200):
            h = sigmoid(5.0) * np.tanh(sigmoid(5.0) * np.tanh(10 * h))
        solutions.append(h)
    assert_close(np.array(solutions), np.array([-0.7537, 0, 0.7537]), 1e-4)


def test_e05_the_input_gate_has_its_own_matrix():
    layer = random_layer("LSTM")
    run = random_run(layer)
    before = layer.forward(run.xs, run.state)
    i, f = layer.params["W_xi"].copy(), layer.params["W_xf"].copy()
    layer.params["W_xi"] = f
    assert_close(layer.params["W_xf"], f, 0)
    assert np.abs(layer.forward(run.xs, run.state)[1].c - before[1].c).max() > 0.01
    layer.params["W_xi"] = i
    assert_close(layer.forward(run.xs, run.state)[1].c, before[1].c, 0)


def test_e06_the_lstm_is_another_cell():
    assert SimpleRNN.State._fields == ("h",)
    assert LSTM.State._fields == ("h", "c")
    assert count(LSTM(D, H)) == 4 * count(SimpleRNN(D, H))


def linear(W, steps, h):
    """h_t of a linear network without input, for t = 0 … steps; rows, so W is W_hh."""
    layer = SimpleRNN(1, len(W), activation="linear")
    layer.params["W_hh"] = W
    return np.stack([h, *layer.forward(np.zeros((1, steps, 1)), (h[None],))[0][0]])


def test_e06a_only_a_symmetric_matrix_has_q_transposed():
    rng = np.random.default_rng(0)
    W, h, t = 0.5 * rng.normal(size=(H, H)), rng.normal(size=H), 7
    for A, symmetric in ((W, False), (W + W.T, True)):
        values, Q = np.linalg.eig(A)
        want = linear(A, t, h)[t]
        assert_close(((h @ Q) * values**t @ np.linalg.inv(Q)).real, want)
        assert np.allclose((h @ Q) * values**t @ Q.T, want) == symmetric
    turn = np.array([[0.0, -1.0], [1.0, 0.0]])  # normal, not symmetric
    values, Q = np.linalg.eig(turn)
    assert np.allclose(Q * values @ Q.conj().T, turn)
    assert not np.allclose(Q * values @ Q.T, turn)
    assert np.linalg.matrix_rank(np.linalg.eig([[1.0, 1.0], [0.0, 1.0]])[1]) == 1


def test_e07_the_spectral_radius_in_the_end():
    def norms(W, steps=200):
        rows = np.stack([linear(np.array(W), steps, h) for h in np.eye(len(W))], 1)
        return np.linalg.norm(rows, 2, axis=(1, 2))

    hump = norms([[0.9, 10.0], [0.0, 0.9]])
    assert hump.argmax() == 9 and 38 < hump[9] < 40 and hump[200] < 1e-5
    np.testing.assert_allclose(norms([[-1.1]])[101], 1.1**101)
    np.testing.assert_allclose(norms([[1.0, 1.0], [0.0, 1.0]])[100], 100, rtol=1e-3)
    assert_close(norms([[1.0]]), np.ones(201))


def test_e07a_a_tanh_bounds_the_state():
    W = 1.2 * SimpleRNN(1, H).params["W_hh"]  # all |eigenvalues| are 1.2
    h = np.ones(H)
    assert_close(linear(W, 30, h)[30], h @ np.linalg.matrix_power(W, 30))
    layer = SimpleRNN(1, H)
    layer.params["W_hh"] = W
    bounded = layer.forward(np.zeros((1, 30, 1)), (h[None],))[0]
    assert np.linalg.norm(linear(W, 30, h)[30]) > 100 > np.linalg.norm(bounded[0, -1])
    assert np.abs(bounded).max() < 1


def chain(layer, xs):
    return np.linalg.multi_dot(jacobians.step_jacobians(layer, xs)[::-1])


@pytest.mark.parametrize(("activation", "gamma"), [("tanh", 1), ("sigmoid", 1 / 4)])
def test_e07c_below_the_threshold_every_step_shrinks(activation, gamma):
    rng = np.random.default_rng(4)
    layer = SimpleRNN(D, 8, activation=activation)
    layer.params["W_hh"] = 0.99 / gamma * layer.params["W_hh"]  # orthogonal before
    steps = jacobians.step_jacobians(layer, rng.normal(size=(30, D)))
    assert max(np.linalg.norm(J, 2) for J in steps) < 0.99 + 1e-12


@pytest.mark.parametrize(
    ("radius", "size", "explodes"), [(1.25, 3.0, False), (3.0, 0.01, True)]
)
def test_e07c_above_the_threshold_both_happens(radius, size, explodes):
    layer = SimpleRNN(D, 32)
    layer.params["W_hh"] = radius * layer.params["W_hh"]  # orthogonal before
    xs = size * np.random.default_rng(0).normal(size=(60, D))
    norm = np.linalg.norm(chain(layer, xs), 2)
    assert norm > 1e5 if explodes else norm < 1e-5


def test_e08_ranges():
    a = np.linspace(-15, 15, 301)
    assert 0 < sigmoid(a).min() and sigmoid(a).max() < 1
    assert -1 < np.tanh(a).min() and np.tanh(a).max() < 1
    assert relu(a).max() == 15 and relu(a).min() == 0
    assert (np.diff(sigmoid(a)) > 0).all()  # graded
    assert_close(np.tanh(a), 2 * sigmoid(2 * a) - 1)


def test_e08c_stable_forms():
    a = np.array([-1000.0, 1000.0])
    with np.errstate(over="ignore", invalid="ignore"):
        literal = (np.exp(a) - np.exp(-a)) / (np.exp(a) + np.exp(-a))
    assert np.isnan(literal).all()
    with np.errstate(all="raise"):
        for name, want in (("tanh", [-1, 1]), ("sigmoid", [0, 1])):
            assert np.array_equal(ACTIVATIONS[name].function(a), want)


def test_e09_softmax_and_sigmoid():
    logits = np.random.default_rng(0).normal(size=(5, 4))
    assert_close(softmax(logits).sum(-1), np.ones(5))
    assert np.abs(sigmoid(logits).sum(-1) - 1).max() > 0.5
    targets = np.array([0, 1, 1, 0, 1])
    difference = logits[:, 1] - logits[:, 0]
    two, _ = softmax_cross_entropy(logits[:, :2], targets)
    one, _ = sigmoid_cross_entropy(difference, targets.astype(float))
    np.testing.assert_allclose(two, one)


def test_e10_the_parts_of_w_change_places():
    layer = random_layer("LSTM")
    run = random_run(layer)
    x, h = run_step(run)
    p, f = layer.params, lstm_gates(layer, x, h)[1]
    for W, right in (
        (np.concatenate([p["W_hf"], p["W_xf"]]), True),
        (np.concatenate([p["W_xf"], p["W_hf"]]), False),
    ):
        gate = sigmoid(np.concatenate([h, x], axis=1) @ W + p["b_f"])
        assert np.allclose(gate, f) == right


def test_e11_rows_and_columns():
    layer = random_layer("LSTM")
    rows = convert.keras_weights(layer)[0]
    columns = convert.to_torch(layer).weight_ih_l0.detach().numpy()
    assert rows.shape == (D, 4 * H) and columns.shape == (4 * H, D)
    assert_close(rows, columns.T, 0)


def test_e12_the_layer_of_1997_has_no_forget_gate():
    layer = random_layer("LSTM-1997")
    assert not [name for name in layer.params if name.endswith("f")]
    run = random_run(layer)
    after, _ = layer.step(run.xs[:, 0], run.state)
    p, (x, h) = layer.params, run_step(run)
    i, g = (x @ p[f"W_x{k}"] + h @ p[f"W_h{k}"] + p[f"b_{k}"] for k in "ig")
    assert_close(after.c, run.state.c + sigmoid(i) * np.tanh(g))


def test_e12a_keep_or_write():
    keeps, run = random_layer("GRU"), random_run(random_layer("GRU"))
    writes = GRU(D, H, update="write")
    writes.params = keeps.params
    want = keeps.forward(run.xs, run.state)[0]
    assert np.abs(writes.forward(run.xs, run.state)[0] - want).max() > 0.1
    for name in ("W_xz", "W_hz", "b_z"):
        writes.params[name] = -keeps.params[name]
    assert_close(writes.forward(run.xs, run.state)[0], want)
    keeps.params["b_z"][...] = (
        40  # z = 1: in lib, as in the paper, the old state is kept
    )
    assert_close(keeps.step(run.xs[:, 0], run.state)[0].h, run.state.h)


def test_e12b_two_forms_of_the_reset():
    after, before = random_layer("GRU-after"), random_layer("GRU")
    before.params.update({name: after.params[name] for name in before.params})
    before.params["b_n"] = after.params["b_n"] + after.params["b_hn"]
    run = random_run(after)
    hs = after.forward(run.xs, run.state)[0]
    assert np.abs(before.forward(run.xs, run.state)[0] - hs).max() > 0.05
    keras = frameworks.keras()
    assert keras.layers.GRU(H).reset_after and not GRU(D, H).reset_after
    theirs = convert.to_torch(after)(
        torch.tensor(run.xs), torch.tensor(run.state.h[None])
    )
    assert_close(theirs[0].detach().numpy(), hs)


def test_e12d_biases_of_the_gru():
    layer = random_layer("GRU")
    zeros = np.zeros((B, T, D))
    assert np.abs(layer.forward(zeros)[0]).min() > 0
    for k in "zrn":
        layer.params[f"b_{k}"][...] = 0
    assert not layer.forward(zeros)[0].any()
    for after, parameters in ((False, 120), (True, 132)):
        twin = convert.to_keras(GRU(5, 4, reset_after=after))
        assert twin.count_params() == parameters


def test_e14_a_peephole_is_a_vector():
    plain, H = count(LSTM(32, 64)), 64
    assert count(PeepholeLSTM(32, 64)) - plain == 3 * H == 192
    assert count(PeepholeLSTM(32, 64, full=True)) - plain == 3 * H**2 == 12_288


def test_e14_each_gate_sees_its_own_unit():
    layer = random_layer("Peephole")
    run = random_run(layer)
    J = jacobians.state_jacobian(
        layer, run.xs[:1, 0], (run.state.h[:1], run.state.c[:1])
    )
    assert_close(J[H:, H:], np.diag(np.diag(J[H:, H:])), 1e-15)


def test_e14a_one_hidden_and_one_cell_state():
    layer = random_layer("LSTM")
    run = random_run(layer)
    hs, last, _ = layer.forward(run.xs)
    sequence, h, c = (
        np.asarray(a) for a in convert.to_keras(layer, return_state=True)(run.xs)
    )
    assert_close(sequence, hs, 1e-7)
    assert_close(h, sequence[:, -1], 0)
    assert_close(c, last.c, 1e-7)
    assert np.abs(c - h).max() > 0.01


def test_e15_length_and_width():
    layer = LSTM(32, 64)
    assert count(layer) == 24_832 and count(LSTM(200, 64)) == 67_840
    sizes = []
    for steps in (100, 1000):
        _, _, cache = layer.forward(np.zeros((1, steps, 32)))
        sizes.append(len(pickle.dumps(cache)) - 8 * count(layer))
    assert 9 < sizes[1] / sizes[0] < 11  # what the way back needs grows with T


def test_e16_a_window_is_enough_for_a_sine_and_no_more():
    x = np.sin(0.3 * np.arange(200))
    windows = np.lib.stride_tricks.sliding_window_view(x, 2)[:-1]
    w = np.linalg.lstsq(windows, x[2:], rcond=None)[0]
    assert np.mean((windows @ w - x[2:]) ** 2) < 1e-20
    assert_close(w, np.array([-1, 2 * np.cos(0.3)]), 1e-9)
    rng = np.random.default_rng(0)
    bits = rng.choice([-1.0, 1.0], size=2000)
    for lag, learned in ((2, True), (5, False)):  # a window of 3 reaches back 2 steps
        windows = np.lib.stride_tricks.sliding_window_view(bits, 3)[8:]
        targets = bits[10 - lag : 2000 - lag]
        w = np.linalg.lstsq(windows, targets, rcond=None)[0]
        assert (np.mean((windows @ w - targets) ** 2) < 1e-12) == learned


def test_e17_the_first_input_is_lost():
    layer = SimpleRNN(D, 8)
    xs = np.random.default_rng(1).normal(size=(1, 200, D))
    other = xs.copy()
    other[0, 0] += 5
    change = np.abs(layer.forward(other)[0] - layer.forward(xs)[0]).max((0, 2))
    assert change[0] > 0.1 and change[-1] < 1e-12


def test_e17b_same_width_and_same_size():
    assert count(GRU(32, 64)) == 18_624 == 0.75 * count(LSTM(32, 64))
    assert count(GRU(32, 76)) == 24_852
    gru, lstm = random_layer("GRU"), held(f=1.0, i=1.0, g=1.0 - 1e-16)
    many = np.full((1, 200, D), 3.0)
    assert np.abs(gru.forward(many)[0]).max() < 1
    assert_close(lstm.forward(many)[1].c, np.full((1, H), 200.0))


@pytest.mark.parametrize("f", [0.9, 0.99, 0.999])
def test_e18_the_gradient_decays_by_the_forget_gate(f):
    layer = held(f=f, i=0.0, o=0.0)
    xs = np.zeros((1, 100, D))
    _, _, cache = layer.forward(xs)
    arriving = (np.zeros((1, H)), np.ones((1, H)))
    dstate = layer.backward(np.zeros((1, 100, H)), cache, arriving)[1]
    assert_close(dstate.c, np.full((1, H), f**100))


def test_e18_gradients_of_an_lstm_explode():
    layer = LSTM(1, 32, forget_bias=-5.0, input_bias=5.0)
    layer.params["b_o"][...] = 5
    layer.params["W_hg"] = 4 * np.random.default_rng(0).normal(size=(32, 32)) / 32**0.5
    xs = 0.1 * np.random.default_rng(1).normal(size=(30, 1))
    assert jacobians.sensitivity(layer, xs)[-1, 0] > 1000


def test_e18b_half_lives():
    for bias, half_life in ((0, 1.0), (1, 2.2), (2, 5.5), (5, 103.2)):
        layer = LSTM(D, H, forget_bias=bias, input_bias=-40.0)
        layer.params["W_xf"][...] = layer.params["W_hf"][...] = 0
        assert c_after(layer, int(half_life + 1), 1.0).max() < 0.5
        if half_life > 2:
            assert c_after(layer, int(half_life), 1.0).min() > 0.5
        assert abs(np.log(0.5) / np.log(sigmoid(bias)) - half_life) < 0.06
    assert (LSTM(D, H).params["b_f"] == 1).all()


def test_e19_the_total_derivative_has_more_ways():
    layer = random_layer("LSTM")
    run = random_run(layer)
    x, c, o = run.xs[:1, 0], run.state.c[:1], sigmoid(run.dstate.h[:1])
    h = o * np.tanh(c)
    J = jacobians.state_jacobian(layer, x, (h, c))
    f = lstm_gates(layer, x, h)[1]
    assert_close(J[H:, H:], np.diag(f[0]))  # the direct way, h held fixed
    total = J[H:, H:] + J[H:, :H] * (o * (1 - np.tanh(c) ** 2))
    assert np.abs(total - np.diag(f[0])).max() > 0.05

    def loss():
        return layer.step(x, (o * np.tanh(c), c))[0].c[0, 2]

    assert abs(numeric(loss, c, (0, 1)) - total[2, 1]) < 1e-8


def test_e20_an_outer_product_and_a_transpose():
    rng = np.random.default_rng(0)
    readout, h, weights = Dense(H, 5), rng.normal(size=(1, H)), rng.normal(size=(1, 5))
    random_params(readout.params, rng)

    def loss():
        return float((readout.forward(h)[0] * weights).sum())

    dh, grads = readout.backward(weights, readout.forward(h)[1])
    assert_close(grads["W"], np.outer(h, weights))
    assert_close(dh, weights @ readout.params["W"].T)
    assert abs(numeric(loss, readout.params["W"], (1, 2)) - grads["W"][1, 2]) < 1e-8
    assert abs(numeric(loss, h, (0, 3)) - dh[0, 3]) < 1e-8


def test_e20b_the_gradient_arrives_from_the_next_step():
    layer = random_layer("SimpleRNN-tanh")
    run = random_run(layer)

    def loss():
        return float((layer.forward(run.xs, run.state)[0] * run.dhs).sum())

    want = numeric(loss, layer.params["W_hh"], (0, 1))
    for handed_on, right in ((1, True), (0, False)):
        state, caches, total = run.state, [], 0.0
        for x in run.xs.swapaxes(0, 1):
            state, cache = layer.step(x, state)
            caches.append(cache)
        dh = np.zeros((B, H))
        for t in reversed(range(T)):
            arriving = (run.dhs[:, t] + handed_on * dh,)
            _, (dh,), grads = layer.step_backward(arriving, caches[t])
            total += grads["W_hh"][0, 1]
        assert (abs(total - want) < 1e-7) == right


def test_e20c_the_gradient_of_the_loss():
    y, targets = np.random.default_rng(0).normal(size=(2, 5)), np.array([1, 4])
    loss, dy = softmax_cross_entropy(y, targets)
    assert isinstance(loss, float) and dy.shape == y.shape
    by_hand = numeric(lambda: softmax_cross_entropy(y, targets)[0], y, (1, 4))
    assert abs(by_hand - dy[1, 4]) < 1e-8


def test_e21_the_slope_of_tanh():
    a = np.linspace(-3, 3, 13)
    slope = (np.tanh(a + 1e-6) - np.tanh(a - 1e-6)) / 2e-6
    assert_close(ACTIVATIONS["tanh"].slope(np.tanh(a)), slope, 1e-8)
    assert_close(1 - np.tanh(a) ** 2, slope, 1e-8)


def test_e22_the_candidate_is_one_vector():
    layer = held(i=1.0, f=0.0)  # the cell state is the candidate
    run = random_run(layer)
    found = [layer.step(x, run.state)[0].c for x in run.xs.swapaxes(0, 1)[:2]]
    assert_close(found[0], lstm_gates(layer, *run_step(run))[2])
    assert found[0].shape == (B, H) and np.abs(found[0] - found[1]).min() > 0


def test_e23_coupled_gates_bound_the_cell_state():
    layer = random_layer("Coupled")
    xs = 3 * np.random.default_rng(0).normal(size=(B, 500, D))
    assert np.abs(layer.forward(xs)[1].c).max() <= 1
    grown = c_after(held(f=0.999, i=0.88, g=1 - 1e-16), 500, 0.0)
    assert_close(grown, np.full((1, H), 0.88 * (1 - 0.999**500) / 0.001), 1e-6)
    assert grown.min() > 300


def test_e24_the_copy_is_bounded():
    layer = held(f=1.0, i=1.0, g=1 - 1e-16)
    hs, state, _ = layer.forward(np.ones((B, 20, D)))
    assert_close(state.c, np.full((B, H), 20.0))
    assert np.abs(hs).max() <= 1


def test_e25_the_gates_are_independent():
    for f, i in ((0.0, 0.0), (0.0, 1.0), (1.0, 0.0), (1.0, 1.0)):
        layer = held(f=f, i=i, g=0.8)  # tanh of that sum
        g = np.tanh(np.log(0.8 / 0.2))
        assert_close(c_after(layer, 1, 2.0), np.full((1, H), 2 * f + g * i), 1e-12)


def test_e25b_back_through_a_matrix_and_a_slope():
    layer = random_layer("SimpleRNN-tanh")
    run = random_run(layer)
    state, cache = layer.step(run.xs[:, 0], run.state)
    dh = run.dhs[:, 0]
    back = layer.step_backward((dh,), cache)[1].h
    assert back.shape == (B, H)
    assert_close(back, (dh * (1 - state.h**2)) @ layer.params["W_hh"].T)
    assert np.abs(back - dh @ layer.params["W_hh"].T).max() > 0.01


def test_e26_four_maps():
    layer = LSTM(5, 4)
    maps = {name[-1] for name in layer.params}
    assert maps == set("ifgo")
    assert count(layer) == len(maps) * 4 * (5 + 4 + 1) == 160
    assert convert.to_keras(layer).count_params() == 160
    assert sum(p.numel() for p in convert.to_torch(layer).parameters()) == 176


def test_e27_shared_over_time_and_not_between_layers():
    rng = np.random.default_rng(0)
    two = Stacked([LSTM(H, H, rng=rng), LSTM(H, H, rng=rng)])
    shapes = []
    for steps in (10, 1000):
        hs, _, cache = two.forward(np.ones((1, steps, H)))
        grads = two.backward(np.ones_like(hs), cache)[2]
        shapes.append({name: grad.shape for name, grad in grads.items()})
    assert shapes[0] == shapes[1] and len(shapes[0]) == 2 * 12
    assert np.abs(two.params["layer0.W_hi"] - two.params["layer1.W_hi"]).max() > 0.1


def keeper(size=1):
    layer = SimpleRNN(size, size, activation="relu")
    layer.params.update(W_xh=np.eye(size), W_hh=np.eye(size), b_h=np.zeros(size))
    return layer


def test_e28_not_every_network_forgets():
    felt = {}
    xs = np.abs(np.random.default_rng(0).normal(size=(60, 4)))
    for name, layer in (("plain", SimpleRNN(4, 4)), ("identity", keeper(4))):
        felt[name] = jacobians.sensitivity(layer, xs)[-1, 0]
    assert felt["plain"] < 1e-3 and felt["identity"] == 2  # the norm of the identity


def test_e28b_long_sequences_run():
    layer = SimpleRNN(1, 8)
    hs = layer.forward(np.ones((1, 20_000, 1)))[0]
    assert hs.shape == (1, 20_000, 8) and np.isfinite(hs).all()
    layer = SimpleRNN(1, 32)
    layer.params["W_hh"] = 3 * layer.params["W_hh"]
    xs = 0.01 * np.random.default_rng(0).normal(size=(40, 1))
    assert np.linalg.norm(chain(layer, xs)) > 1e3  # and a gradient may explode


def test_e29_the_loss_needs_targets():
    logits = np.random.default_rng(0).normal(size=(3, 4))
    with pytest.raises(TypeError, match="targets"):
        softmax_cross_entropy(logits)
    targets = np.array([0, 3, 2])
    dlogits = softmax_cross_entropy(logits, targets)[1]
    assert_close(dlogits, (softmax(logits) - np.eye(4)[targets]) / 3)


def test_e30_bptt_is_backpropagation():
    layer = random_layer("SimpleRNN-tanh")
    run = random_run(layer)
    _, _, cache = layer.forward(run.xs, run.state)
    grads = layer.backward(run.dhs, cache)[2]
    # One copy of the weights for each step, no sharing: plain backpropagation through T layers.
    copies = [
        {n: torch.tensor(a, requires_grad=True) for n, a in layer.params.items()}
        for _ in range(T)
    ]
    h, loss = torch.tensor(run.state.h), 0
    for t, p in enumerate(copies):
        h = torch.tanh(
            torch.tensor(run.xs[:, t]) @ p["W_xh"] + h @ p["W_hh"] + p["b_h"]
        )
        loss = loss + (h * torch.tensor(run.dhs[:, t])).sum()
    loss.backward()
    for name, grad in grads.items():
        assert_close(sum(p[name].grad.numpy() for p in copies), grad)


def test_e31_two_products():
    rng = np.random.default_rng(0)
    W, v = rng.normal(size=(3, 3)), rng.normal(size=3)
    assert (W @ v).shape == (3,) and (W * v).shape == (3, 3)
    layer = random_layer("LSTM")
    run = random_run(layer)
    i, f, g, _ = lstm_gates(layer, *run_step(run))
    c = layer.step(run.xs[:, 0], run.state)[0].c
    one = f[1, 2] * run.state.c[1, 2] + i[1, 2] * g[1, 2]
    np.testing.assert_allclose(c[1, 2], one)


def test_e32_elman_and_jordan():
    jordan, elman = random_layer("Jordan"), random_layer("SimpleRNN-tanh")
    run = random_run(elman)
    before = jordan.forward(run.xs)[0]
    jordan.params["b_y"] += 1
    assert np.abs(jordan.forward(run.xs)[0][:, 1:] - before[:, 1:]).max() > 0.1
    assert set(elman.params) == {"W_xh", "W_hh", "b_h"}  # no output to feed back
    assert JordanRNN.State._fields == ("h", "y")


def test_e33_any_length():
    layer = random_layer("LSTM")
    xs = np.random.default_rng(0).normal(size=(1, 3000, D))
    whole = layer.forward(xs)[0]
    for steps in (1, 3, 1000):
        assert_close(layer.forward(xs[:, :steps])[0], whole[:, :steps])


@pytest.mark.parametrize("f", [0.0, 0.3, 1.0])
def test_e34_the_forget_gate_keeps(f):
    assert_close(c_after(held(f=f, i=0.0), 1, 2.0), np.full((1, H), 2 * f), 1e-15)


def test_e35_a_convolution_shares_its_weights():
    rng = np.random.default_rng(0)
    x, kernel = rng.normal(size=50), rng.normal(size=3)
    matrix = np.zeros((50, 48))  # as a layer of its own weights it would have 2,400
    for k in range(48):
        matrix[k : k + 3, k] = kernel[::-1]
    assert_close(x @ matrix, np.convolve(x, kernel, "valid"))
    assert np.unique(matrix[matrix != 0]).size == kernel.size


def test_e36_the_cell_state():
    layer = random_layer("LSTM")
    run = random_run(layer)
    i, f, g, o = lstm_gates(layer, *run_step(run))
    after, _ = layer.step(run.xs[:, 0], run.state)
    assert_close(after.c, f * run.state.c + i * g)
    assert_close(after.h, o * np.tanh(after.c))


def bibliography(key):
    text = (BOOK / "references.bib").read_text("utf-8")
    return re.search(rf"@\w+\{{{key},\n.*?year += \{{(\d+)\}}", text, re.S)


def test_e37_the_claim_is_dated_by_a_paper():
    (item,) = (item for item in ITEMS if item.id == "E37")
    (key,) = re.findall(r"\{cite:p\}`(\w+)`", item.text)
    assert f"about {bibliography(key)[1]}" in item.text


def test_e38_a_cell_computes_one_step():
    layer = random_layer("LSTM")
    run = random_run(layer)
    keras = frameworks.keras()
    cell = keras.layers.LSTMCell(H, dtype="float64")
    cell.build((B, D))
    cell.set_weights(convert.keras_weights(layer))
    output, (h, c) = cell(run.xs[:, 0], [run.state.h, run.state.c])
    want, _ = layer.step(run.xs[:, 0], run.state)
    assert_close(
        [np.asarray(a) for a in (output, h, c)], [want.h, want.h, want.c], 1e-7
    )


def test_e39_a_run_does_not_learn():
    layer = random_layer("LSTM")
    run, before = random_run(layer), layer.params.copy()
    first, second = layer.forward(run.xs)[0], layer.forward(run.xs[:, 1:])[0]
    assert np.abs(first[:, 1:] - second).max() > 0.01  # earlier steps are remembered
    assert all(np.array_equal(layer.params[name], a) for name, a in before.items())


def test_e40_the_cell_state_needs_no_output_gate():
    shut, opened = held(o=0.0), held(o=1.0)
    for name in ("W_hi", "W_hf", "W_hg"):  # so that h plays no part in c
        shut.params[name][...] = opened.params[name][...] = 0
    run = random_run(shut)
    (hs, state, _), (_, want, _) = (
        layer.forward(run.xs, run.state) for layer in (shut, opened)
    )
    assert np.abs(hs).max() < 1e-15 and np.abs(state.c - run.state.c).max() > 0.1
    assert_close(state.c, want.c)


def test_e41_the_forget_gate_reads_both_and_learns_its_bias():
    layer = random_layer("LSTM")
    assert layer.params["W_xf"].shape == (D, H)
    assert layer.params["W_hf"].shape == (H, H)
    run = random_run(layer)
    _, _, cache = layer.forward(run.xs, run.state)
    db = layer.backward(run.dhs, cache)[2]["b_f"]

    def loss():
        return float((layer.forward(run.xs, run.state)[0] * run.dhs).sum())

    assert abs(numeric(loss, layer.params["b_f"], 1) - db[1]) < 1e-7 < abs(db[1])


def test_e42_first_values_of_keras_and_pytorch():
    twin = frameworks.keras().layers.LSTM(H, seed=1)
    twin.build((None, None, D))
    kernel, recurrent, bias = twin.get_weights()
    assert kernel.shape == (D, 4 * H) and recurrent.shape == (H, 4 * H)
    assert np.array_equal(bias.reshape(4, H), np.eye(4)[[1]].T.repeat(H, 1))
    assert_close(recurrent @ recurrent.T, np.eye(H, dtype=np.float32), 1e-5)
    module = torch.nn.LSTM(D, H)
    biases = [b.detach() for b in (module.bias_ih_l0, module.bias_hh_l0)]
    assert all(0 < b.abs().max() <= H**-0.5 < 1 for b in biases)


def test_e43_shapes():
    layer, K = random_layer("SimpleRNN-tanh"), 6
    h = layer.step(np.ones((1, D)), layer.initial_state(1))[0].h
    readout = Dense(H, K)
    shapes = [a.T.shape for a in (readout.params["W"], readout.forward(h)[0])]
    assert shapes == [(K, H), (K, 1)]  # in columns, as the note writes
    assert layer.params["W_xh"].T.shape == (H, D)
    with pytest.raises(ValueError, match="x: expected"):
        layer.step(np.ones((1, D + 1)), layer.initial_state(1))


def test_e44_weights_are_updated():
    params, grads = {"W": np.array([1.0, 2.0])}, {"W": np.array([0.5, -1.0])}
    SGD(0.1).step(params, grads)
    assert_close(params["W"], np.array([0.95, 2.1]))
    assert np.array_equal(grads["W"], [0.5, -1.0])


def test_e45_what_is_added():
    layer = random_layer("LSTM")
    run = random_run(layer)
    i, f, g, _ = lstm_gates(layer, *run_step(run))
    c = layer.step(run.xs[:, 0], run.state)[0].c
    assert_close(c - i * g, f * run.state.c)
    assert np.abs(c - i * g - f).max() > 0.1


def test_e46_a_shut_forget_gate_lets_the_previous_input_pass():
    layer = held(f=0.0)
    run = random_run(layer)
    c = layer.forward(run.xs, run.state)[1].c
    run.xs[:, -2] += 1  # the previous input, through h
    assert np.abs(layer.forward(run.xs, run.state)[1].c - c).max() > 0.01
    h, x = run.state.h, run.xs[:, 0]
    states = [layer.step(x, (h, old))[0].c for old in (run.state.c, run.state.c + 5)]
    assert_close(*states)  # but not through c


def test_e47_the_state_is_of_the_same_pass():
    layer = random_layer("LSTM")
    run = random_run(layer)
    first, last, _ = layer.forward(run.xs)
    assert np.array_equal(layer.forward(run.xs)[0], first)
    again = layer.forward(run.xs, last)[0]  # unless it is handed on
    assert np.abs(again - first).max() > 0.01


def test_e48_one_to_many():
    layer = random_layer("LSTM")
    run = random_run(layer)
    hs = layer.forward(np.zeros((B, T, D)), run.state)[0]
    other = layer.forward(np.zeros((B, T, D)), layer.initial_state(B))[0]
    assert hs.shape == (B, T, H)
    assert np.abs(np.diff(hs, axis=1)).max(axis=(0, 2)).min() > 1e-3
    assert np.abs(hs - other).max(axis=(0, 2)).min() > 1e-4  # all steps tell of it


def test_e49_one_element():
    layer = random_layer("LSTM")
    run = random_run(layer)
    assert run.xs[:, 0].shape == (B, D)
    state, _ = layer.step(run.xs[:, 0], run.state)
    assert_close(state, layer.forward(run.xs[:, :1], run.state)[1])


def test_e50_a_network_that_keeps():
    pulse = np.zeros((1, 1000, 1))
    pulse[0, 0] = 0.7
    assert np.array_equal(keeper().forward(pulse)[0], np.full((1, 1000, 1), 0.7))
    faded = SimpleRNN(1, 1)
    faded.params.update(W_xh=[[1.0]], W_hh=[[0.9]])
    assert faded.forward(pulse)[0][0, -1, 0] < 1e-20


def test_e51_letters():
    assert {"W_xo", "W_ho", "b_o"} <= set(LSTM(D, H).params)  # o: the output gate
    assert JordanRNN.State._fields[1] == "y" and "c" in LSTM.State._fields
    page = (BOOK / "appendices/notation.ipynb").read_text("utf-8")
    assert "| output gate $O_t$ |" in page and "| cell state $C_t$ |" in page


def test_e52_first_state_and_masks():
    layer = random_layer("LSTM")
    run = random_run(layer)
    zeros = np.zeros((B, H)), np.zeros((B, H))
    want = layer.forward(run.xs, zeros)[1]
    assert_close(layer.forward(run.xs)[1], want, 0)
    padded = np.concatenate([run.xs, np.zeros((B, 3, D))], axis=1)
    mask = np.arange(T + 3) < np.full((B, 1), T)
    assert_close(layer.forward(padded, mask=mask)[1], want)
    assert np.abs(layer.forward(padded)[1].h - want.h).max() > 0.05
    logits, targets = run.dhs, np.ones((B, T), int)
    counted = np.zeros((B, T), bool)
    counted[0, :3] = True
    loss = softmax_cross_entropy(logits, targets, counted)[0]
    np.testing.assert_allclose(
        loss, softmax_cross_entropy(logits[:1, :3], targets[:1, :3])[0]
    )


def test_e53_one_function_and_three_weights():
    layer = random_layer("LSTM")
    i, f, _, o = lstm_gates(layer, *run_step(random_run(layer)))
    assert min(np.abs(a - b).min() for a, b in ((i, f), (f, o), (i, o))) > 0
    for k in "fo":  # with the same weights they are the same gate
        for name in ("W_x", "W_h", "b_"):
            layer.params[f"{name}{k}"] = layer.params[f"{name}i"]
    i, f, _, o = lstm_gates(layer, *run_step(random_run(layer)))
    assert_close((i, i), (f, o), 0)


def test_e54_a_state_from_the_state_before():
    layer = random_layer("SimpleRNN-tanh")
    run = random_run(layer)
    hs = layer.forward(run.xs, run.state)[0]
    for t in range(1, T):
        assert_close(layer.step(run.xs[:, t], (hs[:, t - 1],))[0].h, hs[:, t])


def test_e55_one_state():
    layer = random_layer("SimpleRNN-tanh")
    run = random_run(layer)
    hs, last, _ = layer.forward(run.xs)
    assert len(last) == 1 and np.array_equal(last.h, hs[:, -1])
    assert len(random_layer("LSTM").forward(run.xs)[1]) == 2


def test_e56_when_the_peepholes_look():
    layer = random_layer("Peephole")
    run = random_run(layer)
    (x, h), c, p = run_step(run), run.state.c, layer.params
    after, _ = layer.step(x, run.state)

    def gate(k, seen):
        return sigmoid(
            x @ p[f"W_x{k}"] + h @ p[f"W_h{k}"] + p[f"p_{k}"] * seen + p[f"b_{k}"]
        )

    g = np.tanh(x @ p["W_xg"] + h @ p["W_hg"] + p["b_g"])
    assert_close(gate("f", c) * c + gate("i", c) * g, after.c)
    assert_close(gate("o", after.c) * np.tanh(after.c), after.h)
    assert np.abs(gate("f", after.c) - gate("f", c)).max() > 0.01
    assert np.abs(gate("o", after.c) - gate("o", c)).max() > 0.01


def test_e57_a_gru_is_not_a_coupled_lstm():
    assert count(GRU(32, 64)) == count(CoupledLSTM(32, 64)) == 18_624
    assert {n[-1] for n in GRU(1, 1).params} == set("zrn")
    assert {n[-1] for n in CoupledLSTM(1, 1).params} == set("fgo")
    assert GRU.State._fields == ("h",) and CoupledLSTM.State._fields == ("h", "c")


def test_e58_the_references():
    (item,) = (item for item in ITEMS if item.id == "E58")
    keys = re.findall(r"\{cite:t\}`(\w+)`", item.text)
    assert len(keys) == 7
    for key in keys:
        assert bibliography(key)[1] == key[-4:]


def test_e59_the_same_layer_one_step_later():
    two = Stacked([random_layer("LSTM", D, H), random_layer("GRU", H, H)])
    run = random_run(two)
    below, above = two.layers
    hs = below.forward(run.xs, run.state[0])[0]
    assert_close(above.forward(hs, run.state[1])[0], two.forward(run.xs, run.state)[0])
    above.params["b_n"] += 1  # what is above does not go back into the layer below
    assert_close(two.forward(run.xs, run.state)[1][0].h, hs[:, -1])


def test_e60_amount_and_content():
    for g, sign in ((0.5, 0), (0.9, 1), (0.1, -1)):  # the sigmoid of g's sum
        change = c_after(held(f=1.0, i=1.0, g=g), 1, 1.0) - 1
        assert np.array_equal(np.sign(change.round(12)), np.full((1, H), sign))
    assert_close(c_after(held(f=1.0, i=0.0, g=0.9), 1, 1.0), np.ones((1, H)), 1e-15)


def test_e61_one_keeps_all():
    kept = [c_after(held(f=f, i=0.0), 50, 2.0)[0, 0] for f in (1.0, 0.9, 0.1)]
    assert kept[0] == pytest.approx(2, abs=1e-12)
    assert kept[0] > kept[1] > kept[2]


def test_e62_the_old_cell_state_is_multiplied():
    layer = random_layer("LSTM")
    run = random_run(layer)
    f = lstm_gates(layer, *run_step(run))[1]
    c = run.state.c.copy()

    def loss():
        return layer.step(run.xs[:, 0], (run.state.h, c))[0].c[1, 2]

    assert abs(numeric(loss, c, (1, 2)) - f[1, 2]) < 1e-8


def test_e63_linear_for_fixed_gates_only():
    layer = random_layer("LSTM")
    run = random_run(layer)
    x, one, two = run.xs[:, 0], run.state.c, 2 * run.dstate.c
    for h_of, affine in ((lambda c: run.state.h, True), (np.tanh, False)):
        ends = [layer.step(x, (h_of(c), c))[0].c for c in (one, two, (one + two) / 2)]
        assert np.allclose((ends[0] + ends[1]) / 2, ends[2], atol=1e-6) == affine


def test_e64_the_recurrent_activation_takes_the_whole_sum():
    layer = held(i=1.0, o=1.0)
    run = random_run(layer)
    twin = convert.to_keras(layer, return_state=True)
    assert twin.get_config()["recurrent_activation"] == "sigmoid"
    states = [torch.tensor(a).numpy() for a in run.state]
    c = np.asarray(twin(run.xs[:, :1], initial_state=states)[2])
    (x, h), p = run_step(run), layer.params
    g = lstm_gates(layer, x, h)[2]
    of_x, of_h = x @ p["W_xf"] + p["b_f"], h @ p["W_hf"]
    for f, right in ((sigmoid(of_x + of_h), True), (of_x + sigmoid(of_h), False)):
        assert np.allclose(f * run.state.c + g, c, atol=1e-6) == right


def test_e65_one_softmax():
    rng = np.random.default_rng(0)
    readout, h = Dense(H, 5), 100 * rng.normal(size=(3, H))
    random_params(readout.params, rng)
    y, targets = readout.forward(h)[0], np.array([0, 3, 2])
    assert_close(y, h @ readout.params["W"] + readout.params["b"])  # no function
    loss = softmax_cross_entropy(y, targets)[0]
    np.testing.assert_allclose(loss, -np.log(softmax(y)[range(3), targets]).mean())
    assert abs(softmax_cross_entropy(softmax(y), targets)[0] - loss) > 0.5
