"""Many workers on one database: killed and started at random, nobody gets a second copy and no answer is lost."""

from datetime import date
from pathlib import Path

from tests.friday.firm import Firm
from tests.scale.friday import SCHEDULE, company, environment_seed, log_of, play
from tests.servers.database import PostgresServer
from tests.servers.mailservers import MailServers


def test_a_friday_with_workers_and_a_database_that_die(
    servers: MailServers, postgres: PostgresServer, tmp_path: Path
) -> None:
    address = postgres.database()
    firm = Firm(servers, tmp_path, company(24), date(2026, 3, 9), settings={"store": address, "schedule": SCHEDULE})
    counts = play(firm, postgres, address, workers=3, speed=60, kills=6, seed=environment_seed())
    told = f"{counts}\n{log_of(tmp_path)}"
    assert counts.broken() == [], told
    assert (counts.asked + counts.skipped_asks, counts.summaries) == (24, 2), told
    assert (counts.killed, counts.database_killed, counts.database_restarted) == (6, 1, 1), told
