"""The pages of the reference: every module of `lib` has its place."""

import importlib
import re

import yaml
from lines_of_lib import ROOT
from reference import FOLDER, GROUPS, modules, modules_of, public

import lib


def test_every_module_is_in_one_group():
    found = [module for group in GROUPS for module in modules_of(group)]
    assert sorted(found) == modules()
    named = {f"lib.{name}" for names in GROUPS.values() for name in names}
    assert named <= set(modules())


def test_every_public_name_is_in_one_of_these_modules():
    missing = []
    for name in lib.__all__:
        value = getattr(lib, name)
        if value.__name__ in modules():
            continue
        module = importlib.import_module(value.__module__)
        if module.__name__ not in modules() or public(module).get(name) is not value:
            missing.append(name)
    assert missing == []


def test_every_group_has_its_page():
    chapters = yaml.safe_load((ROOT / "_toc.yml").read_text("utf-8"))["parts"][-1][
        "chapters"
    ]
    sections = next(c["sections"] for c in chapters if c["file"] == FOLDER)
    assert [section["file"] for section in sections] == [
        f"{FOLDER}/{g}" for g in GROUPS
    ]
    for group in GROUPS:
        text = (ROOT / FOLDER / f"{group}.md").read_text("utf-8")
        assert re.findall(r"^\.\. api:: (\w+)$", text, re.MULTILINE) == [group]
