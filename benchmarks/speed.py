"""How fast is a round? Each kind of work as a ratio against a bare loop, or against itself with less to do.

    python benchmarks/speed.py                   # the whole table, a few minutes
    python benchmarks/speed.py asks replies      # only these rows

Both sides of a ratio run in turn, several times, in the same run; the middle one of the ratios is shown. The table is
kept in .benchmarks/speed.json, and the next one stands beside it.
"""

from __future__ import annotations

import argparse
import json
import os
import smtplib
import subprocess
import sys
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from email import message_from_bytes
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from threading import Thread
from time import perf_counter
from typing import Any

import firm
from imapclient import IMAPClient

import tests.servers.database
from pipeline import events, outbox
from pipeline.inbox import Inbox
from pipeline.ledger.opened import open_ledger
from pipeline.mail import MailKey
from pipeline.outbox import Outbox
from pipeline.settings import Database, Secret, Settings, Store
from tests.servers import mailservers
from tests.servers.mailservers import MailServers

KEPT = Path(__file__).parent.parent / ".benchmarks" / "speed.json"
TIMES = 5
CONNECTIONS = 4
_INBOX = 1000  # replies in the mailbox
_BATCH = 100


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table. `ours` and `peer` are what was measured, in `unit`; `at_most` tells a ceiling from a
    floor."""

    work: str
    against: str
    ours: float
    peer: float
    unit: str
    ratio: float
    goal: float
    at_most: bool

    @property
    def is_met(self) -> bool:
        return self.ratio <= self.goal if self.at_most else self.ratio >= self.goal


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("rows", nargs="*", metavar="ROW", help=f"of {', '.join(ROWS)}; default: all")
    chosen = options.parse_args().rows or list(ROWS)
    KEPT.parent.mkdir(exist_ok=True)
    before = json.loads(KEPT.read_text()) if KEPT.exists() else {}
    table: dict[str, Row] = {}
    print(f"{'work':<34}{'ours':>10}{'peer':>10}  {'unit':<10}{'ratio':>7}{'before':>8}  goal")
    for name in chosen:
        row = table[name] = ROWS[name]()
        earlier = f"{before[name]['ratio']:.2f}" if name in before else "–"
        goal = f"{'at most' if row.at_most else 'at least'} {row.goal:g}: {'met' if row.is_met else 'NOT MET'}"
        print(
            f"{row.work:<34}{row.ours:>10,.4g}{row.peer:>10,.4g}  {row.unit:<10}{row.ratio:>7.2f}{earlier:>8}  {goal}"
        )
    print("\nagainst: " + "; ".join(f"{row.work}: {row.against}" for row in table.values()))
    KEPT.write_text(json.dumps(before | {name: asdict(row) for name, row in table.items()}, indent=2) + "\n")


def paced(ours: Callable[[], float], peer: Callable[[], float], times: int = TIMES) -> tuple[float, float, float]:
    """Both in turn: the middle figure of each, and the middle of the ratios pair by pair."""
    pairs = [(ours(), peer()) for _ in range(times)]
    return median(a for a, _ in pairs), median(b for _, b in pairs), median(a / b for a, b in pairs)


def seconds(work: Callable[[], object]) -> float:
    begun = perf_counter()
    work()
    return perf_counter() - begun


def asks() -> Row:
    """Composed, claimed, sent and kept, against ready-made mails sent over as many connections."""
    reps = 400
    with firm.sink() as port:
        made = _sent_asks(port, reps)[1]

        def bare() -> float:
            threads = [Thread(target=_hand_in, args=(port, made[n::CONNECTIONS])) for n in range(CONNECTIONS)]
            return len(made) / seconds(lambda: [*(one.start() for one in threads), *(one.join() for one in threads)])

        figures = paced(lambda: _sent_asks(port, reps)[0], bare)
    return Row(
        "asks composed and sent", "smtplib, ready-made mails", *_first(figures), "mails/s", figures[2], 0.7, False
    )


def _sent_asks(port: int, reps: int, store: Store | None = None) -> tuple[float, list[tuple[str, bytes]]]:
    """Asks a second, and the mails that left."""
    made: list[tuple[str, bytes]] = []
    side_by_side = outbox._sent_side_by_side
    with TemporaryDirectory(dir=KEPT.parent) as folder:
        settings = firm.settings(Path(folder), reps, smtp=port, connections=CONNECTIONS)
        settings = replace(settings, store=store or settings.store)
        history, season, now = firm.opened(settings)
        out = Outbox(settings, history, open_ledger(settings.store).pace(settings.smtp.max_per_minute))

        def noting(connections: Any, sender: str, mails: Any) -> Any:
            made.extend((composed.recipient, composed.message) for _, composed in mails)
            return side_by_side(connections, sender, mails)

        outbox._sent_side_by_side = noting
        try:
            took = seconds(lambda: out.dispatch(season, now, readable=True, collect=lambda: True))
        finally:
            outbox._sent_side_by_side = side_by_side
    if len(made) != reps:
        raise RuntimeError(f"{len(made)} of {reps} asks left")
    return reps / took, made


def _hand_in(port: int, mails: list[tuple[str, bytes]]) -> None:
    with smtplib.SMTP("127.0.0.1", port) as smtp:
        for to, raw in mails:
            smtp.sendmail(firm.MAILBOX, [to], raw)


def replies() -> Row:
    """Fetched, read, recorded and moved, against fetched, parsed by the standard library and moved."""
    with ExitStack() as stack:
        servers = stack.enter_context(_servers())
        settings = firm.settings(
            Path(stack.enter_context(TemporaryDirectory(dir=KEPT.parent))), _INBOX, imap=servers.imap_port
        )
        raw = firm.replies(settings)

        def ours() -> float:
            _fill(servers, raw)
            return len(raw) / _collected(settings, len(raw))

        def bare() -> float:
            _fill(servers, raw)
            return len(raw) / seconds(lambda: _bare_collect(servers))

        figures = paced(ours, bare)
    return Row(
        "replies read and recorded", "imapclient, stdlib parser", *_first(figures), "replies/s", figures[2], 0.8, False
    )


def _servers() -> Any:
    if absent := mailservers.missing():
        sys.exit(f"The benchmarks need {', '.join(absent)}. Run: scripts/install-test-servers")
    return mailservers.running()


def _fill(servers: MailServers, raw: list[bytes]) -> None:
    os.environ["SSL_CERT_FILE"] = str(servers.authority)
    with servers.mailbox(firm.MAILBOX) as client:
        for name in ("INBOX", "One Number.Processed"):
            if client.folder_exists(name):
                client.select_folder(name)
                if found := client.search():
                    client.delete_messages(found)
                    client.expunge()
        client.select_folder("INBOX")
        if raw:
            client.multiappend("INBOX", raw)


def _collected(settings: Settings, expected: int, weeks_before: int = 0, store: Store | None = None) -> float:
    """Seconds for a fresh process's first visit to the mailbox, in a ledger with so many weeks before."""
    with TemporaryDirectory(dir=KEPT.parent) as folder:
        history, season, now = firm.opened(replace(settings, store=store or Path(folder)))
        for person in season.roster.reps:
            history.append([_sent(MailKey(firm.WEEK, "ask", person.id), now)])
        for back in range(1, weeks_before + 1):
            week = firm.WEEK.plus(-back)
            history.append([events.Opened(key=f"{week}/opened", round=str(week), at=now, people=season.roster.people)])
        inbox = Inbox(settings.imap, history)
        took = perf_counter()
        collected = inbox.collect(season, now + timedelta(hours=1))
        took = perf_counter() - took
        inbox.close()
    answers = sum(one.outcome == "answer" for one in collected.received)
    if answers != expected:
        raise RuntimeError(f"{answers} of {expected} replies were read as answers: {collected.reason}")
    return took


def _sent(key: MailKey, at: datetime) -> events.Event:
    return events.Sent(key=f"{key}/sent", round=str(key.round), at=at, mail=str(key))


def _bare_collect(servers: MailServers) -> None:
    with IMAPClient("localhost", servers.imap_port, ssl_context=servers.tls()) as client:
        client.login(firm.MAILBOX, mailservers.PASSWORD)
        client.select_folder("INBOX")
        uids = client.search()
        for start in range(0, len(uids), _BATCH):
            for facts in client.fetch(uids[start : start + _BATCH], ["BODY.PEEK[]", "INTERNALDATE"]).values():
                message_from_bytes(facts[b"BODY[]"])
        client.move(uids, "One Number.Processed")


def history() -> Row:
    """A reply in the five hundredth week of a ledger, against one in its first."""
    with ExitStack() as stack:
        servers = stack.enter_context(_servers())
        folder = Path(stack.enter_context(TemporaryDirectory(dir=KEPT.parent)))
        settings = firm.settings(folder, 20, imap=servers.imap_port)
        raw = firm.replies(settings)

        def reply(weeks_before: int) -> float:
            _fill(servers, raw)
            return _collected(settings, len(raw), weeks_before) / len(raw) * 1000

        figures = paced(lambda: reply(499), lambda: reply(0))
    return Row("a reply in the 500th week", "in the first week", *_first(figures), "ms", figures[2], 1.1, True)


def size() -> Row:
    """A whole round's asks and replies, for each of 2,000 reps against each of 100."""
    with ExitStack() as stack:
        servers, port = stack.enter_context(_servers()), stack.enter_context(firm.sink())

        def a_rep(reps: int) -> float:
            with TemporaryDirectory(dir=KEPT.parent) as folder:
                settings = firm.settings(Path(folder), reps, imap=servers.imap_port)
                _fill(servers, firm.replies(settings))
                return (reps / _sent_asks(port, reps)[0] + _collected(settings, reps)) / reps * 1000

        figures = paced(lambda: a_rep(2000), lambda: a_rep(100))
    return Row("a rep among 2,000 (TinyDB)", "among 100", *_first(figures), "ms", figures[2], 1.5, True)


def database() -> Row:
    """The same on PostgreSQL, for each of 10,000 reps against each of 100."""
    with ExitStack() as stack:
        servers, port = stack.enter_context(_servers()), stack.enter_context(firm.sink())
        if absent := tests.servers.database.missing():
            sys.exit(f"The benchmarks need {', '.join(absent)}. Run: scripts/install-test-servers")
        cluster = stack.enter_context(tests.servers.database.running())

        def a_rep(reps: int) -> float:
            with TemporaryDirectory(dir=KEPT.parent) as folder:
                settings = firm.settings(Path(folder), reps, imap=servers.imap_port)
                _fill(servers, firm.replies(settings))
                sending, reading = (Database(Secret(cluster.database())) for _ in range(2))
                asked = reps / _sent_asks(port, reps, sending)[0]
                return (asked + _collected(settings, reps, store=reading)) / reps * 1000

        figures = paced(lambda: a_rep(10_000), lambda: a_rep(100), times=1)
    return Row("a rep among 10,000 (PostgreSQL)", "among 100", *_first(figures), "ms", figures[2], 1.2, True)


def memory() -> Row:
    """The largest process of a whole round of 2,000 reps: asks, replies, summaries and digest."""
    with ExitStack() as stack:
        servers, port = stack.enter_context(_servers()), stack.enter_context(firm.sink())
        folder = Path(stack.enter_context(TemporaryDirectory(dir=KEPT.parent)))
        settings = firm.settings(folder, 2000, smtp=port, connections=CONNECTIONS, imap=servers.imap_port)
        _fill(servers, [])
        _, season, asked = firm.opened(settings)
        digest = season.times(firm.WEEK).digest
        if digest is None:
            raise RuntimeError(f"{firm.WEEK} has no digest")
        peaks = [_turn(settings, asked)]
        _fill(servers, firm.replies(settings))
        peaks += [_turn(settings, at) for at in (asked + timedelta(hours=1), digest + timedelta(minutes=1))]
        peak = max(peaks)
    return Row("memory, 2,000 reps (TinyDB)", "megabytes allowed", peak, 150, "MB", peak / 150, 1, True)


def _turn(settings: Settings, at: datetime) -> float:
    """One turn in a process of its own; its peak in megabytes."""
    program = str(Path(sys.executable).with_name("onenumber"))
    turn = [program, "tick", "--settings", str(settings.file), "--now", at.isoformat()]
    process = subprocess.Popen(turn, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    _, code, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(code)
    if process.returncode:
        raise RuntimeError(f"a turn ended with {process.returncode}")
    return used.ru_maxrss / 1000


def tick() -> Row:
    """The whole process of a turn with nothing due, less its visit to the mailbox, against Python doing nothing."""
    with ExitStack() as stack:
        servers = stack.enter_context(_servers())
        folder = Path(stack.enter_context(TemporaryDirectory(dir=KEPT.parent)))
        settings = firm.settings(folder, 20, imap=servers.imap_port)
        _fill(servers, [])
        firm.opened(settings)
        program = str(Path(sys.executable).with_name("onenumber"))
        turn = [program, "tick", "--settings", str(settings.file), "--now", f"{firm.WEEK.monday}T06:00:00Z"]

        def visit() -> float:
            with IMAPClient("localhost", servers.imap_port, ssl_context=servers.tls()) as client:
                client.login(firm.MAILBOX, mailservers.PASSWORD)
                for name in ("Junk", "INBOX"):
                    client.select_folder(name)
                    client.search()
            return 0.0

        figures = paced(
            lambda: _process(turn) - min(seconds(visit) for _ in range(3)) * 1000,
            lambda: _process([sys.executable, "-c", "pass"]),
        )
    return Row("a tick with nothing due", "python -c pass", *_first(figures), "ms", figures[2], 12, True)


def help_() -> Row:
    """The whole process of `onenumber --help`, against Python doing nothing."""
    program = str(Path(sys.executable).with_name("onenumber"))
    figures = paced(lambda: _process([program, "--help"]), lambda: _process([sys.executable, "-c", "pass"]))
    return Row("onenumber --help", "python -c pass", *_first(figures), "ms", figures[2], 6, True)


def _process(command: list[str]) -> float:
    """Milliseconds of a whole process, the best of three."""
    return min(seconds(lambda: subprocess.run(command, stdout=subprocess.DEVNULL, check=True)) for _ in range(3)) * 1000


def _first(figures: tuple[float, float, float]) -> tuple[float, float]:
    return figures[0], figures[1]


ROWS: dict[str, Callable[[], Row]] = {
    "asks": asks,
    "replies": replies,
    "history": history,
    "size": size,
    "database": database,
    "memory": memory,
    "help": help_,
    "tick": tick,
}

if __name__ == "__main__":
    main()
