"""People from the export of a personnel system: CSV or XLSX, its columns recognised in the languages of our mails.

What a row says is matched and checked here, and every problem is told with its row; nothing is guessed. What becomes of
the rows is the business of `onenumber init` and `onenumber people import`.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

from babel.core import Locale

from pipeline import people
from pipeline.roster import address

_HEADS: Mapping[str, str] = {
    # Column: how personnel systems and people head it, in the languages of our mails. Letters and digits alone count.
    "email": "email|e mail|mail|email address|e mail address|work email|work e mail|work email address|business email"
    "|company email|corporate email|office email|primary email|primary work email|email primary work|email work"
    "|email id|login email|user principal name|email information email address"
    "|work contact work email"
    "|mailadresse|e mail adresse|emailadresse|arbejdsmail|arbejdsmailadresse|e mail geschäftlich|geschäftliche e mail"
    "|dienstliche e mail|e post|epost|e postadress|e postadresse|e post arbete|arbets e post|jobb e post|e post jobb"
    "|arbeids e post|sähköposti|sähköpostiosoite|työsähköposti"
    "|courriel|adresse e mail|adresse mail|e mail professionnel|adresse e mail professionnelle|courriel professionnel"
    "|correo|correo electrónico|correo corporativo|correo electrónico de empresa|posta elettronica|indirizzo email"
    "|email aziendale|e mail aziendale|e mailadres|e mail werk|werkmail|zakelijk e mailadres"
    "|correio eletrónico|endereço de email|e mail corporativo|e mail profissional|adres e mail|e mail służbowy"
    "|służbowy e mail|e posti aadress|töö e post|e pasts|e pasta adrese|darba e pasts|el paštas|darbo el paštas",
    "name": "name|full name|display name|displayname|employee|employee name|worker|last name first name|navn|fulde navn"
    "|medarbejder|mitarbeiter|mitarbeitername|nachname vorname|namn|fullständigt namn|fullt navn|ansatt|nimi|koko nimi"
    "|nom complet|nombre completo|nome completo|naam|volledige naam|medewerker|imię i nazwisko|pracownik|täisnimi"
    "|vārds uzvārds|vārds un uzvārds|vardas pavardė|vardas ir pavardė",
    "first": "first name|given name|firstname|givenname|legal first name|fornavn|vorname|förnamn|etunimi|prénom|nombre"
    "|nome|voornaam|imię|eesnimi|vārds|vardas",
    "last": "last name|surname|family name|lastname|legal last name|efternavn|etternavn|nachname|familienname|efternamn"
    "|sukunimi|nom|nom de famille|apellido|apellidos|cognome|achternaam|apelido|nazwisko|perekonnanimi|perenimi"
    "|uzvārds|pavardė",
    "reports_to": "reports to|reporting to|reports to name|manager|manager email|manager e mail|manager name"
    "|manager s email|manager work email|worker s manager|line manager|line manager email|direct manager"
    "|reporting manager|reports to email|supervisor|supervisor email|supervisor name"
    "|leder|nærmeste leder|leders e mail|chef|chefs e mail|vorgesetzter|vorgesetzte|vorgesetzte r|direkter vorgesetzter"
    "|führungskraft|närmaste chef|chefens e post|nærmeste overordnede|esimies|esihenkilö|lähiesihenkilö|responsable"
    "|supérieur|supérieur hiérarchique|responsable hiérarchique|jefe|jefe directo|responsable directo|superior"
    "|responsabile|responsabile diretto|superiore|leidinggevende|gestor|gestor direto|chefia|chefia direta|przełożony"
    "|bezpośredni przełożony|juht|otsene juht|vadītājs|tiešais vadītājs|vadovas|tiesioginis vadovas",
    "language": "language|sprog|sprache|språk|kieli|langue|idioma|lingua|taal|język|keel|valoda|kalba",
    "timezone": "timezone|time zone|tidszone|zeitzone|tidszon|tidssone|aikavyöhyke|fuseau horaire|zona horaria"
    "|fuso orario|fuso horário|tijdzone|strefa czasowa|ajavöönd|laika josla|laiko juosta",
    "holidays": "holidays|country code|country|country region|location address country|work country|usagelocation"
    "|land|landekode|ländercode|landskod|landkode|maa|maakoodi|pays|code pays"
    "|país|paese|landcode|kraj|riik|valsts|šalis",
}
_COLUMN = {head: column for column, heads in _HEADS.items() for head in heads.split("|")}
_TAIL = re.compile(r"\s*[(\[].*[)\]]\s*$")  # "Holm, Dorte (1234)"


class ExportError(Exception):
    """The file cannot be used; the message says every problem, with its row and what to do."""


@dataclass(frozen=True)
class Export:
    """A table as it was read. `columns` maps what we need to the place of its column."""

    file: Path
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    columns: Mapping[str, int]


@dataclass
class Staff:
    """The people of an export, as facts by the columns of `people_file`, and what is wrong with which row."""

    people: list[dict[str, str]] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def read(file: Path) -> Export:
    """Read a table whose first row names the columns. Raises ExportError."""
    table = _xlsx(file) if file.suffix.casefold() == ".xlsx" else _csv(file)
    if not table:
        raise ExportError(f"{file} is empty. Its first row must name the columns.")
    head = tuple(table[0])
    columns: dict[str, int] = {}
    for place, title in enumerate(head):
        column = _COLUMN.get(_plain(_TAIL.sub("", title.replace("#", " number"))))  # `Email Address [Required]`
        if column is not None:
            columns.setdefault(column, place)
    return Export(file, head, tuple(tuple(row) for row in table[1:]), columns)


def taken_for(export: Export, column: str, title: str) -> Export:
    """The same table with a column named by somebody who knows it: by its title, or by its place from 1; `-` means that
    there is none. Raises ValueError."""
    others = {one: place for one, place in export.columns.items() if one != column}
    if title == "-":
        return replace(export, columns=others)
    titles = {_plain(one): place for place, one in reversed(list(enumerate(export.head))) if one}
    place = titles.get(_plain(title), int(title) - 1 if title.isdecimal() else -1)
    if not 0 <= place < len(export.head):
        raise ValueError(f'no column is headed "{title}". Its columns are {", ".join(filter(None, export.head))}')
    return replace(export, columns={one: at for one, at in others.items() if at != place} | {column: place})


COLUMNS: Mapping[str, str] = {
    "email": "address",
    "name": "name",
    "first": "first name",
    "last": "last name",
    "reports_to": "whom they report to",
    "language": "language",
    "timezone": "time zone",
    "holidays": "country, for its public holidays",
}
"""What a column can be taken for, and how that is said."""


def recognised(export: Export) -> list[str]:
    """What each column was taken for, to be confirmed."""
    taken = {place: column for column, place in export.columns.items()}
    return [
        f"{title} → {COLUMNS[taken[place]] if place in taken else 'not used'}"
        for place, title in enumerate(export.head)
        if title
    ]


def staff(export: Export, internal_domains: Sequence[str] = ()) -> Staff:
    """The people of an export, managers matched by address or name. Rows are counted as a spreadsheet does. Raises
    ExportError where no column has addresses, or nobody stands below the first row."""
    _refuse_what_tells_too_little(export)
    found = Staff()
    rows: list[tuple[int, dict[str, str]]] = []
    for number, cells in enumerate(export.rows, 2):
        facts = {column: _cell(cells, place) for column, place in export.columns.items()}
        if not any(facts.values()):
            continue
        rows.append((number, _one(number, facts, internal_domains, found)))
    _without_twins(rows, found)
    people_by = _Named(rows)
    for number, facts in rows:
        manager = facts.pop("manager")
        if manager:
            facts["reports_to"] = people_by.address(number, manager, found)
        if facts["email"]:
            found.people.append({column: value for column, value in facts.items() if value})
    if "reports_to" not in export.columns and len(rows) > 1:
        head = ", ".join(filter(None, export.head))
        found.problems.append(f"no column says whom people report to. They are {head}; head one of them reports_to")
    elif not found.problems:
        _check_tree(rows, found)
    return found


def _refuse_what_tells_too_little(export: Export) -> None:
    rows = sum(any(cell.strip() for cell in row) for row in export.rows)
    head = ", ".join(filter(None, export.head))
    if "email" not in export.columns:
        raise ExportError(f"{export.file}: no column holds addresses. Its columns are {head}; head one of them email.")
    if not rows:
        raise ExportError(f"{export.file} names nobody: below the first row, each row is a person.")


def _one(number: int, facts: Mapping[str, str], internal: Sequence[str], found: Staff) -> dict[str, str]:
    name = facts.get("name") or " ".join(filter(None, (facts.get("first"), facts.get("last"))))
    made = {"email": "", "name": _turned(name), "reports_to": "", "manager": facts.get("reports_to", "")}
    try:
        made["email"] = people.valid_address(facts.get("email", ""), internal)
    except ValueError as error:
        who = f" ({name})" if name else ""
        written = facts.get("email", "")
        found.problems.append(
            f'row {number}{who}: "{written}": {error}' if written else f"row {number}{who}: no address"
        )
    readers: tuple[tuple[str, Any], ...] = (
        ("language", people.language), ("timezone", people.timezone), ("holidays", _calendar),
    )  # fmt: skip
    for column, reader in readers:
        written = facts.get(column, "")
        if written:
            try:
                made[column] = reader(written) or "none"
            except ValueError as error:
                found.problems.append(f"row {number}: {column}: {error}")
    return made


def _calendar(written: str) -> str | None:
    """A calendar of public holidays, or its country by name, in any language of our mails. Raises ValueError."""
    return people.country(_countries().get(_plain(written), written))


@cache
def _countries() -> Mapping[str, str]:
    """The codes of countries, by their names (Unicode CLDR, territories)."""
    named = {
        _plain(name): code
        for language in people.LANGUAGES
        for code, name in Locale(language).territories.items()
        if len(code) == 2 and code.isalpha()
    }
    return {**named, "usa": "US", "uk": "GB", "england": "GB", "great britain": "GB"}


def _without_twins(rows: Sequence[tuple[int, dict[str, str]]], found: Staff) -> None:
    first: dict[str, int] = {}
    for number, facts in rows:
        email = facts["email"]
        if email and email in first:
            found.problems.append(f"row {number}: {email} stands in row {first[email]} too; each person needs one row")
        first.setdefault(email, number)


class _Named:
    """Whom a cell means that names a manager."""

    def __init__(self, rows: Sequence[tuple[int, dict[str, str]]]) -> None:
        self._addresses = {facts["email"] for _, facts in rows if facts["email"]}
        self._names: dict[str, list[str]] = {}
        for _, facts in rows:
            if facts["email"] and facts["name"]:
                self._names.setdefault(_plain(facts["name"]), []).append(facts["email"])

    def address(self, number: int, written: str, found: Staff) -> str:
        if "@" in written:
            if address(written) in self._addresses:
                return address(written)
            found.problems.append(f'row {number}: reports to "{written}", who has no row of their own')
            return ""
        candidates = self._names.get(_plain(_turned(written)), [])
        if len(candidates) == 1:
            return candidates[0]
        if candidates:
            found.problems.append(
                f'row {number}: reports to "{written}", which could be {" or ".join(candidates)}; write the address'
            )
        else:
            what = "add a row, or their address" if self._names else "no column was taken for names; write the address"
            found.problems.append(f'row {number}: reports to "{written}", whom no row names; {what}')
        return ""


def _check_tree(rows: Sequence[tuple[int, dict[str, str]]], found: Staff) -> None:
    tops = [(number, facts) for number, facts in rows if not facts["reports_to"]]
    if len(tops) > 1:
        named = ", ".join(f"{facts['name'] or facts['email']} (row {number})" for number, facts in tops)
        found.problems.append(f"only one may report to nobody, the director; these do: {named}")
    above = {facts["email"]: facts["reports_to"] for _, facts in rows}
    for number, facts in rows:
        seen, at = Counter[str](), facts["email"]
        while at and not seen[at]:
            seen[at] += 1
            at = above.get(at, "")
        if at:
            found.problems.append(f"row {number}: {facts['email']} reports, in the end, to themselves")


def _turned(name: str) -> str:
    """`Holm, Dorte (1234)` as people say it."""
    last, comma, first = _TAIL.sub("", name).partition(",")
    return " ".join(f"{first} {last}".split()) if comma and first.strip() else " ".join(last.split())


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))


def _cell(cells: Sequence[str], place: int) -> str:
    return " ".join(cells[place].split()) if place < len(cells) else ""


def _csv(file: Path) -> list[list[str]]:
    try:
        raw = file.read_bytes()
    except OSError as error:
        raise ExportError(f"{file} cannot be read: {error.strerror}.") from None
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("cp1252", errors="replace")  # what Excel saves as plain CSV in the west
    if "\0" in text or "\N{REPLACEMENT CHARACTER}" in text:
        raise ExportError(f'{file} is not a CSV file in UTF-8 or Windows-1252. Save it as "CSV UTF-8", or as XLSX.')
    table = list(csv.reader(text.splitlines(), delimiter=people.delimiter_of(text)))
    return table if table and any(table[0]) else []


def _xlsx(file: Path) -> list[list[str]]:
    # Imported here, for it takes as long as all the rest.
    from openpyxl import load_workbook  # noqa: PLC0415  heavy, and only for sheets
    from openpyxl.utils.exceptions import InvalidFileException  # noqa: PLC0415  likewise

    try:
        book = load_workbook(file, read_only=True, data_only=True)
    except OSError as error:
        raise ExportError(f"{file} cannot be read: {error.strerror or error}.") from None
    except (BadZipFile, InvalidFileException, KeyError, ValueError) as error:
        raise ExportError(f"{file} is no XLSX file ({type(error).__name__}). Save it anew, or as CSV UTF-8.") from None
    try:
        sheet = book.worksheets[0]
        table = [["" if cell is None else str(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]
    finally:
        book.close()
    return table if table and any(table[0]) else []
