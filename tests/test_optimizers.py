"""Optimizers and clipping, against torch."""

import copy
import warnings

import numpy as np
import pytest
from cases import assert_close

from lib import LSTM, SGD, Adam, clip_by_norm, norm

SHAPES = {"W": (3, 4), "b": (4,)}
dtypes = pytest.mark.parametrize(
    "dtype", [np.float32, np.float64], ids=["float32", "float64"]
)


def draw(rng, dtype=np.float64):
    return {
        name: rng.normal(size=shape).astype(dtype) for name, shape in SHAPES.items()
    }


@dtypes
@pytest.mark.parametrize(
    "ours, theirs, arguments",
    [
        (SGD(0.1), "SGD", {"lr": 0.1}),
        (Adam(), "Adam", {}),
        (
            Adam(0.05, beta1=0.7, beta2=0.9, epsilon=1e-3),
            "Adam",
            {"lr": 0.05, "betas": (0.7, 0.9), "eps": 1e-3},
        ),
    ],
    ids=["SGD", "Adam", "Adam-other"],
)
def test_steps_are_torchs(ours, theirs, arguments, dtype):
    import torch  # here: the other tests of this file do without

    ours, rng = (
        copy.deepcopy(ours),
        np.random.default_rng(0),
    )  # each case starts a new optimizer
    params = draw(rng, dtype)
    twins = {
        name: torch.nn.Parameter(torch.tensor(array)) for name, array in params.items()
    }
    optimizer = getattr(torch.optim, theirs)(twins.values(), **arguments)
    own = dict(params)
    for _ in range(7):
        grads = draw(rng, dtype)
        ours.step(params, grads)
        for name, twin in twins.items():
            twin.grad = torch.tensor(grads[name])
        optimizer.step()
        want = {name: twin.detach().numpy() for name, twin in twins.items()}
        assert_close(params, want, 2e-6 if dtype == np.float32 else 1e-9)
    for name, array in params.items():
        assert array is own[name], f"{name} was replaced, not changed in place"
        assert array.dtype == dtype


def test_first_adam_step_has_the_size_of_the_learning_rate():
    params = {"w": np.zeros(3)}
    Adam(0.01).step(params, {"w": np.array([1e-3, -5.0, 200.0])})
    assert_close(params["w"], np.array([-0.01, 0.01, -0.01]), 1e-4)


@pytest.mark.parametrize("optimizer", [SGD(0.1), Adam(0.1)], ids=["SGD", "Adam"])
def test_grads_are_not_changed(optimizer):
    rng = np.random.default_rng(0)
    params, grads = draw(rng), draw(rng)
    before = {name: array.copy() for name, array in grads.items()}
    optimizer.step(params, grads)
    optimizer.step(params, grads)
    assert_close(grads, before, 0)


@pytest.mark.parametrize("optimizer", [SGD(0.1), Adam(0.1)], ids=["SGD", "Adam"])
def test_a_layer_learns_from_its_optimizer(optimizer):
    layer = LSTM(3, 4)
    xs = np.random.default_rng(0).normal(size=(2, 5, 3))
    before = layer.forward(xs)[0]
    optimizer.step(
        layer.params, {name: np.ones_like(p) for name, p in layer.params.items()}
    )
    assert np.abs(layer.forward(xs)[0] - before).max() > 0.01


def test_norm_is_over_all_arrays():
    assert norm({"a": np.array([[3.0]]), "b": np.array([0.0, 4.0])}) == 5


@dtypes
@pytest.mark.parametrize("limit", [0.01, 1.0, 100.0])
def test_clipping_is_torchs(limit, dtype):
    import torch

    grads = draw(np.random.default_rng(0), dtype)
    twins = [torch.nn.Parameter(torch.zeros(shape)) for shape in SHAPES.values()]
    for twin, grad in zip(twins, grads.values(), strict=True):
        twin.grad = torch.tensor(grad, dtype=twin.dtype)
    length = torch.nn.utils.clip_grad_norm_(twins, limit).item()
    clipped = clip_by_norm(grads, limit)
    assert_close(norm(grads), length, 1e-6)
    want = dict(zip(SHAPES, (twin.grad.numpy() for twin in twins), strict=True))
    assert_close(clipped, want, 2e-6)
    assert {array.dtype for array in clipped.values()} == {np.dtype(dtype)}


def test_clipping_keeps_the_direction_and_has_the_norm():
    grads = draw(np.random.default_rng(0))
    before = {name: array.copy() for name, array in grads.items()}
    clipped = clip_by_norm(grads, 0.5)
    assert_close(norm(clipped), 0.5)
    assert_close(clipped, {name: g * 0.5 / norm(grads) for name, g in grads.items()})
    assert_close(grads, before, 0)  # not in place


def test_below_the_limit_nothing_changes():
    grads = draw(np.random.default_rng(0))
    assert_close(clip_by_norm(grads, norm(grads) * 1.001), grads, 0)


def test_zero_gradients_stay_zero():
    assert not clip_by_norm({"w": np.zeros(3)}, 1.0)["w"].any()


@pytest.mark.parametrize(
    ("dtype", "huge"), [(np.float32, 1e20), (np.float32, 3e38), (np.float64, 1e200)]
)
def test_huge_gradients_are_clipped(dtype, huge):
    grads = {
        "w": np.array([3, 0, -4], dtype) / 4 * dtype(huge),
        "b": np.zeros(2, dtype),
    }
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert_close(norm(grads), 1.25 * huge, 1e-6)
        clipped = clip_by_norm(grads, 10)
    assert_close(clipped["w"], np.array([6.0, 0, -8]), 1e-6)
    assert clipped["w"].dtype == dtype


def test_norm_of_tiny_gradients():
    assert_close(norm({"w": np.array([3e-200, 4e-200])}), 5e-200)
    assert norm({"w": np.zeros(3), "none": np.zeros(0)}) == norm({}) == 0


def test_norm_sums_in_float64():
    ones = np.ones(2**24 + 2, np.float32)  # counted one by one in float32: 2**24
    assert_close(norm({"w": ones}) ** 2, float(len(ones)), 1e-12)


@pytest.mark.parametrize(("dtype", "huge"), [(np.float32, 1e20), (np.float64, 1e200)])
def test_adam_does_not_stand_still(dtype, huge):
    """A square that overflows would make the step zero, without a word."""
    params, optimizer = {"w": np.zeros(2, dtype)}, Adam(0.1)
    with pytest.raises(
        ValueError, match=r"^grads\['w'\]: expected numbers up to .* clip the"
    ):
        optimizer.step(params, {"w": np.array([1, huge], dtype)})
    assert optimizer.t == 0 and not params["w"].any()
    largest = np.sqrt(np.finfo(dtype).max) / 2.01
    optimizer.step(params, {"w": np.array([1, largest], dtype)})
    assert_close(params["w"], np.array([-0.1, -0.1]), 1e-6)


@pytest.mark.parametrize(
    "other", [np.zeros(3), np.zeros((2, 2)), np.zeros(2, np.float32)]
)
def test_adam_belongs_to_its_parameters(other):
    optimizer = Adam()
    optimizer.step({"w": np.zeros(2)}, {"w": np.ones(2)})
    with pytest.raises(
        ValueError, match=r"^params\['w'\]: expected float64 of shape \(2,\), as"
    ):
        optimizer.step({"w": other}, {"w": np.ones_like(other)})
    assert optimizer.t == 1


@pytest.mark.parametrize("optimizer", [SGD(0.1), Adam(0.1)], ids=["SGD", "Adam"])
def test_bad_gradients_change_nothing(optimizer):
    params = {"a": np.zeros(2), "b": np.zeros(2)}
    with pytest.raises(ValueError, match=r"^grads\['b'\]"):
        optimizer.step(params, {"a": np.ones(2), "b": np.array([1, np.nan])})
    assert not params["a"].any()
