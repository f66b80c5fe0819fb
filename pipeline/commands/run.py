"""`onenumber run`: the worker, until it is told to stop; the only one of a folder, or one of many of a database."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from pipeline.checks.machine import exposed
from pipeline.heartbeat import Heartbeat
from pipeline.ledger.opened import open_ledger
from pipeline.settings import Database, Settings
from pipeline.worker.reloading import Reloading
from pipeline.worker.scheduled import Stop, Worker
from pipeline.worker.service import Service

log = logging.getLogger("onenumber")


def run(settings: Settings) -> int:
    """Work until SIGTERM or SIGINT. Raises LedgerBusyError where a worker is there already, or the ledger is moved."""
    service = Service()
    stop = Stop(service.alive)
    with stop.on_signals(), _worker(settings, stop) as work:
        for finding in exposed(settings):
            log.warning(finding)
        log.info("worker started people=%d store=%s", len(settings.roster.people), settings.store)
        service.ready()
        try:
            work()
        finally:
            service.stopping()
    log.info("worker stopped")
    return 0


@contextmanager
def _worker(settings: Settings, stop: Stop) -> Iterator[Callable[[], None]]:
    """What works until the wish to stop."""
    ledger, heartbeat = open_ledger(settings.store), Heartbeat(settings.heartbeat)
    if isinstance(settings.store, Database):
        ledger.close()  # it has told by now what is not installed, or not there
        from pipeline.worker.queued import QueuedWorker

        with QueuedWorker(settings, settings.store, stop, heartbeat) as queued:
            yield queued.run
        return
    with ledger.working():
        turns = Reloading(settings, ledger, heartbeat, stopped=stop)
        try:
            yield Worker(turns, stop, heartbeat).run
        finally:
            turns.close()
