"""What would a week be like for a firm of any size? The model; real rounds beside it are `scale`'s business.

Pure. What is planned when is asked of the product's own timetable, and how much of a minute and of a day is kept for
reports, and of a day for asks before nudges, of its own pace. The rest is one minute after the other: what is due
joins, what has lost its sense goes, and as many mails leave as the slowest of provider and workers lets. Not in it:
refused mails, absences, questions back, and a database that is the bottleneck of many workers.
"""

from __future__ import annotations

import heapq
import random
from bisect import bisect_right
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from pipeline.pace import DAY, kept_of_a_day, limit
from pipeline.plan import AFTER_THE_ASK
from pipeline.roster import Person, Roster, new_id
from pipeline.timetable import Timetable

A_TEAM = 20
ZONES = (
    "Pacific/Pago_Pago",
    "Pacific/Honolulu",
    "America/Anchorage",
    "America/Los_Angeles",
    "America/Denver",
    "America/Chicago",
    "America/New_York",
    "America/Halifax",
    "America/Sao_Paulo",
    "Atlantic/South_Georgia",
    "Atlantic/Azores",
    "Europe/London",
    "Europe/Copenhagen",
    "Europe/Athens",
    "Europe/Istanbul",
    "Asia/Dubai",
    "Asia/Karachi",
    "Asia/Dhaka",
    "Asia/Bangkok",
    "Asia/Singapore",
    "Asia/Tokyo",
    "Australia/Brisbane",
    "Pacific/Guadalcanal",
    "Pacific/Auckland",
)
_MINUTE = timedelta(minutes=1)
_MOST_FOR_TURNS = 30.0  # seconds of a minute: one turn at a time, beside the batches of the same worker
_ORDER = ("digest", "summary", "ask", "nudge")
_REPORTS = frozenset({"digest", "summary"})


@dataclass(frozen=True, slots=True)
class Means:
    """What a firm sends with: its provider's limits, and so many workers. `mail` is the seconds that one mail of each
    kind costs a worker, `turn` those of a turn in which nothing leaves."""

    per_minute: int
    per_day: int | None = None
    workers: int = 1
    mail: dict[str, float] = field(default_factory=dict)
    turn: float = 0.0
    turns_a_minute: int = 6


@dataclass
class Outcome:
    """A week. `sent` has how many left, by kind and minute; `lag` the minutes after its time of the last of each kind;
    `skipped` those that had lost their sense before their turn came."""

    sent: dict[str, Counter[datetime]] = field(default_factory=lambda: {kind: Counter() for kind in _ORDER})
    skipped: Counter[str] = field(default_factory=Counter)
    lag: Counter[str] = field(default_factory=Counter)

    def total(self, kind: str) -> int:
        return self.sent[kind].total()

    @property
    def busiest(self) -> int:
        """Mails in the busiest minute."""
        return max(sum(self.sent.values(), Counter[datetime]()).values(), default=0)


def spread(reps: int) -> Roster:
    """A firm in 24 time zones: a director, one head for each zone, a manager for every twenty reps of a zone."""
    director = _person("director", None, "Europe/Copenhagen")
    heads = [_person(f"head{n}", director.id, zone) for n, zone in enumerate(ZONES)]
    teams = [_person(f"m{n}", heads[n % len(ZONES)].id, ZONES[n % len(ZONES)]) for n in range(-(-reps // A_TEAM))]
    people = [_person(f"r{n}", teams[n // A_TEAM].id, teams[n // A_TEAM].timezone) for n in range(reps)]
    return Roster((director, *heads, *teams, *people))


def together(reps: int) -> Roster:
    """A firm on one clock."""
    director = _person("director", None, "Europe/Copenhagen")
    teams = [_person(f"m{n}", director.id, director.timezone) for n in range(-(-reps // A_TEAM))]
    people = [_person(f"r{n}", teams[n // A_TEAM].id, director.timezone) for n in range(reps)]
    return Roster((director, *teams, *people))


def _person(name: str, above: str | None, zone: str) -> Person:
    email = f"{name}@firm.example"
    return Person(new_id(email), email, name, above, name.startswith("r"), timezone=zone)


def week(times: Timetable, means: Means, *, answering: float = 0.6, minutes: float = 60.0, seed: int = 1) -> Outcome:
    """Play a week. Of the reps who were asked the part `answering` answers, after `minutes` on average."""
    return _Week(times, means, answering, minutes, random.Random(seed)).played()  # noqa: S311  nothing secret


_Mail = tuple[datetime, str, str, int]
"""When it is due, its kind, whom it is for, and which nudge it is."""


class _Week:
    def __init__(self, times: Timetable, means: Means, answering: float, minutes: float, chance: random.Random) -> None:
        if times.digest is None or times.grace_ends is None:
            raise ValueError(f"{times.week} has no round")
        self.times, self.means, self.chance = times, means, chance
        self.answering, self.minutes = answering, minutes
        self.ends = times.grace_ends
        self.coming: list[_Mail] = sorted(self._planned(times.digest))
        self.waiting: dict[str, deque[_Mail]] = {kind: deque() for kind in _ORDER}
        self.asked: dict[str, datetime] = {}
        self.answered: dict[str, datetime] = {}
        self.left: deque[tuple[datetime, int]] = deque()  # in the last 24 hours
        self.reports = sorted([times.digest, *times.summaries.values()])
        asks = [(own.ask, own.deadline, person) for person, own in times.people.items() if own.ask is not None]
        self.asks = sorted(at for at, _, _ in asks)
        self.open_until = sorted(((deadline, person) for _, deadline, person in asks), reverse=True)
        self.too_late = 0  # asks that had not left by their deadline
        self.found = Outcome()

    def _planned(self, digest: datetime) -> Iterator[_Mail]:
        yield digest, "digest", "", 0
        for manager, at in self.times.summaries.items():
            yield at, "summary", manager, 0
        for person, own in self.times.people.items():
            if own.ask is not None:
                yield own.ask, "ask", person, 0
                yield from ((at, "nudge", person, number) for number, at in enumerate(own.nudges, 1))

    def played(self) -> Outcome:
        now = self.coming[0][0].replace(second=0, microsecond=0)
        while now < self.ends and (self.coming or any(self.waiting.values())):
            if self.coming and not any(self.waiting.values()):
                now = max(now, self.coming[0][0].replace(second=0, microsecond=0))
            while self.coming and self.coming[0][0] <= now:
                one = heapq.heappop(self.coming)
                self.waiting[one[1]].append(one)
            self._minute(now)
            now += _MINUTE
        for kind, left_over in self.waiting.items():
            self.found.skipped[kind] += len(left_over)
        return self.found

    def _minute(self, now: datetime) -> None:
        """As many as may leave, the most urgent first."""
        means = self.means
        seconds = means.workers * 60.0 - min(means.turns_a_minute * means.turn, _MOST_FOR_TURNS)
        day = self._room_of_the_day(now)
        count = 0
        for kind in _ORDER:
            most = min(limit(means.per_minute, reserved=kind not in _REPORTS), count + day - self._kept(kind, now))
            waiting, cost = self.waiting[kind], means.mail.get(kind, 0.0)
            for _ in range(len(waiting)):
                if count >= most or seconds <= 0:
                    break
                if self._leaves(waiting.popleft(), now):
                    count, day, seconds = count + 1, day - 1, seconds - cost
        self.left.append((now, count))

    def _room_of_the_day(self, now: datetime) -> int:
        if self.means.per_day is None:
            return self.means.per_minute
        while self.left and self.left[0][0] <= now - DAY:
            self.left.popleft()
        return self.means.per_day - sum(count for _, count in self.left)

    def _kept(self, kind: str, now: datetime) -> int:
        """How many of the day this kind leaves to those that are more urgent and come within it."""
        if self.means.per_day is None or kind in _REPORTS:
            return 0
        reports = bisect_right(self.reports, now + DAY) - self.found.total("digest") - self.found.total("summary")
        return kept_of_a_day(self.means.per_day, reports, self._asks_to_come(now) if kind == "nudge" else 0)

    def _asks_to_come(self, now: datetime) -> int:
        while self.open_until and self.open_until[-1][0] <= now:
            _, person = self.open_until.pop()
            self.too_late += person not in self.asked
        return bisect_right(self.asks, now + DAY) - len(self.asked) - self.too_late

    def _leaves(self, one: _Mail, now: datetime) -> bool:
        at, kind, person, number = one
        if kind == "ask" and now >= self.times.people[person].deadline:
            self.found.skipped["ask"] += 1
            return False
        if kind == "nudge" and not self._is_nudged(person, number, now):
            return False
        if kind == "ask":
            self.asked[person] = now
            if self.chance.random() < self.answering:
                self.answered[person] = now + timedelta(minutes=self.chance.expovariate(1 / self.minutes))
        self.found.sent[kind][now] += 1
        self.found.lag[kind] = max(self.found.lag[kind], round((now - at).total_seconds() / 60))
        return True

    def _is_nudged(self, person: str, number: int, now: datetime) -> bool:
        own = self.times.people[person]
        if person in self.answered and self.answered[person] <= now:
            return False
        if now >= own.deadline or sum(at <= now for at in own.nudges) > number:
            self.found.skipped["nudge"] += 1
            return False
        asked = self.asked.get(person)
        if asked is None or now < asked + AFTER_THE_ASK:
            again = now + _MINUTE if asked is None else asked + AFTER_THE_ASK
            heapq.heappush(self.coming, (again, "nudge", person, number))
            return False
        return True
