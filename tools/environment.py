"""The one environment in which tests and tools run: quiet, on one thread, repeatable.

It is the first import of ours in each tool, so that an older Python ends in one clear line.
`apply()` comes before anything starts a kernel or imports NumPy; kernels inherit it.
"""

import os
import sys
from pathlib import Path

if sys.version_info < (3, 11):  # noqa: UP036 - before an import fails in an older one
    sys.exit("Python 3.11 or newer is needed, this is " + sys.version.split()[0])

ROOT = Path(__file__).resolve().parent.parent

SETTINGS = {
    # Two threads on two busy cores made PyTorch ten times slower, and sums depend on their order.
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "TF_NUM_INTRAOP_THREADS": "1",
    "TF_NUM_INTEROP_THREADS": "1",
    # TensorFlow: fewer messages, and plain kernels with the same digits on more processors.
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "TF_ENABLE_ONEDNN_OPTS": "0",
    "KERAS_BACKEND": "tensorflow",
    "CUDA_VISIBLE_DEVICES": "-1",
    # The same bytes on every run.
    "PYTHONHASHSEED": "0",
    "SOURCE_DATE_EPOCH": "0",
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    # Nothing of the user's: no color codes in outputs, no settings, no warnings of the debugger.
    "NO_COLOR": "1",
    "IPYTHONDIR": str(ROOT / "tools" / "ipython"),
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",
    "PYTHONUTF8": "1",
}


def apply() -> None:
    os.environ.update(SETTINGS)
