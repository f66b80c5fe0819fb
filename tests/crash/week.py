"""A small round in four turns, each of which can be taken again and again from the very state before it.

The state before a turn is the data folder and what lies in the mailboxes: both are put back before each try, the
replies with their bytes and their INTERNALDATE, by IMAP. People's own mailboxes are looked at on the disk, which is
quick; nobody else has them open.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from time import monotonic
from typing import Any

from imapclient import IMAPClient

from pipeline import events, rounds
from pipeline.inbox import hash_of
from pipeline.ledger.tiny import TinyLedger
from pipeline.ledger.verified import verify
from tests.crash.forks import Ended, Forks, forks
from tests.crash.oracle import Outcome
from tests.crash.points import CALLS, Point, points, was_killed
from tests.friday.firm import JENS, METTE, Firm, rep
from tests.servers.mailservers import PASSWORD, MailServers

PEOPLE = (JENS, METTE, rep("anna"), rep("bo"), rep("cy"))
_FOLDERS = ("INBOX", "One Number.Processed", "One Number.Held")
_SERVERS_HEADERS = re.compile(
    rb"\A(?:(?:Return-Path|Delivered-To|Received)[^\r\n]*\r?\n(?:[ \t][^\r\n]*\r?\n)*)+", re.IGNORECASE
)
_PATIENCE = 60
_TURNS_TO_REST = 4
"""At the most: a turn to make good, one or two for what follows from it (an alarm, say), and one with nothing to do."""


@dataclass(frozen=True)
class Turn:
    """One turn of the week: when, and what has come to the mailbox before it."""

    name: str
    moment: str
    before: Callable[[Firm], None] = lambda _: None


def _replies(firm: Firm) -> None:
    asked = firm.mails("anna")[-1]
    firm.replies("anna", "7 - two of them at Novo", to=asked)
    firm.replies("bo", "somewhere between 4 and 9, I guess")
    firm.writes("bo", "Lunch?", "Shall we say 12 at the harbour?")
    firm.writes("cy", "this week", "99", verdict="fail")


def _more_replies(firm: Firm) -> None:
    firm.replies("anna", "8", to=firm.mails("anna", "ask")[-1])
    firm.replies("bo", "4", to=firm.mails("bo", "ask")[-1])
    firm.writes("cy", "this week", "off")


TURNS = (
    Turn("first", "Mon 08:00"),
    Turn("ask", "Fri 13:00"),
    Turn("nudge", "Fri 15:00", _replies),
    Turn("reports", "Fri 17:00", _more_replies),
)
NAMES = tuple(turn.name for turn in TURNS)


class Week:
    """The firm at the state before one turn. `mutant` names a broken product that takes the turns from now on."""

    def __init__(self, firm: Firm, started: Forks, turn: Turn, client: IMAPClient) -> None:
        self.firm = firm
        self.turn = turn
        self.now = firm.instant(turn.moment)
        self._forks = started
        self._client = client
        self._data = firm.folder / "data"
        self._kept = firm.folder / "kept"
        self._log = firm.folder / "strace.log"
        self._mail: list[tuple[bytes, datetime]] = []
        self.mutant = ""

    def keep(self) -> None:
        """Remember this state as the one before the turn."""
        shutil.rmtree(self._kept, ignore_errors=True)
        if self._data.exists():
            shutil.copytree(self._data, self._kept)
        self._client.select_folder("INBOX")
        facts = self._client.fetch(self._client.search(), ["BODY.PEEK[]", "INTERNALDATE"])
        self._mail = [(one[b"BODY[]"], one[b"INTERNALDATE"]) for _, one in sorted(facts.items())]

    def put_back(self) -> None:
        """Be in the state before the turn again."""
        shutil.rmtree(self._data, ignore_errors=True)
        if self._kept.exists():
            shutil.copytree(self._kept, self._data)
        for path in self._letters():
            path.unlink()
        client = self._client
        client.select_folder("INBOX")
        for folder in _FOLDERS[1:]:
            if client.folder_exists(folder):
                client.delete_folder(folder)
        client.delete_messages(client.search(), silent=True)
        client.expunge()
        for raw, at in self._mail:
            client.append("INBOX", raw, msg_time=at)

    def points(self) -> list[Point]:
        """Every point of the turn at which a kill matters."""
        self.put_back()
        ended = self.tick(self.now, trace=("-e", f"trace={CALLS}"))
        assert ended.code == 0, ended.log
        return list(points(self._log.read_text(), str(self._data)))

    def killed_at(self, point: Point, now: datetime | None = None) -> bool:
        """A turn that is killed there; False where it ended before it came to that point."""
        ended = self.tick(now or self.now, point.injection)
        log = self._log.read_text()
        assert was_killed(log) == (ended.code == -9), log[-2000:]
        return was_killed(log)

    def tick(self, now: datetime, trace: Sequence[str] = (), largest: int = 0) -> Ended:
        arguments = ("tick", "--json", "--now", now.isoformat(), "--settings", str(self.firm.file))
        ended = self._forks.run(arguments, trace, self._log, self.mutant, largest=largest)
        self._settle()
        return ended

    def size(self) -> int:
        """The bytes of the largest file of the ledger."""
        return max(len(content) for content in self._kept_now().values())

    def is_reading(self) -> bool:
        """Was a message being read when the process died?"""
        file = self._data / "reading.json"
        return file.exists() and file.read_bytes().strip() not in {b"", b"{}"}

    def undisturbed(self) -> Outcome:
        self.put_back()
        return self.recovered(self.now)

    def recovered(self, now: datetime) -> Outcome:
        """What stands when the next turns were taken as if nothing had happened, until one had nothing to do."""
        again: list[str] = []
        for _ in range(_TURNS_TO_REST):
            before = self._kept_now()
            again = self._done(self.tick(now))
            if not again and self._kept_now() == before:
                break
        else:
            again = again or ["the ledger is written at every turn"]
        return self._outcome(again)

    def _kept_now(self) -> dict[Path, bytes]:
        """What the ledger's files hold."""
        return {path: path.read_bytes() for path in self._data.rglob("*.json") if path.name != "reading.json"}

    @staticmethod
    def _done(ended: Ended) -> list[str]:
        """What a turn did, or how it failed; nothing where nothing was left to do."""
        if ended.code:
            return [f"exit code {ended.code}: {ended.log[-1000:]}"]
        return [f"{what} {ended.facts[what]}" for what in ("sent", "failed", "received") if ended.facts[what]]

    def _outcome(self, again: Sequence[str]) -> Outcome:
        ledger = TinyLedger(self._data)
        findings = [finding.message for finding in verify(self._data)]
        kept = [] if findings else [one for name in (None, *ledger.rounds()) for one in ledger.events(name)]
        states = [] if findings else [rounds.fold(ledger.events(name), rounds.Round(name)) for name in ledger.rounds()]
        return Outcome(
            mails=self._mails(),
            folders={folder: sorted(hash_of(raw) for raw in self._folder(folder)) for folder in _FOLDERS},
            events={one.key: _told(one) for one in kept if not isinstance(one, events.Claimed)},
            status={} if findings else self._status(),
            findings=findings,
            open_claims=[name for state in states for name, mail in state.mails.items() if mail.open],
            again=again,
        )

    def _status(self) -> dict[str, Any]:
        arguments = ("status", "--json", "--now", self.now.isoformat(), "--settings", str(self.firm.file))
        ended = self._forks.run(arguments)
        assert ended.code == 0, ended.log
        return ended.facts

    def _mails(self) -> dict[str, list[bytes]]:
        mails: dict[str, list[bytes]] = {}
        for path in self._letters():
            raw = _SERVERS_HEADERS.sub(b"", path.read_bytes())
            mails.setdefault(path.parents[1].name, []).append(raw)
        return mails

    def _letters(self) -> Iterator[Path]:
        for who in ("operator", *(person["who"] for person in self.firm.people)):
            folder = self.firm.servers.folder / "mail" / self.firm.address(who)
            for part in ("new", "cur"):
                yield from sorted((folder / part).glob("*"))

    def _folder(self, folder: str) -> list[bytes]:
        client = self._client
        if not client.folder_exists(folder):
            return []
        client.select_folder(folder, readonly=True)
        uids = client.search()
        return [one[b"BODY[]"] for one in client.fetch(uids, ["BODY.PEEK[]"]).values()] if uids else []

    def _settle(self) -> None:
        """Wait until Postfix has let go of every client and has delivered what it took."""
        log, until = self.firm.servers.folder / "postfix/log", monotonic() + _PATIENCE
        while True:
            told = log.read_text()
            if told.count("]: connect from") == told.count("]: disconnect from") and self.firm.servers.is_empty_queue():
                return
            assert monotonic() < until, told[-2000:]


def _told(event: events.Event) -> dict[str, Any]:
    """An event without its UID, which is a new one at every try."""
    facts: dict[str, Any] = json.loads(json.dumps(events.written(event), default=str))
    facts.pop("uid", None)
    return facts


@contextmanager
def week(servers: MailServers, folder: Path, name: str, connections: int = 1) -> Iterator[Week]:
    """The firm just before the turn of that name; it hands mails in over so many connections at a time."""
    firm = Firm(servers, folder, [dict(one) for one in PEOPLE], settings={"smtp": {"connections": connections}})
    with (
        forks(folder, firm.environment()) as started,
        IMAPClient("127.0.0.1", servers.imap_port, ssl_context=servers.tls(), timeout=_PATIENCE) as client,
    ):
        client.login(firm.organisation, PASSWORD)
        for turn in TURNS:
            at = Week(firm, started, turn, client)
            firm.now = at.now
            turn.before(firm)
            servers.settle()
            if turn.name == name:
                at.keep()
                yield at
                return
            assert at.tick(at.now).code == 0
