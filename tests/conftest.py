"""What all tests share: the real servers, the two stores, and a wall that lets no test reach beyond this machine."""

import ipaddress
import os
import socket
from collections.abc import Iterator, Sequence

import pytest

from tests.servers import database, mailservers
from tests.servers.database import PostgresServer
from tests.servers.mailservers import MailServers

FOLDER, DATABASE = STORES = ("tinydb", "postgresql")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """What needs a `store` runs on both of them, unless it says why it is about one: @only_on(FOLDER, "reason")."""
    if "store" not in metafunc.fixturenames:
        return
    stores: Sequence[str] = STORES
    for marker in metafunc.definition.iter_markers("only_on"):
        stores, reason = [marker.args[0]], marker.args[1]
        if stores[0] not in STORES or not reason:
            raise ValueError(f"{metafunc.definition.nodeid}: only_on takes one of {STORES} and a reason")
    metafunc.parametrize("store", stores, indirect=True)


@pytest.fixture
def store(request: pytest.FixtureRequest) -> str:
    """Where a ledger is, as settings name it: a folder of its own, or a database of its own."""
    if request.param == FOLDER:
        return "tinydb:data"
    server: PostgresServer = request.getfixturevalue("postgres")
    return server.ledger()


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
