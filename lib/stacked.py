"""Layers on top of each other: the hidden states of one are the inputs of the next.

Each layer runs through time on its own: the state of layer k at step t comes from its own state
at t-1 and from the hidden state of the layer below at t.
Used in book/variants/depth_gated.
"""

from itertools import pairwise
from typing import Any

import numpy as np

from lib.layer import Cache, Layer, kind
from lib.params import HasParts, prefixed, share_parameters


class Stacked(HasParts, Layer):
    """Stacked([first, second, ...]): outputs are those of the last layer.

    The state is a tuple of the layers' states; parameters are named `layer0.W_xi` ...
    """

    def __init__(self, layers: Any):
        if not isinstance(layers, list | tuple):
            raise TypeError(f"layers: expected a list of layers, got {kind(layers)}")
        if not layers:
            raise ValueError("layers: expected at least one layer, got none")
        for k, layer in enumerate(layers):
            if not isinstance(layer, Layer):
                name = type(layer).__name__
                raise TypeError(f"layers[{k}]: expected a recurrent layer, got {name}")
            if any(share_parameters(layer, other) for other in layers[:k]):
                raise ValueError(
                    f"layers[{k}]: expected a layer of its own, got one twice"
                )
        for k, (below, layer) in enumerate(pairwise(layers), 1):
            if layer.input_size != below.hidden_size:
                raise ValueError(
                    f"layers[{k}]: expected input_size {below.hidden_size}, the hidden_size of "
                    f"the layer below, got {layer.input_size}"
                )
            if layer.dtype != below.dtype:
                raise ValueError(
                    f"layers[{k}]: expected dtype {below.dtype}, that of the layer below, "
                    f"got {layer.dtype}"
                )
        super().__init__(layers[0].input_size, layers[-1].hidden_size, layers[0].dtype)
        self.layers = tuple(layers)

    @property
    def needs_all_steps(self) -> bool:  # type: ignore[override]
        return any(layer.needs_all_steps for layer in self.layers)

    def config(self) -> dict[str, Any]:
        """The arguments that make a layer like this one."""
        return {"layers": list(self.layers)}

    def __repr__(self) -> str:
        return f"Stacked([{', '.join(map(repr, self.layers))}])"

    def _parts(self) -> dict[str, Any]:
        return {f"layer{k}": layer for k, layer in enumerate(self.layers)}

    def initial_state(self, batch_size: int) -> tuple:
        """The layers' initial states."""
        return tuple(layer.initial_state(batch_size) for layer in self.layers)

    def hidden(self, state: tuple) -> np.ndarray:
        """The hidden state (B,H) of the last layer."""
        return self.layers[-1].hidden(state[-1])

    def plus_hidden(self, dstate: tuple, dh: np.ndarray) -> tuple:
        """A state's gradient, with dh (B,H) added to that of the last layer's hidden state."""
        return *dstate[:-1], self.layers[-1].plus_hidden(dstate[-1], dh)

    def _check_state(self, name: str, state: Any, batch_size: int) -> tuple:
        if state is None:
            return self.initial_state(batch_size)
        if not isinstance(state, tuple) or len(state) != len(self.layers):
            wanted = f"a tuple of {len(self.layers)} states"
            raise TypeError(f"{name}: expected {wanted}, got {kind(state)}")
        return tuple(
            layer._check_state(f"{name}.{k}", part, batch_size)
            for k, (layer, part) in enumerate(zip(self.layers, state))
        )

    def step(self, x: np.ndarray, state: Any) -> tuple[tuple, Cache]:
        """One time step of all layers, the first one first. x (B,D)."""
        x, state = self._check_step(x, state)
        found, caches = [], []
        for layer, before in zip(self.layers, state):
            after, cache = layer.step(x, before)
            x = layer.hidden(after)
            found.append(after)
            caches.append(cache)
        return tuple(found), Cache(f"step of {self!r}", (len(x), caches))

    def step_backward(
        self, dstate: Any, cache: Cache
    ) -> tuple[np.ndarray, tuple, dict[str, np.ndarray]]:
        """The gradients of one step, from the last layer to the first."""
        B, caches = self._check_cache("step", cache)
        dstate = self._check_state("dstate", dstate, B)
        dx: Any = None
        found: list = []
        grads: dict[str, np.ndarray] = {}
        for (name, layer), kept, dafter in self._downward(caches, dstate):
            if dx is not None:
                dafter = layer.plus_hidden(dafter, dx)
            dx, dbefore, more = layer.step_backward(dafter, kept)
            found.insert(0, dbefore)
            grads = prefixed(name, more) | grads
        return dx, tuple(found), grads

    def forward(
        self,
        xs: np.ndarray,
        state: Any = None,
        mask: np.ndarray | None = None,
        recurrent_dropout: Any = None,
    ) -> tuple[np.ndarray, tuple, Cache]:
        """All steps: xs (B,T,D) -> hs (B,T,H), the state after the last step, the cache.

        The mask is that of every layer; each draws its own recurrent dropout.
        """
        xs, state, _ = self._check_sequence(xs, state, mask)
        found, caches = [], []
        for layer, before in zip(self.layers, state):
            xs, after, cache = layer.forward(xs, before, mask, recurrent_dropout)
            found.append(after)
            caches.append(cache)
        kept = xs.shape[:2], caches
        return xs, tuple(found), Cache(f"forward of {self!r}", kept)

    def backward(
        self, dhs: np.ndarray, cache: Cache, dstate: Any = None
    ) -> tuple[np.ndarray, tuple, dict[str, np.ndarray]]:
        """The gradients of all steps, from the last layer to the first."""
        (B, T), caches = self._check_cache("forward", cache)
        dhs, dstate = self._check_gradients(dhs, dstate, B, T)
        found: list = []
        grads: dict[str, np.ndarray] = {}
        for (name, layer), kept, dafter in self._downward(caches, dstate):
            dhs, dbefore, more = layer.backward(dhs, kept, dafter)
            found.insert(0, dbefore)
            grads = prefixed(name, more) | grads
        return dhs, tuple(found), grads

    def _downward(self, caches: list, dstate: tuple) -> Any:
        """(name, layer), cache and gradient of the state of each layer, the last one first."""
        return reversed([*zip(self._parts().items(), caches, dstate)])
