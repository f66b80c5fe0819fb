"""TLS that is not as it should be: nobody is given the password, and the operator is told what to mend."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from pipeline.settings import Imap, Smtp
from pipeline.transport import TransportError
from pipeline.transport.imap import Mailbox
from pipeline.transport.smtp import Submission
from tests.faults.line import line
from tests.servers.authority import certificates
from tests.servers.mailservers import PASSWORD, MailServers

pytestmark = pytest.mark.servers
OpenOne = Callable[[int], None]


@pytest.fixture(params=["smtp", "imap"])
def opens(request: pytest.FixtureRequest, smtp: Callable[..., Smtp], imap: Callable[..., Imap]) -> OpenOne:
    if request.param == "smtp":
        return lambda port: Submission(smtp(port=port, security="tls")).open()
    return lambda port: Mailbox(imap(port=port, security="tls")).open()


@contextmanager
def tls_server(context: ssl.SSLContext) -> Iterator[tuple[int, list[bytes]]]:
    """A server that gets no further than TLS; its port, and what it was told inside."""
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            with suppress(OSError):
                client, _ = listener.accept()
                with client, context.wrap_socket(client, server_side=True) as inside:
                    heard.append(inside.recv(1000))

        thread = threading.Thread(target=serve)
        thread.start()
        yield listener.getsockname()[1], heard
        thread.join()


def server_context(certificate: Path, key: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context


@pytest.mark.parametrize(
    ("facts", "why"),
    [({"days": -1}, "certificate has expired"), ({"host": "mail.other.test"}, "not valid for 'localhost'")],
)
def test_a_certificate_that_is_out_of_date_or_anothers_is_refused(
    opens: OpenOne, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, facts: dict[str, object], why: str
) -> None:
    authority, certificate, key = certificates(tmp_path, **facts)  # type: ignore[arg-type]
    monkeypatch.setenv("SSL_CERT_FILE", str(authority))
    with tls_server(server_context(certificate, key)) as (port, heard):
        with pytest.raises(TransportError, match=why) as error:
            opens(port)
        assert "Check the host name in the settings" in str(error.value)
    assert heard in ([], [b""])


def test_a_certificate_that_vouches_for_itself_is_refused(opens: OpenOne, tmp_path: Path) -> None:
    _, certificate, key = certificates(tmp_path)
    served = tls_server(server_context(certificate, key))
    with served as (port, heard), pytest.raises(TransportError, match="its certificate is not trusted"):
        opens(port)
    assert heard in ([], [b""])


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1])
def test_a_server_that_speaks_only_an_old_tls_is_refused(
    opens: OpenOne, servers: MailServers, version: ssl.TLSVersion
) -> None:
    context = server_context(servers.folder / "server.pem", servers.folder / "server.key")
    context.set_ciphers("DEFAULT@SECLEVEL=0")
    context.minimum_version = ssl.TLSVersion.TLSv1
    context.maximum_version = version
    with tls_server(context) as (port, heard), pytest.raises(TransportError, match="no TLS"):
        opens(port)
    assert heard == []


def test_a_line_that_strips_starttls_gets_no_password(servers: MailServers, smtp: Callable[..., Smtp]) -> None:
    heard: list[bytes] = []

    def stripped(said: bytes) -> bytes:
        heard.append(said)
        return said.replace(b"STARTTLS", b"XXXXXXXX")

    with line(servers.submission_port) as between:
        between.passes = stripped
        with pytest.raises(TransportError, match="does not offer"):
            Submission(smtp(port=between.port)).open()
    assert not any(b"AUTH" in said and PASSWORD.encode() in said for said in heard)


def test_what_is_slipped_in_before_tls_is_not_taken_for_the_servers_word(
    servers: MailServers, smtp: Callable[..., Smtp]
) -> None:
    """CVE-2011-0411, from our side: an answer to EHLO that came in the clear, behind the one to STARTTLS."""

    def slipped_in(said: bytes) -> bytes:
        return said + b"250-evil\r\n250 AUTH XEVIL\r\n" if said.startswith(b"220 2.0.0 Ready") else said

    with line(servers.submission_port) as between:
        between.passes = slipped_in
        submission = Submission(smtp(port=between.port))
        with suppress(TransportError):  # either TLS breaks on it, or it is thrown away
            submission.open()
        assert submission._smtp is None or "xevil" not in str(submission._smtp.esmtp_features).lower()
        submission.close()


class Clear:
    """An IMAP server without TLS, which answers as the test says and notes what it was told."""

    def __init__(self, greeting: bytes, answers: dict[bytes, bytes]) -> None:
        self.heard: list[bytes] = []
        self._greeting, self._answers = greeting, answers

    @contextmanager
    def running(self) -> Iterator[int]:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            thread = threading.Thread(target=self._serve, args=(listener,))
            thread.start()
            yield listener.getsockname()[1]
            thread.join()

    def _serve(self, listener: socket.socket) -> None:
        client, _ = listener.accept()
        with client, suppress(OSError):
            client.sendall(self._greeting)
            for said in client.makefile("rb"):
                self.heard.append(said)
                tag, verb = said.split()[:2]
                client.sendall(self._answers.get(verb, b"%s BAD no\r\n").replace(b"%s", tag))


@pytest.mark.parametrize("greeting", [b"* OK hello\r\n", b"* PREAUTH welcome, Anna\r\n"])
@pytest.mark.parametrize("starttls", [b"%s NO not today\r\n", b"%s BAD what?\r\n"])
def test_a_mailbox_without_starttls_gets_no_password(
    imap: Callable[..., Imap], greeting: bytes, starttls: bytes
) -> None:
    """Nor does one that claims to know us already, so that STARTTLS would be out of place (as a man in the middle may)."""
    server = Clear(greeting, {b"CAPABILITY": b"* CAPABILITY IMAP4rev1\r\n%s OK\r\n", b"STARTTLS": starttls})
    with server.running() as port, pytest.raises(TransportError):
        Mailbox(imap(port=port, security="starttls")).open()
    assert not any(b"LOGIN" in said or PASSWORD.encode() in said for said in server.heard)
