"""A small model: embedding -> recurrent layer -> read-out, and its training.

    model = Model(Embedding(V, D), LSTM(D, H), Dense(H, V))
    logits, state, cache = model.forward(tokens)            # (B,T) -> (B,T,V)
    dinputs, dstate, grads = model.backward(dlogits, cache)

The contract is that of a layer. Parameters are named `embedding.W`, `layer.W_xi`, `readout.b` …
Without an embedding (None) the inputs are the layer's own, (B,T,D).
"""

from collections.abc import Callable, Iterable, Mapping
from itertools import islice
from numbers import Real
from typing import Any

import numpy as np
from tqdm import tqdm

from lib import check_input
from lib.dense import Dense
from lib.embedding import Embedding
from lib.layer import Layer
from lib.losses import softmax_cross_entropy
from lib.optimizers import SGD, Adam, clip_by_norm
from lib.params import Params


class Model:
    """Embedding (or None), recurrent layer and read-out, joined."""

    def __init__(self, embedding: Embedding | None, layer: Layer, readout: Dense):
        for name, part, kinds, wanted in (
            ("embedding", embedding, (Embedding, type(None)), "Embedding or None"),
            ("layer", layer, Layer, "a recurrent layer"),
            ("readout", readout, Dense, "Dense"),
        ):
            if not isinstance(part, kinds):
                raise TypeError(f"{name}: expected {wanted}, got {type(part).__name__}")
        if embedding is not None and embedding.output_size != layer.input_size:
            raise ValueError(
                f"layer: expected input_size {embedding.output_size}, the embedding's "
                f"output_size, got {layer.input_size}"
            )
        if readout.input_size != layer.hidden_size:
            raise ValueError(
                f"readout: expected input_size {layer.hidden_size}, the layer's hidden_size, "
                f"got {readout.input_size}"
            )
        for name, part in (("embedding", embedding), ("readout", readout)):
            if part is not None and part.dtype != layer.dtype:
                raise ValueError(
                    f"{name}: expected dtype {layer.dtype}, the layer's, got {part.dtype}"
                )
        self.embedding, self.readout = embedding, readout
        self.layer = layer

    @property
    def params(self) -> Params:
        """The parameters of all parts: the parts' own arrays. Assigning copies into them."""
        found = _prefixed("layer", self.layer.params) | _prefixed(
            "readout", self.readout.params
        )
        if self.embedding is not None:
            found = _prefixed("embedding", self.embedding.params) | found
        return Params(found)

    @params.setter
    def params(self, values: Mapping[str, np.ndarray]) -> None:
        self.params.replace(values)

    def forward(
        self, inputs: np.ndarray, state: Any = None, mask: np.ndarray | None = None
    ) -> tuple[np.ndarray, Any, tuple]:
        """Tokens (B,T), or inputs (B,T,D) without an embedding -> outputs (B,T,K), state, cache."""
        tokens = None
        if self.embedding is None:
            shape = ("B", "T", self.layer.input_size)
            inputs = check_input.floats("inputs", inputs, shape, self.layer.dtype)
        else:
            V = self.embedding.vocabulary_size
            inputs = check_input.integers("inputs", inputs, ("B", "T"), V)
            inputs, tokens = self.embedding.forward(inputs)
        hs, state, cache = self.layer.forward(inputs, state, mask)
        outputs, readout_cache = self.readout.forward(hs)
        return outputs, state, (tokens, cache, readout_cache)

    def backward(
        self, doutputs: np.ndarray, cache: tuple, dstate: Any = None
    ) -> tuple[np.ndarray | None, Any, dict[str, np.ndarray]]:
        """doutputs (B,T,K) -> dinputs (None for tokens), of the first state, of the parameters."""
        tokens, layer_cache, readout_cache = cache
        shape = (*readout_cache[0].shape[:-1], self.readout.output_size)
        doutputs = check_input.floats("doutputs", doutputs, shape, self.readout.dtype)
        dhs, readout_grads = self.readout._gradients(doutputs, readout_cache)
        dinputs, dstate, layer_grads = self.layer.backward(dhs, layer_cache, dstate)
        grads = _prefixed("layer", layer_grads) | _prefixed("readout", readout_grads)
        if self.embedding is None:
            return dinputs, dstate, grads
        return (
            None,
            dstate,
            _prefixed("embedding", self.embedding.backward(dinputs, tokens)) | grads,
        )

    def fit(
        self,
        batches: Iterable[tuple],
        optimizer: SGD | Adam,
        *,
        loss: Callable = softmax_cross_entropy,
        steps: int | None = None,
        clip: float | None = None,
        carry: bool = False,
        progress: bool = True,
    ) -> list[float]:
        """One optimizer step per batch; returns the loss of each batch, before its step.

        `batches` yields (inputs, targets) or (inputs, targets, mask); the mask says which targets
        count; the layer reads all inputs. `steps` ends it early (or ends an endless generator).
        `clip` limits the gradient's norm. `carry=True` hands the last state of a batch to the
        next, as contiguous batches want it: the state crosses the edge, the gradient does not
        (truncated backpropagation through time). All batches need the same number of rows then;
        padding inside a carried sequence is not supported, since it would change the state.
        `progress` shows a bar.
        """
        if not isinstance(batches, Iterable):
            raise TypeError(
                f"batches: expected an iterable, got {type(batches).__name__}"
            )
        if isinstance(optimizer, type):
            name = optimizer.__name__
            raise TypeError(f"optimizer: expected {name}(), got the class {name}")
        if not callable(getattr(optimizer, "step", None)):
            raise TypeError(
                f"optimizer: expected SGD or Adam, got {type(optimizer).__name__}"
            )
        if not callable(loss):
            raise TypeError(f"loss: expected a function, got {type(loss).__name__}")
        if clip is not None:
            clip = check_input.number("clip", clip, above=0)
        if steps is not None:
            batches = islice(batches, check_input.size("steps", steps))
        history: list[float] = []
        params, state = self.params, None
        bar = tqdm(batches, total=steps, disable=not progress, unit="step")
        for batch in bar:
            if not isinstance(batch, tuple | list) or len(batch) not in (2, 3):
                length = f" of {len(batch)}" if hasattr(batch, "__len__") else ""
                raise TypeError(
                    "batches: expected (inputs, targets) or (inputs, targets, mask) each, "
                    f"got {type(batch).__name__}{length}"
                )
            inputs, targets, *mask = batch
            inputs = check_input.array("inputs", inputs)
            if state is not None and inputs.shape[:1] != state.h.shape[:1]:
                raise ValueError(
                    f"batches: expected {len(state.h)} rows in each with carry=True, "
                    f"got inputs of shape {inputs.shape}"
                )
            outputs, last, cache = self.forward(inputs, state)
            value, doutputs = _checked_loss(loss(outputs, targets, *mask))
            if not np.isfinite(value):
                raise FloatingPointError(
                    f"loss: {value} at step {len(history)}; try a smaller learning rate or clip"
                )
            _, _, grads = self.backward(doutputs, cache)
            optimizer.step(params, grads if clip is None else clip_by_norm(grads, clip))
            history.append(value)
            bar.set_postfix(loss=f"{value:.3f}", refresh=False)
            if carry:
                state = last
        if not history:
            raise ValueError("batches: expected at least one batch, got none")
        return history


def _checked_loss(found: Any) -> tuple[float, Any]:
    """What a loss function returned; `backward` checks the gradient."""
    wanted = "loss: expected a function that returns (number, gradient), got one that returns"
    if not isinstance(found, tuple | list) or len(found) != 2:
        raise TypeError(f"{wanted} {type(found).__name__}")
    if isinstance(found[0], bool) or not isinstance(found[0], Real):
        raise TypeError(f"{wanted} {type(found[0]).__name__} as its number")
    return float(found[0]), found[1]


def _prefixed(prefix: str, named: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    return {f"{prefix}.{name}": array for name, array in named.items()}
