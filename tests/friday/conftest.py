"""Whole Fridays: a firm on the real servers, made to order."""

import os
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.friday.firm import SMALL, Firm
from tests.servers.database import PostgresServer
from tests.servers.mailservers import MailServers

MakeFirm = Callable[..., Firm]


on_both_stores = pytest.mark.parametrize("store", ["tinydb", "postgresql"], indirect=True)
"""For the scenarios that CI plays on PostgreSQL too. All of them: ONENUMBER_TEST_STORE=postgresql pytest tests/friday"""


@pytest.fixture
def store(request: pytest.FixtureRequest) -> str:
    """Where a firm's ledger is: a folder of its own, or a database of its own."""
    kind = getattr(request, "param", os.environ.get("ONENUMBER_TEST_STORE", "tinydb"))
    if kind == "tinydb":
        return "tinydb:data"
    server: PostgresServer = request.getfixturevalue("postgres")
    return server.database()


@pytest.fixture
def firm(servers: MailServers, tmp_path: Path, store: str) -> MakeFirm:
    def make(people: Sequence[dict[str, Any]] = SMALL, monday: date = date(2026, 3, 9), **settings: Any) -> Firm:
        return Firm(servers, tmp_path, list(people), monday, settings={"store": store, **settings})

    return make
