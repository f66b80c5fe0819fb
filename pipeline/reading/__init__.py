"""What does this message say? Bytes in, a Reading out.

The best reader of short replies that we can make: where there is any doubt it asks rather than answers. Pure: no
settings, no roster, no clock. Who wrote it, and for which week, is `sender`'s business.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from email.message import Message
from email.utils import parsedate_to_datetime
from functools import cache, lru_cache
from typing import NamedTuple

from pipeline.mail import without_our_subject
from pipeline.reading import automatic, instruction, number
from pipeline.reading.body import CONTROLS, Body, parsed, visible
from pipeline.reading.languages import ALL, chosen
from pipeline.reading.languages.table import Language, spaced
from pipeline.reading.typed import FORMAT_CHARACTERS, Typed, typed, typed_elsewhere
from pipeline.reading.values import ANY_NUMBER, Effect, Question, Reading

__all__ = ["ANY_NUMBER", "Effect", "Opened", "Question", "Reading", "Seen", "opened", "read", "read_opened", "seen"]

_PREFIXES = re.compile(
    r"^\s*(?:(?:re|sv|aw|antw|vs|odp|r|ref|fw|fwd|vb|vl|wg|tr|rv|ynt|ang)\s?(?:\[\d+\])?\s?:\s*)+", re.IGNORECASE
)
_LONGEST_WORDS = 2000
_TURNED = "\u202e"  # right-to-left override: what is shown as 75 was typed as 57
_LOOKALIKE = re.compile(r"(?<!\w)(\d+)[oOоОοΟlIІ][\doOоОοΟlIІ]*(?!\w)")  # `1O`, with a letter for the nought
_LONGEST_SUBJECT = 300


def read(raw: bytes, question: Question = ANY_NUMBER, languages: Sequence[str] = ()) -> Reading:
    """Read one message. `languages` are codes of what the writer may use, the likeliest first; with none given, every
    language is tried, and words that are numbers in one language alone count only in a text of that language. Never
    raises for what a message contains."""
    return read_opened(opened(raw), question, languages)


class Opened(NamedTuple):
    """A message taken apart, once for all who look at it: its headers and parts, what a person sees of it, and the
    machine that wrote it, if one did."""

    message: Message
    body: Body
    machine: automatic.Machine | None


def opened(raw: bytes) -> Opened:
    message = parsed(raw)
    body = visible(message)
    return Opened(message, body, automatic.machine(message, body.subject))


def read_opened(letter: Opened, question: Question = ANY_NUMBER, languages: Sequence[str] = ()) -> Reading:
    """As `read` does, for whoever has looked at the message before, to see in which languages its writer writes."""
    message, body, machine = letter
    told = _typed(body.plain, body.html)
    words = told.text[:_LONGEST_WORDS]
    tables = chosen(tuple(languages)) if languages else _spoken(f"{words} {_bare(body.subject)}")
    if machine is not None:
        return _of_machine(machine, words, tables, _day(message))
    if automatic.is_reaction(words):
        return Reading("unclear", evidence="a reaction, not a reply", words=words, reason="reaction")
    asked = _Asked(question, tables, message, guessed=not languages)
    reading = _of_words(words, told, asked) if words else _of_subject(body.subject, asked)
    shown = f"{body.plain}{body.html}" if words else body.subject
    if reading.number is not None and _misleads(reading.number, shown, reading.words):
        return Reading(
            "unclear",
            evidence="the number that is shown is not the one that is there",
            words=reading.words,
            reason="none",
        )
    if words and reading.reason == "none" and told.place == "above" and told.cut:
        return _of_elsewhere(body.plain or body.html, asked) or reading
    return reading


def _misleads(found: Decimal, shown: str, words: str) -> bool:
    """Does whoever looks at the message see another number than the one that was found?"""
    return _TURNED in shown or any(Decimal(digits) == found for digits in _LOOKALIKE.findall(words))


def _of_elsewhere(text: str, asked: _Asked) -> Reading | None:
    """What was typed in the quotation counts beside words above it only where it is nothing but a number."""
    told = typed_elsewhere(text)
    found = number.find(told.text[:_LONGEST_WORDS], asked.question, asked.tables, guessed=asked.guessed)
    if found.number is None or not found.certain:
        return None
    return _answer(found, told.text, f"typed {told.place} the quotation", ())


class Seen(NamedTuple):
    """What a person sees of a message, line by line, each with whether it was taken for typed; and the rules that cut
    the others, in order."""

    lines: tuple[tuple[bool, str], ...]
    cut: tuple[str, ...]


def seen(raw: bytes) -> Seen:
    """What of a message was kept and what was cut, for whoever asks why it was read as it was."""
    body = visible(parsed(raw))
    told = _typed(body.plain, body.html)
    typed_lines = [line.strip() for line in told.text.split("\n")]
    lines: list[tuple[bool, str]] = []
    for line in _shown_text(body.plain, body.html, told).splitlines():
        kept = bool(line.strip()) and line.strip(" >") in typed_lines
        if kept:
            typed_lines.remove(line.strip(" >"))
        lines.append((kept, line.rstrip()))
    return Seen(tuple(lines), told.cut)


def _shown_text(plain: str, html: str, told: Typed) -> str:
    """The one of the two texts in which the words were found."""
    return html if not plain or (html and typed(html) == told != typed(plain)) else plain


class _Asked(NamedTuple):
    """What a text is read against: the question, the writer's languages (`guessed` where nobody said which), and the
    message, for the day on which it was written."""

    question: Question
    tables: Sequence[Language]
    message: Message
    guessed: bool

    def absence(self, words: str) -> Effect | None:
        if not instruction.tells_absence(words, self.tables):
            return None
        return instruction.absence(words, self.tables, _day(self.message))


def _typed(plain: str, html: str) -> Typed:
    """The reply as the plain text carries it; where it carries none, or where the plain text shows no quotation and the
    HTML marks one, as the HTML does."""
    told = typed(plain)
    if not html or (told.text and told.cut and told.place == "above"):
        return told
    other = typed(html)
    return other if other.text and (not told.text or other.cut) else told


def _spoken(text: str) -> tuple[Language, ...]:
    """The languages a text seems to be in, by its small words, and those in which its first line is nothing but a
    number; all of them where nothing tells."""
    low = set(re.findall(r"[^\W\d_]+", text.lower()))
    if not low:
        return (ALL["en"],)
    score = Counter(code for word in low for code in _languages_of().get(word, ()))
    best = max(score.values(), default=0)
    first = spaced(text.strip().split("\n", 1)[0].strip(" .!*_-"))
    numbers = [table for table in ALL.values() if first in table.numbers or first in table.zero]
    if numbers and not best:
        return tuple(numbers)
    return tuple(table for code, table in ALL.items() if score[code] == best or table in numbers)


@cache
def _languages_of() -> dict[str, list[str]]:
    """Each small word, and the languages that have it."""
    found: dict[str, list[str]] = {}
    for code, table in ALL.items():
        for word in table.small:
            found.setdefault(word, []).append(code)
    return found


def _day(message: Message) -> date | None:
    try:
        return parsedate_to_datetime(str(message.get("Date", ""))).date()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _of_machine(machine: automatic.Machine, words: str, tables: Sequence[Language], written: date | None) -> Reading:
    outcome = machine.outcome
    if outcome == "auto_reply" and machine.answers and instruction.tells_absence_at_length(words, tables):
        outcome = "away"
    effects: tuple[Effect, ...] = ()
    if outcome == "away":
        effects = (Effect("away", until=instruction.until(words, tables, written)),)
    return Reading(outcome, effects=effects, evidence=machine.rule, words=words)


def _of_words(words: str, told: Typed, asked: _Asked) -> Reading:
    question, tables = asked.question, asked.tables
    where = f"typed {told.place} the quotation" if told.cut else "typed"
    said = instruction.whole(words, tables)
    if said is not None:
        if said.kind == "last" and said.number is not None and not question.minimum <= said.number <= question.maximum:
            return Reading("unclear", evidence=f"last week's number, {where}", words=words, reason="bounds")
        return Reading("instruction", effects=(said,), evidence=f"the word for {said.kind}, {where}", words=words)
    weeks = instruction.two_weeks(words, tables)
    if weeks is not None and all(question.minimum <= value <= question.maximum for value in weeks):
        last, this = weeks
        effects = (Effect("answer", number=this), Effect("last", number=last))
        return Reading("answer", this, "", effects, f"this week and last week, {where}", words)
    named = instruction.named(words, tables, _day(asked.message))
    found = number.find(words, question, tables, guessed=asked.guessed)
    if len([effect for effect in named if effect.who]) > 1 and not found.certain:
        outside = tuple(
            f"{one.number}" for one in named if one.number is not None and not _within(one.number, question)
        )
        if outside:
            return Reading(
                "unclear", effects=named, evidence=f"names, {where}", words=words, reason="bounds", candidates=outside
            )
        return Reading("instruction", effects=named, evidence=f"names, {where}", words=words)
    return _of_number(
        words, where, found, away=asked.absence(words), named=() if found.certain else named, tables=tables
    )


def _within(number: Decimal, question: Question) -> bool:
    return question.minimum <= number <= question.maximum


def _of_number(
    words: str,
    where: str,
    found: number.Found,
    *,
    away: Effect | None,
    named: tuple[Effect, ...],
    tables: Sequence[Language],
) -> Reading:
    if away is not None and found.number is not None and not found.said:
        if instruction.is_of_until(words, tables):
            return Reading("away", effects=(away,), evidence=f"words of absence, {where}", words=words)
        found = number.Found(None, "a number beside words of absence", "several", found.candidates)
    if away is not None and found.number is None and found.reason == "none":
        return Reading("away", effects=named or (away,), evidence=f"words of absence, {where}", words=words)
    if found.number is None:
        return Reading(
            "unclear",
            effects=named,
            evidence=f"{found.rule}, {where}",
            words=words,
            reason=found.reason,
            candidates=found.candidates,
        )
    if away is not None and away.until is None and found.number == 0:
        return Reading("away", effects=(away,), evidence=f"words of absence beside a nought, {where}", words=words)
    return _answer(found, words, where, named, away)


def _answer(
    found: number.Found, words: str, where: str, named: tuple[Effect, ...], away: Effect | None = None
) -> Reading:
    answer = Effect("answer", number=found.number, text=found.comment)
    effects = named or ((answer, away) if away is not None and away.until else (answer,))
    evidence = f"{found.rule}, {where}"
    return Reading("answer", found.number, found.comment, effects, evidence, words, "", found.candidates)


@lru_cache(maxsize=512)  # the subjects of a week's replies are few
def _bare(subject: str) -> str:
    """A subject without what we, and the client that replied, have put there."""
    shown = CONTROLS.sub("", FORMAT_CHARACTERS.sub("", subject[:_LONGEST_SUBJECT]))
    return without_our_subject(_PREFIXES.sub("", shown))


def _of_subject(subject: str, asked: _Asked) -> Reading:
    """An empty body: the number may stand in the subject, beside what we put there ourselves."""
    bare = _bare(subject).strip(" .:,-–")
    if not bare:
        return Reading("unclear", evidence="nothing was typed", reason="empty")
    found = number.find(bare, asked.question, asked.tables, guessed=asked.guessed)
    if found.number is not None and found.certain:
        effect = Effect("answer", number=found.number)
        return Reading(
            "answer", found.number, "", (effect,), f"{found.rule}, in the subject", bare, "", found.candidates
        )
    away = asked.absence(bare)
    if away is not None and found.reason == "none":
        return Reading("away", effects=(away,), evidence="words of absence, in the subject", words=bare)
    return Reading(
        "unclear",
        evidence=f"{found.rule}, in the subject",
        words=bare,
        reason=found.reason or "none",
        candidates=found.candidates,
    )
