"""The ONE number in what was typed; or why there is none that is certain.

Pure. What is surely no answer (dates, times, telephone numbers, prices, shares, week numbers, parts of another count)
is covered first; what is left are candidates. One candidate that is said as an answer is the answer, several are a
question back: a wrong number is worse than a question.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from pipeline.reading.languages.table import Language, plain, spaced
from pipeline.reading.values import Question

_KEYCAP = re.compile("[\ufe0e\ufe0f\u20e3]")
_BARE = re.compile(r"[\s*_]*([-+]?\d{1,9})[\s.!*_]*", re.ASCII)
_EMPHASIS = re.compile(r"(?<!\w)[*_~`]{1,3}(?=[-+\d])|(?<=\d)[*_~`]{1,3}(?!\w)", re.ASCII)
_COVER = "\x00"
_WEEK = "\x01"  # covers the number of a week, which goes with any answer
_NUMBER = re.compile(
    r"(?<![\w.,:/#\x00])(?P<sign>[-+\u2212]?)"
    r"(?P<digits>\d{1,3}(?:[.,' \u202f]\d{3})+(?:[.,]\d{1,2})?|\d+(?:[.,]\d{1,2})?)"
    r"(?![\w:/%@+\x00]|[.,]\d|[ ]?[%€$£°])",
    re.ASCII,
)
_NEVER = (
    r"https?://\S{1,200}|www\.\S{1,200}|[^\s@]{1,64}@[^\s@]{1,64}\.\w{1,20}|<[^<>\s]{0,200}>|\[(cid|image|https?)[^\]]{0,200}\]",
    # days
    r"\b\d{4}-\d{1,2}-\d{1,2}\b|\b\d{1,2}[./]\d{1,2}[./]\d{2,4}\b|\b\d{1,2}/\d{1,2}\b|\b\d{1,2}-\d{1,2}-\d{4}\b",
    r"\b\d{1,2}\.\d{1,2}\.(?!\d)",
    # times of day
    r"\b\d{1,2}[:.]\d{2}[ ]?(am|pm|h|hrs|cet|cest|utc|gmt)\b|\b\d{1,2}:\d{2}(:\d{2})?\b|\b\d{1,2}h\d{2}\b",
    r"\b\d{1,2}[ ]?(a\.?m|p\.?m)\b\.?|\b(kl|klo|um|plkst|godz|val)\b\.?[ ]?\d{1,2}([.:]\d{2})?\b",
    # telephones
    r"\+\d[\d ().\-/]{6,20}\d|\(\d{2,5}\)[ \d\-/]{5,20}\d|(?:\b\d{2,4}[ \-/.]){3,6}\d{2,4}\b|\b\d{7,}\b",
    r"\b0\d{1,4}[ \-/]\d[\d \-/]{3,16}\b",
    # money and shares
    r"[€$£¥][ ]?\d[\d.,']{0,12}|\b\d[\d.,']{0,12}[ ]?[%€$£¥°]",
    # what is numbered, and what only contains figures
    r"\b(tel|tlf|phone|mobile|mobil|mob|cvr|case|sag|ticket|no|nr|id|ref|room|suite|vat|fax|floor|box|page|ext|dir|gsm"
    r"|telefon|telefono|téléphone|puh|cell|handy|kom)\b[ ]?[.:#]*[ ]?[#\d][\d \-/]{0,20}",
    r"#\d+|\b[a-z]{1,20}-?\d[\w\-]{0,40}|\b\d+(st|nd|rd|th|g|d|x|k|m|er|ème|eme|º|ª)\b",
)
_CLAUSE_ENDS = re.compile(r"[,;:=!?\n()\[\]|–—…]|\.(?!\d)|\s-+\s|(?<=\d)-(?=\s)")
_TOKEN = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_LONGEST_WORD = 4  # tokens of a number in words: "quatre-vingt-dix-neuf"
_SHORT_TEXT = 12  # words, in which one number can hardly be about anything else
_STRANGE = 2  # words in its clause that may be other than an answer's
_NEAR = 4  # words between a number and the noun that it counts
_MOST_CANDIDATES = 100  # that are looked at; a text with more is no reply, and is asked back


class Candidate(NamedTuple):
    """Something that could be the number: as written, its value, and where in the text.

    `weak` words usually mean something else; `borrowed` names the language of one that means something else in another.
    `clear` tells that its clause, in the first line that is no greeting, holds nothing but it and words that go with an
    answer; `alone` the same of its whole line; `counted` that the thing we ask for is named beside it; `strange` how
    many words of its clause are neither; `other_week` that its clause speaks of another week.
    """

    written: str
    value: Decimal
    start: int
    end: int
    weak: bool = False
    borrowed: Language | None = None
    clear: bool = False
    alone: bool = False
    counted: bool = False
    strange: int = 0
    other_week: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """The number and what decided; or no number, the reason and the candidates. `comment` is the rest of the text;
    `certain` tells that the number fills its line, `said` that its clause is an answer."""

    number: Decimal | None
    rule: str
    reason: str = ""
    candidates: tuple[str, ...] = ()
    comment: str = ""
    certain: bool = False
    said: bool = False


def find(text: str, question: Question, languages: Sequence[Language], *, guessed: bool = False) -> Found:
    """`guessed` tells that nobody said which languages the writer uses: then words that mean something else in another
    one count only in a text that is known to be in theirs."""
    shown = plain_digits(text)
    bare = _BARE.fullmatch(shown)
    if bare:
        only = Candidate(bare[1], Decimal(bare[1]), *bare.span(1), clear=True, alone=True)
        reason = _refused(only, shown, question)
        return Found(None if reason else only.value, "alone on its line", reason, (bare[1],), certain=True, said=True)
    low = shown.lower()
    covered = cover(low if len(low) == len(shown) else shown, languages)
    candidates = [
        one._replace(written=shown[one.start : one.end]) for one in _candidates(covered, languages, guessed=guessed)
    ]
    if len(candidates) > _MOST_CANDIDATES:
        return Found(None, "a text full of numbers", "several")
    chosen, rule = _chosen(covered, candidates, languages)
    if chosen is None:
        named = tuple(dict.fromkeys(one.written for one in candidates))
        return Found(None, rule, "several" if named else "none", named)
    reason = _refused(chosen, covered, question)
    if reason:
        return Found(None, rule, reason, (chosen.written,))
    comment = _without_greeting(_comment(shown, chosen), languages)
    return Found(chosen.value, rule, "", (chosen.written,), comment, chosen.alone, chosen.clear or chosen.counted)


def plain_digits(text: str) -> str:
    """Decimal digits of every script as 0-9, keycaps as their digit, fancy minus signs as one, and emphasis as space;
    superscripts and circled figures are no digits (Unicode category Nd, UAX 44)."""
    text = _KEYCAP.sub("", text)
    if not text.isascii():
        text = "".join(
            str(unicodedata.decimal(letter)) if letter.isdecimal() else "-" if letter in "\u2212\u2012" else letter
            for letter in text
        )
    return _EMPHASIS.sub(lambda found: " " * len(found[0]), text)


def cover(text: str, languages: Sequence[Language]) -> str:
    """A text in lower case with all that is surely no answer covered, letter by letter, so that places stay."""
    if not re.search(r"\d", text):
        return _without_parts(text, languages)
    text = _weeks(tuple(languages)).sub(lambda found: _WEEK * len(found[0]), text)
    for pattern in (_never(), *map(_dates_and_counts, languages)):
        text = pattern.sub(lambda found: _COVER * len(found[0]), text)
    return _without_parts(text, languages)


def _without_parts(text: str, languages: Sequence[Language]) -> str:
    def covered(found: re.Match[str]) -> str:
        words = found[0].lower().split()
        counts = any(word[0].isdigit() or word in one.numbers for word in words for one in languages)
        return _COVER * len(found[0]) if counts else found[0]

    return _parts(tuple(languages)).sub(covered, text)


@lru_cache(maxsize=1)
def _never() -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{row})" for row in _NEVER))


@lru_cache(maxsize=64)
def _weeks(languages: tuple[Language, ...]) -> re.Pattern[str]:
    weeks = "|".join(re.escape(week) for language in languages for week in language.week)
    number = r"\d{1,2}(?![\w.,]*\d)"
    return re.compile(rf"\b(?:(?:{weeks})\.?[ ]?(?:n[or]\.?[ ]?)?{number}|w{number}|\d{{1,2}}\.[ ]?(?:{weeks})\b)")


@lru_cache(maxsize=64)
def _dates_and_counts(language: Language) -> re.Pattern[str]:
    """Dates in words, prices and durations."""
    names = [name for row in language.months for name in row.split("|")]
    months = "|".join(f"{re.escape(name)}|{re.escape(name[:3])}\\.?" for name in names)
    days = "|".join(re.escape(name) for row in language.weekdays for name in row.split("|"))
    counts = "|".join(map(re.escape, language.not_counts))
    ordinal = r"(\.|st|nd|rd|th|er|º)?"
    rows = (
        rf"\b\d{{1,2}}{ordinal}[ ]?(?:of[ ]|de[ ]|d'|da[ ])?({months})(?!\w)(,?[ ](?:de[ ])?\d{{4}})?",
        rf"\b({months})[ ]\d{{1,2}}{ordinal}(?!\w)(,?[ ]\d{{4}})?",
        rf"\b({days})[ ](the[ ]|den[ ]|d\.[ ])?\d{{1,2}}{ordinal}(?!\w)",
        rf"\b({counts})[ ]?\d[\d.,]{{0,12}}|\b\d[\d.,]{{0,12}}[ ]?({counts})(?!\w)",
    )
    return re.compile("|".join(f"(?:{row})" for row in rows))


@lru_cache(maxsize=64)
def _parts(languages: tuple[Language, ...]) -> re.Pattern[str]:
    """Counts that are part of another."""
    rows = (row for language in languages for row in language.part_of)
    parts = "|".join(row.replace("N", r"(?:\d+|[^\W\d_]+)") for row in rows)
    return re.compile(rf"\b(?:{parts})(?!\w)")


def _candidates(covered: str, languages: Sequence[Language], *, guessed: bool) -> Iterator[Candidate]:
    found = [_digits(match) for match in _NUMBER.finditer(covered)]
    found += _in_words(covered, languages, guessed=guessed)
    kept: list[Candidate] = []
    for one in sorted(found, key=lambda one: (one.start, -one.end)):
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
    if len(kept) > _MOST_CANDIDATES:
        yield from kept
        return
    around = _Around(covered, languages)
    judged = [around.judged(one) for one in kept]
    told = [one for one in judged if not one.weak or one.clear or one.counted]
    this_week = [one for one in told if not one.other_week]
    told = this_week or told
    beside = [one for one in judged if one.weak and one.value and any(around.is_beside(one, other) for other in told)]
    yield from sorted({*told, *beside}, key=lambda one: one.start) or (one for one in judged if one.value)


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


def _in_words(covered: str, languages: Sequence[Language], *, guessed: bool) -> Iterator[Candidate]:
    """Numbers in words, the longest at each place; one that is another number in another of these languages is none."""
    tokens = list(_TOKEN.finditer(covered))
    words = [token[0].lower() for token in tokens]
    beginnings = _beginnings(tuple(languages))
    spoken = _known_by_small_words(set(words), languages)
    number = 0
    while number < len(tokens):
        step = 1
        if words[number] not in beginnings and (words[number].isascii() or plain(words[number]) not in beginnings):
            number += step
            continue
        for length in range(min(_LONGEST_WORD, len(tokens) - number), 0, -1):
            begin, end = tokens[number].start(), tokens[number + length - 1].end()
            candidate = _word(covered, begin, end, languages, spoken, guessed=guessed)
            if candidate is not None:
                yield candidate
                step = length
                break
        number += step


@lru_cache(maxsize=64)
def _number_words(languages: tuple[Language, ...]) -> frozenset[str]:
    return frozenset(word for language in languages for word in (*language.numbers, *language.zero))


@lru_cache(maxsize=64)
def _beginnings(languages: tuple[Language, ...]) -> frozenset[str]:
    """The first words of numbers in words."""
    return frozenset(word.split()[0] for word in _number_words(languages))


def _word(
    covered: str, begin: int, end: int, languages: Sequence[Language], spoken: set[str], *, guessed: bool
) -> Candidate | None:
    written = covered[begin:end]
    word = spaced(written)
    known = _number_words(tuple(languages))
    if word not in known and (word.isascii() or plain(word) not in known):
        return None
    if _is_within_a_word(covered, begin, end):
        return None
    behind = _TOKEN.match(covered[end:].lstrip(" ").lower())
    values, weak, lender = set[int](), False, None
    for language in languages:
        value = _number_of(word, language)
        if value is None:
            continue
        borrowed = word in language.borrowed and language.code not in spoken
        if (borrowed and guessed) or (behind and behind[0] in language.not_counts):
            return None
        values.add(value)
        lender = language if borrowed else lender
        weak = weak or borrowed or word in language.weak or word in language.zero
    if len(values) != 1:
        return None
    return Candidate(written, Decimal(values.pop()), begin, end, weak, lender)


def _number_of(word: str, language: Language) -> int | None:
    if word in language.zero:
        return 0
    value = language.numbers.get(word)
    return value if value is not None or word.isascii() else language.numbers.get(plain(word))


def _is_within_a_word(covered: str, begin: int, end: int) -> bool:
    """`one-off`, `zwei@x`: part of something longer."""
    before, after = covered[max(0, begin - 1) : begin], covered[end : end + 2]
    return before in {"-", "@", "/", "\x00", "_"} or re.match(r"[@/_\x00]|-\w", after) is not None


def _known_by_small_words(words: set[str], languages: Sequence[Language]) -> set[str]:
    """The languages that this text is known to be in: more of their small words stand here than of any other's."""
    score = {language.code: len(words & language.small) for language in languages}
    best = max(score.values(), default=0)
    return {code for code, count in score.items() if count == best and count > 0}


class _Words(NamedTuple):
    """The words of several languages that stand around numbers."""

    fillers: frozenset[str]
    nouns: tuple[str, ...]
    this_week: re.Pattern[str]
    other_weeks: re.Pattern[str]


@lru_cache(maxsize=64)
def _words_around(languages: tuple[Language, ...]) -> _Words:
    def phrases(rows: Iterable[tuple[str, ...]]) -> re.Pattern[str]:
        words = "|".join(re.escape(phrase) for row in rows for phrase in row)
        return re.compile(rf"(?<!\w)(?:{words})(?!\w)")

    return _Words(
        fillers=frozenset(word for one in languages for word in (*one.fillers, *one.greetings)),
        nouns=tuple(noun for one in languages for noun in one.nouns),
        this_week=phrases(one.this_week for one in languages),
        other_weeks=phrases((*one.last_week, *one.next_week) for one in languages),
    )


def _first_line_ends(covered: str, languages: Sequence[Language]) -> int:
    """Where the first line ends that says more than a greeting: below it, a clause may be part of an address."""
    end = 0
    for line in covered.split("\n"):
        end += len(line) + 1
        if line.strip() and not (len(line.split()) <= _NEAR and _is_greeting(line.lower().split(), languages)):
            break
    return end


class _Around:
    """What stands around candidates: their clauses and lines, without the words that go with an answer."""

    def __init__(self, covered: str, languages: Sequence[Language]) -> None:
        self.covered = covered
        self.words = _words_around(tuple(languages))
        self.first_line_ends = _first_line_ends(covered, languages)
        self.ends = [match.span() for match in _CLAUSE_ENDS.finditer(covered)]

    def judged(self, one: Candidate) -> Candidate:
        clause = self.clause(one)
        words = self.words if one.borrowed is None else _words_around((one.borrowed,))
        text = self.covered[clause[0] : clause[1]].lower()
        strange = self._strange(clause, one, words)
        alone = self._strange(self.line(one), one, words) == 0
        return one._replace(
            clear=alone or (strange == 0 and one.start < self.first_line_ends),
            alone=alone,
            counted=self._is_counted(one, clause[1], text, words),
            strange=strange,
            other_week=bool(self.words.other_weeks.search(text)) and not self.words.this_week.search(text),
        )

    def is_beside(self, one: Candidate, other: Candidate) -> bool:
        return one != other and self.clause(one) == self.clause(other)

    def clause(self, one: Candidate) -> tuple[int, int]:
        begin = max((end for _, end in self.ends if end <= one.start), default=0)
        return begin, min((start for start, _ in self.ends if start >= one.end), default=len(self.covered))

    def line(self, one: Candidate) -> tuple[int, int]:
        begin = self.covered.rfind("\n", 0, one.start) + 1
        end = self.covered.find("\n", one.end)
        return begin, len(self.covered) if end < 0 else end

    def _strange(self, span: tuple[int, int], one: Candidate, words: _Words) -> int:
        """How many words around it do not go with an answer; figures and the like count as many."""
        rest = self.covered[span[0] : one.start] + " " + self.covered[one.end : span[1]]
        if re.search(r"[\d\x00?+/]", rest):
            return 1 + _STRANGE
        tokens = _TOKEN.findall(rest.lower())
        return sum(token not in words.fillers and not token.startswith(words.nouns) for token in tokens)

    def _is_counted(self, one: Candidate, end: int, clause: str, words: _Words) -> bool:
        behind = _TOKEN.findall(self.covered[one.end : end].lower())[:_NEAR]
        if any(token.startswith(words.nouns) for token in behind):
            return True
        return len(clause.split()) <= 2 * _NEAR and bool(words.this_week.search(clause))


def _chosen(
    covered: str, candidates: Sequence[Candidate], languages: Sequence[Language]
) -> tuple[Candidate | None, str]:
    if not candidates:
        return None, "no number"
    doubt = _doubt(covered, candidates, languages)
    if doubt:
        return None, doubt
    if len({one.value for one in candidates}) > 1:
        return _of_several(covered, candidates[0], candidates[1:], languages)
    told = next((one for one in candidates if one.clear or one.counted), candidates[0])
    said = told.clear or told.counted or _leads(covered, told, languages)
    if said or _is_little_around(covered, told, languages):
        return told, "alone on its line" if told.alone else "the only number"
    return None, "a number in the middle of other things"


def _doubt(covered: str, candidates: Sequence[Candidate], languages: Sequence[Language]) -> str:
    if any(_is_denied(one, covered, languages) for one in candidates):
        return "a number that is denied, compared or large"
    if all(one.weak and not (one.clear or one.counted) for one in candidates):
        return "a word that is rarely a number"
    return "a number for another week" if all(one.other_week for one in candidates) else ""


def _is_little_around(covered: str, one: Candidate, languages: Sequence[Language]) -> bool:
    """A short text, in whose first line it stands among few words."""
    before = covered[: one.start].strip("\n").split("\n")[:-1]
    if one.strange > _STRANGE or len(covered.split()) > _SHORT_TEXT:
        return False
    return all(not line.strip() or _is_greeting(line.lower().split(), languages) for line in before)


def _of_several(
    covered: str, first: Candidate, others: Sequence[Candidate], languages: Sequence[Language]
) -> tuple[Candidate | None, str]:
    if len(others) > 1 and first.value == sum(one.value for one in others) and _leads(covered, first, languages):
        return first, "the sum of those behind it"
    different = [one for one in others if one.value != first.value]
    if first.alone and not any(one.alone for one in different):
        return first, "alone on the first line"
    if all(_numbers_a_line(covered, one) for one in (first, *others)):
        return None, "a numbered list"
    ended = re.match(r"[^,;:\n.!?()]*[.!\n(]", covered[first.end :])
    if first.clear and ended and not any(one.clear or one.counted for one in different):
        return first, "the first sentence"
    counted = [one for one in (first, *others) if one.counted]
    if len({one.value for one in counted}) == 1 and not any(one.clear for one in (first, *others) if not one.counted):
        return counted[0], "the number beside what is counted"
    return None, "several numbers"


def _numbers_a_line(covered: str, one: Candidate) -> bool:
    """`2. Lego`, `2) Lego`"""
    begins = not covered[: one.start].rpartition("\n")[2].strip()
    return begins and re.match(r"[.)]\s*\S", covered[one.end :]) is not None


def _leads(covered: str, one: Candidate, languages: Sequence[Language]) -> bool:
    """Does nothing but a greeting stand before it?"""
    before = _TOKEN.findall(covered[: one.start].lower())
    if len(before) > _NEAR or "\x00" in covered[: one.start]:
        return False
    return not before or (covered[: one.start].rstrip(" *-•\t").endswith("\n") and _is_greeting(before, languages))


def _is_greeting(words: Sequence[str], languages: Sequence[Language]) -> bool:
    text = " ".join(words)
    return any(text.startswith(greeting) for language in languages for greeting in language.greetings)


def _is_denied(one: Candidate, covered: str, languages: Sequence[Language]) -> bool:
    """`not 7`, `more than 7`, `7 hundred`."""
    before = covered[max(0, one.start - 40) : one.start].lower().split()
    behind = _TOKEN.match(covered[one.end :].lower().lstrip(" -"))
    return any(
        (before and before[-1].strip(",.:") in language.negations and not one.counted)
        or (before and before[-1].strip(",.:") in language.large)
        or (behind and behind[0] in language.large)
        for language in languages
    )


def _refused(chosen: Candidate, covered: str, question: Question) -> str:
    """Why this number cannot be recorded as it stands: it was asked rather than told, or is out of bounds."""
    ended = _CLAUSE_ENDS.search(covered, chosen.end)
    if ended and ended[0] == "?":
        return "question"
    if not question.decimals and chosen.value != chosen.value.to_integral_value():
        return "decimals"
    if not question.minimum <= chosen.value <= question.maximum:
        return "bounds"
    return ""


def _without_greeting(comment: str, languages: Sequence[Language]) -> str:
    head, _, rest = comment.partition("\n")
    words = head.lower().split()
    return rest.strip() if rest.strip() and len(words) <= _NEAR and _is_greeting(words, languages) else comment


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
