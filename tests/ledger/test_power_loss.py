"""The power is cut at any instant: what was acknowledged is there, and what was under way is there whole or not at all.

Each state that the disk may legally be in is opened, held against what the program had been told, and written to once
more. Ledgers with one precaution left out show that the states are hard enough.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from pipeline import events
from pipeline.events import Event, Installed
from pipeline.ledger import LedgerError, backup, tiny
from pipeline.ledger.tiny import TinyLedger, WholeFileStorage
from pipeline.ledger.verified import verify
from tests.ledger.contract import NOW, WEEK, claim
from tests.ledger.disk import Disk, found

COMMITS: tuple[tuple[Event, ...], ...] = (
    (Installed(key="installed", round=None, at=NOW, first_round=WEEK),),
    (claim("ask/a"), claim("ask/b")),
    tuple(claim(f"ask/c{number}") for number in range(20)),
    (claim("ask/a", week="2026-W49"),),
    (claim("ask/d"),),
)
ROUNDS = (None, WEEK, "2026-W49")


def kept(ledger: TinyLedger) -> list[Event]:
    return [event for round_ in ROUNDS for event in ledger.events(round_)]


def problems(disk: Disk, folder: Path) -> Iterator[str]:
    """What is wrong in which state; nothing where the ledger keeps its word in all of them."""
    for number, (told, next_, names, contents) in enumerate(disk.states()):
        place = found(names, contents, disk.root, folder / str(number))
        try:
            ledger = TinyLedger(place / "data")
            there = kept(ledger)
            more = claim("ask/z", week="2026-W49")
            ledger.append([more])
            again = kept(TinyLedger(place / "data"))
        except LedgerError as error:
            yield f"state {number}: {error}"
            continue
        finally:
            shutil.rmtree(place, ignore_errors=True)
        acknowledged = [event for commit in told for event in commit]
        whole = [acknowledged, [*acknowledged, *(next_[0] if next_ else ())]]
        if sorted(there, key=str) not in [sorted(one, key=str) for one in whole]:
            yield f"state {number}: {len(there)} events for {' or '.join(str(len(one)) for one in whole)}"
        elif sorted(again, key=str) != sorted([*there, more], key=str):
            yield f"state {number}: what was appended afterwards was not kept"


@contextmanager
def recorded(root: Path) -> Iterator[Disk]:
    root.mkdir()
    with pytest.MonkeyPatch.context() as patch:
        yield Disk(root, patch)


def played(root: Path) -> Disk:
    with recorded(root) as disk:
        ledger = TinyLedger(root / "data")
        for commit in COMMITS:
            ledger.append(commit)
            disk.acknowledge(commit)
    return disk


def test_whatever_a_power_cut_leaves_is_what_was_acknowledged(tmp_path: Path) -> None:
    disk = played(tmp_path / "disk")
    assert sum(1 for _ in disk.states()) > 90
    assert list(problems(disk, tmp_path / "found")) == []


def in_place(self: WholeFileStorage, text: Any) -> Any:
    """As TinyDB's own JSONStorage does, and with an fsync that it does not."""
    return tiny.write_synced(self._path, text.sealed())


def unsynced(path: Path, content: bytes) -> Any:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    os.write(descriptor, content)
    os.close(descriptor)
    return tiny._stamp(path.stat())


MUTANTS = {
    "writes in place": (WholeFileStorage, "_replaced", in_place),
    "does not sync the file": (tiny, "write_synced", unsynced),
    "does not sync the folder": (WholeFileStorage, "_sync", lambda self: None),
    "does not sync the folders that it makes": (
        tiny,
        "_made",
        lambda folder: folder.mkdir(mode=0o700, parents=True, exist_ok=True),
    ),
}


@pytest.mark.parametrize("mutant", MUTANTS)
def test_a_ledger_that_leaves_one_precaution_out_is_found_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mutant: str
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(*MUTANTS[mutant])
        disk = played(tmp_path / "disk")
    assert next(problems(disk, tmp_path / "found"), None) is not None


def test_a_power_cut_while_a_backup_is_put_back_sends_nothing_twice(tmp_path: Path) -> None:
    """Each round is as before or as in the backup; and where one is as in the backup, the book knows of the restore."""
    root = tmp_path / "disk"
    with recorded(root) as disk:
        ledger = TinyLedger(root / "data")
        for commit in COMMITS[:2]:
            ledger.append(commit)
        shutil.copytree(root / "data", tmp_path / "backup")
        for commit in COMMITS[2:]:
            ledger.append(commit)
        before = len(disk.steps)
        newer = [ledger.events(round_) for round_ in ROUNDS[1:]]
        done = backup.put_back(tmp_path / "backup", root / "data", NOW + timedelta(hours=1))
        disk.acknowledge("put back")
        older = [TinyLedger(root / "data").events(round_) for round_ in ROUNDS[1:]]
    assert (done.since, done.rounds) == (NOW, (WEEK,))
    assert older == [COMMITS[1], ()]
    assert len(disk.steps) > before + 10
    looked_at = 0
    for told, _next, names, contents in disk.states():
        if not any(step.name == "before-restore-20261127T130000Z" for step in names):
            continue
        looked_at += 1
        place = found(names, contents, root, tmp_path / "found" / str(looked_at))
        assert verify(place / "data") == []
        ledger = TinyLedger(place / "data")
        is_told = any(isinstance(event, events.Restored) for event in ledger.events(None))
        for round_, new, old in zip(ROUNDS[1:], newer, older, strict=True):
            assert ledger.events(round_) == new or (ledger.events(round_) == old and is_told)
        assert is_told or not told
        shutil.rmtree(place)
    assert looked_at > 20
