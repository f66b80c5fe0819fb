"""The line between us and the real servers fails, at every turn of a session: nothing is lost, nothing comes twice but
for the one mail whose answer was under way, and a turn ends."""

from __future__ import annotations

import os
import re
import ssl
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from pipeline.ledger.tiny import TinyLedger
from pipeline.settings import load
from pipeline.tick import Ticked, Turns
from pipeline.transport import imap, smtp
from pipeline.weeks import Week
from tests.faults.line import CONNECTING, FAULTS, Line, Opening, line
from tests.friday.firm import JENS, METTE, Firm, rep
from tests.servers.mailservers import MailServers

PEOPLE = (JENS, METTE, rep("anna"))
WEEK = Week(2026, 11)
ALL = bool(os.environ.get("EVERY_FAULT"))
"""Every fault at every turn; otherwise each turn meets one fault, and each fault comes round."""


@dataclass
class Wired:
    """A firm on the real servers, both of them reached over lines that fail."""

    firm: Firm
    smtp: Line
    imap: Line
    turns: Turns
    at: datetime

    def turn(self, minutes: int = 1) -> Ticked:
        self.at += timedelta(minutes=minutes)
        self.firm.now = self.at
        self.firm.servers.settle()
        ticked = self.turns.tick(self.at)
        self.firm.servers.settle()
        assert not any("\n" in problem for problem in ticked.problems)
        return ticked

    def asks(self) -> list[bytes]:
        return self.firm.servers.messages(self.firm.address("anna"))

    def answers(self) -> list[int]:
        given = self.turns.history.round(WEEK).answers.get(self.firm.id("anna"), ())
        return [int(answer.number) for answer in given]


class Lines:
    """The lines of one test, and the firms whose mail goes over them. Whoever does not answer is given up after two
    seconds, not after a minute."""

    def __init__(self, servers: MailServers, folder: Path, lines: ExitStack, opening: Opening | None) -> None:
        self._servers, self._folder, self._count = servers, folder, 0
        submission = servers.submissions_port if opening else servers.submission_port
        self.smtp = lines.enter_context(line(submission, opening))
        self.imap = lines.enter_context(line(servers.imap_port, opening))
        self._security = "tls" if opening else "starttls"

    def firm(self) -> Wired:
        """A new one, at noon on Friday, to which nothing has happened yet."""
        self._count += 1
        self.smtp.fault = self.imap.fault = None
        sections = {"smtp": {"port": self.smtp.port, "security": self._security}, "imap": {"port": self.imap.port}}
        firm = Firm(self._servers, self._folder / str(self._count), list(PEOPLE), settings=sections)
        settings = load(firm.file)
        turns = Turns(settings, TinyLedger(settings.store))
        turns.history.append(turns.season.installing(firm.instant("Mon 08:00")))
        return Wired(firm, self.smtp, self.imap, turns, firm.instant("Fri 12:59"))


@pytest.fixture(params=["sealed", "opened"])
def lines(
    request: pytest.FixtureRequest, servers: MailServers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Lines]:
    monkeypatch.setenv("SSL_CERT_FILE", str(servers.authority))
    for module in (imap, smtp):
        monkeypatch.setattr(module, "READ_TIMEOUT", 2.0)
        monkeypatch.setattr(module, "CONNECT_TIMEOUT", 2.0)
    with ExitStack() as stack:
        yield Lines(servers, tmp_path, stack, opening(servers) if request.param == "opened" else None)


def opening(servers: MailServers) -> Opening:
    ours = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ours.load_cert_chain(servers.folder / "server.pem", servers.folder / "server.key")
    return Opening(ours, servers.tls())


def tried(turns: Sequence[bytes], *, sealed: bool) -> Iterator[tuple[str, int]]:
    """Which fault at which turn. Behind an opened line only garbage is another thing than on a sealed one."""
    for at in range(CONNECTING, len(turns)):
        for number, fault in enumerate(FAULTS):
            if ALL or (fault == "garbage" if not sealed else at % len(FAULTS) == number):
                yield fault, at


def test_the_way_of_a_mail_fails_at_every_turn(lines: Lines) -> None:
    calm = lines.firm()
    calm.turn()
    calm.turns.close()
    session = lines.smtp.turns[-1]
    assert len(session) > 12
    for fault, at in tried(session, sealed=lines.smtp.opening is None):
        one = lines.firm()
        one.smtp.strikes(fault, at)
        first = one.turn()
        assert one.smtp.struck, (fault, at)
        assert first.problems or one.asks(), (fault, at)
        for minutes in (1, 1, 6):
            one.turn(minutes)
        asks = one.asks()
        assert 1 <= len(asks) <= 2, (fault, at, len(asks))
        assert len({ask[ask.index(b"\r\nMessage-ID:") :] for ask in asks}) == 1, (fault, at)
        one.turns.close()


def test_the_way_of_a_reply_fails_at_every_turn(lines: Lines) -> None:
    one = lines.firm()
    one.turn()
    given = [1, 2]  # at the first one the folder for what was read is made
    for number in given:
        one.turns.close()
        one.firm.replies("anna", str(number))
        one.turn(0)
    one.turns.close()
    session = lines.imap.turns[-1]
    assert len(session) > 20
    for fault, at in tried(session, sealed=lines.imap.opening is None):
        given.append(len(given) + 1)
        one.firm.replies("anna", str(given[-1]))
        one.imap.strikes(fault, at)
        one.turn(0)
        assert one.imap.struck, (fault, at)
        one.turn(0)
        one.turns.close()
        assert one.answers() == given, (fault, at)
    assert one.firm.inbox() == []
    assert len(one.firm.inbox("One Number/Processed")) == len(given)
    assert len(one.asks()) == 1


@pytest.fixture
def opened(servers: MailServers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Wired]:
    """A firm whose mailbox is reached over an opened line. Its ask has left, and Anna has answered 7."""
    monkeypatch.setenv("SSL_CERT_FILE", str(servers.authority))
    monkeypatch.setattr(imap, "READ_TIMEOUT", 2.0)
    with ExitStack() as stack:
        one = Lines(servers, tmp_path, stack, opening(servers)).firm()
        one.turn()
        one.firm.replies("anna", "7")
        servers.settle()
        yield one
        one.turns.close()


def at(said: bytes, act: Callable[[], object]) -> Callable[[bytes], bytes]:
    """Do this once, at the first turn in which this is said, before it is passed on."""
    done: list[bytes] = []

    def passes(data: bytes) -> bytes:
        if said in data and not done:
            done.append(data)
            act()
        return data

    return passes


@pytest.mark.parametrize("before", [b"SEARCH", b"RFC822.SIZE", b"BODY.PEEK", b"MOVE"])
def test_messages_that_somebody_expunges_under_our_hands_are_no_trouble(opened: Wired, before: bytes) -> None:
    def expunged() -> None:
        with opened.firm.servers.mailbox(opened.firm.organisation) as client:
            client.delete_messages(client.search()[:1])
            client.expunge()

    opened.firm.replies("anna", "8")
    opened.firm.servers.settle()
    opened.imap.passes = at(before, expunged)
    assert opened.turn().problems == ()
    opened.turn()
    assert opened.answers() == ([7, 8] if before == b"MOVE" else [8])
    assert opened.firm.inbox() == []


def test_the_folder_for_what_was_read_may_be_deleted_at_any_time(opened: Wired) -> None:
    def deleted() -> None:
        with opened.firm.servers.mailbox(opened.firm.organisation) as client:
            client.delete_folder("One Number.Processed")

    opened.turn()
    opened.firm.replies("anna", "8")
    opened.imap.passes = at(b"MOVE", deleted)
    opened.turn()
    opened.turn()
    assert opened.answers() == [7, 8]
    assert opened.firm.inbox() == []
    assert len(opened.firm.inbox("One Number/Processed")) == 1


def test_a_mailbox_server_that_is_restarted_in_the_middle_loses_nothing(opened: Wired) -> None:
    restarted = threading.Event()

    def restart() -> None:
        opened.firm.servers.restart_imap()
        restarted.set()

    opened.imap.passes = at(b"BODY.PEEK", restart)
    opened.turn()
    assert restarted.wait(60)
    opened.turn()
    assert opened.answers() == [7]
    assert opened.firm.inbox() == []


def test_idle_that_goes_dead_without_a_word_is_noticed_by_the_clock(opened: Wired) -> None:
    opened.turn()
    opened.imap.passes = at(b"+ idling", opened.imap.dies_silently)
    assert not opened.turns.wait(0.5)
    opened.firm.replies("anna", "8")
    assert opened.turn().problems == ()
    assert opened.answers() == [7, 8]


def throttled(milliseconds: int) -> Callable[[bytes], bytes]:
    said = b" NO Request is throttled. Suggested Backoff Time: %d milliseconds\r\n" % milliseconds
    return lambda data: re.sub(rb"(?s)^.*?(\w+) OK (\[[^]]*\] )?Logged in.*", rb"\g<1>" + said, data)


def test_a_server_that_asks_to_be_left_alone_is_left_alone_so_long_and_nobody_is_alarmed(opened: Wired) -> None:
    """Microsoft 365 says so in words (docs of its throttling): the pause is in the answer, in milliseconds."""
    opened.turns.close()
    opened.imap.passes = throttled(299_910)
    assert opened.turn().problems == ()
    before = len(opened.imap.turns)
    opened.imap.passes = lambda data: data
    for minutes in (1, 2):
        assert opened.turn(minutes).problems == ()
        assert not opened.turns.wait(60)
    assert len(opened.imap.turns) == before
    assert opened.answers() == []
    opened.turn(2)
    assert opened.answers() == [7]


def test_the_next_process_leaves_it_alone_too_though_it_would_like_to_look_back(opened: Wired) -> None:
    opened.turns.close()
    opened.imap.passes = throttled(3_000_000)
    opened.turn()
    before = len(opened.imap.turns)
    opened.imap.passes = lambda data: data
    settings = load(opened.firm.file)
    opened.turns = Turns(settings, TinyLedger(settings.store))
    assert opened.turn(20).problems == ()
    assert len(opened.imap.turns) == before
    opened.turn(40)
    assert opened.answers() == [7]
