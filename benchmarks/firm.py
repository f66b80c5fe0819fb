"""A firm of any size for the benchmarks, on servers that cost next to nothing. What is timed is in `speed`."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from smtplib import SMTP
from typing import Any

import yaml
from imapclient import IMAPClient

sys.path.insert(0, str(Path(__file__).parent.parent))

from pipeline import mail
from pipeline.history import History
from pipeline.ledger.opened import open_ledger
from pipeline.mail import MailKey
from pipeline.season import Season
from pipeline.settings import Settings, load
from pipeline.weeks import Week
from tests.servers.mailservers import AUTHSERV_ID, DOMAIN, PASSWORD, free_ports

WEEK = Week(2026, 10)
SECRET = "0123456789abcdef0123456789abcdef"  # noqa: S105  of a firm that there is not
MAILBOX = f"number@{DOMAIN}"
_SINK = Path("/usr/sbin/smtp-sink")
A_TEAM = 20


def settings(
    folder: Path,
    reps: int,
    *,
    smtp: int = 25,
    connections: int = 1,
    imap: int | None = None,
    store: str = "tinydb:data",
) -> Settings:
    """A director and a manager for every twenty reps, all on one clock. Mails go to the port `smtp` on 127.0.0.1,
    replies come from `imap`."""
    managers = [f"m{number}@{DOMAIN}" for number in range(max(1, reps // A_TEAM))]
    people = [{"email": f"director@{DOMAIN}", "name": "Dorte Holm"}]
    people += [
        {"email": one, "name": f"Manager {one.partition('@')[0]}", "reports_to": people[0]["email"]} for one in managers
    ]
    people += [
        {"email": rep(number), "name": f"Rep {number}", "reports_to": managers[number % len(managers)]}
        for number in range(reps)
    ]
    written: dict[str, Any] = {
        "organisation": {
            "name": "Nordvik",
            "timezone": "Europe/Copenhagen",
            "secret": SECRET,
            "operator": f"it@{DOMAIN}",
            "internal_domains": [DOMAIN],
        },
        "sender": {"name": "One Number", "address": MAILBOX},
        "smtp": {
            "host": "127.0.0.1",
            "port": smtp,
            "security": "none",
            "max_per_minute": 100_000,
            "connections": connections,
        },
        "imap": {"host": "localhost", "username": MAILBOX, "password": PASSWORD, "authserv_id": AUTHSERV_ID}
        | ({"port": imap} if imap else {}),
        "store": store,
        "people_file": "people.csv",
    }
    with (folder / "people.csv").open("w", newline="") as table:
        rows = csv.DictWriter(table, ["email", "name", "reports_to"])
        rows.writeheader()
        rows.writerows(people)
    file = folder / "settings.yaml"
    file.write_text(yaml.safe_dump(written))
    file.chmod(0o600)
    return load(file, {})


def rep(number: int) -> str:
    return f"r{number}@{DOMAIN}"


def opened(settings: Settings, week: Week = WEEK) -> tuple[History, Season, datetime]:
    """An installed ledger whose round is open, and the instant at which its asks are due."""
    history = History(open_ledger(settings.store))
    monday = datetime.fromisoformat(f"{week.monday}T06:00:00+00:00")
    history.append(Season(settings, history).installing(monday))
    history.append(Season(settings, history).arrivals(monday))
    season = Season(settings, history)
    asked = season.times(week).first_ask
    if asked is None:
        raise RuntimeError(f"{week} has no ask")
    history.append(season.opening(asked))
    return history, season, asked + timedelta(seconds=1)


def replies(settings: Settings, week: Week = WEEK) -> list[bytes]:
    """What every rep answers: a number and a word above a quotation of the ask, as many programs write it."""
    made = []
    for number, person in enumerate(settings.roster.reps):
        ask = MailKey(week, "ask", person.id)
        message = EmailMessage()
        message["From"] = f"{person.name} <{person.email}>"
        message["To"] = mail.reply_address(MAILBOX, ask, SECRET.encode())
        message["Subject"] = f"Re: One number for week {week.number}"
        message["Message-ID"] = f"<{number}.{week}@phone.{DOMAIN}>"
        message["In-Reply-To"] = mail.message_id(ask, SECRET.encode(), DOMAIN)
        message["Authentication-Results"] = f"{AUTHSERV_ID}; dmarc=pass header.from={DOMAIN}"
        message.set_content(
            f"{number % 10} - two of them at the fair\n\nOn Fri, 6 Mar 2026 at 13:00, One Number <{MAILBOX}> wrote:\n"
            + "> How many new sales opportunities did you create yourself this week?\n> \n" * 8
        )
        made.append(message.as_bytes().replace(b"\n", b"\r\n"))
    return made


@contextmanager
def sink() -> Iterator[int]:
    """Postfix's own server that takes every mail and keeps none (smtp-sink(1)); its port on 127.0.0.1."""
    if not _SINK.exists():
        sys.exit("The benchmarks need Postfix's smtp-sink. Run: scripts/install-test-servers")
    (port,) = free_ports(1)
    as_nobody = ["-u", "nobody"] if os.geteuid() == 0 else []
    process = subprocess.Popen([_SINK, *as_nobody, f"127.0.0.1:{port}", "100"])
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


def empty(client: IMAPClient) -> None:
    """Delete what is in the mailbox, and what was moved."""
    for name in ("INBOX", "One Number.Processed"):
        if client.folder_exists(name):
            client.select_folder(name)
            if found := client.search():
                client.delete_messages(found)
                client.expunge()
