"""Time of a training step (forward + backward, all gradients) against `torch.nn`.

    python benchmarks/layers.py [--rounds 15] [--json FILE]

One thread, both libraries in one process, interleaved, medians of CPU time. The table prints
PyTorch's time divided by ours: above 1 means that `lib` was faster.
"""

import argparse
import json
import os
import time
from collections.abc import Callable
from pathlib import Path

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"

import numpy as np  # noqa: E402
import torch  # noqa: E402
from tqdm import tqdm  # noqa: E402

from lib import LSTM, SimpleRNN, convert  # noqa: E402

SIZES = [
    (1, 50, 1, 16), (1, 100, 28, 64), (32, 28, 28, 64),
    (32, 100, 28, 128), (64, 200, 64, 256), (128, 50, 128, 512),
]  # fmt: skip
LAYERS = {"SimpleRNN": SimpleRNN, "LSTM": LSTM}


def steps(
    layer_name: str, size: tuple[int, int, int, int], dtype: str
) -> dict[str, Callable]:
    """The training step of each library on the same weights and data."""
    B, T, D, H = size
    rng = np.random.default_rng(0)
    layer = LAYERS[layer_name](D, H, rng=rng, dtype=dtype)
    xs = rng.normal(size=(B, T, D)).astype(dtype)
    dhs = rng.normal(size=(B, T, H)).astype(dtype)
    module = convert.to_torch(layer)
    xs_torch, dhs_torch = torch.from_numpy(xs).requires_grad_(), torch.from_numpy(dhs)

    def ours() -> None:
        _, _, cache = layer.forward(xs)
        layer.backward(dhs, cache)

    def theirs() -> None:
        module.zero_grad()
        xs_torch.grad = None
        module(xs_torch)[0].backward(dhs_torch)

    return {"lib": ours, "torch.nn": theirs}


def milliseconds(runs: dict[str, Callable], rounds: int) -> dict[str, float]:
    """Median CPU time of each, in turns, after two rounds that do not count."""
    seconds: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(rounds + 2):
        for name, run in runs.items():
            start = time.process_time()
            run()
            seconds[name].append(time.process_time() - start)
    return {name: 1000 * float(np.median(found[2:])) for name, found in seconds.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    torch.set_num_threads(1)
    rows = []
    cases = [(n, d, s) for n in LAYERS for d in ("float32", "float64") for s in SIZES]
    for name, dtype, size in tqdm(cases, desc="cases"):
        rounds = options.rounds * (10 if size[0] * size[1] < 2000 else 1)
        found = milliseconds(steps(name, size, dtype), rounds)
        rows.append({"layer": name, "dtype": dtype, "size": size, **found})
    print(
        f"{'layer':10}{'dtype':9}{'B,T,D,H':>18}{'lib ms':>10}{'torch ms':>10}{'ratio':>8}"
    )
    for row in rows:
        size = ",".join(map(str, row["size"]))
        ratio = row["torch.nn"] / row["lib"]
        print(f"{row['layer']:10}{row['dtype']:9}{size:>18}"
              f"{row['lib']:10.2f}{row['torch.nn']:10.2f}{ratio:8.2f}")  # fmt: skip
    for name in LAYERS:
        for dtype in ("float32", "float64"):
            ratios = [
                row["torch.nn"] / row["lib"]
                for row in rows
                if (row["layer"], row["dtype"]) == (name, dtype)
            ]
            mean = float(np.exp(np.mean(np.log(ratios))))
            print(
                f"{name} {dtype}: geometric mean {mean:.2f}, worst size {min(ratios):.2f}"
            )
    if options.json:
        options.json.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
