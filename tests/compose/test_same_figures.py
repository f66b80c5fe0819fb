"""Text and HTML of a mail carry the same figures, row by row; what stands out is said in every language by the rules."""

import re
from collections.abc import Sequence
from decimal import Decimal
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser

from pipeline import charts, figures
from pipeline.figures import WeekPoint
from pipeline.past import kept_of
from pipeline.rounds import Round
from pipeline.templating import TEMPLATES
from pipeline.weeks import Week
from pipeline.words import languages
from tests.compose.company import FIRM, WEEK, Told, earlier, person
from tests.compose.conftest import Gallery, Tell

FIGURE = re.compile(r"\d[\d.,\u00a0\u202f]*\d|\d")
RULES = (Path(__file__).resolve().parents[2] / "docs/figures.md").read_text(encoding="utf-8")


def both(page: Path) -> tuple[str, LexborHTMLParser]:
    message = message_from_bytes(page.with_suffix(".eml.txt").read_bytes(), _class=EmailMessage, policy=default)
    plain, html = (message.get_body((subtype,)) for subtype in ("plain", "html"))
    assert plain is not None
    assert html is not None
    return plain.get_content(), LexborHTMLParser(html.get_content())


@pytest.mark.parametrize("language", ["en", "da", "fr"])
def test_text_and_html_carry_the_same_figures(gallery: Gallery, language: str) -> None:
    for page in gallery(language):
        text, html = both(page)
        assert html.body is not None
        spoken = " ".join(node.attributes["aria-label"] or "" for node in html.css("[aria-label]"))
        for node in html.css(".tap, .mark, .l"):
            node.decompose()
        shown = set(FIGURE.findall(html.body.text(separator=" ")))
        assert shown <= set(FIGURE.findall(text)), page.stem
        token = text.splitlines()[-1]
        written = set(FIGURE.findall(text.replace(token, "")))
        assert written <= shown | set(FIGURE.findall(spoken)) | {"48"}, page.stem


def test_each_row_of_a_table_stands_in_the_text_with_its_figures(gallery: Gallery) -> None:
    rows = 0
    for page in gallery("en"):
        text, html = both(page)
        for row in html.css("table.t tbody tr"):
            name, cells = row.css_first("th[scope=row]"), [cell.text() for cell in row.css("td.n")]
            if name is None:
                continue
            told = [cell for cell in cells if FIGURE.search(cell) or cell == "–"]
            line = rf"^{re.escape(name.text()[:29])}.*?{'.*?'.join(map(re.escape, told))}"
            assert re.search(line, text, re.MULTILINE), (page.stem, name.text(), told)
            rows += 1
    assert rows > 150


def findings(tell: Tell, language: str) -> list[tuple[str, str]]:
    """The kind and the sentence of everything that may stand out."""
    people = [person("jens", language=language), *FIRM[1:]]
    told: list[tuple[str, str]] = []
    for usual, now in ((5, 40), (40, 2)):
        week = tell(people).asked().answered("anna", now).answered("bo", now).answered("carla", now)
        before = []
        for back in range(1, 10):
            past = Told(week.settings, WEEK.plus(-back)).asked()
            for who in ("anna", "bo", "carla", "ida"):
                past.answered(who, usual)
            before.append(past.round())
        week.answered("ida", now)
        told += _told(week, before)
    silent = tell([*people, person("dan", "ravi")]).asked().answered("anna", 5).answered("ida", 3)
    return told + _told(silent, [])


def _told(week: Told, before: Sequence[Round]) -> list[tuple[str, str]]:
    view = figures.digest(week.round(), tuple(map(kept_of, before)), week.times)
    page = LexborHTMLParser(week.mail("digest", "jens", before).html)
    return [(one.kind, item.text()) for one, item in zip(view.findings, page.css("li"), strict=True)]


@pytest.mark.parametrize("language", languages(TEMPLATES))
def test_what_stands_out_is_said_in_every_language(tell: Tell, language: str) -> None:
    told = dict(findings(tell, language))
    assert set(told) == {"above_usual", "below_usual", "record", "silent_team"}
    english = ("More than the", "Less than the", "The highest", "Nobody in")
    assert all(sentence.startswith(english) == (language == "en") for sentence in told.values())
    assert "Ravi" in told["silent_team"]
    assert "9" in told["record"]
    for kind in ("above_usual", "below_usual"):
        assert len(FIGURE.findall(told[kind])) >= 2, told[kind]


@pytest.mark.parametrize("language", languages(TEMPLATES))
def test_a_director_whose_own_reports_are_silent_is_not_told_of_it_by_name(tell: Tell, language: str) -> None:
    people = [person("jens", language=language), *FIRM[1:], person("dan", "jens")]
    silent = tell(people).asked().answered("anna", 5).answered("carla", 3)
    ((kind, sentence),) = _told(silent, [])
    assert kind == "silent_team"
    assert "Jens" not in sentence
    assert sentence.startswith("None of your own reports") == (language == "en")


def test_the_rules_of_what_stands_out_are_written_down_with_their_numbers() -> None:
    for rule in ("Nobody in a team has answered", "usual swing explains", "A record"):
        assert rule in RULES
    words = {3: "three", 6: "six", 8: "eight"}
    for said in (
        f"at most {words[figures.MOST_FINDINGS]} sentences",
        f"only after {words[figures.WEEKS_FOR_LIMITS]} earlier weeks",
        f"at least {words[figures.WEEKS_FOR_A_RECORD]} weeks",
    ):
        assert said in " ".join(RULES.split())


def points(*totals: int | None) -> list[WeekPoint]:
    first = Week(2026, 48).plus(1 - len(totals))
    return [
        WeekPoint(first.plus(place), None if total is None else Decimal(total), 1, 1)
        for place, total in enumerate(totals)
    ]


@pytest.mark.parametrize(
    "totals", [(9999, 0, None, 1, 5000), (0, 0, 0), (None, None, 3), (1,), (7, 7, 7, 7), (-3, 5), tuple(range(12))]
)
@pytest.mark.parametrize("average", [None, Decimal(0), Decimal("0.4"), Decimal(2500)])
def test_a_picture_has_gaps_for_nothing_and_bars_for_nought(
    totals: tuple[int | None, ...], average: Decimal | None
) -> None:
    drawn = charts.picture(points(*totals), average)
    is_flat = not any(totals) and not average
    assert (drawn.top + drawn.foot == charts.HEIGHT) == (not is_flat)
    for bar, total in zip(drawn.bars, totals, strict=True):
        height = bar.above + bar.below
        assert (height == 0) == (total is None)
        assert height <= charts.HEIGHT
        assert bar.above <= drawn.top
        assert bar.below <= drawn.foot
    known = [(total, bar.above + bar.below) for total, bar in zip(totals, drawn.bars, strict=True) if total is not None]
    for (less, low), (more, high) in ((one, other) for one in known for other in known if one[0] < other[0]):
        assert low <= high, (less, more)
    assert [bar.is_now for bar in drawn.bars] == [False] * (len(totals) - 1) + [True]


@pytest.mark.parametrize(
    ("numbers", "pixels", "blocks"),
    [
        ((None, 9, 0, 2, 9), (0, 22, 2, 5, 22), "·█▁▃█"),
        ((None, None, None, 5, None), (0, 0, 0, 22, 0), "···█·"),
        ((0, 0, 0, 0, 0), (2, 2, 2, 2, 2), "▁▁▁▁▁"),
        ((9999, 1, 0, None, 5000), (22, 2, 2, 0, 11), "█▁▁·▅"),
        ((-3, 6), (2, 22), "▁█"),
        ((), (), ""),
    ],
)
def test_a_few_weeks_have_gaps_for_nothing_and_bars_for_nought_too(
    numbers: tuple[int | None, ...], pixels: tuple[int, ...], blocks: str
) -> None:
    told = [None if number is None else Decimal(number) for number in numbers]
    assert charts.small(told) == pixels
    assert charts.spark(told) == blocks


def test_a_trend_in_text_names_its_weeks_and_draws_each_with_its_figure(tell: Tell) -> None:
    told = tell().asked().answered("anna", 10)
    text = told.mail("summary", "mette", earlier(told.settings, 2)).text
    assert text[text.index("Twelve weeks") :].splitlines()[:13] == [
        "Twelve weeks (average 10)",
        *(f"Week {week}              –" for week in range(37, 46)),
        f"Week 46             10  {'█' * 24}",
        f"Week 47             10  {'█' * 24}",
        f"Week 48             10  {'█' * 24}",
    ]


def test_a_person_s_weeks_are_bars_of_cells_in_html_and_blocks_in_text(tell: Tell) -> None:
    told = tell().asked().answered("anna", 10)
    mail = told.mail("summary", "mette", earlier(told.settings, 2))
    assert not re.search("[▁-█]", mail.html)
    assert re.search(r"^Anna +··▅▅█ +10$", mail.text, re.MULTILINE)
    row = LexborHTMLParser(mail.html).css_first("table.t [role=img]")
    assert row is not None
    assert row.attributes["aria-label"] == "–, –, 5, 5, 10"
    heights = [re.findall(r"line-height: ?(\d+)px", str(cell.html)) for cell in row.css("td")]
    assert heights == [[], [], ["11"], ["11"], ["22"]]
