"""nbgrader's settings for a course folder."""

import os
import sys
from pathlib import Path

from nbconvert.preprocessors import ClearMetadataPreprocessor, CSSHTMLHeaderPreprocessor
from nbgrader.preprocessors import (
    AssignLatePenalties,
    CheckCellMetadata,
    GetGrades,
    IgnorePattern,
    LimitOutput,
    SaveAutoGrades,
)
from traitlets.config import Config

from coursework.grading.execute import Careful
from coursework.grading.feedback import HideTests

COURSE = "gate-by-gate"
SUBMITTED = "checked"  # the clean copies
FOR_NBGRADER = f"""# Made by make grade: for nbgrader's own commands, run in this folder.
c = get_config()
c.CourseDirectory.course_id = {COURSE!r}
c.CourseDirectory.submitted_directory = {SUBMITTED!r}
"""
TIMED_OUT = "the cell ran past the time limit"


def settings(course: Path, kernel: str, cell_seconds: int, budget: int) -> Config:
    # nbgrader calls alembic by its name.
    os.environ["PATH"] = f"{sys.prefix}/bin{os.pathsep}{os.environ['PATH']}"
    c = Config()
    c.CourseDirectory.root = str(course)
    c.CourseDirectory.course_id = COURSE
    c.CourseDirectory.db_url = f"sqlite:///{course}/gradebook.db"
    c.CourseDirectory.submitted_directory = SUBMITTED
    c.ClearSolutions.code_stub = {
        "python": "# YOUR CODE HERE\nraise NotImplementedError()"
    }
    c.Autograde.autograde_preprocessors = [
        Careful,
        IgnorePattern,
        ClearMetadataPreprocessor,
        LimitOutput,
        SaveAutoGrades,
        AssignLatePenalties,
        CheckCellMetadata,
    ]
    c.GenerateFeedback.preprocessors = [GetGrades, HideTests, CSSHTMLHeaderPreprocessor]
    c.OverwriteCells.add_missing_cells = True
    c.Careful.kernel_name = kernel
    c.Careful.timeout = cell_seconds
    c.Careful.budget = budget
    c.Careful.startup_timeout = 60
    c.Careful.iopub_timeout = 5
    c.Careful.raise_on_iopub_timeout = False
    c.Careful.error_on_timeout = {
        "ename": "CellTimeoutError",
        "evalue": TIMED_OUT,
        "traceback": [f"CellTimeoutError: {TIMED_OUT}"],
    }
    c.LimitOutput.max_lines = 200
    c.LimitOutput.max_traceback = 40
    # The network namespace cuts TCP.
    c.KernelManager.transport = "ipc"
    c.AsyncKernelManager.transport = "ipc"
    return c
