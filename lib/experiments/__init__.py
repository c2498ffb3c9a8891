"""Experiments that take longer than a chapter may: how one run goes, and what came out of all.

    from lib import experiments

    runs = experiments.record("clipping")       # a list of dicts: what was given, and what came out
    given = {"steps": 20, "rate": 0.1, "clip": 1.0, "seed": 0}
    again = experiments.EXPERIMENTS["clipping"].run(**given)      # one of them, live

Each is a module with its table of runs; its record lies beside it (`make experiments` writes it,
and goes on where it was if it is killed). A chapter reads the record, and repeats one run.
"""

from lib.experiments import clipping, clockwork, coupled, depth, gru_latch, timing
from lib.experiments.experiment import Experiment, record, wilson

EXPERIMENTS: dict[str, Experiment] = {
    "clipping": clipping.EXPERIMENT,
    "clockwork": clockwork.EXPERIMENT,
    "coupled": coupled.EXPERIMENT,
    "depth": depth.EXPERIMENT,
    "gru_latch": gru_latch.EXPERIMENT,
    "timing": timing.EXPERIMENT,
}

__all__ = ["EXPERIMENTS", "Experiment", "record", "wilson"]
