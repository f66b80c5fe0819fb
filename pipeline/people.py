"""The people of settings.yaml, or of a CSV file beside it, made into a roster.

Each person's facts are read and checked here, then the tree they form: one director, no cycles, no address twice,
nobody reporting to a stranger. Who stands where in a roster that is sound is `roster`'s business.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

import msgspec

from pipeline import timetable, yaml_nodes
from pipeline.faults import Faults, did_you_mean
from pipeline.roster import Absence, Person, Roster, address, new_id, shared
from pipeline.terminal import harmless, one_line

LANGUAGES = ("da", "de", "en", "es", "et", "fi", "fr", "it", "lt", "lv", "nb", "nl", "pl", "pt", "sv")
COLUMNS = (
    "email",
    "name",
    "reports_to",
    "reports_number",
    "language",
    "timezone",
    "holidays",
    "aliases",
    "away",
    "copies_to",
)
_MANY = ("aliases", "away", "copies_to")
_WORDS = r"[A-Za-z0-9]+(?:[%s][A-Za-z0-9]+)*"
_USUAL_ADDRESS = re.compile(rf"{_WORDS % '._+-'}@(?:{_WORDS % '-'}\.)+(?P<ending>[A-Za-z]{{2,}})")
_USUAL_LENGTH = 63  # letters: as many as one part of a domain may have, which is the narrowest of the limits
_SPECIAL_ENDINGS = frozenset({"arpa", "invalid", "local", "localhost", "onion", "test"})
_NO_ZONES = ("posix/", "posixrules", "right/")
"""What else lies in the time zone database: itself once more, as it is and with leap seconds, and a file of rules."""
_T = TypeVar("_T")


class Defaults(msgspec.Struct, frozen=True):
    """What holds for whoever says nothing else, and the mailbox that asks, which is nobody."""

    language: str
    timezone: str
    holidays: str | None
    internal_domains: tuple[str, ...]
    mailbox: str


class Value(msgspec.Struct, frozen=True):
    """One fact as it was written, and where."""

    text: str
    line: int


class Row(msgspec.Struct, frozen=True):
    """One person as written: facts by column, those that may be several as several. `label` is how the person is
    named in a fault, `people[4]` or `row`."""

    file: Path
    line: int
    label: str
    one: Mapping[str, Value]
    many: Mapping[str, tuple[Value, ...]]


def from_nodes(node: yaml_nodes.Node, file: Path, faults: Faults) -> list[Row]:
    """The rows of the `people` list of settings.yaml."""
    if not isinstance(node, yaml_nodes.Sequence):
        faults.add(file, node.line, "people must be a list; each person begins with a dash: - email: anna@example.com")
        return []
    return [row for number, item in enumerate(node.items) for row in _from_node(item, file, number, faults)]


def _from_node(item: yaml_nodes.Node, file: Path, number: int, faults: Faults) -> Iterator[Row]:
    label = f"people[{number}]"
    if not isinstance(item, yaml_nodes.Mapping):
        faults.add(file, item.line, f"{label} must have keys: - email: anna@example.com")
        return
    one: dict[str, Value] = {}
    many: dict[str, tuple[Value, ...]] = {}
    for key, value in item.items.items():
        line = item.lines[key]
        if key not in COLUMNS:
            faults.add(file, line, f'{label} has the key "{key}", which nobody knows.{did_you_mean(key, COLUMNS)}')
        elif key in _MANY:
            many[key] = tuple(_several(value, file, f"{label}.{key}", faults))
        elif isinstance(value, yaml_nodes.Scalar):
            if value.text is not None:
                one[key] = Value(value.text.strip(), value.line)
        else:
            faults.add(file, line, f"{label}.{key} must be one value, not a list or keys")
    yield Row(file, item.line, label, one, many)


def _several(node: yaml_nodes.Node, file: Path, label: str, faults: Faults) -> Iterator[Value]:
    for item in node.items if isinstance(node, yaml_nodes.Sequence) else (node,):
        if isinstance(item, yaml_nodes.Scalar):
            if item.text is not None:
                yield Value(item.text.strip(), item.line)
        elif isinstance(item, yaml_nodes.Mapping) and set(item.items) <= {"from", "to"} and "from" in item.items:
            ends = [item.items.get(key) for key in ("from", "to")]
            texts = [(end.text or "").strip() if isinstance(end, yaml_nodes.Scalar) else "" for end in ends]
            yield Value("..".join(texts), item.line)
        else:
            faults.add(
                file, item.line, f"{label} must be a list of values; an absence is {{from: 2026-12-21, to: 2026-12-31}}"
            )


def from_csv(file: Path, faults: Faults, draft: str | None = None) -> list[Row]:
    """The rows of a CSV file with the same columns, or of what it would say; several values in one cell are parted by
    semicolons."""
    try:
        text = file.read_text(encoding="utf-8-sig") if draft is None else draft
    except OSError as error:
        faults.add(
            file,
            1,
            f"people_file cannot be read ({error.strerror}). Mend the path, or list the people in settings.yaml",
        )
        return []
    except UnicodeDecodeError:
        faults.add(file, 1, 'people_file is not UTF-8. Save it as "CSV UTF-8"')
        return []
    reader = csv.DictReader(text.splitlines(), delimiter=delimiter_of(text), restkey="", restval="")
    columns = [column.strip().casefold() for column in reader.fieldnames or ()]
    for column in columns:
        if column not in COLUMNS:
            faults.add(file, 1, f'the column "{column}" is not known.{did_you_mean(column, COLUMNS)}')
    if "email" not in columns:
        faults.add(file, 1, "there is no column email. The first line names the columns: " + ", ".join(COLUMNS))
        return []
    reader.fieldnames = columns
    rows = []
    for cells in reader:
        line = reader.line_num
        values = {column: Value(cell.strip(), line) for column, cell in cells.items() if column and cell.strip()}
        many = {
            column: tuple(Value(part.strip(), line) for part in value.text.split(";") if part.strip())
            for column, value in values.items()
            if column in _MANY
        }
        one = {column: value for column, value in values.items() if column not in _MANY}
        if one or many:
            rows.append(Row(file, line, "row", one, many))
    return rows


def delimiter_of(text: str) -> str:
    """What parts the cells of a CSV file: whatever its first line has most of."""
    return max(",;\t", key=text.partition("\n")[0].count)


def roster(rows: list[Row], defaults: Defaults, faults: Faults) -> Roster:
    """The roster these rows make; every fault is added to `faults`, and then the roster is not to be used."""
    people: list[tuple[Row, Person]] = []
    managers = {address(row.one["reports_to"].text) for row in rows if "reports_to" in row.one}
    for row in rows:
        person = _Reader(row, defaults, faults).person(managers)
        if person is not None:
            people.append((row, person))
    _check_addresses(people, faults)
    _check_tree(people, faults)
    return Roster.of(person for _, person in people)


class _Reader:
    """Reads one row, and tells what is wrong with it."""

    def __init__(self, row: Row, defaults: Defaults, faults: Faults) -> None:
        self.row = row
        self.defaults = defaults
        self.faults = faults

    def fault(self, line: int, message: str) -> None:
        self.faults.add(self.row.file, line, message)

    def person(self, managers: set[str]) -> Person | None:
        written = self.row.one.get("email")
        if written is None:
            self.fault(self.row.line, f"{self.row.label} has no email")
            return None
        email = self.address("email", written)
        if email is None:
            return None
        above = self.row.one.get("reports_to")
        return shared(
            Person(
                new_id(email),
                email,
                self.read("name", person_name, email.partition("@")[0].replace(".", " ").title()),
                None if above is None else new_id(above.text),
                self.yes_or_no("reports_number", address(email) not in managers),
                self.read("language", language, self.defaults.language),
                self.read("timezone", timezone, self.defaults.timezone),
                self.read("holidays", country, self.defaults.holidays),
                tuple(self.addresses("aliases")),
                tuple(self.absences()),
                tuple(self.addresses("copies_to")),
            )
        )

    def address(self, column: str, value: Value) -> str | None:
        try:
            read = valid_address(value.text, self.defaults.internal_domains)
        except ValueError as error:
            self.fault(value.line, f'{self.row.label}.{column} is "{value.text}": {error}')
            return None
        if read == self.defaults.mailbox:
            self.fault(
                value.line,
                f'{self.row.label}.{column} is "{read}", the mailbox that asks (sender.address). Take it out: '
                "it would be writing to itself",
            )
        return read

    def addresses(self, column: str) -> Iterator[str]:
        for value in self.row.many.get(column, ()):
            read = self.address(column, value)
            if read is not None:
                yield read

    def read(self, column: str, parse: Callable[[str], _T], default: _T) -> _T:
        value = self.row.one.get(column)
        if value is None:
            return default
        try:
            return parse(value.text)
        except ValueError as error:
            self.fault(value.line, f"{self.row.label}.{column}: {error}")
            return default

    def yes_or_no(self, column: str, default: bool) -> bool:
        return self.read(column, truth, default)

    def absences(self) -> Iterator[Absence]:
        for value in self.row.many.get("away", ()):
            try:
                yield absence(value.text)
            except ValueError as error:
                self.fault(value.line, f"{self.row.label}.away: {error}")


def _check_addresses(people: Iterable[tuple[Row, Person]], faults: Faults) -> None:
    first: dict[str, Row] = {}
    for row, person in people:
        for column, written in (("email", person.email), *(("aliases", alias) for alias in person.aliases)):
            if written in first:
                before = first[written]
                faults.add(
                    row.file,
                    row.line,
                    f'{row.label}.{column} "{written}" already stands at {before.label}, line {before.line}',
                )
            first.setdefault(written, row)


def _check_tree(people: list[tuple[Row, Person]], faults: Faults) -> None:
    by_id = {person.id: (row, person) for row, person in people}
    for row, person in people:
        written = row.one.get("reports_to")
        if person.reports_to is not None and person.reports_to not in by_id and written is not None:
            known = {other.email: where.line for where, other in people}
            near = did_you_mean(address(written.text), known)
            if near:
                near = f"{near[:-1]} (line {known[near.split(chr(34))[1]]})?"
            faults.add(
                row.file,
                written.line,
                f'{row.label}.reports_to is "{written.text}", but nobody has that address.{near}',
            )
    for row, person in people:
        above = _cycle(person, by_id)
        if above:
            names = " -> ".join(above)
            faults.add(
                row.file, row.line, f"{row.label} reports to themselves in a circle: {names}. Mend one reports_to"
            )
            break
    tops = [(row, person) for row, person in people if person.reports_to is None]
    if people and not tops:
        row = people[0][0]
        faults.add(row.file, row.line, "nobody is the director; leave out reports_to for the one at the top")
    for row, person in tops[1:]:
        faults.add(
            row.file,
            row.line,
            f"{person.email} has no reports_to, so there would be two directors; the first is {tops[0][1].email} "
            f"(line {tops[0][0].line}). Add reports_to to one of them",
        )


def _cycle(person: Person, by_id: Mapping[str, tuple[Row, Person]]) -> list[str]:
    way = [person.email]
    above = person.reports_to
    while above is not None and above in by_id:
        manager = by_id[above][1]
        way.append(manager.email)
        if manager.id == person.id:
            return way
        if len(way) > len(by_id):
            return []
        above = manager.reports_to
    return []


def valid_address(written: str, internal_domains: Iterable[str] = ()) -> str:
    """An address as we keep it. Syntax only, no DNS; names that never leave a network (`.local`, RFC 6761) count
    where the settings list them. Raises ValueError."""
    domain = written.rpartition("@")[2].lower()
    internal = any(domain == own or domain.endswith("." + own.removeprefix(".")) for own in internal_domains)
    # The library refuses special-use names whatever it is told; with a common ending behind, it judges the rest.
    ending = ".com" if internal else ""
    if _is_usual(written + ending):
        return address(written)
    return address(_judged_by_the_library(written + ending, internal).removesuffix(ending))


def _is_usual(written: str) -> bool:
    """Is this an address of the plainest kind, which the library takes as it stands? It need not be loaded for that,
    nor asked for each of ten thousand people."""
    found = _USUAL_ADDRESS.fullmatch(written) if len(written) <= _USUAL_LENGTH else None
    return found is not None and found["ending"].lower() not in _SPECIAL_ENDINGS


def _judged_by_the_library(written: str, internal: bool) -> str:
    from email_validator import EmailNotValidError, validate_email  # noqa: PLC0415  large, and seldom needed

    try:
        return validate_email(written, check_deliverability=False).normalized
    except EmailNotValidError as error:
        hint = (
            "" if internal or "special-use" not in str(error) else " List the domain in organisation.internal_domains"
        )
        raise ValueError(f"this is no address that mail can reach. {error}{hint}") from None


def timezone(written: str) -> str:
    """An IANA time zone. Raises ValueError."""
    if not _is_timezone(written):
        near = did_you_mean(written, available_timezones())
        raise ValueError(f'"{written}" is not a time zone; write it as Europe/Copenhagen.{near}')
    return written


@cache
def _is_timezone(name: str) -> bool:
    """Looked for by its name: `available_timezones` opens every file of the database."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: a folder, such as Europe
        return False
    return not name.startswith(_NO_ZONES)


def language(written: str) -> str:
    """One of the languages that our mails come in; `no` is Bokmål. Raises ValueError."""
    code = {"no": "nb"}.get(written.casefold(), written.casefold())
    if code not in LANGUAGES:
        raise ValueError(f'"{written}" is not a language of our mails; they are {", ".join(LANGUAGES)}')
    return code


def country(written: str) -> str | None:
    """A calendar of public holidays, `DK` or `DE-BY`; `none` is none. Raises ValueError."""
    if written.casefold() == "none":
        return None
    if not timetable.known_calendar(written.upper()):
        raise ValueError(
            f'"{written}" has no calendar of public holidays; write a country as DK, a state as DE-BY, or none'
        )
    return written.upper()


def person_name(written: str) -> str:
    """A name, on one line, and nothing in it that drives a terminal or turns round what stands behind it in a mail.
    Raises ValueError."""
    if harmless(written) != written or len(written.splitlines()) > 1 or not written.strip():
        raise ValueError(f'"{one_line(written)}" is not a name on one line of letters that can be seen')
    return " ".join(written.split())


def truth(written: str) -> bool:
    """`true` or `false`, and their like. Raises ValueError."""
    meaning = {"true": True, "yes": True, "on": True, "1": True, "false": False, "no": False, "off": False, "0": False}
    if written.casefold() not in meaning:
        raise ValueError(f'"{written}" is neither true nor false')
    return meaning[written.casefold()]


def day(written: str) -> date:
    """A date, `2026-12-24`. Raises ValueError."""
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise ValueError(f'"{written}" is not a date; write it as 2026-12-24') from None


def absence(written: str) -> Absence:
    """`2026-12-21..2026-12-31`, one day, or `2026-12-21..` until further notice. Raises ValueError."""
    first, dots, last = (part.strip() for part in written.partition(".."))
    begins = day(first)
    ends = day(last) if last else (None if dots else begins)
    if ends is not None and ends < begins:
        raise ValueError(f"it ends on {ends}, before it begins on {begins}")
    return Absence(begins, ends)
