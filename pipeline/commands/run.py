"""`onenumber run`: the worker, until it is told to stop."""

from __future__ import annotations

import logging

from pipeline.heartbeat import Heartbeat
from pipeline.ledger.locks import worker_lock
from pipeline.ledger.tiny import TinyLedger
from pipeline.settings import Settings
from pipeline.tick import Turns
from pipeline.worker.scheduled import Stop, Worker

log = logging.getLogger("onenumber")


def run(settings: Settings) -> int:
    """Work until SIGTERM or SIGINT. Raises LedgerBusyError where a worker is there already."""
    stop = Stop()
    with worker_lock(settings.store), stop.on_signals():
        turns = Turns(settings, TinyLedger(settings.store), stopped=stop)
        log.info("worker started people=%d store=%s", len(settings.roster.people), settings.store)
        try:
            Worker(turns, stop, Heartbeat(settings.heartbeat)).run()
        finally:
            turns.close()
    log.info("worker stopped")
    return 0
