"""Where log lines go and how they look: text or JSON, to standard error or to a file for its owner's eyes alone.

What is logged is an event with fields and never a number, a comment or a secret; that is the business of whoever logs.
Of an exception that nobody expected the log has the kind and the places it went through, not its words: those may hold
the very text that it tripped over.
"""

from __future__ import annotations

import json
import logging
import os
import sys
from datetime import UTC, datetime
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path
from traceback import extract_tb

from pipeline.settings import Log
from pipeline.terminal import one_line


class _Text(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC)
        line = f"{at:%Y-%m-%dT%H:%M:%SZ} {record.levelname.lower():<7} {one_line(record.getMessage())}"
        return "\n  ".join([line, *_places(record)])


class _Json(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC)
        fields = {"at": f"{at:%Y-%m-%dT%H:%M:%SZ}", "level": record.levelname.lower(), "message": record.getMessage()}
        if record.exc_info:
            fields["exception"] = "\n".join(_places(record))
        return one_line(json.dumps(fields, ensure_ascii=False))


def _places(record: logging.LogRecord) -> list[str]:
    """The kind of a logged exception, and through which lines of code it came, the innermost last."""
    kind, _, traceback = record.exc_info or (None, None, None)
    if kind is None:
        return []
    return [kind.__name__, *(f"{frame.filename}:{frame.lineno} {frame.name}" for frame in extract_tb(traceback))]


LARGEST = 5 * 1024 * 1024  # bytes of a log file; then it is put aside
KEPT = 5  # files that were put aside


class _Rotated(RotatingFileHandler):
    """The file, and those that were put aside as `.1` to `.5`, each made for its owner alone. One process writes it."""

    def _open(self) -> TextIOWrapper:
        descriptor = os.open(self.baseFilename, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        return TextIOWrapper(os.fdopen(descriptor, "ab"), encoding="utf-8", write_through=True)


def begin(settings: Log) -> None:
    """Log as the settings say. Raises OSError where the file cannot be opened."""
    handler: logging.Handler = logging.StreamHandler(sys.stderr) if settings.file is None else _rotated(settings.file)
    handler.setFormatter(_Json() if settings.format == "json" else _Text())
    log = logging.getLogger("onenumber")
    before, log.handlers[:] = log.handlers[:], [handler]
    for one in before:
        if isinstance(one, _Rotated):  # standard error is not ours to close
            one.close()
    log.setLevel(settings.level.upper())
    log.propagate = False


def _rotated(file: Path) -> logging.Handler:
    file.parent.mkdir(parents=True, exist_ok=True)
    return _Rotated(file, maxBytes=LARGEST, backupCount=KEPT)
