"""A message and all that is known are laid before the rules: what does it say, who wrote it, what becomes of it?

Where `reading`, `sender` and `verdict` meet, and the door through which they are loaded: the tables of fifteen
languages are needed when there is a message to read. Fetching, recording and moving are `inbox`'s business.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from datetime import datetime
from email.message import Message
from functools import cached_property, partial

from pipeline.history import History
from pipeline.ledger import LedgerError
from pipeline.reading import Question, opened, read_opened
from pipeline.reading.body import header
from pipeline.season import WEEKS_BACK, Season
from pipeline.sender import Letters, Sender, Trust, identify
from pipeline.verdict import Desk, Letter, Verdict, decide
from pipeline.weeks import Week

log = logging.getLogger("onenumber")

Judged = tuple[Letter | None, Verdict, str]
"""The message as it was read (None where that was not possible), its verdict, and the rule that gave it."""


@dataclass(frozen=True)
class Judge:
    """Judges messages by the rounds as they stand, at one time of judging."""

    history: History
    season: Season
    now: datetime

    @cached_property
    def week(self) -> Week:
        """That of the time of judging."""
        return self.season.week(self.now)

    @cached_property
    def _trust(self) -> Trust:
        return trust(self.season, self.now)

    @cached_property
    def _bounds(self) -> Question:
        question = self.season.settings.question
        return Question(question.minimum, question.maximum, question.decimals)

    def given_up(self, rule: str) -> Judged:
        """Of a message that is not to be read: it is held."""
        return None, Verdict("held"), rule

    def judged(self, name: str, raw: bytes, arrived: datetime, *, vouched: bool = False) -> Judged:
        """A message that breaks our own code twice is held, so that the ones behind it are read: memory may have been
        short, once. `vouched`: the operator has said that its writer is who it seems."""
        for last in (False, True):
            try:
                letter = self._letter(name, raw, arrived)
                if vouched:
                    letter = replace(letter, sender=replace(letter.sender, verdict="pass"))
                return letter, *decide(letter, self._desk(arrived))
            except LedgerError:
                raise  # the message is not at fault
            except Exception as error:
                rule = f"it could not be read ({type(error).__name__})"
                if last:
                    log.exception("a message could not be judged; it is held message=%s", name)
        return self.given_up(rule)

    def _desk(self, arrived: datetime) -> Desk:
        season = self.season
        return Desk(
            roster=season.roster,
            round=self.history.round,
            open_week=season.open_week,
            week=season.week(arrived),
            now=self.now,
            absent=self.history.book.away.keys(),
            receipts=season.settings.receipts,
        )

    def _letter(self, name: str, raw: bytes, arrived: datetime) -> Letter:
        message, body, machine = found = opened(raw)
        sender = self._sender(message, f"{body.plain}\n{body.html}", b"" if machine is None else raw)
        reading = read_opened(found, self._bounds, _languages(sender, self.season))
        return Letter(name, arrived, header(message, "Message-ID"), sender, reading, machine is not None)

    def _sender(self, message: Message, text: str, anywhere: bytes) -> Sender:
        weeks = [self.week.plus(-back) for back in range(WEEKS_BACK + 1)]
        return identify(
            message,
            text,
            self.season.roster,
            self._trust,
            Letters(partial(self.history.alias, week=self.week, count=WEEKS_BACK), weeks),
            anywhere=anywhere.decode("latin-1"),
        )


def trust(season: Season, now: datetime) -> Trust:
    """Whom the settings say to believe."""
    settings = season.settings
    own = {settings.sender.address.rpartition("@")[2], *settings.organisation.internal_domains}
    return Trust(
        settings.organisation.secrets(now.date()),
        settings.imap.authserv_id,
        frozenset(own),
        settings.imap.trust_same_tenant,
    )


def _languages(sender: Sender, season: Season) -> tuple[str, ...]:
    """The likely writer's language, the organisation's, and English."""
    writer = sender.writer or (season.roster.get(sender.mail.person) if sender.mail else None)
    own = [writer.language] if writer else []
    return tuple(dict.fromkeys([*own, season.settings.organisation.language, "en"]))
