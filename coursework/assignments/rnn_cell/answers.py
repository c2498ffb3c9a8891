"""Answers to the assignment on the RNN cell of which we know what they deserve."""

NUMBERS = ("q1", "q6")

COUNT = """

def parameters(D, H, K, feedback):
    if feedback == "jordan":
        return (D + K + 1) * H + (H + 1) * K
    return (D + H + 1) * H + (H + 1) * K
"""

ALTERNATIVES = {
    "q2": {
        "einsum": """
def step(x, h, W_xh, W_hh, b_h):
    a = np.einsum("bd,dh->bh", x, W_xh) + np.einsum("bg,gh->bh", h, W_hh)
    return np.tanh(a + b_h)
"""
        + COUNT,
        "joined": """
def step(x, h, W_xh, W_hh, b_h):
    ones = np.ones((len(x), 1))
    joined = np.concatenate([x, h, ones], axis=1)
    return np.tanh(joined @ np.concatenate([W_xh, W_hh, b_h[None]]))


def parameters(D, H, K, feedback):
    back = {"elman": (H, H), "jordan": (K, H)}[feedback]
    shapes = [(D, H), back, (H,), (H, K), (K,)]
    return sum(np.prod(shape) for shape in shapes)
""",
        "loops": """
import math

def step(x, h, W_xh, W_hh, b_h):
    new = np.empty_like(h)
    for k in range(len(x)):
        for j in range(len(b_h)):
            a = b_h[j]
            for d in range(x.shape[1]):
                a += x[k, d] * W_xh[d, j]
            for i in range(h.shape[1]):
                a += h[k, i] * W_hh[i, j]
            new[k, j] = math.tanh(a)
    return new


def parameters(D, H, K, feedback):
    total = 0
    for j in range(H):
        total += D + 1 + (K if feedback == "jordan" else H)
    for j in range(K):
        total += H + 1
    return total
""",
        "columns, by a sigmoid": """
from checker import sigmoid

def step(x, h, W_xh, W_hh, b_h):
    a = (W_xh.T @ x.T + W_hh.T @ h.T).T + b_h
    return 2 * sigmoid(2 * a) - 1
"""
        + COUNT,
    },
    "q3": {
        "logaddexp": """
def log_sigmoid(a):
    return -np.logaddexp(0.0, -a)
""",
        "where": """
def log_sigmoid(a):
    tail = np.log1p(np.exp(-abs(a)))
    return np.where(a < 0, a - tail, -tail)
""",
        "two masks": """
def log_sigmoid(a):
    found = np.empty(a.shape)
    low = a < 0
    found[low] = a[low] - np.log1p(np.exp(a[low]))
    found[~low] = -np.log1p(np.exp(-a[~low]))
    return found
""",
        "one number after the other": """
import math

def log_sigmoid(a):
    def one(s):
        return s - math.log1p(math.exp(s)) if s < 0 else -math.log1p(math.exp(-s))

    return np.array([one(s) for s in a.ravel()]).reshape(a.shape)
""",
    },
    "q4": {
        "an array to fill": """
def unroll(cell, xs, h0, mask):
    B, T, _ = xs.shape
    hs = np.zeros((B, T, h0.shape[1]))
    h = h0.copy()
    for t in range(T):
        m = mask[:, t : t + 1]
        h = m * cell(xs[:, t], h) + (1 - m) * h
        hs[:, t] = h
    return hs
""",
        "sequence by sequence": """
def unroll(cell, xs, h0, mask):
    rows = []
    for k in range(len(xs)):
        h, row = h0[k : k + 1], []
        for t in range(xs.shape[1]):
            if mask[k, t]:
                h = cell(xs[k : k + 1, t], h)
            row.append(h[0])
        rows.append(row)
    return np.array(rows)
""",
        "only the rows that are real": """
def unroll(cell, xs, h0, mask):
    h, hs = h0.copy(), []
    for t in range(xs.shape[1]):
        real = mask[:, t]
        if real.any():
            h[real] = cell(xs[real, t], h[real])
        hs.append(h.copy())
    return np.array(hs).transpose(1, 0, 2)
""",
        "by recursion": """
def unroll(cell, xs, h0, mask):
    if xs.shape[1] == 0:
        return np.zeros((len(xs), 0, h0.shape[1]))
    before = unroll(cell, xs[:, :-1], h0, mask[:, :-1])
    h = before[:, -1] if before.shape[1] else h0
    new = cell(xs[:, -1], h)
    last = h + mask[:, -1][:, None] * (new - h)
    return np.concatenate([before, last[:, None]], axis=1)
""",
    },
    "q5": {
        "repaired in place": """
def last_states(sequences, W_xh, W_hh, b_h):
    states = []
    for xs in sequences:
        h = np.zeros(len(b_h))
        for t in range(len(xs)):
            h[:] = np.tanh(xs[t] @ W_xh + h @ W_hh + b_h)
        states.append(h)
    return np.array(states)
""",
        "reset and copied": """
def last_states(sequences, W_xh, W_hh, b_h):
    states, h = [], np.zeros(len(b_h))
    for xs in sequences:
        h[:] = 0
        for t in range(0, len(xs)):
            h[:] = np.tanh(xs[t] @ W_xh + h @ W_hh + b_h)
        states.append(h.copy())
    return np.array(states)
""",
        "by rows of the result": """
def last_states(sequences, W_xh, W_hh, b_h):
    states = np.zeros((len(sequences), len(b_h)))
    for k, xs in enumerate(sequences):
        for a in xs @ W_xh + b_h:
            states[k] = np.tanh(a + states[k] @ W_hh)
    return states
""",
        "all at once, padded in front": """
def last_states(sequences, W_xh, W_hh, b_h):
    steps = max(len(xs) for xs in sequences)
    h = np.zeros((len(sequences), len(b_h)))
    for t in range(steps):
        for k, xs in enumerate(sequences):
            at = t - (steps - len(xs))
            if at >= 0:
                h[k] = np.tanh(xs[at] @ W_xh + h[k] @ W_hh + b_h)
    return h
""",
    },
}

SUM = "x @ W_xh + h @ W_hh + b_h"
TANH = "np.tanh(a)"
LAST_SUM = "np.tanh(x @ W_xh + h @ W_hh + b_h)"

WRONG = {
    # by hand
    "h3 without the bias": ("q1", [("-0.8097", "-0.8310")]),
    "h3 without the states": ("q1", [("-0.8097", "-0.8617")]),
    "h3 with the bias at the first step alone": ("q1", [("-0.8097", "-0.8252")]),
    "h3 before the tanh": ("q1", [("-0.8097", "-1.1261")]),
    "h3 with the sign lost": ("q1", [("-0.8097", "0.8097")]),
    "h3 to two decimals": ("q1", [("-0.8097", "-0.81")]),
    # the cell
    "no bias": ("q2", [(SUM, "x @ W_xh + h @ W_hh")]),
    "bias twice": ("q2", [(SUM, "(x @ W_xh + b_h) + (h @ W_hh + b_h)")]),
    "bias subtracted": ("q2", [(SUM, "x @ W_xh + h @ W_hh - b_h")]),
    "bias outside the tanh": ("q2", [(" + b_h", ""), (TANH, "np.tanh(a) + b_h")]),
    "no tanh": ("q2", [(TANH, "a")]),
    "tanh twice": ("q2", [(TANH, "np.tanh(np.tanh(a))")]),
    "a sigmoid for the tanh": ("q2", [(TANH, "1 / (1 + np.exp(-a))")]),
    "a ReLU for the tanh": ("q2", [(TANH, "np.maximum(a, 0)")]),
    "W_hh transposed": ("q2", [("h @ W_hh", "h @ W_hh.T")]),
    "columns in place of rows": ("q2", [(SUM, "W_xh @ x + W_hh @ h + b_h")]),
    "no state": ("q2", [(" + h @ W_hh", "")]),
    "no input": ("q2", [("x @ W_xh + ", "")]),
    "entries in place of a product": ("q2", [("h @ W_hh", "h * np.diag(W_hh)")]),
    "tanh of the parts": (
        "q2",
        [(TANH, "np.tanh(x @ W_xh) + np.tanh(h @ W_hh + b_h)")],
    ),
    "written into h": ("q2", [(f"return {TANH}", "h[...] = np.tanh(a)\n    return h")]),
    "the step prints nothing and returns nothing": ("q2", [(f"return {TANH}", TANH)]),
    "Elman and Jordan swapped": ("q2", [('== "elman"', '== "jordan"')]),
    "Jordan counted as Elman": ("q2", [('H if feedback == "elman" else K', "H")]),
    "Jordan feeds back K * K": (
        "q2",
        [("fed_back * H + H", "fed_back * fed_back + H")],
    ),
    "count without the cell's bias": ("q2", [("fed_back * H + H", "fed_back * H")]),
    "count without the read-out's bias": ("q2", [("H * K + K", "H * K")]),
    "count without the read-out": ("q2", [("cell + readout", "cell")]),
    "two biases, as in PyTorch": ("q2", [("fed_back * H + H", "fed_back * H + 2 * H")]),
    "four gates": ("q2", [("cell + readout", "4 * cell + readout")]),
    "a state for every output": ("q2", [("H * K + K", "H * K + H")]),
    # the logarithm of a sigmoid
    "as it stands": (
        "q3",
        [("np.minimum(a, 0.0) - np.log1p(small)", "np.log(1 / (1 + np.exp(-a)))")],
    ),
    "log1p, and it overflows": (
        "q3",
        [("np.minimum(a, 0.0) - np.log1p(small)", "-np.log1p(np.exp(-a))")],
    ),
    "the warning switched off": (
        "q3",
        [
            ("small =", "with np.errstate(all='ignore'):\n        small ="),
            ("np.exp(-np.abs(a))", "-np.log1p(np.exp(-a))"),
            ("np.minimum(a, 0.0) - np.log1p(small)", "small"),
        ],
    ),
    "a constant against log 0": (
        "q3",
        [
            (
                "np.minimum(a, 0.0) - np.log1p(small)",
                "np.log(0.5 * (1 + np.tanh(a / 2)) + 1e-12)",
            )
        ],
    ),
    "cut off at 30": (
        "q3",
        [
            ("np.exp(-np.abs(a))", "np.clip(a, -30, 30)"),
            ("np.minimum(a, 0.0) - np.log1p(small)", "-np.log1p(np.exp(-small))"),
        ],
    ),
    "log for log1p": ("q3", [("np.log1p(small)", "np.log(1 + small)")]),
    "the minimum forgotten": ("q3", [("np.minimum(a, 0.0) - ", "-")]),
    "maximum for minimum": ("q3", [("np.minimum", "np.maximum")]),
    "a plus for a minus": ("q3", [("0.0) - np", "0.0) + np")]),
    "no absolute value": ("q3", [("-np.abs(a)", "-a")]),
    "the sign of the exponent": ("q3", [("-np.abs(a)", "np.abs(a)")]),
    "the softplus": ("q3", [("np.minimum(a, 0.0) - ", "np.maximum(a, 0.0) + ")]),
    "the logarithm to base 2": ("q3", [("np.log1p(small)", "np.log2(1 + small)")]),
    "no logarithm": (
        "q3",
        [
            (
                "np.minimum(a, 0.0) - np.log1p(small)",
                "np.exp(np.minimum(a, 0)) / (1 + small)",
            )
        ],
    ),
    "the slope": (
        "q3",
        [
            (
                "np.minimum(a, 0.0) - np.log1p(small)",
                "1 - np.exp(np.minimum(a, 0)) / (1 + small)",
            )
        ],
    ),
    "one number for all": ("q3", [("np.log1p(small)", "np.log1p(small)[0, 0]")]),
    # unrolling
    "h0 ignored": ("q4", [("h, hs = h0, []", "h, hs = np.zeros_like(h0), []")]),
    "no mask": ("q4", [("np.where(mask[:, t, None], new, h)", "new")]),
    "mask inverted": ("q4", [("new, h)", "h, new)")]),
    "mask clears the state": ("q4", [("new, h)", "new, 0.0)")]),
    "padding goes back to h0": ("q4", [("new, h)", "new, h0)")]),
    "mask of the outputs alone": (
        "q4",
        [
            ("h = np.where(mask[:, t, None], new, h)", "h = new"),
            ("hs.append(h)", "hs.append(new * mask[:, t, None])"),
        ],
    ),
    "mask of the first sequence for all": ("q4", [("mask[:, t, None]", "mask[0, t]")]),
    "padding at the end alone": (
        "q4",
        [("mask[:, t, None]", "(t < mask.sum(axis=1))[:, None]")],
    ),
    "mask of the inputs": (
        "q4",
        [
            ("cell(xs[:, t], h)", "cell(xs[:, t] * mask[:, t, None], h)"),
            ("np.where(mask[:, t, None], new, h)", "new"),
        ],
    ),
    "time first": ("q4", [("axis=1", "axis=0")]),
    "units before time": ("q4", [("axis=1", "axis=2")]),
    "the last state alone": ("q4", [("np.stack(hs, axis=1)", "h")]),
    "the states before the steps": (
        "q4",
        [
            ("new = cell", "hs.append(h)\n        new = cell"),
            ("        hs.append(h)\n    return", "    return"),
        ],
    ),
    "state not carried on": ("q4", [("cell(xs[:, t], h)", "cell(xs[:, t], h0)")]),
    "backward in time": (
        "q4",
        [("range(xs.shape[1])", "reversed(range(xs.shape[1]))")],
    ),
    "the first step left out": (
        "q4",
        [("range(xs.shape[1])", "range(1, xs.shape[1])")],
    ),
    "batch taken for time": ("q4", [("range(xs.shape[1])", "range(xs.shape[0])")]),
    "the input of the step before": ("q4", [("xs[:, t]", "xs[:, t - 1]")]),
    "written into h0": (
        "q4",
        [
            (
                "h = np.where(mask[:, t, None], new, h)",
                "h[...] = np.where(mask[:, t, None], new, h)",
            ),
            ("hs.append(h)", "hs.append(h.copy())"),
        ],
    ),
    "one array for all steps": (
        "q4",
        [
            ("h, hs = h0, []", "h, hs = h0.copy(), []"),
            (
                "h = np.where(mask[:, t, None], new, h)",
                "h[...] = np.where(mask[:, t, None], new, h)",
            ),
        ],
    ),
    # the planted bugs
    "nothing repaired": (
        "q5",
        [
            (
                "states = []",
                "return faulty_last_states(sequences, W_xh, W_hh, b_h)\n    states = []",
            ),
        ],
    ),
    "state not reset between sequences": (
        "q5",
        [
            ("states = []", "states, h = [], np.zeros(len(b_h))"),
            ("        h = np.zeros(len(b_h))\n", ""),
        ],
    ),
    "state reset at every step": (
        "q5",
        [(LAST_SUM, "np.tanh(x @ W_xh + np.zeros(len(b_h)) @ W_hh + b_h)")],
    ),
    "one array for all sequences": (
        "q5",
        [
            ("states = []", "states, h = [], np.zeros(len(b_h))"),
            ("h = np.zeros(len(b_h))\n", "h[:] = 0\n"),
            ("h = np.tanh", "h[:] = np.tanh"),
        ],
    ),
    "the first input left out": ("q5", [("for x in xs:", "for x in xs[1:]:")]),
    "the last input left out": ("q5", [("for x in xs:", "for x in xs[:-1]:")]),
    "the last input alone": ("q5", [("for x in xs:", "for x in xs[-1:]:")]),
    "the sequence backward": ("q5", [("for x in xs:", "for x in xs[::-1]:")]),
    "the results backward": ("q5", [("np.array(states)", "np.array(states[::-1])")]),
    "the last sequence alone": ("q5", [("np.array(states)", "np.array([h])")]),
    "reset for new lengths alone": (
        "q5",
        [
            ("states = []", "states, steps = [], -1"),
            (
                "        h = np.zeros(len(b_h))\n",
                "        h = np.zeros(len(b_h)) if len(xs) != steps else h\n"
                "        steps = len(xs)\n",
            ),
        ],
    ),
    "every state collected": (
        "q5",
        [("        states.append(h)", "            states.append(h)")],
    ),
    "the longest length for all": (
        "q5",
        [
            (
                "for x in xs:",
                "for x in np.resize(xs, (max(map(len, sequences)), len(W_xh))):",
            )
        ],
    ),
    "bias lost in the repair": ("q5", [(" + b_h)", ")")]),
    "weights transposed in the repair": ("q5", [("h @ W_hh", "W_hh @ h")]),
    "a start of ones": ("q5", [("np.zeros(", "np.ones(")]),
    # predictions
    "the sign of the start ignored": (
        "q6",
        [('"c", "d", "a", "b"', '"b", "d", "a", "b"')],
    ),
    "above 1 it grows": ("q6", [('"c", "d", "a", "b"', '"e", "e", "a", "e"')]),
    "all of it fades": ("q6", [('"c", "d", "a", "b"', '"a", "a", "a", "a"')]),
    "a negative weight means a negative state": (
        "q6",
        [('"c", "d", "a", "b"', '"c", "c", "a", "b"')],
    ),
    "0.9 is enough to stay": ("q6", [('"c", "d", "a", "b"', '"c", "d", "b", "b"')]),
    "one letter short": ("q6", [('"c", "d", "a", "b"', '"c", "d", "a"')]),
}

WITH_LIB = """
from lib import SimpleRNN

def step(x, h, W_xh, W_hh, b_h):
    layer = SimpleRNN(len(W_xh), len(W_hh))
    for name, value in (("W_xh", W_xh), ("W_hh", W_hh), ("b_h", b_h)):
        layer.params[name] = value
    return layer.step(x, (h,))[0][0]

def parameters(D, H, K, feedback):
    return 5
"""

TAMPERING = {
    "the refusal removed": (
        "q2",
        "import sys\nsys.meta_path[:] = [f for f in sys.meta_path if type(f).__name__ != '_Refuse']"
        + WITH_LIB,
    ),
    "the refusal made to let all pass": (
        "q2",
        "import sys\ntype(sys.meta_path[0]).find_spec = lambda *_: None" + WITH_LIB,
    ),
    "the list of refused names emptied": (
        "q2",
        "import checker\nchecker.REFUSED = ()" + WITH_LIB,
    ),
    "check replaced": ("q4", "check = lambda *a, **k: None"),
    "the module's check replaced": (
        "q5",
        "import checker\nchecker.check = check = lambda *a, **k: None",
    ),
    "the canary silenced": (
        "q2",
        "import checker\nchecker.check = check = lambda *a, **k: None\n"
        "checker.canary = lambda: None",
    ),
    "NumPy's abs is zero": (
        "q3",
        "np.abs = lambda a: np.zeros(1)\nlog_sigmoid = lambda a: np.ones(np.shape(a))",
    ),
    "NumPy's asarray returns zeros": (
        "q4",
        "_old = np.asarray\nnp.asarray = lambda a, *_, **__: np.zeros(1)",
    ),
    "an object that equals everything": (
        "q5",
        "class Any(float):\n"
        "    __eq__ = __le__ = __lt__ = __ge__ = lambda *_: True\n"
        "    __sub__ = __rsub__ = lambda self, _: self\n"
        "last_states = lambda *_: [Any(), Any()]",
    ),
    "the process ends": ("q4", "import os\nunroll = lambda *_: os._exit(0)"),
    "leaves by SystemExit": ("q4", "def unroll(*_):\n    raise SystemExit(0)"),
    "runs forever": ("q5", "def last_states(*_):\n    while True:\n        pass"),
    "AssertionError is hidden": (
        "q6",
        "import builtins\nbuiltins.AssertionError = type('Quiet', (BaseException,), {})\n"
        "orbits = lambda: 'aaaa'",
    ),
}
