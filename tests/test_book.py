"""The book as a whole: labels, and what points to them."""

import json
import re
from collections import Counter
from pathlib import Path

import yaml
from seed_index import headings

ROOT = Path(__file__).resolve().parent.parent
BOOK = ROOT / "book"
# (name)= before a heading or figure, $$ (name) after an equation, :label: name of an exercise
LABEL = re.compile(
    r"^\(([\w-]+)\)=$|^\$\$ \(([\w-]+)\)$|^:label: ([\w-]+)$", re.MULTILINE
)


def pages() -> dict[str, str]:
    """The text of each page, without code: name (such as lstm/lstm) -> Markdown."""
    found = {}
    for path in sorted([*BOOK.rglob("*.md"), *BOOK.rglob("*.ipynb")]):
        text = path.read_text("utf-8")
        if path.suffix == ".ipynb":
            cells = json.loads(text)["cells"]
            text = "\n\n".join(
                "".join(c["source"]) for c in cells if c["cell_type"] == "markdown"
            )
        found[path.relative_to(BOOK).with_suffix("").as_posix()] = text
    return found


def labels() -> dict[str, list[str]]:
    return {
        page: ["".join(match) for match in LABEL.findall(text)]
        for page, text in pages().items()
    }


def test_labels_are_unique():
    counts = Counter(label for found in labels().values() for label in found)
    assert counts
    assert [label for label, count in counts.items() if count > 1] == []


def seed_map() -> list[dict]:
    return yaml.safe_load((BOOK / "appendices/seed_map.yml").read_text("utf-8"))


def test_every_anchor_of_the_seed_map_exists():
    known = labels()
    missing = []
    for item in seed_map():
        if "later" in item:
            continue
        page, _, anchor = item["at"].partition("#")
        if anchor not in known.get(page, []):
            missing.append(f"seed {item['seed']}, line {item['line']}: {item['at']}")
    assert missing == []


def test_the_index_of_the_seeds_knows_the_heading_of_every_place():
    for item in seed_map():
        if "at" in item:
            page, _, anchor = item["at"].partition("#")
            title, found = headings(page)
            assert title and found.get(anchor), item


def test_every_item_of_the_seed_map_is_here_or_later():
    for item in seed_map():
        assert {"seed", "line", "item"} <= set(item), item
        assert set(item) <= {"seed", "line", "item", "at", "later", "erratum"}, item
        assert ("at" in item) != ("later" in item), item


def test_the_seed_map_names_each_item_once():
    items = seed_map()
    assert {item["seed"] for item in items} == {"000", "001", "002", "003", "004"}
    keys = Counter((item["seed"], item["line"], item["item"]) for item in items)
    assert [key for key, count in keys.items() if count > 1] == []


def test_every_erratum_has_its_line_in_the_seed_map():
    known = {
        label.removeprefix("erratum-")
        for label in labels()["appendices/errata"]
        if label.startswith("erratum-")
    }
    assert len(known) == 78
    assert known == {i["erratum"].lower() for i in seed_map() if "erratum" in i}


def test_every_chapter_has_its_parts():
    """The form of a chapter: aims, time, summary, at least three exercises with solutions.

    The appendices are no chapters.
    """
    for page, text in pages().items():
        if page.startswith("appendices/") or not (BOOK / f"{page}.ipynb").exists():
            continue
        for part in (
            "You will be able to", "**Time**", "## The question", "## Check it",
            "## Deviations and conventions", "## Summary", "**Not covered**", "## Exercises",
            "## Further reading",
        ):  # fmt: skip
            assert part in text, f"{page}: {part!r} is missing"
        exercises = re.findall(r"\{exercise\}[^\n]*\n:label: ([\w-]+)", text)
        solutions = re.findall(r"\{solution-start\} ([\w-]+)\n:class: dropdown", text)
        assert len(exercises) >= 3, f"{page}: {len(exercises)} exercises"
        assert exercises == solutions, f"{page}: exercises and solutions differ"
        assert text.count(":class: often-said") <= 2, f"{page}: more than two boxes"


def minutes(text: str) -> tuple[int, int]:
    """What a chapter says of itself: of reading, and for the exercises."""
    said = re.search(r"\*\*Time\*\*: (\d+) minutes, and (\d+) for the exercises", text)
    return int(said[1]), int(said[2])


def chapters() -> dict[str, str]:
    return {page: text for page, text in pages().items() if "**Time**" in text}


def test_the_time_for_the_exercises_is_the_sum_of_theirs():
    for page, text in chapters().items():
        each = re.findall(r"^\*(\d+) minutes, (?:easy|medium|hard)", text, re.MULTILINE)
        assert sum(map(int, each)) == minutes(text)[1], page
        assert len(each) == text.count("{exercise}"), page


def test_the_hours_of_the_course_are_those_of_its_chapters():
    text = pages()["how_to_use"]
    said = re.search(
        r"take about (\d+) hours of reading and (\d+) for .*?, (\d+) and (\d+)\.", text
    )
    starred = re.findall(
        r"\(([\w/]+)\.ipynb\) ★", (BOOK / "index.md").read_text("utf-8")
    )
    known = {page: minutes(text) for page, text in chapters().items()}
    every, core = known.values(), [known[page] for page in starred]
    hours = [round(sum(each) / 60) for few in (every, core) for each in zip(*few)]
    assert len(core) >= 5
    assert hours == [int(number) for number in said.groups()]
