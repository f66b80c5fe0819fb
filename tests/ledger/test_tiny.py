"""The ledger in a folder: what every ledger promises, and what files make harder."""

import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.ledger import LedgerBusyError, LedgerDamagedError, LedgerWriteError
from pipeline.ledger.locks import data_lock, worker_lock
from pipeline.ledger.tiny import TinyLedger
from tests.ledger.contract import WEEK, LedgerContract, claim


@pytest.fixture
def ledger(tmp_path: Path) -> TinyLedger:
    return TinyLedger(tmp_path / "data")


@pytest.fixture
def again(tmp_path: Path) -> Callable[[], TinyLedger]:
    return lambda: TinyLedger(tmp_path / "data")


class TestTinyLedger(LedgerContract):
    """The contract, on files."""


@pytest.fixture
def file(ledger: TinyLedger, tmp_path: Path) -> Path:
    ledger.append([claim("ask/a")])
    return tmp_path / "data" / "rounds" / f"{WEEK}.json"


class FullDisk:
    """A disk with room for so many more bytes."""

    def __init__(self, room: int) -> None:
        self._room = room
        self._write = os.write

    def write(self, descriptor: int, content: bytes | memoryview) -> int:
        if not self._room:
            raise OSError(28, "No space left on device")
        written = self._write(descriptor, bytes(content[: self._room]))
        self._room -= written
        return written


def test_a_disk_that_fills_up_at_any_byte_leaves_the_file_whole(
    ledger: TinyLedger, file: Path, again: Callable[[], TinyLedger], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = file.read_bytes()
    for room in range(len(before)):
        with monkeypatch.context() as patch:
            patch.setattr(os, "write", FullDisk(room).write)
            with pytest.raises(LedgerWriteError, match=r"W48\.json could not be written: No space left on device"):
                ledger.append([claim("ask/b")])
        assert file.read_bytes() == before
        assert list(file.parent.iterdir()) == [file]
    assert ledger.events(WEEK) == again().events(WEEK) == (claim("ask/a"),)
    assert ledger.append([claim("ask/b")]) == (claim("ask/b"),)
    assert again().events(WEEK) == (claim("ask/a"), claim("ask/b"))


@pytest.mark.parametrize("call", ["fsync", "rename"])
def test_a_commit_that_could_not_be_made_durable_is_not_taken_for_one(
    ledger: TinyLedger, file: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(os if call == "fsync" else Path, call, refuse)
        with pytest.raises(LedgerWriteError, match="Input/output error"):
            ledger.append([claim("ask/b")])
    assert ledger.events(WEEK) == (claim("ask/a"),)
    assert ledger.append([claim("ask/b")])


@pytest.mark.parametrize("cut", [0, 1, 40, -1])
def test_a_torn_file_is_refused_by_name_and_left_alone(file: Path, again: Callable[[], TinyLedger], cut: int) -> None:
    torn = file.read_bytes()[:cut]
    file.write_bytes(torn)
    with pytest.raises(LedgerDamagedError, match=r"W48\.json is damaged.*backup"):
        again().append([claim("ask/b")])
    assert file.read_bytes() == torn


def test_an_event_that_nobody_knows_is_refused_by_its_key(file: Path, again: Callable[[], TinyLedger]) -> None:
    file.write_text('{"format": 1, "events": {"x": {"kind": "telepathy", "key": "x", "round": null}}}')
    with pytest.raises(LedgerDamagedError, match='event "x"'):
        again().events(WEEK)


def test_a_file_of_a_newer_version_is_refused(file: Path, again: Callable[[], TinyLedger]) -> None:
    file.write_text('{"format": 99, "events": {}}')
    with pytest.raises(LedgerDamagedError, match="newer One Number"):
        again().events(WEEK)


def test_only_the_owner_can_read_the_ledger(file: Path) -> None:
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert stat.S_IMODE(file.parent.parent.stat().st_mode) == 0o700


def test_a_second_worker_is_refused_with_the_name_of_the_first(tmp_path: Path) -> None:
    with (
        worker_lock(tmp_path),
        pytest.raises(LedgerBusyError, match=f"already running on .*process {os.getpid()} on "),
        worker_lock(tmp_path),
    ):
        pass
    with worker_lock(tmp_path):
        assert (tmp_path / "worker.lock").exists()


def test_a_writer_who_waited_in_vain_is_told_who_writes(tmp_path: Path) -> None:
    with (
        data_lock(tmp_path),
        pytest.raises(LedgerBusyError, match=f"still being written by process {os.getpid()} "),
        data_lock(tmp_path, wait=0),
    ):
        pass
    with data_lock(tmp_path, wait=0):
        assert (tmp_path / "data.lock").exists()


def test_the_worker_lock_and_the_data_lock_do_not_bar_each_other(tmp_path: Path) -> None:
    with worker_lock(tmp_path), data_lock(tmp_path, wait=0):
        assert {path.name for path in tmp_path.iterdir()} == {"worker.lock", "data.lock"}
