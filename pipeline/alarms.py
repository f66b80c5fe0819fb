"""What is wrong, so that somebody should know? And what of that is new, or over?

Pure: from rounds, the standing book, what was measured around us, and the time. Each trouble has a name of its own; the
operator gets one mail when it begins and one when it is over (`due`), by the same claims as every other mail. Where no
mail leaves at all, the heartbeat tells.

Laws:
1. One trouble, one alarm, however long it lasts and however much it grows.
2. What comes back within REST of its end is not told again.
3. What can no longer be mended, since its week is past, ends without a word.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from datetime import datetime, timedelta

import msgspec

from pipeline import events
from pipeline.book import Alarm, Book
from pipeline.mail import ALARMS, MailKey
from pipeline.past import Past
from pipeline.plan import Due, is_settled
from pipeline.roster import new_id
from pipeline.rounds import MailState, Round
from pipeline.timetable import Timetable
from pipeline.weeks import Week

PATIENCE = timedelta(minutes=15)
"""So long a digest may be late, a mailbox unreadable, changed settings of no use, and mails wait for the provider's
next day, before anybody is told."""

REST = timedelta(hours=6)
LEAST_FREE = 200 * 1024 * 1024  # bytes on the ledger's disk
CERTIFICATE = timedelta(days=14)
SIGN_IN = timedelta(days=2)
_NEWS = timedelta(weeks=13)  # an end that could not be told for so long is told no more
_TRIED_IN_VAIN = 3  # so many attempts of a mail that was refused each time
_MOST_PEOPLE = 12


class Trouble(msgspec.Struct, frozen=True):
    """Something that is wrong. `name` is the same for as long as it lasts: its kind, and behind a slash what it is
    about. `whom` are people's ids, `until` is when it becomes grave."""

    name: str
    reason: str = ""
    whom: tuple[str, ...] = ()
    week: str = ""
    server: str = ""
    until: datetime | None = None


class Surroundings(msgspec.Struct, frozen=True):
    """What was measured: bytes that are free where the ledger lies, when the certificate of each mail server ends (None
    where nothing was connected this time), when the consent at the provider ends. Where the provider's day is used up,
    when there is room again for asks, and since when the first mail waits for it."""

    free: int | None = None
    certificates: Mapping[str, datetime | None] = msgspec.field(default_factory=dict)
    sign_in_ends: datetime | None = None
    room_at: datetime | None = None
    waits_since: datetime | None = None


def wrong(
    live: Sequence[tuple[Round, Timetable]],
    recent: Iterable[Round | Past],
    book: Book,
    around: Surroundings,
    now: datetime,
) -> Iterator[Trouble]:
    """Everything that is wrong at `now`. `live` are the rounds that may have something due, `recent` those whose held
    replies are still of use."""
    for this, times in live:
        if this.opened is not None:
            yield from _of_round(this, times, book, now)
    if book.unreadable is not None and now - book.unreadable.since >= PATIENCE:
        yield Trouble("mailbox", reason=book.unreadable.reason)
    yield from _of_the_installation({this.week for this, _ in live}, book, now)
    if any(this.holds for this in recent):
        yield Trouble("held")
    if around.free is not None and around.free < LEAST_FREE:
        yield Trouble("disk")
    for server, ends in around.certificates.items():
        yield from _certificate(server, ends, book, now)
    if around.sign_in_ends is not None and around.sign_in_ends - now < SIGN_IN:
        yield Trouble("sign-in", until=around.sign_in_ends)
    if around.room_at is not None and around.waits_since is not None and now - around.waits_since >= PATIENCE:
        yield Trouble("day", until=around.room_at)


def _of_the_installation(live: Set[str], book: Book, now: datetime) -> Iterator[Trouble]:
    refused, restored = book.installation.refused, book.restored
    if refused is not None and now - refused.at >= PATIENCE:
        yield Trouble("settings", reason=refused.reason)
    if restored is not None and restored.noticed:
        week = str(Week.of(restored.at.date()))
        if week in live:
            yield Trouble(f"restored/{week}", week=week)


def _certificate(server: str, ends: datetime | None, book: Book, now: datetime) -> Iterator[Trouble]:
    """What was not looked at this time is as it was."""
    name = f"certificate/{server}"
    known = book.alarms.get(name)
    if ends is None and known is not None and known.over is None:
        ends = known.raised.until
    if ends is not None and ends - now < CERTIFICATE:
        yield Trouble(name, server=server, until=ends)


def _of_round(this: Round, times: Timetable, book: Book, now: datetime) -> Iterator[Trouble]:
    director = this.roster.director
    week = this.week
    if director is not None and times.digest is not None and now >= times.digest + PATIENCE:
        state = this.mail(MailKey(times.week, "digest", director.id))
        # What was due before a restore most likely left, and is kept as skipped by whoever sends next.
        is_presumed = book.restored is not None and times.digest <= book.restored.at
        if state.sent is None and state.presumed is None and not is_presumed:
            yield Trouble(f"digest/{week}", week=week, reason=state.refused.reason if state.refused else "")
    refused = list(_refused(this))
    if refused:
        yield Trouble(f"refused/{week}", reason=refused[0][1], whom=_once([person for person, _ in refused]), week=week)
    if this.undeliverable:
        reasons = [one.reason for one in this.undeliverable.values()]
        yield Trouble(f"bounces/{week}", reason=reasons[0], whom=_once(list(this.undeliverable)), week=week)


def _refused(this: Round) -> Iterator[tuple[str, str]]:
    """Whose mails the server refuses, for good or again and again, and what it says."""
    for written, state in this.mails.items():
        if state.refused is None:
            continue
        key = MailKey.parse(written)
        if key.kind in ALARMS or key.person in this.undeliverable:
            continue
        if state.refused.retry_at is None or state.attempts >= _TRIED_IN_VAIN:
            yield key.person, state.refused.reason


def _once(people: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(people))[:_MOST_PEOPLE]


def changes(found: Sequence[Trouble], book: Book, live: Sequence[Week], now: datetime) -> Iterator[events.Event]:
    """What is to be kept: troubles that began, and those that are over."""
    there = {one.name for one in found}
    for one in found:
        known = book.alarms.get(one.name)
        if known is None or (known.over is not None and now - known.over >= REST):
            number = known.raised.number + 1 if known else 1
            yield events.Alarmed(
                key=f"alarm/{one.name}/{number}",
                round=None,
                at=now,
                name=one.name,
                number=number,
                reason=one.reason,
                whom=one.whom,
                week=one.week,
                server=one.server,
                until=one.until,
            )
    weeks = {str(week) for week in live}
    for name, alarm in book.alarms.items():
        if alarm.over is None and name not in there:
            quiet = bool(alarm.raised.week) and alarm.raised.week not in weeks
            key = f"{alarm.raised.key}/over"
            yield events.Calmed(key=key, round=None, at=now, name=name, quiet=quiet)


def due(book: Book, mail: Callable[[MailKey], MailState], now: datetime) -> Iterator[Due]:
    """The mails to the operator that should leave at `now`; `mail` tells what became of one. An end is told to whoever
    was told of the beginning."""
    for alarm in _still_told(book, now):
        key = key_of(alarm)
        begun = MailKey(key.round, "alarm", key.person, key.number)
        told = mail(begun)
        wanted = key.kind == "alarm" or told.open or (told.sent is not None and not alarm.quiet)
        key = begun if told.open else key
        if wanted and not is_settled(mail(key), now):
            yield Due(key)


def weeks(book: Book, now: datetime) -> frozenset[Week]:
    """The weeks in which the mails are filed that `due` asks about: also weeks long ago, where a trouble lasts."""
    return frozenset(key_of(alarm).round for alarm in _still_told(book, now))


def _still_told(book: Book, now: datetime) -> Iterator[Alarm]:
    """Those that last, and those whose end may be news. A ledger of years has many more, and each turn asks."""
    return (alarm for alarm in book.alarms.values() if alarm.over is None or now - alarm.over < _NEWS)


def key_of(alarm: Alarm) -> MailKey:
    """The mail that belongs to an alarm as it stands: that it began, or that it is over."""
    kind = "alarm" if alarm.over is None else "alarm_over"
    week = Week.of(alarm.raised.at.date())
    return MailKey(week, kind, new_id(f"alarm:{alarm.raised.name}"), alarm.raised.number % 32)


def alarm_of(book: Book, key: MailKey) -> Alarm | None:
    """Which alarm does a mail tell of?"""
    wanted = (key.round, key.person, key.number)
    keys = ((key_of(alarm), alarm) for alarm in book.alarms.values())
    return next((alarm for one, alarm in keys if (one.round, one.person, one.number) == wanted), None)
