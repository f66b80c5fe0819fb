"""Rounds and the standing book as they stand, folded from the ledger and kept in step with it.

The one place where events become state for the rest of the product: what was appended is folded on, and what another
process has appended is folded on too. Several messages can be judged one after the other and kept in one commit: what
the first ones bring about is staged, seen by the next, and no more than a wish until `keep`. It decides nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from pipeline import book, rounds
from pipeline.book import Book
from pipeline.events import Claimed, Event, Sent
from pipeline.ledger import Ledger
from pipeline.rounds import Round
from pipeline.weeks import Week


class History:
    """The ledger's states, cached by how many of a round's events they have seen, and of which edition: a round that
    was rewritten has another first event."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._rounds: dict[Week, tuple[str, int, Round]] = {}
        self._book: tuple[str, int, Book] = ("", 0, Book())
        self._standing_still: dict[str | None, tuple[Event, ...]] | None = None
        self._staged: list[Event] = []
        self._rounds_ahead: dict[Week, Round] = {}
        self._book_ahead: Book | None = None

    def round(self, week: Week) -> Round:
        ahead = self._rounds_ahead.get(week)
        if ahead is not None:
            return ahead
        happened = self._events(str(week))
        edition = _edition(happened)
        known, seen, state = self._rounds.get(week, (edition, 0, Round(str(week))))
        if edition != known:
            seen, state = 0, Round(str(week))
        if len(happened) != seen or edition != known:
            state = rounds.fold(happened[seen:], state)
            self._rounds[week] = edition, len(happened), state
        return state

    @property
    def book(self) -> Book:
        if self._book_ahead is not None:
            return self._book_ahead
        happened = self._events(None)
        edition = _edition(happened)
        known, seen, state = self._book
        if edition != known:
            seen, state = 0, Book()
        if len(happened) != seen or edition != known:
            state = book.fold(happened[seen:], state)
            self._book = edition, len(happened), state
        return state

    def book_at(self, until: datetime) -> Book:
        """The standing book as it stood then."""
        return book.fold(event for event in self._events(None) if event.at <= until)

    def size(self, week: Week) -> int:
        """How many events a round has; a number that only grows."""
        return len(self._events(str(week)))

    @contextmanager
    def still(self) -> Iterator[None]:
        """Within the block a round is read once, but for what is appended here: where it is enough to know how things
        stood when the block began, and asking a database again and again would cost more than the work."""
        self._standing_still = {}
        try:
            yield
        finally:
            self._standing_still = None

    def _events(self, round_: str | None) -> tuple[Event, ...]:
        if self._standing_still is None:
            return self._ledger.events(round_)
        if round_ not in self._standing_still:
            self._standing_still[round_] = self._ledger.events(round_)
        return self._standing_still[round_]

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

    def let_go(self) -> None:
        """What this process has claimed, and not ended, may be taken over."""
        self._ledger.let_go()

    def as_of(self, week: Week, key: str) -> Round:
        """The round as it stood when an event was accepted, that event included: a mail that is repeated says what it
        said the first time."""
        happened = self._events(str(week))
        place = next((number for number in range(len(happened) - 1, -1, -1) if happened[number].key == key), -1)
        if place < 0 or not any(map(_may_change_a_report, happened[place + 1 :])):
            return self.round(week)
        return rounds.fold(happened[: place + 1], Round(str(week)))

    def before(self, week: Week, count: int, until: datetime | None = None) -> tuple[Round, ...]:
        """The rounds that were opened in the so many weeks before, newest first; with `until`, as they stood then."""
        weeks = (week.plus(-back) for back in range(1, count + 1))
        kept = set(self._ledger.rounds())
        states = (self._until(one, until) for one in weeks if str(one) in kept)
        return tuple(state for state in states if state.opened is not None)

    def _until(self, week: Week, until: datetime | None) -> Round:
        if until is None:
            return self.round(week)
        happened = (event for event in self._events(str(week)) if event.at <= until)
        return rounds.fold(happened, Round(str(week)))

    def recent(self, week: Week, count: int) -> Iterator[Round]:
        """This week's round and those of the so many weeks before that have events, newest first."""
        weeks = [week.plus(-back) for back in range(count + 1)]
        seen = {week, *self._rounds, *self._rounds_ahead}
        # The ledger is asked for its rounds, of which it may have hundreds, only where one is not known yet.
        kept = frozenset[str]() if seen.issuperset(weeks) else frozenset(self._ledger.rounds())
        return (self.round(one) for one in weeks if one in seen or str(one) in kept)

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
            if self._standing_still is not None:
                self._standing_still.pop(round_, None)
            accepted += self._ledger.append(by_round[round_])
        return accepted


def _may_change_a_report(event: Event) -> bool:
    """Not so: that a mail is under way, or that a summary has left."""
    return not isinstance(event, Claimed) and not (isinstance(event, Sent) and "/summary/" in event.mail)


def _open_claims(this: Round) -> frozenset[str]:
    """The latest claims of mails of which nobody knows yet how they ended."""
    return frozenset(f"{key}/claim/{state.attempts}" for key, state in this.mails.items() if state.open)


def _edition(happened: Sequence[Event]) -> str:
    return happened[0].key if happened else ""


def _by_round(happened: Iterable[Event]) -> dict[str | None, list[Event]]:
    by_round: dict[str | None, list[Event]] = {}
    for event in happened:
        by_round.setdefault(event.round, []).append(event)
    return by_round
