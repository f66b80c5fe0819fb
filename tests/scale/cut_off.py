"""A Friday on three hosts, one of which is cut off while a mail of its is under way; and what came of it, as JSON:
python -m tests.scale.cut_off FOLDER FROM MOMENT, in a network of its own (see hosts).

FROM is what the first host is cut off from: database, mail, or everything. MOMENT is when: "before DATA" with the
envelope under way, so that the mail may still be held back, or "after DATA" when the server has it and has not said so.
The others take over; the host is joined again, and plays the rest of the round alone.
"""

from __future__ import annotations

import json
import ssl
import sys
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path

from pipeline import events
from pipeline.ledger.postgres import PostgresLedger
from pipeline.settings import Database, Secret
from tests.faults.line import Line, Opening, line
from tests.friday.firm import Firm
from tests.scale.counted import Counts
from tests.scale.friday import Play, company, log_of
from tests.scale.hosts import DATABASE, MAIL, Host, network
from tests.servers import database, mailservers
from tests.servers.authority import certificates
from tests.servers.mailservers import MailServers

SCHEDULE = {"ask": "Fri 13:00", "nudges": ["Fri 13:40"], "summary": "Fri 13:55", "digest": "Fri 13:57"}
SPEED = 60
REPS = 12
PATIENCE = 150  # seconds
SERVER_PATIENCE = {"database": 45.0, "mail": 6.0, "everything": 45.0}
"""Seconds that a worker waits for a mail server: longer than the database takes to give a session up, or less."""
LEGS = {"database": (DATABASE,), "mail": (MAIL,), "everything": (DATABASE, MAIL)}
SENT_BEFORE = 3


class Held:
    """What is said over the line stops at one moment of the fourth mail, until it is let go."""

    def __init__(self, moment: str) -> None:
        self.at = threading.Event()
        self.let_go = threading.Event()
        self._moment = moment
        self._mails = 0
        self._asked = False

    def passes(self, said: bytes) -> bytes:
        if self._asked and not self.at.is_set():
            self.at.set()
            self.let_go.wait()
        self._mails += b"mail FROM" in said
        of_ours = b"rcpt TO" in said if self._moment == "before DATA" else said.endswith(b"\r\n.\r\n")
        self._asked = of_ours and self._mails > SENT_BEFORE
        return said


class CutOff:
    def __init__(self, play: Play, hosts: list[Host], held: Held, submission: Line, legs: tuple[str, ...]) -> None:
        self.play = play
        self.hosts = hosts
        self.held = held
        self.submission = submission
        self.legs = legs

    def start(self, number: int) -> None:
        self.play.processes.append(self.play.worker(number, at=self.hosts[number].entering))

    def until(self, happened: Callable[[], object]) -> None:
        """Meanwhile every second rep answers once the ask is there."""
        end = time.monotonic() + PATIENCE
        while not happened():
            if time.monotonic() > end:
                raise AssertionError(f"in vain:\n{log_of(self.play.firm.folder)}")
            self.play.answer()
            time.sleep(0.1)

    def runs(self) -> dict[str, object]:
        self.start(0)
        self.until(self.held.at.is_set)
        mail = self.under_way()
        session = len(self.submission.turns) - 1
        said = len(self.submission.turns[session])
        self.hosts[0].cut_off(*self.legs)
        began = time.monotonic()
        self.start(1)
        self.start(2)
        self.until(lambda: self.play.sent("ask") == REPS)
        seconds = time.monotonic() - began
        self.hosts[0].join(*self.legs)
        self.held.let_go.set()
        for process in self.play.processes[1:]:
            process.kill()
            process.wait()
        self.until(lambda: self.play.sent("digest"))
        if self.claims(mail) < 2:
            raise AssertionError(f"nobody took {mail} over")
        return {
            "seconds": round(seconds),
            "said_by_the_one_cut_off": [turn.decode("latin-1") for turn in self.submission.turns[session][said:]],
        }

    def under_way(self) -> str:
        """The mail that is claimed and has no end."""
        happened = self.play.happened()
        ended = {one.mail for one in happened if isinstance(one, events.Sent)}
        (mail,) = {one.mail for one in happened if isinstance(one, events.Claimed)} - ended
        return mail

    def claims(self, mail: str) -> int:
        return sum(isinstance(one, events.Claimed) and one.mail == mail for one in self.play.happened())


def opening(servers: MailServers, folder: Path) -> tuple[Opening, MailServers]:
    """TLS for the address of the mail servers, and an authority file that vouches for it too."""
    authority, certificate, key = certificates(folder, host=MAIL)
    ours = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ours.load_cert_chain(certificate, key)
    both = folder / "both.pem"
    both.write_bytes(authority.read_bytes() + servers.authority.read_bytes())
    return Opening(ours, servers.tls()), replace(servers, authority=both)


def main() -> None:
    folder, cut_from, moment = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
    with ExitStack() as stack:
        hosts = stack.enter_context(network(3))
        servers = stack.enter_context(mailservers.running())
        postgres = stack.enter_context(database.running(also_at=DATABASE))
        opened, servers = opening(servers, folder)
        submission = stack.enter_context(line(servers.submissions_port, opened, host=MAIL))
        mailbox = stack.enter_context(line(servers.imap_port, opened, host=MAIL))
        held = Held(moment)
        submission.passes = held.passes
        stack.callback(held.let_go.set)
        address = postgres.database().replace("127.0.0.1", DATABASE)
        settings = {
            "store": address,
            "schedule": SCHEDULE,
            "smtp": {"host": MAIL, "port": submission.port, "security": "tls"},
            "imap": {"host": MAIL, "port": mailbox.port},
        }
        firm = Firm(servers, folder, company(REPS), date(2026, 3, 9), settings=settings).installed()
        ledger = PostgresLedger(Database(Secret(address)))
        play = Play(firm, ledger, workers=0, speed=SPEED, seed=1, patience=SERVER_PATIENCE[cut_from])
        one = CutOff(play, hosts, held, submission, LEGS[cut_from])
        try:
            told = one.runs()
        finally:
            play.end()
        firm.now = firm.instant("Fri 16:00")
        counts: Counts = play.finish()
        print(json.dumps({**told, **asdict(counts), "broken": counts.broken()}))


if __name__ == "__main__":
    main()
