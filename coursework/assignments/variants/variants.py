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
# # Variants
#
# **You will be able to**
#
# - write the steps of a coupled LSTM, a peephole LSTM and a GRU, and say in which line each differs from the LSTM;
# - give the bound of a coupled cell state;
# - turn the weights of one convention of the GRU into those of the other, and tell this from the two forms of its reset gate, which no change of signs joins;
# - count the parameters of each, and repair a clockwork network.
#
# **Chapters needed**: *Let the gates see the cell state*, *Couple the input and the forget gate*, *Run the GRU*, *Run modules by a clock*.
#
# **Time**: 5 hours. **Points**: 30. The tests give 27 of them; a person reads the written answer of question 7 (3 points).
#
# **How to check.** Write your answer where `# YOUR CODE HERE` stands, delete the line that raises, and run the test cells below. A test that fails says what was compared and how far off it is, and gives a hint. It never shows the answer. After you hand in, more tests run: other numbers, the same questions. A warning counts as a failure.
#
# **What is refused.** `lib`, `torch`, `tensorflow`, `keras` and `jax` cannot be imported here. Write it yourself, with NumPy.
#
# Letters: **B** sequences in a batch, **T** time steps, **D** inputs, **H** hidden units. Arrays hold one example per row, as in the book. Parameters come as a dict `p`: `W_x.` is (D, H), `W_h.` is (H, H), `b_.` is (H,). `sigmoid` is given. No question needs your answer to another one.

# %% nbgrader={"grade": false, "grade_id": "setup", "locked": true, "schema_version": 3, "solution": false, "task": false}
import numpy as np
from checker import check, sigmoid

# %% [markdown] nbgrader={"grade": false, "grade_id": "q1_text", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ## Question 1: two conventions by hand, two limits in your head (4 points)
#
# **By hand.** One unit of a GRU starts with $h_0 = 0.4$. Its update gate and its candidate are given:
#
# | step | $z$ | $n$ |
# |---|---|---|
# | 1 | 0.75 | 0.8 |
# | 2 | 0.2 | −0.5 |
#
# `h_keep` returns $h_2$ if $z$ says how much is kept, `h_write` if the same $z$ says how much is written. Three decimals.
#
# **Predict before you run.** The candidate of a unit is 1 at every step, its forget gate always 0.9, its first cell state 0. After very many steps, what is the cell state
#
# - of a *coupled* LSTM (`coupled_limit`)?
# - of an LSTM whose input gate is always 0.5 (`lstm_limit`)?
#
# Write your predictions down first. Then run five lines of your own and see.


# %% nbgrader={"grade": false, "grade_id": "q1", "locked": false, "schema_version": 3, "solution": true, "task": false}
def h_keep():
    ### BEGIN SOLUTION
    h_1 = 0.75 * 0.4 + 0.25 * 0.8
    return 0.2 * h_1 + 0.8 * -0.5
    ### END SOLUTION


def h_write():
    ### BEGIN SOLUTION
    g_1 = 0.25 * 0.4 + 0.75 * 0.8
    return 0.8 * g_1 + 0.2 * -0.5
    ### END SOLUTION


def coupled_limit():
    ### BEGIN SOLUTION
    return 1.0
    ### END SOLUTION


def lstm_limit():
    ### BEGIN SOLUTION
    return 0.5 / (1 - 0.9)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "q1_keep", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
assert isinstance(h_keep(), (int, float, np.number)), "q1: h_keep returns one number"
assert -0.5 <= h_keep() <= 0.8, (
    "q1: h_keep lies between the old value and the candidates"
)
### BEGIN HIDDEN TESTS
import importlib

import checker

check = importlib.reload(checker).check
checker.canary()
check("q1: h_keep", h_keep(), -0.3, "z is the share of the old value", tolerance=3e-3)
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "q1_write", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
assert isinstance(h_write(), (int, float, np.number)), "q1: h_write returns one number"
assert -0.5 <= h_write() <= 0.8, (
    "q1: h_write lies between the old value and the candidates"
)
### BEGIN HIDDEN TESTS
import importlib

import checker

check = importlib.reload(checker).check
checker.canary()
check("q1: h_write", h_write(), 0.46, "z is the share of the candidate", tolerance=3e-3)
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "q1_coupled", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
assert isinstance(coupled_limit(), (int, float, np.number)), "q1: return one number"
### BEGIN HIDDEN TESTS
import importlib

import checker

check = importlib.reload(checker).check
checker.canary()
_hint = "how much does it write at each step?"
check("q1: the limit of the coupled LSTM", coupled_limit(), 1.0, _hint, tolerance=3e-3)
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "q1_lstm", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
assert isinstance(lstm_limit(), (int, float, np.number)), "q1: return one number"
### BEGIN HIDDEN TESTS
import importlib

import checker

check = importlib.reload(checker).check
checker.canary()
_hint = "at the limit a step loses as much as it writes"
check("q1: the limit of the LSTM", lstm_limit(), 5.0, _hint, tolerance=3e-3)
### END HIDDEN TESTS

# %% [markdown] nbgrader={"grade": false, "grade_id": "q2_text", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ## Question 2: coupled gates and their bound (5 points)
#
# An LSTM with coupled gates has no input gate: it writes the share that it does not keep. All else is as in the LSTM.
#
# **(a)** `coupled_step`: `x` (B, D), `h` and `c` (B, H); `p` has `W_xf`, `W_hf`, `b_f` and the same for `g` and `o`. Return the new hidden state and the new cell state. Leave the arrays that came in as they are.
#
# **(b)** `largest`: one unit starts at `c_0`, a number of any size, and its forget gate takes the values `gates`, a list, one after the other. Of its candidates you know only that they lie between −1 and 1. What is the largest $|c|$ that is possible after the last step?


# %% nbgrader={"grade": false, "grade_id": "q2", "locked": false, "schema_version": 3, "solution": true, "task": false}
def coupled_step(x, h, c, p):
    ### BEGIN SOLUTION
    f = sigmoid(x @ p["W_xf"] + h @ p["W_hf"] + p["b_f"])
    g = np.tanh(x @ p["W_xg"] + h @ p["W_hg"] + p["b_g"])
    o = sigmoid(x @ p["W_xo"] + h @ p["W_ho"] + p["b_o"])
    c_new = f * c + (1 - f) * g
    h_new = o * np.tanh(c_new)
    return h_new, c_new
    ### END SOLUTION


def largest(c_0, gates):
    ### BEGIN SOLUTION
    kept = np.prod(gates)
    return kept * abs(c_0) + (1 - kept)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "q2_shape", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
p = {
    f"{w}{k}": np.ones(s)
    for k in "fgo"
    for w, s in zip(("W_x", "W_h", "b_"), ((3, 4), (4, 4), 4))
}
h_new, c_new = coupled_step(np.ones((2, 3)), np.zeros((2, 4)), np.zeros((2, 4)), p)
check("q2: h_new", np.zeros(np.shape(h_new)), np.zeros((2, 4)), "B rows, H columns")
check("q2: c_new", np.zeros(np.shape(c_new)), np.zeros((2, 4)), "B rows, H columns")
### BEGIN HIDDEN TESTS
import importlib

import checker

check = importlib.reload(checker).check
checker.canary()
_p = {
    f"{w}{k}": np.ones(s)
    for k in "fgo"
    for w, s in zip(("W_x", "W_h", "b_"), ((2, 5), (5, 5), 5))
}
for _got in coupled_step(np.ones((3, 2)), np.ones((3, 5)), np.ones((3, 5)), _p):
    check(
        "q2: what came back",
        np.zeros(np.shape(_got)),
        np.zeros((3, 5)),
        "B rows, H columns",
    )
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "q2_value", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# One unit, all numbers different.
names = [f"W_x{k}" for k in "fgo"] + [f"W_h{k}" for k in "fgo"]
p = {name: np.array([[0.2 * k - 0.5]]) for k, name in enumerate(names)}
p |= {f"b_{k}": np.array([b]) for k, b in zip("fgo", (1.0, -0.4, -0.2))}
h_new, c_new = coupled_step(np.array([[0.5]]), np.array([[-0.6]]), np.array([[0.8]]), p)
check(
    "q2: c_new of one unit",
    c_new,
    [[0.32464911]],
    "what is kept and what is written add up to 1",
)
check(
    "q2: h_new of one unit", h_new, [[0.11477335]], "o lets through tanh of the new c"
)
### BEGIN HIDDEN TESTS
import importlib

import checker

check = importlib.reload(checker).check
checker.canary()
_rng = np.random.default_rng(21)
_x, _h, _c = (_rng.normal(size=_s) for _s in ((3, 2), (3, 4), (3, 4)))
_shapes = {"W_x": (2, 4), "W_h": (4, 4), "b_": 4}
_p = {w + k: _rng.normal(size=_s) for k in "fgo" for w, _s in _shapes.items()}
_a = {k: _x @ _p["W_x" + k] + _h @ _p["W_h" + k] + _p["b_" + k] for k in "fgo"}
_f = 1 / (1 + np.exp(-_a["f"]))
_c_want = np.tanh(_a["g"]) + _f * (_c - np.tanh(_a["g"]))
_before = [_x.copy(), _h.copy(), _c.copy()]
_h_got, _c_got = coupled_step(_x, _h, _c, _p)
check("q2: c_new on random numbers", _c_got, _c_want, "a weighted mean of c and g")
_h_want = np.tanh(_c_want) / (1 + np.exp(-_a["o"]))
check("q2: h_new on random numbers", _h_got, _h_want, "o times tanh of the new c")
for _name, _now, _was in zip("xhc", (_x, _h, _c), _before):
    check(f"q2: {_name} after the call", _now, _was, "change no array that came in")
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "q2_bound", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check("q2: largest, from 1", largest(1.0, [0.3, 0.9]), 1.0, "a mean of numbers up to 1")
check(
    "q2: largest, gates open",
    largest(-3.0, [1.0, 1.0]),
    3.0,
    "nothing is lost; what of the sign?",
)
### BEGIN HIDDEN TESTS
import importlib

import checker

check = importlib.reload(checker).check
checker.canary()
for _c_0, _gates in (
    (0.0, [0.9, 0.8, 0.5]),
    (-4.0, [0.7, 0.4]),
    (0.3, [0.6]),
    (2.5, [0.99] * 40),
):
    _most = abs(_c_0)
    for _gate in _gates:
        _most = _gate * _most + (1 - _gate) * 1.0
    check(
        "q2: largest",
        largest(_c_0, _gates),
        _most,
        "choose the worst candidate at each step",
    )
### END HIDDEN TESTS

# %% [markdown] nbgrader={"grade": false, "grade_id": "q3_text", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ## Question 3: peepholes (5 points)
#
# In a peephole LSTM each gate sees the cell state of its own unit, with one weight for each unit: `p_i`, `p_f`, `p_o`, of shape (H,). The weighted cell state is added to the gate's sum. The input and the forget gate see $C_{t-1}$. The output gate sees $C_t$. The candidate sees neither. `p` has the twelve arrays of an LSTM (`W_xi`, …, `b_o`) and these three. Return the new hidden state and the new cell state.


# %% nbgrader={"grade": false, "grade_id": "q3", "locked": false, "schema_version": 3, "solution": true, "task": false}
def peephole_step(x, h, c, p):
    ### BEGIN SOLUTION
    i = sigmoid(x @ p["W_xi"] + h @ p["W_hi"] + c * p["p_i"] + p["b_i"])
    f = sigmoid(x @ p["W_xf"] + h @ p["W_hf"] + c * p["p_f"] + p["b_f"])
    g = np.tanh(x @ p["W_xg"] + h @ p["W_hg"] + p["b_g"])
    c_new = f * c + i * g
    o = sigmoid(x @ p["W_xo"] + h @ p["W_ho"] + c_new * p["p_o"] + p["b_o"])
    h_new = o * np.tanh(c_new)
    return h_new, c_new
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "q3_zero", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# With peepholes of zero it is the LSTM.
names = [f"W_x{k}" for k in "ifgo"] + [f"W_h{k}" for k in "ifgo"]
p = {name: np.array([[0.1 * k - 0.3]]) for k, name in enumerate(names)}
p |= {f"b_{k}": np.array([b]) for k, b in zip("ifgo", (0.3, 1.0, -0.4, -0.2))}
p |= {f"p_{k}": np.zeros(1) for k in "ifo"}
h_new, c_new = peephole_step(
    np.array([[0.5]]), np.array([[-0.6]]), np.array([[0.8]]), p
)
check("q3: c_new without peepholes", c_new, [[0.25697028]], "write the LSTM first")
check("q3: h_new without peepholes", h_new, [[0.09850701]], "write the LSTM first")
### BEGIN HIDDEN TESTS
import importlib

import checker

check = importlib.reload(checker).check
checker.canary()
_rng = np.random.default_rng(31)
_x, _h, _c = (_rng.normal(size=_s) for _s in ((3, 2), (3, 4), (3, 4)))
_shapes = {"W_x": (2, 4), "W_h": (4, 4), "b_": 4}
_p = {w + k: _rng.normal(size=_s) for k in "ifgo" for w, _s in _shapes.items()}
_a = {k: _x @ _p["W_x" + k] + _h @ _p["W_h" + k] + _p["b_" + k] for k in "ifgo"}
_s = {k: 1 / (1 + np.exp(-_a[k])) for k in "ifo"}
_c_want = _s["f"] * _c + _s["i"] * np.tanh(_a["g"])
_h_got, _c_got = peephole_step(_x, _h, _c, _p | {f"p_{k}": np.zeros(4) for k in "ifo"})
check("q3: c_new without peepholes, random", _c_got, _c_want, "write the LSTM first")
check(
    "q3: h_new without peepholes, random",
    _h_got,
    _s["o"] * np.tanh(_c_want),
    "the LSTM",
)
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "q3_value", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false}
# Only peepholes: all weights and biases are zero.
names = [f"W_x{k}" for k in "ifgo"] + [f"W_h{k}" for k in "ifgo"]
p = {name: np.zeros((1, 1)) for name in names} | {f"b_{k}": np.zeros(1) for k in "ifgo"}
p |= {"p_i": np.array([1.0]), "p_f": np.array([-2.0]), "p_o": np.array([3.0])}
h_new, c_new = peephole_step(np.ones((1, 1)), np.ones((1, 1)), np.full((1, 1), 0.5), p)
check(
    "q3: c_new with peepholes alone",
    c_new,
    0.5 * sigmoid([[-1.0]]),
    "i and f see the old c",
)
check("q3: h_new with peepholes alone", h_new, [[0.08013374]], "which c does o see?")
### BEGIN HIDDEN TESTS
import importlib

import checker

check = importlib.reload(checker).check
checker.canary()
_rng = np.random.default_rng(32)
_x, _h, _c = (_rng.normal(size=_s) for _s in ((3, 2), (3, 4), (3, 4)))
_shapes = {"W_x": (2, 4), "W_h": (4, 4), "b_": 4, "p_": 4}
_p = {
    w + k: _rng.normal(size=_s)
    for k in "ifgo"
    for w, _s in _shapes.items()
    if w + k != "p_g"
}
_a = {k: _x @ _p["W_x" + k] + _h @ _p["W_h" + k] + _p["b_" + k] for k in "ifgo"}
_c_want = _c / (1 + np.exp(-_a["f"] - _p["p_f"] * _c))
_c_want += np.tanh(_a["g"]) / (1 + np.exp(-_a["i"] - _p["p_i"] * _c))
_h_want = np.tanh(_c_want) / (1 + np.exp(-_a["o"] - _p["p_o"] * _c_want))
_before = [_x.copy(), _h.copy(), _c.copy()]
_h_got, _c_got = peephole_step(_x, _h, _c, _p)
check("q3: c_new on random numbers", _c_got, _c_want, "which gates see the old c?")
check("q3: h_new on random numbers", _h_got, _h_want, "which gate sees the new c?")
for _name, _now, _was in zip("xhc", (_x, _h, _c), _before):
    check(f"q3: {_name} after the call", _now, _was, "change no array that came in")
### END HIDDEN TESTS

# %% [markdown] nbgrader={"grade": false, "grade_id": "q4_text", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ## Question 4: the GRU, with both resets (5 points)
#
# Write one step of the GRU in which $z$ *keeps*: $H_t = Z_t \odot H_{t-1} + (1 - Z_t) \odot N_t$. `p` has `W_xz`, `W_hz`, `b_z`, and the same for `r` and `n`.
#
# - With `reset_after=False` the reset gate works before the product: the candidate's sum is $X_t W_{xn} + (R_t \odot H_{t-1}) W_{hn} + b_n$.
# - With `reset_after=True` it works after the product: $X_t W_{xn} + b_n + R_t \odot (H_{t-1} W_{hn} + b_{hn})$. Then `p` also has `b_hn`.
#
# Return the new state, (B, H). Leave the arrays that came in as they are.


# %% nbgrader={"grade": false, "grade_id": "q4", "locked": false, "schema_version": 3, "solution": true, "task": false}
def gru_step(x, h, p, reset_after):
    ### BEGIN SOLUTION
    z = sigmoid(x @ p["W_xz"] + h @ p["W_hz"] + p["b_z"])
    r = sigmoid(x @ p["W_xr"] + h @ p["W_hr"] + p["b_r"])
    if reset_after:
        n = np.tanh(x @ p["W_xn"] + p["b_n"] + r * (h @ p["W_hn"] + p["b_hn"]))
    else:
        n = np.tanh(x @ p["W_xn"] + (r * h) @ p["W_hn"] + p["b_n"])
    return z * h + (1 - z) * n
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "q4_shape", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
p = {
    f"{w}{k}": np.ones(s)
    for k in "zrn"
    for w, s in zip(("W_x", "W_h", "b_"), ((3, 4), (4, 4), 4))
}
for reset_after in (False, True):
    h_new = gru_step(
        np.ones((2, 3)), np.zeros((2, 4)), p | {"b_hn": np.ones(4)}, reset_after
    )
    check(
        "q4: the state",
        np.zeros(np.shape(h_new)),
        np.zeros((2, 4)),
        "B rows, H columns",
    )
### BEGIN HIDDEN TESTS
import importlib

import checker

check = importlib.reload(checker).check
checker.canary()
_p = {
    f"{w}{k}": np.ones(s)
    for k in "zrn"
    for w, s in zip(("W_x", "W_h", "b_"), ((2, 5), (5, 5), 5))
}
_got = gru_step(np.ones((3, 2)), np.ones((3, 5)), _p, False)  # no b_hn in this form
check("q4: the state", np.zeros(np.shape(_got)), np.zeros((3, 5)), "B rows, H columns")
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "q4_before", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# Two units whose weights exchange them; one reset gate is nearly shut.
p = {name: np.zeros((1, 2)) for name in ("W_xz", "W_xr", "W_xn")}
p |= {
    "W_hz": np.zeros((2, 2)),
    "W_hr": np.zeros((2, 2)),
    "W_hn": np.array([[0.0, 1.0], [2.0, 0.0]]),
}
p |= {
    "b_z": np.array([0.5, -1.0]),
    "b_r": np.array([3.0, -3.0]),
    "b_n": np.array([0.1, -0.2]),
}
h_new = gru_step(np.zeros((1, 1)), np.array([[0.6, -0.9]]), p, False)
check(
    "q4: reset before the product",
    h_new,
    [[0.37899992, 0.01772847]],
    "whose gate closes whose way?",
)
### BEGIN HIDDEN TESTS
import importlib

import checker

check = importlib.reload(checker).check
checker.canary()
_rng = np.random.default_rng(41)
_x, _h = _rng.normal(size=(3, 2)), _rng.normal(size=(3, 4))
_shapes = {"W_x": (2, 4), "W_h": (4, 4), "b_": 4}
_p = {w + k: _rng.normal(size=_s) for k in "zrn" for w, _s in _shapes.items()}
_z = 1 / (1 + np.exp(-_x @ _p["W_xz"] - _h @ _p["W_hz"] - _p["b_z"]))
_r = 1 / (1 + np.exp(-_x @ _p["W_xr"] - _h @ _p["W_hr"] - _p["b_r"]))
_n = np.tanh(
    _x @ _p["W_xn"] + np.einsum("bm,bm,mj->bj", _r, _h, _p["W_hn"]) + _p["b_n"]
)
_h_was = _h.copy()
_got = gru_step(_x, _h, _p, False)
check(
    "q4: reset before, random numbers",
    _got,
    _n + _z * (_h - _n),
    "z keeps, 1 - z writes",
)
check("q4: h after the call", _h, _h_was, "change no array that came in")
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "q4_after", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# The same two units, and a second bias.
p = {name: np.zeros((1, 2)) for name in ("W_xz", "W_xr", "W_xn")}
p |= {
    "W_hz": np.zeros((2, 2)),
    "W_hr": np.zeros((2, 2)),
    "W_hn": np.array([[0.0, 1.0], [2.0, 0.0]]),
}
p |= {
    "b_z": np.array([0.5, -1.0]),
    "b_r": np.array([3.0, -3.0]),
    "b_n": np.array([0.1, -0.2]),
}
p |= {"b_hn": np.array([-0.4, 0.7])}
h_new = gru_step(np.zeros((1, 1)), np.array([[0.6, -0.9]]), p, True)
check(
    "q4: reset after the product",
    h_new,
    [[0.00963215, -0.34254622]],
    "what stands inside the bracket?",
)
### BEGIN HIDDEN TESTS
import importlib

import checker

check = importlib.reload(checker).check
checker.canary()
_rng = np.random.default_rng(42)
_x, _h = _rng.normal(size=(3, 2)), _rng.normal(size=(3, 4))
_shapes = {"W_x": (2, 4), "W_h": (4, 4), "b_": 4}
_p = {w + k: _rng.normal(size=_s) for k in "zrn" for w, _s in _shapes.items()}
_p["b_hn"] = _rng.normal(size=4)
_z = 1 / (1 + np.exp(-_x @ _p["W_xz"] - _h @ _p["W_hz"] - _p["b_z"]))
_r = 1 / (1 + np.exp(-_x @ _p["W_xr"] - _h @ _p["W_hr"] - _p["b_r"]))
_n = _x @ _p["W_xn"] + np.einsum("bj,bm,mj->bj", _r, _h, _p["W_hn"]) + _r * _p["b_hn"]
_n = np.tanh(_n + _p["b_n"])
_got = gru_step(_x, _h, _p, True)
check(
    "q4: reset after, random numbers",
    _got,
    _n + _z * (_h - _n),
    "r multiplies b_hn, too",
)
### END HIDDEN TESTS

# %% [markdown] nbgrader={"grade": false, "grade_id": "q5_text", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ## Question 5: from keep to write, and the count (4 points)
#
# **(a)** `p` holds the parameters of a GRU in which $z$ keeps. Return a dict with the same names for a GRU in which $z$ *writes*, $H_t = (1 - Z_t) \odot H_{t-1} + Z_t \odot N_t$, so that both compute the same states. Leave `p` and its arrays as they are.
#
# **(b)** How many parameters has a layer with `D` inputs and `H` units? `kind` is `"lstm"`, `"coupled"`, `"peephole"` (diagonal, on three gates), `"gru"` (reset before the product, one bias for each sum) or `"gru_after"` (reset after it: one bias more).


# %% nbgrader={"grade": false, "grade_id": "q5", "locked": false, "schema_version": 3, "solution": true, "task": false}
def to_write(p):
    ### BEGIN SOLUTION
    turned = ("W_xz", "W_hz", "b_z")
    return {name: -array if name in turned else array for name, array in p.items()}
    ### END SOLUTION


def count(kind, D, H):
    ### BEGIN SOLUTION
    sums = {"lstm": 4, "coupled": 3, "peephole": 4, "gru": 3, "gru_after": 3}[kind]
    more = {"peephole": 3 * H, "gru_after": H}.get(kind, 0)
    return sums * (D * H + H * H + H) + more
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "q5_signs", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
p = {"W_xz": np.array([[0.5]]), "W_hz": np.array([[-0.3]]), "b_z": np.array([2.0])}
p |= {"W_xr": np.array([[0.7]]), "W_hr": np.array([[0.4]]), "b_r": np.array([-1.0])}
p |= {"W_xn": np.array([[1.1]]), "W_hn": np.array([[-0.6]]), "b_n": np.array([0.2])}
q = to_write(p)
assert set(q) == set(p), "q5: return a dict with the same nine names"
for x, h in ((0.3, -0.8), (-2.0, 0.5)):
    keep = sigmoid(x * p["W_xz"] + h * p["W_hz"] + p["b_z"])
    write = sigmoid(x * q["W_xz"] + h * q["W_hz"] + q["b_z"])
    check(
        "q5: what the new gate writes",
        write,
        1 - keep,
        "which other sum gives the gate 1 - z?",
    )
### BEGIN HIDDEN TESTS
import importlib

import checker

check = importlib.reload(checker).check
checker.canary()
_rng = np.random.default_rng(51)
_p = {f"W_x{k}": _rng.normal(size=(2, 3)) for k in "zrn"}
_p |= {f"W_h{k}": _rng.normal(size=(3, 3)) for k in "zrn"}
_p |= {f"b_{k}": _rng.normal(size=3) for k in "zrn"}
_was = {_name: _array.copy() for _name, _array in _p.items()}
_q = to_write(_p)
for _name, _array in _was.items():
    check(f"q5: {_name} after the call", _p[_name], _array, "leave p as it is")
    if _name.endswith("z"):
        check(
            f"q5: {_name} for the write convention",
            _q[_name] + _array,
            0 * _array,
            "a sign",
        )
    else:
        check(
            f"q5: {_name} for the write convention",
            _q[_name],
            _array,
            "does it touch z?",
        )
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "q5_count", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check(
    "q5: a GRU with one input and one unit",
    count("gru", 1, 1),
    9,
    "how many sums? three numbers each",
)
check(
    "q5: an LSTM with one input and one unit", count("lstm", 1, 1), 12, "how many sums?"
)
### BEGIN HIDDEN TESTS
import importlib

import checker

check = importlib.reload(checker).check
checker.canary()
for _kind, _sums, _more in (
    ("lstm", 4, 0),
    ("coupled", 3, 0),
    ("peephole", 4, 3),
    ("gru", 3, 0),
    ("gru_after", 3, 1),
):
    _want = sum(5 * 7 + 7 * 7 + 7 for _ in range(_sums)) + 7 * _more
    check(
        f"q5: count of {_kind}",
        count(_kind, 5, 7),
        _want,
        "write down the shape of each array",
    )
### END HIDDEN TESTS

# %% [markdown] nbgrader={"grade": false, "grade_id": "q6_text", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ## Question 6: two faults in a clockwork network (4 points)
#
# The H units form modules of equal size, one for each entry of `periods`, which does not decrease. Steps are counted from 0. A module runs at the steps that its period divides; at the others it keeps its state. A module reads the modules that are **as slow as it is or slower**, itself among them. The rows of `W_hh` are *from*, its columns *to*; the entries that nobody reads count as 0.
#
# The function below has two faults. Its shapes are right, and it does not complain. Find them and write the function `clockwork` without them: it returns the hidden states (B, T, H) and the last one.


# %% nbgrader={"grade": false, "grade_id": "q6_given", "locked": true, "schema_version": 3, "solution": false, "task": false}
def faulty_clockwork(xs, h, W_xh, W_hh, b_h, periods):
    period = np.repeat(periods, h.shape[1] // len(periods))
    live = period[:, None] <= period[None, :]
    hs = []
    for t in range(xs.shape[1]):
        new = np.tanh(xs[:, t] @ W_xh + h @ (W_hh * live) + b_h)
        h = np.where((t + 1) % period == 0, new, h)
        hs.append(h)
    return np.stack(hs, axis=1), h


# %% nbgrader={"grade": false, "grade_id": "q6", "locked": false, "schema_version": 3, "solution": true, "task": false}
def clockwork(xs, h, W_xh, W_hh, b_h, periods):
    ### BEGIN SOLUTION
    period = np.repeat(periods, h.shape[1] // len(periods))
    live = period[:, None] >= period[None, :]
    hs = []
    for t in range(xs.shape[1]):
        new = np.tanh(xs[:, t] @ W_xh + h @ (W_hh * live) + b_h)
        h = np.where(t % period == 0, new, h)
        hs.append(h)
    return np.stack(hs, axis=1), h
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "q6_clock", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# No module reads another: the clock alone. Inputs that tell the steps apart.
xs = np.array([[[0.1], [0.2], [0.3], [0.4], [0.5]]])
hs, h = clockwork(
    xs, np.full((1, 2), 0.9), np.ones((1, 2)), np.zeros((2, 2)), np.zeros(2), [1, 3]
)
check("q6: hs", np.zeros(np.shape(hs)), np.zeros((1, 5, 2)), "B, T, H")
check(
    "q6: the module with period 1",
    hs[0, :, 0],
    np.tanh(xs[0, :, 0]),
    "it runs at each step",
)
check(
    "q6: the module with period 3 at step 0", hs[0, 0, 1], np.tanh(0.1), "3 divides 0"
)
### BEGIN HIDDEN TESTS
import importlib

import checker

check = importlib.reload(checker).check
checker.canary()
_rng = np.random.default_rng(61)
_xs, _h, _b = _rng.normal(size=(3, 7, 2)), _rng.normal(size=(3, 6)), _rng.normal(size=6)
_W_xh = _rng.normal(size=(2, 6))
_hs, _last = clockwork(_xs, _h, _W_xh, np.zeros((6, 6)), _b, [1, 2, 5])
for _t in range(7):
    for _j in range(6):
        _ran = _t - _t % (1, 1, 2, 2, 5, 5)[_j]  # the last step at which the unit ran
        _want = np.tanh(_xs[:, _ran] @ _W_xh[:, _j] + _b[_j])
        check(
            "q6: a unit that reads no other", _hs[:, _t, _j], _want, "when does it run?"
        )
check("q6: the last state, W_hh = 0", _last, _hs[:, -1], "that of the last step")
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "q6_value", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# At step 0 all modules run. The first unit has period 1, the second period 2.
W_hh = np.array([[0.0, 5.0], [-1.0, 0.0]])
hs, h = clockwork(
    np.zeros((1, 1, 1)),
    np.array([[0.3, 0.6]]),
    np.ones((1, 2)),
    W_hh,
    np.zeros(2),
    [1, 2],
)
check("q6: the fast unit reads the slow one", h[0, 0], np.tanh(-0.6), "rows are from")
check("q6: the slow unit does not read the fast one", h[0, 1], 0.0, "columns are to")
### BEGIN HIDDEN TESTS
import importlib

import checker

check = importlib.reload(checker).check
checker.canary()
_rng = np.random.default_rng(62)
_xs, _h, _b = _rng.normal(size=(3, 7, 2)), _rng.normal(size=(3, 6)), _rng.normal(size=6)
_W_xh, _W_hh = _rng.normal(size=(2, 6)), _rng.normal(size=(6, 6))
for _periods in ([1, 2, 5], [2, 3, 3]):
    _unit = [_periods[_j // 2] for _j in range(6)]
    _hs, _last = clockwork(_xs, _h, _W_xh, _W_hh, _b, _periods)
    _now = _h.copy()
    for _t in range(7):
        _old = _now.copy()
        for _j in range(6):
            if _t % _unit[_j] == 0:
                _sum = _xs[:, _t] @ _W_xh[:, _j] + _b[_j]
                _sum += sum(
                    _old[:, _m] * _W_hh[_m, _j]
                    for _m in range(6)
                    if _unit[_m] >= _unit[_j]
                )
                _now[:, _j] = np.tanh(_sum)
        check("q6: hs on random numbers", _hs[:, _t], _now, "there are two faults")
    check("q6: the last state", _last, _now, "that of the last step")
### END HIDDEN TESTS

# %% [markdown] nbgrader={"grade": false, "grade_id": "q7_text", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ## Question 7: which borders can weights cross? (3 points, read by a person)
#
# A colleague has trained a GRU with another library and wants to use its weights in yours. In 100 to 150 words: which two questions do you ask about its equations? For each, say whether weights can be converted if the answers differ, and why. Then name one thing that an LSTM can do and that neither a GRU nor an LSTM with coupled gates can, whatever their weights, and say why.

# %% [markdown] nbgrader={"grade": true, "grade_id": "q7", "locked": false, "points": 3, "schema_version": 3, "solution": true, "task": false}
# **For the grader.** One point for each part.
#
# 1. Does $z$ keep or write? Weights cross: $\sigma(-a) = 1 - \sigma(a)$, so $W_{xz}$, $W_{hz}$ and $b_z$ change their signs, and the function is the same.
# 2. Does the reset gate stand before or after the product with $W_{hn}$? In general weights do not cross: before the product each old unit is closed by its own gate on its way to all others, after it each new unit closes what reaches it. They agree if all entries of $r$ are equal or $W_{hn}$ is diagonal. (The order of the gates in stacked arrays and the number of biases are good questions, too, and both are solvable; they replace neither.)
# 3. Count without a bound. In both, what is kept and what is written add up to one, so the state is a weighted mean and stays between −1 and 1. An LSTM can keep all and write 1 at each step. Half a point for the task without the bound.
