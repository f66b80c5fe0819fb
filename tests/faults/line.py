"""A line that fails on demand: a TCP proxy on loopback between us and a real server.

It counts turns: a turn begins when the other side takes the word. A fault befalls one turn: at one of the server's its
answer does not arrive, at one of the client's its command does not. How many turns a session has is seen from one that
nothing disturbed, so that a fault can be tried at every one of them.

A sealed line carries TLS as it is. An opened one ends TLS on both sides, so that verbs can be seen and garbage reaches
the parser behind TLS.
"""

from __future__ import annotations

import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from select import select

FAULTS = ("cut", "reset", "half-close", "garbage", "stall", "delay")
CONNECTING = -1
_GARBAGE = b"* \x00\xff( {7\r\n250-\xc3\x28 ]\r\n" * 3
_DRIP = 0.002  # seconds between two pieces of a delayed turn
_CHUNK = 65536


@dataclass(frozen=True)
class Opening:
    """The two ends of TLS on an opened line: as the server to us, as the client to the real one."""

    to_us: ssl.SSLContext
    to_server: ssl.SSLContext


@dataclass
class Line:
    """What the line does, and in `turns` what went over it: how the first bytes of each turn of each connection read,
    the client's and the server's in their order."""

    port: int
    upstream: int
    opening: Opening | None
    turns: list[list[bytes]] = field(default_factory=list)
    fault: str | None = None
    struck: bool = False
    dead: int = 0
    """Over so many of the first connections nothing comes any more, and nobody is told."""
    passes: Callable[[bytes], bytes] = lambda said: said
    """What becomes of each piece that is said; called before it is passed on."""
    _at: int = 0
    _connection: int = 0

    def strikes(self, fault: str, at: int) -> None:
        """The next connection suffers this fault at that turn, counted from 0, or while it is CONNECTING."""
        self.fault, self._at, self._connection, self.struck = fault, at, len(self.turns), False

    def dies_silently(self) -> None:
        """Every connection that there is; new ones live."""
        self.dead = len(self.turns)

    def befalls(self, connection: int, turn: int) -> bool:
        return self.fault is not None and (connection, turn) == (self._connection, self._at)


@contextmanager
def line(upstream: int, opening: Opening | None = None, *, host: str = "127.0.0.1") -> Iterator[Line]:
    """A line to a port of 127.0.0.1, from one of its own at `host`."""
    with socket.create_server((host, 0), backlog=64) as listener:
        between = Line(listener.getsockname()[1], upstream, opening)
        threads = [threading.Thread(target=_accept, args=(between, listener), daemon=True)]
        threads[0].start()
        try:
            yield between
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            threads[0].join()


def _accept(between: Line, listener: socket.socket) -> None:
    while True:
        try:
            client, _ = listener.accept()
        except OSError:
            return
        number = len(between.turns)
        between.turns.append([])
        threading.Thread(target=_carried, args=(between, client, number), daemon=True).start()


def _carried(between: Line, client: socket.socket, number: int) -> None:
    """One connection, until it ends or its fault has struck."""
    with client, suppress(OSError):
        if between.befalls(number, CONNECTING) and not _goes_on_after(between, client, None, b""):
            return
        with socket.create_connection(("127.0.0.1", between.upstream)) as server:
            if between.opening is None:
                _carry(between, client, server, number)
            else:
                with (
                    between.opening.to_us.wrap_socket(client, server_side=True) as ours,
                    between.opening.to_server.wrap_socket(server, server_hostname="localhost") as theirs,
                ):
                    _carry(between, ours, theirs, number)


def _carry(between: Line, client: socket.socket, server: socket.socket, number: int) -> None:
    turns, speaker = between.turns[number], None
    while True:
        for source in select([client, server], [], [])[0]:
            target = server if source is client else client
            data = _received(source)
            if not data:
                return
            if number < between.dead:
                continue
            data = between.passes(data)
            if source is not speaker:
                speaker = source
                turns.append(data[:200])
                if between.befalls(number, len(turns) - 1):
                    if not _goes_on_after(between, client, target, data):
                        return
                    continue
            target.sendall(data)


def _received(source: socket.socket) -> bytes:
    """What has come; all of what TLS has already opened, for select does not see that."""
    data = source.recv(_CHUNK)
    while isinstance(source, ssl.SSLSocket) and source.pending():
        data += source.recv(_CHUNK)
    return data


def _goes_on_after(between: Line, client: socket.socket, target: socket.socket | None, data: bytes) -> bool:
    """Let the fault happen; True if the line carries on."""
    between.struck = True
    match between.fault:
        case "reset":  # RST instead of FIN (SO_LINGER with a time of 0, see socket(7))
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        case "half-close":  # we hear that nothing more comes, and may go on talking
            socket.socket.shutdown(client, socket.SHUT_WR)
            _swallow(client)
        case "garbage":
            client.sendall(_GARBAGE)
        case "stall":
            _swallow(client)
        case "delay":
            size = len(data) // 20 + 1
            for start in range(0, len(data), size):
                assert target is not None
                target.sendall(data[start : start + size])
                time.sleep(_DRIP)
            return True
    return False


def _swallow(client: socket.socket) -> None:
    """Let everything vanish until we hang up."""
    while client.recv(_CHUNK):
        pass
