"""Models and layers in files: an .npz with the parameters and, as JSON, what makes the model.

    saving.save(model, "model.npz")
    model = saving.load("model.npz")

The file holds arrays and text alone: loading never unpickles, so a file from elsewhere cannot run
anything. A saved model computes the same numbers to the last bit.
"""

import json
import os
import zipfile
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

SINGLE = {
    kind.__name__: kind
    for kind in (
        SimpleRNN, JordanRNN, LSTM, PeepholeLSTM, CoupledLSTM, GRU, DepthGatedLSTM,
        ClockworkRNN, Dense, Embedding,
    )
}  # fmt: skip
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
        config = json.loads(str(arrays.pop(CONFIG)))
    except (KeyError, TypeError, ValueError, zipfile.BadZipFile) as error:
        message = (
            f"path: expected a file that lib.saving wrote, got {os.fspath(path)!r}"
        )
        raise ValueError(message) from error
    part = build(config)
    part.params = arrays
    return part


def describe(part: Any) -> dict[str, Any]:
    """What makes a part of the same kind: its class and the arguments of its constructor."""
    from lib.model import Model  # which imports this module

    name, kind = type(part).__name__, type(part)
    if kind is Model:
        embedding = None if part.embedding is None else describe(part.embedding)
        tied = isinstance(part.readout, TiedDense)
        readout = "tied" if tied else describe(part.readout)
        parts = {
            "embedding": embedding,
            "layer": describe(part.layer),
            "readout": readout,
        }
        return {"class": name, **parts}
    if kind is Stacked:
        return {"class": name, "layers": [describe(layer) for layer in part.layers]}
    if kind is Bidirectional:
        return {
            "class": name,
            "ahead": describe(part.ahead),
            "back": describe(part.back),
        }
    if kind is not SINGLE.get(name):
        raise TypeError(f"part: expected a Model or a layer of lib, got {name}")
    return {"class": name, **part.config()}


def build(config: Any) -> Any:
    """The inverse of `describe`; parameters have their first values."""
    from lib.model import Model

    if not isinstance(config, dict) or "class" not in config:
        raise ValueError(f"config: expected a dict with a class, got {config!r}")
    given = {name: value for name, value in config.items() if name != "class"}
    name = config["class"]
    if name == "Model":
        embedding: Any = given["embedding"] and build(given["embedding"])
        tied = given["readout"] == "tied"
        readout = TiedDense(embedding) if tied else build(given["readout"])
        return Model(embedding, build(given["layer"]), readout)
    if name == "Stacked":
        return Stacked([build(layer) for layer in given["layers"]])
    if name == "Bidirectional":
        return Bidirectional(build(given["ahead"]), build(given["back"]))
    if name not in SINGLE:
        known = ", ".join(["Model", "Stacked", "Bidirectional", *SINGLE])
        raise ValueError(f"class: expected one of {known}, got {name!r}")
    return SINGLE[name](**given)
