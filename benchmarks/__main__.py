"""`python -m benchmarks`: threads are set before NumPy is imported."""

from benchmarks import one_thread

one_thread.apply()

from benchmarks.command import main  # noqa: E402

main()
