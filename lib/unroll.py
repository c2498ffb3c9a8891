"""A long sequence in segments: less memory, or a gradient that is cut.

`forward` runs the layer over segments of `length` steps and keeps only the inputs and the state
at the start of each segment. `backward` runs a segment again when it needs what the layer kept
for it, the last segment first.

* Checkpointing: the gradient is exact. With length = sqrt(T) about sqrt(T) states and the cache
  of one segment are kept, for the time of one more run (Chen, Xu, Zhang & Guestrin 2016).
* Truncated backpropagation through time (`truncated=True`): no gradient crosses the edge of a
  segment, so a step feels at most `length` - 1 later steps. The states go on. (In the words of
  Williams & Peng 1990: BPTT(h; h') with h = h' = `length`.) Derived in book/activations/bptt.

    hs, state, cache = unroll.forward(layer, xs, state, mask)          # length about sqrt(T)
    dxs, dstate, grads = unroll.backward(dhs, cache, dstate)           # as layer.backward
"""

from copy import deepcopy
from math import isqrt
from typing import Any, NamedTuple

import numpy as np

from lib import check_input
from lib.layer import Layer
from lib.states import mapped


class Segments(NamedTuple):
    """What `forward` kept."""

    layer: Layer  # a copy
    xs: np.ndarray
    mask: np.ndarray | None
    length: int
    states: list  # before each segment


def forward(
    layer: Layer,
    xs: np.ndarray,
    state: Any = None,
    mask: np.ndarray | None = None,
    length: int | None = None,
) -> tuple[np.ndarray, Any, Segments]:
    """As `layer.forward`, without recurrent dropout: a segment that runs again would draw anew.

    `length`, in steps, is about sqrt(T) unless it is given.
    """
    if not isinstance(layer, Layer):
        name = type(layer).__name__
        raise TypeError(f"layer: expected a recurrent layer, got {name}")
    if layer.needs_all_steps:
        raise TypeError(
            "layer: expected one that reads ahead only, got a Bidirectional"
        )
    xs, state, _ = layer._check_sequence(xs, state, mask)
    T = xs.shape[1]
    length = isqrt(T - 1) + 1 if length is None else check_input.size("length", length)
    mask = None if mask is None else np.array(mask)
    kept = Segments(deepcopy(layer), xs.copy(), mask, length, [])
    hs = np.empty((len(xs), T, layer.hidden_size), layer.dtype)
    for steps in _segments(T, length):
        kept.states.append(mapped(np.copy, state))
        part, state, _ = layer.forward(xs[:, steps], state, _part(mask, steps))
        hs[:, steps] = part
    return hs, state, kept


def backward(
    dhs: np.ndarray, cache: Segments, dstate: Any = None, truncated: bool = False
) -> tuple[np.ndarray, Any, dict[str, np.ndarray]]:
    """As `layer.backward`; with `truncated` no gradient crosses the edge of a segment."""
    if not isinstance(cache, Segments):
        name = type(cache).__name__
        raise TypeError(f"cache: expected that of unroll.forward, got {name}")
    check_input.flag("truncated", truncated)
    layer, xs, mask, length, states = cache
    B, T = xs.shape[:2]
    dhs, dstate = layer._check_gradients(dhs, dstate, B, T)
    dxs = np.empty_like(xs)
    total: dict[str, Any] = dict.fromkeys(layer.params, 0)
    for steps, state in reversed([*zip(_segments(T, length), states)]):
        kept = layer.forward(xs[:, steps], state, _part(mask, steps))[2]
        dxs[:, steps], dstate, grads = layer.backward(dhs[:, steps], kept, dstate)
        del kept  # before the next one is made
        total = {name: total[name] + grads[name] for name in total}
        if truncated and steps.start:
            dstate = None  # eq-bptt-cut
    return dxs, dstate, total


def _segments(T: int, length: int) -> list[slice]:
    return [slice(start, min(T, start + length)) for start in range(0, T, length)]


def _part(mask: np.ndarray | None, steps: slice) -> np.ndarray | None:
    return None if mask is None else mask[:, steps]
