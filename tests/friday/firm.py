"""One firm on real servers, and its Friday: every turn is a process of its own, every mail goes by SMTP and IMAP.

Its weeks lie in the past, so that a reply's arrival is the time of the turn that fetches it (the earlier of
INTERNALDATE and now). Each firm has addresses of its own, so that firms share the servers and nothing else.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import psycopg
import yaml

from pipeline import events
from pipeline.demo import clients
from pipeline.demo.clients import Writer
from pipeline.demo.opened import Opened, opened
from pipeline.ledger import Ledger
from pipeline.ledger.opened import open_ledger
from pipeline.roster import new_id
from pipeline.settings import load
from tests.servers.mailservers import AUTHSERV_ID, DOMAIN, PASSWORD, MailServers

if TYPE_CHECKING:
    from tests.crash.forks import Forks

SECRET = "the-secret-of-a-firm-in-the-tests"
_DAYS = {"Mon": 0, "Tue": 1, "Wed": 2, "Thu": 3, "Fri": 4, "Sat": 5, "Sun": 6}
_numbers = count(1)


@dataclass
class Firm:
    """A firm, its settings file and its week. Times such as "Fri 13:00" are those of `timezone` in `monday`'s week;
    people's clocks show `now`, the time of the last turn. With `forks` its commands need not import anything first."""

    servers: MailServers
    folder: Path
    people: list[dict[str, Any]]
    monday: date = date(2026, 3, 9)
    timezone: str = "Europe/Copenhagen"
    settings: Mapping[str, Any] = field(default_factory=dict)
    tag: str = ""
    forks: Forks | None = None
    now: datetime = field(default_factory=lambda: datetime.now(UTC))

    def __post_init__(self) -> None:
        self.tag = self.tag or f"f{os.getpid()}x{next(_numbers)}"
        self.write()

    def address(self, person: str) -> str:
        return f"{person}.{self.tag}@{DOMAIN}"

    @property
    def organisation(self) -> str:
        return self.address("number")

    def id(self, person: str) -> str:
        return new_id(self.address(person))

    @property
    def file(self) -> Path:
        return self.folder / "settings.yaml"

    def write(self, **sections: Any) -> None:
        """The settings file; `sections` add to what holds otherwise, key by key."""
        written: dict[str, Any] = {
            "organisation": {
                "name": "Firm",
                "timezone": self.timezone,
                "secret": SECRET,
                "operator": self.address("operator"),
                "internal_domains": [DOMAIN],
            },
            "sender": {"name": "One Number", "address": self.organisation},
            "smtp": {
                "host": "localhost",
                "port": self.servers.submission_port,
                "security": "starttls",
                "username": self.organisation,
                "password": PASSWORD,
                "max_per_minute": 100_000,
            },
            "imap": {
                "host": "localhost",
                "port": self.servers.imap_port,
                "security": "tls",
                "username": self.organisation,
                "password": PASSWORD,
                "authserv_id": AUTHSERV_ID,
            },
            "store": "tinydb:data",
            "people": [self._person(person) for person in self.people],
        }
        for name, facts in {**self.settings, **sections}.items():
            written[name] = {**written.get(name, {}), **facts} if isinstance(facts, dict) else facts
        self.folder.mkdir(parents=True, exist_ok=True)
        self.file.write_text(yaml.safe_dump(written, sort_keys=False, allow_unicode=True))

    def _person(self, person: Mapping[str, Any]) -> dict[str, Any]:
        facts = dict(person)
        short = facts.pop("who")
        facts = {"email": self.address(short), "name": short.title()} | facts
        if "reports_to" in facts:
            facts["reports_to"] = self.address(facts["reports_to"])
        if "copies_to" in facts:
            facts["copies_to"] = [self.address(one) for one in facts["copies_to"]]
        return facts

    def instant(self, moment: str) -> datetime:
        """ "Fri 13:00" or "Fri 13:00:05" as an instant; "+1 Fri 13:00" in the week after."""
        weeks = 0
        if moment.startswith("+"):
            ahead, moment = moment[1:].split(" ", 1)
            weeks = int(ahead)
        day, clock = moment.split()
        on = self.monday + timedelta(days=_DAYS[day] + 7 * weeks)
        return datetime.combine(on, time.fromisoformat(clock), ZoneInfo(self.timezone)).astimezone(UTC)

    def environment(self) -> dict[str, str]:
        return {**os.environ, "SSL_CERT_FILE": str(self.servers.authority)}

    @property
    def program(self) -> str:
        return str(Path(sys.executable).with_name("onenumber"))

    def onenumber(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run one command, as an operator would."""
        done = self._run([*arguments, "--settings", str(self.file)])
        if check and done.returncode != 0:
            raise AssertionError(f"onenumber {' '.join(arguments)} ended with {done.returncode}:\n{done.stderr}")
        return done

    def _run(self, arguments: list[str]) -> subprocess.CompletedProcess[str]:
        command, environment = [self.program, *arguments], self.environment()
        if self.forks is None or "PYTHONPATH" in environment:
            return subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
        ended = self.forks.run(arguments, environment=environment)
        return subprocess.CompletedProcess(command, ended.code, ended.told, ended.log)

    def tick(self, moment: str | datetime, *, check: bool = True) -> dict[str, Any]:
        """One turn at that time; what it tells as JSON. Everything that was handed in has arrived before and after."""
        at = moment if isinstance(moment, datetime) else self.instant(moment)
        self.now = at
        self.servers.settle()
        done = self.onenumber("tick", "--json", "--now", at.isoformat(), check=check)
        self.servers.settle()
        facts: dict[str, Any] = json.loads(done.stdout)
        facts["exit"] = done.returncode
        return facts

    def installed(self, moment: str = "Mon 08:00") -> Firm:
        """The first turn of all, at which nothing leaves."""
        self.tick(moment)
        return self

    def through(self, begin: str | datetime, end: str | datetime) -> list[dict[str, Any]]:
        """A turn now, and at each instant that is named as the next one, until the end."""
        at = begin if isinstance(begin, datetime) else self.instant(begin)
        until = end if isinstance(end, datetime) else self.instant(end)
        turns: list[dict[str, Any]] = []
        while at <= until:
            turns.append(self.tick(at))
            if turns[-1]["next"] is None:
                break
            at = datetime.fromisoformat(turns[-1]["next"])
        return turns

    def status(self, week: str | None = None, now: str = "Sat 12:00") -> dict[str, Any]:
        more = ("--week", week) if week else ()
        done = self.onenumber("status", "--json", "--now", self.instant(now).isoformat(), *more)
        facts: dict[str, Any] = json.loads(done.stdout)
        return facts

    @contextmanager
    def ledger(self) -> Iterator[Ledger]:
        """The firm's ledger, whichever store it is in, opened by this process."""
        ledger = open_ledger(load(self.file).store)
        try:
            yield ledger
        finally:
            ledger.close()

    def kept(self, week: str | None = "2026-W11") -> list[events.Event]:
        """What the ledger holds of a round, or of the standing book."""
        with self.ledger() as ledger:
            return list(ledger.events(week))

    def rounds(self) -> tuple[str, ...]:
        """The rounds of which the ledger holds anything."""
        with self.ledger() as ledger:
            return ledger.rounds()

    def stored(self) -> str:
        """Every letter that is kept: of the files of a folder, or of the tables of a database."""
        store = load(self.file).store
        if isinstance(store, Path):
            return "\n".join(path.read_text() for path in sorted(store.rglob("*.json")))
        with psycopg.connect(store.url.reveal()) as session:
            tables = session.execute(
                "select tablename from pg_tables where schemaname = 'public' order by 1"
            ).fetchall()
            rows = [session.execute(f"select to_json(t)::text from {table} t".encode()) for (table,) in tables]
            return "\n".join(text for found in rows for (text,) in found.fetchall())

    def state(self, person: str, week: str | None = None) -> str:
        """A person's state, as `status` tells it."""
        rows = {one["email"]: one["state"] for one in self.status(week)["people"]}
        return str(rows[self.address(person)])

    def number(self, person: str, week: str | None = None) -> int | None:
        rows = {one["email"]: one["number"] for one in self.status(week)["people"]}
        return rows[self.address(person)]

    def mails(self, person: str, kind: str | None = None) -> list[Opened]:
        """What somebody has received, oldest first."""
        found = [opened(raw) for raw in self.servers.messages(self.address(person))]
        return [one for one in found if kind is None or one.kind == kind]

    def kinds(self, person: str) -> list[str]:
        return [one.kind for one in self.mails(person)]

    def writer(self, person: str) -> Writer:
        facts = next((one for one in self.people if one["who"] == person), {})
        zone = str(facts.get("timezone", self.timezone))
        return Writer(person.title(), self.address(person), str(facts.get("language", "en")), "en_GB", zone)

    def replies(self, person: str, typed: str, *, to: Opened | None = None, client: Any = clients.gmail) -> None:
        """A reply as a client writes it, to the newest mail of ours or to the one that is named, by submission."""
        answered = to or self.mails(person)[-1]
        raw = client(self.writer(person), answered, typed, self.now)
        self.servers.submit(self.address(person), answered.reply_to, raw)

    def taps(self, person: str, number: int) -> None:
        """A tap on a button of the newest mail, and Send."""
        mail = next(one for one in reversed(self.mails(person)) if one.buttons)
        button = mail.buttons[str(number)]
        raw = self.letter(person, button.subject, button.body, to=button.to)
        self.servers.submit(self.address(person), button.to, raw)

    def letter(self, person: str, subject: str, text: str, *, to: str = "", **headers: str) -> bytes:
        """A new message, as from a client of its own."""
        message = EmailMessage(SMTP)
        message["From"] = f"{person.title()} <{self.address(person)}>"
        message["To"] = to or self.organisation
        message["Subject"] = subject
        message["Date"] = self.now
        message["Message-ID"] = f"<{new_id(subject + text + person)}{next(_numbers)}@{DOMAIN}>"
        for name, value in headers.items():
            message[name.replace("_", "-")] = value
        message.set_content(text)
        return message.as_bytes()

    def writes(self, person: str, subject: str, text: str, *, verdict: str = "pass", **headers: str) -> None:
        """A new message to the organisation, from outside, with what the receiving server says of its sender."""
        raw = self.letter(person, subject, text, **headers)
        self.servers.deliver(self.address(person), self.organisation, raw, verdict=verdict)

    def inbox(self, folder: str = "INBOX") -> list[bytes]:
        return self.servers.messages(self.organisation, folder.replace("/", "."))  # Dovecot's separator


def rep(who: str, to: str = "mette", **facts: Any) -> dict[str, Any]:
    """Somebody who reports a number."""
    return {"who": who, "reports_to": to, **facts}


JENS = {"who": "jens"}
METTE = {"who": "mette", "reports_to": "jens"}
SMALL: tuple[dict[str, Any], ...] = (JENS, METTE, rep("anna"), rep("bo"))
"""A director, a manager, two reps, all on one clock."""


def kinds_of(turns: Iterable[Mapping[str, Any]]) -> list[tuple[str, str]]:
    """What was sent in these turns, as kind and person's id."""
    return [(mail["kind"], mail["person"]) for turn in turns for mail in turn["sent"]]
