"""The GRU: one state along the top, two gates and a candidate below it."""

from collections.abc import Mapping

from matplotlib.axes import Axes

from lib.drawings.coupled import rest
from lib.drawings.frame import Frame
from lib.drawings.lstm import BUS, GATES, TOP

GRU_NAMES = ("x", "h_before", "z", "r", "n", "reset", "kept", "written", "h")
RESET, UPDATE, CANDIDATE = 1.2, 2.7, 4.25  # the columns


def gru_cell(
    ax: Axes, values: Mapping[str, float] | None = None, lit: str = "zrn"
) -> None:
    """One step of a GRU, h = z h_before + (1 - z) n, the reset gate before the matrix.

    `values` maps x, h_before, z, r, n, reset (r h_before), kept (z h_before), written ((1 - z) n)
    and h to the numbers to print, of one unit. `lit` names what is drawn in color.
    """
    frame = Frame(ax, values, GRU_NAMES, lit, "zrn")
    frame.wire("h", (0.1, TOP), (UPDATE - 0.15, TOP))
    frame.wire("h", (UPDATE + 0.15, TOP), (CANDIDATE - 0.15, TOP))
    frame.wire("h", (CANDIDATE + 0.15, TOP), (5.5, TOP))
    frame.operation("z", UPDATE, TOP, "×", color="f")
    frame.operation("h", CANDIDATE, TOP, "+")
    frame.named(0.06, TOP + 0.17, "$h_{t-1}$", "h_before")
    frame.named(5.54, TOP + 0.17, "$h_t$", "h", align="right")
    # input and old state reach both gates, the input the candidate too
    frame.wire("h", (0.35, TOP), (0.35, BUS), (UPDATE, BUS), head=False)
    frame.wire("x", (0.75, 0.2), (0.75, 0.35), (CANDIDATE + 0.12, 0.35), head=False)
    frame.named(0.85, 0.16, "$x_t$", "x")
    for name, x, color in (("r", RESET, "i"), ("z", UPDATE, "f")):
        frame.wire("x", (x + 0.12, 0.35), (x + 0.12, GATES - 0.2))
        frame.wire(name, (x, BUS), (x, GATES - 0.2), color="h")
        frame.gate(name, x, GATES, color)
    frame.wire("x", (CANDIDATE + 0.12, 0.35), (CANDIDATE + 0.12, GATES - 0.2))
    frame.gate("n", CANDIDATE, GATES, "g")
    # reset: what the candidate reads of the old state
    frame.wire("r", (RESET, TOP), (RESET, 2.25), color="h")
    frame.wire("r", (RESET, GATES + 0.2), (RESET, 1.95), color="i")
    frame.operation("r", RESET, 2.1, "×", color="i")
    right = RESET + 0.85
    path = [(RESET + 0.15, 2.1), (right, 2.1), (right, 0.85), (CANDIDATE - 0.12, 0.85)]
    frame.wire("r", *path, (CANDIDATE - 0.12, GATES - 0.2), color="i")
    frame.word(RESET + 0.5, 2.27, frame.number("reset"), of="r")
    # keep, and write the rest
    frame.wire("z", (UPDATE, GATES + 0.2), (UPDATE, TOP - 0.15), color="f")
    frame.word((UPDATE + CANDIDATE) / 2, TOP + 0.17, frame.number("kept"), of="z")
    rest(frame, "z", UPDATE, 3.45, CANDIDATE)
    frame.wire("n", (CANDIDATE, GATES + 0.2), (CANDIDATE, 1.95), color="g")
    frame.operation("n", CANDIDATE, 2.1, "×", color="y")
    frame.wire("n", (CANDIDATE, 2.25), (CANDIDATE, TOP - 0.15), color="y")
    frame.word(CANDIDATE + 0.08, 2.5, frame.number("written"), align="left", of="n")
