"""The checks of book/applications/word_prediction."""

from collections.abc import Callable
from typing import Any

import numpy as np

from lib.checks.answer import as_array, as_count, call, is_open, say, shown
from lib.dense import Dense
from lib.embedding import Embedding
from lib.lstm import LSTM
from lib.model import Model
from lib.tasks import AGREEMENT_WORDS, agreement
from lib.text import Vocabulary


def words_parameters(answer: Callable[[int, int, int], int]) -> None:
    """V D + 4 H (D + H + 1) + H V + V."""
    problem = None
    for V, D, H in ((1000, 32, 64), (7, 5, 3), (20, 6, 6)):
        right = V * D + 4 * H * (D + H + 1) + H * V + V
        count, problem = as_count(answer, V, D, H)
        if count is not None and count != right:
            problem = f"For V = {V}, D = {D}, H = {H}: {shown(count)} is not right."
            if count == right - V:
                problem += " What does the read-out add to its product?"
            elif count == right - 4 * H:
                problem += " What do the gates add to their products?"
            elif count == right + 4 * H:
                problem += " Two biases per gate are PyTorch's way."
            elif count == right - 3 * H * (D + H + 1):
                problem += " How many affine maps does an LSTM have?"
            elif count == right - H * V + D * V:
                problem += " What enters the read-out, and how long is it?"
            elif count == right - H * V:
                problem += " Here the read-out has a matrix of its own."
        if problem:
            break
    say(problem, "Right: most of them belong to the words, not to the LSTM.")


def words_perplexity(answer: Callable[[np.ndarray, np.ndarray], float]) -> None:
    """exp of the mean of the nats that count."""
    problem, rng = None, np.random.default_rng(0)
    for length in (8, 13):
        nats = rng.uniform(1, 6, length)
        mask = np.arange(length) % 4 != 3
        value, problem = call(answer, nats.copy(), mask.copy())
        if problem is None:
            array, problem = as_array(value, ())
            counted = nats[mask]
            if array is None:
                problem = f"{problem} One number stands for all tokens."
            elif not np.allclose(array, np.exp(counted.mean())):
                problem = f"{array:.6g} is not right yet."
                if np.allclose(array, counted.mean()):
                    problem += " That is the mean, still in nats."
                elif np.allclose(array, 2 ** counted.mean()):
                    problem += " To which base is a logarithm in nats?"
                elif np.allclose(array, np.exp(nats.mean())):
                    problem += " Which tokens count?"
                elif np.allclose(array, np.exp(counted.sum() / length)):
                    problem += " By how many tokens do you divide?"
                elif np.allclose(array, np.exp(counted).mean()):
                    problem += " Mean and exponential: in which order?"
                elif np.allclose(array, np.exp(counted.sum())):
                    problem += " That is for the whole text; what is it per token?"
        if problem:
            break
    say(problem, "Right: first the mean of what counts, then the exponential.")


def _word_model() -> Model:
    """Small, with weights so large that what it predicts depends on all that it has read."""
    rng = np.random.default_rng(26)  # one of few whose tokens do not soon repeat
    V, D, H = 12, 6, 10
    model = Model(Embedding(V, D), LSTM(D, H), Dense(H, V))
    model.params = {
        name: 1.5 * rng.normal(size=value.shape) for name, value in model.params.items()
    }
    return model


def _greedy(
    prompt: np.ndarray,
    length: int,
    carry: bool = True,
    reread: bool = False,
    twice: bool = False,
    stuck: bool = False,
    position: int = -1,
) -> list[int]:
    """The likeliest tokens after the prompt; what differs from the defaults is a mistake."""
    model, text = _word_model(), prompt.tolist()
    state, unread = None, text
    if twice:
        _, state, _ = model.forward(np.array([text]))
        unread = text[-1:]
    for _ in range(length):
        logits, last, _ = model.forward(np.array([unread]), state)
        text.append(int(logits[0, position].argmax()))
        if not (stuck and state):
            state = last if carry else None
        unread = text if reread else text[-1:]
    return text[len(prompt) :]


def words_generate(answer: Callable[[Model, np.ndarray, int], list[int]]) -> None:
    """The likeliest tokens, one after the other, with the state handed on."""
    problem = None
    for tokens, length in (([3, 7, 0, 5], 8), ([1], 5), ([9, 2, 2], 1), ([4, 11], 20)):
        prompt = np.array(tokens)
        value, problem = call(answer, _word_model(), prompt.copy(), length)
        if problem is None:
            array, problem = as_array(value, (length,))
            longer, _ = as_array(value, (len(prompt) + length,))
            if longer is not None and np.array_equal(longer[: len(prompt)], prompt):
                problem = "Your answer starts with the prompt; return what is new."
            elif array is None:
                problem = f"For length = {length}: {problem} One int per new token."
            elif array.tolist() != _greedy(prompt, length):
                problem = f"For the prompt {tokens}: not the likeliest tokens yet."
                given = array.tolist()
                if given == _greedy(prompt, length, carry=False):
                    problem += " What came before the newest token is forgotten."
                elif given == _greedy(prompt, length, reread=True):
                    problem += " The state has read that text; what is new to it?"
                elif given in (
                    _greedy(prompt, length, stuck=True),
                    _greedy(prompt, length, stuck=True, twice=True),
                ):
                    problem += " Each step begins with the same state. Who made it?"
                elif given == _greedy(prompt, length, twice=True):
                    problem += " How often does the model read the prompt's last token?"
                elif given == _greedy(prompt, length, position=0):
                    problem += " Which position has read the whole prompt?"
        if problem:
            break
    say(problem, "Right: the state has read the rest, one step per token is enough.")


def words_vocabulary(answer: Callable[[list, list, int], tuple]) -> None:
    """Numbers of both parts, by the training part's frequencies."""
    problem = None
    for first, second, size in (
        ("c b b a c a a a d", "z z z z z b a d y c", 4),
        ("to be or not to be", "not to do or to be", 4),
        ("to be or not to be", "not to do or to be", 9),
    ):
        train, held_out = first.split(), second.split()
        value, problem = call(answer, train.copy(), held_out.copy(), size)
        if problem is None:
            problem = _wrong_numbers(train, held_out, size, value)
        elif "KeyError" in problem:
            problem += " What is the number of a token that training never showed?"
        if problem:
            break
    say(problem, "Right: what the training part does not show remains unknown.")


def _wrong_numbers(
    train: list[str], held_out: list[str], size: int, value: Any
) -> str | None:
    """What is wrong with the numbers of both parts, if anything."""
    if not (isinstance(value, tuple | list) and len(value) == 2):
        return "Expected two arrays: train_ids, held_out_ids."
    given = []
    for name, part, ids in (
        ("train_ids", train, value[0]),
        ("held_out_ids", held_out, value[1]),
    ):
        array, problem = as_array(ids, (len(part),))
        if array is None:
            return f"{name}: {problem} One number per token, known or not."
        given += array.tolist()

    def numbers(counted: list[str], size: int) -> list[int]:
        return Vocabulary(counted, size).encode(train + held_out).tolist()

    right, N = numbers(train, size), len(train)
    if given == right:
        return None
    problem = f"Not right yet for size = {size}."
    unknown = {got for got, wanted in zip(given, right, strict=True) if wanted == 0}
    top = {got for got, wanted in zip(given, right, strict=True) if wanted == 1}
    if min(given) < 0:
        problem += " A model has no token -1: which number means unknown?"
    elif given == numbers(train + held_out, size):
        problem += " Who looked at the held-out part? It stands for texts to come."
    elif given == numbers(held_out, size):
        problem += " Which of the two parts is there to learn from?"
    elif given == right[:N] + numbers(held_out, size)[N:]:
        problem += " Does a token have the same number in both parts?"
    elif given in (numbers(train, size - 1), numbers(train, size + 1)):
        problem += " How many different numbers may there be, unknown included?"
    elif 0 not in unknown:
        problem += " An unknown token has another number than 0."
    elif top == {0}:
        problem += " 0 means unknown; may a frequent token have it too?"
    elif [n == 0 for n in given] == [n == 0 for n in right]:
        problem += " You know the right tokens; in which order are they numbered?"
    return problem


def words_agreement(answer: Model) -> None:
    """At least 95 % of the verbs, 10 words after their subjects."""
    if is_open(answer):
        return say("Not answered yet.", "")
    sentences, gap, V = 500, 10, len(AGREEMENT_WORDS)
    tokens, targets, _ = agreement(np.random.default_rng(2016), sentences, gap)
    logits, problem, percent = None, None, 0
    made = isinstance(answer, Model)
    embedding = getattr(answer, "embedding", None) if made else None
    if embedding is None:
        problem = f"Expected a Model with an Embedding, got {shown(answer)}."
    elif (embedding.vocabulary_size, answer.readout.output_size) != (V, V):
        problem = (
            f"Embedding and read-out have {embedding.vocabulary_size} and "
            f"{answer.readout.output_size} tokens. How many words are there?"
        )
    else:
        with np.errstate(all="ignore"):  # an overflow is seen in the result
            value, problem = call(answer.forward, tokens)
        if problem is None:
            logits, problem = as_array(value[0], (sentences, gap + 1, V))
    if logits is not None:
        singular, plural = (AGREEMENT_WORDS.index(verb) for verb in ("is", "are"))
        said = logits[:, -1, plural] > logits[:, -1, singular]
        correct = int((said == (targets[:, -1] == plural)).sum())
        percent = 100 * correct // sentences  # rounded down: 94.8 % do not pass as 95
        if percent < 95:
            problem = f"{percent} % of the verbs are right; 95 % are asked for."
            if 40 <= percent <= 60:
                problem += (
                    " That is chance. Did the loss fall below ln 2 = 0.69, and does "
                    "the mask count the last step alone?"
                )
            else:
                problem += " Was the gap of the training as long, and the loss near 0?"
    say(problem, f"Right: {percent} % of the verbs, 10 words after their subjects.")
