"""Two layers over one sequence: one reads it ahead, the other one back from its end.

The outputs at step t are [H_t of ahead, H_t of back]: what came before and what comes after. So
there is no `step`: the layer needs the whole sequence.

Papers: Schuster & Paliwal 1997; Graves & Schmidhuber 2005.
Used in book/applications/classification.
"""

from typing import Any, NamedTuple, NoReturn

import numpy as np

from lib.layer import Cache, Layer, kind
from lib.params import HasParts, prefixed, share_parameters


class BidirectionalState(NamedTuple):
    ahead: Any  # after the last step
    back: Any  # after the first step, where that layer ends


class Bidirectional(HasParts, Layer):
    """Bidirectional(ahead, back): outputs (B,T,H + H'); parameters `ahead.W_xi`, `back.W_xi` ...

    The layers may differ, also in their hidden sizes H and H'; they have the same input size and
    dtype.
    """

    State = BidirectionalState
    needs_all_steps = True

    def __init__(self, ahead: Layer, back: Layer):
        for name, layer in (("ahead", ahead), ("back", back)):
            if not isinstance(layer, Layer):
                came = type(layer).__name__
                raise TypeError(f"{name}: expected a recurrent layer, got {came}")
        if share_parameters(ahead, back):
            raise ValueError("back: expected a layer of its own, got the one of ahead")
        for name in ("input_size", "dtype"):
            want, got = getattr(ahead, name), getattr(back, name)
            if want != got:
                raise ValueError(
                    f"back: expected {name} {want}, that of ahead, got {got}"
                )
        size = ahead.hidden_size + back.hidden_size
        super().__init__(ahead.input_size, size, ahead.dtype)
        self.ahead, self.back = ahead, back

    def config(self) -> dict[str, Any]:
        """The arguments that make a layer like this one."""
        return self._parts()

    def __repr__(self) -> str:
        return f"Bidirectional({self.ahead!r}, {self.back!r})"

    def _parts(self) -> dict[str, Any]:
        return {"ahead": self.ahead, "back": self.back}

    def initial_state(self, batch_size: int) -> BidirectionalState:
        """The layers' initial states."""
        return BidirectionalState(
            *(layer.initial_state(batch_size) for layer in self._parts().values())
        )

    def _check_state(
        self, name: str, state: Any, batch_size: int
    ) -> BidirectionalState:
        if state is None:
            return self.initial_state(batch_size)
        if not isinstance(state, tuple) or len(state) != 2:
            raise TypeError(
                f"{name}: expected BidirectionalState(ahead, back), got {kind(state)}"
            )
        return BidirectionalState(
            *(
                layer._check_state(f"{name}.{part}", given, batch_size)
                for (part, layer), given in zip(self._parts().items(), state)
            )
        )

    def step(self, *arguments: Any) -> NoReturn:
        """There is none: an error that says so."""
        raise TypeError(
            f"layer: expected one that runs step by step, got {self!r}, "
            "which needs the whole sequence"
        )

    step_backward = step
    hidden: Any = step
    plus_hidden: Any = step

    def forward(
        self,
        xs: np.ndarray,
        state: Any = None,
        mask: np.ndarray | None = None,
        recurrent_dropout: Any = None,
    ) -> tuple[np.ndarray, BidirectionalState, Cache]:
        """All steps: xs (B,T,D) -> hs (B,T,H + H'), each layer's state where it ends, the cache.

        With padding at the end, `back` first copies its state through it. Each layer draws its
        own recurrent dropout.
        """
        xs, state, _ = self._check_sequence(xs, state, mask)
        turned = None if mask is None else np.asarray(mask)[:, ::-1]
        ahead, last, cache = self.ahead.forward(
            xs, state.ahead, mask, recurrent_dropout
        )
        back, first, cache_back = self.back.forward(
            xs[:, ::-1], state.back, turned, recurrent_dropout
        )
        hs = np.concatenate([ahead, back[:, ::-1]], axis=2)
        kept = xs.shape[:2], cache, cache_back
        return hs, BidirectionalState(last, first), Cache(f"forward of {self!r}", kept)

    def backward(
        self, dhs: np.ndarray, cache: Cache, dstate: Any = None
    ) -> tuple[np.ndarray, BidirectionalState, dict[str, np.ndarray]]:
        """The gradients of all steps: those of both layers."""
        (B, T), cache_ahead, cache_back = self._check_cache("forward", cache)
        dhs, dstate = self._check_gradients(dhs, dstate, B, T)
        H = self.ahead.hidden_size
        dxs, dlast, grads = self.ahead.backward(dhs[..., :H], cache_ahead, dstate.ahead)
        dxs_back, dfirst, more = self.back.backward(
            dhs[:, ::-1, H:], cache_back, dstate.back
        )
        grads = prefixed("ahead", grads) | prefixed("back", more)
        return dxs + dxs_back[:, ::-1], BidirectionalState(dlast, dfirst), grads
