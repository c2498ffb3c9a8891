"""What is loaded computes what was saved, and nothing in a file is executed."""

import json

import numpy as np
import pytest
from cases import (
    CASES,
    B,
    D,
    H,
    T,
    assert_same,
    forward_backward,
    random_layer,
    random_params,
    random_run,
    tied_model,
)

from lib import (
    GRU,
    LSTM,
    Bidirectional,
    Dense,
    Embedding,
    Model,
    SimpleRNN,
    Stacked,
    saving,
)


def there_and_back(part, folder):
    saving.save(part, folder / "part.npz")
    return saving.load(folder / "part.npz")


@pytest.mark.parametrize("dtype", [np.float32, np.float64], ids=["float32", "float64"])
@pytest.mark.parametrize("case", CASES)
def test_layer(case, dtype, tmp_path):
    layer = random_layer(case, dtype=dtype)
    back, run = there_and_back(layer, tmp_path), random_run(layer)
    assert type(back) is type(layer)
    assert repr(back) == repr(layer)
    assert back.dtype == layer.dtype
    assert_same(dict(back.params), dict(layer.params))
    assert_same(forward_backward(back, run), forward_backward(layer, run))


def models():
    rng = np.random.default_rng(0)
    deep = Stacked([Bidirectional(LSTM(D, H), GRU(D, 3)), SimpleRNN(H + 3, 5)])
    made = {
        "tokens": Model(Embedding(6, D), LSTM(D, H), Dense(H, 7)),
        "numbers": Model(None, LSTM(D, H, forget_gate=False), Dense(H, 2)),
        "deep": Model(Embedding(6, D), deep, Dense(5, 7)),
        "tied": tied_model(np.float32),
    }
    for model in made.values():
        random_params(model.params, rng)
    return made


@pytest.mark.parametrize("name", models())
def test_model(name, tmp_path):
    model, path = models()[name], tmp_path / "model.npz"
    model.save(path)
    back, rng = Model.load(path), np.random.default_rng(1)
    inputs = rng.integers(0, 6, (B, T))
    if model.embedding is None:
        inputs = rng.normal(size=(B, T, D))
    outputs, state, cache = model.forward(inputs)
    assert_same(back.forward(inputs)[:2], (outputs, state))
    assert_same(
        back.backward(outputs, back.forward(inputs)[2])[2],
        model.backward(outputs, cache)[2],
    )


@pytest.mark.parametrize("part", [Dense(D, H), Embedding(6, D, dtype=np.float32)])
def test_parts_around_a_layer(part, tmp_path):
    back = there_and_back(part, tmp_path)
    assert type(back) is type(part)
    assert back.dtype == part.dtype
    assert_same(dict(back.params), dict(part.params))


def test_nothing_is_shared_with_the_file(tmp_path):
    layer = random_layer("LSTM")
    saving.save(layer, tmp_path / "layer.npz")
    want = layer.params.copy()
    layer.params["W_xi"] += 1
    assert_same(dict(saving.load(tmp_path / "layer.npz").params), want)


def test_names_without_an_ending_stay_as_they_are(tmp_path):
    saving.save(random_layer("LSTM"), str(tmp_path / "layer"))
    assert [file.name for file in tmp_path.iterdir()] == ["layer"]
    assert type(saving.load(str(tmp_path / "layer"))) is LSTM


class Other(LSTM):
    """A subclass may compute something else."""


@pytest.mark.parametrize(
    "part", [None, Other(D, H), {"W": 1}], ids=["None", "subclass", "dict"]
)
def test_what_cannot_be_saved(part, tmp_path):
    message = f"^part: expected a Model or a layer of lib, got {type(part).__name__}$"
    with pytest.raises(TypeError, match=message):
        saving.save(part, tmp_path / "part.npz")
    assert list(tmp_path.iterdir()) == []


def test_a_pickle_is_refused(tmp_path):
    """The array would run code when it is unpickled."""

    class Bomb:
        def __reduce__(self):
            return (tmp_path.joinpath("run").touch, ())

    path = tmp_path / "bad.npz"
    config = np.array(json.dumps(saving.describe(LSTM(D, H))))
    np.savez(path, config=config, W_xi=np.array([Bomb()], object))
    with pytest.raises(
        ValueError, match=r"^path: expected a file that lib\.saving wrote"
    ):
        saving.load(path)
    assert not (tmp_path / "run").exists()


def other_file(path, kind):
    params = LSTM(D, H).params.copy()
    config = saving.describe(LSTM(D, H))
    if kind == "text":
        path.write_text("no archive", encoding="utf-8")
        return
    if kind == "empty":
        path.touch()
        return
    if kind == "cut":
        saving.save(LSTM(D, H), path)
        path.write_bytes(path.read_bytes()[:-9])
        return
    if kind == "array":
        with path.open("wb") as file:
            np.save(file, np.ones(3))
        return
    if kind == "no-config":
        np.savez(path, **params)
        return
    if kind == "unknown":
        config["class"] = "os.system"
    if kind == "half-a-model":
        config = {"class": "Model"}
    if kind == "argument":
        config["colour"] = "red"
    if kind == "no-class":
        del config["class"]
    if kind == "other-sizes":
        config["hidden_size"] = H + 1
    if kind == "missing":
        del params["W_xi"]
    text = "{" if kind == "no-json" else json.dumps(config)
    np.savez(path, config=np.array(text), **params)


@pytest.mark.parametrize(
    "kind, reason",
    [
        ("text", "pickled"),
        ("empty", "No data left in file"),
        ("cut", "not a zip file"),
        ("array", "context manager"),
        ("no-config", "config"),
        ("no-json", "Expecting property name"),
        ("unknown", "class: expected one of Model, SimpleRNN, .*, got 'os.system'"),
        ("no-class", "class: expected one of Model, SimpleRNN, .*, got None"),
        ("argument", "unexpected keyword argument 'colour'"),
        ("half-a-model", "readout"),
        ("other-sizes", r"params\['W_xi'\]: expected shape \(3, 5\), got \(3, 4\)"),
        ("missing", "params: expected the names W_xi, "),
    ],
)
def test_a_file_of_another_kind_is_refused(kind, reason, tmp_path):
    path = tmp_path / "file.npz"
    other_file(path, kind)
    message = rf"^path: expected a file that lib\.saving wrote, got '.*' \(.*{reason}"
    with pytest.raises(ValueError, match=message):
        saving.load(path)


def test_load_of_a_model_wants_a_model(tmp_path):
    saving.save(LSTM(D, H), tmp_path / "layer.npz")
    with pytest.raises(ValueError, match=r"^path: expected a saved Model, got a LSTM$"):
        Model.load(tmp_path / "layer.npz")


def test_a_missing_file_is_that(tmp_path):
    with pytest.raises(FileNotFoundError):
        saving.load(tmp_path / "nothing.npz")


def test_a_failed_save_keeps_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "layer.npz"
    saving.save(random_layer("LSTM"), path)
    before = path.read_bytes()

    def full(*args, **arrays):
        raise OSError("no space left on device")

    monkeypatch.setattr(np, "savez", full)
    with pytest.raises(OSError):
        saving.save(random_layer("LSTM", seed=2), path)
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["layer.npz"]
