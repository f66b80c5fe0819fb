"""A reply that has reached the mailbox before a nudge leaves stops it, were it by a second."""

from tests.friday.conftest import MakeFirm
from tests.friday.firm import kinds_of


def test_a_reply_one_second_before_the_nudge_stops_it(firm: MakeFirm) -> None:
    week = firm().installed()
    week.tick("Fri 13:00")
    week.tick("Fri 14:59:58")
    week.replies("anna", "7")
    turn = week.tick("Fri 15:00")
    assert [one["outcome"] for one in turn["received"]] == ["answer"]
    assert kinds_of([turn]) == [("nudge", week.id("bo"))]


def test_a_reply_that_was_asked_back_stops_only_the_next_nudge(firm: MakeFirm) -> None:
    week = firm().installed()
    week.tick("Fri 13:00")
    week.replies("anna", "3 or 4, not sure yet")
    week.tick("Fri 14:00")
    assert week.kinds("anna") == ["ask", "unclear"]
    week.tick("Fri 15:00")
    assert week.kinds("anna") == ["ask", "unclear"]
    assert week.state("anna") == "unreadable"
    week.tick("Fri 16:00")
    assert week.kinds("anna") == ["ask", "unclear", "nudge"]


def test_whoever_is_away_is_nudged_no_more(firm: MakeFirm) -> None:
    week = firm().installed()
    week.tick("Fri 13:00")
    week.replies("anna", "off")
    week.through("Fri 13:30", "Fri 17:00")
    assert week.kinds("anna") == ["ask"]
    assert week.state("anna") == "away"
    assert "0 of 1" in week.mails("jens", "digest")[0].subject
