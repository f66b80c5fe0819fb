"""The ledger in a folder: what every ledger promises, and what files make harder."""

import json
import os
import resource
import stat
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from pipeline.events import Installed
from pipeline.ledger import (
    LedgerBusyError,
    LedgerDamagedError,
    LedgerReadError,
    LedgerUncertainError,
    LedgerWriteError,
)
from pipeline.ledger.locks import data_lock, worker_lock
from pipeline.ledger.tiny import TinyLedger
from pipeline.ledger.verified import verify
from tests.ledger.contract import NOW, WEEK, LedgerContract, claim


@pytest.fixture
def ledger(tmp_path: Path) -> TinyLedger:
    return TinyLedger(tmp_path / "data")


@pytest.fixture
def again(tmp_path: Path) -> Callable[[], TinyLedger]:
    return lambda: TinyLedger(tmp_path / "data")


@pytest.fixture
def after() -> Callable[[timedelta], datetime]:
    """The turns' own time is what counts."""
    passed = [NOW]

    def pass_by(time: timedelta) -> datetime:
        passed[0] += time
        return passed[0]

    return pass_by


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
    ledger: TinyLedger, file: Path, tmp_path: Path, again: Callable[[], TinyLedger], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = file.read_bytes()
    twin = TinyLedger(tmp_path / "twin")
    twin.append([claim("ask/a")])
    twin.append([claim("ask/b")])
    needed = (tmp_path / "twin" / "rounds" / file.name).stat().st_size
    assert needed > len(before)
    for room in range(needed):
        with monkeypatch.context() as patch:
            patch.setattr(os, "write", FullDisk(room).write)
            with pytest.raises(LedgerWriteError, match=r"W48\.json could not be written: No space left on device"):
                ledger.append([claim("ask/b")])
        assert file.read_bytes() == before
        assert list(file.parent.iterdir()) == [file]
    assert ledger.events(WEEK) == again().events(WEEK) == (claim("ask/a"),)
    assert ledger.append([claim("ask/b")]) == (claim("ask/b"),)
    assert again().events(WEEK) == (claim("ask/a"), claim("ask/b"))


def test_the_systems_own_limit_at_any_byte_leaves_the_file_whole(
    ledger: TinyLedger, file: Path, again: Callable[[], TinyLedger]
) -> None:
    before, hard = file.read_bytes(), resource.getrlimit(resource.RLIMIT_FSIZE)[1]
    for largest in range(len(before) + 60):
        resource.setrlimit(resource.RLIMIT_FSIZE, (largest, hard))
        try:
            with pytest.raises(LedgerWriteError, match=r"W48\.json could not be written: File too large"):
                ledger.append([claim("ask/b")])
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
        assert file.read_bytes() == before
    assert ledger.append([claim("ask/b")]) == (claim("ask/b"),)
    assert again().events(WEEK) == (claim("ask/a"), claim("ask/b"))


def refuse(*_: object, **__: object) -> None:
    raise OSError(5, "Input/output error")


@pytest.mark.parametrize("call", ["fsync", "rename"])
def test_a_commit_that_could_not_be_made_durable_is_not_taken_for_one(
    ledger: TinyLedger, file: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(os if call == "fsync" else Path, call, refuse)
        with pytest.raises(LedgerWriteError, match=r"Input/output error.*What was there is unchanged"):
            ledger.append([claim("ask/b")])
    assert list(file.parent.iterdir()) == [file]
    assert ledger.events(WEEK) == (claim("ask/a"),)
    assert ledger.append([claim("ask/b")])


def test_what_refused_the_commit_is_told_even_where_its_remains_cannot_be_removed(
    ledger: TinyLedger, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", refuse)
        patch.setattr(Path, "unlink", lambda *_, **__: (_ for _ in ()).throw(PermissionError(13, "Permission denied")))
        with pytest.raises(LedgerWriteError, match="Input/output error"):
            ledger.append([claim("ask/b")])
    assert ledger.append([claim("ask/b")])
    assert list(file.parent.iterdir()) == [file]


class UnsyncedFolders:
    """A disk on which files can be synced and folders cannot. Counts the folders that were tried."""

    def __init__(self) -> None:
        self.tried = 0
        self._fsync = os.fsync

    def fsync(self, descriptor: int) -> None:
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            self.tried += 1
            raise OSError(5, "Input/output error")
        self._fsync(descriptor)


@pytest.fixture
def unsynced(ledger: TinyLedger, file: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """A commit of `ask/b` that was renamed into its place, on a folder that still cannot be synced."""
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", UnsyncedFolders().fsync)
        with pytest.raises(LedgerUncertainError, match=r"W48\.json was written, .*could not be synced: Input/output"):
            ledger.append([claim("ask/b")])
        yield patch


def test_a_commit_whose_folder_could_not_be_synced_is_neither_called_kept_nor_called_undone(
    unsynced: pytest.MonkeyPatch, ledger: TinyLedger, again: Callable[[], TinyLedger], file: Path
) -> None:
    assert b"ask/b" in file.read_bytes()
    for one in (ledger, again()):
        with pytest.raises(LedgerUncertainError, match="a power cut may undo it"):
            one.events(WEEK)


def test_a_commit_made_again_while_the_folder_cannot_be_synced_is_still_uncertain(
    unsynced: pytest.MonkeyPatch, ledger: TinyLedger, again: Callable[[], TinyLedger]
) -> None:
    for one in (ledger, again()):
        with pytest.raises(LedgerUncertainError):
            one.append([claim("ask/b")])


def test_a_commit_made_again_once_the_folder_can_be_synced_finds_its_keys_taken_and_durable(
    unsynced: pytest.MonkeyPatch, ledger: TinyLedger, again: Callable[[], TinyLedger], file: Path
) -> None:
    unsynced.undo()
    before = file.stat().st_ino
    assert ledger.append([claim("ask/b")]) == ()
    assert file.stat().st_ino != before, "a second fsync after a failed one proves less than a new file"
    assert ledger.events(WEEK) == again().events(WEEK) == (claim("ask/a"), claim("ask/b"))


def test_the_next_commit_carries_an_uncertain_one_with_it(
    unsynced: pytest.MonkeyPatch, ledger: TinyLedger, again: Callable[[], TinyLedger]
) -> None:
    unsynced.undo()
    assert ledger.append([claim("ask/b", attempt=2)]) == (claim("ask/b", attempt=2),)
    assert again().events(WEEK) == (claim("ask/a"), claim("ask/b"), claim("ask/b", attempt=2))


def test_what_another_process_wrote_is_believed_once_its_folder_is_synced(
    ledger: TinyLedger, file: Path, again: Callable[[], TinyLedger], monkeypatch: pytest.MonkeyPatch
) -> None:
    # Its writer may have died between the rename and the folder's fsync.
    disk = UnsyncedFolders()
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", disk.fsync)
        with pytest.raises(LedgerUncertainError):
            again().events(WEEK)
        assert disk.tried == 1
        assert ledger.events(WEEK) == (claim("ask/a"),), "what this process made durable itself needs no second look"
    assert again().events(WEEK) == (claim("ask/a"),)


@pytest.mark.parametrize("name", ["stat", "read_bytes"])
def test_a_file_that_may_not_be_looked_at_is_not_called_damaged(
    file: Path, again: Callable[[], TinyLedger], monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    allowed = getattr(Path, name)

    def denied(path: Path, *more: object, **facts: object) -> object:
        if path == file:
            raise PermissionError(13, "Permission denied")
        return allowed(path, *more, **facts)

    ledger = again()
    with monkeypatch.context() as patch:
        patch.setattr(Path, name, denied)
        for act in (lambda: ledger.events(WEEK), lambda: ledger.append([claim("ask/b")])):
            with pytest.raises(LedgerReadError, match=r"W48\.json could not be looked at: Permission denied"):
                act()
    assert ledger.events(WEEK) == (claim("ask/a"),)


def test_a_folder_that_may_not_be_looked_at_is_not_taken_for_an_empty_one(ledger: TinyLedger, file: Path) -> None:
    aside = file.parent.rename(file.parent.with_name("elsewhere"))
    file.parent.write_text("not a folder")
    with pytest.raises(LedgerReadError, match="rounds could not be looked at: Not a directory"):
        ledger.rounds()
    with pytest.raises(LedgerReadError, match=r"W48\.json could not be looked at: Not a directory"):
        ledger.events(WEEK)
    file.parent.unlink()
    aside.rename(file.parent)
    assert ledger.rounds() == (WEEK,)


@pytest.mark.parametrize("cut", [0, 1, 40, -1])
def test_a_torn_file_is_refused_by_name_and_left_alone(file: Path, again: Callable[[], TinyLedger], cut: int) -> None:
    torn = file.read_bytes()[:cut]
    file.write_bytes(torn)
    with pytest.raises(LedgerDamagedError, match=r"W48\.json is damaged.*backup"):
        again().append([claim("ask/b")])
    assert file.read_bytes() == torn


def test_a_byte_that_was_changed_by_hand_or_by_the_disk_is_refused_wherever_it_is(
    file: Path, again: Callable[[], TinyLedger]
) -> None:
    whole = file.read_bytes()
    for place, byte in enumerate(whole):
        changed = whole[:place] + bytes([byte ^ 1]) + whole[place + 1 :]
        file.write_bytes(changed)
        with pytest.raises(LedgerDamagedError, match=r"W48\.json"):
            again().events(WEEK)
        assert [str(file) in one.message for one in verify(file.parents[1])] == [True]
        assert file.read_bytes() == changed
    file.write_bytes(whole.replace(b'"format":2', b'"format":1'))
    assert len(verify(file.parents[1])) == 1
    file.write_bytes(whole)
    assert verify(file.parents[1]) == []
    assert again().events(WEEK) == (claim("ask/a"),)


def test_a_number_that_was_edited_is_refused_and_told_of(file: Path, again: Callable[[], TinyLedger]) -> None:
    file.write_bytes(file.read_bytes().replace(b'"attempt":1', b'"attempt":7'))
    with pytest.raises(LedgerDamagedError, match=r"it was changed after it was written .*backup"):
        again().events(WEEK)


def test_a_file_under_another_weeks_name_is_refused(file: Path, again: Callable[[], TinyLedger]) -> None:
    file.rename(file.with_name("2026-W47.json"))
    with pytest.raises(LedgerDamagedError, match=r"W47\.json is damaged: event .* does not belong into this file"):
        again().events("2026-W47")


def test_a_file_of_format_1_is_read_and_gets_its_sum_with_the_next_commit(
    file: Path, again: Callable[[], TinyLedger]
) -> None:
    content = json.loads(file.read_bytes())
    del content["sha256"]
    file.write_text(json.dumps(content | {"format": 1}))
    older = again()
    assert older.events(WEEK) == (claim("ask/a"),)
    assert verify(file.parents[1]) == []
    older.append([claim("ask/b")])
    kept = json.loads(file.read_bytes())
    assert (kept["format"], len(kept["sha256"])) == (2, 64)
    assert again().events(WEEK) == (claim("ask/a"), claim("ask/b"))


def test_verifying_names_every_file_that_is_damaged_and_no_other(ledger: TinyLedger, file: Path) -> None:
    ledger.append([claim("ask/a", week="2026-W49")])
    ledger.append([Installed(key="installed", round=None, at=NOW, first_round=WEEK)])
    book = file.parents[1] / "book.json"
    for path in (book, file):
        path.write_bytes(path.read_bytes()[:-3])
    assert [one.path for one in verify(book.parent)] == [book, file]


def test_where_nothing_was_kept_yet_there_is_nothing_to_verify(tmp_path: Path) -> None:
    assert verify(tmp_path / "nowhere") == []
    assert not (tmp_path / "nowhere").exists()


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
