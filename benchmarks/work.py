"""Pieces of a round, done by the product's own rooms in this process: a mailbox filled, asks sent, replies collected.

What they are set against is the business of those who time them.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import firm
from msgspec.structs import replace
from table import seconds

import tests.servers.database
from pipeline import events, outbox
from pipeline.inbox import Inbox
from pipeline.ledger.opened import open_ledger
from pipeline.mail import MailKey
from pipeline.outbox import Outbox
from pipeline.settings import Settings, Store
from tests.servers import mailservers
from tests.servers.database import PostgresServer
from tests.servers.mailservers import MailServers

ROOM = Path(__file__).parent.parent / ".benchmarks"
"""Where ledgers lie meanwhile: on a disk, which /tmp may not be."""

PROGRAM = str(Path(sys.executable).with_name("onenumber"))
CONNECTIONS = 4


@dataclass(frozen=True, slots=True)
class Servers:
    """What a round needs: Dovecot, a server that takes every mail at `smtp`, and PostgreSQL."""

    mail: MailServers
    smtp: int
    postgres: PostgresServer


@contextmanager
def servers() -> Iterator[Servers]:
    if absent := [*mailservers.missing(), *tests.servers.database.missing()]:
        sys.exit(f"The benchmarks need {', '.join(absent)}. Run: scripts/install-test-servers")
    ROOM.mkdir(exist_ok=True)
    with ExitStack() as stack:
        mail = stack.enter_context(mailservers.running())
        os.environ["SSL_CERT_FILE"] = str(mail.authority)
        yield Servers(mail, stack.enter_context(firm.sink()), stack.enter_context(tests.servers.database.running()))


@contextmanager
def folder() -> Iterator[Path]:
    with TemporaryDirectory(dir=ROOM) as name:
        yield Path(name)


def peak(process: int | str = "self") -> float:
    """The most memory that a process has had, in megabytes (proc(5)). Not what getrusage(2) tells: that is at least
    what its parent had when it began it, for the kernel counts what was there before exec."""
    status = Path(f"/proc/{process}/status").read_text()
    return int(re.findall(r"^VmHWM:\s+(\d+) kB$", status, re.MULTILINE)[0]) / 1000


def fill(servers: MailServers, raw: list[bytes]) -> None:
    """Exactly these messages in the mailbox, and none that were read before."""
    with servers.mailbox(firm.MAILBOX) as client:
        firm.empty(client)
    if raw:
        servers.fill(firm.MAILBOX, raw)


def sent_asks(port: int, reps: int, store: Store | None = None) -> tuple[float, list[tuple[str, bytes]]]:
    """Asks a second, and the mails that left."""
    made: list[tuple[str, bytes]] = []
    side_by_side = outbox._sent_side_by_side
    with folder() as place:
        settings = firm.settings(place, reps, smtp=port, connections=CONNECTIONS)
        settings = replace(settings, store=store or settings.store)
        history, season, now = firm.opened(settings)
        out = Outbox(settings, history, open_ledger(settings.store).pace(settings.smtp.max_per_minute))

        def noting(threads: Any, connections: Any, sender: str, mails: Any, *others: Any) -> Any:
            made.extend((composed.recipient, composed.message) for _, composed in mails)
            return side_by_side(threads, connections, sender, mails, *others)

        outbox._sent_side_by_side = noting
        try:
            took = seconds(lambda: out.dispatch(season, now, readable=True, collect=lambda: True))
        finally:
            outbox._sent_side_by_side = side_by_side
    if len(made) != reps:
        raise RuntimeError(f"{len(made)} of {reps} asks left")
    return reps / took, made


def collected(settings: Settings, expected: int, weeks_before: int = 0, store: Store | None = None) -> float:
    """Seconds for a fresh process's first visit to the mailbox, in a ledger with so many weeks before; each message is
    noted before it is read, as in every turn."""
    with folder() as place:
        settings = replace(settings, store=store or place)
        history, season, now = firm.opened(settings)
        history.append(sent(MailKey(firm.WEEK, "ask", person.id), now) for person in season.roster.reps)
        for back in range(1, weeks_before + 1):
            week = firm.WEEK.plus(-back)
            history.append([events.Opened(key=f"{week}/opened", round=str(week), at=now, people=season.roster.people)])
        inbox = Inbox(settings.imap, history, attempts=open_ledger(settings.store).attempts())
        visits = []
        took = seconds(lambda: visits.append(inbox.collect(season, now + timedelta(hours=1))))
        inbox.close()
    answers = sum(one.outcome == "answer" for one in visits[0].received)
    if answers != expected:
        raise RuntimeError(f"{answers} of {expected} replies were read as answers: {visits[0].reason}")
    return took


def sent(key: MailKey, at: datetime) -> events.Event:
    return events.Sent(key=f"{key}/sent", round=str(key.round), at=at, mail=str(key))
