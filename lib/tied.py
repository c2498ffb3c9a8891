"""A read-out that shares its matrix with the embedding.

    Y = X W^T + b        X (..., D), W (V, D) of the embedding, b (V,), Y (..., V)

The score of a token is how well the hidden state fits the token's own vector. One matrix has two
jobs: it saves V D parameters, and each token's vector learns at both places.

Sources: Press & Wolf 2017; Inan, Khosravi & Socher 2017.
Derived in book/applications/word_prediction.
"""

import numpy as np

from lib import check_input
from lib.embedding import Embedding
from lib.params import HasParams, Params


class TiedDense(HasParams):
    """TiedDense(embedding): V parameters of its own, b; W belongs to the embedding.

    So `backward` returns one gradient more than `params` has names: its part of that of W, which
    the model adds to the embedding's.
    """

    def __init__(self, embedding: Embedding):
        if not isinstance(embedding, Embedding):
            raise TypeError(
                f"embedding: expected an Embedding, got {type(embedding).__name__}"
            )
        self.embedding = embedding
        self.input_size = embedding.output_size
        self.output_size = embedding.vocabulary_size
        self.dtype = embedding.dtype
        self._params = Params({"b": np.zeros(self.output_size, self.dtype)})

    def forward(self, x: np.ndarray) -> tuple[np.ndarray, tuple]:
        """x (..., D) -> y (..., V) and the cache."""
        x = check_input.array("x", x)
        x = check_input.floats("x", x, (*x.shape[:-1], self.input_size), self.dtype)
        W = self.embedding.params["W"].copy()
        rows = x.reshape(-1, self.input_size)  # one product, not one for each sequence
        y = rows @ W.T + self.params["b"]  # eq-tied
        return y.reshape(*x.shape[:-1], self.output_size), (x.copy(), W)

    def backward(self, dy: np.ndarray, cache: tuple) -> tuple[np.ndarray, dict]:
        """dy (..., V) -> dx (..., D) and the gradients; that of W is this use's part of it."""
        x, _ = check_input.cache(cache, tuple, self)
        shape = (*x.shape[:-1], self.output_size)
        return self._gradients(check_input.floats("dy", dy, shape, self.dtype), cache)

    def _gradients(self, dy: np.ndarray, cache: tuple) -> tuple[np.ndarray, dict]:
        x, W = cache
        rows = dy.reshape(-1, self.output_size)
        db = rows.sum(0, dtype=np.float64)  # in float32 a sum over many rows is inexact
        dW = rows.T @ x.reshape(-1, self.input_size)
        return dy @ W, {"W": dW, "b": db.astype(self.dtype)}
