"""The LSTM: the drawing of the cell that runs through the chapters on the gates."""

from collections.abc import Mapping

from matplotlib.axes import Axes

from lib.plots import COLORS, INK, arrow, box, dot, note

HEIGHT = 3.5  # inches of the canvas; the width is plots.WIDTH
NAMES = ("x", "h_before", "c_before", "i", "f", "g", "o", "kept", "written", "c", "h")


def lstm_cell(
    ax: Axes, values: Mapping[str, float] | None = None, lit: str = "ifgo"
) -> None:
    """One step of an LSTM: the cell state runs along the top, the gates stand below it.

    `values` maps x, h_before, c_before, i, f, g, o, kept (f c_before), written (i g), c, h to the
    numbers to print, of one unit. `lit` names the gates that are tinted with their color.
    """
    if unknown := set(lit) - set("ifgo"):
        raise ValueError(f"lit: expected letters of ifgo, got {min(unknown)!r}")
    if missing := [name for name in NAMES if values is not None and name not in values]:
        raise ValueError(
            f"values: expected {', '.join(NAMES)}, got none of {', '.join(missing)}"
        )
    top, gates, bus = 2.9, 1.3, 0.55
    xs = {"f": 1.15, "i": 2.05, "g": 2.95, "o": 3.85}

    def number(name: str) -> str:
        return "" if values is None else f"{values[name]:.2f}".replace("-", "−")

    def label(symbol: str, name: str) -> str:
        return symbol if values is None else f"{symbol} = {number(name)}"

    # the cell state
    arrow(ax, (0.1, top), (1.0, top), color=COLORS["c"])
    arrow(ax, (1.3, top), (2.35, top), color=COLORS["c"])
    arrow(ax, (2.65, top), (5.5, top), color=COLORS["c"])
    dot(ax, 1.15, top, "×", COLORS["c"])
    dot(ax, 2.5, top, "+", COLORS["c"])
    note(ax, 0.06, top + 0.17, label("$c_{t-1}$", "c_before"), INK, align="left")
    note(ax, 5.54, top + 0.17, label("$c_t$", "c"), INK, align="right")
    # input and old hidden state reach all four gates
    arrow(ax, (0.1, bus), (xs["o"], bus), color=COLORS["h"], head=False)
    arrow(ax, (0.6, 0.2), (0.6, bus), color=COLORS["x"], head=False)
    note(ax, 0.06, bus + 0.15, label("$h_{t-1}$", "h_before"), INK, align="left")
    note(ax, 0.7, 0.18, label("$x_t$", "x"), INK, align="left")
    for name, x in xs.items():
        arrow(ax, (x, bus), (x, gates - 0.2), color=COLORS["h"])
        text = "tanh" if name == "g" else "σ"
        box(ax, x, gates, text, COLORS[name], w=0.6, h=0.4, lit=name in lit)
        note(ax, x + 0.05, gates + 0.33, label(f"${name}_t$", name), INK, align="left")
    # keep, and write
    arrow(ax, (xs["f"], gates + 0.2), (xs["f"], top - 0.15), color=COLORS["f"])
    arrow(ax, (xs["i"], gates + 0.2), (xs["i"], 2.1), (2.35, 2.1), color=COLORS["i"])
    arrow(ax, (xs["g"], gates + 0.2), (xs["g"], 2.1), (2.65, 2.1), color=COLORS["g"])
    dot(ax, 2.5, 2.1, "×")
    arrow(ax, (2.5, 2.25), (2.5, top - 0.15))
    note(ax, 1.82, top + 0.17, number("kept"), INK)
    note(ax, 2.58, 2.5, number("written"), INK, align="left")
    # read
    arrow(ax, (4.7, top), (4.7, 2.55), color=COLORS["c"])
    box(ax, 4.7, 2.37, "tanh", COLORS["c"], w=0.6, h=0.36)
    arrow(ax, (4.7, 2.19), (4.7, 1.95), color=COLORS["c"])
    arrow(ax, (xs["o"], gates + 0.2), (xs["o"], 1.8), (4.55, 1.8), color=COLORS["o"])
    dot(ax, 4.7, 1.8, "×")
    arrow(ax, (4.7, 1.65), (4.7, bus), (5.5, bus), color=COLORS["h"])
    note(ax, 5.54, bus + 0.15, label("$h_t$", "h"), INK, align="right")
