"""Grading is for systems that can fork and have alarms: Linux and macOS."""

import os

collect_ignore_glob = [] if hasattr(os, "fork") else ["*.py"]
