"""Answers to the exercises of depth_gated: right ones, and likely mistakes with their hints."""

from lib import checks


def shut(layer, levels=(1, 2), bias=-40.0, names=("W_xd", "w_cd", "w_ld")):
    for k in levels:
        for name in names:
            layer.params[f"layer{k}.{name}"][...] = 0
        layer.params[f"layer{k}.b_d"][...] = bias


def all_zero(layer):
    for name in layer.params:
        layer.params[name][...] = 0


def replaced(layer):
    layer.levels = None


RIGHT = [
    (checks.depth_by_hand, (0.45, 0.375, 0.4)),
    (checks.depth_extra, lambda H: H * H + 3 * H),
    (checks.depth_shut, shut),
]
HINTS = [
    (checks.depth_by_hand, (..., ..., ...), "Not answered yet"),
    (checks.depth_by_hand, (-0.05, 0.375, 0.4), "from below is missing"),
    (checks.depth_by_hand, (0.5, 0.375, 0.4), "three products"),
    (checks.depth_by_hand, (0.45, 0.5, 0.4), "slope"),
    (checks.depth_by_hand, (0.45, 0.375, 0.25), "second way"),
    (checks.depth_by_hand, (0.45, 0.375, 0.3), "not right yet"),
    (checks.depth_extra, lambda H: 2 * H * H + 3 * H, "does not read"),
    (checks.depth_extra, lambda H: H * H + H, "two cell states"),
    (checks.depth_extra, lambda H: H * H + 2 * H, "One array"),
    (checks.depth_extra, lambda H: 3 * H * H + H, "diagonal"),
    (checks.depth_extra, 4288, "the function itself"),
    (checks.depth_shut, lambda layer: None, "Nothing was changed"),
    (checks.depth_shut, all_zero, "which the plain stack has"),
    (checks.depth_shut, lambda layer: shut(layer, levels=(1,)), "one more"),
    (checks.depth_shut, lambda layer: shut(layer, names=(), bias=0.0), "still open"),
    (checks.depth_shut, replaced, "does not run"),
]
