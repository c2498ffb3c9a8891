"""Losses: each returns the mean over the entries that count, and its gradient.

    loss, dlogits = softmax_cross_entropy(logits, targets, mask=None)

`mask` has the shape of the targets' entries, True where an entry counts. What does not count
changes neither the loss nor any gradient: the mean is over the unmasked entries alone.
"""

from typing import Any

import numpy as np

from lib import check_input
from lib.activations import log_softmax, sigmoid


def softmax_cross_entropy(
    logits: np.ndarray, targets: np.ndarray, mask: np.ndarray | None = None
) -> tuple[float, np.ndarray]:
    """Mean of -log p(target), in nats, with p = softmax(logits).

    logits (..., V), targets (...) ints in 0..V-1, mask (...). The gradient of one entry is
    p - y, with y the one-hot target.
    """
    logits = _floats("logits", logits)
    limit = np.finfo(logits.dtype).max / 4  # differences of logits must be finite
    if (largest := max(logits.max(), -logits.min())) > limit:
        raise ValueError(
            f"logits: expected numbers up to {limit:.2g}, got {largest:.2g} ({logits.dtype})"
        )
    *shape, V = logits.shape
    targets = check_input.integers("targets", targets, tuple(shape), V)
    weights = _weights(mask, tuple(shape), logits.dtype)
    log_p = log_softmax(logits)
    at_target = targets[..., None]
    nats = -np.take_along_axis(log_p, at_target, -1)[..., 0]  # eq-cross-entropy
    dlogits = np.exp(log_p)
    p_target = np.take_along_axis(dlogits, at_target, -1)
    np.put_along_axis(dlogits, at_target, p_target - 1, -1)  # eq-p-minus-y
    return float((weights * nats).sum()), dlogits * weights[..., None]


def sigmoid_cross_entropy(
    logits: np.ndarray, targets: np.ndarray, mask: np.ndarray | None = None
) -> tuple[float, np.ndarray]:
    """Mean of -y log p - (1 - y) log(1 - p), in nats, with p = sigma(logits).

    logits, targets (0 or 1) and mask share one shape. The gradient of one entry is p - y.
    """
    logits = _floats("logits", logits)
    y = check_input.floats("targets", targets, logits.shape, logits.dtype)
    if not np.isin(y, (0, 1)).all():
        raise ValueError(f"targets: expected 0 or 1, got {y[~np.isin(y, (0, 1))][0]:g}")
    weights = _weights(mask, logits.shape, logits.dtype)
    # -log sigma(a) = log(1 + exp(-a)), without overflow
    nats = np.logaddexp(0, logits) - y * logits
    return float((weights * nats).sum()), (sigmoid(logits) - y) * weights


def mean_squared_error(
    outputs: np.ndarray, targets: np.ndarray, mask: np.ndarray | None = None
) -> tuple[float, np.ndarray]:
    """Mean of (output - target)^2. outputs and targets (..., K), mask (...)."""
    outputs = _floats("outputs", outputs)
    targets = check_input.floats("targets", targets, outputs.shape, outputs.dtype)
    *shape, K = outputs.shape
    weights = _weights(mask, tuple(shape), outputs.dtype)[..., None] / K
    error = outputs - targets
    return float((weights * error * error).sum()), 2 * weights * error


def _floats(name: str, value: Any) -> np.ndarray:
    array = check_input.array(name, value)
    dtype = array.dtype if array.dtype == np.float32 else np.dtype(np.float64)
    if array.ndim == 0:
        raise ValueError(f"{name}: expected at least one axis, got a single number")
    return check_input.floats(name, array, array.shape, dtype)


def _weights(mask: Any, shape: tuple[int, ...], dtype: np.dtype) -> np.ndarray:
    """What each entry counts: 1 / (number of unmasked entries), or 0."""
    mask = check_input.mask("mask", mask, shape)
    if mask is None:
        mask = np.ones(shape, bool)
    if not mask.any():
        raise ValueError("mask: expected at least one entry that counts, got none")
    return (mask / mask.sum()).astype(dtype)
