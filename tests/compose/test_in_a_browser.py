"""The mails in a real Chromium: nothing scrolls sideways, thumbs find their targets, and both schemes can be read."""

import os
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from pipeline.cli import main
from pipeline.demo.opened import Opened, opened
from tests.compose.company import FIRM, Told, earlier, person
from tests.compose.conftest import Tell

CHROMIUM = Path("/usr/bin/chromium")
KINDS = ("ask", "nudge", "unclear", "which_week", "summary", "digest")
LONG = "Maximiliane-Alexandra von Hohenzollern-Sigmaringen Lindqvist"

CONTRAST = """() => {
  const light = ([r, g, b]) => [r, g, b].map(v => v / 255)
    .map(v => v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
  const parsed = colour => (colour.match(/[\\d.]+/g) || []).map(Number);
  const behind = element => {
    for (let one = element; one; one = one.parentElement) {
      const colour = parsed(getComputedStyle(one).backgroundColor);
      if (colour.length === 3 || colour[3] > 0) return colour;
    }
    return [255, 255, 255];
  };
  const poor = [];
  for (const element of document.querySelectorAll('body *')) {
    const own = [...element.childNodes].some(node => node.nodeType === 3 && node.textContent.trim().length > 1);
    if (!own || element.closest('.pre') || !element.offsetParent) continue;
    const [a, b] = [light(parsed(getComputedStyle(element).color)), light(behind(element))];
    const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
    if (ratio < 4.5) poor.push([element.textContent.trim().slice(0, 40), ratio]);
  }
  return poor;
}"""


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
    if kind in {"unclear", "which_week"}:
        key = told.questioned(
            kind, "anna", reason="several", candidates=("3", "4"), words="3 or 4 " * 30, number=Decimal(7),
            other_week="2026-W47",
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


def view_of(chromium: Any, mail: Opened, width: int, scheme: str) -> Any:
    context = chromium.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
    view = context.new_page()
    view.set_content(mail.html)
    return view


@pytest.mark.browser
@pytest.mark.parametrize("kind", KINDS)
def test_nothing_scrolls_sideways_and_thumbs_find_their_targets(chromium: Any, told: Told, kind: str) -> None:
    shown = mail(told, kind)
    for width in (320, 375, 640):
        view = view_of(chromium, shown, width, "light")
        assert view.evaluate("document.documentElement.scrollWidth") <= width
        small = view.evaluate(
            "[...document.querySelectorAll('a')].map(a => [a.textContent, a.getBoundingClientRect().height])"
            ".filter(([, height]) => height < 44)"
        )
        assert small == []
        view.context.close()


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("kind", KINDS)
def test_every_word_can_be_read_in_both_schemes(chromium: Any, told: Told, kind: str, scheme: str) -> None:
    view = view_of(chromium, mail(told, kind), 375, scheme)
    assert view.evaluate(CONTRAST) == []
    view.context.close()


@pytest.mark.browser
@pytest.mark.parametrize("kind", KINDS)
def test_a_mail_asks_for_nothing_remote_and_names_its_language(chromium: Any, told: Told, kind: str) -> None:
    asked: list[str] = []
    context = chromium.new_context()
    view = context.new_page()
    view.on("request", lambda request: asked.append(request.url))
    view.set_content(mail(told, kind).html)
    assert asked == []
    assert view.evaluate("document.documentElement.lang") == "en"
    assert view.evaluate("document.documentElement.dir") == "ltr"
    links = view.evaluate("[...document.querySelectorAll('a')].map(a => a.protocol)")
    assert set(links) <= {"mailto:"}
    for table in view.query_selector_all("table:not([role=presentation])"):
        assert table.query_selector("caption") is not None
        assert table.query_selector("th[scope=col]") is not None
    context.close()


@pytest.mark.browser
@pytest.mark.parametrize("language", ["en", "fi", "ar-XB"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_any_mail_of_the_gallery(
    chromium: Any, tmp_path_factory: pytest.TempPathFactory, scheme: str, language: str
) -> None:
    gallery = tmp_path_factory.mktemp("gallery")
    assert main(["preview", "--out", str(gallery), "--language", language]) == 0
    pages = sorted(gallery.glob("**/*.html"))
    assert len(pages) > 20
    view = chromium.new_context(viewport={"width": 375, "height": 800}, color_scheme=scheme).new_page()
    axe, found = Axe(), dict[str, list[str]]()
    for page in pages:
        view.goto(page.as_uri())
        for violation in axe.run(view).response["violations"]:
            found.setdefault(violation["help"], []).append(page.stem)
    view.context.close()
    assert found == {}
