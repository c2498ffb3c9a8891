"""Copy the course without solutions into _build/students, and pack it as _build/students.zip.

What git tracks is copied. Left out are the assignments with their answers and grading, the tests
that hold answers, and of each notebook what is folded below an exercise. The exercises keep their
cells and checks; the book builds and lib works as before. lib/checks stays, so whoever opens it
finds what some checks compare with.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import environment
import export_assignments

environment.apply()

import nbformat  # noqa: E402
import refresh  # noqa: E402
from nbformat import NotebookNode  # noqa: E402

ROOT = environment.ROOT
EDITION = ROOT / "_build" / "students"
START = re.compile(r"^(`{3,})\{solution-start\} [\w-]+\n", re.MULTILINE)
END = re.compile(r"^(`{3,})\{solution-end\}\n\1\n*", re.MULTILINE)
LEFT_OUT = (
    # with solutions, hidden tests and the grading
    "coursework/",
    ".github/workflows/grading.yml",
    "book/coursework/instructors.md",  # names the common errors
    "tests/coursework/",
    # with answers, or of them
    "tests/answers/",
    "tests/test_checks.py",
    "tests/mutants.py",
    "tests/test_mutants.py",
    # ask for the solutions in the book
    "tests/test_book.py",
    # of this command
    "tests/test_students_edition.py",
    "tools/students_edition.py",
)
# What is said of solutions: (file, pattern, what the edition says). Each must be found.
NOT_HERE = "The solutions are not in this edition."
SAID = [
    ("book/how_to_use.md", r"The solution is folded below\.", NOT_HERE),
    (
        "book/how_to_use.md",
        r"Experiments have no check: they have a result to compare with yours\.",
        "Experiments have no check: compare your result with those of others.",
    ),
    ("book/index.md", r"exercises with checks, and folded solutions\.",
     f"and exercises with checks. {NOT_HERE}"),
    ("README.md", r"Each exercise has a check with hints, and a folded solution\.",
     f"Each exercise has a check with hints. {NOT_HERE}"),
    ("README.md", r"; solutions run\.", "."),
    ("book/coursework/assignments.md",
     r"(?s)Or make it yourself\b.*?(?=## Work on it)", ""),
    # For instructors, with the page that is left out.
    ("book/how_to_use.md", r" with an autograder go with them\. \[The page for instr.*$",
     " go with them."),
    ("book/index.md", r" come with an autograder; \[the page for instructors\].*$",
     " go with them."),
    ("README.md", r" Four assignments come with an autograder .*$", ""),
    ("_toc.yml", r"      - file: book/coursework/instructors\n", ""),
    # What only a solution used is still imported.
    ("pyproject.toml", r'"B018"\]', '"B018", "F401"]'),
    ("Makefile", r'\t@echo "make (?:students|release|grade|hostile) .*\n', ""),
]  # fmt: skip
# The same in the chapters: the result to compare with stands in the solution.
IN_CHAPTERS = [
    (r"; the experiments? (?:has|have) a result to compare with\.",
     f"; experiments have none. {NOT_HERE}"),
    (r" before you read the solution\.", "."),
]  # fmt: skip


def tracked() -> list[str]:
    """The files of the course by git, without those that are left out."""
    command = ["git", "ls-files", "-z"]
    try:
        listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        sys.exit("The students' edition needs a git checkout: git ls-files failed.")
    names = sorted(listed.stdout.decode().split("\0"))
    return [
        name
        for name in names
        if (ROOT / name).is_file() and not name.startswith(LEFT_OUT)
    ]


def split(cells: list[NotebookNode]) -> tuple[list[NotebookNode], list[NotebookNode]]:
    """What stays of the cells, and the cells of the solutions."""
    kept: list[NotebookNode] = []
    solutions: list[NotebookNode] = []
    inside = False
    for cell in cells:
        # A solution may begin and end within a cell, or more than once.
        parts: tuple[list[str], list[str]] = [], []
        rest = cell.source
        while cell.cell_type == "markdown":
            mark = (END if inside else START).search(rest)
            if not mark:
                break
            parts[inside].append(rest[: mark.start()])
            rest = rest[mark.end() :]
            inside = not inside
        parts[inside].append(rest)
        for texts, cells_of in zip(parts, (kept, solutions)):
            if text := "\n\n".join(t.strip("\n") for t in texts if t.strip()):
                cells_of.append(NotebookNode(cell, source=text))
    if inside:
        raise ValueError("a solution has no end")
    return kept, solutions


def without_solutions(path: Path) -> str:
    """The notebook in its stored form; its key is that of the cells that stay.

    Their outputs are those of the whole notebook: no cell may need what a solution defines.
    """
    nb = nbformat.read(path, as_version=4)
    nb.cells, solutions = split(nb.cells)
    if not solutions:
        return path.read_text("utf-8")
    for cell in nb.cells:
        if cell.cell_type == "markdown":
            for pattern, new in IN_CHAPTERS:
                cell.source = re.sub(pattern, new, cell.source)
    refresh.normalize(nb, path.stem, refresh.outputs_key(nb))
    return refresh.as_text(nb)


def content(name: str) -> bytes:
    path = ROOT / name
    if path.suffix == ".ipynb":
        return without_solutions(path).encode()
    changes = [(pattern, new) for file, pattern, new in SAID if file == name]
    if not changes:
        return path.read_bytes()
    text = path.read_text("utf-8")
    for pattern, new in changes:
        text, count = re.subn(pattern, lambda _, new=new: new, text, flags=re.MULTILINE)
        if not count:
            sys.exit(f"{name}: not found, mend SAID in students_edition.py: {pattern}")
    return text.encode()


def make(folder: Path) -> Path:
    """The edition in the folder, which is emptied first, and packed beside it; the zip."""
    shutil.rmtree(folder, ignore_errors=True)
    packed = folder.with_name(f"{folder.name}.zip")
    packed.parent.mkdir(parents=True, exist_ok=True)
    downloads = {
        f"book/_static/assignments/{name}.zip": export_assignments.packed(name)
        for name in export_assignments.names()
    }
    files = {name: content(name) for name in tracked()} | downloads
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as stream:
        for name, data in files.items():
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
            # A fixed date: the same edition is the same file.
            entry = zipfile.ZipInfo(f"gate-by-gate/{name}", (2020, 1, 1, 0, 0, 0))
            entry.external_attr = 0o644 << 16
            stream.writestr(entry, data, zipfile.ZIP_DEFLATED)
    return packed


def main() -> int:
    packed = make(EDITION)
    print(f"{EDITION} and {packed}: {packed.stat().st_size >> 10} kB")
    print(
        "It still names this repository, which has the solutions: publish it under an address of "
        "its own,\nset in its pyproject.toml, and run `make address` there."
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
