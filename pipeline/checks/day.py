"""Does what the provider lets through in a day do for the rounds to come?

Pure: the roster, the rounds' times and the limit. What leaves when there is not enough is `pace`'s business.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import chain

from pipeline.checks import Section
from pipeline.pace import DAY, UNPLANNED
from pipeline.roster import Roster
from pipeline.timetable import Timetable

_SPARED = 2  # of so many nudges an answer spares one, in a usual week

_Leaving = tuple[datetime, int]
"""When so many mails are to leave."""


def check(roster: Roster, coming: Sequence[Timetable], most: int) -> Section:
    """`coming` are the next rounds' times, `most` how many mails may leave in 24 hours."""
    section = Section("day", "Mails a day")
    if coming:
        _look(section, roster, max(coming, key=lambda times: _usual(roster, times)), most)
    return section


def _look(section: Section, roster: Roster, times: Timetable, most: int) -> None:
    wanted, nudges = _in_a_day(_wanted(roster, times)), _in_a_day(_nudges(roster, times))
    told = (
        f"week {times.week.number} has {wanted:,} asks and reports and up to {nudges:,} nudges in 24 hours, "
        f"{UNPLANNED} mails are kept for alarms, and smtp.max_per_day is {most:,}"
    )
    elsewhere = "hand the mails in where more may leave (smtp: a relay of your own, or a service)"
    if wanted + UNPLANNED > most:
        section.warn(
            "enough",
            f"{told}: not everybody will be asked in time",
            f"{elsewhere}; replies still come to the same mailbox",
        )
    elif _usual(roster, times) + UNPLANNED > most:
        section.warn("enough", f"{told}: nudges will be missing", f"nudge once (schedule.nudges), or {elsewhere}")
    else:
        section.ok("enough", told)


def _usual(roster: Roster, times: Timetable) -> float:
    """How many mails leave in 24 hours of a usual week."""
    wanted = ((at, _SPARED * mails) for at, mails in _wanted(roster, times))
    return _in_a_day(chain(wanted, _nudges(roster, times))) / _SPARED


def _in_a_day(mails: Iterable[_Leaving]) -> int:
    """How many leave within those 24 hours in which most do."""
    within: deque[_Leaving] = deque()
    leaving = found = 0
    for at, number in sorted(mails):
        within.append((at, number))
        leaving += number
        while within[0][0] <= at - DAY:
            leaving -= within.popleft()[1]
        found = max(found, leaving)
    return found


def _wanted(roster: Roster, times: Timetable) -> Iterator[_Leaving]:
    """What has to leave whoever answers: asks, summaries, the digest."""
    for person, own in times.people.items():
        if own.ask is not None:
            yield own.ask, _copies(roster, person)
    for manager, at in times.summaries.items():
        yield at, _copies(roster, manager)
    if times.digest is not None and roster.director is not None:
        yield times.digest, _copies(roster, roster.director.id)


def _nudges(roster: Roster, times: Timetable) -> Iterator[_Leaving]:
    return ((at, _copies(roster, person)) for person, own in times.people.items() for at in own.nudges)


def _copies(roster: Roster, person: str) -> int:
    """A mail and those for deputies."""
    known = roster.get(person)
    return 1 + (len(known.copies_to) if known is not None else 0)
