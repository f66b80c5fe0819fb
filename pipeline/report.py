"""A chronicle becomes a page that stands alone: words and numbers in the reader's language, the pictures drawn by a
charting library that lies within the page.

What the weeks add up to is `chronicle`'s business, and which file is for whom `commands.report`'s. The tables are
written here; the script of the page draws the pictures from the same figures and follows the filters.

Laws:
1. A page holds what is in its reader's chronicle, and of other people nothing.
2. A page asks for nothing remote, and runs no script but the two whose hashes it names (Content Security Policy 3).
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache
from hashlib import sha256
from itertools import pairwise
from statistics import median
from typing import Any

from babel.dates import format_date, format_time
from babel.numbers import format_percent
from babel.units import format_unit
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from pipeline import content
from pipeline.chronicle import OWN, Chronicle, Tally
from pipeline.figures import PersonLine, Totals
from pipeline.roster import Person
from pipeline.templating import TEMPLATES
from pipeline.timetable import local
from pipeline.weeks import Week
from pipeline.words import Words

GENERATOR = "onenumber report"
"""What a page says of itself, by which `report` knows its own files again."""

_FOLDER = TEMPLATES / "report"
_PERIODS = (12, 26, 52)
_USUAL_PERIOD = 26
_EDGES = (0, 15, 30, 60, 120, 240, 1440)
"""Minutes since the ask at which the answers are counted apart; the last one is open to the end."""

_NOTHING = "–"


@dataclass(frozen=True, slots=True)
class Reader:
    """One line of the list that tells the operator which page is for whom."""

    person: Person
    file: str
    weeks: int


def page(told: Chronicle, words: Words, *, organisation: str, has_own_words: bool, now: datetime) -> str:
    """The page of one reader. `has_own_words` where the question asks for something else than sales opportunities:
    then nothing speaks of them."""
    facts = _Page(told, words, has_own_words).facts()
    library, script = _text("chartist/chartist.umd.js"), _text("page.js")
    return _rendered(
        "page.html",
        words,
        facts
        | {
            "name": told.reader.name,
            "organisation": organisation,
            "made": _made(words, now, told.reader.timezone),
            "policy": _policy(library, script),
            "library": Markup(library),  # noqa: S704  files of ours
            "script": Markup(script),  # noqa: S704  likewise
        },
    )


def index(readers: Sequence[Reader], words: Words, *, organisation: str, timezone: str, now: datetime) -> str:
    """The operator's list of the pages."""
    rows = [
        {
            "name": reader.person.name,
            "addresses": ", ".join((reader.person.email, *reader.person.copies_to)),
            "file": reader.file,
            "weeks": words.number(reader.weeks),
        }
        for reader in readers
    ]
    facts = {
        "readers": rows,
        "organisation": organisation,
        "made": _made(words, now, timezone),
        "policy": _policy(),
    }
    return _rendered("index.html", words, facts)


def _rendered(name: str, words: Words, facts: Mapping[str, Any]) -> str:
    css = Markup(_text("page.css"))  # noqa: S704  likewise
    return _speaking(words).get_template(name).render(**facts, words=words, css=css, generator=GENERATOR)


@cache
def _speaking(words: Words) -> Environment:
    """The templates in one language, compiled once."""
    environment = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    translations = words.translations
    environment.install_gettext_callables(  # type: ignore[attr-defined]  # of jinja2.ext.i18n
        translations.gettext, translations.ngettext, newstyle=True
    )
    return environment


@cache
def _text(name: str) -> str:
    return (_FOLDER / name).read_text(encoding="utf-8")


def _policy(*scripts: str) -> str:
    """Nothing from elsewhere, and no script but these."""
    hashes = " ".join(f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'" for script in scripts)
    allowed = hashes or "'none'"
    return f"default-src 'none'; style-src 'unsafe-inline'; script-src {allowed}; base-uri 'none'; form-action 'none'"


def _made(words: Words, now: datetime, timezone: str) -> str:
    there = local(now, timezone)
    day = format_date(there.date(), "long", locale=words.locale)
    return f"{day}, {format_time(there, 'short', locale=words.locale)}"


@dataclass
class _Page:
    """What the template of one page is given."""

    told: Chronicle
    words: Words
    has_own_words: bool

    def facts(self) -> dict[str, Any]:
        weeks = self.told.weeks
        keys = self._scopes()
        every = [self._tally(None, week) for week in weeks]
        return {
            "span": self._span(),
            "periods": list(self._periods()),
            "scopes": [self._scope_name(key) for key in keys],
            "unit": self._unit_of_many(),
            "head": self._head(every),
            "tiles": self._tiles(every),
            "rows": [
                self._row(place, week, tally)
                for place, (week, tally) in reversed(list(enumerate(zip(weeks, every, strict=True))))
            ],
            "matrix": [
                {"place": place, "label": self._label(week), "cells": [self._cell(key, week) for key in keys]}
                for place, week in reversed(list(enumerate(weeks)))
            ],
            "buckets": self._buckets(every),
            "people": [person.name for person in self.told.people],
            "lines": list(self._lines()),
            "comments": list(self._comments()),
            "data": self._data(keys),
        }

    # Which teams there are: the whole (None) and, where there is more than one, each.

    def _scopes(self) -> list[str | None]:
        teams = [manager.id for manager in self.told.managers]
        own = any(OWN in entry.teams for entry in self.told.entries.values())
        return [None, *teams, *([OWN] if own else [])] if teams else [None]

    def _scope_name(self, key: str | None) -> str:
        if key is None:
            return self.words.say("All teams")
        if key == OWN:
            return self.words.say("Own reports")
        return next(manager.name for manager in self.told.managers if manager.id == key)

    def _tally(self, key: str | None, week: Week) -> Tally | None:
        entry = self.told.entries.get(week)
        if entry is None:
            return None
        return entry.whole if key is None else entry.teams.get(key)

    def _is_open(self, week: Week) -> bool:
        entry = self.told.entries.get(week)
        return entry is not None and entry.is_open

    # Words.

    def _label(self, week: Week) -> str:
        return self.words.say("Week %(week)s, %(year)s", week=week.number, year=week.year)

    def _span(self) -> str:
        weeks = self.told.weeks
        if not weeks:
            return ""
        first, last = self._label(weeks[0]), self._label(weeks[-1])
        return first if len(weeks) == 1 else f"{first} – {last}"

    def _periods(self) -> Iterator[dict[str, Any]]:
        weeks = self.told.weeks
        fitting = [period for period in _PERIODS if period < len(weeks)]
        for period in fitting:
            name = self.words.count("Last %(number)s week", "Last %(number)s weeks", period)
            yield {"value": f"last-{period}", "name": name, "chosen": period == _USUAL_PERIOD}
        yield {"value": "all", "name": self.words.say("All weeks"), "chosen": _USUAL_PERIOD not in fitting}
        years = sorted({week.year for week in weeks}, reverse=True)
        for year in years if len(years) > 1 else ():
            yield {"value": f"year-{year}", "name": str(year), "chosen": False}

    def _unit(self, number: Decimal | int) -> str:
        if self.has_own_words:
            return self.words.say("in total")
        return self.words.count("new opportunity", "new opportunities", number)

    def _unit_of_many(self) -> str:
        """As a heading: what a plural of no certain number says."""
        return self.words.say("Number") if self.has_own_words else _capital(self._unit(1000))

    def _number(self, totals: Totals) -> str:
        return self.words.number(totals.total) if totals.answered else _NOTHING

    def _coverage(self, totals: Totals) -> str:
        if not totals.asked:
            return self.words.say("not asked")
        number = self.words.number
        return self.words.say(
            "%(answered)s of %(asked)s answered", answered=number(totals.answered), asked=number(totals.asked)
        )

    def _answered(self, totals: Totals) -> str:
        """Coverage in a table."""
        number = self.words.number
        return f"{number(totals.answered)}/{number(totals.asked)}" if totals.asked else ""

    def _share(self, part: int, whole: int) -> str:
        return format_percent(Decimal(part) / whole, locale=self.words.locale) if whole else _NOTHING

    def _half(self, delays: Sequence[int]) -> str:
        """The time within which half of the answers came."""
        if not delays:
            return _NOTHING
        minutes = Decimal(str(median(delays)))
        if minutes < 90:
            return self._lasting(minutes.quantize(Decimal(1)), "minute")
        if minutes < 2880:
            return self._lasting(self.words.rounded(minutes / 60), "hour")
        return self._lasting(self.words.rounded(minutes / 1440), "day")

    def _lasting(self, value: Decimal | str, unit: str) -> str:
        return str(format_unit(value, f"duration-{unit}", "short", locale=self.words.locale))

    # The tables.

    def _row(self, place: int, week: Week, tally: Tally | None) -> dict[str, Any]:
        totals = tally.totals if tally else Totals(Decimal(), 0, 0)
        return {
            "place": place,
            "label": self._label(week),
            "open": self._is_open(week),
            "number": self._number(totals),
            "answered": self._answered(totals) or _NOTHING,
            "rate": self._share(totals.answered, totals.asked),
            "half": self._half(_minutes(tally)),
        }

    def _cell(self, key: str | None, week: Week) -> dict[str, str]:
        tally = self._tally(key, week)
        if tally is None:
            return {"number": _NOTHING, "coverage": ""}
        return {"number": self._number(tally.totals), "coverage": self._answered(tally.totals)}

    def _head(self, every: Sequence[Tally | None]) -> dict[str, str]:
        """The latest week that has a number."""
        for week, tally in reversed(list(zip(self.told.weeks, every, strict=True))):
            if tally is not None and tally.totals.answered:
                told = [self._label(week), self._coverage(tally.totals)]
                if self._is_open(week):
                    told.append(self.words.say("still open"))
                unit = self._unit(tally.totals.total)
                return {"number": self._number(tally.totals), "unit": unit, "told": " · ".join(told)}
        return {"number": _NOTHING, "unit": self.words.say("no numbers yet"), "told": ""}

    def _closed(self, every: Sequence[Tally | None]) -> list[Tally]:
        """The weeks to which nothing will be added, and in which somebody was asked."""
        weeks = zip(self.told.weeks, every, strict=True)
        return [tally for week, tally in weeks if tally and tally.totals.asked and not self._is_open(week)]

    def _tiles(self, every: Sequence[Tally | None]) -> dict[str, str]:
        closed = self._closed(every)
        told = [tally.totals.total for tally in closed if tally.totals.answered]
        answered = sum(tally.totals.answered for tally in closed)
        asked = sum(tally.totals.asked for tally in closed)
        total = sum(told, Decimal())
        return {
            "total": self.words.number(total) if told else _NOTHING,
            "average": self.words.number(self.words.rounded(total / len(told))) if told else _NOTHING,
            "rate": self._share(answered, asked),
            "coverage": self._coverage(Totals(total, answered, asked)) if asked else "",
            "half": self._half([minutes for tally in closed for minutes in _minutes(tally)]),
        }

    def _buckets(self, every: Sequence[Tally | None]) -> list[dict[str, str]]:
        minutes = [one for tally in self._closed(every) for one in _minutes(tally)]
        ends = (*_EDGES[1:], None)
        counts = [
            sum(start <= one and (end is None or one < end) for one in minutes)
            for start, end in zip(_EDGES, ends, strict=True)
        ]
        return [
            {"label": label, "count": self.words.number(count), "share": self._share(count, len(minutes))}
            for label, count in zip(self._bucket_names(), counts, strict=True)
        ]

    def _bucket_names(self) -> list[str]:
        number = self.words.number
        spans = [
            self._lasting(f"{number(start)}–{number(end)}", "minute")
            if end <= 60
            else self._lasting(f"{number(start // 60)}–{number(end // 60)}", "hour")
            for start, end in pairwise(_EDGES)
        ]
        return [*spans, self._lasting(f"> {number(_EDGES[-1] // 60)}", "hour")]

    def _lines(self) -> Iterator[dict[str, Any]]:
        """The reader's own number and those of direct reports, a row a week."""
        for place, week in reversed(list(enumerate(self.told.weeks))):
            entry = self.told.entries.get(week)
            known = {line.person.id: line for line in entry.lines} if entry else {}
            cells = [self._line(known.get(person.id)) for person in self.told.people]
            yield {"place": place, "label": self._label(week), "cells": cells}

    def _line(self, line: PersonLine | None) -> dict[str, str]:
        if line is None:
            return {"number": _NOTHING, "state": ""}
        number = "" if line.number is None else self.words.number(line.number)
        return {"number": number, "state": content.state(line, self.words)}

    def _comments(self) -> Iterator[dict[str, Any]]:
        for place, week in reversed(list(enumerate(self.told.weeks))):
            entry = self.told.entries.get(week)
            for line in entry.lines if entry else ():
                if line.comment:
                    yield {
                        "place": place,
                        "label": self._label(week),
                        "name": line.person.name,
                        "number": _NOTHING if line.number is None else self.words.number(line.number),
                        "comment": line.comment,
                    }

    # What the script reads.

    def _data(self, keys: Sequence[str | None]) -> dict[str, Any]:
        weeks = self.told.weeks
        return {
            "locale": str(self.words.locale).replace("_", "-"),
            "edges": _EDGES,
            "own": keys.index(OWN) if OWN in keys else 0,
            "weeks": [
                {"year": week.year, "axis": week.number, "label": self._label(week), "open": self._is_open(week)}
                for week in weeks
            ],
            "scopes": [self._scope(key) for key in keys],
            "words": {
                "covered": self.words.say("%(answered)s of %(asked)s answered"),
                "not_asked": self.words.say("not asked"),
                "no_answers": self.words.say("No answers in this period."),
                "none": self.words.say("no numbers yet"),
                "open": self.words.say("still open"),
                "buckets": self._bucket_names(),
                "units": self._units(),
            },
        }

    def _units(self) -> dict[str, str]:
        """What stands beside a number, by the plural that CLDR names for it; nought has a word of its own."""
        plural = self.words.locale.plural_form
        return {plural(number): self._unit(number) for number in range(101)} | {
            "0": self._unit(0),
            "other": self._unit(1000),
        }

    def _scope(self, key: str | None) -> dict[str, Any]:
        tallies = [self._tally(key, week) for week in self.told.weeks]
        return {
            "name": self._scope_name(key),
            "total": [_plain(tally.totals.total) if tally and tally.totals.answered else None for tally in tallies],
            "answered": [tally.totals.answered if tally else 0 for tally in tallies],
            "asked": [tally.totals.asked if tally else 0 for tally in tallies],
            "minutes": [_minutes(tally) for tally in tallies],
        }


def _minutes(tally: Tally | None) -> list[int]:
    return [delay // timedelta(minutes=1) for delay in tally.delays] if tally else []


def _plain(number: Decimal) -> int | float:
    return int(number) if number == number.to_integral_value() else float(number)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
