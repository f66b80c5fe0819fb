"""The sockets of the demo: a submission server and an IMAP server on loopback, in one event loop of one thread.

aiosmtpd and pymap speak the protocols; where a mail goes is the world's business (`mailworld`). There is no client in
here, and both listen on 127.0.0.1 alone: a mail that was handed in cannot leave this machine. Neither does any name
look-up: both packages would ask for this machine's full name if they were not told one.
"""

from __future__ import annotations

import asyncio
import logging
import socket
import warnings
from argparse import Namespace
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from datetime import datetime
from threading import Thread
from typing import Any, Protocol, cast

from pipeline.demo import LOOPBACK, NAME, DemoUnavailable
from pipeline.faults import extra

try:
    with warnings.catch_warnings():
        # Both import parts of the standard library that newer Pythons call deprecated.
        warnings.simplefilter("ignore", DeprecationWarning)
        from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
        from proxyprotocol.reader import ProxyProtocolReader
        from proxyprotocol.sock import SocketInfo
        from pymap.backend.dict import Config, Login
        from pymap.backend.dict.filter import FilterSet
        from pymap.backend.dict.mailbox import MailboxSet
        from pymap.concurrent import Subsystem
        from pymap.imap import IMAPServer
        from pymap.parsing.message import AppendMessage
        from pymap.user import UserMetadata
        from pysasl.hashing import Cleartext
except ImportError as error:
    raise DemoUnavailable(
        f"demo and rehearse need two small mail servers that are not installed ({error.name}). {extra('demo')}"
    ) from None

_START_SECONDS = 20.0

# aiosmtpd warns of an attribute of its own that it sets itself at every login.
logging.getLogger("mail.log").addFilter(lambda record: "login_data is deprecated" not in record.getMessage())


class Post(Protocol):
    """What the servers ask of the world behind them. All of it is called in the servers' thread."""

    @property
    def now(self) -> datetime: ...

    def is_organisation(self, recipient: str) -> bool: ...

    def stamped(self, sender: str, recipient: str, raw: bytes) -> bytes: ...

    def take(self, sender: str, recipient: str, raw: bytes) -> None: ...


class _Config(Config):
    """pymap in memory, for one mailbox. The greeting is given, for pymap would look this machine's name up."""

    @property
    def greeting(self) -> bytes:
        return f"{NAME} ready".encode()


class _Handler:
    """What the submission server does with a command."""

    def __init__(self, servers: Servers) -> None:
        self._servers = servers

    async def handle_RCPT(  # noqa: N802  the name is aiosmtpd's
        self, _server: SMTP, session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if not session.authenticated and not self._servers.post.is_organisation(address):
            return "550 5.7.1 log in first to send to anybody but the organisation"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        raw = envelope.original_content or b""
        for recipient in envelope.rcpt_tos:
            await self._servers.deliver((envelope.mail_from or "").strip("<>"), recipient, raw)
        return "250 2.0.0 OK"


class _InOnePiece:
    """A stream writer that sends what was written at the next drain. pymap writes a line in several pieces, and
    imapclient takes the first of them for the end of the connection when it reads in IDLE."""

    def __init__(self, writer: asyncio.StreamWriter) -> None:
        self._writer = writer
        self._pieces: list[bytes] = []

    def write(self, piece: bytes) -> None:
        self._pieces.append(bytes(piece))

    async def drain(self) -> None:
        whole, self._pieces = b"".join(self._pieces), []
        self._writer.write(whole)
        await self._writer.drain()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._writer, name)


class Servers:
    """Both servers, from `start` to `stop`. The organisation logs in to both with its address and password.

    `ports` are wanted for SMTP and IMAP; one that is taken, or 0, is any that is free."""

    def __init__(self, post: Post, username: str, password: str, ports: tuple[int, int] = (0, 0)) -> None:
        self.post = post
        self._username = username
        self._password = password
        self._sockets = (_listening(ports[0]), _listening(ports[1]))
        self.smtp_port: int = self._sockets[0].getsockname()[1]
        self.imap_port: int = self._sockets[1].getsockname()[1]
        self._loop = asyncio.new_event_loop()
        self._stopping = asyncio.Event()
        self._mailbox: MailboxSet | None = None
        self._conversations: set[asyncio.Task[Any] | None] = set()
        self._thread = Thread(target=self._run, name="onenumber-demo-servers", daemon=True)
        self._ready: Future[None] = Future()

    def start(self) -> None:
        self._thread.start()
        self._ready.result(_START_SECONDS)

    def stop(self) -> None:
        """Close everything that is open, and wait until it is."""
        if self._thread.is_alive():
            with suppress(RuntimeError):  # the loop has ended by itself
                self._loop.call_soon_threadsafe(self._stopping.set)
            self._thread.join()

    async def deliver(self, sender: str, recipient: str, raw: bytes) -> None:
        if self.post.is_organisation(recipient) and self._mailbox is not None:
            inbox = await self._mailbox.get_mailbox("INBOX")
            stamped = self.post.stamped(sender, recipient, raw)
            await inbox.append(AppendMessage(stamped, self.post.now), recent=True)
        self.post.take(sender, recipient, raw)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_until_complete(self._serve())
        except BaseException as error:
            if self._ready.done():
                raise
            self._ready.set_exception(error)
        finally:
            self._loop.run_until_complete(self._loop.shutdown_asyncgens())
            asyncio.set_event_loop(None)
            self._loop.close()
            for one in self._sockets:
                one.close()

    async def _serve(self) -> None:
        imap = self._imap_callback()
        assert self._mailbox is not None  # noqa: S101  it was made with the callback
        await self._mailbox.add_mailbox("Junk")
        smtp = await self._loop.create_server(self._smtp_protocol(), sock=self._sockets[0])
        reading = await asyncio.start_server(imap, sock=self._sockets[1])
        self._ready.set_result(None)
        await self._stopping.wait()
        smtp.close()
        reading.close()
        await self._end_conversations()

    async def _end_conversations(self) -> None:
        """End what clients have left open, and let every transport learn that it is closed."""
        ours = asyncio.all_tasks() - {asyncio.current_task()}
        for task in ours:
            task.cancel()
        await asyncio.gather(*ours, return_exceptions=True)
        for _ in range(3):
            await asyncio.sleep(0)

    def _smtp_protocol(self) -> Callable[[], SMTP]:
        handler = _Handler(self)

        def authenticated(_server: SMTP, _session: Session, _envelope: Envelope, _how: str, said: Any) -> AuthResult:
            right = (self._username.encode(), self._password.encode())
            fits = isinstance(said, LoginPassword) and (said.login, said.password) == right
            return AuthResult(success=fits, handled=False, auth_data=self._username if fits else None)

        return lambda: SMTP(
            handler,
            hostname=NAME,
            ident="One Number demo",
            enable_SMTPUTF8=True,
            auth_require_tls=False,
            authenticator=authenticated,
            loop=self._loop,
        )

    def _imap_callback(self) -> Callable[..., Any]:
        config = _Config(
            Namespace(passlib_cfg=None, proxy_protocol=None),
            host=LOOPBACK,
            port=self.imap_port,
            demo_data=False,
            demo_user=self._username,
            demo_password="",
            tls_enabled=False,
            reject_dnsbl=False,
            hash_context=Cleartext(),
            cpu_subsystem=Subsystem.for_asyncio(),
        )
        config.apply_context()
        login = Login(config)
        login.users_dict[self._username] = UserMetadata(config, self._username, password=self._password)
        self._mailbox = MailboxSet()
        config.set_cache[self._username] = (self._mailbox, FilterSet())
        server = IMAPServer(login, config)

        async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, peer: SocketInfo) -> None:
            # Proxy-protocol keeps no hold of the task that it makes of this, and the loop only a weak one: it could be
            # collected as garbage in the middle of a conversation (Python's manual, asyncio.create_task).
            ours = asyncio.current_task()
            self._conversations.add(ours)
            try:
                await server(reader, cast(asyncio.StreamWriter, _InOnePiece(writer)), peer)
            finally:
                self._conversations.discard(ours)

        return ProxyProtocolReader(config.proxy_protocol).get_callback(connected)


def _listening(port: int) -> socket.socket:
    # With the protocol named, asyncio sets TCP_NODELAY on what it accepts, which saves 40 ms an answer.
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    # What was open when the servers ended before keeps its port for a minute, and would have it taken.
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((LOOPBACK, port))
    except OSError:
        listening.bind((LOOPBACK, 0))
    return listening
