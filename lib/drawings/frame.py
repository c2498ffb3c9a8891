"""What all drawings of cells share: colors, numbers on the wires, what is lit and what is pale."""

from collections.abc import Mapping

from matplotlib.axes import Axes

from lib.plots import COLORS, FAINT, INK, arrow, box, dot, note

HEIGHT = 3.5  # inches of the canvas; the width is plots.WIDTH
PALE = "#b4bcc6"


class Frame:
    """Draws the pieces of one cell on `ax`, in inches from the lower left corner.

    names: what carries a number; `values`, if given, must have all of them, of one unit.
    gates: the letters that `lit` may name; the pieces of the others are pale. size: of the words.
    """

    def __init__(
        self,
        ax: Axes,
        values: Mapping[str, float] | None,
        names: tuple[str, ...],
        lit: str,
        gates: str,
        size: float = 10,
    ):
        if unknown := set(lit) - set(gates):
            raise ValueError(f"lit: expected letters of {gates}, got {min(unknown)!r}")
        if missing := [n for n in names if values is not None and n not in values]:
            raise ValueError(
                f"values: expected {', '.join(names)}, got none of {', '.join(missing)}"
            )
        self.ax, self.values, self.lit, self.gates = ax, values, lit, gates
        self.size = size

    def shade(self, name: str, color: str = "") -> str:
        """The color of a piece of its own name or of another, pale if its gate is not lit."""
        return PALE if self.is_pale(name) else COLORS[color or name]

    def is_pale(self, name: str) -> bool:
        """Does it belong to a gate that is not lit?"""
        return name in set(self.gates) - set(self.lit)

    def number(self, name: str) -> str:
        if self.values is None:
            return ""
        return f"{self.values[name]:.2f}".replace("-", "−")

    def wire(
        self,
        name: str,
        *points: tuple[float, float],
        color: str = "",
        head: bool = True,
        style: str = "-",
    ) -> None:
        arrow(self.ax, *points, color=self.shade(name, color), head=head, style=style)

    def word(
        self, x: float, y: float, text: str, align: str = "center", of: str = ""
    ) -> None:
        """A word at a wire; `of` names the gate that it belongs to."""
        ink = FAINT if self.is_pale(of) else INK
        note(self.ax, x, y, text, ink, self.size, align)

    def named(
        self,
        x: float,
        y: float,
        symbol: str,
        name: str,
        align: str = "left",
        of: str = "",
    ) -> None:
        """The symbol, with its number where there are any."""
        text = symbol if self.values is None else f"{symbol} = {self.number(name)}"
        self.word(x, y, text, align, of)

    def gate(
        self, name: str, x: float, y: float, color: str = "", w: float = 0.6
    ) -> None:
        """Its box; the name, with its number, stands above."""
        text = "tanh" if name in "gn" else "σ"
        lit = name in self.lit
        box(self.ax, x, y, text, self.shade(name, color), w=w, h=0.4, lit=lit)
        self.named(x + 0.05, y + 0.33, f"${name}_t$", name, of=name)

    def operation(
        self, name: str, x: float, y: float, text: str, color: str = ""
    ) -> None:
        dot(self.ax, x, y, text, self.shade(name, color))

    def layer(
        self, x: float, y: float, text: str, name: str, color: str = "", w: float = 0.6
    ) -> None:
        """A box without parameters."""
        box(self.ax, x, y, text, self.shade(name, color), w=w, h=0.36)
