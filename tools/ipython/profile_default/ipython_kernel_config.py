"""Settings of the kernels that tests and tools start (IPYTHONDIR points here)."""

c = get_config()  # noqa: F821

# TensorFlow writes lines with times and process ids straight to stderr's descriptor; captured,
# they would enter the outputs. What Python code prints is not affected.
c.IPKernelApp.capture_fd_output = False
# Kernels of parallel tests would wait for each other's lock on one history file.
c.HistoryManager.hist_file = ":memory:"
# The kernel's own log is no output of a cell. (It warns of unencrypted TCP: that matters on
# hosts with several users.)
c.IPKernelApp.log_level = "ERROR"
