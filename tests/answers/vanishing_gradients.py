"""Answers to the exercises of vanishing_gradients: right ones, and mistakes with their hints."""

import numpy as np

from lib import checks, clip_by_norm


def power(W, t):
    eigenvalues, Q = np.linalg.eig(W)
    return (Q @ np.diag(eigenvalues**t) @ np.linalg.inv(Q)).real


def complex_power(W, t):
    eigenvalues, Q = np.linalg.eig(W)
    return Q @ np.diag(eigenvalues**t) @ np.linalg.inv(Q)


def transposed(W, t):
    eigenvalues, Q = np.linalg.eig(W)
    return Q @ np.diag(eigenvalues**t) @ Q.T


def in_place(W, t):
    W[:] = np.linalg.matrix_power(W, t)
    return W


def each(grads, limit):
    return {name: clip_by_norm({name: g}, limit)[name] for name, g in grads.items()}


def entrywise(grads, limit):
    return {name: np.clip(g, -limit, limit) for name, g in grads.items()}


def always(grads, limit):
    norm = np.sqrt(sum((g**2).sum() for g in grads.values()))
    return {name: g * limit / norm for name, g in grads.items()}


def divided(grads, limit):
    norm = np.sqrt(sum((g**2).sum() for g in grads.values()))
    return {
        name: g * np.minimum(1, limit / norm) * norm / norm for name, g in grads.items()
    }


def clip_in_place(grads, limit):
    for name, g in clip_by_norm(grads, limit).items():
        grads[name][...] = g
    return grads


FATES = ("vanishes", "stays", "grows", "vanishes", "stays")

RIGHT = [
    (checks.vanish_powers, (135, 142, 0.9931)),
    (checks.vanish_power, power),
    (checks.vanish_fates, FATES),
    (checks.vanish_clip, clip_by_norm),
]
HINTS = [
    (checks.vanish_powers, (134, 142, 0.9931), "what is a step"),
    (checks.vanish_powers, (134.67, 142, 0.9931), "what is a step"),
    (checks.vanish_powers, (135, 140, 0.9931), "n ln 1.05"),
    (checks.vanish_powers, (135, 142, 0.993), "Four digits"),
    (checks.vanish_powers, (135, 142, 0.995), "do not add up"),
    (checks.vanish_powers, (135, 142, 0.5), "100 ln w"),
    (checks.vanish_power, transposed, "only if W is symmetric"),
    (checks.vanish_power, lambda W, t: W**t, "each entry"),
    (checks.vanish_power, lambda W, t: np.linalg.matrix_power(W, t + 1), "Only the eigenvalues"),
    (checks.vanish_power, complex_power, "Return the real part"),
    (checks.vanish_power, in_place, "changed its argument"),
    (checks.vanish_power, lambda W, t: W[0], "Expected shape (4, 4)"),
    (checks.vanish_fates, ("grows", *FATES[1:]), "(a)"),
    (checks.vanish_fates, ("vanishes", "grows", *FATES[2:]), "tend to"),
    (checks.vanish_fates, (*FATES[:2], "vanishes", *FATES[3:]), "(1, -1)"),
    (checks.vanish_fates, (*FATES[:3], "grows", "stays"), "every other step"),
    (checks.vanish_fates, (*FATES[:4], "vanishes"), "after two steps"),
    (checks.vanish_fates, FATES[:4], "Expected 5 words"),
    (checks.vanish_fates, ("explodes",) * 5, "Expected the words"),
    (checks.vanish_clip, each, "one norm"),
    (checks.vanish_clip, always, "shorter than the limit"),
    (checks.vanish_clip, divided, "This gradient is zero"),
    (checks.vanish_clip, entrywise, "entry by entry"),
    (checks.vanish_clip, clip_in_place, "changed its argument"),
    (checks.vanish_clip, lambda grads, limit: grads["W"], "Expected a dict"),
    (checks.vanish_clip, lambda grads, limit: {"W": 0.6, "b": 0.8}, "Expected shape"),
]  # fmt: skip
