"""Answers to lstm_gates of which we know what they deserve."""

NUMBERS = ("q1",)

ALTERNATIVES = {
    "q2": {
        "one product": """
def step(x, h, c, p):
    both = np.concatenate([x, h], axis=1)
    def total(k):
        return both @ np.concatenate([p["W_x" + k], p["W_h" + k]]) + p["b_" + k]
    cell = sigmoid(total("f")) * c + sigmoid(total("i")) * np.tanh(total("g"))
    return np.tanh(cell) * sigmoid(total("o")), cell
""",
        "einsum": """
def step(x, h, c, p):
    a = {}
    for k in ("o", "g", "f", "i"):
        a[k] = np.einsum("bd,dh->bh", x, p[f"W_x{k}"])
        a[k] = a[k] + np.einsum("bj,jh->bh", h, p[f"W_h{k}"]) + p[f"b_{k}"][None, :]
    c_new = np.tanh(a["g"]) / (1 + np.exp(-a["i"])) + c / (1 + np.exp(-a["f"]))
    return np.tanh(c_new) / (1 + np.exp(-a["o"])), c_new
""",
        "loops": """
def step(x, h, c, p):
    B, H = c.shape
    h_new, c_new = np.zeros((B, H)), np.zeros((B, H))
    for b in range(B):
        for j in range(H):
            a = []
            for k in "ifgo":
                total = p["b_" + k][j]
                for d in range(x.shape[1]):
                    total += x[b, d] * p["W_x" + k][d, j]
                for m in range(H):
                    total += h[b, m] * p["W_h" + k][m, j]
                a.append(total)
            c_new[b, j] = sigmoid(a[1]) * c[b, j] + sigmoid(a[0]) * np.tanh(a[2])
            h_new[b, j] = sigmoid(a[3]) * np.tanh(c_new[b, j])
    return h_new, c_new
""",
        "tanh from sigmoid, a list": """
def step(x, h, c, p):
    i, f, g, o = (sigmoid(s * (x @ p["W_x" + k] + h @ p["W_h" + k] + p["b_" + k]))
                  for k, s in (("i", 1), ("f", 1), ("g", 2), ("o", 1)))
    c = c * f + (2 * g - 1) * i
    return [o * (2 * sigmoid(2 * c) - 1), c]
""",
    },
    "q3": {
        "one expression": """
def bias_for(share, steps):
    return -np.log(share ** (-1 / steps) - 1)
""",
        "expm1": """
def bias_for(share, steps):
    per_step = np.log(share) / steps
    return per_step - np.log(-np.expm1(per_step))
""",
        "arctanh": """
def bias_for(share, steps):
    return 2 * np.arctanh(2 * np.exp(np.log(share) / steps) - 1)
""",
        "bisection": """
def bias_for(share, steps):
    low, high = -50.0, 50.0
    for _ in range(100):
        middle = (low + high) / 2
        if sigmoid(middle) ** steps < share:
            low = middle
        else:
            high = middle
    return middle
""",
    },
    "q4": {
        "each row on its own": """
def scan(step, xs, mask, h, c):
    B, T, _ = xs.shape
    hs = np.zeros((B, T, h.shape[1]))
    h, c = h.copy(), c.copy()
    for b in range(B):
        for t in range(T):
            if mask[b, t]:
                one, two = step(xs[b:b + 1, t], h[b:b + 1], c[b:b + 1])
                h[b], c[b] = one[0], two[0]
            hs[b, t] = h[b]
    return hs, h, c
""",
        "by arithmetic": """
def scan(step, xs, mask, h, c):
    out = np.empty((xs.shape[1], *h.shape))
    for t, (x, live) in enumerate(zip(xs.transpose(1, 0, 2), mask.T)):
        m = live[:, None].astype(float)
        new = step(x, h, c)
        h, c = m * new[0] + (1 - m) * h, c + m * (new[1] - c)
        out[t] = h
    return out.swapaxes(0, 1), h, c
""",
        "only the live rows": """
def scan(step, xs, mask, h, c):
    h, c, hs = np.array(h), np.array(c), []
    for t in range(xs.shape[1]):
        rows = np.flatnonzero(mask[:, t])
        if len(rows):
            h[rows], c[rows] = step(xs[rows, t], h[rows], c[rows])
        hs.append(h.copy())
    return np.moveaxis(np.array(hs), 0, 1), h, c
""",
        "recursion": """
def scan(step, xs, mask, h, c):
    if xs.shape[1] == 0:
        return np.zeros((len(h), 0, h.shape[1])), h, c
    hs, h, c = scan(step, xs[:, :-1], mask[:, :-1], h, c)
    new_h, new_c = step(xs[:, -1], h, c)
    live = mask[:, -1:]
    h, c = np.where(live, new_h, h), np.where(live, new_c, c)
    return np.concatenate([hs, h[:, None]], axis=1), h, c
""",
    },
    "q5": {
        "one gate after the other": """
def step_backward(dh, dc, v, p):
    t = np.tanh(v["c"])
    do = dh * t
    total = dc + dh * v["o"] / np.cosh(v["c"]) ** 2
    di, df, dg = total * v["g"], total * v["c_before"], total * v["i"]
    slope = {k: v[k] - v[k] ** 2 for k in "ifo"}
    slope["g"] = (1 - v["g"]) * (1 + v["g"])
    out = {f"A_{k}": d * slope[k] for k, d in zip("ifgo", (di, df, dg, do))}
    out["c_before"] = v["f"] * total
    out["h_before"] = sum(np.einsum("bj,mj->bm", out[f"A_{k}"], p[f"W_h{k}"]) for k in "ifgo")
    return out
""",
        "one product": """
def step_backward(dh, dc, v, p):
    i, f, g, o = (v[k] for k in "ifgo")
    d_cell = dh * o * (1 - np.tanh(v["c"]) ** 2) + dc
    A = np.hstack([
        d_cell * g * i * (1 - i),
        d_cell * v["c_before"] * f * (1 - f),
        d_cell * i * (1 - g * g),
        dh * np.tanh(v["c"]) * o * (1 - o),
    ])
    W = np.hstack([p["W_hi"], p["W_hf"], p["W_hg"], p["W_ho"]])
    found = dict(zip(("A_i", "A_f", "A_g", "A_o"), np.split(A, 4, axis=1)))
    return found | {"c_before": d_cell * f, "h_before": A @ W.T}
""",
        "loops": """
def step_backward(dh, dc, v, p):
    keys = ("A_i", "A_f", "A_g", "A_o", "c_before", "h_before")
    d = {key: np.zeros(dh.shape) for key in keys}
    for b in range(dh.shape[0]):
        for j in range(dh.shape[1]):
            i, f, g, o, before, c = (v[k][b, j] for k in ("i", "f", "g", "o", "c_before", "c"))
            to_c = dc[b, j] + dh[b, j] * o * (1 - np.tanh(c) ** 2)
            d["A_i"][b, j] = to_c * g * i * (1 - i)
            d["A_f"][b, j] = to_c * before * f * (1 - f)
            d["A_g"][b, j] = to_c * i * (1 - g * g)
            d["A_o"][b, j] = dh[b, j] * np.tanh(c) * o * (1 - o)
            d["c_before"][b, j] = to_c * f
    for b in range(dh.shape[0]):
        for k in "ifgo":
            d["h_before"][b] += p["W_h" + k] @ d["A_" + k][b]
    return d
""",
    },
    "q6": {
        "slices": """
def run(xs, h, c, W, b):
    H, D = h.shape[1], xs.shape[2]
    hs = np.empty((len(xs), xs.shape[1], H))
    for t in range(xs.shape[1]):
        a = xs[:, t] @ W[:D] + h @ W[D:] + b
        c = sigmoid(a[:, H:2 * H]) * c + sigmoid(a[:, :H]) * np.tanh(a[:, 2 * H:3 * H])
        h = sigmoid(a[:, 3 * H:]) * np.tanh(c)
        hs[:, t] = h
    return hs, h, c
""",
        "four products": """
def run(xs, h, c, W, b):
    blocks = [(w[:xs.shape[2]], w[xs.shape[2]:], v)
              for w, v in zip(np.split(W, 4, axis=1), np.split(b, 4))]
    hs = []
    for x in np.swapaxes(xs, 0, 1):
        i, f, g, o = (x @ w + h @ u + v for w, u, v in blocks)
        c = np.tanh(g) / (1 + np.exp(-i)) + c / (1 + np.exp(-f))
        h = np.tanh(c) / (1 + np.exp(-o))
        hs.append(h)
    return np.array(hs).swapaxes(0, 1), h, c
""",
        "inputs first": """
def run(xs, h, c, W, b):
    B, T, D = xs.shape
    from_xs = (xs @ W[:D] + b).reshape(B, T, 4, -1)
    U = W[D:].reshape(h.shape[1], 4, -1)
    hs = []
    for t in range(T):
        a = from_xs[:, t] + np.einsum("bm,mkj->bkj", h, U)
        i, f, o = (sigmoid(a[:, k]) for k in (0, 1, 3))
        c = i * np.tanh(a[:, 2]) + f * c
        h = o * np.tanh(c)
        hs.append(h)
    return np.stack(hs, 1), h, c
""",
    },
}

C_NEW = "c_new = f * c + i * g"
H_NEW = "h_new = o * np.tanh(c_new)"
I = 'i = sigmoid(x @ p["W_xi"] + h @ p["W_hi"] + p["b_i"])'
F = 'f = sigmoid(x @ p["W_xf"] + h @ p["W_hf"] + p["b_f"])'
G = 'g = np.tanh(x @ p["W_xg"] + h @ p["W_hg"] + p["b_g"])'
O = 'o = sigmoid(x @ p["W_xo"] + h @ p["W_ho"] + p["b_o"])'
GATE = "gate = share ** (1 / steps)"
BIAS = "return np.log(gate / (1 - gate))"
STEP = "h_new, c_new = step(xs[:, t], h, c)"
LIVE = "live = mask[:, t, None]"
COPY_H = "h = np.where(live, h_new, h)"
COPY_C = "c = np.where(live, c_new, c)"
STACK = "return np.stack(hs, axis=1), h, c"
DC = "dc = dc + dh * o * (1 - shown**2)"
D_O = '"A_o": dh * shown * o * (1 - o),'
ORDER = "i, f, g, o = np.split(sums, 4, axis=1)"
FORGET = "c = sigmoid(f) * c"
WRITE = "c = c + sigmoid(i) * np.tanh(g)"
SHOW = "h = sigmoid(o) * np.tanh(c)"

WRONG = {
    # by hand
    "c: the first c forgotten": ("q1", [("0.8 * 0.5 + 0.5 * 1.0", "0.5 * 1.0")]),
    "c: f and i swapped": (
        "q1",
        [("0.5 * c_1 + 0.25 * -0.8", "0.25 * c_1 + 0.5 * -0.8")],
    ),
    "c: the sign of g lost": ("q1", [("0.25 * -0.8", "0.25 * 0.8")]),
    "c: coupled": ("q1", [("0.25 * -0.8", "0.5 * -0.8")]),
    "c: None": ("q1", [("return 0.5 * c_1 + 0.25 * -0.8", "return None")]),
    "h: tanh forgotten": ("q1", [("0.9 * np.tanh(0.25)", "0.9 * 0.25")]),
    "h: o of the first step": ("q1", [("0.9 * np.tanh(0.25)", "0.5 * np.tanh(0.25)")]),
    "h: from the old c": ("q1", [("np.tanh(0.25)", "np.tanh(0.9)")]),
    "h: o inside tanh": ("q1", [("0.9 * np.tanh(0.25)", "np.tanh(0.9 * 0.25)")]),
    "silence: nothing is left": ("q1", [("return 4", "return 1")]),
    "silence: protected": ("q1", [("return 4", "return 2")]),
    "silence: only when shown": ("q1", [("return 4", "return 3")]),
    "factor: cut": ("q1", [("return 2", "return 1")]),
    "factor: no loss": ("q1", [("return 2", "return 3")]),
    "factor: slopes of tanh": ("q1", [("return 2", "return 4")]),
    # the step
    "i and f swapped": ("q2", [(C_NEW, "c_new = i * c + f * g")]),
    "i and o swapped": (
        "q2",
        [(C_NEW, "c_new = f * c + o * g"), (H_NEW, H_NEW.replace("o *", "i *"))],
    ),
    "no bias of f": ("q2", [(' + p["b_f"]', "")]),
    "no bias of o": ("q2", [(' + p["b_o"]', "")]),
    "no bias": ("q2", [(f' + p["b_{k}"]', "") for k in "ifgo"]),
    "no tanh of the candidate": ("q2", [("g = np.tanh(", "g = (")]),
    "the candidate as a gate": ("q2", [("g = np.tanh(", "g = sigmoid(")]),
    "no tanh of the cell state": ("q2", [(H_NEW, "h_new = o * c_new")]),
    "shows the old cell state": ("q2", [(H_NEW, "h_new = o * np.tanh(c)")]),
    "tanh of c, kept": ("q2", [(C_NEW, "c_new = np.tanh(f * c + i * g)")]),
    "sigmoid twice": ("q2", [(H_NEW, "h_new = sigmoid(o) * np.tanh(c_new)")]),
    "W_hf transposed": ("q2", [('p["W_hf"]', 'p["W_hf"].T')]),
    "all W_h transposed": ("q2", [(f'p["W_h{k}"]', f'p["W_h{k}"].T') for k in "ifgo"]),
    "W_hi in place of W_hg": ("q2", [('p["W_hg"]', 'p["W_hi"]')]),
    "o has no h": ("q2", [(' + h @ p["W_ho"]', "")]),
    "coupled gates": ("q2", [(C_NEW, "c_new = f * c + (1 - f) * g")]),
    "tanh of everything": (
        "q2",
        [("i = sigmoid(", "i = np.tanh("), ("f = sigmoid(", "f = np.tanh(")],
    ),
    "o reads h_t, as in a lecture note": (
        "q2",
        [
            (O, C_NEW + "\n    h = np.tanh(c_new)\n    " + O),
            ("    " + C_NEW + "\n", ""),
        ],
    ),
    "i reads h_t, as in a lecture note": (
        "q2",
        [
            (
                C_NEW,
                C_NEW
                + "\n    "
                + H_NEW.replace("h_new", "h")
                + "\n    "
                + I
                + "\n    "
                + C_NEW,
            )
        ],
    ),
    "the gates see c (a peephole)": ("q2", [(' + p["b_f"]', ' + p["b_f"] + c')]),
    "the two states swapped": ("q2", [("return h_new, c_new", "return c_new, h_new")]),
    "the old cell state": ("q2", [("return h_new, c_new", "return h_new, c")]),
    "only the first row": (
        "q2",
        [("return h_new, c_new", "return h_new[0], c_new[0]")],
    ),
    "the mean over the batch": (
        "q2",
        [("return h_new, c_new", "return h_new.mean(0), c_new.mean(0)")],
    ),
    "h alone": ("q2", [("return h_new, c_new", "return h_new")]),
    "writes into c": ("q2", [(C_NEW, "c *= f\n    c += i * g\n    c_new = c")]),
    "forgets the written": ("q2", [(C_NEW, "c_new = f * (c + i * g)")]),
    # the bias
    "the gate itself": ("q3", [(BIAS, "return gate")]),
    "the sign": ("q3", [(BIAS, "return np.log((1 - gate) / gate)")]),
    "always a half": ("q3", [(GATE, "gate = 0.5 ** (1 / steps)")]),
    "what is lost": ("q3", [(GATE, "gate = (1 - share) ** (1 / steps)")]),
    "a share of each step": ("q3", [(GATE, "gate = 1 - share / steps")]),
    "the time constant": ("q3", [(GATE, "gate = np.exp(-1 / steps)")]),
    "for long spans only": ("q3", [(BIAS, "return np.log(steps / -np.log(share))")]),
    "log base 2": ("q3", [(BIAS, "return np.log2(gate / (1 - gate))")]),
    "one step too few": ("q3", [(GATE, "gate = share ** (1 / (steps + 1))")]),
    "the power upside down": ("q3", [(GATE, "gate = share**steps")]),
    "log of the gate": ("q3", [(BIAS, "return np.log(gate)")]),
    "an integer division": ("q3", [(GATE, "gate = share ** (1 // steps)")]),
    # over time
    "h begins at zero": ("q4", [("hs = []", "hs, h = [], np.zeros_like(h)")]),
    "c begins at zero": ("q4", [("hs = []", "hs, c = [], np.zeros_like(c)")]),
    "c not copied": ("q4", [(COPY_C, "c = c_new")]),
    "h not copied": ("q4", [(COPY_H, "h = h_new")]),
    "no mask": ("q4", [(COPY_C, "c = c_new"), (COPY_H, "h = h_new")]),
    "the mask turned": ("q4", [(LIVE, "live = ~mask[:, t, None]")]),
    "padding sets h to zero": ("q4", [(COPY_H, "h = np.where(live, h_new, 0.0)")]),
    "padding sets both to zero": (
        "q4",
        [
            (COPY_H, "h = np.where(live, h_new, 0.0)"),
            (COPY_C, "c = np.where(live, c_new, 0.0)"),
        ],
    ),
    "zeros in hs at padding": ("q4", [("hs.append(h)", "hs.append(h * live)")]),
    "the input masked, not the states": (
        "q4",
        [
            (STEP, "h_new, c_new = step(xs[:, t] * mask[:, t, None], h, c)"),
            (LIVE, "live = True"),
        ],
    ),
    "padding only at the end": (
        "q4",
        [(LIVE, "live = (t < mask.sum(axis=1))[:, None]")],
    ),
    "stops at the first padding": (
        "q4",
        [(LIVE, "live = mask[:, : t + 1].all(axis=1)[:, None]")],
    ),
    "waits for all rows": ("q4", [(LIVE, "live = mask[:, t].all()")]),
    "the mask of the first row": ("q4", [(LIVE, "live = mask[0, t]")]),
    "the mask of the next step": (
        "q4",
        [(LIVE, "live = mask[:, min(t + 1, xs.shape[1] - 1), None]")],
    ),
    "backward in time": (
        "q4",
        [("range(xs.shape[1])", "reversed(range(xs.shape[1]))")],
    ),
    "the last step left out": (
        "q4",
        [("range(xs.shape[1])", "range(xs.shape[1] - 1)")],
    ),
    "time in front": ("q4", [(STACK, "return np.stack(hs), h, c")]),
    "only the last": ("q4", [(STACK, "return hs[-1], h, c")]),
    "the states swapped": ("q4", [(STACK, "return np.stack(hs, axis=1), c, h")]),
    "hs holds c": ("q4", [("hs.append(h)", "hs.append(c)")]),
    "the state before the step": (
        "q4",
        [("        hs.append(h)\n", ""), (STEP, "hs.append(h)\n        " + STEP)],
    ),
    "h and c swapped on the way in": (
        "q4",
        [(STEP, "h_new, c_new = step(xs[:, t], c, h)")],
    ),
    "always the first input": ("q4", [(STEP, "h_new, c_new = step(xs[:, 0], h, c)")]),
    "the c from before": (
        "q4",
        [("hs = []", "hs, c_0 = [], c"), (STEP, STEP.replace("c)", "c_0)"))],
    ),
    "writes into h": (
        "q4",
        [
            (COPY_H, "h[...] = np.where(live, h_new, h)"),
            ("hs.append(h)", "hs.append(h.copy())"),
        ],
    ),
    "one array in hs many times": (
        "q4",
        [
            ("hs = []", "hs, h = [], h.copy()"),
            (COPY_H, "h[...] = np.where(live, h_new, h)"),
        ],
    ),
    # backward
    "what comes through h forgotten": ("q5", [(DC, "dc = dc")]),
    "what comes from t + 1 forgotten": ("q5", [(DC, DC.replace("dc + ", ""))]),
    "no slope of tanh": ("q5", [(DC, "dc = dc + dh * o")]),
    "the slope at the old c": (
        "q5",
        [(DC, 'dc = dc + dh * o * (1 - np.tanh(v["c_before"]) ** 2)')],
    ),
    "the slope of c, not of tanh(c)": (
        "q5",
        [(DC, 'dc = dc + dh * o * (1 - v["c"] ** 2)')],
    ),
    "no output gate on the way": ("q5", [(DC, "dc = dc + dh * (1 - shown**2)")]),
    "A_i: times i": ("q5", [("dc * g * i * (1 - i)", "dc * i * i * (1 - i)")]),
    "A_i: no slope": ("q5", [("dc * g * i * (1 - i)", "dc * g")]),
    "A_i: the slope of tanh": ("q5", [("dc * g * i * (1 - i)", "dc * g * (1 - i**2)")]),
    "A_i: sigmoid twice": (
        "q5",
        [("dc * g * i * (1 - i)", "dc * g * sigmoid(i) * (1 - sigmoid(i))")],
    ),
    "A_f: the new c": ("q5", [('dc * v["c_before"] * f', 'dc * v["c"] * f')]),
    "A_f: no cell state": ("q5", [('dc * v["c_before"] * f', "dc * f")]),
    "A_f: 1 - f forgotten": ("q5", [("* f * (1 - f)", "* f")]),
    "A_g: a gate's slope": ("q5", [("dc * i * (1 - g**2)", "dc * i * g * (1 - g)")]),
    "A_g: tanh twice": ("q5", [("(1 - g**2)", "(1 - np.tanh(g) ** 2)")]),
    "A_g: times f": ("q5", [("dc * i * (1 - g**2)", "dc * f * (1 - g**2)")]),
    "A_o: from dC": ("q5", [(D_O, D_O.replace("dh", "dc"))]),
    "A_o: no tanh": ("q5", [(D_O, D_O.replace("shown", 'v["c"]'))]),
    "A_o: the old c": ("q5", [(D_O, D_O.replace("shown", 'np.tanh(v["c_before"])'))]),
    "c_before: times i": ("q5", [('"c_before": dc * f', '"c_before": dc * i')]),
    "c_before: no gate": ("q5", [('"c_before": dc * f', '"c_before": dc')]),
    "h_before: not transposed": (
        "q5",
        [(f'p["W_h{k}"].T', f'p["W_h{k}"]') for k in "ifgo"],
    ),
    "h_before: one not transposed": ("q5", [('p["W_ho"].T', 'p["W_ho"]')]),
    "h_before: no candidate": ("q5", [('        + d["A_g"] @ p["W_hg"].T\n', "")]),
    "h_before: only the gates' first": (
        "q5",
        [(f'        + d["A_{k}"] @ p["W_h{k}"].T\n', "") for k in "fgo"],
    ),
    "h_before: dh added": (
        "q5",
        [('d["A_i"] @ p["W_hi"].T', 'dh + d["A_i"] @ p["W_hi"].T')],
    ),
    "h_before: matrices swapped": (
        "q5",
        [('p["W_hi"].T', 'p["W_hf"].T'), ('p["W_hf"].T', 'p["W_hi"].T')],
    ),
    "summed over the batch": (
        "q5",
        [("return d", "return {key: a.sum(0) for key, a in d.items()}")],
    ),
    "a key is missing": ("q5", [('        "c_before": dc * f,\n', "")]),
    # two faults
    "as it was": (
        "q6",
        [
            (ORDER, "i, f, o, g = np.split(sums, 4, axis=1)"),
            (FORGET, WRITE),
            (WRITE, FORGET),
        ],
    ),
    "only the order of the blocks": ("q6", [(FORGET, WRITE), (WRITE, FORGET)]),
    "only the order of the lines": (
        "q6",
        [(ORDER, "i, f, o, g = np.split(sums, 4, axis=1)")],
    ),
    "f before i": ("q6", [(ORDER, "f, i, g, o = np.split(sums, 4, axis=1)")]),
    "g before f": ("q6", [(ORDER, "i, g, f, o = np.split(sums, 4, axis=1)")]),
    "a block for each unit": (
        "q6",
        [(ORDER, "i, f, g, o = np.moveaxis(sums.reshape(len(sums), -1, 4), 2, 0)")],
    ),
    "the hidden state first": ("q6", [("[xs[:, t], h]", "[h, xs[:, t]]")]),
    "without the bias": ("q6", [(" @ W + b", " @ W")]),
    "run: no tanh of the cell state": ("q6", [(SHOW, "h = sigmoid(o) * c")]),
    "run: the candidate as a gate": ("q6", [("np.tanh(g)", "sigmoid(g)")]),
    "run: sigmoid forgotten": ("q6", [(FORGET, "c = f * c")]),
    "h before the cell state": (
        "q6",
        [
            (FORGET, SHOW + "\n        " + FORGET),
            ("        " + SHOW + "\n        hs", "        hs"),
        ],
    ),
    "run: coupled": ("q6", [(WRITE, "c = c + (1 - sigmoid(f)) * np.tanh(g)")]),
    "run: the state reset at each step": (
        "q6",
        [("sums =", "c = 0 * c\n        sums =")],
    ),
    "run: h reset at each step": ("q6", [("sums =", "h = 0 * h\n        sums =")]),
    "run: the first h and c come back": (
        "q6",
        [("hs = []", "hs, first = [], (h, c)"), ("axis=1), h, c", "axis=1), *first")],
    ),
    "run: time in front": ("q6", [("np.stack(hs, axis=1)", "np.stack(hs)")]),
}

IMPORT = """
import sys
for finder in [f for f in sys.meta_path if type(f).__name__ == "_Refuse"]:
    sys.meta_path.remove(finder)
from lib import LSTM
def step(x, h, c, p):
    layer = LSTM(x.shape[1], h.shape[1])
    for name, value in p.items():
        layer.params[name] = value
    return layer.step(x, type(layer.initial_state(1))(h, c))[0]
"""

TAMPERING = {
    "check replaced": ("q2", "check = lambda *a, **k: None"),
    "the module patched": (
        "q3",
        "import checker\nchecker.check = check = lambda *a, **k: None",
    ),
    "check and canary patched": (
        "q4",
        "import checker\nchecker.check = checker.canary = check = lambda *a, **k: None",
    ),
    "numpy's comparison patched": (
        "q5",
        "np.ndarray_max = np.abs\nnp.abs = lambda a: np.zeros(())",
    ),
    "numpy's asarray patched": ("q3", "np.asarray = lambda *a, **k: np.zeros(())"),
    "the process ends": ("q6", "import os\nos._exit(0)"),
    "the library after all": ("q2", IMPORT),
    "equal to everything": (
        "q1",
        "class Any(float):\n    __eq__ = lambda *a: True\n    __hash__ = float.__hash__\n"
        "c_2 = h_2 = after_the_silence = factor_of_the_way_back = lambda: Any(1)",
    ),
    "assertions cannot be raised": (
        "q6",
        "import builtins\nbuiltins.AssertionError = type('E', (BaseException,), {})",
    ),
}
