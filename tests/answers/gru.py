"""Answers to the exercises of gru: right ones, and likely mistakes with their hints."""

import numpy as np

from lib import checks

OF_STATE = ("W_hz", "W_hr", "W_xn", "b_n")


def turned(p, names=OF_STATE):
    return p | {name: -p[name] for name in names}


def in_place(p):
    kept = dict(p)
    for name in OF_STATE:
        p[name] *= -1
    return kept


def kept(bias, update):
    return 1 / (1 + np.exp(-bias if update == "keep" else bias))


def half_life(bias, update):
    return np.log(0.5) / np.log(kept(bias, update))


def two_forms(r=(0.9, 0.1), h=(0.9, 0.9), W=((0, 1), (1, 0))):
    return lambda: (np.array(r), np.array(h), np.array(W))


RIGHT = [
    (checks.gru_by_hand, (0.2048, 0.3546, 0.4640)),
    (checks.gru_parameters, lambda D, H, after: 3 * H * (D + H + 1 + after)),
    (checks.gru_turned, turned),
    (checks.gru_half_life, half_life),
    (checks.gru_two_forms, two_forms()),
]
HINTS = [
    (checks.gru_by_hand, (0.2689, 0.4655, 0.6093), "tanh"),
    (checks.gru_by_hand, (0.5568, 0.7065, 0.7468), "share that is kept"),
    (checks.gru_by_hand, (0.2048, 0.2048, 0.2048), "h_2"),
    (checks.gru_by_hand, (0.205, 0.355, 0.464), "three digits"),
    (checks.gru_parameters, lambda D, H, after: 2 * H * (D + H + 1), "candidate"),
    (checks.gru_parameters, lambda D, H, after: 4 * H * (D + H + 1), "LSTM"),
    (checks.gru_parameters, lambda D, H, after: 3 * H * (D + H + 1), "its own bias"),
    (checks.gru_parameters, lambda D, H, after: 3 * H * (D + H + 1) + after * H, "z and r too"),
    (checks.gru_turned, lambda p: dict(p), "as they came"),
    (checks.gru_turned, lambda p: turned(p, p), "must not change"),
    (checks.gru_turned, lambda p: turned(p, ("W_xz", "W_hz", "b_z")), "must not change"),
    (checks.gru_turned, lambda p: turned(p, (*OF_STATE, "W_hn")), "already"),
    (checks.gru_turned, lambda p: turned(p, OF_STATE[:3]), "Every term"),
    (checks.gru_turned, lambda p: turned(p, OF_STATE[1:]), "Both gates"),
    (checks.gru_turned, lambda p: {n: p[n] for n in OF_STATE}, "Expected the names"),
    (checks.gru_turned, lambda p: p | {"b_z": -p["b_z"][:1]}, "b_z: Expected shape"),
    (checks.gru_turned, in_place, "changed its argument"),
    (checks.gru_turned, lambda p: list(p), "a dict"),
    (checks.gru_half_life, lambda b, u: half_life(b, "keep"), "left after a step"),
    (checks.gru_half_life, lambda b, u: -1 / np.log(kept(b, u)), "37 %"),
    (checks.gru_half_life, lambda b, u: 14.3, "bias 0 and 'keep'"),
    (checks.gru_two_forms, two_forms(r=(0.5, 0.5)), "out of the product"),
    (checks.gru_two_forms, two_forms(W=np.eye(2)), "diagonal"),
    (checks.gru_two_forms, two_forms(r=(1, 0)), "reaches neither"),
    (checks.gru_two_forms, two_forms(h=(2, 2)), "state of a GRU"),
    (checks.gru_two_forms, two_forms(W=((0, 9), (9, 0))), "beyond 1"),
    (checks.gru_two_forms, two_forms(r=(0.6, 0.4)), "0.18"),
    (checks.gru_two_forms, lambda: (1, 2), "three arrays"),
    (checks.gru_two_forms, lambda: (1, 2, 3), "r: Expected shape"),
]  # fmt: skip
