"""Loops and floods: however much comes in, little goes out, the work is bounded, and the rest of the round is on time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from email import message_from_bytes

import pytest

from pipeline import inbox
from pipeline.events import Event
from pipeline.ledger.opened import open_ledger
from pipeline.settings import load
from pipeline.tick import Turns
from pipeline.transport.imap import Mailbox
from pipeline.weeks import Week
from tests.friday.conftest import MakeFirm
from tests.friday.firm import Firm, kinds_of
from tests.servers.mailservers import MailServers

WEEK = Week(2026, 11)
FLOOD, OLD = 1000, 3000


class Counted:
    """The turns of a firm in this process, and what they cost."""

    def __init__(self, firm: Firm, monkeypatch: pytest.MonkeyPatch) -> None:
        settings = load(firm.file)
        ledger = open_ledger(settings.store)
        self.turns = Turns(settings, ledger)
        self.fetched = self.listed = self.commits = 0
        append, bodies, uids = ledger.append, Mailbox._bodies, Mailbox.uids

        def counted_append(happened: Sequence[Event]) -> tuple[Event, ...]:
            self.commits += bool(happened)
            return append(happened)

        def counted_bodies(mailbox: Mailbox, wanted: Sequence[int], what: str, key: bytes):  # type: ignore[no-untyped-def]
            self.fetched += len(wanted)
            return bodies(mailbox, wanted, what, key)

        def counted_uids(mailbox: Mailbox, after: int = 0) -> list[int]:
            found = uids(mailbox, after)
            self.listed += len(found)
            return found

        monkeypatch.setattr(ledger, "append", counted_append)
        monkeypatch.setattr(Mailbox, "_bodies", counted_bodies)
        monkeypatch.setattr(Mailbox, "uids", counted_uids)


Counting = Callable[[Firm], Counted]


@pytest.fixture
def counting(monkeypatch: pytest.MonkeyPatch) -> Iterator[Counting]:
    """Another process, each time, which knows the ledger alone."""
    with ExitStack() as processes:

        def make(firm: Firm) -> Counted:
            one = Counted(firm, monkeypatch)
            processes.callback(one.turns.close)
            return one

        yield make


@pytest.fixture
def firm(firm: MakeFirm, servers: MailServers, monkeypatch: pytest.MonkeyPatch) -> Firm:
    monkeypatch.setenv("SSL_CERT_FILE", str(servers.authority))
    return firm().installed()


def numbered(raw: bytes, count: int) -> list[bytes]:
    """So many different messages, made of one."""
    return [b"X-Copy: %d\r\n" % number + raw for number in range(count)]


def test_of_a_thousand_replies_each_counts_and_a_commit_is_not_paid_for_each(
    firm: Firm, counting: Counting, monkeypatch: pytest.MonkeyPatch
) -> None:
    firm.tick("Fri 13:00")
    firm.replies("anna", "7")
    firm.replies("bo", "4")
    firm.servers.settle()
    first, bos = firm.inbox()
    firm.servers.fill(firm.organisation, [*numbered(first, FLOOD), b"X-Last: 1\r\n" + bos])
    monkeypatch.setattr(inbox, "READING_SECONDS", 3600.0)  # all in one visit, on however busy a machine
    counted = counting(firm)
    ticked = counted.turns.tick(firm.instant("Fri 15:00"))
    counted.turns.close()
    this = counted.turns.history.round(WEEK)
    assert len(this.answers[firm.id("anna")]) == FLOOD + 1
    assert len(this.answers[firm.id("bo")]) == 2
    assert ticked.dispatched.sent == []
    looked_at = inbox.LOOKED_AT  # whether the ledger has forgotten what they answer
    assert counted.fetched == FLOOD + 3 + looked_at
    assert counted.commits < FLOOD / 25
    assert firm.inbox() == []


def test_while_a_flood_is_read_reports_leave_and_nudges_wait(
    firm: Firm, counting: Counting, monkeypatch: pytest.MonkeyPatch
) -> None:
    firm.tick("Fri 13:00")
    firm.replies("anna", "7")
    firm.servers.settle()
    (first,) = firm.inbox()
    firm.servers.fill(firm.organisation, numbered(first, 250))
    monkeypatch.setattr(inbox, "READING_SECONDS", 0.0)  # one batch a visit
    counted = counting(firm)
    at_nudges = counted.turns.tick(firm.instant("Fri 15:00"))
    assert at_nudges.unfinished
    assert at_nudges.pause == 0
    assert at_nudges.dispatched.sent == []
    at_summary = counted.turns.tick(firm.instant("Fri 16:30"))
    assert [key.kind for key in at_summary.dispatched.sent] == ["summary"]
    while counted.turns.tick(firm.instant("Fri 16:31")).unfinished:
        pass
    counted.turns.close()
    assert len(counted.turns.history.round(WEEK).answers[firm.id("anna")]) == 251
    assert counted.fetched == 251 + inbox.LOOKED_AT


def test_other_peoples_old_mail_is_read_once_and_costs_nothing_after(firm: Firm, counting: Counting) -> None:
    stranger = firm.letter("stranger", "Invoice 4711", "Please find 12 boxes attached.")
    years_ago = datetime(2019, 3, 1, tzinfo=UTC)
    firm.servers.fill(firm.organisation, numbered(stranger, OLD), arrived=years_ago)
    first = counting(firm)
    first.turns.tick(firm.instant("Mon 09:00"))
    first.turns.close()
    assert first.fetched == OLD
    assert first.commits < 5
    firm.tick("Fri 13:00")
    firm.replies("anna", "7")
    firm.servers.settle()
    later = counting(firm)  # another process, which knows the ledger alone
    ticked = later.turns.tick(firm.instant("Fri 13:30"))
    later.turns.close()
    assert [one.outcome for one in ticked.received] == ["answer"]
    assert later.fetched == 2  # the reply: its headers tell whether anything was forgotten, then it is read
    assert later.listed < 5
    assert len(firm.inbox()) == OLD


def test_a_rule_that_answers_every_mail_with_words_gets_two_questions_a_round(firm: Firm) -> None:
    firm.tick("Fri 13:00")
    at, answered = firm.instant("Fri 13:00"), 0
    for _ in range(6):
        mails = firm.mails("anna")
        for mail in mails[answered:]:
            firm.replies("anna", "Thank you for your mail! I will get back to you soon.", to=mail)
        answered = len(mails)
        at += timedelta(minutes=2)
        firm.tick(at)
    assert firm.kinds("anna") == ["ask", "unclear", "unclear"]
    assert firm.number("anna") is None


def test_our_own_mail_that_comes_back_to_us_says_nothing_and_is_not_answered(firm: Firm) -> None:
    """A list that we are on, a copy for the archive, a rep's rule that sends the ask back."""
    firm.tick("Fri 13:00")
    firm.replies("anna", "7")
    firm.tick("Fri 13:10")
    for person in ("anna", "bo", "anna"):
        raw = firm.servers.messages(firm.address(person))[0]
        firm.servers.deliver(firm.organisation, firm.organisation, raw)
    turn = firm.tick("Fri 13:20")
    assert {one["outcome"] for one in turn["received"]} == {"auto_reply"}
    assert turn["sent"] == []
    assert (firm.number("anna"), firm.number("bo")) == (7, None)
    assert kinds_of([firm.tick("Fri 15:00")]) == [("nudge", firm.id("bo"))]


def test_two_messages_with_one_message_id_are_two_messages(firm: Firm) -> None:
    firm.tick("Fri 13:00")
    firm.replies("anna", "7")
    firm.servers.settle()
    (first,) = firm.inbox()
    firm.servers.fill(firm.organisation, [first, b"X-Later: 1\r\n" + first.replace(b"\r\n7\r\n", b"\r\n9\r\n")])
    firm.tick("Fri 13:10")
    assert firm.number("anna") == 9
    assert firm.inbox() == []
    processed = firm.inbox("One Number/Processed")
    assert len({message_from_bytes(raw)["Message-ID"] for raw in processed}) == 1
    assert len(processed) == 3


def test_a_date_of_arrival_in_the_future_is_that_of_the_fetching(firm: Firm) -> None:
    """Else an answer of next year would count for ever."""
    firm.tick("Fri 13:00")
    firm.replies("anna", "7")
    firm.servers.settle()
    (first,) = firm.inbox()
    ahead = datetime.now(UTC) + timedelta(days=400)
    firm.servers.fill(firm.organisation, [b"X-Ahead: 1\r\n" + first], arrived=ahead)
    firm.tick("Fri 13:10")
    firm.replies("anna", "9", to=firm.mails("anna", "ask")[0])
    firm.tick("Fri 13:20")
    assert firm.number("anna") == 9
