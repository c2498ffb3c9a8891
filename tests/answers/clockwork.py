"""Answers to the exercises of clockwork: right ones, and likely mistakes with their hints."""

import numpy as np

from lib import checks

RIGHT = [
    (checks.clockwork_copied, (1, 1.624)),
    (checks.clockwork_living, lambda g, k: k * k * g * (g + 1) // 2),
    (checks.clockwork_active, lambda periods: np.mean([1 / T for T in periods])),
]
HINTS = [
    (checks.clockwork_copied, (..., ...), "Not answered yet"),
    (checks.clockwork_copied, (0.512, 1.624), "multiplied with"),
    (checks.clockwork_copied, (1, 1.4), "steps 1 and 2"),
    (checks.clockwork_copied, (1, 0.624), "direct way counts"),
    (checks.clockwork_copied, (1, 2), "step by step"),
    (checks.clockwork_copied, (1, "a"), "Expected numbers"),
    (checks.clockwork_living, lambda g, k: (g * k) ** 2, "never read"),
    (checks.clockwork_living, lambda g, k: k * k * g * (g - 1) // 2, "reads itself"),
    (checks.clockwork_living, lambda g, k: g * (g + 1) // 2, "Those are blocks"),
    (checks.clockwork_living, lambda g, k: g * k * (g * k + 1) // 2, "single entries"),
    (checks.clockwork_living, lambda g, k: k * k * g * (g + 1) / 2, "whole number"),
    (checks.clockwork_active, lambda periods: sum(1 / T for T in periods), "which share"),
    (checks.clockwork_active, lambda periods: len(periods) / sum(periods), "then the mean"),
    (checks.clockwork_active, lambda periods: 0.5, "is not right"),
    (checks.clockwork_active, lambda periods: periods, "Expected shape"),
]  # fmt: skip
