"""Rows about the ledger in PostgreSQL: a large firm beside a small one, and a worker beside another.

The workers are the real command in processes of their own. Their time is the database's (pipeline/worker/queued.py,
law 3), so a database that tells another time plays a Friday on any day: see `_tells`.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import firm
import psycopg
import work
from msgspec.structs import replace
from procrastinate import App, SyncPsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued
from psycopg import sql
from table import Row, of_pairs, paced, seconds
from work import Servers

from pipeline import events
from pipeline.ledger.opened import open_ledger
from pipeline.mail import MailKey
from pipeline.season import Season
from pipeline.settings import Database, Secret, Settings
from pipeline.tick import Turns

LARGE = 100_000
_MEGABYTES = 300
_SILENT = 100  # reps who do not answer, and are nudged: before each ten of them the mailbox is read again
_ARRIVING = 2000  # replies that arrive at once
_PATIENCE = 180  # seconds in which a worker must be there, or do anything at all


def size(servers: Servers) -> Row:
    """A round's asks and replies, for each of 10,000 reps against each of 100."""

    def a_rep(reps: int) -> float:
        with work.folder() as folder:
            settings = firm.settings(folder, reps, imap=servers.mail.imap_port)
            work.fill(servers.mail, firm.replies(settings))
            sending, reading = (Database(Secret(servers.postgres.database())) for _ in range(2))
            asked = reps / work.sent_asks(servers.smtp, reps, sending)[0]
            return (asked + work.collected(settings, reps, store=reading)) / reps * 1000

    figures = paced(lambda: a_rep(10_000), lambda: min(a_rep(100) for _ in range(3)), 3)
    return Row("a rep among 10,000 on PostgreSQL, asks and replies", "among 100", "ms", figures, 1.2, at_most=True)


def digest(servers: Servers) -> Row:
    """The turn in which the digest leaves, of a worker that has been there all day, for each rep."""
    with ExitStack() as stack:
        large, small = (stack.enter_context(_answered(servers, reps)) for reps in (10_000, 100))
        figures = paced(lambda: large.digest(servers), lambda: small.digest(servers), 5)
    return Row(
        "the digest of 10,000 reps in 500 teams on PostgreSQL, for each rep",
        "100 reps in 5 teams, for each rep",
        "ms",
        figures,
        1.2,
        at_most=True,
    )


@dataclass(frozen=True, slots=True)
class _Answered:
    """A firm's round just before its digest: asked, answered, summed up."""

    settings: Settings
    address: str
    at: datetime

    def digest(self, servers: Servers) -> float:
        """Milliseconds for each rep, in a copy of the round."""
        copy = _copied(self.address, servers.postgres.database())
        settings = replace(self.settings, store=Database(Secret(copy)))
        turns = Turns(settings, open_ledger(settings.store))
        _nothing_more(turns, self.at - timedelta(minutes=1))
        ticked = []
        took = seconds(lambda: ticked.append(turns.tick(self.at)))
        turns.close()
        if [key.kind for key in ticked[0].dispatched.sent] != ["digest"]:
            raise RuntimeError(f"{ticked[0]} left, and not the digest")
        return took / len(settings.roster.reps) * 1000


@contextmanager
def _answered(servers: Servers, reps: int) -> Iterator[_Answered]:
    with work.folder() as folder:
        work.fill(servers.mail, [])
        address = servers.postgres.database()
        settings = firm.settings(folder, reps, smtp=servers.smtp, imap=servers.mail.imap_port)
        history, season, asked = firm.opened(replace(settings, store=Database(Secret(address))))
        times = season.times(firm.WEEK)
        if times.digest is None:
            raise RuntimeError(f"{firm.WEEK} has no digest")
        people = season.roster.reps
        history.append(work.sent(MailKey(firm.WEEK, "ask", person.id), asked) for person in people)
        history.append(
            _answer(person.id, number, asked + timedelta(minutes=1 + number % 180))
            for number, person in enumerate(people)
        )
        history.append(work.sent(MailKey(firm.WEEK, "summary", one), at) for one, at in times.summaries.items())
        history._ledger.close()
        yield _Answered(settings, address, times.digest + timedelta(seconds=1))


def _answer(person: str, number: int, at: datetime) -> events.Event:
    return events.Answered(
        key=f"m{number}/answer/{person}",
        round=str(firm.WEEK),
        at=at,
        person=person,
        number=Decimal(number % 10),
        received=at,
        entered_by=person,
        comment="two of them at the fair",
        message=f"m{number}",
    )


def _nothing_more(turns: Turns, now: datetime) -> None:
    ticked = turns.tick(now)
    if ticked.dispatched.sent or ticked.problems:
        raise RuntimeError(f"something was due before its time: {ticked}")


def _copied(address: str, into: str) -> str:
    """A database like another one, which nobody uses meanwhile; `into` is given up for it."""
    name, copy = (sql.Identifier(one.rpartition("/")[2]) for one in (address, into))
    with psycopg.connect(f"{address.rpartition('/')[0]}/postgres", autocommit=True) as session:
        session.execute(sql.SQL("drop database {}").format(copy))
        session.execute(sql.SQL("create database {} template {}").format(copy, name))
    return into


# Workers


def memory(servers: Servers) -> Row:
    """The peak of a worker that plays a whole round of 100,000 reps by itself: asks, replies, nudges to the few who are
    silent, summaries and digest."""
    return _memory(servers, LARGE)


def _memory(servers: Servers, reps: int) -> Row:
    with work.folder() as folder, _Played.firm(servers, folder, reps, work.CONNECTIONS) as played:
        times = played.season.times(firm.WEEK)
        if times.digest is None:
            raise RuntimeError(f"{firm.WEEK} has no digest")
        answers = firm.replies(played.settings)[:-_SILENT]
        nudge = min(own.nudges[0] for own in times.people.values() if own.nudges)
        with played.worker(0) as worker:
            played.wait_until_there_are(1)
            for what, at, count in (
                ("/ask/%/sent", played.asked, reps),
                ("answers", played.asked + timedelta(hours=1), len(answers)),
                ("/nudge%/sent", nudge, _SILENT),
                ("/summary/%/sent", min(times.summaries.values()), len(times.summaries)),
                ("/digest/%/sent", times.digest, 1),
            ):
                began = time.monotonic()
                played.jumps(at + timedelta(seconds=1))
                if what == "answers":
                    played.receives(servers, answers)
                played.wait_for(what, count)
                took, peak = time.monotonic() - began, work.peak(worker.pid)
                print(f"  {what}: {count:,} in {took:.0f} s, peak {peak:.0f} MB", file=sys.stderr, flush=True)
    return Row(
        f"peak memory of a worker in a whole round, {reps:,} reps on PostgreSQL",
        "megabytes allowed",
        "MB",
        of_pairs([(peak, float(_MEGABYTES))]),
        1,
        at_most=True,
    )


def workers(servers: Servers) -> Row:
    """Asks a second of two workers against one: the same firm, the same servers, as many connections each."""
    reps = 1500
    figures = paced(lambda: _sending(servers, reps, 2), lambda: _sending(servers, reps, 1), 5)
    return Row("asks of two workers on two cores, PostgreSQL", "of one worker", "mails/s", figures, 1.6, at_most=False)


def _sending(servers: Servers, reps: int, count: int) -> float:
    """Asks a second of so many workers, from the turn in which they are due."""
    with work.folder() as folder, ExitStack() as stack:
        played = stack.enter_context(_Played.firm(servers, folder, reps))
        for number in range(count):
            stack.enter_context(played.worker(number))
        played.wait_until_there_are(count)
        played.jumps(played.asked)
        took = seconds(lambda: played.wait_for("/ask/%/sent", reps))
    return reps / took


class _Played:
    """A firm on a database that tells the time of a played Friday, and its workers."""

    def __init__(self, folder: Path, settings: Settings, address: str, season: Season, asked: datetime) -> None:
        self.folder, self.settings, self.address = folder, settings, address
        self.season, self.asked = season, asked
        self.session = psycopg.connect(address, autocommit=True)
        self.processes: list[subprocess.Popen[bytes]] = []

    @classmethod
    @contextmanager
    def firm(cls, servers: Servers, folder: Path, reps: int, connections: int = 1) -> Iterator[_Played]:
        """The round is open and its asks will be due in half an hour."""
        address = servers.postgres.database()
        settings = firm.settings(
            folder, reps, smtp=servers.smtp, connections=connections, imap=servers.mail.imap_port, store=address
        )
        work.fill(servers.mail, [])
        _, season, asked = firm.opened(settings)
        played = cls(folder, settings, address, season, asked)
        with played.session:
            played.jumps(asked - timedelta(minutes=30))
            yield played

    def jumps(self, now: datetime) -> None:
        """From here on the database tells this time, and it goes on. Where there are workers, one takes a turn."""
        _tells(self.session, now)
        if self.processes:
            app = App(connector=SyncPsycopgConnector(conninfo=self.address))
            with app.open(), suppress(AlreadyEnqueued):
                app.configure_task("turn", queue="turns", lock="turn", queueing_lock="turn").defer(timestamp=0)

    def receives(self, servers: Servers, answers: list[bytes]) -> None:
        """Some thousand at a time, as fast as they are read: a folder with 100,000 new files is Dovecot's trouble,
        for minutes in which it answers nobody."""
        for start in range(0, len(answers), _ARRIVING):
            servers.mail.fill(firm.MAILBOX, answers[start : start + _ARRIVING])
            self.wait_for("answers", min(start + _ARRIVING, len(answers)))

    @contextmanager
    def worker(self, number: int) -> Iterator[subprocess.Popen[bytes]]:
        with (self.folder / f"worker{number}.log").open("ab") as log:
            process = subprocess.Popen(
                [work.PROGRAM, "run", "--settings", str(self.settings.file)], stdout=log, stderr=log
            )
        self.processes.append(process)
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(20)
            finally:
                process.kill()

    def wait_until_there_are(self, count: int) -> None:
        """Each worker has two takers of jobs; and the first turn has begun."""
        until = time.monotonic() + _PATIENCE
        while self._found("select to_regclass('procrastinate_workers') is not null") != 1 or (
            self._found("select count(*) from procrastinate_workers") < 2 * count
            or self._found("select count(*) from onenumber_turns where at > '2000-01-01'") == 0
        ):
            self._go_on(until)

    def wait_for(self, what: str, count: int) -> None:
        """Until the ledger has so many events whose key has this in it, or so many answers."""
        seen, until = -1, time.monotonic() + _PATIENCE
        while (found := self._kept(what)) < count:
            if found > seen:
                seen, until = found, time.monotonic() + _PATIENCE
            self._go_on(until)

    def _kept(self, what: str) -> int:
        if what == "answers":
            query = "select count(*) from onenumber_events where round = %s and body->>'kind' = 'answered'"
            return self._found(query, str(firm.WEEK))
        query = "select count(*) from onenumber_events where round = %s and key like %s"
        return self._found(query, str(firm.WEEK), f"{firm.WEEK}{what}")

    def _go_on(self, until: float) -> None:
        """A moment, after which it makes sense to ask again; a count takes longer where there is more to count."""
        if time.monotonic() > until or any(process.poll() is not None for process in self.processes):
            told = "\n".join(log.read_text()[-1000:] for log in self.folder.glob("worker*.log"))
            raise RuntimeError(f"nothing happens any more:\n{told}")
        time.sleep(max(0.02, len(self.settings.roster.people) / 50_000))

    def _found(self, query: str, *facts: Any) -> int:
        row = self.session.execute(query, facts).fetchone()
        return int(row[0]) if row is not None else 0


def _tells(session: psycopg.Connection[Any], now: datetime) -> None:
    """From now on the database tells this time. Its own clock is looked for behind ours, in every new session; what
    the table of departures notes by itself was bound to its own when the table was made."""
    session.execute("create schema if not exists played")
    session.execute(
        sql.SQL(
            "create or replace function played.clock_timestamp() returns timestamptz language sql volatile as {}"
        ).format(
            sql.Literal(
                "select pg_catalog.clock_timestamp() + interval"
                f" '{(now - datetime.now(now.tzinfo)).total_seconds()} seconds'"
            )
        )
    )
    session.execute("alter table onenumber_departures alter column at set default played.clock_timestamp()")
    name = sql.Identifier(str(session.info.dbname))
    session.execute(sql.SQL("alter database {} set search_path = public, played, pg_catalog").format(name))
