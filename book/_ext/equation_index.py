"""The index of equations: each one with its page, its line of `lib`, and the tests of that line."""

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from textwrap import indent

from docutils import nodes
from lines_of_lib import ROOT, Line, checkers_of_line, labeled_lines, place_of_test
from reference_entries import blob
from sphinx.util.docutils import SphinxDirective


class EquationIndex(SphinxDirective):
    """All labeled equations, page by page. All other pages have been read."""

    def run(self):
        lines = {line.label: line for line in labeled_lines()}
        text = []
        for page, equations in self.pages():
            title = self.env.titles[page].astext()
            text += [title, "-" * len(title), ""]
            for label, latex in equations.items():
                text += self.entry(label, latex, lines.get(label))
        return self.parse_text_to_nodes("\n".join(text), allow_section_headings=True)

    def pages(self) -> Iterator[tuple[str, dict[str, str]]]:
        """The pages in the order of the book, each with its equations: label -> LaTeX."""
        labels = defaultdict(list)
        for label, (page, _) in self.env.get_domain("math").equations.items():
            labels[page].append(label)
        for page in filter(labels.get, self.env.collect_relations()):
            formulas = self.env.get_doctree(page).findall(nodes.math_block)
            found = {formula.get("label"): formula.astext() for formula in formulas}
            yield page, {label: found[label] for label in labels[page]}

    def entry(self, label: str, latex: str, line: Line | None) -> list[str]:
        text = [".. container:: equation", "", "   .. math::", ""]
        text += [f"      {part}" for part in latex.splitlines()]
        text += ["", f"   :eq:`{label}` ``{label}``", ""]
        if line:
            place = f"{line.file.relative_to(ROOT).as_posix()}:{line.first}"
            tests = [self.link(t, *place_of_test(t)) for t in checkers_of_line(line)]
            tested = f", tested by {', '.join(tests)}" if tests else ""
            text += [".. code-block:: python", "", indent(line.code, "   "), ""]
            text += [self.link(place, line.file, line.first) + tested, ""]
        return [".. container:: indexed", "", indent("\n".join(text), "   "), ""]

    def link(self, text: str, file: Path, number: int) -> str:
        return f"`{text} <{blob(self.config, file, number)}>`__"


def setup(app):
    app.setup_extension("reference")
    app.add_directive("equation-index", EquationIndex)
    return {"parallel_read_safe": False, "parallel_write_safe": True}
