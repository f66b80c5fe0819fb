"""Every answer of every week, as a table: one row a person and week.

Pure: rounds and their timetables in, rows out. How a spreadsheet wants them is `commands.export`'s business.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from pipeline import figures
from pipeline.roster import Person
from pipeline.rounds import Round
from pipeline.timetable import Timetable
from pipeline.weeks import Week


@dataclass(frozen=True, slots=True)
class Row:
    """How one person stood in one week. `state` is as `figures` has it, `monday` the first day of the ISO week,
    `received` when the answer that counts came (UTC); `manager` is missing for the director's own number."""

    week: Week
    monday: date
    person: Person
    manager: Person | None
    state: str
    number: Decimal | None
    comment: str
    received: datetime | None
    entered_by: str
    until: date | None


def rows(rounds: Iterable[tuple[Round, Timetable]]) -> Iterator[Row]:
    """The rows of these rounds, in the order of the rounds and of each one's roster."""
    for this, times in rounds:
        week = Week.parse(this.week)
        for person in this.roster.reps:
            line = figures.person_line(this, person, (), times)
            answer = this.answer(person.id)
            yield Row(
                week,
                week.monday,
                person,
                this.roster.get(person.reports_to or ""),
                line.state,
                line.number,
                line.comment,
                answer.received if answer else None,
                line.entered_by,
                line.until,
            )
