"""A worker that was down catches up: what is still of use is sent, the rest is recorded as skipped."""

from tests.friday.conftest import MakeFirm
from tests.friday.firm import kinds_of


def test_down_from_thursday_to_friday_1645(firm: MakeFirm) -> None:
    week = firm().installed()
    week.tick("Thu 10:00")
    turn = week.tick("Fri 16:45")
    assert kinds_of([turn]) == [("summary", week.id("mette"))]
    assert {(mail["kind"], mail["person"]) for mail in turn["skipped"]} == {
        ("ask", week.id("anna")),
        ("ask", week.id("bo")),
    }
    assert kinds_of(week.through("Fri 16:50", "Fri 17:00")) == [("digest", week.id("jens"))]
    assert week.kinds("anna") == []


def test_an_ask_that_is_late_is_not_followed_by_a_nudge_at_once(firm: MakeFirm) -> None:
    week = firm().installed()
    assert {kind for kind, _ in kinds_of([week.tick("Fri 14:50")])} == {"ask"}
    assert kinds_of([week.tick("Fri 15:00")]) == []
    assert {kind for kind, _ in kinds_of([week.tick("Fri 15:21")])} == {"nudge"}


def test_of_two_nudges_that_were_missed_only_the_later_leaves(firm: MakeFirm) -> None:
    week = firm().installed()
    week.tick("Fri 13:00")
    week.tick("Fri 16:10")
    assert [(mail.kind, mail.number) for mail in week.mails("anna")] == [("ask", 0), ("nudge", 2)]


def test_a_digest_that_is_late_says_so_and_leaves_once(firm: MakeFirm) -> None:
    week = firm().installed()
    week.tick("Fri 13:00")
    turns = week.through("Sat 09:00", "Sat 09:00")
    assert ("digest", week.id("jens")) in kinds_of(turns)
    assert len(week.mails("jens", "digest")) == 1
    week.tick("Sat 09:05")
    assert len(week.mails("jens", "digest")) == 1


def test_after_the_grace_period_nothing_of_that_week_leaves(firm: MakeFirm) -> None:
    week = firm().installed()
    week.tick("Fri 13:00")
    assert kinds_of([week.tick("+1 Tue 09:00")]) == []
