"""`onenumber restore`: put a backup back, so that nothing leaves a second time for that."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

from pipeline.ledger import backup
from pipeline.ledger.opened import open_ledger
from pipeline.settings import Settings


def run(settings: Settings, *, source: Path | None, now: datetime) -> int:
    """Put the folder `source` in the ledger's place, or, without one, say that the ledger was put back by other means;
    0 done, 1 where the backup cannot be used or a worker is running."""
    if source is not None and not isinstance(settings.store, Path):
        print(
            "onenumber: the ledger is in a database. Put that back with its own tools while no worker is running, and "
            "then run onenumber restore without a folder.",
            file=sys.stderr,
        )
        return 1
    ledger = open_ledger(settings.store)
    try:
        with ledger.alone():
            if source is None or not isinstance(settings.store, Path):
                done = backup.mark(ledger, now)
            else:
                done = backup.put_back(source, settings.store, now)
    finally:
        ledger.close()
    weeks = len(done.rounds)
    since = f"{done.since:%Y-%m-%d %H:%M} UTC"
    print(f"The ledger is as it was at {since}, with {weeks} {'week' if weeks == 1 else 'weeks'}.")
    print("What was due from then until now most likely left. It is skipped, and counts as sent: onenumber status.")
    print(f"The next turn reads again what was moved to {settings.imap.processed_folder} since.")
    print("What was done by hand since then is to be done again: answer, held, resend, and above all forget.")
    if done.kept is not None:
        print(f"The files that were there before are in {done.kept}. Delete them when all is well.")
    return 0
