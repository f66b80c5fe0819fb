"""Many workers on one database: killed and started at random, nobody gets a second copy and no answer is lost."""

from datetime import date
from pathlib import Path

import pytest

from tests.friday.firm import JENS, METTE, Firm, rep
from tests.scale.friday import SCHEDULE, environment_seed, log_of, play
from tests.servers.database import PostgresServer
from tests.servers.mailservers import MailServers


def test_a_friday_with_workers_and_a_database_that_die(
    servers: MailServers, postgres: PostgresServer, tmp_path: Path
) -> None:
    address = postgres.database()
    people = [JENS, METTE, *(rep(f"r{number}") for number in range(24))]
    firm = Firm(servers, tmp_path, people, date(2026, 3, 9), settings={"store": address, "schedule": SCHEDULE})
    counts = play(firm, postgres, address, workers=3, speed=80, kills=4, seed=environment_seed())
    print(counts)
    told = log_of(tmp_path)
    assert counts.copies == [], told
    assert counts.unasked == [], told
    assert counts.nudged_after_their_answer == [], told
    assert counts.lost_answers == [], told
    assert counts.digests == 1, told
    assert counts.answered == counts.recorded == 12, told
    # Promise 1: a worker that dies, or loses the database, may repeat the one mail that was under way.
    assert counts.repeated <= counts.killed + counts.database_killed * 3, told
    if counts.killed == 0:
        pytest.fail("nobody was killed, so nothing was proven")
