"""Measure and generate spans of time, marked by spikes."""

import numpy as np

from lib import check_input
from lib.losses import mean_squared_error
from lib.tasks.task import Batch, Task, check, number_errors, squared_error


def spike_delays(
    rng: np.random.Generator,
    batch_size: int,
    interval: int,
    spikes: int,
    largest: int = 1,
) -> Batch:
    """Measure the delay of each spike (MSD): how many steps beyond `interval` it is late.

    The n-th spike ends a span of interval + I(n) steps, which begins at the step after the spike
    before (the first span at step 0); I(n) is drawn from 0..largest, equally likely.

        inputs[b, t, 0] = 1 at a spike, else 0;  targets[b, t, 0] = I(n) at the n-th spike

    inputs, targets (B,T,1), T = spikes · (interval + largest); only the steps of spikes count.
    Baseline: always answering largest / 2 has the mean squared error largest (largest + 2) / 12:
    1/4 for a delay of 0 or 1.
    Criterion: the absolute error is below 0.49 at all spikes; in the paper a stream ends at the
    first error, in tests after 1,000 spikes.

    interval (F in the paper): 2 or more; spikes: 1 or more; largest: 0 or more.
    Source: Gers, Schraudolph & Schmidhuber, Learning precise timing with LSTM recurrent networks,
    Journal of Machine Learning Research 3, 2002. Its NMSD has spikes = 1: the state starts anew
    with every spike.
    """
    delays, _, ends, steps = _spans(rng, batch_size, interval, spikes, largest)
    rows = np.arange(batch_size)[:, np.newaxis]
    inputs, targets = np.zeros((2, batch_size, steps, 1))
    inputs[rows, ends, 0] = 1
    targets[rows, ends, 0] = delays
    return Batch(inputs, targets, inputs[..., 0] == 1)


def timed_spikes(
    rng: np.random.Generator,
    batch_size: int,
    interval: int,
    spikes: int,
    largest: int = 1,
) -> Batch:
    """Generate spikes in time (GTS): `spike_delays` with inputs and targets exchanged.

    Spans and delays are those of `spike_delays`. The delay is told at the first step of a span,
    and the spike is asked for at its last step:

        inputs[b, t, 0] = I(n) at the first step of the n-th span, else 0
        targets[b, t, 0] = 1 at its last step, else 0

    Between the two there is no input. inputs, targets (B,T,1), T = spikes · (interval + largest);
    all steps up to the last spike count.
    Baseline: with r = 1 / (interval + largest / 2) spikes a step, always answering r has the mean
    squared error r (1 - r).
    Criterion: the absolute error is below 0.49 at every step; in the paper a stream ends at the
    first error, in tests after 1,000 spikes.

    interval, spikes, largest: as in `spike_delays`. With largest = 0 there is no input at all, and
    a spike is asked for every `interval` steps.
    Source: Gers, Schraudolph & Schmidhuber, Learning precise timing with LSTM recurrent networks,
    Journal of Machine Learning Research 3, 2002. When the delay is told is our choice.
    """
    delays, starts, ends, steps = _spans(rng, batch_size, interval, spikes, largest)
    rows = np.arange(batch_size)[:, np.newaxis]
    inputs, targets = np.zeros((2, batch_size, steps, 1))
    inputs[rows, starts, 0] = delays
    targets[rows, ends, 0] = 1
    return Batch(inputs, targets, np.arange(steps) <= ends[:, -1:])


def _spans(
    rng: np.random.Generator,
    batch_size: int,
    interval: int,
    spikes: int,
    largest: int,
) -> tuple[np.ndarray, np.ndarray, np.ndarray, int]:
    """The delays of all spans (B,spikes), their first and last steps, and T."""
    check(rng, batch_size)
    interval = check_input.size("interval", interval, least=2)
    spikes = check_input.size("spikes", spikes)
    largest = check_input.size("largest", largest, least=0)
    delays = rng.integers(0, largest, (batch_size, spikes), endpoint=True)
    ends = (interval + delays).cumsum(axis=1) - 1
    starts = ends - (interval + delays) + 1
    return delays, starts, ends, spikes * (interval + largest)


def _rate_error(interval: int, largest: int = 1, **size: int) -> float:
    rate = 1 / (interval + largest / 2)
    return rate * (1 - rate)


TASKS = {
    "spike_delays": Task(
        make=spike_delays,
        loss=mean_squared_error,
        score=squared_error,
        chance=lambda largest=1, **size: largest * (largest + 2) / 12,
        errors=number_errors,
        tolerance=0.49,
        sequences=1,
        criterion="The absolute error is below 0.49 at each of 1,000 spikes.",
        paper="Gers, Schraudolph & Schmidhuber 2002, MSD",
    ),
    "timed_spikes": Task(
        make=timed_spikes,
        loss=mean_squared_error,
        score=squared_error,
        chance=_rate_error,
        errors=number_errors,
        tolerance=0.49,
        sequences=1,
        criterion="The absolute error is below 0.49 at each step of 1,000 spans.",
        paper="Gers, Schraudolph & Schmidhuber 2002, GTS",
    ),
}
