"""Whole Fridays: a firm on the real servers, made to order."""

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.friday.firm import SMALL, Firm
from tests.servers.mailservers import MailServers

MakeFirm = Callable[..., Firm]


@pytest.fixture
def firm(servers: MailServers, tmp_path: Path) -> MakeFirm:
    def make(people: Sequence[dict[str, Any]] = SMALL, monday: date = date(2026, 3, 9), **settings: Any) -> Firm:
        return Firm(servers, tmp_path, list(people), monday, settings=settings)

    return make
