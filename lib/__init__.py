"""Recurrent networks in NumPy, from the equations up.

Letters in every docstring: B batch, T time, D input size, H hidden size, V vocabulary, K gates.
"""

from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

from lib import (
    activations,
    checks,
    convert,
    corpus,
    data,
    frameworks,
    initializers,
    jacobians,
    quantized,
    tasks,
    text,
    words,
)
from lib.dense import Dense
from lib.dropout import Dropout
from lib.embedding import Embedding
from lib.gradcheck import gradcheck
from lib.losses import mean_squared_error, sigmoid_cross_entropy, softmax_cross_entropy
from lib.lstm import LSTM, LSTMState
from lib.model import Model
from lib.optimizers import SGD, Adam, clip_by_norm, norm
from lib.rnn import RNNState, SimpleRNN
from lib.tied import TiedDense

if TYPE_CHECKING:
    from lib import drawings, plots

__all__ = [
    "LSTM", "SGD", "Adam", "Dense", "Dropout", "Embedding", "LSTMState", "Model", "RNNState",
    "SimpleRNN", "TiedDense",
    "activations", "checks", "clip_by_norm", "convert", "corpus", "data", "drawings",
    "frameworks", "gradcheck", "initializers", "jacobians", "mean_squared_error", "norm", "plots",
    "quantized", "sigmoid_cross_entropy", "softmax_cross_entropy", "tasks", "text", "words",
]  # fmt: skip


def __getattr__(name: str) -> ModuleType:
    """The modules that import matplotlib are imported when they are used."""
    if name in ("drawings", "plots"):
        return import_module(f"lib.{name}")
    raise AttributeError(f"module 'lib' has no attribute {name!r}")
