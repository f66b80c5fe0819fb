"""Who may write? The two locks of a ledger's folder.

The worker lock is held by `run` for its life, so that a second worker is refused with the name of the first. The data
lock is held for one tick or one writing command; whoever comes second waits its turn. Both are flock(2) on a file of
the folder: the system gives them back when their holder dies, however it dies. Readers take neither.
"""

from __future__ import annotations

import fcntl
import json
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from pipeline.ledger import LedgerBusyError, LedgerWriteError, WorkerRunningError

_TRY_AGAIN = 0.05  # seconds
_ANOTHER = "Stop that one first, or give this one a store of its own."


@contextmanager
def worker_lock(folder: Path, advice: str = _ANOTHER) -> Iterator[None]:
    """Be the only worker on this folder. Raises WorkerRunningError at once, naming the worker that is there and what to
    do about it."""
    with _held(folder / "worker.lock", 0) as holder:
        if holder is not None:
            raise WorkerRunningError(f"A worker is already running on {folder}: {holder}. {advice}")
        yield


@contextmanager
def data_lock(folder: Path, wait: float = 60) -> Iterator[None]:
    """Be the only writer on this folder, after at most `wait` seconds. Raises LedgerBusyError, naming who writes."""
    with _held(folder / "data.lock", wait) as holder:
        if holder is not None:
            raise LedgerBusyError(
                f"{folder} is still being written by {holder} after {wait:g} seconds. Nothing was changed; try again."
            )
        yield


@contextmanager
def _held(path: Path, wait: float) -> Iterator[str | None]:
    """Take the lock, and yield None; or yield who has it, where waiting was in vain."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise LedgerWriteError(
            f"{path} could not be opened: {error.strerror}. Mend the permissions of the folder and try again."
        ) from None
    try:
        if not _locked(descriptor, wait):
            yield _named(path)
            return
        with suppress(OSError):  # a full disk has no room for a name; the lock holds without it
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, json.dumps({"pid": os.getpid(), "host": socket.gethostname()}).encode(), 0)
        yield None
    finally:
        os.close(descriptor)


def _locked(descriptor: int, wait: float) -> bool:
    until = time.monotonic() + wait
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= until:
                return False
            time.sleep(_TRY_AGAIN)
        else:
            return True


def _named(path: Path) -> str:
    try:
        holder = json.loads(path.read_text())
        return f"process {holder['pid']} on {holder['host']}"
    except (OSError, ValueError, KeyError, TypeError):
        return "a process that has not given its name yet"
