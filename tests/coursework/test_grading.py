"""One real grading run: nbgrader, the sandbox, hostile submissions among honest ones."""

import csv
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import export_assignments
import nbformat
import pytest
from test_assignments import ANSWERS, edited

from coursework import harness
from coursework.grading import hostile

ROOT = harness.HERE.parent
PYTHON = Path(
    os.environ.get("GRADING_PYTHON", ROOT / ".venv-grading" / "bin" / "python")
)
NAME = harness.names()[0]
CASES = hostile.corpus()
BLANK = {g: harness.blank(source) for g, source in harness.solutions(NAME).items()}


def run(module, *arguments, **more):
    command = [str(PYTHON), "-m", f"coursework.grading.{module}", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, **more)


def need(condition, what):
    if not condition:
        if os.environ.get("CI") and sys.platform == "linux":
            pytest.fail(what)
        pytest.skip(what)


@pytest.fixture(autouse=True)
def environment():
    need(PYTHON.exists(), f"no grading environment at {PYTHON}: make grading")


def release(folder):
    done = run("release", NAME, "--to", folder)
    assert done.returncode == 0, done.stderr
    return folder / NAME / f"{NAME}.ipynb"


def answers():
    """student -> grade_id -> answer, of which the scores in process are known."""
    found = {"in_process_full": {}, "in_process_blank": BLANK}
    for grade_id, edits in reversed(ANSWERS[NAME].WRONG.values()):
        source = edited(harness.solutions(NAME)[grade_id], edits)
        found[f"in_process_{grade_id}"] = {grade_id: source}
    return found


def grade(course, *more, **options):
    return run("grade", NAME, "--course", course, "--cell-seconds", 4, *more, **options)


def rows_of(course):
    with (course / "grades" / f"{NAME}.csv").open(encoding="utf-8") as stream:
        return {row["student"]: row for row in csv.DictReader(stream)}


def hand_in(course, released):
    CASES.build(course, NAME, released, list(CASES.FEW))
    for student, given in answers().items():
        book = CASES.solved(released, NAME)
        for grade_id, source in given.items():
            CASES.cell_of(book, grade_id).source = source
        CASES.save(course / "submitted" / student / NAME, NAME, book)


def test_one_grading_from_release_to_csv(tmp_path):
    done = run("sandbox", "--check")
    problem = done.stdout.strip()
    if "does not start here" in problem:  # the system forbids it, whatever is installed
        pytest.skip(f"no sandbox: {problem}")
    need(done.returncode == 0, f"no sandbox: {problem}")
    released, course = release(tmp_path), tmp_path / "course"
    nothing_of_a_solution_is_in(released)
    the_download_of_the_book_is_the_same(released)
    hand_in(course, released)
    before = hostile.content(course / "submitted")
    done = grade(course, "--jobs", 2)
    assert done.returncode == 0, done.stdout + done.stderr
    assert hostile.content(course / "submitted") == before
    rows = rows_of(course)
    for student, given in answers().items():
        expected = harness.by_question(harness.grade(NAME, given))
        assert {q: float(rows[student][q]) for q in expected} == expected, student
    assert CASES.wrong(NAME, rows, list(CASES.FEW)) == {}
    feedback_hides_the_hidden_tests(course)
    what_is_graded_is_not_graded_again(course)


def nothing_of_a_solution_is_in(released):
    text = released.read_text()
    assert "SOLUTION" not in text
    assert "HIDDEN" not in text
    checker = released.parent / "checker.py"
    assert checker.read_text() == (harness.HERE / "checker.py").read_text()
    assert released.parent.with_suffix(".zip").exists()


def the_download_of_the_book_is_the_same(released):
    ours, theirs = export_assignments.notebook(NAME), nbformat.read(released, 4)
    assert [c.source for c in ours.cells] == [
        c.source.rstrip("\n") for c in theirs.cells
    ]


def feedback_hides_the_hidden_tests(course):
    pages = list((course / "feedback").glob(f"*/{NAME}/{NAME}.html"))
    assert len(pages) == len(rows_of(course))
    for page in pages:
        text = re.sub(r"<[^>]*>", "", page.read_text(encoding="utf-8"))
        assert "BEGIN HIDDEN" not in text
        assert "canary()" not in text


def what_is_graded_is_not_graded_again(course):
    before = rows_of(course)
    student, other = "in_process_blank", "in_process_full"
    file = f"{NAME}/{NAME}.ipynb"
    shutil.copy(
        course / "submitted" / other / file, course / "submitted" / student / file
    )
    done = grade(course)
    assert f"1 to grade, {len(before) - 1} unchanged" in done.stdout
    after = rows_of(course)
    assert after[student]["total"] == after[other]["total"]
    after[student] = before[student]
    assert after == before
    assert len(list((course / "backups").iterdir())) == 1


def test_without_a_sandbox_nothing_is_graded(tmp_path):
    done = grade(tmp_path, env={**os.environ, "PATH": str(tmp_path)})
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "bwrap is missing" in done.stderr
    assert list(tmp_path.iterdir()) == []
