"""The ONE number in what was typed; or why there is none that is certain.

Pure. What is surely no answer (dates, times, telephone numbers, prices, shares, week numbers, parts of another count)
is covered first; what is left are candidates. One candidate is the answer, several are a question back: a wrong number
is worse than a question.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from pipeline.reading.languages.table import Language
from pipeline.reading.values import Question

_KEYCAP = re.compile("[\ufe0e\ufe0f\u20e3]")
_COVER = "\x00"
_NUMBER = re.compile(
    r"(?<![\w.,:/#\x00])(?P<sign>[-+\u2212]?)"
    r"(?P<digits>\d{1,3}(?:[.,' \u202f]\d{3})+(?:[.,]\d{1,2})?|\d+(?:[.,]\d{1,2})?)"
    r"(?![\w:/%@\x00]|[.,]\d|\s?[%€$£°])",
    re.ASCII | re.IGNORECASE,
)
_NEVER = (
    r"https?://\S+|www\.\S+|\S+@\S+\.\w+",
    r"\b\d{4}-\d{1,2}-\d{1,2}\b|\b\d{1,2}[./]\d{1,2}[./]\d{2,4}\b|\b\d{1,2}/\d{1,2}\b|\b\d{1,2}-\d{1,2}-\d{4}\b",
    r"\b\d{1,2}[:.]\d{2}\s?(am|pm|h|hrs|cet|cest|utc|gmt)\b|\b\d{1,2}:\d{2}(:\d{2})?\b|\b\d{1,2}\s?(am|pm)\b|\bkl\.?\s?\d{1,2}([.:]\d{2})?\b",
    r"\+\d[\d\s().\-/]{6,}\d|\(\d{2,5}\)[\s\d\-/]{5,}\d|(?:\b\d{2,4}[ \-/.]){3,}\d{2,4}\b|\b\d{7,}\b",
    r"[€$£¥]\s?\d[\d.,']*|\b\d[\d.,']*\s?[%€$£¥°]",
    r"\b(tel|tlf|phone|mobile|mobil|mob|cvr|case|sag|ticket|no|nr|id|ref|room|suite|vat|fax)\b\s?[.:#]*\s?[#\d][\d\s\-]*",
    r"#\d+|\b[a-z]+-?\d[\w\-]*|\b\d+(st|nd|rd|th|g|d|x|k|m)\b",
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """Something that could be the number: as written, its value, and where in the text."""

    written: str
    value: Decimal
    start: int
    end: int
    weak: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """The number and what decided; or no number, the reason and the candidates. `comment` is the rest of the text."""

    number: Decimal | None
    rule: str
    reason: str = ""
    candidates: tuple[str, ...] = ()
    comment: str = ""


def find(text: str, question: Question, languages: Sequence[Language]) -> Found:
    plain = plain_digits(text)
    covered = cover(plain, languages)
    candidates = _candidates(covered, languages)
    chosen, rule = _chosen(covered, candidates)
    if chosen is None:
        if not candidates:
            return Found(None, rule, "none")
        return Found(None, rule, "several", tuple(dict.fromkeys(one.written for one in candidates)))
    reason = _refused(chosen, covered, question, languages)
    if reason:
        return Found(None, rule, reason, (chosen.written,))
    return Found(chosen.value, rule, "", (chosen.written,), _comment(plain, chosen))


def plain_digits(text: str) -> str:
    """Decimal digits of every script as 0-9, keycaps as their digit, and fancy minus signs as one; superscripts and
    circled figures are no digits (Unicode category Nd, UAX 44)."""
    text = _KEYCAP.sub("", text)
    if text.isascii():
        return text
    return "".join(
        str(unicodedata.decimal(letter)) if letter.isdecimal() else "-" if letter in "\u2212\u2012" else letter
        for letter in text
    )


def cover(text: str, languages: Sequence[Language]) -> str:
    """The text with all that is surely no answer covered, letter by letter, so that places stay."""
    for pattern in (_never(), *(_of_language(language) for language in languages)):
        text = pattern.sub(lambda found: _COVER * len(found[0]), text)
    return text


@lru_cache(maxsize=1)
def _never() -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{row})" for row in _NEVER), re.IGNORECASE)


@lru_cache(maxsize=64)
def _of_language(language: Language) -> re.Pattern[str]:
    """Dates in words, week numbers, prices and durations, and counts that are part of another."""
    months = "|".join(f"{name}|{name[:3]}\\.?" for name in language.months)
    counts = "|".join(map(re.escape, language.not_counts))
    weeks = "|".join(language.week)
    words = "|".join(sorted(map(re.escape, language.numbers), key=len, reverse=True))
    parts = "|".join(row.replace("N", rf"(\d+|{words})") for row in language.part_of)
    last = "|".join(map(re.escape, language.last_week + language.this_week))
    rows = (
        rf"\b\d{{1,2}}(\.|st|nd|rd|th)?\s(of\s)?({months})(?!\w)(\s\d{{4}})?",
        rf"\b({months})\s\d{{1,2}}(st|nd|rd|th)?(?!\w)(,?\s\d{{4}})?",
        rf"\b({weeks})\.?\s?\d{{1,2}}\b",
        rf"\b({counts})\s?\d[\d.,]*|\b\d[\d.,]*\s?({counts})(?!\w)",
        rf"\b({parts})\b",
        rf"\b({last})\b",
    )
    return re.compile("|".join(f"(?:{row})" for row in rows), re.IGNORECASE)


def _candidates(covered: str, languages: Sequence[Language]) -> list[Candidate]:
    found = [_digits(match) for match in _NUMBER.finditer(covered)]
    strong = [*found]
    for language in languages:
        for match in _words(language).finditer(covered):
            word = re.sub(r"\s+", " ", match[0].lower())
            values = {one.numbers.get(word, 0) for one in languages if word in one.numbers or word in one.zero}
            if len(values) == 1:  # else it is another number in another of these languages
                weak = any(word in one.weak for one in languages)
                strong.append(Candidate(match[0], Decimal(values.pop()), match.start(), match.end(), weak))
    return _without_overlaps(strong)


def _without_overlaps(candidates: list[Candidate]) -> list[Candidate]:
    """The longest at each place; weak words give way to anything stronger."""
    kept: list[Candidate] = []
    for one in sorted(candidates, key=lambda one: (one.start, -one.end)):
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
    strong = [one for one in kept if not one.weak]
    return strong or kept


@lru_cache(maxsize=64)
def _words(language: Language) -> re.Pattern[str]:
    words = sorted({*language.numbers, *language.zero}, key=len, reverse=True)
    return re.compile(r"(?<![\w\x00-])(" + "|".join(map(re.escape, words)) + r")(?![\w-])", re.IGNORECASE)


def _digits(match: re.Match[str]) -> Candidate:
    written = match["sign"].replace("\u2212", "-").removeprefix("+") + match["digits"]
    return Candidate(match[0], _value(written), match.start(), match.end())


def _value(written: str) -> Decimal:
    """A number as people write it: three digits behind a single sign are thousands, fewer are decimals."""
    parted = re.split(r"[.,' \u202f]", written)
    if len(parted) == 1:
        return Decimal(written)
    if len(parted[-1]) == 3:
        return Decimal("".join(parted))
    return Decimal("".join(parted[:-1]) + "." + parted[-1])


def _chosen(covered: str, candidates: list[Candidate]) -> tuple[Candidate | None, str]:
    if not candidates:
        return None, "no number"
    alone = [one for one in candidates if _alone_on_its_line(covered, one)]
    if len({one.value for one in alone}) == 1 and alone[0] is candidates[0]:
        return alone[0], "alone on the first line"
    if candidates[0].weak:
        return None, "a word that is rarely a number"
    if len({one.value for one in candidates}) == 1:
        return candidates[0], "the only number"
    return None, "several numbers"


def _alone_on_its_line(covered: str, one: Candidate) -> bool:
    begin = covered.rfind("\n", 0, one.start) + 1
    end = covered.find("\n", one.end)
    rest = covered[begin : one.start] + covered[one.end : end if end >= 0 else len(covered)]
    return not re.search(r"[^\W_]|\x00|[?+/]", rest)


def _refused(chosen: Candidate, covered: str, question: Question, languages: Sequence[Language]) -> str:
    """Why this number cannot be recorded as it stands: it was asked rather than told, denied, or out of bounds."""
    before = covered[: chosen.start].lower().split()
    if before and any(before[-1].strip(",.") in language.negations for language in languages):
        return "several"
    sentence = re.match(r"[^.!\n?]*(\?)?", covered[chosen.end :])
    if sentence and sentence[1]:
        return "question"
    if not question.decimals and chosen.value != chosen.value.to_integral_value():
        return "decimals"
    if not question.minimum <= chosen.value <= question.maximum:
        return "bounds"
    return ""


def _comment(text: str, chosen: Candidate) -> str:
    """What stands beside the number: all of it if words stand around, the rest if the number leads."""
    before, after = text[: chosen.start], text[chosen.end :]
    if re.search(r"\w", before):
        return "" if not re.search(r"\w", before + after) else text.strip(" \n*_-")
    rest = after.lstrip("*_)]} \t")
    if rest.startswith("\n"):
        return rest.strip()
    if re.match(r"[-–—:,.;!(]", rest):
        return rest.lstrip("-–—:,.;! \t\n").strip()
    return text.strip(" *_") if re.search(r"\w", rest) else ""
