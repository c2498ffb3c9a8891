"""The drawings of the cells: one frame for the LSTM and its variants, with live values.

Each module draws one cell; what a variant changes is all that differs from `lib/drawings/lstm.py`.
"""

from lib.drawings.lstm import HEIGHT, NAMES, lstm_cell

__all__ = ["HEIGHT", "NAMES", "lstm_cell"]
