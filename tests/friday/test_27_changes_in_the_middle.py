"""Settings that are changed while a round is under way: who was asked is not asked again, and nothing is forgotten."""

from datetime import date

import pytest

from tests.friday.conftest import MakeFirm
from tests.friday.firm import JENS, METTE, kinds_of, rep

LARS = {"who": "lars", "reports_to": "jens"}
PEOPLE = [JENS, METTE, LARS, rep("anna"), rep("bo"), rep("carl"), rep("dan", "lars")]


def test_people_who_join_leave_and_move_in_the_middle_of_a_round(firm: MakeFirm) -> None:
    week = firm(PEOPLE).installed()
    week.tick("Fri 13:00")
    week.replies("anna", "7")
    week.people = [JENS, METTE, LARS, rep("anna", "lars"), rep("bo"), rep("dan", "lars"), rep("eva")]
    week.write()
    assert kinds_of([week.tick("Fri 13:30")]) == [("ask", week.id("eva"))]
    nudged = {person for kind, person in kinds_of([week.tick("Fri 15:00")]) if kind == "nudge"}
    assert nudged == {week.id("bo"), week.id("eva"), week.id("dan")}
    week.through("Fri 16:00", "Fri 17:00")
    assert week.kinds("carl") == ["ask"]
    assert week.kinds("anna") == ["ask"]
    assert "Anna" in week.mails("mette", "summary")[0].text
    assert "Anna" not in week.mails("lars", "summary")[0].text
    assert len(week.mails("jens", "digest")) == 1


def test_a_zone_a_holiday_and_the_times_that_are_changed_in_the_middle_of_a_round(firm: MakeFirm) -> None:
    week = firm().installed()
    week.tick("Fri 13:00")
    week.people = [JENS, METTE, rep("anna", timezone="America/New_York"), rep("bo", holidays="DK")]
    week.write(schedule={"summary": "Fri 16:15", "digest": "Fri 16:45"})
    week.through("Fri 13:10", "Fri 17:00")
    for who in ("anna", "bo"):
        kinds = week.kinds(who)
        assert kinds.count("ask") == 1
        assert kinds.count("nudge") <= 2
    assert week.kinds("mette") == ["summary"]
    (digest,) = [turn for turn in week.status()["mails"] if turn["kind"] == "digest" and turn["state"] == "sent"]
    assert digest["at"] == "2026-03-13T15:45:00Z"


@pytest.mark.parametrize("day_off", ["closed", "holiday"])
def test_a_round_whose_day_becomes_a_day_off_after_its_asks_keeps_its_times(firm: MakeFirm, day_off: str) -> None:
    """Moved to Thursday, the digest would be due at once, at half past one, with nobody in it."""
    week = firm(monday=date(2026, 4, 27)).installed()
    week.tick("Fri 13:00")
    if day_off == "closed":
        week.write(schedule={"closed": ["2026-05-01"]})
    else:
        week.people[0] = {**JENS, "holidays": "DE"}
        week.write()
    assert week.tick("Fri 13:30")["sent"] == []
    week.through("Fri 14:00", "Fri 17:00")
    (digest,) = [turn for turn in week.status()["mails"] if turn["kind"] == "digest" and turn["state"] == "sent"]
    assert digest["at"] == "2026-05-01T15:00:00Z"
    assert week.kinds("anna") == ["ask", "nudge", "nudge"]


def test_a_late_answer_is_told_though_the_clock_was_set_back_after_the_digest(firm: MakeFirm) -> None:
    week = firm(digest={"late": "at_once"}).installed()
    week.through("Fri 13:00", "Fri 17:00")
    week.replies("anna", "7", to=week.mails("anna", "ask")[0])
    assert kinds_of([week.tick("Fri 14:00")]) == [("correction", week.id("jens"))]
    assert "Anna" in week.mails("jens", "correction")[0].text


def test_a_clock_that_is_ahead_and_then_set_right_mails_nobody_twice(firm: MakeFirm) -> None:
    """Three hours ahead at noon: the asks leave early, which nobody can take back, and the rest leaves at its time."""
    week = firm().installed()
    assert len(kinds_of([week.tick("Fri 13:00")])) == 2
    week.tick("Fri 10:00")
    week.replies("anna", "7", to=week.mails("anna", "ask")[0])
    assert week.tick("Fri 10:10")["sent"] == []
    week.replies("anna", "9", to=week.mails("anna", "ask")[0])
    week.tick("Fri 10:20")
    assert week.number("anna") == 9
    turns = week.through("Fri 13:00", "Fri 17:00")
    assert [kind for kind, _ in kinds_of(turns)] == ["nudge", "nudge", "summary", "digest"]
    assert week.kinds("anna") == ["ask"]
