"""The autograder is right: for every assignment, answers of which we know what they deserve.

Each assignment has answers.py: ALTERNATIVES (question -> name -> source of the answer cell), WRONG
(name -> (question, [(old, new), …] of the solution)), TAMPERING (name -> (question, code below the
solution)).
"""

import importlib.util
import re

import pytest

from coursework import harness

NAMES = harness.names()


def answers_of(name):
    path = harness.ASSIGNMENTS / name / "answers.py"
    spec = importlib.util.spec_from_file_location(f"answers_of_{name}", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


ANSWERS = {name: answers_of(name) for name in NAMES}
each = pytest.mark.parametrize("name", NAMES)


def edited(source, edits):
    """All at once, so that swaps do not undo each other; each `old` stands exactly once."""
    for k, (old, _) in enumerate(edits):
        assert source.count(old) == 1, f"{old!r} stands {source.count(old)} times"
        source = source.replace(old, f"\0{k}\0")
    for k, (_, new) in enumerate(edits):
        source = source.replace(f"\0{k}\0", new)
    return source


def reasons(marks):
    return {grade_id: mark.message for grade_id, mark in marks.items() if mark.message}


@each
def test_the_solution_gets_full_marks(name):
    marks = harness.grade(name)
    assert harness.by_question(marks) == harness.full(name), reasons(marks)


@each
def test_the_blank_gets_nothing(name):
    blank = {g: harness.blank(source) for g, source in harness.solutions(name).items()}
    marks = harness.grade(name, blank)
    assert set(harness.by_question(marks).values()) == {0}
    assert all("NotImplementedError" in mark.message for mark in marks.values())


@pytest.mark.parametrize(
    ("name", "grade_id"), [(n, g) for n in NAMES for g in harness.solutions(n)]
)
def test_a_blank_question_loses_only_itself(name, grade_id):
    source = harness.blank(harness.solutions(name)[grade_id])
    marks = harness.grade(name, {grade_id: source})
    expected = {**harness.full(name), harness.question(grade_id): 0}
    assert harness.by_question(marks) == expected, reasons(marks)


@pytest.mark.parametrize(
    ("name", "grade_id", "which"),
    [
        (n, g, w)
        for n in NAMES
        for g, found in ANSWERS[n].ALTERNATIVES.items()
        for w in found
    ],
)
def test_an_alternative_gets_full_marks(name, grade_id, which):
    source = ANSWERS[name].ALTERNATIVES[grade_id][which]
    marks = harness.grade(name, {grade_id: source})
    assert harness.by_question(marks) == harness.full(name), reasons(marks)


@pytest.mark.parametrize(
    ("name", "which"), [(n, w) for n in NAMES for w in ANSWERS[n].WRONG]
)
def test_a_wrong_answer_loses_exactly_its_question(name, which):
    grade_id, edits = ANSWERS[name].WRONG[which]
    source = edited(harness.solutions(name)[grade_id], edits)
    marks = harness.grade(name, {grade_id: source})
    got, full, own = (
        harness.by_question(marks),
        harness.full(name),
        harness.question(grade_id),
    )
    assert got[own] < full[own], "no test sees it"
    assert {**got, own: 0} == {**full, own: 0}, reasons(marks)


@each
def test_every_test_cell_is_needed(name):
    failed = set()
    for grade_id, edits in ANSWERS[name].WRONG.values():
        source = edited(harness.solutions(name)[grade_id], edits)
        marks = harness.grade(name, {grade_id: source})
        failed |= {g for g, mark in marks.items() if mark.points < mark.of}
    assert failed == set(harness.tests(name))


@each
def test_there_are_enough_answers(name):
    answers = ANSWERS[name]
    code = set(harness.solutions(name)) - set(getattr(answers, "NUMBERS", ()))
    assert code == set(answers.ALTERNATIVES)
    for grade_id in code:
        wrong = [w for w, (g, _) in answers.WRONG.items() if g == grade_id]
        assert len(answers.ALTERNATIVES[grade_id]) >= 3, grade_id
        assert len(wrong) >= 8, f"{grade_id}: {len(wrong)}"


@pytest.mark.parametrize(
    ("name", "which"), [(n, w) for n in NAMES for w in ANSWERS[n].TAMPERING]
)
def test_tampering_is_found(name, which):
    grade_id, code = ANSWERS[name].TAMPERING[which]
    source = harness.blank(harness.solutions(name)[grade_id])
    source = re.sub(
        r"^(.*)raise NotImplementedError\(\)", r"\1return None", source, flags=re.M
    )
    marks = harness.grade_apart(name, {grade_id: f"{source}\n{code}"})
    assert harness.by_question(marks)[harness.question(grade_id)] == 0, marks


@each
def test_a_message_says_what_to_do_and_not_the_answer(name):
    for grade_id, edits in ANSWERS[name].WRONG.values():
        source = edited(harness.solutions(name)[grade_id], edits)
        for mark in harness.grade(name, {grade_id: source}).values():
            assert len(mark.message) < 400
            assert "array(" not in mark.message


@each
def test_the_library_gives_no_answer(name):
    grade_id = next(iter(harness.solutions(name)))
    source = "from lib import LSTM\n" + harness.solutions(name)[grade_id]
    marks = harness.grade_apart(name, {grade_id: source})
    assert harness.by_question(marks)[harness.question(grade_id)] == 0
