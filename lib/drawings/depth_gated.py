"""The depth-gated LSTM: a gate more, for the cell state of the layer below."""

from collections.abc import Mapping

from matplotlib.axes import Axes

from lib.drawings.frame import Frame
from lib.drawings.lstm import GATES, NAMES, TOP

DEPTH_GATED_NAMES = (*NAMES, "c_below", "d", "lifted")
DEPTH_GATED_HEIGHT = 3.5
BUS = 0.55
COLUMNS = {"f": 1.1, "i": 1.78, "g": 2.46, "d": 3.14, "o": 4.4}


def depth_gated_cell(
    ax: Axes, values: Mapping[str, float] | None = None, lit: str = "ifgod"
) -> None:
    """One step of an upper layer: `lstm_cell`, and d times the cell state below is added.

    `values` has the names of `lstm_cell`, c_below, d and lifted (d c_below). The peepholes that
    the depth gate has of its own are dashed; those of the other gates are not drawn.
    """
    frame = Frame(ax, values, DEPTH_GATED_NAMES, lit, "ifgod", size=8.5)
    write, lift, side, out = 2.12, COLUMNS["d"], 3.85, 5.05
    # the cell state: kept, written, lifted
    frame.wire("c", (0.1, TOP), (COLUMNS["f"] - 0.15, TOP))
    frame.wire("c", (COLUMNS["f"] + 0.15, TOP), (write - 0.15, TOP))
    frame.wire("c", (write + 0.15, TOP), (lift - 0.15, TOP))
    frame.wire("c", (lift + 0.15, TOP), (5.5, TOP))
    frame.operation("f", COLUMNS["f"], TOP, "×")
    frame.operation("c", write, TOP, "+")
    frame.operation("c", lift, TOP, "+")
    frame.named(0.06, TOP + 0.17, "$c_{t-1}$", "c_before")
    frame.named(5.54, TOP + 0.17, "$c_t$", "c", align="right")
    # what the gates read
    frame.wire("h", (0.1, BUS), (COLUMNS["o"], BUS), head=False)
    frame.wire("x", (0.5, 0.2), (0.5, BUS), head=False)
    frame.named(0.06, BUS + 0.15, "$h_{t-1}$", "h_before")
    frame.named(0.6, 0.17, "$x_t$", "x")
    for name, x in COLUMNS.items():
        if name != "d":
            frame.wire(name, (x, BUS), (x, GATES - 0.2), color="h")
        frame.gate(name, x, GATES, "y" if name == "d" else "", w=0.52)
    frame.wire("d", (0.5, 0.35), (lift, 0.35), (lift, GATES - 0.2), color="x")
    # keep, and write
    frame.wire("f", (COLUMNS["f"], GATES + 0.2), (COLUMNS["f"], TOP - 0.15))
    frame.word(1.6, TOP + 0.17, frame.number("kept"), of="f")
    frame.wire(
        "i", (COLUMNS["i"], GATES + 0.2), (COLUMNS["i"], 2.1), (write - 0.15, 2.1)
    )
    frame.wire(
        "g", (COLUMNS["g"], GATES + 0.2), (COLUMNS["g"], 2.1), (write + 0.15, 2.1)
    )
    frame.operation("g", write, 2.1, "×", color="y")
    frame.wire("g", (write, 2.25), (write, TOP - 0.15), color="y")
    frame.word(write + 0.07, 2.5, frame.number("written"), align="left", of="g")
    # lift the cell state of the layer below
    frame.wire("d", (side, 0.15), (side, 2.1), (lift + 0.15, 2.1), color="c")
    frame.named(side + 0.08, 0.16, "$c_t$ below", "c_below")
    frame.wire("d", (lift, GATES + 0.2), (lift, 1.95), color="y")
    frame.operation("d", lift, 2.1, "×", color="y")
    frame.wire("d", (lift, 2.25), (lift, TOP - 0.15), color="c")
    frame.word(lift + 0.07, 2.5, frame.number("lifted"), align="left", of="d")
    frame.wire("d", (side, GATES), (lift + 0.26, GATES), color="c", style="--")
    path = [(0.3, TOP), (0.3, 0.88), (lift - 0.13, 0.88), (lift - 0.13, GATES - 0.2)]
    frame.wire("d", *path, color="c", style="--")
    # read
    frame.wire("o", (out, TOP), (out, 2.55), color="c")
    frame.layer(out, 2.37, "tanh", "o", color="c")
    frame.wire("o", (out, 2.19), (out, 1.95), color="c")
    frame.wire("o", (COLUMNS["o"], GATES + 0.2), (COLUMNS["o"], 1.8), (out - 0.15, 1.8))
    frame.operation("o", out, 1.8, "×", color="y")
    frame.wire("h", (out, 1.65), (out, BUS), (5.5, BUS))
    frame.named(5.54, BUS - 0.17, "$h_t$", "h", align="right")
