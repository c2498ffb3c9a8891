"""The box that suggests the next word: it must say what lib says, and work for everyone."""

import json
import re
from unicodedata import ucd_3_2_0 as unicode

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect
from test_pages import AXE_OPTIONS, TOO_WIDE, WIDTHS

from conftest import HTML, missing
from lib import words
from lib.activations import softmax
from lib.text import UNKNOWN, sample, tokenize

expect.set_options(timeout=30_000)  # milliseconds: on a busy machine a page is slow
PAGE = "book/applications/word_prediction.html"
TEXTS = [
    "the people of the united",
    "Fellow citizens, we",
    "In 1,000 years the blockchain — and the internet — will not change the nation's",
]
TRICKY = [
    "",
    " -- ",
    "The well-known Senator's answer: 3,000.50 votes!",
    "we’ll 'quote' rock'n'roll o' '' it's' a''b",
    "1.2.3, 1,2. 12. .5 3,000, 4th x2 2x ½ x² Ⅷ ⅧⅨ ①",
    "snake_case __init__ a_b 1_000",
    "ÉCOLE naïve STRASSE straße İstanbul ΟΔΟΣ Σ ﬁn",
    "e\u0301cole हिन्दी ٣٤٥٫٦ 三百 日本語 \U0001d400\U0001d7d9 \U0001f600 ☃",
    "a\u200bb a\u00adb a\u00a0b\tc\nd\u2028e « x » … ?! ;:",
]
# Every character that all versions of Unicode since 3.2 agree on.
EVERYTHING = " ".join(
    chr(n)
    for n in range(0x110000)
    if unicode.category(chr(n)) not in ("Cn", "Cs", "Co")
)


@pytest.fixture(scope="module")
def lib_words():
    return words.load("mixed")


@pytest.fixture
def opened(browser, address):
    """A function that opens the page, with or without the model; requests are watched."""
    if not (HTML / PAGE).exists():
        missing("the chapter is not built: run `make book`")
    contexts, requests, errors = [], [], []

    def open_page(load=True, width=1400, **options):
        viewport = {"width": width, "height": 900}
        contexts.append(browser.new_context(viewport=viewport, **options))
        page = contexts[-1].new_page()
        page.requests = requests
        page.on("request", lambda request: requests.append(request.url))
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(address + PAGE, wait_until="load")
        if load:
            field(page).fill("we")
            page.get_by_role("button", name="Load the model").click()
            page.wait_for_selector("next-word[data-state=answer]")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert [url for url in requests if not url.startswith(address)] == []
    assert errors == []


def field(page):
    return page.get_by_label("Your text")


def rows(page):
    return page.locator(".next-word-answer li button")


def state_of_lib(model, ids):
    return model.layer.forward(model.embedding.forward(ids[None])[0])[1]


def test_the_model_is_fetched_only_when_it_is_asked_for(opened):
    page = opened(load=False)
    field(page).fill("the united")
    page.wait_for_timeout(200)
    assert not [url for url in page.requests if "/words/" in url]
    button = page.get_by_role("button", name="Load the model")
    button.focus()
    page.keyboard.press("Enter")
    expect(rows(page).first).to_be_visible()
    names = [url.rsplit("/", 1)[1] for url in page.requests if "/words/" in url]
    assert [name.partition("?")[0] for name in names] == ["words.json", "words.bin"]
    expect(field(page)).to_be_focused()  # the button is gone


def test_it_says_what_lib_says(opened, lib_words):
    page = opened()
    model, vocabulary, _ = lib_words
    for text in TEXTS:
        field(page).fill("")
        field(page).press_sequentially(text)
        logits = model.forward(vocabulary.encode(tokenize(text))[None])[0][0, -1]
        p = softmax(logits.astype(np.float64))
        best = [n for n in np.argsort(-p) if vocabulary.tokens[n] != UNKNOWN][:5]
        shown = page.evaluate("document.querySelector('next-word').likeliest")
        assert [likely["token"] for likely in shown] == vocabulary.decode(best)
        np.testing.assert_allclose([s["p"] for s in shown], p[best], rtol=1e-4)
        for row, n in zip(rows(page).all(), best, strict=True):
            assert row.locator("b").text_content() == vocabulary.tokens[n]
            percent = row.locator(".next-word-percent").text_content()
            assert float(percent.rstrip("%\xa0")) == pytest.approx(
                100 * p[n], abs=0.051
            )
            bar = row.locator(".next-word-bar > span").get_attribute("style")
            width = float(re.findall(r"[\d.e-]+(?=%)", bar)[0])
            assert width == pytest.approx(100 * p[n], rel=1e-3)
        others = page.locator(".next-word-others").text_content()
        others, unknown = map(float, re.findall(r"[\d.]+(?=\xa0%)", others))
        assert others == pytest.approx(100 * (1 - p[best].sum()), abs=0.051)
        p_unknown = p[vocabulary.encode([UNKNOWN])[0]]
        assert unknown == pytest.approx(100 * p_unknown, abs=0.051)


def test_it_reads_only_what_changed(opened, lib_words):
    page = opened()
    model, vocabulary, _ = lib_words
    page.evaluate("""() => {
        const model = document.querySelector("next-word").model, step = model.step;
        model.steps = 0;
        model.step = (...given) => { model.steps++; return step.apply(model, given); };
    }""")

    def steps(text):
        field(page).fill(text)
        return page.evaluate("""() => {
            const { model } = document.querySelector("next-word");
            const { steps } = model;
            model.steps = 0;
            return steps;
        }""")

    steps("we have")
    assert steps("we have the") == 1
    assert steps("we have the peace, and") == 3
    assert steps("we have the peace, ") == 0
    assert steps("we want the peace, and") == 5
    kept = page.evaluate("""() => {
        const { h, c } = document.querySelector("next-word").model.states.at(-1);
        return [...h, ...c];
    }""")
    h, c = state_of_lib(model, vocabulary.encode(tokenize("we want the peace, and")))
    np.testing.assert_allclose(kept, np.r_[h[0], c[0]], rtol=0, atol=1e-5)


def test_it_cuts_text_as_lib_does(opened):
    page = opened(load=False)
    found = page.evaluate(
        "texts => texts.map(customElements.get('next-word').tokenize)",
        [*TRICKY, EVERYTHING],
    )
    assert found[:2] == [[], []]  # of which lib makes an error
    for text, tokens in zip([*TRICKY, EVERYTHING][2:], found[2:], strict=True):
        assert tokens == tokenize(text)


def test_a_suggestion_is_appended_by_keyboard(opened):
    page = opened()
    field(page).fill("the people of the united ")
    first = rows(page).first
    word = first.locator("b").text_content()
    first.focus()
    page.keyboard.press("Enter")
    expect(field(page)).to_have_value(f"the people of the united {word} ")
    expect(first).to_be_focused()
    spoken = page.locator(".next-word-spoken")
    expect(spoken).to_contain_text(f"Added: {word}. Likeliest next: ")
    # A mark stands beside its word; its row names it.
    field(page).fill("on the other hand ")
    mark = rows(page).filter(has_text="comma")
    assert mark.count() == 1
    mark.click()
    expect(field(page)).to_have_value("on the other hand, ")


def test_an_empty_text_has_no_next_word(opened):
    page = opened()
    page.get_by_role("button", name="Clear").focus()
    page.keyboard.press("Space")
    expect(field(page)).to_have_value("")
    expect(field(page)).to_be_focused()
    expect(rows(page).first).to_be_hidden()
    expect(page.locator(".next-word-note")).to_contain_text("Type a word")
    page.get_by_role("button", name="Continue").click()
    expect(field(page)).to_have_value("")
    field(page).fill("we")
    expect(rows(page).first).to_be_visible()


def test_it_continues_as_lib_samples(opened, lib_words):
    page = opened()
    model, vocabulary, _ = lib_words
    # The browser gets the random numbers that lib draws.
    chances = np.random.default_rng(0).random(10).tolist()
    page.evaluate("u => { Math.random = () => u.shift(); }", chances)
    rng = np.random.default_rng(0)
    tokens = tokenize("the people of the united")

    unknown = vocabulary.encode([UNKNOWN])
    for _ in range(10):
        logits = model.forward(vocabulary.encode(tokens)[None])[0][0, -1]
        tokens += vocabulary.decode([sample(logits, 0.7, rng, without=unknown)])
    field(page).fill("the people of the united")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("button", name="Stop")).to_be_visible()
    expect(page.get_by_role("button", name="Continue")).to_be_visible()
    assert tokenize(field(page).input_value()) == tokens
    expect(page.locator(".next-word-spoken")).to_contain_text("Added: ")


def test_drawing_stops_when_it_is_told_to(opened):
    page = opened()
    page.clock.install(time=0)
    page.clock.pause_at(1000)
    button = page.locator(".next-word-actions button").first

    def stopped_by(stop):
        field(page).fill("we")
        button.press("Enter")
        expect(button).to_have_text("Stop")
        page.clock.run_for(600)
        assert len(field(page).input_value().split(" ")) > 2
        stop()
        expect(button).to_have_text("Continue: 10 words")
        text = field(page).input_value()
        page.clock.run_for(3000)
        assert field(page).input_value() == text
        return tokenize(f"{text} .")[:-1]

    assert len(stopped_by(lambda: page.keyboard.press("Enter"))) == 4
    assert stopped_by(lambda: field(page).press("x"))[-1] == "x"
    assert len(stopped_by(lambda: rows(page).first.press("Enter"))) == 5
    assert stopped_by(page.get_by_role("button", name="Clear").click) == []


def test_unknown_words_are_named_and_never_suggested(opened, lib_words):
    page = opened()
    model, vocabulary, _ = lib_words
    note = page.locator(".next-word-note")
    text = "we use smartphones and a blockchain, said the "
    field(page).fill(text)
    expect(note).to_have_text("Not in its vocabulary: “smartphones”, “blockchain”.")
    logits = model.forward(vocabulary.encode(tokenize(text))[None])[0][0, -1]
    unknown = vocabulary.encode([UNKNOWN])[0]
    assert logits[unknown] > np.sort(logits)[-5]  # else nothing is tested
    assert UNKNOWN not in rows(page).locator("b").all_text_contents()
    field(page).fill("we")
    expect(note).to_have_text("")


def test_the_text_has_an_end(opened):
    page = opened()
    field(page).fill("we the people " * 285)
    page.get_by_role("button", name="Continue").click()
    expect(page.locator(".next-word-note")).to_contain_text("The text is full.")
    expect(page.get_by_role("button", name="Continue")).to_be_visible()
    text = field(page).input_value()
    rows(page).first.click()
    assert field(page).input_value() == text


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_it_is_accessible_in_use_and_keeps_its_place(opened, theme, width):
    page = opened(False, width, color_scheme=theme, reduced_motion="reduce")
    box = page.locator("next-word")
    field(page).fill("we")
    height = box.bounding_box()["height"]

    def check():
        assert box.bounding_box()["height"] == height
        assert page.evaluate(TOO_WIDE) == []
        # The page around it is looked at by test_pages.
        found = Axe().run(
            page, context={"include": [["next-word"]]}, options=AXE_OPTIONS
        )
        serious = [
            finding
            for finding in found.response["violations"]
            if finding["impact"] in ("serious", "critical")
        ]
        assert not serious, json.dumps(serious, indent=1)[:3000]

    page.get_by_role("button", name="Load the model").click()
    expect(rows(page).first).to_be_visible()
    field(page).fill(
        "we use smartphones, the internet and a blockchain on the other hand"
    )
    expect(page.locator(".next-word-note")).to_contain_text("Not in its vocabulary")
    expect(rows(page).filter(has_text="comma")).to_be_visible()
    check()
    page.get_by_role("button", name="Clear").click()
    expect(page.locator(".next-word-note")).to_contain_text("Type a word")
    check()


def test_a_failed_download_can_be_repeated(opened):
    page = opened(load=False)
    page.route("**/words.bin*", lambda route: route.fulfill(status=404))
    field(page).fill("we")
    button = page.get_by_role("button", name="Load the model")
    button.click()
    expect(page.locator(".next-word-note")).to_contain_text(
        "could not be loaded (words.bin"
    )
    page.unroute("**/words.bin*")
    button.click()
    expect(rows(page).first).to_be_visible()


def test_a_page_opened_as_a_file_says_what_to_do(browser):
    if not (HTML / PAGE).exists():
        missing("the chapter is not built: run `make book`")
    page = browser.new_page()
    page.goto((HTML / PAGE).as_uri())
    expect(
        page.get_by_text("Open the book through make serve or on its site.")
    ).to_be_visible()
    page.close()


def test_without_scripts_and_on_paper_a_sentence_stands_there(opened):
    page = opened(load=False, java_script_enabled=False)
    expect(page.locator("next-word p")).to_be_visible()
    page = opened(load=False)
    sentence = page.locator(".next-word-fallback")
    expect(sentence).to_be_hidden()
    page.emulate_media(media="print")
    expect(sentence).to_be_visible()
    expect(field(page)).to_be_hidden()
