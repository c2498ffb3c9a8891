"""Train on fresh sequences until a task is solved: the loop of the experiments."""

from typing import Any

import numpy as np

from lib.losses import mean_squared_error
from lib.model import Model
from lib.optimizers import Adam
from lib.tasks import Task


def until_solved(
    model: Model,
    task: Task,
    rng: np.random.Generator,
    rate: float,
    limit: int,
    batch_size: int = 32,
    every: int = 50,
    judged: int = 256,
    clip: float | None = 1.0,
    **size: int,
) -> dict[str, Any]:
    """{"solved", "sequences", "score"}: after how many sequences, and the score at the end.

    Adam of the given rate, norm of the gradient clipped at `clip` (None: not at all), `limit`
    optimizer steps at most. After each `every` steps `judged` fresh sequences decide by the
    task's own criterion. A run that diverges ends there, not solved; its score is None.
    """
    optimizer, dtype = Adam(rate), model.layer.dtype
    settings = {"loss": task.loss, "clip": clip, "progress": False}

    def draw(rows: int) -> Any:
        batch = task.make(rng, rows, **size)
        if model.embedding is None:
            batch = batch._replace(inputs=batch.inputs.astype(dtype))
        if task.loss is mean_squared_error:
            batch = batch._replace(targets=batch.targets.astype(dtype))
        return batch

    score = None
    for done in range(every, limit + 1, every):
        try:
            model.fit((draw(batch_size) for _ in range(every)), optimizer, **settings)
            batch = draw(judged)
            outputs, _, _ = model.forward(batch.inputs)
        except FloatingPointError:
            return {"solved": False, "sequences": done * batch_size, "score": None}
        score = task.score(outputs, batch)
        if task.solved(outputs, batch):
            return {"solved": True, "sequences": done * batch_size, "score": score}
    return {"solved": False, "sequences": limit * batch_size, "score": score}
