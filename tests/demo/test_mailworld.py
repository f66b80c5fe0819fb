"""The mail servers of the demo, spoken to by the very transport that production uses."""

import gc
import smtplib
import socket
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes

import pytest
from imapclient import IMAPClient
from msgspec.structs import replace

from pipeline.demo import DemoUnavailable
from pipeline.demo.mailworld import Delivered, MailWorld
from pipeline.settings import Imap, Secret, Smtp
from pipeline.transport import TransportError
from pipeline.transport.imap import Mailbox
from pipeline.transport.smtp import Accepted, Refused, Submission

ORGANISATION = "number@nordvik.example"
FRIDAY = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@pytest.fixture
def world() -> Iterator[MailWorld]:
    with MailWorld(ORGANISATION, "a-password", FRIDAY) as world:
        yield world


def imap(world: MailWorld, password: str = "a-password") -> Imap:
    return Imap(
        "127.0.0.1",
        world.imap_port,
        "none",
        ORGANISATION,
        Secret(password),
        "INBOX",
        "One Number/Processed",
        "One Number/Held",
        ("Junk",),
        "demo.invalid",
        False,
    )


def smtp(world: MailWorld) -> Smtp:
    return Smtp("127.0.0.1", world.smtp_port, "none", ORGANISATION, Secret("a-password"), 1000, 1)


@pytest.fixture
def mailbox(world: MailWorld) -> Iterator[Mailbox]:
    mailbox = Mailbox(imap(world))
    mailbox.open()
    assert mailbox.select("INBOX") is not None
    yield mailbox
    mailbox.close()


@pytest.fixture
def submission(world: MailWorld) -> Iterator[Submission]:
    submission = Submission(smtp(world))
    submission.open()
    yield submission
    submission.close()


def reply(text: str, to: str = ORGANISATION, sender: str = "anna@nordvik.example", *more: str) -> bytes:
    return "\r\n".join([f"From: Anna <{sender}>", f"To: {to}", *more, "Subject: x", "", text, ""]).encode()


def everything(mailbox: Mailbox) -> list[bytes]:
    return [one.raw for batch in mailbox.fetch(mailbox.uids()) for one in batch]


def test_a_reply_arrives_when_the_clock_of_the_play_says(world: MailWorld, mailbox: Mailbox) -> None:
    world.send(reply("7"))
    world.now = FRIDAY + timedelta(hours=2, minutes=1, seconds=3)
    world.send(reply("8"))
    (batch,) = mailbox.fetch(mailbox.uids())
    assert [one.arrived for one in batch] == [FRIDAY, FRIDAY + timedelta(hours=2, minutes=1, seconds=3)]
    assert [one.raw.split(b"\r\n\r\n")[1] for one in batch] == [b"7\r\n", b"8\r\n"]


def test_the_clock_may_be_set_in_any_zone(world: MailWorld, mailbox: Mailbox) -> None:
    world.now = FRIDAY.astimezone()
    world.send(reply("7"))
    ((one,),) = mailbox.fetch(mailbox.uids())
    assert one.arrived == FRIDAY


def test_whatever_stands_behind_the_plus_arrives_in_the_same_mailbox(world: MailWorld, mailbox: Mailbox) -> None:
    world.send(reply("7", to="One Number <Number+akq7@nordvik.example>"))
    ((one,),) = mailbox.fetch(mailbox.uids())
    assert message_from_bytes(one.raw)["Delivered-To"] == "Number+akq7@nordvik.example"


def test_the_server_vouches_for_the_writers_domain(world: MailWorld, mailbox: Mailbox) -> None:
    world.send(reply("7", sender="anna@else.example"))
    (raw,) = everything(mailbox)
    assert raw.startswith(b"Return-Path: <anna@else.example>\r\n")
    assert message_from_bytes(raw)["Authentication-Results"] == "demo.invalid; dmarc=pass header.from=else.example"


def test_a_machines_mail_has_an_empty_return_path(world: MailWorld, mailbox: Mailbox) -> None:
    world.send(reply("away", ORGANISATION, "liz@nordvik.example", "Auto-Submitted: auto-replied"))
    (raw,) = everything(mailbox)
    assert message_from_bytes(raw)["Return-Path"] == "<>"


def test_what_was_read_is_moved_to_a_folder_that_is_made(world: MailWorld, mailbox: Mailbox) -> None:
    for text in ("ours", "theirs", "held"):
        world.send(reply(text))
    first, _, third = mailbox.uids()
    mailbox.move([first], "One Number/Processed")
    mailbox.move([third], "One Number/Held")
    mailbox.move([first], "One Number/Processed")
    assert [raw.split(b"\r\n")[-2] for raw in everything(mailbox)] == [b"theirs"]
    assert mailbox.select("One Number/Processed") is not None
    assert [raw.split(b"\r\n")[-2] for raw in everything(mailbox)] == [b"ours"]
    assert mailbox.select("Nowhere") is None


def test_servers_that_were_mixed_up_are_said(world: MailWorld) -> None:
    with pytest.raises(TransportError, match=r"is no SMTP server \(.*\)\. Check smtp\.host and smtp\.port"):
        Submission(replace(smtp(world), port=world.imap_port)).open()
    with pytest.raises(TransportError, match=r"is not IMAP .*220 .*Check imap\.host and imap\.port\.$"):
        Mailbox(replace(imap(world), port=world.smtp_port)).open()
    with pytest.raises(TransportError, match=r"STARTTLS.*Check imap\.port and imap\.security"):
        Mailbox(replace(imap(world), security="starttls")).open()


def test_waiting_ends_when_a_reply_arrives(world: MailWorld, mailbox: Mailbox) -> None:
    assert mailbox.can_wait
    sending = threading.Timer(0.2, world.send, [reply("7")])
    sending.start()
    began = time.monotonic()
    assert mailbox.wait(10, lambda: False)
    assert time.monotonic() - began < 5
    sending.join()
    assert len(mailbox.uids()) == 1


def test_in_idle_every_line_comes_whole(world: MailWorld, mailbox: Mailbox) -> None:
    for number in range(20):
        sending = threading.Timer(0.005, world.send, [reply(str(number))])
        sending.start()
        assert mailbox.wait(10, lambda: False)
        sending.join()


def test_what_is_told_of_behind_the_answer_to_a_search_is_not_missed(
    world: MailWorld, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    search, arriving = IMAPClient.search, [reply("7")]

    def searched(client: IMAPClient, criteria: list[str]) -> list[int]:
        if arriving:
            world.send(arriving.pop())
        return search(client, criteria)

    monkeypatch.setattr(IMAPClient, "search", searched)
    assert mailbox.wait(0, lambda: False)
    assert not mailbox.wait(0, lambda: False)


def test_a_conversation_outlives_the_collection_of_garbage(world: MailWorld, mailbox: Mailbox) -> None:
    """The server's own task hung on nothing but the socket that it waited for, and was garbage: no answer ever came."""
    world.send(reply("7"))
    assert len(everything(mailbox)) == 1
    world.send(reply("8"))  # by the servers' own thread, which has then gone back to waiting for the next command
    gc.collect()
    assert len(everything(mailbox)) == 2


def test_a_wrong_password_is_refused(world: MailWorld) -> None:
    with pytest.raises(TransportError, match="refused the login"):
        Mailbox(imap(world, "wrong")).open()


def test_a_mail_lands_in_its_recipients_own_mailbox(world: MailWorld, submission: Submission) -> None:
    told: list[Delivered] = []
    world.on_delivery = told.append
    world.now = FRIDAY + timedelta(hours=1)
    mail = b"From: number@nordvik.example\r\nTo: anna@nordvik.example\r\nSubject: =?utf-8?q?=C3=A9t?=\r\n\r\n\xc3\xa9t tal?\r\n"
    assert submission.send(ORGANISATION, "anna@nordvik.example", mail) == Accepted(())
    (one,) = world.mailbox("Anna@Nordvik.example")
    assert one == Delivered(FRIDAY + timedelta(hours=1), ORGANISATION, "anna@nordvik.example", mail)
    assert told == [one]
    assert world.mailbox("mads@nordvik.example") == ()


def test_many_mails_leave_on_one_connection(world: MailWorld, submission: Submission) -> None:
    for number in range(50):
        assert isinstance(submission.send(ORGANISATION, f"p{number}@nordvik.example", reply("x")), Accepted)
    assert [one.recipient for one in world.delivered] == [f"p{number}@nordvik.example" for number in range(50)]


def test_an_address_in_letters_of_its_own_is_reached(world: MailWorld, submission: Submission) -> None:
    assert isinstance(submission.send(ORGANISATION, "søren@nordvik.example", reply("x")), Accepted)
    assert len(world.mailbox("søren@nordvik.example")) == 1


def test_only_the_organisation_may_write_to_people(world: MailWorld) -> None:
    stranger = Submission(Smtp("127.0.0.1", world.smtp_port, "none", None, None, 1000, 1))
    stranger.open()
    refused = stranger.send("stranger@else.example", "anna@nordvik.example", reply("x"))
    assert isinstance(refused, Refused)
    assert refused.code == 550
    assert world.delivered == ()
    stranger.close()


def test_both_servers_listen_on_loopback_alone(world: MailWorld) -> None:
    addresses = {one.getsockname()[0] for one in world._servers._sockets}
    assert addresses == {"127.0.0.1"}


def test_nothing_connects_or_looks_up_beyond_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    reached: list[object] = []
    looked_up: list[object] = []
    connect, getaddrinfo = socket.socket.connect, socket.getaddrinfo

    def connecting(self: socket.socket, address: object) -> None:
        reached.append(address[0] if isinstance(address, tuple) else address)
        connect(self, address)  # type: ignore[arg-type]

    def looking(host: object, *more: object, **named: object) -> object:
        looked_up.append(host)
        return getaddrinfo(host, *more, **named)  # type: ignore[call-overload]

    def this_machines_name(_name: str = "") -> str:
        raise AssertionError("this machine's name was looked up")

    monkeypatch.setattr(socket.socket, "connect", connecting)
    monkeypatch.setattr(socket, "getaddrinfo", looking)
    monkeypatch.setattr(socket, "getfqdn", this_machines_name)
    with MailWorld(ORGANISATION, "a-password", FRIDAY) as world:
        mailbox = Mailbox(imap(world))
        mailbox.open()
        world.send(reply("7"))
        with smtplib.SMTP("127.0.0.1", world.smtp_port, local_hostname="demo.invalid") as smtp:
            smtp.login(ORGANISATION, "a-password")
            smtp.sendmail(ORGANISATION, ["director@a-real-company.example"], reply("x"))
        mailbox.close()
    assert set(reached) == {"127.0.0.1"}
    assert set(looked_up) <= {"127.0.0.1"}
    assert len(world.mailbox("director@a-real-company.example")) == 1


def test_it_ends_at_once_though_clients_are_still_connected() -> None:
    with MailWorld(ORGANISATION, "a-password", FRIDAY) as world:
        mailbox, submission = Mailbox(imap(world)), Submission(smtp(world))
        mailbox.open()
        submission.open()
        began = time.monotonic()
    assert time.monotonic() - began < 5
    assert [one.name for one in threading.enumerate() if one.name.startswith("onenumber-demo")] == []
    mailbox.close()
    submission.close()


def test_without_the_servers_the_message_says_how_to_install_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delitem(sys.modules, "pipeline.demo.servers", raising=False)
    monkeypatch.setitem(sys.modules, "aiosmtpd.smtp", None)
    with pytest.raises(DemoUnavailable, match=r"pip install '\.\[demo\]'"):
        MailWorld(ORGANISATION, "a-password", FRIDAY).__enter__()
