"""The pages of the API reference: which module of `lib` stands where.

A page has the directive `api` with the name of its group. A module that no group names is taken
for a layer, so a new layer needs no line here.
"""

import importlib
import inspect
import pkgutil
from functools import cache
from types import ModuleType
from typing import Any

from sphinx.util.docutils import SphinxDirective

import lib

FOLDER = "book/appendices/reference"
INDEX = "book/appendices/equation_index"
GROUPS: dict[str, list[str]] = {
    "layers": [
        *("layer", "rnn", "jordan", "lstm", "peephole", "coupled", "gru"),
        *("depth_gated", "clockwork", "stacked", "bidirectional"),
    ],  # and all that stand in no other group
    "around": [
        *("dense", "tied", "embedding", "dropout"),
        *("initializers", "activations", "model", "unroll"),
    ],
    "training": ["losses", "optimizers"],
    "text": ["text", "corpus", "words", "data"],
    "tasks": ["tasks", "experiments"],
    "conversion": ["convert", "saving", "quantized", "frameworks"],
    "looking": ["gradcheck", "jacobians", "plots", "drawings"],
    "exercises": ["checks"],
    "inside": ["fused_layer", "fused", "params", "states", "check_input"],
}


@cache
def modules() -> list[str]:
    """All modules of lib but those whose name begins with _."""
    found = (module.name for module in pkgutil.walk_packages(lib.__path__, "lib."))
    return sorted(name for name in found if "._" not in name)


@cache
def modules_of(group: str) -> list[str]:
    """The modules of a group, submodules behind their package."""

    def named(group: str) -> list[str]:
        return [
            module
            for name in GROUPS[group]
            for module in modules()
            if f"{module}.".startswith(f"lib.{name}.")
        ]

    if group != "layers":
        return named(group)
    others = {module for each in GROUPS for module in named(each)}
    return named(group) + [name for name in modules() if name not in others]


def public(module: ModuleType) -> dict[str, Any]:
    """Its own classes and functions."""
    return {
        name: value
        for name, value in vars(module).items()
        if not name.startswith("_")
        and (inspect.isclass(value) or inspect.isroutine(value))
        and value.__module__ == module.__name__
    }


class Api(SphinxDirective):
    """A section for each module of a group."""

    required_arguments = 1

    def run(self):
        text = "".join(
            f"{name}\n{'-' * len(name)}\n\n.. automodule:: {name}\n"
            "   :members:\n   :undoc-members:\n   :ignore-module-all:\n\n"
            for name in modules_of(self.arguments[0])
        )
        return self.parse_text_to_nodes(text, allow_section_headings=True)


class ApiOverview(SphinxDirective):
    """All public names, each a link."""

    def run(self):
        lines = []
        for group in GROUPS:
            lines += [f":doc:`/{FOLDER}/{group}`"]
            for name in modules_of(group):
                own = public(importlib.import_module(name))
                links = [f":py:obj:`~{name}.{one}`" for one in own]
                lines += [
                    f"   * :py:mod:`{name}`{': ' if links else ''}{', '.join(links)}"
                ]
            lines += [""]
        return self.parse_text_to_nodes("\n".join(lines))


def read_last(app, env, docnames: list[str]) -> None:
    """The reference after the chapters, whose labels it needs; the index of equations last."""
    late = {name for name in env.found_docs if name.startswith(FOLDER) or name == INDEX}
    docnames[:] = sorted(late.union(docnames), key=lambda n: (n == INDEX, n in late, n))


def setup(app):
    app.setup_extension("reference_entries")
    app.add_directive("api", Api)
    app.add_directive("api-overview", ApiOverview)
    app.connect("env-before-read-docs", read_last)
    return {"parallel_read_safe": False, "parallel_write_safe": True}
