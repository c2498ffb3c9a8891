"""Train on fresh sequences until a task is solved: the loop of the experiments."""

from typing import Any

import numpy as np

from lib.losses import mean_squared_error
from lib.model import Model
from lib.optimizers import SGD, Adam
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
    optimizer: type[SGD] | type[Adam] = Adam,
    **size: int,
) -> dict[str, Any]:
    """{"solved", "sequences", "score"}: after how many sequences, and the score at the end.

    `optimizer` of the given rate, the norm of the gradient clipped at `clip` (None: not at all),
    `limit` optimizer steps at most, a multiple of `every`. After each `every` steps `judged` fresh
    sequences decide by the task's own criterion. A run that diverges ends there, not solved; its
    score is None.
    """
    if limit % every:
        raise ValueError(f"limit: expected a multiple of every ({every}), got {limit}")
    descent, dtype = optimizer(rate), model.layer.dtype

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
            batches = (draw(batch_size) for _ in range(every))
            model.fit(batches, descent, loss=task.loss, clip=clip, progress=False)
            batch = draw(judged)
            outputs, _, _ = model.forward(batch.inputs)
        except FloatingPointError:
            return {"solved": False, "sequences": done * batch_size, "score": None}
        score = task.score(outputs, batch)
        if task.solved(outputs, batch):
            return {"solved": True, "sequences": done * batch_size, "score": score}
    return {"solved": False, "sequences": limit * batch_size, "score": score}
