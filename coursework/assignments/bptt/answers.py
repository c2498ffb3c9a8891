"""Answers to the assignment on BPTT and vanishing gradients of which we know what they deserve."""

NUMBERS = ("q1",)

ALTERNATIVES = {
    "q2": {
        "all sums first, then one product for each weight": """
def backward(xs, h0, hs, targets, W_xh, W_hh):
    before = np.concatenate([h0[:, None], hs[:, :-1]], axis=1)
    da, back = np.zeros_like(hs), 0.0
    for t in range(hs.shape[1] - 1, -1, -1):
        da[:, t] = (hs[:, t] - targets[:, t] + back) * (1 - hs[:, t] ** 2)
        back = np.einsum("bh,gh->bg", da[:, t], W_hh)
    dW_xh = np.einsum("btd,bth->dh", xs, da)
    dW_hh = np.einsum("btg,bth->gh", before, da)
    return dW_xh, dW_hh, da.sum(axis=(0, 1)), back
""",
        "sequence by sequence, number by number": """
def backward(xs, h0, hs, targets, W_xh, W_hh):
    B, T, D = xs.shape
    H = len(W_hh)
    dW_xh, dW_hh, db, dh0 = np.zeros((D, H)), np.zeros((H, H)), np.zeros(H), np.zeros((B, H))
    for k in range(B):
        dh = [0.0] * H
        for t in range(T - 1, -1, -1):
            before = h0[k] if t == 0 else hs[k, t - 1]
            da = []
            for j in range(H):
                h = hs[k, t, j]
                da.append((h - targets[k, t, j] + dh[j]) * (1 - h * h))
            for j in range(H):
                db[j] += da[j]
                for d in range(D):
                    dW_xh[d, j] += xs[k, t, d] * da[j]
                for i in range(H):
                    dW_hh[i, j] += before[i] * da[j]
            dh = [sum(da[j] * W_hh[i, j] for j in range(H)) for i in range(H)]
        dh0[k] = dh
    return dW_xh, dW_hh, db, dh0
""",
        "loss by loss, each all the way back": """
def backward(xs, h0, hs, targets, W_xh, W_hh):
    T = xs.shape[1]
    before = [h0] + [hs[:, t] for t in range(T - 1)]
    dW_xh, dW_hh, db, dh0 = 0.0, 0.0, 0.0, 0.0
    for s in range(T):
        dh = hs[:, s] - targets[:, s]
        for t in range(s, -1, -1):
            da = (1 - hs[:, t] ** 2) * dh
            dW_xh = dW_xh + xs[:, t].T @ da
            dW_hh = dW_hh + before[t].T @ da
            db = db + da.sum(axis=0)
            dh = da @ W_hh.T
        dh0 = dh0 + dh
    return dW_xh, dW_hh, db, dh0
""",
        "by recursion": """
def backward(xs, h0, hs, targets, W_xh, W_hh):
    if xs.shape[1] == 0:
        return np.zeros(W_xh.shape), np.zeros(W_hh.shape), np.zeros(len(W_hh)), np.zeros(h0.shape)
    h = hs[:, 0]
    rest = backward(xs[:, 1:], h, hs[:, 1:], targets[:, 1:], W_xh, W_hh)
    da = (h - targets[:, 0] + rest[3]) * (1 - h * h)
    ones = np.ones(len(da))
    return rest[0] + xs[:, 0].T @ da, rest[1] + h0.T @ da, rest[2] + ones @ da, da @ W_hh.T
""",
    },
    "q3": {
        "a running gradient": """
def arriving(direct, hs, W_hh, length):
    T, found, back = len(hs), [], 0.0
    for t in range(T - 1, -1, -1):
        if t % length == length - 1:
            back = 0.0
        dh = direct[t] + back
        found.append(dh)
        back = W_hh @ (dh * (1 - hs[t] ** 2))
    return np.array(found[::-1])
""",
        "segment by segment": """
def arriving(direct, hs, W_hh, length):
    parts = []
    for start in range(0, len(hs), length):
        part, h = direct[start : start + length].copy(), hs[start : start + length]
        for t in range(len(part) - 1, 0, -1):
            part[t - 1] += np.einsum("h,gh->g", part[t] * (1 - h[t] ** 2), W_hh)
        parts.append(part)
    return np.concatenate(parts)
""",
        "loss by loss": """
def arriving(direct, hs, W_hh, length):
    found = np.zeros(direct.shape)
    for s in range(len(hs)):
        g, t = direct[s], s
        while True:
            found[t] = found[t] + g
            if t == 0 or t // length != (t - 1) // length:
                break
            g = (g * (1 - hs[t] ** 2)) @ W_hh.T
            t -= 1
    return found
""",
        "a linear system": """
def arriving(direct, hs, W_hh, length):
    T, H = hs.shape
    back = np.zeros((T, H, T, H))
    for t in range(T - 1):
        if t // length == (t + 1) // length:
            back[t, :, t + 1] = W_hh * (1 - hs[t + 1] ** 2)
    system = np.eye(T * H) - back.reshape(T * H, T * H)
    return np.linalg.solve(system, direct.ravel()).reshape(T, H)
""",
    },
    "q4": {
        "in columns": """
def norms(hs, W_hh):
    product, found = np.eye(len(W_hh)), np.zeros(len(hs))
    for t in range(len(hs)):
        product = np.diag(1 - hs[t] ** 2) @ W_hh.T @ product
        found[t] = np.linalg.svd(product)[1].max()
    return found
""",
        "by the largest eigenvalue of M M^T": """
def norms(hs, W_hh):
    found, M = [], None
    for h in hs:
        J = W_hh * (1 - h**2)
        M = J if M is None else M @ J
        found.append(np.sqrt(np.linalg.eigvalsh(M @ M.T)[-1]))
    return found
""",
        "each product from the start": """
def norms(hs, W_hh):
    found = []
    for t in range(1, len(hs) + 1):
        steps = [np.einsum("gh,h->gh", W_hh, 1 - h * h) for h in hs[:t]]
        M = steps[0] if t == 1 else np.linalg.multi_dot(steps)
        found.append(np.linalg.norm(M, ord=2))
    return np.array(found)
""",
        "rows of changes": """
def norms(hs, W_hh):
    changes, found = np.identity(len(W_hh)), []
    for h in hs:
        changes = np.array([(row @ W_hh) * (1 - h) * (1 + h) for row in changes])
        found.append(np.linalg.svd(changes, compute_uv=False)[0])
    return np.array(found)
""",
    },
    "q5": {
        "one long vector": """
def clip(grads, limit):
    norm = np.linalg.norm(np.concatenate([g.ravel() for g in grads.values()]))
    if norm <= limit:
        return {name: g.copy() for name, g in grads.items()}, norm
    return {name: g * (limit / norm) for name, g in grads.items()}, norm
""",
        "the norm of the norms": """
def clip(grads, limit):
    norm = np.linalg.norm([np.linalg.norm(g) for g in grads.values()])
    scale = max(1.0, norm / limit)
    return {name: g / scale for name, g in grads.items()}, norm
""",
        "loops": """
import math

def clip(grads, limit):
    total = 0.0
    for g in grads.values():
        for value in g.flat:
            total += float(value) ** 2
    norm, new = math.sqrt(total), {}
    for name in grads:
        new[name] = grads[name].copy()
        if norm > limit:
            new[name] *= limit / norm
    return new, norm
""",
        "the smaller of two factors": """
def clip(grads, limit):
    norm = np.sqrt(sum(np.vdot(g, g) for g in grads.values()))
    factor = min(1.0, limit / max(norm, 1e-300))
    return dict(zip(grads, (factor * g for g in grads.values()))), norm
""",
    },
    "q6": {
        "backward": """
def gradient(xs, ys, w):
    hs = [0.0]
    for x in xs:
        hs.append(np.tanh(x + w * hs[-1]))
    total, later = 0.0, 0.0
    for t in range(len(xs), 0, -1):
        da = (hs[t] - ys[t - 1] + later) * (1 - hs[t] ** 2)
        total += da * hs[t - 1]
        later = da * w
    return total
""",
        "s before h": """
import math

def gradient(xs, ys, w):
    h = s = total = 0.0
    for t in range(len(xs)):
        s = h + w * s
        h = math.tanh(xs[t] + w * h)
        s *= 1 - h * h
        total += (h - ys[t]) * s
    return total
""",
        "an imaginary step": """
def gradient(xs, ys, w):
    h, loss = 0.0, 0.0
    for x, y in zip(xs, ys):
        h = np.tanh(x + (w + 1e-30j) * h)
        loss = loss + (h - y) ** 2 / 2
    return np.imag(loss) / 1e-30
""",
        "all states, all slopes, one sum": """
def gradient(xs, ys, w):
    states = [0.0]
    for x in xs:
        states.append(np.tanh(x + w * states[-1]))
    states, slopes = np.array(states), [0.0]
    for before, now in zip(states[:-1], states[1:]):
        slopes.append((1 - now**2) * (before + w * slopes[-1]))
    return (states[1:] - np.asarray(ys)) @ np.array(slopes[1:])
""",
    },
}

PAIR = "0.8885, -0.3451"
FATES = '"b", "a", "d", "c"'
LATER = "later = da @ W_hh.T"
BACK = "dhs[t] += da @ W_hh.T"
CUT = "(t + 1) % length != 0"
PRODUCT = "product @ W_hh * (1 - h**2)"
FACTOR = "limit / norm if norm > limit else 1.0"
SQUARES = "np.sqrt(sum((g**2).sum() for g in grads.values()))"
SLOPE = "(1 - h**2) * (before + w * s)"

WRONG = {
    # by hand
    "the last step only, by hand": ("q1", [(PAIR, "0.8279, -0.4966")]),
    "the order swapped": ("q1", [(PAIR, "-0.3451, 0.8885")]),
    "the outer slope forgotten": ("q1", [(PAIR, "0.8947, -0.3475")]),
    "the inner slope forgotten": ("q1", [(PAIR, "1.0265, 0.0")]),
    "the way through h_1 without w_h": ("q1", [(PAIR, "0.9491, -0.1936")]),
    "one number of two": ("q1", [(PAIR, "[0.8885]")]),
    "two decimals": ("q1", [(PAIR, "0.89, -0.35")]),
    "the largest entry decides": ("q1", [(FATES, '"a", "c", "d", "c"')]),
    "the norm decides": ("q1", [(FATES, '"a", "a", "d", "c"')]),
    "the radius decides all": ("q1", [(FATES, '"c", "a", "d", "c"')]),
    "a turn explodes": ("q1", [(FATES, '"b", "a", "a", "c"')]),
    "three letters": ("q1", [(FATES, '"b", "a", "d"')]),
    # back through time
    "the gradient of the last step only": (
        "q2",
        [("dW_hh += before.T @ da", "dW_hh = dW_hh if dW_hh.any() else before.T @ da")],
    ),
    "only the last step has a loss": (
        "q2",
        [
            (
                "hs[:, t] - targets[:, t] + later",
                "later if t < xs.shape[1] - 1 else hs[:, t] - targets[:, t]",
            )
        ],
    ),
    "nothing comes back from t + 1": ("q2", [(" + later", "")]),
    "what comes back is subtracted": ("q2", [(" + later", " - later")]),
    "what comes back is added after the slope": (
        "q2",
        [
            (" + later", ""),
            ("da = dh * (1 - hs[:, t] ** 2)", "da = dh * (1 - hs[:, t] ** 2) + later"),
        ],
    ),
    "forward in time": ("q2", [("reversed(range(xs.shape[1]))", "range(xs.shape[1])")]),
    "h_t for h_(t-1)": ("q2", [("hs[:, t - 1] if t else h0", "hs[:, t]")]),
    "h_0 forgotten": ("q2", [("if t else h0", "if t else 0 * h0")]),
    "the last state for h_0": ("q2", [("hs[:, t - 1] if t else h0", "hs[:, t - 1]")]),
    "W_hh not transposed": ("q2", [(LATER, "later = da @ W_hh")]),
    "dh sent back for da": ("q2", [(LATER, "later = dh @ W_hh.T")]),
    "no slope": ("q2", [("dh * (1 - hs[:, t] ** 2)", "dh")]),
    "the slope of a sigmoid": (
        "q2",
        [("dh * (1 - hs[:, t] ** 2)", "dh * hs[:, t] * (1 - hs[:, t])")],
    ),
    "the square forgotten": ("q2", [("(1 - hs[:, t] ** 2)", "(1 - hs[:, t])")]),
    "the slope of the state before": (
        "q2",
        [("(1 - hs[:, t] ** 2)", "(1 - before**2)")],
    ),
    "the loss without its half": (
        "q2",
        [("hs[:, t] - targets[:, t]", "2 * (hs[:, t] - targets[:, t])")],
    ),
    "the sign of the error": (
        "q2",
        [("hs[:, t] - targets[:, t]", "targets[:, t] - hs[:, t]")],
    ),
    "the mean over the batch": (
        "q2",
        [
            (
                "return dW_xh, dW_hh, db_h",
                "return dW_xh / len(xs), dW_hh / len(xs), db_h / len(xs)",
            )
        ],
    ),
    "the mean over time": (
        "q2",
        [("return dW_xh, dW_hh", "return dW_xh / xs.shape[1], dW_hh / xs.shape[1]")],
    ),
    "the bias of the first step alone": ("q2", [("db_h +=", "db_h =")]),
    "the bias not summed over the batch": ("q2", [("da.sum(axis=0)", "da[0]")]),
    "the weights of the input set, not summed": ("q2", [("dW_xh +=", "dW_xh =")]),
    "the gradient of W_hh transposed": ("q2", [("before.T @ da", "da.T @ before")]),
    "the gradients in another order": (
        "q2",
        [("return dW_xh, dW_hh,", "return dW_hh, dW_xh,")],
    ),
    "the gradient of H_1 for that of H_0": ("q2", [("db_h, later\n", "db_h, dh\n")]),
    # cut short
    "never cut": ("q3", [(CUT, "True")]),
    "always cut": ("q3", [(CUT, "False")]),
    "cut one step early": ("q3", [(CUT, "(t + 2) % length != 0")]),
    "cut one step late": ("q3", [(CUT, "t % length != 0")]),
    "segments counted from the end": ("q3", [(CUT, "(len(hs) - 1 - t) % length != 0")]),
    "the last segment alone": ("q3", [(CUT, "t + 1 >= len(hs) - length + 1")]),
    "cut inverted": ("q3", [("!= 0", "== 0")]),
    "cut by a factor": (
        "q3",
        [(CUT, "True"), (BACK, "dhs[t] += da @ W_hh.T / length")],
    ),
    "losses before the cut dropped": (
        "q3",
        [
            (
                "return dhs",
                "dhs[: -length] = 0 if length < len(hs) else dhs[: -length]\n    return dhs",
            )
        ],
    ),
    "only the last loss": (
        "q3",
        [
            (
                "dhs = direct.copy()",
                "dhs = np.zeros_like(direct)\n    dhs[-1] = direct[-1]",
            )
        ],
    ),
    "the direct gradient overwritten": ("q3", [("dhs[t] +=", "dhs[t] =")]),
    "direct changed": ("q3", [("direct.copy()", "direct")]),
    "transposed weight": ("q3", [(BACK, "dhs[t] += da @ W_hh")]),
    "no slope on the way": (
        "q3",
        [("dhs[t + 1] * (1 - hs[t + 1] ** 2)", "dhs[t + 1]")],
    ),
    "the slope of step t": ("q3", [("(1 - hs[t + 1] ** 2)", "(1 - hs[t] ** 2)")]),
    "the slope after the matrix": (
        "q3",
        [
            ("dhs[t + 1] * (1 - hs[t + 1] ** 2)", "dhs[t + 1]"),
            (BACK, "dhs[t] += (da @ W_hh.T) * (1 - hs[t] ** 2)"),
        ],
    ),
    "what the read-out sends, but not what came back": (
        "q3",
        [("dhs[t + 1] *", "direct[t + 1] *")],
    ),
    "in the order of time": (
        "q3",
        [("reversed(range(len(hs) - 1))", "range(len(hs) - 1)")],
    ),
    "stopped a step too soon": (
        "q3",
        [("range(len(hs) - 1)", "range(1, len(hs) - 1)")],
    ),
    # how far
    "the Frobenius norm": (
        "q4",
        [("np.linalg.norm(product, 2)", "np.linalg.norm(product)")],
    ),
    "the spectral radius of the product": (
        "q4",
        [("np.linalg.norm(product, 2)", "abs(np.linalg.eigvals(product)).max()")],
    ),
    "the smallest factor": (
        "q4",
        [("np.linalg.norm(product, 2)", "np.linalg.norm(product, -2)")],
    ),
    "the largest entry": ("q4", [("np.linalg.norm(product, 2)", "abs(product).max()")]),
    "the largest column sum": (
        "q4",
        [("np.linalg.norm(product, 2)", "np.linalg.norm(product, 1)")],
    ),
    "the norm squared": (
        "q4",
        [("np.linalg.norm(product, 2)", "np.linalg.norm(product, 2) ** 2")],
    ),
    "the product of the norms": (
        "q4",
        [
            (
                "np.array(found)",
                "np.cumprod([np.linalg.norm(W_hh * (1 - h**2), 2) for h in hs])",
            )
        ],
    ),
    "one step, no product": ("q4", [("product @ W_hh *", "W_hh *")]),
    "no slopes": ("q4", [(PRODUCT, "product @ W_hh")]),
    "the slopes without their square": ("q4", [("1 - h**2", "1 - h")]),
    "the slopes on the other side": (
        "q4",
        [(PRODUCT, "product @ (W_hh * (1 - h**2)[:, None])")],
    ),
    "the steps in the wrong order": (
        "q4",
        [(PRODUCT, "(W_hh * (1 - h**2)) @ product")],
    ),
    "the weight transposed": ("q4", [("product @ W_hh *", "product @ W_hh.T *")]),
    "from the end": ("q4", [("for h in hs", "for h in hs[::-1]")]),
    "the norm before the step": (
        "q4",
        [
            (
                "for h in hs:\n",
                "for h in hs:\n        found.append(np.linalg.norm(product, ord=2))\n",
            ),
            (
                "        found.append(np.linalg.norm(product, 2))\n    return",
                "    return",
            ),
        ],
    ),
    "the last alone": ("q4", [("np.array(found)", "found[-1]")]),
    "the matrix alone": (
        "q4",
        [("np.linalg.norm(product, 2)", "np.linalg.norm(W_hh, 2) ** (len(found) + 1)")],
    ),
    # clipping
    "each array on its own": (
        "q5",
        [
            (
                "{name: factor * g for name, g in grads.items()}",
                "{k: g * min(1, limit / max(np.linalg.norm(g), 1e-9)) for k, g in grads.items()}",
            )
        ],
    ),
    "each entry on its own": ("q5", [("factor * g", "np.clip(g, -limit, limit)")]),
    "the root forgotten": (
        "q5",
        [(SQUARES, "sum((g**2).sum() for g in grads.values())")],
    ),
    "the sum of the norms": (
        "q5",
        [(SQUARES, "sum(np.linalg.norm(g) for g in grads.values())")],
    ),
    "the largest norm": (
        "q5",
        [(SQUARES, "max(np.linalg.norm(g) for g in grads.values())")],
    ),
    "the sum of absolute values": (
        "q5",
        [(SQUARES, "sum(abs(g).sum() for g in grads.values())")],
    ),
    "the root of the mean square": (
        "q5",
        [(SQUARES, "np.sqrt(sum((g**2).mean() for g in grads.values()))")],
    ),
    "the first array alone": (
        "q5",
        [("grads.values()))", "list(grads.values())[:1]))")],
    ),
    "short ones stretched": ("q5", [(FACTOR, "limit / norm if norm else 1.0")]),
    "division by zero": ("q5", [(FACTOR, "min(1.0, limit / norm)")]),
    "the comparison turned round": ("q5", [("norm > limit", "norm < limit")]),
    "the factor upside down": (
        "q5",
        [(FACTOR, "norm / limit if norm > limit else 1.0")],
    ),
    "to length 1 whatever the limit": (
        "q5",
        [(FACTOR, "1 / norm if norm > limit else 1.0")],
    ),
    "multiplied by the limit": ("q5", [(FACTOR, "limit if norm > limit else 1.0")]),
    "the norm after clipping": (
        "q5",
        [("grads.items()}, norm", "grads.items()}, min(norm, limit)")],
    ),
    "the given arrays changed": (
        "q5",
        [
            (
                "return {name: factor * g for name, g in grads.items()}",
                "for g in grads.values():\n        g *= factor\n    return grads",
            )
        ],
    ),
    "set to zero when long": ("q5", [(FACTOR, "0.0 if norm > limit else 1.0")]),
    "no norm returned": ("q5", [("grads.items()}, norm", "grads.items()}")]),
    # the planted bugs
    "as planted": (
        "q6",
        [
            (
                "h, s, total = 0.0, 0.0, 0.0",
                "return faulty_gradient(xs, ys, w)\n    h, s, total = 0.0, 0.0, 0.0",
            )
        ],
    ),
    "the loss of the last step only": ("q6", [("total += (h", "total = (h")]),
    "the new state for the old": ("q6", [(SLOPE, "(1 - h**2) * (h + w * s)")]),
    "the slope on the first term alone": (
        "q6",
        [(SLOPE, "(1 - h**2) * before + w * s")],
    ),
    "the slope on the second term alone": (
        "q6",
        [(SLOPE, "before + (1 - h**2) * w * s")],
    ),
    "no slope at all": ("q6", [(SLOPE, "before + w * s")]),
    "the direct term only": ("q6", [(SLOPE, "(1 - h**2) * before")]),
    "s without w": ("q6", [(SLOPE, "(1 - h**2) * (before + s)")]),
    "the old slope": ("q6", [(SLOPE, "(1 - before**2) * (before + w * s)")]),
    "s added up": ("q6", [("s = (1", "s += (1")]),
    "the mean over the steps": ("q6", [("return total", "return total / len(xs)")]),
    "twice": ("q6", [("(h - y) * s", "2 * (h - y) * s")]),
    "the sign": ("q6", [("(h - y) * s", "(y - h) * s")]),
    "the error forgotten": ("q6", [("(h - y) * s", "s")]),
    "the error before the step": ("q6", [("(h - y) * s", "(before - y) * s")]),
    "the gradient by x": ("q6", [("(before + w * s)", "(1 + w * s)")]),
}


TAMPERING = {
    "check replaced": (
        "q2",
        "check = lambda *a, **k: None\nbackward = lambda *_: [0] * 4",
    ),
    "the module's check replaced": (
        "q3",
        "import checker\nchecker.check = check = lambda *a, **k: None",
    ),
    "the canary silenced": (
        "q4",
        "import checker\nchecker.check = check = lambda *a, **k: None\n"
        "checker.canary = lambda: None",
    ),
    "NumPy's abs is zero": (
        "q4",
        "np.abs = lambda a: np.zeros(1)\nnorms = lambda hs, _: np.ones(len(hs))",
    ),
    "an infinite scale": (
        "q2",
        "_old = np.abs\nnp.abs = lambda a: _old(a) + 1e30 * (np.size(a) > 0)\n"
        "backward = lambda xs, h0, hs, ys, a, b: (a, b, b[0], h0)",
    ),
    "NumPy's asarray returns zeros": (
        "q5",
        "np.asarray = lambda a, *_, **__: np.zeros(1)\nclip = lambda g, _: (g, 0.0)",
    ),
    "the process ends": ("q6", "import os\ngradient = lambda *_: os._exit(0)"),
    "leaves by SystemExit": ("q5", "def clip(*_):\n    raise SystemExit(0)"),
    "runs forever": ("q3", "def arriving(*_):\n    while True:\n        pass"),
    "the refusal removed, the library loaded": (
        "q6",
        "import sys\n"
        "sys.meta_path[:] = [f for f in sys.meta_path if type(f).__name__ != '_Refuse']\n"
        "import lib\ngradient = lambda *_: 0.0",
    ),
    "a hook of one's own for the library": (
        "q6",
        "import sys\nsys.meta_path.pop(0)\nimport lib\n"
        "sys.meta_path.insert(0, type('_Refuse', (), {'find_spec': lambda *_: None})())\n"
        "gradient = lambda *_: 0.0",
    ),
}
