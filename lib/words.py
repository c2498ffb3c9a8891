"""The word models that come with the course: what they learned from, how they are built, loaded.

    words = load("mixed")           # .model, .vocabulary, .record
    corpus = read("mixed")          # the messages in numbers: what it was trained and judged on

Two ways to hold messages out, two questions:

    "mixed"   every 10th message: how good is the model on a new message of a known time?
    "dated"   those of 1990 to 2000: how good is it on a later time than it knows?

Both were trained by tools/train_words.py, which also writes the record: recipe, seconds, figures.
Used in book/applications/word_prediction.
"""

import hashlib
import json
from os import PathLike
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from lib import check_input, corpus, data, quantized
from lib.corpus import Corpus
from lib.embedding import Embedding
from lib.lstm import LSTM
from lib.model import Model
from lib.text import Vocabulary
from lib.tied import TiedDense

SPLITS = ("mixed", "dated")


class Words(NamedTuple):
    model: Model
    vocabulary: Vocabulary
    record: dict[str, Any]


def messages(split: str) -> tuple[list[data.Message], list[data.Message]]:
    """(train, held_out) of "mixed" or "dated"."""
    if check_input.choice("split", split, SPLITS) == "mixed":
        return data.split(data.messages())
    return data.messages(last=1989), data.messages(1990, 2000)


def read(split: str) -> Corpus:
    """The messages in numbers: `<unk>` and the 4,999 most frequent tokens of the training part."""
    train, held_out = messages(split)
    return corpus.from_texts([m.text for m in train], [m.text for m in held_out])


def build(
    vocabulary_size: int,
    size: int,
    rng: np.random.Generator | None = None,
    dtype: Any = np.float32,
) -> Model:
    """Embedding, LSTM and read-out, all of one size, with the matrix of the embedding shared."""
    rng = check_input.generator("rng", rng)
    embedding = Embedding(vocabulary_size, size, rng=rng, dtype=dtype)
    layer = LSTM(size, size, rng=rng, dtype=dtype)
    return Model(embedding, layer, TiedDense(embedding))


def load(name: str = "mixed", folder: str | PathLike | None = None) -> Words:
    """A trained model, the tokens that it knows, and the record of its training.

    name: "mixed" or "dated"; with `folder`, whatever tools/train_words.py has left there: after
    `--text my.txt` it is load("my", "_build/words").
    """
    if folder is None:
        check_input.choice("name", name, SPLITS)
    found = _record(name, folder)
    weights = _file(f"{name}.npz", folder)
    if hashlib.sha256(weights.read_bytes()).hexdigest() != found["sha256"]:
        raise ValueError(f"name: {weights} and its record are not of one run")
    vocabulary = Vocabulary(found.pop("tokens"), size=None)
    model = build(len(vocabulary), found["recipe"]["size"])
    model.params = quantized.load(weights)
    return Words(model, vocabulary, found)


def without() -> dict[str, Any]:
    """The record of the small runs, each with one choice of the recipe left out."""
    return _record("without", None)["runs"]


def _record(name: str, folder: str | PathLike | None) -> dict[str, Any]:
    return json.loads(_file(f"{name}.json", folder).read_text("utf-8"))


def _file(name: str, folder: str | PathLike | None) -> Path:
    """In the repository the weights lie in book/, in an installed package inside it."""
    here = Path(__file__).parent
    own = here.parent / "book" / "weights", here / "weights"
    for place in own if folder is None else (Path(folder),):
        if (place / name).exists():
            return place / name
    where = "book/weights" if folder is None else folder
    raise FileNotFoundError(
        f"{name} is missing in {where}: tools/train_words.py writes it"
    )
