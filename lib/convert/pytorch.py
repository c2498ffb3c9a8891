"""Weights to and from PyTorch."""

from typing import Any

import numpy as np

from lib import frameworks
from lib.bidirectional import Bidirectional
from lib.convert import arrays
from lib.gru import GRU
from lib.layer import Layer
from lib.lstm import LSTM
from lib.rnn import SimpleRNN
from lib.stacked import Stacked


def to_torch(layer: Layer) -> Any:
    """A `torch.nn.RNN`, `LSTM` or `GRU` (batch_first) with the same weights.

    A `Stacked` needs layers of one kind and hidden size; all of them `Bidirectional`, or none.
    """
    levels = layer.layers if type(layer) is Stacked else (layer,)
    two = type(levels[0]) is Bidirectional
    single: list[Any] = []
    for level in levels:
        if (type(level) is Bidirectional) != two:
            raise ValueError("layer: expected all of its layers Bidirectional, or none")
        single += [level.ahead, level.back] if two else [level]
    for part in single:
        arrays.check(part, "PyTorch")
    arrays.common(single, "kind")
    H, first = arrays.common(single, "hidden_size"), single[0]
    torch = frameworks.torch()
    arguments: dict[str, Any] = {
        "num_layers": len(levels),
        "bidirectional": two,
        "batch_first": True,
        "dtype": torch.float64 if layer.dtype == np.float64 else torch.float32,
    }
    make = {SimpleRNN: torch.nn.RNN, LSTM: torch.nn.LSTM, GRU: torch.nn.GRU}[
        type(first)
    ]
    if type(first) is SimpleRNN:
        arguments["nonlinearity"] = arrays.common(single, "activation")
        if first.activation not in ("tanh", "relu"):
            raise ValueError(
                "layer: expected activation 'tanh' or 'relu', as torch.nn.RNN has, "
                f"got {first.activation!r}"
            )
    if type(first) is GRU and not all(part.reset_after for part in single):
        raise ValueError(
            "layer: expected reset_after=True, the form of torch.nn.GRU, got reset_after=False"
        )
    module = make(layer.input_size, H, **arguments)
    weights = dict(module.named_parameters())
    with torch.no_grad():
        for suffix, part in zip(_suffixes(len(levels), two), single, strict=True):
            W_x, W_h, b = arrays.joined(part)
            if type(part) is GRU:
                W_x, W_h, b = (_swapped(a, H) for a in (W_x, W_h, b))
            else:  # the second bias has nothing to do
                b = np.stack([b, np.zeros_like(b)])
            for name, value in (
                ("weight_ih", W_x.T), ("weight_hh", W_h.T), ("bias_ih", b[0]), ("bias_hh", b[1]),
            ):  # fmt: skip
                weights[name + suffix].copy_(torch.from_numpy(value.copy()))
    return module


def from_torch(module: Any) -> Layer:
    """A layer with the weights of a `torch.nn.RNN`, `LSTM` or `GRU`.

    With `num_layers` > 1 it is a `Stacked`, with `bidirectional` a `Bidirectional`, or a `Stacked`
    of those. Its inputs are (B,T,D), whatever `batch_first` of the module says: weights do not
    know of it.
    """
    torch = frameworks.torch()
    if not isinstance(module, torch.nn.RNN | torch.nn.LSTM | torch.nn.GRU):
        raise TypeError(
            "module: expected torch.nn.RNN, torch.nn.LSTM or torch.nn.GRU, "
            f"got {type(module).__name__}"
        )
    for name, wanted in {"proj_size": 0, "bias": True, "dropout": 0}.items():
        if getattr(module, name) != wanted:
            raise ValueError(
                f"module: expected {name}={wanted}, got {getattr(module, name)}"
            )
    H, two = module.hidden_size, module.bidirectional
    suffixes = _suffixes(module.num_layers, two)
    parts = _arrays(module, suffixes)
    single: list[Any] = []
    for k, suffix in enumerate(suffixes):
        above = k >= (2 if two else 1)
        D = (2 * H if two else H) if above else module.input_size
        W_x, W_h = parts["weight_ih" + suffix].T, parts["weight_hh" + suffix].T
        b = np.stack([parts["bias_ih" + suffix], parts["bias_hh" + suffix]])
        layer: SimpleRNN | LSTM | GRU
        if isinstance(module, torch.nn.GRU):
            layer = GRU(D, H, dtype=W_x.dtype, reset_after=True)
            W_x, W_h, b = (_swapped(a, H) for a in (W_x, W_h, b))
        elif isinstance(module, torch.nn.LSTM):
            layer, b = LSTM(D, H, dtype=W_x.dtype), b.sum(0)
        else:
            activation = module.nonlinearity
            layer, b = SimpleRNN(D, H, dtype=W_x.dtype, activation=activation), b.sum(0)
        arrays.fill(layer, W_x, W_h, b)
        single.append(layer)
    levels = (
        [Bidirectional(*single[k : k + 2]) for k in range(0, len(single), 2)]
        if two
        else single
    )
    return levels[0] if len(levels) == 1 else Stacked(levels)


def _suffixes(num_layers: int, bidirectional: bool) -> list[str]:
    """How PyTorch ends the names of each layer's parameters."""
    ends = ("", "_reverse") if bidirectional else ("",)
    return [f"_l{k}{end}" for k in range(num_layers) for end in ends]


def _arrays(module: Any, suffixes: list[str]) -> dict[str, np.ndarray]:
    """The parameters by name, float32 or float64."""
    weights = dict(module.named_parameters())
    parts = ("bias_hh", "bias_ih", "weight_hh", "weight_ih")
    names = sorted(part + suffix for part in parts for suffix in suffixes)
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
    return {name: value.detach().cpu().numpy() for name, value in weights.items()}


def _swapped(array: np.ndarray, H: int) -> np.ndarray:
    """z, r, n <-> r, z, n, along the last axis."""
    first, second, n = np.split(array, [H, 2 * H], axis=-1)
    return np.concatenate([second, first, n], axis=-1)
