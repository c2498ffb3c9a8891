"""Are the tests any good? Each mutant of `lib` must turn some of them red."""

import contextlib
import multiprocessing
import os
import re
import shutil
import sys
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import settings
from mutants import MUTANTS

TESTS = Path(__file__).parent
LIB = TESTS.parent / "lib"
# One process imports what all need and forks for each mutant: that is most of the time.
METHOD = "forkserver" if hasattr(os, "fork") else "spawn"
CONTEXT = multiprocessing.get_context(METHOD)
if METHOD == "forkserver":
    CONTEXT.set_forkserver_preload(
        ["hypothesis.extra.numpy", "numpy", "pytest", "_pytest.main", "tqdm"]
    )


class Run(NamedTuple):
    returncode: int
    stdout: str


def in_process(folder, tests):
    """What runs in the new process: pytest on the `lib` that lies in the folder."""
    os.chdir(folder / "tests")
    sys.path[:0] = [str(folder), str(folder / "tests")]
    sys.dont_write_bytecode = True
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = (
        "1"  # half of the time of a small run
    )
    os.environ["PYTHONPATH"] = str(folder)  # for the processes of a test
    # As in conftest.py, which is not there: the same examples in every run.
    settings.register_profile("quick", max_examples=25, deadline=None, derandomize=True)
    settings.load_profile("quick")
    options = ["-x", "-q", "-p", "no:cacheprovider", "--tb=line", "-c", os.devnull]
    with (folder / "output").open("w", encoding="utf-8") as output:
        with contextlib.redirect_stdout(output), contextlib.redirect_stderr(output):
            code = pytest.main([*options, f"--rootdir={folder}", *tests])
    os._exit(int(code))


def run(tests, folder):
    """pytest on a copy of the tests and the `lib` that lies beside them."""
    (folder / "tests").mkdir()
    for name in {"cases.py", *(test.split("::")[0] for test in tests)}:
        shutil.copy(TESTS / name, folder / "tests" / name)
    shutil.copytree(
        TESTS / "answers", folder / "tests" / "answers"
    )  # of test_checks.py
    process = CONTEXT.Process(target=in_process, args=(folder, tests))
    process.start()
    process.join()
    return Run(process.exitcode, (folder / "output").read_text("utf-8"))


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
    assert found.returncode == 1, f"{survived}\n{found.stdout}"
    assert re.search(r"\d+ failed", found.stdout), (
        found.stdout
    )  # by a test, not by an error
