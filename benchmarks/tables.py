"""The tables: their cases, and how a row of each is measured."""

from functools import partial
from typing import Any, NamedTuple

import numpy as np

from benchmarks import memory, rivals
from benchmarks.measure import milliseconds
from benchmarks.sizes import GROWTH, LONG, SIZES, Size, rounds
from lib import (
    GRU,
    LSTM,
    ClockworkRNN,
    CoupledLSTM,
    DepthGatedLSTM,
    JordanRNN,
    PeepholeLSTM,
    SimpleRNN,
    Stacked,
    unroll,
)

DTYPES = ("float32", "float64")


class Case(NamedTuple):
    table: str
    what: str  # a layer, or the letter that grows
    dtype: str
    size: Size


# The layers that PyTorch and Keras have too; of the GRU, PyTorch has this form alone.
LAYERS: dict[str, Any] = {
    "SimpleRNN": SimpleRNN,
    "LSTM": LSTM,
    "GRU": partial(GRU, reset_after=True),
}


def two_lstms(D: int, H: int, **arguments: Any) -> Stacked:
    return Stacked([LSTM(D, H, **arguments), LSTM(H, H, **arguments)])


def jordan(D: int, H: int, **arguments: Any) -> JordanRNN:
    return JordanRNN(D, H, output_size=H, **arguments)


VARIANTS: dict[str, Any] = {
    "LSTM": LSTM,
    "coupled": CoupledLSTM,
    "peephole": PeepholeLSTM,
    "peephole, full": partial(PeepholeLSTM, full=True),
    "GRU": GRU,
    "GRU, reset after": LAYERS["GRU"],
    "two LSTMs": two_lstms,
    "depth-gated": partial(DepthGatedLSTM, num_layers=2, peepholes=""),
    "SimpleRNN": SimpleRNN,
    "clockwork": partial(ClockworkRNN, periods=(1, 2, 4, 8)),
    "Jordan": jordan,
}


def make(layer: Any, size: Size, dtype: str) -> Any:
    return layer(size.D, size.H, rng=np.random.default_rng(0), dtype=dtype)


def layers_row(case: Case, fewest: int) -> dict:
    """`lib` against its rivals: a training step, an inference."""
    layer = make(LAYERS[case.what], case.size, case.dtype)
    runs = rivals.all_runs(layer, case.size)
    count = rounds(case.size, fewest)
    return {
        kind: milliseconds({name: getattr(r, kind) for name, r in runs.items()}, count)
        for kind in rivals.Runs._fields
    }


def variants_row(case: Case, fewest: int) -> dict:
    """The layers of `lib` against each other: a training step."""
    xs_dhs = rivals.data(case.size, case.dtype)
    runs = {
        name: rivals.of_lib(make(layer, case.size, case.dtype), *xs_dhs).training
        for name, layer in VARIANTS.items()
    }
    return {"training": milliseconds(runs, rounds(case.size, fewest))}


def memory_row(case: Case, _: int) -> dict:
    """Numbers kept for backward, per time step and sample."""
    layer = make(LAYERS[case.what], case.size, case.dtype)
    counts = {"lib": memory.of_lib, "torch.nn": memory.of_torch}
    return {
        "numbers": {name: count(layer, case.size) for name, count in counts.items()}
    }


def checkpoints_row(case: Case, fewest: int) -> dict:
    """The LSTM as it is, and with checkpoints: time of a training step, numbers kept."""
    layer = make(LAYERS[case.what], case.size, case.dtype)
    xs, dhs = rivals.data(case.size, case.dtype)

    def checkpoints() -> None:
        _, _, segments = unroll.forward(layer, xs)
        unroll.backward(dhs, segments)

    runs = {"plain": rivals.of_lib(layer, xs, dhs).training, "checkpoints": checkpoints}
    counts = {"plain": memory.of_lib, "checkpoints": memory.of_unroll}
    return {
        "training": milliseconds(runs, rounds(case.size, fewest)),
        "numbers": {name: count(layer, case.size) for name, count in counts.items()},
    }


def growth_row(case: Case, fewest: int) -> dict:
    """A training step of the LSTM while one letter grows."""
    layer = make(LSTM, case.size, case.dtype)
    xs_dhs = rivals.data(case.size, case.dtype)
    runs = {
        "lib": rivals.of_lib(layer, *xs_dhs).training,
        "torch.nn": rivals.of_torch(layer, *xs_dhs).training,
        "products": rivals.of_products(
            len(layer.names), case.size, case.dtype
        ).training,
    }
    return {"training": milliseconds(runs, rounds(case.size, fewest))}


TABLES = {
    "layers": layers_row,
    "variants": variants_row,
    "memory": memory_row,
    "checkpoints": checkpoints_row,
    "growth": growth_row,
}


def cases(table: str) -> list[Case]:
    if table == "growth":
        return [
            Case(table, x, "float32", s) for x, line in GROWTH.items() for s in line
        ]
    names = list(LAYERS) if table in ("layers", "memory") else ["LSTM"]
    sizes = LONG if table == "checkpoints" else SIZES
    return [Case(table, name, d, s) for name in names for d in DTYPES for s in sizes]


def row(case: Case, fewest: int) -> dict:
    """One row of a table: the case, and what was measured, to four digits."""
    found = TABLES[case.table](case, fewest)
    rounded = {
        kind: {name: float(f"{value:.4g}") for name, value in values.items()}
        for kind, values in found.items()
    }
    return {"what": case.what, "dtype": case.dtype, "size": list(case.size), **rounded}
