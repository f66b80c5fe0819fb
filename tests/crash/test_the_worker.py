"""The one worker of a folder is killed again and again through a Friday, whatever it does, waiting in IDLE included."""

from datetime import date
from pathlib import Path

import pytest

from tests.friday.firm import Firm
from tests.scale.friday import ALONE, company, environment_seed, log_of, play_alone
from tests.servers.mailservers import MailServers


@pytest.mark.servers
def test_a_friday_with_a_worker_that_is_killed_again_and_again(servers: MailServers, tmp_path: Path) -> None:
    firm = Firm(servers, tmp_path, company(24), date(2026, 3, 9), settings={"schedule": ALONE})
    counts = play_alone(firm, speed=120, kills=5, seed=environment_seed())
    told = f"{counts}\n{log_of(tmp_path)}"
    assert counts.broken() == [], told
    assert (counts.asked + counts.skipped_asks, counts.summaries) == (24, 2), told
    assert counts.killed == 5, told
