"""The LSTM with coupled gates: what is not kept is written."""

from collections.abc import Mapping

from matplotlib.axes import Axes

from lib.drawings.frame import Frame
from lib.drawings.lstm import (
    COLUMNS,
    GATES,
    NAMES,
    WRITE,
    cell_state,
    keep,
    read,
    what_gates_read,
    write,
)

COUPLED_NAMES = tuple(name for name in NAMES if name != "i")


def coupled_cell(
    ax: Axes, values: Mapping[str, float] | None = None, lit: str = "fgo"
) -> None:
    """As `lstm_cell`, but 1 - f stands where the input gate was; written is (1 - f) g."""
    frame = Frame(ax, values, COUPLED_NAMES, lit, "fgo")
    cell_state(frame)
    columns = {name: x for name, x in COLUMNS.items() if name != "i"}
    for name, x in columns.items():
        frame.gate(name, x, GATES)
    what_gates_read(frame, columns)
    keep(frame)
    rest(frame, "f", 1.15, 1.75, WRITE)
    write(frame, "f")
    read(frame)


def rest(frame: Frame, gate: str, start: float, middle: float, end: float) -> None:
    """One minus the gate: from its wire at `start` through a box to the product at `end`."""
    frame.wire(gate, (start, 2.1), (middle - 0.25, 2.1), color="f")
    frame.layer(middle, 2.1, "1 −", gate, color="f", w=0.5)
    frame.wire(gate, (middle + 0.25, 2.1), (end - 0.15, 2.1), color="f")
    if frame.values is not None:
        number = f"{1 - frame.values[gate]:.2f}".replace("-", "−")
        frame.word(middle, 2.42, number, of=gate)
