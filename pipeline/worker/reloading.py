"""Turns by the settings as their files say now: what changes while the worker runs is taken up at the next turn.

A file that is refused changes nothing: the worker goes on with the settings that it has, logs the refusal once, and
keeps it in the standing book, where `status` finds it. So does a change that takes a restart. Files that are still
being written are left until they have rested.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from pipeline import events, logs
from pipeline.faults import SettingsError
from pipeline.heartbeat import Heartbeat
from pipeline.ledger import Ledger
from pipeline.sample import broken_mails
from pipeline.settings import Settings, load
from pipeline.tick import Ticked, Turns

log = logging.getLogger("onenumber")

RESTED = 2.0  # seconds since the last change: until then somebody may still be writing
_Stamp = tuple[int, int, int]
_Stamps = dict[Path, _Stamp]


class Reloading:
    """The turns of a worker. Made with the settings with which it starts."""

    def __init__(
        self, settings: Settings, ledger: Ledger, heartbeat: Heartbeat, *, stopped: Callable[[], bool] = lambda: False
    ) -> None:
        self._ledger = ledger
        self._heartbeat = heartbeat
        self._stopped = stopped
        self._seen = _stamps(settings)
        self._turns = Turns(settings, ledger, stopped=stopped)
        self._is_new = True
        self._are_untried = True

    @property
    def settings(self) -> Settings:
        """Those that are in force."""
        return self._turns.settings

    def tick(self, now: datetime) -> Ticked:
        """A turn, by the newest settings that can be used. Raises LedgerError where nothing can be kept."""
        self._look(now)
        history, first, self._are_untried = self._turns.history, self._are_untried, False
        before = history.book.unreadable
        ticked = self._turns.tick(now)
        if first and before is not None and history.book.unreadable is not None:
            # It was logged when it began, by another process or under other settings: whoever mends it looks here.
            log.warning(
                "the mailbox still cannot be read since=%s reason=%r", before.since.isoformat(), ticked.problems
            )
        return ticked

    def next_instant(self, now: datetime) -> datetime | None:
        return self._turns.next_instant(now)

    def wait(self, seconds: float) -> bool:
        return self._turns.wait(seconds)

    def close(self) -> None:
        self._turns.close()

    def _look(self, now: datetime) -> None:
        stamps = _stamps(self.settings)
        if self._is_new:
            self._is_new = False
            self._keep_taken(now)
        changed = [stamp for path, stamp in stamps.items() if self._seen.get(path) != stamp]
        if stamps == self._seen or not self._turns.is_settled or not _have_rested(changed):
            return
        self._seen = stamps
        try:
            read = _usable(self.settings)
        except SettingsError as error:
            self._keep_refused(str(error), now)
        else:
            self._take(read, now)

    def _take(self, read: Settings, now: datetime) -> None:
        self._turns.close()
        self._turns = Turns(read, self._ledger, stopped=self._stopped)
        self._are_untried = True
        self._seen = _stamps(read)
        self._heartbeat.call(read.heartbeat)
        log.info("settings reloaded people=%d", len(read.roster.people))
        self._keep_taken(now)

    def _keep_refused(self, reason: str, now: datetime) -> None:
        log.error("new settings refused, the old ones hold reason=%r", reason)
        history = self._turns.history
        key = f"settings/refused/{history.book.installation.refusals + 1}"
        with self._ledger.writing():
            history.append([events.SettingsRefused(key=key, round=None, at=now, reason=reason)])

    def _keep_taken(self, now: datetime) -> None:
        """What was refused is in order now, or has been taken back."""
        history = self._turns.history
        if history.book.installation.refused is not None:
            key = f"settings/taken/{history.book.installation.refusals}"
            with self._ledger.writing():
                history.append([events.SettingsTaken(key=key, round=None, at=now)])


def _usable(before: Settings) -> Settings:
    """What the files say now. Raises SettingsError where it cannot be used by this worker."""
    read = load(before.file)
    if read.store != before.store:
        raise SettingsError(
            f"{read.file}: store has changed, which takes a restart. Stop the worker and start it again."
        )
    if read.metrics != before.metrics:
        raise SettingsError(
            f"{read.file}: metrics have changed, which takes a restart. Stop the worker and start it again."
        )
    broken = list(broken_mails(read))
    if broken:
        raise SettingsError("\n\n".join(broken))
    try:
        if read.log != before.log:
            logs.begin(read.log)
    except OSError as error:
        raise SettingsError(f"log.file: {read.log.file} cannot be written: {error.strerror}.") from None
    return read


def _stamps(settings: Settings) -> _Stamps:
    """What tells the state of every file that the settings are made of from another state."""
    found: _Stamps = {}
    for path in (*settings.sources, *_templates(settings)):
        with suppress(OSError):  # gone in the meantime, which is a state too
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
