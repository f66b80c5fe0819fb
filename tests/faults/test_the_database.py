"""What becomes of mails and replies when the database of the ledger fails: killed, away, or out of room."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from tests.conftest import DATABASE
from tests.crash.test_full_disk import filled, small_disk
from tests.faults.smtp import faulty
from tests.friday.conftest import MakeFirm
from tests.friday.firm import Firm
from tests.friday.worker import running
from tests.servers.database import PostgresServer, name_of, owner

pytestmark = pytest.mark.only_on(DATABASE, "what a folder's disk can do is in tests/crash and tests/ledger")


def turn(week: Firm, moment: str) -> tuple[int, str]:
    """A turn's exit code, and what it said."""
    done = week.onenumber("tick", "--now", week.instant(moment).isoformat(), check=False)
    assert "Traceback" not in done.stderr
    return done.returncode, done.stderr


def test_a_database_that_is_killed_while_a_mail_is_on_its_way_has_that_one_repeated(
    firm: MakeFirm, postgres: PostgresServer
) -> None:
    with faulty() as (server, port):
        week = firm(smtp={"port": port, "security": "none", "username": None, "password": None}).installed()

        def killed() -> None:
            server.meanwhile.clear()
            postgres.stop()
            postgres.start()

        server.meanwhile = {week.address(who): killed for who in ("anna", "bo")}
        code, said = turn(week, "Fri 13:00")
        assert code == 3
        assert "was lost in the middle of a turn" in said
        ((first, _),) = server.taken  # the other could not be claimed
        for moment in ("Fri 13:01", "Fri 13:02"):
            assert turn(week, moment)[0] == 0
        again, other = server.messages(first), week.address("bo" if first == week.address("anna") else "anna")
        assert len(again) == 2
        assert len(set(again)) == 1
        assert len(server.messages(other)) == 1


def test_while_the_database_is_away_nothing_leaves_and_then_all_does(firm: MakeFirm, postgres: PostgresServer) -> None:
    week = firm().installed()
    week.writes("anna", "this week", "7")
    week.servers.settle()
    postgres.stop()
    try:
        code, said = turn(week, "Fri 13:00")
    finally:
        postgres.start()
    assert code == 3
    assert "could not be opened" in said
    assert week.kinds("bo") == []
    assert len(week.inbox()) == 1
    week.tick("Fri 13:05")
    assert (week.kinds("bo"), week.number("anna")) == (["ask"], 7)


def rests(week: Firm) -> None:
    """Wait until no job is under way: one that dies with the database is given up after 20 seconds only."""
    until = time.monotonic() + 60
    with psycopg.connect(str(week.settings["store"]), autocommit=True) as session:
        while session.execute("select 1 from procrastinate_jobs").fetchone():
            assert time.monotonic() < until
            time.sleep(0.05)


def test_a_worker_outlives_its_database_and_hears_the_next_reply(firm: MakeFirm, postgres: PostgresServer) -> None:
    week = firm()
    with running(week) as worker:
        worker.says("waiting for replies")
        rests(week)
        postgres.stop()
        try:
            worker.says("the database was lost; work goes on when it is back")
        finally:
            postgres.start()
        worker.says("waiting for replies")
        week.writes("anna", "Lunch?", "At twelve.")
        worker.says("outcome=foreign")
        assert worker.stop()[0] == 0
        assert "Traceback" not in worker.log
        assert "turn failed" not in worker.log


@contextmanager
def full_disk(week: Firm, postgres: PostgresServer) -> Iterator[Path]:
    """The ledger's table lies on a disk that is full; a file that takes all the room."""
    address, place = str(week.settings["store"]), f"small_{week.tag}"
    with small_disk(postgres.folder / place, owner=owner()) as filler:
        postgres.administer(f"create tablespace {place} location '{filler.parent}'")
        filler.unlink()
        with psycopg.connect(address) as session:
            session.execute(f"alter table onenumber_events set tablespace {place}".encode())
        filled(filler)
        try:
            yield filler
        finally:
            postgres.administer(f'drop database "{name_of(address)}" with (force)', f"drop tablespace {place}")


def test_a_worker_whose_database_has_no_room_says_so_and_goes_on_by_itself_when_there_is_some(
    firm: MakeFirm, postgres: PostgresServer
) -> None:
    week = firm()
    week.writes("anna", "Lunch?", "Shall we say 12 at the harbour, all 5 of us?")
    week.servers.settle()
    with full_disk(week, postgres) as filler, running(week) as worker:
        said = worker.says("turn failed")
        assert "No space left on device" in said
        assert "Make room where the database is kept" in said
        assert len(week.inbox()) == 1
        filler.unlink()
        worker.says("a new ledger begins")
        worker.says("outcome=foreign")
        assert worker.stop()[0] == 0
