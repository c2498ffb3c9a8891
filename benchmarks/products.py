"""The floor: the matrix products of a layer alone, in the same shapes, without any other work.

Forward: T times K products (B,N) x (N,H), one per gate, N = H + D + 1. Backward: T times K
products (B,H) x (H,H), one (N,TB) x (TB,KH) for all weights, one (TB,KH) x (KH,D) for the
inputs. A batch of one is one row: there the gates lie side by side, in one product.
"""

from collections.abc import Callable

import numpy as np

from benchmarks.sizes import Size
from lib import fused


def products(K: int, size: Size, dtype: np.dtype) -> tuple[Callable, Callable]:
    """Those of forward, and those of backward, on random numbers."""
    B, T, D, H = size
    N = H + D + 1
    rng = np.random.default_rng(0)
    Z, _ = fused.joined(rng.normal(size=(B, T, D)).astype(dtype), np.zeros((B, H)))
    Z[:-1, :, :H] = rng.normal(size=(T, B, H))
    V, V_back, A, parts = fused.arrays(
        dtype, (K, N, H), (K, H, H), (T, K, B, H), (K, B, H)
    )
    V[:], V_back[:] = rng.normal(size=V.shape), rng.normal(size=V_back.shape)
    A[:] = rng.normal(size=A.shape)
    into = np.empty((N, K * H), dtype), np.empty((T * B, D), dtype)
    one_row = 1 in (B, K)
    if one_row:
        V, V_back = V.reshape(N, K * H), V_back.reshape(K * H, H)
        gates, parts = A.reshape(T, B, K * H), parts[0]
    else:
        gates = A
    product = np.dot if one_row else np.matmul

    def forward() -> None:
        for z, a in zip(Z, gates):
            product(z, V, a)

    rows, W_x = A.reshape(T * B, K * H), np.ones((K * H, D), dtype)

    def backward() -> None:
        for da in gates:
            product(da, V_back, parts)
        np.dot(Z[:-1].reshape(T * B, N).T, rows, into[0])
        np.dot(rows, W_x, into[1])

    return forward, backward
