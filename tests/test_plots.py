"""Figures: the same bytes every time, and drawings that do not fall off their canvas."""

import io
import sys

import matplotlib as mpl
import numpy as np
import pytest

from lib import drawings, plots


@pytest.fixture
def plt():
    """pyplot with our style, undone afterwards."""
    with mpl.rc_context():
        mpl.use("agg")
        from matplotlib import pyplot

        plots.setup()
        yield pyplot
        pyplot.close("all")


CELLS = {
    "lstm": (drawings.lstm_cell, drawings.NAMES),
    "peephole": (drawings.peephole_cell, drawings.NAMES),
    "coupled": (drawings.coupled_cell, drawings.COUPLED_NAMES),
    "gru": (drawings.gru_cell, drawings.GRU_NAMES),
    "depth_gated": (drawings.depth_gated_cell, drawings.DEPTH_GATED_NAMES),
}


def cell():
    fig, ax = plots.canvas(plots.WIDTH, drawings.HEIGHT)
    values = {name: -0.125 * k for k, name in enumerate(drawings.NAMES)}
    drawings.lstm_cell(ax, values, lit="f")
    plots.matrix(ax, 0.1, 0.4, [[-0.04, 1.26]], "$W$")
    return fig, ax


def test_svg_has_the_same_bytes_twice(plt):
    files = []
    for _ in range(2):
        fig, _ = cell()
        file = io.BytesIO()
        fig.savefig(file, format="svg", metadata={"Date": None, "Creator": None})
        files.append(file.getvalue())
    assert len(files[0]) > 10_000
    assert files[0] == files[1]


@pytest.mark.parametrize("name", sorted(CELLS))
def test_texts_stand_inside_the_canvas(plt, name):
    fig, ax = plots.canvas(plots.WIDTH, drawings.HEIGHT)
    draw, names = CELLS[name]
    draw(ax, dict.fromkeys(names, -0.88))
    fig.canvas.draw()
    assert len(ax.texts) > len(names)
    frame = fig.bbox
    for text in ax.texts:
        box = text.get_window_extent()
        assert frame.x0 <= box.x0 and box.x1 <= frame.x1, text.get_text()
        assert frame.y0 <= box.y0 and box.y1 <= frame.y1, text.get_text()


@pytest.mark.parametrize("name", sorted(CELLS))
def test_every_value_stands_in_its_drawing(plt, name):
    draw, names = CELLS[name]
    _, ax = plots.canvas(plots.WIDTH, drawings.HEIGHT)
    values = {each: (k + 1) / 100 for k, each in enumerate(names)}
    draw(ax, values)
    texts = " ".join(text.get_text() for text in ax.texts)
    assert [each for each, value in values.items() if f"{value:.2f}" not in texts] == []


def test_values_are_printed(plt):
    _, ax = cell()
    texts = [text.get_text() for text in ax.texts]
    assert "$f_t$ = −0.50" in texts  # a minus sign, not a hyphen
    assert "0.0" in texts and "1.3" in texts  # and no minus zero


def test_setup_outside_a_notebook(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib_inline.backend_inline", None)
    with mpl.rc_context():
        plots.setup()
        assert mpl.rcParams["svg.hashsalt"] == "gate-by-gate"


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda ax: plots.arrow(ax), "points: expected at least two, got 0"),
        (lambda ax: plots.arrow(ax, (0, 1)), "points: expected at least two, got 1"),
        (lambda ax: plots.matrix(ax, 0, 0, [[1]], "W", limit=0), "limit: .* > 0, got 0"),
        (lambda ax: plots.matrix(ax, 0, 0, np.ones((2, 2, 2)), "W"), "values: .*(2, 2, 2)"),
        (lambda ax: drawings.lstm_cell(ax, lit="ix"), "lit: expected letters of ifgo, got 'x'"),
        (lambda ax: drawings.gru_cell(ax, lit="i"), "lit: expected letters of zrn, got 'i'"),
        (lambda ax: drawings.lstm_cell(ax, {"x": 1.0}), "values: .*, got none of h_before, c_b"),
    ],
)  # fmt: skip
def test_bad_input_names_the_argument(plt, call, message):
    with pytest.raises(ValueError, match=f"^{message}"):
        call(plots.canvas()[1])


def test_only_the_lit_gate_is_tinted(plt):
    def tinted(lit):
        _, ax = plots.canvas()
        drawings.lstm_cell(ax, lit=lit)
        return sum(patch.get_facecolor()[:3] != (1, 1, 1) for patch in ax.patches)

    assert [tinted(lit) for lit in ("", "f", "io", "ifgo")] == [0, 1, 2, 4]


def test_colors_stay_apart_from_white():
    """A line in any of our colors has a contrast of at least 2 to 1 on white."""
    for name, color in plots.COLORS.items():
        linear = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4
                  for v in mpl.colors.to_rgb(color)]  # fmt: skip
        luminance = np.dot([0.2126, 0.7152, 0.0722], linear)
        assert 1.05 / (luminance + 0.05) >= 2, name
