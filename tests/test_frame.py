"""The frame of the book: address, table of contents, notebooks, pins, workflows."""

import re
import shutil
import subprocess
import sysconfig
from pathlib import Path

import address
import nbformat
import pytest
import refresh
import yaml
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = [path.relative_to(ROOT).as_posix() for path in refresh.notebooks()]
# The tags and comments that keep nbval from comparing a cell.
UNCOMPARED_TAGS = {"nbval-ignore-output", "nbval-skip", "nbval-raises-exception"}
UNCOMPARED_COMMENT = re.compile(
    r"#\s*(NBVAL_IGNORE_OUTPUT|NBVAL_SKIP|PYTEST_VALIDATE_IGNORE_OUTPUT)"
)


# The address


def test_every_file_carries_the_address_of_pyproject():
    others = [str(path.relative_to(ROOT)) for path in address.outdated()]
    assert not others, f"run `make address`: another address stands in {others}"


@pytest.mark.parametrize(
    "form",
    ["https://github.com/{}/{}.git", "colab/github/{}/{}/blob", "org/v2/gh/{}/{}/main"],
)
def test_an_address_is_rewritten_in_every_form(form):
    last, new = ("ann", "course"), ("bob", "other")
    assert address.rewritten(form.format(*last), last, new) == form.format(*new)
    assert address.rewritten(
        form.format("me", "gate-by-gate"), last, new
    ) == form.format(*new)
    assert address.rewritten(form.format("torch", "torch"), last, new) == form.format(
        "torch", "torch"
    )


def test_the_pages_address_follows():
    text = "see https://ann.github.io/course/book."
    assert (
        address.rewritten(text, ("ann", "course"), ("bob", "x"))
        == "see https://bob.github.io/x/book."
    )


# The table of contents


def files_in_toc() -> list[str]:
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text("utf-8"))

    def files(node):
        if isinstance(node, dict):
            yield from (node[key] for key in ("root", "file") if key in node)
            node = [value for value in node.values() if isinstance(value, list)]
        if isinstance(node, list):
            for child in node:
                yield from files(child)

    return list(files(toc))


def test_everything_in_the_toc_exists():
    absent = [
        f
        for f in files_in_toc()
        if not any((ROOT / f"{f}{e}").exists() for e in (".md", ".ipynb"))
    ]
    assert not absent, f"_toc.yml names what is not there: {absent}"


def test_every_notebook_is_in_the_toc():
    absent = [n for n in NOTEBOOKS if n.removesuffix(".ipynb") not in files_in_toc()]
    assert not absent, f"not in _toc.yml: {absent}"


# The notebooks


@pytest.mark.parametrize("notebook", NOTEBOOKS)
def test_notebook_is_fresh_and_fit(notebook):
    problems = refresh.check(ROOT / notebook)
    assert not problems, "\n".join(problems)


def test_nearly_all_outputs_are_compared_strictly():
    strict, loose = 0, []
    for notebook in NOTEBOOKS:
        for cell in nbformat.read(ROOT / notebook, as_version=4).cells:
            if cell.cell_type != "code" or not cell.outputs:
                continue
            if UNCOMPARED_TAGS & set(
                cell.metadata.get("tags", [])
            ) or UNCOMPARED_COMMENT.search(cell.source):
                loose.append(f"{notebook} {cell.id}")
            else:
                strict += 1
    assert strict >= 9 * len(loose), (
        f"{strict} cells are compared, not compared are {loose}"
    )


# tools/refresh.py


@pytest.fixture
def notebook():
    svg = '<svg><path d="M 1.23456 7.0" transform="scale(0.015625)"/></svg>'
    outputs = [
        new_output("stream", name="stdout", text="a\n"),
        new_output("stream", name="stdout", text="b\n"),
        new_output(
            "display_data", {"image/svg+xml": svg}, metadata={"image/svg+xml": {"w": 1}}
        ),
    ]
    cell = new_code_cell("print('a')", outputs=outputs, execution_count=7)
    cell.metadata = {
        "tags": ["t"],
        "mystnb": {"image": {"alt": "A curve"}},
        "collapsed": True,
    }
    return new_notebook(
        cells=[new_markdown_cell("# Title"), cell], metadata={"vscode": 1}
    )


def test_normalizing_keeps_what_counts(notebook):
    ids = [cell.id for cell in notebook.cells]
    refresh.normalize(notebook, "name", "key")
    cell = notebook.cells[1]
    assert [c.id for c in notebook.cells] == ids
    assert cell.metadata == {"tags": ["t"], "mystnb": {"image": {"alt": "A curve"}}}
    assert cell.execution_count == 1
    assert [out.get("text") for out in cell.outputs] == ["a\nb\n", None]
    expected = '<svg><path d="M 1.23 7.0" transform="scale(0.015625)"/></svg>'
    assert cell.outputs[1].data["image/svg+xml"] == expected
    assert set(notebook.metadata) == {"kernelspec", "language_info", "gate_by_gate"}


def test_normalizing_twice_changes_nothing(notebook):
    refresh.normalize(notebook, "name", "key")
    once = refresh.as_text(notebook)
    again = nbformat.reads(once, as_version=4)
    refresh.normalize(again, "name", "key")
    assert refresh.as_text(again) == once


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("plot();", "ends with ';'"),
        ("a = 1\n" * 25 + "b = 2", "has 26 lines"),
        ("open_page('https://example.org')", "network address"),
    ],
)
def test_problems_are_found(source, problem):
    [found] = refresh.cell_problems(new_code_cell(source, execution_count=1))
    assert problem in found


def test_a_figure_needs_alt_text(notebook):
    cell = notebook.cells[1]
    assert refresh.cell_problems(cell) == []
    del cell.metadata["mystnb"]
    assert "no alt text" in refresh.cell_problems(cell)[0]


def test_the_key_follows_what_is_imported(tmp_path, monkeypatch):
    init = "from lib import b, d\nfrom lib.a import A\nfrom lib.b import B\n"
    (tmp_path / "__init__.py").write_text(init)
    (tmp_path / "a.py").write_text("def A():\n    from lib import c\n")
    for name in "bcd":
        (tmp_path / f"{name}.py").write_text("")
    monkeypatch.setattr(refresh, "LIB", tmp_path)

    def used(code):
        return "".join(path.stem for path in refresh.library_files(code))

    assert used("import numpy") == ""
    assert used("from lib import A") == "ac"
    assert used("from lib import B, d") == "bd"
    assert used("from lib.c import x\nfrom lib.b import B") == "bc"
    assert used("import lib") == "__init__abcd"
    assert used("from lib import nothing_known") == "__init__abcd"


def test_the_key_of_a_notebook_leaves_out_what_it_does_not_use():
    used = {path.name for path in refresh.library_files("from lib import SimpleRNN")}
    assert {"rnn.py", "layer.py", "check_input.py"} <= used
    assert not {"lstm.py", "text.py", "checks.py", "__init__.py"} & used
    used = {path.name for path in refresh.library_files("from lib import LSTM, plots")}
    assert {"lstm.py", "plots.py"} <= used and "rnn.py" not in used


# Requirements, workflows


def test_requirements_are_pinned():
    text = (ROOT / "requirements.txt").read_text("utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    assert lines[-1] == "-e ."
    unfit = [
        line for line in lines[:-1] if not re.fullmatch(r"[\w.-]+==[\w.]+ +# .+", line)
    ]
    assert not unfit, f"not pinned, or without a word on who needs it: {unfit}"


def test_workflows_pass_actionlint():
    actionlint = shutil.which("actionlint", path=sysconfig.get_path("scripts"))
    if actionlint is None:
        pytest.skip("actionlint is not installed (requirements.txt brings it)")
    files = sorted(map(str, (ROOT / ".github" / "workflows").glob("*.yml")))
    result = subprocess.run(
        [actionlint, "-no-color", *files], capture_output=True, text=True
    )
    assert result.returncode == 0, result.stdout
