"""A record as text."""

from benchmarks.goals import BASES, Rows, geometric_mean, goals, names, of, ratios


def text(record: dict) -> str:
    """All tables that the record has, and the goals."""
    tables = record["tables"]
    facts = [f"{name}: {value}" for name, value in record["machine"].items()]
    parts = [f"{record['date']}\n" + "\n".join(facts)]
    if "layers" in tables:
        parts += [layers(tables["layers"], kind) for kind in ("training", "inference")]
    for name, table in {
        "variants": variants, "memory": memory, "checkpoints": checkpoints, "growth": growth,
    }.items():  # fmt: skip
        if name in tables:
            parts.append(table(tables[name]))
    judged = goals(tables)
    if judged:
        parts.append("\n".join(["Goals", *map(str, judged)]))
    return "\n\n".join(parts)


def line(first: str, cells: list[str]) -> str:
    return f"{first:>16}" + "".join(f"{cell:>18}" for cell in cells)


def size(row: dict) -> str:
    return ",".join(map(str, row["size"]))


def layers(rows: Rows, kind: str) -> str:
    title = {"training": "Training step", "inference": "Inference"}[kind]
    lines = [f"{title}: a rival's time / that of lib (above 1: lib takes less time)"]
    for what, dtype in names(rows):
        part = of(rows, what, dtype)
        rivals = [name for name in part[0][kind] if name != "lib"]
        lines += ["", f"{what} {dtype}", line("B,T,D,H", ["lib, ms", *rivals])]
        for row in part:
            values = [
                f"{value:.2f}" for name in rivals for value in ratios([row], name, kind)
            ]
            lines.append(line(size(row), [f"{row[kind]['lib']:.2f}", *values]))
        found = {name: ratios(part, name, kind) for name in rivals}
        means = [f"{geometric_mean(values):.2f}" for values in found.values()]
        lines.append(line("geometric mean", ["", *means]))
        lines.append(line("worst", ["", *(f"{min(v):.2f}" for v in found.values())]))
    return "\n".join(lines)


def variants(rows: Rows) -> str:
    """Times of the layers compared with; multiples of these for the variants."""
    lines = ["Variants, training step: time / that of the layer it is compared with"]
    for what, dtype in names(rows):
        part = of(rows, what, dtype)
        lines += ["", line(dtype, [*map(size, part), "geometric mean"])]
        for name in part[0]["training"]:
            if name in BASES:
                values = ratios(part, name, base=BASES[name])
                values.append(geometric_mean(values))
                lines.append(line(name, [f"{value:.2f}" for value in values]))
            else:
                cells = [f"{row['training'][name]:.2f} ms" for row in part]
                lines.append(line(name, cells))
    return "\n".join(lines)


def memory(rows: Rows) -> str:
    lines = ["Kept for backward: numbers per time step and sample"]
    for what, dtype in names(rows):
        part = of(rows, what, dtype)
        bound = ["7H + D + 1"] if what == "LSTM" else []
        lines += ["", f"{what} {dtype}", line("T,D,H", [*part[0]["numbers"], *bound])]
        for row in part:
            _, T, D, H = row["size"]
            cells = [f"{value:.1f}" for value in row["numbers"].values()]
            cells += [str(7 * H + D + 1)] if bound else []
            lines.append(line(f"{T},{D},{H}", cells))
    return "\n".join(lines)


def checkpoints(rows: Rows) -> str:
    columns = ["dtype", "ms", "with", "numbers kept", "with"]
    lines = ["LSTM with checkpoints at every sqrt(T)-th step", line("B,T,D,H", columns)]
    for row in rows:
        times = [f"{value:.2f}" for value in row["training"].values()]
        numbers = [f"{value:.1f}" for value in row["numbers"].values()]
        lines.append(line(size(row), [row["dtype"], *times, *numbers]))
    return "\n".join(lines)


def growth(rows: Rows) -> str:
    lines = ["LSTM float32, training step, ms, while one letter grows"]
    for what, dtype in names(rows):
        part = of(rows, what, dtype)
        lines += ["", line("B,T,D,H", list(part[0]["training"]))]
        for row in part:
            cells = [f"{value:.2f}" for value in row["training"].values()]
            lines.append(line(size(row), cells))
    return "\n".join(lines)
