"""The weights of a layer, gates side by side, as both libraries want them."""

from typing import Any

import numpy as np

from lib.gru import GRU
from lib.layer import Layer
from lib.lstm import LSTM
from lib.rnn import SimpleRNN

KINDS = (SimpleRNN, LSTM, GRU)


def check(layer: Any, library: str) -> None:
    """Is there a layer of that kind?"""
    if type(layer) not in KINDS:
        raise TypeError(
            "layer: expected a SimpleRNN, LSTM or GRU, or a Stacked or Bidirectional of them, "
            "not nested deeper, "
            f"got {type(layer).__name__}"
        )
    if type(layer) is LSTM and not layer.forget_gate:
        raise ValueError(
            f"layer: expected forget_gate=True, as the LSTM of {library} has, got False"
        )


def joined(layer: Any) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """W_x (D,KH), W_h (H,KH) and b, (KH,) or with `reset_after` (2,KH): of x and of h."""
    p = layer.params.copy()
    if type(layer) is GRU and layer.update == "write":
        p |= flipped(p)
    W_x, W_h, b = (
        np.concatenate([p[part + name] for name in layer.names], axis=-1)
        for part in ("W_x", "W_h", "b_")
    )
    if type(layer) is GRU and layer.reset_after:
        of_h = np.concatenate(
            [np.zeros_like(p["b_z"]), np.zeros_like(p["b_r"]), p["b_hn"]]
        )
        b = np.stack([b, of_h])
    return W_x, W_h, b


def fill(layer: Any, W_x: np.ndarray, W_h: np.ndarray, b: np.ndarray) -> None:
    """The inverse of `joined`, for any two biases."""
    H = layer.hidden_size
    if type(layer) is GRU and layer.reset_after:
        layer.params["b_hn"] = b[1, 2 * H :]
        b = b[0] + np.concatenate([b[1, : 2 * H], np.zeros(H, b.dtype)])
    for k, name in enumerate(layer.names):
        gate = slice(k * H, (k + 1) * H)
        layer.params[f"W_x{name}"] = W_x[:, gate]
        layer.params[f"W_h{name}"] = W_h[:, gate]
        layer.params[f"b_{name}"] = b[gate]


def flipped(p: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Parameters of the update gate of the other form: 1 - sigma(a) = sigma(-a)."""
    return {name: -p[name] for name in ("W_xz", "W_hz", "b_z")}


def common(layers: list[Layer], name: str) -> Any:
    """What all layers have in common, such as their hidden size."""
    values = [type(x).__name__ if name == "kind" else getattr(x, name) for x in layers]
    if len(set(values)) > 1:
        came = " and ".join(map(str, dict.fromkeys(values)))
        raise ValueError(f"layer: expected layers of one {name}, got {came}")
    return values[0]
