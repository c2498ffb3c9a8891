"""Run the notebooks in place: the same code gives the same bytes.

    python tools/refresh.py [NOTEBOOK ...]   run the stale ones (or the named ones)
    python tools/refresh.py --all            run all
    python tools/refresh.py --check          run nothing: fail where outputs are stale or unfit

Outputs are stale when a notebook's code cells, or a module of lib that they import, have changed
since the notebook ran: it stores a key of both.
"""

from __future__ import annotations

import argparse
import ast
import copy
import functools
import hashlib
import json
import re
import sys
import time
from pathlib import Path

import environment

environment.apply()

import nbformat  # noqa: E402
from nbclient import NotebookClient  # noqa: E402
from nbformat import NotebookNode  # noqa: E402

ROOT = environment.ROOT
LIB = ROOT / "lib"
MAX_LINES = 25
# 0.01 pt is enough, and equal on more processors; a glyph's scale (0.015625) is needed whole.
SVG_NUMBER = re.compile(r"scale\([^)]*\)|\d\.\d{3,}")
ANSI_COLOR = re.compile(r"\x1b\[[0-9;]*m")
MAGIC = re.compile(r"^(\s*)[%!].*$", re.MULTILINE)


def notebooks() -> list[Path]:
    return [
        p
        for p in sorted((ROOT / "book").rglob("*.ipynb"))
        if ".ipynb_checkpoints" not in p.parts
    ]


# The key: what the outputs of a notebook depend on.


def exported_names() -> dict[str, str]:
    """The module behind each name that lib/__init__.py hands on: {"LSTM": "lstm", …}."""
    home = {}
    for node in ast.parse((LIB / "__init__.py").read_text("utf-8")).body:
        if isinstance(node, ast.ImportFrom) and str(node.module).startswith("lib."):
            module = str(node.module).removeprefix("lib.")
            home |= {alias.name: module for alias in node.names}
    return home


def files_of(module: str) -> list[Path]:
    """The file of a module of lib, or all files of a package; none if it is neither."""
    file = LIB / f"{module}.py"
    return [file] if file.exists() else sorted((LIB / module).glob("*.*"))


@functools.cache
def imports(code: str) -> list[ast.Import | ast.ImportFrom]:
    nodes = ast.walk(ast.parse(code))
    return [node for node in nodes if isinstance(node, ast.Import | ast.ImportFrom)]


def imported_modules(code: str) -> set[str]:
    """The modules of lib that this code imports, also inside functions; "*" stands for all."""
    found: set[str] = set()
    home = exported_names()
    for node in imports(code):
        if isinstance(node, ast.Import):
            if any(alias.name.split(".")[0] == "lib" for alias in node.names):
                found.add("*")
        elif node.module == "lib":
            for alias in node.names:
                is_module = files_of(alias.name)
                found.add(alias.name if is_module else home.get(alias.name, "*"))
        elif str(node.module).startswith("lib."):
            found.add(str(node.module).split(".")[1])
    return found


def library_files(code: str) -> list[Path]:
    """The files of lib that code uses, directly or through each other.

    lib/__init__.py is none of them: it hands on names, whatever else it imports.
    """
    todo, seen = imported_modules(code), set()
    while todo - seen:
        module = (todo - seen).pop()
        if module == "*":
            return sorted(LIB.rglob("*.py"))
        seen.add(module)
        for file in files_of(module):
            if file.suffix != ".py":  # the record of an experiment
                continue
            todo |= imported_modules(file.read_text("utf-8"))
    return sorted(file for module in seen for file in files_of(module))


def outputs_key(nb: NotebookNode) -> str:
    cells = [cell for cell in nb.cells if cell.cell_type == "code"]
    digest = hashlib.sha256()
    for cell in cells:
        digest.update(
            json.dumps([cell.source, sorted(cell.metadata.get("tags", []))]).encode()
        )
    code = "\n".join(MAGIC.sub(r"\1pass", cell.source) for cell in cells)
    for path in library_files(code):
        digest.update(path.name.encode() + path.read_text("utf-8").encode())
    return digest.hexdigest()[:16]


# The form in which a notebook is stored.


def normalize(nb: NotebookNode, stem: str, key: str) -> None:
    """Drop in place what varies from run to run and from editor to editor."""
    nb.metadata = nbformat.from_dict(
        {
            "kernelspec": {
                "name": "python3",
                "display_name": "Python 3",
                "language": "python",
            },
            "language_info": {"name": "python"},
            "gate_by_gate": {"outputs_key": key},
        }
    )
    nb.nbformat, nb.nbformat_minor = 4, 5
    taken: set[str] = set()
    count = 0
    for i, cell in enumerate(nb.cells):
        if not cell.get("id") or cell.id in taken:
            cell.id = f"{stem}-{i:03d}"[-64:]
        taken.add(cell.id)
        kept = {
            name: cell.metadata[name]
            for name in ("mystnb", "tags")
            if cell.metadata.get(name)
        }
        cell.metadata = nbformat.from_dict(kept)
        if cell.cell_type == "code":
            count += 1
            cell.execution_count = count  # nbval compares nothing where this is null
            cell.outputs = normalized_outputs(cell.outputs, count)


def normalized_outputs(outputs: list[NotebookNode], count: int) -> list[NotebookNode]:
    result: list[NotebookNode] = []
    for out in outputs:
        out.pop("transient", None)
        if out.output_type == "execute_result":
            out.execution_count = count
        if out.output_type in ("display_data", "execute_result"):
            out.metadata = NotebookNode()
            if svg := out.data.get("image/svg+xml"):
                out.data["image/svg+xml"] = SVG_NUMBER.sub(shortened, svg)
        if out.output_type == "error":
            out.traceback = [ANSI_COLOR.sub("", line) for line in out.traceback]
        last = result[-1] if result else None
        if (
            last
            and out.output_type == last.output_type == "stream"
            and out.name == last.name
        ):
            last.text += out.text  # how often a kernel flushes is a matter of chance
        else:
            result.append(out)
    return result


def shortened(match: re.Match[str]) -> str:
    return match[0] if match[0].startswith("scale") else match[0][:4]


def as_text(nb: NotebookNode) -> str:
    return nbformat.writes(nb, indent=1).rstrip("\n") + "\n"


# What must not be in a stored notebook.


def problems(nb: NotebookNode) -> list[str]:
    found = []
    for i, cell in enumerate(nb.cells):
        if cell.cell_type == "code":
            found += [
                f"cell {i} ({cell.get('id')}): {text}" for text in cell_problems(cell)
            ]
    return found


def cell_problems(cell: NotebookNode) -> list[str]:
    found = []
    if cell.execution_count is None:
        found.append("not run")
    if cell.source.rstrip().endswith(";"):
        found.append(
            "ends with ';': nbval cannot honor it, assign the value to _ instead"
        )
    if cell.source.count("\n") >= MAX_LINES:
        found.append(
            f"has {cell.source.count(chr(10)) + 1} lines, {MAX_LINES} are the limit"
        )
    for line in cell.source.splitlines():
        if re.search(r"\w://", line) and not line.lstrip().startswith(("#", "%pip")):
            found.append(f"opens a network address: {line.strip()}")
    for out in cell.outputs:
        if out.output_type == "stream" and out.name == "stderr":
            found.append(f"wrote to stderr: {out.text.strip()[:80]!r}")
        if out.output_type == "error" and "raises-exception" not in cell.metadata.get(
            "tags", []
        ):
            found.append(f"{out.ename}: {out.evalue}")
    shows_image = any(
        kind.startswith("image/") for o in cell.outputs for kind in o.get("data", {})
    )
    if (
        shows_image
        and not cell.metadata.get("mystnb", {}).get("image", {}).get("alt", "").strip()
    ):
        found.append(
            'its figure has no alt text: cell metadata {"mystnb": {"image": {"alt": "…"}}}'
        )
    return found


# The two things to do with a notebook.


def check(path: Path) -> list[str]:
    nb = nbformat.read(path, as_version=4)
    found = problems(nb)
    key = outputs_key(nb)
    if nb.metadata.get("gate_by_gate", {}).get("outputs_key") != key:
        return [*found, "outputs are stale: run tools/refresh.py"]
    again = copy.deepcopy(nb)
    normalize(again, path.stem, key)
    if as_text(again) != path.read_text("utf-8"):
        found.append("not in the stored form: run tools/refresh.py on it")
    return found


def refresh(path: Path) -> list[str]:
    """Run the notebook and store it; return its problems."""
    nb = nbformat.read(path, as_version=4)
    for cell in nb.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    resources = {"metadata": {"path": str(path.parent)}}
    NotebookClient(
        nb, timeout=600, kernel_name="python3", record_timing=False, resources=resources
    ).execute()
    normalize(nb, path.stem, outputs_key(nb))
    path.write_text(as_text(nb), encoding="utf-8", newline="\n")
    return problems(nb)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--all", action="store_true", help="run also what is fresh")
    parser.add_argument("--check", action="store_true", help="run nothing")
    parser.add_argument("notebooks", nargs="*", type=Path)
    args = parser.parse_args()

    failed = False
    for path in [p.resolve() for p in args.notebooks] or notebooks():
        name = path.relative_to(ROOT) if path.is_relative_to(ROOT) else path
        if args.check:
            found = check(path)
        elif args.all or args.notebooks or check(path):
            start, before = time.perf_counter(), path.read_bytes()
            found = refresh(path)
            what = "same" if path.read_bytes() == before else "changed"
            print(f"{what:8}{name}  {time.perf_counter() - start:.1f} s", flush=True)
        else:
            print(f"fresh   {name}", flush=True)
            continue
        failed = failed or bool(found)
        for text in found:
            print(f"{name}: {text}")
    return failed


if __name__ == "__main__":
    sys.exit(main())
