"""One worker as a process of its own, on a clock that plays a Friday faster: python -m tests.scale.worker FACTS.

FACTS is JSON: the settings file, when the play began by the database's clock (or this machine's, where the store is a
folder), the moment that it plays from, how fast, and how long a mail server is waited for. What is wrong with this
machine's own clock is libfaketime's business.
"""

import json
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pipeline import logs
from pipeline.heartbeat import Heartbeat
from pipeline.ledger.opened import open_ledger
from pipeline.ledger.postgres import PostgresLedger
from pipeline.settings import Database, Settings, load
from pipeline.transport import imap, smtp
from pipeline.worker import scheduled
from pipeline.worker.queued import QueuedWorker
from pipeline.worker.reloading import Reloading
from pipeline.worker.scheduled import Stop, Worker

facts = json.loads(sys.argv[1])
began, start = datetime.fromisoformat(facts["began"]), datetime.fromisoformat(facts["start"])


def played(at: datetime) -> datetime:
    passed: timedelta = (at - began) * facts["speed"]
    return start + passed


def by_its_clock(ledger: PostgresLedger) -> datetime:
    return played(ledger.now())


def by_ours() -> datetime:
    return played(datetime.now(UTC))


def main() -> None:
    for module in (imap, smtp):
        module.READ_TIMEOUT = facts["patience"]
        module.CONNECT_TIMEOUT = min(module.CONNECT_TIMEOUT, facts["patience"])
    settings, stop = load(Path(facts["settings"])), Stop()
    logs.begin(settings.log)
    with stop.on_signals():
        if isinstance(settings.store, Database):
            with QueuedWorker(settings, settings.store, stop, Heartbeat(None), by_its_clock) as worker:
                worker.run()
        else:
            alone(settings, stop)


def alone(settings: Settings, stop: Stop) -> None:
    """As `onenumber run` does it. What is due is waited for by the clock that is played, and turns by a real one."""
    scheduled.TURN_SECONDS = 1
    ledger = open_ledger(settings.store)
    with ledger.working():
        turns = Reloading(settings, ledger, Heartbeat(None), stopped=stop)
        try:
            Worker(turns, stop, Heartbeat(None), by_ours).run()
        finally:
            turns.close()


main()
