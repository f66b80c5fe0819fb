"""One Friday with several workers that are killed and started at random, a database that is killed in the middle, and
one worker whose clock is wrong; and what came of it, counted."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from pipeline import events
from pipeline.ledger import LedgerError
from pipeline.ledger.postgres import PostgresLedger
from pipeline.settings import Database, Secret
from tests.friday.firm import Firm
from tests.servers.database import PostgresServer

SCHEDULE = {"ask": "Fri 13:00", "nudges": ["Fri 13:35"], "summary": "Fri 14:05", "digest": "Fri 14:10"}
WRONG_CLOCK = 300  # seconds


@dataclass
class Counts:
    """What the mailboxes and the ledger say when the round is over."""

    asked: int = 0
    answered: int = 0
    recorded: int = 0
    nudged: int = 0
    digests: int = 0
    killed: int = 0
    database_killed: int = 0
    repeated: int = 0
    copies: list[str] = field(default_factory=list)
    unasked: list[str] = field(default_factory=list)
    nudged_after_their_answer: list[str] = field(default_factory=list)
    lost_answers: list[str] = field(default_factory=list)


class Play:
    """`speed` seconds of the played Friday pass in one."""

    def __init__(self, firm: Firm, address: str, *, workers: int, speed: float, seed: int) -> None:
        self.firm = firm
        self.ledger = PostgresLedger(Database(Secret(address)))
        self.began = self.ledger.now()
        self.start = firm.instant("Fri 12:58")
        self.speed = speed
        self.random = random.Random(seed)
        self.processes: list[subprocess.Popen[bytes]] = [self.worker(number) for number in range(workers)]
        self.counts = Counts()

    def worker(self, number: int) -> subprocess.Popen[bytes]:
        facts = {
            "settings": str(self.firm.file),
            "began": self.began.isoformat(),
            "start": self.start.isoformat(),
            "speed": self.speed,
            "skew": WRONG_CLOCK if number == 0 else 0,
        }
        log = (self.firm.folder / f"worker{number}.log").open("ab")
        command = [sys.executable, "-m", "tests.scale.worker", json.dumps(facts)]
        with log:
            return subprocess.Popen(
                command, env=self.firm.environment(), cwd=Path(__file__).parents[2], stdout=log, stderr=log
            )

    def kill_one(self) -> None:
        number = self.random.randrange(len(self.processes))
        self.processes[number].send_signal(signal.SIGKILL)
        self.processes[number].wait()
        self.counts.killed += 1
        self.processes[number] = self.worker(number)

    def kill_database(self, postgres: PostgresServer) -> None:
        postgres.stop("immediate")
        postgres.start()
        self.counts.database_killed += 1

    def happened(self) -> tuple[events.Event, ...]:
        try:
            return self.ledger.events("2026-W11")
        except LedgerError:
            return ()

    def sent(self, kind: str) -> int:
        return sum(isinstance(one, events.Sent) and f"/{kind}" in one.mail for one in self.happened())

    def until(self, seconds: float) -> Iterator[float]:
        """Seconds since the play began, until the digest has left, and at most so many."""
        while (now := (time.time() - self.began.timestamp())) < seconds:
            yield now
            if self.sent("digest"):
                return
            time.sleep(0.2)

    def end(self) -> None:
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            try:
                process.wait(timeout=20)
            finally:
                process.kill()

    def count(self, reps: list[str], answering: set[str]) -> Counts:
        """Look into every mailbox and the whole ledger."""
        counts, happened = self.counts, self.happened()
        who = {self.firm.id(rep): rep for rep in reps}
        answers: dict[str, int] = {}
        for place, event in enumerate(happened):
            if isinstance(event, events.Answered):
                answers.setdefault(event.person, place)
            if isinstance(event, events.Claimed) and "/nudge" in event.mail:
                person = event.mail.split("/")[2]
                if answers.get(person, place) < place:
                    counts.nudged_after_their_answer.append(who[person])
        counts.recorded = len(answers)
        counts.lost_answers = sorted(rep for rep in answering if self.firm.id(rep) not in answers)
        counts.answered = len(answering)
        for person in [*reps, "jens", "mette"]:
            mails = self.firm.mails(person)
            names = Counter(one.message_id for one in mails)
            kinds = Counter(one.kind for one in {one.message_id: one for one in mails}.values())
            counts.copies += [f"{person}: {number} x {kind}" for kind, number in kinds.items() if number > 1]
            counts.repeated += sum(number - 1 for number in names.values())
            counts.asked += kinds["ask"]
            counts.nudged += kinds["nudge"]
            counts.digests += kinds["digest"]
            if person in reps and not kinds["ask"]:
                counts.unasked.append(person)
        return counts


def play(
    firm: Firm, postgres: PostgresServer, address: str, *, workers: int, speed: float, kills: int, seed: int
) -> Counts:
    """The whole Friday; every second rep answers once the ask is there."""
    reps = [str(one["who"]) for one in firm.people if one["who"] not in {"jens", "mette"}]
    answering, answered = reps[::2], set[str]()
    firm.installed()
    one = Play(firm, address, workers=workers, speed=speed, seed=seed)
    length = timedelta(minutes=72).total_seconds() / speed
    moments = sorted(one.random.uniform(length * 0.05, length * 0.95) for _ in range(kills))
    restart = length * 0.4
    try:
        for now in one.until(length + 120):
            if moments and now >= moments[0]:
                moments.pop(0)
                one.kill_one()
            if restart and now >= restart:
                restart = 0.0
                one.kill_database(postgres)
            asked = {
                each.mail.split("/")[2]
                for each in one.happened()
                if isinstance(each, events.Sent) and "/ask/" in each.mail
            }
            for rep in [rep for rep in answering if rep not in answered and firm.id(rep) in asked][:20]:
                if firm.servers.messages(firm.address(rep)):
                    firm.replies(rep, "7")
                    answered.add(rep)
    finally:
        one.end()
        firm.now = firm.instant("Fri 15:00")
    firm.tick("Fri 14:40", check=False)  # what the last workers left unread, or unsent
    counts = one.count(reps, answered)
    one.ledger.close()
    return counts


def log_of(folder: Path) -> str:
    return "\n".join(f"== {path.name}\n{path.read_text()}" for path in sorted(folder.glob("worker*.log")))


def environment_seed() -> int:
    return int(os.environ.get("ONENUMBER_SEED", "1"))
