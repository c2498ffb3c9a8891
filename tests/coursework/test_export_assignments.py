"""The downloads of the book: nothing of a solution, all of the rest."""

import io
import re
import zipfile

import export_assignments
import nbformat
import pytest

from coursework import harness

PRIVATE = re.compile(r"### BEGIN (SOLUTION|HIDDEN TESTS)\n(.*?)### END \1", re.DOTALL)
each = pytest.mark.parametrize("name", harness.names())


def downloaded(name):
    with zipfile.ZipFile(io.BytesIO(export_assignments.packed(name))) as stream:
        assert stream.namelist() == [f"{name}/{name}.ipynb", f"{name}/checker.py"]
        checker = stream.read(f"{name}/checker.py").decode()
        text = stream.read(f"{name}/{name}.ipynb").decode()
    assert checker == (harness.HERE / "checker.py").read_text("utf-8")
    return nbformat.reads(text, 4)


@each
def test_no_line_of_a_solution_or_of_a_hidden_test_is_left(name):
    text = "\n".join(cell.source for cell in downloaded(name).cells)
    sources = [cell.source for cell in harness.cells(name)]
    public = "\n".join(PRIVATE.sub("", source) for source in sources)
    private = [
        line.strip()
        for source in sources
        for _, body in PRIVATE.findall(source)
        for line in body.splitlines()
        if len(line.strip()) > 20 and line.strip() not in public
    ]
    assert len(private) > 50
    assert [line for line in private if line in text] == []
    assert not re.search("SOLUTION|HIDDEN|For the grader", text)


@each
def test_the_questions_and_the_visible_tests_are_there(name):
    cells = {harness.meta(c).get("grade_id"): c for c in downloaded(name).cells}
    assert set(harness.tests(name)) <= set(cells)
    for grade_id in harness.solutions(name):
        assert "raise NotImplementedError()" in cells[grade_id].source
    for grade_id in harness.tests(name):
        assert cells[grade_id].source.strip(), f"{grade_id} has no visible part"


@each
def test_the_same_bytes_every_time(name):
    assert export_assignments.packed(name) == export_assignments.packed(name)
