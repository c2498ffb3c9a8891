"""Grade an assignment in this process, without a kernel, by nbgrader's rules.

A test cell earns its points unless it raises or writes to stderr. Only for answers of our own:
submissions are graded in the sandbox.
"""

import contextlib
import importlib
import io
import os
import pickle
import re
import select
import signal
import sys
import warnings
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import jupytext
import numpy as np  # noqa: F401 - before any fork: a cold import would eat a cell's time

HERE = Path(__file__).parent
ASSIGNMENTS = HERE / "assignments"
CELL_SECONDS = 2.0
SOLUTION = re.compile(r"([ \t]*)### BEGIN SOLUTION.*?### END SOLUTION", re.DOTALL)


class Mark(NamedTuple):
    points: float
    of: float
    message: str  # why not all of them


def names() -> list[str]:
    return sorted(path.name for path in ASSIGNMENTS.iterdir() if path.is_dir())


@cache
def cells(name: str) -> list[Any]:
    return jupytext.read(ASSIGNMENTS / name / f"{name}.py").cells


def meta(cell: Any) -> dict[str, Any]:
    return cell.metadata.get("nbgrader", {})


def solutions(name: str) -> dict[str, str]:
    """grade_id -> source of each cell that a student fills in."""
    return {
        meta(cell)["grade_id"]: cell.source
        for cell in cells(name)
        if meta(cell).get("solution") and cell.cell_type == "code"
    }


def tests(name: str) -> dict[str, float]:
    """grade_id -> points of each test cell."""
    return {
        meta(cell)["grade_id"]: float(meta(cell)["points"])
        for cell in cells(name)
        if meta(cell).get("grade") and not meta(cell).get("solution")
    }


def blank(source: str) -> str:
    """What the student gets."""
    return SOLUTION.sub(r"\1# YOUR CODE HERE\n\1raise NotImplementedError()", source)


def question(grade_id: str) -> str:
    """q3_value -> q3"""
    return grade_id.split("_")[0]


def by_question(marks: dict[str, Mark]) -> dict[str, float]:
    found: dict[str, float] = {}
    for grade_id, mark in marks.items():
        found[question(grade_id)] = found.get(question(grade_id), 0) + mark.points
    return found


def full(name: str) -> dict[str, float]:
    found: dict[str, float] = {}
    for grade_id, points in tests(name).items():
        found[question(grade_id)] = found.get(question(grade_id), 0) + points
    return found


class Timeout(BaseException):
    """No Exception: a student's `except Exception` must not catch it."""


def _alarm(*_: Any) -> None:
    raise Timeout(f"the cell ran past {CELL_SECONDS} s")


@cache
def _compiled(source: str, name: str) -> Any:
    return compile(source, name, "exec")


def grade(name: str, answers: dict[str, str] | None = None) -> dict[str, Mark]:
    """answers: grade_id -> source in place of the solution. grade_id of a test -> Mark."""
    answers, marks = answers or {}, {}
    space: dict[str, Any] = {"__name__": "__main__"}
    path, finders, modules = list(sys.path), list(sys.meta_path), dict(sys.modules)
    sys.path[:0] = [str(HERE)]
    importlib.invalidate_caches()
    before = signal.signal(signal.SIGALRM, _alarm)
    try:
        for cell in cells(name):
            if cell.cell_type != "code":
                continue
            data = meta(cell)
            grade_id = data.get("grade_id", "?")
            source = cell.source
            if data.get("solution"):
                source = answers.get(grade_id, source)
            problem = _run(source, grade_id, space)
            if data.get("grade") and not data.get("solution"):
                of = float(data["points"])
                marks[grade_id] = Mark(0.0 if problem else of, of, problem)
    finally:
        signal.signal(signal.SIGALRM, before)
        sys.path[:], sys.meta_path[:] = path, finders
        sys.modules.pop("checker", None)
        sys.modules.update(modules)  # what the checker refused
    return marks


def _run(source: str, name: str, space: dict[str, Any]) -> str:
    """What goes wrong, or nothing."""
    errors, problem = io.StringIO(), ""
    signal.setitimer(signal.ITIMER_REAL, CELL_SECONDS)
    try:
        with (
            contextlib.redirect_stdout(io.StringIO()),
            contextlib.redirect_stderr(errors),
            warnings.catch_warnings(),
        ):
            warnings.simplefilter("default")
            warnings.showwarning = lambda message, *_, **__: errors.write(str(message))
            exec(_compiled(source, name), space)
    except BaseException as error:  # whatever an answer may do
        problem = f"{type(error).__name__}: {error}"
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    return problem or (
        f"stderr: {errors.getvalue()[:200]}" if errors.getvalue() else ""
    )


def grade_apart(
    name: str, answers: dict[str, str], limit: float = 8.0
) -> dict[str, Mark]:
    """`grade` in a process of its own: what an answer does to it, or to NumPy, stays there."""
    receiver, sender = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.close(receiver)
            with os.fdopen(sender, "wb") as stream:
                pickle.dump(grade(name, answers), stream)
        finally:
            os._exit(0)
    os.close(sender)
    data = b""
    try:
        while select.select([receiver], [], [], limit)[0]:
            chunk = os.read(receiver, 1 << 16)
            if not chunk:
                break
            data += chunk
    finally:
        os.close(receiver)
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    if data:
        return pickle.loads(data)
    return {
        grade_id: Mark(0.0, points, "the process died or hung")
        for grade_id, points in tests(name).items()
    }
