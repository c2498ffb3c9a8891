# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown] nbgrader={"grade": false, "grade_id": "intro", "locked": true, "schema_version": 3, "solution": false, "task": false}
# # The LSTM, gate by gate
#
# **You will be able to**
#
# - compute the two states of an LSTM unit by hand, and say what each gate does to them;
# - write one step with its four sums, and run it over sequences of unequal length;
# - take one step backward;
# - turn a time span into a forget bias, and say what the LSTM does *not* avoid.
#
# **Chapters needed**: *Keep with the forget gate*, *Write with the input gate*, *Read with the output gate*, *Run the whole LSTM*.
#
# **Time**: 5 hours. **Points**: 30. The tests give 27 of them; a person reads the written answer of question 7 (3 points).
#
# **How to check.** Write your answer where `# YOUR CODE HERE` stands, delete the line that raises, and run the test cells below. A test that fails says what was compared and how far off it is, and gives a hint. It never shows the answer. After you hand in, more tests run: other numbers, the same questions. A warning counts as a failure.
#
# **What is refused.** `lib`, `torch`, `tensorflow`, `keras` and `jax` cannot be imported here. Write it yourself, with NumPy.
#
# Letters: **B** sequences in a batch, **T** time steps, **D** inputs, **H** hidden units. Arrays hold one example per row, as in the book. `sigmoid` is given. No question needs your answer to another one. The six equations:
#
# $$
# \begin{aligned}
# I_t &= \sigma(X_t W_{xi} + H_{t-1} W_{hi} + b_i) & F_t &= \sigma(X_t W_{xf} + H_{t-1} W_{hf} + b_f) \\
# G_t &= \tanh(X_t W_{xg} + H_{t-1} W_{hg} + b_g) & O_t &= \sigma(X_t W_{xo} + H_{t-1} W_{ho} + b_o) \\
# C_t &= F_t \odot C_{t-1} + I_t \odot G_t & H_t &= O_t \odot \tanh(C_t)
# \end{aligned}
# $$

# %% nbgrader={"grade": false, "grade_id": "setup", "locked": true, "schema_version": 3, "solution": false, "task": false}
import numpy as np
from checker import check, sigmoid

# %% [markdown] nbgrader={"grade": false, "grade_id": "q1_text", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ## Question 1: one unit by hand, then a shut gate (4 points)
#
# **By hand.** One unit starts with $c_0 = 0.5$. Its gates and its candidate are given:
#
# | step | $f$ | $i$ | $g$ | $o$ |
# |---|---|---|---|---|
# | 1 | 0.8 | 0.5 | 1.0 | 0.5 |
# | 2 | 0.5 | 0.25 | −0.8 | 0.9 |
#
# `c_2` and `h_2` return the two states after step 2, to three decimals.
#
# **Predict before you run.** Another unit has $c_0 = 1$. From step 1 on its gates are $f = 0.99$ and $i = 0$. Its output gate is $o = 0$ for 50 steps; at step 51 it is $o = 1$.
#
# `after_the_silence`: what is $h_{51}$? Return the number of your choice.
#
# 1. 0: for 50 steps nothing was let through, so nothing is left.
# 2. $\tanh(1) = 0.76$: a shut output gate protects the cell state.
# 3. $0.99 \tanh(1) = 0.75$: the cell state decays only at steps that show it.
# 4. $\tanh(0.99^{51}) = 0.54$: the output gate has no part in what is kept.
#
# `factor_of_the_way_back`: a loss looks at $h_{51}$ alone. On the direct way from $C_{51}$ to $C_0$, by what is its gradient multiplied?
#
# 1. By 0: every shut output gate cuts the way.
# 2. By $0.99^{51} = 0.60$.
# 3. By 1: where nothing is written, nothing is lost.
# 4. By $0.99^{51}$ and 51 slopes of $\tanh$.
#
# Write your predictions down first. Then run five lines of your own and see.


# %% nbgrader={"grade": false, "grade_id": "q1", "locked": false, "schema_version": 3, "solution": true, "task": false}
def c_2():
    ### BEGIN SOLUTION
    c_1 = 0.8 * 0.5 + 0.5 * 1.0
    return 0.5 * c_1 + 0.25 * -0.8
    ### END SOLUTION


def h_2():
    ### BEGIN SOLUTION
    return 0.9 * np.tanh(0.25)
    ### END SOLUTION


def after_the_silence():
    ### BEGIN SOLUTION
    return 4
    ### END SOLUTION


def factor_of_the_way_back():
    ### BEGIN SOLUTION
    return 2
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "q1_c", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
assert isinstance(c_2(), (int, float, np.number)), "q1: c_2 returns one number"
assert -2 < c_2() < 2, "q1: c_2 is far off. Hint: f is for the old, i for the new."
### BEGIN HIDDEN TESTS
import importlib

import checker

check = importlib.reload(checker).check
checker.canary()
check("q1: c_2", c_2(), 0.25, "find c_1 first; c_0 has a part in it", tolerance=3e-3)
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "q1_h", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
assert isinstance(h_2(), (int, float, np.number)), "q1: h_2 returns one number"
assert -0.9 < h_2() < 0.9, "q1: h_2 is too large. Hint: |h| is below o."
### BEGIN HIDDEN TESTS
import importlib

import checker

check = importlib.reload(checker).check
checker.canary()
check("q1: h_2", h_2(), 0.9 * np.tanh(0.25), "o times what?", tolerance=3e-3)
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "q1_silence", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
assert after_the_silence() in (1, 2, 3, 4), "q1: return 1, 2, 3 or 4"
### BEGIN HIDDEN TESTS
import importlib

import checker

check = importlib.reload(checker).check
checker.canary()
assert int(after_the_silence()) == 4, (
    "q1: not this h_51. Hint: in which equation stands o?"
)
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "q1_factor", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
assert factor_of_the_way_back() in (1, 2, 3, 4), "q1: return 1, 2, 3 or 4"
### BEGIN HIDDEN TESTS
import importlib

import checker

check = importlib.reload(checker).check
checker.canary()
_hint = "differentiate the equation of C_t by C_{t-1}, gates held fixed"
assert int(factor_of_the_way_back()) == 2, f"q1: not this factor. Hint: {_hint}"
### END HIDDEN TESTS

# %% [markdown] nbgrader={"grade": false, "grade_id": "q2_text", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ## Question 2: one step (5 points)
#
# Write the step. `x` is (B, D), `h` and `c` are (B, H). `p` is a dict with twelve arrays: `W_xi`, `W_xf`, `W_xg`, `W_xo` of shape (D, H), `W_hi`, … of shape (H, H), and `b_i`, … of shape (H,). Return the new hidden state and the new cell state, in this order. Leave the arrays that came in as they are.


# %% nbgrader={"grade": false, "grade_id": "q2", "locked": false, "schema_version": 3, "solution": true, "task": false}
def step(x, h, c, p):
    ### BEGIN SOLUTION
    i = sigmoid(x @ p["W_xi"] + h @ p["W_hi"] + p["b_i"])
    f = sigmoid(x @ p["W_xf"] + h @ p["W_hf"] + p["b_f"])
    g = np.tanh(x @ p["W_xg"] + h @ p["W_hg"] + p["b_g"])
    o = sigmoid(x @ p["W_xo"] + h @ p["W_ho"] + p["b_o"])
    c_new = f * c + i * g
    h_new = o * np.tanh(c_new)
    return h_new, c_new
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "q2_shape", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
p = {f"W_x{k}": np.ones((3, 4)) for k in "ifgo"}
p |= {f"W_h{k}": np.ones((4, 4)) for k in "ifgo"} | {
    f"b_{k}": np.ones(4) for k in "ifgo"
}
h_new, c_new = step(np.ones((2, 3)), np.zeros((2, 4)), np.zeros((2, 4)), p)
check("q2: h_new", np.zeros(np.shape(h_new)), np.zeros((2, 4)), "B rows, H columns")
check("q2: c_new", np.zeros(np.shape(c_new)), np.zeros((2, 4)), "B rows, H columns")
### BEGIN HIDDEN TESTS
import importlib

import checker

check = importlib.reload(checker).check
checker.canary()
p = {f"W_x{k}": np.ones((2, 5)) for k in "ifgo"}
p |= {f"W_h{k}": np.ones((5, 5)) for k in "ifgo"} | {
    f"b_{k}": np.ones(5) for k in "ifgo"
}
for _name, _got in zip(
    ("h", "c"), step(np.ones((3, 2)), np.ones((3, 5)), np.ones((3, 5)), p)
):
    check(
        f"q2: {_name}_new",
        np.zeros(np.shape(_got)),
        np.zeros((3, 5)),
        "B rows, H columns",
    )
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "q2_value", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false}
# One unit, all twelve numbers different.
names = [f"W_x{k}" for k in "ifgo"] + [f"W_h{k}" for k in "ifgo"]
p = {name: np.array([[0.1 * k - 0.3]]) for k, name in enumerate(names)}
p |= {f"b_{k}": np.array([b]) for k, b in zip("ifgo", (0.3, 1.0, -0.4, -0.2))}
h_new, c_new = step(np.array([[0.5]]), np.array([[-0.6]]), np.array([[0.8]]), p)
check("q2: c_new of one unit", c_new, [[0.25697028]], "f keeps c, i writes g")
check(
    "q2: h_new of one unit", h_new, [[0.09850701]], "o lets through tanh of the new c"
)
### BEGIN HIDDEN TESTS
import importlib

import checker

check = importlib.reload(checker).check
checker.canary()
_rng = np.random.default_rng(21)
_x, _h, _c = (_rng.normal(size=_shape) for _shape in ((3, 2), (3, 4), (3, 4)))
_p = {f"W_x{k}": _rng.normal(size=(2, 4)) for k in "ifgo"}
_p |= {f"W_h{k}": _rng.normal(size=(4, 4)) for k in "ifgo"}
_p |= {f"b_{k}": _rng.normal(size=4) for k in "ifgo"}
_a = {k: _x @ _p[f"W_x{k}"] + _h @ _p[f"W_h{k}"] + _p[f"b_{k}"] for k in "ifgo"}
_s = {k: 1 / (1 + np.exp(-_a[k])) for k in "ifo"}
_c_want = _s["f"] * _c + _s["i"] * np.tanh(_a["g"])
_before = [_x.copy(), _h.copy(), _c.copy()]
_h_got, _c_got = step(_x, _h, _c, _p)
_hint = "four sums, each with its own W_x, W_h and b; which of them is for what?"
check("q2: c_new on random numbers", _c_got, _c_want, _hint)
check("q2: h_new on random numbers", _h_got, _s["o"] * np.tanh(_c_want), _hint)
for _name, _now, _was in zip("xhc", (_x, _h, _c), _before):
    check(f"q2: {_name} after the call", _now, _was, "change no array that came in")
### END HIDDEN TESTS

# %% [markdown] nbgrader={"grade": false, "grade_id": "q3_text", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ## Question 3: from a time span to a bias (3 points)
#
# All weights of a forget gate are zero, so that its bias alone decides. Nothing is written. Which bias leaves the part `share` of the cell state after `steps` steps? With `share = 0.5`, `steps` is the half-life.


# %% nbgrader={"grade": false, "grade_id": "q3", "locked": false, "schema_version": 3, "solution": true, "task": false}
def bias_for(share, steps):
    ### BEGIN SOLUTION
    gate = share ** (1 / steps)
    return np.log(gate / (1 - gate))
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "q3_half", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
check("q3: half is left after 1 step", bias_for(0.5, 1), 0.0, "the gate is 0.5")
gate = sigmoid(bias_for(0.5, 20))
check(
    "q3: what a half-life of 20 leaves after 20 steps",
    gate**20,
    0.5,
    "find the gate first",
)
### BEGIN HIDDEN TESTS
import importlib

import checker

check = importlib.reload(checker).check
checker.canary()
for _n in (3, 70):
    _want = -np.log(2.0 ** (1 / _n) - 1)
    check("q3: a half-life", bias_for(0.5, _n), _want, "which bias gives the gate?")
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "q3_share", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
gate = sigmoid(bias_for(0.2, 7))
check(
    "q3: what is left after 7 steps, if 0.2 is asked",
    gate**7,
    0.2,
    "not every share is a half",
)
### BEGIN HIDDEN TESTS
import importlib

import checker

check = importlib.reload(checker).check
checker.canary()
for _share, _n in ((0.9, 4), (0.05, 30), (0.3, 1)):
    _want = -np.log(_share ** (-1 / _n) - 1)
    check(
        f"q3: the share {_share}", bias_for(_share, _n), _want, "gate ** steps = share"
    )
### END HIDDEN TESTS

# %% [markdown] nbgrader={"grade": false, "grade_id": "q4_text", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ## Question 4: over time, with a mask (5 points)
#
# Sequences of unequal length are padded to one length. Where `mask` is False a step is padding: **both** states are copied, so that the sequence is as if the step were not there. Padding may stand anywhere, also at the front.
#
# `scan` gets a function `step(x, h, c)` which returns the new `h` and the new `c`; `xs` (B, T, D); `mask` (B, T), bool; and the first states `h` and `c`, (B, H). Return the hidden states after every step as one array (B, T, H), then the last `h` and the last `c`. At a padded step the array holds the copied state.
#
# The step below is no LSTM. It stands in for one, so that you need not have answered question 2.


# %% nbgrader={"grade": false, "grade_id": "q4_given", "locked": true, "schema_version": 3, "solution": false, "task": false}
def stand_in(x, h, c):
    c_new = 0.7 * c + x.sum(axis=1, keepdims=True) - 0.3 * h
    return np.tanh(c_new) + 0.2 * h, c_new


# %% nbgrader={"grade": false, "grade_id": "q4", "locked": false, "schema_version": 3, "solution": true, "task": false}
def scan(step, xs, mask, h, c):
    ### BEGIN SOLUTION
    hs = []
    for t in range(xs.shape[1]):
        h_new, c_new = step(xs[:, t], h, c)
        live = mask[:, t, None]
        h = np.where(live, h_new, h)
        c = np.where(live, c_new, c)
        hs.append(h)
    return np.stack(hs, axis=1), h, c
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "q4_shape", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
hs, h, c = scan(
    stand_in, np.ones((3, 5, 2)), np.ones((3, 5), bool), *np.zeros((2, 3, 4))
)
check("q4: hs", np.zeros(np.shape(hs)), np.zeros((3, 5, 4)), "B, T, H")
check("q4: the last h", np.zeros(np.shape(h)), np.zeros((3, 4)), "B, H")
check("q4: the last c", np.zeros(np.shape(c)), np.zeros((3, 4)), "B, H")
### BEGIN HIDDEN TESTS
import importlib

import checker

check = importlib.reload(checker).check
checker.canary()
_out = scan(stand_in, np.ones((2, 6, 3)), np.ones((2, 6), bool), *np.zeros((2, 2, 5)))
for _got, _shape in zip(_out, ((2, 6, 5), (2, 5), (2, 5)), strict=True):
    check(
        "q4: what came back",
        np.zeros(np.shape(_got)),
        np.zeros(_shape),
        "hs is (B, T, H), h and c are (B, H)",
    )
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "q4_all", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
xs = np.array([[[0.5], [-1.0], [0.25]]])  # one sequence, three steps, nothing padded
hs, h, c = scan(
    stand_in, xs, np.ones((1, 3), bool), np.array([[0.4]]), np.array([[-0.8]])
)
check(
    "q4: the hidden states",
    hs[0, :, 0],
    [-0.09808087, -0.81888182, -0.42920403],
    "start from the h and c that came in",
)
check(
    "q4: the last c", c, [[-0.27193847]], "each step gets both states of the one before"
)
### BEGIN HIDDEN TESTS
import importlib

import checker

check = importlib.reload(checker).check
checker.canary()


def _own_step(x, h, c):
    return np.sin(c + h + x[:, :1]), 0.6 * c + h * x[:, 1:2] - 0.1


_rng = np.random.default_rng(41)
_xs, _h, _c = (_rng.normal(size=_shape) for _shape in ((3, 5, 2), (3, 4), (3, 4)))
_hs, _last_h, _last_c = scan(
    _own_step, _xs, np.ones((3, 5), bool), _h.copy(), _c.copy()
)
for _t in range(5):
    _h, _c = _own_step(_xs[:, _t], _h, _c)
    check("q4: hidden states, nothing padded", _hs[:, _t], _h, "step by step, in order")
check("q4: the last h, nothing padded", _last_h, _h, "that of the last step")
check("q4: the last c, nothing padded", _last_c, _c, "that of the last step")
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "q4_mask", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
# Padding at the end: the last states are those of the shorter sequence.
xs, mask = np.array([[[0.5], [-1.0], [9.0]]]), np.array([[True, True, False]])
hs, h, c = scan(stand_in, xs, mask, np.array([[0.4]]), np.array([[-0.8]]))
short = scan(stand_in, xs[:, :2], mask[:, :2], np.array([[0.4]]), np.array([[-0.8]]))
check("q4: the last h, padded at the end", h, short[1], "a padded step copies h")
check("q4: the last c, padded at the end", c, short[2], "a padded step copies c, too")
check("q4: hs at the padded step", hs[0, 2], hs[0, 1], "it holds the copied state")
### BEGIN HIDDEN TESTS
import importlib

import checker

check = importlib.reload(checker).check
checker.canary()


def _own_step(x, h, c):
    return np.sin(c + h + x[:, :1]), 0.6 * c + h * x[:, 1:2] - 0.1


_rng = np.random.default_rng(42)
_xs, _h, _c = (_rng.normal(size=_shape) for _shape in ((3, 5, 2), (3, 4), (3, 4)))
_mask = np.array([[1, 1, 0, 1, 0], [0, 1, 1, 1, 1], [1, 0, 0, 0, 1]], bool)
_h_before, _c_before = _h.copy(), _c.copy()
_hs, _last_h, _last_c = scan(_own_step, _xs, _mask, _h, _c)
check("q4: the h that came in", _h, _h_before, "change no array that came in")
check("q4: the c that came in", _c, _c_before, "change no array that came in")
for _b in range(3):
    _one_h, _one_c = _h[_b : _b + 1], _c[_b : _b + 1]
    for _t in range(5):
        if _mask[_b, _t]:
            _one_h, _one_c = _own_step(_xs[_b : _b + 1, _t], _one_h, _one_c)
        check(
            "q4: a row of hs, with padding",
            _hs[_b, _t],
            _one_h[0],
            "each row on its own",
        )
    check("q4: a row of the last h", _last_h[_b], _one_h[0], "copied where padded")
    check("q4: a row of the last c", _last_c[_b], _one_c[0], "copied where padded")
### END HIDDEN TESTS

# %% [markdown] nbgrader={"grade": false, "grade_id": "q5_text", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ## Question 5: one step backward (6 points)
#
# From the loss and from step $t+1$ arrive `dh` and `dc`, the gradients of $H_t$ and of $C_t$ as far as it goes on to step $t+1$. Find the gradients of what entered the step.
#
# `v` is a dict with the arrays of the step forward, all (B, H): the gates and the candidate `"i"`, `"f"`, `"g"`, `"o"`, and the cell states `"c_before"` ($C_{t-1}$) and `"c"` ($C_t$). `p` holds `W_hi`, `W_hf`, `W_hg`, `W_ho`, (H, H).
#
# Return a dict of six arrays (B, H): `"A_i"`, `"A_f"`, `"A_g"`, `"A_o"`, the gradients of the four sums (of what stands inside σ and tanh); `"c_before"`, that of $C_{t-1}$; `"h_before"`, that of $H_{t-1}$.


# %% nbgrader={"grade": false, "grade_id": "q5", "locked": false, "schema_version": 3, "solution": true, "task": false}
def step_backward(dh, dc, v, p):
    ### BEGIN SOLUTION
    i, f, g, o = v["i"], v["f"], v["g"], v["o"]
    shown = np.tanh(v["c"])
    dc = dc + dh * o * (1 - shown**2)
    d = {
        "A_i": dc * g * i * (1 - i),
        "A_f": dc * v["c_before"] * f * (1 - f),
        "A_g": dc * i * (1 - g**2),
        "A_o": dh * shown * o * (1 - o),
        "c_before": dc * f,
    }
    d["h_before"] = (
        d["A_i"] @ p["W_hi"].T
        + d["A_f"] @ p["W_hf"].T
        + d["A_g"] @ p["W_hg"].T
        + d["A_o"] @ p["W_ho"].T
    )
    return d
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "q5_shape", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
v = {key: np.full((2, 3), 0.5) for key in ("i", "f", "g", "o", "c_before", "c")}
p = {f"W_h{k}": np.ones((3, 3)) for k in "ifgo"}
d = step_backward(np.ones((2, 3)), np.ones((2, 3)), v, p)
for key in ("A_i", "A_f", "A_g", "A_o", "c_before", "h_before"):
    check(
        f"q5: {key}",
        np.zeros(np.shape(d[key])),
        np.zeros((2, 3)),
        "as what it is the gradient of",
    )
### BEGIN HIDDEN TESTS
import importlib

import checker

check = importlib.reload(checker).check
checker.canary()
_v = {key: np.full((4, 5), 0.5) for key in ("i", "f", "g", "o", "c_before", "c")}
_p = {f"W_h{k}": np.ones((5, 5)) for k in "ifgo"}
_d = step_backward(np.ones((4, 5)), np.ones((4, 5)), _v, _p)
for _key in ("A_i", "A_f", "A_g", "A_o", "c_before", "h_before"):
    check(
        f"q5: {_key}",
        np.zeros(np.shape(_d[_key])),
        np.zeros((4, 5)),
        "B rows, H columns",
    )
### END HIDDEN TESTS


# %% nbgrader={"grade": true, "grade_id": "q5_sums", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
# One unit: finite differences of dh * h + dc * c say what is right.
def one_unit(a_i, a_f, a_g, a_o, c_before):
    c = sigmoid(a_f) * c_before + sigmoid(a_i) * np.tanh(a_g)
    return sigmoid(a_o) * np.tanh(c), c


sums, c_before = np.array([0.3, 1.1, -0.7, 0.4]), 0.9
v = {k: np.array([[sigmoid(a)]]) for k, a in zip("ifgo", sums)}
v |= {"g": np.array([[np.tanh(sums[2])]]), "c_before": np.array([[c_before]])}
v |= {"c": np.array([[one_unit(*sums, c_before)[1]]])}
p = {f"W_h{k}": np.array([[w]]) for k, w in zip("ifgo", (0.5, -0.3, 0.8, 1.2))}
d = step_backward(np.array([[0.6]]), np.array([[-0.2]]), v, p)
hints = "what was i multiplied with?", "which cell state did f multiply?"
hints += "the slope of tanh is 1 - tanh**2", "o does not reach h through c"
hints += ("C_t is used twice, in H_t and at t + 1: add up both first",)
for k in (4, 0, 1, 2, 3):
    up, down = (
        np.array([*sums, c_before]) + s * 1e-6 * (np.arange(5) == k) for s in (1, -1)
    )
    change = (np.array(one_unit(*up)) - np.array(one_unit(*down))) / 2e-6
    key = ("A_i", "A_f", "A_g", "A_o", "c_before")[k]
    check(
        f"q5: {key} of one unit",
        d[key][0, 0],
        0.6 * change[0] - 0.2 * change[1],
        hints[k],
    )
### BEGIN HIDDEN TESTS
import importlib

import checker

check = importlib.reload(checker).check
checker.canary()


def _forward(sums, c_before):
    i, f, o = (1 / (1 + np.exp(-a)) for a in (sums[0], sums[1], sums[3]))
    g = np.tanh(sums[2])
    c = f * c_before + i * g
    return {"i": i, "f": f, "g": g, "o": o, "c_before": c_before, "c": c}


_rng = np.random.default_rng(51)
_sums, _c, _dh, _dc = (
    _rng.normal(size=_s) for _s in ((4, 3, 2), (3, 2), (3, 2), (3, 2))
)
_p = {f"W_h{k}": _rng.normal(size=(2, 2)) for k in "ifgo"}


def _loss(sums, c_before):
    v = _forward(sums, c_before)
    return np.sum(_dh * v["o"] * np.tanh(v["c"]) + _dc * v["c"])


_all = np.concatenate([_sums, _c[None]])
_want = np.zeros_like(_all)
for _where in np.ndindex(*_all.shape):
    _up, _down = _all.copy(), _all.copy()
    _up[_where] += 1e-5
    _down[_where] -= 1e-5
    _want[_where] = (_loss(_up[:4], _up[4]) - _loss(_down[:4], _down[4])) / 2e-5
_d = step_backward(_dh, _dc, _forward(_sums, _c), _p)
for _key, _right in zip(("A_i", "A_f", "A_g", "A_o", "c_before"), _want):
    check(
        f"q5: {_key} against finite differences", _d[_key], _right, "first sum up dC_t"
    )
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "q5_state", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# The way to H_{t-1}, for your own gradients of the sums.
rng = np.random.default_rng(5)
v = {
    key: rng.uniform(0.1, 0.9, (3, 2)) for key in ("i", "f", "g", "o", "c_before", "c")
}
p = {f"W_h{k}": np.zeros((2, 2)) for k in "ifgo"}
d = step_backward(np.ones((3, 2)), np.ones((3, 2)), v, p)
check(
    "q5: h_before if all W_h are zero",
    d["h_before"],
    np.zeros((3, 2)),
    "only through the sums",
)
p["W_hg"] = np.eye(2)
d = step_backward(np.ones((3, 2)), np.ones((3, 2)), v, p)
check(
    "q5: h_before if h is read by g alone",
    d["h_before"],
    d["A_g"],
    "one term for each sum",
)
### BEGIN HIDDEN TESTS
import importlib

import checker

check = importlib.reload(checker).check
checker.canary()
_rng = np.random.default_rng(52)
_v = {
    _key: _rng.uniform(0.1, 0.9, (3, 2))
    for _key in ("i", "f", "g", "o", "c_before", "c")
}
_p = {f"W_h{k}": _rng.normal(size=(2, 2)) for k in "ifgo"}
_dh, _dc = _rng.normal(size=(2, 3, 2))
_d = step_backward(_dh, _dc, _v, _p)
for _b in range(3):
    for _j in range(2):
        _want = sum(
            _d[f"A_{k}"][_b, m] * _p[f"W_h{k}"][_j, m] for k in "ifgo" for m in range(2)
        )
        _hint = "A = H W; the gradient goes back through the transposed matrix"
        check("q5: h_before, from your own A_k", _d["h_before"][_b, _j], _want, _hint)
### END HIDDEN TESTS

# %% [markdown] nbgrader={"grade": false, "grade_id": "q6_text", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ## Question 6: two faults (4 points)
#
# The four sums can come from one product. `W` is (D + H, 4H): the first D rows are for the input, the others for the hidden state; its columns are four blocks for i, f, g, o, **in this order**. `b` is (4H,), in the same order.
#
# The function below runs such a layer over `xs` (B, T, D). It has two faults. Its shapes are right, and it does not complain. Find them and write the function `run` without them.


# %% nbgrader={"grade": false, "grade_id": "q6_given", "locked": true, "schema_version": 3, "solution": false, "task": false}
def faulty_run(xs, h, c, W, b):
    hs = []
    for t in range(xs.shape[1]):
        sums = np.hstack([xs[:, t], h]) @ W + b
        i, f, o, g = np.split(sums, 4, axis=1)
        c = c + sigmoid(i) * np.tanh(g)
        c = sigmoid(f) * c
        h = sigmoid(o) * np.tanh(c)
        hs.append(h)
    return np.stack(hs, axis=1), h, c


# %% nbgrader={"grade": false, "grade_id": "q6", "locked": false, "schema_version": 3, "solution": true, "task": false}
def run(xs, h, c, W, b):
    ### BEGIN SOLUTION
    hs = []
    for t in range(xs.shape[1]):
        sums = np.hstack([xs[:, t], h]) @ W + b
        i, f, g, o = np.split(sums, 4, axis=1)
        c = sigmoid(f) * c
        c = c + sigmoid(i) * np.tanh(g)
        h = sigmoid(o) * np.tanh(c)
        hs.append(h)
    return np.stack(hs, axis=1), h, c
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "q6_open", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# Forget gates wide open. One unit; only g reads the input.
W, b = np.zeros((2, 4)), np.array([0.0, 40.0, 0.2, -1.0])
W[0, 2] = 1.5
hs, h, c = run(np.array([[[1.0], [-0.5]]]), np.zeros((1, 1)), np.zeros((1, 1)), W, b)
check(
    "q6: the last c, forget gates open",
    c,
    [[0.21744443]],
    "which columns of W are whose?",
)
### BEGIN HIDDEN TESTS
import importlib

import checker

check = importlib.reload(checker).check
checker.canary()
_rng = np.random.default_rng(61)
_xs, _h, _c = (_rng.normal(size=_s) for _s in ((3, 5, 2), (3, 4), (3, 4)))
_W, _b = _rng.normal(size=(6, 16)), _rng.normal(size=16)
_b[4:8] = 60.0
_hs, _h_got, _c_got = run(_xs, _h, _c, _W, _b)
for _t in range(5):
    _a = _xs[:, _t] @ _W[:2] + _h @ _W[2:] + _b
    _c = _c + np.tanh(_a[:, 8:12]) / (1 + np.exp(-_a[:, :4]))
    _h = np.tanh(_c) / (1 + np.exp(-_a[:, 12:]))
    check("q6: hs, forget gates open", _hs[:, _t], _h, "which block is g, which is o?")
check("q6: the last h, forget gates open", _h_got, _h, "that of the last step")
check("q6: the last c, forget gates open", _c_got, _c, "that of the last step")
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "q6_shut", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# Forget gates shut: only what this step writes is there.
W, b = np.zeros((2, 4)), np.array([0.4, -40.0, 0.6, 0.6])
hs, h, c = run(np.ones((1, 2, 1)), np.zeros((1, 1)), np.ones((1, 1)), W, b)
hint = "does a gate that forgets everything also forget what was just written?"
check("q6: the last c, forget gates shut", c, sigmoid(0.4) * np.tanh([[0.6]]), hint)
### BEGIN HIDDEN TESTS
import importlib

import checker

check = importlib.reload(checker).check
checker.canary()
_rng = np.random.default_rng(62)
_xs, _h, _c = (_rng.normal(size=_s) for _s in ((3, 5, 2), (3, 4), (3, 4)))
_W, _b = _rng.normal(size=(6, 16)), _rng.normal(size=16)
_b[4:8] = -60.0
_W[:, 12:], _b[12:] = (
    _W[:, 8:12],
    _b[8:12],
)  # g and o alike: their order is not asked here
_hs, _h_got, _c_got = run(_xs, _h, _c, _W, _b)
for _t in range(5):
    _a = _xs[:, _t] @ _W[:2] + _h @ _W[2:] + _b
    _c = np.tanh(_a[:, 8:12]) / (1 + np.exp(-_a[:, :4]))
    _h = np.tanh(_c) / (1 + np.exp(-_a[:, 12:]))
    check("q6: hs, forget gates shut", _hs[:, _t], _h, "forget the old, then write")
check("q6: the last h, forget gates shut", _h_got, _h, "that of the last step")
check("q6: the last c, forget gates shut", _c_got, _c, "that of the last step")
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "q6_value", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
xs = np.sin(np.arange(30.0)).reshape(2, 5, 3)
W, b = np.cos(np.arange(56.0)).reshape(7, 8)[:5], np.linspace(-1, 1, 8)
hs, h, c = run(xs, np.full((2, 2), 0.3), np.full((2, 2), -0.4), W, b)
check("q6: hs", np.zeros(np.shape(hs)), np.zeros((2, 5, 2)), "B, T, H")
check(
    "q6: the last h",
    h,
    [[-0.04487341, 0.12016052], [-0.29118408, 0.35146118]],
    "there are two faults",
)
### BEGIN HIDDEN TESTS
import importlib

import checker

check = importlib.reload(checker).check
checker.canary()
_rng = np.random.default_rng(63)
_xs, _h, _c = (_rng.normal(size=_s) for _s in ((3, 5, 2), (3, 4), (3, 4)))
_W, _b = _rng.normal(size=(6, 16)), _rng.normal(size=16)
_hs, _h_got, _c_got = run(_xs, _h, _c, _W, _b)
for _t in range(5):
    _a = _xs[:, _t] @ _W[:2] + _h @ _W[2:] + _b
    _c = _c / (1 + np.exp(-_a[:, 4:8])) + np.tanh(_a[:, 8:12]) / (
        1 + np.exp(-_a[:, :4])
    )
    _h = np.tanh(_c) / (1 + np.exp(-_a[:, 12:]))
    check("q6: hs on random numbers", _hs[:, _t], _h, "there are two faults")
check("q6: the last h on random numbers", _h_got, _h, "that of the last step")
check("q6: the last c on random numbers", _c_got, _c, "that of the last step")
### END HIDDEN TESTS

# %% [markdown] nbgrader={"grade": false, "grade_id": "q7_text", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ## Question 7: what the LSTM does not avoid (3 points, read by a person)
#
# "The LSTM avoids the vanishing gradient." Say in 100 to 150 words what is right about this sentence and what is not. Use a number: how much is left on the direct way along the cell state after 100 steps with a forget gate of 0.9? Tell the direct gradient from the total one, and say whether the total one can still explode.

# %% [markdown] nbgrader={"grade": true, "grade_id": "q7", "locked": false, "points": 3, "schema_version": 3, "solution": true, "task": false}
# **For the grader.** # Right: on the direct way from $C_t$ to $C_{t-1}$ a gradient is multiplied by the forget gate alone, without a matrix and without the slope of a squashing function (1 point). Not avoided: the product of the gates still decays; with 0.9 it is $0.9^{100} = 2.7 \cdot 10^{-5}$ after 100 steps. What is new is that the factor is computed by the network, so that training can move it toward 1 where a task needs that (1 point). The total gradient has further ways, from $C_{t-1}$ over $H_{t-1}$ and the four sums of step $t$, and those go through the matrices $W_{hi}, …, W_{ho}$. So it can be larger than the direct one, and it can explode; clipping is still needed (1 point).
