"""The log as a file: for its owner alone, and put aside when it has become large. What it says is `logs`' business."""

from __future__ import annotations

import os
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path

LARGEST = 5 * 1024 * 1024  # bytes of a log file; then it is put aside
KEPT = 5  # files that were put aside


class _Rotated(RotatingFileHandler):
    """The file, and those that were put aside as `.1` to `.5`, each made for its owner alone. One process writes it."""

    def _open(self) -> TextIOWrapper:
        descriptor = os.open(self.baseFilename, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        return TextIOWrapper(os.fdopen(descriptor, "ab"), encoding="utf-8", write_through=True)


def opened(file: Path) -> RotatingFileHandler:
    """What logs into this file, whose folder is made if it is missing. Raises OSError where it cannot be opened."""
    file.parent.mkdir(parents=True, exist_ok=True)
    return _Rotated(file, maxBytes=LARGEST, backupCount=KEPT)
