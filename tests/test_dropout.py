"""Dropout: how often, how much, and that the way back uses the same factors."""

import copy
import pickle

import numpy as np
import pytest
from cases import B, H, T, assert_close, assert_same
from hypothesis import given
from hypothesis import strategies as st

from lib import Dropout

dtypes = pytest.mark.parametrize(
    "dtype", [np.float32, np.float64], ids=["float32", "float64"]
)


def dropout(rate=0.4, seed=5):
    return Dropout(rate, np.random.default_rng(seed))


def numbers(shape=(B, T, H), dtype=np.float64, seed=1):
    return np.random.default_rng(seed).normal(size=shape).astype(dtype)


@pytest.mark.parametrize("rate", [0.05, 0.3, 0.5, 0.9])
def test_share_of_zeros_and_mean(rate):
    n = 200_000
    y, _ = dropout(rate).forward(np.ones(n))
    # five standard errors: wrong by chance once in a million seeds, and the seed is fixed
    assert abs((y == 0).mean() - rate) < 5 * np.sqrt(rate * (1 - rate) / n)
    assert abs(y.mean() - 1) < 5 * np.sqrt(rate / (1 - rate) / n)


@dtypes
@pytest.mark.parametrize("rate", [0.1, 0.25, 0.7])
def test_what_is_left_is_divided_by_the_share_that_is_left(rate, dtype):
    x = numbers((50, 20), dtype)
    y, factors = dropout(rate).forward(x)
    assert set(factors.ravel()) == {dtype(0), dtype(1) / dtype(1 - rate)}
    assert_same(y, x * factors)


@dtypes
def test_rate_zero_is_the_identity(dtype):
    x = numbers(dtype=dtype)
    y, factors = dropout(0).forward(x)
    assert_same(y, x)
    assert (factors == 1).all()
    assert not np.shares_memory(x, y)


@dtypes
def test_dtype_goes_in_and_comes_out(dtype):
    x = numbers(dtype=dtype)
    y, factors = dropout().forward(x)
    dx = dropout().backward(x, factors)
    assert {y.dtype, factors.dtype, dx.dtype} == {np.dtype(dtype)}


def test_a_list_is_an_array_of_float64():
    y, _ = dropout(0).forward([[1.5, 2.0]])
    assert y.dtype == np.float64 and y.tolist() == [[1.5, 2.0]]


def test_the_same_numbers_are_dropped_in_both_dtypes():
    """A run in float32 can be compared with one in float64."""
    wide, _ = dropout().forward(numbers())
    narrow, _ = dropout().forward(numbers(dtype=np.float32))
    assert_close(narrow, wide, 2e-6)


def test_backward_uses_the_factors_of_its_forward():
    layer, x, dy = dropout(), numbers(), numbers(seed=2)
    y, factors = layer.forward(x)
    layer.forward(x)  # other draws in between
    dx = layer.backward(dy, factors)
    assert_close(dx, dy * (y / x))
    assert (y == 0).any() and not dx[y == 0].any() and dx[y != 0].all()


def test_the_gradient_is_that_of_the_sum():
    x, dy, step = numbers(), numbers(seed=2), numbers(seed=3)
    y, factors = dropout().forward(x)
    moved, _ = dropout().forward(x + step)  # the same seed: the same draws
    # It is linear in x: no small step is needed.
    dx = dropout().backward(dy, factors)
    assert_close((dy * (moved - y)).sum(), (dx * step).sum())


def test_each_call_draws_anew():
    layer, x = dropout(), np.ones((B, T, H))
    first, second = layer.forward(x)[0], layer.forward(x)[0]
    assert (first != second).any()


def test_each_number_is_drawn_by_itself():
    y, _ = dropout(0.5).forward(np.ones((8, 9, 10)))
    for axis in range(3):
        assert (y != y.take([0], axis)).any(), f"axis {axis}"


def test_same_seed_same_draws():
    x = np.ones((B, T, H))
    runs = [
        [layer.forward(x)[0] for _ in range(3)]
        for layer in (dropout(seed=5), dropout(seed=5), dropout(seed=6))
    ]
    assert_same(np.array(runs[0]), np.array(runs[1]))
    assert (np.array(runs[0]) != np.array(runs[2])).any()


def test_without_a_generator_it_is_that_of_seed_0():
    x = np.ones((B, T, H))
    assert_same(Dropout(0.4).forward(x), dropout(seed=0).forward(x))


@pytest.mark.parametrize(
    "duplicate",
    [copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))],
    ids=["deepcopy", "pickle"],
)
def test_a_copy_goes_on_with_the_same_draws(duplicate):
    layer, x = dropout(), np.ones((B, T, H))
    layer.forward(x)
    twin = duplicate(layer)
    want = [layer.forward(x) for _ in range(2)]
    assert_same(tuple(twin.forward(x) for _ in range(2)), tuple(want))


def test_nothing_passed_in_is_changed_or_kept():
    layer, x, dy = dropout(), numbers(), numbers(seed=2)
    y, factors = layer.forward(x)
    assert_same((x, dy), (numbers(), numbers(seed=2)))
    want = y.copy(), layer.backward(dy, factors)
    x[...] = 7
    assert_same((y, layer.backward(dy, factors)), want)
    y[...] = 7
    assert_same(layer.backward(dy, factors), want[1])


@given(st.lists(st.integers(1, 4), max_size=4), st.floats(0, 0.99), st.integers(0, 99))
def test_any_shape_and_any_rate(shape, rate, seed):
    x = numbers(tuple(shape), seed=seed) + 9
    y, factors = dropout(rate, seed).forward(x)
    assert y.shape == factors.shape == x.shape
    kept = y != 0
    np.testing.assert_allclose(y[kept], x[kept] / (1 - rate), rtol=1e-12)
    assert_same(dropout().backward(x, factors), y)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: Dropout(1), ValueError, "rate: expected a finite number >= 0 and < 1, got 1"),
        (lambda: Dropout(-0.1), ValueError, "rate: expected .* >= 0 and < 1, got -0.1"),
        (lambda: Dropout(np.nan), ValueError, "rate: expected a finite number .*, got nan"),
        (lambda: Dropout("0.1"), TypeError, "rate: expected a number .*, got '0.1'"),
        (lambda: Dropout(True), TypeError, "rate: expected a number .*, got True"),
        (lambda: Dropout(0.1, 3), TypeError, "rng: expected a numpy.random.Generator, got 3"),
        (lambda: dropout().forward([1, 2]), TypeError, "x: expected float32 or float64, got int64"),
        (lambda: dropout().forward(np.ones(2, "f2")), TypeError, "x: expected .*, got float16"),
        (lambda: dropout().forward("x"), TypeError, "x: expected float32 or float64, got <U1"),
        (lambda: dropout().forward(None), TypeError, "x: expected an array, got NoneType"),
        (lambda: dropout().forward(np.ones((0, 2))), ValueError, "x: expected at least one entry"),
        (lambda: dropout().forward([1.0, np.nan]), ValueError, "x: expected finite numbers"),
        (
            lambda: dropout().backward(np.ones((1, 3)), np.ones((2, 3))),
            ValueError,
            r"dy: expected shape \(2, 3\), got \(1, 3\)",
        ),
        (
            lambda: dropout().backward([1.0, np.inf], np.ones(2)),
            ValueError,
            "dy: expected finite numbers, got inf at index",
        ),
    ],
)  # fmt: skip
def test_bad_input_names_the_argument(call, error, message):
    with pytest.raises(error, match=message):
        call()
