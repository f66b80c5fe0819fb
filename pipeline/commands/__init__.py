"""One file a command, named as the command. This page holds how the program is called, how commands print an instant
and a number, how they write a file, whether a folder takes one, and whom a name on the command line means."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from pipeline.faults import did_you_mean
from pipeline.roster import Person, address, spelling


def program() -> str:
    """How this program is called again from here: by its name where the shell finds that, or else by its path."""
    called = Path(sys.argv[0]).absolute()
    return called.name if shutil.which(called.name) == str(called) else str(called)


def written(at: datetime | None) -> str | None:
    """An instant as our JSON has it: ISO 8601 in UTC, to the second, with a Z."""
    return None if at is None else f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def number(value: Decimal | None) -> int | float | None:
    """A number as our JSON has it: whole where it is."""
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


def write(out: Path, made: bytes) -> None:
    """For its owner's eyes alone, since it holds what people answered; and whole, or as it was before. Raises
    OSError."""
    from tempfile import NamedTemporaryFile  # noqa: PLC0415  most commands write no file

    with NamedTemporaryFile(dir=out.parent, prefix=f".{out.name}.", delete=False) as file:
        written = Path(file.name)
        try:
            file.write(made)
            file.flush()
            os.fsync(file.fileno())
            written.replace(out)
        except BaseException:
            written.unlink()
            raise


def unwritable(out: Path) -> str:
    """Why no page can be written into a folder, which need not be there yet; nothing where one can."""
    try:
        there = next(one for one in (out.absolute(), *out.absolute().parents) if one.exists())
    except PermissionError as error:
        return f"{error.filename} cannot be looked into. Name another folder with --out."
    if not there.is_dir():
        return f"{there} is a file. Name a folder with --out."
    if not os.access(there, os.W_OK | os.X_OK):
        return f"{there} cannot be written to. Name another folder with --out."
    return ""


def person(named: str, people: Iterable[Person], where: str = "on the roster") -> tuple[str, Person | None]:
    """What is wrong, or whom somebody means: by address, alias, id or name; a first name is enough where one person
    bears it."""
    people = tuple(people)
    wanted = address(named)
    name = spelling(named)
    exact = [one for one in people if wanted in {one.email, *one.aliases, one.id} or spelling(one.name) == name]
    found = exact or [one for one in people if spelling(one.name).split()[:1] == [name]]
    if len(found) == 1:
        return "", found[0]
    if not found:
        near = did_you_mean(named, [known for one in people for known in (one.name, one.email)]).strip()
        return f'nobody {where} is "{named}". {near or "Give the address or the whole name."}', None
    names = ", ".join(f"{one.name} <{one.email}>" for one in found)
    return f'"{named}" could be {names}. Give the address.', None
