"""The dense (fully connected, affine) layer.

    Y = X W + b        X (..., D), W (D, K), b (K,), Y (..., K)

Its initial weights are Keras's: W Glorot uniform, b zero.
"""

from typing import Any

import numpy as np

from lib import check_input
from lib.initializers import glorot_uniform
from lib.params import Params


class Dense:
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
        self.params = Params(
            W=W.astype(self.dtype), b=np.zeros(output_size, self.dtype)
        )

    def forward(self, x: np.ndarray) -> tuple[np.ndarray, tuple]:
        """x (..., D) -> y (..., K) and the cache."""
        x = check_input.array("x", x)

        x = check_input.floats("x", x, (*x.shape[:-1], self.input_size), self.dtype)
        W = self.params["W"].copy()
        return x @ W + self.params["b"], (x.copy(), W)  # eq-dense

    def backward(self, dy: np.ndarray, cache: tuple) -> tuple[np.ndarray, dict]:
        """dy (..., K) -> dx (..., D) and the gradients, summed over all rows."""
        x, W = cache
        dy = check_input.floats("dy", dy, (*x.shape[:-1], self.output_size), self.dtype)
        rows = dy.reshape(-1, self.output_size)
        return dy @ W.T, {
            "W": x.reshape(-1, self.input_size).T @ rows,
            "b": rows.sum(0),
        }
