"""The tables of the two pages on coursework say what the assignments and their answers are."""

import re

import pytest
from test_assignments import ANSWERS

from coursework import harness
from coursework.grading import hostile

BOOK = harness.HERE.parent / "book"
TITLE = re.compile(r"^# (.+)$", re.MULTILINE)
MINUTES = re.compile(r"\*\*Time\*\*: (\d+) minutes, and (\d+) for the exercises")
LINK = re.compile(r"\]\(\.\./([\w/]+\.ipynb)\)")
NAMES = harness.names()
each = pytest.mark.parametrize("name", NAMES)


def page(name):
    return (BOOK / "coursework" / f"{name}.md").read_text("utf-8")


def rows(text):
    """The tables, a list of cells for each line."""
    return [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in text.splitlines()
        if line.startswith("|")
    ]


def row_of(text, name):
    return [row for row in rows(text) if row[0] == f"`{name}`"]


def head(name):
    """Title, text of the first cell."""
    text = harness.cells(name)[0].source
    return TITLE.search(text)[1], text


def by_person(name):
    """question -> points that a person gives."""
    return {
        harness.question(harness.meta(cell)["grade_id"]): float(
            harness.meta(cell)["points"]
        )
        for cell in harness.cells(name)
        if harness.meta(cell).get("grade") and harness.meta(cell).get("solution")
    }


def wrong(name):
    """question -> wrong answers."""
    found = dict.fromkeys(harness.full(name), 0)
    for grade_id, _ in ANSWERS[name].WRONG.values():
        found[harness.question(grade_id)] += 1
    return found


def proof(name):
    """Questions, test cells, alternatives, wrong answers, tampering."""
    answers = ANSWERS[name]
    return [
        len(harness.full(name)) + len(by_person(name)),
        len(harness.tests(name)),
        sum(map(len, answers.ALTERNATIVES.values())),
        len(answers.WRONG),
        len(answers.TAMPERING),
    ]


def minutes(link):
    said = MINUTES.search((BOOK / link).read_text("utf-8"))
    return int(said[1]), int(said[2])


@each
def test_the_students_page(name):
    (row,) = row_of(page("assignments"), name)
    title, text = head(name)
    tests, person = sum(harness.full(name).values()), sum(by_person(name).values())
    assert row[1] == title
    hours = re.search(r"\*\*Time\*\*: (\d+) hours", text)[1]
    found = [float(cell) for cell in row[3:]]
    assert found == [float(hours), proof(name)[0], tests + person, tests, person]
    needed = re.search(r"\*\*Chapters needed\*\*: (.*)", text)[1]
    linked = [(BOOK / link).read_text("utf-8") for link in LINK.findall(row[2])]
    chapters = re.findall(r"\*([^*]+)\*", needed)
    assert len(chapters) == len(linked)
    for chapter, source in zip(chapters, linked):
        assert f'"# {chapter}' in source


@each
def test_the_questions(name):
    title, _ = head(name)
    (section,) = re.findall(
        rf"^### `{name}`: {re.escape(title)}\n(.*?)(?=^\#|^\()",
        page("instructors"),
        re.MULTILINE | re.DOTALL,
    )
    points, errors = {**harness.full(name), **by_person(name)}, wrong(name)
    found = [row for row in rows(section) if row[0].isdigit()]
    expected = [
        [q.removeprefix("q"), f"{points[q]:g}", str(errors.get(q, ""))]
        for q in sorted(points)
    ]
    assert [[row[0], row[1], row[3]] for row in found] == expected


def test_the_proof_in_numbers():
    table = {row[0]: row[1:] for row in rows(page("instructors")) if len(row) == 6}
    expected = {name: proof(name) for name in NAMES}
    for name, counts in expected.items():
        assert list(map(int, table[f"`{name}`"])) == counts, name
    total = [sum(column) for column in zip(*expected.values())]
    assert list(map(int, table["all"])) == total


def test_the_hostile_submissions():
    (said,) = re.findall(r"it grades (\d+) hostile", page("instructors"))
    assert int(said) == len(hostile.corpus().CASES)


def test_the_weeks():
    text = page("instructors")
    weeks = [
        row
        for row in rows(text)
        if len(row) == 5 and row[0].isdigit() and ".." in row[1]
    ]
    assert [int(row[0]) for row in weeks] == list(range(1, 13))
    read, out, back = set(), set(), set()
    for _, chapters, reading, exercises, work in weeks:
        links = LINK.findall(chapters)
        totals = [sum(column) for column in zip(*map(minutes, links))]
        assert [int(reading), int(exercises)] == totals, chapters
        assert not read & set(links)
        read |= set(links)
        for name, hours in re.findall(r"`(\w+)` goes out \((\d+) hours\)", work):
            (row,) = row_of(page("assignments"), name)
            assert hours == row[3]
            assert set(LINK.findall(row[2])) <= read, f"{name} goes out too early"
            out.add(name)
        for name in re.findall(r"`(\w+)` comes in", work):
            assert name in out
            back.add(name)
    assert out == back == set(NAMES)


@pytest.mark.parametrize("name", ["assignments", "instructors"])
def test_what_is_linked_exists(name):
    for link in re.findall(r"\]\(((?!http)[^)#]+\.\w+)\)", page(name)):
        assert (BOOK / "coursework" / link).exists(), link


def test_commands_exist():
    targets = (harness.HERE.parent / "Makefile").read_text("utf-8")
    for name in ("assignments", "instructors"):
        for target in re.findall(r"\bmake ([a-z]+) ?(?:ASSIGNMENT|`)", page(name)):
            assert re.search(rf"^{target}:", targets, re.MULTILINE), target
