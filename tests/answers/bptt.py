"""Answers to the exercises of bptt: right ones, and likely mistakes with their hints."""

import numpy as np

from lib import checks


def readout(hs, dy, W):
    dhs = np.repeat((dy @ W.T)[:, None], hs.shape[1], axis=1) / hs.shape[1]
    return hs.mean(axis=1).T @ dy, dy.sum(axis=0), dhs


def readout_but(name, mistake):
    def mistaken(hs, dy, W):
        found = dict(zip(("dW", "db", "dhs"), readout(hs, dy, W)))
        return tuple((found | {name: mistake(hs, dy, W, found[name])}).values())

    return mistaken


def turned_round(hs, dy, W, right):
    return readout(hs, dy, W.T)[2]


def end_alone(hs, dy, W, right):
    return right * (np.arange(hs.shape[1]) == hs.shape[1] - 1)[:, None]


def complete(hs, dhs, W_hh, order=-1):
    found = dhs.copy()
    for t in range(len(hs) - 1)[::order]:
        found[t] += (found[t + 1] * (1 - hs[t + 1] ** 2)) @ W_hh.T
    return found


def from_before(hs, dhs, W_hh):
    return complete(hs[::-1], dhs[::-1], W_hh)[::-1]


def slope_of_own_step(hs, dhs, W_hh):
    found = dhs.copy()
    for t in reversed(range(len(hs) - 1)):
        found[t] += (found[t + 1] * (1 - hs[t] ** 2)) @ W_hh.T
    return found


def without_slope(hs, dhs, W_hh):
    return complete(0 * hs, dhs, W_hh)


def half_of_it(hs, dhs, W_hh):
    return (complete(hs, dhs, W_hh) + dhs) / 2


def kept(T, length):
    s, t = np.ogrid[:T, :T]
    return (t <= s) & (s // length == t // length)


def window(T, length):
    s, t = np.ogrid[:T, :T]
    return (t <= s) & (s - t < length)


def backward(xs, hs, dhs, W_xh, W_hh, order=-1, power=2, lag=1, turned=True, add=1):
    B, T, H = hs.shape
    states = np.concatenate([np.zeros((B, 1, H)), hs], axis=1)
    dW_xh, dW_hh, db = np.zeros_like(W_xh), np.zeros_like(W_hh), np.zeros(H)
    dxs, dh_next = np.zeros_like(xs), 0.0
    for t in range(1, T + 1)[::order]:
        da = (dhs[:, t - 1] + dh_next) * (1 - states[:, t] ** power)
        dW_xh = add * dW_xh + xs[:, t - 1].T @ da
        dW_hh += states[:, t - lag].T @ da
        db += da.sum(axis=0)
        dxs[:, t - 1] = da @ W_xh.T
        dh_next = da @ (W_hh.T if turned else W_hh)
    return dxs, dW_xh, dW_hh, db


def mistaken(**change):
    return lambda *arguments: backward(*arguments, **change)


RIGHT = [
    (checks.bptt_by_hand, (0.1576, 0.8098, 1.4591)),
    (checks.bptt_readout, readout),
    (checks.bptt_next, complete),
    (checks.bptt_kept, kept),
    (checks.bptt_bugs, backward),
]
HINTS = [
    (checks.bptt_by_hand, (0.64, 1.1529, 2.44), "slope of tanh"),
    (checks.bptt_by_hand, (0, 0.4525, 0.8324), "step 3 alone"),
    (checks.bptt_by_hand, (0.8098, 0.1576, 1.4591), "order"),
    (checks.bptt_by_hand, (0.158, 0.81, 1.459), "three digits"),
    (checks.bptt_by_hand, (0.1576, 0.8098, 0.8324), "used at every step"),
    (checks.bptt_by_hand, (0.1576, 0.7, 1.4591), "of w_h is not"),
    (checks.bptt_by_hand, ("a", "b", "c"), "Expected numbers"),
    (checks.bptt_readout, lambda hs, dy, W: dy, "three arrays"),
    (checks.bptt_readout, readout_but("dW", lambda hs, dy, W, dW: 5 * dW), "not by the sum"),
    (checks.bptt_readout, readout_but("dW", lambda hs, dy, W, dW: hs[:, -1].T @ dy), "all steps"),
    (checks.bptt_readout, readout_but("dW", lambda hs, dy, W, dW: dW.T), "rows of W"),
    (checks.bptt_readout, readout_but("dW", lambda hs, dy, W, dW: W), "dW is not right yet."),
    (checks.bptt_readout, readout_but("db", lambda hs, dy, W, db: db / 3), "over the samples"),
    (checks.bptt_readout, readout_but("db", lambda hs, dy, W, db: 5 * db), "once"),
    (checks.bptt_readout, readout_but("db", lambda hs, dy, W, db: dy), "db: Expected shape"),
    (checks.bptt_readout, readout_but("dhs", lambda hs, dy, W, dhs: 5 * dhs), "How much"),
    (checks.bptt_readout, readout_but("dhs", end_alone), "only the last"),
    (checks.bptt_readout, readout_but("dhs", turned_round), "way round"),
    (checks.bptt_readout, readout_but("dhs", lambda hs, dy, W, d: dy @ W.T), "dhs: Expected shape"),
    (checks.bptt_next, lambda hs, dhs, W: dhs, "next step is missing"),
    (checks.bptt_next, from_before, "from t - 1"),
    (checks.bptt_next, lambda hs, dhs, W: complete(hs, dhs, W, order=1), "t + 2"),
    (checks.bptt_next, lambda hs, dhs, W: complete(hs, dhs, W.T), "way round"),
    (checks.bptt_next, slope_of_own_step, "which step"),
    (checks.bptt_next, without_slope, "passes a tanh"),
    (checks.bptt_next, half_of_it, "last step is right"),
    (checks.bptt_next, lambda hs, dhs, W: hs, "gradient yet."),
    (checks.bptt_kept, lambda T, length: kept(T, length).T, "Row s"),
    (checks.bptt_kept, lambda T, length: kept(T, length) | kept(T, length).T, "later"),
    (checks.bptt_kept, window, "stand still"),
    (checks.bptt_kept, lambda T, length: np.tri(T, dtype=bool), "Nothing is cut"),
    (checks.bptt_kept, lambda T, length: np.ones((T, T)), "not right yet."),
    (checks.bptt_kept, lambda T, length: kept(T, length)[0], "Expected shape (7, 7)"),
    (checks.bptt_bugs, lambda *a: backward(*a)[0], "four arrays"),
    (checks.bptt_bugs, mistaken(power=1), "last step first"),
    (checks.bptt_bugs, mistaken(order=1), "last step first"),
    (checks.bptt_bugs, mistaken(turned=False), "What reaches"),
    (checks.bptt_bugs, mistaken(lag=0), "yet: dW_hh. Every da"),
    (checks.bptt_bugs, mistaken(add=0), "yet: dW_xh. Every da"),
]  # fmt: skip
