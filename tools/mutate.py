"""Change every line of lib, one change at a time, and list the changes that no test sees.

    python tools/mutate.py             all of lib: hours; what was done is kept in mutants/
    python tools/mutate.py "lib.gru*"  one module

mutmut makes the changes and runs the tests that reach them. A change that survives is either a
hole in the tests, or judged: tests/judged_mutants.yml says why it changes nothing that matters.
The exit status is 1 if a survivor is not judged, or if a judged one is gone.
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path

import environment
import yaml

ROOT = Path(__file__).resolve().parent.parent
JUDGED = ROOT / "tests/judged_mutants.yml"
OPEN = ("survived", "timeout", "suspicious", "no tests", "segfault")


def mutmut(*arguments: str) -> str:
    """What mutmut prints."""
    command = [sys.executable, "-m", "mutmut", *arguments]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if run.returncode:
        sys.exit(f"mutmut {' '.join(arguments)} failed:\n{run.stdout}{run.stderr}")
    return run.stdout


def outcomes(results: str) -> dict[str, str]:
    """Name of a mutant -> what became of it, from the lines of `mutmut results --all true`."""
    found = {}
    for line in results.splitlines():
        name, _, outcome = line.strip().rpartition(": ")
        if name:
            found[name] = outcome
    return found


def change(diff: str) -> tuple[str, str]:
    """The lines that a diff takes away, and those it puts in their place."""
    sides = [
        " ".join(
            line[1:].strip()
            for line in diff.splitlines()
            if line.startswith(sign) and not line.startswith(sign * 3)
        )
        for sign in "-+"
    ]
    return sides[0], sides[1]


def sort_out(
    survivors: list[tuple[str, str, str]], judged: list[dict[str, str]]
) -> tuple[list[tuple[str, str, str]], list[dict[str, str]]]:
    """The survivors that nobody judged, and the judgements that no survivor needs.

    A survivor is (module, old, new); a judgement fits if its module is the same, and its old and
    new are (`*` at its end: begin) those.
    """

    def fits(text: str, wanted: str) -> bool:
        return text.startswith(wanted[:-1]) if wanted.endswith("*") else text == wanted

    used, unjudged = set(), []
    for module, old, new in survivors:
        fitting = [
            k
            for k, one in enumerate(judged)
            if fits(module, one["module"])
            and fits(old, one["old"])
            and fits(new, one["new"])
        ]
        used.update(fitting)
        if not fitting:
            unjudged.append((module, old, new))
    return unjudged, [one for k, one in enumerate(judged) if k not in used]


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="*", help="patterns of mutants; none: all")
    parser.add_argument("--processes", type=int, default=os.cpu_count())
    options = parser.parse_args()
    environment.apply()
    command = [sys.executable, "-m", "mutmut", "run", *options.names]
    subprocess.run([*command, "--max-children", str(options.processes)], cwd=ROOT)
    found = outcomes(mutmut("results", "--all", "true"))
    if not found:
        sys.exit("mutmut has no results: see its output above")
    counts = {o: list(found.values()).count(o) for o in sorted(set(found.values()))}
    print("\n" + ", ".join(f"{outcome} {count}" for outcome, count in counts.items()))
    survivors = []
    for name, outcome in found.items():
        if outcome in OPEN:
            module = name.rpartition(".")[0]
            survivors.append((module, *change(mutmut("show", name))))
    judged = yaml.safe_load(JUDGED.read_text("utf-8"))
    unjudged, gone = sort_out(survivors, judged)
    print(f"{len(survivors)} not killed, {len(unjudged)} of them not judged")
    for module, old, new in unjudged:
        print(f"- module: {module}\n  old: {old!r}\n  new: {new!r}\n  why:")
    if not options.names:
        for one in gone:
            print(f"judged, but killed or gone: {one['module']}: {one['old']}")
    return bool(unjudged or (gone and not options.names))


if __name__ == "__main__":
    sys.exit(main())
