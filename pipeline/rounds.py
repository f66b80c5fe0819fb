"""How does a round stand? A week's state, folded from its events.

Pure: nothing here knows the time, what is due (`plan`) or what it adds up to (`figures`). Folding is cumulative:
`fold(later, fold(earlier))` is `fold([*earlier, *later])`, so that a tick folds only what it has just appended.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from sys import intern
from typing import Any, Generic, TypeVar

import msgspec
from msgspec.structs import replace

from pipeline import events
from pipeline.layers import Layered
from pipeline.mail import MailKey
from pipeline.roster import Person, Roster, shared

V = TypeVar("V")

WAITING = frozenset({"unclear", "unconfirmed", "held"})
"""The outcomes of a message that waits for somebody: its writer, or the operator."""

LEFT_ALONE = frozenset({"foreign"})
"""The outcomes of a message that stays where it is."""


class MailState(msgspec.Struct, frozen=True, gc=False):
    """What became of one mail: claimed `attempts` times, then sent, failed, or skipped. `composed` is the number of the
    claim as of which it is composed, and `claimed` that claim's time: they stay while nobody knows how it ended.
    `presumed` is when a restore from a backup forgot what became of it: it most likely left."""

    attempts: int = 0
    message_id: str = ""
    composed: int = 0
    claimed: datetime | None = None
    sent: datetime | None = None
    aliases: tuple[str, ...] = ()
    refused: events.Failed | None = None
    skipped: str | None = None
    presumed: datetime | None = None

    @property
    def open(self) -> bool:
        """Claimed, and nobody knows yet how it ended."""
        return self.attempts > 0 and self.sent is None and self.refused is None and self.skipped is None

    @property
    def may_have_left(self) -> bool:
        """Did it leave, by all that is known? What a server refused did not; of a line that was lost nobody knows."""
        return self.presumed is not None or (
            self.claimed is not None and (self.refused is None or self.refused.code == events.NO_ANSWER)
        )


_UNTOUCHED = MailState()


class Round(msgspec.Struct, frozen=True):
    """One week's state. `answers` are in the order of their arrival at the mailbox: the last one counts (promise 4).
    `received` maps a message's hash to what became of it, without its words where it waits for nobody; `resent` are
    the keys of mails that the operator wants to leave again. `latest` is the latest time at which anything was kept,
    which is not the last event's where a clock was set back. `roster` is the tree as it was when the round opened, with
    those who joined since.

    The last ones answer what would else be looked for among everybody's: the mail that has another Message-ID, the
    mails that are claimed and not ended, the questions to a person, and the messages of a person that had to wait for
    somebody (`WAITING`), whatever became of them since."""

    week: str
    roster: Roster = msgspec.field(default_factory=Roster)
    opened: datetime | None = None
    left: frozenset[str] = frozenset()
    mails: Layered[str, MailState] = msgspec.field(default_factory=Layered)
    answers: Layered[str, tuple[events.Answered, ...]] = msgspec.field(default_factory=Layered)
    away: Layered[str, events.Away] = msgspec.field(default_factory=Layered)
    notes: tuple[events.Noted, ...] = ()
    questions: Layered[str, events.Questioned] = msgspec.field(default_factory=Layered)
    undeliverable: Layered[str, events.Undeliverable] = msgspec.field(default_factory=Layered)
    received: Layered[str, events.Received] = msgspec.field(default_factory=Layered)
    resent: tuple[str, ...] = ()
    latest: datetime | None = None
    aliases: Layered[str, str] = msgspec.field(default_factory=Layered)
    unended: frozenset[str] = frozenset()
    questioned: Layered[str, tuple[str, ...]] = msgspec.field(default_factory=Layered)
    waiting: Layered[str, tuple[str, ...]] = msgspec.field(default_factory=Layered)

    @property
    def people(self) -> Mapping[str, Person]:
        """Everybody in `roster`, by id: the very same object while nobody joins or changes."""
        return self.roster.by_id

    @property
    def holds(self) -> bool:
        """Is one of its messages held?"""
        return any(one.outcome == "held" for one in self.received.values())

    def moment(self, now: datetime) -> datetime:
        """When something that comes now is kept: after all that was kept before, though our clock was set back since.
        By that it is known what a report did not show yet."""
        return now if self.latest is None or now >= self.latest else self.latest + timedelta(microseconds=1)

    def answer(self, person: str) -> events.Answered | None:
        """The answer that counts: the latest to arrive, whoever entered it."""
        given = self.answers.get(person)
        return given[-1] if given else None

    def mail(self, key: object) -> MailState:
        return self.mails.get(str(key), _UNTOUCHED)

    def sendings(self, kind: str, person: str) -> tuple[MailState, ...]:
        """What a person has got of a kind that comes once, their own copies alone: as planned, and again."""
        again = (MailKey.parse(key) for key in self.resent)
        keys = [
            f"{self.week}/{kind}/{person}",
            *(str(key) for key in again if (key.kind, key.person) == (kind, person)),
        ]
        return tuple(state for key in keys if (state := self.mail(key)).sent is not None)

    def first(self, kind: str, person: str) -> MailState:
        """The mail of a kind that a person got first. Where none has left, how the planned one stands."""
        return next(iter(self.sendings(kind, person)), self.mail(f"{self.week}/{kind}/{person}"))

    def asked_back(self, person: str) -> tuple[events.Questioned, ...]:
        """What this person was asked back, in order: unclear, which week, confirm, whose."""
        kinds = ("/unclear", "/which_week", "/confirm", "/whose")
        return tuple(one for one in self.questions_to(person) if any(kind in one.mail for kind in kinds))

    def questions_to(self, person: str) -> tuple[events.Questioned, ...]:
        """Every question and word that we owed this person, in order."""
        return tuple(self.questions[mail] for mail in self.questioned.get(person, ()))

    def last_waiting(self, person: str) -> events.Received | None:
        """The last message of theirs that waits: not readable, not confirmed, or held."""
        theirs = (self.received[message] for message in reversed(self.waiting.get(person, ())))
        return next((one for one in theirs if one.outcome in WAITING), None)


def fold(happened: Iterable[events.Event], start: Round) -> Round:
    """The state after these events, in the order in which the ledger accepted them."""
    work = _Work(start)
    for event in happened:
        work.apply(event)
    return work.done()


_Said = events.Answered | events.Away | events.Back | events.Withdrawn | events.Questioned | events.Undeliverable


class _Work:
    """What one fold adds to the state it begins with. The roster stays the very same object while nobody joins or
    changes, so that what is worked out from it can be kept."""

    def __init__(self, start: Round) -> None:
        self.start = start
        self.opened = start.opened
        self.people: dict[str, Person] | None = None  # a copy, once somebody joins or changes
        self.left = set(start.left)
        self.mails = _News(start.mails)
        self.answers = _News(start.answers)
        self.away = _News(start.away)
        self.notes = list(start.notes)
        self.questions = _News(start.questions)
        self.undeliverable = _News(start.undeliverable)
        self.received = _News(start.received)
        self.resent = list(start.resent)
        self.latest = start.latest
        self.aliases = _News(start.aliases)
        self.unended = set(start.unended)
        self.questioned = _News(start.questioned)
        self.waiting = _News(start.waiting)
        self.said: dict[Any, Any] = {}  # see `_same`

    def apply(self, event: events.Event) -> None:
        self.latest = event.at if self.latest is None else max(self.latest, event.at)
        match event:
            case events.Opened() | events.Joined() | events.Changed() | events.Left():
                self._person(event)
            case events.Claimed() | events.Sent() | events.Failed() | events.Skipped():
                self._mail(event)
            case (
                events.Installed()
                | events.Unreadable()
                | events.Readable()
                | events.Passed()
                | events.Restored()
                | events.Reread()
                | events.Known()
                | events.Probed()
                | events.Alarmed()
                | events.Calmed()
                | events.SettingsRefused()
                | events.SettingsTaken()
            ):
                raise ValueError(f"{event.key} belongs into the standing book, not into round {self.start.week}")
            case events.Rewritten():
                pass  # what it tells is for whoever reads the ledger
            case events.Resent():
                self.resent.append(event.mail)
            case events.Noted():
                self.notes.append(event)
            case events.Received():
                event = self.received[event.message] = self._kept(event)
                if event.person is not None and event.outcome in WAITING:
                    self.waiting[event.person] = (*self.waiting.get(event.person, ()), event.message)
            case events.Closed():
                held = self.received[event.message]
                self.received[event.message] = replace(held, outcome=event.outcome, rule=event.rule)
            case _:
                self._said(event)

    def _at(self, event: events.Event) -> datetime:
        """When it was kept; of several at one time, the very same object."""
        return self.latest if self.latest is not None and self.latest == event.at else event.at

    def _same(self, said: V) -> V:
        """The very same object as the last time that it was said in this fold."""
        same: V = self.said.setdefault(said, said)
        return same

    def _whom(self, person: str) -> str:
        """An id, the very same string as in the roster; of who is none of it, such as the operator, one for all."""
        known = (self.start.people if self.people is None else self.people).get(person)
        return intern(person) if known is None else known.id

    def _counted(self, event: events.Answered) -> events.Answered:
        """An answer as it is kept, for there is one for each person: what others say too is the very same object."""
        return replace(
            event,
            round=self.start.week,
            at=self._at(event),
            person=self._whom(event.person),
            number=_number(str(event.number)),
            received=self._same(event.received),
            entered_by=self._whom(event.entered_by),
            message=self._same(event.message),
        )

    def _kept(self, event: events.Received) -> events.Received:
        """The same of what became of a message. What was in it is of use only while it waits for somebody."""
        waits = event.outcome in WAITING
        return replace(
            event,
            key=self._same(event.key),
            round=self.start.week,
            at=self._at(event),
            message=self._same(event.message),
            outcome=intern(event.outcome),
            rule=intern(event.rule),
            folder=intern(event.folder),
            uidvalidity=self._same(event.uidvalidity),
            arrived=self._same(event.arrived),
            person=event.person and self._whom(event.person),
            words=event.words if waits else "",
            evidence=event.evidence if waits else "",
        )

    def _said(self, event: _Said) -> None:
        match event:
            case events.Answered():
                event = self._counted(event)
                given = self.answers.get(event.person, ())
                in_order = not given or given[-1].received <= event.received
                given = (*given, event)
                self.answers[event.person] = given if in_order else tuple(sorted(given, key=lambda one: one.received))
                if event.person in self.away and self.away[event.person].received <= event.received:
                    self.away.drop(event.person)
            case events.Away():
                last = self.answers.get(event.person, ())[-1:]
                if not last or last[0].received < event.received:
                    self.away[event.person] = event
            case events.Back():
                self.away.drop(event.person)
            case events.Withdrawn():
                given = self.answers.get(event.person, ())
                self.answers[event.person] = tuple(answer for answer in given if answer.key != event.answer)
            case events.Questioned():
                if event.mail not in self.questions:
                    self.questioned[event.person] = (*self.questioned.get(event.person, ()), event.mail)
                self.questions[event.mail] = event
            case events.Undeliverable():
                self.undeliverable[event.person] = event

    def _person(self, event: events.Opened | events.Joined | events.Changed | events.Left) -> None:
        match event:
            case events.Opened():
                self.opened = event.at
                self.people = {person.id: person for person in map(shared, event.people)}
            case events.Left():
                self.left.add(event.person)
            case _:
                if self.people is None:
                    self.people = dict(self.start.people)
                self.people[event.person.id] = shared(event.person)
                self.left.discard(event.person.id)

    def _mail(self, event: events.Claimed | events.Sent | events.Failed | events.Skipped) -> None:
        before = self.mails.get(event.mail, _UNTOUCHED)
        match event:
            case events.Claimed():
                first = (before.composed, before.claimed) if before.open else (event.attempt, self._at(event))
                after = MailState(event.attempt, event.message_id, *first)
            case events.Sent():
                after = replace(before, sent=self._at(event), aliases=event.aliases, refused=None, skipped=None)
                for alias in event.aliases:
                    self.aliases[alias] = event.mail
            case events.Failed():
                after = replace(before, sent=None, refused=event, skipped=None)
            case events.Skipped():
                presumed = event.at if event.reason == events.RESTORED else None
                claimed = before.claimed if before.may_have_left else None
                after = replace(
                    before, claimed=claimed, sent=None, refused=None, skipped=event.reason, presumed=presumed
                )
        self.mails[event.mail] = after
        if after.open:
            self.unended.add(event.mail)
        else:
            self.unended.discard(event.mail)

    def done(self) -> Round:
        return Round(
            self.start.week,
            self.start.roster if self.people is None else Roster.of(self.people.values()),
            self.opened,
            frozenset(self.left),
            self.mails.kept(),
            self.answers.kept(),
            self.away.kept(),
            tuple(self.notes),
            self.questions.kept(),
            self.undeliverable.kept(),
            self.received.kept(),
            tuple(self.resent),
            self.latest,
            self.aliases.kept(),
            frozenset(self.unended),
            self.questioned.kept(),
            self.waiting.kept(),
        )


@lru_cache(maxsize=1024)
def _number(written: str) -> Decimal:
    """One object for all who report the same number."""
    return Decimal(written)


class _News(Generic[V]):
    """What a fold adds to one mapping of a state, seen as if it stood there already."""

    def __init__(self, start: Layered[str, V]) -> None:
        self._start = start
        self._new: dict[str, V] = {}
        self._gone: set[str] = set()

    def __getitem__(self, key: str) -> V:
        return self._new[key] if key in self._new else self._start[key]

    def __setitem__(self, key: str, value: V) -> None:
        self._new[key] = value
        self._gone.discard(key)

    def __contains__(self, key: str) -> bool:
        return key in self._new or (key in self._start and key not in self._gone)

    def get(self, key: str, default: V) -> V:
        if key in self._new:
            return self._new[key]
        return default if key in self._gone else self._start.get(key, default)

    def drop(self, key: str) -> None:
        if key in self:
            self._new.pop(key, None)
            self._gone.add(key)

    def kept(self) -> Layered[str, V]:
        return self._start.changed(self._new, self._gone)
