"""`onenumber export`: every answer of every week, for a spreadsheet or another program. It changes nothing."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import xlsxwriter
from babel import Locale
from babel.numbers import get_decimal_symbol

from pipeline import commands, personal
from pipeline.answers import Row, rows
from pipeline.history import History
from pipeline.ledger import Ledger
from pipeline.ledger.opened import open_ledger
from pipeline.personal import Whom
from pipeline.season import Season
from pipeline.settings import Settings
from pipeline.timetable import local
from pipeline.weeks import Week

_COLUMNS = (
    "week", "monday", "name", "email", "manager", "manager_email", "state", "number", "comment", "received",
    "entered_by", "away_until",
)  # fmt: skip
_WIDTHS = (10, 11, 24, 30, 24, 30, 14, 8, 50, 17, 20, 11)  # of a sheet's columns, in letters
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
Cell = str | int | float | date | datetime | None


def run(settings: Settings, *, form: str, out: Path | None, person: str | None, now: datetime) -> int:
    """Write the table to a file, or to standard output; 0 done, 1 where nobody of that name is known or the file
    cannot be written."""
    ledger = open_ledger(settings.store)
    history = History(ledger)
    season, table = _table(settings, history, now)
    kept: dict[str, Any] | None = None
    if person is not None:
        this = [history.round(Week.parse(one)) for one in ledger.rounds()]
        problem, found = commands.person(person, personal.everybody(this, season.roster), "in any round")
        if found is None:
            return _refused(problem)
        table = [row for row in table if row.line.person.id == found.id]
        kept = _kept(ledger, personal.whom(found, this, history.book.ids), season)
        if form != "json":
            print("onenumber: these are the answers; --format json has all that is kept", file=sys.stderr)
    if form == "xlsx" and out is None:
        return _refused("a sheet needs a file. Name one: --out answers.xlsx")
    made = _json(table, season, kept) if form == "json" else {"csv": _csv, "xlsx": _xlsx}[form](table, season)
    if out is None:
        sys.stdout.buffer.write(made)
        sys.stdout.flush()
        return 0
    try:
        commands.write(out, made)
    except OSError as error:
        return _refused(f"{out} cannot be written: {_why_not(out, form, error)}")
    weeks = len({row.week for row in table})
    print(f"{out}: {len(table)} rows of {weeks} {'week' if weeks == 1 else 'weeks'}", file=sys.stderr)
    return 0


def _why_not(out: Path, form: str, error: OSError) -> str:
    if not out.parent.is_dir():
        return f"there is no folder {out.parent}. Make it, or name another with --out."
    if out.is_dir():
        return f"it is a folder. Name a file in it: --out {out / f'answers.{form}'}"
    return f"{error.strerror}. Name another file with --out."


def _kept(ledger: Ledger, person: Whom, season: Season) -> dict[str, Any]:
    """All that is kept about a person, for them (GDPR articles 15 and 20): their line of the roster, and every event
    that is theirs."""
    here = [msgspec.to_builtins(one) for one in season.roster.people if one.id in person.ids]
    happened = (event for round_ in (None, *ledger.rounds()) for event in ledger.events(round_))
    return {"addresses": sorted(person.addresses), "roster": here, "events": personal.concerning(happened, person)}


def _table(settings: Settings, history: History, now: datetime) -> tuple[Season, list[Row]]:
    season = Season(settings, history)
    first, behind = history.book.first_round, season.week(now).plus(2)  # Monday begins earlier in the east
    opened = history.opened_before(behind, behind.since(first)) if first is not None else ()
    return season, list(rows((this, season.times(Week.parse(this.week))) for this in reversed(list(opened))))


def _refused(problem: str) -> int:
    print(f"onenumber: {problem}", file=sys.stderr)
    return 1


def _cells(row: Row, season: Season) -> Iterator[Cell]:
    line, manager = row.line, row.manager
    yield str(row.week)
    yield row.week.monday
    yield line.person.name
    yield line.person.email
    yield manager.name if manager else None
    yield manager.email if manager else None
    yield line.state
    yield commands.number(line.number)
    yield line.comment or None
    yield local(row.received, season.timezone).replace(tzinfo=None, microsecond=0) if row.received else None
    yield line.entered_by or None
    yield line.until


def _harmless(text: str) -> str:
    """A spreadsheet takes a text that begins so for a formula; behind an apostrophe it is a text (OWASP, CSV
    Injection)."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def _csv(table: Sequence[Row], season: Season) -> bytes:
    """As a spreadsheet in the organisation's language opens it: its decimal sign, semicolons where that is a comma, and
    the mark by which Excel knows UTF-8."""
    sign = get_decimal_symbol(Locale.parse(season.settings.organisation.language, sep="-"))
    page = io.StringIO(newline="")
    writer = csv.writer(page, delimiter=";" if sign == "," else ",")
    writer.writerow(_COLUMNS)
    writer.writerows([_in_csv(cell, sign) for cell in _cells(row, season)] for row in table)
    return page.getvalue().encode("utf-8-sig")


def _in_csv(cell: Cell, sign: str) -> str:
    match cell:
        case None:
            return ""
        case str():
            return _harmless(cell)
        case datetime():
            return f"{cell:%Y-%m-%d %H:%M:%S}"
        case date():
            return cell.isoformat()
    return str(Decimal(str(cell))).replace(".", sign)


def _xlsx(table: Sequence[Row], season: Season) -> bytes:
    """A sheet whose numbers are numbers and whose dates are dates; a text stays one, whatever it begins with."""
    page = io.BytesIO()
    with xlsxwriter.Workbook(page, {"in_memory": True}) as book:
        head, day, clock, wrapped = (
            book.add_format(facts)
            for facts in ({"bold": True}, {"num_format": 14}, {"num_format": 22}, {"text_wrap": True})
        )
        sheet = book.add_worksheet("Answers")
        sheet.freeze_panes(1, 0)
        for column, (name, width) in enumerate(zip(_COLUMNS, _WIDTHS, strict=True)):
            sheet.set_column(column, column, width)
            sheet.write_string(0, column, name, head)
        for line, row in enumerate(table, 1):
            for column, cell in enumerate(_cells(row, season)):
                match cell:
                    case datetime():
                        sheet.write_datetime(line, column, cell, clock)
                    case date():
                        sheet.write_datetime(line, column, cell, day)
                    case str():
                        sheet.write_string(line, column, cell, wrapped)
                    case int() | float():
                        sheet.write_number(line, column, cell)
        sheet.autofilter(0, 0, max(1, len(table)), len(_COLUMNS) - 1)
    return page.getvalue()


def _json(table: Sequence[Row], season: Season, kept: dict[str, Any] | None) -> bytes:
    """Times are in UTC here."""
    listed = []
    for row in table:
        facts = dict(zip(_COLUMNS, _cells(row, season), strict=True))
        facts |= {"received": commands.written(row.received)}
        listed.append({name: cell.isoformat() if isinstance(cell, date) else cell for name, cell in facts.items()})
    told = {"answers": listed} if kept is None else {"answers": listed, "kept": kept}
    return (json.dumps(told, ensure_ascii=False, indent=2) + "\n").encode()
