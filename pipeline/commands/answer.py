"""`onenumber answer`: record a number by hand, for somebody who told it by telephone. It is kept who entered it."""

from __future__ import annotations

import sys
from datetime import datetime
from decimal import Decimal

from pipeline import commands, events
from pipeline.history import History
from pipeline.ledger.opened import open_ledger
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
            return _refused(f"no round is open for {found.name} now. Name one that was, such as --week 2026-W48.")
        if found.id not in history.round(round_).people:
            return _refused(f"{found.name} is not in round {round_}. Name another with --week 2026-W48.")
        key = f"{round_}/operator/{history.size(round_) + 1}"
        at = history.round(round_).moment(now)
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


def _refused(problem: str) -> int:
    print(f"onenumber: {problem}", file=sys.stderr)
    return 1


def _outside(number: Decimal, question: Question) -> str:
    if not question.minimum <= number <= question.maximum:
        return f"{number} is outside what the question takes, {question.minimum} to {question.maximum}."
    if not question.decimals and number != number.to_integral_value():
        return f"{number} is not whole, and question.decimals is false."
    return ""
