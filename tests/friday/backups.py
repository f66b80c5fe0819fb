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
    client(
        "pg_restore", "--clean", "--if-exists", "--single-transaction", f"--dbname={store.url.reveal()}", str(backup)
    )
    return restore(week, moment)
