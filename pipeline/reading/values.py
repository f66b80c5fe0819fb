"""The values that go into a reading and come out of it. No decisions here."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import msgspec


class Question(msgspec.Struct, frozen=True):
    """What number is asked for: its bounds, both included, and whether it may have decimals."""

    minimum: Decimal = Decimal(0)
    maximum: Decimal = Decimal(999)
    decimals: bool = False


ANY_NUMBER = Question()


class Effect(msgspec.Struct, frozen=True, omit_defaults=True):
    """One thing that a reply brings about. `kind` is one of answer, last (the week before's number), away, back,
    help, confirm, withdraw and note; `who` is a name as a manager wrote it; `until` the last day of an absence."""

    kind: str
    number: Decimal | None = None
    who: str | None = None
    until: date | None = None
    text: str = ""


class Reading(msgspec.Struct, frozen=True):
    """What one message says by itself, whoever wrote it.

    `outcome` is answer, away, instruction, unclear, auto_reply or bounce. `words` is what the person typed, `comment`
    what of it stands beside the number. `candidates` names what could have been the number where it is unclear, and
    `reason` says why: none, several, bounds, decimals, question, empty or
    reaction. `evidence` tells the rule that decided.
    """

    outcome: str
    number: Decimal | None = None
    comment: str = ""
    effects: tuple[Effect, ...] = ()
    evidence: str = ""
    words: str = ""
    reason: str = ""
    candidates: tuple[str, ...] = ()
