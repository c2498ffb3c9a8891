"""Initial values of weights, as Keras has them.

`glorot_uniform`, `orthogonal` and `identity` take a `numpy.random.Generator` and the shape
(from, to) of a matrix that rows are multiplied with, and return float64.
"""

from typing import Any

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


def chrono(
    layer: Any, longest: int, rng: np.random.Generator | None = None
) -> np.ndarray:
    """Set the biases of a gated layer for dependencies of up to `longest` steps.

    b = log u with u from U(1, longest - 1): a gate that is open sigma(b) keeps a state for about
    1 / (1 - sigma(b)) = 1 + u steps. LSTM, PeepholeLSTM: b_f = b, b_i = -b; CoupledLSTM: b_f = b;
    GRU: b_z = b, with `update="write"` -b. Returns b (H,).

    longest: in steps, at least 3. Source: Tallec & Ollivier 2018, Can recurrent neural networks
    warp time? (ICLR).
    """
    params, H = getattr(layer, "params", {}), getattr(layer, "hidden_size", None)
    if H is None or not {"b_f", "b_z"} & set(params):
        raise TypeError(
            "layer: expected an LSTM or PeepholeLSTM with a forget gate, a CoupledLSTM or a GRU, "
            f"got {layer!r}; for the parts of other layers call chrono on each"
        )
    longest = check_input.size("longest", longest, least=3)
    u = check_input.generator("rng", rng).uniform(1, longest - 1, H)
    b = np.log(u).astype(layer.dtype)
    if "b_z" in params:
        params["b_z"] = b if layer.update == "keep" else -b
        return b
    params["b_f"] = b
    if "b_i" in params:
        params["b_i"] = -b
    return b


def _checked(
    rng: np.random.Generator, shape: tuple[int, int]
) -> tuple[np.random.Generator, tuple[int, int]]:
    if not isinstance(shape, tuple) or len(shape) != 2:
        raise TypeError(f"shape: expected a tuple (from, to), got {shape!r}")
    rows, columns = (check_input.size("shape", side) for side in shape)
    return check_input.generator("rng", rng), (rows, columns)
