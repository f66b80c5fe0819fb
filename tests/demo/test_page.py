"""The page of all mails: complete, in order, harmless, and good to look at on a phone and on a desk."""

import os
import re
import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path

import pytest

from pipeline.demo.company import COMPANY, ORGANISATION, TIMEZONE
from pipeline.demo.mailworld import Delivered
from pipeline.demo.page import page, write
from tests.demo import mails
from tests.demo.conftest import Performance

FRIDAY = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
CHROMIUM = Path("/usr/bin/chromium")


class Tags(HTMLParser):
    """Every tag of a page, with its attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def all(self, name: str) -> list[dict[str, str | None]]:
        return [attrs for tag, attrs in self.tags if tag == name]


@pytest.fixture
def written(performance: Performance) -> str:
    return page(performance.delivered, COMPANY, TIMEZONE)


def delivered(raw: bytes, at: datetime = FRIDAY) -> Delivered:
    return Delivered(at, ORGANISATION, "anna@nordvik.example", raw)


def test_every_mail_is_there_in_the_order_in_which_it_was_sent(written: str, performance: Performance) -> None:
    rows = re.findall(r'<span class="time">(..:..)</span>\s*<span class="who"><b>(.*?)</b>', written)
    assert len(rows) == len(performance.delivered) == 32
    assert rows[0] == ("21:00", "Ben Walker")
    assert rows[-1] == ("10:12", "Emil Krogh")
    assert re.findall(r"<h2>(.*?)</h2>", written) == [
        "Thursday 19 November 2026", "Friday 20 November 2026", "Saturday 21 November 2026",
    ]  # fmt: skip


def test_the_page_says_in_one_line_what_happened(written: str) -> None:
    assert "<p>10 asks, 12 replies, 5 nudges, 1 question back, 3 summaries, 1 digest.</p>" in written


def test_each_mail_says_from_whom_to_whom_and_when_on_both_clocks(written: str) -> None:
    assert "One Number &lt;number@nordvik.example&gt;" in written
    assert "Chloe Nguyen &lt;chloe@nordvik.example&gt;" in written
    assert "Friday 20 November 2026, 03:30 in Copenhagen (Friday 13:30 in Sydney)" in written


def test_the_page_opens_with_the_digest(written: str) -> None:
    (row,) = re.findall(r'<li class="[^"]* opening">.*?</li>', written, re.DOTALL)
    assert "Dorte Holm" in row
    number = re.search(r'for="mail-(\d+)"', row)
    assert number is not None
    assert f'<label class="first report" for="mail-{number[1]}">' in written


def test_every_mail_with_html_stands_in_a_frame_that_may_do_nothing(written: str) -> None:
    frames = Tags(written).all("iframe")
    assert len(frames) == 20
    assert all(frame["sandbox"] in {None, ""} for frame in frames)
    assert all("srcdoc" in frame and "src" not in frame for frame in frames)


def test_the_page_loads_and_runs_nothing(written: str) -> None:
    tags = Tags(written)
    assert tags.all("script") == tags.all("link") == tags.all("img") == []
    assert not [attrs for _, attrs in tags.tags if "src" in attrs or "href" in attrs]
    assert "@import" not in written
    assert "url(" not in written
    policies = [meta["content"] for meta in tags.all("meta") if meta.get("http-equiv") == "Content-Security-Policy"]
    assert policies == ["default-src 'none'; style-src 'unsafe-inline'; img-src data:"]


def test_what_a_mail_says_cannot_break_out_of_its_place() -> None:
    raw = mails.mail("ask", "anna", FRIDAY).replace(b"One number for", b'</section>"><script>x</script>')
    shown = page([delivered(raw)], COMPANY, TIMEZONE)
    assert Tags(shown).all("script") == []


def test_a_mail_without_html_is_shown_as_text() -> None:
    raw = b"From: anna@nordvik.example\r\nTo: number@nordvik.example\r\nSubject: x\r\n\r\n7 <b>\r\n"
    shown = page([Delivered(FRIDAY, "anna@nordvik.example", ORGANISATION, raw)], COMPANY, TIMEZONE)
    assert Tags(shown).all("iframe") == []
    assert '<pre tabindex="0"><b>7 &lt;b&gt;</b></pre>' in shown


def test_what_somebody_typed_stands_out_from_what_their_client_added(written: str) -> None:
    replies = re.findall(r'<li class="theirs only">.*?<pre tabindex="0">(.*?)</pre>', written, re.DOTALL)
    assert len(replies) == 12
    lukas = next(reply for reply in replies if "Musterstraße" in reply)
    assert lukas.startswith("<b>9</b>\n\n-- \nLukas Brandt")


def test_a_week_without_mails_is_a_page_too() -> None:
    shown = page([], COMPANY, TIMEZONE)
    assert "<p>no mails.</p>" in shown
    assert 'class="first' not in shown


def test_it_is_written_to_a_folder_that_is_made(tmp_path: Path) -> None:
    file = write(tmp_path / "new" / "mails.html", [delivered(mails.mail("ask", "anna", FRIDAY))], COMPANY, TIMEZONE)
    assert file.is_absolute()
    assert "Anna Bøgh" in file.read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def chromium() -> Iterator[object]:
    if not CHROMIUM.exists():
        if os.environ.get("CI"):
            pytest.fail(f"{CHROMIUM} is missing (see scripts/install-test-servers)")
        pytest.skip(f"needs {CHROMIUM}")
    from playwright.sync_api import sync_playwright  # noqa: PLC0415  heavy, and only for these tests

    quiet = ("networking", "component-update", "sync")
    flags = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(CHROMIUM), args=[*flags, *(f"--disable-{name}" for name in quiet)]
        )
        yield browser
        browser.close()


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 375, 640, 1280])
def test_in_a_browser_it_fits_and_asks_for_nothing(
    chromium: object, performance: Performance, tmp_path: Path, width: int, scheme: str
) -> None:
    listening = socket.create_server(("127.0.0.1", 0))
    listening.settimeout(0.3)
    image = f'<img src=3D"http://127.0.0.1:{listening.getsockname()[1]}/x.png"><p>How'.encode()
    remote = mails.mail("ask", "anna", FRIDAY).replace(b"<p>How", image)
    all_mails = [*performance.delivered, delivered(remote, FRIDAY + timedelta(days=1))]
    file = write(tmp_path / "mails.html", all_mails, COMPANY, TIMEZONE)
    context = chromium.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)  # type: ignore[attr-defined]
    view = context.new_page()
    view.goto(file.as_uri())
    assert view.evaluate("document.documentElement.scrollWidth") <= width
    for number in (0, 2, len(all_mails) - 1):
        view.locator(f"label[for=mail-{number}]").click()
        panel = view.locator(f"#mail-{number} ~ .panel")
        frame = panel.locator("iframe")
        assert frame.is_visible()
        assert frame.bounding_box()["width"] == min(width, 375)
        panel.locator("label[for=as-text]").click()
        assert panel.locator("pre").is_visible()
        assert not frame.is_visible()
        assert view.evaluate("document.documentElement.scrollWidth") <= width
        panel.locator("label[for=as-html]").click()
        if width < 900:
            panel.locator("label[for=none]").click()
            assert not panel.is_visible()
    with pytest.raises(TimeoutError):
        listening.accept()
    listening.close()
    context.close()


@pytest.mark.browser
def test_the_arrow_keys_go_from_mail_to_mail(chromium: object, performance: Performance, tmp_path: Path) -> None:
    file = write(tmp_path / "mails.html", performance.delivered, COMPANY, TIMEZONE)
    context = chromium.new_context(viewport={"width": 1280, "height": 800})  # type: ignore[attr-defined]
    view = context.new_page()
    view.goto(file.as_uri())
    view.keyboard.press("Tab")
    for number in range(3):
        view.keyboard.press("ArrowDown")
        assert view.locator(f"#mail-{number}").is_checked()
        assert view.locator(f"#mail-{number} ~ .panel").is_visible()
    context.close()
