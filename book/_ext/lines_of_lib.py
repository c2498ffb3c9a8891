"""Which line of `lib` computes which equation, and which tests fail when it changes.

A line that ends in `# eq-…` computes that equation; where it only closes brackets, its whole
statement does. A mutant of tests/mutants.py that overlaps it names the tests.
"""

import ast
import re
import runpy
import textwrap
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parents[2]
LIB, TESTS = ROOT / "lib", ROOT / "tests"
COMMENT = re.compile(r" *# (eq-[\w-]+)$")


class Line(NamedTuple):
    label: str
    file: Path
    first: int
    last: int
    code: str


def labeled_lines() -> list[Line]:
    found = []
    for file in sorted(LIB.rglob("*.py")):
        text = file.read_text("utf-8")
        lines = text.splitlines()
        for last, line in enumerate(lines, 1):
            if comment := COMMENT.search(line):
                first = _beginning(text, last) if line.strip()[0] in ")]}" else last
                code = "\n".join(lines[first - 1 : last])
                code = COMMENT.sub("", textwrap.dedent(code))
                found.append(Line(comment[1], file, first, last, code))
    return found


def _beginning(text: str, last: int) -> int:
    """The first line of the statement that ends in line `last`."""
    statements = (n for n in ast.walk(ast.parse(text)) if isinstance(n, ast.stmt))
    return max(s.lineno for s in statements if s.end_lineno == last)


@cache
def mutants() -> list[Any]:
    return runpy.run_path(str(TESTS / "mutants.py"))["MUTANTS"]


def checkers_of_line(line: Line) -> list[str]:
    """The tests that the mutants of this line name, in their order in tests/mutants.py."""
    text = line.file.read_text("utf-8")
    tests: list[str] = []
    for mutant in mutants():
        if LIB / mutant.file == line.file and mutant.old in text:
            first = text.partition(mutant.old)[0].count("\n") + 1
            last = first + mutant.old.rstrip("\n").count("\n")
            if first <= line.last and line.first <= last:
                tests += mutant.tests.split()
    return list(dict.fromkeys(tests))


def checkers_of_file(file: Path) -> list[str]:
    """The files of tests that its mutants name, and those that have its name."""
    named = [t for m in mutants() if LIB / m.file == file for t in m.tests.split()]
    files = {test.split("::")[0] for test in named}
    files |= {f"test_{part}.py" for part in file.relative_to(LIB).with_suffix("").parts}
    return sorted(name for name in files if (TESTS / name).exists())


def place_of_test(test: str) -> tuple[Path, int]:
    """The file and line of a test such as test_gradients.py::test_slope, or of a whole file."""
    file, _, name = test.partition("::")
    before, _, after = (TESTS / file).read_text("utf-8").partition(f"def {name}(")
    return TESTS / file, before.count("\n") + 1 if after else 1
