"""The command of the experiments: records of this code, and going on after a kill."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
import run_experiments

from lib.experiments import EXPERIMENTS, Experiment


@pytest.mark.parametrize("name", sorted(EXPERIMENTS))
def test_the_record_is_of_this_code(name):
    assert run_experiments.fresh(name)


CALLS = []


def half(number):
    CALLS.append(number)
    return {"half": number / 2}


@pytest.fixture
def halves(monkeypatch, tmp_path):
    """An experiment of five runs, run by one thread, in a folder of its own."""
    monkeypatch.setattr(run_experiments, "ProcessPoolExecutor", ThreadPoolExecutor)
    monkeypatch.setattr(run_experiments, "WORK", tmp_path / "notes")
    monkeypatch.setattr(run_experiments, "FOLDER", tmp_path)
    table = {"halves": Experiment([{"number": n} for n in range(5)], half)}
    monkeypatch.setattr(run_experiments, "EXPERIMENTS", table)
    CALLS.clear()
    return tmp_path


def notes_of(halves):
    [path] = (halves / "notes").glob("halves-*.jsonl")
    return path


def test_the_command_writes_every_run_in_order(halves, capsys):
    run_experiments.run("halves", jobs=1)
    runs = json.loads((halves / "halves.json").read_text("utf-8"))["runs"]
    assert [(run["number"], run["half"]) for run in runs] == [
        (n, n / 2) for n in range(5)
    ]
    assert run_experiments.fresh("halves")
    assert sorted(CALLS) == list(range(5))


def test_it_goes_on_where_it_was_killed(halves):
    """Two runs are noted, and half of a third."""
    run_experiments.run("halves", jobs=1)
    first = (halves / "halves.json").read_text("utf-8")
    lines = [line for line in notes_of(halves).read_text("utf-8").splitlines() if line]
    notes_of(halves).write_text("\n".join([*lines[:2], lines[2][:20]]), "utf-8")
    done = {json.loads(line)["run"]["number"] for line in lines[:2]}
    CALLS.clear()
    run_experiments.run("halves", jobs=1)
    assert sorted(CALLS) == sorted(set(range(5)) - done)
    again = json.loads((halves / "halves.json").read_text("utf-8"))
    assert [run["half"] for run in again["runs"]] == [
        run["half"] for run in json.loads(first)["runs"]
    ]


def test_other_code_is_not_taken_for_this(halves):
    run_experiments.run("halves", jobs=1)
    path = halves / "halves.json"
    path.write_text(
        path.read_text("utf-8").replace(run_experiments.code_key("halves"), "0")
    )
    assert not run_experiments.fresh("halves")
