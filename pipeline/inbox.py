"""A reply: fetched, read, identified, recorded, moved. In this order, so that a death at any line loses nothing.

What becomes of it is decided by `judging`; this module brings mailbox, ledger and verdict together. A message is known
by the hash of its header block; its UID is only the place where to go on.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from datetime import date, datetime
from hashlib import sha256
from itertools import groupby
from typing import TYPE_CHECKING

import msgspec

from pipeline import events
from pipeline.history import History
from pipeline.ledger.attempts import MOST, Attempts
from pipeline.mail import tokens
from pipeline.past import Past, Uids, uids_of
from pipeline.personal import Whom
from pipeline.rounds import LEFT_ALONE, Round
from pipeline.season import WEEKS_BACK, Season
from pipeline.settings import Imap
from pipeline.transport import TransportError
from pipeline.transport.imap import Fetched, Mailbox
from pipeline.weeks import Week

if TYPE_CHECKING:
    from pipeline.judging import Judge
    from pipeline.verdict import Letter, Verdict

log = logging.getLogger("onenumber")
_ENDED_US = "reading it has ended the program twice"
READING_SECONDS = 60.0
"""So long a visit reads before mails that are due get their turn; the next one goes on from there."""
LOOKED_AT = 100
"""So many of the newest messages of each folder tell whether the ledger has forgotten what they answer."""

_PASSED_AT_LEAST = 100  # so many unrecorded messages are looked at again by the next process, rather than kept

_Place = tuple[str, int]  # a folder and its UIDVALIDITY


class MailboxError(Exception):
    """The mailbox cannot be used now; the message says why and what to do."""


class HeldError(Exception):
    """A held message cannot be released; the message says why and what to do."""


class Collected(msgspec.Struct, frozen=True):
    """What one visit to the mailbox brought: whether it could be read, what went wrong, and what became of each
    message. `unfinished`: there is more to read, and it took too long. `pause`: after how many seconds the server
    wants to be asked again, which is no fault of anybody's."""

    readable: bool
    reason: str = ""
    received: tuple[events.Received, ...] = ()
    unfinished: bool = False
    pause: float | None = None


class Explained(msgspec.Struct, frozen=True):
    """One message, its verdict and the rule that gave it; `recorded` where it was read before. `letter` is missing
    where our own code broke on it."""

    letter: Letter | None
    verdict: Verdict
    rule: str
    recorded: events.Received | None


class Erased(msgspec.Struct, frozen=True):
    """How many messages were found in each of our folders; `for_good`: none of them is only marked."""

    folders: Mapping[str, int]
    for_good: bool


class Inbox:
    """The mailbox of one organisation, read by one process at a time."""

    def __init__(
        self,
        imap: Imap,
        history: History,
        *,
        attempts: Attempts | None = None,
        stopped: Callable[[], bool] = lambda: False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._imap = imap
        self._mailbox = Mailbox(imap)
        self._history = history
        self._attempts = attempts or Attempts(None)
        self._stopped = stopped
        self._clock = clock
        self._cursors: dict[_Place, int] = {}
        self._known_to: dict[_Place, int] = {}  # up to where a process after us would not look again
        self._to_move: dict[_Place, dict[int, str]] = {}

    def collect(self, season: Season, now: datetime) -> Collected:
        """Read everything that is new. Raises LedgerError where it cannot be kept; then nothing is moved."""
        received: list[events.Received] = []
        if self._mailbox.is_open:
            # A connection that was kept may have died of waiting; only a fresh one tells how the server is.
            visit = self._visited(received, season, now)
            if visit.readable or visit.pause is not None:
                return visit
        return self._visited(received, season, now)

    def _visited(self, received: list[events.Received], season: Season, now: datetime) -> Collected:
        try:
            finished = self._visit(received, season, now)
        except TransportError as error:
            return Collected(False, str(error), tuple(received), pause=error.retry_after)
        return Collected(True, self._moved(), tuple(received), unfinished=not finished)

    def shows_forgotten(self, season: Season, since: datetime, now: datetime) -> bool:
        """Is there a reply from after `since`, the last thing that the ledger knows of, to a mail of ours that it has
        forgotten? Then a backup was put back, and nobody has said so. Our token in the headers is enough: nothing is
        parsed here that could break us. Where the mailbox cannot be used nothing is seen, and the next visit says why.
        """
        secrets = season.settings.organisation.secrets(now.date())
        try:
            self._mailbox.open()
            for folder in (self._imap.folder, self._imap.processed_folder, self._imap.held_folder):
                if self._mailbox.select(folder) is None:
                    continue
                later = self._mailbox.arrived_after(since)[-LOOKED_AT:]
                blocks = (one.raw.decode("latin-1") for batch in self._mailbox.headers(later) for one in batch)
                if any(season.has_forgotten(key, now) for block in blocks for key in tokens(block, secrets)):
                    return True
        except TransportError as error:
            log.info("whether a backup was put back could not be seen reason=%r", str(error))
        return False

    def explain(self, raw: bytes, arrived: datetime, season: Season, now: datetime) -> Explained:
        """What would become of a message that arrived then; or, of one that has been read, what became of it. Changes
        nothing. Saved messages often have lost the line ends by which they are known (RFC 5322 section 2.1)."""
        name = hash_of(raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))
        letter, verdict, rule = self._judge(season, now).judged(name, raw, arrived)
        return Explained(letter, verdict, rule, self._history.received(name, season.week(arrived), WEEKS_BACK))

    def close_held(
        self, held: events.Received, season: Season, now: datetime, *, release: bool
    ) -> events.Closed | None:
        """Release a held message, which is then judged as if our server vouched for its writer and filed under its
        first arrival, or drop it; then move it out of the held folder. None where somebody else has closed it. Raises
        MailboxError, and HeldError where the message is no longer there or cannot be read."""
        with _telling():
            return self._closed(held, season, now, release=release)

    def _closed(self, held: events.Received, season: Season, now: datetime, *, release: bool) -> events.Closed | None:
        self._mailbox.open()
        found = self._found(held.message)
        outcome, rule, made = "dropped", "dropped by the operator", tuple[events.Event, ...]()
        if release:
            if found is None:
                raise HeldError(f"the message is no longer in {self._imap.held_folder}; it can only be dropped.")
            judge = self._judge(season, now)
            letter, verdict, rule = judge.judged(held.message, found.raw, held.arrived or now, vouched=True)
            if letter is None or verdict.outcome == "held":
                raise HeldError(f"the message is still held: {rule}. Record the number by hand: onenumber answer")
            outcome, made = verdict.outcome, verdict.events
        closed = events.Closed(
            key=f"{held.message}/closed", round=held.round, at=now, message=held.message, outcome=outcome, rule=rule
        )
        accepted = self._history.append([*made, closed], last=Week.parse(str(held.round)))
        if found is not None:
            self._mailbox.move([found.uid], self._imap.processed_folder)
        return closed if closed in accepted else None

    def _found(self, message: str) -> Fetched | None:
        """A message of the held folder, by its name."""
        if self._mailbox.select(self._imap.held_folder) is None:
            return None
        batches = self._mailbox.fetch(self._mailbox.uids())
        return next((one for batch in batches for one in batch if hash_of(one.raw) == message), None)

    def erase(self, person: Whom, messages: Set[str], *, dry_run: bool) -> Erased:
        """Delete from our folders what a person wrote, and `messages`, told by their names; with `dry_run` only count
        them. Raises MailboxError."""
        counted: dict[str, int] = {}
        for_good = True
        with _telling():
            for folder in self._own_folders():
                batches = self._mailbox.headers()
                uids = [one.uid for batch in batches for one in batch if _is_theirs(one, person, messages)]
                counted[folder] = len(uids)
                if not dry_run:
                    for_good &= self._mailbox.remove(uids)
        return Erased(counted, for_good)

    def erase_before(self, day: date) -> Erased:
        """Delete from our folders what arrived before that day. Raises MailboxError."""
        counted: dict[str, int] = {}
        for_good = True
        with _telling():
            for folder in self._own_folders():
                uids = self._mailbox.arrived_before(day)
                counted[folder] = len(uids)
                for_good &= self._mailbox.remove(uids)
        return Erased(counted, for_good)

    def _own_folders(self) -> Iterator[str]:
        """The folders into which we move, as far as they are there, each selected in its turn."""
        self._mailbox.open()
        for folder in (self._imap.processed_folder, self._imap.held_folder):
            if self._mailbox.select(folder) is not None:
                yield folder

    def wait(self, seconds: float) -> bool:
        """Wait for a new message, at most so long; True if there may be one, False at once where there is no waiting
        in this mailbox now: the next visit tells why."""
        try:
            self._mailbox.open()
            return self._mailbox.select(self._imap.folder) is not None and self._mailbox.wait(seconds, self._stopped)
        except TransportError as error:
            log.info("waiting for replies was cut short reason=%r", str(error))
            return False

    @property
    def can_wait(self) -> bool:
        """Is there a connection, to a server that tells of new messages?"""
        return self._mailbox.can_wait

    @property
    def certificate_ends(self) -> datetime | None:
        """When the certificate of the mailbox's server ends, if there is a connection."""
        return self._mailbox.certificate_ends

    @property
    def sign_in_ends(self) -> datetime | None:
        """When a person has to consent again at the provider of OAuth 2.0, if that is known."""
        return self._mailbox.sign_in_ends

    def close(self) -> None:
        self._mailbox.close()

    def _visit(self, received: list[events.Received], season: Season, now: datetime) -> bool:
        """Read the folders; False where there is more than could be read in READING_SECONDS."""
        self._mailbox.open()
        restored = self._history.book.restored
        if restored is not None and self._history.book.rereads:
            self._reread(restored, received, season, now)
        until = self._clock() + READING_SECONDS
        folders = (*self._imap.also_read, self._imap.folder)
        finished = [self._collect_folder(folder, received, season, now, until) for folder in folders]
        return all(finished)

    def _reread(
        self, restored: events.Restored, received: list[events.Received], season: Season, now: datetime
    ) -> None:
        """A backup was put back: read again what was read since it was made, from the folders into which it was moved,
        as of when it arrived. What it made us ask back was asked then, so it is not due again."""
        begins = season.week(restored.since).plus(-WEEKS_BACK).monday
        for folder in self._own_folders():
            selected = self._mailbox.select(folder)
            place = (folder, selected.uidvalidity if selected else 0)
            self._cursors[place] = self._known_to[place] = 0
            for batch in self._mailbox.fetch(self._mailbox.arrived_since(begins)):
                for fetched in batch:
                    if self._stopped():
                        return
                    at = min(fetched.arrived, now)
                    week = season.week(at)
                    if self._history.received(hash_of(fetched.raw), week, WEEKS_BACK) is None:
                        dated = self._dated([fetched], season, at)
                        received += self._kept(dated, place, week, self._judge(season, at))
        self._history.append([events.Reread(key=f"{restored.key}/reread", round=None, at=now)])
        log.info("what was read since the backup is read again since=%s", restored.since.isoformat())

    def _collect_folder(
        self, folder: str, received: list[events.Received], season: Season, now: datetime, until: float
    ) -> bool:
        """Batch after batch, at least one, until nothing is left or the time is up."""
        selected = self._mailbox.select(folder)
        if selected is None:
            if folder == self._imap.folder:
                raise TransportError(f"the mailbox has no folder {folder}. Check imap.folder.")
            return True
        place = (folder, selected.uidvalidity)
        if place not in self._cursors:
            self._cursors[place] = self._known_to[place] = self._resumed(place, season, now)
        uids = self._mailbox.uids(self._cursors[place])
        try:
            for batch in self._mailbox.fetch(uids):
                dated = self._dated(batch, season, now)
                for week, letters in groupby(dated, lambda one: season.week(one.arrived)):
                    received += self._kept(list(letters), place, week, self._judge(season, now))
                    if self._stopped():
                        return True
                if self._clock() >= until and self._cursors[place] < uids[-1]:
                    return False
        finally:
            self._pass(place, now)
        return True

    def _kept(self, letters: Sequence[Fetched], place: _Place, week: Week, judge: Judge) -> list[events.Received]:
        """Judge messages that arrived in one week, each on what the ones before it brought about, and keep it all
        together: one commit costs the same for one message as for many."""
        outcomes: list[events.Received] = []
        looked_at = self._cursors[place]
        try:
            with self._attempts.watching(), self._history.still():  # what they answer had left before they came
                for fetched in letters:
                    outcome = self._staged(fetched, place, week, judge)
                    outcomes += [outcome] if outcome is not None else []
                    looked_at = fetched.uid
                    if self._stopped():
                        break
            kept = self._history.keep(last=week)
        finally:
            self._history.unstage()
        self._cursors[place] = looked_at
        self._known_to[place] = max(
            [self._known_to[place], *(one.uid for one in kept if isinstance(one, events.Received))]
        )
        for outcome in outcomes:
            log.info("reply read outcome=%s person=%s rule=%r", outcome.outcome, outcome.person or "-", outcome.rule)
            self._moves_later(place, outcome)
        return outcomes

    def _resumed(self, place: _Place, season: Season, now: datetime) -> int:
        """Where a process before us stopped; what it had recorded and not yet moved is moved with what is new."""
        recent = list(self._history.glances(season.week(now), WEEKS_BACK))
        known = [(one.uids if isinstance(one, Past) else uids_of(one)).get(place, Uids()) for one in recent]
        first = min((uids.ours[0] for uids in known if uids.ours), default=None)
        here = frozenset() if first is None else frozenset(self._mailbox.uids(first - 1))
        for one, uids in zip(recent, known, strict=True):
            unmoved = here.intersection(uids.ours)
            this = self._history.round(Week.parse(one.week)) if unmoved else Round(one.week)
            for message in this.received.values():
                if message.uid in unmoved and (message.folder, message.uidvalidity) == place:
                    self._moves_later(place, message)
        return max([self._history.book.passed.get(place, 0), *(uids.reached for uids in known)])

    def _pass(self, place: _Place, now: datetime) -> None:
        """Keep how far this folder was looked at, where the next process would find no record of it."""
        uid = self._cursors[place]
        if uid - self._known_to[place] >= (1 if place[0] == self._imap.folder else _PASSED_AT_LEAST):
            key = f"passed/{place[0]}/{place[1]}/{uid}"
            passed = events.Passed(key=key, round=None, at=now, folder=place[0], uidvalidity=place[1], uid=uid)
            self._history.append([passed])
            self._known_to[place] = uid

    def _dated(self, batch: Sequence[Fetched], season: Season, now: datetime) -> list[Fetched]:
        """By INTERNALDATE, but never in the future: of our own clock, or of what it showed before it was set back. One
        look is enough for a batch: under the ledger's `writing` no answer is kept meanwhile but ours."""
        latest = self._history.round(season.week(now)).latest
        at_most = now if latest is None else max(now, latest)
        return [one if one.arrived <= at_most else msgspec.structs.replace(one, arrived=at_most) for one in batch]

    def _moves_later(self, place: _Place, outcome: events.Received) -> None:
        if outcome.outcome not in LEFT_ALONE:
            folder = self._imap.held_folder if outcome.outcome == "held" else self._imap.processed_folder
            if folder != place[0]:
                self._to_move.setdefault(place, {})[outcome.uid] = folder

    def _moved(self) -> str:
        """Move what was recorded. Answers with why it could not be moved: the messages have been read all the same,
        and are moved at a later visit."""
        try:
            for place, uids in self._to_move.items():
                selected = self._mailbox.select(place[0])
                if selected is not None and (place[0], selected.uidvalidity) == place:
                    for folder in sorted(set(uids.values())):
                        self._mailbox.move([uid for uid in uids if uids[uid] == folder], folder)
                uids.clear()
        except TransportError as error:
            return f"what was read could not be moved: {error}"
        return ""

    def _staged(self, fetched: Fetched, place: _Place, week: Week, judge: Judge) -> events.Received | None:
        """Judge one message and stage what follows from it; None for a message that is to be left unrecorded. Nor is
        other people's old mail recorded: whether it was read before is asked of the last weeks only."""
        name = hash_of(fetched.raw)
        before = self._history.received(name, week, WEEKS_BACK)
        if before is not None:
            return msgspec.structs.replace(before, folder=place[0], uidvalidity=place[1], uid=fetched.uid)
        letter, verdict, rule = self._tried(name, fetched, judge)
        if place[0] in self._imap.also_read and rule != _ENDED_US and (letter is None or letter.sender.mail is None):
            return None
        ours = verdict.outcome not in LEFT_ALONE
        received = events.Received(
            key=name,
            round=str(week),
            at=judge.now,
            message=name,
            outcome=verdict.outcome,
            rule=rule,
            folder=place[0],
            uidvalidity=place[1],
            uid=fetched.uid,
            arrived=fetched.arrived if ours else None,
            person=verdict.person,
            words=letter.reading.words[:500] if ours and letter else "",
            evidence=letter.reading.evidence if ours and letter else "",
        )
        if ours or judge.week.since(week) <= WEEKS_BACK:
            self._history.stage([*verdict.events, received])
        return received

    def _tried(self, name: str, fetched: Fetched, judge: Judge) -> tuple[Letter | None, Verdict, str]:
        """One that has ended the process before is read once more, and held after that."""
        failed = self._attempts.failed(name)
        if failed >= MOST:
            return judge.given_up(_ENDED_US)
        if failed:
            log.warning("a process ended while it read this message; it is tried once more message=%s", name)
        with self._attempts.reading(name):
            return judge.judged(name, fetched.raw, fetched.arrived)

    def _judge(self, season: Season, now: datetime) -> Judge:
        from pipeline.judging import Judge  # noqa: PLC0415  fifteen languages: at most visits nothing is to be read

        return Judge(self._history, season, now)


@contextmanager
def _telling() -> Iterator[None]:
    """For the commands, which know no sockets: what is wrong with the mailbox, in an error of ours."""
    try:
        yield
    except TransportError as error:
        raise MailboxError(str(error)) from None


def _is_theirs(found: Fetched, person: Whom, messages: Set[str]) -> bool:
    from pipeline.sender import written_by  # noqa: PLC0415  see Inbox._judge

    return hash_of(found.raw) in messages or written_by(found.raw) in person.addresses


def hash_of(raw: bytes) -> str:
    """A message's name: the hash of its header block, in which the servers on its way have written their marks."""
    block = min((place for place in (raw.find(b"\r\n\r\n"), raw.find(b"\n\n")) if place >= 0), default=len(raw))
    return sha256(raw[:block]).hexdigest()[:32]
