"""One turn: collect what arrived, then send what is due. From here a reply, or a mail, can be followed to its end.

That order keeps a nudge from someone who has answered. A turn asks "given all that has happened, what is due now?", so
that a missed one, a restart or a second worker can neither lose a step nor do it twice. When a turn happens is the
business of `worker` and of `onenumber tick`.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta

import msgspec

from pipeline import alarms, erasure, events
from pipeline.alarms import Surroundings
from pipeline.history import History
from pipeline.inbox import Collected, Inbox
from pipeline.ledger import Ledger, LedgerError
from pipeline.ledger.opened import room
from pipeline.outbox import Dispatched, Outbox, Share
from pipeline.pace import Day
from pipeline.season import WEEKS_BACK, Season, Seasons
from pipeline.settings import Settings

log = logging.getLogger("onenumber")
_QUIET = timedelta(minutes=10)  # since the last thing that was kept: until then no backup was put back


class Ticked(msgspec.Struct, frozen=True):
    """What one turn did: the outcomes of new replies, and what was sent. `problems` are servers that could not be
    used, in words for the operator; `unfinished` tells that there is more to read, `read_at` when the mailbox was read
    last, as far as this process knows, `day` how much of the provider's day is used, as of the end of a whole turn."""

    received: tuple[events.Received, ...]
    dispatched: Dispatched
    problems: tuple[str, ...]
    unfinished: bool = False
    read_at: datetime | None = None
    day: Day | None = None

    @property
    def pause(self) -> float | None:
        """After how many seconds it makes sense to go on; None: with the next thing that is due."""
        return 0.0 if self.unfinished else self.dispatched.pause


class Gathered(msgspec.Struct, frozen=True):
    """What the first half of a turn found: the outcomes of new replies, how much is due in each share, why the mailbox
    cannot be read, when it was read last, and how much of the provider's day is used."""

    received: tuple[events.Received, ...]
    shares: Mapping[int, int]
    problem: str
    read_at: datetime | None
    day: Day | None = None


class Turns:
    """The turns of one thread over one ledger, and over its history where that is known already; `seasons` are those of
    all threads of the process. `stopped` is asked between two messages and between two mails."""

    def __init__(
        self,
        settings: Settings,
        ledger: Ledger,
        *,
        history: History | None = None,
        seasons: Seasons | None = None,
        stopped: Callable[[], bool] = lambda: False,
    ) -> None:
        self.settings = settings
        self._ledger = ledger
        self.history = history or History(ledger)
        self._inbox = Inbox(settings.imap, self.history, attempts=ledger.attempts(), stopped=stopped)
        pace = ledger.pace(settings.smtp.max_per_minute, settings.smtp.max_per_day)
        self._outbox = Outbox(settings, self.history, pace, stopped=stopped)
        self._last_read: datetime | None = None
        self._has_looked_back = False
        self._tidied: date | None = None
        self._seasons = seasons or Seasons()
        self._season: Season | None = None
        self._ids: Mapping[str, str] = {}

    @property
    def season(self) -> Season:
        """The season as of now; a new one where people were seen for the first time."""
        ids = self.history.book.ids
        if self._season is None or self._ids is not ids:
            self._season, self._ids = self._seasons.of(self.settings, self.history), ids
        return self._season

    @property
    def is_settled(self) -> bool:
        """Does the ledger know of everything that these turns did? Others may then go on in their place."""
        return not self._outbox.owes

    def tick(self, now: datetime) -> Ticked:
        """Collect, then dispatch, as of `now` (aware). Raises LedgerError where nothing can be kept."""
        with self._ledger.writing():
            season = self._begun(now)
            visits = [self._collect(season, now)]

            def again() -> bool:
                visits.append(self._collect(season, now))
                return _is_read(visits[-1])

            sent = self._outbox.dispatch(season, now, readable=_is_read(visits[0]), collect=again)
            day = self._ended(season, now)
        return self._ticked(visits, sent, day)

    def collect(self, now: datetime, of: int) -> Gathered:
        """The first half of a turn, where others send: collect, and tell which of so many shares have something due.
        Raises LedgerError where nothing can be kept."""
        with self._ledger.writing():
            season = self._begun(now)
            visit = self._collect(season, now)
            shares = self._outbox.shares(season, now, of, readable=_is_read(visit))
            day = self._ended(season, now)
        return Gathered(visit.received, shares, visit.reason if visit.pause is None else "", self._last_read, day)

    def send(self, now: datetime, share: Share) -> Ticked:
        """The other half: send a share of what is due, beside others who do the same. Before nudges the mailbox is read
        again, by one at a time."""
        season = self.season
        visits: list[Collected] = []

        def again() -> bool:
            with self._ledger.writing():
                visits.append(self._collect(season, now))
            return _is_read(visits[-1])

        readable = self.history.book.unreadable is None
        return self._ticked(visits, self._outbox.dispatch(season, now, readable=readable, collect=again, share=share))

    def _ticked(self, visits: Sequence[Collected], sent: Dispatched, day: Day | None = None) -> Ticked:
        received = tuple(one for visit in visits for one in visit.received)
        problems = dict.fromkeys([visit.reason for visit in visits if visit.reason and visit.pause is None])
        problems |= dict.fromkeys([sent.problem] if sent.problem else [])
        return Ticked(received, sent, tuple(problems), bool(visits) and visits[-1].unfinished, self._last_read, day)

    def _ended(self, season: Season, now: datetime) -> Day | None:
        """What is left to do when mails are read, and sent or left to others."""
        day = self._watch(season, now)
        self._tidy(season, now)
        self.history.let_go_of_rounds(but=season.live(now), glanced_at=alarms.weeks(self.history.book, now))
        return day

    def _watch(self, season: Season, now: datetime) -> Day | None:
        """Keep what has gone wrong and what is over. The operator hears of it in the next turn: what this one has just
        mended is not worth a mail. Answers with how much of the provider's day is used."""
        weeks = season.live(now)
        live = [(self.history.round(week), season.times(week)) for week in weeks]
        recent = self.history.glances(season.week(now), WEEKS_BACK)
        measured = {"IMAP": self._inbox.certificate_ends, "SMTP": self._outbox.certificate_ends}
        hosts = {"IMAP": self.settings.imap.host, "SMTP": self.settings.smtp.host}
        day = self._outbox.day(season, now)
        around = Surroundings(
            room(self.settings.store),
            {f"{kind} {hosts[kind]}": ends for kind, ends in measured.items()},
            self._inbox.sign_in_ends,
            day.room_at if day is not None else None,
            season.waits_since(now) if day is not None and day.room_at is not None else None,
        )
        found = list(alarms.wrong(live, recent, self.history.book, around, now))
        for event in self.history.append(alarms.changes(found, self.history.book, weeks, now)):
            log.warning("%s name=%s", event.__struct_config__.tag, getattr(event, "name", ""))
        return day

    def close_held(self, held: events.Received, now: datetime, *, release: bool) -> events.Closed | None:
        """Release or drop a held message, as `Inbox.close_held` says."""
        with self._ledger.writing():
            return self._inbox.close_held(held, self.season, now, release=release)

    def next_instant(self, now: datetime) -> datetime | None:
        """The next time at which something is due, as far as is known now."""
        return self.season.next_instant(now)

    def wait(self, seconds: float) -> bool:
        """Wait for a reply, at most so long; True if one may have come, False at once where waiting is not possible."""
        return self.history.book.unreadable is None and self._inbox.wait(seconds)

    def close(self) -> None:
        self._inbox.close()
        self._outbox.close()
        self._ledger.close()

    def _look_back(self, now: datetime) -> None:
        """Once, at the first turn: has the ledger forgotten mails that left, because it was put back to an earlier
        state, such as by a snapshot of the machine? Then they are not to leave again: what `onenumber restore` would
        have kept is kept now. Before a round opens, so that it opens as of its time. A mailbox that cannot be read, or
        whose server wants to be left alone, is left to the visit that follows."""
        if self._has_looked_back or self.history.book.unreadable is not None:
            return
        self._has_looked_back, since = True, self.history.known_until()
        if since is None or now - since < _QUIET:
            return
        if self._inbox.shows_forgotten(self.season, since, now):
            log.error("the ledger was put back to an earlier state; what was due since is skipped since=%s", since)
            key = f"restored/{now.isoformat()}"
            self.history.append([events.Restored(key=key, round=None, at=now, since=since, noticed=True)])

    def _begun(self, now: datetime) -> Season:
        """The season as of now, its news kept: a first start, new people, and rounds that open."""
        self._look_back(now)
        installed = self.history.append(self.season.installing(now))
        for event in installed:
            if isinstance(event, events.Installed):
                log.info("a new ledger begins first_round=%s store=%s", event.first_round, self.settings.store)
        self.history.append(self.season.arrivals(now))
        for event in self.history.append(self.season.opening(now)):
            if isinstance(event, events.Opened):
                log.info("round opened round=%s people=%d", event.round, len(event.people))
        return self.season

    def _tidy(self, season: Season, now: datetime) -> None:
        """Once a day, behind all that is urgent: nothing waits for it, and what goes wrong in it spoils no turn."""
        if self._tidied == now.date():
            return
        try:
            problem = erasure.tidy(self._ledger, self.history, self._inbox, season, now)
        except LedgerError as error:
            problem = str(error)
        if problem:
            log.warning("housekeeping waits reason=%r", problem)
        self._tidied = now.date()

    def _collect(self, season: Season, now: datetime) -> Collected:
        """Visit the mailbox, unless its server has asked to be left alone until later."""
        silence = self.history.book.unreadable
        if silence is not None and silence.retry_at is not None and silence.at <= now < silence.retry_at:
            return Collected(False, silence.reason, pause=(silence.retry_at - now).total_seconds())
        visit = self._inbox.collect(season, now)
        number = self.history.book.silences
        if visit.readable:
            self._last_read = now
            if silence is not None:
                log.info("the mailbox can be read again since=%s", silence.since.isoformat())
                self.history.append([events.Readable(key=f"readable/{number}", round=None, at=now)])
        elif silence is None or visit.pause is not None:
            since = silence.since if silence is not None else self._last_read or now
            self._unreadable(visit, number + 1, since, now)
        return visit

    def _unreadable(self, visit: Collected, number: int, since: datetime, now: datetime) -> None:
        retry_at = None
        if visit.pause is None:
            log.warning("the mailbox cannot be read reason=%r", visit.reason)
        else:
            retry_at = now + timedelta(seconds=visit.pause)
            log.info("the mailbox is left alone, as its server asks seconds=%d", visit.pause)
        self.history.append(
            [
                events.Unreadable(
                    key=f"unreadable/{number}", round=None, at=now, since=since, reason=visit.reason, retry_at=retry_at
                )
            ]
        )


def _is_read(visit: Collected) -> bool:
    """Is everything read that was in the mailbox?"""
    return visit.readable and not visit.unfinished
