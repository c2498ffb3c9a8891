"""For all tests: one environment, and what nbval 0.11 needs to compare every cell."""

import environment
import pytest

environment.apply()  # before any kernel starts: kernels inherit it, also those of xdist's workers

# Quick by default; `pytest --hypothesis-profile=thorough` looks longer.
from hypothesis import settings  # noqa: E402

settings.register_profile("quick", max_examples=25, deadline=None, derandomize=True)
settings.register_profile("thorough", max_examples=1000, deadline=None)
settings.load_profile("quick")


def pytest_configure(config):
    if not config.getoption("nbval", default=False):
        return
    # The very first import of Matplotlib on a machine builds the font cache and says so on stderr,
    # which would then stand in some notebook's output.
    import matplotlib.font_manager  # noqa: F401
    from nbval.kernel import RunningKernel
    from nbval.plugin import IPyNbFile

    def execute_cell_input(self, cell_input, allow_stdin=None):
        # nbval runs cells outside the history, where IPython ignores a trailing ';'.
        return self.kc.execute(
            cell_input,
            store_history=True,
            allow_stdin=bool(allow_stdin),
            stop_on_error=False,
        )

    RunningKernel.execute_cell_input = execute_cell_input
    original_init = IPyNbFile.__init__

    def init(self, *args, **kwargs):
        original_init(self, *args, **kwargs)
        # As nbval does with png: a figure is tested by what its cell prints about it.
        self.skip_compare += ("image/svg+xml",)

    IPyNbFile.__init__ = init


def pytest_collection_modifyitems(items):
    """nbval passes a cell without execution_count uncompared: refuse such a notebook."""
    for item in items:
        cell = getattr(item, "cell", None)
        if (
            cell is not None
            and cell.get("execution_count") is None
            and not item.options["skip"]
        ):
            raise pytest.UsageError(
                f"{item.nodeid} was never run: run tools/refresh.py"
            )
