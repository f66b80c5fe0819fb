"""Whole Fridays: a firm on the real servers, made to order, once for each store in which its ledger may be kept.

On a folder each command is the installed program from its first line; on a database it is a fork in which all that it
needs is imported already. Either is a process of its own; the second takes a third of the time.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.crash.forks import Forks, forks
from tests.friday.firm import SMALL, Firm
from tests.servers.mailservers import MailServers

MakeFirm = Callable[..., Firm]


@pytest.fixture(scope="session")
def forked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Forks]:
    with forks(tmp_path_factory.mktemp("forks"), os.environ) as started:
        yield started


@pytest.fixture
def firm(servers: MailServers, tmp_path: Path, store: str, request: pytest.FixtureRequest) -> MakeFirm:
    started = None if store == "tinydb:data" else request.getfixturevalue("forked")

    def make(
        people: Sequence[dict[str, Any]] = SMALL, monday: date = date(2026, 3, 9), tag: str = "", **settings: Any
    ) -> Firm:
        return Firm(
            servers, tmp_path, list(people), monday, settings={"store": store, **settings}, tag=tag, forks=started
        )

    return make
