"""What else can be said by mail: absence, being back, last week's number, help, yes, not me, and a manager's `Ana 4`.

Pure. Words are the languages' tables; a date without a year is read against the day the message was written. Whether
the writer may say it is the inbox's business.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from pipeline.reading.languages.table import Language
from pipeline.reading.values import Effect

_EDGES = " \t\n.!,;:*_-–—()\"'"
_NAME = r"[^\W\d_][\w'’.-]*(?:\s[^\W\d_][\w'’.-]*){0,2}"
_LONGEST = 14  # words of a text that is an instruction rather than a story


def whole(text: str, languages: Sequence[Language]) -> Effect | None:
    """The instruction that this text is as a whole, if it is one."""
    words = text.strip().lower()
    bare = words.strip(_EDGES) or words
    for language in languages:
        if bare in language.yes:
            return Effect("confirm")
        if bare in language.not_me:
            return Effect("withdraw")
        if bare in language.back:
            return Effect("back")
        if bare in language.help:
            return Effect("help")
        last = re.fullmatch(rf"(?:{_any(language.last_week)}|last|sidste|forrige)\s*[:=-]?\s*(\d{{1,6}})", bare)
        if last:
            return Effect("last", number=Decimal(last[1]))
    return None


def two_weeks(text: str, languages: Sequence[Language]) -> tuple[Decimal, Decimal] | None:
    """`last week 5, this week 7`: last week's number and this week's."""
    for language in languages:
        last, this = _any(language.last_week), _any(language.this_week)
        for pattern, flip in (
            (rf"(?:{last})\D{{0,12}}(\d{{1,6}})\D{{1,12}}(?:{this})\D{{0,12}}(\d{{1,6}})\D*", False),
            (rf"(?:{this})\D{{0,12}}(\d{{1,6}})\D{{1,12}}(?:{last})\D{{0,12}}(\d{{1,6}})\D*", True),
        ):
            found = re.fullmatch(pattern, text.strip().lower())
            if found:
                first, second = Decimal(found[1]), Decimal(found[2])
                return (second, first) if flip else (first, second)
    return None


def absence(text: str, languages: Sequence[Language], written: date | None) -> Effect | None:
    """Words of absence, with the last day where one is given: `off until 12 January`."""
    if len(text.split()) > _LONGEST:
        return None
    low = text.lower()
    for language in languages:
        if any(_stands(word, low) for word in language.away):
            return Effect("away", until=until(text, languages, written), text=text.strip())
    return None


def until(text: str, languages: Sequence[Language], written: date | None) -> date | None:
    """The day that follows the language's word for `until`, where it is certain which one is meant."""
    low = text.lower()
    for language in languages:
        for match in re.finditer(rf"(?<!\w)(?:{_any(language.until)})\s+(?:and including\s+|d\.\s*|den\s+)?", low):
            found = day_in(low[match.end() :], language, written)
            if found:
                return found
    return None


def day_in(text: str, language: Language, written: date | None) -> date | None:
    """The day with which a text begins. Without a year it is the next such day after the day of writing."""
    iso = re.match(r"(\d{4})-(\d{2})-(\d{2})", text)
    if iso:
        return _date(int(iso[1]), int(iso[2]), int(iso[3]))
    if written is None:
        return None
    for number, weekday in enumerate(language.weekdays):
        if re.match(rf"{weekday}(?!\w)", text):
            return written + timedelta(days=(number - written.weekday() - 1) % 7 + 1)
    month = "|".join(f"{name}|{name[:3]}" for name in language.months)
    named = re.match(rf"(\d{{1,2}})(?:\.|st|nd|rd|th)?\s(?:of\s)?({month})\.?(?:,?\s(\d{{4}}))?", text)
    if named is None:
        turned = re.match(rf"({month})\.?\s(\d{{1,2}})(?:st|nd|rd|th)?(?:,?\s(\d{{4}}))?", text)
        parts = (turned[2], turned[1], turned[3]) if turned else None
    else:
        parts = (named[1], named[2], named[3])
    if parts:
        number = next(n for n, name in enumerate(language.months, 1) if name.startswith(parts[1][:3]))
        return _next(written, number, int(parts[0]), parts[2])
    figures = re.match(r"(\d{1,2})[./-](\d{1,2})(?:[./-](\d{4}|\d{2}))?(?!\d)", text)
    if figures and language.code != "en":
        year = figures[3]
        return _next(written, int(figures[2]), int(figures[1]), year if year is None or len(year) == 4 else "20" + year)
    return None


def named(text: str, languages: Sequence[Language]) -> tuple[Effect, ...]:
    """A manager's `Ana 4, Bo off. Strong week.`: an effect for each named clause, and the rest as a note; nothing
    where no clause names anybody. A sentence that names nobody stays as it was written."""
    effects: list[Effect] = []
    rest: list[str] = []
    for sentence in re.split(r"\n|(?<=[.!?;])\s+", text):
        clauses = [_trimmed(clause) for clause in re.split(r"[,;]|\s(?:and|og|&)\s", sentence)]
        found = {clause: _named(clause, languages) for clause in clauses if clause}
        effects += [effect for effect in found.values() if effect is not None]
        if any(found.values()):
            rest += [clause for clause, effect in found.items() if effect is None]
        elif sentence.strip():
            rest.append(sentence.strip())
    if not effects:
        return ()
    if rest:
        effects.append(Effect("note", text=" ".join(rest)))
    return tuple(effects)


def _trimmed(clause: str) -> str:
    return clause.strip(" \t-*•.")


def _named(clause: str, languages: Sequence[Language]) -> Effect | None:
    number = re.fullmatch(rf"({_NAME})\s*[:=-]?\s*(\d{{1,6}})", clause)
    if number and number[1][0].isupper() and not _is_no_name(number[1], languages):
        return Effect("answer", number=Decimal(number[2]), who=number[1])
    for language in languages:
        away = re.fullmatch(rf"({_NAME}?)\s*[:=-]?\s(?:is |er )?(?:{_any(language.away)})", clause, re.IGNORECASE)
        if away and away[1][0].isupper():
            return Effect("away", who=away[1])
    return None


def _is_no_name(written: str, languages: Sequence[Language]) -> bool:
    """`Urlaub bis 12`: words of absence and of time that a capital makes look like a name."""
    low = written.lower()
    rows = ((*language.away, *language.until, *language.week, *language.months) for language in languages)
    return any(_stands(word, low) for row in rows for word in row)


def _stands(word: str, low: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(word)}(?!\w)", low) is not None


def _any(words: Sequence[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


def _next(written: date, month: int, day: int, year: str | None) -> date | None:
    if year:
        return _date(int(year), month, day)
    this = _date(written.year, month, day)
    return this if this and this >= written else _date(written.year + 1, month, day)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
