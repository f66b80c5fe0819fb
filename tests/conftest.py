"""What all tests share: the real mail servers, and a wall that lets no test reach beyond this machine."""

import ipaddress
import os
import socket
from collections.abc import Iterator

import pytest

from tests.servers import database, mailservers
from tests.servers.database import PostgresServer
from tests.servers.mailservers import MailServers


@pytest.fixture(scope="session")
def servers() -> Iterator[MailServers]:
    """Dovecot and Postfix, started once a session. Where they are missing, CI fails and others are told."""
    absent = mailservers.missing()
    if absent or os.geteuid() != 0:
        reason = (
            f"needs {', '.join(absent)} (see scripts/install-test-servers)" if absent else "needs root to start them"
        )
        if os.environ.get("CI"):
            pytest.fail(f"the mail servers: {reason}")
        pytest.skip(f"the mail servers: {reason}")
    with mailservers.running() as running:
        yield running


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """PostgreSQL, started once a session. Where it is missing, CI fails and others are told."""
    absent = database.missing()
    if absent:
        reason = f"PostgreSQL: needs {', '.join(absent)} (see scripts/install-test-servers)"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    with database.running() as running:
        yield running


@pytest.fixture(autouse=True)
def nothing_leaves_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse every connection but to loopback and to local sockets."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: object) -> None:
        if isinstance(address, tuple):
            host = str(address[0])
            if host != "localhost" and not ipaddress.ip_address(host).is_loopback:
                raise AssertionError(f"a test tried to reach {host}")
        connect(self, address)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "connect", guarded)
