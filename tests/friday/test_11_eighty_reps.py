"""80 reps in 12 time zones and 10 teams: each is asked at their own time, and one digest holds them all."""

from datetime import datetime

from tests.friday.conftest import MakeFirm
from tests.friday.firm import JENS, rep

ZONES = (
    "Europe/Copenhagen",
    "Europe/London",
    "Europe/Helsinki",
    "Europe/Istanbul",
    "Asia/Dubai",
    "Asia/Kolkata",
    "Asia/Singapore",
    "Asia/Tokyo",
    "Australia/Sydney",
    "America/New_York",
    "America/Sao_Paulo",
    "America/Los_Angeles",
)
MANAGERS = [{"who": f"m{number}", "reports_to": "jens", "timezone": ZONES[number]} for number in range(10)]
REPS = [rep(f"rep{number}", f"m{number % 10}", timezone=ZONES[number % 12]) for number in range(80)]


def test_eighty_reps_in_twelve_time_zones(firm: MakeFirm) -> None:
    week = firm([JENS, *MANAGERS, *REPS]).installed("Mon 00:01")
    at, asked, nudged, answered = "Mon 00:05", {}, set(), set()
    turns = []
    moment = week.instant(at)
    end = week.instant("Fri 17:00")
    while moment <= end:
        turn = week.tick(moment)
        turns.append(turn)
        for mail in turn["sent"]:
            if mail["kind"] == "ask":
                assert mail["person"] not in asked
                asked[mail["person"]] = turn["now"]
            elif mail["kind"] == "nudge":
                assert mail["person"] not in answered
                nudged.add(mail["person"])
        for number in range(80):
            name = f"rep{number}"
            if week.id(name) in asked and week.id(name) not in answered and number % 4:
                week.replies(name, str(number % 7), to=week.mails(name, "ask")[0])
                answered.add(week.id(name))
        moment = datetime.fromisoformat(turn["next"])
    assert len(asked) == 80
    assert len(answered) == 60
    assert nudged == {week.id(f"rep{number}") for number in range(0, 80, 4)}
    total = sum(number % 7 for number in range(80) if number % 4)
    (digest,) = week.mails("jens", "digest")
    assert str(total) in digest.subject
    assert "60 of 80" in digest.subject
    assert len(digest.html.encode()) < 20_000
    assert sum(len(week.mails(f"m{number}", "summary")) for number in range(10)) == 10
