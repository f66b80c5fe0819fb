"""What a language's table holds. The tables themselves lie beside this file."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

_LETTERS = str.maketrans({"ø": "o", "æ": "ae", "ß": "ss", "ł": "l", "đ": "d", "œ": "oe"})
_SPELT_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe", "æ": "ae", "ß": "ss"})


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Language:
    """Rows are lower case words and phrases; `part_of` rows alone are regular expressions, around `N` for a count that
    is part of another ("2 of them"). A row of `months` or `weekdays` may give several forms, parted by `|`.

    How mail looks: `opens` and `wrote` are what an attribution line begins with and its verb ("On … Anna wrote:"),
    `headers` the names in a header block, `delimiters` what stands between dashes above a quotation, `disclaimers` how
    banners and legal notices begin.

    What people say: `weak` are number words that usually mean something else and count only where they stand alone or
    beside a word of `fillers` or `nouns`; `borrowed` are those that mean something else in another language, and are
    weak unless the text is in this one. `nouns` are the beginnings of words for what is counted. `small` are words by
    which a text in this language is known.
    """

    code: str
    opens: tuple[str, ...] = ()
    wrote: tuple[str, ...] = ()
    headers: tuple[str, ...] = ()
    delimiters: tuple[str, ...] = ()
    greetings: tuple[str, ...] = ()
    closings: tuple[str, ...] = ()
    footers: tuple[str, ...] = ()
    disclaimers: tuple[str, ...] = ()
    numbers: Mapping[str, int] = field(default_factory=dict)
    weak: frozenset[str] = frozenset()
    borrowed: frozenset[str] = frozenset()
    zero: tuple[str, ...] = ()
    small: frozenset[str] = frozenset()
    fillers: frozenset[str] = frozenset()
    nouns: tuple[str, ...] = ()
    part_of: tuple[str, ...] = ()
    not_counts: tuple[str, ...] = ()
    negations: tuple[str, ...] = ()
    large: tuple[str, ...] = ()
    last_week: tuple[str, ...] = ()
    last: tuple[str, ...] = ()
    this_week: tuple[str, ...] = ()
    next_week: tuple[str, ...] = ()
    week: tuple[str, ...] = ()
    months: tuple[str, ...] = ()
    weekdays: tuple[str, ...] = ()
    until: tuple[str, ...] = ()
    until_behind: tuple[str, ...] = ()
    day_before_month: bool = True
    point: str = ","
    away: tuple[str, ...] = ()
    back: tuple[str, ...] = ()
    help: tuple[str, ...] = ()
    yes: tuple[str, ...] = ()
    not_me: tuple[str, ...] = ()
    joins: tuple[str, ...] = ()
    is_: tuple[str, ...] = ()
    auto_subjects: tuple[str, ...] = ()


def number_words(
    units: Mapping[str, int],
    tens: Mapping[str, int],
    joins: Iterable[str],
    hundreds: Iterable[str] = (),
    **compounding: int,
) -> dict[str, int]:
    """All words from 0 to 100, in every spelling: with spaces for hyphens, and without the letters' marks.

    `joins` are templates of a compound: `{ten}-{one}` or `{one}og{ten}`; `compounding` are forms of 1 to 9 that stand
    in compounds alone (German `ein`). Held to the kept library num2words by a test.
    """
    words = dict(units) | dict(tens)
    ones = {one: value for one, value in units.items() if 0 < value < 10} | compounding
    for ten, value in tens.items():
        for one, small in ones.items():
            words |= {join.format(ten=ten, one=one): value + small for join in joins}
    words |= dict.fromkeys(hundreds, 100)
    spelt: dict[str, int] = {}
    for word, value in words.items():
        spelt.setdefault(spaced(word), value)
    for word, value in words.items():
        spelt.setdefault(plain(word), value)
        spelt.setdefault(spaced(word.translate(_SPELT_OUT)), value)
    return spelt


def spaced(word: str) -> str:
    """Lower case, in composed letters, hyphens and any space as one space."""
    return " ".join(unicodedata.normalize("NFC", word).lower().replace("-", " ").split())


def plain(word: str) -> str:
    """As it is written on a keyboard without this language's letters."""
    bare = unicodedata.normalize("NFD", spaced(word).translate(_LETTERS))
    return re.sub("[\u0300-\u036f]", "", bare)
