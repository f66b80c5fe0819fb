"""Which message was being read when the process died?

A message may end whatever reads it: memory runs out, the parser crashes, it takes for ever. The ledger knows of it only
what was decided, so its name is written down before it is read and struck out after; whoever finds a name there knows
that a process died over it. Two failures, and it is not read again. Not synced: a process that dies leaves behind what
it wrote, and a power cut is no message's fault.

While several are read one after the other nobody else writes here. So each name is written over the one before, and
only the last one has to be struck out by itself.
"""

from __future__ import annotations

import faulthandler
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MOST = 2
_SECONDS = 60.0  # one reading takes milliseconds
_STDERR = 2


class Attempts:
    """The names that are written down in one file, for whoever holds the ledger's `writing`; without a file nobody
    remembers, and a message that ends the process is tried again each time."""

    def __init__(self, file: Path | None) -> None:
        self._file = file
        self._failed: dict[str, int] = {}
        self._ended: set[str] = set()  # whose name may still stand there, though their reading ended and we did not
        self._watched_since = 0.0

    @contextmanager
    def watching(self) -> Iterator[None]:
        """While messages are read one after the other: should one of them take for ever, it ends the process, with a
        trace of where on standard error."""
        self._failed = {name: times for name, times in self._read().items() if name not in self._ended}
        self._watch()
        try:
            yield
        finally:
            faulthandler.cancel_dump_traceback_later()
            if self._ended:
                self._note(self._failed)

    def failed(self, message: str) -> int:
        """Within `watching`: how often a process died over this message."""
        return self._failed.get(message, 0)

    @contextmanager
    def reading(self, message: str) -> Iterator[None]:
        """Within `watching`, while a message is read: should it end the process, that is remembered."""
        self._note({**self._failed, message: self.failed(message) + 1})
        if time.monotonic() - self._watched_since > _SECONDS / 4:
            self._watch()
        try:
            yield
        finally:
            self._failed.pop(message, None)
            self._ended.add(message)

    def _note(self, names: dict[str, int]) -> None:
        """Write down these names, and no others any more."""
        self._write(names)
        self._ended.clear()

    def _watch(self) -> None:
        """From now on. The interpreter's own watch works where the code that hangs is not Python's, and no signal would
        come through; it tells file and line of each frame, and no values. It is a thread of its own, which takes longer
        to start and to end than most messages to read, so that one watches over several."""
        faulthandler.dump_traceback_later(_SECONDS, exit=True, file=_STDERR)
        self._watched_since = time.monotonic()

    def _read(self) -> dict[str, int]:
        """What a process before us left; a file that cannot be understood was cut short, and says nothing."""
        try:
            written = json.loads(self._file.read_bytes()) if self._file is not None else {}
        except (OSError, ValueError):
            return {}
        kept = written.items() if isinstance(written, dict) else ()
        return {name: times for name, times in kept if isinstance(times, int)}

    def _write(self, names: dict[str, int]) -> None:
        if self._file is None:
            return
        try:
            descriptor = os.open(self._file, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError:
            return  # the ledger will say that nothing can be kept
        try:
            # Written over, and padded to its length: of a file that is cut to nothing and written again, ext4 waits for
            # the disk when it is closed (ext4(5), auto_da_alloc), and that at every message.
            os.write(descriptor, json.dumps(names).encode().ljust(os.fstat(descriptor).st_size))
        except OSError:
            return
        finally:
            os.close(descriptor)
