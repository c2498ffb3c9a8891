"""The clockwork recurrent layer: modules that run at different speeds.

The hidden units form modules of equal size; module k has the period T_k, and no period is smaller
than the one before it. A module runs at the steps that its period divides, t = 0 the first; between
them it keeps its state. It reads the modules that are as slow as it is or slower.

Equations (rows; [k] is the part of module k), with H_{-1} = 0 unless a state is given:

    R_t[k] = tanh(X_t W_xh[k] + sum_{T_j >= T_k} H_{t-1}[j] W_hh[j,k] + b_h[k])   eq-clockwork-run
    H_t[k] = R_t[k] if t mod T_k = 0, else H_{t-1}[k]      hidden state           eq-clockwork-keep

Shapes: X_t (B,D), H_t (B,H), W_xh (D,H), W_hh (H,H), b_h (H,). Rows of W_hh = from, columns = to:
an entry lives if the period of *from* is at least that of *to*. The others are never read, and
have the gradient 0.

Paper: Koutník, Greff, Gomez & Schmidhuber 2014 (in columns, where the matrix is upper triangular).
Derived in book/variants/clockwork.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy import add, copyto, multiply, tanh

from lib import check_input
from lib.fused_layer import FusedLayer, Run
from lib.layer import Cache


class ClockworkState(NamedTuple):
    h: np.ndarray  # (B,H)
    t: (
        np.ndarray
    )  # (B,) int, the index of the step about to run; one int serves all rows


class ClockworkRNN(FusedLayer):
    """ClockworkRNN(input_size, hidden_size, periods=[1, 2, 4]): H (D + H + 1) parameters.

    One period for each module, none smaller than the one before it. The dead entries of W_hh are
    counted, too. The gradient of `t` is 0.
    """

    State = ClockworkState
    slots = names = "h"
    slopes, sums = 1, slice(0, 1)
    settings = ("periods",)

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        rng: np.random.Generator | None = None,
        dtype: Any = np.float64,
        *,
        periods: Any,
    ):
        super().__init__(input_size, hidden_size, rng, dtype)
        found = check_input.integers("periods", periods, ("modules",)).tolist()
        if found[0] < 1 or found != sorted(found):
            raise ValueError(
                f"periods: expected ints >= 1, none smaller than the one before, got {periods}"
            )
        if self.hidden_size % len(found):
            raise ValueError(
                f"periods: expected as many as divide hidden_size {self.hidden_size}, "
                f"got {len(found)}"
            )
        self.periods = tuple(found)
        self.params["W_hh"][~self.living] = 0

    @property
    def unit_periods(self) -> np.ndarray:
        """(H,), the period of each hidden unit."""
        return np.repeat(self.periods, self.hidden_size // len(self.periods))

    @property
    def living(self) -> np.ndarray:
        """(H,H) bool, the entries of W_hh that are read."""
        return self.unit_periods[:, None] >= self.unit_periods

    def _state_shapes(self, batch_size: int) -> tuple[tuple[int, ...], ...]:
        return (batch_size, self.hidden_size), (batch_size,)

    def initial_state(self, batch_size: int) -> ClockworkState:
        h, t = super().initial_state(batch_size)
        return ClockworkState(h, t.astype(int))

    def _check_state(self, name: str, state: Any, batch_size: int) -> ClockworkState:
        if state is None or not isinstance(state, tuple) or len(state) != 2:
            return super()._check_state(name, state, batch_size)
        h, t = state
        if name.startswith("dstate"):  # the gradient of t is not looked at
            t = 0
        h, _ = super()._check_state(name, (h, np.zeros(batch_size)), batch_size)
        t = check_input.integers(f"{name}.t", t, None)
        t = np.broadcast_to(t, batch_size) if t.ndim == 0 else t
        t = check_input.shaped(f"{name}.t", t, (batch_size,))
        return ClockworkState(h, t.astype(int))

    def step(
        self, x: np.ndarray, state: ClockworkState
    ) -> tuple[ClockworkState, Cache]:
        """One time step, as the equations stand. x (B,D)."""
        x, (h, t) = self._check_step(x, state)
        p = self.params.copy()
        W_hh = np.where(self.living, p["W_hh"], 0)
        runs = t[:, None] % self.unit_periods == 0
        ran = tanh(x @ p["W_xh"] + h @ W_hh + p["b_h"])  # eq-clockwork-run
        h_new = np.where(runs, ran, h)  # eq-clockwork-keep
        kept = x.copy(), h.copy(), runs, h_new.copy(), p
        return ClockworkState(h_new, t + 1), Cache(f"step of {self!r}", kept)

    def step_backward(
        self, dstate: ClockworkState, cache: Cache
    ) -> tuple[np.ndarray, ClockworkState, dict]:
        """The gradients of one step: line by line the step, backward."""
        x, h, runs, h_new, p = self._check_cache("step", cache)
        dh_new, t = self._check_state("dstate", dstate, len(x))
        da = runs * dh_new * (1 - h_new * h_new)  # eq-clockwork-da
        W_hh = np.where(self.living, p["W_hh"], 0)
        dx, dh = da @ p["W_xh"].T, ~runs * dh_new + da @ W_hh.T  # eq-clockwork-dh
        grads = {
            "W_xh": x.T @ da,
            "W_hh": self.living * (h.T @ da),
            "b_h": da.sum(0),
        }  # eq-clockwork-dW
        return dx, ClockworkState(dh, t), grads

    def _groups(self) -> dict[int, slice]:
        """Period -> columns of the modules that have it. They read the rows from there on."""
        unit_periods = self.unit_periods
        return {
            period: slice(*np.searchsorted(unit_periods, (period, period + 1)).tolist())
            for period in dict.fromkeys(self.periods)
        }

    def _running(self, awake: np.ndarray) -> list[list[slice]]:
        """For each step of awake (m,B,H) the columns of modules that run in some row."""
        groups = list(self._groups().values())
        some = np.any(awake[..., [columns.start for columns in groups]], axis=1)
        return [[groups[k] for k in np.flatnonzero(some[t])] for t in range(len(some))]

    def _loop(self, run: Run, state: ClockworkState) -> tuple[np.ndarray, tuple]:
        """All steps, into hs; returns (T,B,H) bool, where a unit runs."""
        T, B = len(run.Z) - 1, len(state.h)
        real = np.ones((T, B), int) if run.pad is None else 1 - run.pad[..., 0]
        t = state.t + np.cumsum(real, 0) - real  # (T,B), the index of each step
        awake = (t[..., None] % self.unit_periods == 0) & (real[..., None] == 1)
        whole = awake.all(1)  # (T,H), where all rows run
        V = run.weights["V"][0]
        weights = {
            c.start: np.ascontiguousarray(V[c.start :, c])
            for c in self._groups().values()
        }
        for z, h_before, h, running, runs, all_run, entering in zip(
            run.Z,
            run.hs,
            run.hs[1:],
            self._running(awake),
            awake,
            whole,
            run.entering(),
        ):
            copyto(h, h_before)
            for columns in running:
                ran = z[:, columns.start :] @ weights[columns.start]
                where = True if all_run[columns.start] else runs[:, columns]
                tanh(ran, h[:, columns], where=where)
            if entering is not None:
                multiply(h, run.drop, entering)
        return awake, (t[-1] + real[-1],)

    def _slopes(self, run: Run, A: np.ndarray, steps: slice, k: np.ndarray) -> None:
        """Fill k (m,1,B,H) with the slopes of h by its sum; a sleeping unit has none."""
        h = run.hs[1:][steps]
        k[:, 0] = (1 - h * h) * A[steps]

    def _loop_back(
        self,
        run: Run,
        A: Any,
        back: slice,
        dhs: Any,
        k: Any,
        product: Any,
        carried: list,
    ) -> list:
        """The steps of a block, the last one first; slopes become gradients."""
        dh_next, _ = carried
        dh, V = np.empty_like(dh_next), run.weights["V"][0]
        H = self.hidden_size
        weights = {
            c.start: np.ascontiguousarray(V[c.start : H, c].T)
            for c in self._groups().values()
        }
        for dy, da, running, runs in zip(dhs, k[:, 0], self._running(A[back]), A[back]):
            add(dh_next, dy, dh)
            multiply(da, dh, da)  # now the gradient of the sum
            copyto(dh_next, dh)
            copyto(dh_next, 0, where=runs)  # a sleeping unit hands its gradient on
            for columns in running:
                slower = slice(columns.start, None)
                through = da[:, columns] @ weights[columns.start]
                dh_next[:, slower] += (
                    through if run.drop is None else through * run.drop[:, slower]
                )
        return [dh_next, np.zeros(len(dh), int)]

    def _product_back(self, run: Run, B: int) -> None:
        """No product serves all modules."""

    def _weight_gradients(
        self, run: Run, A: np.ndarray, steps: slice, k: np.ndarray
    ) -> dict[str, np.ndarray]:
        dV, awake = np.zeros_like(run.weights["V"]), A[steps]
        for c in self._groups().values():
            some = awake[..., c.start].any(1)
            Z, da = run.Z[steps, :, c.start :][some], k[:, 0, :, c][some]
            dV[0, c.start :, c] = Z.reshape(-1, Z.shape[2]).T @ da.reshape(
                -1, da.shape[2]
            )
        return {"V": dV}
