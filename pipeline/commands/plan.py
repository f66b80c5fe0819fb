"""`onenumber plan`: every mail that is coming, for whom, in their own time and in UTC. It sends nothing.

For an operator who wants to see what the timetable makes of the roster, with its holidays, absences and clock changes.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from pipeline import commands
from pipeline.coming import notes, why_away
from pipeline.history import History
from pipeline.ledger.opened import open_ledger
from pipeline.roster import Person, Roster
from pipeline.season import Season
from pipeline.settings import Settings
from pipeline.timetable import PersonTimes, Timetable, local
from pipeline.weeks import Week


def run(settings: Settings, *, now: datetime, weeks: int, as_json: bool) -> int:
    """Print the coming rounds, this week's first."""
    season = Season(settings, History(open_ledger(settings.store)))
    first = season.first_week(now)
    tables = list(season.coming(now, weeks))
    if as_json:
        rounds = [_facts(times, season.roster, first) for times in tables]
        print(json.dumps({"now": commands.written(now), "rounds": rounds}, ensure_ascii=False, indent=2))
    else:
        print("\n\n".join("\n".join(_lines(times, season.roster, first)) for times in tables))
    return 0


def _facts(times: Timetable, roster: Roster, first: Week | None) -> dict[str, Any]:
    return {
        "round": str(times.week),
        "skipped": _why_not(times, first),
        "digest": commands.written(times.digest),
        "grace_ends": commands.written(times.grace_ends),
        "summaries": [
            {"person": manager, "name": _name(roster, manager), "at": commands.written(at)}
            for manager, at in times.summaries.items()
        ],
        "people": [
            {
                "person": person.id,
                "name": person.name,
                "timezone": person.timezone,
                "ask": commands.written(own.ask),
                "nudges": [commands.written(at) for at in own.nudges],
                "deadline": commands.written(own.deadline),
                "away": own.away,
                "until": own.until.isoformat() if own.until else None,
                "notes": list(notes(times.week, person, own)),
            }
            for person, own in _people(times, roster)
        ],
    }


def _lines(times: Timetable, roster: Roster, first: Week | None) -> Iterator[str]:
    monday, sunday = times.week.monday, times.week.day(6)
    yield f"Week {times.week.number}, {_day(monday)} to {_day(sunday)} {sunday.year}"
    reason = _why_not(times, first)
    if reason is not None:
        yield f"  No mails: {reason}."
        return
    director = roster.director
    if director is not None and times.digest is not None:
        yield f"  {'digest':<8} {director.name:<24} {_both(times.digest, director.timezone)}"
    for manager, at in times.summaries.items():
        person = roster.get(manager)
        if person is not None:
            yield f"  {'summary':<8} {person.name:<24} {_both(at, person.timezone)}"
    for person, own in _people(times, roster):
        yield ""
        yield f"  {person.name}, {person.timezone}"
        if own.ask is None:
            yield f"    not asked: {why_away(own)}"
        else:
            yield f"    {'ask':<8} {_both(own.ask, person.timezone)}"
            for at in own.nudges:
                yield f"    {'nudge':<8} {_both(at, person.timezone)}"
            yield f"    {'deadline':<8} {_both(own.deadline, person.timezone)}"
        for note in notes(times.week, person, own):
            yield f"    {note}"


def _why_not(times: Timetable, first: Week | None) -> str | None:
    if times.skipped is not None:
        return times.skipped
    if first is not None and times.week < first:
        return f"the first round is {first}, the first whose earliest ask was still to come"
    return None


def _people(times: Timetable, roster: Roster) -> Iterator[tuple[Person, PersonTimes]]:
    for person in roster.people:
        if person.id in times.people:
            yield person, times.people[person.id]


def _both(at: datetime, timezone: str) -> str:
    there = local(at, timezone)
    return f"{_day(there)} {there:%H:%M}   {at:%a %H:%M} UTC"


def _day(day: Any) -> str:
    return f"{day:%a} {day.day:>2} {day:%b}"


def _name(roster: Roster, person: str) -> str:
    found = roster.get(person)
    return found.name if found else person
