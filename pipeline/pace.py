"""How many mails may leave now? The provider's limit, as at most so many in any 60 seconds.

A fifth of it is kept for summaries and the digest. `OwnPace` counts what one process sends; a ledger that several
workers share counts for all of them.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Protocol


class Pace(Protocol):
    def room(self, *, reserved: bool) -> int:
        """How many more may leave at once; `reserved` for mails that leave a part to reports."""

    def wait(self, *, reserved: bool) -> float:
        """After how many seconds there is room again."""

    def take(self, mails: int, *, reserved: bool) -> int:
        """Count so many as leaving now, as far as there is room for them; answers with how many may."""


def limit(most: int, *, reserved: bool) -> int:
    """How many may leave in 60 seconds."""
    return most - most // 5 if reserved else most


class OwnPace:
    """The pace of one process, by a clock that is never set (seconds)."""

    def __init__(self, most: int, clock: Callable[[], float]) -> None:
        self._most = most
        self._clock = clock
        self._left_at: deque[float] = deque()

    def room(self, *, reserved: bool) -> int:
        now = self._clock()
        while self._left_at and self._left_at[0] <= now - 60:
            self._left_at.popleft()
        return max(0, limit(self._most, reserved=reserved) - len(self._left_at))

    def wait(self, *, reserved: bool) -> float:
        over = len(self._left_at) - limit(self._most, reserved=reserved)
        return max(0.0, self._left_at[max(over, 0)] + 60 - self._clock())

    def take(self, mails: int, *, reserved: bool) -> int:
        taken = min(mails, self.room(reserved=reserved))
        self._left_at.extend([self._clock()] * taken)
        return taken
