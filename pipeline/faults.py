"""What is wrong with a file of the operator's, told so that it can be mended.

Faults are collected, so that one run names them all; each says file, line, key and what to do. Finding them is the
business of `settings` and `people`.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple


class SettingsError(Exception):
    """The settings were refused. The message holds every fault, one paragraph each; `files` are those that were read,
    where that came so far."""

    def __init__(self, message: str, files: Iterable[Path] = ()) -> None:
        super().__init__(message)
        self.files = tuple(files)


class Fault(NamedTuple):
    file: Path
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}: {self.message}"


class Faults:
    """The faults of one reading, gathered."""

    def __init__(self) -> None:
        self.found: list[Fault] = []

    def add(self, file: Path, line: int, message: str) -> None:
        fault = Fault(file, line, message)
        if fault not in self.found:
            self.found.append(fault)

    def refuse_if_any(self, files: Iterable[Path] = ()) -> None:
        """Raises SettingsError with all that was found in these files, in the order of their lines."""
        if self.found:
            ordered = sorted(self.found, key=lambda fault: (str(fault.file), fault.line))
            raise SettingsError("\n\n".join(str(fault) for fault in ordered), files)


def extra(name: str) -> str:
    """How what is an extra of One Number gets installed beside it. It is in no registry, so the repository is named."""
    return (
        f"It comes with the extra {name}. At the top of One Number's repository, paste: "
        f"{sys.executable} -m pip install '.[{name}]'   (installed by pipx or uv: see docs/install.md)"
    )


def did_you_mean(written: str, known: Iterable[str]) -> str:
    """` Did you mean "..."?`, or nothing where nothing is near."""
    from difflib import get_close_matches  # noqa: PLC0415  only faults need it

    near = get_close_matches(written, list(known), n=1, cutoff=0.6)
    return f'\nDid you mean "{near[0]}"?' if near else ""
