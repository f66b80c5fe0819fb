"""What else can be said by mail: absence, being back, last week's number, help, yes, not me, and a manager's `Ana 4`.

Pure. Words are the languages' tables; a date without a year is read against the day the message was written. Whether
the writer may say it is the inbox's business.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache

from pipeline.reading.languages.table import Language
from pipeline.reading.values import Effect

_EDGES = " \t\n.!,;:*_-–—()\"'"
_NAME = r"[^\W\d_][\w'’.-]*(?:\s[^\W\d_][\w'’.-]*){0,2}"
_NAME_AND_NUMBER = re.compile(rf"({_NAME})\s?[:=-]?\s?(\d{{1,6}})")
_LONGEST_CLAUSE = 80  # letters of a name with what is said of it
_LONGEST = 14  # words of a text that is an instruction rather than a story
_LONGEST_NOTICE = 400  # letters of a robot's notice in which it says what it is about
_LONGEST_TO_SEARCH = 2000  # letters of a text in which the day of a robot's notice is looked for


def whole(text: str, languages: Sequence[Language]) -> Effect | None:
    """The instruction that this text is as a whole, if it is one."""
    if len(text) > 100:
        return None
    words = " ".join(text.strip().lower().split())
    bare = words.strip(_EDGES) or words
    kind = _words_alone(tuple(languages)).get(bare)
    if kind is not None:
        return Effect(kind)
    last = _last(tuple(languages)).fullmatch(bare)
    return Effect("last", number=Decimal(last[1])) if last else None


@lru_cache(maxsize=64)
def _words_alone(languages: tuple[Language, ...]) -> dict[str, str]:
    """What each word is an instruction to do; where two languages differ, the likelier one's meaning."""
    words: dict[str, str] = {}
    for language in languages:
        rows = {"confirm": language.yes, "withdraw": language.not_me, "back": language.back, "help": language.help}
        for kind, row in rows.items():
            for word in row:
                words.setdefault(word, kind)
    return words


@lru_cache(maxsize=64)
def _last(languages: tuple[Language, ...]) -> re.Pattern[str]:
    words = [word for language in languages for word in (*language.last_week, *language.last)]
    return re.compile(rf"(?:{_any(words)})\s?[:=-]?\s?(\d{{1,6}})")


def two_weeks(text: str, languages: Sequence[Language]) -> tuple[Decimal, Decimal] | None:
    """`last week 5, this week 7`: last week's number and this week's."""
    low = text.strip().lower()
    if len(low) > 200 or len(re.findall(r"\d+", low)) != 2:
        return None
    for language in languages:
        for pattern, flip in _two_weeks(language):
            found = pattern.fullmatch(low)
            if found:
                first, second = Decimal(found[1]), Decimal(found[2])
                return (second, first) if flip else (first, second)
    return None


@lru_cache(maxsize=64)
def _two_weeks(language: Language) -> tuple[tuple[re.Pattern[str], bool], ...]:
    last, this = f"(?:{_any(language.last_week)})", f"(?:{_any(language.this_week)})"
    number, gap = r"(\d{1,6})", r"\D{0,12}"
    between = r"\D{1,12}"
    return (
        (re.compile(rf"{last}{gap}{number}{between}{this}{gap}{number}\D*"), False),
        (re.compile(rf"{this}{gap}{number}{between}{last}{gap}{number}\D*"), True),
        (re.compile(rf"{number}\s{last}{between}{number}\s{this}\W*"), False),
        (re.compile(rf"{number}\s{this}{between}{number}\s{last}\W*"), True),
    )


def tells_absence(text: str, languages: Sequence[Language]) -> bool:
    """Is it short, and are there words of absence in it?"""
    return len(text.split()) <= _LONGEST and _away(tuple(languages)).search(text.lower()) is not None


def tells_absence_at_length(text: str, languages: Sequence[Language]) -> bool:
    """Does a robot's notice speak of an absence in its first sentences? Short words (`away`, `off`) are too common."""
    head = text[:_LONGEST_NOTICE].lower()
    return any(" " in found[0] or len(found[0]) > 5 for found in _away(tuple(languages)).finditer(head))


def absence(text: str, languages: Sequence[Language], written: date | None) -> Effect:
    """An absence as it was told, with the last day where one is given: `off until 12 January`."""
    return Effect("away", until=until(text, languages, written), text=text.strip())


@lru_cache(maxsize=64)
def _away(languages: tuple[Language, ...]) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{_any(word for language in languages for word in language.away)})(?!\w)")


def until(text: str, languages: Sequence[Language], written: date | None) -> date | None:
    """The day beside the language's word for `until`, where it is certain which one is meant."""
    low = text[:_LONGEST_TO_SEARCH].lower()
    for language in languages:
        if language.until:
            for match in _until(language).finditer(low):
                found = day_in(low[match.end() : match.end() + 60], language, written)
                if found:
                    return found[0]
        for behind in language.until_behind:
            for match in re.finditer(rf"(?<!\w){re.escape(behind)}(?!\w)", low):
                day = _day_before(low[max(0, match.start() - 40) : match.start()].rstrip(), language, written)
                if day:
                    return day
    return None


def is_of_until(text: str, languages: Sequence[Language]) -> bool:
    """`On vacation until 12`: the one number is a day."""
    low = text.lower()
    return any(
        re.match(r"\d", low[match.end() :])
        for language in languages
        if language.until
        for match in _until(language).finditer(low)
    )


@lru_cache(maxsize=64)
def _until(language: Language) -> re.Pattern[str]:
    article = r"(?:and including\s+|d\.\s*|den\s+|the\s+|dem\s+|el\s+|il\s+|le\s+|dia\s+|al\s+)?"
    days = _any(day for row in language.weekdays for day in row.split("|"))
    return re.compile(
        rf"(?<!\w)(?:{_any(language.until)})\s+{article}(?:(?:{days}|\w{{2,4}}\.)[,.]?\s+(?=\D{{0,4}}\d))?{article}"
    )


def _day_before(text: str, language: Language, written: date | None) -> date | None:
    """The day with which a text ends, for languages whose `until` follows it."""
    starts = [match.start() for match in re.finditer(r"(?<!\w)\w", text)]
    for start in starts:
        found = day_in(text[start:], language, written)
        if found and found[1] == len(text[start:]):
            return found[0]
    return None


def day_in(text: str, language: Language, written: date | None) -> tuple[date, int] | None:
    """The day with which a text begins, and where it ends. Without a year it is the next such day after the day of
    writing; a day and a month in figures are certain only where the language has one order for them."""
    iso = re.match(r"(\d{4})-(\d{2})-(\d{2})(?!\d)", text)
    if iso:
        return _with_end(_date(int(iso[1]), int(iso[2]), int(iso[3])), iso)
    if written is None:
        return None
    return (
        _weekday(text, language, written)
        or _day_and_month(text, language, written)
        or _figures(text, language, written)
    )


def _weekday(text: str, language: Language, written: date) -> tuple[date, int] | None:
    for number, row in enumerate(language.weekdays):
        day = re.match(rf"(?:{_any(row.split('|'))})(?!\w)", text)
        if day:
            return written + timedelta(days=(number - written.weekday() - 1) % 7 + 1), day.end()
    return None


def _day_and_month(text: str, language: Language, written: date) -> tuple[date, int] | None:
    for number, row in enumerate(language.months, 1):
        names = _any([*row.split("|"), *(name[:3] for name in row.split("|"))])
        year = r"(?:,?\s(?:de\s)?(?P<year>\d{4}))?"
        match = re.match(
            rf"(?P<day>\d{{1,2}})(?:\.|st|nd|rd|th|er|º)?\s?(?:of\s|de\s|d')?(?:{names})(?!\w)\.?{year}", text
        ) or re.match(rf"(?:{names})(?!\w)\.?\s(?P<day>\d{{1,2}})(?!\d)(?:st|nd|rd|th)?\.?{year}", text)
        if match:
            return _with_end(_next(written, number, int(match["day"]), match["year"]), match)
    return None


def _figures(text: str, language: Language, written: date) -> tuple[date, int] | None:
    figures = re.match(r"(\d{1,2})[./-](\d{1,2})\b(?:[./-](\d{4}|\d{2})\b)?\.?", text)
    if figures and (language.day_before_month or int(figures[1]) > 12):
        year = figures[3]
        year = year if year is None or len(year) == 4 else "20" + year
        return _with_end(_next(written, int(figures[2]), int(figures[1]), year), figures)
    return None


def _with_end(day: date | None, match: re.Match[str]) -> tuple[date, int] | None:
    return None if day is None else (day, match.end())


def named(text: str, languages: Sequence[Language], written: date | None) -> tuple[Effect, ...]:
    """A manager's `Ana 4, Bo off. Strong week.`: an effect for each named clause, and the rest as a note; nothing
    where no clause names anybody. A sentence that names nobody stays as it was written. An absence with its last day
    has a line of its own, for a date has dots in many languages: `Bo off until 12 January`."""
    effects: list[Effect] = []
    rest: list[str] = []
    clause_ends, absent = _clause_ends(tuple(languages)), _absent(tuple(languages))
    for sentence in _sentences(text, absent, languages, written):
        if isinstance(sentence, Effect):
            effects.append(sentence)
            continue
        clauses = [_trimmed(clause) for clause in clause_ends.split(sentence)]
        found = {clause: _named(clause, absent, languages) for clause in clauses if clause}
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


def _sentences(
    text: str, absent: re.Pattern[str], languages: Sequence[Language], written: date | None
) -> Iterator[str | Effect]:
    """The sentences of each line, and of a line that is somebody's absence with its last day, that."""
    for line in text.split("\n"):
        dated = _named_until(_trimmed(line), absent, languages, written)
        yield from re.split(r"(?<=[.!?;])\s+", line) if dated is None else (dated,)


def _named_until(
    line: str, absent: re.Pattern[str], languages: Sequence[Language], written: date | None
) -> Effect | None:
    away = absent.match(line) if len(line) <= _LONGEST_CLAUSE and line[:1].isupper() else None
    if away is None or _is_no_name(away[1], languages):
        return None
    rest = line[away.end() :].lower().lstrip(" ,")
    for language in languages:
        begins = _until(language).match(rest) if language.until else None
        day = day_in(rest[begins.end() :], language, written) if begins else None
        if begins and day and not rest[begins.end() + day[1] :].strip(" .!"):
            return Effect("away", until=day[0], who=away[1])
    return None


def _trimmed(clause: str) -> str:
    return clause.strip(" \t-*•.")


@lru_cache(maxsize=64)
def _clause_ends(languages: tuple[Language, ...]) -> re.Pattern[str]:
    ands = _any({"&", *(word for language in languages for word in language.joins)})
    return re.compile(rf"[,;]|\s(?:{ands})\s")


@lru_cache(maxsize=64)
def _absent(languages: tuple[Language, ...]) -> re.Pattern[str]:
    is_ = _any({word for language in languages for word in language.is_})
    away = _any({word for language in languages for word in language.away})
    return re.compile(rf"({_NAME}?)\s?[:=-]?\s(?:(?:{is_})\s)?(?:{away})", re.IGNORECASE)


def _named(clause: str, absent: re.Pattern[str], languages: Sequence[Language]) -> Effect | None:
    if len(clause) > _LONGEST_CLAUSE or not clause[0].isupper():
        return None
    number = _NAME_AND_NUMBER.fullmatch(clause)
    if number and not _is_no_name(number[1], languages):
        return Effect("answer", number=Decimal(number[2]), who=number[1])
    away = absent.fullmatch(clause)
    return Effect("away", who=away[1]) if away and not _is_no_name(away[1], languages) else None


def names(name: str, languages: Sequence[Language]) -> bool:
    """Would this name, with a number behind it, be read as somebody's number?"""
    effect = _named(f"{name} 4", _absent(tuple(languages)), languages)
    return effect is not None and effect.who == name


def _is_no_name(written: str, languages: Sequence[Language]) -> bool:
    """`Urlaub bis 12`, `Hi 7`: words of absence, of time and of greeting that a capital makes look like a name."""
    low = written.lower()
    if all(any(word in language.fillers for language in languages) for word in low.split()):
        return True
    return any(
        _stands(name, low)
        for language in languages
        for row in (language.away, language.until, language.week, language.months, language.greetings)
        for words in row
        for name in words.split("|")
    )


def _stands(word: str, low: str) -> bool:
    begin = low.find(word)
    while begin >= 0:
        end = begin + len(word)
        if not (begin and low[begin - 1].isalnum()) and not (end < len(low) and low[end].isalnum()):
            return True
        begin = low.find(word, begin + 1)
    return False


def _any(words: Iterable[str]) -> str:
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
