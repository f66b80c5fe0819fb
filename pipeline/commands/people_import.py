"""`onenumber people import`: the roster becomes what a personnel system's export says, as one edit.

Who is new is added, who moved is moved, who is called otherwise is renamed, who is gone leaves; all else that the file
of people says stays as it is. Showing and proving the edit is the business of `people`.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import msgspec

from pipeline import hr_export
from pipeline.commands import people
from pipeline.commands.people import Edit, RefusedError
from pipeline.hr_export import ExportError
from pipeline.roster import Person

_NEW = ("name", "language", "timezone", "holidays")


def take(edit: Edit, file: Path, columns: Mapping[str, str] = MappingProxyType({})) -> None:
    """Make the edit; `columns` are titles by what they are to be taken for. Raises RefusedError with every problem of
    the export, by row."""
    wanted = _wanted(edit, file, columns)
    director = edit.settings.roster.director
    top = next((email for email, facts in wanted.items() if not facts.get("reports_to")), None)
    if director is not None and top != director.email:
        raise RefusedError(
            f"the director of {file} is {top}, and yours is {director.email}. Another director is for onenumber people "
            "director; if only the address has changed, for onenumber people rename."
        )
    _add(edit, wanted)
    for email, facts in wanted.items():
        person = edit.expected[email]
        if facts.get("name") and facts["name"] != person.name:
            people.rename(edit, named=email, email=None, name=facts["name"])
        manager = facts.get("reports_to")
        if manager and _reports_to(edit, email) != manager:
            people.move(edit, named=email, to=manager)
    for email in [email for email in edit.expected if email not in wanted]:
        _leave(edit, edit.expected[email])
    if edit.text == edit.before:
        edit.told.append(f"{file} says what {edit.file} says already.")


def _wanted(edit: Edit, file: Path, columns: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """What the export says of each person, by the address that we know them by."""
    try:
        export = hr_export.read(file)
        for column, title in columns.items():
            export = hr_export.taken_for(export, column, title)
        found = hr_export.staff(export, edit.settings.organisation.internal_domains)
    except (ExportError, ValueError) as error:
        raise RefusedError(str(error)) from None
    if found.problems:
        raise RefusedError("\n  ".join([f"{file} cannot be taken as it is:", *found.problems]))
    known = {alias: person.email for person in edit.settings.roster.people for alias in person.aliases}
    ours = [{key: known.get(value, value) for key, value in facts.items()} for facts in found.people]
    return {facts["email"]: facts for facts in ours}


def _add(edit: Edit, wanted: dict[str, dict[str, str]]) -> None:
    """The new ones, each behind whom they report to."""
    waiting = {email: facts for email, facts in wanted.items() if email not in edit.expected}
    while waiting:
        email, facts = next(one for one in waiting.items() if one[1]["reports_to"] in edit.expected)
        people.add(edit, email=email, to=facts["reports_to"], facts={key: facts[key] for key in _NEW if facts.get(key)})
        made = msgspec.structs.replace(edit.expected[email], reports_to=edit.expected[facts["reports_to"]].id)
        edit.expected[email] = made
        del waiting[email]


def _reports_to(edit: Edit, email: str) -> str | None:
    return edit.email_of(edit.expected[email].reports_to)


def _leave(edit: Edit, person: Person) -> None:
    """Off the roster; their team has been moved by what the export says of it, or leaves too."""
    edit.text = edit.now.remove(person.email)
    del edit.expected[person.email]
    edit.told.append(f"{person.name} is asked no more; the history stays (onenumber forget erases it)")
