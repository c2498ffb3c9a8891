"""Finished rows, so that a command that was killed goes on where it was.

A note belongs to a key: the case, the number of rounds, the machine and the code. Whatever of
these changes, the row is measured anew.
"""

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

# Files of this folder that no measured number depends on.
SHOW_ONLY = ("goals.py", "report.py")


def code_version(folders: Iterable[Path]) -> str:
    """A key of all code that is measured, and of the code that measures."""
    digest = hashlib.sha256()
    for folder in folders:
        for path in sorted(folder.rglob("*.py")):
            if path.name not in SHOW_ONLY:
                name = path.relative_to(folder).as_posix()
                digest.update(f"{name}\n".encode() + path.read_bytes())
    return digest.hexdigest()[:16]


class Notes:
    """One line of JSON for each row."""

    def __init__(self, file: Path):
        self.file = file
        self.rows: dict[str, Any] = {}
        lines = file.read_text("utf-8").splitlines() if file.exists() else []
        for line in lines:
            try:
                key, row = json.loads(line)
            except ValueError:  # empty, or cut off when the command was killed
                continue
            self.rows[key] = row

    def add(self, key: str, row: Any) -> None:
        self.rows[key] = row
        self.file.parent.mkdir(parents=True, exist_ok=True)
        with self.file.open("a", encoding="utf-8") as file:
            # The line break comes first: what was cut off before stays a line of its own.
            file.write("\n" + json.dumps([key, row]))


def key(*parts: Any) -> str:
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]
