"""The report's pages in a real Chromium: they fit, they can be read and used without a mouse, their pictures say what
their tables say, and nothing is asked of anybody."""

import os
import re
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from pipeline.commands import report
from pipeline.settings import Settings
from pipeline.templating import TEMPLATES
from pipeline.words import PSEUDO, languages
from tests.compose.company import settings
from tests.compose.test_in_a_browser import CHROMIUM
from tests.report.firm import (
    LONG,
    RIGHT_TO_LEFT,
    after_the_digest,
    before_the_digest,
    past,
    people,
    speaking,
)

pytestmark = pytest.mark.browser

CASES = ("usual", "large", "open", "one", "none", "long", "rtl")
WIDTHS = (320, 375, 640, 1280)

CUT = """() => [...document.querySelectorAll('main *, header *, footer *')]
  .filter(one => one.offsetParent && !one.closest('.scroll, .said, svg, .unseen, select'))
  .filter(one => one.scrollWidth > one.clientWidth + 1 && one.clientWidth > 0 && getComputedStyle(one).display !== 'inline')
  .map(one => [one.tagName, one.className, one.textContent.trim().slice(0, 40)])"""
"""What stands wider than its own box."""

STRAY = """() => [...document.querySelectorAll('.chart')].flatMap(chart => {
  const box = chart.getBoundingClientRect(), texts = [...chart.querySelectorAll('text')].map(one => [one.textContent, one.getBoundingClientRect()]);
  const outside = texts.filter(([, at]) => at.left < box.left - 1 || at.right > box.right + 9 || at.top < box.top - 6 || at.bottom > box.bottom + 2);
  const over = texts.flatMap(([text, at], place) => texts.slice(place + 1)
    .filter(([, other]) => at.left < other.right && other.left < at.right && at.top < other.bottom - 2 && other.top < at.bottom - 2)
    .map(([other]) => [text, other]));
  return [...outside.map(([text]) => [chart.id, text]), ...over];
})"""
"""Words of a picture that leave it, or lie on one another."""

SMALL = """() => [...document.querySelectorAll('a, summary, select')].filter(one => one.offsetParent)
  .filter(one => one.getBoundingClientRect().height < 44).map(one => one.textContent.trim().slice(0, 40))"""
"""What is too small for a thumb."""


def _case(name: str, folder: Path) -> tuple[Settings, Any]:
    """A firm with a past, and what time it is."""
    if name == "none":
        read = settings(folder, people(1, 2, "lt"))
        return read, after_the_digest(read)
    weeks, rows, language, facts = {
        "usual": (30, people(3, 9), "en", {}),
        "large": (60, people(7, 14), "de", {"most": 9999}),
        "open": (8, people(2, 6), "da", {"is_open": True}),
        "one": (1, people(1, 3), "fi", {}),
        "long": (30, people(2, 6, names=LONG), "en-XA", {}),
        "rtl": (30, people(2, 8, names=RIGHT_TO_LEFT), "ar-XB", {}),
    }[name]
    read = past(folder, weeks, rows, **facts)  # type: ignore[arg-type]
    return speaking(read, language), before_the_digest(read) if name == "open" else after_the_digest(read)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Each case's folder of pages."""
    folders = {}
    for name in CASES:
        folder = tmp_path_factory.mktemp(name)
        read, now = _case(name, folder)
        assert report.run(read, out=folder / "out", now=now) == 0
        folders[name] = folder / "out"
    return folders


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


def opened(chromium: Any, page: Path, width: int = 1280, scheme: str = "light", **facts: Any) -> Any:
    """The page, drawn; whatever goes wrong in it fails the test that looks."""
    context = chromium.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, **facts)
    view = context.new_page()
    view.wrong = []
    view.on("pageerror", lambda error: view.wrong.append(str(error)))
    view.on("console", lambda said: view.wrong.append(said.text) if said.type in {"error", "warning"} else None)
    view.goto(page.as_uri())
    if facts.get("java_script_enabled", True):
        drawn(view)
    return view


def drawn(view: Any) -> None:
    """The library draws a moment after it is asked to."""
    view.evaluate("new Promise(done => requestAnimationFrame(() => setTimeout(done)))")


def unfold(view: Any) -> None:
    view.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")


@pytest.mark.parametrize("case", CASES)
def test_nothing_scrolls_sideways_and_nothing_is_cut(chromium: Any, written: dict[str, Path], case: str) -> None:
    for page in (written[case] / "jens-holm.html", written[case] / "index.html"):
        view = opened(chromium, page)
        unfold(view)
        for width in WIDTHS:
            view.set_viewport_size({"width": width, "height": 900})
            drawn(view)
            drawn(view)
            assert view.evaluate("document.documentElement.scrollWidth") <= width, (page, width)
            assert view.evaluate(CUT) == [], (page, width)
            assert view.evaluate(STRAY) == [], (page, width)
            assert view.evaluate(SMALL) == [], (page, width)
        assert view.wrong == []
        view.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("case", CASES)
def test_axe_finds_nothing_and_every_word_can_be_read(
    chromium: Any, written: dict[str, Path], case: str, scheme: str
) -> None:
    names = ("jens-holm", "index") if case in {"usual", "rtl"} else ("jens-holm",)
    for page in (written[case] / f"{name}.html" for name in names):
        view = opened(chromium, page, 375 if scheme == "dark" else 1280, scheme)
        unfold(view)
        told = Axe().run(view).response
        assert [(one["id"], one["nodes"][0]["html"]) for one in told["violations"]] == []
        assert "color-contrast" in {one["id"] for one in told["passes"]}
        view.context.close()


def bars(view: Any, chart: str) -> list[float]:
    told = view.evaluate(f"[...document.querySelectorAll('{chart} .ct-bar')].map(one => one.getAttribute('ct:value'))")
    return [float(one) for one in told]


def column(view: Any, table: str, at: int) -> list[str]:
    """The cells of a column in the rows that are shown, without what stands small beside them."""
    told: list[str] = view.evaluate(
        f"[...document.querySelectorAll('{table} tbody tr')].filter(one => !one.hidden)"
        f".map(one => one.cells[{at}].querySelector('bdi').textContent)"
    )
    return told


def numbers(told: list[str]) -> list[float]:
    return [float(re.sub(r"[^\d]", "", one)) for one in told if one != "–"]


@pytest.mark.parametrize("case", ["usual", "large", "open"])
def test_the_tables_carry_the_same_figures_as_the_pictures(chromium: Any, written: dict[str, Path], case: str) -> None:
    view = opened(chromium, written[case] / "jens-holm.html")
    unfold(view)
    assert bars(view, "#totals") == numbers(column(view, "#weeks", 1))[::-1]
    assert len(bars(view, "#totals")) >= 6
    shares = [
        round(float(one) * 100)
        for one in view.evaluate(
            "[...document.querySelectorAll('#rates .ct-point')].map(one => one.getAttribute('ct:value'))"
        )
        if one
    ]
    assert shares == [] or shares == [round(one) for one in numbers(column(view, "#weeks", 3))][::-1]
    assert bars(view, "#delays")[::-1] == numbers(column(view, "#times", 1))
    scopes = view.evaluate("[...document.querySelectorAll('figure[data-scope]')].map(one => Number(one.dataset.scope))")
    assert len(scopes) >= 3
    for scope in scopes:
        assert bars(view, f'figure[data-scope="{scope}"]') == numbers(column(view, "#matrix", scope + 1))[::-1]
    view.context.close()


def test_the_teams_of_every_week_add_up_to_its_whole(chromium: Any, written: dict[str, Path]) -> None:
    view = opened(chromium, written["large"] / "jens-holm.html")
    rows = view.evaluate(
        "[...document.querySelectorAll('#matrix tbody tr')].map(one => [...one.cells].slice(1).map(cell => cell.querySelector('bdi').textContent))"
    )
    for whole, *teams in rows:
        assert sum(numbers(teams)) == sum(numbers([whole]))
    view.context.close()


def test_a_week_without_an_answer_is_a_gap_and_never_a_nought(chromium: Any, written: dict[str, Path]) -> None:
    view = opened(chromium, written["usual"] / "jens-holm.html")
    unfold(view)
    rows = view.evaluate(
        "[...document.querySelectorAll('#weeks tbody tr')].map(one => [...one.cells].map(cell => cell.innerText.trim()))"
    )
    by_week = {row[0]: row[1:3] for row in rows}
    assert by_week["Week 39, 2026"] == ["–", "0/11"]
    assert by_week["Week 43, 2026"] == ["–", "–"]
    assert len(bars(view, "#totals")) == len(rows) - 2 == 24
    view.context.close()


def test_the_filters_are_used_with_the_keyboard(chromium: Any, written: dict[str, Path]) -> None:
    view = opened(chromium, written["usual"] / "jens-holm.html")
    weeks = "document.querySelectorAll('#weeks tbody tr').length"
    view.keyboard.press("Tab")
    assert view.evaluate("document.activeElement.id") == "period"
    assert view.evaluate(weeks) == 26
    view.keyboard.press("ArrowUp")
    drawn(view)
    assert view.locator("#period").input_value() == "last-12"
    assert view.evaluate(weeks) == 12
    assert view.locator("#told").inner_text() == "All teams · Last 12 weeks"
    assert len(bars(view, "#totals")) == 10
    view.keyboard.press("Tab")
    assert view.evaluate("document.activeElement.id") == "team"
    view.keyboard.press("ArrowDown")
    drawn(view)
    assert view.locator("#told").inner_text() == "Anna Bøgh · Last 12 weeks"
    theirs = view.locator("#matrix tbody tr").first.locator("td").nth(1)
    latest = view.locator("#weeks tbody tr").first
    assert latest.locator("td").nth(0).text_content() == theirs.locator("bdi").first.text_content()
    assert latest.locator("td").nth(1).text_content() == theirs.locator(".sub").text_content()
    assert view.evaluate("document.getElementById('teams').hidden")
    assert view.evaluate("document.querySelector('#people').closest('section').hidden")
    view.keyboard.press("Tab")
    assert view.evaluate("document.activeElement.tagName") == "SUMMARY"
    view.keyboard.press("Enter")
    assert view.locator("#weeks").is_visible()
    view.keyboard.press("Tab")
    assert view.evaluate("document.activeElement.className") == "scroll"
    assert view.wrong == []
    view.context.close()


@pytest.mark.parametrize("language", [*languages(TEMPLATES), *PSEUDO])
def test_the_script_writes_what_the_page_was_written_with(
    chromium: Any, tmp_path_factory: pytest.TempPathFactory, large: Settings, language: str
) -> None:
    """CLDR in Python and in the browser: the same figures in the same words, in every language."""
    out = tmp_path_factory.mktemp("said")
    assert report.run(speaking(large, language), out=out, now=after_the_digest(large)) == 0
    told = """() => [...document.querySelectorAll('.head dd, .head p, #weeks tbody td, #weeks tbody th, #times tbody td')]
      .map(one => one.textContent.replace(/\\s+/g, ' ').trim())"""
    bare = opened(chromium, out / "jens-holm.html", java_script_enabled=False)
    wanted = [
        " ".join(one.split())
        for one in bare.locator(
            ".head dd, .head p, #weeks tbody td, #weeks tbody th, #times tbody td"
        ).all_text_contents()
    ]
    bare.context.close()
    view = opened(chromium, out / "jens-holm.html")
    view.select_option("#period", "all")
    assert view.evaluate(told) == wanted
    view.context.close()


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return past(tmp_path_factory.mktemp("numbers"), 14, people(1, 4), most=9999)


def test_without_scripts_the_tables_are_there(chromium: Any, written: dict[str, Path]) -> None:
    view = opened(chromium, written["usual"] / "jens-holm.html", java_script_enabled=False)
    for table in ("#weeks", "#matrix", "#times", "#people"):
        assert view.locator(table).is_visible()
    assert view.locator("#weeks tbody tr").count() == 30
    assert not view.locator(".filters").is_visible()
    assert not view.locator("#totals").is_visible()
    view.context.close()


def test_a_page_asks_for_nothing_behind_a_web_server_either(chromium: Any, written: dict[str, Path]) -> None:
    asked: list[str] = []

    class Listening(SimpleHTTPRequestHandler):
        def log_message(self, *facts: Any) -> None:
            asked.append(self.path)

    handler = partial(Listening, directory=str(written["usual"]))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        context = chromium.new_context()
        view = context.new_page()
        requests: list[str] = []
        view.on("request", lambda request: requests.append(request.url))
        at = f"http://127.0.0.1:{server.server_port}/jens-holm.html"
        view.goto(at)
        drawn(view)
        view.mouse.move(400, 500)
        assert requests == [at]
        assert asked == ["/jens-holm.html"]
        assert bars(view, "#totals")
        refused = view.evaluate(f"fetch('{at}').then(() => 'answered', () => 'refused')")
        assert refused == "refused"
        context.close()
        server.shutdown()


def test_on_paper_seven_teams_fit_side_by_side(chromium: Any, written: dict[str, Path]) -> None:
    view = opened(chromium, written["large"] / "jens-holm.html", 700)
    view.evaluate("dispatchEvent(new Event('beforeprint'))")
    view.emulate_media(media="print")
    assert view.locator("#matrix thead th").count() == 10
    assert view.evaluate("document.documentElement.scrollWidth") <= 700
    view.context.close()


def test_on_paper_there_is_everything_and_nothing_to_operate(chromium: Any, written: dict[str, Path]) -> None:
    view = opened(chromium, written["usual"] / "jens-holm.html", 700, "dark")
    view.evaluate("dispatchEvent(new Event('beforeprint'))")
    view.emulate_media(media="print", color_scheme="dark")
    assert view.locator("#weeks").is_visible()
    assert view.locator("#matrix").is_visible()
    assert not view.locator(".filters").is_visible()
    assert not view.locator("summary").first.is_visible()
    assert view.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert view.evaluate("getComputedStyle(document.body).color") == "rgb(29, 36, 32)"
    assert view.evaluate("document.documentElement.scrollWidth") <= 700
    assert "All teams · Last 26 weeks" in view.locator("#told").inner_text()
    view.emulate_media(media="screen")
    view.evaluate("dispatchEvent(new Event('afterprint'))")
    assert not view.locator("#weeks").is_visible()
    view.context.close()


def test_a_picture_tells_what_the_pointer_is_on(chromium: Any, written: dict[str, Path]) -> None:
    view = opened(chromium, written["usual"] / "jens-holm.html")
    box = view.locator("#totals svg").bounding_box()
    view.mouse.move(box["x"] + box["width"] - 16, box["y"] + 100)
    latest = view.locator("#latest").inner_text()
    assert (
        view.locator("#totals")
        .evaluate("one => one.parentElement.querySelector('.readout').textContent")
        .startswith(f"Week 48, 2026: {latest} · ")
    )
    view.mouse.move(2, 2)
    assert view.evaluate("document.querySelector('.readout').textContent") == ""
    view.context.close()


def test_what_people_wrote_runs_nothing(chromium: Any, tmp_path: Path) -> None:
    mark = "</script><script>document.title='taken'</script><img src=x onerror=\"document.title='taken'\">"
    rows = people(2, 4, names=(f"Ana {mark}", f"Bo {mark}"))
    read = past(tmp_path, 3, rows)
    assert report.run(read, out=tmp_path / "out", now=after_the_digest(read)) == 0
    view = opened(chromium, tmp_path / "out" / "jens-holm.html")
    assert view.title().startswith("Report for Jens Holm")
    assert view.wrong == []
    assert mark in view.locator("#team").inner_text()
    view.context.close()
