"""Put a copy of a ledger's folder back in its place, and have the ledger know that it was.

In an order in which a death at any line repeats no mail: the standing book first, with the word of the restore in it,
then the rounds. While it is among rounds that know more than itself, it only skips more. What was there is kept beside
it, until somebody deletes it.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pipeline import events
from pipeline.ledger import Ledger, LedgerDamagedError, LedgerWriteError
from pipeline.ledger.tiny import TinyLedger, file_of, sync_folder, write_synced
from pipeline.ledger.verified import verify

KEPT = "before-restore-{}"
"""The folder for what was there before, beside it, with the time of the restore."""


@dataclass(frozen=True, slots=True)
class PutBack:
    """`since`: the last thing that the backup knew of. `rounds`: the weeks in it. `kept`: where the files are that were
    there before; None where there were none."""

    since: datetime
    rounds: tuple[str, ...]
    kept: Path | None


def mark(ledger: Ledger, now: datetime) -> PutBack:
    """Have a ledger know that it stands as it did at some time before: it was put back by other means, such as a
    snapshot of the machine. For whoever is `alone` with the ledger. Raises LedgerError."""
    rounds = ledger.rounds()
    known = [event.at for round_ in (None, *rounds) for event in ledger.events(round_)]
    if not known:
        raise LedgerDamagedError(
            "Nothing is kept in this ledger, so nothing can have been put back in its place. Nothing was changed."
        )
    ledger.append([events.Restored(key=f"restored/{now.isoformat()}", round=None, at=now, since=max(known))])
    return PutBack(max(known), rounds, None)


def put_back(backup: Path, folder: Path, now: datetime) -> PutBack:
    """Put the ledger in `backup` into the place of the one in `folder`, for whoever holds the locks of that one. Raises
    LedgerError, and then nothing was changed, or the same again goes on from there."""
    if not file_of(backup, None).is_file():
        raise LedgerDamagedError(f"{backup} is no backup: it has no {file_of(backup, None).name}. Nothing was changed.")
    findings = verify(backup)
    if findings:
        raise LedgerDamagedError("\n".join(finding.message for finding in findings))
    try:
        return _put_back(backup, folder, now)
    except OSError as error:
        raise LedgerWriteError(
            f"{error.filename or folder} could not be written: {error.strerror}. Make room, or mend the permissions, "
            "and do the same again."
        ) from None


def _put_back(backup: Path, folder: Path, now: datetime) -> PutBack:
    kept = _kept(folder, now)
    made = folder / "restoring"
    shutil.rmtree(made, ignore_errors=True)
    ledger = TinyLedger(made)
    for name in (None, *TinyLedger(backup).rounds()):
        write_synced(file_of(made, name), file_of(backup, name).read_bytes())
    done = mark(ledger, now)
    (folder / "rounds").mkdir(mode=0o700, exist_ok=True)
    file_of(made, None).replace(file_of(folder, None))
    sync_folder(folder)
    for name in done.rounds:
        file_of(made, name).replace(file_of(folder, name))
    for name in {*TinyLedger(folder).rounds()} - {*done.rounds}:
        file_of(folder, name).unlink()
    sync_folder(folder / "rounds")
    shutil.rmtree(made)
    return PutBack(done.since, done.rounds, kept)


def _kept(folder: Path, now: datetime) -> Path | None:
    """The files that are there now, under names of their own."""
    there = [path for path in (file_of(folder, None), *sorted((folder / "rounds").glob("*.json"))) if path.exists()]
    if not there:
        return None
    kept = folder / KEPT.format(f"{now:%Y%m%dT%H%M%SZ}")
    (kept / "rounds").mkdir(mode=0o700, parents=True, exist_ok=True)
    kept.chmod(0o700)
    for path in there:
        name = kept / path.relative_to(folder)
        if not name.exists():
            os.link(path, name)
    sync_folder(kept / "rounds")
    sync_folder(kept)
    return kept
