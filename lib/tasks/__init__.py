"""Synthetic tasks: the classic problems by which recurrent networks have been judged.

Each function draws one batch of fresh sequences from the generator that it is given: the same
seed gives the same batches. Letters: B batch, T time steps, D input size, V symbols.
TASKS has a record of each experiment: its function, its loss, its chance level and the criterion
of its paper, which `solved` applies to the outputs of a model. See `Task`.

    record                      drawn by
    echo                        echo(rng, batch_size, steps, lag)
    latch                       latch(rng, batch_size, steps)
    agreement                   agreement(rng, batch_size, gap)
    copy_memory                 copy_memory(rng, batch_size, gap, length)
    long_lag_2a, long_lag_2b    long_lag(rng, batch_size, lag, experiment)
    triggered_lag               triggered_lag(rng, batch_size, lag, distractors)
    two_sequence_3a, two_sequence_3b, two_sequence_3c
                                two_sequence(rng, batch_size, steps, signal, experiment)
    adding                      adding(rng, batch_size, steps)
    multiplication              multiplication(rng, batch_size, steps)
    temporal_order_6a, temporal_order_6b
                                temporal_order(rng, batch_size, steps, relevant)
    reber                       reber(rng, batch_size)
    continual_reber             continual_reber(rng, batch_size, steps)
    anbn, anbncn                anbn(rng, batch_size, most, letters)
    spike_delays                spike_delays(rng, batch_size, interval, spikes, largest)
    timed_spikes                timed_spikes(rng, batch_size, interval, spikes, largest)
    sine_mixture                sine_mixture(rng, batch_size, steps, sines)

Used in book/recurrent/sequences and in most chapters after it.
"""

from lib.tasks import (
    counting,
    grammar,
    lags,
    marked,
    mixture,
    noise,
    order,
    recall,
    timing,
)
from lib.tasks.counting import anbn
from lib.tasks.grammar import (
    REBER_SYMBOLS,
    continual_reber,
    possible_next,
    reber,
    wrong_predictions,
)
from lib.tasks.lags import long_lag, triggered_lag
from lib.tasks.marked import adding, multiplication
from lib.tasks.mixture import sine_mixture
from lib.tasks.noise import two_sequence
from lib.tasks.order import ORDER_SYMBOLS, temporal_order
from lib.tasks.recall import (
    AGREEMENT_WORDS,
    DISTRACTORS,
    agreement,
    copy_memory,
    echo,
    latch,
)
from lib.tasks.task import Batch, Task
from lib.tasks.timing import spike_delays, timed_spikes

TASKS: dict[str, Task] = {
    **recall.TASKS,
    **lags.TASKS,
    **noise.TASKS,
    **marked.TASKS,
    **order.TASKS,
    **grammar.TASKS,
    **counting.TASKS,
    **timing.TASKS,
    **mixture.TASKS,
}

__all__ = [
    "AGREEMENT_WORDS", "DISTRACTORS", "ORDER_SYMBOLS", "REBER_SYMBOLS", "TASKS", "Batch", "Task",
    "adding", "agreement", "anbn", "continual_reber", "copy_memory", "echo", "latch", "long_lag",
    "multiplication", "possible_next", "reber", "sine_mixture", "spike_delays", "temporal_order",
    "timed_spikes", "triggered_lag", "two_sequence", "wrong_predictions",
]  # fmt: skip
