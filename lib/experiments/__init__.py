"""Experiments that take longer than a chapter may: how one run goes, and what came out of all.

    from lib import experiments

    runs = experiments.record("clipping")       # a list of dicts: what was given, and what came out
    again = experiments.EXPERIMENTS["clipping"].run(clip=1.0, seed=0)       # one of them, live

Each is a module with its table of runs; its record lies beside it (`make experiments` writes it,
and goes on where it was if it is killed). A chapter reads the record, and repeats one run.
"""

from lib.experiments.experiment import Experiment, record, wilson

EXPERIMENTS: dict[str, Experiment] = {}

__all__ = ["EXPERIMENTS", "Experiment", "record", "wilson"]
