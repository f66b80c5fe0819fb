"""No word goes over a line that is not TLS 1.2 or newer, and no password over one that a stranger has stripped."""

import socket
import ssl
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from pipeline.settings import Imap, Smtp
from pipeline.transport import TransportError, verified_tls
from pipeline.transport.imap import Mailbox
from pipeline.transport.smtp import Submission
from tests.servers.authority import certificates


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
