"""`onenumber answer`: record a number by hand, for somebody who told it by telephone. It is kept who entered it."""

from __future__ import annotations

import sys
from datetime import datetime
from decimal import Decimal

from pipeline import commands, events
from pipeline.history import History
from pipeline.ledger import Ledger
from pipeline.ledger.opened import open_ledger
from pipeline.roster import Person
from pipeline.season import Season
from pipeline.settings import Question, Settings
from pipeline.weeks import Week


def run(settings: Settings, *, person: str, number: Decimal, week: Week | None, now: datetime) -> int:
    """Record it; 0 done, 1 where nobody, or more than one, is meant, or the number or the week cannot be."""
    ledger = open_ledger(settings.store)
    with ledger.writing():
        history = History(ledger)
        season = Season(settings, history)
        problem, found = commands.person(person, season.roster.people)
        if found is None:
            return _refused(problem)
        wrong = _outside(number, settings.question)
        if wrong:
            return _refused(wrong)
        round_ = week or season.open_week(found, now)
        if round_ is None:
            return _refused(f"no round is open for {found.name} now. {_rounds_of(found, ledger, history)}")
        this = history.round(round_)
        if found.id not in this.people:
            return _refused(f"{found.name} is not in round {round_}. {_rounds_of(found, ledger, history)}")
        if found.id not in {rep.id for rep in this.roster.reps}:
            return _refused(
                f"{found.name} reports no number in round {round_}: it would be in no sum. To have one asked from the "
                "next round on, give them reports_number: true in the settings."
            )
        key = f"{round_}/operator/{history.size(round_) + 1}"
        at = this.moment(now)
        history.append(
            [
                events.Answered(
                    key=key,
                    round=str(round_),
                    at=at,
                    person=found.id,
                    number=number,
                    received=at,
                    entered_by="operator",
                )
            ]
        )
    print(f"{found.name}, {round_}: {number}")
    return 0


def _rounds_of(found: Person, ledger: Ledger, history: History) -> str:
    """Which rounds may be named instead."""
    theirs = [one for one in ledger.rounds() if found.id in history.round(Week.parse(one)).people]
    if not theirs:
        return "There has been none yet: onenumber status tells when the first one begins."
    return f"Name one that was: --week {theirs[-1]}" + (f"; the first was {theirs[0]}." if theirs[1:] else ".")


def _refused(problem: str) -> int:
    print(f"onenumber: {problem}", file=sys.stderr)
    return 1


def _outside(number: Decimal, question: Question) -> str:
    if not question.minimum <= number <= question.maximum:
        return f"{number} is outside what the question takes, {question.minimum} to {question.maximum}."
    if not question.decimals and number != number.to_integral_value():
        return f"{number} is not whole, and question.decimals is false."
    return ""
