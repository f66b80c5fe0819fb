"""`onenumber report`: the history as pages that stand alone, one for the director and one for each manager, and a list
that tells the operator which is for whom. It changes nothing in the ledger, and takes no lock."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from unicodedata import normalize

from pipeline import commands, report
from pipeline.chronicle import Chronicle, chronicle
from pipeline.history import History
from pipeline.ledger.opened import open_ledger
from pipeline.report import Reader
from pipeline.roster import Person
from pipeline.season import Season
from pipeline.settings import Settings
from pipeline.templating import TEMPLATES
from pipeline.weeks import Week
from pipeline.words import Dictionary

_LIST = "index.html"
_MARK = f'<meta name="generator" content="{report.GENERATOR}">'
_LETTERS = str.maketrans({"æ": "ae", "ø": "o", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"})
"""Latin letters that are no other letter with a mark."""

_MARKED_WITHIN = 2000  # the letters of a page in which its mark is looked for


def run(settings: Settings, *, out: Path, now: datetime) -> int:
    """Write the pages into a folder, which is made where there is none; 0, or 1 where it cannot be written."""
    problem = commands.unwritable(out)
    if problem:
        print(f"onenumber: {problem}", file=sys.stderr)
        return 1
    told, season = _told(settings, now)
    files = _named([one.reader for one in told])
    readers = [Reader(one.reader, file, len(one.entries)) for one, file in zip(told, files, strict=True)]
    words = Dictionary(TEMPLATES)
    organisation = settings.organisation
    pages = {
        reader.file: report.page(
            one,
            words[one.reader.language],
            organisation=organisation.name,
            has_own_words=bool(settings.question.text),
            now=now,
        )
        for one, reader in zip(told, readers, strict=True)
    }
    pages[_LIST] = report.index(
        readers, words[organisation.language], organisation=organisation.name, timezone=season.timezone, now=now
    )
    try:
        gone = _written(pages, out)
    except OSError as error:
        print(f"onenumber: {error.filename or out} cannot be written: {error.strerror}.", file=sys.stderr)
        return 1
    _tell(readers, gone, out)
    return 0


def _told(settings: Settings, now: datetime) -> tuple[list[Chronicle], Season]:
    """The weeks of everybody who leads somebody today, the director first."""
    history = History(open_ledger(settings.store))
    season = Season(settings, history)
    first, behind = history.book.first_round, season.week(now).plus(2)  # Monday begins earlier in the east
    opened = history.opened_before(behind, behind.since(first)) if first is not None else ()
    rounds = [(this, season.times(Week.parse(this.week))) for this in reversed(list(opened))]
    roster = season.roster
    readers = [*([roster.director] if roster.director else []), *roster.managers]
    return [chronicle(reader, rounds, now) for reader in readers], season


def _named(readers: Iterable[Person]) -> list[str]:
    """A file for each, named as the person; with the id where two would have the same name."""
    taken, names = {_LIST.removesuffix(".html")}, []
    for reader in readers:
        plain = normalize("NFKD", reader.name.casefold().translate(_LETTERS)).encode("ascii", "ignore").decode()
        name = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60] or reader.id
        if name in taken:
            name = f"{name}-{reader.id}"
        taken.add(name)
        names.append(f"{name}.html")
    return names


def _written(pages: dict[str, str], out: Path) -> list[Path]:
    """Write the pages, and take away those of an earlier report that are for nobody any more."""
    out.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name, page in pages.items():
        commands.write(out / name, page.encode())
    gone = [path for path in sorted(out.glob("*.html")) if path.name not in pages and _is_ours(path)]
    for path in gone:
        path.unlink()
    return gone


def _is_ours(path: Path) -> bool:
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            return _MARK in file.read(_MARKED_WITHIN)
    except OSError:
        return False


def _tell(readers: Iterable[Reader], gone: Iterable[Path], out: Path) -> None:
    for reader in readers:
        weeks = f"{reader.weeks} {'week' if reader.weeks == 1 else 'weeks'}" if reader.weeks else "no weeks yet"
        print(f"{out / reader.file}: for {reader.person.name} <{reader.person.email}>, {weeks}", file=sys.stderr)
    for path in gone:
        print(f"{path}: taken away, for it is nobody's page any more", file=sys.stderr)
    print(
        f"Each page holds only what its reader may see. The list for you, the operator:\n  "
        f"{(out / _LIST).absolute().as_uri()}",
        file=sys.stderr,
    )
