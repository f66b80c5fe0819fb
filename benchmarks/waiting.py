"""How long is a reply's way from delivery to the ledger, while the worker waits in IDLE? Against the barest loop.

Both wait at once, each in a process of its own and in a mailbox of its own at the same Dovecot, and get the same reply
in turn, over LMTP. Theirs waits in IDLE, fetches, parses by the standard library, and appends to a file with one fsync.
Ours is the worker of `onenumber run` on a folder, but for its clock, which plays a Friday.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from email import message_from_bytes
from pathlib import Path
from smtplib import LMTP

import firm
import work
from imapclient import IMAPClient
from table import Row, of_pairs
from work import Servers

from pipeline import events
from pipeline.events import Event
from pipeline.heartbeat import Heartbeat
from pipeline.ledger.tiny import TinyLedger
from pipeline.mail import MailKey
from pipeline.settings import load
from pipeline.worker.reloading import Reloading
from pipeline.worker.scheduled import Stop, Worker
from tests.servers.mailservers import DOMAIN, PASSWORD, MailServers

TIMES = 15
_BARE = f"bare@{DOMAIN}"
_REST = (0.4, 0.9)  # seconds until both are in IDLE again, never in step with anything


def reply(servers: Servers) -> Row:
    """From the answer of LMTP until it is on the disk."""
    with work.folder() as folder:
        settings = firm.settings(folder, 100, smtp=servers.smtp, imap=servers.mail.imap_port)
        history, season, asked = firm.opened(settings)
        history.append(work.sent(MailKey(firm.WEEK, "ask", person.id), asked) for person in season.roster.reps)
        work.fill(servers.mail, [])
        servers.mail.messages(_BARE)
        facts = {
            "settings": str(settings.file),
            "now": (asked + timedelta(minutes=30)).isoformat(),
            "port": servers.mail.imap_port,
            "file": str(folder / "kept"),
            "folder": str(settings.store),
        }
        with _process("ours", facts) as ours, _process("bare", facts) as bare:
            pairs = [
                (_way(servers.mail, firm.MAILBOX, raw, ours), _way(servers.mail, _BARE, raw, bare))
                for raw in firm.replies(settings)[:TIMES]
            ]
    return Row(
        "a reply's way from delivery to the ledger, the worker in IDLE",
        "a bare imapclient loop: IDLE, fetch, parse, one fsync",
        "ms",
        of_pairs(pairs),
        1.5,
        at_most=True,
    )


def _way(servers: MailServers, address: str, raw: bytes, process: subprocess.Popen[str]) -> float:
    """Milliseconds from delivered to kept; the clock of both processes is the machine's, which is one."""
    time.sleep(random.uniform(*_REST))  # noqa: S311  nothing secret
    with LMTP("127.0.0.1", servers.lmtp_port) as lmtp:
        lmtp.sendmail(f"r@{DOMAIN}", [address], raw)
        delivered = time.monotonic()
    return (_said(process) - delivered) * 1000


def _said(process: subprocess.Popen[str]) -> float:
    line = process.stdout.readline() if process.stdout is not None else ""
    if not line:
        raise RuntimeError("who waited for a reply has ended")
    return float(line)


@contextmanager
def _process(who: str, facts: dict[str, object]) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, __file__, who, json.dumps(facts)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        _said(process)
        yield process
    finally:
        process.kill()
        process.wait()


# What those processes do. Each says when it begins, and then when a reply is kept, in seconds of the monotonic clock.


def ours(facts: dict[str, str]) -> None:
    settings, stop = load(Path(facts["settings"])), Stop()
    now, began = datetime.fromisoformat(facts["now"]), time.monotonic()
    ledger = _Telling(Path(facts["folder"]))
    with ledger.working():
        turns = Reloading(settings, ledger, Heartbeat(None), stopped=stop)
        _tell()
        Worker(turns, stop, Heartbeat(None), clock=lambda: now + timedelta(seconds=time.monotonic() - began)).run()


class _Telling(TinyLedger):
    def append(self, happened: Sequence[Event]) -> tuple[Event, ...]:
        accepted = super().append(happened)
        if any(isinstance(event, events.Received) for event in accepted):
            _tell()
        return accepted


def bare(facts: dict[str, str]) -> None:
    with (
        IMAPClient("localhost", int(facts["port"]), ssl=True) as client,
        Path(facts["file"]).open("ab", buffering=0) as file,
    ):
        client.login(_BARE, PASSWORD)
        client.select_folder("INBOX")
        seen = 0
        _tell()
        while True:
            client.idle()
            while not client.idle_check():
                pass
            client.idle_done()
            fresh = [uid for uid in client.search(["UID", f"{seen + 1}:*"]) if uid > seen]
            if not fresh:
                continue  # told of something else, such as that the server is still there
            for uid, fetched in client.fetch(fresh, ["BODY.PEEK[]", "INTERNALDATE"]).items():
                message = message_from_bytes(fetched[b"BODY[]"])
                file.write(f"{message['Message-ID']} {message.get_payload()}\n".encode())
                seen = uid
            os.fsync(file.fileno())
            _tell()


def _tell() -> None:
    print(time.monotonic(), flush=True)


if __name__ == "__main__":
    {"ours": ours, "bare": bare}[sys.argv[1]](json.loads(sys.argv[2]))
