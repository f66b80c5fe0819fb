"""How many mails may leave now? The provider's limits: at most so many in any 60 seconds, and in any 24 hours.

Of a minute a fifth is kept for summaries and the digest. Of a day as many as are still to come, for it is known who
gets them: a fifth of 2,000 would be far too much for a firm of forty managers, and too little for one of five hundred.
`OwnPace` counts what one process sends, and for the day what the ledger has; a ledger that several workers share counts
for all of them.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from typing import Protocol

import msgspec

DAY = timedelta(days=1)
UNPLANNED = 5
"""So many of a day's mails are kept for alarms to the operator, and whatever else nobody can plan."""

_MINUTE = 60.0  # seconds


class Pace(Protocol):
    """`reserved` for mails that leave a part of the minute to reports, `kept` so many that they leave of the day."""

    def begins(self, now: datetime) -> None:
        """A turn begins: the day ends at `now`, wherever nobody else's clock is asked."""

    def room(self, *, reserved: bool, kept: int = 0) -> int:
        """How many more may leave at once."""

    def wait(self, *, reserved: bool, kept: int = 0) -> float:
        """After how many seconds there is room again. More than those of a minute: the day is used up."""

    def take(self, mails: int, *, reserved: bool, kept: int = 0) -> int:
        """Count so many as leaving now, as far as there is room for them; answers with how many may."""

    def left(self) -> int:
        """How many left in the last 24 hours."""


class Day(msgspec.Struct, frozen=True):
    """The provider's day: `left` of `most` mails have left in the last 24 hours, `kept` are left to reports that are
    still to come. Where that leaves no room, `room_at` is when other mails may leave."""

    most: int
    left: int
    kept: int
    room_at: datetime | None


def day(pace: Pace, most: int, kept: int, now: datetime) -> Day:
    """How much of the day is used, as of `now`."""
    left = pace.left()
    return Day(most, left, kept, room_at(pace, now, kept) if left + kept >= most else None)


def room_at(pace: Pace, now: datetime, kept: int) -> datetime | None:
    """When mails that leave so many of the day to others may leave, where the day is used up; None where it is not."""
    seconds = pace.wait(reserved=True, kept=kept)
    return now + timedelta(seconds=seconds) if seconds > _MINUTE else None


def limit(most: int, *, reserved: bool) -> int:
    """How many may leave in 60 seconds."""
    return most - most // 5 if reserved else most


def kept_of_a_day(most: int, reports: int, asks: int = 0) -> int:
    """How many of a day's mails are left to those that are still to come in the next 24 hours: `reports` by every other
    mail, `asks` by nudges too. However many they are, half of the day is for the others, and one mail may always
    leave."""
    return min(min(reports + UNPLANNED, most // 2) + asks, most - 1)


class OwnPace:
    """The pace of one process: of the minute by a clock that is never set (seconds), of the day by the turns' own time.
    `left_between` has when something left between two instants, whoever sent it."""

    def __init__(
        self,
        a_minute: int,
        clock: Callable[[], float],
        a_day: int | None = None,
        left_between: Callable[[datetime, datetime], Collection[datetime]] = lambda *_: (),
    ) -> None:
        self._a_minute, self._a_day = a_minute, a_day
        self._clock = clock
        self._left_between = left_between
        self._left_at: deque[float] = deque()
        self._now: datetime | None = None
        self._left_on: list[datetime] = []

    def begins(self, now: datetime) -> None:
        self._now = now
        if self._a_day is not None:
            self._left_on = sorted(self._left_between(now - DAY, now))

    def room(self, *, reserved: bool, kept: int = 0) -> int:
        now = self._clock()
        while self._left_at and self._left_at[0] <= now - 60:
            self._left_at.popleft()
        free = limit(self._a_minute, reserved=reserved) - len(self._left_at)
        if self._a_day is not None:
            free = min(free, self._a_day - kept - len(self._left_on))
        return max(0, free)

    def wait(self, *, reserved: bool, kept: int = 0) -> float:
        allowed = limit(self._a_minute, reserved=reserved)
        seconds = self._left_at[-allowed] + 60 - self._clock() if len(self._left_at) >= allowed else 0.0
        if self._a_day is not None and self._now is not None and len(self._left_on) >= self._a_day - kept:
            seconds = max(seconds, (self._left_on[kept - self._a_day] + DAY - self._now).total_seconds())
        return max(0.0, seconds)

    def take(self, mails: int, *, reserved: bool, kept: int = 0) -> int:
        taken = min(mails, self.room(reserved=reserved, kept=kept))
        self._left_at.extend([self._clock()] * taken)
        if self._now is not None:
            self._left_on.extend([self._now] * taken)
        return taken

    def left(self) -> int:
        return len(self._left_on)
