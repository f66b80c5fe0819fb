"""Every answer of every week, as a table: one row a person and week.

Pure: rounds and their timetables in, rows out. How a spreadsheet wants them is `commands.export`'s business.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from pipeline import figures
from pipeline.figures import PersonLine
from pipeline.roster import Person
from pipeline.rounds import Round
from pipeline.timetable import Timetable
from pipeline.weeks import Week


@dataclass(frozen=True, slots=True)
class Row:
    """How one person stood in one week: `line` is as the digest has it. `received` is when the answer that counts came
    (UTC); `manager` is missing for the director's own number."""

    week: Week
    line: PersonLine
    manager: Person | None
    received: datetime | None


def rows(rounds: Iterable[tuple[Round, Timetable]]) -> Iterator[Row]:
    """The rows of these rounds, in the order of the rounds and of each one's roster."""
    for this, times in rounds:
        for person in this.roster.reps:
            line, answer = figures.person_line(this, person, (), times), this.answer(person.id)
            manager = this.roster.get(person.reports_to or "")
            yield Row(Week.parse(this.week), line, manager, answer.received if answer else None)
