"""Answers to the exercises of sequences: right ones, and likely mistakes with their hints."""

from lib import checks

SHAPES = (
    "many-to-one", "one-to-many", "aligned", "delayed",
    "many-to-one", "delayed", "one-to-many", "aligned",
)  # fmt: skip


def with_answer(number, shape):
    return (*SHAPES[: number - 1], shape, *SHAPES[number:])


def in_place(xs):
    xs[:] = 0
    return xs.swapaxes(0, 1)


RIGHT = [
    (checks.seq_windows, lambda T, k, h: max(0, T - k - h + 1)),
    (checks.seq_shapes, SHAPES),
    (checks.seq_shapes, list(SHAPES)),
    (checks.seq_persistence, (1.0526, 0.05)),
    (checks.seq_batch_first, lambda xs: xs.transpose(1, 0, 2)),
]
HINTS = [
    (checks.seq_windows, lambda T, k, h: T - k + 1, "have an answer"),
    (checks.seq_windows, lambda T, k, h: T - k - h, "by hand"),
    (checks.seq_windows, lambda T, k, h: T - k, "horizon enter"),
    (checks.seq_windows, lambda T, k, h: T - k - h + 1, "less than nothing"),
    (checks.seq_windows, lambda T, k, h: T, "100 is not right"),
    (checks.seq_windows, 90, "the function itself"),
    (checks.seq_shapes, with_answer(6, "aligned"), "6 is not right yet. When"),
    (checks.seq_shapes, with_answer(3, "delayed"), "3 is not right yet. When"),
    (checks.seq_shapes, with_answer(2, "many-to-one"), "single answer"),
    (checks.seq_shapes, with_answer(5, "one-to-many"), "single input"),
    (checks.seq_shapes, with_answer(1, "aligned"), "How many inputs"),
    (checks.seq_shapes, with_answer(4, "many-to-many"), "4: expected one of"),
    (checks.seq_shapes, SHAPES[:7], "eight strings"),
    (checks.seq_persistence, (10.526, 0.9), "independent"),
    (checks.seq_persistence, (5.263, 0.81), "variance of x_t"),
    (checks.seq_persistence, (1.01, 0.01), "not 1"),
    (checks.seq_persistence, (0.1, 0.05), "plus e"),
    (checks.seq_persistence, (1.0526, 0.95), "quotient"),
    (checks.seq_persistence, (1.0526, 0.1), "error of the best"),
    (checks.seq_batch_first, lambda xs: xs.reshape(3, 4, 2), "old [t, b]"),
    (checks.seq_batch_first, lambda xs: xs, "Expected shape (3, 4, 2)"),
    (checks.seq_batch_first, lambda xs: xs.swapaxes(0, 1)[::-1], "of the argument"),
    (checks.seq_batch_first, in_place, "changed its argument"),
]  # fmt: skip
