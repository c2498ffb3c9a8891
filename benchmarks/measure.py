"""Times of several functions, taken in turns."""

import gc
import time
from collections.abc import Callable, Mapping
from statistics import median

WARM_UP = 1  # rounds that do not count


def milliseconds(runs: Mapping[str, Callable], rounds: int) -> dict[str, float]:
    """The median CPU time of each.

    In each round every function runs once, and the first is another one each time: whatever
    slows the machine down for a while slows down all.
    """
    names = list(runs)
    found: dict[str, list[float]] = {name: [] for name in names}
    gc.collect()
    gc.disable()
    try:
        for k in range(WARM_UP + rounds):
            first = k % len(names)
            for name in names[first:] + names[:first]:
                start = time.process_time()
                runs[name]()
                found[name].append(time.process_time() - start)
    finally:
        gc.enable()
    return {name: 1000 * median(found[name][WARM_UP:]) for name in names}
