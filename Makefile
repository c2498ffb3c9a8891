# Works with GNU make on any system with a POSIX shell. On Windows: the plain commands in the README.
# PYTHON chooses the Python that makes .venv: make PYTHON=python3.12 book. It makes .venv anew
# where another Python has made it.
PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
# Exists, and is newer than what it was installed from, when .venv is complete.
STAMP := $(VENV)/installed
PORT ?= 8000

PYTHON_FOUND = $(shell "$(PYTHON)" -c 'import sys; print(*sys.version_info[:2], sep="."); sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo ok)
CHECK_PYTHON = $(if $(filter ok,$(PYTHON_FOUND)),,$(error Python 3.11 or newer is needed, but "$(PYTHON)" is $(or $(PYTHON_FOUND),not there): make PYTHON=/path/to/python3 $(MAKECMDGOALS)))

ifeq ($(origin PYTHON),command line)
ANEW := $(shell test ! -f $(VENV)/pyvenv.cfg || grep -q "^version.* = $(firstword $(PYTHON_FOUND))\." $(VENV)/pyvenv.cfg || echo --clear)
endif

.DEFAULT_GOAL := help
.PHONY: FORCE help book test serve refresh experiments weights bench mutants address clean
.PHONY: grading release grade hostile students

help:
	@echo "make book      build the book into _build/html"
	@echo "make serve     show the book at http://127.0.0.1:$(PORT)/"
	@echo "make test      run all tests"
	@echo "make refresh   run the notebooks whose outputs are stale"
	@echo "make experiments  run the long experiments whose record is out of date (an hour; it can be interrupted)"
	@echo "make weights   train the word models anew (an hour on two cores; it can be interrupted)"
	@echo "make bench     measure how fast lib is (a quarter of an hour; it can be interrupted)"
	@echo "make mutants   change every line of lib and list what no test sees (hours; it can be interrupted)"
	@echo "make address   write the repository's address from pyproject.toml everywhere"
	@echo "make release   ASSIGNMENT=name: the notebook for students with its checker, into coursework/released"
	@echo "make grade     ASSIGNMENT=name: grade coursework/course/submitted/STUDENT/name/name.ipynb"
	@echo "make hostile   grade all hostile submissions, to see that the grading stands them"
	@echo "make students  the whole course without solutions, into _build/students and a zip"
	@echo "make clean     remove _build and .venv"
	@echo "Each makes .venv itself when it is missing; PYTHON=python3.12 chooses the Python for it."

$(STAMP): requirements.txt pyproject.toml $(if $(ANEW),FORCE)
	@$(CHECK_PYTHON)echo "Installing into $(VENV)"
	@"$(PYTHON)" -m venv $(ANEW) $(VENV)
	$(PY) -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $(STAMP)

book: $(STAMP)
	@$(PY) tools/build.py

test: $(STAMP)
	@$(PY) tools/check.py

serve: $(STAMP)
	@test -f _build/html/index.html || $(PY) tools/build.py
	@echo "The book is at http://127.0.0.1:$(PORT)/ (Ctrl-C ends)"
	@$(PY) -m http.server $(PORT) --bind 127.0.0.1 --directory _build/html

refresh: $(STAMP)
	@$(PY) tools/refresh.py

experiments: $(STAMP)
	@$(PY) tools/run_experiments.py

weights: $(STAMP)
	@$(PY) tools/train_words.py

bench: $(STAMP)
	@$(PY) -m benchmarks

mutants: $(STAMP)
	@$(PY) tools/mutate.py

address: $(STAMP)
	@$(PY) tools/address.py

students: $(STAMP)
	@$(PY) tools/students_edition.py

# Grading has an environment of its own: nbgrader and the book's tools would get in each other's way.
GRADING := .venv-grading
GRADING_STAMP := $(GRADING)/installed
ASSIGNMENT ?=
COURSE ?= coursework/course
JOBS ?= 1
NEED_ASSIGNMENT = $(if $(ASSIGNMENT),,$(error Which assignment? make $@ ASSIGNMENT=$(firstword $(notdir $(wildcard coursework/assignments/*)))))

$(GRADING_STAMP): coursework/requirements.txt
	@$(CHECK_PYTHON)echo "Installing into $(GRADING)"
	@"$(PYTHON)" -m venv $(GRADING)
	$(GRADING)/bin/python -m pip install --quiet --disable-pip-version-check -r coursework/requirements.txt
	@touch $(GRADING_STAMP)

grading: $(GRADING_STAMP)

release: $(GRADING_STAMP)
	@$(NEED_ASSIGNMENT)$(GRADING)/bin/python -m coursework.grading.release $(ASSIGNMENT)

# ARGUMENTS="--again": see python -m coursework.grading.grade --help
grade: $(GRADING_STAMP)
	@$(NEED_ASSIGNMENT)$(GRADING)/bin/python -m coursework.grading.grade $(ASSIGNMENT) --course "$(COURSE)" --jobs $(JOBS) $(ARGUMENTS)

hostile: $(GRADING_STAMP)
	@$(GRADING)/bin/python -m coursework.grading.hostile --jobs $(JOBS) $(if $(ASSIGNMENT),--assignment $(ASSIGNMENT))

clean:
	rm -rf _build mutants $(VENV) $(GRADING)
