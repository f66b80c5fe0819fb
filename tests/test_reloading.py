"""Settings that change under several workers. How one worker takes them up in the course of a day is in tests/friday."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.events import SettingsRefused, SettingsTaken
from pipeline.heartbeat import Heartbeat
from pipeline.history import History
from pipeline.ledger.tiny import TinyLedger
from pipeline.settings import Settings, load
from pipeline.worker import reloading
from pipeline.worker.reloading import Files
from tests.commands.nordvik import Row, settings_of

NOW = datetime(2026, 3, 13, 12, tzinfo=UTC)
ANNA = {"email": "anna@nordvik.dk", "name": "Anna", "reports_to": "jens@nordvik.dk"}
BO = {**ANNA, "email": "bo@nordvik.dk", "name": "Bo"}
CARLA = {**ANNA, "email": "carla@nordvik.dk", "name": "Carla"}
NOBODYS = {**ANNA, "reports_to": "nobody@nordvik.dk"}


@pytest.fixture
def ledger(tmp_path: Path) -> TinyLedger:
    return TinyLedger(tmp_path / "data")


def written(folder: Path, row: dict[str, str]) -> Path:
    """As if the file had been written a while ago."""
    file = settings_of(folder, [row])
    os.utime(file, (NOW.timestamp(), NOW.timestamp()))
    return file


def of_a_file(folder: Path, person: Row, name: str = "people.csv") -> Path:
    """Settings whose people, Jens and this one, stand in a file of their own."""
    table = folder / name
    rows = [{"email": "jens@nordvik.dk", "name": "Jens", "reports_to": ""}, person]
    table.write_text("email,name,reports_to\n" + "".join(f"{','.join(row.values())}\n" for row in rows))
    file = written(folder, ANNA)
    text = file.read_text()
    file.write_text(text[: text.index("people:")] + f"people_file: {name}\n" + text[text.index("sender:") :])
    for path in (file, table):
        os.utime(path, (NOW.timestamp(), NOW.timestamp()))
    return file


def people_of(files: Files) -> list[str]:
    return [person.name for person in files.settings.roster.people]


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


def test_what_is_mended_in_a_file_that_refused_settings_name_is_taken_up(tmp_path: Path, ledger: TinyLedger) -> None:
    read = load(written(tmp_path, ANNA))
    files = Files(read, Heartbeat(read.heartbeat))
    of_a_file(tmp_path, NOBODYS)
    looked(files, ledger)
    looked(files, ledger)
    assert files.settings is read
    of_a_file(tmp_path, BO)
    looked(files, ledger)
    assert people_of(files) == ["Jens", "Bo"]
    assert [type(each) for each in ledger.events(None)] == [SettingsRefused, SettingsTaken]


def test_what_is_written_while_the_file_is_read_is_taken_up_by_the_next_look(
    tmp_path: Path, ledger: TinyLedger, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = load(of_a_file(tmp_path, ANNA))
    files = Files(read, Heartbeat(read.heartbeat))
    of_a_file(tmp_path, BO)
    with monkeypatch.context() as while_it_is_read:

        def broken_mails(read: Settings) -> list[str]:
            of_a_file(tmp_path, CARLA)
            return []

        while_it_is_read.setattr(reloading, "broken_mails", broken_mails)
        looked(files, ledger)
    assert people_of(files) == ["Jens", "Bo"]
    looked(files, ledger)
    assert people_of(files) == ["Jens", "Carla"]
