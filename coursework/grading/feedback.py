"""What a student reads about the grading: without the hidden tests."""

import re
from typing import Any

from nbgrader.preprocessors import NbGraderPreprocessor

HIDDEN = re.compile(
    r"^[ \t]*### BEGIN HIDDEN TESTS.*?### END HIDDEN TESTS", re.S | re.M
)
NAME_LENGTH, TEXT_LENGTH = 60, 600


class HideTests(NbGraderPreprocessor):
    """Cut them from the cells, and from a traceback, which would quote them."""

    def preprocess_cell(self, cell: Any, resources: Any, index: int) -> Any:
        if cell.cell_type == "code" and HIDDEN.search(cell.source):
            cell.source = HIDDEN.sub("# (tests that are not shown)", cell.source)
            for output in cell.outputs:
                if output.output_type == "error":
                    name, text = output.ename[:NAME_LENGTH], output.evalue[:TEXT_LENGTH]
                    output.traceback = [f"{name}: {text}"]
        return cell, resources
