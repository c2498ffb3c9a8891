"""The assignments for the book's downloads: the notebook without solutions, and its checker.

`make release` makes the same by nbgrader, which also tells a gradebook of it; a test of the grading
holds the two equal.
"""

import copy
import re
import sys
import zipfile
from io import BytesIO
from pathlib import Path

import environment
import nbformat
from nbformat import NotebookNode

COURSEWORK = environment.ROOT / "coursework"
HIDDEN = re.compile(
    r"[ \t]*### BEGIN HIDDEN TESTS.*?### END HIDDEN TESTS[ \t]*\n?", re.S
)
WRITTEN = "YOUR ANSWER HERE"  # nbgrader's words


def notebook(name: str) -> NotebookNode:
    """What a student gets."""
    sys.path.append(str(environment.ROOT))
    from coursework import harness

    sys.path.pop()
    cells = copy.deepcopy(harness.cells(name))
    for k, cell in enumerate(cells):
        cell["id"] = f"cell-{k}"
        if harness.meta(cell).get("solution") and cell.cell_type == "markdown":
            cell.source = WRITTEN
        elif cell.cell_type == "code":
            cell.source = HIDDEN.sub("", harness.blank(cell.source)).rstrip("\n")
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})


def packed(name: str) -> bytes:
    """The zip; the same bytes every time."""
    data = BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as stream:
        for file, text in (
            (f"{name}.ipynb", nbformat.writes(notebook(name), indent=1) + "\n"),
            ("checker.py", (COURSEWORK / "checker.py").read_text("utf-8")),
        ):
            entry = zipfile.ZipInfo(f"{name}/{file}", (2020, 1, 1, 0, 0, 0))
            entry.external_attr = 0o644 << 16
            stream.writestr(entry, text.encode(), zipfile.ZIP_DEFLATED)
    return data.getvalue()


def names() -> list[str]:
    """None in an edition without the assignments."""
    return sorted(
        path.name for path in COURSEWORK.glob("assignments/*") if path.is_dir()
    )


def export(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name in names():
        (folder / f"{name}.zip").write_bytes(packed(name))
