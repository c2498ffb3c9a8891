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
    experiments,
    frameworks,
    initializers,
    jacobians,
    quantized,
    saving,
    states,
    tasks,
    text,
    unroll,
    words,
)
from lib.bidirectional import Bidirectional, BidirectionalState
from lib.clockwork import ClockworkRNN, ClockworkState
from lib.coupled import CoupledLSTM
from lib.dense import Dense
from lib.depth_gated import DepthGatedLSTM, DepthGatedState
from lib.dropout import Dropout
from lib.embedding import Embedding
from lib.gradcheck import gradcheck
from lib.gru import GRU, GRUState
from lib.jordan import JordanRNN, JordanState
from lib.losses import mean_squared_error, sigmoid_cross_entropy, softmax_cross_entropy
from lib.lstm import LSTM, LSTMState
from lib.model import Model
from lib.optimizers import SGD, Adam, clip_by_norm, norm
from lib.peephole import PeepholeLSTM
from lib.rnn import RNNState, SimpleRNN
from lib.stacked import Stacked
from lib.tied import TiedDense

if TYPE_CHECKING:
    from lib import drawings, plots

__all__ = [
    "GRU", "LSTM", "SGD", "Adam", "Bidirectional", "BidirectionalState", "ClockworkRNN",
    "ClockworkState", "CoupledLSTM", "Dense", "DepthGatedLSTM", "DepthGatedState", "Dropout",
    "Embedding", "GRUState", "JordanRNN", "JordanState", "LSTMState", "Model", "PeepholeLSTM",
    "RNNState", "SimpleRNN", "Stacked", "TiedDense", "activations", "checks", "clip_by_norm",
    "convert", "corpus", "data", "drawings", "experiments", "frameworks", "gradcheck",
    "initializers", "jacobians", "mean_squared_error", "norm", "plots", "quantized", "saving",
    "sigmoid_cross_entropy", "softmax_cross_entropy", "states", "tasks", "text", "unroll",
    "words",
]  # fmt: skip


def __getattr__(name: str) -> ModuleType:
    """The modules that import matplotlib are imported when they are used."""
    if name in ("drawings", "plots"):
        return import_module(f"lib.{name}")
    raise AttributeError(f"module 'lib' has no attribute {name!r}")
