"""The worker: it waits in IDLE, reads a reply as it comes, stops within five seconds, and goes on where it was."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta

import pytest

from pipeline.heartbeat import Heartbeat
from pipeline.ledger.tiny import TinyLedger
from pipeline.settings import Database, load
from pipeline.worker.queued import QueuedWorker
from pipeline.worker.reloading import Reloading
from pipeline.worker.scheduled import Stop, Worker
from tests.friday.conftest import MakeFirm
from tests.friday.firm import Firm
from tests.friday.worker import running


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_stop_takes_less_than_five_seconds(firm: MakeFirm, number: signal.Signals) -> None:
    week = firm()
    with running(week) as worker:
        worker.says("a new ledger begins")
        code, seconds = worker.stop(number)
        worker.says("worker stopped")
    assert code == 0
    assert seconds < 5


def test_a_hangup_ends_no_worker_without_a_terminal(firm: MakeFirm) -> None:
    """Whoever asks a service to read its settings again would else have ended it, as cleanly as systemd lets it be."""
    week = firm()
    with running(week) as worker:
        worker.says("a new ledger begins")
        os.kill(worker.pid, signal.SIGHUP)
        week.writes("anna", "Lunch?", "Shall we say 12 at the harbour, all 5 of us?")
        worker.says("outcome=foreign")
        assert worker.stop()[0] == 0


def test_a_wish_to_stop_that_comes_in_the_middle_of_a_wait_never_hangs() -> None:
    """A threading.Event can: its lock may be held by the very thread that handles the signal."""
    before = signal.getsignal(signal.SIGALRM)
    try:
        for _ in range(100):
            stop = Stop()
            signal.signal(signal.SIGALRM, lambda *_, stop=stop: stop.wish())
            signal.setitimer(signal.ITIMER_REAL, 0.0005)
            while not stop.wait(0.00002):
                pass
            assert stop()
    finally:
        signal.signal(signal.SIGALRM, before)


def test_a_message_is_read_while_the_worker_waits(firm: MakeFirm) -> None:
    week = firm()
    with running(week) as worker:
        worker.says("a new ledger begins")
        week.writes("anna", "Lunch?", "Shall we say 12 at the harbour, all 5 of us?")
        worker.says("outcome=foreign")
        assert worker.stop()[0] == 0


def test_the_worker_outlives_a_server_that_is_not_there(firm: MakeFirm) -> None:
    week = firm()
    week.write(imap={"port": 1})
    with running(week) as worker:
        worker.says("nothing listens there")
        assert worker.stop()[0] == 0


def test_a_worker_that_starts_while_the_mailbox_cannot_be_read_says_so_again(firm: MakeFirm) -> None:
    """The turn before has logged it, into a log that nobody looks at while they start the worker."""
    week = firm()
    week.write(imap={"port": 1})
    week.tick("Mon 09:00", check=False)
    with running(week) as worker:
        worker.says("the mailbox still cannot be read")
        assert worker.stop()[0] == 0


@contextmanager
def played(week: Firm, moment: str) -> Iterator[None]:
    """A worker in a thread, on a clock that begins at a moment of the firm's week."""
    stop, settings = Stop(), load(week.file)
    began, at = time.monotonic(), week.instant(moment)

    def clock(_: object = None) -> datetime:
        return at + timedelta(seconds=time.monotonic() - began)

    with ExitStack() as held:
        if isinstance(settings.store, Database):
            run = held.enter_context(QueuedWorker(settings, settings.store, stop, Heartbeat(None), clock)).run
        else:
            turns = Reloading(settings, TinyLedger(settings.store), Heartbeat(None), stopped=stop)
            held.callback(turns.close)
            run = Worker(turns, stop, Heartbeat(None), clock).run
        thread = threading.Thread(target=run)
        thread.start()
        try:
            yield
        finally:
            stop.wish()
            thread.join(timeout=60)
            assert not thread.is_alive()


def test_asks_leave_at_their_time_and_a_reply_is_read_as_it_comes(
    firm: MakeFirm, monkeypatch: pytest.MonkeyPatch
) -> None:
    week = firm().installed()
    monkeypatch.setenv("SSL_CERT_FILE", str(week.servers.authority))
    with played(week, "Fri 12:59:58"):
        week.servers.wait_for(week.address("anna"), 1)
        week.replies("anna", "7")
        week.servers.wait_for(week.organisation, 1, "One Number.Processed")
    assert week.number("anna") == 7
    assert week.kinds("anna") == ["ask"]
    sent = datetime.fromisoformat(next(m["at"] for m in week.status()["mails"] if m["state"] == "sent"))
    assert week.instant("Fri 13:00") <= sent < week.instant("Fri 13:01")
    assert sent.tzinfo == UTC
