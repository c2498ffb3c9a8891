"""Weights to and from PyTorch and Keras.

| here                     | Keras                            | PyTorch                           |
|--------------------------|----------------------------------|-----------------------------------|
| one matrix per gate, row form x @ W | one kernel (D, KH), row form | one weight (KH, D), x @ W.T |
| LSTM: gates i, f, g, o   | i, f, c, o (c is our g)          | i, f, g, o                        |
| GRU: z, r, n             | z, r, h (h is our n)             | r, z, n                           |
| one bias                 | one; GRU with reset_after: two   | two, bias_ih + bias_hh            |
| `Stacked`                | a `Sequential` of layers         | `num_layers`                      |
| `Bidirectional`          | `Bidirectional`, outputs joined  | `bidirectional=True`              |

A GRU with `update="write"` becomes the other form: the signs of W_xz, W_hz and b_z are flipped.
What comes back has `update="keep"`, as both libraries have.
Either library is imported when a function needs it. What has no counterpart is an error: Jordan's
layer, peepholes, coupled gates, depth gates, clockwork, the LSTM without a forget gate; in PyTorch
also the GRU with `reset_after=False` and the sigmoid and linear SimpleRNN. Types of our layers must
be exact: a subclass may compute something else.
"""

from lib.convert.keras import from_keras, keras_weights, to_keras
from lib.convert.pytorch import from_torch, to_torch

__all__ = ["from_keras", "from_torch", "keras_weights", "to_keras", "to_torch"]
