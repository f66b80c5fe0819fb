"""An SMTP server that misbehaves on demand, over a real socket: what Postfix cannot be made to do."""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from email import message_from_bytes

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.servers.mailservers import free_ports

TAKEN = "250 2.0.0 taken"


class Faulty:
    """Keeps what it was given. `rcpt` and `data` map a recipient to what is answered once each time, in order; when
    they run out the mail is taken. "lost" takes the mail and cuts the line without an answer; "mute" takes it and
    never answers."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, bytes]] = []
        self.rcpt: dict[str, list[str]] = {}
        self.data: dict[str, list[str]] = {}
        self.arrived: queue.Queue[str] = queue.Queue()
        self.released = threading.Event()
        self.meanwhile: dict[str, Callable[[], None]] = {}  # what happens while somebody's mail is handed in

    def ids(self, recipient: str) -> list[str]:
        """The Message-IDs of what somebody was sent, in order."""
        return [str(message_from_bytes(raw)["Message-ID"]) for to, raw in self.taken if to == recipient]

    def messages(self, recipient: str) -> list[bytes]:
        return [raw for to, raw in self.taken if to == recipient]

    async def handle_RCPT(  # noqa: N802  the name that aiosmtpd calls
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answers = self.rcpt.get(address, [])
        answer = answers.pop(0) if answers else "250 OK"
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        to = envelope.rcpt_tos[0]
        answers = self.data.get(to, [])
        answer = answers.pop(0) if answers else TAKEN
        if answer in {"lost", "mute"} or answer.startswith("250"):
            assert isinstance(envelope.original_content, bytes)
            self.taken.append((to, envelope.original_content))
        self.arrived.put(to)
        self.meanwhile.get(to, lambda: None)()
        if answer == "lost":
            assert server.transport is not None
            server.transport.abort()
        if answer == "mute":
            while not self.released.is_set():
                await asyncio.sleep(0.01)
        return answer


@contextmanager
def faulty() -> Iterator[tuple[Faulty, int]]:
    """The server and its port on 127.0.0.1."""
    handler = Faulty()
    (port,) = free_ports(1)
    controller = Controller(handler, hostname="127.0.0.1", port=port, server_hostname="fault.test")
    controller.start()
    try:
        yield handler, port
    finally:
        handler.released.set()
        with suppress(RuntimeError):
            controller.stop()
