"""Weights to and from Keras."""

from typing import Any

import numpy as np

from lib import frameworks
from lib.bidirectional import Bidirectional
from lib.convert import arrays
from lib.dense import Dense
from lib.embedding import Embedding
from lib.gru import GRU
from lib.layer import Layer
from lib.lstm import LSTM
from lib.rnn import SimpleRNN
from lib.stacked import Stacked

ANY = object()  # a setting that may be anything
ALLOWED = ("return_sequences", "return_state", "name")


def keras_weights(layer: Layer | Dense | Embedding) -> list[np.ndarray]:
    """The arrays that `set_weights` of the Keras layer of that kind expects."""
    if type(layer) is Dense:
        return [layer.params["W"].copy(), layer.params["b"].copy()]
    if type(layer) is Embedding:
        return [layer.params["W"].copy()]
    if type(layer) is Bidirectional:
        return keras_weights(layer.ahead) + keras_weights(layer.back)
    if type(layer) is Stacked:
        return [array for part in layer.layers for array in keras_weights(part)]
    if type(layer) not in arrays.KINDS:
        raise TypeError(
            "layer: expected SimpleRNN, LSTM, GRU, Stacked, Bidirectional, Dense or Embedding, "
            f"got {type(layer).__name__}"
        )
    arrays.check(layer, "Keras")
    return list(arrays.joined(layer))


def to_keras(layer: Layer, **arguments: Any) -> Any:
    """A built `keras.layers.SimpleRNN`, `LSTM`, `GRU` or `Bidirectional` with the same weights.

    A `Stacked` becomes a `keras.Sequential`. It returns all hidden states unless `arguments` of
    the Keras layer say otherwise: `return_sequences`, `return_state` (not with `Stacked`) and
    `name`. Any other would make it another function.
    """
    allowed = tuple(
        n for n in ALLOWED if n != "return_state" or type(layer) is not Stacked
    )
    for name in arguments:
        if name not in allowed:
            raise ValueError(
                f"arguments: expected {' or '.join(allowed)}, got {name!r}"
            )
    arguments = {"return_sequences": True, **arguments}
    shape = (None, None, getattr(layer, "input_size", None))
    if type(layer) is Stacked:
        *below, last = layer.layers
        name, last_arguments = arguments.pop("name", None), arguments
        parts = [_unbuilt(part, return_sequences=True) for part in below]
        parts.append(_unbuilt(last, **last_arguments))
        keras = frameworks.keras()
        entry = keras.Input(shape[1:], dtype=str(layer.dtype))
        twin = keras.Sequential([entry, *parts], name=name)
    else:
        twin = _unbuilt(layer, **arguments)
        twin.build(shape)
    twin.set_weights(keras_weights(layer))
    return twin


def _unbuilt(layer: Any, **arguments: Any) -> Any:
    """The Keras layer, without weights yet."""
    if type(layer) is Bidirectional:
        of_wrapper = {n: arguments.pop(n) for n in ("name",) if n in arguments}
        ahead = _unbuilt(layer.ahead, **arguments)
        back = _unbuilt(layer.back, go_backwards=True, **arguments)
        make = frameworks.keras().layers.Bidirectional
        return make(ahead, backward_layer=back, dtype=str(layer.dtype), **of_wrapper)
    arrays.check(layer, "Keras")
    layers = frameworks.keras().layers
    arguments = {"dtype": str(layer.dtype), **arguments}
    if type(layer) is SimpleRNN:
        return layers.SimpleRNN(
            layer.hidden_size, activation=layer.activation, **arguments
        )
    if type(layer) is GRU:
        return layers.GRU(layer.hidden_size, reset_after=layer.reset_after, **arguments)
    return layers.LSTM(layer.hidden_size, **arguments)


def from_keras(twin: Any) -> Layer:
    """A layer with the weights of a built Keras layer.

    SimpleRNN, LSTM, GRU, a Bidirectional of those, or a Sequential of such layers alone. (At
    padded steps a Bidirectional of Keras returns zeros; ours repeats the state.)
    """
    keras = frameworks.keras()
    layers = keras.layers
    if isinstance(twin, keras.Sequential):
        if not twin.layers:
            raise ValueError("twin: expected layers, got an empty Sequential")
        parts = [from_keras(part) for part in twin.layers]
        return parts[0] if len(parts) == 1 else Stacked(parts)
    if isinstance(twin, layers.Bidirectional):
        _check_settings(twin.get_config(), {"merge_mode": "concat"})
        ahead, back = twin.forward_layer, twin.backward_layer
        return Bidirectional(
            _single(ahead, zero_output_for_mask=ANY),
            _single(back, zero_output_for_mask=ANY, go_backwards=True),
        )
    return _single(twin)


def _single(twin: Any, **more: Any) -> SimpleRNN | LSTM | GRU:
    """The layer of one Keras layer; `more` are settings that its place asks for."""
    layers = frameworks.keras().layers
    if not isinstance(twin, layers.SimpleRNN | layers.LSTM | layers.GRU):
        raise TypeError(
            "twin: expected SimpleRNN, LSTM, GRU, Bidirectional or Sequential of Keras, "
            f"got {type(twin).__name__}"
        )
    if not twin.built:
        raise ValueError(
            "twin: expected a built layer, got one without weights: call it once"
        )
    settings = twin.get_config()
    wanted: dict[str, Any] = {
        "use_bias": True, "go_backwards": False, "stateful": False,
        "zero_output_for_mask": False, "dropout": 0, "recurrent_dropout": 0, **more,
    }  # fmt: skip
    if not isinstance(twin, layers.SimpleRNN):
        wanted |= {"activation": "tanh", "recurrent_activation": "sigmoid"}
    _check_settings(settings, wanted)
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
    sizes: dict[str, Any] = {
        "input_size": len(W_x), "hidden_size": len(W_h), "dtype": W_x.dtype,
    }  # fmt: skip
    layer: SimpleRNN | LSTM | GRU
    if isinstance(twin, layers.LSTM):
        layer = LSTM(**sizes)
    elif isinstance(twin, layers.GRU):
        layer = GRU(**sizes, reset_after=settings["reset_after"])
    else:
        layer = SimpleRNN(**sizes, activation=settings["activation"])
    arrays.fill(layer, W_x, W_h, b)
    return layer


def _check_settings(settings: dict[str, Any], wanted: dict[str, Any]) -> None:
    for name, value in wanted.items():
        if value is not ANY and settings[name] != value:
            raise ValueError(f"twin: expected {name}={value!r}, got {settings[name]!r}")
