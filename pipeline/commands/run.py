"""`onenumber run`: the worker, until it is told to stop."""

from __future__ import annotations

import logging

from pipeline.checks.machine import exposed
from pipeline.heartbeat import Heartbeat
from pipeline.ledger.opened import open_ledger
from pipeline.settings import Settings
from pipeline.worker.reloading import Reloading
from pipeline.worker.scheduled import Stop, Worker
from pipeline.worker.service import Service

log = logging.getLogger("onenumber")


def run(settings: Settings) -> int:
    """Work until SIGTERM or SIGINT. Raises LedgerBusyError where a worker is there already."""
    service = Service()
    stop = Stop(service.alive)
    ledger = open_ledger(settings.store)
    with ledger.working(), stop.on_signals():
        for finding in exposed(settings):
            log.warning(finding)
        heartbeat = Heartbeat(settings.heartbeat)
        turns = Reloading(settings, ledger, heartbeat, stopped=stop)
        log.info("worker started people=%d store=%s", len(settings.roster.people), settings.store)
        service.ready()
        try:
            Worker(turns, stop, heartbeat).run()
        finally:
            service.stopping()
            turns.close()
    log.info("worker stopped")
    return 0
