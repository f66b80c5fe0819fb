"""One worker as a process of its own, on a clock that plays a Friday faster: python -m tests.scale.worker FACTS.

FACTS is JSON: the settings file, when the play began by the database's clock, the moment that it plays from, how fast,
and by how many seconds this machine's own clock is wrong.
"""

import json
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path

facts = json.loads(sys.argv[1])
_right = time.time
time.time = lambda: _right() + facts["skew"]  # before anything is imported that asks it

from pipeline import logs  # noqa: E402
from pipeline.heartbeat import Heartbeat  # noqa: E402
from pipeline.ledger.postgres import PostgresLedger  # noqa: E402
from pipeline.settings import Database, load  # noqa: E402
from pipeline.worker.queued import QueuedWorker  # noqa: E402
from pipeline.worker.scheduled import Stop  # noqa: E402

began, start = datetime.fromisoformat(facts["began"]), datetime.fromisoformat(facts["start"])


def played(ledger: PostgresLedger) -> datetime:
    return start + timedelta(seconds=(ledger.now() - began).total_seconds() * facts["speed"])


def main() -> None:
    settings, stop = load(Path(facts["settings"])), Stop()
    assert isinstance(settings.store, Database)
    logs.begin(settings.log)
    with stop.on_signals(), QueuedWorker(settings, settings.store, stop, Heartbeat(None), played) as worker:
        worker.run()


main()
