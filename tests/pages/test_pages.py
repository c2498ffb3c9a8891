"""Every page of the built book, as a reader's browser shows it."""

import re
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe

from conftest import HTML, missing

# index.html in the root only sends to the book's first page.
PAGES = sorted(
    p.relative_to(HTML).as_posix()
    for p in HTML.rglob("*.html")
    if "_static" not in p.parts
)
PAGES = [p for p in PAGES if p != "index.html"]
WIDTHS = (1400, 390)
# The strokes of a formula are thousands of hidden elements: readers get its MathML.
AXE_CONTEXT = {"exclude": [[".katex-html"]]}
# Code is thousands of words in a few colors: one word of each color is looked at.
ONE_WORD_PER_COLOR = """() => {
    const known = new Set(), again = [];
    for (const word of document.querySelectorAll(".highlight span[class]")) {
        const color = getComputedStyle(word).color;
        known.has(color) ? again.push(word) : known.add(color);
    }
    for (const word of again) word.replaceWith(word.textContent);
}"""
# Without preload: axe would ask for the theme's @import at a wrong address.
AXE_OPTIONS = {"resultTypes": ["violations"], "preload": False}
# The dark page is the light one in other colors.
ONLY_COLORS = {**AXE_OPTIONS, "runOnly": ["color-contrast"]}

every_page = pytest.mark.parametrize("page_name", PAGES or [None])

TOO_WIDE = """() => {
    const screen = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= screen) return [];
    const boxed = e => e && (getComputedStyle(e).overflowX !== "visible" || boxed(e.parentElement));
    return [...document.querySelectorAll("main *")]
        .filter(e => e.getBoundingClientRect().right > screen + 1 && !boxed(e.parentElement))
        .slice(0, 5)
        .map(e => `<${e.localName} class="${e.className}"> ${e.textContent.trim().slice(0, 60)}`);
}"""
RAW_MATH = r"""() => {
    const raw = /\\[(\[]|\\begin\{|\$\$/;
    const bad = [...document.querySelectorAll(".katex-error")].map(e => e.textContent);
    const walk = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) {
        const { textContent, parentElement } = walk.currentNode;
        if (!parentElement.closest("pre, code, .katex, script") && raw.test(textContent))
            bad.push(textContent.trim().slice(0, 80));
    }
    return bad;
}"""


class Document(HTMLParser):
    """The ids, links and images of one page."""

    def __init__(self, html: str):
        super().__init__()
        self.ids: set[str] = set()
        self.links: list[str] = []
        self.images: list[dict[str, str | None]] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        self.ids |= {
            attributes[name] for name in ("id", "name") if attributes.get(name)
        }
        if tag == "a" and attributes.get("href"):
            self.links.append(attributes["href"])
        if tag == "img":
            self.images.append(attributes)


@cache
def document(path: Path) -> Document:
    return Document(path.read_text("utf-8"))


@pytest.fixture(autouse=True)
def built():
    if not PAGES:
        missing("the book is not built: run `make book`")


@every_page
def test_links_and_anchors_resolve(page_name):
    broken = []
    for link in document(HTML / page_name).links:
        if urlsplit(link).scheme:
            continue
        target, anchor = urldefrag(unquote(urljoin(f"/{page_name}", link)))
        path = HTML / target.lstrip("/")
        if not path.exists():
            broken.append(f"{link}: no such file")
        elif anchor and path.suffix == ".html" and anchor not in document(path).ids:
            broken.append(f"{link}: no such place in that page")
    assert not broken, "\n".join(broken)


@every_page
def test_images_have_alt_text(page_name):
    bad = [
        image.get("src")
        for image in document(HTML / page_name).images
        if not (image.get("alt") or "").strip()
        or re.search(r"\.(svg|png|jpe?g)$", image["alt"])
    ]
    assert not bad, f"no alt text, or only a file's name: {bad}"


@every_page
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_page(page_name, theme, browser, address):
    context = browser.new_context(color_scheme=theme)
    requests, errors = [], []

    def allow_own_host(route):
        requests.append(route.request.url)
        if route.request.url.startswith(address):
            route.continue_()
        else:
            route.abort()

    context.route("**/*", allow_own_host)
    page = context.new_page()
    page.on(
        "console",
        lambda message: message.type == "error" and errors.append(message.text),
    )
    page.on(
        "response", lambda r: r.status >= 400 and errors.append(f"{r.status} {r.url}")
    )
    page.on("pageerror", lambda error: errors.append(str(error)))
    # Contrast is measured in the final colors, not halfway through a transition.
    page.emulate_media(reduced_motion="reduce")

    problems = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(address + page_name, wait_until="load")
        page.evaluate("document.fonts.ready")
        assert page.evaluate("document.documentElement.dataset.theme") == theme
        problems += [f"raw math: {text}" for text in page.evaluate(RAW_MATH)]
        problems += [
            f"at {width} px wider than the screen: {e}" for e in page.evaluate(TOO_WIDE)
        ]
        page.evaluate(ONE_WORD_PER_COLOR)
        options = AXE_OPTIONS if theme == "light" else ONLY_COLORS
        result = Axe().run(page, context=AXE_CONTEXT, options=options)
        for finding in result.response["violations"]:
            if finding["impact"] in ("serious", "critical"):
                where = "\n    ".join(
                    f"{node['target']} {node['html'][:150]}"
                    for node in finding["nodes"][:4]
                )
                problems.append(
                    f"at {width} px {finding['id']}: {finding['help']}\n    {where}"
                )
    problems += [
        f"asks another host: {url}" for url in requests if not url.startswith(address)
    ]
    problems += [f"console: {text}" for text in errors]
    problems = list(dict.fromkeys(problems))  # said once, not for each width
    context.close()
    assert not problems, "\n".join(problems)
