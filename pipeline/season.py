"""Which rounds are there, who is in them, and when do their mails leave?

Brings the settings of today and the rounds of the ledger together: opens a round when its first ask is due, notices who
joined, left or changed, and answers in which round a person is. What is due within a round is `plan`'s business, and
keeping the events that it makes is the caller's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from threading import Lock

import msgspec

from pipeline import events, plan
from pipeline.book import Book
from pipeline.history import History
from pipeline.mail import MailKey
from pipeline.pace import DAY, kept_of_a_day
from pipeline.plan import UNRESERVED, Standing
from pipeline.roster import Person, Roster, identified
from pipeline.rounds import Round
from pipeline.settings import Settings
from pipeline.timetable import Timetable, local, timetable
from pipeline.weeks import Week

WEEKS_BACK = 8
"""How far back a reply may belong, and sameness is checked."""

_WEEKS_AHEAD = 60
_TABLES = 2 * WEEKS_BACK  # those around now, and of the weeks to which replies may belong
_REPEATED = frozenset({"ask", "nudge", "summary", "digest"})  # what would leave again, if it were forgotten


class Season:
    """The rounds around one instant, as settings and ledger have them. `beside` the season of another thread, by the
    same people, it has roster and timetables in common with it."""

    def __init__(self, settings: Settings, history: History, beside: Season | None = None) -> None:
        self.settings = settings
        self._history = history
        self._ids = history.book.ids
        like = beside if beside is not None and beside._is_by(settings, self._ids) else None
        self.roster: Roster = like.roster if like else Roster.of(identified(settings.roster.people, self._ids))
        self._tables: _Tables = like._tables if like else _Tables()
        self._to_ask: dict[Week, tuple[Timetable, tuple[str, ...]]] = {}
        director = self.roster.director
        self.timezone = director.timezone if director is not None else settings.organisation.timezone

    def _is_by(self, settings: Settings, ids: Mapping[str, str]) -> bool:
        mine = self.settings
        return mine.roster is settings.roster and self._ids is ids and mine.schedule == settings.schedule

    def week(self, now: datetime) -> Week:
        """The ISO week of an instant, on the director's clock."""
        return Week.of(local(now, self.timezone).date())

    def times(self, week: Week) -> Timetable:
        """A round's instants: by its own roster once it is open, by the settings' until then."""
        this, book = self._history.round(week), self._history.book
        return self._tables.of(week, (this.people, book.away), lambda: self._planned(week, this, book))

    def _planned(self, week: Week, this: Round, book: Book) -> Timetable:
        roster = this.roster if this.opened is not None else self.roster
        table = timetable(week, roster, self.settings.schedule, book.absences())
        if _is_moved_behind_its_asks(this, table):
            table = timetable(week, roster, self.settings.schedule, book.absences(), stays=True)
        return table

    def live(self, now: datetime) -> tuple[Week, ...]:
        """The rounds that may have something due, oldest first: a grace period reaches into the next week, and
        Monday begins earlier in the east."""
        week, first = self.week(now), self._history.book.first_round
        around = (*self._forgotten(now), week.plus(-1), week, week.plus(1))
        return tuple(one for one in around if first is not None and one >= first)

    def _forgotten(self, now: datetime) -> tuple[Week, ...]:
        """The weeks, before the last one, that a restore in this week has made forget."""
        restored, week = self._history.book.restored, self.week(now)
        if restored is None or self.week(restored.at) != week:
            return ()
        since = self.week(restored.since)
        return tuple(since.plus(ahead) for ahead in range(week.plus(-1).since(since)))

    def standing(self, week: Week, *, readable: bool) -> Standing:
        at_once = self.settings.digest.late == "at_once"
        book = self._history.book
        return Standing(readable, book.resting(week), at_once, book.restored.at if book.restored else None)

    def kept_of_the_day(self, now: datetime, kind: str) -> int:
        """How many of the mails that may leave in 24 hours this kind leaves to those that are more urgent and still to
        come; none where there is no limit a day."""
        most = self.settings.smtp.max_per_day
        if most is None or kind in UNRESERVED:
            return 0
        reports = asks = 0
        for week in self.live(now):
            this, times = self._history.round(week), self.times(week)
            reports += plan.reports_to_come(this, times, now, now + DAY, self.standing(week, readable=True))
            if kind == "nudge":
                asks += plan.asks_to_come(this, times, self._unasked(week, this, times), now, now + DAY)
        return kept_of_a_day(most, reports, asks)

    def _unasked(self, week: Week, this: Round, times: Timetable) -> tuple[str, ...]:
        """Looked for among those who were unasked the last time: each batch of nudges asks, and nearly nobody is."""
        known = self._to_ask.get(week)
        whom = known[1] if known is not None and known[0] is times else tuple(times.people)
        left = plan.unasked(this, times, whom)
        self._to_ask[week] = times, left
        return left

    def waits_since(self, now: datetime) -> datetime | None:
        """When the first of the mails was to leave that leave a part of the day to reports, of those that are due."""
        found: list[datetime] = []
        for week in self.live(now):
            this, times = self._history.round(week), self.times(week)
            mails = plan.due(this, times, now, self.standing(week, readable=True)).mails
            planned = (plan.planned(this, times, one.key) for one in mails if one.key.kind not in UNRESERVED)
            found += [at for at in planned if at is not None]
        return min(found, default=None)

    def open_week(self, person: Person, at: datetime) -> Week | None:
        """The round that a person is in: from their ask until their next one. Whoever reports no number is in the
        latest round that was opened."""
        for back in range(-1, WEEKS_BACK + 1):
            week = self.week(at).plus(-back)
            glance = self._history.glance(week)
            if glance.opened is None or glance.opened > at or person.id not in glance.people:
                continue
            this = self._history.round(week)
            if person.id not in this.people:
                continue
            if not person.reports_number:
                return week
            sent = this.first("ask", person.id).sent
            times = self.times(week).people.get(person.id)
            planned = sent or (times.ask if times else None)
            if planned is not None and planned <= at:
                return week
        return None

    def installing(self, now: datetime) -> tuple[events.Event, ...]:
        """The first event of a new ledger: its first round is the first whose earliest ask is still to come, so that
        installing on a Friday afternoon mails nobody."""
        first = self.first_week(now)
        if self._history.book.first_round is not None or first is None:
            return ()
        return (events.Installed(key="installed", round=None, at=now, first_round=str(first)),)

    def first_week(self, now: datetime) -> Week | None:
        """The first round of this ledger, or of one that would begin now; None where no round ever would."""
        if self._history.book.first_round is not None:
            return self._history.book.first_round
        weeks = (self.week(now).plus(ahead) for ahead in range(_WEEKS_AHEAD))
        asks = ((week, self.times(week).first_ask) for week in weeks)
        return next((week for week, ask in asks if ask is not None and ask > now), None)

    def arrivals(self, now: datetime) -> tuple[events.Event, ...]:
        """Addresses seen for the first time, so that a person keeps the id when the address changes."""
        known = self._history.book.ids
        return tuple(
            events.Known(key=f"known/{person.email}", round=None, at=now, person=person.id, address=person.email)
            for person in self.roster.people
            if person.email not in known
        )

    def opening(self, now: datetime) -> Iterator[events.Event]:
        """Rounds whose first mail is due and that are not open yet, and what has changed in those that are. What a
        restore has made forget opens as of when it did, for the replies that are read again."""
        for week in self.live(now):
            times, this = self.times(week), self._history.round(week)
            if times.digest is None or times.grace_ends is None:
                continue
            forgotten, is_over = self._history.book.rereads, now > times.grace_ends
            begins = min(times.first_ask or times.digest, times.digest, *times.summaries.values())
            if this.opened is not None and not is_over:
                yield from self._changes(week, now)
            elif this.opened is None and begins <= now and (forgotten or not is_over):
                at = begins if forgotten else now
                yield events.Opened(key=f"{week}/opened", round=str(week), at=at, people=self.roster.people)

    def _changes(self, week: Week, now: datetime) -> Iterator[events.Event]:
        """Who joined, left or changed since the round opened. A move to another manager waits for the next round."""
        this = self._history.round(week)
        number = self._history.size(week)
        here = {person.id for person in this.people.values() if person.id not in this.left}
        for person in self.roster.people:
            number += 1
            key = f"{week}/roster/{number}"
            if person.id not in here:
                yield events.Joined(key=key, round=str(week), at=now, person=person)
                continue
            known = this.people[person.id]
            if person != known:
                kept = msgspec.structs.replace(person, reports_to=known.reports_to)
                if kept != known:
                    yield events.Changed(key=key, round=str(week), at=now, person=kept)
        for gone in sorted(here - {person.id for person in self.roster.people}):
            number += 1
            yield events.Left(key=f"{week}/roster/{number}", round=str(week), at=now, person=gone)

    def next_instant(self, now: datetime) -> datetime | None:
        """The next time at which something may be due: in the rounds around now, or at the first ask of a later one."""
        around = (plan.next_instant(self._history.round(week), self.times(week), now) for week in self.live(now))
        found = [at for at in around if at is not None]
        if found:
            return min(found)
        first = self.first_week(now)
        later = (self.week(now).plus(ahead) for ahead in range(_WEEKS_AHEAD))
        asks = (self.times(week).first_ask for week in later if first is None or week >= first)
        return next((at for at in asks if at is not None and at > now), None)

    def has_forgotten(self, key: MailKey, now: datetime) -> bool:
        """Did this mail of ours leave, though the ledger knows nothing of it? `key` is told by a token, which nobody
        else can make: then the ledger stands as it did before that mail left. What a restore is known to have made
        forget is not told again, nor what was to people who are no longer here: they may be forgotten on purpose."""
        book, week = self._history.book, key.round
        recent = -WEEKS_BACK <= week.since(self.week(now)) <= 1
        if key.kind not in _REPEATED or not recent or book.first_round is None or week < book.first_round:
            return False
        this = self._history.round(week)
        if key.person not in self.roster or any(one == str(key) or one.startswith(f"{key}/") for one in this.mails):
            return False
        planned = plan.planned(this, self.times(week), key)
        return planned is not None and planned <= now and (book.restored is None or book.restored.at < planned)

    def coming(self, now: datetime, weeks: int) -> Iterator[Timetable]:
        """The timetables of this week and the ones after it."""
        for ahead in range(weeks):
            yield self.times(self.week(now).plus(ahead))


class Seasons:
    """The seasons of the threads of one process, each `beside` the others."""

    def __init__(self) -> None:
        self._last: Season | None = None

    def of(self, settings: Settings, history: History) -> Season:
        """A season as of now."""
        season = self._last = Season(settings, history, beside=self._last)
        return season


class _Tables:
    """The timetables that were worked out last: in a large firm each takes its time and its room."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._known: dict[Week, tuple[tuple[object, ...], Timetable]] = {}

    def of(self, week: Week, made_from: tuple[object, ...], make: Callable[[], Timetable]) -> Timetable:
        """What was made from these very objects, or is made now."""
        with self._lock:
            known = self._known.pop(week, None)
            if known is None or any(one is not other for one, other in zip(known[0], made_from, strict=True)):
                known = made_from, make()
            self._known[week] = known  # as the last one that was asked for
            if len(self._known) > _TABLES:
                del self._known[next(iter(self._known))]
        return known[1]


def _is_moved_behind_its_asks(this: Round, table: Timetable) -> bool:
    """Would the digest have left before an ask that has left? Then its day has become a day off since, and moving it
    would make it due at once, hours before the time that people were told."""
    if this.opened is None or table.digest is None or this.opened <= table.digest:
        return False
    asked = (state.sent for key, state in this.mails.items() if MailKey.parse(key).kind == "ask")
    return any(sent is not None and sent > table.digest for sent in asked)
