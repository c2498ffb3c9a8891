"""A training step and an inference of each library, on the same weights and the same data.

A training step is forward and backward, with the gradients of all weights and of the inputs;
`dhs`, the gradient of the outputs, is given. An inference is forward alone. Arguments of a
library are made before the clock runs.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from benchmarks import step_loop
from benchmarks.products import products
from benchmarks.sizes import Size
from lib import LSTM, SimpleRNN, convert, frameworks


class Runs(NamedTuple):
    training: Callable
    inference: Callable


def data(size: Size, dtype: str) -> tuple[np.ndarray, np.ndarray]:
    """xs (B,T,D) and dhs (B,T,H)."""
    B, T, D, H = size
    rng = np.random.default_rng(1)
    xs, dhs = rng.normal(size=(B, T, D)), rng.normal(size=(B, T, H))
    return xs.astype(dtype), dhs.astype(dtype)


def of_lib(layer: Any, xs: np.ndarray, dhs: np.ndarray) -> Runs:
    def training() -> None:
        _, _, cache = layer.forward(xs)
        layer.backward(dhs, cache)

    return Runs(training, lambda: layer.forward(xs))


def of_torch(layer: Any, xs: np.ndarray, dhs: np.ndarray) -> Runs:
    """`torch.nn.RNN`, `LSTM` or `GRU`, as they are: eager, without `torch.compile`."""
    torch = frameworks.torch()
    torch.set_num_threads(1)
    module = convert.to_torch(layer)
    leaf, arriving = torch.from_numpy(xs).requires_grad_(), torch.from_numpy(dhs)
    plain = torch.from_numpy(xs)

    def training() -> None:
        module.zero_grad()
        leaf.grad = None
        module(leaf)[0].backward(arriving)

    def inference() -> None:
        with torch.inference_mode():
            module(plain)

    return Runs(training, inference)


def of_keras(layer: Any, xs: np.ndarray, dhs: np.ndarray) -> Runs:
    """A Keras layer in a `tf.function`: what `train_on_batch` and `predict_on_batch` run.

    Loss, optimizer and the copies from and to NumPy, which those bring along, are left out. On a
    CPU Keras does not choose XLA by itself, so that is left out too.
    """
    tf = frameworks.tensorflow()
    twin = convert.to_keras(layer)
    inputs, arriving = tf.constant(xs), tf.constant(dhs)

    @tf.function
    def training(inputs: Any, arriving: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(inputs)
            hs = twin(inputs)
        sources = [inputs, *twin.trainable_variables]
        return tape.gradient(hs, sources, output_gradients=arriving)

    @tf.function
    def inference(inputs: Any) -> Any:
        return twin(inputs)

    return Runs(lambda: training(inputs, arriving), lambda: inference(inputs))


def of_step_loop(layer: Any, xs: np.ndarray, dhs: np.ndarray) -> Runs:
    cell = step_loop.LSTMCell if isinstance(layer, LSTM) else step_loop.RNN
    weights = step_loop.weights_of(layer)

    def training() -> None:
        _, kept = step_loop.forward(cell, xs, weights)
        step_loop.backward(cell, dhs, kept, weights)

    return Runs(training, lambda: step_loop.forward(cell, xs, weights))


def of_products(K: int, size: Size, dtype: str) -> Runs:
    forward, backward = products(K, size, np.dtype(dtype))

    def training() -> None:
        forward()
        backward()

    return Runs(training, forward)


def all_runs(layer: Any, size: Size) -> dict[str, Runs]:
    """Keras in float32 alone, its usual type; the step loop where it has the layer."""
    dtype = str(layer.dtype)
    xs, dhs = data(size, dtype)
    runs = {"lib": of_lib(layer, xs, dhs), "torch.nn": of_torch(layer, xs, dhs)}
    if dtype == "float32":
        runs["Keras"] = of_keras(layer, xs, dhs)
    if isinstance(layer, LSTM | SimpleRNN):
        runs["step loop"] = of_step_loop(layer, xs, dhs)
    runs["products"] = of_products(len(layer.names), size, dtype)
    return runs
