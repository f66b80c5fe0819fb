"""Whoever manages sees the tree below, and no number, word or name from anywhere else: on random trees."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st

from pipeline.demo.opened import opened
from pipeline.mail import MailKey
from pipeline.roster import Person, new_id
from tests.compose.company import Told, person, settings

NAMES = ("aa", "bb", "cc", "dd", "ee", "ff", "gg", "hh", "ii", "jj", "kk", "ll")


@st.composite
def trees(draw: st.DrawFn) -> list[dict[str, Any]]:
    """A director, and people each below one of those before; some managers report a number too."""
    size = draw(st.integers(3, len(NAMES)))
    people = [person(NAMES[0])]
    for place in range(1, size):
        above = NAMES[draw(st.integers(0, place - 1))]
        people.append(
            person(NAMES[place], above, name=f"Person{NAMES[place].title()}", reports_number=draw(st.booleans()))
        )
    people[-1]["reports_number"] = True
    return people


def number_of(told: Told, who: Person) -> int:
    """Powers of two: no sum of others is anybody's number."""
    return int(2 ** (11 + told.roster.people.index(who)))


def traces(text: str, told: Told, who: Person) -> list[str]:
    """What a text tells of somebody: their number, comment, name."""
    number = f"{number_of(told, who):,}"
    signs = {
        number: rf"(?<![\d,]){number}(?![\d,])",
        f"word{who.name}": rf"word{who.name}",
        who.name: rf"\b{who.name}\b",
    }
    return [sign for sign, pattern in signs.items() if re.search(pattern, text)]


def told_by_chance(people: list[dict[str, Any]], data: st.DataObject) -> Told:
    """A round in which each answers, cannot be read, is away, or is silent; managers have a word for the director."""
    with TemporaryDirectory() as folder:
        told = Told(settings(Path(folder), people, question={"maximum": 10**9})).asked()
    for one in told.roster.reps:
        name = one.email.partition("@")[0]
        said = data.draw(st.sampled_from(["answered", "unclear", "away", "nothing"]))
        if said == "answered":
            told.answered(name, number_of(told, one), comment=f"word{one.name}")
        elif said == "unclear":
            told.replied(name, "unclear", f"word{one.name} {number_of(told, one):,}")
        elif said == "away":
            told.away(name)
        if told.roster.reports(one.id):
            told.noted(name, f"word{one.name}")
    return told


def shown(told: Told, kind: str, reader: Person) -> str:
    mail = told.mail(kind, reader.email.partition("@")[0])
    return f"{mail.subject}\n{mail.text}\n{mail.html}"


@limits(max_examples=25, deadline=None)
@given(trees(), st.data())
def test_a_mail_tells_of_nobody_outside_its_readers_own_tree(people: list[dict[str, Any]], data: st.DataObject) -> None:
    told = told_by_chance(people, data)
    state = told.round()
    for reader in told.roster.managers:
        text = shown(told, "summary", reader)
        below = {one.id for one in told.roster.below(reader.id)} | {reader.id}
        for other in told.roster.people[1:]:
            if other.id not in below:
                assert traces(text, told, other) == []
        for report in told.roster.reports(reader.id):
            is_leaf = not told.roster.reports(report.id)
            assert not is_leaf or state.answer(report.id) is None or len(traces(text, told, report)) == 3
    for rep in told.roster.reps:
        text = shown(told, "ask", rep)
        for other in told.roster.people:
            assert other.id == rep.id or not set(traces(text, told, other)) - {other.name}


def letters(told: Told, kind: str, to: Person, number: int = 0) -> Iterator[tuple[str, str]]:
    """Who gets a mail and its copies, and all that stands in it."""
    at = told.first + timedelta(minutes=500)
    for copy in ("", *map(new_id, to.copies_to)):
        composed = told.composed(MailKey(told.week, kind, to.id, number, copy), at=at)
        mail = opened(composed.message)
        yield composed.recipient, f"{mail.subject}\n{mail.text}\n{mail.html}"


@limits(max_examples=25, deadline=None)
@given(trees(), st.data())
def test_a_digest_a_correction_and_every_copy_go_to_their_own_reader_and_deputy_alone(
    people: list[dict[str, Any]], data: st.DataObject
) -> None:
    for one in people:
        if data.draw(st.booleans()):
            one["copies_to"] = [f"deputy-of-{one['email']}"]
    told = told_by_chance(people, data)
    director = told.roster.director
    assert director is not None
    told.sent("digest", director.email.partition("@")[0], 300)
    late = data.draw(st.sampled_from(told.roster.reps))
    told.answered(late.email.partition("@")[0], number_of(told, late) * 2**12, comment="wordlate", after=400)
    for kind, number, reader in [
        ("digest", 0, director),
        ("correction", 1, director),
        *(("summary", 0, manager) for manager in told.roster.managers if manager is not director),
        *((kind, number, rep) for rep in told.roster.reps for kind, number in (("ask", 0), ("nudge", 1))),
    ]:
        got = list(letters(told, kind, reader, number))
        assert [to for to, _ in got] == [reader.email, *reader.copies_to]
        reads_reports = kind in {"digest", "correction", "summary"}
        below = {one.id for one in told.roster.below(reader.id) if reads_reports} | {reader.id}
        for _, text in got:
            for other in told.roster.people:
                assert other.id in below or not set(traces(text, told, other)) - {other.name}
            assert late.id in below or f"{number_of(told, late) * 2**12:,}" not in text
            if kind == "summary":
                assert all(other.id in below or other is director or not traces(text, told, other)
                           for other in told.roster.people)  # fmt: skip
