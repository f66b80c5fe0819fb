"""The sockets: SMTP submission and the IMAP mailbox. Nothing here knows what a round is.

This page is what both share: the one error that says a server cannot be used now, and TLS that is always verified.
"""

from __future__ import annotations

import socket
import ssl
from datetime import UTC, datetime

CONNECT_TIMEOUT = 20.0  # seconds
READ_TIMEOUT = 60.0  # seconds; RFC 5321 section 4.5.3.2 would allow minutes, which nobody waits
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
    """When the certificate of an open connection expires (UTC); None where it is not encrypted."""
    facts = tls.getpeercert() if isinstance(tls, ssl.SSLSocket) else None
    ends = facts.get("notAfter") if facts else None
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(ends), UTC) if isinstance(ends, str) else None


def verified_tls() -> ssl.SSLContext:
    """TLS 1.2 or newer, certificates and names always checked against the system's authorities (SSL_CERT_FILE names
    others)."""
    context = ssl.create_default_context()
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
