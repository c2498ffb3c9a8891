"""Dropout: in training, numbers are set to zero at random, and the others grow to make up for it.

    Y = M * X / (1 - rate),   M = 1 with probability 1 - rate, else 0

The mean of Y is X, so nothing changes when the model is used: then there is no dropout. A network
that cannot rely on any single number of its input learns things that hold on new data too.

Sources: Srivastava et al. 2014; in recurrent networks on the way in and on the way out of a layer,
not on its way through time: Zaremba, Sutskever & Vinyals 2014.
Used in book/applications/word_prediction.
"""

import numpy as np

from lib import check_input


class Dropout:
    """Dropout(rate, rng): `rate` is the share that is set to zero, in [0, 1)."""

    def __init__(self, rate: float, rng: np.random.Generator | None = None):
        self.rate = check_input.number("rate", rate, least=0, below=1)
        self.rng = check_input.generator("rng", rng)

    def forward(self, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """x of any shape -> y, and the factors that x was multiplied with. Each call draws anew."""
        x = check_input.array("x", x)
        x = check_input.floats("x", x, x.shape, check_input.float_dtype("x", x.dtype))
        kept = self.rng.random(x.shape, np.float32) >= self.rate
        factors = kept.astype(x.dtype) / x.dtype.type(1 - self.rate)
        return x * factors, factors  # eq-dropout

    def backward(self, dy: np.ndarray, factors: np.ndarray) -> np.ndarray:
        """dy -> dx: what was set to zero has no gradient."""
        dy = check_input.floats("dy", dy, factors.shape, factors.dtype)
        return dy * factors
