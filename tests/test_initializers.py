"""Initial weights: Keras's, gate by gate over the same fans."""

import numpy as np
import pytest

from lib import LSTM, Dense, Embedding, SimpleRNN
from lib.initializers import glorot_uniform, identity, orthogonal


def rng():
    return np.random.default_rng(0)


@pytest.mark.parametrize("shape", [(30, 50), (200, 40)], ids=str)
def test_glorot_limits_and_variance(shape):
    W = glorot_uniform(rng(), shape)
    limit = np.sqrt(6 / sum(shape))
    assert W.shape == shape
    assert 0.99 * limit < np.abs(W).max() <= limit
    # Var of U(-l, l) is l^2 / 3 = 2 / (from + to)
    assert abs(W.var() - 2 / sum(shape)) < 0.05 * 2 / sum(shape)
    assert abs(W.mean()) < 0.05 * limit


@pytest.mark.parametrize("shape", [(4, 4), (4, 9), (9, 4), (1, 3), (3, 1)], ids=str)
def test_orthonormal_rows_or_columns(shape):
    W = orthogonal(rng(), shape)
    assert W.shape == shape
    product = W @ W.T if shape[0] < shape[1] else W.T @ W
    np.testing.assert_allclose(product, np.eye(min(shape)), atol=1e-12)


def test_orthogonal_is_uniform():
    # LAPACK's Q alone has one sign in its first entry, always; uniform matrices have both, and
    # their determinants too.
    generator = rng()
    drawn = [orthogonal(generator, (3, 3)) for _ in range(200)]
    assert 70 < sum(W[0, 0] > 0 for W in drawn) < 130
    assert 70 < sum(np.linalg.det(W) > 0 for W in drawn) < 130
    assert np.abs(np.mean(drawn, axis=0)).max() < 0.2


def test_identity():
    np.testing.assert_array_equal(identity(rng(), (2, 3)), [[1, 0, 0], [0, 1, 0]])


@pytest.mark.parametrize("cls", [SimpleRNN, LSTM])
def test_layer_starts_as_keras_does(cls):
    D, H = 30, 40
    layer = cls(D, H, rng=rng())
    p, names = layer.params, layer.names
    W_x = np.concatenate([p[f"W_x{k}"] for k in names], axis=1)
    W_h = np.concatenate([p[f"W_h{k}"] for k in names], axis=1)
    limit = np.sqrt(6 / (D + len(names) * H))  # the gates side by side, as one matrix
    assert 0.99 * limit < np.abs(W_x).max() <= limit
    np.testing.assert_allclose(W_h @ W_h.T, np.eye(H), atol=1e-12)
    for k in names:
        assert (p[f"b_{k}"] == (1 if k == "f" else 0)).all(), f"b_{k}"


def test_biases_of_lstm_by_argument():
    p = LSTM(3, 4, forget_bias=2.5, input_bias=-1.5).params
    assert {k: set(p[f"b_{k}"]) for k in "ifgo"} == {
        "i": {-1.5},
        "f": {2.5},
        "g": {0},
        "o": {0},
    }


def test_dense_starts_as_keras_does():
    p = Dense(30, 50, rng()).params
    assert 0.99 * np.sqrt(6 / 80) < np.abs(p["W"]).max() <= np.sqrt(6 / 80)
    assert not p["b"].any()


def test_embedding_starts_as_keras_does():
    W = Embedding(50, 20, rng()).params["W"]
    assert 0.0495 < np.abs(W).max() <= 0.05
    assert abs(W.mean()) < 0.003
