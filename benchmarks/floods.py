"""What a flood and a full mailbox cost: 10,000 replies of one person, and 100,000 old mails of other people.

    python benchmarks/floods.py            as root, for it starts Dovecot and Postfix
    python benchmarks/floods.py 1000 5000

A visit is one process's first look; the second and third know the ledger alone.
"""

from __future__ import annotations

import os
import resource
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from pipeline.ledger.tiny import TinyLedger
from pipeline.settings import load
from pipeline.tick import Turns
from tests.friday.firm import SMALL, Firm
from tests.servers import mailservers


def visits(what: str, firm: Firm, at: datetime) -> None:
    settings = load(firm.file)
    for number in (1, 2, 3):
        turns, began, read = Turns(settings, TinyLedger(settings.store)), time.perf_counter(), 0
        unfinished = True
        while unfinished:
            ticked = turns.tick(at)
            read, unfinished = read + len(ticked.received), ticked.unfinished
        turns.close()
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        seconds = time.perf_counter() - began
        print(f"{what:<10} visit {number}: {read:>7} read in {seconds:7.2f} s, peak so far {peak} MB", flush=True)


def copies(raw: bytes, count: int) -> list[bytes]:
    return [b"X-Copy: %d\r\n" % number + raw for number in range(count)]


def main(replies: int, foreign: int) -> None:
    with mailservers.running() as servers:
        os.environ["SSL_CERT_FILE"] = str(servers.authority)
        full = Firm(servers, Path(tempfile.mkdtemp()), list(SMALL))
        letter = full.letter("stranger", "Invoice 4711", "Please find 12 boxes attached.")
        servers.fill(full.organisation, copies(letter, foreign), arrived=datetime(2019, 3, 1, tzinfo=UTC))
        visits("old mail", full, full.instant("Mon 08:00"))
        flooded = Firm(servers, Path(tempfile.mkdtemp()), list(SMALL)).installed()
        flooded.tick("Fri 13:00")
        flooded.replies("anna", "7")
        servers.settle()
        (reply,) = flooded.inbox()
        servers.fill(flooded.organisation, copies(reply, replies))
        visits("replies", flooded, flooded.instant("Fri 13:30"))


if __name__ == "__main__":
    main(*(int(one) for one in sys.argv[1:3] or ("10000", "100000")))
