"""Which of many workers waits in IDLE for the mailbox, and tells when something comes. Reading it is a turn's business.

One of them waits, as long as its session holds the lock; when that one is gone, or cannot wait in the mailbox, another
takes its place. A reply that nobody has heard of is read by the next turn of the schedule.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from pipeline.history import History
from pipeline.inbox import Inbox
from pipeline.ledger import LedgerError
from pipeline.ledger.postgres import PostgresLedger
from pipeline.settings import Imap
from pipeline.worker.scheduled import PAUSES

log = logging.getLogger("onenumber")

_SLICE = 25.0  # seconds in IDLE until the lock is looked at
_FAREWELL = 1.0


class Listener:
    """One worker's part in it. `imap` tells the settings that are in force, `heard` is called when something may have
    come."""

    def __init__(self, ledger: PostgresLedger, imap: Callable[[], Imap], heard: Callable[[], object]) -> None:
        self._ledger = ledger
        self._imap = imap
        self._heard = heard
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._listen, name="listener", daemon=True)

    def __enter__(self) -> Listener:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Whoever waits for a server that does not answer is not waited for: nothing is lost with it."""
        self.end()
        self._thread.join(timeout=_FAREWELL)

    def end(self) -> None:
        self._over.set()

    def _listen(self) -> None:
        """Until the end. What goes wrong here is told and tried again: turns come without it."""
        troubles = 0
        while not self._over.is_set():
            try:
                with self._ledger.listening() as is_mine:
                    troubles = self._in_the_mailbox(troubles) if is_mine else 0
            except LedgerError as error:
                log.info("waiting for replies was cut short reason=%r", str(error))
            except Exception:
                log.exception("waiting for replies failed; turns come without it")
                troubles += 1
            self._over.wait(PAUSES[min(troubles, len(PAUSES) - 1)])
        self._ledger.close()

    def _in_the_mailbox(self, troubles: int) -> int:
        """Wait for as long as that works and the settings are the same. How often in a row it has not worked by now."""
        imap, history = self._imap(), History(self._ledger)
        inbox = Inbox(imap, history, stopped=self._over.is_set)
        seconds = 0.0
        try:
            while not self._over.is_set() and self._imap() is imap and history.book.unreadable is None:
                began = time.monotonic()
                changed = inbox.wait(seconds)
                if not inbox.can_wait or (not changed and time.monotonic() - began < seconds / 2):
                    return troubles + 1  # this mailbox, or its server, has no waiting now
                if not seconds:
                    log.info("waiting for replies server=%s", imap.host)
                if (changed or not seconds) and not self._over.is_set():
                    # What came before we listened has been heard by nobody.
                    self._heard()
                seconds, troubles = _SLICE, 0
        finally:
            inbox.close()
        return troubles
