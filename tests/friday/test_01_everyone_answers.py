"""Everyone answers, each in another way: one ask each, no nudge, and a digest with the whole sum."""

from pipeline.demo import clients
from tests.friday.conftest import MakeFirm
from tests.friday.firm import SMALL, kinds_of, rep


def test_everyone_is_asked_once_and_nobody_who_answered_is_nudged(firm: MakeFirm) -> None:
    week = firm([*SMALL, rep("carla", language="da"), rep("dan")]).installed()
    asked = week.tick("Fri 13:00")
    assert sorted(kinds_of([asked])) == sorted(("ask", week.id(who)) for who in ("anna", "bo", "carla", "dan"))

    week.taps("anna", 7)
    week.replies("bo", "12, two of them large", client=clients.outlook)
    week.replies("carla", "fem", client=clients.apple)
    week.replies("dan", "0", client=clients.gmail)
    turns = week.through("Fri 13:20", "Fri 17:00")

    assert [one["outcome"] for one in turns[0]["received"]] == ["answer"] * 4
    assert kinds_of(turns) == [("summary", week.id("mette")), ("digest", week.id("jens"))]
    assert [week.number(who) for who in ("anna", "bo", "carla", "dan")] == [7, 12, 5, 0]
    for who in ("anna", "bo", "carla", "dan"):
        assert week.kinds(who) == ["ask"]
    (digest,) = week.mails("jens", "digest")
    assert "24" in digest.subject
    assert "4 of 4" in digest.subject


def test_a_second_turn_at_the_same_time_sends_nothing(firm: MakeFirm) -> None:
    week = firm().installed()
    for moment in ("Fri 13:00", "Fri 15:00", "Fri 17:00"):
        assert kinds_of([week.tick(moment)])
        again = week.tick(moment)
        while again["sent"]:  # one mail a person and turn: a summary may have to wait for the next
            again = week.tick(moment)
        assert kinds_of([week.tick(moment)]) == []


def test_what_was_read_is_moved_and_the_mailbox_is_left_empty(firm: MakeFirm) -> None:
    week = firm().installed()
    week.tick("Fri 13:00")
    week.replies("anna", "7")
    week.tick("Fri 13:10")
    assert week.inbox() == []
    assert len(week.inbox("One Number/Processed")) == 1
