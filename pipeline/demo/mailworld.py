"""Where the mails of the demo go: one mailbox for the organisation, one for everybody else, and a clock to be set.

The organisation's mailbox is a real one: the product fetches from it by IMAP and hands its mails in by SMTP. Everybody
else's is a list in memory. What people write takes the same way in, through SMTP, and is dated by the clock of the
play. How the people behave is `company`'s business, and when the clock moves is `play`'s.
"""

from __future__ import annotations

import smtplib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.utils import format_datetime, getaddresses, parseaddr
from threading import Lock
from types import TracebackType
from typing import TYPE_CHECKING, Self

from pipeline.demo import LOOPBACK, NAME
from pipeline.roster import address

if TYPE_CHECKING:
    from pipeline.demo.servers import Servers

_SECONDS = 20.0  # longer than a healthy server on this very machine takes for anything


@dataclass(frozen=True, slots=True)
class Delivered:
    """One mail as it reached a mailbox: when on the clock of the play, from whom and to whom, and its bytes."""

    at: datetime
    sender: str
    recipient: str
    raw: bytes


class MailWorld:
    """The mail of a world that ends at this machine. Use it as a context manager; `now` is its clock, which is the one
    of this machine until it is set.

    `ports` are wanted for SMTP and IMAP; one that is taken, or 0, is any that is free. `on_delivery` is told of every
    mail that reached somebody, in the servers' thread: it must return at once.
    """

    def __init__(
        self,
        organisation: str,
        password: str,
        now: datetime | None,
        on_delivery: Callable[[Delivered], None] | None = None,
        ports: tuple[int, int] = (0, 0),
    ) -> None:
        self.organisation = address(organisation)
        self.password = password
        self.on_delivery = on_delivery
        self._now = now
        self._ports = ports
        self._delivered: list[Delivered] = []
        self._lock = Lock()
        self._running: Servers | None = None

    def __enter__(self) -> Self:
        """Start the servers. Raises DemoUnavailable where they are not installed."""
        from pipeline.demo.servers import Servers  # noqa: PLC0415  an extra, needed by nothing else

        self._running = Servers(self, self.organisation, self.password, self._ports)
        self._running.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        running, self._running = self._servers, None
        running.stop()

    @property
    def _servers(self) -> Servers:
        if self._running is None:
            raise RuntimeError("the world's servers run only inside its `with`")
        return self._running

    @property
    def smtp_port(self) -> int:
        return self._servers.smtp_port

    @property
    def imap_port(self) -> int:
        return self._servers.imap_port

    @property
    def now(self) -> datetime:
        """The time in this world, in UTC."""
        return datetime.now(UTC) if self._now is None else self._now.astimezone(UTC)

    @now.setter
    def now(self, now: datetime) -> None:
        self._now = now

    @property
    def delivered(self) -> tuple[Delivered, ...]:
        """Every mail that reached a mailbox, in order; those to the organisation too."""
        with self._lock:
            return tuple(self._delivered)

    def mailbox(self, person: str) -> tuple[Delivered, ...]:
        """What one person received, in order."""
        return tuple(one for one in self.delivered if address(one.recipient) == address(person))

    def is_organisation(self, recipient: str) -> bool:
        """Is this the organisation's address, with or without something behind a plus (RFC 5233)?"""
        local, _, domain = address(recipient).rpartition("@")
        return f"{local.partition('+')[0]}@{domain}" == self.organisation

    def send(self, raw: bytes) -> None:
        """Hand in what a person wrote, as that person's server would: to whom it says, and, where a machine wrote it,
        with the empty return path (RFC 3834 section 3.3)."""
        message = message_from_bytes(raw)
        automatic = str(message.get("Auto-Submitted", "no")).lower() != "no"
        sender = "" if automatic else parseaddr(str(message["From"]))[1]
        recipients = [to for _, to in getaddresses([str(message["To"])])]
        with smtplib.SMTP(LOOPBACK, self.smtp_port, local_hostname=NAME, timeout=_SECONDS) as smtp:
            smtp.sendmail(sender, recipients, raw)

    def stamped(self, sender: str, recipient: str, raw: bytes) -> bytes:
        """What a server that vouches for its senders writes above a mail (RFC 5321 section 4.4, RFC 8601)."""
        domain = parseaddr(str(message_from_bytes(raw)["From"]))[1].rpartition("@")[2]
        lines = (
            f"Return-Path: <{sender}>",
            f"Delivered-To: {recipient}",
            f"Authentication-Results: {NAME}; dmarc=pass header.from={domain}",
            f"Received: from {NAME} by {NAME} with ESMTP; {format_datetime(self.now)}",
        )
        return "".join(f"{line}\r\n" for line in lines).encode() + raw

    def take(self, sender: str, recipient: str, raw: bytes) -> None:
        """A mail has reached its mailbox."""
        delivered = Delivered(self.now, sender, recipient, raw)
        with self._lock:
            self._delivered.append(delivered)
        if self.on_delivery is not None:
            self.on_delivery(delivered)
