"""Experiments: their records, the interval of a success rate, training until a task is solved."""

import numpy as np
import pytest

from lib import GRU, SGD, Dense, Model, SimpleRNN
from lib.experiments import EXPERIMENTS, record, wilson
from lib.experiments.experiment import FOLDER
from lib.experiments.training import until_solved
from lib.tasks import TASKS


@pytest.mark.parametrize("name", sorted(EXPERIMENTS))
def test_every_run_is_in_the_record(name):
    runs, known = EXPERIMENTS[name].runs, record(name)
    assert len(runs) == len(known) >= 20
    for given, found in zip(runs, known, strict=True):
        assert given == {key: found[key] for key in given}
        assert set(found) > {*given, "seconds"}


def test_records_are_small():
    files = list(FOLDER.glob("*.json"))
    assert {path.stem for path in files} == set(EXPERIMENTS)
    assert sum(path.stat().st_size for path in files) < 500_000


def test_an_unknown_name_is_told():
    with pytest.raises(ValueError, match=r"^name: expected one of .*, got 'nothing'"):
        record("nothing")


@pytest.mark.parametrize(("successes", "trials"), [(0, 20), (7, 20), (20, 20), (3, 5)])
def test_wilson_solves_its_equation(successes, trials):
    """|p - s/n| = z sqrt(p (1 - p) / n) at both ends."""
    rate, z = successes / trials, 1.7
    ends = wilson(successes, trials, z)
    assert 0 <= ends[0] <= rate <= ends[1] <= 1 and ends[0] < ends[1]
    for p in ends:
        assert abs(p - rate) == pytest.approx(z * np.sqrt(p * (1 - p) / trials))


def test_wilson_of_a_textbook_case():
    assert wilson(20, 20) == pytest.approx((0.8389, 1.0), abs=1e-4)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((3, 2), "successes: expected at most 2"),
        ((-1, 2), "successes: "),
        ((0, 0), "trials: "),
        ((1, 2, 0), "z: "),
    ],
)
def test_wilson_names_what_is_wrong(arguments, message):
    with pytest.raises(ValueError, match=f"^{message}"):
        wilson(*arguments)


# Training until a task is solved


def echo_model():
    rng = np.random.default_rng(3)
    layer = GRU(1, 6, rng=rng, dtype=np.float32)
    return Model(None, layer, Dense(6, 2, rng=rng, dtype=np.float32)), rng


def test_a_task_that_is_solved_ends_the_training():
    model, rng = echo_model()
    size = {"steps": 6, "lag": 1}
    found = until_solved(model, TASKS["echo"], rng, 0.03, 1000, every=10, **size)
    assert found["solved"] and 0 < found["sequences"] < 32 * 1000
    assert found["sequences"] % 320 == 0 and found["score"] > 0.99


def test_a_task_that_is_not_solved_uses_all_steps():
    model, rng = echo_model()
    size = {"steps": 12, "lag": 9}
    found = until_solved(model, TASKS["echo"], rng, 1e-5, 20, every=10, **size)
    assert (found["solved"], found["sequences"]) == (False, 640)
    assert 0.3 < found["score"] < 0.7


def test_the_optimizer_is_the_given_one():
    class Still(SGD):
        def step(self, params, grads):
            assert params.keys() == grads.keys()

    model, rng = echo_model()
    before = {name: theta.copy() for name, theta in model.params.items()}
    size = {"steps": 6, "lag": 1, "optimizer": Still}
    found = until_solved(model, TASKS["echo"], rng, 0.03, 20, every=10, **size)
    assert not found["solved"]
    assert all(np.array_equal(before[n], theta) for n, theta in model.params.items())


@pytest.mark.filterwarnings("ignore:overflow", "ignore:invalid value")
def test_a_run_that_diverges_is_not_solved():
    rng = np.random.default_rng(3)
    layer = SimpleRNN(2, 5, rng=rng, activation="linear")
    layer.params["W_hh"] = 9 * np.eye(5)
    model = Model(None, layer, Dense(5, 1, rng=rng))
    found = until_solved(
        model,
        TASKS["adding"],
        rng,
        1e9,
        20,
        every=10,
        optimizer=SGD,
        clip=None,
        steps=400,
    )
    assert found == {"solved": False, "sequences": 320, "score": None}


def test_the_gradient_is_clipped_at_its_limit():
    """One step of plain descent moves all parameters together by rate times limit."""
    model, rng = echo_model()
    before = {name: theta.copy() for name, theta in model.params.items()}
    size = {"steps": 6, "lag": 1, "optimizer": SGD, "every": 1, "clip": 1e-3}
    until_solved(model, TASKS["echo"], rng, 0.5, 1, **size)
    moved = [((model.params[n] - theta) ** 2).sum() for n, theta in before.items()]
    assert np.sqrt(sum(moved)) == pytest.approx(0.5e-3, rel=1e-2)


def test_a_limit_that_is_no_multiple_is_told():
    model, rng = echo_model()
    with pytest.raises(
        ValueError, match=r"^limit: expected a multiple of every \(50\), got 70"
    ):
        until_solved(model, TASKS["echo"], rng, 0.03, 70, steps=6, lag=1)
