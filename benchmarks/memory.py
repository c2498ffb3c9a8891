"""How many numbers are kept for the way back, per time step and sample.

Counted is the memory that stays because the cache holds it, with all that lies beside the
numbers themselves. Two batches, B and 2B, are counted: in the difference the weights, which do
not grow with the batch, are gone.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.rivals import data
from benchmarks.sizes import Size
from lib import convert, frameworks, unroll

BATCH = 2


def kept(tree: Any) -> dict[int, int]:
    """Bytes of each piece of memory that arrays in nested tuples, lists and dicts look into."""
    if isinstance(tree, np.ndarray):
        owner: Any = tree
        while True:
            below = owner.base
            if isinstance(below, memoryview):
                below = below.obj
            if not isinstance(below, np.ndarray):
                return {id(owner): owner.nbytes}
            owner = below
    if isinstance(tree, dict):
        tree = list(tree.values())
    if isinstance(tree, tuple | list):
        return {key: size for part in tree for key, size in kept(part).items()}
    return {}


def per_step_and_sample(count: Callable[[int], int], size: Size, dtype: str) -> float:
    """`count(B)` says how many bytes a batch of B needs."""
    growth = count(2 * BATCH) - count(BATCH)
    return growth / BATCH / size.T / np.dtype(dtype).itemsize


def of_lib(layer: Any, size: Size) -> float:
    def count(B: int) -> int:
        xs, _ = data(size._replace(B=B), str(layer.dtype))
        _, _, cache = layer.forward(xs)
        return sum(kept(cache).values())

    return per_step_and_sample(count, size, layer.dtype)


def of_torch(layer: Any, size: Size) -> float:
    torch = frameworks.torch()
    module = convert.to_torch(layer)

    def count(B: int) -> int:
        saved: dict[int, int] = {}

        def pack(tensor: Any) -> Any:
            memory = tensor.untyped_storage()
            saved[memory.data_ptr()] = memory.nbytes()
            return tensor

        xs, _ = data(size._replace(B=B), str(layer.dtype))
        with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
            hs, _ = module(torch.from_numpy(xs).requires_grad_())
        del hs  # its graph held what was counted until here
        return sum(saved.values())

    return per_step_and_sample(count, size, layer.dtype)


def of_unroll(layer: Any, size: Size) -> float:
    """With checkpoints: what `unroll.forward` kept, and the cache of one segment."""

    def count(B: int) -> int:
        xs, _ = data(size._replace(B=B), str(layer.dtype))
        _, _, segments = unroll.forward(layer, xs)
        _, _, cache = layer.forward(xs[:, : segments.length])
        return sum(kept(segments).values()) + sum(kept(cache).values())

    return per_step_and_sample(count, size, layer.dtype)
