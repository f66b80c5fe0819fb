"""The mailbox, on a real Dovecot."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from pipeline.settings import Imap, Secret
from pipeline.transport import TransportError
from pipeline.transport.imap import LARGEST, Mailbox
from tests.servers.mailservers import MailServers

pytestmark = pytest.mark.servers
Settings = Callable[..., Imap]


@pytest.fixture
def address(request: pytest.FixtureRequest) -> str:
    return f"{request.node.name.replace('_', '')[:50].lower()}@firm.test"


@pytest.fixture
def mailbox(imap: Settings, address: str) -> Mailbox:
    opened = Mailbox(imap(username=address))
    opened.open()
    return opened


def fill(servers: MailServers, address: str, *texts: str) -> None:
    with servers.mailbox(address) as client:
        for text in texts:
            client.append("INBOX", f"Subject: {text}\r\n\r\n{text}\r\n".encode())


def everything(mailbox: Mailbox, after: int = 0) -> list[bytes]:
    return [one.raw for batch in mailbox.fetch(mailbox.uids(after)) for one in batch]


def test_new_messages_are_fetched_in_order_and_left_unread(
    servers: MailServers, mailbox: Mailbox, address: str
) -> None:
    fill(servers, address, "first", "second", "third")
    mailbox.select("INBOX")
    assert [raw.splitlines()[-1] for raw in everything(mailbox)] == [b"first", b"second", b"third"]
    assert [raw.splitlines()[-1] for raw in everything(mailbox, after=2)] == [b"third"]
    assert everything(mailbox, after=3) == []
    with servers.mailbox(address) as client:
        assert client.search("UNSEEN") == [1, 2, 3]
    mailbox.close()


def test_the_time_of_arrival_is_the_servers(servers: MailServers, mailbox: Mailbox, address: str) -> None:
    at = datetime(2026, 3, 27, 15, 30, tzinfo=UTC)
    with servers.mailbox(address) as client:
        client.append("INBOX", b"Date: Fri, 1 Jan 1999 00:00:00 +0000\r\n\r\n7\r\n", msg_time=at)
    mailbox.select("INBOX")
    ((one,),) = mailbox.fetch(mailbox.uids())
    assert one.arrived == at
    assert one.arrived.utcoffset() == timedelta(0)
    mailbox.close()


def test_what_was_read_is_moved_to_a_folder_that_is_made(servers: MailServers, mailbox: Mailbox, address: str) -> None:
    fill(servers, address, "ours", "theirs")
    mailbox.select("INBOX")
    mailbox.move([1], "One Number/Processed")
    mailbox.move([1], "One Number/Processed")
    assert [raw.splitlines()[-1] for raw in everything(mailbox)] == [b"theirs"]
    assert len(servers.messages(address, "One Number.Processed")) == 1
    mailbox.close()


def test_a_folder_that_is_not_there_is_none(mailbox: Mailbox) -> None:
    assert mailbox.select("Nowhere") is None
    assert mailbox.select("Junk") is not None
    mailbox.close()


def test_of_a_reply_of_25_megabytes_only_the_top_is_fetched(
    servers: MailServers, mailbox: Mailbox, address: str
) -> None:
    with servers.mailbox(address) as client:
        client.append("INBOX", b"Subject: big\r\n\r\n7\r\n" + b"x" * 70 + b"\r\n" + (b"y" * 76 + b"\r\n") * 335_000)
    mailbox.select("INBOX")
    ((one,),) = mailbox.fetch(mailbox.uids())
    assert len(one.raw) == LARGEST
    assert one.raw.startswith(b"Subject: big\r\n\r\n7")
    mailbox.close()


def test_a_message_that_vanishes_before_it_is_fetched_is_left_out(
    servers: MailServers, mailbox: Mailbox, address: str
) -> None:
    fill(servers, address, "gone", "here")
    mailbox.select("INBOX")
    uids = mailbox.uids()
    with servers.mailbox(address) as client:
        client.delete_messages([1])
        client.expunge()
    assert [one.raw.splitlines()[-1] for batch in mailbox.fetch(uids) for one in batch] == [b"here"]
    mailbox.close()


def test_waiting_ends_when_a_message_arrives(servers: MailServers, mailbox: Mailbox, address: str) -> None:
    mailbox.select("INBOX")
    sender = threading.Thread(target=fill, args=(servers, address, "news"))
    sender.start()
    assert mailbox.wait(60, lambda: False)
    sender.join()
    assert len(everything(mailbox)) == 1
    mailbox.close()


def test_what_arrives_between_two_waits_is_told_by_the_next_and_told_once(
    servers: MailServers, mailbox: Mailbox, address: str
) -> None:
    def arrives() -> bool:
        fill(servers, address, "news")
        return True

    mailbox.select("INBOX")
    mailbox.wait(60, arrives)
    assert mailbox.wait(60, lambda: False)
    fill(servers, address, "more news")
    mailbox.find("<anything@at.all>")  # whose answer tells of the message, too
    assert mailbox.wait(60, lambda: False)
    assert not mailbox.wait(0, lambda: False)
    mailbox.close()


def test_waiting_ends_when_told_to_stop(mailbox: Mailbox) -> None:
    mailbox.select("INBOX")
    assert not mailbox.wait(600, lambda: True)
    mailbox.close()


_REFUSED = r"refused the login \(\[AUTHENTICATIONFAILED\] [^']+\)\. Check imap\.username and imap\.password"


def test_a_wrong_password_is_said_without_showing_it(imap: Settings) -> None:
    with pytest.raises(TransportError, match=_REFUSED) as error:
        Mailbox(imap(password=Secret("hunter22"))).open()
    assert "hunter22" not in str(error.value)


def test_a_server_that_is_not_there_is_named(imap: Settings) -> None:
    with pytest.raises(TransportError, match="IMAP server localhost:1: nothing listens there"):
        Mailbox(imap(port=1)).open()


def test_an_untrusted_certificate_is_refused(imap: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", "/dev/null")
    with pytest.raises(TransportError, match="its certificate is not trusted"):
        Mailbox(imap()).open()


def test_a_connection_that_died_is_made_anew(servers: MailServers, mailbox: Mailbox, address: str) -> None:
    mailbox.select("INBOX")
    assert mailbox._client is not None
    mailbox._client.socket().shutdown(2)
    with pytest.raises(TransportError):
        mailbox.uids()
    fill(servers, address, "after")
    mailbox.open()
    mailbox.select("INBOX")
    assert len(everything(mailbox)) == 1
    mailbox.close()
