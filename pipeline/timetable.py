"""When does each mail of a round leave, for each person?

The only room that knows time zones, summer time, public holidays and working hours. Pure: a week, a roster and a
schedule in, instants out; no clock. What is due *now*, given what has happened, is `plan`'s business.

The one rule, planned backwards from the drive home:
1. The digest leaves at its time in the director's zone. On a public holiday or closed date there, the whole round
   moves to the working day before, within its ISO week, or is skipped.
2. A summary leaves at its time in the manager's own zone, or as long before the digest as the settings put it,
   whichever comes first. A person's deadline is the earliest summary in the chain above.
3. Ask and nudges keep their distance from the deadline in the person's own working time.
4. Nothing leaves before the person's first working minute of the week; who has none before the deadline is away.

Every instant is an aware datetime in UTC. Public holidays and weekends are those of the `holidays` package.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import msgspec
from msgspec.structs import replace

from pipeline.roster import Absence, Person, Roster
from pipeline.weeks import Week

if TYPE_CHECKING:
    from holidays import HolidayBase

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")

_MOMENT = re.compile(r"([A-Za-z]{3,9})\s+([0-2]?\d):([0-5]\d)\Z", re.ASCII)
_WORKDAY_BEGINS = time(9)
_WORKDAY_ENDS = time(17)
_USUAL_WEEKEND = frozenset({5, 6})


class Moment(msgspec.Struct, frozen=True, order=True):
    """A weekday and a time on the clock of whoever it concerns: `Fri 13:00`. Monday is 0."""

    weekday: int
    time: time

    def __str__(self) -> str:
        return f"{WEEKDAYS[self.weekday]} {self.time:%H:%M}"

    @classmethod
    def parse(cls, written: str) -> Moment:
        """Read `Fri 13:00` or `friday 9:30`. Raises ValueError, in words a person can act on."""
        found = _MOMENT.match(written.strip())
        day = found[1][:3].title() if found else ""
        if found is None or day not in WEEKDAYS or int(found[2]) > 23:
            raise ValueError(f'"{written}" is not a weekday and a time; write it as "Fri 13:00"')
        return cls(WEEKDAYS.index(day), time(int(found[2]), int(found[3])))


class Schedule(msgspec.Struct, frozen=True):
    """The times of a round as the settings put them, and when there is none."""

    ask: Moment = Moment(4, time(13))
    nudges: tuple[Moment, ...] = (Moment(4, time(15)), Moment(4, time(16)))
    summary: Moment = Moment(4, time(16, 30))
    digest: Moment = Moment(4, time(17))
    on_holiday: str = "previous_workday"
    closed: frozenset[date] = frozenset()
    skip_weeks: frozenset[Week] = frozenset()
    grace: timedelta = timedelta(hours=65)


class PersonTimes(msgspec.Struct, frozen=True):
    """One person's round. `ask` is None and `away` says why where they have no working time before the deadline:
    "absence" or "holiday"; `until` is the last day of an absence, where it is known."""

    deadline: datetime
    ask: datetime | None = None
    nudges: tuple[datetime, ...] = ()
    away: str | None = None
    until: date | None = None


class Timetable(msgspec.Struct, frozen=True):
    """One round's instants. Where the round is skipped, `skipped` says why in English and the rest is empty."""

    week: Week
    skipped: str | None = None
    digest: datetime | None = None
    grace_ends: datetime | None = None
    summaries: Mapping[str, datetime] = msgspec.field(default_factory=dict)
    people: Mapping[str, PersonTimes] = msgspec.field(default_factory=dict)

    @property
    def first_ask(self) -> datetime | None:
        return min((times.ask for times in self.people.values() if times.ask is not None), default=None)


def timetable(
    week: Week,
    roster: Roster,
    schedule: Schedule,
    absences: Mapping[str, Sequence[Absence]] | None = None,
    *,
    stays: bool = False,
) -> Timetable:
    """Plan one round. `absences` adds what people have said by mail to what the roster knows, by person's id. A round
    that `stays` keeps its usual day, whatever day off that has become since."""
    director = roster.director
    if director is None:
        return Timetable(week, skipped="nobody is on the roster")
    if week in schedule.skip_weeks:
        return Timetable(week, skipped=f"skip_weeks names {week}")
    day: date | None = week.day(schedule.digest.weekday)
    if stays:
        schedule = replace(schedule, closed=schedule.closed - {day})
    else:
        day = _digest_day(week, director, schedule)
    if day is None:
        return Timetable(week, skipped=_why_no_day(week, director, schedule))
    moved = week.day(schedule.digest.weekday) - day
    digest = _instant(day, schedule.digest.time, director.timezone)
    summaries = {
        manager.id: _summary(week, manager, schedule, moved, digest) for manager in (director, *roster.managers)
    }
    count = _Distances.of(week, schedule, director.holidays)

    @cache
    def times(deadline: datetime, timezone: str, holidays: str | None, away: tuple[Absence, ...]) -> PersonTimes:
        """One value for all who share these."""
        return _person_times(_workdays(week, holidays, schedule), timezone, away, deadline, count)

    deadlines, learned = _deadlines(roster, summaries, director), absences or {}
    people = {
        person.id: times(
            deadlines[person.reports_to],
            person.timezone,
            person.holidays,
            (*person.away, *learned.get(person.id, ())),
        )
        for person in roster.reps
    }
    del summaries[director.id]
    return Timetable(week, None, digest, digest + schedule.grace, summaries, people)


def _deadlines(roster: Roster, summaries: Mapping[str, datetime], director: Person) -> dict[str | None, datetime]:
    """The deadline of those who report to each manager."""
    found: dict[str | None, datetime] = {None: summaries[director.id]}
    for person in roster.reps:
        if person.reports_to not in found:
            above = (summaries[manager.id] for manager in roster.chain(person.id) if manager.id in summaries)
            found[person.reports_to] = min(above, default=found[None])
    return found


@lru_cache(maxsize=16384)
def is_workday(day: date, holidays: str | None, closed: frozenset[date] = frozenset()) -> bool:
    """Is this a day on which people of that country work? Without a country only Saturday and Sunday are free.
    A Saturday on which a country works instead of another day is one."""
    return day not in closed and _calendar(holidays).is_workday(day)


def holiday_name(day: date, holidays: str | None) -> str | None:
    """What the public holiday on this day is called there, or None."""
    return _calendar(holidays).name(day)


def local(at: datetime, timezone: str) -> datetime:
    """An instant on the clocks of a zone."""
    return at.astimezone(ZoneInfo(timezone))


def clock_change(week: Week, timezone: str) -> tuple[date, timedelta] | None:
    """The day of this week on which the clocks of a zone are set, and by how much; None where they are not."""
    for weekday in range(7):
        day = week.day(weekday)
        begins, ends = (local(_instant(one, time(0), timezone), timezone) for one in (day, day + timedelta(days=1)))
        change = (ends.utcoffset() or timedelta()) - (begins.utcoffset() or timedelta())
        if change:
            return day, change
    return None


@lru_cache(maxsize=1024)
def known_calendar(code: str) -> bool:
    """Is there a calendar of public holidays for `DK`, or for `DE-BY`?"""
    import holidays as package  # noqa: PLC0415  its tables are large, and most commands need none
    from holidays.registry import EntityLoader  # noqa: PLC0415

    country, _, subdivision = code.partition("-")
    if country not in EntityLoader.get_country_codes():
        return False
    # Only this country's tables: list_supported_countries() would load those of the whole world.
    return not subdivision or subdivision in getattr(package, country).subdivisions


def _digest_day(week: Week, director: Person, schedule: Schedule) -> date | None:
    day = week.day(schedule.digest.weekday)
    if not _closed(day, director, schedule):
        return day
    if schedule.on_holiday == "skip":
        return None
    earlier = (week.day(weekday) for weekday in range(schedule.digest.weekday - 1, -1, -1))
    return next((day for day in earlier if is_workday(day, director.holidays, schedule.closed)), None)


def _closed(day: date, director: Person, schedule: Schedule) -> bool:
    return day in schedule.closed or holiday_name(day, director.holidays) is not None


def _why_no_day(week: Week, director: Person, schedule: Schedule) -> str:
    day = week.day(schedule.digest.weekday)
    name = holiday_name(day, director.holidays) or "a closed date"
    if schedule.on_holiday == "skip":
        return f"{day} is {name}, and on_holiday is skip"
    return f"{day} is {name}, and no working day is left before it in {week}"


def _workdays(week: Week, holidays: str | None, schedule: Schedule) -> list[date]:
    days = (week.day(weekday) for weekday in range(6, -1, -1))
    return [day for day in days if is_workday(day, holidays, schedule.closed)]


def _summary(week: Week, manager: Person, schedule: Schedule, moved: timedelta, digest: datetime) -> datetime:
    day = max(week.day(schedule.summary.weekday) - moved, week.monday)
    own = _instant(day, schedule.summary.time, manager.timezone)
    return min(own, digest - _apart(schedule.summary, schedule.digest))


def _apart(earlier: Moment, later: Moment) -> timedelta:
    """From one moment to another on one clock."""
    first = datetime.combine(date.min, earlier.time) + timedelta(days=earlier.weekday)
    second = datetime.combine(date.min, later.time) + timedelta(days=later.weekday)
    return second - first


class _Distances(msgspec.Struct, frozen=True):
    """How much working time lies between the deadline and the ask and each nudge, and from when to when a day's
    working time runs."""

    ask: timedelta
    nudges: tuple[timedelta, ...]
    begins: time
    ends: time

    @classmethod
    def of(cls, week: Week, schedule: Schedule, holidays: str | None) -> _Distances:
        times = (schedule.ask.time, schedule.summary.time, *(nudge.time for nudge in schedule.nudges))
        begins, ends = min(_WORKDAY_BEGINS, *times), max(_WORKDAY_ENDS, *times)
        named = {schedule.ask.weekday, schedule.summary.weekday, *(nudge.weekday for nudge in schedule.nudges)}
        workdays = named | {weekday for weekday in range(7) if not _calendar(holidays).is_weekend(week.day(weekday))}

        def distance(moment: Moment) -> timedelta:
            total = timedelta()
            for weekday in range(moment.weekday, schedule.summary.weekday + 1):
                if weekday in workdays:
                    begin = moment.time if weekday == moment.weekday else begins
                    end = schedule.summary.time if weekday == schedule.summary.weekday else ends
                    total += _apart(Moment(0, begin), Moment(0, end))
            return total

        return cls(distance(schedule.ask), tuple(distance(nudge) for nudge in schedule.nudges), begins, ends)


def _person_times(
    days: Sequence[date], timezone: str, away: Sequence[Absence], deadline: datetime, count: _Distances
) -> PersonTimes:
    """`days` are the days of the week on which people work where this person lives, the latest first."""
    present = [day for day in days if not any(absence.covers(day) for absence in away)]
    spans = list(_working_spans(present, timezone, deadline, count))
    if not spans:
        last = deadline.astimezone(ZoneInfo(timezone)).date()
        missed = (one for one in away for day in days if day <= last and one.covers(day))
        absence = next(missed, None)
        if absence is None:
            return PersonTimes(deadline, away="holiday")
        return PersonTimes(deadline, away="absence", until=absence.last)
    ask = _counted_back(spans, count.ask)
    nudges = (_counted_back(spans, distance) for distance in count.nudges)
    return PersonTimes(deadline, ask, tuple(sorted({nudge for nudge in nudges if ask < nudge < deadline})))


def _working_spans(
    days: Sequence[date], timezone: str, deadline: datetime, count: _Distances
) -> Iterator[tuple[datetime, datetime]]:
    """The working time of these days as far as it lies before the deadline, the latest first."""
    for day in days:
        begins = _instant(day, count.begins, timezone)
        ends = min(_instant(day, count.ends, timezone), deadline)
        if begins < ends:
            yield begins, ends


def _counted_back(spans: Sequence[tuple[datetime, datetime]], distance: timedelta) -> datetime:
    """The instant that lies so much working time before the end of the last span, or the first working minute."""
    for begins, ends in spans:
        if distance <= ends - begins:
            return ends - distance
        distance -= ends - begins
    return spans[-1][0]


@lru_cache(maxsize=16384)
def _instant(day: date, at: time, timezone: str) -> datetime:
    """A time on a clock there, in UTC. A time that summer time leaves out is read as if it had not yet begun; of one
    that comes twice the first is meant (PEP 495, fold 0)."""
    return datetime.combine(day, at, ZoneInfo(timezone)).astimezone(UTC)


class _Calendar:
    """Public holidays and weekends of one country or subdivision, read from the package year by year. A weekend is
    asked for by its day: it differs within Malaysia, and countries have moved theirs."""

    def __init__(self, code: str | None) -> None:
        self._country: HolidayBase | None = None
        if code is not None:
            import holidays as package  # noqa: PLC0415  its tables are large, and most commands need none

            country, _, subdivision = code.partition("-")
            self._country = package.country_holidays(country, subdiv=subdivision or None, language="en_US")

    def name(self, day: date) -> str | None:
        return None if self._country is None else self._country.get(day)

    def is_weekend(self, day: date) -> bool:
        return day.weekday() in _USUAL_WEEKEND if self._country is None else self._country.is_weekend(day)

    def is_workday(self, day: date) -> bool:
        return not self.is_weekend(day) if self._country is None else self._country.is_working_day(day)


@lru_cache(maxsize=256)
def _calendar(code: str | None) -> _Calendar:
    return _Calendar(code)
