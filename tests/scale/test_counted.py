"""The count of what a Friday came to notices each kind of broken promise, so that "none" says something."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, cast

import pytest

from pipeline.demo.opened import Opened
from pipeline.events import Answered, Claimed, Event, Sent, Skipped
from tests.friday.firm import JENS, Firm, rep
from tests.scale.counted import Counts, counted

WEEK = "2026-W11"
BEGAN = datetime(2026, 3, 13, 12, tzinfo=UTC)
SAID = "4 new opportunities\n1 of 2 answered"


def mail(kind: str, text: str = "", copy: int = 1) -> Opened:
    name = f"{kind}-{copy}"
    return Opened(kind, 0, "", ("", ""), "", "", name, "", None, text, "", {})


class Played:
    """A Friday that went well: Anna answered 4, Bo was nudged and silent. Tests spoil it."""

    def __init__(self) -> None:
        self.people = [JENS, {"who": "mads", "reports_to": "jens"}, rep("anna", "mads"), rep("bo", "mads")]
        self.boxes = {
            "jens": [mail("digest", SAID)],
            "mads": [mail("summary", SAID)],
            "anna": [mail("ask")],
            "bo": [mail("ask"), mail("nudge")],
        }
        self.typed = {"anna": [4]}
        self.happened: list[Event] = [*self.left("ask", "anna"), *self.left("ask", "bo"), self.answer(4)]
        for kind, who in (("nudge", "bo"), ("summary", "mads"), ("digest", "jens")):
            self.happened += self.left(kind, who)

    def id(self, who: str) -> str:
        return who

    def mails(self, who: str) -> list[Opened]:
        return self.boxes.get(who, [])

    def counts(self) -> Counts:
        return counted(cast(Firm, self), self.happened, self.typed, Counts())

    def answer(self, number: int) -> Answered:
        at = BEGAN + timedelta(minutes=5)
        facts: dict[str, Any] = {"key": "answer", "round": WEEK, "at": at, "received": at, "entered_by": "anna"}
        return Answered(person="anna", number=Decimal(number), **facts)

    def left(self, kind: str, who: str, attempt: int = 1) -> list[Event]:
        key = f"{WEEK}/{kind}/{who}"
        claim = Claimed(
            key=f"{key}/claim/{attempt}", round=WEEK, at=BEGAN, mail=key, attempt=attempt, message_id=f"{kind}-1"
        )
        return [claim, Sent(key=f"{key}/sent", round=WEEK, at=BEGAN, mail=key)]


@pytest.fixture
def played() -> Played:
    return Played()


def test_a_friday_that_went_well_breaks_nothing(played: Played) -> None:
    counts = played.counts()
    assert counts.broken() == []
    assert (counts.asked, counts.nudged, counts.summaries, counts.digests, counts.recorded) == (2, 1, 1, 1, 1)


def test_whose_ask_came_too_late_to_leave_is_not_counted_in_a_report(played: Played) -> None:
    key = f"{WEEK}/ask/bo"
    late = Skipped(key=f"{key}/skipped", round=WEEK, at=BEGAN, mail=key, reason="the deadline had passed")
    played.happened = [late] + [one for one in played.happened if "/bo" not in one.key]
    played.boxes["bo"].clear()
    assert played.counts().wrong_numbers != []
    for reader, kind in (("jens", "digest"), ("mads", "summary")):
        played.boxes[reader] = [mail(kind, SAID.replace("of 2", "of 1"))]
    counts = played.counts()
    assert (counts.broken(), counts.skipped_asks) == ([], 1)


def test_a_second_copy_is_noticed(played: Played) -> None:
    played.boxes["anna"].append(mail("ask", copy=2))
    assert played.counts().copies == ["anna: 2 x ask"]


def test_the_same_mail_twice_is_noticed_unless_it_was_taken_over(played: Played) -> None:
    played.boxes["anna"].append(mail("ask"))
    assert played.counts().broken() == ["1 repeated, 0 taken over"]
    played.happened += played.left("ask", "anna", attempt=2)
    assert played.counts().broken() == []


def test_who_was_not_asked_is_noticed(played: Played) -> None:
    played.boxes["bo"].pop(0)
    counts = played.counts()
    assert counts.unasked == ["bo"]
    assert counts.in_one_place_only == ["bo: ask"]


def test_a_nudge_to_somebody_who_had_answered_is_noticed(played: Played) -> None:
    played.happened += played.left("nudge", "anna")
    played.boxes["anna"].append(mail("nudge"))
    assert played.counts().nudged_after_their_answer == ["anna"]


def test_a_lost_answer_is_noticed(played: Played) -> None:
    played.typed["bo"] = [3]
    counts = played.counts()
    assert counts.lost_answers == ["bo"]
    assert "1 of 2 answers recorded" in counts.broken()


def test_an_answer_that_became_another_number_is_noticed(played: Played) -> None:
    played.typed["anna"] = [5]
    assert len(played.counts().wrong_numbers) == 1


@pytest.mark.parametrize(("reader", "kind"), [("jens", "digest"), ("mads", "summary")])
@pytest.mark.parametrize("said", ["5 new opportunities\n1 of 2 answered", "4 new opportunities\n2 of 2 answered"])
def test_a_wrong_report_is_noticed(played: Played, reader: str, kind: str, said: str) -> None:
    played.boxes[reader] = [replace(mail(kind), text=said)]
    assert [one.partition(":")[0] for one in played.counts().wrong_numbers] == [reader]


def test_a_digest_that_did_not_come_is_noticed(played: Played) -> None:
    played.boxes["jens"].clear()
    assert "0 digests" in played.counts().broken()
