"""The times of a round: the four examples of the docs, summer time, holidays, absences, and what always holds."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.roster import Absence, Person, Roster, new_id
from pipeline.timetable import Moment, Schedule, Timetable, timetable
from pipeline.weeks import Week

WEEK = Week(2026, 48)
DEFAULTS = Schedule()


def person(name: str, zone: str = "Europe/Copenhagen", manager: str | None = "dorte", **more: object) -> Person:
    facts: dict[str, object] = {"holidays": "DK"} | more
    address = f"{name}@x.dk"
    above = new_id(f"{manager}@x.dk") if manager else None
    return Person(new_id(address), address, name, above, timezone=zone, **facts)  # type: ignore[arg-type]


def firm(*people: Person) -> Roster:
    return Roster((person("dorte", manager=None, reports_number=False), *people))


def local(instant: datetime | None, zone: str) -> str:
    assert instant is not None
    return instant.astimezone(ZoneInfo(zone)).strftime("%a %H:%M")


def asked(table: Timetable, name: str, zone: str) -> str:
    return local(table.people[new_id(f"{name}@x.dk")].ask, zone)


def test_whoever_shares_the_directors_zone_is_asked_on_friday_after_lunch() -> None:
    table = timetable(WEEK, firm(person("anna")), DEFAULTS)
    anna = table.people[new_id("anna@x.dk")]
    zone = "Europe/Copenhagen"
    assert [local(at, zone) for at in (anna.ask, *anna.nudges, anna.deadline, table.digest)] == [
        "Fri 13:00",
        "Fri 15:00",
        "Fri 16:00",
        "Fri 16:30",
        "Fri 17:00",
    ]


def test_london_is_asked_at_noon() -> None:
    table = timetable(WEEK, firm(person("liz", "Europe/London", holidays="GB")), DEFAULTS)
    assert asked(table, "liz", "Europe/London") == "Fri 12:00"


def test_new_york_is_asked_on_thursday_and_nudged_on_friday_morning() -> None:
    zone = "America/New_York"
    # Week 49: in week 48 the Thursday is Thanksgiving.
    table = timetable(Week(2026, 49), firm(person("joe", zone, holidays="US")), DEFAULTS)
    joe = table.people[new_id("joe@x.dk")]
    assert local(joe.deadline, zone) == "Fri 10:30"
    assert local(joe.ask, zone) == "Thu 15:00"
    assert [local(nudge, zone) for nudge in joe.nudges] == ["Fri 09:00", "Fri 10:00"]


def test_sydney_with_a_manager_in_sydney_is_asked_on_its_own_friday() -> None:
    zone = "Australia/Sydney"
    manager = person("sue", zone, holidays="AU", reports_number=False)
    table = timetable(WEEK, firm(manager, person("ian", zone, "sue", holidays="AU")), DEFAULTS)
    assert asked(table, "ian", zone) == "Fri 13:00"
    assert local(table.summaries[manager.id], zone) == "Fri 16:30"


def test_whoever_has_friday_off_is_asked_on_thursday_afternoon() -> None:
    # 1 May 2026 is a Friday, and a holiday in Germany but not in Denmark.
    table = timetable(Week(2026, 18), firm(person("uwe", "Europe/Berlin", holidays="DE")), DEFAULTS)
    assert asked(table, "uwe", "Europe/Berlin") == "Thu 13:30"


def test_thanksgiving_in_new_york_moves_the_ask_to_wednesday() -> None:
    zone = "America/New_York"
    table = timetable(WEEK, firm(person("joe", zone, holidays="US")), DEFAULTS)
    assert asked(table, "joe", zone) == "Wed 15:00"


def test_before_good_friday_and_maundy_thursday_the_round_moves_to_wednesday() -> None:
    table = timetable(Week(2026, 14), firm(person("anna")), DEFAULTS)
    assert local(table.digest, "Europe/Copenhagen") == "Wed 17:00"
    assert asked(table, "anna", "Europe/Copenhagen") == "Wed 13:00"


def test_on_holiday_may_skip_the_round_and_says_which_day() -> None:
    table = timetable(Week(2026, 14), firm(person("anna")), Schedule(on_holiday="skip"))
    assert table.digest is None
    assert table.skipped == "2026-04-03 is Good Friday, and on_holiday is skip"


def test_a_week_without_a_working_day_is_skipped_rather_than_moved_out_of_itself() -> None:
    closed = frozenset(Week(2026, 53).day(weekday) for weekday in range(5))
    table = timetable(Week(2026, 53), firm(person("anna")), Schedule(closed=closed))
    assert table.skipped == "2027-01-01 is New Year's Day, and no working day is left before it in 2026-W53"


def test_closed_dates_count_as_holidays() -> None:
    table = timetable(WEEK, firm(person("anna")), Schedule(closed=frozenset({date(2026, 11, 27)})))
    assert local(table.digest, "Europe/Copenhagen") == "Thu 17:00"


def test_a_week_to_skip_is_skipped() -> None:
    assert timetable(WEEK, firm(person("anna")), Schedule(skip_weeks=frozenset({WEEK}))).skipped == (
        "skip_weeks names 2026-W48"
    )


@pytest.mark.parametrize(
    ("week", "utc"), [(Week(2026, 12), 16), (Week(2026, 13), 16), (Week(2026, 14), 15), (Week(2026, 44), 16)]
)
def test_the_digest_keeps_its_hour_when_summer_time_begins_and_ends(week: Week, utc: int) -> None:
    digest = timetable(week, firm(person("anna")), DEFAULTS).digest
    assert digest is not None
    assert digest.hour == utc


def test_in_the_weeks_in_which_only_america_has_summer_time_new_york_gains_an_hour() -> None:
    zone = "America/New_York"
    table = timetable(Week(2026, 12), firm(person("joe", zone, holidays="US")), DEFAULTS)
    assert local(table.people[new_id("joe@x.dk")].deadline, zone) == "Fri 11:30"
    assert asked(table, "joe", zone) == "Thu 16:00"


def test_who_is_away_all_week_is_not_asked() -> None:
    off = person("anna", away=(Absence(date(2026, 11, 20), date(2026, 12, 4)),))
    times = timetable(WEEK, firm(off), DEFAULTS).people[off.id]
    assert (times.ask, times.away, times.until) == (None, "absence", date(2026, 12, 4))


def test_an_absence_said_by_mail_counts_like_one_of_the_roster() -> None:
    anna = person("anna")
    said = {anna.id: [Absence(date(2026, 11, 27))]}
    assert asked(timetable(WEEK, firm(anna), DEFAULTS, said), "anna", "Europe/Copenhagen") == "Thu 13:30"


def test_a_deadline_is_the_earliest_summary_of_the_whole_chain_above() -> None:
    zone = "Asia/Tokyo"
    top = person("top", zone, holidays=None, reports_number=False)
    middle = person("mid", manager="top", reports_number=False)
    anna = person("anna", manager="mid")
    table = timetable(WEEK, firm(top, middle, anna), DEFAULTS)
    assert table.people[anna.id].deadline == table.summaries[top.id] < table.summaries[middle.id]
    assert asked(table, "anna", "Europe/Copenhagen") == "Thu 13:30"


def test_an_ask_never_leaves_before_the_first_working_minute_of_the_week() -> None:
    early = Schedule(ask=Moment(0, time(9)), summary=Moment(0, time(16)), digest=Moment(0, time(17)), nudges=())
    table = timetable(WEEK, firm(person("joe", "America/New_York", holidays="US")), early)
    assert asked(table, "joe", "America/New_York") == "Mon 09:00"


def test_a_moment_that_is_none_is_refused_with_an_example() -> None:
    for written in ("Fri", "13:00", "Frr 13:00", "Fri 24:00", "Fri 13:60"):
        with pytest.raises(ValueError, match='write it as "Fri 13:00"'):
            Moment.parse(written)
    assert str(Moment.parse("friday 9:30")) == "Fri 09:30"


@given(
    zone=st.sampled_from(sorted(available_timezones() - {"localtime"})),
    week=st.integers(0, 600).map(Week(2020, 1).plus),
    managed=st.booleans(),
)
def test_a_round_runs_in_order_and_within_its_week_everywhere(zone: str, week: Week, managed: bool) -> None:
    manager = person("max", zone, holidays=None, reports_number=False)
    rep = person("ray", zone, "max" if managed else "dorte", holidays=None)
    table = timetable(week, firm(manager, rep), DEFAULTS)
    if table.skipped:
        return
    times = table.people[rep.id]
    assert table.digest is not None
    assert times.deadline < table.digest
    if times.ask is None:
        assert times.away == "holiday"
        return
    assert [times.ask, *times.nudges, times.deadline] == sorted([times.ask, *times.nudges, times.deadline])
    assert Week.of(times.ask.astimezone(ZoneInfo(zone)).date()) == week
    assert times.deadline - times.ask < timedelta(days=7)
    assert times.ask.tzinfo is UTC
