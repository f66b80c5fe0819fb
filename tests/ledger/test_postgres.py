"""The ledger in a database: what every ledger promises, and what a server with many clients makes harder."""

import os
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, suppress
from datetime import datetime, timedelta
from itertools import takewhile
from pathlib import Path
from typing import Any

import psycopg
import pytest

from pipeline.events import Claimed, Noted, Opened
from pipeline.history import History
from pipeline.ledger import (
    LedgerBusyError,
    LedgerDamagedError,
    LedgerError,
    LedgerReadError,
    LedgerUncertainError,
    LedgerWriteError,
    WorkerRunningError,
)
from pipeline.ledger import postgres as postgres_ledger
from pipeline.ledger.opened import open_ledger
from pipeline.ledger.postgres import MIGRATIONS, PostgresLedger
from pipeline.pace import Pace
from pipeline.roster import Person
from pipeline.settings import Database, Secret, store
from pipeline.weeks import Week
from tests.ledger.contract import NOW, WEEK, LedgerContract, claim, edition
from tests.servers import database
from tests.servers.database import PostgresServer

Open = Callable[[], PostgresLedger]


@pytest.fixture
def address(postgres: PostgresServer) -> str:
    return postgres.database()


@pytest.fixture
def again(address: str) -> Iterator[Open]:
    with ExitStack() as opened:

        def make() -> PostgresLedger:
            ledger = PostgresLedger(Database(Secret(address)))
            opened.callback(ledger.close)
            return ledger

        yield make


@pytest.fixture
def ledger(again: Open) -> PostgresLedger:
    return again()


@pytest.fixture
def after(address: str) -> Callable[[timedelta], datetime]:
    """The database's clock is what counts: what left is made older."""

    def pass_by(time: timedelta) -> datetime:
        with psycopg.connect(address, autocommit=True) as own:
            own.execute("update onenumber_departures set at = at - %s", [time])
            own.execute("update onenumber_minutes set minute = minute - %s", [time])
        return NOW

    return pass_by


class TestPostgresLedger(LedgerContract):
    """The contract, in a database."""


def cut(address: str) -> None:
    """End every connection to the database but this one, as a restart of the server would."""
    with psycopg.connect(address, autocommit=True) as own:
        own.execute(
            "select pg_terminate_backend(pid, 10000) from pg_stat_activity "
            "where datname = current_database() and pid <> pg_backend_pid()"
        )


def test_many_who_append_at_once_lose_nothing_and_read_in_one_order(again: Open) -> None:
    writers, reader = [again() for _ in range(4)], again()
    seen: list[str] = []

    def write(number: int, ledger: PostgresLedger) -> None:
        for turn in range(30):
            ledger.append([claim(f"ask/{number}x{turn}"), claim(f"ask/shared{turn}")])

    threads = [threading.Thread(target=write, args=one) for one in enumerate(writers)]
    for thread in threads:
        thread.start()
    while len(seen) < 150:
        events = [event.key for event in reader.events(WEEK)]
        assert events[: len(seen)] == seen, "what was read once stays where it was"
        seen = events
    for thread in threads:
        thread.join()
    assert [event.key for event in again().events(WEEK)] == seen
    assert len(set(seen)) == 150


@pytest.mark.parametrize("encoding", ["UTF8", "SQL_ASCII"])
def test_a_text_with_any_letter_comes_back(postgres: PostgresServer, encoding: str) -> None:
    """SQL_ASCII, no encoding at all, is what a cluster that was made without a locale has."""
    store = Database(Secret(postgres.database("template0", encoding)))
    odd = Noted(
        key="n", round=WEEK, at=NOW, author="a", text="\x00 ø \U0001f642 ' \\ % \u2028", received=NOW, message="m"
    )
    one, other = PostgresLedger(store), PostgresLedger(store)
    one.append([odd])
    assert other.events(WEEK) == (odd,)
    one.close()
    other.close()


def test_a_claim_is_in_the_hands_of_whoever_made_it_for_as_long_as_that_one_lives(
    ledger: PostgresLedger, again: Open
) -> None:
    other = again()
    ledger.claim([claim("ask/a")])
    keys = [claim("ask/a").key]
    assert other.under_way(keys) == set(keys)
    assert ledger.under_way(keys) == frozenset()
    ledger.close()
    assert other.under_way(keys) == frozenset()


def _of_a_large_firm(week: str) -> Opened:
    people = tuple(Person(f"rep{number:05}", f"rep{number}@large.example", f"Rep {number}") for number in range(20_000))
    return Opened(key=f"{week}/opened", round=week, at=NOW, people=people)


def _session(ledger: PostgresLedger) -> int:
    with ledger.asking() as session:
        return session.info.backend_pid


def test_a_connection_that_has_carried_a_large_roster_is_given_up_for_its_buffer_never_shrinks(
    ledger: PostgresLedger, again: Open
) -> None:
    reader, before = again(), _session(ledger)
    assert _session(ledger) == before
    large = _of_a_large_firm(WEEK)
    assert ledger.append([large]) == (large,)
    assert _session(ledger) != before
    before = _session(reader)
    assert reader.events(WEEK) == (large,)
    assert _session(reader) != before
    known = reader.since(WEEK, None).place
    before = _session(reader)
    ledger.append([claim("ask/a")])
    assert [*reader.since(WEEK, known).events] == [claim("ask/a")]
    assert _session(reader) == before


def test_a_connection_is_not_given_up_while_something_is_held_on_it(ledger: PostgresLedger, again: Open) -> None:
    ledger.claim([claim("ask/a")])
    ledger.append([_of_a_large_firm(WEEK)])
    assert ledger.still_claims()
    assert again().under_way([claim("ask/a").key]) == {claim("ask/a").key}
    ledger.let_go()
    for held, week in ((ledger.writing, "2026-W49"), (ledger.working, "2026-W50")):
        with held():
            before = _session(ledger)
            ledger.append([_of_a_large_firm(week)])
            assert _session(ledger) == before
        assert _session(ledger) != before


def test_what_was_held_on_a_connection_is_given_back_on_it(again: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    """Given back on another one, the server would warn its operator of a lock that nobody holds."""
    heard: list[str | None] = []
    connect = psycopg.connect

    def listened_to(*args: Any, **facts: Any) -> Any:
        session = connect(*args, **facts)
        session.add_notice_handler(lambda notice: heard.append(notice.message_primary))
        return session

    monkeypatch.setattr(psycopg, "connect", listened_to)
    ledger = again()
    heard.clear()
    with ledger.writing():
        ledger.append([_of_a_large_firm(WEEK)])
    ledger.claim([claim("ask/a")])
    ledger.append([_of_a_large_firm("2026-W49")])
    ledger.let_go()
    assert [said for said in heard if "lock" in str(said)] == []
    assert again().under_way([claim("ask/a").key]) == frozenset()


def test_a_claim_that_is_let_go_may_be_taken_over_at_once(ledger: PostgresLedger, again: Open) -> None:
    ledger.claim([claim("ask/a")])
    ledger.let_go()
    assert again().under_way([claim("ask/a").key]) == frozenset()
    ledger.claim([claim("ask/b")])
    assert again().under_way([claim("ask/a").key, claim("ask/b").key]) == {claim("ask/b").key}


def test_who_lost_the_connection_since_a_claim_no_longer_trusts_it(
    ledger: PostgresLedger, again: Open, address: str
) -> None:
    ledger.claim([claim("ask/a")])
    assert ledger.still_claims()
    cut(address)
    assert not ledger.still_claims()
    assert again().under_way([claim("ask/a").key]) == frozenset()
    ledger.claim([claim("ask/b")])
    assert ledger.still_claims()


def test_a_claim_made_after_the_connection_was_lost_is_in_living_hands(
    ledger: PostgresLedger, again: Open, address: str
) -> None:
    ledger.claim([claim("ask/a")])
    cut(address)
    with pytest.raises(LedgerError):
        ledger.claim([claim("ask/b")])
    assert ledger.claim([claim("ask/b")]) == (claim("ask/b"),)
    assert again().under_way([claim("ask/a").key, claim("ask/b").key]) == {claim("ask/b").key}


def test_a_commit_in_which_the_connection_breaks_is_uncertain_and_the_next_one_is_not(
    ledger: PostgresLedger, address: str
) -> None:
    cut(address)
    with pytest.raises(LedgerUncertainError, match="lost in the middle of a commit"):
        ledger.claim([claim("ask/a")])
    assert ledger.claim([claim("ask/a")]) == (claim("ask/a"),)


def test_who_loses_the_database_under_a_lock_does_nothing_more_under_it(
    ledger: PostgresLedger, again: Open, address: str
) -> None:
    with ledger.writing():
        cut(address)
        for _ in range(3):
            with pytest.raises(LedgerError):
                ledger.append([claim("ask/a")])
        with again().writing(wait=0):
            assert again().events(WEEK) == ()
    with ledger.writing():
        assert ledger.append([claim("ask/a")])


def test_a_database_that_was_killed_has_what_was_kept(postgres: PostgresServer, ledger: PostgresLedger) -> None:
    ledger.append([claim("ask/a")])
    postgres.stop("immediate")
    try:
        with pytest.raises(LedgerError, match="a worker tries again by itself"):
            ledger.events(WEEK)
        with pytest.raises(LedgerWriteError, match="could not be written"):
            ledger.append([claim("ask/b")])
    finally:
        postgres.start()
    assert ledger.events(WEEK) == (claim("ask/a"),)
    assert ledger.append([claim("ask/a"), claim("ask/b")]) == (claim("ask/b"),)


def test_what_a_crash_took_away_is_unread_and_what_comes_in_its_place_is_read(
    ledger: PostgresLedger, again: Open, address: str
) -> None:
    """The server may give the places of what is lost to what comes next, and whoever had read up to there would never
    see that: an answer, say, whose writer is then nudged."""
    history, week = History(again()), Week.parse(WEEK)
    ledger.append([claim("ask/kept")])
    with psycopg.connect(address, autocommit=True) as own:
        ((writer,),) = own.execute("select pid from pg_stat_activity where backend_type = 'walwriter'").fetchall()
    os.kill(writer, signal.SIGSTOP)  # or it would bring to the disk by itself what is not there yet
    try:
        ledger.claim([claim(f"ask/{number}") for number in range(40)])
        assert len(history.round(week).mails) == 41
    finally:
        os.kill(writer, signal.SIGKILL)  # as when memory runs out: the server then ends all others, and begins anew
    recovered(address, writer)
    assert [event.key for event in again().events(WEEK)] == [claim("ask/kept").key]
    again().append([claim("ask/new")])
    with pytest.raises(LedgerError):
        history.round(week)
    assert list(history.round(week).mails) == [f"{WEEK}/ask/kept", f"{WEEK}/ask/new"]


def test_a_worker_that_was_not_stopped_while_a_backup_was_put_back_is_named(
    again: Open, address: str, tmp_path: Path
) -> None:
    """It knows what is no more, and its locks are those of tables that are no more."""
    backup = tmp_path / "backup"
    again().append([claim("ask/kept")])
    database.client("pg_dump", "--format=custom", f"--file={backup}", address)
    with again().working():
        arguments = ("--clean", "--if-exists", "--single-transaction", f"--dbname={address}", str(backup))
        database.client("pg_restore", *arguments)
        with pytest.raises(WorkerRunningError, match=r": process \d+ on .*Stop every worker first"), again().alone():
            pass
    with again().alone():
        pass


def test_who_outlives_a_server_that_is_put_back_as_it_was_reads_everything_anew() -> None:
    """Its files were copied while it stood still, so that nothing in them tells of what came later."""
    with database.running() as server, ExitStack() as opened:
        store, week = Database(Secret(server.database())), Week.parse(WEEK)
        ledger, reader = (opened.enter_context(closing(PostgresLedger(store))) for _ in range(2))
        history, files, copy = History(reader), server.folder / "cluster", server.folder / "copy"
        ledger.append([claim("ask/kept")])
        server.stop("fast")
        copied(files, copy)
        server.start()
        ledger.close()
        ledger.append([claim("ask/gone")])
        reader.close()
        assert len(history.round(week).mails) == 2
        server.stop("fast")
        shutil.rmtree(files)
        copied(copy, files)
        server.start()
        ledger.close()
        ledger.append([claim("ask/new")])
        reader.close()
        assert list(history.round(week).mails) == [f"{WEEK}/ask/kept", f"{WEEK}/ask/new"]


def copied(source: Path, target: Path) -> None:
    subprocess.run(["cp", "-a", source, target], check=True)


def recovered(address: str, writer: int) -> None:
    """Wait until the server has begun anew after one of its processes was killed."""
    until = time.monotonic() + 60
    while True:
        with suppress(psycopg.OperationalError), psycopg.connect(address) as own:
            found = own.execute("select pid from pg_stat_activity where backend_type = 'walwriter'").fetchall()
            if found not in ([], [(writer,)]):
                return
        assert time.monotonic() < until
        time.sleep(0.05)


def test_a_writer_who_waited_in_vain_is_told_who_writes(ledger: PostgresLedger, again: Open) -> None:
    with ledger.writing():
        for wait in (0, 0.05):
            with pytest.raises(LedgerBusyError, match=r"still being written by process .* on"), again().writing(wait):
                pass
    with again().writing(wait=0):
        pass


def test_much_is_read_in_parts_and_nothing_of_it_twice(
    ledger: PostgresLedger, again: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_ledger, "_AT_A_TIME", 3)
    claims = tuple(claim(f"ask/{number}") for number in range(10))
    ledger.append(claims)
    assert ledger.events(WEEK) == claims
    assert ledger.since(WEEK, None).events == list(claims[:3])
    history = History(again())
    assert list(history.round(Week.parse(WEEK)).mails) == [f"{WEEK}/ask/{number}" for number in range(10)]
    assert history.size(Week.parse(WEEK)) == 10


def test_threads_that_send_side_by_side_each_see_the_round_as_of_their_own_claim(
    ledger: PostgresLedger, again: Open
) -> None:
    shared, week = History(ledger), Week.parse(WEEK)
    seen: dict[str, list[str]] = {}

    def sends(name: str, history: History) -> None:
        for number in range(15):
            mail = f"{WEEK}/summary/{name}{number}"
            history.append([claim(f"summary/{name}{number}")])
            with history.still():
                assert history.round(week).mail(mail).attempts == 1
                seen[mail] = list(history.as_of(week, f"{mail}/claim/1").mails)

    threads = [threading.Thread(target=sends, args=(name, shared.beside(again()))) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    happened = [event.mail for event in ledger.events(WEEK) if isinstance(event, Claimed)]
    assert len(happened) == 60
    assert seen == {mail: happened[: place + 1] for place, mail in enumerate(happened)}


def test_a_claim_that_waits_for_the_database_keeps_no_other_thread_from_reading(
    ledger: PostgresLedger, again: Open, address: str
) -> None:
    """Of a machine that was cut off in the middle of a commit, others wait for the lock for up to 25 seconds."""
    shared, week = History(ledger), Week.parse(WEEK)
    beside, other = shared.beside(again()), shared.beside(again())
    shared.append([claim("summary/a")])
    with ThreadPoolExecutor(2) as threads, psycopg.connect(address) as cut_off:
        cut_off.execute("select pg_advisory_xact_lock(%s, %s)", [ledger.table, 202648])
        waiting = threads.submit(beside.append, [claim("summary/b")])
        while not cut_off.execute("select 1 from pg_locks where locktype = 'advisory' and not granted").fetchone():
            assert not waiting.done()
        read = threads.submit(lambda: list(other.round(week).mails))
        try:
            assert read.result(timeout=20) == [f"{WEEK}/summary/a"]
        finally:
            cut_off.rollback()
        assert waiting.result()
    assert list(other.round(week).mails) == [f"{WEEK}/summary/a", f"{WEEK}/summary/b"]
    shared.append([claim("summary/c")])
    assert len(other.round(week).mails) == 3
    assert list(beside.as_of(week, f"{WEEK}/summary/b/claim/1").mails) == [f"{WEEK}/summary/a", f"{WEEK}/summary/b"]


def test_any_number_of_workers_run_and_nobody_moves_the_history_meanwhile(ledger: PostgresLedger, again: Open) -> None:
    with ledger.working(), again().working():
        third = again()
        with pytest.raises(WorkerRunningError, match="Stop every worker first"), third.alone():
            pass
    with again().alone(), pytest.raises(WorkerRunningError, match="being moved by process"), ledger.working():
        pass


def test_a_round_that_was_added_to_since_it_was_read_is_not_rewritten(ledger: PostgresLedger, again: Open) -> None:
    ledger.append([claim("ask/a")])
    ledger.events(WEEK)
    again().append([claim("ask/b")])
    with ledger.writing(), pytest.raises(LedgerBusyError, match="Nothing was changed"):
        ledger.rewrite(WEEK, [edition(1)])
    assert ledger.events(WEEK) == (claim("ask/a"), claim("ask/b"))


def test_a_claim_stays_in_its_hands_when_its_round_is_rewritten(ledger: PostgresLedger, again: Open) -> None:
    other = again()
    other.claim([claim("ask/a")])
    with ledger.writing():
        ledger.rewrite(WEEK, [edition(1), claim("ask/a")])
    assert ledger.under_way([claim("ask/a").key]) == {claim("ask/a").key}


def test_workers_that_start_together_make_the_tables_once(address: str) -> None:
    made: list[PostgresLedger] = []
    threads = [
        threading.Thread(target=lambda: made.append(PostgresLedger(Database(Secret(address))))) for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 6
    for ledger in made:
        ledger.close()
    with psycopg.connect(address) as own:
        kept = own.execute("select version from onenumber_version order by version").fetchall()
    assert kept == [(number,) for number in range(1, len(MIGRATIONS) + 1)]


def test_tables_of_a_newer_version_are_refused_and_left_alone(
    ledger: PostgresLedger, again: Open, address: str
) -> None:
    with psycopg.connect(address, autocommit=True) as own:
        own.execute("insert into onenumber_version values (99)")
    with pytest.raises(LedgerDamagedError, match="newer One Number"):
        again()


def test_a_commit_is_on_disk_even_where_the_database_would_rather_wait(address: str, again: Open) -> None:
    with psycopg.connect(address, autocommit=True) as own:
        own.execute("alter role owner set synchronous_commit = off")
        try:
            with again().asking() as session:
                assert session.execute("show synchronous_commit").fetchone() == ("on",)
        finally:
            own.execute("alter role owner reset synchronous_commit")


def test_a_database_without_fsync_is_refused(again: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    ask = postgres_ledger._one
    monkeypatch.setattr(postgres_ledger, "_one", lambda *asked: "off" if "fsync" in asked[1] else ask(*asked))
    with pytest.raises(LedgerWriteError, match="runs with fsync = off"):
        again()


def test_a_database_that_cannot_keep_any_letter_is_refused(postgres: PostgresServer) -> None:
    with pytest.raises(LedgerWriteError, match=r"has the encoding LATIN1.*createdb --encoding UTF8"):
        PostgresLedger(Database(Secret(postgres.database("template0", "LATIN1"))))


def test_an_event_that_nobody_knows_is_refused_by_its_key(ledger: PostgresLedger, address: str) -> None:
    with psycopg.connect(address, autocommit=True) as own:
        own.execute(
            "insert into onenumber_events (round, key, body) values (%s, 'x', '{\"kind\": \"telepathy\"}')", [WEEK]
        )
    with pytest.raises(LedgerDamagedError, match='event "x"'):
        ledger.events(WEEK)


@pytest.mark.parametrize("word", ["hunter2", "hunter2%40", "hun:ter2", "%zzter2", "hun@ter2", "hun/ter2"])
def test_the_password_is_never_shown(word: str) -> None:
    shown: list[str] = []
    try:
        place = store(f"postgresql://one:{word}@127.0.0.1:1/ledger?connect_timeout=2", Path())
    except ValueError as error:
        shown.append(str(error))
    else:
        assert str(place) == "postgresql://one@127.0.0.1:1/ledger"
        with pytest.raises(LedgerError) as refused:
            open_ledger(place)
        shown += [str(refused.value), repr(place)]
    assert shown
    assert not any("ter2" in one for one in shown)


def test_a_claim_is_on_the_disk_before_its_mail_is_handed_in(ledger: PostgresLedger, address: str) -> None:
    with psycopg.connect(address, autocommit=True) as own:
        for attempt in range(1, 6):
            assert ledger.claim([claim("ask/anna", attempt)])
            claimed = own.execute("select pg_current_wal_insert_lsn()").fetchone()
            assert claimed is not None
            assert ledger.still_claims()
            synced = own.execute("select pg_current_wal_flush_lsn() >= %s::pg_lsn", claimed).fetchone()
            assert synced == (True,)


def test_who_appends_claims_by_hand_finds_them_on_the_disk(ledger: PostgresLedger, address: str) -> None:
    """As `onenumber move` does, which hands in nothing."""
    with psycopg.connect(address, autocommit=True) as own:
        for attempt in range(1, 6):
            before = own.execute("select pg_current_wal_insert_lsn()").fetchone()
            assert before is not None
            assert ledger.append([claim("ask/anna", attempt)])
            synced = own.execute("select pg_current_wal_flush_lsn() > %s::pg_lsn", before).fetchone()
            assert synced == (True,)


def test_all_who_share_a_database_keep_to_its_pace_together(again: Open) -> None:
    paces = [again().pace(10) for _ in range(3)]
    assert [pace.room(reserved=True) for pace in paces] == [8, 8, 8]
    assert [pace.take(5, reserved=True) for pace in paces] == [5, 3, 0]
    assert [pace.room(reserved=False) for pace in paces] == [2, 2, 2]
    assert 0 < paces[0].wait(reserved=True) <= 60
    assert paces[1].take(5, reserved=False) == 2


def test_workers_that_send_at_once_keep_to_the_pace_of_all(again: Open) -> None:
    paces = [again().pace(40) for _ in range(4)]

    def taken(pace: Pace) -> int:
        return sum(iter(lambda: pace.take(1, reserved=False), 0))

    with ThreadPoolExecutor(len(paces)) as threads:
        assert sum(threads.map(taken, paces)) == 40


def test_workers_that_send_at_once_keep_to_the_day_of_all(again: Open) -> None:
    paces = [again().pace(1000, 50) for _ in range(4)]

    def taken(pace: Pace) -> int:
        return sum(iter(lambda: pace.take(1, reserved=True, kept=10), 0))

    with ThreadPoolExecutor(len(paces)) as threads:
        assert sum(threads.map(taken, paces)) == 40
    assert [pace.take(20, reserved=False) for pace in paces] == [10, 0, 0, 0]
    assert [pace.left() for pace in paces] == [50] * 4


def test_a_day_is_counted_minute_by_minute_and_kept_no_longer(again: Open, address: str) -> None:
    pace = again().pace(1000, 50)
    with psycopg.connect(address, autocommit=True) as own:
        own.execute("insert into onenumber_departures (at, mails) values (clock_timestamp() - interval '2 hours', 1)")
        own.execute("insert into onenumber_minutes values (clock_timestamp() - interval '2 days', 1)")
        assert [pace.take(1, reserved=False) for _ in range(20)] == [1] * 20
        rows = own.execute("select count(*), sum(mails) from onenumber_minutes").fetchone()
        old = own.execute("select count(*) from onenumber_departures where at < now() - interval '1 hour'").fetchone()
    assert rows in {(1, 20), (2, 20)}  # two where a minute ended meanwhile
    assert old == (0,)


def test_how_many_left_is_counted_by_the_index_however_many_left_before(again: Open, address: str) -> None:
    pace = again().pace(10)
    with psycopg.connect(address, autocommit=True) as own:
        own.execute(
            "insert into onenumber_departures (at, mails)"
            " select clock_timestamp() - number * interval '100 milliseconds', 1"
            " from generate_series(700, 30000) as number"
        )
        own.execute("analyze onenumber_departures")
        plan = own.execute("explain " + postgres_ledger._LEFT).fetchall()
    assert "onenumber_departures_in_time" in str(plan)
    assert "Seq Scan" not in str(plan)
    assert pace.take(20, reserved=False) == 10


def test_the_pace_is_taken_in_one_trip_so_that_nobody_waits_for_a_worker_that_is_slow(
    ledger: PostgresLedger, tmp_path: Path
) -> None:
    pace = ledger.pace(10)
    assert pace.take(1, reserved=False) == 1
    assert ledger._connection is not None
    traced = tmp_path / "trace"
    with traced.open("wb") as trace:
        ledger._connection.pgconn.trace(trace.fileno())
        assert pace.take(1, reserved=False) == 1
        ledger._connection.pgconn.untrace()
    said = [line.split("\t")[1:4:2] for line in traced.read_text().splitlines() if line.count("\t") > 2]
    first = [what for side, what in takewhile(lambda one: one[0] == "F", said)]
    assert (first.count("Execute"), first.count("Sync"), first[-1]) == (4, 1, "Sync")


def test_the_pace_is_kept_by_workers_that_start_anew(again: Open, address: str) -> None:
    assert again().pace(10).take(10, reserved=False) == 10
    assert again().pace(10).room(reserved=False) == 0
    with psycopg.connect(address, autocommit=True) as own:
        own.execute("update onenumber_departures set at = at - interval '61 seconds'")
    assert again().pace(10).room(reserved=False) == 10


def failures_found(ledger: PostgresLedger) -> int:
    """How often a worker that comes now finds that one died over the message m1."""
    attempts = ledger.attempts()
    with attempts.watching():
        return attempts.failed("m1")


def test_a_message_that_ended_a_worker_is_known_to_the_next_one(ledger: PostgresLedger, again: Open) -> None:
    attempts = ledger.attempts()
    with attempts.watching(), attempts.reading("m1"):
        assert failures_found(again()) == 1
    assert failures_found(again()) == 0


def test_a_database_that_is_lost_while_a_message_is_read_is_not_the_messages_fault(
    ledger: PostgresLedger, again: Open, address: str
) -> None:
    attempts = ledger.attempts()
    with pytest.raises(LedgerReadError), ledger.writing(), attempts.watching(), attempts.reading("m1"):
        cut(address)
    assert failures_found(again()) == 1
    with ledger.writing(), attempts.watching():
        assert attempts.failed("m1") == 0
    assert failures_found(again()) == 0


def test_how_long_there_was_no_turn_is_known_to_all_from_the_beginning(ledger: PostgresLedger, again: Open) -> None:
    assert ledger.seconds_since_turn() > 1e9
    ledger.turn_begins()
    assert again().seconds_since_turn() < 60


@pytest.mark.parametrize("plan", ["force_generic_plan", "force_custom_plan"])  # from the sixth time on, and before
@pytest.mark.parametrize("is_counted", [False, True])
def test_what_is_new_in_a_round_is_read_at_no_cost_for_what_others_have_or_it_has(
    ledger: PostgresLedger, address: str, plan: str, is_counted: bool
) -> None:
    rounds = ["", "2026-W10", "2026-W11"]
    ledger.events(None)
    with psycopg.connect(address, autocommit=True) as own:
        for before in rounds:
            own.execute(
                "insert into onenumber_events (round, key, body)"
                " select %s, number::text, '{}'::json from generate_series(1, 20000) as number",
                [before],
            )
        if is_counted:
            own.execute("analyze onenumber_events")
        own.execute(f"set plan_cache_mode = {plan}".encode())
        asked = postgres_ledger._READ % {"round": "$1", "after": "$2", "most": "$3"}
        own.execute(f"prepare asked (text, bigint, int) as {asked}".encode())
        for number, round_ in enumerate(rounds, 1):
            upto = number * 20_000 - 10
            told = own.execute(
                f"explain (analyze, buffers, format json) execute asked ('{round_}', {upto}, 5000)".encode()
            ).fetchone()
            assert told is not None
            ((found,),) = told
            assert found["Plan"]["Shared Hit Blocks"] + found["Plan"]["Shared Read Blocks"] < 40
