"""The machine's clock is set, far and back, while the worker runs: what is due by it leaves, and nothing leaves twice."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.conftest import FOLDER
from tests.friday.conftest import MakeFirm
from tests.friday.firm import Firm
from tests.friday.worker import Worker, running
from tests.servers import clock

SET = (
    ("Fri 09:00", "kind=ask"),  # back: the asks have left
    ("Fri 16:55", "kind=summary"),  # far ahead, over the nudges
    ("Fri 13:20", "kind=ask"),
    ("Fri 17:00", "kind=digest"),
)
"""What the clock is set to, and what has left by then."""


@pytest.fixture(autouse=True)
def libfaketime() -> None:
    if absent := clock.missing():
        reason = f"needs {', '.join(absent)} (see scripts/install-test-servers)"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)


def put(week: Firm, file: Path, moment: str) -> None:
    week.now = week.instant(moment)
    clock.put(file, (week.now - datetime.now(UTC)).total_seconds())


def has_said(worker: Worker, words: str, times: int) -> None:
    while worker.log.count(words) < times:
        worker.says(words)


@pytest.mark.only_on(FOLDER, "workers of a database go by its clock")
def test_a_clock_that_is_set_forward_and_back_while_the_worker_runs(firm: MakeFirm, tmp_path: Path) -> None:
    last = datetime.now(UTC).date() - timedelta(days=datetime.now(UTC).weekday() + 7)  # its certificates are good
    week, file = firm(monday=last).installed(), tmp_path / "clock"
    put(week, file, "Fri 12:59:58")
    with running(week, **clock.set_by(file)) as worker:
        has_said(worker, "kind=ask", 2)
        week.servers.settle()
        week.replies("anna", "7")
        worker.says("outcome=answer")
        for number, (moment, then) in enumerate(SET, 1):
            put(week, file, moment)
            # A message ends the worker's wait, so that it looks at its clock.
            week.writes("bo", f"Lunch {number}?", "Shall we say 12 at the harbour, all 5 of us?")
            has_said(worker, "outcome=foreign", number)
            has_said(worker, then, 1)
        assert worker.stop()[0] == 0
    week.servers.settle()
    assert week.kinds("anna") == ["ask"]
    assert week.kinds("bo").count("ask") == 1
    assert week.kinds("mette") == ["summary"]
    assert week.kinds("jens") == ["digest"]
    assert "7" in week.mails("jens", "digest")[0].subject
    assert week.mails("operator") == []
