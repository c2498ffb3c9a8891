"""Jacobians across time, against finite differences."""

import tracemalloc

import numpy as np
import pytest
from cases import random_layer

from lib import SimpleRNN
from lib.jacobians import sensitivity, state_jacobian

EPS = 1e-6


@pytest.mark.parametrize("case", ["LSTM", "SimpleRNN-tanh"])
def test_sensitivity(case):
    layer = random_layer(case)
    T, D = 5, layer.input_size
    xs = np.random.default_rng(1).normal(size=(T, D))
    numeric = np.zeros((T, layer.hidden_size, T, D))
    for k, d in np.ndindex(T, D):
        moved = [xs.copy(), xs.copy()]
        moved[0][k, d] += EPS
        moved[1][k, d] -= EPS
        above, below = (layer.forward(m[None])[0][0] for m in moved)
        numeric[:, :, k, d] = (above - below) / (2 * EPS)
    found = sensitivity(layer, xs)
    assert found.shape == (T, T)
    assert np.abs(found - np.linalg.norm(numeric, axis=(1, 3))).max() < 1e-8
    assert not np.triu(found, 1).any()  # the future is not felt


@pytest.mark.parametrize("case", ["LSTM", "SimpleRNN-tanh"])
def test_state_jacobian(case):
    layer = random_layer(case)
    rng = np.random.default_rng(2)
    x = rng.normal(size=(1, layer.input_size))
    state = layer.State(
        *(rng.normal(size=(1, layer.hidden_size)) for _ in layer.State._fields)
    )
    before = np.concatenate(state, axis=1)[0]

    def after(values):
        parts = np.split(values[None], len(state), axis=1)
        return np.concatenate(layer.step(x, layer.State(*parts))[0], axis=1)[0]

    columns = []
    for j in range(len(before)):
        move = EPS * np.eye(len(before))[j]
        columns.append((after(before + move) - after(before - move)) / (2 * EPS))
    found = state_jacobian(layer, x, state)
    assert np.abs(found - np.stack(columns, axis=1)).max() < 1e-8
    assert np.array_equal(found, state_jacobian(layer, x, tuple(state)))


def test_no_state_is_the_initial_state():
    layer = random_layer("LSTM")
    x = np.ones((1, layer.input_size))
    found = state_jacobian(layer, x, None)
    assert np.array_equal(found, state_jacobian(layer, x, layer.initial_state(1)))


def test_memory_of_sensitivity_does_not_grow_with_the_square_of_the_length():
    layer, T = SimpleRNN(2, 8), 200
    tracemalloc.start()
    sensitivity(layer, np.ones((T, 2)))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (
        peak < 20 * T * 8 * 8 * 8
    )  # bytes; one batch of T H rows takes T times as much
