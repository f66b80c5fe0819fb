"""The ledger in a folder: one TinyDB file a round, and the standing book.

For one machine and up to about 2,000 reps. A commit writes the whole file aside, syncs it, renames it over the old one
and syncs the folder, so that what is on disk is whole at every instant: the state before or the state after.
(POSIX rename(2) is atomic; the folder's own fsync makes the new name durable, see fsync(2).)

Between the rename and the folder's fsync a commit is there for everyone to see, and a power cut may still undo it. So
whoever reads a file that another process wrote syncs the folder before believing it: the writer may have died there.
Where that fsync fails, the file is written anew by the next append, for a second fsync after a failed one proves less.

A file begins with its format and the SHA-256 of all that comes after, so that whatever was changed, cut or garbled
since it was written is refused when it is opened, and never read as if it were true. That tells damage and a hand's
edit, not a forger, who can count a sum too. Files of format 1 have no sum; they get one with their next commit.

Writers hold the data lock of `locks`; readers need none. A copy in memory is trusted while the file is the one that
was read: whoever takes the lock sees what another process has appended.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec
from tinydb import TinyDB
from tinydb.storages import Storage
from tinydb.table import Document, Table

from pipeline import events
from pipeline.events import Event
from pipeline.ledger import (
    LedgerDamagedError,
    LedgerReadError,
    LedgerUncertainError,
    LedgerWriteError,
    News,
    Place,
)
from pipeline.ledger.attempts import Attempts
from pipeline.ledger.locks import data_lock, worker_lock
from pipeline.pace import OwnPace
from pipeline.weeks import Week

FORMAT = 2
_TABLE = "events"
_ROUND = re.compile(r"\d{4}-W\d{2}\.json")
_HEAD = re.compile(rb'\{"format":%d,"sha256":"([0-9a-f]{64})",' % FORMAT)
_Stamp = tuple[int, int, int]


class TinyLedger:
    """A ledger below `folder`, which is made if it is missing, for its owner's eyes alone."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files: dict[str | None, _File] = {}
        self._aside: dict[str, tuple[Place, _Stamp | None]] = {}
        try:
            _made(folder / "rounds")
        except OSError as error:
            raise LedgerWriteError(_refused(folder, error)) from None

    def append(self, happened: Sequence[Event]) -> tuple[Event, ...]:
        weeks = {event.round for event in happened}
        if len(weeks) > 1:
            raise ValueError(f"one commit is one file; these events belong to {sorted(map(str, weeks))}")
        return self._file(weeks.pop()).append(happened) if weeks else ()

    def events(self, round_: str | None) -> tuple[Event, ...]:
        return self._file(round_).events()

    def rewrite(self, round_: str | None, happened: Sequence[Event]) -> None:
        self._file(round_).rewrite(happened)

    def since(self, round_: str | None, place: Place | None) -> News:
        if place is not None and self._is_still_aside(round_, place):
            return News((), place)
        happened = self.events(round_)
        reached = _end_of(happened)
        if place is not None and place.edition == reached.edition:
            return News(happened[place.upto :], reached)
        return News(happened, reached, anew=True)

    def lay_aside(self, round_: str) -> None:
        file = self._files.get(round_)
        if file is not None and file.is_certain:
            self._aside[round_] = file.reached()
            del self._files[round_]

    def _is_still_aside(self, round_: str | None, place: Place) -> bool:
        """Was this round laid aside when it was read up to there, and is its file still the same?"""
        if round_ is None or round_ in self._files or round_ not in self._aside:
            return False
        return self._aside[round_] == (place, WholeFileStorage(file_of(self._folder, round_)).stamp())

    def rounds(self) -> tuple[str, ...]:
        folder = self._folder / "rounds"
        try:
            # A glob would take a folder that may not be read for an empty one.
            return tuple(sorted(path.stem for path in folder.iterdir() if _ROUND.fullmatch(path.name)))
        except OSError as error:
            raise LedgerReadError(_unseen(folder, error)) from None

    def writing(self, wait: float = 60) -> AbstractContextManager[None]:
        return data_lock(self._folder, wait)

    @contextmanager
    def alone(self) -> Iterator[None]:
        with worker_lock(self._folder, "Stop it first."), data_lock(self._folder):
            yield

    def working(self) -> AbstractContextManager[None]:
        return worker_lock(self._folder)

    def under_way(self, claims: Iterable[str]) -> frozenset[str]:
        """None: who asks holds the data lock, and whoever claimed before has given it back, or died."""
        return frozenset()

    def claim(self, happened: Sequence[Event]) -> tuple[Event, ...]:
        return self.append(happened)

    def still_claims(self) -> bool:
        """For as long as it holds the data lock, which ends with the process."""
        return True

    def let_go(self) -> None:
        """The data lock is what tells: see `under_way`."""

    def attempts(self) -> Attempts:
        return Attempts(self._folder / "reading.json")

    def pace(self, a_minute: int, a_day: int | None = None) -> OwnPace:
        return OwnPace(a_minute, time.monotonic, a_day, self._claimed_between)

    def take_over_departures(self, minutes: Mapping[datetime, int]) -> None:
        """The claims tell: see `pace`."""

    def _claimed_between(self, since: datetime, until: datetime) -> list[datetime]:
        """When mails were claimed, of the rounds that had some. What a clock that was wrong dates after `until` tells
        nothing."""
        weeks = {Week.of(at.date()).plus(ahead) for at in (since, until) for ahead in (-1, 0, 1)}
        happened = (event for week in weeks for event in self.events(str(week)))
        return [event.at for event in happened if isinstance(event, events.Claimed) and since < event.at <= until]

    def close(self) -> None:
        """Nothing is held open between two calls."""

    def _file(self, round_: str | None) -> _File:
        if round_ not in self._files:
            self._files[round_] = _File(file_of(self._folder, round_), round_)
        return self._files[round_]


def file_of(folder: Path, round_: str | None) -> Path:
    """Where a round is kept, or the standing book."""
    return folder / ("book.json" if round_ is None else f"rounds/{Week.parse(round_)}.json")


class _File:
    """One file of the ledger, and its events as they were when it was last read."""

    def __init__(self, path: Path, round_: str | None) -> None:
        self._path = path
        self._round = round_
        self._storage = WholeFileStorage(path)
        self._table = _open_table(self._storage)
        self._stamp: _Stamp | None = None
        self._events: tuple[Event, ...] = ()

    def append(self, happened: Sequence[Event]) -> tuple[Event, ...]:
        fresh: dict[str, Event] = {}
        for event in happened:
            if event.key not in fresh and not self._table.contains(doc_id=event.key):  # type: ignore[arg-type]
                fresh[event.key] = event
        if not fresh:
            self._storage.make_certain()
            return ()
        before = self._known()
        self._table.insert_multiple(
            Document(events.written(event), doc_id=key)  # type: ignore[arg-type]
            for key, event in fresh.items()
        )
        self._events = (*before, *fresh.values())
        self._stamp = self._storage.known
        return tuple(fresh.values())

    def rewrite(self, happened: Sequence[Event]) -> None:
        self._table.clear_cache()
        self._stamp, self._events = None, ()  # what stands in memory is of no use, however this ends
        if happened:
            self._storage.write({_TABLE: {event.key: events.written(event) for event in happened}})
        else:
            self._storage.remove()

    def events(self) -> tuple[Event, ...]:
        known = self._known()
        self._storage.sync_what_is_uncertain()
        return known

    @property
    def is_certain(self) -> bool:
        return self._storage.is_certain

    def reached(self) -> tuple[Place, _Stamp | None]:
        """The place behind the last event that is known here, and the state of the file in which it is that."""
        return _end_of(self._events), self._stamp

    def _known(self) -> tuple[Event, ...]:
        stamp = self._storage.stamp()
        if stamp != self._stamp:
            self._events = tuple(self._parsed(document) for document in self._table.all())
            self._stamp = stamp
        return self._events

    def _parsed(self, document: Document) -> Event:
        try:
            event = events.parsed(dict(document))
        except msgspec.ValidationError as error:
            raise LedgerDamagedError(_damaged(self._path, f'event "{document.doc_id}": {error}')) from None
        if (event.round, event.key) != (self._round, str(document.doc_id)):
            raise LedgerDamagedError(_damaged(self._path, f'event "{document.doc_id}" does not belong into this file'))
        return event


def _end_of(happened: Sequence[Event]) -> Place:
    return Place(happened[0].key if happened else None, len(happened))


def _open_table(storage: WholeFileStorage) -> Table:
    """TinyDB's table with our events' keys as its document ids, so that a key can stand only once."""

    class KeyedTable(Table):
        document_id_class = str  # type: ignore[assignment]  # typed as int

        def insert_multiple(self, documents: Iterable[Mapping[str, Any]]) -> list[int]:
            """TinyDB's own turns every key that is there, twice, for each commit."""
            added = [one for one in documents if isinstance(one, Document)]
            storage.append({str(one.doc_id): dict(one) for one in added})
            self.clear_cache()
            return [one.doc_id for one in added]

    class KeyedDB(TinyDB):
        table_class = KeyedTable

    return KeyedDB(storage=lambda: storage).table(_TABLE, cache_size=0)


class WholeFileStorage(Storage):
    """A TinyDB storage whose file is whole at every instant, kept in memory while it is the one that was read:
    `known` is the stamp of that one, and `is_certain` tells that its name is durable. Its text is kept too, so that a
    commit encodes and sums what is new alone."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.known: _Stamp | None = None
        self._content: dict[str, dict[str, Any]] = {}
        self._text: _Text | None = None
        self.is_certain = True

    def stamp(self) -> _Stamp | None:
        """What tells this state of the file from another: every commit is a new inode."""
        try:
            return _stamp(self._path.stat())
        except FileNotFoundError:
            return None
        except OSError as error:
            raise LedgerReadError(_unseen(self._path, error)) from None

    def read(self) -> dict[str, dict[str, Any]]:
        """The tables, in a fresh outer dictionary: TinyDB changes it before a write that may be refused."""
        stamp = self.stamp()
        if stamp is None:
            self._content, self._text = {}, None
        elif stamp != self.known:
            self._content, self._text = self._load(), None
            self._sync()
        self.known = stamp
        return dict(self._content)

    def append(self, documents: Mapping[str, dict[str, Any]]) -> None:
        """Put documents, whose keys are new, behind those of the table, in one commit."""
        table = self.read().get(_TABLE, {})
        text = (self._text or _Text().and_more(table)).and_more(documents)
        stamp = self._replaced(text)
        table.update(documents)
        self._settle({_TABLE: table}, text, stamp)

    def write(self, data: dict[str, dict[str, Any]]) -> None:
        text = _Text().and_more(dict(data[_TABLE]))
        self._settle(data, text, self._replaced(text))

    def _replaced(self, text: _Text) -> _Stamp:
        """Write the file aside and rename it over the old one. Where that cannot be done nothing has changed."""
        aside = self._path.with_suffix(".json.aside")
        try:
            stamp = write_synced(aside, text.sealed())
            aside.rename(self._path)
        except OSError as error:
            with suppress(OSError):
                aside.unlink()
            raise LedgerWriteError(_refused(self._path, error)) from None
        return stamp

    def _settle(self, content: dict[str, dict[str, Any]], text: _Text, stamp: _Stamp) -> None:
        """What was written is what is known from now on; its new name is made durable."""
        self._content, self._text, self.known = content, text, stamp
        self.is_certain = False
        self._sync()
        self.is_certain = True

    def remove(self) -> None:
        """Take the file away, for whoever holds the lock."""
        try:
            for path in (self._path, self._path.with_suffix(".json.aside")):
                path.unlink(missing_ok=True)
        except OSError as error:
            raise LedgerWriteError(_refused(self._path, error)) from None
        self._content, self._text, self.known = {}, None, None
        self._sync()

    def sync_what_is_uncertain(self) -> None:
        """Try again to make the last commit durable, as far as may be done without the lock."""
        if not self.is_certain:
            self._sync()

    def make_certain(self) -> None:
        """Make the last commit durable, for whoever holds the lock."""
        if not self.is_certain:
            self.write(self.read())

    def _sync(self) -> None:
        try:
            sync_folder(self._path.parent)
        except OSError as error:
            raise LedgerUncertainError(_uncertain(self._path, error)) from None

    def _load(self) -> dict[str, dict[str, Any]]:
        try:
            raw = self._path.read_bytes()
        except OSError as error:
            raise LedgerReadError(_unseen(self._path, error)) from None
        try:
            content = msgspec.json.decode(raw, type=dict[str, Any])
        except msgspec.DecodeError as error:
            raise LedgerDamagedError(_damaged(self._path, f"it is cut short or garbled ({error})")) from None
        version = content.pop("format", None)
        if not isinstance(version, int) or not isinstance(content.get(_TABLE), dict):
            raise LedgerDamagedError(_damaged(self._path, "it is JSON, but not a file of this ledger"))
        if version > FORMAT:
            raise LedgerDamagedError(
                f"{self._path} was written by a newer One Number (format {version}; this one knows {FORMAT}). "
                "Upgrade this installation; the file was left as it is."
            )
        if (version == FORMAT or "sha256" in content) and not _is_sealed(raw):
            raise LedgerDamagedError(_damaged(self._path, "it was changed after it was written (its sum is wrong)"))
        content.pop("sha256", None)
        return content


class _Text:
    """The table as it stands in a file, up to the brackets that close it, and the sum of that: what comes next goes
    behind, and what is there already is neither encoded nor summed again."""

    def __init__(self) -> None:
        self._written = b'"%b":{' % _TABLE.encode()
        self._sum = sha256(self._written)

    def and_more(self, documents: Mapping[str, dict[str, Any]]) -> _Text:
        """With these documents behind."""
        more = msgspec.json.encode(documents)[1:-1]
        if more and not self._written.endswith(b"{"):
            more = b"," + more
        text = _Text()
        text._written = self._written + more
        text._sum = self._sum.copy()
        text._sum.update(more)
        return text

    def sealed(self) -> bytes:
        """The whole file: the format, and the sum of every byte after it."""
        summed = self._sum.copy()
        summed.update(b"}}")
        return b'{"format":%d,"sha256":"%b",%b}}' % (FORMAT, summed.hexdigest().encode(), self._written)


def _is_sealed(raw: bytes) -> bool:
    head = _HEAD.match(raw)
    return head is not None and sha256(memoryview(raw)[head.end() :]).hexdigest().encode() == head[1]


def _made(folder: Path) -> None:
    """Make a folder with all above it, and have their names on the disk."""
    if not folder.is_dir():
        _made(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)
        sync_folder(folder.parent)


def _stamp(facts: os.stat_result) -> _Stamp:
    return facts.st_ino, facts.st_mtime_ns, facts.st_size


def write_synced(path: Path, content: bytes) -> _Stamp:
    """Write a file for its owner's eyes alone, and have its content on the disk. Its name is the folder's business."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        rest = memoryview(content)
        while rest:
            rest = rest[os.write(descriptor, rest) :]
        os.fsync(descriptor)
        return _stamp(os.fstat(descriptor))
    finally:
        os.close(descriptor)


def sync_folder(folder: Path) -> None:
    """Have the names in a folder on the disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _damaged(path: Path, problem: str) -> str:
    return (
        f"{path} is damaged: {problem}. Nothing was read from it and nothing was changed. "
        "Put back your last backup: onenumber restore FOLDER (docs/backup.md)."
    )


def _unseen(path: Path, error: OSError) -> str:
    return (
        f"{path} could not be looked at: {error.strerror or error}. Nothing was changed. "
        "Mend the permissions of the folder, or what keeps it from being read, and try again."
    )


def _uncertain(path: Path, error: OSError) -> str:
    return (
        f"{path} was written, but its folder could not be synced: {error.strerror or error}. What was written is "
        "there, and a power cut may undo it, so nothing is done on the strength of it. "
        "Look after the disk; the next turn tries again by itself."
    )


def _refused(path: Path, error: OSError) -> str:
    return (
        f"{path} could not be written: {error.strerror or error}. What was there is unchanged. "
        "Make room, or mend the permissions; the next turn tries again by itself."
    )
