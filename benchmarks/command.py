"""Measure, print the tables, write the record."""

import argparse
import datetime
import json
from pathlib import Path

from tqdm import tqdm

from benchmarks import machine, notes, report
from benchmarks.goals import goals
from benchmarks.tables import TABLES, cases, row

ROOT = Path(__file__).resolve().parent.parent
RECORD = ROOT / "benchmarks" / "results.json"
NOTES = ROOT / "_build" / "bench" / "notes.jsonl"
ROUNDS = 5


def arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description="Time of lib beside other libraries: one thread, medians of CPU time.",
        epilog=f"Finished rows are kept in {NOTES.relative_to(ROOT)}: killed, it goes on where "
        "it was when the command is given again. Delete them to measure all anew.",
    )
    parser.add_argument(
        "--rounds",
        type=int,
        default=ROUNDS,
        help=f"at large sizes, up to 20 times as many at small ones ({ROUNDS})",
    )
    parser.add_argument(
        "--only", nargs="+", choices=TABLES, default=list(TABLES), metavar="TABLE",
        help=", ".join(TABLES),
    )  # fmt: skip
    parser.add_argument(
        "--json",
        type=Path,
        help=f"where the record goes ({RECORD.relative_to(ROOT)}; with --only: nowhere)",
    )
    return parser


def measured(tables: list[str], rounds: int, stored: notes.Notes) -> dict:
    """The record: rows come from the notes where these have them."""
    facts = machine.facts()
    code = notes.code_version([ROOT / "lib", ROOT / "benchmarks"])
    record: dict = {"date": "", "machine": facts, "rounds": rounds, "tables": {}}
    todo = [case for table in tables for case in cases(table)]
    bar = tqdm(todo, unit="row", disable=None)
    for case in bar:
        bar.set_postfix_str(f"{case.table}: {case.what} {case.dtype} {case.size}")
        key = notes.key(case, rounds, facts, code)
        if key not in stored.rows:
            today = datetime.date.today().isoformat()
            stored.add(key, {"date": today, **row(case, rounds)})
        found = dict(stored.rows[key])
        record["date"] = max(record["date"], found.pop("date"))
        record["tables"].setdefault(case.table, []).append(found)
    return record


def main() -> None:
    parser = arguments()
    chosen = parser.parse_args()
    if chosen.rounds < 1:
        parser.error(f"--rounds: expected an int >= 1, got {chosen.rounds}")
    tables = [name for name in TABLES if name in chosen.only]
    record = measured(tables, chosen.rounds, notes.Notes(NOTES))
    record["goals"] = [
        {**goal._asdict(), "reached": goal.reached} for goal in goals(record["tables"])
    ]
    print(report.text(record))
    file = chosen.json or (RECORD if tables == list(TABLES) else None)
    if file is not None:
        file.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
