"""Settings that change under several workers. How one worker takes them up in the course of a day is in tests/friday."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.events import SettingsRefused, SettingsTaken
from pipeline.heartbeat import Heartbeat
from pipeline.history import History
from pipeline.ledger.tiny import TinyLedger
from pipeline.settings import load
from pipeline.worker.reloading import Files
from tests.commands.nordvik import settings_of

NOW = datetime(2026, 3, 13, 12, tzinfo=UTC)
ANNA = {"email": "anna@nordvik.dk", "name": "Anna", "reports_to": "jens@nordvik.dk"}
NOBODYS = {**ANNA, "reports_to": "nobody@nordvik.dk"}


@pytest.fixture
def ledger(tmp_path: Path) -> TinyLedger:
    return TinyLedger(tmp_path / "data")


def written(folder: Path, row: dict[str, str]) -> Path:
    """As if the file had been written a while ago."""
    file = settings_of(folder, [row])
    os.utime(file, (NOW.timestamp(), NOW.timestamp()))
    return file


def looked(files: Files, ledger: TinyLedger) -> None:
    files.look(History(ledger), ledger, NOW)


def test_a_refusal_is_kept_once_though_a_worker_has_its_first_look_after_it(tmp_path: Path, ledger: TinyLedger) -> None:
    read = load(written(tmp_path, ANNA))
    one, other = (Files(read, Heartbeat(read.heartbeat)) for _ in range(2))
    looked(one, ledger)
    written(tmp_path, NOBODYS)
    for files in (one, other, one, other):
        looked(files, ledger)
    assert [type(each) for each in ledger.events(None)] == [SettingsRefused]


def test_a_worker_that_starts_with_files_in_order_says_so(tmp_path: Path, ledger: TinyLedger) -> None:
    read = load(written(tmp_path, ANNA))
    before = Files(read, Heartbeat(read.heartbeat))
    written(tmp_path, NOBODYS)
    looked(before, ledger)
    mended = load(written(tmp_path, ANNA))
    looked(Files(mended, Heartbeat(mended.heartbeat)), ledger)
    assert [type(each) for each in ledger.events(None)] == [SettingsRefused, SettingsTaken]
