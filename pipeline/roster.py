"""Who is there, and who reports to whom?

People, their absences and their addresses, and the tree they form. Pure values and look-ups, each of them once in
memory however many settings and rounds name the same people (`Roster.of`, `shared`); reading people from settings.yaml
or a CSV file is `settings`' business, and what a person did in a round is `rounds`'.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date
from functools import cached_property
from hashlib import sha256
from sys import intern
from threading import Lock
from weakref import ReferenceType, ref

import msgspec

_OF_MANY = ("reports_to", "language", "timezone", "holidays")  # what a person says that others say too
_LETTERS = "abcdefghijklmnopqrstuvwxyz234567"


class Absence(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """Days on which a person is away, both ends included; `last` None means until further notice."""

    first: date
    last: date | None = None

    def covers(self, day: date) -> bool:
        return self.first <= day and (self.last is None or day <= self.last)


class Person(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """One person of the roster.

    `id` is eight letters a-z2-7, given once and kept through renames. Addresses are as `address()` normalises them.
    `timezone` is an IANA name, `holidays` a country code with an optional subdivision (`DK`, `DE-BY`) or None,
    `language` a language code (`da`).
    """

    id: str
    email: str
    name: str
    reports_to: str | None = None  # the manager's id; None: the director
    reports_number: bool = True
    language: str = "en"
    timezone: str = "UTC"
    holidays: str | None = None
    aliases: tuple[str, ...] = ()
    away: tuple[Absence, ...] = ()
    copies_to: tuple[str, ...] = ()

    @property
    def addresses(self) -> tuple[str, ...]:
        """Every address this person may write from: their own, their aliases, and their deputies'."""
        return (self.email, *self.aliases, *self.copies_to)


class Roster(msgspec.Struct, frozen=True, dict=True, weakref=True):
    """The people in the order of the settings, and the tree above and below each. Valid by construction in
    `settings`: one director, no cycles, no address twice."""

    people: tuple[Person, ...] = ()

    @classmethod
    def of(cls, people: Iterable[Person]) -> Roster:
        """The roster of these people: the very same object as another of them that is in use, for settings and rounds
        all name everybody, and a roster's tables are as large as its people."""
        wanted = tuple(people)
        same = next((one for one in _in_use() if one.people == wanted), None)
        if same is None:
            same = cls(wanted)
            with _one_at_a_time:
                _used[:] = [*(one for one in _used if one() is not None), ref(same)]
        return same

    @cached_property
    def by_id(self) -> dict[str, Person]:
        return {person.id: person for person in self.people}

    @cached_property
    def by_address(self) -> dict[str, Person]:
        known = {alias: person for person in self.people for alias in person.aliases}
        return known | {person.email: person for person in self.people}

    @cached_property
    def _reports(self) -> dict[str, tuple[Person, ...]]:
        below: dict[str, list[Person]] = {}
        for person in self.people:
            if person.reports_to is not None:
                below.setdefault(person.reports_to, []).append(person)
        return {manager: tuple(people) for manager, people in below.items()}

    def __contains__(self, person_id: object) -> bool:
        return person_id in self.by_id

    def get(self, person_id: str) -> Person | None:
        return self.by_id.get(person_id)

    def __getitem__(self, person_id: str) -> Person:
        return self.by_id[person_id]

    def at(self, written: str) -> Person | None:
        """Whose own address or alias is this, in any spelling of case?"""
        return self.by_address.get(address(written))

    @cached_property
    def director(self) -> Person | None:
        return next((person for person in self.people if person.reports_to is None), None)

    @cached_property
    def reps(self) -> tuple[Person, ...]:
        """Everyone who reports a number."""
        return tuple(person for person in self.people if person.reports_number)

    @cached_property
    def managers(self) -> tuple[Person, ...]:
        """Everyone with direct reports, except the director."""
        return tuple(person for person in self.people if person.reports_to is not None and self.reports(person.id))

    def reports(self, person_id: str) -> tuple[Person, ...]:
        """The direct reports, in the roster's order."""
        return self._reports.get(person_id, ())

    def below(self, person_id: str) -> Iterator[Person]:
        """Everyone below, depth first, in the roster's order."""
        for person in self.reports(person_id):
            yield person
            yield from self.below(person.id)

    def chain(self, person_id: str) -> Iterator[Person]:
        """The managers above, nearest first, the director last."""
        above = self.by_id[person_id].reports_to
        while above is not None and above in self.by_id:
            yield self.by_id[above]
            above = self.by_id[above].reports_to


def address(written: str) -> str:
    """One spelling for one mailbox. Upper and lower case are the same person to every provider we know
    (RFC 5321 section 2.4 would let them differ), and people type both. Not casefold(), which makes one of ß and ss:
    those are two domains, and the second may be a stranger's (RFC 5894 section 7.2). An internationalised domain is
    written in letters that every server takes (RFC 5890 section 2.3.2.1), as it stands in DNS."""
    plain = written.strip().lower()
    if plain.isascii():
        return plain
    import idna  # noqa: PLC0415  tables of all letters: few firms have such a domain

    local, at, domain = plain.rpartition("@")
    with suppress(idna.IDNAError):  # else it is no domain, and stays as it is
        domain = idna.encode(domain, uts46=True).decode()
    return f"{local}{at}{domain}"


def spelling(name: str) -> str:
    """One spelling for one name, however it is written: `Weiß` is `WEISS`."""
    return " ".join(name.split()).casefold()


def bearers(name: str, people: Sequence[Person]) -> list[Person]:
    """The people whose name, or whose name's first words, these are."""
    wanted = spelling(name)
    whole = [person for person in people if spelling(person.name) == wanted]
    return whole or [person for person in people if f"{spelling(person.name)} ".startswith(f"{wanted} ")]


def new_id(email: str) -> str:
    """The id of somebody seen for the first time: eight letters a-z2-7 (40 bits) made of the address, so that two
    workers meeting the same person give the same id."""
    number = int.from_bytes(sha256(address(email).encode()).digest()[:5], "big")
    return "".join(_LETTERS[number >> shift & 31] for shift in range(35, -1, -5))


def identified(people: Iterable[Person], known: Mapping[str, str]) -> tuple[Person, ...]:
    """Give each person their kept id. `known` maps addresses seen before to ids (from the standing book): whoever
    was renamed, with the old address as an alias, keeps the old id. People come in carrying `new_id(email)`."""
    kept: dict[str, str] = {}
    for person in people:
        seen = (known[spelling] for spelling in (person.email, *person.aliases) if spelling in known)
        kept[person.id] = next(seen, person.id)
    facts = ((one, kept[one.id], kept.get(one.reports_to or "", one.reports_to)) for one in people)
    return tuple(
        one if (one.id, one.reports_to) == (own, above) else shared(one, id=own, reports_to=above)
        for one, own, above in facts
    )


_used: list[ReferenceType[Roster]] = []  # the oldest first; they are forgotten with whoever has them
_one_at_a_time = Lock()


def _in_use() -> Iterator[Roster]:
    """The newest first, for it is the likeliest to be the same again."""
    for reference in reversed(tuple(_used)):
        roster = reference()
        if roster is not None:
            yield roster


def shared(person: Person, **changes: str | None) -> Person:
    """A person after these changes: the very same object as in a roster that is in use and says the same, and else with
    one string in memory for what others say too."""
    said = {name: getattr(person, name) for name in _OF_MANY} | changes
    made = msgspec.structs.replace(person, **{name: text and intern(text) for name, text in said.items()})
    for roster in _in_use():
        known = roster.get(made.id)
        if known is not None and known == made:
            return known
    return made


def shared_names(written: str, person_id: str) -> tuple[str, str]:
    """An address, and the id of whom it was first seen with: the very same strings as in a roster that is in use, for
    the standing book names everybody, too."""
    for roster in _in_use():
        known = roster.by_address.get(written)
        if known is not None:
            return (
                known.email if known.email == written else written,
                known.id if known.id == person_id else person_id,
            )
    return written, person_id
