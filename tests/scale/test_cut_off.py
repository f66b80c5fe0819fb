"""A host that is cut off in the middle of a mail: from the database, from the mail servers, from everything. Nobody gets
a second copy, nobody is left out, and when it is joined again it plays the rest of the round alone."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.scale import hosts
from tests.scale.cut_off import REPS
from tests.servers import clock, database, mailservers

CASES = {
    "database": "before DATA",
    "mail": "before DATA",
    "everything": "after DATA",
}


@pytest.fixture
def machine() -> None:
    """It has what is needed, or CI fails and others are told."""
    absent = [*mailservers.missing(), *database.missing(), *clock.missing()]
    reason = f"needs {', '.join(absent)} (see scripts/install-test-servers)" if absent else hosts.missing()
    if reason and os.environ.get("CI"):
        pytest.fail(f"hosts of their own: {reason}")
    if reason:
        pytest.skip(f"hosts of their own: {reason}")


@pytest.mark.usefixtures("machine")
def test_who_is_cut_off_hands_in_no_mail_that_others_may_have_taken_over(tmp_path: Path) -> None:
    # Each case has a network and servers of its own and mostly waits, so they are played side by side.
    playing = {cut_from: begun(tmp_path / cut_from, cut_from, moment) for cut_from, moment in CASES.items()}
    told = {cut_from: ended(process) for cut_from, process in playing.items()}
    for one in told.values():
        assert one["broken"] == [], one
        assert (one["asked"], one["answered"], one["summaries"]) == (REPS, REPS // 2, 1), one
        assert one["taken_over"] >= 1, one
        assert not any(said.startswith(("data", "mail FROM")) for said in one["said_by_the_one_cut_off"]), one
    assert told["database"]["repeated"] == told["mail"]["repeated"] == 0, told
    # Nobody but the server knew that it had this mail already; it is the only one that may come twice.
    assert told["everything"]["repeated"] == 1, told


def begun(folder: Path, cut_from: str, moment: str) -> subprocess.Popen[str]:
    folder.mkdir()
    command = hosts.alone([sys.executable, "-m", "tests.scale.cut_off", str(folder), cut_from, moment])
    return subprocess.Popen(
        command, cwd=Path(__file__).parents[2], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def ended(process: subprocess.Popen[str]) -> dict[str, Any]:
    said, complained = process.communicate(timeout=300)
    assert process.returncode == 0, complained
    told: dict[str, Any] = json.loads(said)
    return told
