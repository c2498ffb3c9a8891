"""What the reference says of each module, class and function, on top of sphinx.ext.autodoc.

Docstrings become reStructuredText; modules name their file and their tests, classes what they
inherit; each entry links to its line on GitHub.
"""

import importlib
import inspect
import re
from pathlib import Path
from typing import Any

from docstrings import rst
from lines_of_lib import ROOT, TESTS, checkers_of_file
from sphinx.util import logging

logger = logging.getLogger(__name__)


def blob(config: Any, file: Path, line: int) -> str:
    """The address of a line on GitHub."""
    options = config.html_theme_options
    path = file.relative_to(ROOT).as_posix()
    return f"{options['repository_url']}/blob/{options['repository_branch']}/{path}#L{line}"


def process_docstring(app, what, name, obj, options, lines) -> None:
    text = "\n".join(lines)
    if what == "attribute":  # a field of a NamedTuple
        text = _comment(name)
    elif what == "class" and re.fullmatch(rf"{obj.__name__}\(.*\)", text.strip()):
        text = ""  # what NamedTuple writes by itself

    def link(page: str) -> str:
        return f":doc:`/{page}`" if page in app.env.found_docs else f"``{page}``"

    def fault(line: str, why: str) -> None:
        file = Path(inspect.getsourcefile(obj))
        numbered = enumerate(file.read_text("utf-8").splitlines(), 1)
        number = next((n for n, found in numbered if line[:40] in found), 1)
        logger.warning("equation %r: %s", line, why, location=f"{file}:{number}")

    # The chapters have been read: an equation that one of them has is linked to it.
    places = app.env.get_domain("math").equations.items()
    elsewhere = {label for label, (page, _) in places if page != app.env.docname}
    lines[:] = rst(text, link, elsewhere, fault if what == "module" else None)
    if what == "module":
        lines += _facts(app.config, Path(obj.__file__))
    if what == "class":
        lines += _inherited(obj)


def _inherited(owner: type) -> list[str]:
    """The names that a class has from those of lib above it."""
    known, parts = set(vars(owner)), []
    for base in owner.__mro__[1:]:
        if base.__module__.startswith("lib."):
            place = f"{base.__module__}.{base.__qualname__}"
            own = {name for name, value in vars(base).items() if _is_shown(name, value)}
            links = [f":py:obj:`~{place}.{name}`" for name in sorted(own - known)]
            known |= vars(base).keys()
            if links:
                parts.append(f"{', '.join(links)} of :py:class:`~{place}`")
    return [f"Inherited: {'; '.join(parts)}.", ""] if parts else []


def _facts(config: Any, file: Path) -> list[str]:
    """Where a module stands, and the tests that fail when it changes."""

    def link(path: Path) -> str:
        return f"`{path.relative_to(ROOT).as_posix()} <{blob(config, path, 1)}>`__"

    tests = [link(TESTS / name) for name in checkers_of_file(file)]
    facts = [f":Source: {link(file)}"]
    return [*facts, *([f":Tests: {', '.join(tests)}"] if tests else []), ""]


def _comment(name: str) -> str:
    """What stands behind a field of a NamedTuple: its shape."""
    module, owner, field = name.rsplit(".", 2)
    source = inspect.getsource(getattr(importlib.import_module(module), owner))
    found = re.search(rf"^    {field}: .*?# (.*)$", source, re.MULTILINE)
    return found[1] if found else ""


def _is_shown(name: str, value: Any) -> bool:
    """Classes, functions, methods, properties, and the fields of a NamedTuple."""
    if inspect.isclass(value):
        return value.__name__ == name
    known = inspect.isroutine(value) or inspect.isdatadescriptor(value)
    return known and not name.startswith("_")


def skip_member(app, what, name, obj, skip, options) -> bool:
    return skip or not _is_shown(name, obj)


def link_to_source(app, config) -> None:
    def resolve(domain: str, info: dict[str, str]) -> str | None:
        found = importlib.import_module(info["module"])
        for part in info["fullname"].split("."):
            found = getattr(found, part)
        found = inspect.unwrap(found.fget if isinstance(found, property) else found)
        try:
            _, line = inspect.getsourcelines(found)
        except TypeError:  # a field of a NamedTuple
            return None
        return blob(config, Path(inspect.getsourcefile(found)), line)

    config.linkcode_resolve = resolve


def setup(app):
    app.setup_extension("sphinx.ext.autodoc")
    app.setup_extension("sphinx.ext.linkcode")
    app.connect("config-inited", link_to_source)
    app.connect("autodoc-process-docstring", process_docstring)
    app.connect("autodoc-skip-member", skip_member)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
