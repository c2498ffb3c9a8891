"""The checker that comes with an assignment: NumPy is all it needs.

A test of the notebook calls `check(what, got, want)`. It says what was compared, how far off it is,
and one hint; it never shows the array that was expected.
"""

import importlib.abc
import sys

import numpy as np

# A test reloads this file; what is refused is not set up again then, so that a change shows.
RELOADED = "REFUSED" in globals()
REFUSED = ("lib", "torch", "tensorflow", "keras", "jax")


class _Refuse(importlib.abc.MetaPathFinder):
    """The work is to write it: libraries that have it cannot be imported."""

    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in REFUSED:
            raise ImportError(f"{name} is refused here: write it yourself, with NumPy")


def refuse():
    """From now on; also what was imported before."""
    for name in [n for n in sys.modules if n.split(".")[0] in REFUSED]:
        del sys.modules[name]
    if not any(type(finder).__name__ == "_Refuse" for finder in sys.meta_path):
        sys.meta_path.insert(0, _Refuse())


def sigmoid(a):
    """The logistic function; no overflow, so no warning."""
    return 0.5 * (1.0 + np.tanh(0.5 * np.asarray(a, dtype=float)))


def check(what, got, want, hint="", tolerance=1e-6):
    """AssertionError unless `got` is `want`, up to a share `tolerance` of the largest entry."""
    tail = f" Hint: {hint}" if hint else ""
    if got is None:
        raise AssertionError(f"{what}: got None; is a return missing?{tail}")
    if got is ...:
        raise AssertionError(f"{what}: not answered yet.{tail}")
    try:
        given = np.asarray(got)
        if given.dtype.kind not in "fiub":
            raise TypeError
        given = given.astype(float)
    except Exception:
        raise AssertionError(
            f"{what}: expected real numbers, got {type(got).__name__}.{tail}"
        ) from None
    want = np.asarray(want, dtype=float)
    if given.shape != want.shape:
        raise AssertionError(
            f"{what}: expected shape {want.shape}, got {given.shape}.{tail}"
        )
    if not np.isfinite(given).all():
        raise AssertionError(f"{what}: there is a nan or an infinity in it.{tail}")
    scale = np.abs(want).max(initial=1e-3)
    off = np.abs(given - want).max(initial=0.0) / scale
    if not off <= tolerance:
        raise AssertionError(f"{what}: off by {off:.1e} of the largest entry.{tail}")


def canary():
    """AssertionError if check passes what it must not, or an import is no longer refused."""
    for got, want in ((0.0, 1.0), (np.zeros(2), np.ones(2)), (None, 0.0), (1.0, [1.0])):
        try:
            check("canary", got, want)
        except AssertionError:
            continue
        raise AssertionError("the checker was changed by the code above")
    came_in = [name for name in sys.modules if name.split(".")[0] in REFUSED]
    try:
        import lib  # noqa: F401
    except ImportError:
        if not came_in:
            return
    raise AssertionError("an import that is refused was made possible above")


if not RELOADED:
    refuse()
