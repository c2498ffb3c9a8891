"""Start a kernel where it can do no harm: bubblewrap, no network, limits.

The kernel sees the system and its Python (read-only), the checker, and its own sockets. It does not
see the gradebook, the sources, the hidden tests on disk, or another submission.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

NOBODY = 65534
FIRST_USER = 1_000_000
MEMORY = 2 << 30  # bytes, for one process
PROCESSES = 64  # threads count too
PROCESSOR_SECONDS = 300
FILE_SIZE = 16 << 20
LIMITS = [f"--as={MEMORY}", f"--nproc={PROCESSES}", f"--cpu={PROCESSOR_SECONDS}"]
LIMITS += [f"--fsize={FILE_SIZE}", "--core=0", "--nofile=256"]
ROOM = ["--perms", "1777", "--size", str(4 * FILE_SIZE), "--tmpfs"]  # in memory
SYSTEM = ("lib", "lib64", "bin", "sbin")


def _arguments(
    home: Path, given: list[Path], sockets: Path | None, user: int
) -> list[str]:
    """home: the kernel's working folder, empty but for `given`. user: who runs it, for root."""
    found = ["bwrap", "--die-with-parent", "--new-session", "--hostname", "grader"]
    if os.getuid() == 0:
        # No user namespace: root would be exempt from the limit on processes. The kernel
        # becomes an unknown user inside (setpriv).
        found += [f"--unshare-{part}" for part in ("ipc", "pid", "net", "uts")]
        found += ["--unshare-cgroup-try"]
    else:
        found += ["--unshare-all", "--uid", str(NOBODY), "--gid", str(NOBODY)]
        found += ["--cap-drop", "ALL"]
    found += ["--ro-bind", "/usr", "/usr"]
    for name in SYSTEM:
        if Path("/", name).is_symlink():
            found += ["--symlink", f"usr/{name}", f"/{name}"]
        elif Path("/", name).exists():
            found += ["--ro-bind", f"/{name}", f"/{name}"]
    found += ["--proc", "/proc", "--dev", "/dev"]
    for path in ("/tmp", "/dev/shm"):
        found += [*ROOM, path]
    seen = [Path(sys.base_prefix), Path(sys.prefix)]
    ways = {
        way
        for path in (*seen, home, *([sockets] if sockets else []))
        for way in path.parents
    }
    for way in sorted(ways - {Path("/"), Path("/tmp"), Path("/usr")}):
        found += ["--perms", "0755", "--dir", str(way)]
    for path in seen:
        found += ["--ro-bind", str(path), str(path)]
    found += [*ROOM, str(home)]
    for path in given:
        found += ["--ro-bind", str(path), str(path)]
    if sockets:
        found += ["--bind", str(sockets), str(sockets)]
    found += [
        "--remount-ro",
        "/dev",
        "--remount-ro",
        "/",
        "--chdir",
        str(home),
        "--clearenv",
    ]
    for name, value in {
        "PATH": f"{sys.prefix}/bin:/usr/bin:/bin",
        "HOME": "/tmp",
        "IPYTHONDIR": "/tmp/ipython",
        "LANG": "C.UTF-8",
        "OPENBLAS_NUM_THREADS": "1",
        "MALLOC_ARENA_MAX": "2",
        "PYTHONDONTWRITEBYTECODE": "1",
    }.items():
        found += ["--setenv", name, value]
    if os.getuid() == 0:
        found += ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups"]
        found += ["--no-new-privs", "--inh-caps=-all", "--bounding-set=-all"]
    return [*found, "prlimit", *LIMITS]


def problem() -> str:
    """Why the sandbox cannot be used here, in one line; nothing where it can."""
    for tool in ("bwrap", "prlimit", *(["setpriv"] if os.getuid() == 0 else [])):
        if not shutil.which(tool):
            package = "bubblewrap" if tool == "bwrap" else "util-linux"
            return f"{tool} is missing (install the package {package})"
    command = [
        *_arguments(Path("/tmp/home"), [], None, NOBODY),
        sys.executable,
        "-c",
        "print(6 * 7)",
    ]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    except subprocess.TimeoutExpired:
        return "bwrap does not answer"
    if done.returncode == 0 and done.stdout.strip() == "42":
        return ""
    said = (done.stderr.strip().splitlines() or ["no message"])[-1]
    return f"bwrap does not start here: {said} (are user namespaces forbidden?)"


def write_kernels(folder: Path) -> None:
    """The kernels as Jupyter wants them, below folder (a part of JUPYTER_PATH)."""
    here = str(Path(__file__).resolve())
    for name, command in {
        "sandboxed": [sys.executable, here, "{connection_file}"],
        "unsafe": [
            sys.executable,
            "-m",
            "ipykernel_launcher",
            "-f",
            "{connection_file}",
        ],
    }.items():
        path = folder / "kernels" / name / "kernel.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        # A message, since a signal would hit bwrap and not the kernel.
        spec = {"argv": command, "display_name": name, "language": "python"}
        path.write_text(json.dumps({**spec, "interrupt_mode": "message"}))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "connection", type=Path, nargs="?", help="file; the kernel starts"
    )
    parser.add_argument(
        "--check", action="store_true", help="only say what is missing here"
    )
    arguments = parser.parse_args()
    if arguments.check or not arguments.connection:
        found = problem()
        print(found or "The sandbox works here.")
        sys.exit(1 if found else 0)
    connection = arguments.connection.resolve()
    home = Path.cwd()
    given = [p for p in sorted(home.glob("*.py")) if p.is_file() and not p.is_symlink()]
    user = FIRST_USER + os.getpid()  # the limit on processes counts a user's
    if os.getuid() == 0:
        for path in (connection.parent, connection):
            os.chown(path, user, user)
    command = _arguments(home, given, connection.parent, user)
    command += [sys.executable, "-m", "ipykernel_launcher", "-f", str(connection)]
    command += ["--HistoryManager.hist_file=:memory:"]
    os.execvp(command[0], command)


if __name__ == "__main__":
    main()
