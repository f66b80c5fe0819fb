"""The times of a round: the four examples of the docs, summer time, holidays, absences, and what always holds."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import takewhile
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.roster import Absence, Person, Roster, new_id
from pipeline.timetable import Moment, Schedule, Timetable, clock_change, is_workday, timetable
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


def test_good_friday_alone_moves_the_round_to_thursday() -> None:
    zone = "Europe/Berlin"
    director = person("dorte", zone, None, holidays="DE", reports_number=False)
    table = timetable(Week(2026, 14), Roster((director, person("uwe", zone, holidays="DE"))), DEFAULTS)
    assert local(table.digest, zone) == "Thu 17:00"
    assert asked(table, "uwe", zone) == "Thu 13:00"


def test_good_friday_of_a_rep_whose_director_works_is_kept_free() -> None:
    director = person("dorte", "America/New_York", None, holidays="US", reports_number=False)
    liz = person("liz", "Europe/London", holidays="GB-ENG")
    table = timetable(Week(2026, 14), Roster((director, liz)), DEFAULTS)
    assert local(table.digest, "America/New_York") == "Fri 17:00"
    times = table.people[liz.id]
    assert [local(at, "Europe/London") for at in (times.ask, *times.nudges)] == ["Thu 13:30", "Thu 15:30", "Thu 16:30"]


def test_where_people_work_from_sunday_to_thursday_nobody_is_asked_on_friday() -> None:
    zone = "Asia/Jerusalem"
    noa = person("noa", zone, holidays="IL")
    times = timetable(WEEK, firm(noa), DEFAULTS).people[noa.id]
    assert local(times.deadline, zone) == "Fri 17:30"
    assert [local(at, zone) for at in (times.ask, *times.nudges)] == ["Thu 13:30", "Thu 15:30", "Thu 16:30"]


def test_a_weekend_is_that_of_the_state_and_of_the_day() -> None:
    friday, saturday, sunday = (WEEK.day(weekday) for weekday in (4, 5, 6))
    assert [is_workday(day, "MY-03") for day in (friday, saturday, sunday)] == [False, False, True]
    assert [is_workday(day, "MY-01") for day in (friday, saturday, sunday)] == [True, False, False]


def test_a_saturday_on_which_a_country_works_instead_is_a_working_day() -> None:
    assert is_workday(date(2026, 2, 14), "CN")
    assert not is_workday(date(2026, 2, 14), "CN", closed=frozenset({date(2026, 2, 14)}))
    assert not is_workday(date(2026, 2, 21), "CN")


def test_an_ask_that_the_settings_put_on_a_weekend_moves_into_working_time() -> None:
    sunday = Schedule(
        ask=Moment(5, time(13)),
        nudges=(Moment(6, time(10)),),
        summary=Moment(6, time(16, 30)),
        digest=Moment(6, time(17)),
    )
    zone = "Europe/Copenhagen"
    anna = person("anna")
    times = timetable(WEEK, firm(anna), sunday).people[anna.id]
    assert local(times.deadline, zone) == "Sun 16:30"
    assert [local(at, zone) for at in (times.ask, *times.nudges)] == ["Thu 13:30", "Fri 10:30"]


def test_on_holiday_may_skip_the_round_and_says_which_day() -> None:
    table = timetable(Week(2026, 14), firm(person("anna")), Schedule(on_holiday="skip"))
    assert table.digest is None
    assert table.skipped == "2026-04-03 is Good Friday, and on_holiday is skip"


def test_a_week_without_a_working_day_is_skipped_rather_than_moved_out_of_itself() -> None:
    closed = frozenset(Week(2026, 53).day(weekday) for weekday in range(5))
    table = timetable(Week(2026, 53), firm(person("anna")), Schedule(closed=closed))
    assert table.skipped == "2027-01-01 is New Year's Day, and no working day is left before it in 2026-W53"


@pytest.mark.parametrize(("year", "digest"), [(2020, "2020-12-31"), (2026, "2026-12-31")])
def test_in_a_year_of_53_weeks_the_round_of_new_years_day_is_held_in_the_old_year(year: int, digest: str) -> None:
    table = timetable(Week(year, 53), firm(person("anna")), DEFAULTS)
    assert table.digest is not None
    assert table.digest.date().isoformat() == digest
    assert asked(table, "anna", "Europe/Copenhagen") == "Thu 13:00"
    after = timetable(Week(year, 53).plus(1), firm(person("anna")), DEFAULTS)
    assert after.week == Week(year + 1, 1)
    assert after.digest == table.digest + timedelta(days=8)


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


@pytest.mark.parametrize(
    ("week", "deadline", "ask", "utc"),
    [(43, "Fri 10:30", "Thu 15:00", 15), (44, "Fri 11:30", "Thu 16:00", 16), (45, "Fri 10:30", "Thu 15:00", 16)],
)
def test_in_autumn_europe_sets_its_clocks_a_week_before_america(week: int, deadline: str, ask: str, utc: int) -> None:
    zone = "America/New_York"
    table = timetable(Week(2026, week), firm(person("joe", zone, holidays="US")), DEFAULTS)
    assert table.digest is not None
    assert table.digest.hour == utc
    assert local(table.people[new_id("joe@x.dk")].deadline, zone) == deadline
    assert asked(table, "joe", zone) == ask


@pytest.mark.parametrize(
    ("zone", "before", "after"),
    [("Asia/Tokyo", "Fri 13:30", "Fri 13:30"), ("Africa/Accra", "Fri 11:00", "Fri 12:00")],
)
def test_a_zone_that_never_sets_its_clocks_keeps_its_working_hours(zone: str, before: str, after: str) -> None:
    kim = person("kim", zone, holidays=None)
    tables = [timetable(Week(2026, week), firm(kim), DEFAULTS) for week in (43, 44)]
    assert [asked(table, "kim", zone) for table in tables] == [before, after]


def test_a_round_that_ends_after_the_clocks_were_set_keeps_their_time() -> None:
    sunday = Schedule(
        ask=Moment(4, time(13)),
        nudges=(Moment(4, time(15)),),
        summary=Moment(6, time(16, 30)),
        digest=Moment(6, time(17)),
    )
    zone = "Europe/Copenhagen"
    anna = person("anna")
    table = timetable(Week(2026, 43), firm(anna), sunday)
    assert table.digest == datetime(2026, 10, 25, 16, tzinfo=UTC)
    assert local(table.people[anna.id].deadline, zone) == "Sun 16:30"


def test_the_day_on_which_the_clocks_are_set_is_known_by_zone() -> None:
    week = Week(2026, 43)
    assert clock_change(week, "Europe/Copenhagen") == (date(2026, 10, 25), timedelta(hours=-1))
    assert clock_change(Week(2026, 13), "Europe/Copenhagen") == (date(2026, 3, 29), timedelta(hours=1))
    assert clock_change(week, "America/New_York") is None
    assert clock_change(Week(2026, 44), "America/New_York") == (date(2026, 11, 1), timedelta(hours=-1))
    assert clock_change(week, "Africa/Accra") is None


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


PAGE = Path(__file__).parents[1] / "docs" / "timetable.md"


def rows(first: str) -> list[dict[str, str]]:
    """The table of docs/timetable.md whose head begins with these columns, a dictionary a row."""
    lines = iter(PAGE.read_text(encoding="utf-8").splitlines())
    head = cells(next(line for line in lines if line.startswith(f"| {first} |")))
    assert set(next(lines)) == set("|-")
    found = takewhile(lambda line: line.startswith("|"), lines)
    return [dict(zip(head, cells(line), strict=True)) for line in found]


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip("|").split("|")]


def test_the_page_shows_the_five_people_of_one_week_as_they_are_planned() -> None:
    shown = rows("who | timezone")
    assert [row["who"] for row in shown] == ["Anna", "Liz", "Joe", "Ian", "Uwe"]
    sue = person("sue", "Australia/Sydney", holidays="AU", reports_number=False)
    managers = {"the director": "dorte", "a manager in Sydney": "sue"}
    people = [person(r["who"].lower(), r["timezone"], managers[r["reports to"]], holidays=r["holidays"]) for r in shown]
    table = timetable(Week(2026, 18), firm(sue, *people), DEFAULTS)
    for row, one in zip(shown, people, strict=True):
        times, zone = table.people[one.id], one.timezone
        assert local(times.ask, zone) == row["ask"]
        assert ", ".join(local(nudge, zone) for nudge in times.nudges) == row["nudges"]
        assert local(times.deadline, zone) == row["deadline"]


def test_the_page_says_rightly_when_somebody_in_sydney_who_reports_to_copenhagen_is_asked() -> None:
    ian = person("ian", "Australia/Sydney", holidays="AU")
    times = timetable(Week(2026, 18), firm(ian), DEFAULTS).people[ian.id]
    assert (local(times.deadline, ian.timezone), local(times.ask, ian.timezone)) == ("Sat 00:30", "Fri 13:30")


def test_the_page_shows_what_a_holiday_of_the_directors_does() -> None:
    for row in rows("week | on_holiday"):
        table = timetable(Week.parse(row["week"]), firm(person("anna")), Schedule(on_holiday=row["on_holiday"]))
        if row["digest"] == "skipped":
            assert table.skipped
            continue
        assert local(table.digest, "Europe/Copenhagen") == row["digest"]
        assert asked(table, "anna", "Europe/Copenhagen") == row["Anna is asked"]


def test_the_page_says_rightly_what_closing_on_24_december_does() -> None:
    table = timetable(Week(2026, 52), firm(person("anna")), Schedule(closed=frozenset({date(2026, 12, 24)})))
    assert local(table.digest, "Europe/Copenhagen") == "Wed 17:00"


def test_the_page_shows_joes_weeks_around_the_setting_of_the_clocks() -> None:
    zone = "America/New_York"
    shown = rows("week | digest in UTC")
    assert len(shown) == 7
    for row in shown:
        table = timetable(Week.parse(row["week"]), firm(person("joe", zone, holidays="US")), DEFAULTS)
        assert local(table.digest, "UTC") == row["digest in UTC"]
        assert asked(table, "joe", zone) == row["Joe is asked"]
        assert local(table.people[new_id("joe@x.dk")].deadline, zone) == row["his deadline"]


ROUNDS = (
    DEFAULTS,
    Schedule(Moment(3, time(10)), (Moment(3, time(16)), Moment(4, time(8))), Moment(4, time(12)), Moment(4, time(18))),
    Schedule(Moment(0, time(7)), (Moment(2, time(19)),), Moment(4, time(9)), Moment(4, time(9, 30))),
)


@settings(deadline=None)  # the first round of a country reads its tables
@given(
    zone=st.sampled_from(sorted(available_timezones() - {"localtime"})),
    country=st.sampled_from([None, "DK", "DE-BY", "GB-SCT", "US", "AU", "IL", "SA", "JP", "IN", "CN", "MY-03"]),
    week=st.integers(0, 600).map(Week(2020, 1).plus),
    managed=st.booleans(),
    off=st.sets(st.integers(0, 6), max_size=3),
    schedule=st.sampled_from(ROUNDS),
)
def test_a_round_runs_in_order_in_working_hours_and_within_its_week_everywhere(
    *, zone: str, country: str | None, week: Week, managed: bool, off: set[int], schedule: Schedule
) -> None:
    manager = person("max", zone, holidays=None, reports_number=False)
    away = tuple(Absence(week.day(weekday), week.day(weekday)) for weekday in sorted(off))
    rep = person("ray", zone, "max" if managed else "dorte", holidays=country, away=away)
    table = timetable(week, firm(manager, rep), schedule)
    if table.skipped:
        assert "no working day is left" in table.skipped
        return
    times = table.people[rep.id]
    assert table.digest is not None
    assert times.deadline < table.digest
    if times.ask is None:
        assert times.away == ("absence" if times.until else "holiday")
        assert times.nudges == ()
        return
    assert times.away is None
    instants = [times.ask, *times.nudges, times.deadline]
    assert instants == sorted(set(instants))
    begins = min(time(9), schedule.ask.time, schedule.summary.time, *(nudge.time for nudge in schedule.nudges))
    ends = max(time(17), schedule.ask.time, schedule.summary.time, *(nudge.time for nudge in schedule.nudges))
    for at in instants[:-1]:
        assert at.tzinfo is UTC
        there = at.astimezone(ZoneInfo(zone))
        assert Week.of(there.date()) == week
        assert is_workday(there.date(), country)
        assert there.weekday() not in off
        assert begins <= there.time() < ends


def test_colleagues_have_one_time_and_whoever_is_away_has_their_own() -> None:
    monday, friday = WEEK.day(0), WEEK.day(4)
    people = [person("anna"), person("bo"), person("cai", away=(Absence(monday, friday),)), person("liz", "Asia/Tokyo")]
    times = timetable(WEEK, firm(*people), DEFAULTS).people
    anna, bo, cai, liz = (times[one.id] for one in people)
    assert anna is bo
    assert cai.away == "absence"
    assert liz.ask != anna.ask
