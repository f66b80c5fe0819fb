"""What reaches a terminal: text, and nothing that drives it.

The one edge over which every word of a command goes, whoever wrote it: a message's subject, a server's answer, a name.
Control characters (ECMA-48) could repaint what stands above, and bidirectional overrides show another number than is
there (Unicode TR36 section 3.2; CVE-2021-42574). Both are written out as JSON would, so that JSON stays what it was.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from typing import Any, TextIO, cast

_CONTROLS = [*range(0x20), *range(0x7F, 0xA0)]
_DIRECTIONS = [0x061C, 0x200E, 0x200F, *range(0x2028, 0x202F), *range(0x2066, 0x206A)]
_WRITTEN_OUT = {code: f"\\u{code:04x}" for code in (*_CONTROLS, *_DIRECTIONS) if chr(code) not in "\t\n"}


def harmless(text: str) -> str:
    """The text with whatever drives a terminal written out: `\\u001b[2J`. Lines and tabs stay."""
    return text.translate(_WRITTEN_OUT)


def one_line(text: str) -> str:
    """The same, with line ends written out too."""
    return harmless(text).replace("\n", "\\n")


class _Screen:
    """A text stream over which only harmless text goes; all else is the stream's own."""

    def __init__(self, stream: TextIO) -> None:
        self.behind = stream

    def write(self, text: str) -> int:
        self.behind.write(harmless(text))
        return len(text)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.behind, name)


@contextmanager
def guarded() -> Iterator[None]:
    """Let only harmless text out to standard output and standard error. A letter that the terminal's encoding lacks is
    written out too: an old locale, or none, is no reason to end with an error."""
    before = sys.stdout, sys.stderr
    for stream in before:
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    sys.stdout, sys.stderr = (cast("TextIO", _Screen(stream)) for stream in before)
    try:
        yield
    finally:
        sys.stdout, sys.stderr = before


def styled(stream: TextIO | None = None) -> TextIO:
    """Standard output, or another stream, for whoever colours it, and makes harmless what is not theirs."""
    shown = stream or sys.stdout
    return shown.behind if isinstance(shown, _Screen) else shown
