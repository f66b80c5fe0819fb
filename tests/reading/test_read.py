"""What people write, and how it is read: the number they meant, or a question back, and never a wrong number."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st

from pipeline.reading import Effect, Question, Reading, read, seen
from tests import corpus

GMAIL = "\n\nOn Fri, Nov 27, 2026 at 1:00 PM One Number <\nnumber@nordvik.example> wrote:\n\n> How many? 0 1 2 3\n> Your last four: 3 5 2 8\n"
GMAIL_DANISH = (
    "\n\nDen fre. 27. nov. 2026 kl. 13.00 skrev One Number <number@nordvik.example>:\n\n> Hvor mange? 0 1 2 3\n"
)
OUTLOOK = "\n\nFrom: One Number <number@nordvik.example>\nSent: Friday, November 27, 2026 1:00 PM\nTo: Anna\nSubject: One number for week 48\n\nHow many? 0 1 2 3\n"
OUTLOOK_DANISH = "\n\nFra: One Number <number@nordvik.example>\nSendt: 27. november 2026 13:00\nTil: Anna Bøgh\nEmne: ET tal for uge 48\n\nHvor mange? 0 1 2 3\n"
OUTLOOK_OLD = "\n\n-----Oprindelig meddelelse-----\nFra: One Number\nSendt: 27. november 2026 13:00\nTil: Anna\nEmne: ET tal for uge 48\n\n4 3 2 1\n"
QUOTATIONS = [GMAIL, GMAIL_DANISH, OUTLOOK, OUTLOOK_DANISH, OUTLOOK_OLD]
SIGNATURE = "\n\nMed venlig hilsen\nAnna Bøgh\nSalgschef\nTlf. +45 12 34 56 78\nStrandvejen 12, 2900 Hellerup\n"


def message(
    text: str, subject: str = "Re: One number for week 48", headers: str = "", kind: str = "text/plain"
) -> bytes:
    head = f"From: anna@nordvik.example\nSubject: {subject}\nDate: Fri, 27 Nov 2026 13:10:00 +0100\n{headers}"
    return f"{head}Content-Type: {kind}; charset=utf-8\n\n{text}".encode()


def reading(text: str, **more: str) -> Reading:
    return read(message(text, **more), languages=("da", "en"))


@pytest.mark.parametrize(
    "quotation", ["", *QUOTATIONS], ids=["alone", "gmail", "gmail-da", "outlook", "outlook-da", "old"]
)
@pytest.mark.parametrize(
    "signature", ["", SIGNATURE, "\n\n-- \nAnna\n12 34 56 78", "\n\nSendt fra min iPhone", "\n\nBest,\nAnna"]
)
@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("7", 7),
        ("3 nye", 3),
        ("Syv", 7),
        ("I made 4 this week", 4),
        ("none this week, sorry", 0),
        ("ingen", 0),
        ("0 :-(", 0),
        ("5 - two of them at Novo", 5),
        ("**7**", 7),
        ("- 7", 7),
        ("7️⃣", 7),
        ("７", 7),
        ("enogtyve", 21),
        ("Twenty-one", 21),
        ("Seven new ones, mostly from the fair on 12/11", 7),
        ("2 (next meeting at 3pm, room 12)", 2),
        ("week 48: 6", 6),
        ("Hej\n\n5 i denne uge, heraf 2 hos Novo", 5),
        ("12\nCall me on +45 20 30 40 50 if in doubt", 12),
    ],
)
def test_the_number_is_found(said: str, number: int, signature: str, quotation: str) -> None:
    read_as = reading(said + signature + quotation)
    assert (read_as.outcome, read_as.number) == ("answer", number), read_as.evidence


@pytest.mark.parametrize(
    ("said", "reason", "candidates"),
    [
        ("3 or 4", "several", ("3", "4")),
        ("2 + 1", "several", ("2", "1")),
        ("7 or so, 8 with Novo", "several", ("7", "8")),
        ("not 7 but 8", "several", ("7", "8")),
        ("7?", "question", ("7",)),
        ("7000", "bounds", ("7000",)),
        ("-3", "bounds", ("-3",)),
        ("3,5", "decimals", ("3,5",)),
        ("call me at 2pm", "none", ()),
        ("Vi ses kl. 14 i uge 49", "none", ()),
        ("I will tell you on 12 January", "none", ()),
        ("20% up, worth 300 kr", "none", ()),
        ("I have one question", "several", ("one",)),
        ("", "empty", ()),
    ],
)
def test_in_doubt_it_asks_and_says_why(said: str, reason: str, candidates: tuple[str, ...]) -> None:
    read_as = reading(said + GMAIL)
    assert (read_as.outcome, read_as.reason, read_as.candidates) == ("unclear", reason, candidates), read_as.evidence


def test_a_word_that_is_a_number_elsewhere_is_none_in_this_language() -> None:
    assert reading("to").number == 2
    assert read(message("to"), languages=("en",)).number is None


def test_the_bounds_and_decimals_are_the_questions() -> None:
    euros = Question(Decimal(-10), Decimal(10_000), decimals=True)
    assert read(message("3,5"), euros).number == Decimal("3.5")
    assert read(message("1.250"), euros).number == 1250
    assert read(message("-3"), euros).number == -3


def test_what_stands_beside_the_number_becomes_the_comment() -> None:
    assert reading("5 - two of them at Novo").comment == "two of them at Novo"
    assert reading("7\n\nBig week at the fair").comment == "Big week at the fair"
    assert reading("I made 4 this week").comment == "I made 4 this week"
    assert reading("7").comment == ""


def test_a_number_typed_below_the_quotation_is_found() -> None:
    assert reading("On Fri One Number wrote:\n> How many? 0 1 2 3\n\n7\n").number == 7


@pytest.mark.parametrize("said", ["7", "I made 7 this week", "7 - two of them at Novo"])
def test_a_reply_between_quoted_lines_below_a_greeting_is_found(said: str) -> None:
    quoted = (
        f"Hi,\nOn Fri, 27 Nov 2026 at 13:00 +0100, One Number wrote:\n> How many?\n\n{said}\n\n> Your last four: 3 5\n"
    )
    assert reading(quoted).number == 7


def test_a_number_typed_behind_a_quotation_sign_is_found() -> None:
    assert reading("On Fri One Number wrote:\n> How many? 0 1 2 3\n> 7\n").number == 7


def test_a_banner_of_the_gateway_is_not_the_reply() -> None:
    assert reading("CAUTION: This email originated from outside. Call 112 if in doubt.\n\n7" + GMAIL).number == 7


def test_an_html_reply_is_read_without_its_quotation() -> None:
    html = (
        "<html><head><style>p{margin:9px}</style></head><body><div>7 <b>new</b></div><br>"
        '<div class="gmail_quote"><div>On Fri wrote:</div><blockquote>3 4 5</blockquote></div></body></html>'
    )
    assert reading(html, kind="text/html").number == 7
    outlook = '<div>4</div><div id="appendonsend"></div><hr><div id="divRplyFwdMsg">From: 8</div><div>0 1 2</div>'
    assert reading(outlook, kind="text/html").number == 4


def test_an_empty_body_may_have_its_number_in_the_subject() -> None:
    assert reading("", subject="Re: One number for week 48: 7").number == 7
    assert reading("", subject="7").number == 7
    assert reading("", subject="SV: ET tal for uge 48 [on-k3v7q2ma]").reason == "empty"


@pytest.mark.parametrize(
    ("said", "until"),
    [
        ("ferie", None),
        ("syg i dag", None),
        ("off until 12 January", "2027-01-12"),
        ("På ferie til og med 4. december", "2026-12-04"),
        ("on vacation until Monday", "2026-11-30"),
        ("holder fri til 4/12", "2026-12-04"),
    ],
)
def test_words_of_absence_are_an_absence(said: str, until: str | None) -> None:
    read_as = reading(said + GMAIL)
    assert read_as.outcome == "away", read_as.evidence
    assert str(read_as.effects[0].until or None) == str(until)


def test_a_number_and_an_absence_are_two_effects() -> None:
    kinds = [effect.kind for effect in reading("7, off until 12 January").effects]
    assert kinds == ["answer", "away"]


def test_last_week_and_this_week_are_two_effects() -> None:
    effects = reading("last week 5, this week 7").effects
    assert effects == (Effect("answer", number=Decimal(7)), Effect("last", number=Decimal(5)))
    assert reading("last 5").effects == (Effect("last", number=Decimal(5)),)


def test_a_managers_line_has_an_effect_for_each_name_and_a_note() -> None:
    effects = reading("Ana 4, Bo off. Strong week.").effects
    assert [(effect.kind, effect.who, effect.number) for effect in effects] == [
        ("answer", "Ana", 4),
        ("away", "Bo", None),
        ("note", None, None),
    ]
    assert effects[2].text == "Strong week."


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "Bo off until 12 January"),
        ("en", "Bo is on holiday until 12 January."),
        ("da", "Bo ferie til 12. januar"),
        ("de", "Bo: Urlaub bis 12.1."),
        ("en", "Bo off until 2027-01-12"),
    ],
)
def test_a_managers_line_says_until_when_somebody_is_away(language: str, said: str) -> None:
    raw = f"From: m@x.dk\nDate: Fri, 27 Nov 2026 13:00:00 +0100\n\n{said}\nAna 4\n".encode()
    effects = read(raw, languages=[language]).effects
    assert effects == (
        Effect("away", until=date(2027, 1, 12), who="Bo"),
        Effect("answer", number=Decimal(4), who="Ana"),
    )


@pytest.mark.parametrize(
    ("said", "kind"),
    [("ok", "confirm"), ("Ja.", "confirm"), ("help", "help"), ("not me!", "withdraw"), ("I'm back", "back")],
)
def test_short_words_are_instructions_and_no_numbers(said: str, kind: str) -> None:
    read_as = reading(said + OUTLOOK)
    assert (read_as.outcome, read_as.effects[0].kind) == ("instruction", kind)


@pytest.mark.parametrize(
    ("subject", "headers", "outcome"),
    [
        ("Automatic reply: One number", "Auto-Submitted: auto-generated\n", "away"),
        ("Autosvar: ET tal", "", "away"),
        ("[Ticket 7] received", "Auto-Submitted: auto-replied\n", "auto_reply"),
        ("Undeliverable: One number", "Return-Path: <>\n", "bounce"),
        ("7", "List-Id: <all.nordvik.example>\n", "auto_reply"),
    ],
)
def test_a_machine_never_answers(subject: str, headers: str, outcome: str) -> None:
    read_as = reading("7", subject=subject, headers=headers)
    assert (read_as.outcome, read_as.number) == (outcome, None)


def test_a_reaction_is_no_answer() -> None:
    assert reading("Anna Bøgh reacted to your message:\n👍 1").outcome == "unclear"


@pytest.mark.parametrize("file", corpus.each("bounces"))
def test_a_real_bounce_is_never_an_answer(file: Path) -> None:
    assert read(file.read_bytes()).outcome in {"bounce", "auto_reply", "unclear"}


@pytest.mark.parametrize("file", [*corpus.each("replies-a"), *corpus.each("replies-b")])
def test_above_any_real_reply_the_number_stands(file: Path) -> None:
    text = file.read_text(encoding="utf-8", errors="replace")
    assert reading(f"7\n\n{text}").number in {7, None}


@given(st.binary(max_size=2000))
@limits(deadline=None)
def test_no_bytes_whatever_raise(raw: bytes) -> None:
    assert read(raw).evidence
    assert isinstance(seen(raw).lines, tuple)


@given(st.text(max_size=300))
@limits(deadline=None)
def test_no_text_whatever_raises(text: str) -> None:
    assert read(message(text.encode("utf-8", "replace").decode())).evidence


@given(st.lists(st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), max_size=40), max_size=8))
@limits(deadline=None)
def test_whatever_is_quoted_changes_nothing(quoted: list[str]) -> None:
    quotation = "\n\nOn Fri, Nov 27, 2026 One Number wrote:\n" + "".join(f"> {line}\n" for line in quoted)
    assert reading("7" + quotation).number == 7
