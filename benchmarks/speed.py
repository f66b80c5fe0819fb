"""How fast is a round? Each kind of work as a ratio against a bare loop, or against itself with less to do.

    python benchmarks/speed.py                          # the whole table, some eight minutes
    python benchmarks/speed.py asks replies             # only these rows
    python benchmarks/speed.py large                    # the round of 100,000 reps, which is no part of the table's run
    python benchmarks/speed.py --write docs/speed.md    # and the table into that page, with rows of earlier runs

Both sides of a ratio run in turn, several times, in the same run; the middle one of the ratios is shown, with the least
and the most of them. The table is kept in .benchmarks/speed.json, and the next one stands beside it.
"""

from __future__ import annotations

import argparse
import compileall
import smtplib
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from email import message_from_bytes
from pathlib import Path
from threading import Thread
from time import perf_counter

import firm
import many
import reading
import table
import waiting
import work
from imapclient import IMAPClient
from table import NotMeasuredError, Row, paced, seconds
from work import Servers

import pipeline
from pipeline.settings import Settings
from tests.servers import mailservers
from tests.servers.mailservers import MailServers

KEPT = work.ROOM / "speed.json"
_INBOX = 1000  # replies in the mailbox
_BATCH = 100


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("rows", nargs="*", metavar="ROW", help=f"of {', '.join(ROWS)}; default: all but large")
    options.add_argument("--write", type=Path, metavar="PAGE", help="a page with marks between which the table goes")
    chosen = options.parse_args()
    names = chosen.rows or [name for name in ROWS if name != "large"]
    if unknown := set(names) - set(ROWS):
        options.error(f"no row is called {', '.join(sorted(unknown))}; there are {', '.join(ROWS)}")
    before = table.kept(KEPT)
    rows = dict(before)
    compileall.compile_dir(pipeline.__path__[0], quiet=1)  # as an installed program is
    print(table.HEAD, flush=True)
    took: dict[str, float] = {}
    with work.servers() as servers:
        for name in names:
            began = perf_counter()
            try:
                rows[name] = ROWS[name](servers)
            except NotMeasuredError as error:
                print(error, flush=True)
                continue
            took[name] = perf_counter() - began
            print(table.line(name, rows[name], before.get(name)), flush=True)
            table.keep(KEPT, rows)
    for name, each in took.items():
        print(f"{name}, {each:.0f} s: {rows[name].work}; against {rows[name].against}")
    print(f"{sum(took.values()):.0f} seconds")
    if chosen.write is not None:
        page = chosen.write.read_text(encoding="utf-8")
        written = table.written(page, [rows[name] for name in ROWS if name in rows])
        chosen.write.write_text(written, encoding="utf-8")


def asks(servers: Servers) -> Row:
    """Composed, claimed, sent and kept, against ready-made mails sent over as many connections."""
    reps = 400
    made = work.sent_asks(servers.smtp, reps)[1]

    def bare() -> float:
        parts = [made[number :: work.CONNECTIONS] for number in range(work.CONNECTIONS)]
        threads = [Thread(target=_hand_in, args=(servers.smtp, part)) for part in parts]
        return len(made) / seconds(lambda: [*(one.start() for one in threads), *(one.join() for one in threads)])

    figures = paced(lambda: work.sent_asks(servers.smtp, reps)[0], bare, 7)
    return Row(
        "asks composed, claimed, sent and kept, four connections",
        "ready-made mails by smtplib into `smtp-sink`",
        "mails/s",
        figures,
        0.7,
        at_most=False,
    )


def _hand_in(port: int, mails: list[tuple[str, bytes]]) -> None:
    with smtplib.SMTP("127.0.0.1", port) as smtp:
        for to, raw in mails:
            smtp.sendmail(firm.MAILBOX, [to], raw)


def replies(servers: Servers) -> Row:
    """Fetched, read, recorded and moved, against fetched, parsed by the standard library and moved."""
    with work.folder() as folder:
        settings = firm.settings(folder, _INBOX, imap=servers.mail.imap_port)
        raw = firm.replies(settings)

        def ours() -> float:
            work.fill(servers.mail, raw)
            return len(raw) / work.collected(settings, len(raw))

        def bare() -> float:
            work.fill(servers.mail, raw)
            return len(raw) / seconds(lambda: _bare_collect(servers.mail))

        figures = paced(ours, bare, 5)
    return Row(
        "replies fetched, read, recorded and moved",
        "imapclient and the standard library's parser, nothing recorded",
        "replies/s",
        figures,
        0.8,
        at_most=False,
    )


def _bare_collect(servers: MailServers) -> None:
    with IMAPClient("localhost", servers.imap_port, ssl_context=servers.tls()) as client:
        client.login(firm.MAILBOX, mailservers.PASSWORD)
        client.select_folder("INBOX")
        uids = client.search()
        for start in range(0, len(uids), _BATCH):
            for facts in client.fetch(uids[start : start + _BATCH], ["BODY.PEEK[]", "INTERNALDATE"]).values():
                message_from_bytes(facts[b"BODY[]"])
        client.move(uids, "One Number.Processed")


def history(servers: Servers) -> Row:
    """A reply in the five hundredth week of a ledger, against one in its first."""
    with work.folder() as folder:
        settings = firm.settings(folder, 100, imap=servers.mail.imap_port)
        raw = firm.replies(settings)

        def reply(weeks_before: int) -> float:
            work.fill(servers.mail, raw)
            return work.collected(settings, len(raw), weeks_before) / len(raw) * 1000

        figures = paced(lambda: reply(499), lambda: reply(0), 7)
    return Row("a reply in the 500th week", "in the first week", "ms", figures, 1.1, at_most=True)


def size(servers: Servers) -> Row:
    """A whole round's asks and replies, for each of 2,000 reps against each of 100."""

    def a_rep(reps: int) -> float:
        with work.folder() as folder:
            settings = firm.settings(folder, reps, imap=servers.mail.imap_port)
            work.fill(servers.mail, firm.replies(settings))
            asked = reps / work.sent_asks(servers.smtp, reps)[0]
            return (asked + work.collected(settings, reps)) / reps * 1000

    figures = paced(lambda: a_rep(2000), lambda: a_rep(100), 3)
    return Row("a rep among 2,000 on TinyDB, asks and replies", "among 100", "ms", figures, 1.5, at_most=True)


def memory(servers: Servers) -> Row:
    """The largest process of a whole round of 2,000 reps: asks, replies, summaries and digest."""
    with work.folder() as folder:
        settings = firm.settings(
            folder, 2000, smtp=servers.smtp, connections=work.CONNECTIONS, imap=servers.mail.imap_port
        )
        work.fill(servers.mail, [])
        _, season, asked = firm.opened(settings)
        digest = season.times(firm.WEEK).digest
        if digest is None:
            raise RuntimeError(f"{firm.WEEK} has no digest")
        peaks = [_turn(settings, asked)]
        work.fill(servers.mail, firm.replies(settings))
        peaks += [_turn(settings, at) for at in (asked + timedelta(hours=1), digest + timedelta(minutes=1))]
    return Row(
        "peak memory of a whole round, 2,000 reps on TinyDB",
        "megabytes allowed",
        "MB",
        table.of_pairs([(max(peaks), 150.0)]),
        1,
        at_most=True,
    )


_PEAK = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def _turn(settings: Settings, at: datetime) -> float:
    """One turn in a process of its own; its peak in megabytes. A small one begins it: `work.peak` says why."""
    turn = [work.PROGRAM, "tick", "--settings", str(settings.file), "--now", at.isoformat()]
    told = subprocess.run([sys.executable, "-c", _PEAK, *turn], stdout=subprocess.PIPE, check=True)
    return int(told.stdout) / 1000


def tick(servers: Servers) -> Row:
    """The whole process of a turn with nothing due, less its visit to the mailbox, against Python doing nothing."""
    with work.folder() as folder:
        settings = firm.settings(folder, 20, imap=servers.mail.imap_port)
        work.fill(servers.mail, [])
        firm.opened(settings)
        turn = [work.PROGRAM, "tick", "--settings", str(settings.file), "--now", f"{firm.WEEK.monday}T06:00:00Z"]

        def visit() -> None:
            with IMAPClient("localhost", servers.mail.imap_port, ssl_context=servers.mail.tls()) as client:
                client.login(firm.MAILBOX, mailservers.PASSWORD)
                for name in ("Junk", "INBOX"):
                    client.select_folder(name)
                    client.search()

        figures = paced(
            lambda: _process(turn) - min(seconds(visit) for _ in range(3)) * 1000,
            lambda: _process([sys.executable, "-c", "pass"]),
            7,
        )
    return Row("a `tick` with nothing due, less its network", "`python -c pass`", "ms", figures, 12, at_most=True)


def help_(servers: Servers) -> Row:
    """The whole process of `onenumber --help`, against Python doing nothing."""
    figures = paced(lambda: _process([work.PROGRAM, "--help"]), lambda: _process([sys.executable, "-c", "pass"]), 7)
    return Row("`onenumber --help`, whole process", "`python -c pass`", "ms", figures, 6, at_most=True)


def _process(command: list[str]) -> float:
    """Milliseconds of a whole process, the best of three."""
    return min(seconds(lambda: subprocess.run(command, stdout=subprocess.DEVNULL, check=True)) for _ in range(3)) * 1000


def alone(servers: Servers) -> Row:
    """Reading alone, against the fastest public parser."""
    return reading.beside_the_fastest(5)


ROWS: dict[str, Callable[[Servers], Row]] = {
    "asks": asks,
    "replies": replies,
    "reading": alone,
    "history": history,
    "size": size,
    "database": many.size,
    "digest": many.digest,
    "memory": memory,
    "large": many.memory,
    "workers": many.workers,
    "help": help_,
    "tick": tick,
    "waiting": waiting.reply,
}
"""In the order of the table; `large` takes too long to be measured with the others."""

if __name__ == "__main__":
    main()
