"""The look of the figures, and the small vocabulary of drawings.

    from lib import plots
    plots.setup()                                   # once, in the first cell that plots

Graphs are ordinary matplotlib. Drawings of networks are made of five words, all in inches from
the lower left corner of a canvas:

    fig, ax = plots.canvas(5.5, 2.2)
    plots.box(ax, 1, 1, "tanh")                     # a layer
    plots.dot(ax, 2, 1, "+")                        # an operation on numbers or vectors
    plots.arrow(ax, (1.4, 1), (1.8, 1), text="$h_t$")   # a wire, through any number of points
    plots.note(ax, 2, 0.6, "(B, H)")                # a shape, or a word at the side
    plots.matrix(ax, 3, 0.5, values, "$W_{hh}$")    # numbers as a heat map

One color belongs to one quantity in all figures (`COLORS`); they stay apart in gray and for
color-blind readers (Okabe & Ito's palette), and no figure relies on color alone.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
from cycler import cycler
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle, FancyBboxPatch, Rectangle

from lib import check_input

INK, FAINT = "#1f2328", "#5b6470"
COLORS = {
    "x": "#5b6470",  # input
    "h": "#0072b2",  # hidden state
    "c": "#d55e00",  # cell state
    "i": "#009e73",  # input gate
    "f": "#cc79a7",  # forget gate
    "g": "#e69f00",  # candidate
    "o": "#56b4e9",  # output gate
    "y": "#1f2328",  # read-out
}
WIDTH = 5.6  # inches of an ordinary figure: legible on a phone too


def setup() -> None:
    """Style of all figures; the same bytes on every run."""
    mpl.rcParams.update(
        {
            "svg.hashsalt": "gate-by-gate",  # ids in the file do not change from run to run
            "svg.fonttype": "path",
            "font.family": "DejaVu Sans",
            "font.size": 10,
            "mathtext.fontset": "dejavusans",
            "figure.figsize": (WIDTH, 2.8),
            "figure.dpi": 100,
            "figure.constrained_layout.use": True,
            "text.color": INK,
            "axes.edgecolor": FAINT,
            "axes.labelcolor": INK,
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.grid": True,
            "axes.prop_cycle": cycler(
                color=[COLORS[k] for k in "hcigf"],
                linestyle=["-", "--", "-.", ":", "-"],
            ),
            "grid.color": "#d8dde3",
            "grid.linewidth": 0.6,
            "lines.linewidth": 1.8,
            "xtick.color": FAINT,
            "ytick.color": FAINT,
            "legend.frameon": False,
            "image.cmap": "RdBu_r",
        }
    )
    try:
        from matplotlib_inline.backend_inline import set_matplotlib_formats
    except ImportError:  # no notebook
        return
    set_matplotlib_formats(
        "svg", metadata={"Date": None, "Creator": None}, bbox_inches=None
    )


def canvas(width: float = WIDTH, height: float = 2.2) -> tuple[Figure, Axes]:
    """A figure without axes, measured in inches from its lower left corner."""
    fig, ax = plt.subplots(figsize=(width, height), layout="none")
    fig.subplots_adjust(0, 0, 1, 1)
    ax.set(xlim=(0, width), ylim=(0, height), aspect="equal")
    ax.axis("off")
    return fig, ax


def box(
    ax: Axes, x: float, y: float, text: str, color: str = INK, w: float = 0.8, h: float = 0.42,
    lit: bool = False,
) -> None:  # fmt: skip
    """A rounded box around (x, y): a layer, or a whole cell. `lit` tints it with its color."""
    edge = mpl.colors.to_rgb(color)
    tint = [1 - 0.35 * (1 - part) for part in edge]  # dark text stays legible on it
    ax.add_patch(
        FancyBboxPatch(
            (x - w / 2, y - h / 2), w, h, boxstyle="round,pad=0,rounding_size=0.08",
            facecolor=tint if lit else "white", edgecolor=edge, linewidth=1.4, zorder=2,
        )
    )  # fmt: skip
    ax.text(x, y, text, ha="center", va="center", zorder=3)


def dot(
    ax: Axes, x: float, y: float, text: str, color: str = INK, r: float = 0.15
) -> None:
    """A circle around (x, y): an operation such as + or ×."""
    ax.add_patch(
        Circle((x, y), r, facecolor="white", edgecolor=color, linewidth=1.4, zorder=2)
    )
    ax.text(x, y, text, ha="center", va="center", fontsize=11, zorder=3)


def arrow(
    ax: Axes, *points: tuple[float, float], color: str = INK, text: str = "",
    at: tuple[float, float] = (0, 0.12), head: bool = True, style: str = "-", size: float = 10,
) -> None:  # fmt: skip
    """A wire through the points, with a head at the last one.

    `text` stands at the middle of the longest piece, moved by `at`.
    """
    if len(points) < 2:
        raise ValueError(f"points: expected at least two, got {len(points)}")
    xs, ys = zip(*points, strict=True)
    ax.plot(
        xs,
        ys,
        color=color,
        linestyle=style,
        linewidth=1.5,
        zorder=1,
        solid_joinstyle="round",
    )
    if head:
        ax.annotate(
            "", points[-1], points[-2], zorder=1,
            arrowprops={"arrowstyle": "-|>,head_width=0.22,head_length=0.4", "color": color,
                        "linewidth": 1.5, "shrinkA": 0, "shrinkB": 0, "linestyle": style},
        )  # fmt: skip
    if text:
        pairs = list(pairwise(points))
        (x0, y0), (x1, y1) = max(
            pairs, key=lambda p: np.hypot(p[1][0] - p[0][0], p[1][1] - p[0][1])
        )
        note(
            ax, (x0 + x1) / 2 + at[0], (y0 + y1) / 2 + at[1], text, color=INK, size=size
        )


def note(
    ax: Axes, x: float, y: float, text: str, color: str = FAINT, size: float = 10,
    align: str = "center",
) -> None:  # fmt: skip
    """A word beside a drawing."""
    ax.text(x, y, text, ha=align, va="center", color=color, fontsize=size, zorder=4)


def matrix(
    ax: Axes, x: float, y: float, values: Sequence | np.ndarray, name: str, *,
    cell: float = 0.36, limit: float = 1.0, digits: int = 1, shape: str = "", size: float = 9.5,
) -> float:  # fmt: skip
    """Numbers as a heat map whose lower left corner is (x, y); returns its width.

    White is 0; red grows to `limit`, blue to -limit. The name stands above, the shape below.
    """
    check_input.number("limit", limit, above=0)
    array = np.atleast_2d(check_input.array("values", values).astype(float))
    if array.ndim > 2:
        raise ValueError(f"values: expected one or two axes, got shape {array.shape}")
    rows, columns = array.shape
    shades: Any = mpl.colormaps["RdBu_r"]
    for row in range(rows):
        for column in range(columns):
            value = array[row, column]
            corner = (x + column * cell, y + (rows - 1 - row) * cell)
            # the pale part of the colors: the number stays legible, on a dark page too
            shade = shades(0.5 + np.clip(value / limit, -1, 1) / 5)
            ax.add_patch(
                Rectangle(corner, cell, cell, facecolor=shade, edgecolor="white", lw=1)
            )
            text = f"{value:.{digits}f}"
            if not text.strip("-0."):  # no minus zero
                text = text.lstrip("-")
            text = text.replace("-", "\N{MINUS SIGN}")
            center = (corner[0] + cell / 2, corner[1] + cell / 2)
            ax.text(*center, text, ha="center", va="center", color=INK, fontsize=size)
    middle = x + columns * cell / 2
    note(ax, middle, y + rows * cell + 0.14, name, color=INK, size=10.5)
    note(ax, middle, y - 0.14, shape or f"({rows}, {columns})")
    return columns * cell
