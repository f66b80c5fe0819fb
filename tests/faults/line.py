"""A line that fails on demand: a TCP proxy on loopback between us and a real server.

It counts turns: a turn begins when the other side takes the word. Which turn is which verb is seen from a run that
nothing disturbed, so that a fault can be tried at every one of them, under TLS too: at a turn of the server's its answer
does not arrive, at one of the client's its command does not.
"""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from select import select

FAULTS = ("cut", "reset", "half-close", "garbage", "stall", "delay")
_GARBAGE = b"* \x00\xff( {7\r\n250-\xc3\x28 ]\r\n" * 3
_DRIP = 0.002  # seconds between two pieces of a delayed turn
_CHUNK = 65536


@dataclass
class Line:
    """What the line does, and what went over it. `fault` befalls turn number `at` (from 0; -1 is the connecting
    itself) of connection number `connection`, and no other."""

    port: int
    upstream: int
    fault: str | None = None
    at: int = 0
    connection: int = 0
    turns: list[list[str]] = field(default_factory=list)
    before: Callable[[int], None] = lambda turn: None
    released: threading.Event = field(default_factory=threading.Event)
    struck: bool = False

    def undisturbed(self) -> None:
        self.fault = None

    def strikes(self, fault: str, at: int, connection: int = 0) -> None:
        """From now on: this fault at that turn, counted from the next connection on."""
        self.fault, self.at, self.connection = fault, at, len(self.turns) + connection
        self.struck = False

    def is_due(self, connection: int, turn: int) -> bool:
        return self.fault is not None and (connection, turn) == (self.connection, self.at)


@contextmanager
def line(upstream: int) -> Iterator[Line]:
    """A line to a port of 127.0.0.1, from one of its own."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(64)
        between = Line(listener.getsockname()[1], upstream)
        threads: list[threading.Thread] = []

        def accept() -> None:
            while True:
                try:
                    client, _ = listener.accept()
                except OSError:
                    return
                number = len(between.turns)
                between.turns.append([])
                threads.append(threading.Thread(target=_carry, args=(between, client, number), daemon=True))
                threads[-1].start()

        accepting = threading.Thread(target=accept, daemon=True)
        accepting.start()
        try:
            yield between
        finally:
            between.released.set()
            with suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            listener.close()
            for thread in (accepting, *threads):
                thread.join(timeout=5)


def _carry(between: Line, client: socket.socket, number: int) -> None:
    """Carry one connection until it ends, or its fault strikes."""
    turns = between.turns[number]
    with client:
        if between.is_due(number, -1) and not _struck(between, client, None, b""):
            return
        try:
            server = socket.create_connection(("127.0.0.1", between.upstream))
        except OSError:
            _reset(client)
            return
        with server, suppress(OSError):
            while True:
                ready, _, _ = select([client, server], [], [])
                for source in ready:
                    speaker, target = ("client", server) if source is client else ("server", client)
                    data = source.recv(_CHUNK)
                    if not data:
                        return
                    if not turns or turns[-1] != speaker:
                        turns.append(speaker)
                        between.before(len(turns) - 1)
                        if between.is_due(number, len(turns) - 1):
                            if not _struck(between, client, target, data):
                                return
                            continue
                    target.sendall(data)


def _struck(between: Line, client: socket.socket, target: socket.socket | None, data: bytes) -> bool:
    """The fault; does the line go on afterwards?"""
    between.struck = True
    with suppress(OSError):
        match between.fault:
            case "reset":
                _reset(client)
            case "half-close":  # the client hears that nothing more comes, and may still talk
                client.shutdown(socket.SHUT_WR)
                _swallow(client, between.released)
            case "garbage":
                client.sendall(_GARBAGE)
            case "stall":
                between.released.wait()
            case "delay" if target is not None:
                for start in range(0, len(data), max(1, len(data) // 20)):
                    target.sendall(data[start : start + max(1, len(data) // 20)])
                    between.released.wait(_DRIP)
                return True
            case "delay":
                return True
    return False


def _reset(client: socket.socket) -> None:
    """Close without a goodbye: RST instead of FIN (SO_LINGER with a time of 0, see socket(7))."""
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    client.close()


def _swallow(client: socket.socket, released: threading.Event) -> None:
    client.settimeout(0.05)
    while not released.is_set():
        try:
            if not client.recv(_CHUNK):
                return
        except TimeoutError:
            continue
