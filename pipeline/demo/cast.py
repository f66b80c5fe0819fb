"""The operator's own people as actors: who answers what in a rehearsal, drawn from a few habits, one after the other.

Whatever happens to a reply in practice happens to somebody: a tapped button, a number in a sentence, one after the
nudge, one that is asked back, an away notice, silence. Pure; the people and their languages are the roster's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from pipeline.demo import clients
from pipeline.demo.clients import Writer
from pipeline.demo.company import Company, Habit, Someone
from pipeline.demo.opened import Opened
from pipeline.roster import Person, Roster
from pipeline.settings import Question

_LOCALES = {"en": "en_GB", "nb": "nb_NO", "pt": "pt_PT"}
Write = Callable[[Writer, Opened, datetime], bytes]


def cast(roster: Roster, question: Question) -> Company:
    """Everybody of the roster, each with a habit."""
    acts = _acts(question)
    parts = {rep.id: acts[number % len(acts)] for number, rep in enumerate(roster.reps)}
    first = next(iter(roster.managers), None)
    return Company(
        tuple(
            Someone(_writer(one), _manager(one, roster), (*parts.get(one.id, ()), *(_NOTE if one == first else ())))
            for one in roster.people
        )
    )


def _writer(person: Person) -> Writer:
    return Writer(
        person.name, person.email, person.language, _LOCALES.get(person.language, person.language), person.timezone
    )


def _manager(person: Person, roster: Roster) -> str | None:
    above = roster.get(person.reports_to or "")
    return above.email if above is not None else None


def _acts(question: Question) -> Sequence[tuple[Habit, ...]]:
    def tap(number: int) -> Write:
        return lambda writer, mail, at: clients.button(writer, mail, _within(number, question), at)

    def reply(client: Callable[[Writer, Opened, str, datetime], bytes], number: int, more: str = "") -> Write:
        return lambda writer, mail, at: client(writer, mail, _within(number, question) + more, at)

    return (
        (Habit("ask", "taps a number", tap(4), timedelta(minutes=2)),),
        (Habit("ask", "answers from Gmail", reply(clients.gmail, 7), timedelta(minutes=12)),),
        (Habit("nudge", "answers after a nudge", reply(clients.apple, 5), timedelta(minutes=4), number=1),),
        (),  # is silent
        (Habit("ask", "answers from Outlook", reply(clients.outlook, 3), timedelta(minutes=41)),),
        (
            Habit("ask", "writes no number", lambda *which: clients.gmail(which[0], which[1], "?", which[2]), _SOON),
            Habit("unclear", "says it in figures", reply(clients.gmail, 6), timedelta(minutes=9)),
        ),
        (Habit("ask", "is away: a machine answers", _away, timedelta(seconds=20)),),
    )


_SOON = timedelta(minutes=15)


def _within(number: int, question: Question) -> str:
    """A number that the question takes."""
    span = question.maximum - question.minimum + 1
    return f"{(question.minimum + Decimal(number) % span).to_integral_value()}"


def _away(writer: Writer, mail: Opened, at: datetime) -> bytes:
    return clients.away_notice(writer, mail, "Automatic reply", "I am out of the office and read no mail.", at)


_NOTE = (
    Habit(
        "summary",
        "adds a sentence for the director",
        lambda writer, mail, at: clients.outlook(writer, mail, "This sentence was written in a rehearsal.", at),
        timedelta(minutes=5),
    ),
)
