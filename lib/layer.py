"""What recurrent layers have in common: parameters over one array, the frame of a sequence, checks.

A layer adds its arithmetic, in five methods: `step` and `step_backward` as the equations stand,
and for a whole sequence `_loop` (the steps), `_slopes` (what needs no gradient) and `_loop_back`
(the steps backward).
"""

from typing import Any, NamedTuple

import numpy as np

from lib import check_input, fused
from lib.initializers import glorot_uniform, orthogonal
from lib.params import HasParams, Params


class Cache(NamedTuple):
    """What a call of `forward` or `step` kept for its way back."""

    origin: str  # which method of which layer
    kept: tuple


class Layer(HasParams):
    """Parameters of a recurrent layer: `params` are named views into `V` (K, H+D+1, H).

    V[k] = [W_hk; W_xk; b_k] belongs to the k-th letter of `slots`, the order in which the fast
    path wants the gates; `names` is the order in which they are listed. Initial values are those
    of Keras: W_x Glorot uniform and W_h orthogonal, each over all gates side by side, b zero.
    """

    State: Any  # a NamedTuple class of (B,H) arrays, h first
    slots: str
    names: str
    slopes: int  # slots of `_slopes`: arrays (B,H) for each step
    sums: (
        slice  # those that become the gradients of the K sums, in the order of `slots`
    )
    step: Any
    step_backward: Any
    _loop: Any
    _slopes: Any
    _loop_back: Any

    def __init__(self, input_size: int, hidden_size: int, rng: Any, dtype: Any):
        D = self.input_size = check_input.size("input_size", input_size)
        H = self.hidden_size = check_input.size("hidden_size", hidden_size)
        self.dtype = check_input.float_dtype("dtype", dtype)
        rng = check_input.generator("rng", rng)
        K = len(self.slots)
        self.V = np.zeros((K, H + D + 1, H), self.dtype)
        self._params = Params({"V": self.V}, self._views())
        W_x, W_h = glorot_uniform(rng, (D, K * H)), orthogonal(rng, (H, K * H))
        for k, name in enumerate(self.names):
            self.params[f"W_x{name}"] = W_x[:, k * H : (k + 1) * H]
            self.params[f"W_h{name}"] = W_h[:, k * H : (k + 1) * H]

    def _views(self) -> dict[str, tuple[str, Any]]:
        """Where in V each parameter lies."""
        H = self.hidden_size
        found: dict[str, tuple[str, Any]] = {}
        for name in self.names:
            k = self.slots.index(name)
            found[f"W_x{name}"] = "V", (k, slice(H, -1))
            found[f"W_h{name}"] = "V", (k, slice(0, H))
            found[f"b_{name}"] = "V", (k, -1)
        return found

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.input_size}, {self.hidden_size}, dtype={self.dtype})"

    def initial_state(self, batch_size: int) -> Any:
        """The state before the first step: zeros."""
        B = check_input.size("batch_size", batch_size)
        shape = (B, self.hidden_size)
        return self.State(*(np.zeros(shape, self.dtype) for _ in self.State._fields))

    def forward(
        self, xs: np.ndarray, state: Any = None, mask: np.ndarray | None = None
    ) -> tuple[np.ndarray, Any, Cache]:
        """All steps: xs (B,T,D) -> hs (B,T,H), the state after the last step, the cache.

        `mask` (B,T) is True at real steps. A padded step copies the state, so a gradient that
        arrives there goes on to the step before; it adds nothing to any gradient itself.
        """
        xs, state, pad = self._check_sequence(xs, state, mask)
        Z, V = fused.joined(xs, state.h), self.V.copy()
        A, last = self._loop(Z, V, state, pad)
        hs = Z[1:, :, : self.hidden_size].transpose(1, 0, 2).copy()
        state = self.State(hs[:, -1].copy(), *last)
        return hs, state, Cache(f"forward of {self!r}", (Z, V, A, pad))

    def backward(
        self, dhs: np.ndarray, cache: Cache, dstate: Any = None
    ) -> tuple[np.ndarray, Any, dict[str, np.ndarray]]:
        """The gradients of all steps.

        dhs (B,T,H) -> dxs (B,T,D), the gradient of the first state, those of the parameters.
        `dstate` is the gradient of the last state, besides what dhs brings.
        """
        Z, V, A, pad = self._check_cache("forward", cache)
        (T, B), H = (len(Z) - 1, Z.shape[1]), self.hidden_size
        dhs, dstate = self._check_gradients(dhs, dstate, B, T)
        product = fused.sums_backward(V, B, H)
        shape = (fused.block_length(T, B), self.slopes, B, H)
        slopes, *carried = fused.arrays(self.dtype, shape, *((B, H) for _ in dstate))
        for own, given in zip(carried, dstate):
            own[:] = given
        dxs = np.empty((B, T, self.input_size), self.dtype)
        dV = np.zeros((), self.dtype)
        for steps in fused.blocks(T, B):
            k = slopes[: steps.stop - steps.start]
            skip = None if pad is None else pad[steps]
            self._slopes(Z, A, steps, skip, k)
            back = None if skip is None else skip[::-1]
            dys = dhs.transpose(1, 0, 2)[steps]
            carried = self._loop_back(dys[::-1], k[::-1], back, product, carried)
            dV = dV + fused.weight_gradient(Z[steps], k[:, self.sums])
            dxs[:, steps] = fused.input_gradient(k[:, self.sums], V)
        grads = {name: dV[key] for name, (_, key) in self._views().items()}
        return dxs, self.State(*(part.copy() for part in carried)), grads

    # Checks of arguments: each returns arrays of the layer's dtype.

    def _check_state(self, name: str, state: Any, batch_size: int) -> Any:
        if state is None:
            return self.initial_state(batch_size)
        fields = self.State._fields
        if not isinstance(state, tuple) or len(state) != len(fields):
            wanted = f"{self.State.__name__}({', '.join(fields)})"
            raise TypeError(f"{name}: expected {wanted}, got {_kind(state)}")
        shape = (batch_size, self.hidden_size)
        return self.State(
            *(
                check_input.floats(f"{name}.{field}", value, shape, self.dtype)
                for field, value in zip(fields, state, strict=True)
            )
        )

    def _check_step(self, x: Any, state: Any) -> tuple[np.ndarray, Any]:
        x = check_input.floats("x", x, ("B", self.input_size), self.dtype)
        return x, self._check_state("state", state, len(x))

    def _check_sequence(
        self, xs: Any, state: Any, mask: Any
    ) -> tuple[np.ndarray, Any, np.ndarray | None]:
        """xs, state, and where a step is padding: (T,B,1) bool, or None if no step is."""
        xs = check_input.floats("xs", xs, ("B", "T", self.input_size), self.dtype)
        mask = check_input.mask("mask", mask, xs.shape[:2])
        pad = None if mask is None or mask.all() else ~mask.T[..., None]
        return xs, self._check_state("state", state, len(xs)), pad

    def _check_gradients(
        self, dhs: Any, dstate: Any, B: int, T: int
    ) -> tuple[np.ndarray, Any]:
        dhs = check_input.floats("dhs", dhs, (B, T, self.hidden_size), self.dtype)
        return dhs, self._check_state("dstate", dstate, B)

    def _check_cache(self, method: str, cache: Any) -> tuple:
        wanted = f"{method} of {self!r}"
        origin = cache.origin if isinstance(cache, Cache) else None
        if origin != wanted:
            came = f"that of {origin}" if origin else type(cache).__name__
            error = ValueError if origin else TypeError
            raise error(f"cache: expected that of {wanted}, got {came}")
        return cache.kept


def _kind(state: Any) -> str:
    length = f" of {len(state)}" if isinstance(state, tuple) else ""
    return f"{type(state).__name__}{length}"
