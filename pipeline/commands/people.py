"""`onenumber people`: the roster, shown and edited in the operator's own file, with comments and order kept.

Every edit is proven before it replaces the file: what the new text says is read as the worker would read it, and must
be what was asked for, and nothing else. The file is replaced whole, with its owner and permissions.
"""

from __future__ import annotations

import difflib
import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

import msgspec

from pipeline import commands, people
from pipeline.faults import SettingsError
from pipeline.history import History
from pipeline.ledger.opened import open_ledger
from pipeline.people_file import CsvFile, EditError, PeopleFile, YamlFile
from pipeline.roster import Absence, Person, Roster, new_id
from pipeline.settings import Settings, load

Expected = dict[str, Person]
"""Who is to be on the roster after an edit, by address; whether somebody reports a number follows from the tree where
it is not written, and is not held to it."""


class RefusedError(Exception):
    """What was asked for cannot be, or is not what the operator means; the message says why and what to do."""


@dataclass
class Edit:
    """The file of people under way to its new text: `text` is what it says so far, `expected` what that must mean."""

    settings: Settings
    file: Path
    before: str
    text: str
    expected: Expected
    told: list[str] = field(default_factory=list)

    @classmethod
    def begun(cls, settings: Settings) -> Edit:
        file = (settings.people_file or settings.file).resolve()
        text = file.read_bytes().decode("utf-8-sig")
        return cls(settings, file, text, text, {one.email: one for one in settings.roster.people})

    @property
    def now(self) -> PeopleFile:
        return CsvFile(self.text) if self.settings.people_file is not None else YamlFile(self.text)

    def fact(self, person: Person, column: str, value: str | None) -> None:
        """Write one fact; None takes it away."""
        self.text = self.now.drop(person.email, column) if value is None else self.now.set(person.email, column, value)

    def named(self, named: str) -> Person:
        problem, found = commands.person(named, self.expected.values())
        if found is None:
            raise RefusedError(problem)
        return found

    def email_of(self, person_id: str | None) -> str | None:
        return next((one.email for one in self.expected.values() if one.id == person_id), None)


def show(settings: Settings, *, as_json: bool) -> int:
    """Print who there is, each below whom they report to."""
    roster = settings.roster
    if as_json:
        print(json.dumps({"people": [_facts(one, roster) for one in roster.people]}, ensure_ascii=False, indent=2))
        return 0
    director = roster.director
    if director is not None:
        rows = list(_tree(director, roster, 0))
        width = max(len(name) for name, _ in rows)
        for name, told in rows:
            print(f"{name:<{width}}  {told}")
    return 0


def _tree(person: Person, roster: Roster, depth: int) -> Iterator[tuple[str, str]]:
    below = roster.reports(person.id)
    told = ["director"] if person.reports_to is None else []
    told += [f"manager of {len(below)}"] if below and person.reports_to is not None else []
    told += [] if person.reports_number else ["reports no number"] if not below else []
    told += ["reports a number too"] if below and person.reports_number else []
    told += [person.language, person.timezone, *([person.holidays] if person.holidays else [])]
    told += [f"away {_absence(one)}" for one in person.away]
    told += [f"copies to {one}" for one in person.copies_to]
    yield f"{'  ' * depth}{person.name} <{person.email}>", ", ".join(told)
    for one in below:
        yield from _tree(one, roster, depth + 1)


def _facts(person: Person, roster: Roster) -> dict[str, Any]:
    above = roster.get(person.reports_to or "")
    return {
        "person": person.id,
        "email": person.email,
        "name": person.name,
        "reports_to": above.email if above else None,
        "reports_number": person.reports_number,
        "language": person.language,
        "timezone": person.timezone,
        "holidays": person.holidays,
        "aliases": list(person.aliases),
        "away": [{"from": str(one.first), "to": str(one.last) if one.last else None} for one in person.away],
        "copies_to": list(person.copies_to),
    }


def _absence(one: Absence) -> str:
    return (
        f"{one.first}.."
        if one.last is None
        else f"{one.first}..{one.last}"
        if one.last != one.first
        else str(one.first)
    )


def add(edit: Edit, *, email: str, to: str | None, facts: Mapping[str, str]) -> None:
    """A new person, written behind the last one of the same manager."""
    settings = edit.settings
    try:
        written = people.valid_address(email, settings.organisation.internal_domains)
    except ValueError as error:
        raise RefusedError(f'"{email}": {error}') from None
    there = settings.roster.at(written)
    if there is not None:
        raise RefusedError(f"{written} is on the roster already, as {there.name}.")
    director = settings.roster.director
    if to is None and director is not None:
        raise RefusedError(f"{written} must report to somebody; at the top it is --to {director.email}")
    manager = edit.named(to) if to is not None else None
    above = {"reports_to": manager.email} if manager is not None else {}
    behind = None
    if manager is not None:
        team = settings.roster.reports(manager.id)
        behind = (team[-1] if team else manager).email
    edit.text = edit.now.add({"email": written, **above, **facts}, behind)
    edit.expected[written] = Person(new_id(written), written, facts.get("name", ""))
    edit.told.append(f"{facts.get('name', written)} reports to {manager.name if manager else 'nobody'}")


def move(edit: Edit, *, named: str, to: str) -> None:
    """Another manager, from the next round on."""
    person, manager = edit.named(named), edit.named(to)
    if person.reports_to is None:
        raise RefusedError(
            f"{person.name} is the director, and reports to nobody. onenumber people director makes it somebody else."
        )
    if person.reports_to == manager.id:
        raise RefusedError(f"{person.name} reports to {manager.name} already.")
    edit.fact(person, "reports_to", manager.email)
    edit.expected[person.email] = msgspec.structs.replace(person, reports_to=manager.id)
    edit.told.append(f"{person.name} reports to {manager.name} from the next round on; past weeks keep the old team")


def director(edit: Edit, *, named: str) -> None:
    """Somebody else at the top; whoever was there reports to them, with the team as it is."""
    person = edit.named(named)
    before = next(one for one in edit.expected.values() if one.reports_to is None)
    if person is before:
        raise RefusedError(f"{person.name} is the director already.")
    edit.fact(person, "reports_to", None)
    edit.fact(before, "reports_to", person.email)
    edit.expected[person.email] = msgspec.structs.replace(person, reports_to=None)
    edit.expected[before.email] = msgspec.structs.replace(before, reports_to=person.id)
    team = [one for one in edit.expected.values() if one.reports_to == before.id]
    edit.told.append(
        f"{person.name} is the director from the next round on; {before.name} reports to {person.name}"
        + (" and keeps the team" if team else "")
    )
    if person.timezone != before.timezone:
        edit.told.append(f"the times of a round go by the clock of {person.timezone} then (onenumber plan)")


def away(edit: Edit, *, named: str, dates: str) -> None:
    """An absence with its dates, or none any more."""
    person = edit.named(named)
    if dates.casefold() == "none":
        if not person.away:
            raise RefusedError(f"{person.name} has no absence.")
        edit.fact(person, "away", None)
        edit.expected[person.email] = msgspec.structs.replace(person, away=())
        edit.told.append(f"{person.name} has no absence any more")
        return
    try:
        absence = people.absence(dates)
    except ValueError as error:
        raise RefusedError(f"{error}; several days are 2026-12-21..2026-12-31, and none ends all absences.") from None
    if absence in person.away:
        raise RefusedError(f"{person.name} is away {_absence(absence)} already.")
    edit.text = edit.now.append(person.email, "away", _written(absence))
    edit.expected[person.email] = msgspec.structs.replace(person, away=(*person.away, absence))
    edit.told.append(f"{person.name} is away {_absence(absence)}, and is not asked then")


def _written(absence: Absence) -> str:
    return f"{absence.first}..{absence.last or ''}"


def rename(edit: Edit, *, named: str, email: str | None, name: str | None) -> None:
    """Another name, or another address: the person keeps the history, and the old address as an alias."""
    person = edit.named(named)
    after = msgspec.structs.replace(person, name=name) if name is not None else person
    if name is not None and name != person.name:
        edit.fact(person, "name", name)
        edit.told.append(f"{person.name} is called {name}")
    if email is not None:
        after = _readdressed(edit, person, after, email)
    elif name is None or name == person.name:
        raise RefusedError("nothing is to change. Give the new address, or --name, or both.")
    del edit.expected[person.email]
    edit.expected[after.email] = after


def _readdressed(edit: Edit, person: Person, after: Person, email: str) -> Person:
    try:
        written = people.valid_address(email, edit.settings.organisation.internal_domains)
    except ValueError as error:
        raise RefusedError(f'"{email}": {error}') from None
    there = edit.settings.roster.at(written)
    if written == person.email or (there is not None and there.id != person.id):
        raise RefusedError(f"{written} is {there.name if there else person.name} already.")
    _refuse_of_another(edit.settings, person, written)
    aliases = tuple(one for one in person.aliases if one != written)
    if written in person.aliases:
        edit.fact(person, "aliases", None)
        for alias in aliases:
            edit.text = edit.now.append(person.email, "aliases", alias)
    edit.text = edit.now.append(person.email, "aliases", person.email)
    for one in list(edit.expected.values()):
        if one.reports_to == person.id:
            edit.fact(one, "reports_to", written)
            edit.expected[one.email] = msgspec.structs.replace(one, reports_to=new_id(written))
    edit.fact(person, "email", written)
    for one in edit.expected.values():
        if person.email in one.copies_to:
            edit.told.append(f"{one.name}'s mails are still copied to {person.email}: mend copies_to, if need be")
    edit.told.append(f"{after.name} is {written} now, keeps the history, and may still write from {person.email}")
    return msgspec.structs.replace(after, id=new_id(written), email=written, aliases=(*aliases, person.email))


def _refuse_of_another(settings: Settings, person: Person, written: str) -> None:
    """An address by which the ledger knows somebody else would bring that one's history along."""
    known = History(open_ledger(settings.store)).book.ids
    own = {known.get(one, new_id(one)) for one in (person.email, *person.aliases)}
    if written in known and known[written] not in own:
        raise RefusedError(
            f"{written} belonged to somebody else, whose history it keeps. Take an address that nobody had before."
        )


def leave(edit: Edit, *, named: str, team_to: str | None) -> None:
    """Off the roster. A team needs another manager first, or with it."""
    person = edit.named(named)
    if person.reports_to is None:
        raise RefusedError(
            f"{person.name} is the director. Make somebody else the director first: onenumber people director NAME"
        )
    team = edit.settings.roster.reports(person.id)
    manager = edit.named(team_to) if team_to is not None else None
    if team and manager is None:
        above = edit.settings.roster[person.reports_to]
        raise RefusedError(
            f"{len(team)} {'person reports' if len(team) == 1 else 'people report'} to {person.name}. "
            f"Say to whom from now on: --team-to {above.email}"
        )
    if manager is person:
        raise RefusedError(f"the team of {person.name} cannot go to {person.name}.")
    if team and manager is not None:
        for one in team:
            edit.fact(one, "reports_to", manager.email)
            edit.expected[one.email] = msgspec.structs.replace(one, reports_to=manager.id)
        edit.told.append(f"the team of {person.name} reports to {manager.name} from the next round on")
    edit.text = edit.now.remove(person.email)
    del edit.expected[person.email]
    edit.told.append(f"{person.name} is asked no more; the history stays (onenumber forget erases it)")


def apply(settings: Settings, change: Callable[[Edit], None], *, dry_run: bool, yes: bool) -> int:
    """Make an edit, prove it, show it, and replace the file; 0 done, 1 refused or not wanted."""
    try:
        edit = Edit.begun(settings)
        change(edit)
        after = _proven(edit)
    except (RefusedError, EditError, SettingsError) as error:
        print(f"onenumber: {error}", file=sys.stderr)
        return 1
    asks = sys.stdin.isatty() and not yes
    if dry_run or asks:
        print("\n".join(_difference(edit)))
    for told in [*edit.told, *_consequences(settings.roster, after)]:
        print(told)
    if dry_run or edit.text == edit.before:
        print("Nothing was changed.")
        return 0
    if asks and not _agreed(edit.file):
        print("Nothing was changed.")
        return 1
    try:
        _replace(edit)
    except (OSError, RefusedError) as error:
        print(f"onenumber: {getattr(error, 'strerror', None) or error}. Nothing was changed.", file=sys.stderr)
        return 1
    print(f"{edit.file} was changed. A worker that is running takes it up with its next turn.", file=sys.stderr)
    return 0


def _agreed(file: Path) -> bool:
    """Whoever closes the input has not agreed."""
    try:
        return input(f"Change {file}? [y/N] ").strip().casefold() in {"y", "yes"}
    except EOFError:
        print()
        return False


def _proven(edit: Edit) -> Roster:
    """Read the new text as the worker would. Raises SettingsError where it is refused, RefusedError where it does not
    mean what was asked for."""
    drafts = {(edit.settings.people_file or edit.settings.file).absolute(): edit.text}
    after = load(edit.settings.file, drafts=drafts).roster
    found = {one.email: one for one in after.people}
    added = set(found) - {one.email for one in edit.settings.roster.people}
    wrong = set(found) ^ set(edit.expected)
    for email in set(found) & set(edit.expected) - added:
        as_meant = msgspec.structs.replace(edit.expected[email], reports_number=found[email].reports_number)
        wrong |= {email} if found[email] != as_meant else set()
    if wrong:
        raise RefusedError(
            f"the change would also touch {', '.join(sorted(wrong))}, such as through an anchor (&) or a merged key in "
            f"{edit.file}. Nothing was changed; edit the file by hand."
        )
    return after


def _consequences(before: Roster, after: Roster) -> Iterator[str]:
    """Who begins or ceases to be asked because a team came or went, which nobody has written."""
    known = {one.email: one for one in before.people}
    for one in after.people:
        if one.email in known and known[one.email].reports_number != one.reports_number:
            now = (
                "is asked for a number now, having no team any more"
                if one.reports_number
                else ("has a team now and is asked for no number any more, unless reports_number: true says so")
            )
            yield f"{one.name} {now}"


def _difference(edit: Edit) -> Iterator[str]:
    """The lines that change; none around them, for a password may stand there."""
    lines = difflib.unified_diff(edit.before.splitlines(), edit.text.splitlines(), lineterm="", n=0)
    for number, line in enumerate(lines):
        if number >= 2:
            yield f"line {line.split()[1].strip('-').partition(',')[0]}:" if line.startswith("@@") else f"  {line}"


def _replace(edit: Edit) -> None:
    """The file whole, or as it was: written aside, synced and renamed over, with its owner and permissions."""
    raw = edit.file.read_bytes()
    if raw.decode("utf-8-sig") != edit.before:
        raise RefusedError(f"{edit.file} was changed by somebody else just now; try again")
    mark = b"\xef\xbb\xbf" if raw.startswith(b"\xef\xbb\xbf") else b""
    facts = edit.file.stat()
    with NamedTemporaryFile(dir=edit.file.parent, prefix=f".{edit.file.name}.", delete=False) as aside:
        written = Path(aside.name)
        try:
            os.fchmod(aside.fileno(), facts.st_mode & 0o7777)
            with suppress(PermissionError):  # the group of a file is not always ours to give
                os.fchown(aside.fileno(), facts.st_uid, facts.st_gid)
            aside.write(mark + edit.text.encode())
            aside.flush()
            os.fsync(aside.fileno())
            written.replace(edit.file)
        except BaseException:
            written.unlink(missing_ok=True)
            raise
    folder = os.open(edit.file.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
