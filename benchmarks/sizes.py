"""What is measured, and how often."""

from typing import NamedTuple


class Size(NamedTuple):
    B: int
    T: int
    D: int
    H: int

    def __str__(self) -> str:
        return ",".join(map(str, self))


SIZES = [
    Size(1, 50, 1, 16),
    Size(1, 100, 28, 64),
    Size(32, 28, 28, 64),
    Size(32, 100, 28, 128),
    Size(64, 200, 64, 256),
    Size(128, 50, 128, 512),
]

LONG = SIZES[3:5]

# One letter varies, the others stay: how does the time grow?
GROWTH = {
    "T": [Size(32, T, 28, 64) for T in (12, 25, 50, 100, 200, 400, 800)],
    "B": [Size(B, 50, 28, 64) for B in (1, 2, 4, 8, 16, 32, 64, 128, 256, 512)],
    "H": [Size(32, 25, 28, H) for H in (8, 16, 32, 64, 128, 256, 512, 1024)],
}


def rounds(size: Size, fewest: int) -> int:
    """`fewest` at large sizes, up to 20 times as many at small ones, which vary more."""
    B, T, D, H = size
    # Of a training step of an LSTM, roughly: calls of NumPy, and products.
    milliseconds = 0.012 * T + 3e-7 * B * T * H * (H + D)
    return round(fewest * min(20, max(1, 100 / milliseconds)))
