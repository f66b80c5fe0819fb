"""A history carried from one ledger into another: whole, in its order, verified; and taken up again where it broke off.

The source is read and never changed. What the target holds already must be the beginning of what is carried, so that
nothing is ever mixed. Who may run meanwhile is the caller's business.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime

from pipeline.events import Claimed
from pipeline.ledger import Ledger, LedgerError

AT_ONCE = 500
"""Events in one commit."""


class OtherHistoryError(LedgerError):
    """The target holds something that is not the beginning of the source's history."""


def carry(source: Ledger, target: Ledger, done: Callable[[int], None] = lambda _: None) -> int:
    """Copy what the target lacks, round by round, then when mails left, and the standing book last: a target without it
    has no first round, and mails nobody. `done` hears of how many events are there so far. Answers with how many events
    were copied. Raises OtherHistoryError before anything is written."""
    rounds: tuple[str | None, ...] = (*source.rounds(), None)
    strange = sorted(set(target.rounds()) - set(rounds) - {None})
    if strange:
        raise OtherHistoryError(f"it has round {strange[0]}, which is not in the history that was to be carried there.")
    for round_ in rounds:
        _check_beginning(source, target, round_)
    there = copied = 0
    departures = Counter[datetime]()
    for round_ in rounds:
        happened = source.events(round_)
        departures.update(one.at.replace(second=0, microsecond=0) for one in happened if isinstance(one, Claimed))
        if round_ is None:
            target.take_over_departures(departures)
        kept = len(target.events(round_))
        there += kept
        done(there)
        for first in range(kept, len(happened), AT_ONCE):
            some = happened[first : first + AT_ONCE]
            target.append(some)
            there, copied = there + len(some), copied + len(some)
            done(there)
    return copied


def _check_beginning(source: Ledger, target: Ledger, round_: str | None) -> None:
    theirs, ours = target.events(round_), source.events(round_)
    for number, event in enumerate(theirs):
        if number >= len(ours) or event != ours[number]:
            raise OtherHistoryError(
                f"its event {number + 1} of {round_ or 'the standing book'}, {event.key}, "
                "is not the one that was to be carried there."
            )


def differs(source: Ledger, target: Ledger) -> str | None:
    """The first round, or the standing book, of which the two do not hold the same events in the same order."""
    if source.rounds() != target.rounds():
        return "the list of rounds"
    for round_ in (None, *source.rounds()):
        if source.events(round_) != target.events(round_):
            return round_ or "the standing book"
    return None
