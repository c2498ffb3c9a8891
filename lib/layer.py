"""The contract that all recurrent layers keep, and its checks.

    state = layer.initial_state(batch_size)
    state, cache = layer.step(x, state)                       # one step, as the equations stand
    dx, dstate, grads = layer.step_backward(dstate, cache)
    hs, state, cache = layer.forward(xs, state, mask)         # all steps, fast
    dxs, dstate, grads = layer.backward(dhs, cache, dstate)

State and cache go in and out, nothing hides in the layer: no call changes what it was given, an
earlier result or a cache.
"""

from typing import Any, ClassVar, NamedTuple

import numpy as np

from lib import check_input
from lib.dropout import Dropout
from lib.params import HasParams


class Cache(NamedTuple):
    """What a call of `forward` or `step` kept for its way back."""

    origin: (
        str  # which method of which kind of layer; the weights it used are in `kept`
    )
    kept: tuple


class Layer(HasParams):
    """A recurrent layer: inputs (B,T,D) -> outputs (B,T,H).

    `settings` names the attributes that, with the sizes and the dtype, make a layer of the same
    kind: what `repr` shows and what is saved. Without `rng` every layer draws its first weights
    from seed 0, so two of them start equal: give the parts of one network one common generator.
    """

    State: Any  # a NamedTuple class of arrays, h first
    settings: ClassVar[tuple[str, ...]] = ()
    needs_all_steps: bool = False  # it reads backward, too, so it has no `step`
    step: Any
    step_backward: Any
    forward: Any
    backward: Any

    def __init__(self, input_size: int, hidden_size: int, dtype: Any):
        self.input_size = check_input.size("input_size", input_size)
        self.hidden_size = check_input.size("hidden_size", hidden_size)
        self.dtype = check_input.float_dtype("dtype", dtype)

    def config(self) -> dict[str, Any]:
        """The arguments that make a layer like this one; the parameters are not among them."""
        sizes = {"input_size": self.input_size, "hidden_size": self.hidden_size}
        own = {name: getattr(self, name) for name in self.settings}
        return {**sizes, "dtype": str(self.dtype), **own}

    def __repr__(self) -> str:
        D, H, dtype, *own = self.config().values()
        rest = (f", {n}={v!r}" for n, v in zip(self.settings, own, strict=True))
        return f"{type(self).__name__}({D}, {H}, dtype={dtype}{''.join(rest)})"

    def _state_shapes(self, batch_size: int) -> tuple[tuple[int, ...], ...]:
        """The shape of each field of the state."""
        return ((batch_size, self.hidden_size),) * len(self.State._fields)

    def initial_state(self, batch_size: int) -> Any:
        """The state before the first step: zeros."""
        B = check_input.size("batch_size", batch_size)
        return self.State(*(np.zeros(s, self.dtype) for s in self._state_shapes(B)))

    # Where the output stands in a state: the last layer's h, if there are several.

    def hidden(self, state: Any) -> np.ndarray:
        """The hidden state (B,H) in a state: what `forward` returns for that step."""
        return state.h

    def plus_hidden(self, dstate: Any, dh: np.ndarray) -> Any:
        """A state's gradient, with dh (B,H) added to that of the hidden state."""
        return dstate._replace(h=dstate.h + dh)

    # Checks of arguments: each returns arrays of the layer's dtype.

    def _check_state(self, name: str, state: Any, batch_size: int) -> Any:
        if state is None:
            return self.initial_state(batch_size)
        fields = self.State._fields
        if not isinstance(state, tuple) or len(state) != len(fields):
            wanted = f"{self.State.__name__}({', '.join(fields)})"
            raise TypeError(f"{name}: expected {wanted}, got {kind(state)}")
        shapes = self._state_shapes(batch_size)
        return self.State(
            *(
                check_input.floats(f"{name}.{field}", value, shape, self.dtype)
                for field, value, shape in zip(fields, state, shapes, strict=True)
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

    def _drawn(
        self, recurrent_dropout: Any, shape: tuple[int, int]
    ) -> np.ndarray | None:
        """The factors of recurrent dropout: one draw, which serves all steps."""
        if recurrent_dropout is None:
            return None
        if not isinstance(recurrent_dropout, Dropout):
            name = type(recurrent_dropout).__name__
            raise TypeError(
                f"recurrent_dropout: expected a Dropout or None, got {name}"
            )
        return recurrent_dropout.forward(np.ones(shape, self.dtype))[1]


def kind(state: Any) -> str:
    """What came instead of a state, in words."""
    length = f" of {len(state)}" if isinstance(state, tuple) else ""
    return f"{type(state).__name__}{length}"
