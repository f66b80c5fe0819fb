"""The worker: it waits in IDLE, reads a reply as it comes, stops within five seconds, and goes on where it was."""

import os
import signal
import threading
import time
from datetime import UTC, datetime, timedelta

import pytest

from pipeline.heartbeat import Heartbeat
from pipeline.ledger.tiny import TinyLedger
from pipeline.settings import load
from pipeline.tick import Turns
from pipeline.worker.scheduled import Stop, Worker
from tests.conftest import FOLDER
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


@pytest.mark.only_on(FOLDER, "its worker takes turns in another way")
def test_a_worker_that_starts_while_the_mailbox_cannot_be_read_says_so_again(firm: MakeFirm) -> None:
    """The turn before has logged it, into a log that nobody looks at while they start the worker."""
    week = firm()
    week.write(imap={"port": 1})
    week.tick("Mon 09:00", check=False)
    with running(week) as worker:
        worker.says("the mailbox still cannot be read")
        assert worker.stop()[0] == 0


class Played:
    """A worker in a thread, on a clock that began at a moment of the firm's week."""

    def __init__(self, week: Firm, moment: str) -> None:
        self.stop = Stop()
        began, at = time.monotonic(), week.instant(moment)
        settings = load(week.file)
        self.turns = Turns(settings, TinyLedger(settings.store), stopped=self.stop)
        worker = Worker(
            self.turns, self.stop, Heartbeat(None), lambda: at + timedelta(seconds=time.monotonic() - began)
        )
        self.thread = threading.Thread(target=worker.run)
        self.thread.start()

    def end(self) -> None:
        self.stop.wish()
        self.thread.join(timeout=60)
        self.turns.close()
        assert not self.thread.is_alive()


@pytest.mark.only_on(FOLDER, "its worker takes turns in another way")
def test_asks_leave_at_their_time_and_a_reply_is_read_as_it_comes(
    firm: MakeFirm, monkeypatch: pytest.MonkeyPatch
) -> None:
    week = firm().installed()
    monkeypatch.setenv("SSL_CERT_FILE", str(week.servers.authority))
    played = Played(week, "Fri 12:59:58")
    try:
        week.servers.wait_for(week.address("anna"), 1)
        week.replies("anna", "7")
        week.servers.wait_for(week.organisation, 1, "One Number.Processed")
    finally:
        played.end()
    assert week.number("anna") == 7
    assert week.kinds("anna") == ["ask"]
    sent = datetime.fromisoformat(next(m["at"] for m in week.status()["mails"] if m["state"] == "sent"))
    assert week.instant("Fri 13:00") <= sent < week.instant("Fri 13:01")
    assert sent.tzinfo == UTC
