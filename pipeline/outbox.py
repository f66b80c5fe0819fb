"""A mail: claimed, composed, sent, recorded. In this order, so that a death at any line sends nothing twice.

Laws:
1. What cannot be claimed durably does not leave; whoever's claim was accepted sends it, unless it may have been taken
   over meanwhile: that is asked once more when the server has taken the envelope.
2. One mail a connection is under way at a time. Its end and the next claim are one commit, so that a crash leaves open
   at most one claim a connection.
3. An open claim is an orphan once its claimer is known to be gone (`Ledger.under_way`): that mail is repeated with
   the same Message-ID, composed as of its claim. One that no longer is due is not repeated.
4. Nudges leave only after the mailbox has been read again.
5. Every mail is looked at once more before it is claimed, at the cost of a look at this one: what has been kept since
   the turn was planned may have taken its sense.

What is due is `plan`'s business, what a mail says `compose`'s, and when a turn happens the worker's.
"""

from __future__ import annotations

import logging
import re
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache, cached_property, partial
from operator import itemgetter
from typing import TYPE_CHECKING
from zlib import crc32

import msgspec

from pipeline import alarms, events, plan
from pipeline.history import History
from pipeline.mail import ALARMS, MailKey
from pipeline.pace import Day, Pace, day, room_at
from pipeline.plan import REPORTS, UNRESERVED, Due, Plan, Standing
from pipeline.roster import Person, new_id
from pipeline.rounds import MailState, Round
from pipeline.scene import Composed, CompositionError, Scene
from pipeline.season import Season
from pipeline.settings import Settings
from pipeline.timetable import Timetable
from pipeline.transport import TransportError
from pipeline.transport.delivery import Accepted, Delivery, Lost, Refused, Withheld
from pipeline.weeks import Week

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from pipeline.compose import Composer
    from pipeline.transport.smtp import Submission

log = logging.getLogger("onenumber")

RETRIES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 30, 60))
"""The pauses after a temporary refusal; the last one is repeated for as long as the mail is of use."""

WEEKS_SHOWN = 12
_NUDGES_A_READING = 10
_TROUBLE_IN_A_ROW = 2  # after so many the server is left in peace until the next turn
_RECIPIENTS_IN_A_ROW = 10  # refused for now: that no longer is about each of them (greylisting), but about us
_LOST_AND_TAKEN = 3  # so many claims of one mail without an answer: from then on it waits as if it was refused
_FIRST = {kind: place for place, kind in enumerate((*REPORTS, *sorted(ALARMS)))} | {"ask": 8, "nudge": 9}
_QUESTION = 7


class Share(msgspec.Struct, frozen=True):
    """A part of what is due: all mails of every `of`-th person, and at most so many at a time. A person is always in
    the same share, so that nobody gets two mails at once from two workers."""

    number: int = 0
    of: int = 1
    most: int | None = None

    def has(self, key: MailKey) -> bool:
        return self.of == 1 or self.number_of(key.person, key.copy, self.of) == self.number

    @staticmethod
    def number_of(person: str, copy: str, of: int) -> int:
        return crc32(f"{person}/{copy}".encode()) % of


WHOLE = Share()


class _Members:
    """Who has mails in each share, asked of a round's people once."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[Mapping[str, Person], list[tuple[str, ...]]]] = {}

    def of(self, this: Round, share: Share) -> tuple[str, ...] | None:
        """The people of a share; None where there is only one."""
        if share.of == 1:
            return None
        known = self._known.get(this.week)
        if known is None or known[0] is not this.people or len(known[1]) != share.of:
            known = self._known[this.week] = (this.people, _parted(this.people, share.of))
        return known[1][share.number]


def _parted(people: Mapping[str, Person], of: int) -> list[tuple[str, ...]]:
    parts: list[list[str]] = [[] for _ in range(of)]
    for person in people.values():
        for number in {Share.number_of(person.id, copy, of) for copy in ("", *map(new_id, person.copies_to))}:
            parts[number].append(person.id)
    return [tuple(part) for part in parts]


class Dispatched(msgspec.Struct):
    """What one turn sent. `problem` says why it stopped before all was sent, `pause` after how many seconds it makes
    sense to go on (None: with the next thing that is due). `planned` is when the last mail of each kind was to leave,
    `waiting` how many are due and were not tried, `room_at` when what waits may leave, where the day's limit was
    reached."""

    sent: list[MailKey] = msgspec.field(default_factory=list)
    failed: list[MailKey] = msgspec.field(default_factory=list)
    skipped: list[MailKey] = msgspec.field(default_factory=list)
    planned: dict[str, datetime] = msgspec.field(default_factory=dict)
    waiting: int = 0
    problem: str = ""
    pause: float | None = None
    room_at: datetime | None = None


class Outbox:
    """The way out, for one process that holds the data lock while it dispatches."""

    def __init__(
        self,
        settings: Settings,
        history: History,
        pace: Pace,
        *,
        stopped: Callable[[], bool] = lambda: False,
    ) -> None:
        self._settings = settings
        self._history = history
        self._connections: list[Submission] = []  # made when the first mail is to leave
        self._pace = pace
        self._stopped = stopped
        self.certificate_ends: datetime | None = None  # of the submission server, as of the last connection
        self._unkept: list[events.Event] = []
        self._is_day_over = False  # and said so
        self._members = _Members()
        if settings.templates_dir is not None:
            _ = self._composer  # the operator's own templates are those of when we began, and told of now

    @cached_property
    def _composer(self) -> Composer:
        from pipeline.compose import Composer  # noqa: PLC0415  templates, catalogues: most turns send nothing

        return Composer(self._settings)

    def dispatch(
        self, season: Season, now: datetime, *, readable: bool, collect: Callable[[], bool], share: Share = WHOLE
    ) -> Dispatched:
        """Send what is due at `now`. `readable` tells whether the mailbox was read this turn; `collect` reads it again
        and tells the same. Raises LedgerError where nothing can be kept, and then nothing more leaves."""
        done = Dispatched()
        self._keep([])
        self._pace.begins(now)
        turn = _Turn(self, season, now, done, collect, readable, share)
        try:
            turn.send_all()
        except TransportError as error:
            done.problem, done.pause = str(error), error.retry_after
        finally:
            self.close()
            self._history.let_go()
        if done.problem:
            log.warning("mail waits reason=%r", turn.logged or done.problem)
        if done.room_at is not None:
            log.warning(
                "mail waits reason='smtp.max_per_day is reached' mails=%d room_at=%s", done.waiting, done.room_at
            )
        return done

    def shares(self, season: Season, now: datetime, of: int, *, readable: bool) -> Counter[int]:
        """Which of so many shares have something due, or to be recorded as skipped, and how much."""
        turn = _Turn(self, season, now, Dispatched(), lambda: readable, readable, WHOLE)
        return Counter(Share.number_of(key.person, key.copy, of) for _, what in turn.plans() for key in what.names())

    def day(self, season: Season, now: datetime) -> Day | None:
        """How much of the provider's day is used; None where there is no limit a day."""
        most = self._settings.smtp.max_per_day
        return None if most is None else day(self._pace, most, season.kept_of_the_day(now, "ask"), now)

    def _keep(self, happened: Sequence[events.Event]) -> Sequence[events.Event]:
        """Append; what became of mails is remembered until it is kept, so that a full disk repeats none of them."""
        self._unkept += [one for one in happened if not isinstance(one, events.Claimed)]
        accepted = self._history.append([*self._unkept, *(one for one in happened if isinstance(one, events.Claimed))])
        self._unkept.clear()
        return accepted

    def _open(self) -> list[Submission]:
        """The connections that can be used; the first must, another may be one too many for the server, which then is
        not asked for it again in this turn."""
        from pipeline.transport.smtp import Submission  # noqa: PLC0415  smtplib: most turns send nothing

        if not self._connections:
            self._connections = [Submission(self._settings.smtp) for _ in range(self._settings.smtp.connections)]
        self._connections[0].open()
        for connection in self._connections[1:]:
            try:
                connection.open()
            except TransportError:
                self._connections.remove(connection)
        return list(self._connections)

    @property
    def owes(self) -> bool:
        """Is there something that became of a mail and could not be kept yet, as on a full disk?"""
        return bool(self._unkept)

    def close(self) -> None:
        if self._connections:
            self.certificate_ends = self._connections[0].certificate_ends or self.certificate_ends
        for connection in self._connections:
            connection.close()
        self._connections = []


class _Turn(msgspec.Struct, dict=True):
    """One dispatch: what is due, claimed and sent wave by wave, one mail a connection."""

    outbox: Outbox
    season: Season
    now: datetime
    done: Dispatched
    collect: Callable[[], bool]
    readable: bool
    share: Share
    around: dict[Week, tuple[Timetable, Standing]] = msgspec.field(default_factory=dict)
    attempts: dict[str, int] = msgspec.field(default_factory=dict)  # of what was claimed before, as of the plan
    tried: set[str] = msgspec.field(default_factory=set)
    reached: set[tuple[str, str]] = msgspec.field(default_factory=set)
    logged: str = ""  # what the log has of the problem, where a server's own words may repeat the mail
    in_trouble: int = 0  # so many mails in a row met a server that takes none
    turned_away: int = 0  # so many recipients in a row were refused for now

    def __post_init__(self) -> None:
        history = self.outbox._history
        self.before = cache(partial(history.before, count=WEEKS_SHOWN))  # as of the turn, as a repeated mail shows them
        self.kept = cache(partial(self.season.kept_of_the_day, self.now))  # as of the first mail of each kind
        self.states = cache(history.round)  # as of the last look at what is to be claimed

    def due(self) -> list[Due]:
        """What is to leave, the most urgent first; what is no longer worth sending is recorded as skipped."""
        found: list[tuple[tuple[bool, int, bool], Due]] = []
        for this, what in self.plans():
            self._skip(what.skips)
            for one in what.mails:
                name = str(one.key)
                if name not in self.tried and self._is_free(one.key):
                    state = this.mail(name)
                    if state.attempts:
                        self.attempts[name] = state.attempts
                    found.append((_urgency(one, state), one))
        return [one for _, one in sorted(found, key=itemgetter(0))]

    def plans(self) -> Iterator[tuple[Round, Plan]]:
        """Each live round, and what is due in it for this share and in nobody else's hands; and the alarms."""
        history = self.outbox._history
        read = cache(history.with_claims_elsewhere)  # each round as of one reading, so that plan and claim agree
        for week in self.season.live(self.now):
            times, standing = self.season.times(week), self.season.standing(week, readable=self.readable)
            self.around[week] = times, standing
            this, elsewhere = read(week)
            whom = self.outbox._members.of(this, self.share)
            yield self._ours(this, elsewhere, plan.due(this, times, self.now, standing, whom))

        def mail(key: MailKey) -> MailState:
            return read(key.round)[0].mail(key) if key.round in self.around else history.alarm_mail(key)

        for one in alarms.due(history.book, mail, self.now):
            yield self._ours(*read(one.key.round), Plan((one,)))

    def _ours(self, this: Round, elsewhere: frozenset[str], what: Plan) -> tuple[Round, Plan]:
        ours = [key for key in what.names() if str(key) not in elsewhere and self.share.has(key)]
        return this, what.only(frozenset(ours))

    def _is_free(self, key: MailKey) -> bool:
        return (key.person, key.copy) not in self.reached

    def _is_enough(self) -> bool:
        return self.share.most is not None and len(self.tried) >= self.share.most

    def _skip(self, skips: Sequence[tuple[MailKey, str]]) -> None:
        for key, reason in skips:
            log.info("mail skipped kind=%s key=%s reason=%r", key.kind, key, reason)
        self.outbox._history.append(
            events.Skipped(key=f"{key}/skipped", round=str(key.round), at=self.now, mail=str(key), reason=reason)
            for key, reason in skips
        )
        self.done.skipped += [key for key, _ in skips]

    def send_all(self) -> None:
        """Wave after wave. What the last wave came to is kept together with the claims of the next."""
        ended: list[events.Event] = []
        waiting = deque(self.due())
        if not waiting:
            return
        from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415  most turns send nothing

        most = self.outbox._settings.smtp.connections
        sender, still_ours = self.outbox._settings.sender.address, self.outbox._history.still_claims
        try:
            with ThreadPoolExecutor(most) as threads:
                for connections, wave in self._waves(waiting):
                    claims = self._claimed(wave, ended)
                    ended = []
                    outcomes = _sent_side_by_side(threads, connections, sender, claims, still_ours)
                    for (one, composed), outcome in zip(claims, outcomes, strict=True):
                        ended += self._ending(one, composed, outcome)
        finally:
            self.done.waiting = len(waiting)
            self.outbox._keep(ended)

    def _waves(self, waiting: deque[Due]) -> Iterator[tuple[list[Submission], list[Due]]]:
        """As many mails at a time as there are connections, as fast as the provider allows. Takes them from `waiting`,
        which it brings up to date after each reading."""
        outbox, since_reading = self.outbox, 0
        while (
            waiting
            and not outbox._stopped()
            and self.in_trouble < _TROUBLE_IN_A_ROW
            and self.turned_away < _RECIPIENTS_IN_A_ROW
        ):
            if self._is_enough():
                self.done.pause = 0.0
                return
            if waiting[0].key.kind == "nudge" and since_reading == 0:
                self._read_again(waiting)
                since_reading = _NUDGES_A_READING
                continue
            ready = self._still_due(waiting, outbox._settings.smtp.connections)
            if ready == 0:
                continue
            reserved, kept = waiting[0].key.kind not in UNRESERVED, self.kept(waiting[0].key.kind)
            if outbox._pace.room(reserved=reserved, kept=kept) == 0:
                self.done.room_at = room_at(outbox._pace, self.now, kept)
                if self.done.room_at is None:
                    self.done.pause = outbox._pace.wait(reserved=reserved, kept=kept)
                return
            connections = outbox._open()
            size = min(len(connections), ready)
            if waiting[0].key.kind == "nudge":
                size = min(size, since_reading)
            size = outbox._pace.take(size, reserved=reserved, kept=kept)
            if waiting[0].key.kind == "nudge":
                since_reading -= size
            wave = [waiting.popleft() for _ in range(size)]
            self.tried |= {str(one.key) for one in wave}
            self.reached |= {(one.key.person, one.key.copy) for one in wave}
            yield connections, wave

    def _read_again(self, waiting: deque[Due]) -> None:
        """Read the mailbox. What came may have taken the sense of what waits, which is seen before each is claimed; all
        is planned anew only where it made something due: what we owe goes before nudges."""
        asked = self._asked_back()
        self.readable = self.collect()
        if not self.readable or self._asked_back() != asked:
            waiting.clear()
            waiting.extend(self.due())

    def _asked_back(self) -> int:
        return sum(len(self.outbox._history.round(week).questions) for week in self.around)

    def _still_due(self, waiting: deque[Due], most: int) -> int:
        """How many of the first ones, all of one kind, are due by what is known now. Takes out those that are not."""
        self.states = cache(self.outbox._history.round)
        kind = waiting[0].key.kind
        ready: list[Due] = []
        while waiting and len(ready) < most and waiting[0].key.kind == kind:
            one = waiting.popleft()
            this = self.states(one.key.round)
            if this.mail(one.key).attempts > self.attempts.get(str(one.key), 0):
                continue  # claimed by somebody else since
            found = self._looked_at(this, one)
            self._skip(found.skips)
            ready += found.mails
        waiting.extendleft(reversed(ready))
        return len(ready)

    def _looked_at(self, this: Round, one: Due) -> Plan:
        if one.key.kind in ALARMS:
            return Plan(() if plan.settled(this, one.key, self.now) else (one,))
        times, standing = self.around[one.key.round]
        return plan.look(this, times, one.key, self.now, standing)

    def _claimed(self, wave: list[Due], ended: list[events.Event]) -> list[tuple[Due, Composed]]:
        """Keep the ends of the last wave and the claims of this one in one commit; compose what was accepted."""
        composer = self.outbox._composer
        claims: dict[str, Due] = {}
        begun: list[events.Event] = []
        for one in wave:
            attempt = self._attempt(one)
            key = f"{one.key}/claim/{attempt}"
            claims[key] = one
            begun.append(
                events.Claimed(
                    key=key,
                    round=str(one.key.round),
                    at=self.now,
                    mail=str(one.key),
                    attempt=attempt,
                    message_id=composer.message_id(one.key, self.states(one.key.round)),
                )
            )
        with self.outbox._history.still():
            accepted = {event.key for event in self.outbox._keep([*ended, *begun])}
            composed = [(one, self._composed(one)) for key, one in claims.items() if key in accepted]
        return [(one, mail) for one, mail in composed if mail is not None]

    def _attempt(self, one: Due) -> int:
        """The number of our claim, as of the plan: what somebody else has claimed since is theirs, and our claim is
        refused. Known without a look at the ledger, which may be gone when it is to be kept what a mail came to."""
        return self.attempts.get(str(one.key), 0) + 1

    def _composed(self, one: Due) -> Composed | None:
        """The mail, or None where it cannot be composed: that is recorded, and stops no other."""
        try:
            if one.key.kind in ALARMS:
                return self._alarm(one.key)
            return self.outbox._composer.compose(one.key, self._scene(one))
        except CompositionError as error:
            log.error("mail not composed kind=%s key=%s reason=%r", one.key.kind, one.key, str(error))
            self.outbox._keep([self._refusal(one, events.NO_ANSWER, str(error), RETRIES[-1])])
            self.done.failed.append(one.key)
            return None

    def _alarm(self, key: MailKey) -> Composed:
        history = self.outbox._history
        alarm = alarms.alarm_of(history.book, key)
        if alarm is None:
            raise CompositionError(f"{key} tells of an alarm that is not known.")
        people = history.round(Week.parse(alarm.raised.week)).people if alarm.raised.week else {}
        names = [people[person].name for person in alarm.raised.whom if person in people]
        return self.outbox._composer.alarm(key, alarm, names, history.round(key.round).mail(key).claimed or self.now)

    def _scene(self, one: Due) -> Scene:
        """The state as of the claim. For a mail that is repeated, that is the first claim nobody knows the end of."""
        history, week = self.outbox._history, one.key.round
        state, times = history.round(week).mail(one.key), self.around[week][0]
        claim = f"{one.key}/claim/{state.composed}"
        is_report = one.key.kind in REPORTS
        if state.claimed is None or state.composed == state.attempts:
            # What others keep meanwhile would make a repeated report another one.
            this = history.as_of(week, claim) if is_report else history.round(week)
            before, at = self.before(week), self.now
            unread = history.book.unreadable if is_report else None
        else:
            this, at = history.as_of(week, claim), state.claimed
            before = history.before(week, WEEKS_SHOWN, at)
            unread = history.book_at(state.claimed).unreadable if is_report else None
        return Scene(this, times, before, at, plan.is_late(one.key, times, at), unread.since if unread else None)

    def _ending(self, one: Due, composed: Composed, outcome: Delivery) -> list[events.Event]:
        """What is kept of a delivery. One that is lost or withheld keeps nothing: its claim stays open, and whoever
        takes it over repeats the mail."""
        key, round_ = one.key, str(one.key.round)
        match outcome:
            case Accepted():
                self.turned_away = 0
                log.info("mail sent kind=%s round=%s person=%s key=%s", key.kind, round_, key.person, key)
                self.done.sent.append(key)
                if planned := self._planned(key):
                    self.done.planned[key.kind] = planned
                self.in_trouble = 0
                aliases = tuple(alias for alias in outcome.message_ids if alias != composed.message_id)
                return [
                    events.Sent(
                        key=f"{key}/sent", round=round_, at=self.now, mail=str(key), aliases=aliases, late=one.late
                    )
                ]
            case Refused():
                return self._refused(one, outcome)
            case Lost():
                return self._lost(one, outcome)
            case Withheld():
                log.warning("mail withheld kind=%s key=%s reason='the database was lost since'", key.kind, key)
                self.done.failed.append(key)
                return []

    def _planned(self, key: MailKey) -> datetime | None:
        around = self.around.get(key.round)
        return plan.planned(self.states(key.round), around[0], key) if around else None

    def _lost(self, one: Due, outcome: Lost) -> list[events.Event]:
        log.warning("mail lost kind=%s key=%s reason=%r", one.key.kind, one.key, outcome.reason)
        self.done.failed.append(one.key)
        self._trouble(f"the connection was lost: {outcome.reason}")
        attempts = self._attempt(one)
        if attempts < _LOST_AND_TAKEN:
            return []
        pause = RETRIES[min(attempts, len(RETRIES)) - 1]
        return [self._refusal(one, events.NO_ANSWER, f"no answer from the server ({outcome.reason})", pause)]

    def _trouble(self, problem: str) -> None:
        self.in_trouble += 1
        self.done.problem, self.logged = problem, ""

    def _refused(self, one: Due, outcome: Refused) -> list[events.Event]:
        key, round_ = one.key, str(one.key.round)
        attempts = self._attempt(one)
        pause = None if outcome.permanent else RETRIES[min(attempts, len(RETRIES)) - 1]
        log.warning("mail refused kind=%s key=%s code=%s", key.kind, key, _codes(outcome))
        self.done.failed.append(key)
        ended: list[events.Event] = [self._refusal(one, outcome.code, outcome.reason, pause)]
        if outcome.permanent and outcome.recipient and not key.copy and key.kind in {"ask", "nudge"}:
            ended.append(
                events.Undeliverable(
                    key=f"{key}/undeliverable", round=round_, at=self.now, person=key.person, reason=outcome.reason
                )
            )
        if not outcome.permanent and self._is_about_us(outcome):
            self._trouble(f"the server takes no mail now: {outcome.code} {outcome.reason}")
            self.logged = f"the server takes no mail now: {_codes(outcome)}"
        return ended

    def _is_about_us(self, outcome: Refused) -> bool:
        """A recipient that is refused for now waits alone: greylisting (RFC 6647) is about each. A server that finds us
        too fast may say the same of every one, so that many in a row are about us."""
        if not outcome.recipient or outcome.code == 421:
            return True
        self.turned_away += 1
        return self.turned_away >= _RECIPIENTS_IN_A_ROW

    def _refusal(self, one: Due, code: int, reason: str, pause: timedelta | None) -> events.Failed:
        return events.Failed(
            key=f"{one.key}/failed/{self._attempt(one)}",
            round=str(one.key.round),
            at=self.now,
            mail=str(one.key),
            code=code,
            reason=reason,
            retry_at=None if pause is None else self.now + pause,
        )


def _urgency(one: Due, state: MailState) -> tuple[bool, int, bool]:
    """A mail that was lost twice goes last, and one that was refused behind the others of its kind, so that they cannot
    keep the others from leaving."""
    return state.open and state.attempts > 1, _FIRST.get(one.key.kind, _QUESTION), state.refused is not None


def _codes(outcome: Refused) -> str:
    """What the log has of a refusal; the words, which may repeat the mail, are in the ledger and in `status`."""
    enhanced = re.match(r"\d\.\d{1,3}\.\d{1,3}\b", outcome.reason)  # RFC 3463
    return f"{outcome.code} {enhanced[0]}" if enhanced else f"{outcome.code}"


def _sent_side_by_side(
    threads: Executor,
    connections: Sequence[Submission],
    sender: str,
    mails: Sequence[tuple[Due, Composed]],
    still_ours: Callable[[], bool],
) -> list[Delivery]:
    """Each mail on a connection of its own: the first one here, the others in threads."""

    def sent(connection: Submission, mail: Composed) -> Delivery:
        return connection.send(sender, mail.recipient, mail.message, still_ours)

    pairs = [(connection, mail) for connection, (_, mail) in zip(connections, mails, strict=False)]
    others = [threads.submit(sent, *pair) for pair in pairs[1:]]
    first = [sent(*pair) for pair in pairs[:1]]
    return [*first, *(other.result() for other in others)]
