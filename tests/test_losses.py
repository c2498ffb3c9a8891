"""Losses and activations, against torch.nn.functional and by hand."""

import warnings

import numpy as np
import pytest
from cases import assert_close

from lib import (
    activations,
    mean_squared_error,
    sigmoid_cross_entropy,
    softmax_cross_entropy,
)

B, T, V = 2, 5, 4
dtypes = pytest.mark.parametrize(
    "dtype", [np.float32, np.float64], ids=["float32", "float64"]
)
masked = pytest.mark.parametrize("masked", [False, True], ids=["all", "masked"])


@masked
@dtypes
@pytest.mark.parametrize(
    "function, twin, kind",
    [
        (softmax_cross_entropy, "cross_entropy", "tokens"),
        (sigmoid_cross_entropy, "binary_cross_entropy_with_logits", "bits"),
        (mean_squared_error, "mse_loss", "numbers"),
    ],
    ids=["softmax", "sigmoid", "squared"],
)
def test_loss_and_gradient_are_torchs(function, twin, kind, dtype, masked):
    rng = np.random.default_rng(0)
    outputs = (3 * rng.normal(size=(B, T, V))).astype(dtype)
    targets = {
        "tokens": rng.integers(0, V, (B, T)),
        "bits": rng.integers(0, 2, (B, T, V)).astype(dtype),
        "numbers": rng.normal(size=(B, T, V)).astype(dtype),
    }[kind]
    mask = np.ones((B, T, V) if kind == "bits" else (B, T), bool)
    if masked:
        mask = rng.random(mask.shape) < 0.6
    loss, doutputs = function(outputs, targets, mask if masked else None)

    import torch  # here: the other tests of this file do without

    theirs, mask = torch.tensor(outputs, requires_grad=True), torch.tensor(mask)
    want = getattr(torch.nn.functional, twin)(theirs[mask], torch.tensor(targets)[mask])
    want.backward()
    tolerance = 2e-6 if dtype == np.float32 else 1e-9
    assert isinstance(loss, float)
    assert doutputs.dtype == dtype
    assert_close(loss, want.item(), tolerance)
    assert_close(doutputs, theirs.grad.numpy(), tolerance)


def test_cross_entropy_by_hand():
    # p = (1/4, 3/4): -log p = log 4, and p - y = (-3/4, 3/4)
    loss, dlogits = softmax_cross_entropy([[0.0, np.log(3)]], [0])
    assert_close(loss, np.log(4))
    assert_close(dlogits, [[-0.75, 0.75]])


def test_integers_as_logits():
    assert_close(softmax_cross_entropy([[0, 0]], [1])[0], np.log(2))


@dtypes
def test_huge_logits(dtype):
    logits = np.array([[1000, 0, -1000], [-1000, -1000, -1000]], dtype)
    assert_close(activations.softmax(logits), np.array([[1, 0, 0], [1 / 3] * 3]), 1e-7)
    loss, dlogits = softmax_cross_entropy(logits, [2, 0])
    assert_close(loss, (2000 + np.log(3)) / 2, 1e-7)
    assert_close(dlogits, np.array([[1, 0, -1], [-2 / 3, 1 / 3, 1 / 3]]) / 2, 1e-7)
    loss, dlogits = sigmoid_cross_entropy(
        np.array([1000, -1000, -1000], dtype), [0, 1, 0]
    )
    assert_close(loss, 2000 / 3, 1e-6)
    assert_close(dlogits, np.array([1, -1, 0]) / 3, 1e-6)


@pytest.mark.parametrize(("dtype", "huge"), [(np.float32, 8e37), (np.float64, 4e307)])
def test_the_largest_logits_are_finite(dtype, huge):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        loss, dlogits = softmax_cross_entropy(
            np.array([[huge, -huge]] * 3, dtype), [0, 1, 1]
        )
    assert_close(loss, 4 * (huge / 3), 1e-6)
    assert_close(dlogits, np.array([[0, 0], [1, -1], [1, -1]]) / 3, 1e-6)


@pytest.mark.parametrize(
    "function, targets",
    [
        (softmax_cross_entropy, [[0, 1]]),
        (mean_squared_error, [[[1.0, 2.0], [0.0, 1.0]]]),
    ],
    ids=["softmax", "squared"],
)
def test_what_does_not_count_changes_nothing(function, targets):
    mask = np.array([[True, False]])
    one = function(np.array([[[0.5, 0.1], [0.3, 0.2]]]), np.array(targets), mask)
    other = function(np.array([[[0.5, 0.1], [9.0, -9.0]]]), np.array(targets), mask)
    assert one[0] == other[0]
    assert_close(one[1], other[1], 0)


def test_masked_loss_is_the_loss_of_what_counts():
    rng = np.random.default_rng(0)
    outputs, tokens = rng.normal(size=(B, T, V)), rng.integers(0, V, (B, T))
    numbers, bits = rng.normal(size=(B, T, V)), rng.integers(0, 2, (B, T, V))
    mask, each = rng.random((B, T)) < 0.6, rng.random((B, T, V)) < 0.6
    for function, targets, counts in (
        (softmax_cross_entropy, tokens, mask),
        (mean_squared_error, numbers, mask),
        (sigmoid_cross_entropy, bits, each),
    ):
        loss, doutputs = function(outputs, targets, counts)
        alone, gradient = function(outputs[counts], targets[counts])
        assert_close(loss, alone)
        assert_close(doutputs[counts], gradient)
        assert not doutputs[~counts].any()


def test_losses_change_nothing_passed_in():
    rng = np.random.default_rng(0)
    outputs, targets, bits = rng.normal(size=(B, V)), np.array([1, 3]), np.ones((B, V))
    before = outputs.copy()
    softmax_cross_entropy(outputs, targets)
    sigmoid_cross_entropy(outputs, bits)
    mean_squared_error(outputs, bits)
    assert_close(
        (outputs, targets, bits), (before, np.array([1, 3]), np.ones((B, V))), 0
    )


def test_softmax_against_torch():
    import torch

    a = 5 * np.random.default_rng(0).normal(size=(B, T, V))
    theirs = torch.tensor(a)
    assert_close(activations.softmax(a), torch.softmax(theirs, -1).numpy())
    assert_close(activations.log_softmax(a), torch.log_softmax(theirs, -1).numpy())
