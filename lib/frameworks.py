"""Imports of the frameworks, which are optional, without noise.

TensorFlow writes lines about the machine to the error stream while it loads, with times and
process numbers in them; no setting of its own silences all of them. Here the stream is closed
for as long as the import takes.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

# The library is on no package registry.
INSTALL = (
    'pip install "gate-by-gate[frameworks,data] @ '
    'git+https://github.com/gate-by-gate/gate-by-gate"'
)


@contextmanager
def _quiet() -> Iterator[None]:
    """Nothing reaches the error stream, not even from C++."""
    if sys.stderr is None:  # a program without a console
        yield
        return
    sys.stderr.flush()
    kept = os.dup(2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


def tensorflow() -> Any:
    """The module `tensorflow`, imported without noise."""
    if sys.modules.get("tensorflow") is None:
        os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
        os.environ.setdefault("KERAS_BACKEND", "tensorflow")
        try:
            with _quiet():
                import tensorflow

                tensorflow.constant(0)  # the device lines come with the first tensor
        except ImportError as error:
            raise ImportError(f"TensorFlow is needed: {INSTALL}") from error
    return sys.modules["tensorflow"]


def keras() -> Any:
    """The module `keras`, on TensorFlow."""
    tensorflow()
    import keras

    return keras


def torch() -> Any:
    """The module `torch`."""
    try:
        import torch
    except ImportError as error:
        raise ImportError(f"PyTorch is needed: {INSTALL}") from error
    return torch
