"""A small model: embedding -> recurrent layer -> read-out, and its training.

    model = Model(Embedding(V, D), LSTM(D, H), Dense(H, V))
    logits, state, cache = model.forward(tokens)            # (B,T) -> (B,T,V)
    dinputs, dstate, grads = model.backward(dlogits, cache)

The contract is that of a layer. Parameters are named `embedding.W`, `layer.W_xi`, `readout.b` …
Without an embedding (None) the inputs are the layer's own, (B,T,D). With the read-out
`TiedDense(embedding)` the matrix of both is listed once, as `embedding.W`.
"""

import os
from collections.abc import Callable, Iterable
from itertools import islice
from numbers import Real
from typing import Any

import numpy as np
from tqdm import tqdm

from lib import check_input, saving
from lib.dense import Dense
from lib.dropout import Dropout
from lib.embedding import Embedding
from lib.layer import Layer
from lib.losses import softmax_cross_entropy
from lib.optimizers import SGD, Adam, clip_by_norm
from lib.params import HasParts, prefixed
from lib.states import leaves
from lib.tied import TiedDense


class Model(HasParts):
    """Embedding (or None), recurrent layer and read-out, joined."""

    def __init__(
        self, embedding: Embedding | None, layer: Layer, readout: Dense | TiedDense
    ):
        for name, part, kinds, wanted in (
            ("embedding", embedding, (Embedding, type(None)), "Embedding or None"),
            ("layer", layer, Layer, "a recurrent layer"),
            ("readout", readout, (Dense, TiedDense), "Dense or TiedDense"),
        ):
            if not isinstance(part, kinds):
                raise TypeError(f"{name}: expected {wanted}, got {type(part).__name__}")
        if isinstance(readout, TiedDense) and readout.embedding is not embedding:
            raise ValueError(
                "readout: expected one that is tied to the embedding of this model"
            )
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

    def _parts(self) -> dict[str, Any]:
        parts = {"layer": self.layer, "readout": self.readout}
        return (
            parts if self.embedding is None else {"embedding": self.embedding, **parts}
        )

    def save(self, path: str | os.PathLike) -> None:
        """Write configuration and parameters into an .npz file; see `lib.saving`."""
        saving.save(self, path)

    @classmethod
    def load(cls, path: str | os.PathLike) -> "Model":
        """The model in a file that `save` wrote. Nothing in it is executed."""
        found = saving.load(path)
        if not isinstance(found, Model):
            raise ValueError(
                f"path: expected a saved Model, got a {type(found).__name__}"
            )
        return found

    def forward(
        self,
        inputs: np.ndarray,
        state: Any = None,
        mask: np.ndarray | None = None,
        dropout: Dropout | None = None,
        recurrent_dropout: Dropout | None = None,
    ) -> tuple[np.ndarray, Any, tuple]:
        """Tokens (B,T), or inputs (B,T,D) without an embedding -> outputs (B,T,K), state, cache.

        For training only: `dropout` works on what enters the layer and on what leaves it,
        `recurrent_dropout` on its way through time (see the layer).
        """
        if dropout is not None and not isinstance(dropout, Dropout):
            raise TypeError(
                f"dropout: expected a Dropout or None, got {type(dropout).__name__}"
            )
        tokens = None
        if self.embedding is None:
            shape = ("B", "T", self.layer.input_size)
            inputs = check_input.floats("inputs", inputs, shape, self.layer.dtype)
        else:
            V = self.embedding.vocabulary_size
            inputs = check_input.integers("inputs", inputs, ("B", "T"), V)
            inputs, tokens = self.embedding.forward(inputs)
        dropped = None
        if dropout is not None:
            inputs, entering = dropout.forward(inputs)
        hs, state, cache = self.layer.forward(inputs, state, mask, recurrent_dropout)
        _check_finite("hidden states", hs)
        if dropout is not None:
            hs, leaving = dropout.forward(hs)
            dropped = dropout, entering, leaving
        outputs, readout_cache = self.readout.forward(hs)
        _check_finite("outputs", outputs)
        return outputs, state, (tokens, dropped, cache, readout_cache)

    def backward(
        self, doutputs: np.ndarray, cache: tuple, dstate: Any = None
    ) -> tuple[np.ndarray | None, Any, dict[str, np.ndarray]]:
        """doutputs (B,T,K) -> dinputs (None for tokens), of the first state, of the parameters."""
        tokens, dropped, layer_cache, readout_cache = cache
        shape = (*readout_cache[0].shape[:-1], self.readout.output_size)
        doutputs = check_input.floats("doutputs", doutputs, shape, self.readout.dtype)
        dhs, readout_grads = self.readout._gradients(doutputs, readout_cache)
        if dropped is not None:
            dropout, entering, leaving = dropped
            dhs = dropout.backward(dhs, leaving)
        dxs, dstate, layer_grads = self.layer.backward(dhs, layer_cache, dstate)
        if dropped is not None:
            dxs = dropout.backward(dxs, entering)
        embedding_grads = {}
        if self.embedding is not None:
            embedding_grads = self.embedding.backward(dxs, tokens)
        if isinstance(self.readout, TiedDense):
            embedding_grads["W"] += readout_grads.pop("W")  # eq-tied-dW
        grads = prefixed("embedding", embedding_grads)
        grads |= prefixed("layer", layer_grads) | prefixed("readout", readout_grads)
        return dxs if self.embedding is None else None, dstate, grads

    def train_step(
        self,
        batch: tuple,
        optimizer: SGD | Adam,
        state: Any = None,
        *,
        loss: Callable = softmax_cross_entropy,
        clip: float | None = None,
        dropout: Dropout | None = None,
        recurrent_dropout: Dropout | None = None,
    ) -> tuple[float, Any]:
        """Predict, score, gradient, step. Returns the loss before the step, and the last state.

        `batch` is (inputs, targets), (inputs, targets, mask) or (inputs, targets, mask, real);
        `state` the one before its first step, None for zeros. For the other arguments see `fit`.
        """
        if isinstance(optimizer, type):
            name = optimizer.__name__
            raise TypeError(f"optimizer: expected {name}(), got the class {name}")
        if not callable(getattr(optimizer, "step", None)):
            raise TypeError(
                f"optimizer: expected SGD or Adam, got {type(optimizer).__name__}"
            )
        if clip is not None:
            clip = check_input.number("clip", clip, above=0)
        value, doutputs, state, cache = self._score(
            batch, state, loss, dropout, recurrent_dropout
        )
        if not np.isfinite(value):
            raise FloatingPointError(
                f"loss: expected a finite number, got {value}; "
                "try a smaller learning rate or clip"
            )
        _, _, grads = self.backward(doutputs, cache)
        optimizer.step(
            self.params, grads if clip is None else clip_by_norm(grads, clip)
        )
        return value, state

    def fit(
        self,
        batches: Iterable[tuple],
        optimizer: SGD | Adam,
        *,
        loss: Callable = softmax_cross_entropy,
        steps: int | None = None,
        clip: float | None = None,
        dropout: Dropout | None = None,
        recurrent_dropout: Dropout | None = None,
        carry: bool = False,
        progress: bool = True,
    ) -> list[float]:
        """One optimizer step per batch; returns the loss of each batch, before its step.

        `batches` yields (inputs, targets), (inputs, targets, mask) or (inputs, targets, mask,
        real). The mask says which targets count; `real` (B,T), True where a step is no padding, is
        the layer's mask, and that of the loss too where mask is None. Without it the layer reads
        all inputs. `steps` ends it early (or ends an endless generator).
        `clip` limits the gradient's norm; `dropout` and `recurrent_dropout` (see `forward`) work in
        training alone. `carry=True` hands the
        last state of a batch to the next, as contiguous batches want it: the state crosses the
        edge, the gradient does not (truncated backpropagation through time). All batches need the
        same number of rows then, and padding needs `real`: without it the layer reads the padding
        and its state changes. A layer that reads backward, too, cannot carry its state.
        `progress` shows a bar.
        """
        _check_iterable(batches)
        self._check_carry(carry)
        if steps is not None:
            batches = islice(batches, check_input.size("steps", steps))
        history: list[float] = []
        state = None
        bar = tqdm(batches, total=steps, disable=not progress, unit="step")
        for batch in bar:
            try:
                value, last = self.train_step(
                    batch, optimizer, state, loss=loss, clip=clip, dropout=dropout,
                    recurrent_dropout=recurrent_dropout,
                )  # fmt: skip
            except FloatingPointError as error:
                message = f"{error} (step {len(history)})"
                raise FloatingPointError(message) from None
            history.append(value)
            bar.set_postfix(loss=f"{value:.3f}", refresh=False)
            if carry:
                state = last
        if not history:
            raise ValueError("batches: expected at least one batch, got none")
        return history

    def evaluate(
        self,
        batches: Iterable[tuple],
        *,
        loss: Callable = softmax_cross_entropy,
        carry: bool = False,
    ) -> float:
        """The mean loss over all entries that count, of all batches; nothing is learned.

        For the arguments see `fit`. (The loss computes its gradient too, which is not used.)
        """
        _check_iterable(batches)
        self._check_carry(carry)
        total, count, state = 0.0, 0.0, None
        for batch in batches:
            value, _, last, _ = self._score(batch, state, loss)
            # Targets count, not inputs: a loss may look at the last step alone.
            _, targets, mask, _ = self._batch(batch)
            entries = np.size(targets) * (1.0 if mask is None else np.mean(mask))
            total, count = total + value * entries, count + entries
            state = last if carry else None
        if not count:
            raise ValueError("batches: expected at least one batch, got none")
        return total / count

    def _score(
        self, batch: Any, state: Any, loss: Callable, *dropouts: Dropout | None
    ) -> tuple[float, Any, Any, tuple]:
        """The loss of a batch and its gradient by the outputs; the last state; the cache."""
        inputs, targets, mask, real = self._batch(batch)
        if not callable(loss):
            raise TypeError(f"loss: expected a function, got {type(loss).__name__}")
        inputs = check_input.array("inputs", inputs)
        for field in leaves(state, "state").values():
            rows = np.shape(field)[-2:-1]  # (B,H), or a (L,B,H) of levels
            if rows and rows != inputs.shape[:1]:
                raise ValueError(
                    f"batch: expected {rows[0]} rows, as in the state, "
                    f"got inputs of shape {inputs.shape}"
                )
        outputs, state, cache = self.forward(inputs, state, real, *dropouts)
        # A loss need not know of masks.
        masks = () if mask is None else (mask,)
        return *_checked_loss(loss(outputs, targets, *masks)), state, cache

    def _check_carry(self, carry: bool) -> None:
        if carry and self.layer.needs_all_steps:
            raise ValueError(
                "carry: expected False, since a Bidirectional layer needs the whole sequence, "
                "got True"
            )

    def _batch(self, batch: Any) -> tuple[Any, Any, Any, Any]:
        """inputs, targets, mask of the targets, which steps are real; None where not given."""
        if not isinstance(batch, tuple | list) or len(batch) not in (2, 3, 4):
            length = f" of {len(batch)}" if hasattr(batch, "__len__") else ""
            raise TypeError(
                "batch: expected (inputs, targets), (inputs, targets, mask) or "
                f"(inputs, targets, mask, real) each, got {type(batch).__name__}{length}"
            )
        inputs, targets, mask, real = (*batch, None, None)[:4]
        return inputs, targets, real if mask is None else mask, real


def _check_finite(name: str, values: np.ndarray) -> None:
    if not np.isfinite(values).all():
        raise FloatingPointError(
            f"{name}: expected finite numbers, got NaN or infinity; "
            "try a smaller learning rate or clip"
        )


def _check_iterable(batches: Any) -> None:
    if not isinstance(batches, Iterable):
        raise TypeError(f"batches: expected an iterable, got {type(batches).__name__}")


def _checked_loss(found: Any) -> tuple[float, Any]:
    """What a loss function returned; `backward` checks the gradient."""
    wanted = "loss: expected a function that returns (number, gradient), got one that returns"
    if not isinstance(found, tuple | list) or len(found) != 2:
        raise TypeError(f"{wanted} {type(found).__name__}")
    if isinstance(found[0], bool) or not isinstance(found[0], Real):
        raise TypeError(f"{wanted} {type(found[0]).__name__} as its number")
    return float(found[0]), found[1]
