"""Checks of the exercises: one function each, named after the chapter and the exercise.

A check prints one line: `✓` and what the answer shows, or `✗` and a hint that does not give the
solution away. It never raises, so that a notebook with open exercises still runs.
"""

import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from lib.activations import softmax
from lib.dense import Dense
from lib.embedding import Embedding
from lib.jacobians import sensitivity
from lib.lstm import LSTM
from lib.model import Model
from lib.rnn import SimpleRNN
from lib.tasks import AGREEMENT_WORDS, agreement
from lib.text import Vocabulary, contiguous_batches


def _say(problem: str | None, praise: str) -> None:
    marks, text = ("✗ ", "no: "), problem
    if problem is None:
        marks, text = ("✓ ", "ok: "), praise
    try:
        print(f"{marks[0]}{text}")
    except UnicodeEncodeError:  # a terminal without these characters
        print(f"{marks[1]}{text}".encode("ascii", "replace").decode())


def _shown(value: Any) -> str:
    """The value in one short line."""
    try:
        text = " ".join(repr(value).split())
    except Exception:  # whatever a reader's class may do
        text = f"a {type(value).__name__}"
    return text if len(text) <= 100 else f"{text[:97]}..."


def _open(value: Any) -> bool:
    """Is this still the `...` of the exercise?"""
    return value is ... or (
        isinstance(value, tuple | list) and any(v is ... for v in value)
    )


def _call(function: Callable, *arguments: Any) -> tuple[Any, str | None]:
    """The result of the reader's function, or what is wrong with calling it."""
    if not callable(function):
        return None, f"Give the function itself, not {_shown(function)}."
    try:
        value = function(*arguments)
    except Exception as error:  # whatever a reader's code may do
        return None, f"Your function stopped with {_shown(error)}."
    return value, "Not answered yet." if _open(value) else None


def _array(value: Any, shape: tuple[int, ...]) -> tuple[np.ndarray | None, str | None]:
    """The value as numbers of that shape, or what is wrong with it."""
    try:
        given = np.asarray(value)
        if given.dtype.kind not in "fiuO":  # text, for one, would be converted too
            raise TypeError
        array = given.astype(float)
    except Exception:  # a tensor that needs a gradient raises a RuntimeError
        return None, f"Expected numbers, got {_shown(value)}."
    if array.shape != shape:
        return None, f"Expected shape {shape}, got {array.shape}."
    if not np.isfinite(array).all():
        return None, "Expected finite numbers."
    return array, None


def _count(
    function: Callable, *arguments: int
) -> tuple[int, None] | tuple[None, str | None]:
    """The int that the reader's function returns, or what is wrong with it."""
    value, problem = _call(function, *arguments)
    if problem:
        return None, problem
    try:
        return operator.index(value), None
    except Exception:  # a float, an array, a tensor of floats ...
        return None, f"Expected a whole number (an int), got {_shown(value)}."


def rnn_by_hand(answer: Any) -> None:
    """Three states of one unit, to four digits."""
    if _open(answer):
        return _say("Not answered yet.", "")
    values, problem = _array(answer, (3,))
    if values is not None:
        right, linear = [], []
        h = a = 0.0
        for x in (1, 0, 0):
            h, a = float(np.tanh(x + 0.5 * h)), x + 0.5 * a
            right.append(h)
            linear.append(a)
        wrong = np.abs(values - right) > 6e-5
        if np.allclose(values, linear):
            problem = "You left out the tanh."
        elif wrong.any() and np.abs(values - right).max() < 6e-4:
            problem = "Right to three digits; four are asked for."
        elif wrong.any():
            problem = f"h_{int(wrong.argmax()) + 1} is not right yet."
    _say(problem, "Right: the trace of the first input fades, and never quite ends.")


def rnn_parameters(answer: Callable[[int, int, int], int]) -> None:
    """H (D + H + 1), whatever T."""
    problem = None
    for D, H, T in ((4, 4, 10), (5, 4, 3), (2, 7, 1000)):
        count, problem = _count(answer, D, H, T)
        if count is not None and count != H * (D + H + 1):
            problem = f"For D = {D}, H = {H}, T = {T}: {_shown(count)} is not right."
            if count == H * (D + H):
                problem += " Did you count the bias?"
            elif count == H * (D + H + 1) * T:
                problem += " All steps use the same arrays."
            elif count == D * (D + H + 1):
                problem += " How many units are there?"
        if problem:
            break
    _say(problem, "Right: the length of the sequence does not enter.")


def rnn_reorder(answer: Callable[[np.ndarray, int], np.ndarray]) -> None:
    """W of [x, h] as W of [h, x]."""
    rng = np.random.default_rng(0)
    D, H = 2, 3
    x, h, W = rng.normal(size=D), rng.normal(size=H), rng.normal(size=(D + H, H))
    given = W.copy()
    value, problem = _call(answer, W, D)
    if problem is None:
        array, problem = _array(value, W.shape)
        if array is not None:
            if not np.array_equal(W, given):
                problem = "Your function changed its argument; return a new matrix."
            elif np.array_equal(array, W):
                problem = "That is W itself: [h, x] @ W would mix up inputs and states."
            elif not np.allclose(
                np.concatenate([h, x]) @ array, np.concatenate([x, h]) @ W
            ):
                problem = (
                    "[h, x] @ (your matrix) differs from [x, h] @ W. Which rows meet x?"
                )
    _say(problem, "Right: the same numbers in another order, the same step.")


def rnn_collapse(answer: Callable[[SimpleRNN, int], np.ndarray]) -> None:
    """A linear network as one matrix."""
    rng = np.random.default_rng(0)
    B, T, D, H = 4, 5, 2, 3
    layer = SimpleRNN(D, H, rng=rng, activation="linear")
    layer.params["W_hh"] = rng.normal(size=(H, H))
    xs = rng.normal(size=(B, T, D))
    _, last, _ = layer.forward(xs)
    value, problem = _call(answer, layer, T)
    if problem is None:
        M, problem = _array(value, (T * D, H))
        if M is not None and not np.allclose(xs.reshape(B, T * D) @ M, last.h):
            problem = "xs.reshape(B, T * D) @ M is not the last state. What meets x_1 on its way?"
            if np.allclose(xs[:, -1] @ M[-D:], xs[:, -1] @ layer.params["W_xh"]):
                problem += " The last D rows are right."
    _say(problem, "Right: without tanh, all steps together are one matrix.")


def lstm_parameters(answer: Callable[[int, int, int], int]) -> None:
    """4 H (D + H + biases)."""
    problem = None
    for D, H, biases in ((32, 64, 1), (5, 4, 1), (5, 4, 2)):
        count, problem = _count(answer, D, H, biases)
        if count is not None and count != 4 * H * (D + H + biases):
            problem = f"For D = {D}, H = {H}, biases = {biases}: {_shown(count)} is not right."
            if count == H * (D + H + biases):
                problem += " How many affine maps are there?"
            elif count == 3 * H * (D + H + biases):
                problem += " The candidate has weights too."
            elif count == 4 * H * (D + H + 1):
                problem += " Which part does PyTorch keep twice?"
        if problem:
            break
    _say(problem, "Right: four affine maps, with one bias or two.")


def _lstm_run() -> dict[str, np.ndarray]:
    """Random values of one step (gates inside their ranges), and random gradients."""
    rng = np.random.default_rng(0)
    run = {name: rng.normal(size=(3, 4)) for name in ("dh_new", "dc_new", "c")}
    run |= {name: rng.uniform(0.1, 0.9, (3, 4)) for name in "ifo"}
    run["g"] = rng.uniform(-0.9, 0.9, (3, 4))
    run["c_new"] = run["f"] * run["c"] + run["i"] * run["g"]
    return run


def lstm_cell_gradient(answer: Callable) -> None:
    """dC_{t-1} from dH_t and dC_t."""
    run = _lstm_run()
    names = ("dh_new", "dc_new", "c_new", "f", "o")
    dh_new, dc_new, c_new, f, o = arguments = [run[name] for name in names]
    through_h = dh_new * o * (1 - np.tanh(c_new) ** 2)
    value, problem = _call(answer, *(a.copy() for a in arguments))
    if problem is None:
        array, problem = _array(value, f.shape)
        if array is not None and not np.allclose(array, (dc_new + through_h) * f):
            problem = "That is not the gradient yet."
            if np.allclose(array, dc_new * f):
                problem += " The hidden state uses the cell state too."
            elif np.allclose(array, dc_new + through_h):
                problem += (
                    " That is the gradient of C_t; one factor leads on to the C before."
                )
            elif np.allclose(array, through_h + dc_new * f):
                problem += " Both uses lead to C_t, and go on from there together."
            elif np.allclose(array, through_h * f):
                problem += " What came from the next step is missing."
    _say(problem, "Right: two uses, one factor on the way back.")


def lstm_sums_backward(answer: Callable) -> None:
    """The gradients of the four sums, checked one by one."""
    run = _lstm_run()
    names = ("dh_new", "dc_new", "c", "c_new", "i", "f", "g", "o")
    dh_new, dc_new, c, c_new, i, f, g, o = arguments = [run[name] for name in names]
    value, problem = _call(answer, *(a.copy() for a in arguments))
    if problem is None and not (isinstance(value, tuple | list) and len(value) == 4):
        problem = "Expected four arrays: da_i, da_f, da_g, da_o."
    if problem is None:
        u = np.tanh(c_new)
        dc = dc_new + dh_new * o * (1 - u * u)
        right = {
            "da_i": dc * g * i * (1 - i),
            "da_f": dc * c * f * (1 - f),
            "da_g": dc * i * (1 - g * g),
            "da_o": dh_new * u * o * (1 - o),
        }
        wrong = []
        for (name, wanted), got in zip(right.items(), value, strict=True):
            array, problem = _array(got, wanted.shape)
            if array is None:
                return _say(f"{name}: {problem}", "")
            if not np.allclose(array, wanted):
                wrong.append(name)
        if wrong:
            problem = f"Not equal to the derivative yet: {', '.join(wrong)}."
    _say(problem, "Right: all four agree with the derivative.")


def lstm_explode(answer: Callable[[], LSTM]) -> None:
    """An LSTM whose total gradient grows."""
    layer, problem = _call(answer)
    if problem is None and not (
        type(layer) is LSTM
        and getattr(layer, "input_size", None) == 1
        and getattr(layer, "hidden_size", None) == 32
    ):
        problem = f"Expected an LSTM(1, 32), got {_shown(layer)}."
    if problem is None:
        xs = 0.1 * np.random.default_rng(0).normal(size=(30, 1))
        with np.errstate(all="ignore"):  # an overflow is seen in the result
            norms, problem = _call(sensitivity, layer, xs)
        if problem is None and not np.isfinite(norms[-1, 0]):
            problem = (
                f"The norm is {norms[-1, 0]}. Are all weights finite, and small enough?"
            )
        elif problem is None and norms[-1, 0] <= 1000:
            problem = (
                f"The norm is {norms[-1, 0]:.1e}. Which way back contains a matrix?"
            )
    _say(problem, "Right: it grew a thousandfold and more, with every gate below 1.")


def first_gradient(answer: Any) -> None:
    """p - y for the logits (ln 2, 0, ln 5), class 0 right."""
    if _open(answer):
        return _say("Not answered yet.", "")
    values, problem = _array(answer, (3,))
    if values is not None:
        p = np.array([2, 1, 5]) / 8
        if np.allclose(values, p):
            problem = "These are the probabilities. What was right?"
        elif np.allclose(values, -(p - [1, 0, 0])):
            problem = (
                "The sign: descent goes against the gradient, this is the gradient."
            )
        elif not np.allclose(values, p - [1, 0, 0]):
            problem = "Not yet. What are the exponentials of the logits, and their sum?"
            if not np.isclose(values.sum(), 0):
                problem += " The three entries must add up to 0."
    _say(problem, "Right: it adds up to 0, as p and y both add up to 1.")


def first_batch(answer: Callable[[np.ndarray, int, int, int], np.ndarray]) -> None:
    """The inputs of the k-th contiguous batch."""
    B, T, problem = 3, 4, None
    for N, k in ((47, 0), (47, 1), (47, 2), (48, 1)):
        ids = np.arange(N)
        batches = [inputs for inputs, _ in contiguous_batches(ids, B, T)]
        value, problem = _call(answer, ids, B, T, k)
        if problem is None:
            array, problem = _array(value, (B, T))
            if array is not None and not np.array_equal(array, batches[k]):
                problem = f"Batch {k} of {N} ids is not right yet."
                if N == 48:
                    problem += " The last id is a target only: how long is a row?"
                if k and np.array_equal(array, ids[:36].reshape(-1, B, T)[k]):
                    problem += (
                        " Row 0 does not go on where row 0 of the batch before ended."
                    )
        if problem:
            break
    _say(problem, "Right: every row goes on in the next batch.")


def first_temperature(answer: Callable[[np.ndarray, float], np.ndarray]) -> None:
    """softmax(logits / temperature), without overflow."""
    problem = None
    for logits, temperature in (([2.0, 0.0, 1.0], 0.5), ([1000.0, 999.0, 0.0], 1.0)):
        with np.errstate(all="ignore"):  # an overflow is seen in the result
            value, problem = _call(answer, np.array(logits), temperature)
        if problem is None:
            array, problem = _array(value, (3,))
            right = softmax(np.array(logits) / temperature)
            if array is None:
                problem = f"For logits {logits}: {problem} What do you exponentiate?"
            elif not np.allclose(array, right):
                problem = (
                    f"For logits {logits} and temperature {temperature}: not right yet."
                )
                if np.allclose(array, softmax(np.array(logits) * temperature)):
                    problem += " A low temperature must sharpen."
                elif np.allclose(array, softmax(np.array(logits))):
                    problem += " Where does the temperature enter?"
        if problem:
            break
    _say(problem, "Right, and nothing overflows.")


def words_parameters(answer: Callable[[int, int, int], int]) -> None:
    """V D + 4 H (D + H + 1) + H V + V."""
    problem = None
    for V, D, H in ((1000, 32, 64), (7, 5, 3), (20, 6, 6)):
        right = V * D + 4 * H * (D + H + 1) + H * V + V
        count, problem = _count(answer, V, D, H)
        if count is not None and count != right:
            problem = f"For V = {V}, D = {D}, H = {H}: {_shown(count)} is not right."
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
    _say(problem, "Right: most of them belong to the words, not to the LSTM.")


def words_perplexity(answer: Callable[[np.ndarray, np.ndarray], float]) -> None:
    """exp of the mean of the nats that count."""
    problem, rng = None, np.random.default_rng(0)
    for length in (8, 13):
        nats = rng.uniform(1, 6, length)
        mask = np.arange(length) % 4 != 3
        value, problem = _call(answer, nats.copy(), mask.copy())
        if problem is None:
            array, problem = _array(value, ())
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
    _say(problem, "Right: first the mean of what counts, then the exponential.")


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
        value, problem = _call(answer, _word_model(), prompt.copy(), length)
        if problem is None:
            array, problem = _array(value, (length,))
            longer, _ = _array(value, (len(prompt) + length,))
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
    _say(problem, "Right: the state has read the rest, one step per token is enough.")


def words_vocabulary(answer: Callable[[list, list, int], tuple]) -> None:
    """Numbers of both parts, by the training part's frequencies."""
    problem = None
    for first, second, size in (
        ("c b b a c a a a d", "z z z z z b a d y c", 4),
        ("to be or not to be", "not to do or to be", 4),
        ("to be or not to be", "not to do or to be", 9),
    ):
        train, held_out = first.split(), second.split()
        value, problem = _call(answer, train.copy(), held_out.copy(), size)
        if problem is None:
            problem = _wrong_numbers(train, held_out, size, value)
        elif "KeyError" in problem:
            problem += " What is the number of a token that training never showed?"
        if problem:
            break
    _say(problem, "Right: what the training part does not show remains unknown.")


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
        array, problem = _array(ids, (len(part),))
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
    if _open(answer):
        return _say("Not answered yet.", "")
    sentences, gap, V = 500, 10, len(AGREEMENT_WORDS)
    tokens, targets, _ = agreement(np.random.default_rng(2016), sentences, gap)
    logits, problem, percent = None, None, 0
    made = isinstance(answer, Model)
    embedding = getattr(answer, "embedding", None) if made else None
    if embedding is None:
        problem = f"Expected a Model with an Embedding, got {_shown(answer)}."
    elif (embedding.vocabulary_size, answer.readout.output_size) != (V, V):
        problem = (
            f"Embedding and read-out have {embedding.vocabulary_size} and "
            f"{answer.readout.output_size} tokens. How many words are there?"
        )
    else:
        with np.errstate(all="ignore"):  # an overflow is seen in the result
            value, problem = _call(answer.forward, tokens)
        if problem is None:
            logits, problem = _array(value[0], (sentences, gap + 1, V))
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
    _say(problem, f"Right: {percent} % of the verbs, 10 words after their subjects.")
