"""The director of the play: moves the clock to the next thing that happens, and lets it happen.

What happens next is either a person's reply, which goes in by SMTP, or an instant that the product has planned. At each
the product gets a turn, the very tick of production, handed in as a function; whoever gets a mail from it reacts. Who
they are is `company`'s business, what it looks like `timeline`'s.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from decimal import Decimal
from heapq import heappop, heappush
from itertools import count
from typing import Protocol

from pipeline.demo.company import Company, Reply
from pipeline.demo.mailworld import Delivered, MailWorld
from pipeline.demo.opened import opened
from pipeline.events import Received
from pipeline.roster import new_id
from pipeline.rounds import Round

_TOLD_BY_RULE = frozenset({"held", "foreign", "unconfirmed", "note"})
_ANSWERS = frozenset({"unclear", "which_week", "confirm", "whose", "warning", "receipt"})
_MOST_TURNS = 20  # at one instant; a product that always has one more mail to send would never end


@dataclass(frozen=True, slots=True)
class Standing:
    """The running total, and how many of those who were asked it holds."""

    total: Decimal
    answered: int
    asked: int


@dataclass(frozen=True, slots=True)
class Happened:
    """One thing to be seen: a mail of ours (`mail`, and its `kind`), a person's reply (`reply`), or what we made of
    one (`outcome`, with its word as `kind`). `told` says it in a few words, a mail by its subject or, where that is the
    ask's, by its first line; `text` is the whole of a mail that is worth showing."""

    at: datetime
    what: str
    kind: str
    who: str
    timezone: str
    told: str
    text: str = ""


class Show(Protocol):
    """Whoever watches. `passes` is called when the clock has moved, before anything happens there."""

    def passes(self, before: datetime, now: datetime) -> None: ...

    def happens(self, happened: Happened, standing: Standing | None) -> None: ...


def play(
    tick: Callable[[datetime], object],
    world: MailWorld,
    company: Company,
    *,
    start: datetime,
    end: datetime,
    show: Show,
    next_instant: Callable[[datetime], datetime | None],
    outcomes: Callable[[object], Iterable[Received]] = lambda _: (),
    standing: Callable[[datetime], Standing | None] = lambda _: None,
) -> None:
    """Play from `start` to `end`. `next_instant` tells when the product may have something to do next; `outcomes`
    takes what became of the replies out of what `tick` gave back; `standing` tells the running total."""
    _Play(tick, world, company, show, next_instant, outcomes, standing).run(start, end)


def standing(this: Round) -> Standing:
    """How a round stands while it runs: who was asked and is not away, and what they have answered."""
    answers = {person: answer for person in this.people if (answer := this.answer(person)) is not None}
    asked = {person for person in this.people if person not in this.away and this.first("ask", person).sent is not None}
    return Standing(sum((one.number for one in answers.values()), Decimal()), len(answers), len(asked | answers.keys()))


@dataclass
class _Play:
    """One performance."""

    tick: Callable[[datetime], object]
    world: MailWorld
    company: Company
    show: Show
    next_instant: Callable[[datetime], datetime | None]
    outcomes: Callable[[object], Iterable[Received]]
    standing: Callable[[datetime], Standing | None]
    arrived: deque[Delivered] = field(default_factory=deque)
    coming: list[tuple[datetime, int, str, Reply]] = field(default_factory=list)
    number: Iterator[int] = field(default_factory=count)

    def run(self, start: datetime, end: datetime) -> None:
        self.world.on_delivery = self.arrived.append
        try:
            now = before = start.astimezone(UTC)
            while now <= end:
                self.world.now = now
                self.show.passes(before, now)
                self._instant(now)
                before, following = now, self._following(now)
                if following is None:
                    break
                now = following
        finally:
            self.world.on_delivery = None

    def _following(self, now: datetime) -> datetime | None:
        planned = self.next_instant(now)
        instants = [self.coming[0][0]] if self.coming else []
        if planned is not None and planned > now:
            instants.append(planned)
        return min(instants, default=None)

    def _instant(self, now: datetime) -> None:
        """Everything that happens at one time: replies leave, then the product has turns until it is done."""
        for _ in range(_MOST_TURNS):
            self._people_write(now)
            for received in self.outcomes(self.tick(now)):
                self._happens(self._outcome(received, now), now)
            if not self._people_receive(now):
                return

    def _people_write(self, now: datetime) -> None:
        while self.coming and self.coming[0][0] <= now:
            _, _, who, reply = heappop(self.coming)
            self.world.send(reply.raw)
            self._happens(self._told(now, who, "reply", told=reply.told), now)

    def _people_receive(self, now: datetime) -> bool:
        """Show what was delivered to people since the last look, and let each of them react."""
        mails = [one for one in self._taken() if not self.world.is_organisation(one.recipient)]
        for one in mails:
            mail = opened(one.raw)
            # Whatever answers a reply has the subject of the ask; what it says is in its first line.
            said = mail.opening if mail.kind in _ANSWERS else mail.subject
            told = self._told(now, one.recipient, "mail", mail.kind, said)
            self._happens(replace(told, text=mail.text if mail.kind == "digest" else ""), now)
            for reply in self.company.reacts(one.recipient, one.raw, now):
                heappush(self.coming, (now + reply.delay, next(self.number), one.recipient, reply))
        return bool(mails)

    def _taken(self) -> Iterator[Delivered]:
        while self.arrived:
            yield self.arrived.popleft()

    def _outcome(self, received: Received, now: datetime) -> Happened:
        writers = (one.writer.address for one in self.company.people)
        who = next((address for address in writers if new_id(address) == received.person), "")
        told = received.rule if received.outcome in _TOLD_BY_RULE else received.evidence.partition(",")[0]
        return self._told(now, who, "outcome", received.outcome, told)

    def _told(self, now: datetime, who: str, what: str, kind: str = "", told: str = "") -> Happened:
        someone = self.company.at(who)
        name, zone = (someone.writer.name, someone.writer.timezone) if someone else (who, "UTC")
        return Happened(now, what, kind, name, zone, told)

    def _happens(self, happened: Happened, now: datetime) -> None:
        self.show.happens(happened, self.standing(now))
