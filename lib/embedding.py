"""The embedding layer: one vector per token.

    X_t = W[token_t]        tokens (...) ints in 0..V-1, W (V, D), X (..., D)

It is a product with one-hot rows, without making them. Initial weights are Keras's:
U(-0.05, 0.05).
"""

from typing import Any

import numpy as np

from lib import check_input
from lib.params import HasParams, Params


class Embedding(HasParams):
    """Embedding(vocabulary_size, output_size): V D parameters."""

    def __init__(
        self,
        vocabulary_size: int,
        output_size: int,
        rng: np.random.Generator | None = None,
        dtype: Any = np.float64,
    ):
        V = self.vocabulary_size = check_input.size("vocabulary_size", vocabulary_size)
        D = self.output_size = check_input.size("output_size", output_size)
        self.dtype = check_input.float_dtype("dtype", dtype)
        W = check_input.generator("rng", rng).uniform(-0.05, 0.05, (V, D))
        self._params = Params({"W": W.astype(self.dtype)})

    def config(self) -> dict[str, Any]:
        """The arguments that make a layer like this one; the parameters are not among them."""
        sizes = {
            "vocabulary_size": self.vocabulary_size,
            "output_size": self.output_size,
        }
        return {**sizes, "dtype": str(self.dtype)}

    def forward(self, tokens: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """tokens (...) -> x (..., D) and the cache."""
        tokens = check_input.integers("tokens", tokens, None, self.vocabulary_size)
        return self.params["W"][tokens], tokens.copy()  # eq-embedding

    def backward(self, dx: np.ndarray, cache: np.ndarray) -> dict[str, np.ndarray]:
        """dx (..., D) -> the gradient of W: each token's row is the sum of its dx."""
        tokens = check_input.cache(cache, np.ndarray, self).reshape(-1)
        dx = check_input.floats("dx", dx, (*cache.shape, self.output_size), self.dtype)
        order = np.argsort(tokens, kind="stable")
        used, starts = np.unique(tokens[order], return_index=True)
        dW = np.zeros_like(self.params["W"])
        dW[used] = np.add.reduceat(dx.reshape(-1, self.output_size)[order], starts)
        return {"W": dW}
