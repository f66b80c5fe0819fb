"""Settings of connections to the test servers."""

from collections.abc import Callable

import pytest

from pipeline.settings import Imap, Secret, Smtp
from tests.servers.mailservers import PASSWORD, MailServers


@pytest.fixture(autouse=True)
def the_authority_is_trusted(servers: MailServers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(servers.authority))


@pytest.fixture
def smtp(servers: MailServers) -> Callable[..., Smtp]:
    def settings(**facts: object) -> Smtp:
        usual = {
            "host": "localhost",
            "port": servers.submission_port,
            "security": "starttls",
            "username": "number@firm.test",
            "password": Secret(PASSWORD),
            "max_per_minute": 1000,
            "connections": 1,
        }
        return Smtp(**usual | facts)  # type: ignore[arg-type]

    return settings


@pytest.fixture
def imap(servers: MailServers) -> Callable[..., Imap]:
    def settings(**facts: object) -> Imap:
        usual = {
            "host": "localhost",
            "port": servers.imap_port,
            "security": "tls",
            "username": "number@firm.test",
            "password": Secret(PASSWORD),
            "folder": "INBOX",
            "processed_folder": "One Number/Processed",
            "held_folder": "One Number/Held",
            "also_read": ("Junk",),
            "authserv_id": None,
            "trust_same_tenant": False,
        }
        return Imap(**usual | facts)  # type: ignore[arg-type]

    return settings
