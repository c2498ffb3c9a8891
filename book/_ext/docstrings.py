"""Docstrings of `lib`, from plain text to reStructuredText.

An equation stands indented after an empty line; its words and its label are optional:

    H_t = O_t * tanh(C_t)      hidden state      eq-lstm-h

Literal stay Python code, doctests, tables, lines that begin with a quotation mark, and what
follows a paragraph that ends with `::`. All else is prose, where `code`, names such as X_t and
chapters (book/lstm/lstm) are marked up.
"""

import ast
import re
import textwrap
from collections.abc import Callable, Container, Iterator
from typing import NamedTuple

from ascii_math import latex

LABEL = re.compile(r" {2,}(eq-[\w-]+) *$")
INLINE = re.compile(
    r"`(?P<code>[^`]+)`"
    r"|(?<![\w*])\*(?P<stress>\w+)\*(?![\w*])"
    r"|(?P<chapter>\bbook/[\w/]*\w)"
    r"|(?<![\w.])(?P<math>d?[A-Za-z]_(?:\{[^{}]+\}|[a-z0-9]{1,2})(?:\^T)?)(?![\w(\[])"
)
SIGNS = "=+*<>-"
BELONGS = re.compile(rf"[{SIGNS}]|(?:if|else|otherwise)\b")
ITEM = re.compile(r"[*-] |\d+\. ")
ARGUMENT = re.compile(r"([a-z]\w*): +(?=\S)")
REMARK = re.compile(r"[A-Z][a-z]+: ")  # Source: …


class Equation(NamedTuple):
    latex: str
    words: str
    label: str


def equation(line: str) -> Equation:
    """The parts of a line. Raises ValueError where its formula is not understood."""
    found = LABEL.search(line)
    formula, *words = re.split(r" {2,}", LABEL.sub("", line).strip())
    # Blanks within the formula: before a condition, or around a sign that is aligned.
    while words and (formula[-1] in SIGNS or re.match(BELONGS, words[0])):
        formula += f" {words.pop(0)}"
    return Equation(latex(formula), "; ".join(words), found[1] if found else "")


def blocks(docstring: str) -> Iterator[tuple[str, list[str]]]:
    """The paragraphs: what each one is, and its lines."""
    literal = False
    for block in filter(None, re.split(r"\n(?: *\n)+", docstring.strip("\n"))):
        lines = block.splitlines()
        kind = "prose"
        if lines[0].startswith(">>>"):
            kind = "doctest"
        elif any(map(LABEL.search, lines)):
            kind = "equations"
        elif lines[0].startswith((" ", "|")):
            kind = _kind_of_indented(block)
            if literal and kind == "equations":
                kind = "text"
        literal = lines[-1].endswith("::")
        yield kind, lines


def _kind_of_indented(block: str) -> str:
    if re.search(r'^ *["|]', block, re.MULTILINE):
        return "text"
    try:
        ast.parse(textwrap.dedent(block))
    except SyntaxError:
        return "equations"
    return "python"


def joined(lines: list[str]) -> list[str]:
    """The equations of a block: one goes on in the lines that are indented more."""
    found: list[str] = []
    for line in lines:
        if found and _indent(line) > _indent(lines[0]):
            found[-1] += f" {line.strip()}"
        else:
            found.append(line)
    return found


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def rst(
    docstring: str,
    link: Callable[[str], str],
    elsewhere: Container[str],
    fault: Callable[[str, str], None] | None,
) -> list[str]:
    """The lines of a docstring as reStructuredText.

    `link` makes one of the name of a chapter. An equation whose label is `elsewhere` points
    there; any other label is defined here. A block with a formula that is not understood stays
    literal, and `fault` is told that formula, and why.
    """
    result: list[str] = []
    for kind, lines in blocks(docstring):
        drawn: list[str] = []
        if kind == "equations":
            for line in joined(lines):
                try:
                    drawn += _drawn(equation(line), link, elsewhere)
                except ValueError as error:
                    kind = "text"
                    if fault is not None and _is_meant(lines):
                        fault(line.strip(), str(error))
        if kind in ("python", "text"):
            content = textwrap.dedent("\n".join(lines))
            drawn = [f".. code-block:: {kind}", "", *_indented(content.split("\n"))]
        elif kind == "prose":
            drawn = _paragraphs(lines, link)
        result += [*(drawn or lines), ""]
    return result


def _is_meant(lines: list[str]) -> bool:
    """Without a label and an equals sign it may well be a table."""
    return any(LABEL.search(line) or " = " in line for line in lines)


def _drawn(
    one: Equation, link: Callable[[str], str], elsewhere: Container[str]
) -> list[str]:
    words, option = inline(one.words, link), []
    if one.label in elsewhere:
        words = f"{words} :eq:`{one.label}`".strip()
    elif one.label:
        option = [f"   :label: {one.label}"]
    lines = [".. math::", *option, "", f"   {one.latex}", "", words]
    return [".. container:: equation", "", *_indented(lines), ""]


def _indented(lines: list[str]) -> list[str]:
    return [f"   {line}".rstrip() for line in lines]


def _paragraphs(lines: list[str], link: Callable[[str], str]) -> list[str]:
    """Prose. What begins an item or a remark begins a paragraph."""
    begin = ARGUMENT if ARGUMENT.match(lines[0]) else ITEM
    texts: list[str] = []
    for line in lines:
        if texts and not begin.match(line) and not REMARK.match(line):
            texts[-1] += f" {line.strip()}"
        else:
            texts.append(line.strip())
    result: list[str] = []
    for text in texts:
        found = begin.match(text)
        mark, rest = (found[0], text[found.end() :]) if found else ("", text)
        if found and begin is ARGUMENT:
            mark = f"``{found[1]}``: "
        result += [mark + re.sub("::$", ":", inline(rest, link)), ""]
    return result[:-1]


def inline(text: str, link: Callable[[str], str]) -> str:
    """One line of prose, where nothing but what is marked up here has a meaning."""
    result, at = "", 0
    for found in INLINE.finditer(text):
        result += _escaped(text[at : found.start()])
        if found["code"]:
            marked = f"``{found['code']}``"
        elif found["stress"]:
            marked = found[0]
        elif found["chapter"]:
            marked = link(found["chapter"])
        else:
            marked = f":math:`{latex(found['math'])}`"
        result += rf"\ {marked}\ "
        at = found.end()
    return result + _escaped(text[at:])


def _escaped(text: str) -> str:
    return re.sub(r"([\\*_|`])", r"\\\1", text)
