"""Answers to the exercises of output_gate: right ones, and likely mistakes with their hints."""

import numpy as np

from lib import checks


def fuse(p, order="ifgo", rows="hx", bias=True):
    W = [np.concatenate([p[f"W_{row}{k}"] for row in rows]) for k in order]
    b = np.concatenate([p[f"b_{k}"] for k in order])
    return np.concatenate(W, axis=1), b if bias else 0 * b


def leave_out(layer, weights=True, bias=40.0, gate="o"):
    for name in (f"W_x{gate}", f"W_h{gate}"):
        if weights:
            layer.params[name] = np.zeros_like(layer.params[name])
    layer.params[f"b_{gate}"] = np.full(layer.hidden_size, bias)


RIGHT = [
    (checks.output_gates, (0.66, 0.86)),
    (checks.output_fuse, fuse),
    (checks.output_leave_out, leave_out),
]
HINTS = [
    (checks.output_gates, (0.42, 0.79), "between c and h"),
    (checks.output_gates, (2.62, 1.34), "entries above 1"),
    (checks.output_gates, (0.66, -0.86), "no sign"),
    (checks.output_gates, (0.51, 0.20), "gives h"),
    (checks.output_gates, (0.66, 0.8), "unit 2"),
    (checks.output_fuse, lambda p: fuse(p)[0], "two arrays"),
    (checks.output_fuse, lambda p: (fuse(p)[0].T, fuse(p)[1]), "W: Expected shape (8, 20)"),
    (checks.output_fuse, lambda p: (fuse(p)[0], 1.0), "b: Expected shape (20,)"),
    (checks.output_fuse, lambda p: fuse(p, rows="xh"), "meet h"),
    (checks.output_fuse, lambda p: fuse(p, "ifog"), "another order"),
    (checks.output_fuse, lambda p: fuse(p, bias=False), "the bias is not"),
    (checks.output_fuse, lambda p: (0 * fuse(p)[0], fuse(p)[1]), "four sums yet."),
    (checks.output_leave_out, lambda layer: None, "not tanh(c) yet"),
    (checks.output_leave_out, lambda layer: leave_out(layer, weights=False), "for large ones"),
    (checks.output_leave_out, lambda layer: leave_out(layer, bias=-40.0), "Which value"),
    (checks.output_leave_out, lambda layer: leave_out(layer, gate="i"), "no parameter of"),
]  # fmt: skip
