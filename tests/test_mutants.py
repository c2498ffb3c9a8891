"""Are the tests any good? Each mutant of `lib` must turn some of them red."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from mutants import MUTANTS

TESTS = Path(__file__).parent
LIB = TESTS.parent / "lib"


def run(tests, folder):
    """pytest on a copy of the tests and the `lib` that lies beside them."""
    (folder / "tests").mkdir()
    for name in {"cases.py", *(test.split("::")[0] for test in tests)}:
        shutil.copy(TESTS / name, folder / "tests" / name)
    environment = os.environ | {
        "PYTHONPATH": str(folder),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",  # half of the time of a small run
    }
    options = ["-x", "-q", "-p", "no:cacheprovider", "--tb=line", "-c", os.devnull]
    return subprocess.run(
        [sys.executable, "-m", "pytest", *options, f"--rootdir={folder}", *tests],
        cwd=folder / "tests",
        env=environment,
        capture_output=True,
        text=True,
    )


def copy_of_lib(folder):
    shutil.copytree(LIB, folder / "lib", ignore=shutil.ignore_patterns("__pycache__"))
    return folder / "lib"


def test_without_a_mutation_all_pass(tmp_path):
    copy_of_lib(tmp_path)
    tests = sorted({test for mutant in MUTANTS for test in mutant.tests.split()})
    found = run(tests, tmp_path)
    assert found.returncode == 0, found.stdout


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda m: f"{m.file}: {m.why}")
def test_mutant_is_killed(mutant, tmp_path):
    file = copy_of_lib(tmp_path) / mutant.file
    text = file.read_text(encoding="utf-8")
    count = text.count(mutant.old)
    assert count == 1, (
        f"{mutant.old!r} stands {count} times in {mutant.file}: bring it up to date"
    )
    file.write_text(text.replace(mutant.old, mutant.new), encoding="utf-8")
    found = run(mutant.tests.split(), tmp_path)
    survived = f"{mutant.file}: {mutant.old!r} -> {mutant.new!r} survived"
    assert found.returncode == 1, f"{survived}\n{found.stdout}{found.stderr}"
    assert re.search(r"\d+ failed", found.stdout), (
        found.stdout
    )  # by a test, not by an error
