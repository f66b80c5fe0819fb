"""A backup of a firm's ledger, made and put back as docs/backup.md has it, whichever store it is in."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from pipeline.settings import load
from tests.friday.firm import Firm
from tests.servers.database import client


def back_up(week: Firm) -> Path:
    store, backup = load(week.file).store, week.folder / "backup"
    if isinstance(store, Path):
        shutil.rmtree(backup, ignore_errors=True)
        subprocess.run(["flock", "data/data.lock", "cp", "-aT", "data", "backup"], cwd=week.folder, check=True)
    else:
        client("pg_dump", "--format=custom", f"--file={backup}", store.url.reveal())
    return backup


def restore(week: Firm, moment: str, backup: Path | None = None) -> str:
    """Put a backup back; without one, tell that it was put back by other means. What was said."""
    store, now = load(week.file).store, week.instant(moment).isoformat()
    if backup is None or isinstance(store, Path):
        return week.onenumber("restore", *([str(backup)] if backup else []), "--now", now).stdout
    put_back_unsaid(week, backup)
    return restore(week, moment)


def put_back_unsaid(week: Firm, backup: Path) -> None:
    """As a snapshot of the machine, a copy by hand or a database's own tools do it, and the ledger hears nothing."""
    store = load(week.file).store
    if isinstance(store, Path):
        shutil.rmtree(store)
        shutil.copytree(backup, store)
    else:
        address = f"--dbname={store.url.reveal()}"
        client("pg_restore", "--clean", "--if-exists", "--single-transaction", address, str(backup))
