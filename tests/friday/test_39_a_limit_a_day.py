"""The provider lets so many mails through in a day: what the reports need is kept for them, and a restart forgets nothing.

Each turn is a process of its own, as with cron."""

from collections import Counter

import pytest

from tests.conftest import FOLDER
from tests.friday.conftest import MakeFirm
from tests.friday.firm import JENS, METTE, Firm, rep

REPS = [f"rep{number}" for number in range(10)]


@pytest.fixture
def week(firm: MakeFirm) -> Firm:
    """Ten reps, a summary and a digest, where 13 mails may leave a day: half of it is left to what is still to come."""
    return firm(people=[JENS, METTE, *(rep(who) for who in REPS)], smtp={"max_per_day": 13}).installed()


def asked(week: Firm) -> list[str]:
    return [who for who in REPS if "ask" in week.kinds(who)]


def test_the_digest_leaves_although_asks_have_used_the_day_up(week: Firm) -> None:
    turns = [week.tick(f"Fri {clock}") for clock in ("13:00", "13:05", "15:00", "16:00", "16:29")]
    assert [len(turn["sent"]) for turn in turns] == [7, 0, 0, 0, 0]
    assert all(turn["exit"] == 0 and turn["problems"] == [] for turn in turns)
    week.replies(asked(week)[0], "7")
    week.tick("Fri 16:30")
    week.tick("Fri 17:00")
    assert week.kinds("mette") == ["summary"]
    (digest,) = week.mails("jens")
    assert digest.kind == "digest"
    states = Counter(one["state"] for one in week.status()["people"])
    assert states == {"answered": 1, "no_answer": 6, "not_asked": 3}


def test_asks_that_lost_their_sense_while_they_waited_are_skipped(week: Firm) -> None:
    week.tick("Fri 13:00")
    turn = week.tick("Fri 16:30")
    late = [one for one in turn["skipped"] if one["kind"] == "ask"]
    assert {one["person"] for one in late} == {week.id(who) for who in REPS if who not in asked(week)}
    reasons = {one["reason"] for one in week.status()["mails"] if one["kind"] == "ask" and one["state"] == "skipped"}
    assert reasons == {"the deadline had passed"}


@pytest.mark.only_on(FOLDER, "a database counts by its own clock, not by the turns': see tests/ledger/contract.py")
def test_what_left_a_week_ago_takes_nothing_from_this_friday(week: Firm) -> None:
    week.tick("Fri 13:00")
    week.tick("Fri 17:00")
    week.tick("+1 Fri 13:00")
    assert Counter(kind for who in REPS for kind in week.kinds(who)) == {"ask": 14}
