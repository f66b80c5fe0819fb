"""The sockets: SMTP submission and the IMAP mailbox. Nothing here knows what a round is.

This page is what both share: the one error that says a server cannot be used now, and TLS that is always verified.
"""

from __future__ import annotations

import socket
import ssl
import time
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from _typeshed import WriteableBuffer

CONNECT_TIMEOUT = 20.0  # seconds
READ_TIMEOUT = 60.0  # seconds; RFC 5321 section 4.5.3.2 would allow minutes, which nobody waits
STEP_SECONDS = 300.0
"""All that a step may take: a greeting and login, a load of messages, one mail. Each read has a limit of its own, which
a server that sends a byte now and then would meet for ever."""

_UNKNOWN_HOST = (socket.EAI_NONAME, socket.EAI_NODATA)


class TransportError(Exception):
    """A server cannot be used now. The message says which, what it said, and what to do. `retry_after` is the pause
    in seconds that the server asked for, if it did."""

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class LoginRefusedError(TransportError):
    """The server is there and does not take the name and password: waiting mends nothing."""


def certificate_ends(tls: object) -> datetime | None:
    """When the certificate of an open connection expires (UTC); None where it is not encrypted.

    It is written as `Jun  1 12:00:00 2026 GMT` (ssl, cert_time_to_seconds). What that function reads it with is loaded
    for nothing else in a turn, and takes a fiftieth of one."""
    facts = tls.getpeercert() if isinstance(tls, ssl.SSLSocket) else None
    ends = facts.get("notAfter") if facts else None
    return parsedate_to_datetime(ends) if isinstance(ends, str) else None


class _Line(ssl.SSLSocket):
    """TLS over which a step has STEP_SECONDS, from the first that is read in it. Raises TimeoutError behind that."""

    _until: float | None = None

    def begin(self) -> None:
        self._until = None

    def recv_into(self, buffer: WriteableBuffer, nbytes: int | None = None, flags: int = 0) -> int:
        if self._until is None:
            self._until = time.monotonic() + STEP_SECONDS
        elif time.monotonic() > self._until:
            raise TimeoutError("it answers too slowly")
        return super().recv_into(buffer, nbytes, flags)


def begin_step(line: object) -> None:
    """What is read over this line from now on is another step."""
    if isinstance(line, _Line):
        line.begin()


def verified_tls() -> ssl.SSLContext:
    """TLS 1.2 or newer, certificates and names always checked against the system's authorities (SSL_CERT_FILE names
    others), and each step over it with a limit."""
    context = ssl.create_default_context()
    context.sslsocket_class = _Line
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def explained(server: str, error: BaseException) -> str:
    """What went wrong with a connection, in words that an operator can act on."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return (
            f"{server}: its certificate is not trusted ({error.verify_message}). Check the host name in the settings; "
            "for an authority of your own, name its certificate in SSL_CERT_FILE."
        )
    if isinstance(error, ssl.SSLError):
        return f"{server}: no TLS ({error.reason or error}). Check port and security in the settings."
    if isinstance(error, TimeoutError):
        return f"{server}: no answer in time. Check host, port and security; a firewall may be in between."
    if isinstance(error, ConnectionRefusedError):
        return f"{server}: nothing listens there. Check host and port, and whether the server is running."
    if isinstance(error, socket.gaierror) and error.errno in _UNKNOWN_HOST:
        return f"{server}: no such host is known. Check the host name in the settings, and this machine's DNS."
    reason = getattr(error, "strerror", None) or " ".join(str(error).split()) or type(error).__name__
    return f"{server}: {reason}. It is tried again by itself."
