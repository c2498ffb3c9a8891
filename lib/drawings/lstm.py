"""The LSTM: the drawing of the cell that runs through the chapters on the gates."""

from collections.abc import Mapping

from matplotlib.axes import Axes

from lib.drawings.frame import Frame

NAMES = ("x", "h_before", "c_before", "i", "f", "g", "o", "kept", "written", "c", "h")
# Heights of the cell state, of the gates, and of what they read.
TOP, GATES, BUS = 2.9, 1.3, 0.55
COLUMNS = {"f": 1.15, "i": 2.05, "g": 2.95, "o": 3.85}
WRITE = 2.5  # where the new content meets the cell state


def lstm_cell(
    ax: Axes, values: Mapping[str, float] | None = None, lit: str = "ifgo"
) -> None:
    """One step of an LSTM: the cell state runs along the top, the gates stand below it.

    `values` maps x, h_before, c_before, i, f, g, o, kept (f c_before), written (i g), c, h to the
    numbers to print, of one unit. `lit` names the gates that are drawn in color, the others are
    pale.
    """
    frame = Frame(ax, values, NAMES, lit, "ifgo")
    cell_state(frame)
    for name in "figo":
        frame.gate(name, COLUMNS[name], GATES)
    what_gates_read(frame, COLUMNS)
    keep(frame)
    frame.wire("i", (2.05, GATES + 0.2), (2.05, 2.1), (WRITE - 0.15, 2.1))
    write(frame, "i")
    read(frame)


def cell_state(frame: Frame) -> None:
    """From c_{t-1} to c_t: times f, plus what is written."""
    frame.wire("c", (0.1, TOP), (1.0, TOP))
    frame.wire("c", (1.3, TOP), (WRITE - 0.15, TOP))
    frame.wire("c", (WRITE + 0.15, TOP), (5.5, TOP))
    frame.operation("f", 1.15, TOP, "×")
    frame.operation("c", WRITE, TOP, "+")
    frame.named(0.06, TOP + 0.17, "$c_{t-1}$", "c_before")
    frame.named(5.54, TOP + 0.17, "$c_t$", "c", align="right")


def what_gates_read(frame: Frame, columns: Mapping[str, float]) -> None:
    """Input and old hidden state reach all of them."""
    end = max(columns.values())
    frame.wire("h", (0.1, BUS), (end, BUS), head=False)
    frame.wire("x", (0.6, 0.2), (0.6, BUS), head=False)
    frame.named(0.06, BUS + 0.15, "$h_{t-1}$", "h_before")
    frame.named(0.7, 0.18, "$x_t$", "x")
    for name, x in columns.items():
        frame.wire(name, (x, BUS), (x, GATES - 0.2), color="h")


def keep(frame: Frame) -> None:
    frame.wire("f", (1.15, GATES + 0.2), (1.15, TOP - 0.15))
    frame.word(1.82, TOP + 0.17, frame.number("kept"), of="f")


def write(frame: Frame, amount: str) -> None:
    """The candidate, times the gate that says how much of it, on its way up."""
    frame.wire("g", (2.95, GATES + 0.2), (2.95, 2.1), (WRITE + 0.15, 2.1))
    on = amount if amount in frame.lit else "g"
    frame.operation(on, WRITE, 2.1, "×", color="y")
    frame.wire(on, (WRITE, 2.25), (WRITE, TOP - 0.15), color="y")
    frame.word(WRITE + 0.08, 2.5, frame.number("written"), align="left", of=on)


def read(frame: Frame) -> None:
    """From c_t to h_t, through tanh and times o."""
    frame.wire("o", (4.7, TOP), (4.7, 2.55), color="c")
    frame.layer(4.7, 2.37, "tanh", "o", color="c")
    frame.wire("o", (4.7, 2.19), (4.7, 1.95), color="c")
    frame.wire("o", (3.85, GATES + 0.2), (3.85, 1.8), (4.55, 1.8))
    frame.operation("o", 4.7, 1.8, "×", color="y")
    frame.wire("h", (4.7, 1.65), (4.7, BUS), (5.5, BUS))
    frame.named(5.54, BUS + 0.15, "$h_t$", "h", align="right")
