"""The affine part that all gates share, for a whole sequence.

Row t of Z is [H_{t-1}, X_t, 1]. With one matrix per gate, V_k = [W_hk; W_xk; b_k], every sum

    A_t,k = H_{t-1} W_hk + X_t W_xk + b_k = Z_t V_k

is one product, and backward one product after the loop gives dW_h, dW_x and db of every gate:
dV = Z^T dA. That is where the speed of this library comes from; the arithmetic of a layer stands
in the layer's own file. What else is fast about it:

* each gate is a contiguous (B, H) block, so that one call of NumPy serves several gates;
* arrays start on a 64-byte line (`np.empty` promises 16 bytes): small products of unaligned
  arrays take up to 45 % longer;
* memory that no array uses any more serves the next call;
* backward works through blocks of `BLOCK_ROWS` rows, which stay in the processor's cache.

Letters: B batch, T time, D input size, H hidden size, K gates, N = H + D + 1.
"""

from collections.abc import Callable, Iterable, Iterator
from itertools import repeat
from math import prod
from typing import ClassVar

import numpy as np

LINE = 64  # bytes
BLOCK_ROWS = 512


class _Block:
    """Memory that serves again once no array looks into it.

    The allocator may give large arrays back to the system at every call, and fresh pages can cost
    as much as the arithmetic. Up to `most` blocks stay, whatever their size.
    """

    spare: ClassVar[dict[int, np.ndarray]] = {}  # size -> memory that nobody uses
    most = 6  # of them; a training step uses four sizes

    def __init__(self, size: int):
        self.memory = self.spare.pop(size, None)
        if self.memory is None:
            self.memory = np.empty(size, np.uint8)
        self.__array_interface__ = self.memory.__array_interface__

    def __del__(self) -> None:
        if self.memory is None:  # there was not enough
            return
        if len(self.spare) >= self.most:
            self.spare.clear()
        self.spare[len(self.memory)] = self.memory


def arrays(dtype: np.dtype, *shapes: tuple[int, ...]) -> list[np.ndarray]:
    """Uninitialized arrays in one block of memory, each on a line of its own."""
    sizes = [-(-prod(shape) * dtype.itemsize // LINE) * LINE for shape in shapes]
    block = np.asarray(_Block(sum(sizes) + LINE))
    start, found = -block.__array_interface__["data"][0] % LINE, []
    for shape, size in zip(shapes, sizes, strict=True):
        found.append(np.ndarray(shape, dtype, block.data, start))
        start += size
    return found


def joined(
    xs: np.ndarray, h: np.ndarray, drop: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Z (T+1,B,N), with the first state, all inputs and the ones; hs (T+1,B,H), H_{t-1}.

    xs (B,T,D), h (B,H). hs is the first part of Z. With dropout, h enters Z times `drop` (B,H),
    and hs is an array of its own.
    """
    (B, T, D), H = xs.shape, h.shape[1]
    per_line = LINE // xs.dtype.itemsize
    padded = -(-(H + D + 1) // per_line) * per_line  # every row starts on a line
    (Z,) = arrays(xs.dtype, (T + 1, B, padded))
    Z = Z[..., : H + D + 1]
    Z[0, :, :H], Z[:-1, :, H:-1], Z[..., -1] = h, xs.transpose(1, 0, 2), 1
    if drop is None:
        return Z, Z[..., :H]
    hs = np.empty((T + 1, B, H), xs.dtype)
    hs[0], Z[0, :, :H] = h, h * drop
    return Z, hs


def side_by_side(A: np.ndarray) -> np.ndarray:
    """A (m,K,B,H) as the products below want it: a view.

    A batch of one is one row, whose gates lie side by side already, and so does a single gate:
    (m,B,KH), and one plain product serves all.
    """
    m, K, B, H = A.shape
    return A.reshape(m, B, K * H) if 1 in (B, K) else A


def sums(V: np.ndarray, B: int) -> tuple[Callable[..., object], np.ndarray]:
    """`product, weights`: product(z, weights, a) is a = z V, all gates in one call.

    z (B,N), V (K,N,H), a (K,B,H) or `side_by_side`.
    """
    K, N, H = V.shape
    if 1 not in (B, K):
        (weights,) = arrays(V.dtype, (K, N, H))
        weights[:] = V
        return np.matmul, weights
    (weights,) = arrays(V.dtype, (N, K * H))
    weights.reshape(N, K, H)[:] = V.transpose(1, 0, 2)
    return np.dot, weights


def sums_backward(
    V: np.ndarray, B: int, H: int, drop: np.ndarray | None = None
) -> Callable[..., object]:
    """`product(da, dh)`: dh (B,H) = sum over k of da_k W_hk^T, with da `side_by_side`.

    With dropout, times `drop`.
    """
    K = len(V)
    (weights,) = arrays(V.dtype, (K, H, H))
    # A copy: products with a transposed view are slower.
    weights[:] = V[:, :H].transpose(0, 2, 1)
    if 1 in (B, K):
        tall = weights.reshape(K * H, H)
        if drop is None:
            return lambda da, dh: np.dot(da, tall, dh)
        return lambda da, dh: np.multiply(np.dot(da, tall, dh), drop, dh)
    (parts,) = arrays(V.dtype, (K, B, H))

    def product(da: np.ndarray, dh: np.ndarray) -> None:
        np.matmul(da, weights, parts)
        np.add.reduce(parts, axis=0, out=dh)
        if drop is not None:
            np.multiply(dh, drop, dh)

    return product


def column(dtype: np.dtype, *numbers: float) -> np.ndarray:
    """(K,1,1): one number for each gate."""
    return np.array(numbers, dtype)[:, None, None]


def skips(
    pad: np.ndarray | None, steps: slice = slice(None)
) -> Iterable[np.ndarray | None]:
    """For each step where it is padding (B,1), or None if no step is."""
    return repeat(None) if pad is None else pad[steps]


def blocks(T: int, B: int) -> Iterator[slice]:
    """Slices of steps from the end of the sequence to its start, `BLOCK_ROWS` rows each."""
    length = block_length(T, B)
    for end in range(T, 0, -length):
        yield slice(max(0, end - length), end)


def block_length(T: int, B: int) -> int:
    return min(T, -(-BLOCK_ROWS // B))


def weight_gradient(Z: np.ndarray, dA: np.ndarray) -> np.ndarray:
    """dV (K,N,H) = Z^T dA over all steps and samples. Z (m,B,N), dA (m,K,B,H)."""
    (m, K, B, H), N = dA.shape, Z.shape[2]
    rows = dA.transpose(0, 2, 1, 3).reshape(m * B, K * H)
    dV = Z.reshape(m * B, N).T @ rows  # eq-bptt-dW
    return dV.reshape(N, K, H).transpose(1, 0, 2)


def input_gradient(dA: np.ndarray, V: np.ndarray) -> np.ndarray:
    """dX (B,m,D) = sum over k of dA_k W_xk^T, all steps at once. dA (m,K,B,H), V (K,N,H)."""
    (m, K, B, H), D = dA.shape, V.shape[1] - dA.shape[3] - 1
    rows = dA.transpose(2, 0, 1, 3).reshape(B * m, K * H)
    return (rows @ V[:, H:-1].transpose(0, 2, 1).reshape(K * H, D)).reshape(B, m, D)
