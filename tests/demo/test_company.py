"""The people of the demo: what they write, and that the product reads it as it is meant."""

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest

from pipeline import settings, timetable
from pipeline.demo.company import COMPANY, END, ORGANISATION, START, Reply, settings_text
from pipeline.reading import Reading, read
from pipeline.reading.body import parsed, visible
from pipeline.roster import Roster
from pipeline.sender import Letters, Trust, identify
from pipeline.weeks import Week
from tests.demo import mails

FRIDAY = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
WEEK = Week(2026, 47)


@pytest.fixture
def loaded(tmp_path: Path) -> settings.Settings:
    return load(tmp_path)


def load(folder: Path) -> settings.Settings:
    file = folder / "settings.yaml"
    file.write_text(settings_text(2525, 1143, folder), encoding="utf-8")
    return settings.load(file, {})


def replies(person: str, kind: str = "ask", number: int = 0, at: datetime = FRIDAY) -> list[Reply]:
    return COMPANY.reacts(f"{person}@nordvik.example", mails.mail(kind, person, at, number), at)


def reply(person: str, kind: str = "ask", number: int = 0) -> EmailMessage:
    (one,) = replies(person, kind, number)
    return message_from_bytes(one.raw, _class=EmailMessage, policy=default)


def reading(raw: bytes, person: str) -> Reading:
    someone = COMPANY.at(f"{person}@nordvik.example")
    assert someone is not None
    return read(raw, languages=(someone.writer.language, "en"))


def test_the_settings_of_the_demo_are_valid(loaded: settings.Settings, tmp_path: Path) -> None:
    assert (loaded.smtp.host, loaded.smtp.port, loaded.smtp.security) == ("127.0.0.1", 2525, "none")
    assert (loaded.imap.host, loaded.imap.port, loaded.imap.security) == ("127.0.0.1", 1143, "none")
    assert loaded.store == tmp_path / "data"
    assert loaded.sender.address == ORGANISATION


def test_a_folder_with_any_name_can_hold_the_ledger(tmp_path: Path) -> None:
    folder = tmp_path / 'an "odd": folder, søde'
    folder.mkdir()
    assert load(folder).store == folder / "data"


def test_the_company_has_a_director_and_three_teams_in_many_zones(loaded: settings.Settings) -> None:
    roster = loaded.roster
    assert roster.director is not None
    assert roster.director.timezone == "Europe/Copenhagen"
    assert 11 <= len(roster.people) <= 14
    assert len(roster.managers) == 3
    assert len({person.language for person in roster.people}) >= 4
    zones = {person.timezone for person in roster.reps}
    assert {"Europe/London", "America/New_York", "Australia/Sydney"} <= zones


def test_the_play_begins_before_the_first_ask_and_ends_after_the_digest(loaded: settings.Settings) -> None:
    times = timetable.timetable(WEEK, loaded.roster, loaded.schedule)
    assert times.digest is not None
    assert times.first_ask is not None
    assert times.first_ask > START
    assert times.digest < END
    assert all(own.away is None for own in times.people.values()), "nobody has a holiday in this week"


def test_what_a_person_does_depends_on_the_mail_and_the_time_alone() -> None:
    assert replies("freja", "nudge", 1) == replies("freja", "nudge", 1)
    later = replies("freja", "nudge", 1, FRIDAY + timedelta(minutes=1))
    assert later[0].raw != replies("freja", "nudge", 1)[0].raw


@pytest.mark.parametrize(
    ("person", "kind", "number", "outcome", "value"),
    [
        ("anna", "ask", 0, "answer", 4),
        ("freja", "nudge", 1, "answer", 7),
        ("emil", "ask", 0, "answer", 5),
        ("oliver", "ask", 0, "answer", 3),
        ("lukas", "ask", 0, "answer", 9),
        ("ben", "ask", 0, "unclear", None),
        ("ben", "unclear", 1, "answer", 11),
        ("chloe", "ask", 0, "away", None),
        ("liz", "ask", 0, "away", None),
    ],
)
def test_the_product_reads_what_was_meant(person: str, kind: str, number: int, outcome: str, value: int | None) -> None:
    (one,) = replies(person, kind, number)
    found = reading(one.raw, person)
    assert (found.outcome, found.number) == (outcome, None if value is None else Decimal(value))


def test_what_stands_around_a_number_is_not_taken_for_a_comment() -> None:
    for person, kind, number in (("anna", "ask", 0), ("freja", "nudge", 1), ("oliver", "ask", 0), ("lukas", "ask", 0)):
        (one,) = replies(person, kind, number)
        assert reading(one.raw, person).comment == "", person
    (ben,) = replies("ben", "unclear", 1)
    assert reading(ben.raw, "ben").comment == "most of them from the Boston fair"


def test_camille_corrects_her_first_answer() -> None:
    first, second = replies("camille")
    assert first.delay < second.delay
    assert [reading(one.raw, "camille").number for one in (first, second)] == [6, 8]


def test_away_until_a_day_is_read_with_the_day() -> None:
    (off,), (notice,) = replies("chloe"), replies("liz")
    assert reading(off.raw, "chloe").effects[0].until == date(2026, 11, 30)
    assert reading(notice.raw, "liz").effects[0].until == date(2026, 11, 30)


def test_a_managers_sentence_is_no_number() -> None:
    (one,) = replies("oliver", "summary")
    words = reading(one.raw, "oliver").words
    assert words == "Both long trials start on Monday; December looks strong."


def test_sofia_and_the_director_never_answer() -> None:
    for person in ("sofia", "dorte"):
        for kind in ("ask", "nudge", "unclear", "summary", "digest"):
            assert replies(person, kind, 1) == []


def test_freja_waits_for_the_first_nudge_and_answers_only_that() -> None:
    assert replies("freja") == []
    assert replies("freja", "nudge", 2) == []


def test_emil_answers_on_saturday_morning_of_his_own_clock() -> None:
    (one,) = replies("emil")
    assert FRIDAY + one.delay == datetime(2026, 11, 21, 9, 12, tzinfo=UTC)


def test_mail_to_a_stranger_or_of_another_kind_brings_nothing() -> None:
    assert COMPANY.reacts("stranger@else.example", mails.mail("ask", "anna", FRIDAY), FRIDAY) == []
    assert COMPANY.reacts("anna@nordvik.example", b"From: x@y.example\r\n\r\nhello\r\n", FRIDAY) == []


def test_a_tapped_button_is_a_new_message() -> None:
    message = reply("anna")
    assert message["In-Reply-To"] is None
    assert message["References"] is None
    assert "+" in message["To"]
    assert "[on-" in message["Subject"]
    assert message.get_content().splitlines() == ["4", "", "Sendt fra min iPhone"]


def test_a_typed_reply_answers_the_mail_and_quotes_it() -> None:
    message = reply("freja", "nudge", 1)
    assert message["In-Reply-To"] == mails.message_id(mails.key("nudge", "freja", 1), mails.SECRET, "nordvik.example")
    plain, html = (message.get_body((kind,)) for kind in ("plain", "html"))
    assert plain is not None
    assert html is not None
    assert "Den fre. 20. nov. 2026 kl. 13.00 skrev One Number" in plain.get_content()
    assert "> How many" in plain.get_content()
    assert '<blockquote class="gmail_quote"' in html.get_content()


def test_outlook_quotes_below_a_rule_in_the_writers_language() -> None:
    plain = reply("lukas").get_body(("plain",))
    assert plain is not None
    assert (
        "________________________________\nVon: One Number <number@nordvik.example>\nGesendet: Freitag, 20. November 2026 13:00\n"
        in plain.get_content().replace("\r\n", "\n")
    )


def test_an_away_notice_is_marked_as_a_machines_and_goes_to_the_plain_address() -> None:
    message = reply("liz")
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["To"] == ORGANISATION
    assert message["In-Reply-To"] is not None


@pytest.mark.parametrize(
    ("person", "kind", "number", "carrier"),
    [
        ("anna", "ask", 0, "the address it was sent to"),
        ("lukas", "ask", 0, "the address it was sent to"),
        ("liz", "ask", 0, "In-Reply-To"),
    ],
)
def test_every_reply_is_known_as_its_persons(
    loaded: settings.Settings, person: str, kind: str, number: int, carrier: str
) -> None:
    (one,) = replies(person, kind, number)
    message = parsed(one.raw)
    sender = identify(message, visible(message).plain, loaded.roster, Trust((mails.SECRET,)), Letters(weeks=[WEEK]))
    assert (sender.mail, sender.carrier) == (mails.key(kind, person, number), carrier)
    assert sender.writer == loaded.roster.at(f"{person}@nordvik.example")


def test_without_the_plus_a_tapped_button_is_known_by_its_reference(loaded: settings.Settings) -> None:
    (one,) = replies("anna")
    raw = re.sub(rb"number\+\w+@", b"number@", one.raw)
    sender = identify(parsed(raw), "4", loaded.roster, Trust((mails.SECRET,)), Letters(weeks=[WEEK]))
    assert sender.carrier == "the reference in the subject"


def test_no_line_of_a_reply_is_longer_than_mail_allows() -> None:
    names = [someone.writer.address.partition("@")[0] for someone in COMPANY.people]
    kinds = ("ask", "nudge", "unclear", "summary")
    written = [one.raw for name in names for kind in kinds for one in replies(name, kind, 1)]
    assert len(written) == 12
    assert all(len(line) <= 998 for raw in written for line in raw.split(b"\r\n"))
    assert all(b"\n" not in raw.replace(b"\r\n", b"") for raw in written)


def test_the_roster_is_that_of_the_company(loaded: settings.Settings) -> None:
    assert isinstance(loaded.roster, Roster)
    assert [person.email for person in loaded.roster.people] == [one.writer.address for one in COMPANY.people]
