"""Checks of the exercises: one function each, named after the chapter and the exercise.

A check prints one line: `✓` and what the answer shows, or `✗` and a hint that does not give the
solution away. It never raises, so that a notebook with open exercises still runs.
"""

from lib.checks.first_network import first_batch, first_gradient, first_temperature
from lib.checks.lstm import (
    lstm_cell_gradient,
    lstm_explode,
    lstm_parameters,
    lstm_sums_backward,
)
from lib.checks.rnn import rnn_by_hand, rnn_collapse, rnn_parameters, rnn_reorder
from lib.checks.word_prediction import (
    words_agreement,
    words_generate,
    words_parameters,
    words_perplexity,
    words_vocabulary,
)

__all__ = [
    "first_batch", "first_gradient", "first_temperature", "lstm_cell_gradient", "lstm_explode",
    "lstm_parameters", "lstm_sums_backward", "rnn_by_hand", "rnn_collapse", "rnn_parameters",
    "rnn_reorder", "words_agreement", "words_generate", "words_parameters", "words_perplexity",
    "words_vocabulary",
]  # fmt: skip
