"""What systemd is told, over a real datagram socket."""

import os
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.worker.scheduled import Stop
from pipeline.worker.service import Service
from tests.friday.conftest import MakeFirm
from tests.friday.worker import running

ALIVE = b"WATCHDOG=1"


@pytest.fixture
def manager(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    """The socket that systemd would listen on."""
    path = tmp_path / "notify"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(str(path))
        listening.settimeout(60)
        monkeypatch.setenv("NOTIFY_SOCKET", str(path))
        yield listening


def waiting(manager: socket.socket) -> list[bytes]:
    manager.setblocking(False)
    told = []
    while True:
        try:
            told.append(manager.recv(100))
        except BlockingIOError:
            return told


def test_being_alive_is_said_at_half_of_the_time_that_is_allowed(
    manager: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WATCHDOG_USEC", "10000000")
    seconds = [100.0]
    service = Service(clock=lambda: seconds[0])
    service.alive()
    service.alive()
    assert waiting(manager) == [ALIVE]
    seconds[0] += 4.9
    service.alive()
    assert waiting(manager) == []
    seconds[0] += 0.1
    service.alive()
    assert waiting(manager) == [ALIVE]


def test_a_watchdog_of_another_process_gets_no_word(manager: socket.socket, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WATCHDOG_USEC", "10000000")
    monkeypatch.setenv("WATCHDOG_PID", "1")
    Service().alive()
    assert waiting(manager) == []


def test_an_abstract_address_is_understood() -> None:
    name = f"onenumber-test-{os.getpid()}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(f"\0{name}")
        Service({"NOTIFY_SOCKET": f"@{name}"}).ready()
        assert waiting(listening) == [b"READY=1"]


@pytest.mark.parametrize("environment", [{}, {"NOTIFY_SOCKET": "/nowhere/at/all"}])
def test_nobody_who_listens_is_no_trouble(environment: dict[str, str]) -> None:
    service = Service(environment)
    service.ready()
    service.alive()
    service.stopping()


def test_whoever_waits_for_the_wish_to_stop_is_alive(manager: socket.socket, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker of many only waits where there is nothing to do, and would be taken for dead."""
    monkeypatch.setenv("WATCHDOG_USEC", "10000000")
    assert not Stop(Service().alive).wait(0)
    assert waiting(manager) == [ALIVE]


@pytest.mark.servers
def test_the_worker_says_when_it_is_ready_alive_and_stopping(
    manager: socket.socket, firm: MakeFirm, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WATCHDOG_USEC", "200000")
    with running(firm()) as worker:
        assert manager.recv(100) == b"READY=1"
        assert manager.recv(100) == ALIVE
        assert manager.recv(100) == ALIVE
        worker.stop(signal.SIGTERM)
    assert b"STOPPING=1" in waiting(manager)
