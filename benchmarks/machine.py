"""What the times depend on: processor, versions."""

import os
import platform
from pathlib import Path

import numpy as np

from lib import frameworks


def processor() -> str:
    """Its name, where the system tells it."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text("utf-8").splitlines() if info.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if "model name" in line]
    return names[0] if names else platform.processor() or platform.machine()


def allocator() -> str:
    """What the environment tells glibc about memory: it changes the times of large arrays."""
    found = [
        f"{k}={v}" for k, v in sorted(os.environ.items()) if k.startswith("MALLOC_")
    ]
    return " ".join(found) or "default"


def facts() -> dict[str, str | int]:
    blas = np.show_config(mode="dicts")["Build Dependencies"]["blas"]
    torch = frameworks.torch()
    return {
        "processor": processor(),
        "cores": os.cpu_count() or 1,
        "instructions": torch.backends.cpu.get_cpu_capability(),
        "threads": 1,
        "system": platform.system(),
        "malloc": allocator(),
        "Python": platform.python_version(),
        "NumPy": np.__version__,
        "BLAS": f"{blas['name']} {blas['version']}",
        "PyTorch": torch.__version__,
        "TensorFlow": frameworks.tensorflow().__version__,
        "Keras": frameworks.keras().__version__,
    }
