"""The worker of one machine: turns driven by `schedule`, and waiting in IDLE between them.

It remembers nothing: what is due is asked anew at each turn, so a late one catches up. A job that raises would end
`schedule`'s loop, hence each is guarded; and its minute jobs do not run in the hour that summer time repeats
(dbader/schedule#649), hence the monotonic clock has the last word on how long a turn may be away.
"""

from __future__ import annotations

import logging
import os
import select
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from types import FrameType
from typing import Protocol

from schedule import Scheduler

from pipeline.heartbeat import Heartbeat
from pipeline.ledger import LedgerError
from pipeline.tick import Ticked
from pipeline.worker.onlooker import NOBODY, Onlooker

log = logging.getLogger("onenumber")

TURN_SECONDS = 30
"""A turn at least so often: it reads a mailbox that cannot be waited in, and sees a clock that was set."""

GIVE_UP_SECONDS = 4.0
"""So long a stop waits for what is under way. What is cut off then is as if the power had failed: nothing is lost."""

PAUSES = (5.0, 15.0, 30.0, 60.0, 120.0, 300.0)
"""Seconds after a turn that met a server it could not use."""


class Stop:
    """The wish to end, which signals set and everything that takes long asks for.

    A flag and a pipe, not a threading.Event: a signal may come while the event's own lock is held by the very thread
    that handles it, and `set` would then wait for ever. `alive` is called whenever somebody asks: who goes on asking
    does not hang.
    """

    def __init__(self, alive: Callable[[], None] = lambda: None) -> None:
        self._alive = alive
        self._wished = False
        self._reader, self._writer = os.pipe()
        os.set_blocking(self._writer, False)

    def __call__(self) -> bool:
        self._alive()
        return self._wished

    def wish(self) -> None:
        """Safe in a signal handler, and from any thread."""
        self._wished = True
        with suppress(BlockingIOError):
            os.write(self._writer, b"x")

    def wait(self, seconds: float) -> bool:
        """Wait for the wish, at most so long; True if it is there."""
        self._alive()
        select.select([self._reader], [], [], seconds)
        return self._wished

    @contextmanager
    def on_signals(self) -> Iterator[None]:
        """SIGTERM and SIGINT ask for the end; who has not ended in GIVE_UP_SECONDS is ended. SIGHUP does so from a
        terminal that has gone; otherwise it is a wish to read the settings again, which happens by itself."""

        def asked(_number: int, _frame: FrameType | None) -> None:
            signal.setitimer(signal.ITIMER_REAL, GIVE_UP_SECONDS)
            self.wish()

        def overdue(_number: int, _frame: FrameType | None) -> None:
            os.write(2, b"onenumber: stopped in the middle of a turn; the next start goes on from there\n")
            os._exit(0)

        before = {number: signal.signal(number, asked) for number in (signal.SIGTERM, signal.SIGINT)}
        before[signal.SIGHUP] = signal.signal(signal.SIGHUP, asked if os.isatty(0) else signal.SIG_IGN)
        before[signal.SIGALRM] = signal.signal(signal.SIGALRM, overdue)
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            for number, handler in before.items():
                signal.signal(number, handler)


class TakesTurns(Protocol):
    """What a worker works with: `tick.Turns`, or whatever chooses them."""

    def tick(self, now: datetime) -> Ticked: ...

    def next_instant(self, now: datetime) -> datetime | None: ...

    def wait(self, seconds: float) -> bool: ...


class Worker:
    """Turns until the wish to stop. `clock` tells the time (aware), `turns` does what is to be done then, and
    `onlooker` is told of it."""

    def __init__(
        self,
        turns: TakesTurns,
        stop: Stop,
        heartbeat: Heartbeat,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        onlooker: Onlooker = NOBODY,
    ) -> None:
        self._turns = turns
        self._stop = stop
        self._heartbeat = heartbeat
        self._clock = clock
        self._onlooker = onlooker
        self._troubles = 0
        self._again = 0.0
        self._next: datetime | None = None
        self._jobs = Scheduler()
        self._jobs.every(TURN_SECONDS).seconds.do(self._turn_unless_resting)
        self._jobs.every().hour.do(self._heartbeat.beat)

    def run(self) -> None:
        """Work until the wish to stop."""
        self._heartbeat.start()
        self._turn()
        while not self._stop():
            changed = self._wait(self._seconds())
            if self._stop():
                break
            if changed or self._is_due():
                self._turn()
            self._jobs.run_pending()

    def _turn_unless_resting(self) -> None:
        if self._troubles == 0:
            self._turn()

    def _turn(self) -> None:
        """One turn. Whatever goes wrong in it is said, and the next one tries again."""
        now, began = self._clock(), time.monotonic()
        self._next = None
        try:
            ticked = self._turns.tick(now)
            self._onlooker.turned(ticked, now, time.monotonic() - began)
            self._next = self._turns.next_instant(now)
        except LedgerError as error:
            log.error("turn failed reason=%r", str(error))
            self._failed(began)
        except Exception:
            log.exception("a turn failed; the next one tries again")
            self._failed(began)
        else:
            self._ended(well=not ticked.problems, pause=ticked.pause)

    def _failed(self, began: float) -> None:
        self._onlooker.failed("turn", time.monotonic() - began)
        self._ended(well=False)

    def _ended(self, *, well: bool, pause: float | None = None) -> None:
        """When to turn again at the latest: as the pace of sending has it, or, after trouble, a little later each
        time. An instant that was planned is never let go by for that."""
        if well:
            self._troubles = 0
            seconds = TURN_SECONDS if pause is None else pause
        else:
            seconds = max(PAUSES[min(self._troubles, len(PAUSES) - 1)], pause or 0.0)
            self._troubles += 1
        self._again = time.monotonic() + seconds
        self._heartbeat.went(well=well)

    def _is_due(self) -> bool:
        return time.monotonic() >= self._again or (self._next is not None and self._clock() >= self._next)

    def _seconds(self) -> float:
        """How long to wait: until something is due, and never so long that a clock that was set goes unseen."""
        seconds = min(float(TURN_SECONDS), self._again - time.monotonic())
        if self._next is not None:
            seconds = min(seconds, (self._next - self._clock()).total_seconds())
        return max(0.0, seconds)

    def _wait(self, seconds: float) -> bool:
        """Wait in IDLE where that is possible; True if a message may have come."""
        began = time.monotonic()
        changed = False
        if seconds > 0 and self._troubles == 0:
            changed = self._turns.wait(seconds)
        if not changed:
            self._stop.wait(max(0.0, seconds - (time.monotonic() - began)))
        return changed
