"""The LSTM with peepholes: three more wires."""

from collections.abc import Mapping

from matplotlib.axes import Axes

from lib.drawings.frame import Frame
from lib.drawings.lstm import COLUMNS, GATES, NAMES, TOP, lstm_cell


def peephole_cell(
    ax: Axes, values: Mapping[str, float] | None = None, lit: str = "ifo"
) -> None:
    """`lstm_cell`, and dashed the peepholes: c_{t-1} to i and f, c_t to o.

    `lit` names the gates that have one, and are drawn in color.
    """
    lstm_cell(ax, values, lit)
    frame = Frame(ax, values, NAMES, lit, "ifgo")
    below = GATES - 0.42
    before = [name for name in "if" if name in lit]
    if before:
        end = max(COLUMNS[name] for name in before) - 0.15
        frame.wire(
            "c", (0.35, TOP), (0.35, below), (end, below), head=False, style="--"
        )
    for name in before:
        x = COLUMNS[name] - 0.15
        frame.wire("c", (x, below), (x, GATES - 0.2), style="--")
        frame.word(x - 0.1, below + 0.12, f"$p_{name}$", align="right")
    if "o" in lit:
        path = [(5.2, TOP), (5.2, GATES), (COLUMNS["o"] + 0.3, GATES)]
        frame.wire("c", *path, style="--")
        frame.word(COLUMNS["o"] + 0.45, GATES - 0.17, "$p_o$")
