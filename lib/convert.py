"""Weights to and from PyTorch and Keras.

| here                     | Keras                            | PyTorch                          |
|--------------------------|----------------------------------|----------------------------------|
| one matrix per gate, row form x @ W | one kernel (D, 4H), row form | one weight (4H, D), x @ W.T |
| gates i, f, g, o         | i, f, c, o (c is our g)          | i, f, g, o                       |
| one bias                 | one bias                         | two, bias_ih + bias_hh           |

Either library is imported when a function needs it. What has no counterpart is a `ValueError`.
Types of our layers must be exact: a subclass may compute something else.
"""

from typing import Any

import numpy as np

from lib import frameworks
from lib.dense import Dense
from lib.embedding import Embedding
from lib.layer import Layer
from lib.lstm import LSTM
from lib.rnn import SimpleRNN


def _joined(layer: Layer, part: str) -> np.ndarray:
    """The gates side by side, (., K H): part is "W_x", "W_h" or "b_"."""
    return np.concatenate([layer.params[part + name] for name in layer.names], axis=-1)


def _fill(layer: Layer, W_x: np.ndarray, W_h: np.ndarray, b: np.ndarray) -> None:
    """The inverse of `_joined`."""
    H = layer.hidden_size
    for k, name in enumerate(layer.names):
        gate = slice(k * H, (k + 1) * H)
        layer.params[f"W_x{name}"] = W_x[:, gate]
        layer.params[f"W_h{name}"] = W_h[:, gate]
        layer.params[f"b_{name}"] = b[gate]


def _check_recurrent(layer: Any) -> None:
    if type(layer) not in (SimpleRNN, LSTM):
        raise TypeError(
            f"layer: expected a SimpleRNN or an LSTM, got {type(layer).__name__}"
        )


# PyTorch


def to_torch(layer: SimpleRNN | LSTM) -> Any:
    """A `torch.nn.RNN` or `torch.nn.LSTM` (batch_first) with the same weights."""
    _check_recurrent(layer)
    torch = frameworks.torch()
    arguments: dict[str, Any] = {
        "batch_first": True,
        "dtype": torch.float64 if layer.dtype == np.float64 else torch.float32,
    }
    make = torch.nn.LSTM
    if isinstance(layer, SimpleRNN):
        if layer.activation not in ("tanh", "relu"):
            raise ValueError(
                "layer: expected activation 'tanh' or 'relu', as torch.nn.RNN has, "
                f"got {layer.activation!r}"
            )
        make, arguments["nonlinearity"] = torch.nn.RNN, layer.activation
    module = make(layer.input_size, layer.hidden_size, **arguments)
    with torch.no_grad():
        module.weight_ih_l0.copy_(torch.from_numpy(_joined(layer, "W_x").T.copy()))
        module.weight_hh_l0.copy_(torch.from_numpy(_joined(layer, "W_h").T.copy()))
        module.bias_ih_l0.copy_(torch.from_numpy(_joined(layer, "b_")))
        module.bias_hh_l0.zero_()
    return module


def from_torch(module: Any) -> SimpleRNN | LSTM:
    """A layer with the weights of a one-layer, one-direction `torch.nn.RNN` or `torch.nn.LSTM`.

    Its inputs are (B,T,D), whatever `batch_first` of the module says: weights do not know of it.
    """
    torch = frameworks.torch()
    if not isinstance(module, torch.nn.RNN | torch.nn.LSTM):
        raise TypeError(
            f"module: expected torch.nn.RNN or torch.nn.LSTM, got {type(module).__name__}"
        )
    for name, wanted in {
        "num_layers": 1, "bidirectional": False, "proj_size": 0, "bias": True,
    }.items():  # fmt: skip
        if getattr(module, name) != wanted:
            raise ValueError(
                f"module: expected {name}={wanted}, got {getattr(module, name)}"
            )
    weights = dict(module.named_parameters())
    names = ["bias_hh_l0", "bias_ih_l0", "weight_hh_l0", "weight_ih_l0"]
    if sorted(weights) != names:
        raise ValueError(
            f"module: expected the parameters {', '.join(names)}, "
            f"got {', '.join(sorted(weights))}"
        )
    kinds = {
        "no data (meta device)"
        if value.is_meta
        else str(value.dtype).removeprefix("torch.")
        for value in weights.values()
    }
    if kinds not in ({"float32"}, {"float64"}):
        raise ValueError(
            "module: expected weights that are all float32 or all float64, "
            f"got {' and '.join(sorted(kinds))}"
        )
    parts = {name: value.detach().cpu().numpy() for name, value in weights.items()}
    sizes = (module.input_size, module.hidden_size)
    dtype = parts["weight_ih_l0"].dtype
    layer: SimpleRNN | LSTM
    if isinstance(module, torch.nn.LSTM):
        layer = LSTM(*sizes, dtype=dtype)
    else:
        layer = SimpleRNN(*sizes, dtype=dtype, activation=module.nonlinearity)
    b = parts["bias_ih_l0"] + parts["bias_hh_l0"]
    _fill(layer, parts["weight_ih_l0"].T, parts["weight_hh_l0"].T, b)
    return layer


# Keras


def keras_weights(layer: SimpleRNN | LSTM | Dense | Embedding) -> list[np.ndarray]:
    """The arrays that `set_weights` of the Keras layer of that kind expects."""
    if type(layer) is Dense:
        return [layer.params["W"].copy(), layer.params["b"].copy()]
    if type(layer) is Embedding:
        return [layer.params["W"].copy()]
    if type(layer) is SimpleRNN or type(layer) is LSTM:
        return [_joined(layer, part) for part in ("W_x", "W_h", "b_")]
    raise TypeError(
        f"layer: expected SimpleRNN, LSTM, Dense or Embedding, got {type(layer).__name__}"
    )


def to_keras(layer: SimpleRNN | LSTM, **arguments: Any) -> Any:
    """A built `keras.layers.SimpleRNN` or `LSTM` with the same weights.

    It returns all hidden states unless `arguments` of the Keras layer say otherwise:
    `return_sequences`, `return_state` and `name`. Any other would make it another function.
    """
    allowed = ("return_sequences", "return_state", "name")
    for name in arguments:
        if name not in allowed:
            raise ValueError(
                f"arguments: expected {' or '.join(allowed)}, got {name!r}"
            )
    _check_recurrent(layer)
    layers = frameworks.keras().layers
    arguments = {"return_sequences": True, "dtype": str(layer.dtype), **arguments}
    make = layers.LSTM
    if isinstance(layer, SimpleRNN):
        make, arguments["activation"] = layers.SimpleRNN, layer.activation
    twin = make(layer.hidden_size, **arguments)
    twin.build((None, None, layer.input_size))
    twin.set_weights(keras_weights(layer))
    return twin


def from_keras(twin: Any) -> SimpleRNN | LSTM:
    """A layer with the weights of a built `keras.layers.SimpleRNN` or `LSTM`."""
    layers = frameworks.keras().layers
    if not isinstance(twin, layers.SimpleRNN | layers.LSTM):
        raise TypeError(
            f"twin: expected SimpleRNN or LSTM of Keras, got {type(twin).__name__}"
        )
    if not twin.built:
        raise ValueError(
            "twin: expected a built layer, got one without weights: call it once"
        )
    settings = twin.get_config()
    wanted: dict[str, Any] = {
        "use_bias": True, "go_backwards": False, "stateful": False,
        "zero_output_for_mask": False, "dropout": 0, "recurrent_dropout": 0,
    }  # fmt: skip
    if isinstance(twin, layers.LSTM):
        wanted |= {"activation": "tanh", "recurrent_activation": "sigmoid"}
    for name, value in wanted.items():
        if settings[name] != value:
            raise ValueError(f"twin: expected {name}={value!r}, got {settings[name]!r}")
    if twin.variable_dtype not in ("float32", "float64"):
        raise ValueError(
            f"twin: expected weights of float32 or float64, got {twin.variable_dtype}"
        )
    if twin.compute_dtype != twin.variable_dtype:
        raise ValueError(
            f"twin: expected the compute dtype {twin.variable_dtype}, that of the weights, "
            f"got {twin.compute_dtype}"
        )
    W_x, W_h, b = twin.get_weights()
    layer: SimpleRNN | LSTM
    if isinstance(twin, layers.LSTM):
        layer = LSTM(len(W_x), len(W_h), dtype=W_x.dtype)
    else:
        layer = SimpleRNN(
            len(W_x), len(W_h), dtype=W_x.dtype, activation=settings["activation"]
        )
    _fill(layer, W_x, W_h, b)
    return layer
