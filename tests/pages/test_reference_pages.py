"""The reference and the index of equations in the built book."""

import importlib
import posixpath
import re
from html import unescape

import pytest
from lines_of_lib import labeled_lines
from reference import FOLDER, INDEX, modules, public
from sphinx.util.inventory import InventoryFile

import lib
from conftest import HTML, missing


@pytest.fixture(scope="module")
def inventory():
    if not (HTML / "objects.inv").exists():
        missing("the book is not built: run `make book`")
    with (HTML / "objects.inv").open("rb") as stream:
        found = InventoryFile.load(stream, "", posixpath.join)
    return {
        name: uri for kind in found.values() for name, (_, _, uri, _) in kind.items()
    }


def full_name(value) -> str:
    return (
        value.__name__
        if value.__name__ in modules()
        else f"{value.__module__}.{value.__name__}"
    )


def test_no_public_name_is_missing(inventory):
    names = {full_name(getattr(lib, name)) for name in lib.__all__}
    for name in modules():
        module = importlib.import_module(name)
        names |= {f"{name}.{own}" for own in public(module)}
    assert len(names) > 50
    assert sorted(names - inventory.keys()) == []
    assert {inventory[name].split("#")[0].rsplit("/", 1)[0] for name in names} == {
        FOLDER
    }


def test_methods_are_there(inventory):
    wanted = {"lib.lstm.LSTM.step", "lib.text.Vocabulary.encode", "lib.model.Model.fit"}
    assert wanted <= inventory.keys()
    assert not [
        name for name in inventory if re.search(r"\._(?!_)", name) and "lib." in name
    ]


def test_the_index_has_every_labeled_line(inventory):
    page = unescape((HTML / f"{INDEX}.html").read_text("utf-8"))
    shown = re.findall(r'<span class="pre">(eq-[\w-]+)</span>', page)
    assert sorted(shown) == sorted(line.label for line in labeled_lines())
    places = re.findall(r">lib/([\w/]+\.py):(\d+)</a>, tested by <a", page)
    assert len(places) == len(shown)
