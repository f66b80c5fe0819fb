"""Where log lines go and how they look: text or JSON, to standard error or to a file for its owner's eyes alone.

What is logged is an event with fields and never a number, a comment or a secret; that is the business of whoever logs.
A line for systemd's journal begins with its priority and has no time of its own: journald adds one.

Of an exception that nobody expected the log has the kind and the places it went through, not its words: those may hold
the very text that it tripped over.
"""

from __future__ import annotations

import json
import logging
import os
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from traceback import extract_tb

from pipeline.settings import Log
from pipeline.terminal import one_line


class _Text(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC)
        return f"{at:%Y-%m-%dT%H:%M:%SZ} {_told(record)}"


class _Json(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC)
        fields = {"at": f"{at:%Y-%m-%dT%H:%M:%SZ}", "level": record.levelname.lower(), "message": record.getMessage()}
        if record.exc_info:
            fields["exception"] = "\n".join(places(record.exc_info[1]))
        return one_line(json.dumps(fields, ensure_ascii=False))


class _Journal(logging.Formatter):
    """Each line with the priority that journald takes off again (sd-daemon(3)); lines belong together by it."""

    def __init__(self, plain: logging.Formatter | None) -> None:
        super().__init__()
        self._plain = plain

    def format(self, record: logging.LogRecord) -> str:
        text = self._plain.format(record) if self._plain else _told(record)
        priority = next(number for level, number in _PRIORITIES if record.levelno >= level)
        return "\n".join(f"<{priority}>{line}" for line in text.split("\n"))


_PRIORITIES = ((logging.ERROR, 3), (logging.WARNING, 4), (logging.INFO, 6), (logging.NOTSET, 7))


def _told(record: logging.LogRecord) -> str:
    line = f"{record.levelname.lower():<7} {one_line(record.getMessage())}"
    return "\n  ".join([line, *places(record.exc_info[1] if record.exc_info else None)])


def places(error: BaseException | None) -> list[str]:
    """The kind of an exception, and through which lines of code it came, the innermost last; without its words."""
    if error is None:
        return []
    frames = extract_tb(error.__traceback__)
    return [type(error).__name__, *(f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames)]


def begin(settings: Log) -> None:
    """Log as the settings say. Raises OSError where the file cannot be opened."""
    handler = _handler(settings.file)
    handler.setFormatter(_formatter(settings))
    log = logging.getLogger("onenumber")
    before, log.handlers[:] = log.handlers[:], [handler]
    for one in before:
        if isinstance(one, logging.FileHandler):  # standard error is not ours to close
            one.close()
    log.setLevel(settings.level.upper())
    log.propagate = False


def _formatter(settings: Log) -> logging.Formatter:
    to_journal = settings.file is None and is_journal(os.environ)
    if settings.format == "json":
        return _Journal(_Json()) if to_journal else _Json()
    return _Journal(None) if to_journal else _Text()


def is_journal(environment: Mapping[str, str], descriptor: int = 2) -> bool:
    """Does journald read what is written there? It says of which device and inode it does (systemd.exec(5))."""
    try:
        facts = os.fstat(descriptor)
    except OSError:
        return False
    return environment.get("JOURNAL_STREAM") == f"{facts.st_dev}:{facts.st_ino}"


def _handler(file: Path | None) -> logging.Handler:
    if file is None:
        return logging.StreamHandler(sys.stderr)
    from pipeline.log_file import opened  # noqa: PLC0415  what puts files aside, for whoever has named one

    return opened(file)
