"""The gated recurrent unit.

Equations (rows; * is elementwise), with H_0 = 0 unless a state is given:

    Z_t = sigma(X_t W_xz + H_{t-1} W_hz + b_z)                      update gate       eq-gru-z
    R_t = sigma(X_t W_xr + H_{t-1} W_hr + b_r)                      reset gate        eq-gru-r
    N_t = tanh(X_t W_xn + (R_t * H_{t-1}) W_hn + b_n)               candidate         eq-gru-n
    H_t = Z_t * H_{t-1} + (1 - Z_t) * N_t                           hidden state      eq-gru-h

With `reset_after=True` the reset gate works after the product (PyTorch; Keras by default):

    N_t = tanh(X_t W_xn + b_n + R_t * (H_{t-1} W_hn + b_hn))        candidate         eq-gru-n-after

That is another function, not another way to write it. With `update="write"` the two parts change
places: H_t = (1 - Z_t) * H_{t-1} + Z_t * N_t. That is the same function with the signs of W_xz,
W_hz and b_z flipped.

Shapes: X_t (B,D), Z_t, R_t, N_t and H_t (B,H), W_x. (D,H), W_h. (H,H), b. (H,).

Papers: Cho et al. 2014 (reset before, z keeps); Chung et al. 2014 (z writes).
Derived in book/variants/gru.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy import add, copyto, multiply, subtract, tanh

from lib import check_input, fused
from lib.activations import sigmoid
from lib.fused_layer import FusedLayer, Run
from lib.layer import Cache


class GRUState(NamedTuple):
    h: np.ndarray  # (B,H)


class GRU(FusedLayer):
    """GRU(input_size, hidden_size): 3 H (D + H + 1) parameters, with `reset_after` H more.

    `reset_after` and `update` ("keep" or "write") choose the form, see above. `update_bias` is
    the first value of b_z.
    """

    State = GRUState
    slots, names = "nzr", "zrn"
    slopes, sums = 5, slice(1, 4)
    settings = ("reset_after", "update")

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        rng: np.random.Generator | None = None,
        dtype: Any = np.float64,
        *,
        reset_after: bool = False,
        update: str = "keep",
        update_bias: float = 0.0,
    ):
        self.reset_after = check_input.flag("reset_after", reset_after)
        self.update = check_input.choice("update", update, ("keep", "write"))
        super().__init__(input_size, hidden_size, rng, dtype)
        bias = check_input.number("update_bias", update_bias)
        self.params["b_z"] = np.full(hidden_size, bias)

    def _more_bases(self) -> dict[str, np.ndarray]:
        if not self.reset_after:
            return {}
        return {"b_hn": np.zeros(self.hidden_size, self.dtype)}

    def _views(self) -> dict[str, tuple[str, Any]]:
        found = super()._views()
        return found | {"b_hn": ("b_hn", slice(None))} if self.reset_after else found

    def step(self, x: np.ndarray, state: GRUState) -> tuple[GRUState, Cache]:
        """One time step, as the equations stand. x (B,D)."""
        x, (h,) = self._check_step(x, state)
        p = self.params.copy()
        z = sigmoid(x @ p["W_xz"] + h @ p["W_hz"] + p["b_z"])  # eq-gru-z
        r = sigmoid(x @ p["W_xr"] + h @ p["W_hr"] + p["b_r"])  # eq-gru-r
        if self.reset_after:
            m = h @ p["W_hn"] + p["b_hn"]
            n = tanh(x @ p["W_xn"] + p["b_n"] + r * m)  # eq-gru-n-after
        else:
            n = tanh(x @ p["W_xn"] + (r * h) @ p["W_hn"] + p["b_n"])  # eq-gru-n
        if self.update == "keep":
            h_new = z * h + (1 - z) * n  # eq-gru-h
        else:
            h_new = (1 - z) * h + z * n
        kept = x.copy(), h.copy(), (z, r, n), p
        return GRUState(h_new), Cache(f"step of {self!r}", kept)

    def step_backward(
        self, dstate: GRUState, cache: Cache
    ) -> tuple[np.ndarray, GRUState, dict]:
        """The gradients of one step: line by line the step, backward."""
        x, h, (z, r, n), p = self._check_cache("step", cache)
        (dh_new,) = self._check_state("dstate", dstate, len(x))
        keep, sign = (z, 1) if self.update == "keep" else (1 - z, -1)
        da_z = sign * dh_new * (h - n) * z * (1 - z)  # eq-gru-dz
        da_n = dh_new * (1 - keep) * (1 - n * n)  # eq-gru-dn
        if self.reset_after:
            dm, by = da_n * r, h  # of m = h W_hn + b_hn
            dr = da_n * (h @ p["W_hn"] + p["b_hn"])  # eq-gru-dreset-after
            dh_n = dm @ p["W_hn"].T
        else:
            dm, by = da_n, r * h
            dr = (da_n @ p["W_hn"].T) * h  # eq-gru-dreset
            dh_n = (da_n @ p["W_hn"].T) * r
        da_r = dr * r * (1 - r)  # eq-gru-dr
        dx = da_z @ p["W_xz"].T + da_r @ p["W_xr"].T + da_n @ p["W_xn"].T  # eq-gru-dx
        dh = dh_new * keep + da_z @ p["W_hz"].T + da_r @ p["W_hr"].T + dh_n  # eq-gru-dh
        grads = {}
        for k, da, dsum, into in (
            ("z", da_z, da_z, h),
            ("r", da_r, da_r, h),
            ("n", da_n, dm, by),
        ):
            grads[f"W_x{k}"] = x.T @ da  # eq-gru-dW
            grads[f"W_h{k}"] = into.T @ dsum
            grads[f"b_{k}"] = da.sum(0)
        if self.reset_after:
            grads["b_hn"] = dm.sum(0)
        return dx, GRUState(dh), grads

    def _loop(self, run: Run, state: GRUState) -> tuple[Any, tuple]:
        """All steps, into hs; A[t] holds n, the kept share, r and, with `reset_after`, m.

        m = H_{t-1} W_hn + b_hn. Otherwise R[t] is the row [R_t * H_{t-1}, X_t, 1].
        """
        T, (B, H), after = len(run.Z) - 1, state.h.shape, self.reset_after
        (A,) = fused.arrays(self.dtype, (T, 4 if after else 3, B, H))
        V_n, V_z, V_r = run.weights["V"]
        half = np.array(0.5, self.dtype)
        of_n: Any
        # sigma(a) = (1 + tanh(a/2)) / 2, and 1 - sigma(a) = sigma(-a).
        gates = [half * V_z if self.update == "keep" else -half * V_z, half * V_r]
        if after:
            V_m = V_n.copy()
            V_m[H:-1], V_m[-1] = 0, run.weights["b_hn"]
            gates.append(V_m)
            R, of_n = (
                None,
                zip(A[:, 3], run.Z[:T, :, H:] @ V_n[H:]),
            )  # m, and n's part of x
        else:
            (R,) = fused.arrays(self.dtype, (T, *run.Z.shape[1:]))
            R[..., H:] = run.Z[:T, :, H:]
            product_n, weights_n = fused.sums(V_n[None], B)
            of_n = R
        product, weights = fused.sums(np.stack(gates), B)
        for z, a, zr, n, keep, r, for_n, h_before, h, entering, skip in zip(
            run.Z, fused.side_by_side(A[:, 1:]), A[:, 1:3], A[:, 0], A[:, 1], A[:, 2],
            of_n, run.hs, run.hs[1:], run.entering(), fused.skips(run.pad),
        ):  # fmt: skip
            product(z, weights, a)
            tanh(zr, zr)
            multiply(zr, half, zr)
            add(zr, half, zr)
            if after:
                m, x = for_n
                multiply(r, m, n)
                add(n, x, n)
            else:
                multiply(r, z[:, :H], for_n[:, :H])
                product_n(for_n, weights_n, n)
            tanh(n, n)
            subtract(h_before, n, h)
            multiply(keep, h, h)
            add(h, n, h)  # h = keep (h - n) + n: one product less
            if skip is not None:
                copyto(h, h_before, where=skip)
            if entering is not None:
                multiply(h, run.drop, entering)
        return (A, R), ()

    def _slopes(self, run: Run, A: Any, steps: slice, k: np.ndarray) -> None:
        """Fill k (m,5,B,H) with all slopes; times the gradient they belong to, they are gradients.

        k[:,:3] of h by the h before, by n's sum, by z's sum. With `reset_after` k[:,3:] of h by r's
        sum and by m; otherwise of r * h by r's sum and by h.
        """
        H = self.hidden_size
        n, keep, r, *m = A[0][steps].swapaxes(0, 1)
        k[:, 0] = keep
        subtract(1, keep, k[:, 2])
        multiply(n, n, k[:, 1])
        subtract(1, k[:, 1], k[:, 1])
        k[:, 1] *= k[:, 2]
        k[:, 2] *= keep
        k[:, 2] *= run.hs[steps] - n
        if self.update == "write":
            k[:, 2] *= -1
        subtract(1, r, k[:, 3])
        k[:, 3] *= r
        if self.reset_after:
            k[:, 3] *= m[0]
            k[:, 3] *= k[:, 1]
            multiply(r, k[:, 1], k[:, 4])
        else:
            k[:, 3] *= run.Z[steps, :, :H]
            k[:, 4] = r if run.drop is None else r * run.drop
        if run.pad is not None:  # a padded step hands h on and has no sums
            copyto(k[:, 1:], 0, where=run.pad[steps, None])
            copyto(k[:, 0], 1, where=run.pad[steps])

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
        (dh_next,) = carried
        dh, dh_n = np.empty_like(dh_next), np.empty_like(dh_next)
        W_hn_T = np.ascontiguousarray(run.weights["V"][0, : self.hidden_size].T)
        by_h = slice(None) if self.reset_after else slice(0, 3)
        by_rh = k[:, 3:]
        through = slice(2, 5) if self.reset_after else slice(2, 4)
        for dy, dh_kept, da_n, k_h, k_rh, da in zip(
            dhs, k[:, 0], k[:, 1], k[:, by_h], by_rh, fused.side_by_side(k[:, through])
        ):
            add(dh_next, dy, dh)
            multiply(k_h, dh, k_h)
            if not self.reset_after:
                np.dot(da_n, W_hn_T, dh_n)
                multiply(k_rh, dh_n, k_rh)
            product(da, dh_next)
            add(dh_next, dh_kept, dh_next)
            if not self.reset_after:
                add(dh_next, k_rh[1], dh_next)
        return [dh_next]

    def _product_back(self, run: Run, B: int) -> Any:
        V_n, V_z, V_r = run.weights["V"]
        gates = np.stack([V_z, V_r, V_n] if self.reset_after else [V_z, V_r])
        return fused.sums_backward(gates, B, self.hidden_size, run.drop)

    def _weight_gradients(
        self, run: Run, A: Any, steps: slice, k: np.ndarray
    ) -> dict[str, np.ndarray]:
        H, (_, R) = self.hidden_size, A
        if not self.reset_after:
            dV_n = fused.weight_gradient(R[steps], k[:, 1:2])
            return {
                "V": np.concatenate(
                    [dV_n, fused.weight_gradient(run.Z[steps], k[:, 2:4])]
                )
            }
        # n's sum is of X_t and 1, that of m of H_{t-1}.
        (of_h,) = fused.weight_gradient(run.Z[steps, :, :H], k[:, 4:])
        (of_x,) = fused.weight_gradient(run.Z[steps, :, H:], k[:, 1:2])
        dV_zr = fused.weight_gradient(run.Z[steps], k[:, 2:4])
        dV_n = np.concatenate([of_h, of_x])
        return {"V": np.stack([dV_n, *dV_zr]), "b_hn": k[:, 4].sum((0, 1))}
