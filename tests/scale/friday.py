"""One Friday with several workers that are killed and started at random, a database that is killed in the middle, and
one worker whose clock is wrong; or with the one worker of a folder; and what came of it, counted."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from math import inf
from operator import itemgetter
from pathlib import Path
from typing import Any

from pipeline import events
from pipeline.demo.opened import Opened
from pipeline.ledger import Ledger, LedgerError
from pipeline.ledger.opened import open_ledger
from pipeline.ledger.postgres import PostgresLedger
from pipeline.settings import Database, Secret, load
from pipeline.transport import READ_TIMEOUT
from tests.friday.firm import JENS, Firm, rep
from tests.scale.counted import Counts, counted, reps_of
from tests.servers import clock
from tests.servers.database import PostgresServer

SCHEDULE = {"ask": "Fri 13:00", "nudges": ["Fri 13:35"], "summary": "Fri 14:05", "digest": "Fri 14:10"}
ALONE_ENDS = "Fri 14:30"
ALONE = {"ask": "Fri 13:00", "nudges": ["Fri 13:50"], "summary": "Fri 14:25", "digest": ALONE_ENDS}
"""For a worker that is alone and killed all the time: its last ask may well leave a quarter of an hour late, and a nudge
half an hour after that."""
WRONG_CLOCK = 300  # seconds
TEAM = 20
MAILS_A_SECOND = 20.0  # so many leave, or about; half as many nudges
AWAY_SECONDS = 10.0  # at most, until a worker that was killed is started again
LIFE_SECONDS = 0.5, 8.0  # of a worker that is alone, from its start, which takes a second or more of it


class Play:
    """`speed` seconds of the played Friday pass in one."""

    def __init__(
        self, firm: Firm, ledger: Ledger, *, workers: int, speed: float, seed: int, patience: float = READ_TIMEOUT
    ) -> None:
        self.firm = firm
        self.ledger = ledger
        self.began = ledger.now() if isinstance(ledger, PostgresLedger) else datetime.now(UTC)
        self.start = firm.instant("Fri 12:58")
        self.speed = speed
        self.patience = patience
        self.random = random.Random(seed)
        self.processes: list[subprocess.Popen[bytes]] = [self.worker(number) for number in range(workers)]
        self._start_at: dict[int, float] = {}
        self.counts = Counts()
        self.reps = reps_of(firm)
        self.typed: dict[str, list[int]] = {}

    def worker(self, number: int, *, at: Sequence[str] = ()) -> subprocess.Popen[bytes]:
        """A worker, started here, or by a command that starts it at another host."""
        facts = {
            "settings": str(self.firm.file),
            "began": self.began.isoformat(),
            "start": self.start.isoformat(),
            "speed": self.speed,
            "patience": self.patience,
        }
        log = (self.firm.folder / f"worker{number}.log").open("ab")
        command = [*at, sys.executable, "-m", "tests.scale.worker", json.dumps(facts)]
        with log:
            return subprocess.Popen(
                command,
                env={**self.firm.environment(), **self._clock(number)},
                cwd=Path(__file__).parents[2],
                stdout=log,
                stderr=log,
            )

    def _clock(self, number: int) -> dict[str, str]:
        """Where there are several workers, the clock of the first is wrong."""
        is_wrong = number == 0 and isinstance(self.ledger, PostgresLedger)
        return clock.wrong_by(WRONG_CLOCK) if is_wrong else {}

    def kill_one(self, now: float, away: float = AWAY_SECONDS) -> None:
        """One that lives, if there is any; it is started again after a while."""
        alive = [number for number in range(len(self.processes)) if number not in self._start_at]
        if not alive:
            return
        number = self.random.choice(alive)
        self.processes[number].send_signal(signal.SIGKILL)
        self.processes[number].wait()
        self.counts.killed += 1
        self._start_at[number] = now + self.random.uniform(0, away)

    def start_again(self, now: float) -> bool:
        """Those whose time has come; was there one?"""
        numbers = [number for number, at in self._start_at.items() if at <= now]
        for number in numbers:
            del self._start_at[number]
            self.processes[number] = self.worker(number)
        return bool(numbers)

    def kill_database(self, postgres: PostgresServer, _: float) -> None:
        postgres.stop("immediate")
        postgres.start()
        self.counts.database_killed += 1

    def restart_database(self, postgres: PostgresServer, _: float) -> None:
        postgres.stop("fast")
        postgres.start()
        self.counts.database_restarted += 1

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

    def answer(self) -> None:
        """Every second rep answers once the ask is there, at most twenty at a time, and every tenth of them again."""
        asked = {
            one.mail.split("/")[2] for one in self.happened() if isinstance(one, events.Sent) and "/ask/" in one.mail
        }
        waiting = [name for name in self.reps[::2] if name not in self.typed and self.firm.id(name) in asked]
        for name in waiting[:20]:
            mails = self.firm.mails(name)
            if mails:
                self.types(name, mails[0], self.reps.index(name) % 30)
        again = [name for name in self.reps[::20] if len(self.typed.get(name, ())) == 1 and name not in waiting]
        for name in again[:5]:
            self.types(name, self.firm.mails(name)[0], 30 + self.reps.index(name) % 7)

    def types(self, name: str, mail: Opened, number: int) -> None:
        self.firm.replies(name, str(number), to=mail)
        self.typed.setdefault(name, []).append(number)

    def finish(self) -> Counts:
        """After the last turn, at which what the workers left unread or unsent is done, count."""
        self.firm.tick(self.firm.now, check=False)
        try:
            return counted(self.firm, self.happened(), self.typed, self.counts)
        finally:
            self.ledger.close()

    def end(self) -> None:
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            try:
                process.wait(timeout=20)
            finally:
                process.kill()


def company(reps: int) -> list[dict[str, Any]]:
    """A director, a manager for each twenty reps, and the reps."""
    managers = [f"m{number}" for number in range((reps + TEAM - 1) // TEAM)]
    people = [JENS, *({"who": name, "reports_to": "jens"} for name in managers)]
    return [*people, *(rep(f"r{number}", managers[number // TEAM]) for number in range(reps))]


def play(
    firm: Firm, postgres: PostgresServer, address: str, *, workers: int, speed: float, kills: int, seed: int
) -> Counts:
    """The whole Friday. Half of the kills befall the minutes in which mails leave."""
    firm.installed()
    one = Play(firm, PostgresLedger(Database(Secret(address))), workers=workers, speed=speed, seed=seed)

    def at(moment: str) -> float:
        return (firm.instant(moment) - one.start).total_seconds() / speed

    length, asks, nudges = at("Fri 14:10"), at("Fri 13:00"), at("Fri 13:35")
    sending = len(one.reps) / MAILS_A_SECOND
    calm = [one.random.uniform(length * 0.05, length * 0.95) for _ in range(kills - kills // 2)]
    busy = [one.random.choice([asks, nudges]) + one.random.uniform(0, sending) for _ in range(kills // 2)]
    strokes = [(moment, one.kill_one) for moment in [*calm, *busy]]
    strokes += [(asks + sending * 0.4, partial(one.kill_database, postgres))]
    strokes += [(nudges + sending * 0.2, partial(one.restart_database, postgres))]
    strokes.sort(key=itemgetter(0))
    try:
        for now in one.until(length + 120):
            while strokes and now >= strokes[0][0]:
                strokes.pop(0)[1](now)
            one.start_again(now)
            one.answer()
    finally:
        one.end()
    firm.now = firm.instant("Fri 14:40")
    return one.finish()


def play_alone(firm: Firm, *, speed: float, kills: int, seed: int) -> Counts:
    """The whole Friday with the one worker of a folder, which is killed again and again: half of the times soon after
    it has begun to read or send, else whatever it does, starts or waits in IDLE."""
    firm.installed()
    one = Play(firm, open_ledger(load(firm.file).store), workers=1, speed=speed, seed=seed)
    length = (firm.instant(ALONE_ENDS) - one.start).total_seconds() / speed
    idle_at: int | None = 0  # so many events there are until it begins to work, where that is waited for
    dies_at = one.random.uniform(*LIFE_SECONDS)
    try:
        for now in one.until(length + 120):
            if idle_at is not None and len(one.happened()) > idle_at:
                idle_at, dies_at = None, now + one.random.uniform(0, LIFE_SECONDS[0])
            if now >= dies_at and one.counts.killed < kills:
                one.kill_one(now, away=LIFE_SECONDS[0])
                dies_at = inf
            if one.start_again(now):
                idle_at = len(one.happened()) if one.random.random() < 0.5 else None
                dies_at = now + one.random.uniform(*LIFE_SECONDS)
            one.answer()
    finally:
        one.end()
    firm.now = firm.instant(ALONE_ENDS) + timedelta(minutes=30)
    return one.finish()


def log_of(folder: Path) -> str:
    return "\n".join(f"== {path.name}\n{path.read_text()}" for path in sorted(folder.glob("worker*.log")))


def environment_seed() -> int:
    return int(os.environ.get("ONENUMBER_SEED", "1"))
