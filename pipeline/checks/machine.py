"""Is this machine fit: files that only their owner can read, room on the disk, versions, and a ledger that is whole?

Whose files those are is told by `files`, which every start looks at; the rest is loaded for `onenumber check` alone.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Mapping
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import parse_qsl

from pipeline import version
from pipeline.checks import Section, files
from pipeline.ledger import LedgerDamagedError, LedgerError
from pipeline.ledger.opened import open_ledger
from pipeline.ledger.verified import verify
from pipeline.sample import broken_mails
from pipeline.settings import Database, Settings

_LITTLE, _TOO_LITTLE = 500_000_000, 50_000_000  # bytes free; a round of 80 people takes less than one million
_HOST = re.compile(r"(?:^|,)(?:\[([^\]]*)\]|([^:,]*))(?::\d*)?")


def check(settings: Settings) -> Section:
    """Look at the files of this installation, and change none."""
    section = Section("machine", "This machine")
    section.ok("versions", f"One Number {version.own()}, Python {version.python()}, {version.parts()}")
    files.secrets(section, settings)
    if isinstance(settings.store, Path):
        files.folder(section, settings.store)
        _room(section, settings.store)
        _ledger(section, settings.store)
    else:
        _database(section, settings.store)
    _templates(section, settings)
    return section


def _room(section: Section, store: Path) -> None:
    there = next(folder for folder in (store, *store.parents) if folder.exists())
    free = shutil.disk_usage(there).free
    told = f"{free / 1e9:.1f} GB are free at {there}"
    if free < _TOO_LITTLE:
        section.fail("disk", told, "make room: without it no mail can be recorded, and then none leaves")
    elif free < _LITTLE:
        section.warn("disk", told, "make room before it is full: then no mail can be recorded, and none leaves")
    else:
        section.ok("disk", told)


def _ledger(section: Section, store: Path) -> None:
    """Every file of the ledger is read as a turn would read it."""
    findings = verify(store)
    for finding in findings:
        told, _, fix = finding.message.rpartition(". ")
        section.fail("ledger", told or fix, fix)
    if not findings:
        section.ok("ledger", "every file of it is as it was written")


def _database(section: Section, store: Database) -> None:
    """Every event of the ledger is read as a turn would read it."""
    try:
        ledger = open_ledger(store)
        rounds = ledger.rounds()
        for round_ in (None, *rounds):
            ledger.events(round_)
        ledger.close()
    except LedgerError as error:
        told, _, fix = str(error).rpartition(". ")
        section.fail("ledger", told or fix, fix, down=not isinstance(error, LedgerDamagedError))
    else:
        section.ok("ledger", f"{store} can be read, {len(rounds)} {'round' if len(rounds) == 1 else 'rounds'} of it")
        if not is_proven(store.url.reveal(), os.environ):
            section.warn(
                "line",
                f"the line to {store} is not proven to end there: whoever is in between could read and write all",
                "write ?sslmode=verify-full&sslrootcert=FILE behind its address (docs/scale.md)",
            )


def is_proven(address: str, environment: Mapping[str, str]) -> bool:
    """Does a database prove who it is, by a certificate in its name, or is it on this machine? As libpq takes an
    address (PostgreSQL, 34.1.1 Connection Strings): several hosts, others in the options, the rest from outside."""
    place, _, written = address.partition("?")
    options = dict(parse_qsl(written))
    hosts = [
        found[1] or found[2] for found in _HOST.finditer(place.partition("//")[2].rpartition("@")[2].split("/")[0])
    ]
    hosts = (options.get("hostaddr") or options.get("host") or ",".join(hosts) or environment.get("PGHOST", "")).split(
        ","
    )
    mode = options.get("sslmode") or environment.get("PGSSLMODE")
    return mode == "verify-full" or all(map(_is_here, hosts))


def _is_here(host: str) -> bool:
    if not host or host.startswith(("/", "@")) or host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _templates(section: Section, settings: Settings) -> None:
    if settings.templates_dir is None:
        return
    broken = list(broken_mails(settings))
    for fault in broken:
        section.fail("templates", fault, "mend the template; until then ours is used. onenumber preview shows it")
    if not broken:
        section.ok("templates", f"those in {settings.templates_dir} can be read")
