"""The standing book: what outlives a round, folded from its events.

Pure. Ids that people keep, absences that reach over weeks, since when the mailbox cannot be read, and the first round
of this ledger. What happened within one week is `rounds`' business.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

import msgspec
from msgspec.structs import replace

from pipeline import events
from pipeline.roster import Absence, shared_names
from pipeline.weeks import Week

UNDATED_WEEKS = 2
"""An away notice without a date holds for its own round and at most so many more (design, What people can say)."""


class Alarm(msgspec.Struct, frozen=True):
    """The last alarm of its name; `over` is when it ended, `quiet` that nobody need be told so."""

    raised: events.Alarmed
    over: datetime | None = None
    quiet: bool = False


class Installation(msgspec.Struct, frozen=True):
    """`probed` is what the last of so many `probes` has shown of the provider; `refused` is why the worker goes on with
    older settings than the file has, which it has done so many times (`refusals`)."""

    probed: events.Probed | None = None
    probes: int = 0
    refused: events.SettingsRefused | None = None
    refusals: int = 0

    def after(self, event: events.Probed | events.SettingsRefused | events.SettingsTaken) -> Installation:
        match event:
            case events.Probed():
                return replace(self, probed=event, probes=self.probes + 1)
            case events.SettingsRefused():
                return replace(self, refused=event, refusals=self.refusals + 1)
            case events.SettingsTaken():
                return replace(self, refused=None)


class Book(msgspec.Struct, frozen=True):
    """`ids` maps addresses to the ids of people; `away` holds each person's last word on being away; `silences` counts
    how often the mailbox could not be read, `passed` up to which UID a folder of a UIDVALIDITY was looked at,
    and `installation` what is known of the provider and the settings. `restored` is the last time that a backup was put
    back, `rereads` whether what was read since it was made has still to be looked for."""

    first_round: Week | None = None
    ids: Mapping[str, str] = msgspec.field(default_factory=dict)
    away: Mapping[str, events.Away] = msgspec.field(default_factory=dict)
    unreadable: events.Unreadable | None = None
    silences: int = 0
    passed: Mapping[tuple[str, int], int] = msgspec.field(default_factory=dict)
    alarms: Mapping[str, Alarm] = msgspec.field(default_factory=dict)
    restored: events.Restored | None = None
    rereads: bool = False
    installation: Installation = Installation()

    def absences(self) -> dict[str, tuple[Absence, ...]]:
        """Absences with a date, by person: from the day they were told of until their last day."""
        return {
            person: (Absence(said.received.date(), said.until),)
            for person, said in self.away.items()
            if said.until is not None and said.until >= said.received.date()
        }

    def resting(self, week: Week) -> frozenset[str]:
        """Who is away without a date, by a machine's word from one of the weeks before: asked, but not nudged."""
        return frozenset(
            person
            for person, said in self.away.items()
            if said.until is None and 0 < week.since(Week.of(said.received.date())) <= UNDATED_WEEKS
        )


def fold(happened: Iterable[events.Event], start: Book = Book()) -> Book:
    """The book after these events. `ids` and `away` stay the very same objects while nobody is new and nobody's absence
    changes, so that what is worked out from them can be kept."""
    first_round, away, rest = start.first_round, start.away, start
    new: dict[str, str] = {}
    passed = dict(start.passed)
    alarms = dict(start.alarms)
    for event in happened:
        match event:
            case events.Installed():
                first_round = Week.parse(event.first_round)
            case events.Known():
                address, person = shared_names(event.address, event.person)
                new[address] = person
            case events.Away() | events.Back():
                away = {person: said for person, said in away.items() if person != event.person}
                away |= {event.person: event} if isinstance(event, events.Away) else {}
            case events.Passed():
                place = event.folder, event.uidvalidity
                passed[place] = max(event.uid, passed.get(place, 0))
            case events.Alarmed() | events.Calmed():
                alarms[event.name] = _alarm(event, alarms)
            case _:
                rest = _looked_after(rest, event)
    ids = {**start.ids, **new} if new else start.ids
    return replace(rest, first_round=first_round, ids=ids, away=away, passed=passed, alarms=alarms)


def _looked_after(book: Book, event: events.Event) -> Book:
    """The book after something that befell the mailbox or the ledger."""
    match event:
        case events.Unreadable():
            return replace(book, unreadable=event, silences=book.silences + 1)
        case events.Readable():
            return replace(book, unreadable=None)
        case events.Probed() | events.SettingsRefused() | events.SettingsTaken():
            return replace(book, installation=book.installation.after(event))
        case events.Restored():
            return replace(book, restored=event, rereads=True)
        case events.Reread():
            return replace(book, rereads=False)
        case events.Rewritten():
            return book  # what it tells is for whoever reads the ledger
        case _:
            raise ValueError(f"{event.key} belongs into a round, not into the standing book")


def _alarm(event: events.Alarmed | events.Calmed, before: Mapping[str, Alarm]) -> Alarm:
    if isinstance(event, events.Alarmed):
        return Alarm(event)
    return replace(before[event.name], over=event.at, quiet=event.quiet)
