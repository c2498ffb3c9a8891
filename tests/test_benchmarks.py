"""The benchmarks: the rivals compute the same, a killed run goes on, goals and report are right.

No time is tested.
"""

import json

import numpy as np
import pytest
from cases import B, D, H, T, assert_close, random_layer, random_run

from benchmarks import command, goals, measure, memory, notes, report, step_loop, tables
from benchmarks.products import products
from benchmarks.sizes import SIZES, Size, rounds
from lib.activations import sigmoid

# The rivals


@pytest.mark.parametrize(
    ("case", "cell"),
    [("SimpleRNN-tanh", step_loop.RNN), ("LSTM", step_loop.LSTMCell)],
)
def test_the_step_loop_computes_what_lib_computes(case, cell):
    layer = random_layer(case)
    run = random_run(layer)
    weights = step_loop.weights_of(layer)
    hs, kept = step_loop.forward(cell, run.xs, weights)
    dxs, grads = step_loop.backward(cell, run.dhs, kept, weights)

    want_hs, _, cache = layer.forward(run.xs)
    want_dxs, _, want_grads = layer.backward(run.dhs, cache)
    assert_close((hs, dxs), (want_hs, want_dxs))
    for name, gate in zip("ifog" if case == "LSTM" else "h", range(4)):
        columns = slice(gate * H, (gate + 1) * H)
        found = {
            f"{part}{name}": array[..., columns]
            for part, array in zip(("W_x", "W_h", "b_"), grads)
        }
        assert_close(found, {key: want_grads[key] for key in found})


def test_the_sigmoid_of_the_step_loop():
    a = np.array([-1000.0, -2.0, 0.0, 3.0, 1000.0])
    with np.errstate(over="raise"):
        assert_close(step_loop.stable_sigmoid(a), sigmoid(a))


@pytest.mark.parametrize("K", [1, 4])
@pytest.mark.parametrize("rows", [1, B])
def test_the_products_have_the_shapes_of_a_layer(K, rows, monkeypatch):
    """Multiplications: T steps of K gates, forward and back; then all weights, all inputs."""
    counted = []

    def counting(product):
        def counted_product(a, b, out):
            assert product(a, b, out) is out
            counted.append(out.size * a.shape[-1])

        return counted_product

    monkeypatch.setattr(np, "dot", counting(np.dot))
    monkeypatch.setattr(np, "matmul", counting(np.matmul))
    forward, backward = products(K, Size(rows, T, D, H), np.dtype("float32"))
    forward()
    N = H + D + 1
    assert sum(counted) == T * rows * K * N * H
    counted.clear()
    backward()
    assert sum(counted) == T * rows * K * H * (H + N + D)


# Measuring


def test_functions_run_in_turns(monkeypatch):
    seconds = iter(range(1000))
    monkeypatch.setattr(measure.time, "process_time", lambda: next(seconds))
    order = []
    runs = {name: lambda name=name: order.append(name) for name in "ab"}
    assert measure.milliseconds(runs, rounds=3) == {"a": 1000, "b": 1000}
    assert "".join(order) == "ab" + "ba" + "ab" + "ba"


def test_rounds():
    counts = [rounds(size, 5) for size in SIZES]
    assert counts == sorted(counts, reverse=True)
    assert counts[0] == 100 and counts[-1] == 5


def test_memory_that_arrays_share_counts_once():
    x, y = np.zeros(10), np.zeros(3)
    tree = (x[2:5], {"a": x.reshape(2, 5), "b": [y]}, None)
    assert sum(memory.kept(tree).values()) == x.nbytes + y.nbytes


def test_memory_of_the_lstm():
    """Z and five slots, each for T + 1 steps; rows of Z fill lines of 64 bytes."""
    size = Size(1, 400, 3, 8)
    layer = random_layer("LSTM", D=size.D, H=size.H)
    by_hand = (16 + 5 * size.H) * (size.T + 1) / size.T
    assert memory.of_lib(layer, size) == pytest.approx(by_hand, rel=0.01)
    assert memory.of_unroll(layer, size) < memory.of_lib(layer, size) / 5


# A killed run


def test_notes_survive_a_line_that_was_cut_off(tmp_path):
    file = tmp_path / "folder" / "notes.jsonl"
    notes.Notes(file).add("a", {"x": 1})
    with file.open("a") as stream:
        stream.write('\n["b", {"x"')
    found = notes.Notes(file)
    assert found.rows == {"a": {"x": 1}}
    found.add("b", {"x": 2})
    assert notes.Notes(file).rows == {"a": {"x": 1}, "b": {"x": 2}}


def test_the_version_follows_the_code_that_counts(tmp_path):
    for name in ("layer.py", "report.py"):
        (tmp_path / name).write_text("a = 1\n")
    before = notes.code_version([tmp_path])
    (tmp_path / "report.py").write_text("a = 2\n")
    assert notes.code_version([tmp_path]) == before
    (tmp_path / "layer.py").write_text("a = 2\n")
    assert notes.code_version([tmp_path]) != before


class Killed(Exception):
    pass


def test_a_killed_run_goes_on(tmp_path, monkeypatch):
    done = []

    def row(case, fewest):
        if len(done) == 3:
            raise Killed
        done.append(case)
        return {"what": case.what, "rounds": fewest}

    monkeypatch.setattr(command, "row", row)
    monkeypatch.setattr(command.machine, "facts", lambda: {"cores": 2})
    file = tmp_path / "notes.jsonl"
    with pytest.raises(Killed):
        command.measured(["checkpoints", "memory"], 1, notes.Notes(file))
    first = list(done)
    monkeypatch.setattr(
        command, "row", lambda case, n: done.append(case) or {"what": 0}
    )
    record = command.measured(["checkpoints", "memory"], 1, notes.Notes(file))
    everything = tables.cases("checkpoints") + tables.cases("memory")
    assert len(first) == 3 and done == everything
    assert record["tables"]["checkpoints"][0] == {"what": "LSTM", "rounds": 1}
    assert [len(rows) for rows in record["tables"].values()] == [
        len(tables.cases(name)) for name in ("checkpoints", "memory")
    ]
    assert record["machine"] == {"cores": 2} and len(record["date"]) == 10
    command.measured(["checkpoints"], 2, notes.Notes(file))  # other rounds: anew
    assert len(done) == len(everything) + len(tables.cases("checkpoints"))


# Goals and report


def made_up(what, dtype, size, **times):
    return {"what": what, "dtype": dtype, "size": list(size), "training": times}


LAYERS = [
    made_up("LSTM", "float64", (1, 9, 2, 64), **{
        "lib": 2.0, "torch.nn": 1.0, "step loop": 4.0, "products": 0.5}),
    made_up("LSTM", "float64", (8, 9, 2, 256), **{
        "lib": 10.0, "torch.nn": 80.0, "step loop": 12.0, "products": 8.0}),
]  # fmt: skip
for made in LAYERS:
    made["inference"] = made["training"]


def test_goals_of_layers():
    assert [str(goal) for goal in goals.goals({"layers": LAYERS})] == [
        "1  training, LSTM float64: torch.nn / lib, geometric mean >= 1: reached, 2.00",
        "1  training, LSTM float64: torch.nn / lib, worst size >= 0.6: not reached, 0.50",
        "2  training, LSTM float64: step loop / lib, worst size >= 1.3: not reached, 1.20",
        "3  training, LSTM float64 1,9,2,64: lib / products <= 2: not reached, 4.00",
        "3  training, LSTM float64 8,9,2,256: lib / products <= 1.3: reached, 1.25",
    ]


def test_goals_of_variants_and_memory():
    times = {"LSTM": 4.0, "coupled": 4.016, "peephole": 6.0}
    kept = {"lib": 75.0, "torch.nn": 90.0}
    segments = {
        "training": {"plain": 2.0, "checkpoints": 2.7},
        "numbers": {"plain": 300.0, "checkpoints": 30.0},
    }
    found = goals.goals(
        {
            "variants": [made_up("LSTM", "float32", (1, 2, 3, 4), **times)],
            "memory": [
                made_up("LSTM", "float32", (1, 2, 9, 10)) | {"numbers": kept},
                made_up("GRU", "float32", (1, 2, 9, 10)) | {"numbers": {"lib": 1e9}},
            ],
            "checkpoints": [
                made_up("LSTM", "float32", (1, T, 3, 4)) | segments for T in (100, 200)
            ],
            "growth": [],
        }
    )
    assert [str(goal) for goal in found] == [
        "4  training, float32: coupled / LSTM, geometric mean <= 1: reached, 1.00",
        "4  training, float32: peephole / LSTM, geometric mean <= 1.25: not reached, 1.50",
        "5  LSTM float32: numbers kept / (7H + D + 1), worst size <= 1: reached, 0.94",
        "5  LSTM float32, checkpoints at T = 200: memory kept, without / with >= 11: "
        "not reached, 10.00",
        "5  LSTM float32, checkpoints at T = 200: time, with / without <= 1.35: reached, 1.35",
    ]


def test_every_variant_is_compared_with_a_layer_that_is_measured():
    assert set(goals.BASES) | set(goals.BASES.values()) == set(tables.VARIANTS)


def squeezed(text):
    """One space where there are several."""
    return [" ".join(line.split()) for line in text.splitlines()]


def test_report_of_layers():
    record = {
        "date": "2026-01-02",
        "machine": {"cores": 2},
        "tables": {"layers": LAYERS},
    }
    lines = squeezed(report.text(record))
    assert lines[:9] == [
        "2026-01-02",
        "cores: 2",
        "",
        "Training step: a rival's time / that of lib (above 1: lib takes less time)",
        "",
        "LSTM float64",
        "B,T,D,H lib, ms torch.nn step loop products",
        "1,9,2,64 2.00 0.50 2.00 0.25",
        "8,9,2,256 10.00 8.00 1.20 0.80",
    ]
    assert lines[9:11] == ["geometric mean 2.00 1.55 0.45", "worst 0.50 1.20 0.25"]
    assert lines[12].startswith("Inference") and "Goals" in lines


def test_report_of_the_other_tables():
    times = {"LSTM": 4.0, "coupled": 3.0}
    numbers = {"lib": 75.25, "torch.nn": 90.0}
    size = (1, 2, 9, 10)
    assert squeezed(report.variants([made_up("LSTM", "float32", size, **times)]))[
        2:
    ] == [
        "float32 1,2,9,10 geometric mean",
        "LSTM 4.00 ms",
        "coupled 0.75 0.75",
    ]
    row = made_up("LSTM", "float32", size) | {"numbers": numbers}
    assert squeezed(report.memory([row]))[3:] == [
        "T,D,H lib torch.nn 7H + D + 1",
        "2,9,10 75.2 90.0 80",
    ]
    row = made_up("LSTM", "float32", size, plain=2.0, checkpoints=3.0) | {
        "numbers": {"plain": 80.0, "checkpoints": 9.0}
    }
    assert (
        squeezed(report.checkpoints([row]))[2] == "1,2,9,10 float32 2.00 3.00 80.0 9.0"
    )
    row = made_up("T", "float32", size, lib=2.0, products=1.0)
    assert squeezed(report.growth([row]))[2:] == [
        "B,T,D,H lib products",
        "1,2,9,10 2.00 1.00",
    ]


def test_the_record_is_complete():
    """The committed record is of a whole run, and says nothing about whose machine it was."""
    record = json.loads(command.RECORD.read_text("utf-8"))
    for name in tables.TABLES:
        found = [(r["what"], r["dtype"], r["size"]) for r in record["tables"][name]]
        assert found == [(c.what, c.dtype, list(c.size)) for c in tables.cases(name)]
    assert list(record) == ["date", "machine", "rounds", "tables", "goals"]
    judged = goals.goals(record["tables"])
    assert [goal["reached"] for goal in record["goals"]] == [g.reached for g in judged]
    assert set(record["machine"]) == {
        "processor", "cores", "instructions", "threads", "system", "malloc", "Python", "NumPy",
        "BLAS", "PyTorch", "TensorFlow", "Keras",
    }  # fmt: skip
