"""No word goes over a line that is not TLS 1.2 or newer, and no password over one that a stranger has stripped."""

import socket
import ssl
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from pipeline import transport
from pipeline.settings import Imap, Smtp
from pipeline.transport import TransportError, verified_tls
from pipeline.transport.imap import Mailbox
from pipeline.transport.smtp import Lost, Submission
from tests.servers.authority import certificates

_PATIENCE = 20  # seconds until a server that drips hangs up, and the test fails


@contextmanager
def listening(serve: Callable[[socket.socket], None]) -> Iterator[int]:
    """A server for one connection; its port on 127.0.0.1."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def once() -> None:
            connection, _ = server.accept()
            with connection, suppress(OSError):
                serve(connection)

        thread = threading.Thread(target=once, daemon=True)
        thread.start()
        yield int(server.getsockname()[1])
        thread.join(10)


def old_tls(folder: Path, heard: list[bytes]) -> Callable[[socket.socket], None]:
    """A server that knows no TLS newer than 1.1."""
    _, certificate, key = certificates(folder)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_ciphers("ALL:@SECLEVEL=0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version, context.maximum_version = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1
    context.load_cert_chain(certificate, key)

    def serve(connection: socket.socket) -> None:
        with context.wrap_socket(connection, server_side=True) as wrapped:
            heard.append(wrapped.recv(1000))

    return serve


def without_tls(greeting: bytes, heard: list[bytes]) -> Callable[[socket.socket], None]:
    """A server, or somebody in between, that says there is no STARTTLS."""

    def serve(connection: socket.socket) -> None:
        connection.sendall(greeting)
        with connection.makefile("rb") as lines:
            for line in lines:
                heard.append(line)
                tag = line.split()[0]
                refused = tag + b" BAD no\r\n" if greeting.startswith(b"*") else b"502 no\r\n"
                answer = b"* CAPABILITY IMAP4rev1\r\n" + tag + b" OK\r\n" if b"CAPABILITY" in line else refused
                connection.sendall(b"250 here\r\n" if line.upper().startswith(b"EHLO") else answer)

    return serve


def test_nothing_older_than_tls_1_2_is_spoken_and_nobody_goes_unproven() -> None:
    context = verified_tls()
    assert context.minimum_version >= ssl.TLSVersion.TLSv1_2
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname


@pytest.mark.parametrize("kind", ["imap", "smtp"])
def test_a_server_with_old_tls_is_refused_before_a_word(
    kind: str, imap: Callable[..., Imap], smtp: Callable[..., Smtp], tmp_path: Path
) -> None:
    heard: list[bytes] = []
    with listening(old_tls(tmp_path, heard)) as port:
        one = Mailbox(imap(port=port)) if kind == "imap" else Submission(smtp(port=port, security="tls"))
        with pytest.raises(TransportError, match="no TLS"):
            one.open()
    assert heard == []


@pytest.mark.parametrize("kind", ["imap", "smtp"])
def test_a_line_from_which_starttls_was_stripped_gets_no_password(
    kind: str, imap: Callable[..., Imap], smtp: Callable[..., Smtp]
) -> None:
    heard: list[bytes] = []
    greeting = b"* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] hello\r\n" if kind == "imap" else b"220 hello\r\n"
    with listening(without_tls(greeting, heard)) as port:
        one = Mailbox(imap(port=port, security="starttls")) if kind == "imap" else Submission(smtp(port=port))
        with pytest.raises(TransportError):
            one.open()
    assert not any(word in line.upper() for line in heard for word in (b"LOGIN", b"AUTH"))


def dripping(folder: Path, answers: dict[bytes, bytes], greeting: bytes) -> Callable[[socket.socket], None]:
    """A server that answers as it should, and a verb that it has no answer for with a byte now and then, without end."""
    _, certificate, key = certificates(folder)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)

    def drip(line: ssl.SSLSocket) -> None:
        until = time.monotonic() + _PATIENCE
        while time.monotonic() < until:
            line.sendall(b"x")
            time.sleep(0.02)

    def serve(connection: socket.socket) -> None:
        with context.wrap_socket(connection, server_side=True) as line:
            if not greeting:
                drip(line)
            line.sendall(greeting)
            with line.makefile("rb") as lines:
                for said in lines:
                    words = said.upper().split()
                    verb = next((word for word in words if word in answers), None)
                    if verb is None:
                        drip(line)
                        return
                    line.sendall(answers[verb].replace(b"TAG", said.split()[0]))

    return serve


_IMAP = {
    b"CAPABILITY": b"* CAPABILITY IMAP4rev1\r\nTAG OK done\r\n",
    b"LOGIN": b"TAG OK done\r\n",
    b"LIST": b'* LIST () "/" INBOX\r\nTAG OK done\r\n',
    b"SELECT": b"* OK [UIDVALIDITY 1]\r\nTAG OK done\r\n",
    b"NOOP": b"TAG OK done\r\n",
}
_SMTP = {
    b"EHLO": b"250-here\r\n250 AUTH PLAIN\r\n",
    b"AUTH": b"235 ok\r\n",
    b"RSET": b"250 ok\r\n",
    b"QUIT": b"221 bye\r\n",
}


@pytest.mark.parametrize("greets", [False, True])
def test_a_mailbox_whose_server_drips_is_given_up_though_no_single_read_waits_long(
    greets: bool, imap: Callable[..., Imap], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _trusted(tmp_path, monkeypatch)
    with listening(dripping(tmp_path, _IMAP, b"* OK hello\r\n" if greets else b"")) as port:
        mailbox = Mailbox(imap(port=port))
        with pytest.raises(TransportError, match="no answer in time"):
            _looked_into(mailbox)
        assert not mailbox.is_open


@pytest.mark.parametrize("greets", [False, True])
def test_a_submission_server_that_drips_is_given_up_and_the_mail_is_taken_to_be_lost(
    greets: bool, smtp: Callable[..., Smtp], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _trusted(tmp_path, monkeypatch)
    with listening(dripping(tmp_path, _SMTP, b"220 hello\r\n" if greets else b"")) as port:
        submission = Submission(smtp(port=port, security="tls"))
        if not greets:
            with pytest.raises(TransportError, match="it answers too slowly"):
                submission.open()
            return
        submission.open()
        lost = submission.send("a@firm.test", "b@firm.test", b"x")
        assert isinstance(lost, Lost)
        assert "it answers too slowly" in lost.reason
        assert not submission.is_open


def _looked_into(mailbox: Mailbox) -> list[int]:
    mailbox.open()
    mailbox.select("INBOX")
    return mailbox.uids()


def _trusted(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "STEP_SECONDS", 0.5)
    monkeypatch.setenv("SSL_CERT_FILE", str(folder / "ca.pem"))
