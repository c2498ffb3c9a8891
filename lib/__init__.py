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
    data,
    frameworks,
    initializers,
    jacobians,
    tasks,
    text,
)
from lib.dense import Dense
from lib.embedding import Embedding
from lib.gradcheck import gradcheck
from lib.losses import mean_squared_error, sigmoid_cross_entropy, softmax_cross_entropy
from lib.lstm import LSTM, LSTMState
from lib.model import Model
from lib.optimizers import SGD, Adam, clip_by_norm, norm
from lib.rnn import RNNState, SimpleRNN

if TYPE_CHECKING:
    from lib import drawings, plots

__all__ = [
    "LSTM", "SGD", "Adam", "Dense", "Embedding", "LSTMState", "Model", "RNNState", "SimpleRNN",
    "activations", "checks", "clip_by_norm", "convert", "data", "drawings", "frameworks",
    "gradcheck", "initializers", "jacobians", "mean_squared_error", "norm", "plots",
    "sigmoid_cross_entropy", "softmax_cross_entropy", "tasks", "text",
]  # fmt: skip


def __getattr__(name: str) -> ModuleType:
    """The modules that import matplotlib are imported when they are used."""
    if name in ("drawings", "plots"):
        return import_module(f"lib.{name}")
    raise AttributeError(f"module 'lib' has no attribute {name!r}")
