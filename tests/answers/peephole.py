"""Answers to the exercises of peephole: right ones, and likely mistakes with their hints."""

import numpy as np

from lib import checks


def cost(D, H, full):
    return 4 * H * (D + H + 1) + 3 * (H * H if full else H)


def units(D, budget, full):
    H = 0
    while cost(D, H + 1, full) <= budget:
        H += 1
    return H


def without_peepholes(D, budget, full):
    return max(H for H in range(200) if 4 * H * (D + H + 1) <= budget)


def gradient(dh, dc, c, c_new, i, f, g, o, p_i, p_f, p_o):
    u = np.tanh(c_new)
    dc = dc + dh * o * (1 - u * u) + p_o * dh * u * o * (1 - o)
    return dc * f + p_i * dc * g * i * (1 - i) + p_f * dc * c * f * (1 - f)


def without(*names):
    """`gradient` without the peepholes of these gates."""
    return lambda *a: gradient(
        *a[:8], *(p * (k not in names) for k, p in zip("ifo", a[8:], strict=True))
    )


def spikes(delays, interval):
    ends = np.cumsum(interval + np.asarray(delays)) - 1
    targets = np.zeros(ends[-1] + 1)
    targets[ends] = 1
    return targets


RIGHT = [
    (checks.peephole_by_hand, (0.5, 0.731, 0.634)),
    (checks.peephole_budget, units),
    (checks.peephole_gradient, gradient),
    (checks.peephole_due, spikes),
]
HINTS = [
    (checks.peephole_by_hand, (0.5, 0.5, 0.634), "o_1 is not right yet. The output gate"),
    (checks.peephole_by_hand, (0.5, 0.731, 0.75), "sees c_1"),
    (checks.peephole_by_hand, (0.0, 0.731, 0.634), "c_1 is not"),
    (checks.peephole_budget, without_peepholes, "without peepholes"),
    (checks.peephole_budget, lambda D, n, full: units(D, n, False), "which a matrix"),
    (checks.peephole_budget, lambda D, n, full: units(D, n, full) + 1, "parameters."),
    (checks.peephole_budget, lambda D, n, full: units(D, n - 1, full), "still fits"),
    (checks.peephole_budget, lambda D, n, full: 7, "7 is not right."),
    (checks.peephole_gradient, without("i", "f", "o"), "that of an LSTM"),
    (checks.peephole_gradient, without("o"), "one more way"),
    (checks.peephole_gradient, without("i", "f"), "Two gates"),
    (checks.peephole_gradient, without("i"), "gate i"),
    (checks.peephole_gradient, without("f"), "gate f"),
    (checks.peephole_gradient, lambda *a: 2 * gradient(*a), "not the gradient yet."),
    (checks.peephole_due, lambda delays, n: np.roll(spikes(delays, n), 1), "a step late"),
    (checks.peephole_due, lambda delays, n: np.roll(spikes(delays, n), -1), "a step early"),
    (checks.peephole_due, lambda delays, n: spikes([0] * len(delays), n), "Expected shape"),
    (checks.peephole_due, lambda delays, n: 0 * spikes(delays, n), "are not at []"),
]  # fmt: skip
