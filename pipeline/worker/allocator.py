"""How does a large table that a worker has given up go back to the system?

A worker builds tables of all its people and gives them up again, turn after turn, in several threads. The C library
maps a large block by itself, and returns it as soon as it is freed; but glibc takes each such block that is freed for
a sign that more will follow, and cuts the next ones out of a heap of the thread's own (an arena), where they leave
holes that nobody else can use. Told the size once, it keeps to it: mallopt(3), M_MMAP_THRESHOLD, in its notes on the
dynamic threshold. Commands that end by themselves have no need of this.
"""

from __future__ import annotations

import ctypes

_MMAP_THRESHOLD = -3  # M_MMAP_THRESHOLD of glibc's malloc.h
_BYTES = 128 * 1024  # where glibc begins; there it stays


def return_large_blocks() -> None:
    """From here on each block of 128 KB or more is returned when it is freed. Without glibc nothing is changed: other C
    libraries have no such call (musl, macOS)."""
    set_option = getattr(ctypes.CDLL(None), "mallopt", None)
    if set_option is not None:
        set_option(_MMAP_THRESHOLD, _BYTES)
