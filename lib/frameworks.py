"""Quiet imports of the frameworks.

TensorFlow writes lines about the machine to the error stream while it loads, with times and
process numbers in them; no setting of its own silences all of them. Here the stream is closed
for as long as the import takes.
"""

import os
import sys
from typing import Any


def tensorflow() -> Any:
    """The module `tensorflow`, imported without noise."""
    if "tensorflow" not in sys.modules:
        os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
        os.environ.setdefault("KERAS_BACKEND", "tensorflow")
        sys.stderr.flush()
        kept = os.dup(2)
        nowhere = os.open(os.devnull, os.O_WRONLY)
        try:
            os.dup2(nowhere, 2)
            import tensorflow

            tensorflow.constant(0)  # the device lines come with the first tensor
        finally:
            os.dup2(kept, 2)
            os.close(kept)
            os.close(nowhere)
    return sys.modules["tensorflow"]


def keras() -> Any:
    """The module `keras`, on TensorFlow."""
    tensorflow()
    import keras

    return keras
