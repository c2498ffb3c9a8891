"""Run the experiments of the book and write their records (make experiments).

    python tools/run_experiments.py                 those whose record is missing or out of date
    python tools/run_experiments.py clipping gts    these, if they are
    python tools/run_experiments.py --jobs 1        one run at a time

Each run that is done is noted in _build/experiments at once: whoever is interrupted, or killed,
gives the same command again. The record goes to lib/experiments. It counts as out of date when
the experiment's own code has changed (not its comments); the notes of other code are not used.
"""

from __future__ import annotations

import argparse
import ast
import hashlib
import inspect
import json
import sys
import time
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path
from typing import Any

import environment

environment.apply()

import numpy as np  # noqa: E402
from tqdm import tqdm  # noqa: E402

from lib.experiments import EXPERIMENTS  # noqa: E402
from lib.experiments.experiment import FOLDER  # noqa: E402

WORK = environment.ROOT / "_build" / "experiments"


def code_key(name: str) -> str:
    """Changes with the code of the experiment's module and its runs, not with a comment."""
    source = inspect.getsource(sys.modules[EXPERIMENTS[name].run.__module__])
    return hashlib.sha256(ast.dump(ast.parse(source)).encode()).hexdigest()[:16]


def path_of(name: str) -> Path:
    return FOLDER / f"{name}.json"


def fresh(name: str) -> bool:
    path = path_of(name)
    return path.exists() and json.loads(path.read_text("utf-8"))["code"] == code_key(
        name
    )


def one(name: str, given: dict[str, Any]) -> dict[str, Any]:
    start = time.perf_counter()
    found = EXPERIMENTS[name].run(**given)
    return {**given, **found, "seconds": round(time.perf_counter() - start, 1)}


def noted(path: Path) -> dict[str, dict[str, Any]]:
    """The runs in a file of notes; a last line that a kill has cut is left out."""
    found = {}
    for line in path.read_text("utf-8").splitlines() if path.exists() else []:
        try:
            note = json.loads(line)
        except json.JSONDecodeError:
            continue
        found[note["given"]] = note["run"]
    return found


def run(name: str, jobs: int) -> None:
    runs = EXPERIMENTS[name].runs
    notes = WORK / f"{name}-{code_key(name)}.jsonl"
    notes.parent.mkdir(parents=True, exist_ok=True)
    done = noted(notes)
    keys = {json.dumps(given): given for given in runs}
    todo = {key: given for key, given in keys.items() if key not in done}
    with (
        ProcessPoolExecutor(jobs) as pool,
        tqdm(total=len(keys), initial=len(keys) - len(todo), desc=name) as bar,
        notes.open("a", encoding="utf-8") as stream,
    ):
        started = {pool.submit(one, name, given): key for key, given in todo.items()}
        for future in as_completed(started):
            key = started[future]
            done[key] = future.result()
            stream.write("\n" + json.dumps({"given": key, "run": done[key]}) + "\n")
            stream.flush()
            bar.update()
    found = [done[key] for key in keys]
    lines = ",\n".join(json.dumps(each) for each in found)
    minutes = sum(each["seconds"] for each in found) / 60
    head = {
        "code": code_key(name),
        "numpy": np.__version__,
        "minutes": round(minutes, 1),
    }
    text = json.dumps(head)[:-1] + ', "runs": [\n' + lines + "\n]}\n"
    path_of(name).write_text(text, encoding="utf-8", newline="\n")


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(EXPERIMENTS))
    parser.add_argument("--jobs", type=int, default=2)
    args = parser.parse_args()
    for name in args.names:
        if name not in EXPERIMENTS:
            parser.error(
                f"NAME: expected one of {', '.join(EXPERIMENTS)}, got {name!r}"
            )
    if args.jobs < 1:
        parser.error(f"--jobs: expected 1 or more, got {args.jobs}")
    for name in args.names or EXPERIMENTS:
        if fresh(name):
            print(f"fresh   {name}")
        else:
            run(name, args.jobs)
            print(f"written {path_of(name).relative_to(environment.ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
