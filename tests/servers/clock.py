"""A process whose clock is wrong, or is set while it runs: libfaketime stands between it and the system's clock. Its
monotonic clock goes on as ever, as a real one does (clock_gettime(2); libfaketime's README)."""

from __future__ import annotations

from pathlib import Path


def missing() -> list[str]:
    """What has to be installed, as Debian names it."""
    return [] if _libraries() else ["libfaketime"]


def wrong_by(seconds: int) -> dict[str, str]:
    """What to add to a process's environment."""
    return {**_common(), "FAKETIME": f"{seconds:+}s"}


def set_by(file: Path) -> dict[str, str]:
    """The same, for a clock that is as wrong as `put` has written into the file."""
    return {**_common(), "FAKETIME_TIMESTAMP_FILE": str(file), "FAKETIME_NO_CACHE": "1"}


def put(file: Path, seconds: float) -> None:
    """Set the clock to so many seconds after the right time."""
    aside = file.with_suffix(".new")
    aside.write_text(f"{round(seconds):+}s\n")
    aside.rename(file)


def _common() -> dict[str, str]:
    return {"LD_PRELOAD": str(_libraries()[0]), "FAKETIME_DONT_FAKE_MONOTONIC": "1", "NO_FAKE_STAT": "1"}


def _libraries() -> list[Path]:
    return sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))
