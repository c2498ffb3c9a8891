"""Make a clean copy of a submission, whatever was handed in. The original stays as it is."""

import json
import stat
from pathlib import Path
from typing import Any

import nbformat

SIZE_LIMIT = 20 << 20  # bytes
CELL_LIMIT = 500


class Unusable(Exception):
    """Why a submission counts as blank."""


def clean(folder: Path, released: Path, target: Path) -> list[str]:
    """Write target from what is in folder. What a person should know about it."""
    blank = nbformat.read(released, 4)
    notes: list[str] = []
    try:
        book = _read(_find(folder, released.name, notes))
        book.cells = _cells(book, blank, notes)
        book.metadata, book.nbformat, book.nbformat_minor = blank.metadata, 4, 5
        nbformat.validate(book)
        text = nbformat.writes(book)
        text.encode()
    except Unusable as error:
        notes.append(f"counts as blank: {error}")
        text = nbformat.writes(blank)
    except Exception as error:  # what a hand-made file can cause has no end
        notes.append(f"counts as blank: no notebook ({type(error).__name__})")
        text = nbformat.writes(blank)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, encoding="utf-8")
    return notes


def _find(folder: Path, name: str, notes: list[str]) -> Path:
    if folder.is_symlink() or folder.parent.is_symlink():
        raise Unusable("its folder is a link, which is not followed")
    books = [path for path in sorted(folder.iterdir()) if path.suffix == ".ipynb"]
    links = [path.name for path in books if not stat.S_ISREG(path.lstat().st_mode)]
    books = [path for path in books if path.name not in links]
    exact = [path for path in books if path.name == name]
    if not books:
        raise Unusable(
            f"{links[0]} is a link or no file" if links else "no notebook in it"
        )
    if not exact and len(books) > 1:
        raise Unusable(f"{len(books)} notebooks, and none is named {name}")
    if not exact:
        notes.append(f"was named {books[0].name[:80]}")
    elif len(books) > 1:
        notes.append(f"{len(books) - 1} more notebooks were not read")
    return (exact or books)[0]


def _read(path: Path) -> Any:
    size = path.stat().st_size
    if size > SIZE_LIMIT:
        raise Unusable(
            f"{size >> 20} MB, {SIZE_LIMIT >> 20} are allowed (clear its outputs)"
        )
    try:
        data = json.loads(path.read_bytes().decode())
        book = nbformat.convert(nbformat.from_dict(data), 4)
        cells = [cell for cell in book.cells if isinstance(cell.source, str | list)]
    except Exception as error:
        raise Unusable(f"it cannot be read ({type(error).__name__})") from None
    if len(cells) > CELL_LIMIT:
        raise Unusable(f"{len(cells)} cells, {CELL_LIMIT} are allowed")
    return book


def _id(cell: Any) -> str | None:
    data = cell.get("metadata", {}).get("nbgrader", {})
    found = data.get("grade_id") if isinstance(data, dict) else None
    return found if isinstance(found, str) else None


def _cells(book: Any, blank: Any, notes: list[str]) -> list[Any]:
    """The student's cells with the released metadata; what is missing is put back in its place."""
    known = {_id(cell): cell for cell in blank.cells if _id(cell)}
    cells, places, missing, after = [], [], [], None
    for cell in book.cells:
        text = cell.get("source", "")
        text = text if isinstance(text, str) else "".join(text)
        grade_id = _id(cell)
        if grade_id in known and grade_id not in places:
            new = nbformat.from_dict(known[grade_id])
        else:
            if grade_id in known:
                notes.append(f"the second copy of cell {grade_id} is not graded")
            make = nbformat.v4.new_code_cell if cell.cell_type == "code" else None
            new = (make or nbformat.v4.new_markdown_cell)()
            grade_id = None
        new.source = text
        cells.append(new)
        places.append(grade_id)
    for grade_id, cell in reversed(known.items()):
        if grade_id not in places:
            missing.insert(0, grade_id)
            # As late as can be: the answer may stand in a cell that has lost its name.
            place = places.index(after) if after else len(cells)
            new = nbformat.from_dict(cell)
            if new.cell_type == "code" and new.metadata.nbgrader.solution:
                new.source = "# the cell of the answer was missing"
            cells.insert(place, new)
            places.insert(place, grade_id)
        after = grade_id
    if missing:
        more = ", …" if len(missing) > 3 else ""
        notes.append(
            f"cells missing, put back: {', '.join(missing[:3])}{more} ({len(missing)})"
        )
    for k, cell in enumerate(cells):
        cell.id = f"cell-{k}"
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return cells
