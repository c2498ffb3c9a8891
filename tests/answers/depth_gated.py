"""Answers to the exercises of depth_gated: right ones, and likely mistakes with their hints."""

from lib import checks


def rival(D, H, levels, gates=None, more=0):
    def stack(H):
        return 4 * H * (D + H + 1) + (levels - 1) * 4 * H * (2 * H + 1)

    gates = levels - 1 if gates is None else gates
    units = 1
    while stack(units + 1) <= stack(H) + gates * H * (H + 3):
        units += 1
    return units + more


def shut(layer, levels=(1, 2), gates="ifd", names=("W_x", "W_h", "p_"), bias=40.0):
    for k in levels:
        for gate in gates:
            sums = (
                ("W_xd", "w_cd", "w_ld") if gate == "d" else [n + gate for n in names]
            )
            for name in sums if names else ():
                layer.params[f"layer{k}.{name}"][...] = 0
            layer.params[f"layer{k}.b_{gate}"][...] = bias if gate == "d" else -40.0


def all_zero(layer):
    for name in layer.params:
        layer.params[name][...] = 0


def replaced(layer):
    layer.levels = None


RIGHT = [
    (checks.depth_by_hand, (0.45, 0.375, 0.4)),
    (checks.depth_extra, rival),
    (checks.depth_shut, shut),
]
HINTS = [
    (checks.depth_by_hand, (..., ..., ...), "Not answered yet"),
    (checks.depth_by_hand, (-0.05, 0.375, 0.4), "from below is missing"),
    (checks.depth_by_hand, (0.5, 0.375, 0.4), "three products"),
    (checks.depth_by_hand, (0.45, 0.5, 0.4), "slope"),
    (checks.depth_by_hand, (0.45, 0.375, 0.25), "second way"),
    (checks.depth_by_hand, (0.45, 0.375, 0.3), "not right yet"),
    (checks.depth_extra, lambda D, H, levels: H, "may spend"),
    (checks.depth_extra, lambda D, H, levels: rival(D, H, levels, levels), "Level 0 has no"),
    (checks.depth_extra, lambda D, H, levels: rival(D, H, levels, 1), "every boundary"),
    (checks.depth_extra, lambda D, H, levels: rival(D, H, levels, more=1), "At most"),
    (checks.depth_extra, lambda D, H, levels: 2 * H, "200 units are too many"),
    (checks.depth_extra, lambda D, H, levels: H + 1, "too few"),
    (checks.depth_extra, 17, "the function itself"),
    (checks.depth_shut, lambda layer: None, "Nothing was changed"),
    (checks.depth_shut, all_zero, "leave it alone"),
    (checks.depth_shut, lambda layer: shut(layer, levels=(1,)), "Level 2 still writes"),
    (checks.depth_shut, lambda layer: shut(layer, gates="fd"), "still writes"),
    (checks.depth_shut, lambda layer: shut(layer, gates="id"), "still keeps"),
    (checks.depth_shut, lambda layer: shut(layer, bias=0.0), "does not let everything"),
    (checks.depth_shut, replaced, "does not run"),
]  # fmt: skip
