"""`onenumber status` says how far a round is in words that fit, and the next step beside what needs a hand."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from pipeline import cli, events
from pipeline.commands import status
from pipeline.ledger.tiny import TinyLedger
from pipeline.mail import KINDS
from pipeline.roster import Person, new_id
from tests.commands.nordvik import settings_of

JENS, ANNA = new_id("jens@nordvik.dk"), new_id("anna@nordvik.dk")
WEEK = "2026-W11"
OPENED = datetime.fromisoformat("2026-03-13T12:00:00Z")

Told = Callable[[str], str]


@pytest.fixture
def ledger(tmp_path: Path) -> TinyLedger:
    """A round of two people in which the ask has left."""
    settings_of(tmp_path, [{"email": "anna@nordvik.dk", "name": "Anna", "reports_to": "jens@nordvik.dk"}])
    made = TinyLedger(tmp_path / "data")
    made.append([events.Installed(key="installed", round=None, at=OPENED, first_round=WEEK)])
    roster = (
        Person(JENS, "jens@nordvik.dk", "Jens", reports_number=False, timezone="Europe/Copenhagen"),
        Person(ANNA, "anna@nordvik.dk", "Anna", JENS, timezone="Europe/Copenhagen"),
    )
    made.append([events.Opened(key=f"{WEEK}/opened", round=WEEK, at=OPENED, people=roster), sent("ask", ANNA)])
    return made


@pytest.fixture
def told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Told:
    def at(now: str) -> str:
        assert cli.main(["status", "--settings", str(tmp_path / "settings.yaml"), "--now", now]) == 0
        return capsys.readouterr().out

    return at


def sent(kind: str, person: str) -> events.Event:
    key = f"{WEEK}/{kind}/{person}"
    return events.Sent(key=f"{key}/sent", round=WEEK, at=OPENED, mail=key)


def held(number: int) -> events.Event:
    name = f"{number:032}"
    return events.Received(
        key=name, round=WEEK, at=OPENED, message=name, outcome="held", rule="its sender is in doubt", folder="INBOX",
        uidvalidity=1, uid=number, arrived=OPENED, person=ANNA,
    )  # fmt: skip


def test_what_was_sent_is_counted_in_words_and_questions_back_together(ledger: TinyLedger, told: Told) -> None:
    ledger.append([sent("nudge-1", ANNA), sent("nudge-2", ANNA), sent("unclear-1", ANNA), sent("confirm-1", ANNA)])
    assert "Sent: 1 ask, 2 nudges, 2 questions back\n" in told("2026-03-13T13:00:00Z")


def test_every_kind_of_mail_has_a_name_for_one_and_for_several() -> None:
    assert status.NAMES.keys() == KINDS.keys()


def test_what_is_set_aside_names_its_person_and_the_next_step_and_leaves_room_for_the_rest(
    ledger: TinyLedger, told: Told
) -> None:
    ledger.append([held(number) for number in range(1, 6)])
    said = told("2026-03-13T13:00:00Z")
    assert "Anna         reply set aside" in said
    assert said.count("Anna: its sender is in doubt") == 3
    assert "… and 2 more" in said
    assert "release or drop it: onenumber held" in said


def test_a_digest_that_is_not_sent_is_told_as_it_is(ledger: TinyLedger, told: Told) -> None:
    assert "The digest leaves Fri 13 Mar 17:00 (Europe/Copenhagen).\n" in told("2026-03-13T13:00:00Z")
    late = told("2026-03-13T16:05:00Z")
    assert "The digest was to leave Fri 13 Mar 17:00 (Europe/Copenhagen), and has not.\n" in late
    mail = f"{WEEK}/digest/{JENS}"
    skipped = events.Skipped(key=f"{mail}/skipped", round=WEEK, at=OPENED, mail=mail, reason=events.RESTORED)
    ledger.append([skipped])
    assert "The digest was skipped: restored from a backup.\n" in told("2026-03-14T16:05:00Z")


def test_a_folder_without_settings_says_nothing_of_a_worker(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["status", "--settings", str(tmp_path / "settings.yaml")]) == 2
    told = capsys.readouterr().err
    assert "there is no such file" in told
    assert "worker" not in told


def test_a_later_round_is_not_told_by_the_first_one(ledger: TinyLedger, told: Told) -> None:
    assert "Round 2026-W20\n  It has not begun.\n" in told("2026-05-12T08:00:00Z")
