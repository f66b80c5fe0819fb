"""`onenumber run` on a database: any number of them, each ends when it is asked to, and a reply is read by one."""

import signal

import pytest

from pipeline.events import SettingsRefused
from tests.conftest import DATABASE
from tests.friday.conftest import MakeFirm
from tests.friday.firm import rep
from tests.friday.test_33_settings_change import rested
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


_ONLY_WHEN_SOMETHING_COMES = """
import pipeline.worker.queued as queued

queued.EVERY, queued._MISSED_SECONDS = "0 0 1 1 *", 1e9
"""


def test_a_reply_is_heard_by_the_one_worker_that_waits_for_it_and_by_another_when_that_one_is_killed(
    firm: MakeFirm, monkeypatch: pytest.MonkeyPatch
) -> None:
    week = firm()
    (week.folder / "sitecustomize.py").write_text(_ONLY_WHEN_SOMETHING_COMES)
    monkeypatch.setenv("PYTHONPATH", str(week.folder))
    with running(week) as one:
        one.says("waiting for replies")
        week.writes("anna", "Lunch?", "At twelve.")
        one.says("outcome=foreign")
        with running(week) as other:
            other.says("worker started")
            one.stop(signal.SIGKILL)
            other.says("waiting for replies")
            week.writes("anna", "Lunch?", "At one, rather.")
            other.says("outcome=foreign")
            assert other.stop()[0] == 0


def test_every_worker_takes_up_new_settings_and_a_refusal_is_kept_once(firm: MakeFirm) -> None:
    week = firm()
    with running(week) as one, running(week) as other:
        for worker in (one, other):
            worker.says("worker started")
        week.write(smtp={"connections": 3})
        rested(week.file)
        for worker in (one, other):
            worker.says("new settings refused, the old ones hold")
            assert "a change of smtp.connections takes a restart" in worker.log
        assert "smtp.connections" in week.status()["settings_refused_reason"]
        assert sum(isinstance(each, SettingsRefused) for each in week.kept(None)) == 1

        week.people.append(rep("carla"))
        week.write()
        rested(week.file)
        for worker in (one, other):
            worker.says("settings reloaded people=5")
            assert worker.stop()[0] == 0
        assert week.status()["settings_refused_reason"] is None


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
