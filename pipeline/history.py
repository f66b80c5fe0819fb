"""Rounds and the standing book as they stand, folded from the ledger and kept in step with it.

The one place where events become state for the rest of the product: what was appended is folded on, and what another
process has appended is folded on too. Several messages can be judged one after the other and kept in one commit: what
the first ones bring about is staged, seen by the next, and no more than a wish until `keep`. It decides nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from threading import RLock
from typing import Generic, TypeVar

from pipeline import book, rounds
from pipeline.book import Book
from pipeline.events import Claimed, Event
from pipeline.ledger import Ledger, Place
from pipeline.pace import Pace
from pipeline.rounds import Round
from pipeline.weeks import Week

S = TypeVar("S")


@dataclass(frozen=True, slots=True)
class _Kept(Generic[S]):
    """A state, and how far its events were read: up to `place`, `seen` of them."""

    state: S
    place: Place | None = None
    seen: int = 0


class _Known:
    """The states that were read, for all who read them in one process: what is under `lock` only goes forward.
    `as_claimed` has the claims that are being made, each with its round as it stood there once somebody has read that
    far. None of them is made under the lock: who waits for the disk holds up nobody."""

    def __init__(self) -> None:
        self.lock = RLock()
        self.rounds: dict[Week, _Kept[Round]] = {}
        self.book = _Kept(Book())
        self.as_claimed: dict[str, Round | None] = {}


class History:
    """The ledger's states, each as of the last look at it, and kept in step by the events that are new. One object is
    used by one thread; those of several threads, each `beside` the other, have one state of each round in memory."""

    def __init__(self, ledger: Ledger, known: _Known | None = None) -> None:
        self._ledger = ledger
        self._known = known or _Known()
        self._still: dict[Week | None, Round | Book] | None = None  # what need not be looked at again now
        self._still_kept: frozenset[str] | None = None
        self._claims: dict[Week, tuple[str, ...]] = {}  # those of the last commit here, round by round
        self._staged: list[Event] = []
        self._rounds_ahead: dict[Week, Round] = {}
        self._book_ahead: Book | None = None

    def beside(self, ledger: Ledger) -> History:
        """The same history for another thread, over a connection of its own."""
        return History(ledger, self._known)

    def round(self, week: Week) -> Round:
        ahead = self._rounds_ahead.get(week)
        if ahead is not None:
            return ahead
        standing = self._still.get(week) if self._still is not None else None
        if isinstance(standing, Round):
            return standing
        with self._known.lock:
            kept = self._known.rounds.get(week) or _Kept(Round(str(week)))
            kept = self._known.rounds[week] = self._read_on(
                str(week), kept, Round(str(week)), lambda some, state: self._folded(week, some, state)
            )
        if self._still is not None:
            self._still[week] = kept.state
        return kept.state

    @property
    def book(self) -> Book:
        if self._book_ahead is not None:
            return self._book_ahead
        standing = self._still.get(None) if self._still is not None else None
        if isinstance(standing, Book):
            return standing
        with self._known.lock:
            kept = self._known.book = self._read_on(None, self._known.book, Book(), book.fold)
        if self._still is not None:
            self._still[None] = kept.state
        return kept.state

    def _read_on(
        self, round_: str | None, kept: _Kept[S], empty: S, fold: Callable[[Sequence[Event], S], S]
    ) -> _Kept[S]:
        """The state after what is new. Of a round that was rewritten since, everything is."""
        more = True
        while more:
            news = self._ledger.since(round_, kept.place)
            state, seen = (empty, 0) if news.anew else (kept.state, kept.seen)
            if news.events:
                state = fold(news.events, state)
            kept = _Kept(state, news.place, seen + len(news.events))
            more = news.more
        return kept

    def _folded(self, week: Week, happened: Sequence[Event], state: Round) -> Round:
        """Fold, and keep how the round stood at the claims that are being made in this process."""
        folded, claims = 0, self._known.as_claimed
        for place, event in enumerate(happened, 1):
            if event.key in claims:
                state = claims[event.key] = rounds.fold(happened[folded:place], state)
                folded = place
        return rounds.fold(happened[folded:], state)

    def book_at(self, until: datetime) -> Book:
        """The standing book as it stood then."""
        return book.fold(event for event in self._ledger.events(None) if event.at <= until)

    def known_until(self) -> datetime | None:
        """The time of the last thing that is kept; None in a ledger that has just begun."""
        weeks = self._ledger.rounds()[-2:]  # a grace period, and a late answer, reach into the next week
        latest = (self.round(Week.parse(week)).latest for week in weeks)
        known = [*latest, *(event.at for event in self._ledger.events(None)[-1:])]
        return max((at for at in known if at is not None), default=None)

    def size(self, week: Week) -> int:
        """How many events a round has; a number that only grows."""
        self.round(week)
        kept = self._known.rounds.get(week)
        return kept.seen if kept is not None else 0

    @contextmanager
    def still(self) -> Iterator[None]:
        """Within the block a round is looked at once, but for what is appended here: where it is enough to know how
        things stood when the block began, and asking a database again and again would cost more than the work."""
        self._still = {}
        try:
            yield
        finally:
            self._still = self._still_kept = None

    def with_claims_elsewhere(self, week: Week) -> tuple[Round, frozenset[str]]:
        """The round, and those of its mails that another living process may be sending now.

        The order is what makes it safe: who claimed is looked up first and the round read again after that, so that
        of a claimer who is gone everything is known. A claim that is new since then is somebody's."""
        claims = _open_claims(self.round(week))
        orphans = claims - self._ledger.under_way(claims)
        this = self.round(week)
        return this, frozenset(claim.rpartition("/claim/")[0] for claim in _open_claims(this) - orphans)

    def still_claims(self) -> bool:
        """Is what this process has claimed still its own?"""
        return self._ledger.still_claims()

    def pace(self, a_minute: int, a_day: int | None) -> Pace:
        """How many mails may leave, by what the ledger counts."""
        return self._ledger.pace(a_minute, a_day)

    def let_go(self) -> None:
        """What this process has claimed, and not ended, may be taken over."""
        self._ledger.let_go()

    def as_of(self, week: Week, claim: str) -> Round:
        """The round as it stood when a claim was accepted: a mail that is repeated says what it said the first time."""
        self.round(week)
        claims = self._claims.get(week, ())  # of one commit, so that the same holds for all of them
        state = self._known.as_claimed.get(claims[-1]) if claim in claims else None
        if state is not None:
            return state
        happened = self._ledger.events(str(week))
        upto = max((place for place, event in enumerate(happened, 1) if event.key == claim), default=len(happened))
        return rounds.fold(happened[:upto], Round(str(week)))

    def before(self, week: Week, count: int, until: datetime | None = None) -> tuple[Round, ...]:
        """The rounds that were opened in the so many weeks before, newest first; with `until`, as they stood then."""
        weeks = (week.plus(-back) for back in range(1, count + 1))
        kept = set(self._ledger.rounds())
        states = (self._until(one, until) for one in weeks if str(one) in kept)
        return tuple(state for state in states if state.opened is not None)

    def _until(self, week: Week, until: datetime | None) -> Round:
        if until is None:
            return self.round(week)
        happened = (event for event in self._ledger.events(str(week)) if event.at <= until)
        return rounds.fold(happened, Round(str(week)))

    def recent(self, week: Week, count: int) -> Iterator[Round]:
        """This week's round and those of the so many weeks before that have events, newest first."""
        weeks = [week.plus(-back) for back in range(count + 1)]
        with self._known.lock:
            unseen = [one for one in weeks[1:] if one not in self._known.rounds and one not in self._rounds_ahead]
        # The ledger is asked for its rounds, of which it may have hundreds, only where one is not known yet.
        kept = self._kept() if unseen else frozenset()
        absent = {one for one in unseen if str(one) not in kept}
        return (self.round(one) for one in weeks if one not in absent)

    def _kept(self) -> frozenset[str]:
        """The names of the rounds that the ledger has."""
        if self._still is None:
            return frozenset(self._ledger.rounds())
        if self._still_kept is None:
            self._still_kept = frozenset(self._ledger.rounds())
        return self._still_kept

    def stage(self, happened: Sequence[Event]) -> None:
        """Let rounds and book show these events from now on, until `keep` or `unstage`."""
        for round_, some in _by_round(happened).items():
            if round_ is None:
                self._book_ahead = book.fold(some, self.book)
            else:
                week = Week.parse(round_)
                self._rounds_ahead[week] = rounds.fold(some, self.round(week))
        self._staged += happened

    def keep(self, last: Week | None = None) -> Sequence[Event]:
        """Append what is staged, as `append` does. If that fails, nothing is staged any more."""
        staged = list(self._staged)
        self.unstage()
        return self.append(staged, last)

    def unstage(self) -> None:
        """Forget what is staged."""
        self._staged.clear()
        self._rounds_ahead.clear()
        self._book_ahead = None

    def append(self, happened: Iterable[Event], last: Week | None = None) -> Sequence[Event]:
        """Keep events of any rounds: one commit a round, the round `last` at the end, so that what records a message
        as read comes after everything that it brought about. Answers with what was accepted."""
        by_round = _by_round(happened)
        accepted: list[Event] = []
        for round_ in sorted(by_round, key=lambda one: (one == str(last), one or "")):
            self._still_kept = None
            if self._still is not None:
                self._still.pop(None if round_ is None else Week.parse(round_), None)
            if any(isinstance(event, Claimed) for event in by_round[round_]):
                accepted += self._claimed(Week.parse(str(round_)), by_round[round_])
            else:
                accepted += self._ledger.append(by_round[round_])
        return accepted

    def _claimed(self, week: Week, happened: Sequence[Event]) -> Sequence[Event]:
        """Append claims. Whoever reads past the last of them keeps how the round stood there: `as_of` wants to know."""
        last = next(event.key for event in reversed(happened) if isinstance(event, Claimed))
        with self._known.lock:
            for before in self._claims.get(week, ()):
                self._known.as_claimed.pop(before, None)
            self._known.as_claimed[last] = None
        self._claims[week] = (last,)
        accepted = self._ledger.claim(happened)
        claims = tuple(event.key for event in accepted if isinstance(event, Claimed))
        if last in claims:
            self._claims[week] = claims
        return accepted


def _open_claims(this: Round) -> frozenset[str]:
    """The latest claims of mails of which nobody knows yet how they ended."""
    return frozenset(f"{key}/claim/{this.mails[key].attempts}" for key in this.unended)


def _by_round(happened: Iterable[Event]) -> dict[str | None, list[Event]]:
    by_round: dict[str | None, list[Event]] = {}
    for event in happened:
        by_round.setdefault(event.round, []).append(event)
    return by_round
