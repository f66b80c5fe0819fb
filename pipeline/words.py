"""How a language says things: our sentences from its gettext catalogue, numbers and dates by CLDR.

One `Words` per language, made once. What is said in which mail is `compose`'s business and that of the templates.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time
from decimal import Decimal
from functools import cached_property, lru_cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

from babel import Locale
from babel.dates import format_date, format_skeleton, format_time
from babel.lists import format_list
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

from pipeline.timetable import local

FALLBACK = "en"
PSEUDO = {"en-XA": "Long strings (en-XA)", "ar-XB": "Right to left (ar-XB)"}
"""Made-up languages to look at, named as in CLDR: what a language that needs more room, or runs the other way, would do
to a mail."""

_MINUS = "\N{MINUS SIGN}"


def languages(templates: Path) -> tuple[str, ...]:
    """The languages whose mails are complete: English, in which they are written, and those with a catalogue."""
    found = (path.parent.name for path in (templates / "locale").glob("*/messages.po"))
    return (FALLBACK, *sorted(found))


class Words:
    """One language. A language without a catalogue speaks English, its numbers and dates too."""

    def __init__(self, language: str, templates: Path) -> None:
        self.translations: NullTranslations = NullTranslations()
        self.language, self.direction = FALLBACK, "ltr"
        if language in PSEUDO:
            self.language = language
            self.translations = _Pseudo()
            self.direction = "rtl" if language == "ar-XB" else "ltr"
            return
        catalogue = templates / "locale" / language / "messages.po"
        if catalogue.exists():
            self.language = language
            self.translations = _compiled(catalogue)
            self.direction = self.locale.text_direction

    @cached_property
    def locale(self) -> Locale:
        # Bare English has American dates; ours are read all over the world, and 24 hours are misread by nobody.
        return Locale.parse("en_GB" if self.language == FALLBACK or self.language in PSEUDO else self.language)

    def say(self, message: str, **facts: object) -> str:
        """A sentence, with its `%(name)s` filled in."""
        said = self.translations.gettext(message)
        return said % facts if facts else said

    def count(self, one: str, many: str, number: int | Decimal, **facts: object) -> str:
        """A sentence about so many, `%(number)s` in it written as the language writes numbers. A number that is not
        whole takes the plural that a number over one takes."""
        whole = int(number) if number == int(number) else 2
        said = self.translations.ngettext(one, many, abs(whole))
        return said % {"number": self.number(number), **facts}

    def number(self, number: int | Decimal) -> str:
        return _number(number, self.locale)

    def signed(self, number: int | Decimal) -> str:
        """A change, with its sign, to a whole."""
        shown = round(number)
        told = f"+{self.number(shown)}" if shown > 0 else self.number(shown)
        # Between words from right to left a sign would wander behind its number.
        return f"\N{LEFT-TO-RIGHT MARK}{told}" if self.direction == "rtl" else told

    @staticmethod
    def rounded(number: int | Decimal) -> Decimal:
        """A mean is known to a tenth at most; from ten on, to a whole."""
        exact = Decimal(number)
        shown = exact.quantize(Decimal(1) if abs(exact) >= 10 or exact == int(exact) else Decimal("0.1"))
        return shown.normalize() if shown != shown.to_integral_value() else shown.quantize(Decimal(1))

    def clock(self, at: datetime, timezone: str, today: date | None = None) -> str:
        """A time on the reader's clock; with its weekday unless it is `today` there."""
        there = local(at, timezone)
        told = format_time(there, "short", locale=self.locale)
        if today is not None and there.date() == today:
            return self.say("%(time)s", time=told)
        day = format_date(there.date(), "EEEE", locale=self.locale)
        return self.say("%(time)s on %(day)s", time=told, day=day)

    def date(self, day: date) -> str:
        told: str = format_skeleton("MMMMd", datetime.combine(day, time()), locale=self.locale)
        return told

    def names(self, names: list[str]) -> str:
        return format_list(names, locale=self.locale) if names else ""


@lru_cache(maxsize=1024)
def _number(number: int | Decimal, locale: Locale) -> str:
    """Babel works its pattern out anew for each of the ten buttons of each mail."""
    return format_decimal(number, locale=locale).replace("-", _MINUS)


class _Pseudo(NullTranslations):
    """English a third longer, as German or Finnish often is, with every vowel accented; what is filled in stays."""

    _ACCENTS = str.maketrans("aeiouAEIOU", "áéíóúÁÉÍÓÚ")

    def gettext(self, message: str) -> str:
        parts = re.split(r"(%\(\w+\)s|%%)", message)
        accented = "".join(part if part.startswith("%") else part.translate(self._ACCENTS) for part in parts)
        has_words = any(letter.isalpha() for part in parts if not part.startswith("%") for letter in part)
        return f"{accented} {'·' * (len(message) // 3)}".rstrip() if has_words else accented

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self.gettext(msgid1 if n == 1 else msgid2)


def _compiled(catalogue: Path) -> GNUTranslations:
    with catalogue.open("rb") as file:
        read = read_po(file)
    compiled = BytesIO()
    write_mo(compiled, read)
    compiled.seek(0)
    return GNUTranslations(compiled)


class Dictionary:
    """The words of every language, each made when it is first spoken."""

    def __init__(self, templates: Path) -> None:
        self._templates = templates
        self._known: dict[str, Words] = {}

    def __getitem__(self, language: str) -> Words:
        if language not in self._known:
            self._known[language] = Words(language, self._templates)
        return self._known[language]
