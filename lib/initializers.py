"""Initial values of weights, as Keras has them.

Each function takes a `numpy.random.Generator` and the shape (from, to) of a matrix that rows are
multiplied with, and returns float64.
"""

import numpy as np

from lib import check_input


def glorot_uniform(rng: np.random.Generator, shape: tuple[int, int]) -> np.ndarray:
    """U(-l, l) with l = sqrt(6 / (from + to)) (Glorot & Bengio 2010)."""
    rng, shape = _checked(rng, shape)
    limit = np.sqrt(6 / (shape[0] + shape[1]))
    return rng.uniform(-limit, limit, shape)


def orthogonal(rng: np.random.Generator, shape: tuple[int, int]) -> np.ndarray:
    """Orthonormal rows or columns, whichever are fewer (Saxe, McClelland & Ganguli 2014).

    The Q of the QR decomposition of a Gaussian matrix; the signs of R's diagonal make it
    uniform over all such matrices.
    """
    rng, shape = _checked(rng, shape)
    rows, columns = max(shape), min(shape)
    q, r = np.linalg.qr(rng.normal(size=(rows, columns)))
    q *= np.sign(np.diag(r))
    return q if shape[0] >= shape[1] else q.T


def identity(rng: np.random.Generator, shape: tuple[int, int]) -> np.ndarray:
    """Ones on the diagonal (Le, Jaitly & Hinton 2015); `rng` is not used."""
    return np.eye(*_checked(rng, shape)[1])


def _checked(
    rng: np.random.Generator, shape: tuple[int, int]
) -> tuple[np.random.Generator, tuple[int, int]]:
    if not isinstance(shape, tuple) or len(shape) != 2:
        raise TypeError(f"shape: expected a tuple (from, to), got {shape!r}")
    rows, columns = (check_input.size("shape", side) for side in shape)
    return check_input.generator("rng", rng), (rows, columns)
