"""What is kept about one person can be taken out of every kind of event, and leaves every figure as it was."""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, get_args, get_type_hints

import msgspec
import pytest

from pipeline import book, events, figures, personal, rounds
from pipeline.personal import Whom
from pipeline.roster import Person, new_id
from tests.compose.company import Told, settings

AT = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)
ANNA = Person(new_id("anna@x.dk"), "anna@x.dk", "Anna Bøgh", "mmmmmmmm", aliases=("ab@x.dk",), copies_to=("pa@y.dk",))
THEIRS = Whom(frozenset({ANNA.id}), frozenset({"anna@x.dk", "ab@x.dk"}), frozenset({"Anna Bøgh"}))
NOBODY = "nnnnnnnn"
_OPAQUE = {"message", "claim", "round", "outcome", "rule", "folder", "other_week", "first_round"}


def filled(kind: type[events.Event]) -> events.Event:
    """An event whose every field that can hold a trace of Anna does."""
    facts: dict[str, Any] = {"key": f"2026-W48/ask/{ANNA.id}/{kind.__name__}", "round": "2026-W48", "at": AT}
    for field in msgspec.structs.fields(kind):
        if field.name in facts:
            continue
        facts[field.name] = _value(field.name, get_type_hints(kind)[field.name])
    if "message_id" in facts and "mail" not in facts:
        facts["message_id"] = "<probe@x.dk>"  # of a mail to ourselves
    if kind in {events.Questioned, events.Skipped, events.Rewritten, events.Unreadable}:
        facts["reason"] = f"{ANNA.id}/answered/1"  # a word of ours, or a key
    return kind(**facts)


def _value(name: str, hint: object) -> object:
    simple = {
        "person": ANNA.id, "author": ANNA.id, "entered_by": ANNA.id, "other_address": ANNA.id,
        "mail": f"2026-W48/ask/{ANNA.id}", "answer": f"{ANNA.id}/answered/1", "address": "ab@x.dk", "people": (ANNA,), "message_id": f"<{'a' * 5}{ANNA.id}{'b' * 16}@x.dk>",
    }  # fmt: skip
    if hint is Person:
        return ANNA
    if name in simple:
        return simple[name]
    if name in _OPAQUE:
        return "2026-W48"
    options = get_args(hint) or (hint,)
    by_type = {str: "off to Novo, says Anna Bøgh <Anna@X.dk>", Decimal: Decimal(7), datetime: AT, int: 1, bool: True}
    if tuple in {getattr(one, "__origin__", one) for one in (hint, *options)}:
        return ("off to Novo <ab@x.dk>",)
    return next((by_type[one] for one in options if one in by_type), None)


@pytest.mark.parametrize("kind", get_args(events.Event), ids=lambda kind: kind.__name__)
def test_no_kind_of_event_keeps_a_trace_of_a_person_who_was_taken_out(kind: type[events.Event]) -> None:
    event = filled(kind)
    (after,), _ = personal.without([event], THEIRS, NOBODY)
    left = msgspec.json.encode(events.written(after)).decode().lower()
    for trace in (ANNA.id, "anna@x.dk", "ab@x.dk", "pa@y.dk"):
        assert trace not in left
    if "person" in kind.__struct_fields__ or kind is events.Noted:
        assert "novo" not in left
        assert "bøgh" not in left


@pytest.mark.parametrize("kind", get_args(events.Event), ids=lambda kind: kind.__name__)
def test_what_is_about_somebody_else_is_left_to_the_letter(kind: type[events.Event]) -> None:
    event = filled(kind)
    somebody = Whom(frozenset({"zzzzzzzz"}), frozenset({"zoe@x.dk"}), frozenset({"Zoe Zed"}))
    assert personal.without([event], somebody, NOBODY) == ((event,), 0)


def test_the_standing_book_loses_what_it_has_of_a_person() -> None:
    known = events.Known(key="known/anna@x.dk", round=None, at=AT, person=ANNA.id, address="anna@x.dk")
    away = events.Away(key="h/away/1", round=None, at=AT, person=ANNA.id, received=AT, entered_by=ANNA.id)
    other = events.Known(key="known/bo@x.dk", round=None, at=AT, person="bbbbbbbb", address="bo@x.dk")
    assert personal.without([known, away, other], THEIRS, NOBODY) == ((other,), 2)


def test_a_round_without_a_person_adds_up_to_the_same(tmp_path: Path) -> None:
    told = Told(settings(tmp_path)).asked().answered("anna", 7).answered("bo", 2).away("carla")
    happened = told.happened
    for name in ("anna", "bo", "carla", "mette"):
        person = told.who(name)
        theirs = personal.whom(person, [told.round()], {})
        kept, count = personal.without(happened, theirs, NOBODY)
        begins = personal.rewritten(kept, str(told.week), AT, "a person was forgotten", count)
        before, after = (
            figures.digest(rounds.fold(one, rounds.Round(str(told.week))), (), told.times, "roster")
            for one in (happened, [begins, *kept])
        )
        assert len(kept) == len(happened)
        assert count > 0
        assert before.totals == after.totals
        assert [team.totals for team in before.teams] == [team.totals for team in after.teams]
        assert [len(lines) for _, lines in before.missing] == [len(lines) for _, lines in after.missing]


def test_each_rewriting_opens_with_a_key_of_its_own() -> None:
    first = personal.rewritten([], "2026-W48", AT, "a person was forgotten", 3)
    second = personal.rewritten([first], "2026-W48", AT, "a person was forgotten", 1)
    assert first.key != second.key


def test_of_the_book_only_what_is_still_needed_is_kept() -> None:
    def away(person: str, received: datetime, until: str | None = None) -> events.Away:
        last = datetime.fromisoformat(until).date() if until else None
        key = f"{person}/{received:%Y}"
        return events.Away(key=key, round=None, at=AT, person=person, received=received, entered_by=person, until=last)

    long_ago, today = datetime(2020, 1, 3, tzinfo=UTC), AT.date()
    gone = events.Known(key="known/g", round=None, at=AT, person="gggggggg", address="g@x.dk")
    here = events.Known(key="known/h", round=None, at=AT, person="hhhhhhhh", address="h@x.dk")
    lasting, over = away("hhhhhhhh", long_ago, "2030-01-01"), away("hhhhhhhh", long_ago)
    began = events.Installed(key="installed", round=None, at=AT, first_round="2020-W01")
    kept = personal.still_needed(
        [began, gone, here, lasting, over, away("gggggggg", AT)],
        {"hhhhhhhh"},
        datetime(2024, 1, 1, tzinfo=UTC).date(),
        today,
    )
    assert kept == (began, here, lasting)
    assert book.fold(kept).ids == {"h@x.dk": "hhhhhhhh"}
