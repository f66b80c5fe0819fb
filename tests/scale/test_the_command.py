"""`onenumber run` on a database: any number of them, each ends when it is asked to, and a reply is read by one."""

import signal

import pytest

from tests.conftest import DATABASE
from tests.friday.conftest import MakeFirm
from tests.friday.worker import running
from tests.servers.database import PostgresServer

pytestmark = pytest.mark.only_on(DATABASE, "a folder has one worker")


def test_two_workers_share_a_database_and_each_ends_when_it_is_asked_to(firm: MakeFirm) -> None:
    week = firm()
    with running(week) as one, running(week) as other:
        one.says("worker started")
        other.says("worker started")
        week.writes("anna", "Lunch?", "Shall we say 12 at the harbour, all 5 of us?")
        assert one.stop(signal.SIGTERM)[0] == 0
        one.says("worker stopped")
        assert other.stop(signal.SIGINT)[0] == 0
        other.says("worker stopped")
        assert "Traceback" not in one.log + other.log


def test_a_reply_is_read_by_a_worker_of_a_database(firm: MakeFirm) -> None:
    week = firm()
    with running(week) as worker:
        worker.says("a new ledger begins")
        week.writes("anna", "Lunch?", "Shall we say 12 at the harbour, all 5 of us?")
        worker.says("outcome=foreign")
        assert worker.stop()[0] == 0


def test_a_worker_works_in_a_database_without_an_encoding(firm: MakeFirm, postgres: PostgresServer) -> None:
    """The tables of the queue have letters in them that ASCII has not."""
    week = firm(store=postgres.database("template0", "SQL_ASCII"))
    with running(week) as worker:
        worker.says("a new ledger begins")
        week.writes("anna", "Lunch?", "Shall we say 12 at the harbour, all 5 of us?")
        worker.says("outcome=foreign")
        assert worker.stop()[0] == 0


def test_a_database_that_is_not_there_is_told_in_words(firm: MakeFirm) -> None:
    week = firm(store="postgresql://one:hunter2@127.0.0.1:1/ledger")
    for command in ("run", "tick", "status"):
        done = week.onenumber(command, check=False)
        assert done.returncode == 3
        assert "postgresql://one@127.0.0.1:1/ledger could not be opened" in done.stderr
        assert "hunter2" not in done.stderr
        assert "Traceback" not in done.stderr
