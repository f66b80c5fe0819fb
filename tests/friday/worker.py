"""`onenumber run` as a process, and what it says in its log."""

from __future__ import annotations

import queue
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from tests.friday.firm import Firm

_PATIENCE = 60  # seconds until a test gives up on a worker


class Worker:
    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self._lines: queue.Queue[str] = queue.Queue()
        self.log = ""
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def pid(self) -> int:
        return self._process.pid

    def close(self) -> None:
        """When the process has ended: read its log to the end."""
        assert self._process.stderr is not None
        self._reader.join()
        self._process.stderr.close()

    def _read(self) -> None:
        assert self._process.stderr is not None
        for line in self._process.stderr:
            self._lines.put(line)
        self._lines.put("")

    def says(self, words: str) -> str:
        """Wait until the log has a line with these words, and answer with it."""
        until = time.monotonic() + _PATIENCE
        while True:
            try:
                line = self._lines.get(timeout=max(0.01, until - time.monotonic()))
            except queue.Empty:
                raise AssertionError(f"the worker never said {words!r}:\n{self.log}") from None
            self.log += line
            if words in line:
                return line
            if not line:
                raise AssertionError(f"the worker ended before it said {words!r}:\n{self.log}")

    def stop(self, number: signal.Signals = signal.SIGTERM) -> tuple[int, float]:
        """Its exit code, and the seconds it took to end."""
        began = time.monotonic()
        self._process.send_signal(number)
        code = self._process.wait(timeout=_PATIENCE)
        return code, time.monotonic() - began


@contextmanager
def running(firm: Firm, **environment: str) -> Iterator[Worker]:
    """The worker of a firm, killed in the end if it has not ended by itself. `environment` is added to its own."""
    process = subprocess.Popen(
        [firm.program, "run", "--settings", str(firm.file)],
        env={**firm.environment(), **environment},
        stdin=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    worker = Worker(process)
    try:
        yield worker
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()
        worker.close()
