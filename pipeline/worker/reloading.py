"""Turns by the settings as their files say now: what changes while the worker runs is taken up at the next turn.

A file that is refused changes nothing: the worker goes on with the settings that it has, logs the refusal once, and
keeps it in the standing book, where `status` finds it. So does a change that takes a restart. Files that are still
being written are left until they have rested. Of many workers each looks after the files of its own machine; what is
kept is one for all, and stands until nobody refuses any more.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Generic, TypeVar

from msgspec.structs import replace

from pipeline import events, logs
from pipeline.faults import SettingsError
from pipeline.heartbeat import Heartbeat
from pipeline.history import History
from pipeline.ledger import Ledger
from pipeline.sample import broken_mails
from pipeline.season import Seasons
from pipeline.settings import Settings, load
from pipeline.tick import Ticked, Turns

log = logging.getLogger("onenumber")

RESTED = 2.0  # seconds since the last change: until then somebody may still be writing
_Stamp = tuple[int, int, int]
_Stamps = dict[Path, _Stamp | None]
_L = TypeVar("_L", bound=Ledger)
_Fixed = Mapping[str, Callable[[Settings], object]]

FIXED: _Fixed = {"store": lambda settings: settings.store, "metrics": lambda settings: settings.metrics}
"""What no worker can change while it runs."""


class Files:
    """The settings that are in force, and the files that they were read from, looked at again and again. Several
    threads may look. `fixed` is what takes a restart."""

    def __init__(self, settings: Settings, heartbeat: Heartbeat, fixed: _Fixed = FIXED) -> None:
        self.settings = settings
        self._heartbeat = heartbeat
        self._fixed = fixed
        self._seen = _stamps(_files(settings))
        self._refusal = ""
        self._refused: tuple[Path, ...] = ()  # the files of what was refused: to mend them is to change the settings
        self._is_new = True
        self._one_at_a_time = threading.Lock()

    def look(self, history: History, ledger: Ledger, now: datetime, *, may_change: bool = True) -> None:
        """Take up what has changed and can be used, and tell what cannot. Raises LedgerError if it cannot be kept."""
        with self._one_at_a_time:
            self._look(history, ledger, now, may_change=may_change)

    def _look(self, history: History, ledger: Ledger, now: datetime, *, may_change: bool) -> None:
        stamps = _stamps({*_files(self.settings), *self._refused})
        if self._is_new and stamps == self._seen:
            self._is_new = False
            _keep_taken(history, ledger, now)
        changed = [stamp for path, stamp in stamps.items() if stamp and self._seen.get(path) != stamp]
        if stamps == self._seen or not may_change or not _have_rested(changed):
            if self._refusal and history.book.installation.refused is None:
                # Another worker, whose files are in order, has said that all is well.
                _keep_refused(self._refusal, history, ledger, now)
            return
        self._is_new = False
        try:
            read = _usable(self.settings, self._fixed)
        except SettingsError as error:
            self._refusal, self._refused = str(error), error.files
            self._seen = _as_read({*_files(self.settings), *error.files}, stamps)
            log.error("new settings refused, the old ones hold reason=%r", self._refusal)
            _keep_refused(self._refusal, history, ledger, now)
            return
        self.settings, self._refusal, self._refused = read, "", ()
        self._seen = _as_read(_files(read), stamps)
        self._heartbeat.call(read.heartbeat)
        try:
            _keep_taken(history, ledger, now)
        finally:
            log.info("settings reloaded people=%d", len(read.roster.people))


def _keep_refused(reason: str, history: History, ledger: Ledger, now: datetime) -> None:
    """Unless that is what was kept last: of many workers each has the same files."""
    installation = history.book.installation
    if installation.refused is None or installation.refused.reason != reason:
        key = f"settings/refused/{installation.refusals + 1}"
        with ledger.writing():
            history.append([events.SettingsRefused(key=key, round=None, at=now, reason=reason)])


def _keep_taken(history: History, ledger: Ledger, now: datetime) -> None:
    """What was refused is in order now, or has been taken back."""
    if history.book.installation.refused is not None:
        key = f"settings/taken/{history.book.installation.refusals}"
        with ledger.writing():
            history.append([events.SettingsTaken(key=key, round=None, at=now)])


class Seat(Generic[_L]):
    """The turns that are taken over one ledger, by the settings that are in force when one begins. `beside` others, who
    have the history in memory, and the same `seasons`, each sends over one connection."""

    def __init__(
        self,
        settings: Settings,
        ledger: _L,
        stopped: Callable[[], bool],
        *,
        beside: History | None = None,
        seasons: Seasons | None = None,
    ) -> None:
        self.ledger = ledger
        self._seasons = seasons or Seasons()
        self._history = beside.beside(ledger) if beside is not None else History(ledger)
        self._stopped = stopped
        self._is_alone = beside is not None
        self._take(settings)

    @property
    def turns(self) -> Turns:
        """Those that were taken last, or were never taken yet."""
        return self._turns

    def renewed(self, settings: Settings) -> Turns:
        """The turns by these settings; by those before while what they did is not kept yet."""
        if settings is not self._by and self._turns.is_settled:
            self._turns.close()
            self._take(settings)
        return self._turns

    def _take(self, settings: Settings) -> None:
        one = replace(settings, smtp=replace(settings.smtp, connections=1)) if self._is_alone else settings
        self._by = settings
        self._turns = Turns(one, self.ledger, history=self._history, seasons=self._seasons, stopped=self._stopped)
        self._are_untried = True

    @contextmanager
    def collecting(self) -> Iterator[None]:
        """While these turns collect. At their first time a mailbox that could not be read before is told again, for it
        was logged when that began, by another process or under other settings, and whoever mends it looks here."""
        history, first, self._are_untried = self._turns.history, self._are_untried, False
        before = history.book.unreadable
        yield
        now = history.book.unreadable
        if first and before is not None and now is not None:
            log.warning("the mailbox still cannot be read since=%s reason=%r", before.since.isoformat(), now.reason)

    def close(self) -> None:
        self._turns.close()


class Reloading:
    """The turns of the worker of one machine. Made with the settings with which it starts."""

    def __init__(
        self, settings: Settings, ledger: Ledger, heartbeat: Heartbeat, *, stopped: Callable[[], bool] = lambda: False
    ) -> None:
        self._files = Files(settings, heartbeat)
        self._seat = Seat(settings, ledger, stopped)

    def tick(self, now: datetime) -> Ticked:
        """A turn, by the newest settings that can be used. Raises LedgerError where nothing can be kept."""
        turns, ledger = self._seat.turns, self._seat.ledger
        self._files.look(turns.history, ledger, now, may_change=turns.is_settled)
        turns = self._seat.renewed(self._files.settings)
        with self._seat.collecting():
            return turns.tick(now)

    def next_instant(self, now: datetime) -> datetime | None:
        return self._seat.turns.next_instant(now)

    def wait(self, seconds: float) -> bool:
        return self._seat.turns.wait(seconds)

    def close(self) -> None:
        self._seat.close()


def _usable(before: Settings, fixed: _Fixed) -> Settings:
    """What the files say now. Raises SettingsError where it cannot be used by this worker."""
    read = load(before.file)
    for name, of in fixed.items():
        if of(read) != of(before):
            raise SettingsError(
                f"{read.file}: a change of {name} takes a restart. Stop the worker and start it again.", _files(read)
            )
    broken = list(broken_mails(read))
    if broken:
        raise SettingsError("\n\n".join(broken), _files(read))
    try:
        if read.log != before.log:
            logs.begin(read.log)
    except OSError as error:
        raise SettingsError(f"log.file: {read.log.file} cannot be written: {error.strerror}.", _files(read)) from None
    return read


def _files(settings: Settings) -> tuple[Path, ...]:
    """Every file that the settings are made of."""
    return (*settings.sources, *_templates(settings))


def _as_read(files: Collection[Path], before: _Stamps) -> _Stamps:
    """The states in which these files were read: no later than before it began, for what has changed since is news."""
    return _stamps(files) | {path: stamp for path, stamp in before.items() if path in files}


def _stamps(files: Iterable[Path]) -> _Stamps:
    """What tells the state of each file from another state; that it is gone is a state too."""
    found: _Stamps = dict.fromkeys(files)
    for path in found:
        with suppress(OSError):
            facts = path.stat()
            found[path] = facts.st_ino, facts.st_mtime_ns, facts.st_size
    return found


def _templates(settings: Settings) -> Iterator[Path]:
    if settings.templates_dir is not None:
        yield from (path for path in settings.templates_dir.rglob("*") if path.is_file())


def _have_rested(stamps: Iterable[_Stamp]) -> bool:
    """Was the last change long enough ago? A time in the future is a clock that was set, and counts as long ago."""
    ages = [time.time() - changed / 1e9 for _, changed, _ in stamps]
    return all(age >= RESTED or age < -RESTED for age in ages)
