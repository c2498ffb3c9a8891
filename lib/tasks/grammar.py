"""Predict the next symbol of a finite grammar: embedded Reber strings, one or a stream of them.

The Reber grammar begins with B, goes from node 0 to node 5 by the symbols between, ends with E:

    0 -T-> 1    1 -S-> 1    2 -T-> 2    3 -X-> 2    4 -P-> 3
    0 -P-> 2    1 -X-> 3    2 -V-> 4    3 -S-> 5    4 -V-> 5

Embedded, it stands between two equal symbols: B T (Reber) T E or B P (Reber) P E. All branches
are equally likely.
"""

from collections.abc import Iterator
from itertools import islice

import numpy as np

from lib import check_input
from lib.losses import softmax_cross_entropy
from lib.tasks.task import Batch, Task, check, given

REBER_SYMBOLS = "BTPSXVE"

# Of each node, the symbols that may follow, and where each leads.
REBER = (
    {"T": 1, "P": 2},
    {"S": 1, "X": 3},
    {"T": 2, "V": 4},
    {"X": 2, "S": 5},
    {"P": 3, "V": 5},
)


def _embedded() -> list[dict[str, int]]:
    """The nodes of the embedded grammar: two of its own, a box of 8 for T and for P, the last.

    A box has the node before its B, the six of REBER (5: before the E), and the one after its E.
    The last node leads back to the first, from where the next string begins.
    """
    nodes = [{"B": 1}, {"T": 2, "P": 10}]
    for outer in "TP":
        inner = len(nodes) + 1
        nodes.append({"B": inner})
        nodes += [{s: inner + to for s, to in node.items()} for node in REBER]
        nodes += [{"E": inner + 6}, {outer: 18}]
    return [*nodes, {"E": 0}]


NODES = _embedded()
LEGAL = np.array([[s in node for s in REBER_SYMBOLS] for node in NODES])
LEADS_TO = np.array([[node.get(s, 0) for s in REBER_SYMBOLS] for node in NODES])


def reber(rng: np.random.Generator, batch_size: int) -> Batch:
    """Predict each next symbol of an embedded Reber string.

        B T  B P V P S E  T E

    The symbol before last equals the second: that one has to be remembered past the Reber string
    between them, of 5 symbols or more, 8 on average. Symbols are one-hot in the order of
    REBER_SYMBOLS: inputs (B,T,7) without the last symbol of each string, targets (B,T) without its
    first. T is that of the longest string of the batch; a string has 9 symbols or more, 12 on
    average.
    Chance: accuracy 1/2 at the symbol before last, for one who knows the grammar and forgets the
    second symbol. The score looks at this symbol only.
    Criterion: all symbols of 256 training and 256 test strings are predicted: the outputs of the
    symbols that may follow (`possible_next`) are the most active ones.

    Source: experiment 1 of Hochreiter & Schmidhuber, Long short-term memory, Neural Computation
    9(8), 1997, after Smith & Zipser 1989, Cleeremans, Servan-Schreiber & McClelland 1989 and
    Fahlman 1991. There a network is trained on 256 strings and judged on these and on 256 others;
    here every string is fresh.
    """
    check(rng, batch_size)
    strings = [_string(rng) for _ in range(batch_size)]
    lengths = np.array([len(string) - 1 for string in strings])
    mask = np.arange(lengths.max()) < lengths[:, np.newaxis]
    inputs = np.zeros((*mask.shape, len(REBER_SYMBOLS)))
    inputs[mask] = np.eye(len(REBER_SYMBOLS))[np.concatenate([s[:-1] for s in strings])]
    targets = np.zeros(mask.shape, int)
    targets[mask] = np.concatenate([s[1:] for s in strings])
    return Batch(inputs, targets, mask)


def continual_reber(rng: np.random.Generator, batch_size: int, steps: int) -> Batch:
    """Predict each next symbol of embedded Reber strings that follow each other without a break.

    Each row is a stream of its own, which begins with a string and is cut off after `steps`
    symbols: inputs (B,T,7), targets (B,T). Nothing says where a string ends but the symbols. For
    training with a carried state cut the arrays of one long batch into pieces; judge the outputs
    joined again, since `possible_next` reads from the beginning.
    Chance: accuracy 1/2 at the symbols before last, as in `reber`.
    Criterion: a perfect solution predicts 10 streams of up to 1,000,000 symbols without an error.
    The paper stops a stream at the first error and counts the symbols before it; see
    `wrong_predictions`. It judges a prediction by a limit on the errors of the outputs; here the
    rule is that of `reber`.

    steps: 1 or more.
    Source: Gers, Schmidhuber & Cummins, Learning to forget: continual prediction with LSTM, Neural
    Computation 12(10), 2000.
    """
    check(rng, batch_size)
    steps = check_input.size("steps", steps)
    streams = [list(islice(_symbols(rng), steps + 1)) for _ in range(batch_size)]
    symbols = np.array(streams)
    inputs = np.eye(len(REBER_SYMBOLS))[symbols[:, :-1]]
    return Batch(inputs, symbols[:, 1:].copy(), np.ones((batch_size, steps), bool))


def possible_next(inputs: np.ndarray) -> np.ndarray:
    """bool (B,T,7): which symbols may follow each prefix of embedded Reber strings or streams.

    inputs (B,T,7), one-hot; where a row is over, with zeros, nothing may follow.
    """
    shape = ("B", "T", len(REBER_SYMBOLS))
    inputs = check_input.floats("inputs", inputs, shape, np.dtype(np.float64))
    symbols = inputs.argmax(axis=2)
    over: np.ndarray = inputs.max(axis=2) == 0
    possible = np.zeros(inputs.shape, bool)
    node = np.zeros(len(inputs), int)
    for t in range(inputs.shape[1]):
        wrong = ~over[:, t] & ~LEGAL[node, symbols[:, t]]
        if wrong.any():
            row = int(wrong.argmax())
            raise ValueError(
                f"inputs: expected strings of the embedded Reber grammar, "
                f"got {REBER_SYMBOLS[symbols[row, t]]} at step {t} of row {row}"
            )
        node = LEADS_TO[node, symbols[:, t]]
        possible[:, t] = LEGAL[node] & ~over[:, t, np.newaxis]
    return possible


def wrong_predictions(outputs: np.ndarray, batch: Batch) -> np.ndarray:
    """bool (B,T): where some symbol that may not follow is as active as one that may."""
    outputs, possible = given(outputs, batch), possible_next(batch.inputs)
    check_input.shaped("outputs", outputs, possible.shape)
    least = np.where(possible, outputs, np.inf).min(axis=2)
    most = np.where(possible, -np.inf, outputs).max(axis=2)
    return (least <= most) & batch.mask


def _symbols(rng: np.random.Generator) -> Iterator[int]:
    """The symbols of string after string, without end."""
    node = 0
    while True:
        choices = np.flatnonzero(LEGAL[node])
        symbol = choices[rng.integers(len(choices))]
        yield symbol
        node = LEADS_TO[node, symbol]


def _string(rng: np.random.Generator) -> list[int]:
    """The symbols of one string: all up to the second E."""
    string: list[int] = []
    for symbol in _symbols(rng):
        string.append(symbol)
        if string.count(REBER_SYMBOLS.index("E")) == 2:
            break
    return string


def _errors(outputs: np.ndarray, batch: Batch) -> np.ndarray:
    return wrong_predictions(outputs, batch).sum(axis=1)


def _accuracy_before_last(outputs: np.ndarray, batch: Batch) -> float:
    """The accuracy where only a T may follow, or only a P: before the last symbol of a string."""
    possible = possible_next(batch.inputs)
    closing = (possible.sum(axis=2) == 1) & np.isin(
        batch.targets, [REBER_SYMBOLS.index(outer) for outer in "TP"]
    )
    if not closing.any():
        raise ValueError("batch: expected at least one string to its end, got none")
    right = given(outputs, batch).argmax(axis=2) == batch.targets
    return float(right[closing].mean())


TASKS = {
    "reber": Task(
        make=reber,
        loss=softmax_cross_entropy,
        score=_accuracy_before_last,
        chance=lambda **size: 1 / 2,
        errors=_errors,
        tolerance=1,
        sequences=512,
        criterion="Every symbol of 256 training and 256 test strings is predicted: the outputs of "
        "the symbols that may follow are the most active ones.",
        paper="Hochreiter & Schmidhuber 1997, experiment 1",
    ),
    "continual_reber": Task(
        make=continual_reber,
        loss=softmax_cross_entropy,
        score=_accuracy_before_last,
        chance=lambda **size: 1 / 2,
        errors=_errors,
        tolerance=1,
        sequences=10,
        criterion="Perfect: every symbol of 10 streams of up to 1,000,000 symbols is predicted.",
        paper="Gers, Schmidhuber & Cummins 2000",
    ),
}
