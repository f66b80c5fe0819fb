"""A log file is put aside when it is large, and is for its owner alone whatever the umask says."""

import logging
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline import logs
from pipeline.settings import Log


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setattr(logs, "LARGEST", 2000)
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
