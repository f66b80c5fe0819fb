"""Where events are kept: `append` and `events`, whatever the store, and `rewrite` for what the law takes out again.

This page is the interface and its errors; `tiny` keeps files in a folder, `postgres` rows in a database, and `opened`
opens the one that the settings name. What events mean is `events`' and `rounds`' business.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from datetime import datetime

    from pipeline.events import Event
    from pipeline.ledger.attempts import Attempts
    from pipeline.pace import Pace


class Place(NamedTuple):
    """How far a round was read: of which edition, which is another one when a round was rewritten or a database has
    lost something, and up to where. Each store has its own marks."""

    edition: str | int | None
    upto: int


class News(NamedTuple):
    """Events of a round in their order, and the place behind the last of them. `anew`: they are its first ones, and
    what was read before does not count. `more`: there are others behind them."""

    events: Sequence[Event]
    place: Place
    anew: bool = False
    more: bool = False


class Ledger(Protocol):
    """An append-only record of what happened, each event under a key that is given once."""

    def append(self, happened: Sequence[Event]) -> tuple[Event, ...]:
        """Keep events of one round (or all of the standing book), in one atomic and durable commit: when this
        returns, they survive a power cut. Answers with those that were accepted: an event whose key is already
        there, or stands earlier in the same call, is not.

        Raises LedgerUncertainError where the events stand in the ledger and may yet be lost by a power cut: they are
        not to be acted on, and their keys are taken, so that the same call made again answers with none of them once
        they are durable. Any other LedgerError says that nothing was kept."""

    def claim(self, happened: Sequence[Event]) -> tuple[Event, ...]:
        """As `append`, for what begins mails: durable at the latest when `still_claims` says yes, so that several who
        send can wait for one disk together. Until then a power cut may take it, and with it what others have seen."""

    def events(self, round_: str | None) -> tuple[Event, ...]:
        """Everything kept for a round, in the order in which it was accepted; None is the standing book. What it
        answers with may be acted on: it survives a power cut. Raises LedgerError where that cannot be said. Only what
        others claim and end may still be on its way to the disk: it is there once a later commit of one's own is."""

    def since(self, round_: str | None, place: Place | None) -> News:
        """What was kept for a round after a place that an earlier answer named, as `events` has it; with None, or where
        the round was rewritten since, or something that was read may be gone, from the beginning. Of much the first
        part, so that nobody need have it all in memory: `more` tells to go on."""

    def lay_aside(self, round_: str) -> None:
        """Have no more of a round in memory than what tells that nothing is new in it: it is read again by whoever asks
        for more."""

    def rounds(self) -> tuple[str, ...]:
        """The rounds that have events, oldest first."""

    def rewrite(self, round_: str | None, happened: Sequence[Event]) -> None:
        """Put these events in the place of all that is kept for a round, or for the standing book, in one atomic and
        durable commit: the one way in which anything is ever taken out, for a person who is forgotten and for weeks
        past their retention. Their keys are different from one another. With no events the round is kept no more.
        For whoever holds `writing`; who has read the round before sees it by its first event, a Rewritten, whose key
        the caller makes a new one each time. Raises as `append` does."""

    def writing(self, wait: float = 60) -> AbstractContextManager[None]:
        """Be the only one who collects or writes by hand, after at most `wait` seconds: a turn, or a writing command.
        Raises LedgerBusyError, naming who is there. The lock falls with the process that holds it."""

    def alone(self) -> AbstractContextManager[None]:
        """Be the only one there: no worker runs, and none can start. Raises WorkerRunningError, naming who runs."""

    def working(self) -> AbstractContextManager[None]:
        """Be a worker on this ledger. Raises WorkerRunningError where the ledger has room for one and has it."""

    def under_way(self, claims: Iterable[str]) -> frozenset[str]:
        """Which of these claims, told by their keys, are in the hands of another process that is known to live. Every
        other claim without an end is an orphan, once the round has been read again after this call: what its claimer
        still kept before it died stands there by then."""

    def still_claims(self) -> bool:
        """Is what this process has claimed durable, and still in its hands, so that nobody can have taken it over? For
        whoever is about to hand in a mail; raises nothing, for who cannot be asked is not trusted."""

    def let_go(self) -> None:
        """What this process has claimed, and not ended, is in nobody's hands from now on."""

    def attempts(self) -> Attempts:
        """Where it is remembered which message was being read when a process died."""

    def pace(self, a_minute: int, a_day: int | None = None) -> Pace:
        """At most so many mails a minute, of this process, or of all that share the ledger; and at most so many a day,
        of all who ever wrote into it."""

    def take_over_departures(self, minutes: Mapping[datetime, int]) -> None:
        """Count what left from a ledger that is carried here, minute by minute, in the place of what was counted here:
        the provider's day goes on. For whoever is `alone`; made again it changes nothing. Raises as `append` does."""

    def close(self) -> None:
        """Give back what it holds open. It may be used again."""


class LedgerError(Exception):
    """The ledger cannot do what was asked; the message says what happened and what to do."""


class LedgerDamagedError(LedgerError):
    """A file of the ledger cannot be understood. Nothing is read from it, and nothing is written over it."""


class LedgerReadError(LedgerError):
    """The ledger could not be looked at. It may well be whole."""


class LedgerWriteError(LedgerError):
    """A commit could not be made. The ledger is as it was before."""


class LedgerUncertainError(LedgerError):
    """What stands in the ledger may not survive a power cut. It is there to be seen, and nobody may act on it."""


class LedgerBusyError(LedgerError):
    """Another process holds the lock that was asked for."""


class WorkerRunningError(LedgerBusyError):
    """Another worker is running on this ledger; waiting would not help."""
