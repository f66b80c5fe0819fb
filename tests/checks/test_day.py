"""Before Friday it is told that a provider's day is too small for the roster, and what to do."""

from pathlib import Path

import pytest

from pipeline.checks import Finding, day
from pipeline.pace import kept_of_a_day
from pipeline.timetable import timetable
from tests.compose.company import WEEK, person, settings

REPS = [person(f"rep{number}", "mette") for number in range(10)]
PEOPLE = (person("jens"), person("mette", "jens"), *REPS)


def found(folder: Path, most: int, people: tuple[dict[str, object], ...] = PEOPLE, **schedule: object) -> Finding:
    given = settings(folder, people, **({"schedule": schedule} if schedule else {}))
    coming = [timetable(WEEK.plus(ahead), given.roster, given.schedule) for ahead in range(2)]
    (finding,) = day.check(given.roster, coming, most).findings
    return finding


@pytest.mark.parametrize(("most", "state"), [(27, "ok"), (26, "warn"), (17, "warn"), (16, "warn")])
def test_a_day_has_to_do_for_asks_and_reports_and_half_of_the_nudges(tmp_path: Path, most: int, state: str) -> None:
    finding = found(tmp_path, most)
    assert finding.state == state
    assert finding.told.startswith(
        "week 48 has 12 asks and reports and up to 20 nudges in 24 hours, 5 mails are kept for alarms, and "
        f"smtp.max_per_day is {most}"
    )


def test_it_says_who_suffers_and_what_to_do(tmp_path: Path) -> None:
    asks, nudges = found(tmp_path, 16), found(tmp_path, 17)
    assert asks.told.endswith(": not everybody will be asked in time")
    assert asks.fix.startswith("hand the mails in where more may leave (smtp: ")
    assert nudges.told.endswith(": nudges will be missing")
    assert nudges.fix.startswith("nudge once (schedule.nudges), or hand the mails in where more may leave")
    assert [most - kept_of_a_day(most, reports=2) for most in (16, 17)] == [9, 10]  # asks that may leave, of ten


def test_a_deputys_copies_count_and_what_is_a_day_apart_does_not(tmp_path: Path) -> None:
    deputy = {"copies_to": ["deputy@firm.test"]}
    people = (PEOPLE[0] | deputy, PEOPLE[1] | deputy, *REPS[1:], REPS[0] | deputy)
    assert found(tmp_path, 99, people).told.startswith("week 48 has 15 asks and reports and up to 22 nudges")
    apart = found(tmp_path, 99, ask="Wed 13:00", nudges=["Thu 14:00", "Fri 15:00"])
    assert apart.told.startswith("week 48 has 10 asks and reports and up to 10 nudges")


def test_of_the_coming_weeks_the_fullest_is_told(tmp_path: Path) -> None:
    away = [{"from": "2026-11-27", "to": "2026-11-27"}]
    people = (*PEOPLE[:2], *(one | {"away": away} for one in REPS[:5]), *REPS[5:])
    told = found(tmp_path, 99, people, ask="Fri 13:00", nudges=[]).told
    assert told.startswith("week 49 has 12 asks and reports and up to 0 nudges")
