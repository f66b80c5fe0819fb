"""Who is asked when? A round's times in a few lines: people on the same clock stand together.

Pure: a timetable and the roster in, lines out. What the times come to is `timetable`'s business.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from pipeline.roster import Person, Roster
from pipeline.timetable import PersonTimes, Timetable, clock_change, holiday_name, local
from pipeline.weeks import Week

_NAMED = 6


@dataclass(frozen=True, slots=True)
class Together:
    """People who are asked, nudged and waited for at the same times on the same clock; `ask` is None for those who are
    not asked, and `told` says why, or what else there is to know about their week. Times are aware, in `timezone`."""

    people: tuple[Person, ...]
    timezone: str
    ask: datetime | None
    nudges: tuple[datetime, ...]
    deadline: datetime | None
    told: tuple[str, ...]


def together(times: Timetable, roster: Roster) -> Iterator[Together]:
    """The people of one round in groups, in the order of the roster."""
    groups: dict[tuple[object, ...], list[Person]] = {}
    for person in roster.people:
        own = times.people.get(person.id)
        if own is not None:
            groups.setdefault(_of_one(times.week, person, own), []).append(person)
    for (timezone, ask, nudges, deadline, told), people in groups.items():
        yield Together(tuple(people), timezone, ask, nudges, deadline, told)  # type: ignore[arg-type]  # of _of_one


def _of_one(week: Week, person: Person, own: PersonTimes) -> tuple[object, ...]:
    zone = person.timezone
    if own.ask is None:
        return zone, None, (), None, (why_away(own), *notes(week, person, own))
    nudges = tuple(local(at, zone) for at in own.nudges)
    return zone, local(own.ask, zone), nudges, local(own.deadline, zone), tuple(notes(week, person, own))


def lines(times: Timetable, roster: Roster) -> Iterator[str]:
    """A round in lines for a terminal: when the digest leaves, then a line for each group and what explains it."""
    director = roster.director
    if times.digest is None or director is None:
        yield f"Week {times.week.number}: no round, {times.skipped or 'nobody is there'}"
        return
    at = local(times.digest, director.timezone)
    yield f"Week {times.week.number}: digest {_day(at)} {at:%b %H:%M} ({director.timezone})"
    for group in together(times, roster):
        told = f" ({'; '.join(group.told)})" if group.told and group.ask is not None else ""
        if group.ask is None or group.deadline is None:
            yield f"  not asked: {named(group.people)}: {'; '.join(group.told)}"
            continue
        nudged = f", nudged {_moments(group.nudges)}" if group.nudges else ""
        clock = f"{_moments([group.ask])}{nudged}, until {_moments([group.deadline])}"
        yield f"  asked {clock} ({group.timezone}): {named(group.people)}{told}"


def named(people: Sequence[Person]) -> str:
    """Their names; of many, the first ones and how many more."""
    names = [person.name for person in people]
    if len(names) <= _NAMED:
        return ", ".join(names)
    return f"{', '.join(names[: _NAMED - 1])} and {len(names) - _NAMED + 1} more"


def _moments(moments: Sequence[datetime]) -> str:
    """`Fri 15:00 and 16:00`: a day is named once."""
    days: dict[str, list[str]] = {}
    for at in moments:
        days.setdefault(f"{at:%a}", []).append(f"{at:%H:%M}")
    return ", ".join(f"{day} {' and '.join(clocks)}" for day, clocks in days.items())


def _day(at: datetime) -> str:
    return f"{at:%a} {at.day}"


def notes(week: Week, person: Person, own: PersonTimes) -> Iterator[str]:
    """What explains a person's times: public holidays of the working week, absences, clocks that are set."""
    for weekday in range(5):
        name = holiday_name(week.day(weekday), person.holidays)
        if name is not None:
            yield f"{week.day(weekday):%a} {week.day(weekday).day}: {name} ({person.holidays})"
    for absence in person.away:
        days: list[date] = [day for day in (week.day(weekday) for weekday in range(7)) if absence.covers(day)]
        if days and own.ask is not None:
            yield f"away {days[0]:%a} to {days[-1]:%a}" if len(days) > 1 else f"away {days[0]:%a}"
    change = clock_change(week, person.timezone)
    if change is not None:
        day, by = change
        yield f"{day:%a} {day.day}: clocks go {'forward' if by > timedelta() else 'back'} {abs(by)} h"


def why_away(own: PersonTimes) -> str:
    """Why a person is not asked."""
    if own.away == "absence":
        return f"away until {own.until}" if own.until else "away"
    return "no working time before the deadline (public holidays)"
