"""Leave in the built book only the icons that it uses: the theme brings 2,000, in three forms.

A script that draws them as SVG (1.5 MB), a rule of CSS for each, and fonts for what CSS places
(the icons of the boxes). A page then weighs half.
"""

import re
from pathlib import Path

import pydata_sphinx_theme
from fontTools import subset

THEME = (
    Path(pydata_sphinx_theme.__file__).parent
    / "theme"
    / "pydata_sphinx_theme"
    / "static"
)
SCRIPT = "scripts/fontawesome.js"
STYLE = "styles/pydata-sphinx-theme.css"
FONTS = [
    f"vendor/fontawesome/webfonts/fa-{kind}.woff2"
    for kind in ("solid-900", "regular-400")
]
# In the script: "magnifying-glass":[512,512,[128269,"search"],"f002","M416 208c…"],
DRAWING = re.compile(
    r'"?([a-z0-9-]+)"?:\[\d+,\d+,\[([^\]]*)\],"[0-9a-f]+",(?:"[^"]*"|\[[^\]]*\])\],?'
)
# In the style: .fa-magnifying-glass:before,.fa-search:before{content:"\f002"}
RULE = re.compile(r'(?:\.fa-[\w-]+:before,?)+\{content:"[^"]*"\}')


def slim(html: Path) -> None:
    static = html / "_static"
    used: set[str] = set()
    for path in html.rglob("*"):
        if path.suffix in {".html", ".js"} and path.name != Path(SCRIPT).name:
            used |= set(
                re.findall(
                    r"\bfa-([a-z0-9-]+)", path.read_text("utf-8", errors="ignore")
                )
            )

    def only_used(drawing: re.Match[str]) -> str:
        names = {drawing[1], *re.findall(r'"([a-z0-9-]+)"', drawing[2])}
        return drawing[0] if names & used else ""

    script = (THEME / SCRIPT).read_text("utf-8")
    (static / SCRIPT).write_text(DRAWING.sub(only_used, script), encoding="utf-8")
    # The script draws every icon that has a class: its rule would only load a font before.
    style = (THEME / STYLE).read_text("utf-8")
    (static / STYLE).write_text(RULE.sub("", style), encoding="utf-8")

    styles = "".join(path.read_text("utf-8") for path in static.rglob("*.css"))
    icons = {int(code, 16) for code in re.findall(r"\\([ef][0-9a-f]{3})\b", styles)}
    icons |= {ord(letter) for letter in styles if "\ue000" <= letter <= "\uf8ff"}
    for name in FONTS:
        font = subset.load_font(THEME / name, subset.Options(flavor="woff2"))
        subsetter = subset.Subsetter()
        subsetter.populate(unicodes=icons)
        subsetter.subset(font)
        font.flavor = "woff2"
        font.save(static / name)
