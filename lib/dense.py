"""The dense (fully connected, affine) layer.

    Y = X W + b        X (..., D), W (D, K), b (K,), Y (..., K)

Its initial weights are Keras's: W Glorot uniform, b zero.
"""

from typing import Any

import numpy as np

from lib import check_input
from lib.initializers import glorot_uniform
from lib.params import HasParams, Params


class Dense(HasParams):
    """Dense(input_size, output_size): D K + K parameters."""

    def __init__(
        self,
        input_size: int,
        output_size: int,
        rng: np.random.Generator | None = None,
        dtype: Any = np.float64,
    ):
        self.input_size = check_input.size("input_size", input_size)
        self.output_size = check_input.size("output_size", output_size)
        self.dtype = check_input.float_dtype("dtype", dtype)
        W = glorot_uniform(check_input.generator("rng", rng), (input_size, output_size))
        b = np.zeros(output_size, self.dtype)
        self._params = Params({"W": W.astype(self.dtype), "b": b})

    def config(self) -> dict[str, Any]:
        """The arguments that make a layer like this one; the parameters are not among them."""
        sizes = {"input_size": self.input_size, "output_size": self.output_size}
        return {**sizes, "dtype": str(self.dtype)}

    def forward(self, x: np.ndarray) -> tuple[np.ndarray, tuple]:
        """x (..., D) -> y (..., K) and the cache."""
        x = check_input.array("x", x)
        x = check_input.floats("x", x, (*x.shape[:-1], self.input_size), self.dtype)
        W = self.params["W"].copy()
        rows = x.reshape(-1, self.input_size)  # one product, not one for each sequence
        y = rows @ W + self.params["b"]  # eq-dense
        return y.reshape(*x.shape[:-1], self.output_size), (x.copy(), W)

    def backward(self, dy: np.ndarray, cache: tuple) -> tuple[np.ndarray, dict]:
        """dy (..., K) -> dx (..., D) and the gradients, summed over all rows."""
        x, _ = check_input.cache(cache, tuple, self)
        shape = (*x.shape[:-1], self.output_size)
        return self._gradients(check_input.floats("dy", dy, shape, self.dtype), cache)

    def _gradients(self, dy: np.ndarray, cache: tuple) -> tuple[np.ndarray, dict]:
        x, W = cache
        rows = dy.reshape(-1, self.output_size)
        # In float32 a sum over many rows is inexact.
        db = rows.sum(0, dtype=np.float64)  # eq-dense-db
        dW = x.reshape(-1, self.input_size).T @ rows  # eq-dense-dW
        dx = dy @ W.T  # eq-dense-dx
        return dx, {"W": dW, "b": db.astype(self.dtype)}
