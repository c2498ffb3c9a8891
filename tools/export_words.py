"""The word model of lib.words for the browser, where book/_static/next_word.js runs it.

    words.bin     the weights, as they are stored: 7 bits each, and the scales of the rows
    words.json    the tokens, and where in words.bin each parameter lies

All numbers are little-endian, and every array begins at a multiple of 4 bytes, as typed arrays
want it. `offset` finds the int8 rows of a matrix, `scale` its float32 scales (W ~ scale Q, see
lib/quantized.py); a vector is float32 at `offset`.
"""

import hashlib
import json
from pathlib import Path
from typing import Any

import environment
import numpy as np

from lib import words

WEIGHTS = environment.ROOT / "book" / "weights" / "mixed.npz"


def export(folder: Path) -> None:
    """Write both files into `folder`."""
    data = bytearray()

    def add(values: np.ndarray, kind: str) -> int:
        offset = len(data)
        data.extend(values.astype(kind, casting="safe").tobytes())
        data.extend(bytes(-len(data) % 4))
        return offset

    params: dict[str, dict[str, Any]] = {}
    with np.load(WEIGHTS, allow_pickle=False) as stored:
        for name in stored.files:
            if name.endswith("/scale"):
                continue
            value = stored[name]
            matrix = value.ndim == 2
            params[name] = {
                "shape": value.shape,
                "offset": add(value, "i1" if matrix else "<f4"),
            }
            if matrix:
                params[name]["scale"] = add(stored[f"{name}/scale"], "<f4")
    header = {
        # Part of the address from which a page fetches words.bin: no cache can mix two builds.
        "version": hashlib.sha256(data).hexdigest()[:12],
        "bytes": len(data),
        "params": params,
        "tokens": words.load("mixed").vocabulary.tokens,
    }
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "words.bin").write_bytes(data)
    text = json.dumps(header, ensure_ascii=False, separators=(",", ":"))
    (folder / "words.json").write_text(text, encoding="utf-8")
