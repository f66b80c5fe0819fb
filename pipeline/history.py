"""Rounds and the standing book as they stand, folded from the ledger and kept in step with it.

The one place where events become state for the rest of the product: what was appended is folded on, and what another
process has appended is folded on too. Several messages can be judged one after the other and kept in one commit: what
the first ones bring about is staged, seen by the next, and no more than a wish until `keep`. It decides nothing.

A round is in memory from when somebody asks for it until `let_go_of_rounds`; after that, what is kept of it (`past`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from threading import RLock
from typing import Generic, TypeVar

import msgspec

from pipeline import book, rounds
from pipeline.book import Book
from pipeline.events import Claimed, Event, Received
from pipeline.ledger import Ledger, Place
from pipeline.mail import MailKey
from pipeline.pace import Pace
from pipeline.past import Past, kept_of
from pipeline.rounds import MailState, Round
from pipeline.weeks import Week

S = TypeVar("S")
_WEEKS_KEPT = 13  # what is kept of the rounds that reports look at, and replies may belong to


class _Kept(msgspec.Struct, Generic[S], frozen=True):
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
        self.past: dict[Week, _Kept[Past]] = {}
        self.book = _Kept(Book())
        self.as_claimed: dict[str, Round | None] = {}


class History:
    """The ledger's states, each as of the last look at it, and kept in step by the events that are new. One object is
    used by one thread; those of several threads, each `beside` the other, have one state of each round in memory."""

    def __init__(self, ledger: Ledger, known: _Known | None = None) -> None:
        self._ledger = ledger
        self._known = known or _Known()
        self._still: dict[Week | None, Round | Book] | None = None  # what need not be looked at again now
        self._still_past: dict[Week, Past] = {}
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
            self._still_past.clear()

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

    def opened_before(self, week: Week, count: int) -> Iterator[Round]:
        """The rounds that were opened in the so many weeks before, newest first."""
        states = (self.round(one) for one in self._weeks(week, count) if one != week)
        return (state for state in states if state.opened is not None)

    def before(self, week: Week, count: int, until: datetime | None = None) -> tuple[Past, ...]:
        """What is kept of them; with `until`, as they stood then."""
        weeks = (one for one in self._weeks(week, count) if one != week)
        states = (self.past(one) if until is None else kept_of(self._until(one, until)) for one in weeks)
        return tuple(state for state in states if state.opened is not None)

    def _until(self, week: Week, until: datetime) -> Round:
        happened = (event for event in self._ledger.events(str(week)) if event.at <= until)
        return rounds.fold(happened, Round(str(week)))

    def recent(self, week: Week, count: int) -> Iterator[Round]:
        """This week's round and those of the so many weeks before that have events, newest first."""
        return (self.round(one) for one in self._weeks(week, count))

    def _weeks(self, week: Week, count: int) -> Iterator[Week]:
        """This week and the so many before that have events, newest first."""
        weeks = [week.plus(-back) for back in range(count + 1)]
        with self._known.lock:
            known = {*self._known.rounds, *self._known.past, *self._rounds_ahead}
        # The ledger is asked for its rounds, of which it may have hundreds, only where one is not known yet.
        kept = frozenset() if known.issuperset(weeks[1:]) else self._kept()
        return (one for one in weeks if one == week or one in known or str(one) in kept)

    def glances(self, week: Week, count: int) -> Iterator[Round | Past]:
        """The same weeks as `recent`, each as at a glance: the round, or what is kept of it."""
        return (self.glance(one) for one in self._weeks(week, count))

    def glance(self, week: Week) -> Round | Past:
        """The round, if it is in memory, and else what is kept of it. `in` its people, messages and aliases may say yes
        without reason: the round itself knows."""
        with self._known.lock:
            is_in_memory = week in self._known.rounds or week in self._rounds_ahead
        return self.round(week) if is_in_memory else self.past(week)

    def past(self, week: Week) -> Past:
        """What is kept of a round. The round is read for it, and let go of again, if it is not in memory."""
        standing = self._still_past.get(week) if self._still is not None else None
        if standing is not None:
            return standing
        with self._known.lock:
            known = self._known.past.get(week)
            if known is None or self._is_news(week, known.place):
                whole = self._in_memory(week) or self._whole(week)
                known = self._known.past[week] = _Kept(kept_of(whole.state), whole.place, whole.seen)
        if self._still is not None:
            self._still_past[week] = known.state
        return known.state

    def _in_memory(self, week: Week) -> _Kept[Round] | None:
        """With what is new."""
        if week in self._known.rounds:
            self.round(week)
        return self._known.rounds.get(week)

    def _whole(self, week: Week) -> _Kept[Round]:
        """For this once."""
        whole = self._read_on(str(week), _Kept(Round(str(week))), Round(str(week)), rounds.fold)
        self._ledger.lay_aside(str(week))
        return whole

    def _is_news(self, week: Week, place: Place | None) -> bool:
        news = self._ledger.since(str(week), place)
        return news.anew or bool(news.events)

    def let_go_of_rounds(self, but: Collection[Week], glanced_at: Collection[Week] = ()) -> None:
        """From here on these rounds alone are in memory, and of the others what is kept of them: a worker that stays
        for a year would else have all of its rounds. Those of more than a quarter of a year ago are forgotten, unless
        they are `glanced_at` all the time."""
        with self._known.lock:
            for week in self._known.rounds.keys() - set(but):
                self.past(week)
                del self._known.rounds[week]
                self._ledger.lay_aside(str(week))
            over = [one for one in self._known.past if any(live.since(one) > _WEEKS_KEPT for live in but)]
            for week in set(over).difference(glanced_at):
                del self._known.past[week]

    def received(self, message: str, week: Week, count: int) -> Received | None:
        """What became of a message that was recorded in this week or in the so many before."""
        found = (self.round(Week.parse(one.week)) for one in self.glances(week, count) if message in one.received)
        return next((this.received[message] for this in found if message in this.received), None)

    def alias(self, name: str, week: Week, count: int) -> str | None:
        """The key of the mail, of this week or the so many before, to which a provider gave this id."""
        found = (self.round(Week.parse(one.week)) for one in self.glances(week, count) if name in one.aliases)
        return next((this.aliases[name] for this in found if name in this.aliases), None)

    def alarm_mail(self, key: MailKey) -> MailState:
        """What became of a mail to the operator, which may tell of a week long ago."""
        this = self.glance(key.round)
        return this.mail(key) if isinstance(this, Round) else this.alarms.get(str(key), MailState())

    def once(self, week: Week) -> Round:
        """A round that is looked at and not kept in memory."""
        return self._whole(week).state

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
                self._still_past.clear()
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
