"""Equation = code = test: what a label ties together, and how docstrings become equations."""

import ast
import re
from collections import Counter
from pathlib import Path

import pytest
from ascii_math import latex
from docstrings import LABEL, Equation, blocks, equation, joined, rst
from lines_of_lib import LIB, ROOT, checkers_of_line, labeled_lines
from test_book import labels, pages

# What the line of an equation computes: it starts so. A line that is not listed assigns the left
# side of the equation in its docstring, such as `c_new = …` or `c = …` for C_t.
COMPUTED = {
    "eq-adam": "theta -= ",
    "eq-bptt-cut": "dstate = None",
    "eq-bptt-dW": "dV = ",
    "eq-bptt-dh": "add(dh_next, dy, dh)",
    "eq-clip": "return {k: (g * scale)",
    "eq-clockwork-dW": "grads = ",
    "eq-clockwork-da": "da = ",
    "eq-clockwork-dh": "dx, dh = ",
    "eq-clockwork-run": "ran = ",
    "eq-coupled-df": '"f": ',
    "eq-coupled-dg": '"g": ',
    "eq-cross-entropy": "nats = ",
    "eq-dense": "y = rows @ W + ",
    "eq-dense-dW": "dW = ",
    "eq-dense-db": "db = ",
    "eq-dense-dx": "dx = ",
    "eq-depth-dc": "dc_new = ",
    "eq-depth-dd": '"d": ',
    "eq-depth-dl": "dc, dL = ",
    "eq-depth-dw": "grads[name] = ",
    "eq-depth-seen": "dc, dL = ",
    "eq-dropout": "return x * factors",
    "eq-embedding": 'return self.params["W"][tokens]',
    "eq-gru-dW": 'grads[f"W_x{k}"] = ',
    "eq-gru-dh": "dh = ",
    "eq-gru-dn": "da_n = ",
    "eq-gru-dr": "da_r = ",
    "eq-gru-dreset": "dr = ",
    "eq-gru-dreset-after": "dr = ",
    "eq-gru-dx": "dx = ",
    "eq-gru-dz": "da_z = ",
    "eq-lstm-c": "c_new = ",
    "eq-lstm-dW": 'grads[f"W_x{k}"] = ',
    "eq-lstm-dc": "dc_new = ",
    "eq-lstm-dc-before": "dc = ",
    "eq-lstm-df": '"f": ',
    "eq-lstm-dg": '"g": ',
    "eq-lstm-dh": "dh = ",
    "eq-lstm-di": '"i": ',
    "eq-lstm-do": '"o": ',
    "eq-lstm-dx": "dx = ",
    "eq-lstm-f": "f = ",
    "eq-lstm-g": "g = ",
    "eq-lstm-h": "h_new = ",
    "eq-lstm-i": "i = ",
    "eq-lstm-o": "o = ",
    "eq-p-minus-y": "np.put_along_axis(dlogits, at_target, p_target - 1",
    "eq-peephole-dc": "dc_new = ",
    "eq-peephole-dc-before": "dc = ",
    "eq-peephole-do": "da_o = ",
    "eq-peephole-dp": 'grads[f"p_{k}"] = ',
    "eq-perplexity": "return float(np.exp(",
    "eq-quantize": "return np.rint(W / s)",
    "eq-relu": "return np.maximum(a, 0",
    "eq-relu-slope": '"relu": ',
    "eq-rnn-dW": "grads = ",
    "eq-rnn-da": "da = ",
    "eq-rnn-dh": "dx, dh = ",
    "eq-rnn-h": "h_new = ",
    "eq-sgd": "theta -= ",
    "eq-sigmoid": "return np.multiply(0.5, 1 + np.tanh(",
    "eq-sigmoid-slope": '"sigmoid": ',
    "eq-tanh": "return np.tanh(",
    "eq-tanh-slope": '"tanh": ',
    "eq-tied": 'y = rows @ W.T + self.params["b"]',
    "eq-tied-dW": 'embedding_grads["W"] += ',
}


def in_book() -> list[str]:
    return [
        label
        for found in labels().values()
        for label in found
        if label.startswith("eq-")
    ]


def docstring_of(path: Path) -> str:
    return ast.get_docstring(ast.parse(path.read_text("utf-8"))) or ""


def formulas(docstring: str) -> list[str]:
    found = (lines for kind, lines in blocks(docstring) if kind == "equations")
    return [line for lines in found for line in joined(lines)]


def in_docstrings() -> dict[str, list[Equation]]:
    """Path in the repository -> the labeled equations of the module's docstring."""
    return {
        path.relative_to(ROOT).as_posix(): [
            equation(line)
            for line in formulas(docstring_of(path))
            if LABEL.search(line)
        ]
        for path in sorted(LIB.rglob("*.py"))
    }


def of_lines() -> dict[str, str]:
    return {
        line.label: line.file.relative_to(ROOT).as_posix() for line in labeled_lines()
    }


def test_a_label_stands_on_one_line():
    counts = Counter(line.label for line in labeled_lines())
    assert counts
    assert [label for label, count in counts.items() if count > 1] == []


def test_every_equation_of_the_book_has_its_line():
    assert sorted(set(in_book()) - set(of_lines())) == []


def test_every_line_has_its_equation():
    written = [one.label for found in in_docstrings().values() for one in found]
    assert sorted(set(of_lines()) - set(in_book()) - set(written)) == []


def test_every_equation_of_a_docstring_has_its_line_in_the_same_file():
    lines = of_lines()
    astray = [
        f"{file}: {label}, its line is in {lines.get(label, 'no file')}"
        for file, found in in_docstrings().items()
        for label in (one.label for one in found)
        if lines.get(label) != file
    ]
    assert astray == []


def test_labels_stand_in_docstrings_of_modules():
    """A method's docstring is shown again with each subclass, and a label has one place."""
    astray = []
    for path in sorted(LIB.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ClassDef | ast.FunctionDef):
                lines = (ast.get_docstring(node) or "").splitlines()
                astray += [
                    f"{path.name}: {node.name}" for n in lines if LABEL.search(n)
                ]
    assert astray == []


def test_every_labeled_line_computes_its_equation():
    expected = {label: re.escape(start) for label, start in COMPUTED.items()}
    for found in in_docstrings().values():
        for one in found:
            left = re.match("d?[A-Za-z]", one.latex)[0].lower()
            expected.setdefault(one.label, f"{left}(_new)? = ")
    wrong = [
        f"{line.label}: {line.code.strip()}"
        for line in labeled_lines()
        if not re.match(
            expected.get(line.label, "a row of COMPUTED"), line.code.strip()
        )
    ]
    assert wrong == []
    assert set(COMPUTED) <= set(of_lines())


def test_every_labeled_line_has_a_mutant():
    """What a reader finds in the index of equations: the tests that fail if it is wrong."""
    assert [line.label for line in labeled_lines() if not checkers_of_line(line)] == []


# Docstrings


def test_every_docstring_of_a_module_is_understood():
    faults = []
    for path in sorted(LIB.rglob("*.py")):
        rst(docstring_of(path), str, (), lambda *told: faults.append(told))
    assert faults == []


def test_docstring_and_chapter_write_the_lstm_alike():
    def bare(text):
        return re.sub(r"\\[,;]| |\.$", "", text)

    chapter = {
        bare(formula)
        for formula in re.findall(r"\$\$\n(.*?)\n\$\$", pages()["lstm/lstm"], re.S)
    }
    lines = formulas(docstring_of(LIB / "lstm.py"))
    assert len(lines) >= 6
    assert [line for line in lines if bare(equation(line).latex) not in chapter] == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("O_t * tanh(C_t)", r"O_t \odot \tanh(C_t)"),
        (
            "sigma(X_t W_xi + H_{t-1} W_hi + b_i)",
            r"\sigma(X_t W_{xi} + H_{t-1} W_{hi} + b_i)",
        ),
        ("dW_xk = X_t^T dA_k", r"dW_{xk} = X_t^\top dA_k"),
        ("H_t[k]", "H_t^{[k]}"),
        ("W_hh[j,k]^T", r"W_{hh}^{[j,k]\top}"),
        ("W[token_t]", r"W[\text{token}_t]"),
        ("C_t^{l-1} + C_t^(l)", "C_t^{l-1} + C_t^{(l)}"),
        ("sum_{j >= k} H_{t-1}[j]", r"\sum_{j \ge k} H_{t-1}^{[j]}"),
        (
            "1 if t mod T_k = 0 else 2",
            r"1 \quad \text{if } t \bmod T_k = 0 \quad \text{else } 2",
        ),
        ("p_n(w | c') <= 0.5", r"p_n(w \mid c') \le 0.5"),
        ("(theta + eps v) / (2 eps)", r"(\theta + \epsilon v) / (2 \epsilon)"),
        ("A_t,k -> inf", r"A_{t,k} \to \infty"),
    ],
)
def test_ascii_becomes_latex(text, expected):
    assert latex(text) == expected


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("sigam(X_t)", "'sigam' is not known"),
        ("tanh(C_t", r"a '\)' is missing"),
        ("C_t)", r"'\)' has no partner"),
        ("W[k)", r"'\)' has no partner"),
        ("H_t = {x}", "is not understood"),
        ("H_{t-}{", "is not understood"),
        ("x @ W", "'@ W' is not understood"),
    ],
)
def test_what_is_not_understood_is_an_error(text, why):
    with pytest.raises(ValueError, match=why):
        latex(text)


def test_a_line_has_formula_words_and_label():
    one = equation("    I_t = tanh (X_t)   =  Z_t      input gate   (i)      eq-lstm-i")
    assert one == (r"I_t = \tanh (X_t) = Z_t", "input gate; (i)", "eq-lstm-i")
    one = equation("    H_t = H_{t-1}      if t mod T_k = 0      slow      eq-slow")
    assert one == (r"H_t = H_{t-1} \quad \text{if } t \bmod T_k = 0", "slow", "eq-slow")


DOCSTRING = """One thing: *this*, x_* and |W_hi^T|.

    H_t = O_t * tanh(C_t)      hidden state, C_t      eq-h
    Y_t = W H_t
          + b      eq-y

    state = layer.initial_state(2)      # Python

Literally::

    Y_t = H_t W      words

    "word"   a line that begins with a quotation mark

lag: 1 or more, `steps` at most
    and more.
size: a number.
Source: Somebody 1990. Derived in book/lstm/lstm.

* one
  item
* another

>>> 1 + 1
2
"""


def test_a_docstring_becomes_rst():
    faults = []
    found = rst(
        DOCSTRING, lambda page: f":doc:`/{page}`", {"eq-y"}, lambda *a: faults.append(a)
    )
    text = re.sub(r"\\ ", "", "\n".join(found))
    assert faults == []
    assert text.startswith(r"One thing: *this*, x\_\* and \|:math:`W_{hi}^\top`\|.")
    assert "   .. math::\n      :label: eq-h\n\n      H_t = O_t \\odot" in text
    assert "   hidden state, :math:`C_t`" in text
    assert "   .. math::\n\n      Y_t = W H_t + b\n\n   :eq:`eq-y`" in text
    assert ".. code-block:: python\n\n   state = layer.initial_state(2)" in text
    assert "Literally:\n\n.. code-block:: text\n\n   Y_t = H_t W      words" in text
    assert '.. code-block:: text\n\n   "word"   a line' in text
    assert (
        "``lag``: 1 or more, ``steps`` at most and more.\n\n``size``: a number." in text
    )
    assert "\n\nSource: Somebody 1990. Derived in :doc:`/book/lstm/lstm`." in text
    assert "\n* one item\n\n* another\n" in text
    assert text.endswith("\n>>> 1 + 1\n2\n")


def test_a_formula_with_a_fault_is_told_or_stays_literal():
    docstring = "Words.\n\n    H_t = sigam(X_t)      eq-h"
    faults = []
    rst(docstring, str, (), lambda *told: faults.append(told))
    ((line, why),) = faults
    assert line == "H_t = sigam(X_t)      eq-h"
    assert "'sigam' is not known" in why
    assert ".. code-block:: text" in rst(docstring, str, (), None)
