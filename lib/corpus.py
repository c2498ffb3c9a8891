"""A text, ready for a language model: a vocabulary, and numbers to learn from and to be judged on.

    corpus = from_texts(train, held_out, size=5000)     # lists of texts
    corpus = from_file("my.txt")                        # your own text

The vocabulary is made from the training part alone: what is held out stays unseen.
Used in book/applications/word_prediction.
"""

from collections.abc import Iterable, Sequence
from os import PathLike
from pathlib import Path
from typing import NamedTuple

import numpy as np

from lib import check_input
from lib.text import Vocabulary, tokenize

LEAST = 1000  # tokens of a file: below, there is nothing to learn from, and nothing to judge on


class Corpus(NamedTuple):
    vocabulary: Vocabulary
    train: np.ndarray  # int64 (N,)
    held_out: np.ndarray  # int64 (M,)


def from_texts(
    train: Iterable[str], held_out: Iterable[str], size: int = 5000
) -> Corpus:
    """A vocabulary of `size` entries, `<unk>` among them, from `train`; both parts in its numbers.

    Texts follow each other without a mark. Raises ValueError if a part has no text, or if no
    token of the held-out part is known.
    """
    seen, unseen = _tokens("train", train), _tokens("held_out", held_out)
    vocabulary = Vocabulary(seen, size)
    return Corpus(
        vocabulary, vocabulary.encode(seen), known(vocabulary, unseen, "held_out")
    )


def from_file(
    path: str | PathLike,
    size: int = 5000,
    held_out: float = 0.1,
    encoding: str = "utf-8",
) -> Corpus:
    """A text file of your own: the last `held_out` of its tokens are held out.

    Raises FileNotFoundError or another OSError if it cannot be read, ValueError if it is empty,
    in another encoding, or shorter than 1,000 tokens.
    """
    share = check_input.number("held_out", held_out, above=0, below=1)
    contents = _contents(path, encoding)
    try:
        tokens = tokenize(contents)
    except ValueError:  # it has none, and does not know the path
        tokens = []
    if len(tokens) < LEAST:
        raise ValueError(
            f"path: expected at least {LEAST} words and marks, got {len(tokens)} in {path}"
        )
    edge = len(tokens) - max(2, round(share * len(tokens)))
    if edge < 2:
        raise ValueError(
            f"held_out: expected a share that leaves tokens to learn from, got {held_out}"
        )
    vocabulary = Vocabulary(tokens[:edge], size)
    return Corpus(
        vocabulary,
        vocabulary.encode(tokens[:edge]),
        known(vocabulary, tokens[edge:], f"held_out (the last {share:.0%} of {path})"),
    )


def known(
    vocabulary: Vocabulary, tokens: Sequence[str], name: str = "tokens"
) -> np.ndarray:
    """`vocabulary.encode(tokens)`; a text of which no token is known is an error."""
    ids = vocabulary.encode(tokens)
    if not any(token in vocabulary for token in tokens):
        raise ValueError(
            f"{name}: expected tokens that the vocabulary knows, got {len(ids)} unknown ones "
            f"({', '.join(map(repr, tokens[:3]))} ...): is it in another language?"
        )
    return ids


def _tokens(name: str, texts: Iterable[str]) -> list[str]:
    if isinstance(texts, str) or not isinstance(texts, Iterable):
        raise TypeError(f"{name}: expected a list of str, got {type(texts).__name__}")
    found: list[str] = []
    for k, text in enumerate(texts):
        try:
            found += tokenize(text)
        except (TypeError, ValueError) as error:
            raise type(error)(f"{name}[{k}]: {error}") from None
    if not found:
        raise ValueError(f"{name}: expected at least one text, got none")
    return found


def _contents(path: str | PathLike, encoding: str) -> str:
    if not isinstance(path, str | PathLike):
        raise TypeError(f"path: expected a path, got {type(path).__name__}")
    if not isinstance(encoding, str):
        raise TypeError(f"encoding: expected a name, got {type(encoding).__name__}")
    data = Path(path).read_bytes()
    if not data.strip():
        raise ValueError(f"path: expected a text, got an empty file: {path}")
    try:
        text = data.decode(encoding)  # with a mark at its beginning, which is no word
    except LookupError:
        raise ValueError(
            f"encoding: expected one that Python knows, got {encoding!r}"
        ) from None
    except UnicodeDecodeError as error:
        raise ValueError(
            f"path: expected text in {encoding}, got byte 0x{error.object[error.start]:02x} at "
            f"{error.start} of {path}; is it in another encoding? "
            'Try encoding="cp1252" or "utf-16"'
        ) from None
    except UnicodeError:  # such as "undefined"
        raise ValueError(
            f"encoding: expected one that can be read, got {encoding!r}"
        ) from None
    if "\0" in text:  # UTF-16 without its mark would pass for single letters
        raise ValueError(
            f"path: expected text in {encoding}, got a zero byte in {path}; is it another "
            'kind of file, or in another encoding? Try encoding="utf-16-le"'
        )
    return text
