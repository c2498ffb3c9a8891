"""The depth-gated long short-term memory: layers whose cell states are joined by a gate.

Level 0 is an LSTM with peepholes. Every level above it adds a depth gate D, which lets the cell
state of the level below in. At one level, with X_t the hidden state of the level below (the input
at level 0) and L_t its cell state (rows; * is elementwise):

    I_t = sigma(X_t W_xi + H_{t-1} W_hi + p_i * C_{t-1} + b_i)         input gate       eq-depth-i
    F_t = sigma(X_t W_xf + H_{t-1} W_hf + p_f * C_{t-1} + b_f)         forget gate      eq-depth-f
    G_t = tanh (X_t W_xg + H_{t-1} W_hg + b_g)                         candidate        eq-depth-g
    D_t = sigma(X_t W_xd + w_cd * C_{t-1} + w_ld * L_t + b_d)          depth gate       eq-depth-d
    C_t = F_t * C_{t-1} + I_t * G_t + D_t * L_t                        cell state       eq-depth-c
    O_t = sigma(X_t W_xo + H_{t-1} W_ho + p_o * C_t + b_o)             output gate      eq-depth-o
    H_t = O_t * tanh(C_t)                                              hidden state     eq-depth-h

Shapes: X_t (B,D) at level 0, (B,H) above; every gate, L_t, C_t and H_t (B,H); W_x. (D,H) or (H,H),
W_h. (H,H), b., p. and w. (H,).

Paper: Yao, Cohn, Vylomova, Duh & Dyer 2015. Derived in book/variants/depth_gated.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy import add, copyto, multiply, subtract, tanh

from lib import check_input, fused
from lib.activations import sigmoid
from lib.fused_layer import OPEN, FusedLayer, Run
from lib.initializers import glorot_uniform
from lib.layer import Cache, Layer
from lib.lstm import LSTMState
from lib.params import HasParts, prefixed


class DepthGatedState(NamedTuple):
    h: np.ndarray  # (L,B,H), the top level last
    c: np.ndarray  # (L,B,H)


class Level(FusedLayer):
    """One level; `gated` if there is one below it."""

    State = LSTMState

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        rng: np.random.Generator,
        dtype: Any,
        gated: bool,
        peepholes: str,
        forget_gate: bool,
    ):
        self.gated, self.peepholes = gated, peepholes
        self.mixing = "ifd" if gated else "if"  # of g, of the c before, of the c below
        self.slots, self.names = f"o{self.mixing}g", "ifgo" if forget_gate else "igo"
        n = len(self.mixing)
        self.slopes, self.sums = 2 + 2 * n, slice(1, 3 + n)
        super().__init__(input_size, hidden_size, rng, dtype)
        if gated:  # d has no W_h: its rows of V stay 0
            self.params["W_xd"] = glorot_uniform(rng, self.params["W_xd"].shape)
        if not forget_gate:
            self.params.bases["V"][self.slots.index("f"), -1] = OPEN

    def _more_bases(self) -> dict[str, np.ndarray]:
        """P[k] belongs to the k-th of i, f, o, and above level 0 of cd, ld."""
        return {"P": np.zeros((5 if self.gated else 3, self.hidden_size), self.dtype)}

    def _views(self) -> dict[str, tuple[str, Any]]:
        H, found = self.hidden_size, super()._views()
        if self.gated:
            d = self.slots.index("d")
            found |= {
                "W_xd": ("V", (d, slice(H, -1))),
                "w_cd": ("P", 3),
                "w_ld": ("P", 4),
            }
            found["b_d"] = "V", (d, -1)
        seeing = [k for k in self.peepholes if k in self.names]
        return found | {f"p_{k}": ("P", "ifo".index(k)) for k in seeing}

    def step(
        self, x: np.ndarray, state: LSTMState, below: Any
    ) -> tuple[LSTMState, tuple]:
        """One time step of one level, as the equations stand; `below` is L_t."""
        h, c = state
        p, (p_i, p_f, p_o, *w) = self._numbers(), self.params.bases["P"].copy()
        i = sigmoid(x @ p["W_xi"] + h @ p["W_hi"] + p_i * c + p["b_i"])  # eq-depth-i
        f = sigmoid(x @ p["W_xf"] + h @ p["W_hf"] + p_f * c + p["b_f"])  # eq-depth-f
        g = tanh(x @ p["W_xg"] + h @ p["W_hg"] + p["b_g"])  # eq-depth-g
        d = L = np.zeros_like(c)  # at level 0 there is nothing to let in
        if self.gated:
            L, (w_cd, w_ld) = below.copy(), w
            d = sigmoid(x @ p["W_xd"] + w_cd * c + w_ld * L + p["b_d"])  # eq-depth-d
        c_new = f * c + i * g + d * L  # eq-depth-c
        c_o = p_o * c_new
        o = sigmoid(x @ p["W_xo"] + h @ p["W_ho"] + c_o + p["b_o"])  # eq-depth-o
        h_new = o * tanh(c_new)  # eq-depth-h
        before, gates = (x.copy(), h.copy(), c.copy(), L), (i, f, g, d, o)
        return LSTMState(h_new, c_new), (before, gates, c_new, p, (p_i, p_f, p_o, *w))

    def step_backward(
        self, dstate: LSTMState, kept: tuple
    ) -> tuple[np.ndarray, LSTMState, dict, np.ndarray]:
        """The gradients of one step; the last of them is that of L_t."""
        (x, h, c, L), (i, f, g, d, o), c_new, p, (p_i, p_f, p_o, *w) = kept
        dh_new, dc_new = dstate
        u = tanh(c_new)
        da_o = dh_new * u * o * (1 - o)
        dc_new = dc_new + dh_new * o * (1 - u * u) + p_o * da_o  # eq-depth-dc
        da = {
            "i": dc_new * g * i * (1 - i),
            "f": dc_new * c * f * (1 - f),
            "g": dc_new * i * (1 - g * g),
            "d": dc_new * L * d * (1 - d),  # eq-depth-dd
            "o": da_o,
        }
        dx = sum(da[k] @ p[f"W_x{k}"].T for k in self.slots)
        dh = sum(da[k] @ p[f"W_h{k}"].T for k in self.slots)
        dc, dL = dc_new * f + p_i * da["i"] + p_f * da["f"], dc_new * d  # eq-depth-dl
        if self.gated:
            w_cd, w_ld = w
            dc, dL = dc + w_cd * da["d"], dL + w_ld * da["d"]  # eq-depth-seen
        seen = {"p_i": c, "p_f": c, "p_o": c_new, "w_cd": c, "w_ld": L}
        grads = {}
        for name in self.params:
            k = da[name[-1]]
            if name in seen:
                grads[name] = (seen[name] * k).sum(0)  # eq-depth-dw
            elif name.startswith("b"):
                grads[name] = k.sum(0)
            else:
                grads[name] = (x if name.startswith("W_x") else h).T @ k
        return dx, LSTMState(dh, dc), grads, dL

    def _loop(self, run: Run, state: LSTMState) -> tuple[np.ndarray, tuple]:
        """All steps, into hs; A[t] holds o, i, f, (d,) g of step t, the c before and L_t."""
        T, (B, H), n = len(run.Z) - 1, state.h.shape, len(self.mixing)
        A, both, seen, u = fused.arrays(
            self.dtype, (T + 1, 1 + 2 * n, B, H), (n, B, H), (n, B, H), (B, H)
        )
        A[0, n + 2] = state.c
        # sigma(a) = (1 + tanh(a/2)) / 2: all V and P but g's are halved.
        halved = run.weights["V"] * fused.column(self.dtype, *[0.5] * (1 + n), 1)
        half = np.array(0.5, self.dtype)
        product, weights = fused.sums(halved, B)
        p_i, p_f, p_o, *w = half * run.weights["P"]
        P = np.stack([p_i, p_f, *w[:1]])[:, None]
        from_below = fused.skips(None)
        if self.gated:
            A[:T, n + 3], from_below = run.below, w[1] * run.below
        for z, a, sums, o, gates, values, d, c_before, c, h_before, h, ld, entering, skip in zip(
            run.Z, fused.side_by_side(A[:T, : n + 2]), A[:, 1 : n + 2], A[:, 0], A[:, 1 : n + 1],
            A[:, n + 1 :], A[:, n], A[:, n + 2], A[1:, n + 2], run.hs, run.hs[1:], from_below,
            run.entering(), fused.skips(run.pad),
        ):  # fmt: skip
            product(z, weights, a)
            multiply(c_before, P, seen)
            add(gates, seen, gates)
            if ld is not None:
                add(d, ld, d)  # what d sees of L_t
            tanh(sums, sums)
            multiply(gates, half, gates)
            add(gates, half, gates)
            multiply(gates, values, both)
            add.reduce(both, axis=0, out=c)  # c = i g + f c + d L
            multiply(c, p_o, u)
            add(o, u, o)
            tanh(o, o)
            multiply(o, half, o)
            add(o, half, o)
            tanh(c, u)
            multiply(o, u, h)
            if skip is not None:
                copyto(c, c_before, where=skip)
                copyto(h, h_before, where=skip)
            if entering is not None:
                multiply(h, run.drop, entering)
        return A, (A[T, n + 2].copy(),)

    def _slopes(self, run: Run, A: np.ndarray, steps: slice, k: np.ndarray) -> None:
        """Fill k (m,2+2n,B,H) with all slopes, n = 2 or 3 gates that mix.

        k[:,0] of h by c; k[:,1] of h by o's sum; then of c by the sums of the gates that mix and
        of g, by the c before, by L_t. Peepholes enter where a sum depends on a cell state.
        """
        n, (p_i, p_f, p_o, *w) = len(self.mixing), run.weights["P"]
        o, i, g = A[steps, 0], A[steps, 1], A[steps, n + 1]
        u = tanh(A[1:, n + 2][steps])
        subtract(1, A[steps, : n + 1], k[:, 1 : n + 2])
        k[:, 1 : n + 2] *= A[steps, : n + 1]
        k[:, 1] *= u
        k[:, 2 : n + 2] *= A[steps, n + 1 :]
        multiply(g, g, k[:, n + 2])
        subtract(1, k[:, n + 2], k[:, n + 2])
        k[:, n + 2] *= i
        multiply(u, u, k[:, 0])
        subtract(1, k[:, 0], k[:, 0])
        k[:, 0] *= o
        k[:, 0] += p_o * k[:, 1]
        k[:, n + 3 :] = A[steps, 2 : n + 1]
        k[:, n + 3] += p_i * k[:, 2] + p_f * k[:, 3]
        if self.gated:
            w_cd, w_ld = w
            k[:, n + 3] += w_cd * k[:, 4]
            k[:, n + 4] += w_ld * k[:, 4]
        if run.pad is not None:  # a padded step hands c on and has no sums
            copyto(k, 0, where=run.pad[steps, None])
            copyto(k[:, n + 3], 1, where=run.pad[steps])

    def _loop_back(
        self,
        run: Run,
        A: Any,
        back: slice,
        dys: Any,
        k: Any,
        product: Any,
        carried: list,
    ) -> list:
        """The steps of a block, the last one first; dys holds what arrives at h and at c."""
        dh_next, dc = carried
        dh, n = np.empty_like(dh_next), len(self.mixing)
        for (dy, dc_above), kc, kc_o, k_rest, dc_before, da, skip in zip(
            dys, k[:, 0], k[:, :2], k[:, 2:], k[:, n + 3],
            fused.side_by_side(k[:, self.sums]), fused.skips(run.pad, back),
        ):  # fmt: skip
            add(dh_next, dy, dh)
            multiply(kc_o, dh, kc_o)
            add(kc, dc, kc)
            add(kc, dc_above, kc)  # now dc of this step
            multiply(k_rest, kc, k_rest)  # now gradients
            product(da, dh_next)
            if skip is not None:
                add(dh_next, dh, dh_next, where=skip)
            dc = dc_before
        return [dh_next, dc.copy()]  # a copy: the next block overwrites it

    def _entering_size(self) -> int:
        return self.input_size + self.gated * self.hidden_size

    def _input_gradient(self, run: Run, k: np.ndarray) -> np.ndarray:
        dx = super()._input_gradient(run, k)
        if not self.gated:
            return dx
        return np.concatenate([dx, k[:, -1].transpose(1, 0, 2)], axis=2)

    def _weight_gradients(
        self, run: Run, A: np.ndarray, steps: slice, k: np.ndarray
    ) -> dict[str, np.ndarray]:
        found, n = super()._weight_gradients(run, A, steps, k), len(self.mixing)
        c_before, c, below = A[steps, n + 2], A[1:, n + 2][steps], A[steps, -1]
        da_o, da_i, da_f, da_d = k[:, 1:5].swapaxes(0, 1)
        pairs = [(c_before, da_i), (c_before, da_f), (c, da_o)]
        if self.gated:
            pairs += [(c_before, da_d), (below, da_d)]
        return found | {"P": np.stack([(seen * da).sum((0, 1)) for seen, da in pairs])}


class DepthGatedLSTM(HasParts, Layer):
    """DepthGatedLSTM(input_size, hidden_size, num_layers=2); `forward` returns the top level's h.

    Parameters are named `layer0.W_xi` ...; from `layer1` on a level has also W_xd, w_cd, w_ld and
    b_d. `peepholes` names the gates that have one, a part of "ifo"; they, w_cd and w_ld start at
    0. `forget_bias` and `input_bias` are the first values of all b_f and b_i;
    `forget_gate=False` leaves f out, F_t = 1.
    """

    State = DepthGatedState
    settings = ("num_layers", "peepholes", "forget_gate")

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        rng: np.random.Generator | None = None,
        dtype: Any = np.float64,
        *,
        num_layers: int = 2,
        peepholes: str = "ifo",
        forget_bias: float = 1.0,
        input_bias: float = 0.0,
        forget_gate: bool = True,
    ):
        super().__init__(input_size, hidden_size, dtype)
        self.num_layers = check_input.size("num_layers", num_layers)
        self.peepholes = check_input.letters("peepholes", peepholes, "ifo")
        self.forget_gate = check_input.flag("forget_gate", forget_gate)
        rng = check_input.generator("rng", rng)
        biases = {
            "b_i": check_input.number("input_bias", input_bias),
            "b_f": check_input.number("forget_bias", forget_bias),
        }
        if not forget_gate:
            del biases["b_f"]
        self.levels = [
            Level(
                hidden_size if k else input_size, hidden_size, rng, dtype,
                gated=k > 0, peepholes=self.peepholes, forget_gate=self.forget_gate,
            )
            for k in range(self.num_layers)
        ]  # fmt: skip
        for level in self.levels:
            for name, bias in biases.items():
                level.params[name][:] = bias

    def _parts(self) -> dict[str, Any]:
        return {f"layer{k}": level for k, level in enumerate(self.levels)}

    def _state_shapes(self, batch_size: int) -> tuple[tuple[int, ...], ...]:
        return ((self.num_layers, batch_size, self.hidden_size),) * 2

    def hidden(self, state: DepthGatedState) -> np.ndarray:
        """The hidden state (B,H) of the top level."""
        return state.h[-1]

    def plus_hidden(self, dstate: DepthGatedState, dh: np.ndarray) -> DepthGatedState:
        """A state's gradient, with dh (B,H) added to that of the top level's hidden state."""
        return dstate._replace(h=np.concatenate([dstate.h[:-1], dstate.h[-1:] + dh]))

    def step(
        self, x: np.ndarray, state: DepthGatedState
    ) -> tuple[DepthGatedState, Cache]:
        """One time step of all levels, the lowest first. x (B,D)."""
        x, (h, c) = self._check_step(x, state)
        after, kept, below = [], [], None
        for level, *before in zip(self.levels, h, c):
            found, cache = level.step(x, LSTMState(*before), below)
            x, below = found
            after.append(found)
            kept.append(cache)
        h_new, c_new = (np.stack(parts) for parts in zip(*after))
        return DepthGatedState(h_new, c_new), Cache(f"step of {self!r}", tuple(kept))

    def step_backward(
        self, dstate: DepthGatedState, cache: Cache
    ) -> tuple[np.ndarray, DepthGatedState, dict]:
        """The gradients of one step, from the top level down."""
        kept = self._check_cache("step", cache)
        dh, dc = self._check_state("dstate", dstate, len(kept[0][0][0]))
        dx: Any = 0
        dbelow: Any = 0
        found: list = []
        grads: dict[str, np.ndarray] = {}
        for k in reversed(range(self.num_layers)):
            dafter = LSTMState(dh[k] + dx, dc[k] + dbelow)
            dx, dbefore, more, dbelow = self.levels[k].step_backward(dafter, kept[k])
            found.insert(0, dbefore)
            grads = prefixed(f"layer{k}", more) | grads
        return dx, DepthGatedState(*(np.stack(part) for part in zip(*found))), grads

    def forward(
        self,
        xs: np.ndarray,
        state: Any = None,
        mask: np.ndarray | None = None,
        recurrent_dropout: Any = None,
    ) -> tuple[np.ndarray, DepthGatedState, Cache]:
        """All steps: xs (B,T,D) -> hs (B,T,H), the state after the last step, the cache.

        Level by level: a level needs only the hidden and cell states of the one below. For `mask`
        and `recurrent_dropout` see `LSTM`; each level draws its own dropout.
        """
        xs, (h, c), pad = self._check_sequence(xs, state, mask)
        kept, last, below = [], [], None
        for level, *before in zip(self.levels, h, c):
            drop = self._drawn(recurrent_dropout, before[0].shape)
            run, A, (c_last,) = level._forward(xs, LSTMState(*before), pad, drop, below)
            xs = run.hs[1:].transpose(1, 0, 2).copy()
            below = A[1:, len(level.mixing) + 2]
            kept.append((run, A))
            last.append((xs[:, -1], c_last))
        state = DepthGatedState(*(np.stack(parts) for parts in zip(*last)))
        return xs, state, Cache(f"forward of {self!r}", tuple(kept))

    def backward(
        self, dhs: np.ndarray, cache: Cache, dstate: Any = None
    ) -> tuple[np.ndarray, DepthGatedState, dict[str, np.ndarray]]:
        """The gradients of all steps, from the top level down.

        dhs (B,T,H) -> dxs (B,T,D), the gradient of the first state, those of the parameters.
        `dstate` is the gradient of the last state, besides what dhs brings.
        """
        kept = self._check_cache("forward", cache)
        T, B, H = kept[0][0].hs[1:].shape
        found: list = []
        grads: dict[str, np.ndarray] = {}
        dhs, (dh, dc) = self._check_gradients(dhs, dstate, B, T)
        dcs = np.zeros_like(dhs)
        for k in reversed(range(self.num_layers)):
            dys = np.stack([dhs, dcs]).transpose(2, 0, 1, 3)
            run, A = kept[k]
            dafter = LSTMState(dh[k], dc[k])
            dxs, dbefore, more = self.levels[k]._backward(run, A, dys, dafter)
            dhs, dcs = dxs[..., :H], dxs[..., H:]
            found.insert(0, dbefore)
            grads = prefixed(f"layer{k}", more) | grads
        return dxs, DepthGatedState(*(np.stack(part) for part in zip(*found))), grads
