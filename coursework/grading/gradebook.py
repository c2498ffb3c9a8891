"""What we ask of the gradebook beside nbgrader's own commands."""

import csv
import sqlite3
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from nbgrader.api import Gradebook, MissingEntry

from coursework import harness
from coursework.grading.settings import COURSE


def _open(course: Path) -> Any:
    return Gradebook(f"sqlite:///{course}/gradebook.db", COURSE)


def backup(course: Path) -> Path | None:
    """A copy of the gradebook, taken by SQLite itself; none where there is no gradebook yet."""
    book = course / "gradebook.db"
    if not book.exists():
        return None
    folder = course / "backups"
    folder.mkdir(exist_ok=True)
    target = folder / f"gradebook-{datetime.now():%Y%m%d-%H%M%S-%f}.db"
    old, new = sqlite3.connect(book), sqlite3.connect(target)
    with new:
        old.backup(new)
    old.close(), new.close()
    return target


def zero(course: Path, name: str, student: str) -> None:
    """No points for the tests of a submission that could not be graded; a person looks at it."""
    with _open(course) as book:
        book.update_or_create_student(student)
        submission = book.update_or_create_submission(name, student)
        for notebook in submission.notebooks:
            for grade in notebook.grades:
                if grade.cell.cell_type == "code":
                    grade.auto_score, grade.needs_manual_grade = 0.0, False
        book.db.commit()


def impossible(course: Path, name: str, student: str) -> list[str]:
    """Cells whose score is outside what the cell is worth; it is set to 0."""
    found = []
    with _open(course) as book:
        submission = book.find_submission(name, student)
        for notebook in submission.notebooks:
            for grade in notebook.grades:
                test = grade.cell.cell_type == "code"
                allowed = (None, 0.0, float(grade.cell.max_score))
                if test and grade.auto_score not in allowed:
                    found.append(f"{grade.name}: impossible score {grade.auto_score}")
                    grade.auto_score = 0.0
        book.db.commit()
    return found


class Score(NamedTuple):
    points: float | None  # None: a person has yet to give them
    of: float
    waits: bool  # for a person: no points yet, or graded again since


def scores(course: Path, name: str) -> dict[str, dict[str, Score]]:
    """student -> question -> score"""
    found: dict[str, dict[str, Score]] = {}
    with _open(course) as book:
        try:
            submissions = book.assignment_submissions(name)
        except MissingEntry:
            return {}
        for submission in submissions:
            own = found.setdefault(submission.student.id, {})
            for notebook in submission.notebooks:
                for grade in notebook.grades:
                    score = grade.manual_score
                    if score is None:
                        score = grade.auto_score
                    question = harness.question(grade.name)
                    before = own.get(question, Score(0.0, 0.0, False))
                    own[question] = Score(
                        None
                        if None in (score, before.points)
                        else before.points + score,
                        before.of + grade.cell.max_score,
                        before.waits or score is None or bool(grade.needs_manual_grade),
                    )
    return found


def write_csv(course: Path, name: str, notes: Mapping[str, list[str]]) -> Path:
    """One line per student, one column per question; blank where a person has yet to grade."""
    table = scores(course, name)
    target = course / "grades" / f"{name}.csv"
    target.parent.mkdir(exist_ok=True)
    questions = sorted({question for own in table.values() for question in own})
    with target.open("w", newline="", encoding="utf-8") as stream:
        lines = csv.writer(stream)
        lines.writerow(["student", *questions, "total", "of", "by_hand", "notes"])
        for student, own in sorted(table.items()):
            points = [own[q].points for q in questions]
            lines.writerow(
                [
                    student,
                    *("" if p is None else f"{p:g}" for p in points),
                    f"{sum(p or 0 for p in points):g}",
                    f"{sum(score.of for score in own.values()):g}",
                    " ".join(q for q in questions if own[q].waits),
                    "; ".join(notes.get(student, [])),
                ]
            )
    return target
