"""At which points can a process be killed so that it matters? Read from the log of strace.

Every write, rename, sync, deletion and lock of the ledger, every line to a mail server, and the wait for its answer.
The kill falls when a call is entered, so the call itself is never done: at the wait for an answer, the command has gone
out and nobody has read what came of it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

CALLS = (
    "write,pwrite64,sendto,sendmsg,read,recvfrom,connect,openat,rename,renameat,renameat2,unlink,unlinkat,mkdir,"
    "mkdirat,rmdir,fsync,fdatasync,ftruncate,flock"
)
_LINE = re.compile(r"^(\d+) +(\w+)\((.*)")
_SENDS = frozenset({"write", "sendto", "sendmsg", "pwrite64"})
_WAITS = frozenset({"read", "recvfrom"})
_SERVER = re.compile(r"TCP:\[[^\]]*->127\.0\.0\.1:(\d+)\]|sin_port=htons\((\d+)\)")
_DESCRIPTOR = re.compile(r"(\d+)<")


@dataclass(frozen=True)
class Point:
    """The nth call of this name. `place` is the file's name, or the server's port."""

    call: str
    nth: int
    place: str
    is_wait: bool = False

    @property
    def injection(self) -> tuple[str, ...]:
        """The options for strace that kill there. Not with --seccomp-bpf, which loses the signal without a word."""
        return ("-e", f"trace={CALLS}", "-e", f"inject={self.call}:signal=KILL:when={self.nth}")

    def __str__(self) -> str:
        what = "the answer awaited" if self.is_wait else self.call
        return f"{what} ({self.call} {self.nth}) at {self.place}"


def points(log: str, folder: str) -> Iterator[Point]:
    """The points of one run, in their order; `folder` is that of the ledger. `when` counts by call and thread."""
    counts: Counter[tuple[str, str]] = Counter()
    spoken: set[str] = set()  # descriptors on which something was sent and no answer read
    for line in log.splitlines():
        found = _LINE.match(line)
        if found is None:
            continue
        thread, call, rest = found.groups()
        counts[thread, call] += 1
        server = _SERVER.search(rest)
        descriptor = _DESCRIPTOR.match(rest)
        place = _port(server) if server else rest[rest.find(folder) :].split('"')[0].split(">")[0]
        if server is None and folder not in rest:
            continue
        if call == "openat" and "O_CREAT" not in rest:
            continue
        if call in _WAITS:
            if descriptor is None or server is None or descriptor[1] not in spoken:
                continue
            spoken.discard(descriptor[1])
        if call in _SENDS and descriptor is not None:
            spoken.add(descriptor[1])
        yield Point(call, counts[thread, call], place.removeprefix(folder), call in _WAITS)


def _port(server: re.Match[str]) -> str:
    return f"port {server[1] or server[2]}"


def was_killed(log: str) -> bool:
    return "+++ killed by SIGKILL +++" in log
