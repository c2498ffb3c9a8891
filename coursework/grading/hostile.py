"""Grade every hostile submission of tests/coursework/hostile.py, and say what each one cost."""

import argparse
import csv
import importlib.util
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from coursework import harness

ROOT = harness.HERE.parent


def corpus() -> Any:
    path = ROOT / "tests" / "coursework" / "hostile.py"
    spec = importlib.util.spec_from_file_location("hostile", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def content(folder: Path) -> dict[str, bytes | str]:
    """What is handed in, to see that nothing of it is changed or lost."""
    found: dict[str, bytes | str] = {}
    for path in sorted(folder.rglob("*")):
        key = str(path.relative_to(folder))
        if path.is_symlink():
            found[key] = f"link to {path.readlink()}"
        else:
            found[key] = path.read_bytes() if path.is_file() else "no file"
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("case", nargs="*", help="none: all of them")
    parser.add_argument("--assignment", default=harness.names()[0])
    parser.add_argument("--cell-seconds", type=int, default=4)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument(
        "--python", default=sys.executable, help="of the grading environment"
    )
    arguments = parser.parse_args()
    cases, name = corpus(), arguments.assignment
    keys = arguments.case or list(cases.CASES)
    with tempfile.TemporaryDirectory() as place:
        course = Path(place, "course")
        run = [arguments.python, "-m"]
        made = [*run, "coursework.grading.release", name, "--to", f"{place}/released"]
        subprocess.run(made, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        cases.build(course, name, Path(place, "released", name, f"{name}.ipynb"), keys)
        before, start = content(course / "submitted"), time.monotonic()
        grade = [*run, "coursework.grading.grade", name, "--course", str(course)]
        limit = [
            "--cell-seconds",
            str(arguments.cell_seconds),
            "--jobs",
            str(arguments.jobs),
        ]
        done = subprocess.run([*grade, *limit], cwd=ROOT)
        seconds = time.monotonic() - start
        table = course / "grades" / f"{name}.csv"
        with table.open(encoding="utf-8") as stream:
            rows = {row["student"]: row for row in csv.DictReader(stream)}
        found = cases.wrong(name, rows, keys)
        if done.returncode:
            found["the command"] = f"ended with {done.returncode}"
        if content(course / "submitted") != before:
            found["submitted"] = "was changed"
    print(f"\n{'submission':26}{'must lose':16}{'points':>9}  notes")
    for student in [*cases.HONEST, *keys]:
        row = rows.get(student, {})
        loses = cases.CASES[student].loses if student in cases.CASES else "nothing"
        points = sum(float(row.get(question) or 0) for question in harness.full(name))
        print(f"{student:26}{loses:16}{points:9g}  {row.get('notes', '')}")
    print(f"{len(keys)} hostile or broken, {len(cases.HONEST)} honest: {seconds:.0f} s")
    for student, problem in found.items():
        print(f"WRONG {student}: {problem}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
