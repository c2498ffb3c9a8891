"""What recurrent layers have in common: named parameters over one array, and the checks."""

from typing import Any, NamedTuple

import numpy as np

from lib import check_input
from lib.initializers import glorot_uniform, orthogonal
from lib.params import Params


class Layer:
    """Parameters of a recurrent layer: `params` are named views into `V` (K, H+D+1, H).

    V[k] = [W_hk; W_xk; b_k] belongs to the k-th letter of `slots`, the order in which the fast
    path wants the gates; `names` is the order in which they are listed. Initial values are those
    of Keras: W_x Glorot uniform and W_h orthogonal, each over all gates side by side, b zero.
    """

    State: Any  # a NamedTuple class of (B, H) arrays
    slots: str
    names: str
    step: Any  # the four methods that each layer writes itself
    step_backward: Any
    forward: Any
    backward: Any

    def __init__(self, input_size: int, hidden_size: int, rng: Any, dtype: Any):
        D = self.input_size = check_input.size("input_size", input_size)
        H = self.hidden_size = check_input.size("hidden_size", hidden_size)
        self.dtype = check_input.float_dtype("dtype", dtype)
        rng = check_input.generator("rng", rng)
        K = len(self.slots)
        self.V = np.zeros((K, H + D + 1, H), self.dtype)
        self._params = Params(self._named(self.V))
        W_x, W_h = glorot_uniform(rng, (D, K * H)), orthogonal(rng, (H, K * H))
        for k, name in enumerate(self.names):
            self.params[f"W_x{name}"] = W_x[:, k * H : (k + 1) * H]
            self.params[f"W_h{name}"] = W_h[:, k * H : (k + 1) * H]

    @property
    def params(self) -> Params:
        """name -> array; all ways of assigning copy into the layer's own arrays."""
        return self._params

    @params.setter
    def params(self, values: dict[str, np.ndarray]) -> None:
        if values.keys() != self._params.keys():
            odd = ", ".join(sorted(values.keys() ^ self._params.keys()))
            raise ValueError(
                f"params: expected all names of {self!r}, got a difference in {odd}"
            )
        self._params.update(values)

    def _named(self, V: np.ndarray) -> dict[str, np.ndarray]:
        """The views of V, or of a gradient of V's shape, by name."""
        H = self.hidden_size
        found: dict[str, np.ndarray] = {}
        for name in self.names:
            v = V[self.slots.index(name)]
            found |= {f"W_x{name}": v[H:-1], f"W_h{name}": v[:H], f"b_{name}": v[-1]}
        return found

    def __getstate__(self) -> dict:
        """Copies and pickles keep V alone; the views are made anew and stay tied to it."""
        return {
            name: value for name, value in self.__dict__.items() if name != "_params"
        }

    def __setstate__(self, state: dict) -> None:
        self.__dict__.update(state)
        self._params = Params(self._named(self.V))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.input_size}, {self.hidden_size}, dtype={self.dtype})"

    def initial_state(self, batch_size: int) -> Any:
        """The state before the first step: zeros."""
        B = check_input.size("batch_size", batch_size)
        return self.State(
            *(np.zeros((B, self.hidden_size), self.dtype) for _ in self.State._fields)
        )

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

    def _check_sequence(self, xs: Any, state: Any, mask: Any) -> "Sequence":
        xs = check_input.floats("xs", xs, ("B", "T", self.input_size), self.dtype)
        mask = check_input.mask("mask", mask, xs.shape[:2])
        return Sequence(xs, self._check_state("state", state, len(xs)), pads(mask))

    def _check_gradients(
        self, dhs: Any, dstate: Any, B: int, T: int
    ) -> tuple[np.ndarray, Any]:
        dhs = check_input.floats("dhs", dhs, (B, T, self.hidden_size), self.dtype)
        return dhs, self._check_state("dstate", dstate, B)


class Sequence(NamedTuple):
    """Checked arguments of `forward`."""

    xs: np.ndarray
    state: Any
    pad: np.ndarray | None


def pads(mask: np.ndarray | None) -> np.ndarray | None:
    """Where a step is padding, time first: (T, B, 1) bool, a copy. None if no step is."""
    return None if mask is None or mask.all() else ~mask.T[..., None]


def _kind(state: Any) -> str:
    length = f" of {len(state)}" if isinstance(state, tuple) else ""
    return f"{type(state).__name__}{length}"
