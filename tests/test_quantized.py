"""Weights in 7 bits: how exact, and that a file is whole or not there."""

import zipfile

import numpy as np
import pytest
from cases import assert_same, tied_model
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from lib import quantized
from lib.quantized import load, quantize, save, write

TINY = np.finfo(np.float32).tiny

matrices = arrays(
    np.float32,
    array_shapes(min_dims=2, max_dims=2, max_side=5),
    elements=st.floats(-10, 10, width=32)
    | st.floats(allow_nan=False, allow_infinity=False, width=32),
)


def restored(Q, s):
    return Q.astype(np.float64) * s.astype(np.float64)


def params(seed=1):
    """Names, shapes and sizes of numbers as a model has them."""
    rng = np.random.default_rng(seed)
    found = {"embedding.W": (7, 3), "layer.W_xi": (3, 4), "readout.b": (5,)}
    return {
        name: (k * rng.normal(size=shape)).astype(np.float32)
        for k, (name, shape) in enumerate(found.items(), start=1)
    }


# Numbers


def test_by_hand():
    Q, s = quantize([[0.63, -0.5, 0.004], [0, 0, 0], [-126, 100, 0.9]])
    assert Q.dtype == np.int8 and s.dtype == np.float32
    assert Q.tolist() == [[63, -50, 0], [0, 0, 0], [-63, 50, 0]]
    np.testing.assert_allclose(s, [[0.01], [1], [2]], rtol=1e-6)


@given(matrices)
def test_an_error_is_at_most_half_a_step_of_its_row(W):
    Q, s = quantize(W)
    assert Q.shape == W.shape and s.shape == (len(W), 1)
    assert Q.min() >= -63 and (s >= TINY).all()
    error = np.abs(restored(Q, s) - W.astype(np.float64))
    assert (error <= 0.50001 * s).all()  # 63 s has the rounding error of float32


@given(matrices)
def test_each_row_has_its_own_scale(W):
    Q, s = quantize(W)
    largest = np.abs(W).max(1)
    seen = largest > 128 * TINY
    np.testing.assert_allclose(s[seen, 0], largest[seen] / 63, rtol=1e-6)
    assert (np.abs(Q[seen]).max(1) == 63).all()
    assert not Q[largest < 126 * TINY].any()
    for row, (q, scale) in zip(W, zip(Q, s, strict=True), strict=True):
        assert_same(quantize(row[None]), (q[None], scale[None]))


@pytest.mark.parametrize("number", [0.0, 1e-45, 1e-40, 1e-38])
def test_a_row_of_almost_zeros_is_a_row_of_zeros(number):
    """The scale of such a row has few bits left, or is 0: there is nothing to divide by."""
    W = np.array([[number, -number], [1, 3]], np.float32)
    Q, s = quantize(W)
    assert Q[0].tolist() == [0, 0] and s[0] == 1
    assert Q[1].tolist() == [21, 63]


def test_quantizing_changes_nothing():
    W = params()["embedding.W"]
    quantize(W)
    assert_same(W, params()["embedding.W"])


def test_what_was_quantized_once_stays_as_it_is(tmp_path):
    """A second round trip is exact to the rounding of the scale."""
    save(tmp_path / "a.npz", params())
    once = load(tmp_path / "a.npz")
    save(tmp_path / "b.npz", once)
    for name, value in load(tmp_path / "b.npz").items():
        np.testing.assert_allclose(value, once[name], rtol=1e-6)


# Files


def test_there_and_back(tmp_path):
    file, given = tmp_path / "w.npz", params()
    save(file, given)
    found = load(file)
    assert list(found) == list(given)
    assert_same(given, params(), "given")
    for name, value in given.items():
        assert found[name].dtype == np.float32
        assert found[name].shape == value.shape
        if value.ndim == 2:
            Q, s = quantize(value)
            assert_same(found[name], (Q * s).astype(np.float32))
            steps = np.abs(found[name] - value) / np.abs(value).max(1, keepdims=True)
            assert steps.max() <= 0.5001 / 63
        else:
            assert_same(found[name], value.astype(np.float16).astype(np.float32))


def test_what_the_file_holds(tmp_path):
    """Matrices in 8 bits with a scale per row, vectors in 16 bits."""
    save(tmp_path / "w.npz", params())
    with np.load(tmp_path / "w.npz") as stored:
        kinds = {name: (a.dtype.str[1:], a.shape) for name, a in stored.items()}
    assert kinds == {
        "embedding.W": ("i1", (7, 3)), "embedding.W/scale": ("f4", (7, 1)),
        "layer.W_xi": ("i1", (3, 4)), "layer.W_xi/scale": ("f4", (3, 1)),
        "readout.b": ("f2", (5,)),
    }  # fmt: skip


def test_a_quarter_of_the_size(tmp_path):
    W = np.random.default_rng(0).normal(size=(300, 400)).astype(np.float32)
    save(tmp_path / "w.npz", {"W": W})
    assert (tmp_path / "w.npz").stat().st_size < 0.27 * W.nbytes


@pytest.mark.parametrize("dtype", [np.float32, np.float64], ids=["float32", "float64"])
def test_a_model_takes_them_up(tmp_path, dtype):
    model, tokens = tied_model(dtype), np.array([[0, 1, 2, 5, 4, 3]])
    want = model.forward(tokens)[0]
    save(tmp_path / "w.npz", model.params)
    model.params = load(tmp_path / "w.npz")
    outputs, _, _ = model.forward(tokens)
    assert outputs.dtype == dtype
    error = np.abs(outputs - want).max()
    assert 0 < error < 0.02 * np.abs(want).max()


def test_a_path_may_be_a_str(tmp_path):
    save(str(tmp_path / "w"), params())
    assert list(load(str(tmp_path / "w"))) == list(params())  # the name as it was given


@pytest.mark.parametrize("compressed", [True, False])
def test_write_keeps_every_bit(tmp_path, compressed):
    arrays = {"a": np.arange(3), "b/c": np.array("note"), "d": np.ones((2, 2)) / 3}
    write(tmp_path / "w.npz", arrays, compressed)
    with np.load(tmp_path / "w.npz", allow_pickle=False) as stored:
        for name, value in arrays.items():
            assert stored[name].dtype == value.dtype
            assert (stored[name] == value).all()
    with zipfile.ZipFile(tmp_path / "w.npz") as stored:
        kinds = {entry.compress_type for entry in stored.infolist()}
    assert kinds == {zipfile.ZIP_DEFLATED if compressed else zipfile.ZIP_STORED}


@pytest.mark.parametrize("compressed", [True, False])
@pytest.mark.parametrize("exists", [True, False], ids=["over an old one", "first"])
def test_a_failure_in_the_middle_leaves_the_old_file(
    tmp_path, monkeypatch, exists, compressed
):
    file = tmp_path / "w.npz"
    if exists:
        save(file, params())
    before = file.read_bytes() if exists else None

    def fails(stream, **arrays):
        stream.write(b"PK half of a file")
        raise OSError("no space left on device")

    name = "savez_compressed" if compressed else "savez"
    with monkeypatch.context() as patch:
        patch.setattr(quantized.np, name, fails)
        with pytest.raises(OSError, match="no space left"):
            write(file, params(seed=2), compressed)
    assert (file.read_bytes() if file.exists() else None) == before
    write(file, params(seed=2), compressed)  # what was left lying is in nobody's way
    with np.load(file) as stored:
        assert_same(dict(stored), params(seed=2))
    assert [path.name for path in tmp_path.iterdir()] == ["w.npz"]


class Harmful:
    def __reduce__(self):
        return pytest.fail, ("it was unpickled",)


def test_a_pickle_is_refused(tmp_path):
    np.savez(tmp_path / "w.npz", W=np.array([Harmful()], object))
    with pytest.raises(ValueError, match="allow_pickle=False"):
        load(tmp_path / "w.npz")


@pytest.mark.parametrize("value", [np.array([{}]), np.array(["text"])], ids=str)
def test_only_numbers_are_saved(tmp_path, value):
    with pytest.raises(TypeError, match=r"^b: expected real numbers, got dtype"):
        save(tmp_path / "w.npz", {"b": value})
    assert not list(tmp_path.iterdir())


def test_a_vector_too_large_for_16_bits_is_an_error(tmp_path):
    with pytest.raises(ValueError, match=r"^b: .* got 70000.0 at .*float16"):
        save(tmp_path / "w.npz", {"b": np.array([1.0, 7e4])})
    assert not list(tmp_path.iterdir())


def test_a_missing_file(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"none\.npz"):
        load(tmp_path / "none.npz")
