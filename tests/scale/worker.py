"""One worker as a process of its own, on a clock that plays a Friday faster: python -m tests.scale.worker FACTS.

FACTS is JSON: the settings file, when the play began by the database's clock, the moment that it plays from, how fast,
and how long a mail server is waited for. What is wrong with this machine's own clock is libfaketime's business.
"""

import json
import sys
from datetime import datetime, timedelta
from pathlib import Path

from pipeline import logs
from pipeline.heartbeat import Heartbeat
from pipeline.ledger.postgres import PostgresLedger
from pipeline.settings import Database, load
from pipeline.transport import imap, smtp
from pipeline.worker.queued import QueuedWorker
from pipeline.worker.scheduled import Stop

facts = json.loads(sys.argv[1])
began, start = datetime.fromisoformat(facts["began"]), datetime.fromisoformat(facts["start"])


def played(ledger: PostgresLedger) -> datetime:
    return start + timedelta(seconds=(ledger.now() - began).total_seconds() * facts["speed"])


def main() -> None:
    for module in (imap, smtp):
        module.READ_TIMEOUT = facts["patience"]
        module.CONNECT_TIMEOUT = min(module.CONNECT_TIMEOUT, facts["patience"])
    settings, stop = load(Path(facts["settings"])), Stop()
    assert isinstance(settings.store, Database)
    logs.begin(settings.log)
    with stop.on_signals(), QueuedWorker(settings, settings.store, stop, Heartbeat(None), played) as worker:
        worker.run()


main()
