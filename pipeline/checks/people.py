"""Does the roster make sense? What is valid and still not meant: a person twice, a manager of nobody, a team that is
away, an address that mail came back from.

Pure: the roster, and how the latest round stands. A roster that is wrong is refused by `settings`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from itertools import groupby

from pipeline.checks import Section
from pipeline.coming import named
from pipeline.events import Undeliverable
from pipeline.roster import Person, Roster
from pipeline.timetable import Timetable, local


def check(roster: Roster, undeliverable: Mapping[str, Undeliverable], coming: Sequence[Timetable]) -> Section:
    """`undeliverable` is that of the latest round; `coming` are the next rounds' times."""
    section = Section("people", "People")
    reps, managers = len(roster.reps), len(roster.managers)
    counted = (
        f"{_counted(reps, 'person reports', 'people report')} a number, {_counted(managers, 'manager', 'managers')}"
    )
    section.ok("roster", f"{counted}, and {roster.director.name if roster.director else 'nobody'} gets the digest")
    _twice(section, roster)
    _nobody(section, roster)
    _came_back(section, roster, undeliverable)
    _managers_away(section, roster, coming)
    return section


def _counted(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def _twice(section: Section, roster: Roster) -> None:
    """The same name, or the same mailbox name at another domain of the firm, may be one person entered twice."""
    for kind, key in (("name", _name), ("address", _local)):
        ordered = sorted(roster.people, key=key)
        for shared, group in groupby(ordered, key=key):
            people = list(group)
            if len(people) > 1 and len({one.name for one in people}) < 3:
                told = " and ".join(one.email for one in people)
                section.warn(
                    "twice",
                    f'{told} share the {kind} "{shared}": one person, entered twice?',
                    "if so, keep one of them and give the other address as an alias of it; if not, nothing is to do",
                )


def _name(person: Person) -> str:
    return " ".join(person.name.casefold().split())


def _local(person: Person) -> str:
    return person.email.partition("@")[0].partition("+")[0]


def _nobody(section: Section, roster: Roster) -> None:
    """Who is asked for nothing and has nobody to hear of; and teams in which nobody reports a number."""
    for person in roster.people:
        below = list(roster.below(person.id))
        if not below and not person.reports_number and person is not roster.director:
            section.warn(
                "no_part",
                f"{person.name} reports no number and has no team: this person gets no mail",
                f"onenumber people leave {person.email}, or reports_number: true",
            )
        elif below and not any(one.reports_number for one in below):
            section.warn(
                "empty_team",
                f"nobody in the team of {person.name} reports a number: the summary will be empty",
                "add whoever is to be asked (onenumber people add), or set reports_number: true",
            )


def _came_back(section: Section, roster: Roster, undeliverable: Mapping[str, Undeliverable]) -> None:
    for event in undeliverable.values():
        person = roster.get(event.person)
        if person is not None:
            section.fail(
                "undeliverable",
                f"mail to {person.name} <{person.email}> came back: {event.reason}",
                f"mend the address (onenumber people rename {person.email} NEW), or take the person off",
            )


def _managers_away(section: Section, roster: Roster, coming: Sequence[Timetable]) -> None:
    """A summary that nobody will read in time."""
    for times in coming[:1]:
        away = [one for one in _to_be_told(roster, times) if not one.copies_to]
        if away:
            section.warn(
                "manager_away",
                f"{named(away)} {'is' if len(away) == 1 else 'are'} away when the summary of week "
                f"{times.week.number} leaves, and nobody else gets it",
                "name a deputy in copies_to, if somebody should",
            )


def _to_be_told(roster: Roster, times: Timetable) -> Iterator[Person]:
    for manager, at in times.summaries.items():
        person = roster.get(manager)
        if person is not None:
            day = local(at - timedelta(minutes=1), person.timezone).date()
            if any(absence.covers(day) for absence in person.away):
                yield person
