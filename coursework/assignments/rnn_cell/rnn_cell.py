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

# %% [markdown]
# # The RNN cell and activations
#
# **You will be able to**
#
# - compute three steps of a recurrent unit on paper;
# - write one step of the cell, and count its parameters and those of Jordan's network;
# - write a function of the sigmoid that is right for inputs of any size;
# - unroll a cell over a batch of padded sequences, and find out why a state is wrong.
#
# **Chapters needed**: *Set up a sequence task*, *Build the RNN cell*, *Choose an activation function*.
#
# **Time**: 3 hours. **Points**: 25. The tests give 22 of them; a person reads the written answer of question 7 (3 points).
#
# **How to check.** Write your answer where `# YOUR CODE HERE` stands, delete the line that raises, and run the test cells below. A test that fails says what was compared and how far off it is, and gives a hint. It never shows the answer. After you hand in, more tests run: other numbers, the same questions. A warning counts as a failure.
#
# **What is refused.** `lib`, `torch`, `tensorflow`, `keras` and `jax` cannot be imported here. Write it yourself, with NumPy.
#
# Letters: **B** sequences in a batch, **T** time steps, **D** inputs, **H** hidden units, **K** outputs. Arrays hold one example per row, as in the book: $A_t = X_t W_{xh} + H_{t-1} W_{hh} + b_h$ and $H_t = \tanh(A_t)$. No question needs your answer to another one.

# %%
import numpy as np
from checker import check

# %% [markdown] nbgrader={"grade": false, "grade_id": "q1_text", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ## Question 1: three steps by hand (2 points)
#
# A recurrent unit has $w_x = 0.7$, $w_h = -0.6$ and $b = 0.1$. It starts at $h_0 = 0$ and reads $x_1 = 1$, $x_2 = 0$, $x_3 = -2$. What is $h_3$? Use paper and a calculator. Return one number, rounded to four decimals.


# %% nbgrader={"grade": false, "grade_id": "q1", "locked": false, "schema_version": 3, "solution": true, "task": false}
def h3():
    ### BEGIN SOLUTION
    return -0.8097
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "q1_value", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
_h = h3()
check("q1: is h_3 between -1 and 1", -1 < _h < 1, True, hint="it comes out of a tanh")
### BEGIN HIDDEN TESTS
import importlib

import checker

check = importlib.reload(checker).check
checker.canary()
_hint = "write down the sum before the tanh at each step; w_h and b enter every sum"
check("q1: h_3", _h, -0.809673, hint=_hint, tolerance=2e-4)
### END HIDDEN TESTS

# %% [markdown] nbgrader={"grade": false, "grade_id": "q2_text", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ## Question 2: the cell and its size (5 points)
#
# **(a)** Write one step of the cell. `x` has shape (B, D), `h` holds the states before the step and has shape (B, H). Return the states after it. Leave `x` and `h` as they are.
#
# **(b)** Put a read-out with K outputs on top: $Y_t = H_t W_{hy} + b_y$. In Elman's network the states before the step enter the sum, as in (a). In Jordan's network the *outputs* of the step before enter it, in place of the states: $A_t = X_t W_{xh} + Y_{t-1} W_{yh} + b_h$. Write a function that counts all parameters of the network, read-out included. `feedback` is `"elman"` or `"jordan"`.


# %% nbgrader={"grade": false, "grade_id": "q2", "locked": false, "schema_version": 3, "solution": true, "task": false}
def step(x, h, W_xh, W_hh, b_h):
    ### BEGIN SOLUTION
    a = x @ W_xh + h @ W_hh + b_h
    return np.tanh(a)
    ### END SOLUTION


def parameters(D, H, K, feedback):
    ### BEGIN SOLUTION
    fed_back = H if feedback == "elman" else K
    cell = D * H + fed_back * H + H
    readout = H * K + K
    return cell + readout
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "q2_shape", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
_got = step(
    np.ones((2, 5)), np.ones((2, 3)), np.zeros((5, 3)), np.zeros((3, 3)), np.zeros(3)
)
_hint = "the result has one row per sequence and one column per unit; tanh(0) is 0"
check("q2: a step with all weights zero", _got, np.zeros((2, 3)), hint=_hint)
### BEGIN HIDDEN TESTS
import importlib

import checker

check = importlib.reload(checker).check
checker.canary()
_got = step(
    np.ones((4, 2)), np.ones((4, 6)), np.zeros((2, 6)), np.zeros((6, 6)), np.zeros(6)
)
check("q2: a step with all weights zero, other sizes", _got, np.zeros((4, 6)), _hint)
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "q2_value", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
_got = step(
    np.array([[1.0]]),
    np.array([[0.5]]),
    np.array([[2.0]]),
    np.array([[-1.0]]),
    np.array([0.5]),
)
_hint = "the sum here is 2 * 1 - 1 * 0.5 + 0.5"
check("q2: a step of one unit", _got, [[np.tanh(2.0)]], hint=_hint)
### BEGIN HIDDEN TESTS
import importlib

import checker

check = importlib.reload(checker).check
checker.canary()
_rng = np.random.default_rng(12)
_x, _h = _rng.normal(size=(5, 3)), _rng.uniform(-1, 1, (5, 4))
_wx, _wh, _b = _rng.normal(size=(3, 4)), _rng.normal(size=(4, 4)), _rng.normal(size=4)
_x_before, _h_before = _x.copy(), _h.copy()
_got = step(_x, _h, _wx, _wh, _b)
_sum = np.einsum("bd,dh->bh", _x_before, _wx) + np.einsum("bg,gh->bh", _h_before, _wh)
_hint = "compare with the equation term by term: input, state, bias, tanh"
check("q2: a step on random numbers", _got, np.tanh(_sum + _b), hint=_hint)
check("q2: x after the step", _x, _x_before, hint="do not write into x")
check("q2: h after the step", _h, _h_before, hint="return a new array")
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "q2_count", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
for _name in ("elman", "jordan"):
    _hint = "three weights and two biases"
    check(
        f"q2: one input, one unit, one output, {_name}",
        parameters(1, 1, 1, _name),
        5,
        _hint,
    )
### BEGIN HIDDEN TESTS
import importlib

import checker

check = importlib.reload(checker).check
checker.canary()
_hint = "write the shape of each of the five arrays, then multiply"
check("q2: the parameters of an Elman network", parameters(3, 4, 2, "elman"), 42, _hint)
check(
    "q2: the parameters of a Jordan network", parameters(3, 4, 2, "jordan"), 34, _hint
)
check("q2: Elman with more outputs", parameters(2, 3, 7, "elman"), 46, _hint)
check("q2: Jordan with more outputs", parameters(2, 3, 7, "jordan"), 58, _hint)
### END HIDDEN TESTS

# %% [markdown] nbgrader={"grade": false, "grade_id": "q3_text", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ## Question 3: the logarithm of a sigmoid (4 points)
#
# The loss of a yes-or-no output is built from $\log \sigma(a)$ with $\sigma(a) = 1 / (1 + e^{-a})$. Typed as it stands, it fails: for $a = -1000$ the exponential overflows, and for $a = 40$ the sigmoid rounds to 1 and its logarithm to 0, where $-4.2 \cdot 10^{-18}$ is right.
#
# Write a function that returns $\log \sigma(a)$ for an array `a` of any shape, with no warning and no infinity, and right to many digits for large positive `a` too. Two hints: an exponential of a negative number cannot overflow; `np.log1p(s)` is $\log(1 + s)$ without the rounding.


# %% nbgrader={"grade": false, "grade_id": "q3", "locked": false, "schema_version": 3, "solution": true, "task": false}
def log_sigmoid(a):
    ### BEGIN SOLUTION
    small = np.exp(-np.abs(a))
    return np.minimum(a, 0.0) - np.log1p(small)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "q3_value", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
_hint = "the sigmoid of 0 is one half"
check("q3: at 0", log_sigmoid(np.zeros((2, 3))), np.full((2, 3), -np.log(2.0)), _hint)
### BEGIN HIDDEN TESTS
import importlib

import checker

check = importlib.reload(checker).check
checker.canary()
_a = np.random.default_rng(31).normal(size=(4, 5))
_hint = "take the logarithm of 1 / (1 + e^(-a)) apart, for both signs of a"
check("q3: at random numbers", log_sigmoid(_a), -np.log(1 + np.exp(-_a)), _hint)
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "q3_large", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
_hint = "for a = -1000 it is -1000; no exponential may get a large positive number"
check(
    "q3: at -1000 and 1000", log_sigmoid(np.array([-1000.0, 1000.0])), [-1000, 0], _hint
)
### BEGIN HIDDEN TESTS
import importlib

import checker

check = importlib.reload(checker).check
checker.canary()
_a = np.array([-750.0, -60.0, -35.0, -20.0])
check("q3: far below 0", log_sigmoid(_a) / _a, np.ones(4), "there it is nearly a")
_a = np.array([20.0, 33.0, 40.0, 45.0])
_hint = "1 + s forgets a small s"
check("q3: far above 0, times e^a", log_sigmoid(_a) * np.exp(_a), -np.ones(4), _hint)
### END HIDDEN TESTS

# %% [markdown] nbgrader={"grade": false, "grade_id": "q4_text", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ## Question 4: unroll it, with a mask (5 points)
#
# Write a function that runs any cell over a batch of padded sequences.
#
# - `cell(x, h)` is a function: inputs (B, D) and states (B, H) in, new states (B, H) out. It is given to you as an argument.
# - `xs` has shape (B, T, D), `h0` has shape (B, H) and holds the initial states.
# - `mask` has shape (B, T) and holds True where a step is real and False where it is padding. At a padded step a sequence keeps its state. Padding may stand anywhere, not only at the end.
#
# Return all states, of shape (B, T, H), the first of them being the one after step 1. Leave `h0` as it is.


# %% nbgrader={"grade": false, "grade_id": "q4", "locked": false, "schema_version": 3, "solution": true, "task": false}
def unroll(cell, xs, h0, mask):
    ### BEGIN SOLUTION
    h, hs = h0, []
    for t in range(xs.shape[1]):
        new = cell(xs[:, t], h)
        h = np.where(mask[:, t, None], new, h)
        hs.append(h)
    return np.stack(hs, axis=1)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "q4_shape", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
_got = unroll(
    lambda x, h: 0.0 * h, np.ones((2, 3, 5)), np.zeros((2, 4)), np.ones((2, 3), bool)
)
_hint = "sequences first, then time, then units"
check("q4: a cell that returns zeros", _got, np.zeros((2, 3, 4)), hint=_hint)
### BEGIN HIDDEN TESTS
import importlib

import checker

check = importlib.reload(checker).check
checker.canary()
_got = unroll(
    lambda x, h: 0.0 * h, np.ones((4, 6, 2)), np.zeros((4, 3)), np.ones((4, 6), bool)
)
check("q4: a cell that returns zeros, other sizes", _got, np.zeros((4, 6, 3)), _hint)
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "q4_state", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
_xs, _h0 = np.array([[[1.0], [2.0], [3.0]]]), np.array([[10.0]])
_got = unroll(lambda x, h: h + x, _xs, _h0, np.ones((1, 3), bool))
_hint = "this cell adds up what it reads: 10, then 10 + 1, and so on"
check("q4: a cell that adds", _got, [[[11], [13], [16]]], hint=_hint)
### BEGIN HIDDEN TESTS
import importlib

import checker

check = importlib.reload(checker).check
checker.canary()
_rng = np.random.default_rng(44)
_w, _u = _rng.normal(size=(2, 4)), _rng.normal(size=(4, 4))
_xs, _h0 = _rng.normal(size=(3, 5, 2)), _rng.uniform(-1, 1, (3, 4))
_want, _h = np.zeros((3, 5, 4)), _h0.copy()
for _t in range(5):
    _want[:, _t] = _h = np.tanh(_xs[:, _t] @ _w + _h @ _u + 0.3)
_before = _h0.copy()
_got = unroll(
    lambda x, h: np.tanh(x @ _w + h @ _u + 0.3), _xs, _h0, np.ones((3, 5), bool)
)
_hint = "each step starts from the state that the step before returned"
check("q4: the states of a random cell", _got, _want, hint=_hint)
check("q4: h0 afterwards", _h0, _before, hint="do not write into h0; make a copy")
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "q4_mask", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
_xs, _h0 = np.array([[[1.0], [2.0], [3.0]]]), np.array([[10.0]])
_got = unroll(lambda x, h: h + x, _xs, _h0, np.array([[True, False, True]]))
_hint = "at step 2 the state stays; step 3 goes on from there"
check("q4: a cell that adds, step 2 is padding", _got, [[[11], [11], [14]]], hint=_hint)
### BEGIN HIDDEN TESTS
import importlib

import checker

check = importlib.reload(checker).check
checker.canary()
_rng = np.random.default_rng(45)
_w, _u = _rng.normal(size=(2, 4)), _rng.normal(size=(4, 4))
_xs, _h0 = _rng.normal(size=(3, 5, 2)), _rng.uniform(-1, 1, (3, 4))
_mask = np.array([[1, 1, 0, 1, 1], [0, 1, 1, 0, 0], [1, 0, 0, 1, 0]], bool)
_want = np.zeros((3, 5, 4))
for _k in range(3):
    _h = _h0[_k]
    for _t in range(5):
        if _mask[_k, _t]:
            _h = np.tanh(_xs[_k, _t] @ _w + _h @ _u + 0.3)
        _want[_k, _t] = _h
_before = _h0.copy()
_got = unroll(lambda x, h: np.tanh(x @ _w + h @ _u + 0.3), _xs, _h0, _mask)
_hint = "the mask differs from sequence to sequence; some begin with padding"
check("q4: the states of a random cell with padding", _got, _want, hint=_hint)
check("q4: h0 afterwards", _h0, _before, hint="do not write into h0; make a copy")
### END HIDDEN TESTS

# %% [markdown] nbgrader={"grade": false, "grade_id": "q5_text", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ## Question 5: find the planted bugs (4 points)
#
# The function below should run the cell over a list of sequences, one after the other, and return the last state of each. The sequences are independent of each other, and each starts from a state of zeros. `sequences` is a list of arrays of shape (T, D), where T may differ; the result has shape (number of sequences, H).
#
# It runs and its shapes are right, but **three** things in it are wrong. A user noticed that the results change with the order of the list. Look at it, predict what it returns for a list of twice the same sequence, then run it. Write the repaired function below.


# %% nbgrader={"grade": false, "grade_id": "q5_given", "locked": true, "schema_version": 3, "solution": false, "task": false}
def faulty_last_states(sequences, W_xh, W_hh, b_h):
    states, h = [], np.zeros(len(b_h))
    for xs in sequences:
        for t in range(1, len(xs)):
            h[:] = np.tanh(xs[t] @ W_xh + h @ W_hh + b_h)
        states.append(h)
    return np.array(states)


# %% nbgrader={"grade": false, "grade_id": "q5", "locked": false, "schema_version": 3, "solution": true, "task": false}
def last_states(sequences, W_xh, W_hh, b_h):
    ### BEGIN SOLUTION
    states = []
    for xs in sequences:
        h = np.zeros(len(b_h))
        for x in xs:
            h = np.tanh(x @ W_xh + h @ W_hh + b_h)
        states.append(h)
    return np.array(states)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "q5_one", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
_one = [np.array([[1.0], [0.0]])]
_weights = np.array([[1.0]]), np.array([[0.5]]), np.array([0.0])
_hint = "by hand: tanh(0.5 tanh(1)); is every input read?"
check(
    "q5: one sequence of two steps",
    last_states(_one, *_weights),
    [[np.tanh(0.5 * np.tanh(1.0))]],
    hint=_hint,
)
### BEGIN HIDDEN TESTS
import importlib

import checker

check = importlib.reload(checker).check
checker.canary()
_rng = np.random.default_rng(57)
_wx, _wh, _b = _rng.normal(size=(2, 3)), _rng.normal(size=(3, 3)), _rng.normal(size=3)
_xs, _h = _rng.normal(size=(4, 2)), np.zeros((1, 3))
for _row in _xs:
    _h = np.tanh(_row[None] @ _wx + _h @ _wh + _b)
_hint = "which inputs does the loop over t visit?"
check("q5: one random sequence", last_states([_xs], _wx, _wh, _b), _h, hint=_hint)
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "q5_many", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
_twice = last_states([np.ones((3, 1)), np.ones((3, 1))], *_weights)
_hint = "the second sequence must not see the first"
check(
    "q5: the same sequence twice, the difference", _twice[1] - _twice[0], [0.0], _hint
)
### BEGIN HIDDEN TESTS
import importlib

import checker

check = importlib.reload(checker).check
checker.canary()
_rng = np.random.default_rng(58)
_wx, _wh, _b = _rng.normal(size=(2, 3)), _rng.normal(size=(3, 3)), _rng.normal(size=3)
_list = [_rng.normal(size=(_n, 2)) for _n in (4, 1, 5, 4)]
_want = np.zeros((4, 3))
for _k, _xs in enumerate(_list):
    for _row in _xs:
        _want[_k] = np.tanh(_row @ _wx + _want[_k] @ _wh + _b)
_hint = "where is h set to zero, and does each sequence have an h of its own?"
check("q5: four sequences", last_states(_list, _wx, _wh, _b), _want, hint=_hint)
### END HIDDEN TESTS

# %% [markdown] nbgrader={"grade": false, "grade_id": "q6_text", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ## Question 6: predict before you run (2 points)
#
# Four units have no input and no bias, $h \leftarrow \tanh(w h)$, and run for 1000 steps:
#
# | unit | $w$ | start |
# |---|---|---|
# | 1 | 1.5 | −0.01 |
# | 2 | −1.5 | 0.01 |
# | 3 | 0.9 | 0.5 |
# | 4 | 1.5 | 0.01 |
#
# What does each of them do in the end?
#
# - `"a"`: it is almost 0;
# - `"b"`: it stays at a positive number, far from 0;
# - `"c"`: it stays at a negative number, far from 0;
# - `"d"`: it changes its sign at every step and does not shrink;
# - `"e"`: it grows without bound.
#
# Predict first: sketch $\tanh(wh)$ and the line $h$. Return four letters, the one of unit 1 first. Then try it in the cell after the tests. If you were wrong, say to yourself why before you change the answer.


# %% nbgrader={"grade": false, "grade_id": "q6", "locked": false, "schema_version": 3, "solution": true, "task": false}
def orbits():
    ### BEGIN SOLUTION
    return "c", "d", "a", "b"
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "q6_value", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
_places = ["abcde".index(letter) for letter in orbits()]
check("q6: the number of letters", len(_places), 4, hint="one letter for each unit")
### BEGIN HIDDEN TESTS
import importlib

import checker

check = importlib.reload(checker).check
checker.canary()
_hint = "how steep is tanh(wh) at 0, and what does the sign of w do?"
assert _places == [2, 3, 0, 1], f"q6: not all four letters are right. Hint: {_hint}"
### END HIDDEN TESTS

# %%
# Your experiment for question 6. It is not graded.

# %% [markdown] nbgrader={"grade": false, "grade_id": "q7_text", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ## Question 7: what a window cannot do (3 points, read by a person)
#
# A network without a state can still see the past: give it a window of the last $k$ inputs at every step. Answer in 5 to 10 sentences.
#
# 1. Name a task that no window of fixed length solves and that a recurrent unit can solve. Say why, for the window and for the unit. (1 point)
# 2. What does a longer window cost? What does a longer memory cost in a recurrent cell? Count parameters. (1 point)
# 3. The unit with $w = 1.5$ of question 6 remembers its start. What can it *not* do with its memory? (1 point)

# %% [markdown] nbgrader={"grade": true, "grade_id": "q7", "locked": false, "points": 3, "schema_version": 3, "solution": true, "task": false}
# **For the grader.** One point for each part; other examples are as good.
#
# 1. The parity of all bits so far, or "has a 1 ever come?". Two sequences that agree in the last $k$ inputs and differ before have different answers, but the window gives both the same. A unit carries one bit from step to step and needs no more, however long the sequence. Half a point for an example without the argument of two sequences.
# 2. A window of $k$ inputs needs $kDH$ weights into the first layer: proportional to $k$. The cell has $DH + H^2 + H$, whatever the length. Its memory costs units (what has to be held at the same time), not steps. Full points if the growth in $k$ and the independence of T are both there.
# 3. It keeps one of two values and does not choose when. An input that is strong enough overwrites it, and one that is weaker leaves it as it is, whether or not it matters; the unit cannot open for one input and shut itself for the next, and the size of what it saw is lost. (This is what gates add.)
