"""Initial weights: Keras's, gate by gate over the same fans."""

import numpy as np
import pytest

from lib import (
    GRU,
    LSTM,
    CoupledLSTM,
    Dense,
    Embedding,
    PeepholeLSTM,
    SimpleRNN,
)
from lib.initializers import chrono, glorot_uniform, identity, orthogonal


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


@pytest.mark.parametrize("make", [LSTM, PeepholeLSTM], ids=lambda c: c.__name__)
def test_chrono_opens_the_forget_gate_and_closes_the_input_gate(make):
    layer = make(3, 500)
    others = {n: v for n, v in layer.params.copy().items() if n not in ("b_f", "b_i")}
    b = chrono(layer, 100, rng())
    # A gate sigma(log u) keeps a state for 1 + u steps: between 2 and 100 of them, evenly.
    steps = 1 / (1 - 1 / (1 + np.exp(-layer.params["b_f"])))
    assert 2 <= steps.min() < 4 and 98 < steps.max() <= 100
    assert abs(steps.mean() - 51) < 4
    assert np.array_equal(b, layer.params["b_f"])
    assert np.array_equal(layer.params["b_i"], -b)
    assert all(np.array_equal(layer.params[n], v) for n, v in others.items())


def test_chrono_of_one_gate_that_keeps():
    b = chrono(LSTM(3, 50), 20, rng())
    layers = CoupledLSTM(3, 50), GRU(3, 50), GRU(3, 50, update="write")
    for layer, name, sign in zip(
        layers, ("b_f", "b_z", "b_z"), (1, 1, -1), strict=True
    ):
        chrono(layer, 20, rng())
        assert np.array_equal(layer.params[name], sign * b)


def test_chrono_draws_from_its_generator():
    first, second, other = (
        chrono(LSTM(3, 9), 20, np.random.default_rng(seed)) for seed in (1, 1, 2)
    )
    assert np.array_equal(first, second)
    assert not np.array_equal(first, other)


@pytest.mark.parametrize("layer", [SimpleRNN(3, 4), LSTM(3, 4, forget_gate=False), 7])
def test_chrono_of_a_layer_without_such_a_gate(layer):
    with pytest.raises(TypeError, match=r"^layer: expected an LSTM or"):
        chrono(layer, 20)


def test_chrono_needs_a_time():
    with pytest.raises(ValueError, match=r"^longest: expected an int >= 3, got 2$"):
        chrono(LSTM(3, 4), 2)


@pytest.mark.parametrize(
    "make", [LSTM, PeepholeLSTM, CoupledLSTM, GRU, SimpleRNN], ids=lambda c: c.__name__
)
def test_biases_start_at_zero_but_that_of_the_forget_gate_at_one(make):
    biases = {n: v for n, v in make(3, 4).params.items() if n.startswith("b_")}
    assert biases
    for name, b in biases.items():
        assert b.tolist() == [1.0 if name == "b_f" else 0.0] * 4, name
