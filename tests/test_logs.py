"""A log file is put aside when it is large, and is for its owner alone whatever the umask says."""

import json
import logging
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline import log_file, logs
from pipeline.settings import Log


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setattr(log_file, "LARGEST", 2000)
    log = logging.getLogger("onenumber")
    kept = log.handlers[:], log.level, log.propagate
    before = os.umask(0)
    logs.begin(Log("text", tmp_path / "logs/onenumber.log", "info"))
    yield tmp_path / "logs/onenumber.log"
    os.umask(before)
    log.handlers[0].close()
    log.handlers[:], log.level, log.propagate = kept


def test_a_large_log_is_put_aside_and_the_oldest_goes(file: Path) -> None:
    for number in range(400):
        logging.getLogger("onenumber").info("mail sent number=%d", number)
    files = sorted(path.name for path in file.parent.iterdir())
    assert files == ["onenumber.log", *(f"onenumber.log.{number}" for number in range(1, 6))]
    assert all(path.stat().st_size <= 2000 for path in file.parent.iterdir())
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in file.parent.iterdir())
    parts = [*(file.with_name(f"{file.name}.{number}") for number in (5, 4, 3, 2, 1)), file]
    numbers = [int(line.rpartition("=")[2]) for path in parts for line in path.read_text().splitlines()]
    assert numbers == list(range(numbers[0], 400))


def test_a_line_is_in_the_file_at_once(file: Path) -> None:
    logging.getLogger("onenumber").info("turn")
    assert file.read_text().endswith("turn\n")


_SAYS = """
import logging, sys
from pathlib import Path
from pipeline import log_file, logs
from pipeline.settings import Log
logs.begin(Log(sys.argv[1], Path(sys.argv[2]) if sys.argv[2:] else None, "info"))
log = logging.getLogger("onenumber")
log.info("mail sent")
log.warning("the mailbox cannot be read")
try:
    raise ValueError("what somebody wrote")
except ValueError:
    log.exception("a turn failed")
"""


def journal(tmp_path: Path, *arguments: str) -> list[str]:
    """What a process says to standard error that systemd has connected with its journal."""
    with (tmp_path / "journal").open("w") as connected:
        facts = os.fstat(connected.fileno())
        told = {**os.environ, "JOURNAL_STREAM": f"{facts.st_dev}:{facts.st_ino}"}
        subprocess.run([sys.executable, "-c", _SAYS, *arguments], stderr=connected, env=told, check=True)
    return (tmp_path / "journal").read_text().splitlines()


def test_the_journal_gets_priorities_and_no_second_time(tmp_path: Path) -> None:
    lines = journal(tmp_path, "text")
    assert lines[:4] == [
        "<6>info    mail sent",
        "<4>warning the mailbox cannot be read",
        "<3>error   a turn failed",
        "<3>  ValueError",
    ]
    assert all(line.startswith("<3>  ") for line in lines[4:])
    assert "what somebody wrote" not in "".join(lines)


def test_the_journal_gets_json_with_its_priority(tmp_path: Path) -> None:
    lines = journal(tmp_path, "json")
    assert [line[:4] for line in lines] == ["<6>{", "<4>{", "<3>{"]
    assert json.loads(lines[0].removeprefix("<6>"))["message"] == "mail sent"


def test_a_log_file_beside_a_journal_has_times(tmp_path: Path) -> None:
    assert journal(tmp_path, "text", str(tmp_path / "log")) == []
    assert (tmp_path / "log").read_text().splitlines()[0].endswith("Z info    mail sent")
