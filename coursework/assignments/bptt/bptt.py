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
# # BPTT by hand and vanishing gradients
#
# **You will be able to**
#
# - send a gradient back through two steps on paper, and through any number in code;
# - say where the gradient of step $t+1$ enters, and what is lost when the way back is cut;
# - measure how far a small change of a state is felt, and predict it from a matrix;
# - clip a gradient over all parameters, and say what clipping cannot repair.
#
# **Chapters needed**: *Send the gradient back through time*, *Watch gradients vanish and explode*.
#
# **Time**: 4 hours. **Points**: 25. The tests give 22 of them; a person reads the written answer of question 7 (3 points).
#
# **How to check.** Write your answer where `# YOUR CODE HERE` stands, delete the line that raises, and run the test cells below. A test that fails says what was compared and how far off it is, and gives a hint. It never shows the answer. After you hand in, more tests run: other numbers, the same questions. A warning counts as a failure.
#
# **What is refused.** `lib`, `torch`, `tensorflow`, `keras` and `jax` cannot be imported here. Write it yourself, with NumPy.
#
# Letters: **B** sequences in a batch, **T** time steps, **D** inputs, **H** hidden units. Arrays hold one example per row, as in the book: $A_t = X_t W_{xh} + H_{t-1} W_{hh} + b_h$ and $H_t = \tanh(A_t)$. Time counts from 1 in the equations and from 0 in the arrays: `hs[:, 0]` is $H_1$. No question needs your answer to another one.

# %%
import numpy as np
from checker import check

# %% [markdown] nbgrader={"grade": false, "grade_id": "q1_text", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ## Question 1: on paper, before you run anything (4 points)
#
# **(a)** One unit, two steps: $h_1 = \tanh(w_x x_1 + w_h h_0)$ and $h_2 = \tanh(w_x x_2 + w_h h_1)$, with $w_x = 1$, $w_h = 0.5$, $h_0 = 0.4$, $x_1 = 1$, $x_2 = -0.5$. The loss is $L = h_2$. What are $\partial L / \partial w_h$ and $\partial L / \partial w_x$? Return the two numbers in this order, rounded to four decimals.
#
# **(b)** Predict: what happens to the norm $\|W^t\|$ (the largest factor by which $W^t$ can stretch a vector), for $t = 1, 2, 3, \dots$?
#
# 1. $W = \begin{pmatrix} 0.9 & 4 \\ 0 & 0.9 \end{pmatrix}$
# 2. $W = \begin{pmatrix} 0.6 & 0.6 \\ 0.6 & 0.6 \end{pmatrix}$
# 3. $W = \begin{pmatrix} 0 & -1 \\ 1 & 0 \end{pmatrix}$
# 4. $W = \begin{pmatrix} 0.5 & -0.5 \\ 0.5 & 0.5 \end{pmatrix}$
#
# - `"a"`: it explodes, it grows without bound;
# - `"b"`: it is above 1 at first, and still goes to 0;
# - `"c"`: it is below 1 from the start and goes to 0;
# - `"d"`: it is 1 for every $t$.
#
# Return four letters, the one of matrix 1 first. Then try it in the cell after the tests. If you were wrong, say to yourself why before you change the answer.


# %% nbgrader={"grade": false, "grade_id": "q1", "locked": false, "schema_version": 3, "solution": true, "task": false}
def by_hand():
    ### BEGIN SOLUTION
    return 0.8885, -0.3451
    ### END SOLUTION


def fates():
    ### BEGIN SOLUTION
    return "b", "a", "d", "c"
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "q1_hand", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
_pair = by_hand()
check("q1: how many numbers", len(_pair), 2, hint="by w_h first, then by w_x")
### BEGIN HIDDEN TESTS
import importlib

import checker

check = importlib.reload(checker).check
checker.canary()
_hint = "each weight works at both steps: add what it does at step 2 and at step 1"
check("q1: the derivative by w_h", _pair[0], 0.888498, hint=_hint, tolerance=3e-4)
check("q1: the derivative by w_x", _pair[1], -0.345097, hint=_hint, tolerance=3e-4)
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "q1_fates", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
_places = ["abcd".index(letter) for letter in fates()]
check("q1: the number of letters", len(_places), 4, hint="one letter for each matrix")
### BEGIN HIDDEN TESTS
import importlib

import checker

check = importlib.reload(checker).check
checker.canary()
_hint = "the spectral radius decides the end, the norm decides the first step"
assert _places == [1, 0, 3, 2], f"q1: not all four letters are right. Hint: {_hint}"
### END HIDDEN TESTS

# %%
# Your experiment for question 1. It is not graded.

# %% [markdown] nbgrader={"grade": false, "grade_id": "q2_text", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ## Question 2: back through time (5 points)
#
# The loss compares the state of *every* step with a target: $L = \frac12 \sum_t \|H_t - Y_t\|^2$, summed over the batch too. Write the backward pass.
#
# - `xs` (B, T, D), `h0` (B, H) the states before step 1, `hs` (B, T, H) the states $H_1 \dots H_T$, `targets` (B, T, H);
# - return four arrays: the gradients of $L$ with respect to $W_{xh}$, $W_{hh}$, $b_h$ and $H_0$, in this order.
#
# `forward` below makes the states. Use it to try things out and to compare with small differences of the loss.


# %% nbgrader={"grade": false, "grade_id": "q2_given", "locked": true, "schema_version": 3, "solution": false, "task": false}
def forward(xs, h0, W_xh, W_hh, b_h):
    h, hs = h0, []
    for t in range(xs.shape[1]):
        h = np.tanh(xs[:, t] @ W_xh + h @ W_hh + b_h)
        hs.append(h)
    return np.stack(hs, axis=1)


# %% nbgrader={"grade": false, "grade_id": "q2", "locked": false, "schema_version": 3, "solution": true, "task": false}
def backward(xs, h0, hs, targets, W_xh, W_hh):
    ### BEGIN SOLUTION
    dW_xh, dW_hh = np.zeros_like(W_xh), np.zeros_like(W_hh)
    db_h, later = np.zeros(len(W_hh)), np.zeros_like(h0)
    for t in reversed(range(xs.shape[1])):
        before = hs[:, t - 1] if t else h0
        dh = hs[:, t] - targets[:, t] + later
        da = dh * (1 - hs[:, t] ** 2)
        dW_xh += xs[:, t].T @ da
        dW_hh += before.T @ da
        db_h += da.sum(axis=0)
        later = da @ W_hh.T
    return dW_xh, dW_hh, db_h, later
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "q2_shape", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
_found = backward(
    np.ones((4, 3, 2)),
    np.zeros((4, 5)),
    np.zeros((4, 3, 5)),
    np.zeros((4, 3, 5)),
    np.zeros((2, 5)),
    np.zeros((5, 5)),
)
_names = "W_xh", "W_hh", "b_h", "H_0"
_hint = "a gradient has the shape of what it belongs to"
for _k, _shape in enumerate(((2, 5), (5, 5), (5,), (4, 5))):
    check(
        f"q2: no error, the gradient of {_names[_k]}",
        _found[_k],
        np.zeros(_shape),
        _hint,
    )
### BEGIN HIDDEN TESTS
import importlib

import checker

check = importlib.reload(checker).check
checker.canary()
for _k, _shape in enumerate(((2, 5), (5, 5), (5,), (4, 5))):
    check(f"q2: once more, {_names[_k]}", _found[_k], np.zeros(_shape), _hint)
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "q2_step", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
_w = np.array([[0.5]])
_found = backward(
    np.array([[[2.0]]]),
    np.array([[-1.0]]),
    np.zeros((1, 1, 1)),
    np.ones((1, 1, 1)),
    _w,
    _w,
)
_hint = "here dL/dH_1 is -1 and the slope of the tanh is 1"
check("q2: one step, W_xh", _found[0], [[-2.0]], hint=_hint)
check("q2: one step, W_hh", _found[1], [[1.0]], hint=_hint)
### BEGIN HIDDEN TESTS
import importlib

import checker

check = importlib.reload(checker).check
checker.canary()
_rng = np.random.default_rng(22)
_xs, _h0, _ys = (
    _rng.normal(size=(5, 1, 2)),
    _rng.normal(size=(5, 3)),
    _rng.normal(size=(5, 1, 3)),
)
_wx, _wh, _b = _rng.normal(size=(2, 3)), _rng.normal(size=(3, 3)), _rng.normal(size=3)
_h = np.tanh(_xs[:, 0] @ _wx + _h0 @ _wh + _b)
_da = (_h - _ys[:, 0]) * (1 - _h * _h)
_want = np.einsum("bd,bh->dh", _xs[:, 0], _da), np.einsum("bg,bh->gh", _h0, _da)
_want = (*_want, np.ones(5) @ _da, np.einsum("bh,gh->bg", _da, _wh))
_found = backward(_xs, _h0, _h[:, None], _ys, _wx, _wh)
_hint = (
    "error times slope gives the gradient of the sum; then one product for each weight"
)
for _k, _name in enumerate(("W_xh", "W_hh", "b_h", "H_0")):
    check(f"q2: one random step, {_name}", _found[_k], _want[_k], hint=_hint)
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "q2_time", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
_xs, _ys, _h0 = (
    np.array([[[1.0], [-0.5]]]),
    np.array([[[0.2], [0.6]]]),
    np.array([[0.4]]),
)
_losses = [
    0.5
    * ((forward(_xs, _h0, np.eye(1), np.array([[_v]]), np.zeros(1)) - _ys) ** 2).sum()
    for _v in (0.5 - 1e-5, 0.5 + 1e-5)
]
_hs = forward(_xs, _h0, np.eye(1), np.array([[0.5]]), np.zeros(1))
_found = backward(_xs, _h0, _hs, _ys, np.eye(1), np.array([[0.5]]))
_hint = "H_1 is felt in its own error and, through H_2, in the next one"
check(
    "q2: two steps of one unit, W_hh",
    _found[1],
    [[(_losses[1] - _losses[0]) / 2e-5]],
    hint=_hint,
    tolerance=1e-5,
)
### BEGIN HIDDEN TESTS
import importlib

import checker

check = importlib.reload(checker).check
checker.canary()
_rng = np.random.default_rng(23)
_xs, _h0, _ys = (
    _rng.normal(size=(5, 4, 2)),
    _rng.normal(size=(5, 3)),
    _rng.normal(size=(5, 4, 3)),
)
_all = [_rng.normal(size=(2, 3)), _rng.normal(size=(3, 3)), _rng.normal(size=3), _h0]


def _run(wx, wh, b, h):
    hs = []
    for t in range(4):
        h = np.tanh(_xs[:, t] @ wx + h @ wh + b)
        hs.append(h)
    return np.stack(hs, axis=1)


_hint = "the gradient that step t + 1 sends back is added before the slope of step t"
_found = backward(_xs, _h0, _run(*_all), _ys, _all[0], _all[1])
for _k, _name in enumerate(("W_xh", "W_hh", "b_h", "H_0")):
    _want = np.zeros(_all[_k].shape)
    for _at in np.ndindex(_want.shape):  # an imaginary step has no rounding
        _moved = [_a.astype(complex) for _a in _all]
        _moved[_k][_at] += 1e-30j
        _want[_at] = 0.5 * ((_run(*_moved) - _ys) ** 2).sum().imag / 1e-30
    check(f"q2: four random steps, {_name}", _found[_k], _want, hint=_hint)
### END HIDDEN TESTS

# %% [markdown] nbgrader={"grade": false, "grade_id": "q3_text", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ## Question 3: cut it short (4 points)
#
# For one sequence you get `direct` of shape (T, H): what the read-out sends to each state. `hs` (T, H) holds the states, $W_{hh}$ is (H, H). The complete gradient of a state is what the read-out sends to it plus what comes back from the next step.
#
# In truncated backpropagation the steps are split into segments of `length` steps, from the first one on (the last may be shorter). Nothing goes back from the first step of a segment to the segment before. The losses all stay.
#
# Return the gradients of all states, (T, H). With `length` of T or more nothing is cut. Leave `direct` as it is.


# %% nbgrader={"grade": false, "grade_id": "q3", "locked": false, "schema_version": 3, "solution": true, "task": false}
def arriving(direct, hs, W_hh, length):
    ### BEGIN SOLUTION
    dhs = direct.copy()
    for t in reversed(range(len(hs) - 1)):
        if (t + 1) % length != 0:
            da = dhs[t + 1] * (1 - hs[t + 1] ** 2)
            dhs[t] += da @ W_hh.T
    return dhs
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "q3_whole", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
_found = arriving(np.ones((3, 1)), np.zeros((3, 1)), np.array([[0.5]]), 3)
_hint = "from the end: 1, then 1 + 0.5 * 1, then 1 + 0.5 * 1.5"
check("q3: three steps of one unit", _found, [[1.75], [1.5], [1.0]], hint=_hint)
### BEGIN HIDDEN TESTS
import importlib

import checker

check = importlib.reload(checker).check
checker.canary()
_rng = np.random.default_rng(33)
_w, _h, _d = (
    _rng.normal(size=(3, 3)),
    _rng.uniform(-0.9, 0.9, (5, 3)),
    _rng.normal(size=(5, 3)),
)
_want, _before = np.zeros((5, 3)), _d.copy()
for _s in range(5):  # the loss of step s, all the way back
    _g = _before[_s]
    for _t in range(_s, -1, -1):
        _want[_t] += _g
        _g = _w @ (_g * (1 - _h[_t] ** 2))
_hint = "what comes back passes the slope of step t + 1 first, then W_hh transposed"
check("q3: five random steps, not cut", arriving(_d, _h, _w, 7), _want, hint=_hint)
check("q3: direct afterwards", _d, _before, hint="work on a copy")
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "q3_cut", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
_found = arriving(np.ones((4, 1)), np.zeros((4, 1)), np.array([[0.5]]), 2)
_hint = "steps 1 and 2 are a segment, 3 and 4 are the next"
check("q3: four steps, two segments", _found, [[1.5], [1.0], [1.5], [1.0]], hint=_hint)
### BEGIN HIDDEN TESTS
import importlib

import checker

check = importlib.reload(checker).check
checker.canary()
_rng = np.random.default_rng(34)
_w, _h, _d = (
    _rng.normal(size=(2, 2)),
    _rng.uniform(-0.9, 0.9, (8, 2)),
    _rng.normal(size=(8, 2)),
)
_want = np.zeros((8, 2))
for _s in range(8):
    _g = _d[_s]
    for _t in range(_s, _s // 3 * 3 - 1, -1):
        _want[_t] += _g
        _g = _w @ (_g * (1 - _h[_t] ** 2))
_hint = "count the segments from the first step, and keep the loss of every step"
check("q3: eight steps, length 3", arriving(_d.copy(), _h, _w, 3), _want, hint=_hint)
check("q3: eight steps, length 1", arriving(_d.copy(), _h, _w, 1), _d, hint=_hint)
### END HIDDEN TESTS

# %% [markdown] nbgrader={"grade": false, "grade_id": "q4_text", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ## Question 4: how far is a change felt? (3 points)
#
# A small change $\delta$ of $h_{t-1}$ (a row) changes $h_t$ by $(\delta\, W_{hh}) \odot (1 - h_t^2)$. Chain this from $h_0$ on. Return an array of shape (T,): for each $t$, the largest factor by which any small change of $h_0$ can arrive in $h_t$. This is the spectral norm of $\partial h_t / \partial h_0$; `np.linalg.norm(M, 2)` computes it for a matrix. You get the states `hs` (T, H) of one sequence and $W_{hh}$.


# %% nbgrader={"grade": false, "grade_id": "q4", "locked": false, "schema_version": 3, "solution": true, "task": false}
def norms(hs, W_hh):
    ### BEGIN SOLUTION
    product, found = np.eye(len(W_hh)), []
    for h in hs:
        product = product @ W_hh * (1 - h**2)
        found.append(np.linalg.norm(product, 2))
    return np.array(found)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "q4_powers", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
_found = norms(np.zeros((3, 2)), 2.0 * np.eye(2))
_hint = "with states of zero all slopes are 1, and each step doubles a change"
check("q4: a matrix that doubles", _found, [2, 4, 8], hint=_hint)
### BEGIN HIDDEN TESTS
import importlib

import checker

check = importlib.reload(checker).check
checker.canary()
_w = np.array([[0.9, 4.0], [0.0, 0.9]])
_want = [np.linalg.svd(np.linalg.matrix_power(_w, _t))[1][0] for _t in range(1, 6)]
_hint = "the norm of the product, not the product of the norms, nor the eigenvalues"
check("q4: the powers of a matrix", norms(np.zeros((5, 2)), _w), _want, hint=_hint)
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "q4_slopes", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
_found = norms(np.array([[0.6], [0.8]]), np.array([[-2.0]]))
_hint = "the slopes here are 1 - 0.36 and 1 - 0.64"
check("q4: one unit, two steps", _found, [1.28, 0.9216], hint=_hint)
### BEGIN HIDDEN TESTS
import importlib

import checker

check = importlib.reload(checker).check
checker.canary()
_rng = np.random.default_rng(47)
_w, _h = _rng.normal(size=(4, 4)), _rng.uniform(-0.95, 0.95, (6, 4))
_product, _want = np.eye(4), []
for _row in _h:  # in columns, from the left
    _product = np.diag(1 - _row**2) @ _w.T @ _product
    _want.append(np.linalg.svd(_product)[1][0])
_hint = "first W_hh, then the slopes of the same step, and the next step after it"
check("q4: six random steps", norms(_h, _w), _want, hint=_hint)
### END HIDDEN TESTS

# %% [markdown] nbgrader={"grade": false, "grade_id": "q5_text", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ## Question 5: clip over all parameters (3 points)
#
# `grads` is a dict of arrays. All of its entries together are one long vector. If the norm of that vector is above `limit`, scale it to the norm `limit`, so that its direction stays; if not, change nothing. Return two things: a new dict with the same names, and the norm *before* clipping. Leave the given arrays as they are. A gradient of zero must give no warning.


# %% nbgrader={"grade": false, "grade_id": "q5", "locked": false, "schema_version": 3, "solution": true, "task": false}
def clip(grads, limit):
    ### BEGIN SOLUTION
    norm = np.sqrt(sum((g**2).sum() for g in grads.values()))
    factor = limit / norm if norm > limit else 1.0
    return {name: factor * g for name, g in grads.items()}, norm
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "q5_short", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
_found, _norm = clip({"W": np.array([[3.0, 0.0]]), "b": np.array([4.0])}, 10.0)
_hint = "the norm of (3, 0, 4) is below 10"
check("q5: the norm of a short gradient", _norm, 5.0, hint=_hint)
check("q5: a short gradient, W", _found["W"], [[3.0, 0.0]], hint=_hint)
### BEGIN HIDDEN TESTS
import importlib

import checker

check = importlib.reload(checker).check
checker.canary()
_found, _norm = clip({"W": np.zeros((2, 3)), "b": np.zeros(3)}, 1.0)
_hint = "compare before you divide"
check("q5: the norm of zeros", _norm, 0.0, hint=_hint)
check("q5: a gradient of zeros", _found["W"], np.zeros((2, 3)), hint=_hint)
_found, _norm = clip({"W": np.array([[0.3, -0.2]]), "b": np.array([0.1])}, 1.0)
check("q5: another short gradient, b", _found["b"], [0.1], hint="change nothing")
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "q5_long", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
_found, _norm = clip({"W": np.array([[3.0, 0.0]]), "b": np.array([4.0])}, 1.0)
_hint = "one factor for all arrays, here one fifth"
check("q5: a long gradient, W", _found["W"], [[0.6, 0.0]], hint=_hint)
check("q5: a long gradient, b", _found["b"], [0.8], hint=_hint)
### BEGIN HIDDEN TESTS
import importlib

import checker

check = importlib.reload(checker).check
checker.canary()
_rng = np.random.default_rng(55)
_grads = {"W_xh": _rng.normal(size=(2, 4)), "W_hh": 3 * _rng.normal(size=(4, 4))}
_grads["b_h"] = _rng.normal(size=4)
_before = {_name: _g.copy() for _name, _g in _grads.items()}
_length = np.linalg.norm(np.concatenate([_g.ravel() for _g in _before.values()]))
_found, _norm = clip(_grads, 2.5)
check("q5: the norm before clipping", _norm, _length, hint="of all entries together")
for _name, _g in _before.items():
    _hint = "the direction of the whole vector stays"
    check(
        f"q5: a random gradient, {_name}", _found[_name], _g * 2.5 / _length, hint=_hint
    )
    check(
        f"q5: the given {_name} afterwards", _grads[_name], _g, hint="make new arrays"
    )
### END HIDDEN TESTS

# %% [markdown] nbgrader={"grade": false, "grade_id": "q6_text", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ## Question 6: find the planted bugs (3 points)
#
# A gradient can also be carried *forward*, beside the state (real-time recurrent learning). One unit: $h_t = \tanh(x_t + w\, h_{t-1})$ with $h_0 = 0$, and $L = \frac12 \sum_t (h_t - y_t)^2$. Let $s_t = \partial h_t / \partial w$. By the chain rule $s_t = (1 - h_t^2)\,(h_{t-1} + w\, s_{t-1})$, with $s_0 = 0$.
#
# `xs` and `ys` are arrays of shape (T,). The function below should return $\partial L / \partial w$. It runs, but **three** things in it are wrong. Predict its result for a single step, where $w$ has nothing to multiply yet, then run it. Write the repaired function below.


# %% nbgrader={"grade": false, "grade_id": "q6_given", "locked": true, "schema_version": 3, "solution": false, "task": false}
def faulty_gradient(xs, ys, w):
    h, s = 0.0, 0.0
    for x, y in zip(xs, ys):
        h = np.tanh(x + w * h)
        s = (1 - h**2) * h + w * s
        total = (h - y) * s
    return total


# %% nbgrader={"grade": false, "grade_id": "q6", "locked": false, "schema_version": 3, "solution": true, "task": false}
def gradient(xs, ys, w):
    ### BEGIN SOLUTION
    h, s, total = 0.0, 0.0, 0.0
    for x, y in zip(xs, ys):
        before = h
        h = np.tanh(x + w * before)
        s = (1 - h**2) * (before + w * s)
        total += (h - y) * s
    return total
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "q6_few", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
_hint = "h_0 is 0, so w has no effect on the first step"
check("q6: one step", gradient(np.array([1.0]), np.array([0.0]), 0.5), 0.0, hint=_hint)
### BEGIN HIDDEN TESTS
import importlib

import checker

check = importlib.reload(checker).check
checker.canary()
_xs, _ys, _h1 = np.array([0.7, -0.4]), np.array([0.3, 0.1]), np.tanh(0.7)
_h2 = np.tanh(-0.4 + 1.2 * _h1)
_want = (_h2 - 0.1) * (1 - _h2**2) * _h1
_hint = "the state that w multiplies is the one before the step"
check("q6: two steps", gradient(_xs, _ys, 1.2), _want, hint=_hint)
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "q6_many", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
_xs, _ys, _losses = np.array([1.0, -0.5, 0.3]), np.array([0.0, 0.2, 0.4]), []
for _w in (0.8 - 1e-5, 0.8 + 1e-5):
    _h, _loss = 0.0, 0.0
    for _x, _y in zip(_xs, _ys):
        _h = np.tanh(_x + _w * _h)
        _loss += 0.5 * (_h - _y) ** 2
    _losses.append(_loss)
_want = (_losses[1] - _losses[0]) / 2e-5
_hint = "this compares with a small difference of the loss; every step has a loss"
check("q6: three steps", gradient(_xs, _ys, 0.8), _want, hint=_hint, tolerance=1e-5)
### BEGIN HIDDEN TESTS
import importlib

import checker

check = importlib.reload(checker).check
checker.canary()
_rng = np.random.default_rng(66)
_xs, _ys, _h, _want = _rng.normal(size=7), _rng.normal(size=7), 0.0, 0.0
for _x, _y in zip(_xs, _ys):
    _h = np.tanh(_x + (-1.3 + 1e-30j) * _h)
    _want += 0.5 * (_h - _y) ** 2
_hint = "the slope of step t acts on all that came before, the old s too"
check(
    "q6: seven random steps", gradient(_xs, _ys, -1.3), _want.imag / 1e-30, hint=_hint
)
### END HIDDEN TESTS

# %% [markdown] nbgrader={"grade": false, "grade_id": "q7_text", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ## Question 7: what clipping does not repair (3 points, read by a person)
#
# A plain RNN has to remember an input for 30 steps. Training fails. Somebody proposes to clip the gradient, to make $W_{hh}$ larger, and to truncate after 20 steps to save time. Judge the three proposals in 5 to 10 sentences.
#
# 1. What does clipping repair, what not, and why can no scaling of the whole gradient repair it? (1 point)
# 2. Why can the gradient vanish although the spectral radius of $W_{hh}$ is above 1? (1 point)
# 3. What can a network learn about a lag of 30 steps if the way back is cut after 20? Think of the state that is carried on. (1 point)

# %% [markdown] nbgrader={"grade": true, "grade_id": "q7", "locked": false, "points": 3, "schema_version": 3, "solution": true, "task": false}
# **For the grader.** One point for each part.
#
# 1. Clipping shortens a gradient that is too long (an explosion, the wall of an error surface). In a gradient that vanishes, the share that comes from 30 steps ago is tiny beside the share of the last steps. Scaling changes both alike; their ratio stays. Half a point for "it only helps against explosion" without the ratio.
# 2. The Jacobian of a step is $W_{hh}$ times the slopes $1 - h^2$, which are at most 1. A larger matrix drives the units into saturation, and the slopes go to 0 faster than the matrix grows. The radius speaks of the matrix alone.
# 3. The gradient of the loss never reaches the step that should store the input, so nothing teaches the network to store it *for* this lag. The state itself is still carried over the cut: what happens to be in it after 30 steps can be used by the read-out and by later steps. Full points need both; half a point for "it can learn nothing".
