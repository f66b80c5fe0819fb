"""The ledger in a PostgreSQL database: one table, a key that stands once a round, any number of workers.

Laws:
1. One commit is one statement that takes its round's lock first, so that places grow in the order of the commits:
   whoever has read up to a place has missed none before it, and fetches only what is new. Whoever appends goes on only
   when the disk has it, and whoever claims hands in a mail only then (`still_claims`).
2. Nothing is tried twice by itself. Where the connection breaks, the call says so, and the next call makes a new one.
3. A claim is in the hands of the session that made it, by an advisory lock which the server gives back when that
   session ends, however it ends. Only then may others take the claim over.
4. Who holds a lock and loses the database does nothing more under it.
5. A claim may be seen before the disk has it (`_CLAIMED`), and a crash of the server may take away what somebody has
   read. With it goes every session, so who connects again after a crash reads everything anew.

The server's own means are relied on as documented: PostgreSQL manual, 13.3.5 Advisory Locks, 13.2.1 Read Committed,
20.3.2 TCP Settings. A pooler that hands one session to several clients in turn takes them away; see docs/scale.md.
"""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import Any, LiteralString

import msgspec
import psycopg
from psycopg import errors
from psycopg.conninfo import make_conninfo

from pipeline.events import Claimed, Event
from pipeline.ledger import (
    LedgerBusyError,
    LedgerDamagedError,
    LedgerError,
    LedgerReadError,
    LedgerUncertainError,
    LedgerWriteError,
    News,
    Place,
    WorkerRunningError,
)
from pipeline.ledger.attempts import Attempts
from pipeline.pace import limit
from pipeline.settings import Database
from pipeline.weeks import Week

MIGRATIONS: tuple[LiteralString, ...] = (
    """
    create table onenumber_events (
        place bigint generated always as identity primary key,
        round text not null,
        key text not null,
        claimer integer,
        body json not null,
        unique (round, key)
    );
    create index onenumber_events_in_order on onenumber_events (round, place);
    create index onenumber_events_claimed on onenumber_events (key) where claimer is not null;
    create sequence onenumber_claimers as integer cycle;
    create table onenumber_departures (at timestamptz not null default clock_timestamp(), mails integer not null);
    create table onenumber_reading (message text primary key, times integer not null);
    """,
    """
    create table onenumber_turns (at timestamptz not null);
    insert into onenumber_turns values (to_timestamp(0));
    """,
    """
    create index onenumber_departures_in_time on onenumber_departures (at);
    """,
    """
    create unlogged table onenumber_life (name uuid not null);
    """,
    """
    create table onenumber_minutes (minute timestamptz primary key, mails integer not null);
    """,
)
"""What brings a database from one version to the next. Each only adds, so that workers of the version before go on."""

CONNECT = {
    "client_encoding": "UTF8",  # a database without an encoding (SQL_ASCII) would take and give ASCII alone
    "connect_timeout": "10",  # seconds
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "25000",  # milliseconds
}
"""A database that is cut off is noticed in 25 seconds, whether it owes us an answer or not."""

SESSION: LiteralString = """
    set tcp_keepalives_idle = 10;
    set tcp_keepalives_interval = 5;
    set tcp_keepalives_count = 3;
    set tcp_user_timeout = 25000;
    set idle_in_transaction_session_timeout = 60000;
    set timezone = 'UTC';
    select set_config('synchronous_commit', 'on', false) where current_setting('synchronous_commit') = 'off';
"""
"""A machine that is cut off holds its locks until the server gives its connection up: 25 seconds, not two hours."""

_MIGRATING = 0x6F6E656E  # a lock's name, the same for every table
_AT_A_TIME = 5000  # events that are read in one go
_LARGE = 1 << 20
"""Letters of one row or commit: more than most rounds have, less than the roster of a large firm."""
_WRITING, _WORKING, _PACING, _LISTENING, _BOOK = (
    1,
    2,
    3,
    4,
    100,
)  # locks of our table, by its oid; a round's is its year and week

_ALONE: LiteralString = "with alone as materialized (select pg_advisory_xact_lock(%(table)s, %(lock)s))"
_ALONE_AND_LAZY: LiteralString = """
    with lazily as materialized (select set_config('synchronous_commit', 'off', true) as is_off),
        alone as materialized (select pg_advisory_xact_lock(%(table)s, %(lock)s) from lazily where is_off = 'off')
"""
_KEPT: LiteralString = """
    insert into onenumber_events (round, key, claimer, body)
    select %(round)s, happened.key, happened.claimer, happened.body::json
    from alone, unnest(%(keys)s::text[], %(claimers)s::int[], string_to_array(%(bodies)s, chr(10)))
         with ordinality as happened (key, claimer, body, number)
    order by happened.number
    on conflict (round, key) do nothing
    returning key
"""
_APPEND = _ALONE + _KEPT
_CLAIMED = _ALONE_AND_LAZY + _KEPT
"""The same without waiting for the disk, so that the round's lock is given back at once, and workers who send wait for
the disk together, and not one after the other. Others see it before it is durable. Of mails that is no harm: nothing
is handed in but after a commit of one's own, and when that one is on the disk, so is all that was committed before it;
and who has seen what a crash took away reads again (`_LIFE`). Of replies it would be one, for a message is moved on the
strength of what is seen."""

_SYNC: LiteralString = "select pg_logical_emit_message(true, 'onenumber', '')"
"""The smallest commit that there is: a note in the log for nobody. What was committed before it is on the disk, too."""

_READ: LiteralString = """
    select kept.first, happened.place, happened.key, happened.body::text
    from (
        select (
            select place from onenumber_events
            where (round, place) > (%(round)s::text, 0) and (round, place) <= (%(round)s::text, 9223372036854775807)
            order by round, place limit 1
        ) as first
    ) as kept
    left join lateral (
        select place, key, body from onenumber_events
        where (round, place) > (%(round)s::text, %(after)s::bigint)
            and (round, place) <= (%(round)s::text, 9223372036854775807)
            and round >= %(round)s and round <= %(round)s
        order by round, place limit %(most)s
    ) as happened on true
    order by happened.place
"""
"""Round and place are compared as rows (PostgreSQL manual, Row and Array Comparisons), for which only the index that
has both is of use. Asked for each by itself, the server may walk along all places, other rounds' too: it does so once
it plans for any round at all, and of what a firm of 100,000 has kept that took 70 ms for each mail. The round by itself
beside it says nothing new; without it a server that has counted nothing yet takes the index of keys for a shorter way,
and walks along the whole round."""

_LIFE: LiteralString = """
    with begun as (
        insert into onenumber_life select gen_random_uuid() where not exists (select from onenumber_life)
        returning name
    )
    select concat_ws('/', life.name, extract(epoch from pg_postmaster_start_time()))
    from (select name from begun union all select name from onenumber_life) as life
"""
"""What a crash of the server empties (PostgreSQL manual, CREATE TABLE, UNLOGGED), and a standby never has; with the
time at which the server was started, for before that its files may have been put back as they were once: a new name for
each time that something may be gone which somebody had read."""

_ALIVE: LiteralString = """
    select claimed.key from onenumber_events as claimed
    join pg_locks as lock on lock.locktype = 'advisory' and lock.objsubid = 1 and lock.granted
        and lock.database = (select oid from pg_database where datname = current_database())
        and lock.classid = 'onenumber_events'::regclass::oid and lock.objid = claimed.claimer::oid
    where claimed.key = any(%(keys)s) and claimed.claimer is not null and lock.pid <> pg_backend_pid()
"""
_HOLDER: LiteralString = """
    select activity.application_name from pg_locks as held join pg_stat_activity as activity using (pid)
    where held.locktype = 'advisory' and held.granted and held.objsubid = 2
        and held.database = (select oid from pg_database where datname = current_database())
        and held.classid = 'onenumber_events'::regclass::oid and held.objid = %(lock)s::int::oid
"""
_STAYED: LiteralString = """
    select activity.application_name from pg_locks as held join pg_stat_activity as activity using (pid)
    where held.locktype = 'advisory' and held.granted and held.objsubid = 2
        and held.database = (select oid from pg_database where datname = current_database())
        and held.objid = %(lock)s::int::oid and starts_with(activity.application_name, 'onenumber: ')
        and not exists (select from pg_class where pg_class.oid = held.classid)
    limit 1
"""
"""Who holds a lock of a table that is no more: a backup that is put back makes all tables anew."""

_CLAIM: LiteralString = "select pg_advisory_lock(%(table)s::int::oid::bigint << 32 | %(claimer)s::int)"
_LET_GO: LiteralString = "select pg_advisory_unlock(%(table)s::int::oid::bigint << 32 | %(claimer)s::int)"

_BEING_READ: LiteralString = """
    with lazily as materialized (select set_config('synchronous_commit', 'off', true) as is_off),
        gone as (
            delete from onenumber_reading using lazily
            where lazily.is_off = 'off' and message <> all(%(names)s::text[])
        )
    insert into onenumber_reading (message, times)
    select being_read.message, being_read.times
    from lazily, unnest(%(names)s::text[], %(times)s::int[]) as being_read (message, times)
    where lazily.is_off = 'off'
    on conflict (message) do update set times = excluded.times
"""
"""In one statement, for it runs for every message; and without waiting for the disk: a power cut is no message's
fault."""

_LEFT: LiteralString = """
    select coalesce(sum(mails), 0) from onenumber_departures
    where at > (select clock_timestamp() - interval '60 seconds')
"""
_LEFT_IN_A_DAY: LiteralString = """
    select coalesce(sum(mails), 0) from onenumber_minutes
    where minute > (select clock_timestamp() - interval '1 day 1 minute')
"""
"""Minute by minute, so that it costs the same however many left: each counts until all of it is a day old."""

_TAKE: LiteralString = """
    with gone as (
        select
            (
                select coalesce(sum(mails), 0) from onenumber_departures
                where at > (select clock_timestamp() - interval '60 seconds')
            ) as in_a_minute,
            case when %(a_day)s::int is null then 0 else (
                select coalesce(sum(mails), 0) from onenumber_minutes
                where minute > (select clock_timestamp() - interval '1 day 1 minute')
            ) end as in_a_day
    ), taken as (
        insert into onenumber_departures (mails)
        select least(%(mails)s::int, %(a_minute)s::int - gone.in_a_minute, %(a_day)s::int - gone.in_a_day)
        from gone
        where gone.in_a_minute < %(a_minute)s::int
            and (%(a_day)s::int is null or gone.in_a_day < %(a_day)s::int)
        returning mails
    ), counted as (
        insert into onenumber_minutes as known (minute, mails)
        select date_trunc('minute', clock_timestamp()), taken.mails from taken
        on conflict (minute) do update set mails = known.mails + excluded.mails
    )
    select mails from taken
"""
"""Of nothing (null) `least` takes no notice. A day is counted whether it has a limit or not, so that one that is set
in the middle of a Friday holds from then on."""

_FORGET: LiteralString = """
    with past as (
        delete from onenumber_minutes where minute < (select clock_timestamp() - interval '1 day 1 minute')
    )
    delete from onenumber_departures where at < (select clock_timestamp() - interval '1 hour')
"""
_TAKE_OVER: LiteralString = """
    insert into onenumber_minutes (minute, mails)
    select minute, mails
    from unnest(%(minutes)s::timestamptz[], %(mails)s::int[]) as departed (minute, mails)
    where minute between (select clock_timestamp() - interval '1 day 1 minute') and (select clock_timestamp())
"""
"""What a clock that was wrong dates to a time that is still to come tells nothing."""

_ROOM_IN: LiteralString = """
    select extract(epoch from max(at) + interval '60 seconds' - clock_timestamp())
    from (
        select at, sum(mails) over (order by at desc) as since from onenumber_departures
        where at > (select clock_timestamp() - interval '60 seconds')
    ) as left_since
    where since >= %(allowed)s
"""
"""In how many seconds less than `allowed` will have left in a minute: when the newest departure at which, with all
later ones, the allowance is used up is a minute old. The clock stands in a query of its own, which is made once: the
index would not be used for something that may differ from row to row."""

_DAY_ROOM_IN: LiteralString = """
    select extract(epoch from max(minute) + interval '1 day 1 minute' - clock_timestamp())
    from (
        select minute, sum(mails) over (order by minute desc) as since from onenumber_minutes
        where minute > (select clock_timestamp() - interval '1 day 1 minute')
    ) as left_since
    where since >= %(allowed)s
"""

_READER: msgspec.json.Decoder[Event] = msgspec.json.Decoder(Event)


class PostgresLedger:
    """A ledger in the database that `store` names. It may be used by several threads, one call at a time."""

    def __init__(self, store: Database) -> None:
        self._store = store
        self._one_at_a_time = threading.RLock()
        self._connection: psycopg.Connection[Any] | None = None
        self._claimer: int | None = None
        self._is_synced = True  # is all that was claimed here on the disk?
        self._table = 0  # its oid, by which our locks are told from those of others
        self._life = ""  # of the database, as of the last connection
        self._is_working = False
        self._is_outgrown = False  # has it carried something large?
        self._locks = 0  # so many are held that a new connection would not have
        self._read: dict[str, int] = {}  # up to which place each round was read
        with self._asking("opened"):
            self._session()

    def append(self, happened: Sequence[Event]) -> tuple[Event, ...]:
        return self._keep(happened, _APPEND)

    def claim(self, happened: Sequence[Event]) -> tuple[Event, ...]:
        """On the disk once `still_claims` says yes."""
        self._is_synced = False
        return self._keep(happened, _CLAIMED)

    def _keep(self, happened: Sequence[Event], statement: LiteralString) -> tuple[Event, ...]:
        weeks = {event.round for event in happened}
        if len(weeks) > 1:
            raise ValueError(f"one commit is one file; these events belong to {sorted(map(str, weeks))}")
        if not weeks:
            return ()
        round_ = weeks.pop()
        with self._committing() as session:
            claimer = self._claiming(session) if any(isinstance(event, Claimed) for event in happened) else None
            claimers = {event.key: claimer for event in happened if isinstance(event, Claimed)}
            accepted = {key for (key,) in session.execute(statement, self._written(round_, happened, claimers))}
        fresh: dict[str, Event] = {}
        for event in happened:
            if event.key in accepted:
                fresh.setdefault(event.key, event)
        return tuple(fresh.values())

    def _written(
        self, round_: str | None, happened: Sequence[Event], claimers: Mapping[str, int | None]
    ) -> dict[str, object]:
        # One text with a line for each, as JSON has no line ends of its own: as an array, which psycopg escapes letter
        # by letter, a roster took twenty times its size in memory.
        bodies = b"\n".join(msgspec.json.encode(event) for event in happened).decode()
        self._is_outgrown |= len(bodies) > _LARGE
        return {
            "table": self._table,
            "lock": _lock_of(round_),
            "round": round_ or "",
            "keys": [event.key for event in happened],
            "claimers": [claimers.get(event.key) for event in happened],
            "bodies": bodies,
        }

    def events(self, round_: str | None) -> tuple[Event, ...]:
        while True:
            found = self.since(round_, None)
            happened = list(found.events)
            while found.more:
                found = self.since(round_, found.place)
                if found.anew:
                    break
                happened += found.events
            else:
                return tuple(happened)

    def since(self, round_: str | None, place: Place | None) -> News:
        facts = {"round": round_ or "", "after": place.upto if place else 0, "most": _AT_A_TIME}
        with self._asking("read") as session:
            rows = session.execute(_READ, facts).fetchall()
            anew = place is None or self._edition(rows[0][0]) != place.edition
            if anew and place is not None and place.upto:  # rewritten since: what was read before is no more
                rows = session.execute(_READ, facts | {"after": 0}).fetchall()
            if rows[0][1] is None:  # nothing, and nothing new
                reached = Place(self._edition(rows[0][0]), 0 if place is None or anew else place.upto)
                happened: list[Event] = []
            else:
                reached = Place(self._edition(rows[0][0]), rows[-1][1])
                happened = [self._parsed(key, body) for _, _, key, body in rows]
                self._is_outgrown |= any(len(body) > _LARGE for *_, body in rows)
        self._read[round_ or ""] = reached.upto
        return News(happened, reached, anew, more=len(rows) == _AT_A_TIME)

    def lay_aside(self, round_: str) -> None:
        """The database has it all."""

    def _edition(self, first: int | None) -> str:
        """After a crash places are given again to other events than those that were read there and are gone."""
        return f"{first} of {self._table}/{self._life}"

    def rounds(self) -> tuple[str, ...]:
        # One look at the index for each round, however many events it has (a loose index scan).
        with self._asking("read") as session:
            found = session.execute(
                """
                with recursive kept (round) as (
                    select min(round) from onenumber_events where round > ''
                    union all
                    select (select min(round) from onenumber_events where round > kept.round)
                    from kept where kept.round is not null
                )
                select round from kept where round is not null
                """
            )
            return tuple(round_ for (round_,) in found)

    def rewrite(self, round_: str | None, happened: Sequence[Event]) -> None:
        facts = {"table": self._table, "lock": _lock_of(round_), "round": round_ or ""}
        with self._committing() as session, session.transaction():
            session.execute("select pg_advisory_xact_lock(%(table)s, %(lock)s)", facts)
            kept = session.execute(
                "select key, claimer, place from onenumber_events where round = %(round)s order by place", facts
            ).fetchall()
            known = self._read.get(round_ or "", 0)
            if known and kept and kept[-1][2] > known:
                raise LedgerBusyError(
                    f"{round_ or 'the standing book'} was added to while it was being rewritten. "
                    "Nothing was changed; try again."
                )
            claimers = {key: claimer for key, claimer, _ in kept}
            session.execute("delete from onenumber_events where round = %(round)s", facts)
            session.execute(_APPEND, self._written(round_, happened, claimers))

    @contextmanager
    def writing(self, wait: float = 60) -> Iterator[None]:
        with self._held(_WRITING, wait) as holder:
            if holder is not None:
                raise LedgerBusyError(
                    f"{self._store} is still being written by {holder} after {wait:g} seconds. "
                    "Nothing was changed; try again."
                )
            yield

    @contextmanager
    def working(self) -> Iterator[None]:
        """Any number of workers may be there, unless the history is being moved."""
        with self._asking("opened") as session:
            self._work(session)
            self._is_working = True
        try:
            yield
        finally:
            self._is_working = False
            self.close()

    @contextmanager
    def alone(self) -> Iterator[None]:
        with self._held(_WORKING, 0) as holder:
            worker = holder or self._who_stayed()
            if worker is not None:
                raise WorkerRunningError(f"A worker is running on {self._store}: {worker}. Stop every worker first.")
            with self.writing(wait=5):
                yield

    @contextmanager
    def listening(self) -> Iterator[bool]:
        """Is this session the one that waits in IDLE for the mailbox? As long as it is, no other is."""
        with self._held(_LISTENING, 0) as holder:
            yield holder is None

    def under_way(self, claims: Iterable[str]) -> frozenset[str]:
        keys = list(claims)
        if not keys:
            return frozenset()
        with self._asking("read") as session:
            return frozenset(key for (key,) in session.execute(_ALIVE, {"keys": keys}))

    def still_claims(self) -> bool:
        """While the session that claimed answers, it holds the lock of its claims. With its answer they are on the
        disk."""
        with self._one_at_a_time:
            if self._claimer is None or self._connection is None:
                return False
            try:
                self._connection.execute("select 1" if self._is_synced else _SYNC)
                self._is_synced = True
            except psycopg.Error:
                self.close()
                return False
            return True

    def let_go(self) -> None:
        with self._one_at_a_time:
            if self._claimer is not None and self._connection is not None:
                with suppress(LedgerError), self._asking("read") as session:
                    session.execute(_LET_GO, {"table": self._table, "claimer": self._claimer})
            self._claimer = None

    def attempts(self) -> SharedAttempts:
        return SharedAttempts(self)

    def pace(self, a_minute: int, a_day: int | None = None) -> SharedPace:
        return SharedPace(self, a_minute, a_day)

    @property
    def table(self) -> int:
        return self._table

    @contextmanager
    def asking(self) -> Iterator[psycopg.Connection[Any]]:
        """The session, for what is kept beside the events. Raises LedgerReadError where the database is not there."""
        with self._asking("read") as session:
            yield session

    def take_over_departures(self, minutes: Mapping[datetime, int]) -> None:
        with self._asking("written") as session, session.transaction():
            session.execute("delete from onenumber_minutes")
            session.execute(_TAKE_OVER, {"minutes": list(minutes), "mails": list(minutes.values())})

    def turn_begins(self) -> None:
        """Remember that a turn began now, for those who watch that there are turns."""
        with self._asking("written") as session:
            session.execute("update onenumber_turns set at = clock_timestamp()")

    def seconds_since_turn(self) -> float:
        """How long ago the last turn of any worker began; more than fifty years where there was none."""
        with self._asking("read") as session:
            return float(_one(session, "select extract(epoch from clock_timestamp() - at) from onenumber_turns"))

    def make_tables_of_others(self, one_of_them: str, schema: LiteralString) -> None:
        """Run what makes the tables of the queue, once, where they are missing."""
        with self._asking("written") as session, session.transaction():
            session.execute("select pg_advisory_xact_lock(%s)", [_MIGRATING])
            if _one(session, "select to_regclass(%(name)s)", {"name": one_of_them}) is None:
                session.execute(schema)

    def now(self) -> datetime:
        """The database's clock, which is one for all workers."""
        with self._asking("read") as session:
            at: datetime = _one(session, "select clock_timestamp()")
            return at

    def close(self) -> None:
        with self._one_at_a_time:
            connection, self._connection, self._claimer = self._connection, None, None
            if connection is not None:
                with suppress(psycopg.Error):
                    # Before the goodbye, which the server may take its time to read.
                    connection.execute("select pg_advisory_unlock_all()")
                with suppress(psycopg.Error):
                    connection.close()

    def _claiming(self, session: psycopg.Connection[Any]) -> int:
        """The number under which this session claims, its lock held."""
        if self._claimer is None:
            number: int = _one(session, "select nextval('onenumber_claimers')::int")
            session.execute(_CLAIM, {"table": self._table, "claimer": number})
            self._claimer = number
        return self._claimer

    def _work(self, session: psycopg.Connection[Any]) -> None:
        facts = {"table": self._table, "lock": _WORKING}
        if not _one(session, "select pg_try_advisory_lock_shared(%(table)s, %(lock)s)", facts):
            raise WorkerRunningError(
                f"The history of {self._store} is being moved by {self._holder(session, _WORKING)}. "
                "Start it afterwards."
            )

    @contextmanager
    def _held(self, lock: int, wait: float) -> Iterator[str | None]:
        """Take a lock of the session, and yield None; or yield who has it, where waiting was in vain. What happens
        under it happens on this very connection, or fails."""
        with self._asking("opened") as session:
            facts = {"table": self._table, "lock": lock}
            holder = None if self._taken(session, facts, wait) else self._holder(session, lock)
            self._locks += holder is None
        if holder is not None:
            yield holder
            return
        try:
            yield None
        finally:
            with self._one_at_a_time:
                with suppress(LedgerError):
                    if self._connection is not None:
                        with self._asking("read") as session:
                            session.execute("select pg_advisory_unlock(%(table)s, %(lock)s)", facts)
                self._locks -= 1

    def _taken(self, session: psycopg.Connection[Any], facts: dict[str, int], wait: float) -> bool:
        if wait <= 0:
            return bool(_one(session, "select pg_try_advisory_lock(%(table)s, %(lock)s)", facts))
        session.execute("select set_config('lock_timeout', %s, false)", [f"{round(wait * 1000)}ms"])
        try:
            session.execute("select pg_advisory_lock(%(table)s, %(lock)s)", facts)
        except errors.LockNotAvailable:
            return False
        finally:
            if not session.closed:
                session.execute("set lock_timeout = 0")
        return True

    def _holder(self, session: psycopg.Connection[Any], lock: int) -> str:
        name = _one(session, _HOLDER, {"lock": lock})
        return str(name).removeprefix("onenumber: ") if name else "a process that has gone since"

    def _who_stayed(self) -> str | None:
        """A worker that has gone on since before a backup was put back."""
        with self._asking("read") as session:
            name = _one(session, _STAYED, {"lock": _WORKING})
        return None if name is None else str(name).removeprefix("onenumber: ")

    @contextmanager
    def _committing(self) -> Iterator[psycopg.Connection[Any]]:
        """A session that writes. Where it breaks nobody knows whether the commit was made."""
        with self._one_at_a_time:
            try:
                session = self._session()
            except psycopg.Error as error:
                raise LedgerWriteError(self._told("written", error)) from None
            try:
                yield session
            except psycopg.Error as error:
                if not session.closed:
                    raise LedgerWriteError(self._told("written", error)) from None
                self.close()
                raise LedgerUncertainError(
                    f"{self._store} was lost in the middle of a commit ({_reason(error)}). Whether it was made is not "
                    "known, so nothing is done on the strength of it; the next turn tries again by itself."
                ) from None

    @contextmanager
    def _asking(self, done: str) -> Iterator[psycopg.Connection[Any]]:
        with self._one_at_a_time:
            try:
                session = self._session()
                yield session
            except psycopg.Error as error:
                if self._connection is not None and self._connection.closed:
                    self.close()
                raise LedgerReadError(self._told(done, error)) from None

    def _session(self) -> psycopg.Connection[Any]:
        """The connection, a new one where there is none; but never a new one under a lock of the old.

        Libpq keeps a buffer as large as the largest row or commit, in either direction, for as long as a connection
        stays. So one that has carried the roster of a large firm is given up once nothing is held on it."""
        is_free = not (self._locks or self._is_working or self._claimer is not None)
        if self._connection is not None and (self._connection.closed or (self._is_outgrown and is_free)):
            self.close()
        if self._connection is None:
            if self._locks:
                raise psycopg.OperationalError("the connection, and the lock with it, was lost in the middle of a turn")
            self._connection, self._is_outgrown = self._opened(), False
            if self._is_working:
                self._work(self._connection)
        return self._connection

    def _opened(self) -> psycopg.Connection[Any]:
        name = f"onenumber: process {os.getpid()} on {socket.gethostname()}"
        try:
            facts = make_conninfo(self._store.url.reveal(), **CONNECT, application_name=name)
        except psycopg.ProgrammingError:  # its words may show a part of the password
            raise LedgerReadError(
                f"{self._store} is not an address as libpq takes it. "
                "Write it as postgresql://USER:PASSWORD@HOST/DATABASE."
            ) from None
        session = psycopg.connect(facts, autocommit=True)
        try:
            session.execute(SESSION)
            session.prepare_threshold = 2
            self._check(session)
        except BaseException:
            session.close()
            raise
        return session

    def _check(self, session: psycopg.Connection[Any]) -> None:
        if _one(session, "show fsync") == "off":
            raise LedgerWriteError(
                f"{self._store} runs with fsync = off: what is kept there may be lost by a power cut. "
                "Switch it on in postgresql.conf."
            )
        encoding = _one(session, "show server_encoding")
        if encoding not in {"UTF8", "SQL_ASCII"}:
            raise LedgerWriteError(
                f"{self._store} has the encoding {encoding}, in which not everything that people write can be kept. "
                "Make a database with: createdb --encoding UTF8 --template template0 NAME"
            )
        with session.transaction():
            session.execute("select pg_advisory_xact_lock(%s)", [_MIGRATING])
            session.execute("create table if not exists onenumber_version (version integer not null)")
            version: int = _one(session, "select coalesce(max(version), 0) from onenumber_version")
            if version > len(MIGRATIONS):
                raise LedgerDamagedError(
                    f"{self._store} was written by a newer One Number (version {version} of the tables; this one knows "
                    f"{len(MIGRATIONS)}). Upgrade this installation; the database was left as it is."
                )
            for number, step in enumerate(MIGRATIONS[version:], version + 1):
                session.execute(step)
                session.execute("insert into onenumber_version values (%s)", [number])
            self._life = _one(session, _LIFE)
        self._table = _one(session, "select 'onenumber_events'::regclass::oid::int")

    def _parsed(self, key: str, body: str) -> Event:
        try:
            return _READER.decode(body)
        except (msgspec.ValidationError, msgspec.DecodeError) as error:
            raise LedgerDamagedError(
                f'{self._store} is damaged: event "{key}": {error}. Nothing was changed. Restore the last backup.'
            ) from None

    def _told(self, done: str, error: psycopg.Error) -> str:
        is_full = isinstance(error, errors.DiskFull)
        mend = "Make room where the database is kept" if is_full else "See that the database runs and takes this user"
        return f"{self._store} could not be {done}: {_reason(error)}. {mend}; a worker tries again by itself."


class SharedAttempts(Attempts):
    """Which message was being read when a worker died, for whichever worker reads it next."""

    def __init__(self, ledger: PostgresLedger) -> None:
        super().__init__(None)
        self._ledger = ledger

    def _read(self) -> dict[str, int]:
        with self._ledger.asking() as session:
            return dict(session.execute("select message, times from onenumber_reading").fetchall())

    def _write(self, names: dict[str, int]) -> None:
        with self._ledger.asking() as session:
            session.execute(_BEING_READ, {"names": list(names), "times": list(names.values())})


class SharedPace:
    """How many mails may leave now, over all workers together: counted in the database, on its clock, so that neither
    a worker's death nor its clock changes what the provider sees."""

    def __init__(self, ledger: PostgresLedger, a_minute: int, a_day: int | None) -> None:
        self._ledger = ledger
        self._a_minute, self._a_day = a_minute, a_day

    def begins(self, now: datetime) -> None:
        """It goes by the database's clock."""

    def room(self, *, reserved: bool, kept: int = 0) -> int:
        with self._ledger.asking() as session:
            free = limit(self._a_minute, reserved=reserved) - int(_one(session, _LEFT))
            if self._a_day is not None:
                free = min(free, self._a_day - kept - int(_one(session, _LEFT_IN_A_DAY)))
            return max(0, free)

    def wait(self, *, reserved: bool, kept: int = 0) -> float:
        allowed = limit(self._a_minute, reserved=reserved)
        with self._ledger.asking() as session:
            seconds = float(_one(session, _ROOM_IN, {"allowed": allowed}) or 0.0)
            if self._a_day is not None:
                seconds = max(seconds, float(_one(session, _DAY_ROOM_IN, {"allowed": self._a_day - kept}) or 0.0))
            return seconds

    def take(self, mails: int, *, reserved: bool, kept: int = 0) -> int:
        """All of it in one trip, commit included, for the others wait meanwhile: what goes before a Sync is one
        transaction (PostgreSQL manual, Pipelining). The lock comes first, in a statement of its own, so that what is
        counted is what they have kept. The disk is left to the commit of the claim, without which no mail leaves: when
        that one is synced, so is this."""
        facts = {"table": self._ledger.table, "lock": _PACING}
        wish = {
            "mails": mails,
            "a_minute": limit(self._a_minute, reserved=reserved),
            "a_day": None if self._a_day is None else self._a_day - kept,
        }
        with self._ledger.asking() as session, session.pipeline() as trip:
            session.execute("select set_config('synchronous_commit', 'off', true)")
            session.execute("select pg_advisory_xact_lock(%(table)s, %(lock)s)", facts)
            session.execute(_FORGET)
            asked = session.execute(_TAKE, wish)
            trip.sync()
            taken = asked.fetchone()
            return 0 if taken is None else int(taken[0])

    def left(self) -> int:
        with self._ledger.asking() as session:
            return int(_one(session, _LEFT_IN_A_DAY))


def _one(session: psycopg.Connection[Any], query: LiteralString, facts: Mapping[str, object] | None = None) -> Any:
    """The one value that a query answers with; None where it answers with no row."""
    row = session.execute(query, facts).fetchone()
    return None if row is None else row[0]


def _lock_of(round_: str | None) -> int:
    if round_ is None:
        return _BOOK
    week = Week.parse(round_)
    return week.year * 100 + week.number


def _reason(error: psycopg.Error) -> str:
    """The first line of what libpq says; it names host and user, and never the password."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")
