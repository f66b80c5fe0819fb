"""How did the weeks go, for one reader? Every week's sum with its coverage, its teams, and how soon people answered.

Pure: rounds and their timetables in, plain values out. How a page shows them is `report`'s business.

Laws:
1. A week is told with its own roster: who was below a reader then, and nobody else.
2. The teams of a week add up to its whole.
3. A week without a round, or in which a manager led nobody, is missing. It is not a week of noughts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pipeline import figures
from pipeline.figures import PersonLine, Totals
from pipeline.mail import MailKey
from pipeline.roster import Person, Roster
from pipeline.rounds import Round
from pipeline.timetable import Timetable
from pipeline.weeks import Week

OWN = ""
"""The team of those who report to the reader, manage nobody, and of the reader: its place among the managers' ids."""


@dataclass(frozen=True, slots=True)
class Tally:
    """What a team adds up to in a week. `delays` are how long after the ask the first answers came that people gave
    themselves; an answer that was entered for somebody says nothing of that."""

    totals: Totals
    delays: tuple[timedelta, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """One week. `teams` by their manager's id, in the roster's order, `OWN` at the end; `lines` are the reader's own
    number and those of direct reports who manage nobody. `is_open` until the digest leaves: more may come."""

    week: Week
    whole: Tally
    teams: Mapping[str, Tally]
    lines: tuple[PersonLine, ...]
    is_open: bool


@dataclass(frozen=True, slots=True)
class Chronicle:
    """All weeks of one reader. `weeks` are all from the first entry to the last round, with or without an entry.
    `managers` and `people` are whoever stands in the entries, as they were last while the reader could see them: those
    of the latest week first, in its order."""

    reader: Person
    weeks: tuple[Week, ...]
    entries: Mapping[Week, Entry]
    managers: tuple[Person, ...]
    people: tuple[Person, ...]


def chronicle(reader: Person, rounds: Sequence[tuple[Round, Timetable]], now: datetime) -> Chronicle:
    """The weeks of a manager, or of the director, who sees the whole of every week. `rounds` are those that were
    opened, oldest first."""
    entries: dict[Week, Entry] = {}
    managers: list[Mapping[str, Person]] = []
    people: list[Mapping[str, Person]] = []
    for this, times in rounds:
        roster = this.roster
        top = roster.director if reader.reports_to is None else roster.get(reader.id)
        if top is None or not roster.reports(top.id):
            continue
        entry = _entry(this, roster, top, times, now, is_theirs=top.id == reader.id)
        entries[entry.week] = entry
        managers.append({team: this.people[team] for team in entry.teams if team != OWN})
        people.append({line.person.id: line.person for line in entry.lines})
    weeks = tuple(_through(min(entries), Week.parse(rounds[-1][0].week))) if entries else ()
    return Chronicle(reader, weeks, entries, _latest(managers), _latest(people))


def _entry(this: Round, roster: Roster, top: Person, times: Timetable, now: datetime, *, is_theirs: bool) -> Entry:
    everyone = figures.scope(this, top, (), times)
    rest = {line.person.id: line for line in everyone}
    teams: dict[str, Tally] = {}
    for manager in roster.reports(top.id):
        if roster.reports(manager.id):
            team = figures.scope(this, manager, (), times)
            teams[manager.id] = _tally(this, team)
            for line in team:
                del rest[line.person.id]
    own = tuple(rest.values())
    if own:
        teams[OWN] = _tally(this, own)
    is_open = times.digest is not None and now < times.digest
    # Under another director a new one led other people: theirs are the sums of that week, not what each one wrote.
    return Entry(Week.parse(this.week), _tally(this, everyone), teams, own if is_theirs else (), is_open)


def _tally(this: Round, lines: Sequence[PersonLine]) -> Tally:
    delays = (_delay(this, line.person.id) for line in lines)
    return Tally(figures.totals(lines), tuple(delay for delay in delays if delay is not None))


def _delay(this: Round, person: str) -> timedelta | None:
    asked = this.mail(MailKey(Week.parse(this.week), "ask", person)).sent
    first = next((answer for answer in this.answers.get(person, ()) if answer.entered_by == person), None)
    if asked is None or first is None or first.received < asked:
        return None
    return first.received - asked


def _through(first: Week, last: Week) -> Iterator[Week]:
    return (first.plus(week) for week in range(last.since(first) + 1))


def _latest(by_week: Iterable[Mapping[str, Person]]) -> tuple[Person, ...]:
    known: dict[str, Person] = {}
    for people in by_week:
        known = {**people, **{one: person for one, person in known.items() if one not in people}}
    return tuple(known.values())
