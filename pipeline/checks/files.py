"""Whose files are these: can others on this machine read what holds a secret, or what people answered?

Every start of a worker looks at this; what else makes a machine fit is `machine`'s business.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

from pipeline.checks import Section
from pipeline.settings import Settings

_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def exposed(settings: Settings) -> tuple[str, ...]:
    """What others on this machine can read and should not, each with the command that mends it: for whoever starts."""
    section = Section("files", "Files")
    secrets(section, settings)
    if isinstance(settings.store, Path):
        folder(section, settings.store)
    return tuple(f"{one.told}: {one.fix}" for one in section.findings if one.state == "fail")


def secrets(section: Section, settings: Settings) -> None:
    """Whoever reads the secret can answer for others; whoever reads the password reads the mailbox."""
    logins = [one for one in (settings.smtp.oauth, settings.imap.oauth) if one is not None]
    tokens = (path for one in logins for path in (one.key_file, one.token_file) if path is not None and path.exists())
    readable = [path for path in dict.fromkeys((*settings.secret_files, *tokens)) if _is_open_to_others(path)]
    for path in readable:
        section.fail("secrets", f"{path} holds a secret, and others on this machine can read it", f"chmod 600 {path}")
    if not readable:
        section.ok("secrets", "nobody else on this machine can read them")


def _is_open_to_others(path: Path) -> bool:
    return bool(path.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH))


def folder(section: Section, store: Path) -> None:
    """The folder of the ledger: ours to write, and nobody else's to read."""
    if not store.exists():
        section.fail("folder", f"{store} cannot be made", "make the folder above it writable for this user")
        return
    if not os.access(store, os.R_OK | os.W_OK | os.X_OK):
        section.fail("folder", f"{store} cannot be written", f"chown it to this user: chown -R $USER {store}")
    elif store.stat().st_mode & _OTHERS:
        section.fail("folder", f"{store} is open to others: it holds what people answered", f"chmod 700 {store}")
    else:
        section.ok("folder", f"{store} is for this user alone")
