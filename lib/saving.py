"""Models and layers in files: an .npz with the parameters and, as JSON, what makes the model.

    saving.save(model, "model.npz")
    model = saving.load("model.npz")

The file holds arrays and text alone: loading never unpickles, so a file from elsewhere cannot run
anything. A saved model computes the same numbers to the last bit.
"""

import json
import os
import zipfile
import zlib
from typing import Any

import numpy as np

from lib import quantized
from lib.bidirectional import Bidirectional
from lib.clockwork import ClockworkRNN
from lib.coupled import CoupledLSTM
from lib.dense import Dense
from lib.depth_gated import DepthGatedLSTM
from lib.embedding import Embedding
from lib.gru import GRU
from lib.jordan import JordanRNN
from lib.lstm import LSTM
from lib.peephole import PeepholeLSTM
from lib.rnn import SimpleRNN
from lib.stacked import Stacked
from lib.tied import TiedDense

KINDS = {
    kind.__name__: kind
    for kind in (
        SimpleRNN, JordanRNN, LSTM, PeepholeLSTM, CoupledLSTM, GRU, DepthGatedLSTM,
        ClockworkRNN, Stacked, Bidirectional, Dense, Embedding,
    )
}  # fmt: skip
TIED = "tied"  # the read-out that has the embedding's matrix
CONFIG = "config"  # the entry of the JSON; parameters have other names


def save(part: Any, path: str | os.PathLike) -> None:
    """Write a Model, a layer, a Dense or an Embedding, all at once or not at all."""
    config = json.dumps(describe(part))
    quantized.write(path, {CONFIG: np.array(config), **part.params}, compressed=False)


def load(path: str | os.PathLike) -> Any:
    """What `save` wrote, with the same parameters."""
    try:
        with np.load(path, allow_pickle=False) as stored:
            arrays = {name: stored[name] for name in stored.files}
        part = build(json.loads(str(arrays.pop(CONFIG))))
        part.params = arrays
    except (
        EOFError,
        KeyError,
        TypeError,
        ValueError,
        zipfile.BadZipFile,
        zlib.error,
    ) as error:
        raise ValueError(
            f"path: expected a file that lib.saving wrote, got {os.fspath(path)!r} ({error})"
        ) from error
    return part


def describe(part: Any) -> dict[str, Any]:
    """What makes a part of the same kind: its class and the arguments of its constructor."""
    from lib.model import Model  # which imports this module

    name, kind = type(part).__name__, type(part)
    if kind is Model:
        tied = isinstance(part.readout, TiedDense)
        parts = {"embedding": part.embedding, "layer": part.layer}
        return _described(
            {"class": name, **parts, "readout": TIED if tied else part.readout}
        )
    if kind is not KINDS.get(name):
        raise TypeError(f"part: expected a Model or a layer of lib, got {name}")
    return _described({"class": name, **part.config()})


def _described(value: Any) -> Any:
    """The same with parts described, for JSON."""
    if isinstance(value, dict):
        return {name: _described(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_described(inner) for inner in value]
    return describe(value) if hasattr(value, "params") else value


def build(config: Any) -> Any:
    """The inverse of `describe`; parameters have their first values."""
    from lib.model import Model

    if isinstance(config, list):
        return [build(inner) for inner in config]
    if not isinstance(config, dict):
        return config
    given = {name: build(value) for name, value in config.items()}
    name = given.pop("class", None)
    if name == "Model":
        if given["readout"] == TIED:
            given["readout"] = TiedDense(given["embedding"])
        return Model(**given)
    if name not in KINDS:
        raise ValueError(
            f"class: expected one of Model, {', '.join(KINDS)}, got {name!r}"
        )
    return KINDS[name](**given)
