"""`onenumber run`: the worker, until it is told to stop; the only one of a folder, or one of many of a database."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from pipeline.checks.files import exposed
from pipeline.faults import SettingsError, extra
from pipeline.heartbeat import Heartbeat
from pipeline.ledger.opened import open_ledger
from pipeline.settings import Database, Metrics, Settings
from pipeline.worker import allocator
from pipeline.worker.onlooker import NOBODY, Onlooker
from pipeline.worker.reloading import Reloading
from pipeline.worker.scheduled import Stop, Worker
from pipeline.worker.service import Service

log = logging.getLogger("onenumber")


def run(settings: Settings) -> int:
    """Work until SIGTERM or SIGINT. Raises LedgerBusyError where a worker is there already, or the ledger is moved."""
    allocator.return_large_blocks()
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

        with (
            _onlooker(settings.metrics) as onlooker,
            QueuedWorker(settings, settings.store, stop, heartbeat, onlooker=onlooker) as queued,
        ):
            yield queued.run
        return
    with ledger.working(), _onlooker(settings.metrics) as onlooker:
        turns = Reloading(settings, ledger, heartbeat, stopped=stop)
        try:
            yield Worker(turns, stop, heartbeat, onlooker=onlooker).run
        finally:
            turns.close()


@contextmanager
def _onlooker(where: Metrics) -> Iterator[Onlooker]:
    """Whoever looks on. Raises SettingsError where that is not installed, or its port is taken."""
    if where.port is None:
        yield NOBODY
        return
    try:
        from pipeline import metrics
    except ImportError as error:
        raise SettingsError(
            f"metrics.port needs what is not installed here ({error.name}). {extra('metrics')}"
        ) from None
    with metrics.served(where, where.port, datetime.now(UTC)) as observer:
        log.info("metrics are served address=%s port=%d", where.address, where.port)
        yield observer
