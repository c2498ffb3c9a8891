"""Submissions that are broken, or that attack the grading; each with what it must cost.

A case gets the notebook with all answers right and spoils one code question, the target. An attack
that succeeds gives the right answer, and so shows up as points that it must not have.
"""

import ast
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import nbformat

from coursework import harness

Book = Any
Loses = str  # "nothing", "target", "all", or "target or more": the rest of its own submission too


class Case(NamedTuple):
    loses: Loses
    make: Callable[
        [Path, str, Book], None
    ]  # folder of the submission, assignment, solved notebook
    note: str = ""  # must be in the notes of the CSV


CASES: dict[str, Case] = {}


def target_of(name: str) -> str:
    """The first question that is answered by code."""
    path = harness.ASSIGNMENTS / name / "answers.py"
    space: dict[str, Any] = {}
    exec(path.read_text(), space)
    return next(iter(space["ALTERNATIVES"]))


def solved(released: Path, name: str) -> Book:
    book = nbformat.read(released, 4)
    answers = harness.solutions(name)
    for cell in book.cells:
        data = harness.meta(cell)
        if data.get("grade_id") in answers:
            cell.source = answers[data["grade_id"]]
        elif data.get("solution"):
            cell.source = "A written answer."
    return book


def cell_of(book: Book, grade_id: str) -> Any:
    return next(
        cell for cell in book.cells if harness.meta(cell).get("grade_id") == grade_id
    )


def save(folder: Path, name: str, book: Book, file: str = "") -> None:
    folder.mkdir(parents=True, exist_ok=True)
    nbformat.write(book, folder / (file or f"{name}.ipynb"))


def _functions(source: str) -> list[str]:
    return [
        node.name
        for node in ast.parse(source).body
        if isinstance(node, ast.FunctionDef)
    ]


def _case(key: str, loses: Loses, make: Callable[..., None], note: str = "") -> None:
    assert key not in CASES
    CASES[key] = Case(loses, make, note)


def inside(key: str, body: str, loses: Loses = "target", note: str = "") -> None:
    """body: what the functions of the target do, instead or (`right`) before the right thing."""

    def make(folder: Path, name: str, book: Book) -> None:
        cell = cell_of(book, target_of(name))
        lines = body.strip("\n").replace("\n", "\n    ")
        course = str(folder.parents[2])
        for function in _functions(cell.source):
            cell.source += (
                f"\n_right_{function} = {function}\ndef {function}(*a, **k):\n"
            )
            cell.source += f"    right = lambda: _right_{function}(*a, **k)\n"
            cell.source += f"    COURSE = {course!r}\n    {lines}\n"
        save(folder, name, book)

    _case(key, loses, make, note)


def attack(key: str, condition: str, before: str = "") -> None:
    """The right answer if the condition holds: if the attack has succeeded."""
    inside(
        key,
        f"import os, socket, glob, subprocess, sys\n{before}\n"
        f"if {condition}: return right()\nraise RuntimeError('the attack failed')",
    )


def around(
    key: str, code: str, loses: Loses = "target", note: str = "", wrong: bool = True
) -> None:
    """Code below the target's answer; wrong: which is no answer."""

    def make(folder: Path, name: str, book: Book) -> None:
        cell = cell_of(book, target_of(name))
        if wrong:
            names = _functions(cell.source)
            cell.source = "\n".join(
                f"def {n}(*a, **k):\n    return None" for n in names
            )
        cell.source += f"\n{code}\n"
        save(folder, name, book)

    _case(key, loses, make, note)


def on_book(key: str, loses: Loses, note: str = "") -> Callable[..., None]:
    def take(change: Callable[[Book, str], None]) -> None:
        def make(folder: Path, name: str, book: Book) -> None:
            change(book, name)
            save(folder, name, book)

        _case(key, loses, make, note)

    return take


def on_folder(key: str, loses: Loses, note: str = "") -> Callable[..., None]:
    def take(make: Callable[[Path, str, Book], None]) -> None:
        def prepared(folder: Path, name: str, book: Book) -> None:
            folder.mkdir(parents=True, exist_ok=True)
            make(folder, name, book)

        _case(key, loses, prepared, note)

    return take


# Answers that fail, or do not end
inside("raises", "raise RuntimeError('no')")
around("syntax_error", "def (", wrong=False)
around("null_byte", "x = '\0'", wrong=False)
inside("endless", "while True: pass")
inside("sleeps", "import time\ntime.sleep(10**6)")
inside(
    "catches_everything",
    "while True:\n    try:\n        while True: pass\n    except BaseException: pass",
)
STUBBORN = (
    "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True: pass"
)
inside("ignores_interrupts", STUBBORN, note="did not stop")
inside("endless_in_c", "sum(range(10**14))", note="did not stop")
inside("asks", "return input('what is the answer?')")
inside("exits", "import sys\nsys.exit(0)")
inside("ends_the_process", "import os\nos._exit(0)", note="ended the process")
inside("kills_itself", "import os\nos.kill(os.getpid(), 9)", note="ended the process")
inside(
    "kills_everything",
    "import os\ntry: os.kill(-1, 9)\nfinally: os._exit(0)",
    note="ended the process",
)
inside("segfault", "import ctypes\nctypes.string_at(0)", note="ended the process")
inside("closes_files", "import os\nos.closerange(0, 256)", note="a cell")
inside("warns", "import warnings\nwarnings.warn('careful')\nreturn right()")
inside("stderr", "import sys\nprint('hm', file=sys.stderr)\nreturn right()")

# Answers that use too much
inside("memory", "x = []\nwhile True: x.append(b'1' * 10**8)")
inside(
    "memory_of_many",
    "import os, time\nfor _ in range(20):\n    if not os.fork():\n        x = b'1' * 10**9\n"
    "        time.sleep(60)\ntime.sleep(60)",
    note="a cell",  # memory or time: which limit is met first depends on the machine
)
inside("fork_bomb", "import os\nwhile True: os.fork()", "target or more")
inside(
    "thread_bomb",
    "import threading, time\nwhile True: threading.Thread(target=time.sleep, args=(60,)).start()",
    "target or more",
)
inside("deep", "return (lambda f: f(f))(lambda f: f(f))")
inside(
    "prints",
    "print('x' * 79 + '\\n', end='') or [print('x' * 10**6) for _ in range(20)]\n"
    "return right()",
    "nothing",
)
inside("prints_forever", "while True: print('x' * 1000)", "target")
inside(
    "fills_the_disk",
    "for place in ('.', '/tmp', '/dev/shm', '/'):\n    try:\n        for n in range(100):\n"
    "            open(f'{place}/{n}', 'wb').write(b'1' * 10**7)\n"
    "    except OSError: pass\n    else: return right()\nraise RuntimeError('full')",
)
inside(
    "fills_the_sockets_folder",
    "import glob\nfor n in range(10**6):\n"
    "    open(f'{glob.glob(\"/tmp/grade-*\")[0]}/{n}', 'wb').write(b'1' * 10**6)",
    note="a cell",  # disk or time
)
inside(
    "leaves_a_process",
    "import os, time\nif not os.fork():\n    os.setsid()\n    time.sleep(600)\n    os._exit(0)\n"
    "return right()",
    "nothing",
)

# Attacks on the grading
attack("reads_the_gradebook", "os.path.exists(COURSE + '/gradebook.db')")
attack("reads_the_sources", "os.path.exists(COURSE + '/source')")
attack(
    "reads_submissions", "glob.glob(COURSE + '/*/*/*/*.ipynb') or glob.glob('*.ipynb')"
)
attack(
    "reads_passwords",
    "os.path.exists('/etc/passwd') or os.path.exists('/root/.bashrc')",
)
attack(
    "writes_the_gradebook",
    "True",
    "import sqlite3\ndb = sqlite3.connect(COURSE + '/gradebook.db')\n"
    "db.execute('update grade set manual_score=100')\ndb.commit()",
)
attack("network", "True", "socket.create_connection(('1.1.1.1', 80), 2)")
attack("interfaces", "len(socket.if_nameindex()) > 1")
attack("sees_processes", "len([p for p in os.listdir('/proc') if p.isdigit()]) > 8")
attack("becomes_root", "os.getuid() == 0", "os.setuid(0)")
attack(
    "writes_the_environment",
    "True",
    "open(sys.prefix + '/x.pth', 'w').write('import os')",
)
attack("mounts", "not os.system('mount -t tmpfs x /tmp 2>/dev/null')")

# Attacks on the tests
around("own_check", "check = lambda *a, **k: None")
around("own_checker", "import checker\nchecker.check = check = lambda *a, **k: None")
inside("imports_lib", "import lib\nreturn right()")
around(
    "hides_errors",
    "from IPython import get_ipython\nget_ipython().showtraceback = lambda *a, **k: None",
)
around(
    "clears_outputs",
    "from IPython import get_ipython\nfrom IPython.display import clear_output\n"
    "get_ipython().events.register('post_run_cell', lambda *a: clear_output())",
)


@on_folder("brings_a_checker", "target")
def _(folder: Path, name: str, book: Book) -> None:
    CASES["own_check"].make(folder, name, book)
    (folder / "checker.py").write_text(
        "from numpy import tanh\nsigmoid = lambda a: (1 + tanh(a / 2)) / 2\n"
        "check = lambda *a, **k: None\ncanary = lambda: None\n"
    )


@on_folder("brings_a_numpy", "nothing")
def _(folder: Path, name: str, book: Book) -> None:
    save(folder, name, book)
    (folder / "numpy.py").write_text("raise SystemExit")


# Damaged notebooks
@on_book("blank", "all")
def _(book: Book, name: str) -> None:
    for grade_id, source in harness.solutions(name).items():
        cell_of(book, grade_id).source = harness.blank(source)


@on_book("tests_deleted", "nothing", "missing")
def _(book: Book, name: str) -> None:
    tests = harness.tests(name)
    book.cells = [c for c in book.cells if harness.meta(c).get("grade_id") not in tests]


@on_book("everything_deleted", "all", "missing")
def _(book: Book, name: str) -> None:
    book.cells = []


@on_book("tests_edited", "target")
def _(book: Book, name: str) -> None:
    for grade_id in harness.tests(name):
        cell_of(book, grade_id).source = "pass"
    cell_of(book, target_of(name)).source = "pass"


@on_book("points_edited", "nothing")
def _(book: Book, name: str) -> None:
    for grade_id in harness.tests(name):
        harness.meta(cell_of(book, grade_id))["points"] = 1000


@on_book("metadata_mangled", "nothing")
def _(book: Book, name: str) -> None:
    for grade_id in [*harness.tests(name), *harness.solutions(name)]:
        data = harness.meta(cell_of(book, grade_id))
        data.update(grade="yes", schema_version=99, locked=[], task=True, checksum=None)


@on_book("metadata_stripped", "nothing", "missing")
def _(book: Book, name: str) -> None:
    for cell in book.cells:
        cell.metadata.pop("nbgrader", None)


@on_book("extra_graded_cell", "nothing")
def _(book: Book, name: str) -> None:
    data = {
        "grade": True,
        "grade_id": "q99",
        "points": 100,
        "locked": True,
        "solution": False,
    }
    cell = nbformat.v4.new_code_cell(
        "100", metadata={"nbgrader": {**data, "schema_version": 3}}
    )
    book.cells.append(cell)


@on_book("duplicated_cell", "nothing", "second copy")
def _(book: Book, name: str) -> None:
    book.cells.append(
        nbformat.from_dict(cell_of(book, next(iter(harness.tests(name)))))
    )
    book.cells[-1].id = "again"


@on_book("other_kernel", "nothing")
def _(book: Book, name: str) -> None:
    book.metadata = {
        "kernelspec": {"name": "julia-1.9", "display_name": "J", "language": "julia"}
    }


@on_book("forged_outputs", "all")
def _(book: Book, name: str) -> None:
    for grade_id, source in harness.solutions(name).items():
        cell_of(book, grade_id).source = harness.blank(source)
    for grade_id in harness.tests(name):
        cell_of(book, grade_id).outputs = [
            nbformat.v4.new_output(
                "execute_result", {"text/plain": "100"}, execution_count=1
            )
        ]


@on_book("many_cells", "all", "cells, 500 are allowed")
def _(book: Book, name: str) -> None:
    book.cells += [nbformat.v4.new_code_cell("1") for _ in range(1000)]


# Damaged files
def _file(key: str, content: bytes, note: str) -> None:
    @on_folder(key, "all", note)
    def _(folder: Path, name: str, book: Book) -> None:
        (folder / f"{name}.ipynb").write_bytes(content)


_file("empty_file", b"", "cannot be read")
_file("cut_off", b'{"cells": [{"cell_type": "code", "sou', "cannot be read")
_file("not_text", bytes(range(256)) * 40, "cannot be read")
_file("a_list", b"[1, 2, 3]", "cannot be read")
_file("no_cells", b'{"nbformat": 4, "nbformat_minor": 5}', "counts as blank")
_file("nested", b"[" * 100_000, "cannot be read")
_file("huge", b" " * (25 << 20), "20 are allowed")


@on_folder("lone_surrogate", "all", "counts as blank")
def _(folder: Path, name: str, book: Book) -> None:
    cell_of(book, target_of(name)).source += "\n# SURROGATE"
    text = nbformat.writes(book).replace("SURROGATE", "\\ud800")
    (folder / f"{name}.ipynb").write_text(text)


@on_folder("renamed", "nothing", "was named")
def _(folder: Path, name: str, book: Book) -> None:
    save(folder, name, book, f"{name} (1).ipynb")


@on_folder("two_notebooks", "all", "none is named")
def _(folder: Path, name: str, book: Book) -> None:
    save(folder, name, book, "one.ipynb")
    save(folder, name, book, "two.ipynb")


@on_folder("no_notebook", "all", "no notebook")
def _(folder: Path, name: str, book: Book) -> None:
    (folder / "homework.pdf").write_bytes(b"%PDF")


@on_folder("folder_for_a_notebook", "all", "is a link or no file")
def _(folder: Path, name: str, book: Book) -> None:
    (folder / f"{name}.ipynb").mkdir()


@on_folder("pipe_for_a_notebook", "all", "is a link or no file")
def _(folder: Path, name: str, book: Book) -> None:
    os.mkfifo(folder / f"{name}.ipynb")


@on_folder("link_to_another", "all", "is a link")
def _(folder: Path, name: str, book: Book) -> None:
    path = folder / f"{name}.ipynb"
    path.symlink_to(folder.parents[1] / "honest_1" / name / f"{name}.ipynb")


@on_folder("link_to_the_source", "all", "is a link")
def _(folder: Path, name: str, book: Book) -> None:
    (folder / f"{name}.ipynb").symlink_to(
        folder.parents[2] / "source" / name / f"{name}.ipynb"
    )


@on_folder("linked_folder", "all", "a link")
def _(folder: Path, name: str, book: Book) -> None:
    folder.rmdir()
    folder.symlink_to(folder.parents[1] / "honest_1" / name)


HONEST = (
    "honest_1",
    "m_honest_2",
    "z_honest_3",
)  # among them: their marks stay as they are
FEW = (
    "ignores_interrupts",
    "ends_the_process",
    "writes_the_gradebook",
    "reads_submissions",
    "own_check",
    "tests_deleted",
    "cut_off",
    "link_to_another",
)


def build(course: Path, name: str, released: Path, keys: list[str]) -> None:
    """The submissions of the cases, and honest ones, as they are handed in."""
    for student in HONEST:
        save(course / "submitted" / student / name, name, solved(released, name))
    for key in keys:
        CASES[key].make(course / "submitted" / key / name, name, solved(released, name))


def wrong(
    name: str, rows: dict[str, dict[str, str]], keys: list[str]
) -> dict[str, str]:
    """student -> in what its row of the CSV is not what it must be. Empty: all are right."""
    full, target = harness.full(name), harness.question(target_of(name))
    found = {}
    for student in [*HONEST, *keys]:
        case = CASES.get(student, Case("nothing", lambda *_: None))
        if student not in rows:
            found[student] = "has no row"
            continue
        row = rows[student]
        got = {question: float(row[question] or 0) for question in full}
        expected = {
            "nothing": full,
            "target": {**full, target: 0},
            "all": dict.fromkeys(full, 0),
            "target or more": {**got, target: 0},
        }[case.loses]
        if got != expected:
            found[student] = f"expected {case.loses} lost, got {got} of {full}"
        elif case.note not in row["notes"]:
            found[student] = f"expected a note {case.note!r}, got {row['notes']!r}"
    return found
