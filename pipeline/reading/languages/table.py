"""What a language's table holds. The tables themselves lie beside this file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, eq=False)
class Language:
    """Rows are lower case; `attributions` are regular expressions for a whole line, everything else plain words.

    `weak` are number words that usually mean something else, so that they count only where they stand alone.
    `small` are little words by which a text of the language is known. `part_of` are regular expressions around `N` for a count that is part of another ("2 of them").
    """

    code: str
    attributions: tuple[str, ...]
    headers: tuple[str, ...]
    delimiters: tuple[str, ...]
    closings: tuple[str, ...]
    footers: tuple[str, ...]
    disclaimers: tuple[str, ...]
    numbers: Mapping[str, int]
    weak: frozenset[str]
    zero: tuple[str, ...]
    part_of: tuple[str, ...]
    not_counts: tuple[str, ...]
    negations: tuple[str, ...]
    last_week: tuple[str, ...]
    this_week: tuple[str, ...]
    week: tuple[str, ...]
    months: tuple[str, ...]
    weekdays: tuple[str, ...]
    until: tuple[str, ...]
    away: tuple[str, ...]
    back: tuple[str, ...]
    help: tuple[str, ...]
    yes: tuple[str, ...]
    not_me: tuple[str, ...]
    auto_subjects: tuple[str, ...]
    small: tuple[str, ...]


def with_compounds(units: Mapping[str, int], tens: Mapping[str, int], joins: tuple[str, ...]) -> dict[str, int]:
    """All words from 0 to 99. `joins` are templates of a compound: `{ten}-{one}` or `{one}og{ten}`."""
    words = dict(units) | dict(tens)
    for ten, value in tens.items():
        for one, small in units.items():
            if 0 < small < 10:
                words |= {join.format(ten=ten, one=one): value + small for join in joins}
    return words
