"""A firm of any size for the benchmarks: settings on a folder of their own, and weeks that went before.

What is timed is in the files beside this one.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from smtplib import SMTP
from typing import Any

import yaml

sys.path.insert(0, str(Path(__file__).parent.parent))

from pipeline.history import History
from pipeline.ledger.tiny import TinyLedger
from pipeline.season import Season
from pipeline.settings import Settings, load
from pipeline.weeks import Week
from tests.servers.mailservers import free_ports

WEEK = Week(2026, 48)
SMTP_SINK = Path("/usr/sbin/smtp-sink")
_A_TEAM = 20


def settings(folder: Path, reps: int, **sections: Any) -> Settings:
    """A director, a manager for every twenty reps, all on one clock; `sections` add to what each section says."""
    managers = [f"m{number}@firm.test" for number in range(max(1, reps // _A_TEAM))]
    people = [{"email": "director@firm.test", "name": "Dorte Holm"}]
    people += [{"email": one, "name": f"Manager {one[1:-10]}", "reports_to": "director@firm.test"} for one in managers]
    people += [
        {"email": f"r{number}@firm.test", "name": f"Rep {number}", "reports_to": managers[number % len(managers)]}
        for number in range(reps)
    ]
    written: dict[str, Any] = {
        "organisation": {
            "name": "Nordvik",
            "timezone": "Europe/Copenhagen",
            "secret": "0123456789abcdef0123456789abcdef",
            "operator": "it@firm.test",
            "internal_domains": ["firm.test"],
        },
        "sender": {"name": "One Number", "address": "number@firm.test"},
        "smtp": {"host": "127.0.0.1", "security": "none", "max_per_minute": 100_000},
        "imap": {"host": "127.0.0.1", "security": "none", "username": "number@firm.test", "password": "x"},
        "store": "tinydb:data",
        "people": people,
    }
    for name, facts in sections.items():
        written[name] = written[name] | facts
    file = folder / "settings.yaml"
    file.write_text(yaml.safe_dump(written))
    return load(file, {})


def opened(settings: Settings) -> tuple[History, Season, datetime]:
    """An installed ledger whose round is open, and the instant at which its asks are due."""
    history = History(TinyLedger(settings.store))
    monday = datetime.fromisoformat("2026-11-23T08:00:00+01:00")
    history.append(Season(settings, history).installing(monday))
    history.append(Season(settings, history).arrivals(monday))
    season = Season(settings, history)
    asked = season.times(WEEK).first_ask
    if asked is None:
        raise RuntimeError(f"{WEEK} has no ask")
    history.append(season.opening(asked))
    return history, season, asked + timedelta(seconds=1)


def with_port(settings: Settings, port: int, connections: int) -> Settings:
    return replace(settings, smtp=replace(settings.smtp, port=port, connections=connections))


@contextmanager
def sink() -> Iterator[int]:
    """Postfix's own SMTP server that takes everything and keeps nothing (smtp-sink(1)); its port on 127.0.0.1."""
    if not SMTP_SINK.exists():
        sys.exit("The benchmarks need Postfix's smtp-sink. Run: scripts/install-test-servers")
    (port,) = free_ports(1)
    as_nobody = ["-u", "nobody"] if os.geteuid() == 0 else []
    process = subprocess.Popen([SMTP_SINK, *as_nobody, f"127.0.0.1:{port}", "100"])
    try:
        _wait_for(port)
        yield port
    finally:
        process.kill()
        process.wait()


def _wait_for(port: int) -> None:
    until = time.monotonic() + 10
    while True:
        try:
            SMTP("127.0.0.1", port, timeout=5).quit()
        except OSError:
            if time.monotonic() > until:
                raise
        else:
            return
