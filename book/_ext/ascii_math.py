"""The equations of docstrings, from ASCII to LaTeX.

    latex("H_t = O_t * tanh(C_t)")      H_t = O_t \\odot \\tanh(C_t)

Strict on purpose: a name that stands in none of the tables is an error, since it may be a typo.
"""

import re

NAMES = {
    **{name: rf"\{name}" for name in "tanh exp log max min sum prod".split()},
    **{
        name: rf"\{name}"
        for name in "sigma phi theta eta alpha beta gamma delta lambda".split()
    },
    "eps": r"\epsilon",
    "inf": r"\infty",
    "mod": r"\bmod",
    **{f: rf"\operatorname{{{f}}}" for f in "relu linear round softmax".split()},
    **{word: rf"\text{{{word}}}" for word in "limit rate rows symbol token".split()},
    **{word: rf"\quad \text{{{word} }}" for word in "if else otherwise".split()},
    **{word: rf"\text{{ {word} }}" for word in "and or".split()},
}
SIGNS = {
    "*": r"\odot", ">=": r"\ge", "<=": r"\le", "!=": r"\ne", "<-": r"\leftarrow", "->": r"\to",
    "+=": r"\mathrel{+}=", "...": r"\ldots", "~": r"\approx", "|": r"\mid",
    **{sign: sign for sign in "=+-/<>,.;"},
}  # fmt: skip
TOKEN = re.compile(
    r"""(?P<blank>\s+)
    | (?P<number>\d+(?:\.\d+)?)
    | (?P<name>[A-Za-z]+'*) (?:_(?:\{(?P<long>[^{}]*)\}|(?P<short>\w+(?:,\w+)*)))?
    | \^(?:\{(?P<power>[^{}]*)\}|(?P<digit>\w)(?!\w)|(?P<index>\([^()]*\)))
    | (?P<open>[(\[])
    | (?P<close>[)\]])
    | (?P<sign>\.\.\.|>=|<=|!=|<-|->|\+=|[*=+\-/<>,.;~|])""",
    re.VERBOSE,
)


def latex(text: str) -> str:
    """LaTeX for one formula. Raises ValueError that says what was not understood."""
    pieces: list[str] = []
    # The end of each open bracket, here and in LaTeX
    closing: list[tuple[str, str]] = []
    at = 0
    while at < len(text):
        token = TOKEN.match(text, at)
        if token is None:
            raise ValueError(f"{text[at:]!r} is not understood")
        kind = token.lastgroup
        if kind == "blank":
            pieces.append(" ")
        elif kind == "number":
            pieces.append(token["number"])
        elif token["name"]:
            pieces.append(_name(token))
        elif kind in ("power", "digit", "index"):
            _raise(pieces, _power(token))
        elif kind == "open":
            # H_t[k] is part k of H_t; W[k] is row k of W, and stays.
            part = token["open"] == "[" and at > 0 and _has_subscript(text[:at])
            pieces.append("^{[" if part else token["open"])
            end = ")" if token["open"] == "(" else "]"
            closing.append((end, "]}" if part else end))
        elif kind == "close":
            if not closing or closing[-1][0] != token["close"]:
                raise ValueError(f"{token['close']!r} has no partner in {text!r}")
            pieces.append(closing.pop()[1])
        else:
            pieces.append(SIGNS[token["sign"]])
        at = token.end()
    if closing:
        raise ValueError(f"a {closing[-1][0]!r} is missing in {text!r}")
    return re.sub(r" +", " ", "".join(pieces)).strip()


def _name(token: re.Match[str]) -> str:
    base = token["name"].rstrip("'")
    primes = token["name"][len(base) :]
    # One letter, or d and one letter: a gradient such as dC.
    if base not in NAMES and not re.fullmatch("d?[A-Za-z]", base):
        raise ValueError(
            f"the name {base!r} is not known; if it is none that is misspelled, "
            "add it to NAMES in book/_ext/ascii_math.py"
        )
    below = token["short"] or ""
    if token["long"] is not None:
        below = latex(token["long"])
    if len(below) > 1:
        below = f"{{{below}}}"
    return NAMES.get(base, base) + primes + (f"_{below}" if below else "")


def _power(token: re.Match[str]) -> str:
    if token["digit"]:
        return r"\top" if token["digit"] == "T" else token["digit"]
    return latex(token["power"] if token["power"] is not None else token["index"])


def _raise(pieces: list[str], power: str) -> None:
    """Add a power; LaTeX has one per letter, so it joins an index such as [k]."""
    if pieces and pieces[-1] == "]}":
        pieces[-1] = f"]{power}}}"
    else:
        short = len(power) == 1 or power == r"\top"
        pieces.append(f"^{power}" if short else f"^{{{power}}}")


def _has_subscript(before: str) -> bool:
    return re.search(r"_(?:\{[^{}]*\}|\w+)$", before) is not None
