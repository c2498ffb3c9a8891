"""Run all checks, or the named stages, and say how long each took."""

import argparse
import shlex
import subprocess
import sys
import time

import environment

STAGES = {
    "lint": "-m ruff check .",
    "format": "-m ruff format --check .",
    "types": "-m mypy",
    "tests": "-m pytest tests --ignore=tests/pages -n 2 --durations=5",
    "fresh": "tools/refresh.py --check",
    # A notebook is one kernel: --dist loadfile keeps its cells together.
    "nbval": "-m pytest --nbval book -n 2 --dist loadfile --durations=5",
    "build": "tools/build.py",
    "pages": "-m pytest tests/pages -n 2",
}


def main() -> int:
    lines = [f"  {name:8}python {command}" for name, command in STAGES.items()]
    parser = argparse.ArgumentParser(
        description=__doc__,
        epilog="\n".join(["stages:", *lines]),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("stage", nargs="*", help="none: all of them")
    names = parser.parse_args().stage or list(STAGES)
    for name in names:
        if name not in STAGES:
            parser.error(f"stage: expected one of {', '.join(STAGES)}, got {name!r}")
    environment.apply()
    results = []
    for name in names:
        print(f"\n== {name}: python {STAGES[name]}", flush=True)
        start = time.perf_counter()
        command = [sys.executable, *shlex.split(STAGES[name])]
        ok = subprocess.run(command, cwd=environment.ROOT).returncode == 0
        results.append((name, ok, time.perf_counter() - start))

    print("\nstage     result   seconds")
    for name, ok, seconds in results:
        print(f"{name:10}{'ok' if ok else 'FAILED':9}{seconds:7.1f}")
    print(f"{'':19}{sum(seconds for *_, seconds in results):7.1f}")
    return not all(ok for _, ok, _ in results)


if __name__ == "__main__":
    sys.exit(main())
