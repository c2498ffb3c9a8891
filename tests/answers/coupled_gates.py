"""Answers to the exercises of coupled_gates: right ones, and likely mistakes with their hints."""

import numpy as np

from lib import LSTM, CoupledLSTM, checks


def bias_for(share):
    return np.log((1 - share) / share)


def as_lstm(layer, sign=-1, parts=("W_xf", "W_hf", "b_f")):
    found = LSTM(layer.input_size, layer.hidden_size)
    for name, value in layer.params.items():
        found.params[name] = value
        if name in parts:
            found.params[name.replace("f", "i")] = sign * value
    return found


def changed(layer):
    layer.params["b_f"] = -layer.params["b_f"]
    return as_lstm(layer)


def without_b_o(layer):
    found = as_lstm(layer)
    found.params["b_o"] = np.zeros(layer.hidden_size)
    return found


RIGHT = [
    (checks.coupled_by_hand, (0.2, -0.4)),
    (checks.coupled_bias, bias_for),
    (checks.coupled_gradient, lambda dc, c, f, g: dc * (c - g) * f * (1 - f)),
    (checks.coupled_as_lstm, as_lstm),
]
HINTS = [
    (checks.coupled_by_hand, (1.0, -0.5), "all of each candidate"),
    (checks.coupled_by_hand, (0.8, -0.1), "exchanged"),
    (checks.coupled_by_hand, (0.2, -0.6), "c_2 is not"),
    (checks.coupled_bias, lambda s: -bias_for(s), "to be written"),
    (checks.coupled_bias, lambda s: 1 - s, "which bias"),
    (checks.coupled_bias, lambda s: 3.0, "For a share of 0.1"),
    (checks.coupled_gradient, lambda dc, c, f, g: dc * c * f * (1 - f), "how many places"),
    (checks.coupled_gradient, lambda dc, c, f, g: dc * (c + g) * f * (1 - f), "derivative of"),
    (checks.coupled_gradient, lambda dc, c, f, g: dc * (c - g), "slope"),
    (checks.coupled_as_lstm, lambda layer: layer, "Expected an LSTM"),
    (checks.coupled_as_lstm, lambda layer: CoupledLSTM(3, 4), "Expected an LSTM"),
    (checks.coupled_as_lstm, lambda layer: as_lstm(layer, sign=1), "equals its forget gate"),
    (checks.coupled_as_lstm, lambda layer: as_lstm(layer, parts=("W_xf", "W_hf")), "all three"),
    (checks.coupled_as_lstm, without_b_o, "Its b_o differs"),
    (checks.coupled_as_lstm, changed, "changed the layer"),
]  # fmt: skip
