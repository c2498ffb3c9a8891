"""Make what students get: the notebook without solutions and its checker, as folder and zip."""

import argparse
import re
import shutil
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import jupytext
import nbformat
from nbgrader.apps import NbGraderAPI
from traitlets.config import Config

from coursework import harness
from coursework.grading.settings import settings

CHECKER = harness.HERE / "checker.py"
RELEASED = harness.HERE / "released"
PRIVATE = re.compile(
    r"### BEGIN (SOLUTION|HIDDEN TESTS)\n(.*?)### END (?:SOLUTION|HIDDEN TESTS)", re.S
)
TELLING = 20  # a shorter line may stand anywhere


class NotReleased(Exception):
    """In one line, what is wrong."""


def generate(name: str, course: Path, config: Config) -> Path:
    """Source and release of the assignment in the course folder; the released notebook."""
    path = harness.ASSIGNMENTS / name / f"{name}.py"
    if not path.is_file():
        known = ", ".join(harness.names())
        raise NotReleased(f"ASSIGNMENT: expected one of {known}, got {name!r}")
    source = course / "source" / name
    source.mkdir(parents=True, exist_ok=True)
    book = jupytext.read(path)
    for k, cell in enumerate(book.cells):
        cell["id"] = f"cell-{k}"
    nbformat.write(book, source / f"{name}.ipynb")
    shutil.copy(CHECKER, source)
    result = NbGraderAPI(config=config).generate_assignment(
        name, force=True, create=True
    )
    if not result["success"]:
        raise NotReleased(
            f"nbgrader made no release: {result.get('log') or result['error']}"
        )
    released = course / "release" / name / f"{name}.ipynb"
    found = left_over(book, nbformat.read(released, 4))
    if found:
        raise NotReleased(f"the release gives away: {found[0]}")
    return released


def left_over(source: Any, released: Any) -> list[str]:
    """Lines of solutions and hidden tests that the release still has."""
    text = "\n".join(cell.source for cell in released.cells)
    public = "\n".join(PRIVATE.sub("", cell.source) for cell in source.cells)
    found = re.findall(r"### (?:BEGIN|END) (?:SOLUTION|HIDDEN TESTS)", text)
    for cell in source.cells:
        for _, body in PRIVATE.findall(cell.source):
            for line in map(str.strip, body.splitlines()):
                if len(line) >= TELLING and line in text and line not in public:
                    found.append(line)
    for cell in released.cells:
        found += [f"an output of {cell.id}" for _ in cell.get("outputs", [])]
    return found


def release(name: str, target: Path = RELEASED) -> Path:
    """Folder and zip in target; the zip."""
    with tempfile.TemporaryDirectory() as course:
        made = generate(name, Path(course), settings(Path(course), "python3", 10, 180))
        folder = target / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        shutil.copy(made, folder)
        shutil.copy(CHECKER, folder)
    for path in folder.iterdir():
        path.chmod(0o644)
    packed = target / f"{name}.zip"
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as stream:
        for path in sorted(folder.iterdir()):
            # A fixed date: the same release is the same file.
            entry = zipfile.ZipInfo(f"{name}/{path.name}", (2020, 1, 1, 0, 0, 0))
            entry.external_attr = 0o644 << 16
            stream.writestr(entry, path.read_bytes(), zipfile.ZIP_DEFLATED)
    return packed


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("assignment", nargs="+")
    parser.add_argument("--to", type=Path, default=RELEASED, metavar="FOLDER")
    arguments = parser.parse_args()
    for name in arguments.assignment:
        try:
            packed = release(name, arguments.to.resolve())
        except NotReleased as error:
            print(error, file=sys.stderr)
            return 1
        print(
            f"{packed.with_suffix('')} and {packed}: {packed.stat().st_size >> 10} kB"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
