"""Answers to the exercises of forget_gate: right ones, and likely mistakes with their hints."""

import numpy as np

from lib import checks
from lib.activations import sigmoid


def bias_for(half_life):
    f = 0.5 ** (1 / half_life)
    return np.log(f / (1 - f))


def set_bias(stack, bias, ending=".b_f"):
    for name, value in stack.params.items():
        if name.endswith(ending):
            stack.params[name] = np.full_like(value, bias)


RIGHT = [
    (checks.forget_half_life, (2.4, 6.6)),
    (checks.forget_bias_for, bias_for),
    (checks.forget_set_bias, set_bias),
]
HINTS = [
    (checks.forget_half_life, (2.4, 2.0), "for bias ln 9."),
    (checks.forget_half_life, (3.5, 9.5), "37 %"),
    (checks.forget_half_life, (6.6, 2.4), "keeps longer"),
    (checks.forget_half_life, (0.415, 0.152), "Turn the fraction over"),
    (checks.forget_half_life, (2.4,), "shape (2,)"),
    (checks.forget_bias_for, lambda n: 0.5 ** (1 / n), "That is the gate"),
    (checks.forget_bias_for, lambda n: np.log(n / np.log(2)), "long half-lives"),
    (checks.forget_bias_for, lambda n: -bias_for(n), "smaller bias"),
    (checks.forget_bias_for, lambda n: np.log(0.5) / np.log(sigmoid(n)), "other way"),
    (checks.forget_bias_for, lambda n: np.ones(2), "shape ()"),
    (checks.forget_bias_for, lambda n: 5.0, "For 20 steps"),
    (checks.forget_set_bias, lambda stack, bias: None, "No forget gate"),
    (checks.forget_set_bias, lambda stack, bias: set_bias(stack, bias, "b_i"), "b_i has changed"),
    (checks.forget_set_bias, lambda stack, bias: set_bias(stack, bias, "0.b_f"), "layer3.b_f"),
    (checks.forget_set_bias, lambda stack: None, "stopped with"),
]  # fmt: skip
