"""Train the word models of the course, and write down what came out.

    python tools/train_words.py                     both splits, into book/weights (make weights)
    python tools/train_words.py --split dated       one of them
    python tools/train_words.py --text my.txt       a text of your own, into _build/words
    python tools/train_words.py --without           each choice of the recipe left out, small runs

With --tensorflow the gradients are computed by TensorFlow, on a GPU where it finds one; the rest is
the same. A larger model is then a matter of --size.

Every minute, and at the end of each epoch, the whole state goes to _build/words. Whoever is
interrupted, or killed, gives the same command again: the run goes on where it was, and ends as if
nothing had happened (with the same number of threads, to the bit). Nothing here needs a GPU.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
import time
from dataclasses import asdict, dataclass, replace
from itertools import islice
from pathlib import Path

import numpy as np
from environment import ROOT
from tqdm import tqdm

from lib import (
    LSTM,
    Adam,
    Dense,
    Dropout,
    Embedding,
    Model,
    check_input,
    corpus,
    data,
    quantized,
    text,
    words,
)

WEIGHTS = ROOT / "book" / "weights"
WORK = ROOT / "_build" / "words"


@dataclass(frozen=True)
class Recipe:
    """All that a run may choose."""

    size: int = 240  # of the embedding and of the LSTM
    epochs: int = 5
    rows: int = 32  # B
    steps: int = 32  # T: gradients flow back this far
    rate: float = 0.006  # of Adam, at its highest: it rises, then falls to almost 0
    warm_up: int = 200  # optimizer steps of rising
    beta2: float = 0.99
    clip: float = 1.0
    dropout: float = 0.1
    carry: bool = True
    tied: bool = True
    patience: int = 3  # epochs without a better validation, then it stops
    seed: int = 0
    share: int = 1  # learn from every share-th message only

    def __post_init__(self) -> None:
        for name in ("size", "epochs", "rows", "steps", "warm_up", "patience", "share"):
            check_input.size(name, getattr(self, name))
        check_input.size("seed", self.seed, least=0)
        check_input.number("rate", self.rate, above=0, below=1)
        check_input.number("beta2", self.beta2, least=0, below=1)
        check_input.number("clip", self.clip, above=0)
        check_input.number("dropout", self.dropout, least=0, below=1)


@dataclass
class Parts:
    """Numbers to learn from (one array per message), and to choose the best epoch by."""

    vocabulary: text.Vocabulary
    train: list[np.ndarray]
    validation: np.ndarray
    held_out: list[np.ndarray]


def parts_of_messages(split: str, share: int) -> Parts:
    """Of the training part every 20th message is for validation."""
    vocabulary = words.read(split).vocabulary
    train, held_out = words.messages(split)
    train, validation = data.split(train, every=20)

    def encode(messages: list[data.Message]) -> list[np.ndarray]:
        return [vocabulary.encode(text.tokenize(m.text)) for m in messages]

    encoded = encode(train[::share]), np.concatenate(encode(validation))
    return Parts(vocabulary, *encoded, encode(held_out))


def parts_of_file(path: str, encoding: str = "utf-8") -> Parts:
    """The last tenth is held out, the last twentieth before it is for validation."""
    vocabulary, train, held_out = corpus.from_file(path, encoding=encoding)
    edge = len(train) - max(2, len(train) // 20)
    pieces = np.array_split(train[:edge], 20)
    return Parts(vocabulary, pieces, train[edge:], [held_out])


def build(recipe: Recipe, V: int) -> Model:
    rng = np.random.default_rng(recipe.seed)
    if recipe.tied:
        return words.build(V, recipe.size, rng)
    H, dtype = recipe.size, np.float32
    embedding, layer = Embedding(V, H, rng, dtype), LSTM(H, H, rng, dtype)
    return Model(embedding, layer, Dense(H, V, rng, dtype))


def learning_rate(recipe: Recipe, step: int, steps: int) -> float:
    falling = 0.5 * (1 + np.cos(np.pi * step / steps))
    rising = min(1, (step + 1) / min(recipe.warm_up, steps / 10))
    return recipe.rate * rising * (0.02 + 0.98 * falling)


def validated(model: Model, ids: np.ndarray) -> float:
    """The perplexity, with two decimals, as it stands in the history."""
    batches = text.contiguous_batches(ids, batch_size=20, steps=50)
    return round(text.perplexity(model.evaluate(batches, carry=True)), 2)


def writable(folder: Path) -> Path:
    """The folder, made if need be; an OSError comes before the training, not after it."""
    folder.mkdir(parents=True, exist_ok=True)
    quantized.write(folder / "trial", {})
    (folder / "trial").unlink()
    return folder


class Run:
    """A training run: everything that changes, so that it can be written down and taken up."""

    def __init__(self, name: str, recipe: Recipe, parts: Parts, folder: Path):
        self.recipe, self.parts = recipe, parts
        # Another recipe or another text has another note: nothing is mixed, nothing is lost.
        key = hashlib.sha256(
            json.dumps([asdict(recipe), parts.vocabulary.tokens]).encode()
        )
        for ids in (*parts.train, parts.validation):
            key.update(ids.tobytes())
        self.file = writable(folder) / f"{name}-{key.hexdigest()[:12]}.note"
        self.model = build(recipe, len(parts.vocabulary))
        self.optimizer = Adam(recipe.rate, beta2=recipe.beta2)
        self.dropout = Dropout(recipe.dropout, np.random.default_rng([recipe.seed, 1]))
        self.train_step = self.model.train_step
        self.best = self.model.params.copy()
        self.state = None
        # For JSON: `step` of `epoch` is the next one.
        self.now = {"epoch": 0, "step": 0, "seconds": 0.0, "losses": [], "history": []}
        if self.file.exists():
            self._take_up()

    def batches(self, epoch: int) -> list:
        """The messages in a new order each epoch, so that rows never meet the same neighbors."""
        rng = np.random.default_rng([self.recipe.seed, 2, epoch])
        pieces = self.parts.train
        ids = np.concatenate([pieces[k] for k in rng.permutation(len(pieces))])
        return list(text.contiguous_batches(ids, self.recipe.rows, self.recipe.steps))

    def train(self, every: float = 60) -> None:
        """To the end, or until validation has not become better for `patience` epochs."""
        recipe, now = self.recipe, self.now
        total = recipe.epochs * len(self.batches(0))
        done = total // recipe.epochs * now["epoch"] + now["step"]
        bar = tqdm(total=total, initial=done, unit="step", disable=None)
        while now["epoch"] < recipe.epochs and not self.tired():
            saved = time.perf_counter()
            for batch in islice(self.batches(now["epoch"]), now["step"], None):
                start = time.perf_counter()
                self.optimizer.learning_rate = learning_rate(
                    recipe, self.optimizer.t, total
                )
                loss, state = self.train_step(
                    batch,
                    self.optimizer,
                    self.state,
                    clip=recipe.clip,
                    dropout=self.dropout,
                )
                self.state = state if recipe.carry else None
                now["step"] += 1
                now["losses"].append(loss)
                now["seconds"] += time.perf_counter() - start
                bar.update()
                bar.set_postfix(perplexity=f"{np.exp(loss):.1f}", refresh=False)
                if time.perf_counter() - saved > every:
                    self.write()
                    saved = time.perf_counter()
            self.end_epoch()
            bar.write(f"epoch {now['epoch']}: {now['history'][-1]}")
            self.write()
        bar.close()

    def end_epoch(self) -> None:
        now, (mean, now["losses"]) = self.now, (np.mean(self.now["losses"]), [])
        score = validated(self.model, self.parts.validation)
        entry = {"train": round(text.perplexity(mean), 2), "validation": score}
        if score < min((e["validation"] for e in now["history"]), default=np.inf):
            self.best = self.model.params.copy()
        now["history"].append(entry)
        now["epoch"], now["step"], self.state = now["epoch"] + 1, 0, None

    def tired(self) -> bool:
        scores = [entry["validation"] for entry in self.now["history"]]
        return (
            bool(scores)
            and len(scores) - 1 - int(np.argmin(scores)) >= self.recipe.patience
        )

    # The checkpoint

    def write(self) -> None:
        arrays = {f"params/{k}": v for k, v in self.model.params.items()}
        arrays |= {f"best/{k}": v for k, v in self.best.items()}
        arrays |= {f"m/{k}": v for k, v in self.optimizer.m.items()}
        arrays |= {f"v/{k}": v for k, v in self.optimizer.v.items()}
        if self.state is not None:
            arrays |= {"state/h": self.state.h, "state/c": self.state.c}
        note = {
            "now": self.now, "t": self.optimizer.t,
            "rng": self.dropout.rng.bit_generator.state,
        }  # fmt: skip
        arrays["note"] = np.array(json.dumps(note))
        quantized.write(self.file, arrays, compressed=False)

    def _take_up(self) -> None:
        with np.load(self.file, allow_pickle=False) as stored:
            note = json.loads(str(stored["note"]))
            groups: dict[str, dict] = {
                g: {} for g in ("params", "best", "m", "v", "state")
            }
            for name in stored.files:
                group, _, key = name.partition("/")
                if group in groups:
                    groups[group][key] = stored[name]
        self.model.params, self.best = groups["params"], groups["best"]
        self.optimizer.m, self.optimizer.v = groups["m"], groups["v"]
        self.optimizer.t, self.now = note["t"], note["now"]
        self.dropout.rng.bit_generator.state = note["rng"]
        if groups["state"]:
            self.state = self.model.layer.State(**groups["state"])


# What comes out


def per_message(model: Model, messages: list[np.ndarray]) -> list[float]:
    """Nats per token of each message; each begins without a state."""
    return [
        model.evaluate(text.contiguous_batches(ids, 1, 500), carry=True)
        for ids in messages
    ]


def figures(run: Run, copy: Model) -> dict:
    """Perplexities on what was held out: of counts, of the best weights, and of their 7-bit copy.

    Counts learn from the messages of validation too. They score the first token of a message,
    the network does not.
    """
    parts, V = run.parts, len(run.parts.vocabulary)
    learned = np.concatenate([*parts.train, parts.validation])
    held_out = np.concatenate(parts.held_out)
    weights = [len(ids) - 1 for ids in parts.held_out]
    counts = [text.NGram(n, V).fit(learned).nats(held_out) for n in (1, 2, 3, 4)]
    best = build(run.recipe, V)
    best.params = run.best
    nats = per_message(copy, parts.held_out)
    exact = np.average(per_message(best, parts.held_out), weights=weights)
    return {
        "tokens": len(held_out),
        "unknown": round(float(np.mean(held_out == 0)), 4),
        "n-grams": [round(text.perplexity(value), 2) for value in counts],
        "float32": round(text.perplexity(exact), 2),
        "7 bits": round(text.perplexity(np.average(nats, weights=weights)), 2),
        "nats per message": [round(value, 4) for value in nats],
    }


def finish(name: str, run: Run, folder: Path) -> None:
    """The best weights in 7 bits, and the record; both are written when all is known."""
    draft = run.file.with_suffix(".7bits")
    quantized.save(draft, run.best)
    copy = build(run.recipe, len(run.parts.vocabulary))
    copy.params = quantized.load(draft)
    record = {
        "recipe": asdict(run.recipe),
        "parameters": sum(p.size for p in copy.params.values()),
        "seconds": round(run.now["seconds"]),
        "numpy": np.__version__,
        "sha256": hashlib.sha256(draft.read_bytes()).hexdigest(),
        "history": run.now["history"],
        "held out": figures(run, copy),
        "tokens": list(run.parts.vocabulary.tokens),
    }
    part = run.file.with_suffix(".json")
    write_json(part, record)
    shutil.move(draft, folder / f"{name}.npz")
    shutil.move(part, folder / f"{name}.json")
    print(name, json.dumps(record["held out"]), sep=": ")


def write_json(path: Path, record: dict) -> None:
    path.write_text(json.dumps(record, indent=1, allow_nan=False) + "\n", "utf-8")


# What each choice is worth

SMALL = Recipe(size=128, epochs=6, share=4)
WITHOUT = {
    "the recipe": SMALL,
    "no carried state": replace(SMALL, carry=False),
    "gradients cut after 4 steps": replace(SMALL, rows=256, steps=4),
    "no dropout": replace(SMALL, dropout=0.0),
    "no shared matrix": replace(SMALL, tied=False),
    "10 times the rate, clipped": replace(SMALL, rate=0.06),
    "10 times the rate, no clipping": replace(SMALL, rate=0.06, clip=1e9),
    "a quarter of that text": replace(SMALL, share=16, epochs=20),
    "a quarter of it, no dropout": replace(SMALL, share=16, epochs=20, dropout=0.0),
}


def without(every: float) -> None:
    """Small runs, each with one choice changed: perplexities after each epoch."""
    found, seconds = {}, 0.0
    for name, recipe in WITHOUT.items():
        parts = parts_of_messages("mixed", recipe.share)
        run = Run(f"without-{name.replace(' ', '-')}", recipe, parts, WORK)
        try:
            run.train(every)
        except FloatingPointError as error:
            print(name, error, sep=": ")
        found[name] = {"recipe": asdict(recipe), "history": run.now["history"]}
        seconds += run.now["seconds"]
    record = {"seconds": round(seconds), "numpy": np.__version__, "runs": found}
    write_json(WEIGHTS / "without.json", record)


def arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--split", choices=words.SPLITS)
    what.add_argument("--text", metavar="FILE")
    what.add_argument("--without", action="store_true")
    parser.add_argument("--encoding", default="utf-8", help="of FILE")
    parser.add_argument("--tensorflow", action="store_true")
    parser.add_argument(
        "--work", type=Path, default=WORK, help="the folder of the notes"
    )
    parser.add_argument(
        "--every", type=float, default=60, help="seconds from note to note"
    )
    for name, default in asdict(Recipe()).items():
        if name not in ("carry", "tied"):
            option = f"--{name.replace('_', '-')}"
            parser.add_argument(option, type=type(default), default=default)
    return parser


def main() -> None:
    parser = arguments()
    chosen = parser.parse_args()
    try:
        names = asdict(Recipe()).keys() & vars(chosen).keys()
        recipe = Recipe(**{name: getattr(chosen, name) for name in names})
        own = recipe == Recipe() and chosen.work == WORK and not chosen.tensorflow
        if chosen.without:
            if not own:
                raise ValueError("--without: its recipes are fixed")
            return without(chosen.every)
        if chosen.text is not None:
            name = Path(chosen.text).stem
            if name in words.SPLITS or recipe.share != 1:
                raise ValueError("--text: expected another file name, and no --share")
            parts = parts_of_file(chosen.text, chosen.encoding)
            return train_one(name, recipe, parts, chosen, chosen.work)
        for split in [chosen.split] if chosen.split else words.SPLITS:
            parts = parts_of_messages(split, recipe.share)
            train_one(split, recipe, parts, chosen, WEIGHTS if own else chosen.work)
    except (OSError, ValueError, FloatingPointError) as error:
        parser.error(str(error))


def train_one(
    name: str, recipe: Recipe, parts: Parts, chosen: argparse.Namespace, folder: Path
) -> None:
    run = Run(name, recipe, parts, chosen.work)
    writable(folder)
    if chosen.tensorflow:
        from on_tensorflow import OnTensorFlow

        run.train_step = OnTensorFlow(run.model).train_step
    run.train(chosen.every)
    finish(name, run, folder)


if __name__ == "__main__":
    main()
