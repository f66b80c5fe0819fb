"""The provider lets so many mails through in a day: what the reports need is kept for them, and a restart forgets nothing.

Each turn is a process of its own, as with cron."""

from collections import Counter

import pytest

from tests.conftest import FOLDER
from tests.friday.conftest import MakeFirm
from tests.friday.firm import JENS, METTE, Firm, kinds_of, rep

REPS = [f"rep{number}" for number in range(10)]


@pytest.fixture
def week(firm: MakeFirm) -> Firm:
    """Ten reps, a summary and a digest, where 13 mails may leave a day: half of it is left to what is still to come."""
    return firm(people=[JENS, METTE, *(rep(who) for who in REPS)], smtp={"max_per_day": 13}).installed()


def asked(week: Firm) -> list[str]:
    return [who for who in REPS if "ask" in week.kinds(who)]


def test_the_digest_leaves_although_asks_have_used_the_day_up(week: Firm) -> None:
    turns = [week.tick(f"Fri {clock}") for clock in ("13:00", "15:00", "16:29")]
    assert Counter(kind for kind, _ in kinds_of(turns)) == {"ask": 7, "alarm": 1}
    assert all(turn["exit"] == 0 and turn["problems"] == [] for turn in turns)
    week.replies(asked(week)[0], "7")
    turn = week.tick("Fri 16:30")
    late = {one["person"] for one in turn["skipped"] if one["kind"] == "ask"}
    assert late == {week.id(who) for who in REPS if who not in asked(week)}
    week.tick("Fri 17:00")
    assert week.kinds("mette") == ["summary"]
    (digest,) = week.mails("jens")
    assert digest.kind == "digest"
    assert "1 of 7 answered" in digest.text
    assert "Not asked: Rep7, Rep8, Rep9" in digest.text
    states = Counter((one["state"], one["reason"]) for one in week.status()["people"])
    assert states == {("answered", ""): 1, ("no_answer", ""): 6, ("not_asked", "the deadline had passed"): 3}


def test_turn_status_and_operator_are_told_that_mails_wait_and_when_there_is_room(week: Firm) -> None:
    turn = week.tick("Fri 13:00")
    assert turn["waiting"] == 3
    assert turn["room_at"] is not None
    day = week.status(now="Fri 13:01")["day"]
    assert (day["most"], day["left"], day["kept"]) == (13, 7, 6)
    assert day["room_at"] is not None
    told = week.onenumber("status", "--now", week.instant("Fri 13:01").isoformat()).stdout
    assert "  24 hours: 7 of 13 mails sent, 6 kept for reports (smtp.max_per_day)\n" in told
    assert "  All but reports wait until Sat 14 Mar 13:0" in told

    for clock in ("13:14", "13:15", "13:16"):
        week.tick(f"Fri {clock}")
    (alarm,) = week.mails("operator")
    assert alarm.subject == "The daily limit of mails is reached"
    assert "Summaries and the digest leave on time." in " ".join(alarm.text.split())
    for clock in ("16:30", "16:31"):
        week.tick(f"Fri {clock}")
    assert week.kinds("operator") == ["alarm", "alarm_over"]


@pytest.mark.only_on(FOLDER, "a database counts by its own clock, not by the turns': see tests/ledger/contract.py")
def test_what_left_a_week_ago_takes_nothing_from_this_friday(week: Firm) -> None:
    week.tick("Fri 13:00")
    week.tick("Fri 17:00")
    week.tick("+1 Fri 13:00")
    assert Counter(kind for who in REPS for kind in week.kinds(who)) == {"ask": 14}
