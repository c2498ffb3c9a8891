"""Checks of the exercises: one function each, named after the chapter and the exercise.

A check prints one line: `✓` and what the answer shows, or `✗` and a hint that does not give the
solution away. It never raises, so that a notebook with open exercises still runs.
"""

from lib.checks.activations import act_by_hand, act_one, act_stable, act_tanh
from lib.checks.bptt import (
    bptt_bugs,
    bptt_by_hand,
    bptt_kept,
    bptt_next,
    bptt_readout,
)
from lib.checks.clockwork import (
    clockwork_active,
    clockwork_copied,
    clockwork_living,
)
from lib.checks.coupled_gates import (
    coupled_bias,
    coupled_by_hand,
    coupled_gradient,
    coupled_move,
)
from lib.checks.depth_gated import depth_by_hand, depth_extra, depth_shut
from lib.checks.first_network import first_batch, first_gradient, first_temperature
from lib.checks.forget_gate import (
    forget_bias_for,
    forget_half_life,
    forget_set_bias,
)
from lib.checks.gru import (
    gru_by_hand,
    gru_half_life,
    gru_parameters,
    gru_turned,
    gru_two_forms,
)
from lib.checks.input_gate import input_bucket, input_by_hand, input_write
from lib.checks.lstm import (
    lstm_cell_gradient,
    lstm_explode,
    lstm_parameters,
    lstm_sums_backward,
)
from lib.checks.output_gate import output_fuse, output_gates, output_leave_out
from lib.checks.peephole import (
    peephole_budget,
    peephole_by_hand,
    peephole_due,
    peephole_gradient,
)
from lib.checks.rnn import rnn_by_hand, rnn_collapse, rnn_parameters, rnn_reorder
from lib.checks.sequences import (
    seq_batch_first,
    seq_persistence,
    seq_shapes,
    seq_windows,
)
from lib.checks.vanishing_gradients import (
    vanish_clip,
    vanish_fates,
    vanish_power,
    vanish_powers,
)
from lib.checks.word_prediction import (
    words_agreement,
    words_generate,
    words_parameters,
    words_perplexity,
    words_vocabulary,
)

__all__ = [
    "act_by_hand", "act_one", "act_stable", "act_tanh", "bptt_bugs", "bptt_by_hand",
    "bptt_kept", "bptt_next", "bptt_readout", "clockwork_active", "clockwork_copied",
    "clockwork_living", "coupled_bias", "coupled_by_hand", "coupled_gradient",
    "coupled_move", "depth_by_hand", "depth_extra", "depth_shut", "first_batch",
    "first_gradient", "first_temperature", "forget_bias_for", "forget_half_life",
    "forget_set_bias", "gru_by_hand", "gru_half_life", "gru_parameters", "gru_turned",
    "gru_two_forms", "input_bucket", "input_by_hand", "input_write", "lstm_cell_gradient",
    "lstm_explode", "lstm_parameters", "lstm_sums_backward", "output_fuse", "output_gates",
    "output_leave_out", "peephole_budget", "peephole_by_hand", "peephole_due",
    "peephole_gradient", "rnn_by_hand", "rnn_collapse", "rnn_parameters", "rnn_reorder",
    "seq_batch_first", "seq_persistence", "seq_shapes", "seq_windows", "vanish_clip",
    "vanish_fates", "vanish_power", "vanish_powers", "words_agreement", "words_generate",
    "words_parameters", "words_perplexity", "words_vocabulary",
]  # fmt: skip
