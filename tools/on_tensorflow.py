"""The gradients of a word model by TensorFlow: on a GPU where it finds one.

Batches, dropout, clipping, Adam and checkpoints stay those of lib. So a run on a GPU differs by
rounding alone, and a test holds both to the same losses.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from lib import Adam, Dropout, Model, clip_by_norm, convert, frameworks


class OnTensorFlow:
    """Stands for `model` in training: `train_step` computes its gradients elsewhere."""

    def __init__(self, model: Model):
        self.model, self.tf = model, frameworks.tensorflow()
        self.twin = convert.to_keras(model.layer, return_state=True)
        self.E = self.tf.Variable(model.embedding.params["W"])
        self.b = self.tf.Variable(model.readout.params["b"])
        self.weights = [self.E, self.b, *self.twin.trainable_variables]
        self.gradients = self.tf.function(self._gradients)

    def train_step(
        self,
        batch: tuple,
        optimizer: Adam,
        state: Any = None,
        *,
        clip: float,
        dropout: Dropout,
    ) -> tuple[float, Any]:
        """As `Model.train_step`."""
        model, (inputs, targets) = self.model, batch
        state = state or model.layer.initial_state(len(inputs))
        ones = np.ones((*inputs.shape, model.layer.hidden_size), model.layer.dtype)
        entering, leaving = dropout.forward(ones)[0], dropout.forward(ones)[0]
        arrays = [np.ascontiguousarray(a) for a in (inputs, targets)]
        loss, h, c, (dE, db, *dlayer) = self.gradients(
            *arrays, *state, entering, leaving
        )
        grads = {"embedding.W": dE.numpy()}
        for part, joined in zip(("W_x", "W_h", "b_"), dlayer, strict=True):
            for gate, piece in zip(
                "ifgo", np.split(joined.numpy(), 4, axis=-1), strict=True
            ):
                grads[f"layer.{part}{gate}"] = piece
        grads["readout.b"] = db.numpy()
        optimizer.step(model.params, clip_by_norm(grads, clip))
        self.E.assign(model.embedding.params["W"])
        self.b.assign(model.readout.params["b"])
        self.twin.set_weights(convert.keras_weights(model.layer))
        return float(loss), model.layer.State(h.numpy(), c.numpy())

    def _gradients(self, inputs, targets, h, c, entering, leaving):  # type: ignore[no-untyped-def]
        tf = self.tf
        with tf.GradientTape() as tape:
            xs = tf.gather(self.E, inputs) * entering
            hs, h, c = self.twin(xs, initial_state=[h, c])
            logits = tf.einsum("btd,vd->btv", hs * leaving, self.E) + self.b
            loss = tf.reduce_mean(
                tf.nn.sparse_softmax_cross_entropy_with_logits(targets, logits)
            )
        grads = tape.gradient(loss, self.weights)
        return loss, h, c, [tf.convert_to_tensor(g) for g in grads]
