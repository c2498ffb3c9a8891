"""Jacobians across time, against finite differences."""

import tracemalloc

import numpy as np
import pytest
from cases import CASES, random_layer, random_state

from lib import SimpleRNN
from lib.jacobians import (
    gradient_norms,
    sensitivity,
    state_jacobian,
    step_jacobians,
)
from lib.states import leaves, mapped

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


def numbers(state):
    """The numbers of a state of one sample, one after the other; counts of steps are none."""
    return np.concatenate(
        [a.ravel() for a in leaves(state, "state").values() if a.ndim > 1]
    )


def with_numbers(state, values):
    """The inverse."""
    used = iter(np.split(values, np.cumsum(sizes(state))[:-1]))
    return mapped(lambda a: next(used).reshape(a.shape) if a.ndim > 1 else a, state)


def sizes(state):
    return [a.size for a in leaves(state, "state").values() if a.ndim > 1]


cases = pytest.mark.parametrize("case", CASES)


@cases
def test_state_jacobian(case):
    layer = random_layer(case)
    rng = np.random.default_rng(2)
    x, state = rng.normal(size=(1, layer.input_size)), random_state(layer, 1, rng)
    before = numbers(state)

    def after(values):
        return numbers(layer.step(x, with_numbers(state, values))[0])

    columns = []
    for j in range(len(before)):
        move = EPS * np.eye(len(before))[j]
        columns.append((after(before + move) - after(before - move)) / (2 * EPS))
    found = state_jacobian(layer, x, state)
    assert np.abs(found - np.stack(columns, axis=1)).max() < 1e-8
    assert np.array_equal(found, state_jacobian(layer, x, tuple(state)))


@cases
def test_the_product_of_step_jacobians_is_the_jacobian_of_the_run(case):
    layer = random_layer(case)
    rng = np.random.default_rng(3)
    T = 4
    xs, state = rng.normal(size=(T, layer.input_size)), random_state(layer, 1, rng)
    found = step_jacobians(layer, xs, state)
    product = np.linalg.multi_dot(found[::-1])
    _, _, cache = layer.forward(xs[None], state)
    S = len(numbers(state))
    for j in range(S):
        asked = with_numbers(state, np.eye(S)[j])
        dhs = np.zeros((1, T, layer.hidden_size))
        _, dstate, _ = layer.backward(dhs, cache, asked)
        assert np.abs(numbers(dstate) - product[j]).max() < 1e-12


@cases
def test_gradient_norms(case):
    """At t: the gradient of the state that a run of the later steps alone starts from."""
    layer = random_layer(case)
    rng = np.random.default_rng(4)
    B, T = 2, 5
    xs = rng.normal(size=(B, T, layer.input_size))
    dhs, state = rng.normal(size=(B, T, layer.hidden_size)), random_state(layer, B, rng)
    found = gradient_norms(layer, xs, dhs, state)
    for t in range(T):
        _, middle, _ = layer.forward(xs[:, : t + 1], state)
        dstate = mapped(np.zeros_like, middle)
        if t + 1 < T:
            _, _, cache = layer.forward(xs[:, t + 1 :], middle)
            _, dstate, _ = layer.backward(dhs[:, t + 1 :], cache)
        dstate = layer.plus_hidden(dstate, dhs[:, t])
        squares = 0
        for a in leaves(dstate, "d").values():
            if a.ndim > 1:
                rows = a if a.ndim == 2 else a.swapaxes(0, 1).reshape(B, -1)
                squares = squares + (rows**2).sum(1)
        assert np.abs(found[:, t] - np.sqrt(squares)).max() < 1e-12


def test_a_rotation_neither_grows_nor_shrinks_a_gradient():
    layer = SimpleRNN(1, 2, activation="linear")
    layer.params["W_hh"] = [[0.6, -0.8], [0.8, 0.6]]
    dhs = np.zeros((1, 30, 2))
    dhs[0, -1] = 3, 4
    assert np.abs(gradient_norms(layer, np.ones((1, 30, 1)), dhs) - 5).max() < 1e-12


def test_norms_of_what_has_vanished_are_not_zero():
    """1e-160 is a number; its square is not."""
    layer = SimpleRNN(1, 2, activation="linear")
    layer.params["W_hh"] = 0.01 * np.eye(2)
    layer.params["W_xh"] = np.ones((1, 2))
    xs, dhs = np.ones((120, 1)), np.zeros((1, 120, 2))
    dhs[0, -1] = 3, 4
    norms = gradient_norms(layer, xs[None], dhs)[0]
    want = 5 * 0.01 ** np.arange(119, -1, -1.0)
    assert np.abs(norms / want - 1).max() < 1e-12
    felt = sensitivity(layer, xs)[-1]
    assert np.abs(felt / (np.sqrt(2) * want / 5) - 1).max() < 1e-12


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
