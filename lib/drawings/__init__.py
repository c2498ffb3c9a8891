"""The drawings of the cells: one frame for the LSTM and its variants, with live values.

Each module draws one cell; what a variant changes is all that differs from `lib/drawings/lstm.py`.
"""

from lib.drawings.coupled import COUPLED_NAMES, coupled_cell
from lib.drawings.depth_gated import (
    DEPTH_GATED_HEIGHT,
    DEPTH_GATED_NAMES,
    depth_gated_cell,
)
from lib.drawings.frame import HEIGHT
from lib.drawings.gru import GRU_NAMES, gru_cell
from lib.drawings.lstm import NAMES, lstm_cell
from lib.drawings.peephole import peephole_cell

__all__ = [
    "COUPLED_NAMES", "DEPTH_GATED_HEIGHT", "DEPTH_GATED_NAMES", "GRU_NAMES", "HEIGHT", "NAMES",
    "coupled_cell", "depth_gated_cell", "gru_cell", "lstm_cell", "peephole_cell",
]  # fmt: skip
