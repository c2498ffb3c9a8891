"""The index of the lecture notes: where the book carries each item of each seed, and back.

Written from book/appendices/seed_map.yml. An item has `at` (page#anchor) or `later` (the chapter
that will carry it).
"""

import json
import re
from collections import defaultdict
from pathlib import Path
from typing import Any

import yaml
from sphinx.util.docutils import SphinxDirective

BOOK = Path(__file__).resolve().parent.parent
MAP = BOOK / "appendices" / "seed_map.yml"


def items() -> list[dict[str, Any]]:
    found = yaml.safe_load(MAP.read_text("utf-8"))
    return sorted(found, key=lambda item: (item["seed"], item["line"]))


def text_of(page: str) -> str:
    """The Markdown of a page such as lstm/lstm."""
    path = BOOK / f"{page}.ipynb"
    if not path.exists():
        return (BOOK / f"{page}.md").read_text("utf-8")
    cells = json.loads(path.read_text("utf-8"))["cells"]
    return "\n\n".join(
        "".join(c["source"]) for c in cells if c["cell_type"] == "markdown"
    )


def headings(page: str) -> tuple[str, dict[str, str]]:
    """The title of a page, and the heading that each of its anchors belongs to."""
    anchor = re.compile(
        r"^\(([\w-]+)\)=$|^\$\$ \(([\w-]+)\)$|^:label: ([\w-]+)$|^#+ (.+)$"
    )
    title, heading, waiting, found = "", "", [], {}
    for line in text_of(page).splitlines():
        match = anchor.match(line)
        if match and match[4]:
            heading = match[4]
            title = title or heading
            found |= dict.fromkeys(waiting, heading)
            waiting = []
        elif match and match[1]:
            waiting.append(match[1])
        elif match:
            found[match[2] or match[3]] = heading
        elif line.strip():  # the anchor is of a figure or a paragraph
            found |= dict.fromkeys(waiting, heading)
            waiting = []
    return title, found | dict.fromkeys(waiting, heading)


class SeedIndex(SphinxDirective):
    """A table for each seed, then the way back: a line for each page."""

    def run(self):
        known = items()
        pages = {item["at"].split("#")[0] for item in known if "at" in item}
        self.headings = {page: headings(page) for page in pages}
        placed = [item for item in known if "at" in item]
        text = [
            f"The map has {len(known)} entries. "
            f"{len(placed)} have their place in the book; {len(known) - len(placed)} "
            "belong to chapters that are still to come, and are marked *later*. "
            "(What two pages treat has two entries.)",
            "",
        ]
        for seed in sorted({item["seed"] for item in known}):
            text += [f"Seed {seed}", "-" * 8, ""]
            rows = [
                (str(i["line"]), i["item"] + self.erratum(i), self.place(i))
                for i in known
                if i["seed"] == seed
            ]
            text += table(("line", "the note", "here"), rows, "10 48 42")
        text += ["Back: from the pages to the notes", "-" * 33, ""]
        lines = defaultdict(lambda: defaultdict(set))
        for item in placed:
            lines[item["at"].split("#")[0]][item["seed"]].add(item["line"])
        rows = [(f":doc:`/book/{page}`", said(lines[page])) for page in sorted(pages)]
        text += table(("page", "lines of the seeds"), rows, "40 60")
        return self.parse_text_to_nodes("\n".join(text), allow_section_headings=True)

    def place(self, item: dict[str, Any]) -> str:
        if "later" in item:
            return f"*later*: {item['later']}"
        page, _, anchor = item["at"].partition("#")
        title, found = self.headings[page]
        heading = found.get(anchor, title)
        words = plain(title if heading == title else f"{title}: {heading}")
        role = "eq" if anchor.startswith("eq-") else "ref"
        if role == "eq":
            return f"{words} :eq:`{anchor}`"
        return f":ref:`{words} <{anchor}>`"

    def erratum(self, item: dict[str, Any]) -> str:
        if "erratum" not in item:
            return ""
        name = item["erratum"]
        return f" (corrected: :ref:`{name} <erratum-{name.lower()}>`)"


def plain(text: str) -> str:
    """Words that may stand inside a role."""
    return re.sub(r"[`*<>$\\]", "", text)


def said(lines: dict[str, set[int]]) -> str:
    return "; ".join(
        f"{seed}: {', '.join(map(str, sorted(lines[seed])))}" for seed in sorted(lines)
    )


def table(head: tuple[str, ...], rows: list[tuple[str, ...]], widths: str) -> list[str]:
    text = [".. list-table::", "   :header-rows: 1", f"   :widths: {widths}", ""]
    for row in [head, *rows]:
        text += [f"   {'*' if k == 0 else ' '} - {cell}" for k, cell in enumerate(row)]
    return [*text, ""]


def setup(app):
    app.add_directive("seed-index", SeedIndex)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
