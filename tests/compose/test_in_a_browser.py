"""The mails in a real Chromium: nothing scrolls sideways or is cut, thumbs find their targets, both schemes can be
read."""

import os
import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from pipeline.demo.opened import Opened, opened
from pipeline.templating import TEMPLATES
from pipeline.words import languages
from tests.compose.company import FIRM, Told, earlier, person
from tests.compose.conftest import Gallery, Tell
from tests.compose.layout import FAULTS

CHROMIUM = Path("/usr/bin/chromium")
KINDS = ("ask", "nudge", "unclear", "which_week", "confirm", "whose", "warning", "receipt", "summary", "digest")
QUESTIONED = frozenset(KINDS) - {"ask", "nudge", "summary", "digest"}
IN_THE_DARK = re.compile("usual|nobody|long-names|late|lengths|refused|9-999")
"""What is looked at in the dark on a phone too: of each kind one, and those with the most in them."""
HEADED = """[...document.querySelectorAll('table:not([role=presentation])')]
  .every(table => table.caption && table.querySelector('th[scope=col]'))"""
LONG = "Maximiliane-Alexandra von Hohenzollern-Sigmaringen Lindqvist"


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    if not CHROMIUM.exists():
        if os.environ.get("CI"):
            pytest.fail(f"{CHROMIUM} is missing (see scripts/install-test-servers)")
        pytest.skip(f"needs {CHROMIUM}")
    from playwright.sync_api import sync_playwright  # noqa: PLC0415  heavy, and only for these tests

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


def mail(told: Told, kind: str) -> Opened:
    before = earlier(told.settings, 11)
    if kind in QUESTIONED:
        key = told.questioned(
            kind, "anna", reason={"confirm": "answer", "receipt": "note_next"}.get(kind, "several"),
            candidates=("3", "4"), words="3 or 4 " * 30, number=Decimal(7), other_week="2026-W47",
            other_address=f"{'a' * 20}@{'b' * 20}.example" if kind == "warning" else told.who("bo").id,
        )  # fmt: skip
        return opened(told.composed(key, before).message)
    return told.mail(kind, {"summary": "mette", "digest": "jens"}.get(kind, "anna"), before, int(kind == "nudge"))


@pytest.fixture
def told(tell: Tell) -> Told:
    people = [*FIRM, person("long", "mette", name=LONG)]
    told = tell(people)
    for who in ("anna", "bo", "carla", "ida", "long"):
        told.sent("ask", who)
    told.answered("anna", 999, "unbroken" * 30).answered("carla", 3, "a word, and another one " * 20)
    return told.noted("mette", "https://firm.test/" + "a-very-long-path/" * 12)


def faults(chromium: Any, pages: Iterable[Path], *views: tuple[int, str]) -> dict[str, list[str]]:
    """The faults of each page at each width and in each scheme; only those that have any. Where the widths are not
    named, dark is looked at in one of them: it changes nothing but colours."""
    found: dict[str, list[str]] = {}
    view = chromium.new_context().new_page()
    for page in pages:
        view.goto(page.as_uri())
        for width, scheme in views or ((320, "light"), (375, "light"), (640, "light"), (640, "dark")):
            view.set_viewport_size({"width": width, "height": 800})
            view.emulate_media(color_scheme=scheme)
            for fault in view.evaluate(FAULTS):
                found.setdefault(page.stem, []).append(f"{width} {scheme}: {fault}")
    view.context.close()
    return found


@pytest.mark.browser
@pytest.mark.parametrize("language", ["en", "en-XA", "ar-XB"])
def test_nothing_is_cut_broken_faint_or_too_small_in_any_mail_of_the_gallery(
    chromium: Any, gallery: Gallery, language: str
) -> None:
    pages = gallery(language)
    assert faults(chromium, pages) == {}
    assert faults(chromium, [page for page in pages if IN_THE_DARK.search(page.stem)], (375, "dark")) == {}


@pytest.mark.browser
@pytest.mark.parametrize("language", languages(TEMPLATES))
def test_nothing_is_cut_or_broken_on_the_smallest_phone_in_any_language(
    chromium: Any, tell: Tell, language: str, tmp_path: Path
) -> None:
    told = tell([{**one, "language": language} for one in FIRM]).asked()
    for who, number in (("anna", 9999), ("carla", 20_000), ("ida", 0)):
        told.answered(who, number)
    pages = {kind: tmp_path / f"{kind}.html" for kind in KINDS}
    for kind, page in pages.items():
        page.write_text(mail(told, kind).html, encoding="utf-8")
    assert faults(chromium, pages.values(), (320, "light")) == {}


@pytest.mark.browser
@pytest.mark.parametrize("kind", KINDS)
def test_what_people_write_breaks_no_mail(chromium: Any, told: Told, kind: str, tmp_path: Path) -> None:
    page = tmp_path / f"{kind}.html"
    page.write_text(mail(told, kind).html, encoding="utf-8")
    assert faults(chromium, [page]) == {}


@pytest.mark.browser
@pytest.mark.parametrize(
    ("style", "fault"),
    [
        (".sub{margin-top:-2em}", "on each other"),
        (".s{line-height:.4}", "on each other"),
        (".in *{white-space:nowrap !important}", "scrolls sideways"),
        (".c.n{position:relative;right:240px}", "on each other"),
        ("h1{height:20px;overflow:hidden}", "cut in height"),
        ("p{width:60px;white-space:nowrap}", "sticks out"),
        ("p{word-break:break-all;width:30px}", "broken"),
        (".act{padding:0 !important}", "small"),
        (".sub{color:#999 !important}", "faint"),
        (".bar{background:#b7cdbf !important}", "pale"),
    ],
)
def test_a_mail_that_is_spoilt_is_found(
    chromium: Any, gallery: Gallery, tmp_path: Path, style: str, fault: str
) -> None:
    (usual,) = (page for page in gallery("en") if page.stem == "summary-names-from-right-to-left")
    page = tmp_path / "spoilt.html"
    page.write_text(usual.read_text(encoding="utf-8").replace("</head>", f"<style>{style}</style></head>"), "utf-8")
    told = faults(chromium, [page], (375, "light"))["spoilt"]
    assert any(fault in one for one in told), told


@pytest.mark.browser
@pytest.mark.parametrize(("language", "direction"), [("en", "ltr"), ("ar-XB", "rtl")])
def test_a_mail_asks_for_nothing_remote_and_names_its_language(
    chromium: Any, gallery: Gallery, language: str, direction: str
) -> None:
    asked: list[str] = []
    view = chromium.new_context().new_page()
    view.on("request", lambda request: asked.append(request.url))
    for page in gallery(language):
        view.goto(page.as_uri())
        assert view.evaluate("[document.documentElement.lang, document.documentElement.dir]") == [language, direction]
        assert view.evaluate("[...document.links].every(link => link.protocol === 'mailto:')")
        assert view.evaluate(HEADED), page.stem
    assert asked == [page.as_uri() for page in gallery(language)]
    view.context.close()


@pytest.mark.browser
@pytest.mark.parametrize(("language", "states"), [("en", ""), ("ar-XB", "usual|12-lengths")])
def test_axe_finds_nothing_in_any_mail_of_the_gallery(
    chromium: Any, gallery: Gallery, language: str, states: str
) -> None:
    pages = [page for page in gallery(language) if re.search(states, page.stem)]
    assert len(pages) > 5
    view = chromium.new_context(viewport={"width": 375, "height": 800}).new_page()
    axe, found = Axe(), dict[str, list[str]]()
    for page in [*pages, pages[0].parents[1] / "index.html"]:
        view.goto(page.as_uri())
        for violation in axe.run(view).response["violations"]:
            found.setdefault(violation["help"], []).append(page.stem)
    view.context.close()
    assert found == {}


@pytest.mark.browser
def test_the_gallery_shows_a_mail_in_the_scheme_and_part_that_are_chosen(chromium: Any, gallery: Gallery) -> None:
    view = chromium.new_context(color_scheme="dark").new_page()
    view.goto((gallery("en")[0].parents[1] / "index.html").as_uri())
    shown = view.frame(name="view")

    def background() -> str:
        shown.wait_for_load_state()
        return str(shown.evaluate("getComputedStyle(document.body).backgroundColor"))

    view.get_by_text("ask first week").focus()
    view.keyboard.press("Enter")
    shown.wait_for_url("**/en/light/ask-first-week.html")
    assert background() == "rgb(243, 244, 241)"
    view.get_by_label("light").focus()
    view.keyboard.press("ArrowRight")
    shown.wait_for_url("**/en/dark/ask-first-week.html")
    assert background() == "rgb(18, 22, 20)"
    view.get_by_label("HTML").focus()
    view.keyboard.press("ArrowRight")
    shown.wait_for_url("**/en/ask-first-week.txt")
    view.keyboard.press("ArrowRight")
    shown.wait_for_url("**/en/ask-first-week.eml.txt")
    view.context.close()
