"""The word model as the browser gets it, and the script that runs it there."""

import json
import re
from pathlib import Path

import export_words
import numpy as np
import pytest

from lib import words

ROOT = Path(__file__).resolve().parent.parent
SCRIPT = (ROOT / "book/_static/next_word.js").read_text("utf-8")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("words")
    export_words.export(folder)
    return folder


@pytest.fixture(scope="module")
def header(folder):
    return json.loads((folder / "words.json").read_text("utf-8"))


def test_the_exported_numbers_are_those_of_lib(folder, header):
    data = (folder / "words.bin").read_bytes()
    assert len(data) == header["bytes"]
    model, vocabulary, _ = words.load("mixed")
    assert tuple(header["tokens"]) == vocabulary.tokens
    decoded = {}
    for name, part in header["params"].items():
        kind = "i1" if "scale" in part else "<f4"
        size = int(np.prod(part["shape"]))
        value = np.frombuffer(data, kind, size, part["offset"]).reshape(part["shape"])
        if "scale" in part:
            scale = np.frombuffer(data, "<f4", len(value), part["scale"])
            value = scale[:, None] * value.astype(np.float32)
        decoded[name] = value
    assert set(decoded) == set(model.params)
    for name, value in decoded.items():
        np.testing.assert_array_equal(value, model.params[name], err_msg=name)


def test_every_array_begins_where_a_typed_array_can(header):
    places = [
        part[key]
        for part in header["params"].values()
        for key in part.keys() & {"offset", "scale"}
    ]
    assert all(place % 4 == 0 for place in places)


def test_another_model_has_another_version(header, tmp_path, monkeypatch):
    with np.load(export_words.WEIGHTS) as stored:
        others = {name: stored[name] for name in stored.files}
    others["readout.b"] = others["readout.b"] + 1
    np.savez(tmp_path / "others.npz", **others)
    monkeypatch.setattr(export_words, "WEIGHTS", tmp_path / "others.npz")
    export_words.export(tmp_path)
    other = json.loads((tmp_path / "words.json").read_text("utf-8"))
    assert other["version"] != header["version"]


def test_the_page_says_how_much_it_will_fetch(folder):
    size = sum(path.stat().st_size for path in folder.iterdir())
    assert f'SIZE = "{size / 1e6:.1f} MB"' in SCRIPT


def test_the_script_names_equations_of_lib():
    lib = "".join(path.read_text("utf-8") for path in (ROOT / "lib").glob("*.py"))
    named = re.findall(r"\beq-[\w-]+", SCRIPT)
    assert len(named) == 9
    assert [label for label in named if not re.search(rf"# {label}$", lib, re.M)] == []
