"""This process reaches nobody: every connection, name look-up and program beyond loopback is refused from here on.

By an audit hook (PEP 578), which sees what Python does at its lowest level and cannot be taken away again: no code of
ours, of a library or of an operator's template gets by it.
"""

from __future__ import annotations

import ipaddress
import socket
import sys
from typing import Any

from pipeline.demo import NAME

_STARTS = frozenset({"subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.fork", "os.forkpty"})
_SENDS = frozenset({"socket.connect", "socket.sendto", "socket.sendmsg"})
_LOOKS_UP = frozenset({"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"})


class AloneError(OSError):
    """Something wanted to reach beyond this machine, in a process that may not."""


def stay_alone() -> None:
    """From here on, and for the life of this process, nothing beyond loopback is reached."""
    sys.addaudithook(_guard)
    # smtplib greets with this machine's full name, and would look it up.
    socket.getfqdn = lambda name="": name or NAME


def _guard(event: str, arguments: tuple[Any, ...]) -> None:
    if event in _SENDS and not is_loopback(arguments[1]):
        raise AloneError(f"a rehearsal reaches nobody, and was about to reach {arguments[1]!r}")
    if event in _LOOKS_UP and not is_loopback((arguments[0],)):
        raise AloneError(f"a rehearsal reaches nobody, and was about to look up {arguments[0]!r}")
    if event in _STARTS:
        raise AloneError("a rehearsal reaches nobody, and starts no other program")


def is_loopback(address: object) -> bool:
    """Is an address of the socket module this machine's own? A connected socket (None) was judged when it connected;
    a path of a local socket is not, for a mail program may listen there."""
    if address is None:
        return True
    host = address[0] if isinstance(address, tuple) and address else None
    if host in {None, "localhost", b"localhost"}:
        return host is not None
    try:
        return ipaddress.ip_address(host.decode() if isinstance(host, bytes) else str(host)).is_loopback
    except ValueError:
        return False
