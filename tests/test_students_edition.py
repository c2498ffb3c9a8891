"""The students' edition: no line of a solution is in it, every exercise is."""

import re
import zipfile
from pathlib import Path

import nbformat
import pytest
import refresh
import students_edition

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = [path.relative_to(ROOT).as_posix() for path in refresh.notebooks()]
TELLING = 20  # a line that is not longer may stand anywhere
PRIVATE = re.compile(r"### BEGIN (SOLUTION|HIDDEN TESTS)\n(.*?)### END \1", re.DOTALL)
# Lines of solutions that the library, a check, a test of the library or another chapter has too.
# A person has looked at each; a new one fails the test.
KNOWN = set(
    """
c_new = f * c + i * g
"many-to-one", "delayed", "one-to-many", "aligned",
"many-to-one", "one-to-many", "aligned", "delayed",
a = {k: x @ p[f"W_x{k}"] + h @ p[f"W_h{k}"] + p[f"b_{k}"] for k in "ifgo"}
b = np.concatenate([p[f"b_{k}"] for k in "ifgo"])
c = f * c + i * np.tanh(a["g"])
dc_new = dc_new + dh_new * o * (1 - u * u) + p_o * da_o
for carry in (True, False):
for k in range(1, layer.num_layers):
for name in layer.params:
half_life = np.log(0.5) / np.log(sigmoid(bias))
i = sigmoid(x @ p["W_xi"] + h @ p["W_hi"] + p["b_i"])
layer = LSTM(1, 32, forget_bias=-5.0, input_bias=5.0)
layer = LSTM(16, 32, rng=rng, forget_bias=3.0)
layer.params[name][...] = 0
length = (len(ids) - 1) // batch_size
return 4 * H * (D + H + 1) + (levels - 1) * 4 * H * (2 * H + 1)
return np.concatenate(
return np.concatenate([W[D:], W[:D]])
rng = np.random.default_rng(seed)
s, t = np.ogrid[:T, :T]
""".strip().splitlines()
)


@pytest.fixture(scope="module")
def edition(tmp_path_factory):
    folder = tmp_path_factory.mktemp("edition") / "students"
    try:
        students_edition.make(folder)
    except SystemExit as error:
        if "git" in str(error):
            pytest.skip(str(error))
        raise
    return folder


@pytest.fixture(scope="module")
def texts(edition):
    """What a reader can find in each file: of notebooks the sources and the printed outputs."""
    found = {}
    for path in sorted(p for p in edition.rglob("*") if p.is_file()):
        if path.suffix == ".ipynb":
            lines = []
            for cell in nbformat.read(path, as_version=4).cells:
                lines.append(cell.source)
                for out in cell.get("outputs", []):
                    lines.append(out.get("text", ""))
                    lines.append(out.get("data", {}).get("text/plain", ""))
            text = "\n".join(lines)
        else:
            text = path.read_bytes().decode("utf-8", "replace")
        found[path.relative_to(edition).as_posix()] = text
    return found


def cells(notebook):
    return nbformat.read(notebook, as_version=4).cells


def parted(notebook):
    """The lines of a notebook outside and inside of solutions: (cell type, lines) of each cell.

    Line by line, by another way than the tool's.
    """
    outside, inside, within = [], [], False
    for cell in cells(notebook):
        lines = [], []
        for line in cell.source.splitlines():
            if re.match(r"`+\{solution-start\}", line):
                within = True
            lines[within].append(line)
            if re.match(r"`+\{solution-end\}", line):
                within = False
        outside.append((cell.cell_type, lines[0]))
        inside.append((cell.cell_type, lines[1]))
    assert not within
    return outside, inside


def left(lines, texts):
    """The telling ones of the lines that stand in a text, with the files."""
    found = {}
    for line in {line.strip() for line in lines} - KNOWN:
        if len(line) > TELLING and not line.startswith(":class:"):
            if files := [name for name, text in texts.items() if line in text]:
                found[line] = files
    return found


def test_no_line_of_a_solution_is_left(texts):
    found, count = {}, 0
    for notebook in NOTEBOOKS:
        outside, inside = parted(ROOT / notebook)
        page = "\n".join(line for _, lines in outside for line in lines)
        lines = [line for _, lines in inside for line in lines if line not in page]
        lines = [line for line in lines if "{solution-" not in line]
        count += len(lines)
        found |= left(lines, texts)
    assert count > 300
    assert not found


def test_a_line_that_is_left_would_be_found(texts):
    _, inside = parted(ROOT / "book/variants/gru.ipynb")
    line = next(line for _, lines in inside for line in lines if "return 3 *" in line)
    assert left([line], texts) == {}
    assert left([line], texts | {"x.py": f"# {line}"}) == {line.strip(): ["x.py"]}


@pytest.mark.parametrize("notebook", NOTEBOOKS)
def test_every_exercise_and_its_check_is_still_there(notebook, edition):
    outside, inside = parted(ROOT / notebook)
    kept = cells(edition / notebook)
    code = ["\n".join(lines) for kind, lines in outside if kind == "code" and lines]
    assert [c.source for c in kept if c.cell_type == "code"] == code
    called = set(re.findall(r"\bchecks\.\w+\(", "\n".join(code)))
    for _, lines in inside:
        assert set(re.findall(r"\bchecks\.\w+\(", "\n".join(lines))) <= called
    label = re.compile(r"\{exercise\}[^\n]*\n:label: ([\w-]+)")
    text = "\n".join(cell.source for cell in kept)
    whole = "\n".join(cell.source for cell in cells(ROOT / notebook))
    assert label.findall(text) == label.findall(whole)


@pytest.mark.parametrize("notebook", NOTEBOOKS)
def test_the_notebooks_are_fresh_and_fit(notebook, edition):
    assert refresh.check(edition / notebook) == []


def test_no_answer_and_no_assignment_is_there(texts):
    private = (
        "coursework/",
        "tests/coursework/",
        "tests/answers/",
        ".github/workflows/grading",
    )
    assert [name for name in texts if name.startswith(private)] == []
    assert "book/coursework/instructors.md" not in texts
    assert "book/_static/assignments/bptt.zip" in texts
    assert "lib/checks/lstm.py" in texts
    assert "lib/__init__.py" in texts


def test_no_line_of_an_assignment_is_left(texts):
    # An assignment asks for what the library and its chapters say in the same words.
    beside = {
        name: text
        for name, text in texts.items()
        if not name.startswith(("lib/", "tests/")) and not name.endswith(".ipynb")
    }
    for path in (ROOT / "coursework" / "assignments").glob("*/*.py"):
        source = path.read_text("utf-8")
        public = PRIVATE.sub("", source)
        lines = [
            line
            for _, body in PRIVATE.findall(source)
            for line in body.splitlines()
            if line.strip() not in public
        ]
        assert not left(lines, beside), path.name


def test_nothing_promises_a_solution(texts):
    for name, text in texts.items():
        if name.startswith("book/") or name == "README.md":
            promise = r"folded solution|solution is folded|read the solution|result to compare with"
            assert not re.search(promise, text), name
    assert students_edition.NOT_HERE in texts["book/how_to_use.md"]


def test_what_is_said_of_solutions_is_found():
    for name, *_ in students_edition.SAID:
        if (ROOT / name).exists():
            assert students_edition.content(name) != (ROOT / name).read_bytes()


def test_twice_gives_the_same_bytes(edition, tmp_path):
    packed = students_edition.make(tmp_path / "students")
    assert packed.read_bytes() == edition.with_suffix(".zip").read_bytes()
    with zipfile.ZipFile(packed) as stream:
        for name in stream.namelist():
            file = edition / name.removeprefix("gate-by-gate/")
            assert stream.read(name) == file.read_bytes(), name


def test_a_solution_without_end_is_refused():
    cell = nbformat.v4.new_markdown_cell("````{solution-start} ex-a\n````")
    with pytest.raises(ValueError, match="no end"):
        students_edition.split([cell])
