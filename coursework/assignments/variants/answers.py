"""Answers to variants of which we know what they deserve."""

NUMBERS = ("q1",)

LARGEST = """
def largest(c_0, gates):
    most = abs(c_0)
    for gate in gates:
        most = gate * most + 1 - gate
    return most
"""
COUNT = """
def count(kind, D, H):
    if kind == "lstm":
        return 4 * H * (D + H + 1)
    if kind == "coupled":
        return 3 * H * (D + H + 1)
    if kind == "peephole":
        return 4 * H * (D + H + 1) + 3 * H
    if kind == "gru":
        return 3 * H * (D + H + 1)
    return 3 * H * (D + H + 1) + H
"""

ALTERNATIVES = {
    "q2": {
        "one product, a difference": """
def coupled_step(x, h, c, p):
    both = np.concatenate([x, h], axis=1)
    def total(k):
        return both @ np.concatenate([p["W_x" + k], p["W_h" + k]]) + p["b_" + k]
    g = np.tanh(total("g"))
    cell = g + sigmoid(total("f")) * (c - g)
    return np.tanh(cell) * sigmoid(total("o")), cell
"""
        + LARGEST,
        "write gate": """
def coupled_step(x, h, c, p):
    a = {k: np.einsum("bd,dh->bh", x, p[f"W_x{k}"]) + h.dot(p[f"W_h{k}"]) for k in "ofg"}
    i = sigmoid(-(a["f"] + p["b_f"]))
    c = c * (1 - i) + i * np.tanh(a["g"] + p["b_g"])
    return [np.tanh(c) / (1 + np.exp(-a["o"] - p["b_o"])), c]


def largest(c_0, gates):
    return 1 + (abs(c_0) - 1) * np.exp(np.sum(np.log(gates)))
""",
        "loops": """
def coupled_step(x, h, c, p):
    h_new, c_new = np.empty(c.shape), np.empty(c.shape)
    for b in range(len(c)):
        for j in range(c.shape[1]):
            f, g, o = (
                sum(x[b, d] * p["W_x" + k][d, j] for d in range(x.shape[1]))
                + sum(h[b, m] * p["W_h" + k][m, j] for m in range(h.shape[1]))
                + p["b_" + k][j]
                for k in "fgo"
            )
            c_new[b, j] = sigmoid(f) * c[b, j] + sigmoid(-f) * np.tanh(g)
            h_new[b, j] = sigmoid(o) * np.tanh(c_new[b, j])
    return h_new, c_new


def largest(c_0, gates):
    if len(gates) == 0:
        return abs(c_0)
    return gates[-1] * largest(c_0, gates[:-1]) + (1 - gates[-1])
""",
    },
    "q3": {
        "diagonal matrices": """
def peephole_step(x, h, c, p):
    def total(k, seen):
        return x @ p["W_x" + k] + h @ p["W_h" + k] + p["b_" + k] + seen @ np.diag(p["p_" + k])
    g = np.tanh(x @ p["W_xg"] + h @ p["W_hg"] + p["b_g"])
    cell = sigmoid(total("f", c)) * c + sigmoid(total("i", c)) * g
    return sigmoid(total("o", cell)) * np.tanh(cell), cell
""",
        "einsum": """
def peephole_step(x, h, c, p):
    a = {k: np.einsum("bd,dh->bh", x, p["W_x" + k]) + p["b_" + k] for k in "ifgo"}
    a = {k: a[k] + np.einsum("bm,mh->bh", h, p["W_h" + k]) for k in a}
    i, f = (1 / (1 + np.exp(-a[k] - np.einsum("bh,h->bh", c, p["p_" + k]))) for k in "if")
    c_new = np.tanh(a["g"]) * i + c * f
    return np.tanh(c_new) / (1 + np.exp(-a["o"] - c_new * p["p_o"])), c_new
""",
        "loops": """
def peephole_step(x, h, c, p):
    h_new, c_new = np.zeros_like(c), np.zeros_like(c)
    for b in range(len(c)):
        for j in range(c.shape[1]):
            a = {k: x[b] @ p["W_x" + k][:, j] + h[b] @ p["W_h" + k][:, j] + p["b_" + k][j]
                 for k in "ifgo"}
            i = sigmoid(a["i"] + p["p_i"][j] * c[b, j])
            f = sigmoid(a["f"] + p["p_f"][j] * c[b, j])
            c_new[b, j] = f * c[b, j] + i * np.tanh(a["g"])
            h_new[b, j] = sigmoid(a["o"] + p["p_o"][j] * c_new[b, j]) * np.tanh(c_new[b, j])
    return h_new, c_new
""",
    },
    "q4": {
        "two ways out": """
def gru_step(x, h, p, reset_after):
    z, r = (sigmoid(x @ p["W_x" + k] + h @ p["W_h" + k] + p["b_" + k]) for k in "zr")
    from_x = x @ p["W_xn"] + p["b_n"]
    if not reset_after:
        n = np.tanh(from_x + np.multiply(r, h) @ p["W_hn"])
        return n + z * (h - n)
    n = np.tanh(from_x + r * (h @ p["W_hn"]) + r * p["b_hn"])
    return n + z * (h - n)
""",
        "one product for both gates": """
def gru_step(x, h, p, reset_after):
    H = h.shape[1]
    W = np.vstack([np.hstack([p["W_xz"], p["W_xr"]]), np.hstack([p["W_hz"], p["W_hr"]])])
    gates = sigmoid(np.hstack([x, h]) @ W + np.hstack([p["b_z"], p["b_r"]]))
    z, r = gates[:, :H], gates[:, H:]
    inner = r * (h @ p["W_hn"] + p["b_hn"]) if reset_after else (h * r) @ p["W_hn"]
    return (1 - z) * np.tanh(x @ p["W_xn"] + inner + p["b_n"]) + h * z
""",
        "loops": """
def gru_step(x, h, p, reset_after):
    out = np.zeros(h.shape)
    for b in range(h.shape[0]):
        def total(k):
            return x[b] @ p["W_x" + k] + h[b] @ p["W_h" + k] + p["b_" + k]
        z, r = sigmoid(total("z")), sigmoid(total("r"))
        for j in range(h.shape[1]):
            a = x[b] @ p["W_xn"][:, j] + p["b_n"][j]
            if reset_after:
                a += r[j] * (h[b] @ p["W_hn"][:, j] + p["b_hn"][j])
            else:
                for m in range(h.shape[1]):
                    a += r[m] * h[b, m] * p["W_hn"][m, j]
            out[b, j] = z[j] * h[b, j] + (1 - z[j]) * np.tanh(a)
    return out
""",
    },
    "q5": {
        "copies": """
def to_write(p):
    q = {name: array.copy() for name, array in p.items()}
    for name in ("W_xz", "W_hz", "b_z"):
        q[name] *= -1
    return q
"""
        + COUNT,
        "by the last letter": """
def to_write(p):
    q = dict(p)
    for name in p:
        if name[-1] == "z":
            q[name] = 0 - p[name]
    return q


def count(kind, D, H):
    one = np.zeros((D, H)).size + np.zeros((H, H)).size + H
    table = {"lstm": 4 * one, "coupled": 3 * one, "gru": 3 * one}
    table["peephole"] = table["lstm"] + 3 * H
    table["gru_after"] = table["gru"] + H
    return table[kind]
""",
        "united": """
def to_write(p):
    return p | {name: np.negative(p[name]) for name in ("W_xz", "W_hz", "b_z")}


def count(kind, D, H):
    gates = "zrn" if kind.startswith("gru") else "fgo" if kind == "coupled" else "ifgo"
    total = sum(D * H + H**2 + H for _ in gates)
    if kind == "peephole":
        total += sum(H for _ in "ifo")
    return total + (H if kind.endswith("after") else 0)
""",
    },
    "q6": {
        "module by module": """
def clockwork(xs, h, W_xh, W_hh, b_h, periods):
    n = h.shape[1] // len(periods)
    hs = np.zeros((xs.shape[0], xs.shape[1], h.shape[1]))
    for t in range(xs.shape[1]):
        new = h.copy()
        for k, period in enumerate(periods):
            if t % period:
                continue
            to = slice(k * n, (k + 1) * n)
            a = xs[:, t] @ W_xh[:, to] + b_h[to]
            for j, other in enumerate(periods):
                if other >= period:
                    a = a + h[:, j * n:(j + 1) * n] @ W_hh[j * n:(j + 1) * n, to]
            new[:, to] = np.tanh(a)
        h = hs[:, t] = new
    return hs, h
""",
        "units that run": """
def clockwork(xs, h, W_xh, W_hh, b_h, periods):
    unit = np.repeat(np.array(periods), h.shape[1] // len(periods))
    W = W_hh.copy()
    W[np.less.outer(unit, unit)] = 0
    h, hs = np.array(h), []
    for t in range(xs.shape[1]):
        runs = np.flatnonzero(t % unit == 0)
        h[:, runs] = np.tanh(xs[:, t] @ W_xh[:, runs] + h @ W[:, runs] + b_h[runs])
        hs.append(h.copy())
    return np.array(hs).swapaxes(0, 1), h
""",
        "counters": """
def clockwork(xs, h, W_xh, W_hh, b_h, periods):
    B, T, D = xs.shape
    H = h.shape[1]
    unit = [periods[j * len(periods) // H] for j in range(H)]
    W = np.array([[W_hh[m, j] if unit[m] >= unit[j] else 0.0 for j in range(H)] for m in range(H)])
    wait = [0] * H
    hs = []
    for t in range(T):
        full = np.tanh(np.einsum("bd,dj->bj", xs[:, t], W_xh) + np.einsum("bm,mj->bj", h, W) + b_h)
        runs = np.array([w == 0 for w in wait])
        h = runs * full + (1 - runs) * h
        wait = [(unit[j] if wait[j] == 0 else wait[j]) - 1 for j in range(H)]
        hs.append(h)
    return np.stack(hs, axis=1), h
""",
    },
}

C_NEW = "c_new = f * c + (1 - f) * g"
H_NEW = "h_new = o * np.tanh(c_new)"
MOST = "return kept * abs(c_0) + (1 - kept)"
P_C = "c_new = f * c + i * g"
BEFORE = 'n = np.tanh(x @ p["W_xn"] + (r * h) @ p["W_hn"] + p["b_n"])'
AFTER = 'n = np.tanh(x @ p["W_xn"] + p["b_n"] + r * (h @ p["W_hn"] + p["b_hn"]))'
GRU_H = "return z * h + (1 - z) * n"
TURNED = 'turned = ("W_xz", "W_hz", "b_z")'
SUMS = 'sums = {"lstm": 4, "coupled": 3, "peephole": 4, "gru": 3, "gru_after": 3}[kind]'
MORE = 'more = {"peephole": 3 * H, "gru_after": H}.get(kind, 0)'
TOTAL = "return sums * (D * H + H * H + H) + more"
READS = "live = period[:, None] >= period[None, :]"
RUNS = "h = np.where(t % period == 0, new, h)"
NEW = "new = np.tanh(xs[:, t] @ W_xh + h @ (W_hh * live) + b_h)"

WRONG = {
    # by hand, in your head
    "keep: z writes": ("q1", [("0.75 * 0.4 + 0.25 * 0.8", "0.25 * 0.4 + 0.75 * 0.8")]),
    "keep: the second step written": (
        "q1",
        [("0.2 * h_1 + 0.8 * -0.5", "0.8 * h_1 + 0.2 * -0.5")],
    ),
    "keep: h_0 forgotten": ("q1", [("0.75 * 0.4 + 0.25 * 0.8", "0.25 * 0.8")]),
    "keep: one step": ("q1", [("return 0.2 * h_1 + 0.8 * -0.5", "return h_1")]),
    "write: z keeps": ("q1", [("0.8 * g_1 + 0.2 * -0.5", "0.2 * g_1 + 0.8 * -0.5")]),
    "write: h_0 forgotten": ("q1", [("0.25 * 0.4 + 0.75 * 0.8", "0.75 * 0.8")]),
    "write: the sign of n lost": (
        "q1",
        [("0.8 * g_1 + 0.2 * -0.5", "0.8 * g_1 + 0.2 * 0.5")],
    ),
    "coupled: as 1 / (1 - f)": ("q1", [("return 1.0", "return 10.0")]),
    "coupled: it decays": ("q1", [("return 1.0", "return 0.0")]),
    "coupled: what a step writes": ("q1", [("return 1.0", "return 0.1")]),
    "lstm: bounded by 1": ("q1", [("return 0.5 / (1 - 0.9)", "return 1.0")]),
    "lstm: without i": ("q1", [("return 0.5 / (1 - 0.9)", "return 1 / (1 - 0.9)")]),
    "lstm: no bound": ("q1", [("return 0.5 / (1 - 0.9)", "return np.inf")]),
    # coupled
    "f writes": ("q2", [(C_NEW, "c_new = (1 - f) * c + f * g")]),
    "not coupled": ("q2", [(C_NEW, "c_new = f * c + g")]),
    "f twice": ("q2", [(C_NEW, "c_new = f * c + f * g")]),
    "o writes": ("q2", [(C_NEW, "c_new = f * c + o * g")]),
    "coupled: no bias of f": ("q2", [(' + p["b_f"]', "")]),
    "coupled: no bias": ("q2", [(f' + p["b_{k}"]', "") for k in "fgo"]),
    "coupled: the candidate as a gate": ("q2", [("g = np.tanh(", "g = sigmoid(")]),
    "coupled: no tanh of the candidate": ("q2", [("g = np.tanh(", "g = (")]),
    "coupled: no tanh of c": ("q2", [(H_NEW, "h_new = o * c_new")]),
    "coupled: shows the old c": ("q2", [(H_NEW, "h_new = o * np.tanh(c)")]),
    "coupled: no output gate": ("q2", [(H_NEW, "h_new = np.tanh(c_new)")]),
    "coupled: W_hg transposed": ("q2", [('p["W_hg"]', 'p["W_hg"].T')]),
    "coupled: sigmoid twice": ("q2", [(C_NEW, "c_new = f * c + (1 - sigmoid(f)) * g")]),
    "coupled: 1 - f inside": ("q2", [(C_NEW, "c_new = f * (c - g) + (1 - f) * g")]),
    "coupled: mixes h, not c": ("q2", [(C_NEW, "c_new = f * h + (1 - f) * g")]),
    "coupled: the states swapped": (
        "q2",
        [("return h_new, c_new", "return c_new, h_new")],
    ),
    "coupled: a row": ("q2", [("return h_new, c_new", "return h_new[0], c_new[0]")]),
    "coupled: writes into c": (
        "q2",
        [(C_NEW, "c *= f\n    c += (1 - f) * g\n    c_new = c")],
    ),
    "bound: always 1": ("q2", [(MOST, "return 1.0")]),
    "bound: the larger of the two": ("q2", [(MOST, "return max(1.0, abs(c_0))")]),
    "bound: without abs": ("q2", [(MOST, "return kept * c_0 + (1 - kept)")]),
    "bound: only what is kept": ("q2", [(MOST, "return kept * abs(c_0)")]),
    "bound: the last gate only": ("q2", [("np.prod(gates)", "gates[-1]")]),
    "bound: the sum of the gates": ("q2", [("np.prod(gates)", "np.sum(gates)")]),
    "bound: the mean of the gates": ("q2", [("np.prod(gates)", "np.mean(gates)")]),
    "bound: as in an LSTM": ("q2", [(MOST, "return kept * abs(c_0) + len(gates)")]),
    # peephole
    "o sees the old c": ("q3", [('c_new * p["p_o"]', 'c * p["p_o"]')]),
    "i and f see tanh of c": (
        "q3",
        [
            ('c * p["p_i"]', 'np.tanh(c) * p["p_i"]'),
            ('c * p["p_f"]', 'np.tanh(c) * p["p_f"]'),
        ],
    ),
    "o sees tanh of c": ("q3", [('c_new * p["p_o"]', 'np.tanh(c_new) * p["p_o"]')]),
    "o has no peephole": ("q3", [(' + c_new * p["p_o"]', "")]),
    "f has no peephole": ("q3", [(' + c * p["p_f"]', "")]),
    "i has no peephole": ("q3", [(' + c * p["p_i"]', "")]),
    "p_i and p_f swapped": ("q3", [('p["p_i"]', 'p["p_f"]'), ('p["p_f"]', 'p["p_i"]')]),
    "the candidate has one, too": (
        "q3",
        [(' + p["b_g"]', ' + c * p["p_i"] + p["b_g"]')],
    ),
    "the gates see h": (
        "q3",
        [('c * p["p_i"]', 'h * p["p_i"]'), ('c * p["p_f"]', 'h * p["p_f"]')],
    ),
    "one number for all units": ("q3", [('c * p["p_f"]', 'c * p["p_f"].mean()')]),
    "a product over the units": ("q3", [('c * p["p_f"]', '(c @ p["p_f"])[:, None]')]),
    "peephole outside the sigmoid": (
        "q3",
        [(' + c * p["p_f"]', ""), (P_C, 'f = f + c * p["p_f"]\n    ' + P_C)],
    ),
    "f sees the new c": (
        "q3",
        [
            (
                P_C,
                P_C
                + '\n    f = sigmoid(x @ p["W_xf"] + h @ p["W_hf"] + c_new * p["p_f"] + p["b_f"])\n    '
                + P_C,
            )
        ],
    ),
    "peephole: no bias of o": ("q3", [(' + p["b_o"]', "")]),
    "peephole: i and f swapped": ("q3", [(P_C, "c_new = i * c + f * g")]),
    "peephole: no tanh of c": ("q3", [(H_NEW, "h_new = o * c_new")]),
    "peephole: coupled": ("q3", [(P_C, "c_new = f * c + (1 - f) * g")]),
    "peephole: W_hi transposed": ("q3", [('p["W_hi"]', 'p["W_hi"].T')]),
    "peephole: the states swapped": (
        "q3",
        [("return h_new, c_new", "return c_new, h_new")],
    ),
    "peephole: writes into c": ("q3", [(P_C, "c *= f\n    c += i * g\n    c_new = c")]),
    # GRU
    "z for 1 - z": ("q4", [(GRU_H, "return (1 - z) * h + z * n")]),
    "always before": ("q4", [("if reset_after:", "if False:")]),
    "always after": (
        "q4",
        [(BEFORE, 'n = np.tanh(x @ p["W_xn"] + p["b_n"] + r * (h @ p["W_hn"]))')],
    ),
    "the forms swapped": ("q4", [(BEFORE, AFTER), (AFTER, BEFORE)]),
    "b_hn outside the bracket": (
        "q4",
        [
            (
                AFTER,
                'n = np.tanh(x @ p["W_xn"] + p["b_n"] + r * (h @ p["W_hn"]) + p["b_hn"])',
            )
        ],
    ),
    "b_hn forgotten": ("q4", [(' + p["b_hn"]', "")]),
    "r multiplies the input, too": (
        "q4",
        [
            (
                AFTER,
                'n = np.tanh(r * (x @ p["W_xn"] + p["b_n"] + h @ p["W_hn"] + p["b_hn"]))',
            )
        ],
    ),
    "no reset": ("q4", [("(r * h) @", "h @")]),
    "1 - r": ("q4", [("(r * h) @", "((1 - r) * h) @")]),
    "r and z swapped": (
        "q4",
        [("z = sigmoid(", "r = sigmoid("), ("r = sigmoid(", "z = sigmoid(")],
    ),
    "no bias of z": ("q4", [(' + p["b_z"]', "")]),
    "no bias of r": ("q4", [(' + p["b_r"]', "")]),
    "no bias, as a lecture note prints it": (
        "q4",
        [
            (' + p["b_z"]', ""),
            (' + p["b_r"]', ""),
            (BEFORE, BEFORE.replace(' + p["b_n"]', "")),
        ],
    ),
    "gru: no tanh": ("q4", [(BEFORE, BEFORE.replace("np.tanh", ""))]),
    "gru: sigmoid twice": (
        "q4",
        [(GRU_H, "z = sigmoid(z)\n    return z * h + (1 - z) * n")],
    ),
    "gru: keeps the reset state": ("q4", [(GRU_H, "return z * (r * h) + (1 - z) * n")]),
    "gru: W_hz transposed": ("q4", [('p["W_hz"]', 'p["W_hz"].T')]),
    "gru: W_hn transposed": (
        "q4",
        [(BEFORE, BEFORE.replace('p["W_hn"]', 'p["W_hn"].T'))],
    ),
    "gru: tanh of the state": ("q4", [(GRU_H, "return np.tanh(z * h + (1 - z) * n)")]),
    "gru: the new state added": ("q4", [(GRU_H, "return h + (1 - z) * n")]),
    "gru: a row": ("q4", [(GRU_H, GRU_H.replace("return ", "return (") + ")[0]")]),
    "gru: writes into h": (
        "q4",
        [(GRU_H, "h *= z\n    h += (1 - z) * n\n    return h")],
    ),
    # keep, write, count
    "all signs": ("q5", [("if name in turned else", "if True else")]),
    "the bias forgotten": ("q5", [(TURNED, 'turned = ("W_xz", "W_hz")')]),
    "only the bias": ("q5", [(TURNED, 'turned = ("b_z",)')]),
    "the input forgotten": ("q5", [(TURNED, 'turned = ("W_hz", "b_z")')]),
    "the reset gate, too": (
        "q5",
        [(TURNED, 'turned = ("W_xz", "W_hz", "b_z", "b_r")')],
    ),
    "the candidate, too": (
        "q5",
        [(TURNED, 'turned = ("W_xz", "W_hz", "b_z", "W_xn", "W_hn")')],
    ),
    "one minus": ("q5", [("-array if", "1 - array if")]),
    "transposed": ("q5", [("-array if", "-array.T if")]),
    "one over": ("q5", [("-array if", "1 / array if")]),
    "no change": ("q5", [(TURNED, "turned = ()")]),
    "turned in place": (
        "q5",
        [
            (
                TURNED,
                TURNED
                + "\n    for name in turned:\n        p[name] *= -1\n    return p",
            )
        ],
    ),
    "count: no bias": ("q5", [(TOTAL, "return sums * (D * H + H * H) + more")]),
    "count: four for the GRU": ("q5", [('"gru": 3', '"gru": 4')]),
    "count: coupled like the LSTM": ("q5", [('"coupled": 3', '"coupled": 4')]),
    "count: full peepholes": ("q5", [("3 * H,", "3 * H * H,")]),
    "count: four peepholes": ("q5", [("3 * H,", "4 * H,")]),
    "count: no peepholes": ("q5", [("3 * H,", "0,")]),
    "count: three biases more": ("q5", [('"gru_after": H}', '"gru_after": 3 * H}')]),
    "count: D and H swapped": (
        "q5",
        [(TOTAL, "return sums * (D * H + D * D + H) + more")],
    ),
    "count: a bias for each input": (
        "q5",
        [(TOTAL, "return sums * (D * H + H * H + D) + more")],
    ),
    # clockwork
    "clockwork as it was": (
        "q6",
        [(READS, READS.replace(">=", "<=")), (RUNS, RUNS.replace("t %", "(t + 1) %"))],
    ),
    "only the mask repaired": ("q6", [(RUNS, RUNS.replace("t %", "(t + 1) %"))]),
    "only the clock repaired": ("q6", [(READS, READS.replace(">=", "<="))]),
    "reads the slower only": ("q6", [(READS, READS.replace(">=", ">"))]),
    "reads its like only": ("q6", [(READS, READS.replace(">=", "=="))]),
    "reads all": ("q6", [(READS, "live = np.ones(W_hh.shape)")]),
    "W_hh transposed": ("q6", [("W_hh * live", "W_hh.T * live")]),
    "zero when it does not run": ("q6", [(RUNS, RUNS.replace("new, h)", "new, 0.0)"))]),
    "runs when it should not": ("q6", [(RUNS, RUNS.replace("==", "!="))]),
    "never waits": ("q6", [(RUNS, "h = new")]),
    "the period divided by t": (
        "q6",
        [(RUNS, "h = np.where(period % (t + 1) == 0, new, h)")],
    ),
    "clockwork without the bias": ("q6", [(NEW, NEW.replace(" + b_h", ""))]),
    "clockwork without tanh": ("q6", [(NEW, NEW.replace("np.tanh", ""))]),
    "h forgotten at each step": ("q6", [(NEW, "h = 0 * h\n        " + NEW)]),
    "the units interleaved": (
        "q6",
        [
            (
                "np.repeat(periods, h.shape[1] // len(periods))",
                "np.tile(periods, h.shape[1] // len(periods))",
            )
        ],
    ),
    "time in front": ("q6", [("np.stack(hs, axis=1)", "np.stack(hs)")]),
    "the mask on the states": (
        "q6",
        [
            (
                NEW,
                NEW.replace(
                    "h @ (W_hh * live)", "(h * (t % period == 0)) @ (W_hh * live)"
                ),
            )
        ],
    ),
}

IMPORT = """
import sys
for finder in [f for f in sys.meta_path if type(f).__name__ == "_Refuse"]:
    sys.meta_path.remove(finder)
from lib import GRU
def gru_step(x, h, p, reset_after):
    layer = GRU(x.shape[1], h.shape[1], reset_after=reset_after)
    for name in layer.params:
        layer.params[name] = p[name]
    return layer.step(x, type(layer.initial_state(1))(h))[0].h
"""

TAMPERING = {
    "check replaced": ("q2", "check = lambda *a, **k: None"),
    "the module patched": (
        "q3",
        "import checker\nchecker.check = check = lambda *a, **k: None",
    ),
    "check and canary patched": (
        "q6",
        "import checker\nchecker.check = checker.canary = check = lambda *a, **k: None",
    ),
    "numpy's abs patched": ("q3", "np.abs = lambda a: np.zeros(1)"),
    "numpy's asarray patched": ("q4", "np.asarray = lambda *a, **k: np.zeros(())"),
    "the process ends": ("q5", "import os\nos._exit(0)"),
    "the library after all": ("q4", IMPORT),
    "equal to everything": (
        "q1",
        "class Any(float):\n    __eq__ = __le__ = __lt__ = lambda *a: True\n"
        "    __hash__ = float.__hash__\n"
        "h_keep = h_write = coupled_limit = lstm_limit = lambda: Any(7)",
    ),
}
