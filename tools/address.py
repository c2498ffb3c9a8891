"""Write the repository's address, which stands in pyproject.toml, wherever it is needed as text.

    python tools/address.py           write it
    python tools/address.py --check   fail where another address of this project stands

_config.yml tells which address was written last, so that a second change finds the first.
"""

import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
FILES = {
    ".md",
    ".yml",
    ".yaml",
    ".toml",
    ".cff",
    ".py",
    ".ipynb",
    ".txt",
    ".js",
    ".css",
    ".html",
}
SKIP = {"_build", "build", "node_modules"}
VISIBLE = {".github", ".ci"}  # the folders with a dot that are ours
# github.com/owner/repo, Colab's …/github/owner/repo, Binder's …/gh/owner/repo
ADDRESS = re.compile(
    r"(github\.com[/:]|/github/|/gh/)([\w-]+)/([\w-]+(?:\.[\w-]+)*?)(?=\.git\b|[^\w.-]|\.?$)",
    re.M,
)
PAGES = re.compile(r"([\w-]+)\.github\.io/([\w-]+)")


def owner_and_name(url: str) -> tuple[str, str]:
    owner, name = url.rstrip("/").split("/")[-2:]
    return owner, name


def text_files() -> Iterator[Path]:
    for path in sorted(ROOT.rglob("*")):
        parts = path.relative_to(ROOT).parts
        hidden = any(p.startswith(".") and p not in VISIBLE for p in parts[:-1])
        if (
            hidden
            or SKIP & set(parts)
            or path.suffix not in FILES
            or not path.is_file()
        ):
            continue
        yield path


def rewritten(text: str, last: tuple[str, str], new: tuple[str, str]) -> str:
    """text with the last address, and any that has the project's name in it, made new."""

    def ours(found: tuple[str, str]) -> bool:
        return found == last or PROJECT["name"] in found

    def repository(m: re.Match[str]) -> str:
        return f"{m[1]}{new[0]}/{new[1]}" if ours((m[2], m[3])) else m[0]

    def pages(m: re.Match[str]) -> str:
        return f"{new[0]}.github.io/{new[1]}" if ours((m[1], m[2])) else m[0]

    return PAGES.sub(pages, ADDRESS.sub(repository, text))


def outdated() -> dict[Path, str]:
    """The files that carry another address, each with the text it should have."""
    config = (ROOT / "_config.yml").read_text("utf-8")
    last = ADDRESS.search(config)
    assert last, "_config.yml has no repository address"
    new = owner_and_name(PROJECT["urls"]["Repository"])
    result = {}
    for path in text_files():
        text = path.read_text("utf-8")
        if (better := rewritten(text, (last[2], last[3]), new)) != text:
            result[path] = better
    return result


def main() -> int:
    checking = sys.argv[1:] == ["--check"]
    files = outdated()
    for path, text in files.items():
        print(f"{'other address in' if checking else 'wrote'} {path.relative_to(ROOT)}")
        if not checking:
            path.write_text(text, encoding="utf-8", newline="\n")
    if checking and files:
        print("run: make address")
    elif any(path.suffix == ".ipynb" for path in files):
        print("notebooks changed, run: make refresh")
    return checking and bool(files)


if __name__ == "__main__":
    sys.exit(main())
