"""A host that is cut off in the middle of a mail: from the database, from the mail servers, from everything. Nobody gets
a second copy, nobody is left out, and when it is joined again it plays the rest of the round alone."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.scale import friday, hosts
from tests.scale.cut_off import REPS
from tests.servers import database, mailservers


@pytest.fixture(scope="module", autouse=True)
def machine() -> None:
    """It has what is needed, or CI fails and others are told."""
    absent = [*mailservers.missing(), *database.missing(), *filter(None, [friday.missing()])]
    reason = f"needs {', '.join(absent)} (see scripts/install-test-servers)" if absent else hosts.missing()
    if reason and os.environ.get("CI"):
        pytest.fail(f"hosts of their own: {reason}")
    if reason:
        pytest.skip(f"hosts of their own: {reason}")


def played(folder: Path, cut_from: str, moment: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.scale.cut_off", str(folder), cut_from, moment]
    done = subprocess.run(
        hosts.alone(command), cwd=Path(__file__).parents[2], capture_output=True, text=True, timeout=400, check=False
    )
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    assert told["broken"] == [], told
    assert (told["asked"], told["answered"], told["summaries"]) == (REPS, REPS // 2, 1), told
    assert told["nudged"] >= REPS // 2 - 1, told  # who was asked as late as that is spared
    assert told["taken_over"] >= 1, told
    return told


@pytest.mark.parametrize("cut_from", ["database", "mail", "everything"])
def test_who_is_cut_off_before_it_hands_a_mail_in_leaves_it_to_whoever_takes_it_over(
    tmp_path: Path, cut_from: str
) -> None:
    told = played(tmp_path, cut_from, "before DATA")
    assert "data\r\n" not in told["said_by_the_one_cut_off"]
    assert told["repeated"] == 0, told


def test_a_mail_that_the_server_has_already_is_the_only_one_that_may_come_twice(tmp_path: Path) -> None:
    told = played(tmp_path, "database", "after DATA")
    assert not any(said.startswith("mail FROM") for said in told["said_by_the_one_cut_off"])
    assert told["repeated"] == 1, told
