"""Grade an assignment: backup, preflight, autograde in the sandbox, postflight, feedback, CSV.

Hand in as COURSE/submitted/STUDENT/ASSIGNMENT/ASSIGNMENT.ipynb. It can be interrupted: what is
graded stays, and is graded again only when the submission or the assignment has changed.
"""

import argparse
import fcntl
import hashlib
import json
import os
import re
import resource
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple

import psutil
from nbgrader.apps import NbGraderAPI

from coursework import harness
from coursework.grading import gradebook, preflight, sandbox
from coursework.grading.release import CHECKER, NotReleased, generate
from coursework.grading.settings import FOR_NBGRADER, settings

COURSE = harness.HERE / "course"
STUDENT = re.compile(r"[A-Za-z0-9_@][A-Za-z0-9._@-]{0,63}")
WORKER_MEMORY = 4 << 30  # bytes; the worker is outside the sandbox
SANDBOX_MEMORY = 3 << 30  # bytes, all its processes
SOCKETS_SIZE, SOCKETS_FILES = 64 << 20, 200
AFTER_BUDGET = 90  # seconds for what is not the student's: start, gradebook, feedback
UNSAFE = (
    "--unsafe: no sandbox. Every submission runs as you: it can read and change your files, the "
    "gradebook and the other submissions, and use the network."
)


class Plan(NamedTuple):
    course: Path
    name: str
    kernel: str
    cell_seconds: int
    budget: int


class Job(NamedTuple):
    student: str
    digest: str
    notes: list[str]
    sockets: Path
    start: float


def log_of(plan: Plan, student: str) -> Path:
    return plan.course / "logs" / plan.name / f"{student}.log"


def record_of(plan: Plan, student: str) -> Path:
    return plan.course / "graded" / plan.name / f"{student}.json"


def digest_of(plan: Plan, folder: Path) -> str:
    """Of everything that decides the outcome."""
    found = hashlib.sha256()
    paths = [harness.ASSIGNMENTS / plan.name / f"{plan.name}.py", CHECKER]
    if not folder.is_symlink():
        paths += sorted(folder.glob("*.ipynb"))
    for path in paths:
        found.update(path.name.encode(errors="replace"))
        if path.is_symlink() or not path.is_file():
            found.update(b"a link or no file")
        else:
            with path.open("rb") as stream:
                found.update(hashlib.file_digest(stream, "sha256").digest())
    return found.hexdigest()


def submissions(plan: Plan) -> tuple[list[str], list[str]]:
    """Students who handed in; folders whose name cannot be a student's."""
    found: list[str] = []
    refused: list[str] = []
    for path in sorted((plan.course / "submitted").glob(f"*/{plan.name}")):
        student = path.parent.name
        (found if STUDENT.fullmatch(student) else refused).append(student)
    return found, refused


def record(plan: Plan, student: str) -> dict[str, Any]:
    try:
        return json.loads(record_of(plan, student).read_text())
    except (OSError, ValueError):
        return {}


def _work(plan: Plan, job: Job) -> None:
    """One submission: nbgrader's autograde and feedback. In a process of its own."""
    config = settings(plan.course, plan.kernel, plan.cell_seconds, plan.budget)
    connection = str(job.sockets / "kernel.json")
    config.KernelManager.connection_file = connection
    config.AsyncKernelManager.connection_file = connection
    config.Careful.sockets = str(job.sockets)
    api = NbGraderAPI(config=config)
    graded = api.autograde(plan.name, job.student, force=True, create=True)
    print(graded.get("log", ""), graded.get("error", ""))
    if not graded["success"]:
        raise RuntimeError("not graded")
    told = api.generate_feedback(plan.name, job.student, force=True)
    print(told.get("log", ""), told.get("error", ""))


def _fork(plan: Plan, job: Job) -> int:
    log = log_of(plan, job.student)
    log.parent.mkdir(parents=True, exist_ok=True)
    sys.stdout.flush()
    child = os.fork()
    if child:
        return child
    status = 1
    try:
        os.setsid()
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent ends us
        stream = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
        null = os.open(os.devnull, os.O_RDONLY)
        os.dup2(null, 0), os.dup2(stream, 1), os.dup2(stream, 2)
        resource.setrlimit(resource.RLIMIT_AS, (WORKER_MEMORY, WORKER_MEMORY))
        _work(plan, job)
        status = 0
    except BaseException:
        traceback.print_exc()
    finally:
        with suppress(Exception):
            sys.stdout.flush(), sys.stderr.flush()
        os._exit(status)


def _excess(child: int, job: Job, plan: Plan) -> list[psutil.Process]:
    """The kernels of a submission that uses too much of the machine."""
    try:
        kernels = psutil.Process(child).children()
        below = [
            p for kernel in kernels for p in [kernel, *kernel.children(recursive=True)]
        ]
        memory = 0
        for process in below:
            with suppress(psutil.Error):
                memory += process.memory_info().rss
        files = list(os.scandir(job.sockets))
        size = sum(entry.stat(follow_symlinks=False).st_size for entry in files)
    except (psutil.Error, OSError):
        return []
    many = len(files) > SOCKETS_FILES or size > SOCKETS_SIZE
    return below if memory > SANDBOX_MEMORY or many else []


def _end(child: int) -> None:
    """The worker, and with it (they die with their parent) its sandboxes."""
    below = []
    with suppress(psutil.Error):
        below = psutil.Process(child).children(recursive=True)
    with suppress(ProcessLookupError):
        os.kill(child, signal.SIGKILL)
    for process in below:
        with suppress(psutil.Error):
            process.kill()


def _settle(plan: Plan, job: Job, status: int) -> dict[str, Any]:
    """Postflight of one submission."""
    notes = list(job.notes)
    if status != 0:
        gradebook.zero(plan.course, plan.name, job.student)
        why = "ran out of time" if os.WIFSIGNALED(status) else "failed"
        log = log_of(plan, job.student).relative_to(plan.course)
        notes.append(f"could not be graded ({why}): 0, look at it by hand, see {log}")
    else:
        notes += gradebook.impossible(plan.course, plan.name, job.student)
        with suppress(OSError):
            text = log_of(plan, job.student).read_text(errors="replace")
            for why in sorted(
                set(re.findall(r"cell \d+ (.*): left out, the rest", text))
            ):
                notes.append(f"a cell {why}")
    seconds = round(time.monotonic() - job.start, 1)
    found = {"digest": job.digest, "notes": notes, "seconds": seconds}
    target = record_of(plan, job.student)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.with_suffix(".new").write_text(json.dumps(found))
    target.with_suffix(".new").replace(target)
    return found


def autograde(plan: Plan, todo: dict[str, str], released: Path, jobs: int) -> None:
    """todo: student -> digest."""
    waiting, running, done = list(todo), {}, 0
    try:
        while waiting or running:
            while waiting and len(running) < jobs:
                student = waiting.pop(0)
                start = time.monotonic()
                record_of(plan, student).unlink(missing_ok=True)
                target = plan.course / "checked" / student / plan.name / released.name
                shutil.rmtree(target.parent, ignore_errors=True)
                folder = plan.course / "submitted" / student / plan.name
                notes = preflight.clean(folder, released, target)
                sockets = Path(tempfile.mkdtemp(prefix="grade-", dir="/tmp"))
                job = Job(student, todo[student], notes, sockets, start)
                running[_fork(plan, job)] = job
            time.sleep(0.1)
            for child, job in list(running.items()):
                if time.monotonic() - job.start > plan.budget + AFTER_BUDGET:
                    _end(child)
                for process in _excess(child, job, plan):
                    with suppress(psutil.Error):
                        process.kill()
                pid, status = os.waitpid(child, os.WNOHANG)
                if not pid:
                    continue
                del running[child]
                shutil.rmtree(job.sockets, ignore_errors=True)
                found, done = _settle(plan, job, status), done + 1
                line = (
                    f"{done:4}/{len(todo)}  {job.student:20}{found['seconds']:6.1f} s"
                )
                print(f"{line}  {'; '.join(found['notes'])}".rstrip(), flush=True)
    finally:
        for child, job in running.items():
            _end(child)
            os.waitpid(child, 0)
            shutil.rmtree(job.sockets, ignore_errors=True)


@contextmanager
def _alone(course: Path) -> Iterator[None]:
    with (course / ".lock").open("w") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise NotReleased(f"{course} is being graded by another process") from None
        yield


def run(plan: Plan, jobs: int = 1, again: bool = False) -> int:
    plan.course.mkdir(parents=True, exist_ok=True)
    with _alone(plan.course), tempfile.TemporaryDirectory(prefix="kernels-") as kernels:
        sandbox.write_kernels(Path(kernels))
        os.environ["JUPYTER_PATH"] = kernels
        (plan.course / "nbgrader_config.py").write_text(FOR_NBGRADER)
        saved = gradebook.backup(plan.course)
        print(f"backup: {saved.name if saved else 'no gradebook yet'}")
        config = settings(plan.course, plan.kernel, plan.cell_seconds, plan.budget)
        released = generate(plan.name, plan.course, config)
        students, refused = submissions(plan)
        digests = {
            s: digest_of(plan, plan.course / "submitted" / s / plan.name)
            for s in students
        }
        todo = {
            student: digest
            for student, digest in digests.items()
            if again or record(plan, student).get("digest") != digest
        }
        kept = len(students) - len(todo)
        print(
            f"{len(students)} submissions: {len(todo)} to grade, {kept} unchanged",
            flush=True,
        )
        start = time.monotonic()
        autograde(plan, todo, released, jobs)
        if todo:
            seconds = (time.monotonic() - start) / len(todo)
            print(f"{seconds:.1f} s for each")
        notes = {
            student: record(plan, student).get("notes", []) for student in students
        }
        print(f"{gradebook.write_csv(plan.course, plan.name, notes)}")
        for name in refused:
            print(
                f"not graded: {name!r} is no name for a student's folder",
                file=sys.stderr,
            )
    return 1 if refused else 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("assignment")
    parser.add_argument("--course", type=Path, default=COURSE, metavar="FOLDER")
    parser.add_argument("--jobs", type=int, default=1, help="submissions at a time")
    parser.add_argument(
        "--cell-seconds", type=int, default=10, help="time limit of a cell"
    )
    parser.add_argument(
        "--budget", type=int, default=180, help="seconds for a submission"
    )
    parser.add_argument(
        "--again", action="store_true", help="also those that are graded"
    )
    parser.add_argument("--unsafe", action="store_true", help=UNSAFE)
    arguments = parser.parse_args()
    if arguments.unsafe:
        print(UNSAFE, file=sys.stderr)
    elif problem := sandbox.problem():
        print(f"Nothing was graded, no sandbox: {problem}", file=sys.stderr)
        return 2
    kernel = "unsafe" if arguments.unsafe else "sandboxed"
    course = arguments.course.resolve()
    plan = Plan(
        course, arguments.assignment, kernel, arguments.cell_seconds, arguments.budget
    )
    try:
        return run(plan, max(1, arguments.jobs), arguments.again)
    except NotReleased as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(
            "Interrupted; what is graded stays. The same command goes on.",
            file=sys.stderr,
        )
        return 130


if __name__ == "__main__":
    sys.exit(main())
