"""The goals of the library's speed, and whether a record reaches them.

A ratio is a rival's time divided by that of `lib`: above 1, `lib` takes less time. A multiple is
the time of `lib` divided by that of the matrix products, or of another layer.
"""

from math import exp, log
from typing import NamedTuple

Rows = list[dict]

MEAN_LIMITS = {
    ("SimpleRNN", "float32"): 1.0, ("SimpleRNN", "float64"): 1.0,
    ("LSTM", "float32"): 0.9, ("LSTM", "float64"): 1.0,
    ("GRU", "float32"): 1.0, ("GRU", "float64"): 1.0,
}  # fmt: skip
WORST_LIMIT = 0.6
RIVAL_LIMITS = {"step loop": 1.3, "Keras": 1.0}
FLOOR_LIMITS = {64: 2.0, 128: 1.5, 256: 1.3, 512: 1.3}  # H -> times the products
# What a variant is compared with: the layer that it changes.
BASES = {
    "coupled": "LSTM", "peephole": "LSTM", "peephole, full": "LSTM", "GRU": "LSTM",
    "GRU, reset after": "LSTM", "depth-gated": "two LSTMs", "clockwork": "SimpleRNN",
    "Jordan": "SimpleRNN",
}  # fmt: skip
VARIANT_LIMITS = {"coupled": 1.0, "peephole": 1.25}  # times the LSTM


class Goal(NamedTuple):
    number: int
    what: str
    value: float
    limit: float
    at_most: bool = False

    @property
    def reached(self) -> bool:
        """To two decimals, as it is printed."""
        value = round(self.value, 2)
        return value <= self.limit if self.at_most else value >= self.limit

    def __str__(self) -> str:
        sign = "<=" if self.at_most else ">="
        verdict = "reached" if self.reached else "not reached"
        return f"{self.number}  {self.what} {sign} {self.limit:g}: {verdict}, {self.value:.2f}"


def geometric_mean(values: list[float]) -> float:
    return exp(sum(map(log, values)) / len(values))


def of(rows: Rows, what: str, dtype: str) -> Rows:
    return [row for row in rows if (row["what"], row["dtype"]) == (what, dtype)]


def names(rows: Rows) -> list[tuple[str, str]]:
    """Layers and dtypes, in the order of the rows."""
    return list(dict.fromkeys((row["what"], row["dtype"]) for row in rows))


def ratios(
    rows: Rows, rival: str, kind: str = "training", base: str = "lib"
) -> list[float]:
    """The rival's time / that of `base`, for each row that has the rival."""
    return [row[kind][rival] / row[kind][base] for row in rows if rival in row[kind]]


def goals(tables: dict[str, Rows]) -> list[Goal]:
    """All that can be judged by these tables."""
    judges = [
        ("layers", torch), ("layers", others), ("layers", floor), ("variants", variants),
        ("memory", memory), ("checkpoints", checkpoints),
    ]  # fmt: skip
    return [g for name, judge in judges if name in tables for g in judge(tables[name])]


def torch(rows: Rows) -> list[Goal]:
    found = []
    for what, dtype in names(rows):
        values = ratios(of(rows, what, dtype), "torch.nn")
        name = f"training, {what} {dtype}: torch.nn / lib,"
        limit = MEAN_LIMITS[what, dtype]
        found.append(Goal(1, f"{name} geometric mean", geometric_mean(values), limit))
        found.append(Goal(1, f"{name} worst size", min(values), WORST_LIMIT))
    return found


def others(rows: Rows) -> list[Goal]:
    found = []
    for rival, limit in RIVAL_LIMITS.items():
        for what, dtype in names(rows):
            values = ratios(of(rows, what, dtype), rival)
            if values:
                name = f"training, {what} {dtype}: {rival} / lib, worst size"
                found.append(Goal(2, name, min(values), limit))
    return found


def floor(rows: Rows) -> list[Goal]:
    found = []
    for what, dtype in names(rows):
        for row in of(rows, what, dtype):
            if row["size"][3] in FLOOR_LIMITS:
                size = ",".join(map(str, row["size"]))
                name = f"training, {what} {dtype} {size}: lib / products"
                value = row["training"]["lib"] / row["training"]["products"]
                found.append(Goal(3, name, value, FLOOR_LIMITS[row["size"][3]], True))
    return found


def variants(rows: Rows) -> list[Goal]:
    found = []
    for what, dtype in names(rows):
        for name, limit in VARIANT_LIMITS.items():
            values = ratios(of(rows, what, dtype), name, base=BASES[name])
            mean = geometric_mean(values)
            text = f"training, {dtype}: {name} / {BASES[name]}, geometric mean"
            found.append(Goal(4, text, mean, limit, True))
    return found


def memory(rows: Rows) -> list[Goal]:
    found = []
    for dtype in dict.fromkeys(row["dtype"] for row in rows):
        worst = max(
            row["numbers"]["lib"] / (7 * row["size"][3] + row["size"][2] + 1)
            for row in of(rows, "LSTM", dtype)
        )
        name = f"LSTM {dtype}: numbers kept / (7H + D + 1), worst size"
        found.append(Goal(5, name, worst, 1.0, True))
    return found


def checkpoints(rows: Rows) -> list[Goal]:
    found = []
    for row in rows:
        if row["size"][1] != 200:
            continue
        numbers, times, dtype = row["numbers"], row["training"], row["dtype"]
        for what, value, limit, at_most in (
            ("memory kept, without / with", numbers["plain"] / numbers["checkpoints"], 11.0, False),
            ("time, with / without", times["checkpoints"] / times["plain"], 1.35, True),
        ):  # fmt: skip
            name = f"LSTM {dtype}, checkpoints at T = 200: {what}"
            found.append(Goal(5, name, value, limit, at_most))
    return found
