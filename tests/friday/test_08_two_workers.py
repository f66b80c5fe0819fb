"""Two workers on one ledger: on a folder the second is refused with the name of the first, and nobody gets a mail twice."""

import subprocess
from collections import Counter

import pytest

from tests.conftest import FOLDER
from tests.friday.conftest import MakeFirm
from tests.friday.worker import running


@pytest.mark.only_on(FOLDER, "a database has any number of workers, see tests/scale")
def test_a_second_worker_is_refused_and_told_who_is_there(firm: MakeFirm) -> None:
    week = firm()
    with running(week) as worker:
        worker.says("worker started")
        second = week.onenumber("run", check=False)
        assert second.returncode == 1
        assert f"process {worker.pid}" in second.stderr
        assert "Traceback" not in second.stderr


def test_turns_at_the_same_time_send_each_mail_once(firm: MakeFirm) -> None:
    week = firm().installed()
    command = [week.program, "tick", "--json", "--now", week.instant("Fri 13:00").isoformat(), "--settings", week.file]
    turns = [subprocess.Popen(command, env=week.environment(), stdout=subprocess.PIPE) for _ in range(4)]
    for turn in turns:
        turn.communicate(timeout=60)
        assert turn.returncode == 0
    week.servers.settle()
    assert Counter(week.kinds("anna") + week.kinds("bo")) == {"ask": 2}
