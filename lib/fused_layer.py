"""The frame of a layer whose sums come from one product a step: parameters, sequence, blocks.

A layer adds its arithmetic, in five methods: `step` and `step_backward` as the equations stand,
and for a whole sequence `_loop` (the steps), `_slopes` (what needs no gradient) and `_loop_back`
(the steps backward).
"""

from collections.abc import Iterable
from itertools import repeat
from typing import Any, NamedTuple

import numpy as np

from lib import check_input, fused
from lib.initializers import glorot_uniform, orthogonal
from lib.layer import Cache, Layer
from lib.params import Params

OPEN = 40.0  # the sum of a gate that has no parameters: sigma(40) = 1 in both dtypes


class Run(NamedTuple):
    """A sequence on its way through a layer."""

    Z: np.ndarray  # (T+1,B,N), rows [H_{t-1}, X_t, 1]
    hs: np.ndarray  # (T+1,B,H), H_{t-1}: a part of Z, unless there is dropout
    weights: dict[str, np.ndarray]  # copies of the arrays behind the parameters
    pad: np.ndarray | None  # (T,B,1), True where a step is padding
    drop: Any  # None, or (B,H), what H_{t-1} is multiplied with in Z
    below: Any  # None, or (T,B,H), the cell states of the level below (depth gate)

    def entering(self) -> Iterable[np.ndarray | None]:
        """For each step: where h times `drop` has to go; None without dropout."""
        H = self.hs.shape[2]
        return repeat(None) if self.drop is None else self.Z[1:, :, :H]


class FusedLayer(Layer):
    """Parameters of a recurrent layer: `params` are named views into `V` (K, H+D+1, H).

    V[k] = [W_hk; W_xk; b_k] belongs to the k-th letter of `slots`, the order in which the fast
    path wants the gates; `names` is the order in which they are listed. Initial values are those
    of Keras: W_x Glorot uniform and W_h orthogonal, each over all gates side by side, b zero.
    """

    slots: str
    names: str
    slopes: int  # how many arrays (B,H) `_slopes` fills for each step
    # Those that become the gradients of the K sums, in the order of `slots`.
    sums: slice
    _loop: Any
    _slopes: Any
    _loop_back: Any

    def __init__(self, input_size: int, hidden_size: int, rng: Any, dtype: Any):
        super().__init__(input_size, hidden_size, dtype)
        D, H, K = self.input_size, self.hidden_size, len(self.names)
        rng = check_input.generator("rng", rng)
        bases = {"V": np.zeros((len(self.slots), H + D + 1, H), self.dtype)}
        self._params = Params(bases | self._more_bases(), self._views())
        W_x, W_h = glorot_uniform(rng, (D, K * H)), orthogonal(rng, (H, K * H))
        for k, name in enumerate(self.names):
            self.params[f"W_x{name}"] = W_x[:, k * H : (k + 1) * H]
            self.params[f"W_h{name}"] = W_h[:, k * H : (k + 1) * H]

    def _views(self) -> dict[str, tuple[str, Any]]:
        """In which array each parameter lies, and where."""
        H = self.hidden_size
        found: dict[str, tuple[str, Any]] = {}
        for name in self.names:
            k = self.slots.index(name)
            found[f"W_x{name}"] = "V", (k, slice(H, -1))
            found[f"W_h{name}"] = "V", (k, slice(0, H))
            found[f"b_{name}"] = "V", (k, -1)
        return found

    def _more_bases(self) -> dict[str, np.ndarray]:
        """Arrays of parameters besides V."""
        return {}

    def _numbers(self) -> dict[str, np.ndarray]:
        """Copies of what the equations of the gates name, also where a gate has no parameters."""
        V, H = self.params.bases["V"].copy(), self.hidden_size
        found: dict[str, np.ndarray] = {}
        for k, v in zip(self.slots, V):
            found |= {f"W_x{k}": v[H:-1], f"W_h{k}": v[:H], f"b_{k}": v[-1]}
        return found

    def forward(
        self,
        xs: np.ndarray,
        state: Any = None,
        mask: np.ndarray | None = None,
        recurrent_dropout: Any = None,
    ) -> tuple[np.ndarray, Any, Cache]:
        """All steps: xs (B,T,D) -> hs (B,T,H), the state after the last step, the cache.

        `mask` (B,T) is True at real steps. A padded step copies the state. So a gradient that
        arrives there goes on to the step before, and the padded step itself adds nothing to the
        gradients of inputs and parameters.
        `recurrent_dropout`, a `Dropout` for training only, multiplies H_{t-1} in all sums with
        the same factors at every step (Gal & Ghahramani 2016).
        """
        xs, state, pad = self._check_sequence(xs, state, mask)
        drop = self._drawn(recurrent_dropout, state.h.shape)
        run, A, last = self._forward(xs, state, pad, drop)
        hs = run.hs[1:].transpose(1, 0, 2).copy()
        state = self.State(hs[:, -1].copy(), *last)
        return hs, state, Cache(f"forward of {self!r}", (run, A))

    def backward(
        self, dhs: np.ndarray, cache: Cache, dstate: Any = None
    ) -> tuple[np.ndarray, Any, dict[str, np.ndarray]]:
        """The gradients of all steps.

        dhs (B,T,H) -> dxs (B,T,D), the gradient of the first state, those of the parameters.
        `dstate` is the gradient of the last state, besides what dhs brings.
        """
        run, A = self._check_cache("forward", cache)
        B, T = run.Z.shape[1], len(run.Z) - 1
        dhs, dstate = self._check_gradients(dhs, dstate, B, T)
        return self._backward(run, A, dhs.transpose(1, 0, 2), dstate)

    def _forward(
        self, xs: np.ndarray, state: Any, pad: Any, drop: Any, below: Any = None
    ) -> tuple[Run, Any, tuple]:
        """The run, what `_loop` kept, the last state without h."""
        weights = {name: base.copy() for name, base in self.params.bases.items()}
        run = Run(*fused.joined(xs, state.h, drop), weights, pad, drop, below)
        return run, *self._loop(run, state)

    def _backward(
        self, run: Run, A: Any, dys: np.ndarray, dstate: Any
    ) -> tuple[np.ndarray, Any, dict[str, np.ndarray]]:
        """dys (T, ...): what arrives at each step; `_loop_back` adds it."""
        B, T, H = run.Z.shape[1], len(run.Z) - 1, self.hidden_size
        product = self._product_back(run, B)
        shape = (fused.block_length(T, B), self.slopes, B, H)
        slopes, *carried = fused.arrays(self.dtype, shape, *(d.shape for d in dstate))
        for own, given in zip(carried, dstate):
            own[:] = given
        dxs = np.empty((B, T, self._entering_size()), self.dtype)
        total: dict[str, Any] = dict.fromkeys(run.weights, np.zeros((), self.dtype))
        for steps in fused.blocks(T, B):
            k = slopes[: steps.stop - steps.start]
            self._slopes(run, A, steps, k)
            back = slice(steps.stop - 1, steps.start - 1 if steps.start else None, -1)
            carried = self._loop_back(
                run, A, back, dys[back], k[::-1], product, carried
            )
            for name, part in self._weight_gradients(run, A, steps, k).items():
                total[name] = total[name] + part
            dxs[:, steps] = self._input_gradient(run, k)
        grads = {n: total[base][key] for n, (base, key) in self._views().items()}
        return dxs, self.State(*(part.copy() for part in carried)), grads

    def _entering_size(self) -> int:
        """The last axis of what `_input_gradient` returns."""
        return self.input_size

    def _input_gradient(self, run: Run, k: np.ndarray) -> np.ndarray:
        """(B,m,D), the gradient of the inputs of a block of steps."""
        return fused.input_gradient(k[:, self.sums], run.weights["V"])

    def _product_back(self, run: Run, B: int) -> Any:
        """From the gradients of the sums to that of H_{t-1}."""
        return fused.sums_backward(run.weights["V"], B, self.hidden_size, run.drop)

    def _weight_gradients(
        self, run: Run, A: Any, steps: slice, k: np.ndarray
    ) -> dict[str, np.ndarray]:
        """The gradients of a block of steps, for each array behind the parameters."""
        return {"V": fused.weight_gradient(run.Z[steps], k[:, self.sums])}
