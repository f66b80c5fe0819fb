"""The weeks before the play: a ledger as three months of Fridays would have left it, so that the mails have a past.

Made of the same events that production appends. The numbers are drawn, the same ones at each play, and rather low, so
that the week of the play is one that stands out. One answer of last week came after its digest, so that there is news.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from pipeline import events
from pipeline.demo.company import DOMAIN
from pipeline.ledger import Ledger
from pipeline.mail import MailKey
from pipeline.roster import Person
from pipeline.settings import Settings
from pipeline.timetable import timetable
from pipeline.weeks import Week

WEEKS = 11
_QUIET = Week(2026, 42)  # the autumn holidays: the firm skipped that week
_ANSWERED = 0.88
_USUAL = range(2, 6)
_SWING = range(-2, 3)
_LATE = (f"emil@{DOMAIN}", timedelta(hours=17, minutes=12))  # he answers on Saturdays, as he will in the play


def write(ledger: Ledger, settings: Settings, now: datetime) -> None:
    """Append the rounds of the weeks before `now`, and the standing book that goes with them."""
    this = Week.of(now.date())
    begun = now - timedelta(weeks=WEEKS + 1)
    ledger.append(
        [
            events.Installed(key="installed", round=None, at=begun, first_round=str(this.plus(-WEEKS))),
            *(
                events.Known(key=f"known/{one.email}", round=None, at=begun, person=one.id, address=one.email)
                for one in settings.roster.people
            ),
        ]
    )
    dice = Random(11)  # noqa: S311  numbers to look at
    usual = {one.id: dice.choice(_USUAL) for one in settings.roster.reps}
    for back in range(WEEKS, 0, -1):
        week = this.plus(-back)
        if week != _QUIET:
            ledger.append(list(_round(week, settings, usual, dice, is_last=back == 1)))


def _round(
    week: Week, settings: Settings, usual: dict[str, int], dice: Random, *, is_last: bool
) -> Iterator[events.Event]:
    times = timetable(week, settings.roster, settings.schedule)
    director = settings.roster.director
    if times.digest is None or times.first_ask is None or director is None:
        return
    late, delay = _LATE
    yield events.Opened(key=f"{week}/opened", round=str(week), at=times.first_ask, people=settings.roster.people)
    for person in settings.roster.reps:
        own = times.people[person.id]
        if own.ask is None:
            continue
        yield from _sent(MailKey(week, "ask", person.id), own.ask)
        if is_last and person.email == late:
            yield _answer(week, person, times.digest + delay, usual[person.id], dice)
        elif dice.random() < _ANSWERED:
            yield _answer(week, person, own.ask + timedelta(minutes=dice.randrange(1, 90)), usual[person.id], dice)
    for manager, at in times.summaries.items():
        yield from _sent(MailKey(week, "summary", manager), at)
    yield from _sent(MailKey(week, "digest", director.id), times.digest)


def _answer(week: Week, person: Person, at: datetime, usual: int, dice: Random) -> events.Answered:
    return events.Answered(
        key=f"{week}/past/{person.id}",
        round=str(week),
        at=at,
        person=person.id,
        number=Decimal(usual + dice.choice(_SWING)),
        received=at,
        entered_by=person.id,
    )


def _sent(key: MailKey, at: datetime) -> Iterator[events.Event]:
    yield events.Claimed(
        key=f"{key}/claim/1", round=str(key.round), at=at, mail=str(key), attempt=1, message_id="<past@demo.invalid>"
    )
    yield events.Sent(key=f"{key}/sent", round=str(key.round), at=at, mail=str(key))
