"""A firm with a past: a ledger of so many weeks, drawn, with what a year brings: weeks without a round, a week in which
nobody answered, teams that come and go, somebody away, late answers, comments."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import msgspec
from msgspec.structs import replace

from pipeline import events
from pipeline.ledger.tiny import TinyLedger
from pipeline.roster import Roster
from pipeline.settings import Settings
from tests.compose.company import WEEK, Told, person, settings, short

NAMES = (
    "Anna Bøgh", "Lukas Brandt", "Camille Laurent", "Sofía Marín", "Piotr Zieliński", "Aino Mäkelä", "Jānis Bērziņš",
    "Rasa Kazlauskaitė", "Mads Friis", "Ingrid Solberg", "Giulia Conti", "João Almeida", "Kertu Tamm", "Erik Lindqvist",
)  # fmt: skip
LONG = ("Maximiliane-Alexandra von Hohenzollern-Sigmaringen", "Wolfeschlegelsteinhausenbergerdorffvonaltenstadt")
RIGHT_TO_LEFT = ("נועה לוי", "أحمد الحسيني", "דניאל כהן", "ليلى منصور")
COMMENTS = ("", "", "", "", "two of them at the harbour fair", "one large: a hospital group, first meeting on Tuesday")


def people(teams: int, reps: int, language: str = "en", names: Sequence[str] = NAMES, own: int = 2) -> list[Any]:
    """Jens, so many managers below him (m0, m1, …), reps shared among them (r0, …), and reps of his own (o0, …)."""
    facts = {"language": language}
    made = [person("jens", name="Jens Holm", **facts)]
    made += [person(f"m{n}", "jens", name=names[n % len(names)], **facts) for n in range(teams)]
    made += [
        person(f"r{n}", f"m{n % teams}", name=names[(n + 3) % len(names)], **facts) for n in range(reps if teams else 0)
    ]
    return made + [person(f"o{n}", "jens", name=names[(n + 5) % len(names)], **facts) for n in range(own)]


def past(
    folder: Path, weeks: int, rows: Sequence[Any], *, most: int = 12, is_open: bool = False, **sections: Any
) -> Settings:
    """Write so many weeks up to `WEEK`; the last one is still open where that is said. Everybody's usual number is
    drawn up to `most`."""
    read = settings(folder, rows, **sections)
    ledger, dice = TinyLedger(read.store), Random(7)
    first = WEEK.plus(1 - weeks)
    begun = Told(read, first).first - timedelta(weeks=1)
    ledger.append([events.Installed(key="installed", round=None, at=begun, first_round=str(first))])
    usual = {one.id: dice.randrange(0, most + 1) for one in read.roster.reps}
    for back in range(weeks - 1, -1, -1):
        if back in {5, 40}:
            continue  # the firm skipped that week
        told = Told(replace(read, roster=_roster(read.roster, back)), WEEK.plus(-back))
        _answers(told, back, usual, most=most, dice=dice, share=0.5 if is_open and back == 0 else 0.9)
        if not (is_open and back == 0):
            told.sent("digest", "jens", 240)
        ledger.append(told.happened)
    return read


def _roster(now: Roster, back: int) -> Roster:
    """Team m1 is half a year old; its reps were the director's own before."""
    if back < 26 or not any(short(one) == "m1" for one in now.people):
        return now
    (m1,) = (one for one in now.people if short(one) == "m1")
    above = now.people[0].id
    return Roster(
        tuple(
            msgspec.structs.replace(one, reports_to=above) if one.reports_to == m1.id else one
            for one in now.people
            if one is not m1
        )
    )


def _answers(told: Told, back: int, usual: dict[str, int], *, most: int, dice: Random, share: float) -> None:
    told.asked()
    if back == 9:
        return  # nobody answered
    for rep in told.roster.reps:
        who = short(rep)
        if dice.random() < 0.05:
            told.away(who)
        elif dice.random() < share:
            number = max(0, min(most, round(usual[rep.id] + dice.gauss(0, 1 + most / 12))))
            minutes = min(300.0, dice.expovariate(1 / 35)) if dice.random() < 0.95 else 1300.0
            told.answered(who, number, dice.choice(COMMENTS), after=minutes)


def after_the_digest(read: Settings) -> datetime:
    times = Told(read).times
    assert times.digest is not None
    return times.digest + timedelta(days=1)


def before_the_digest(read: Settings) -> datetime:
    return after_the_digest(read) - timedelta(days=1, minutes=30)


def speaking(read: Settings, language: str) -> Settings:
    """Everybody reads this language, which may be one that is made up."""
    return replace(
        read, roster=Roster(tuple(msgspec.structs.replace(one, language=language) for one in read.roster.people))
    )
