"""People and the tree they form."""

import gc
import weakref
from datetime import UTC, date, datetime

import msgspec

from pipeline import book, events, past, rounds
from pipeline.roster import Absence, Person, Roster, identified, new_id, shared
from pipeline.weeks import Week


def person(email: str, reports_to: str | None = None, **more: object) -> Person:
    return Person(
        new_id(email),
        email,
        email.split("@", maxsplit=1)[0],
        reports_to and new_id(reports_to),
        **more,  # type: ignore[arg-type]
    )


DORTE = person("dorte@x.dk", reports_number=False)
MADS = person("mads@x.dk", "dorte@x.dk", aliases=("m@x.dk",))
ANNA = person("anna@x.dk", "mads@x.dk")
BO = person("bo@x.dk", "mads@x.dk")
FIRM = Roster((DORTE, MADS, ANNA, BO))


def test_the_tree_is_read_both_ways() -> None:
    assert FIRM.director == DORTE
    assert FIRM.managers == (MADS,)
    assert list(FIRM.below(DORTE.id)) == [MADS, ANNA, BO]
    assert list(FIRM.chain(ANNA.id)) == [MADS, DORTE]


def test_a_manager_may_report_a_number_too() -> None:
    assert FIRM.reps == (MADS, ANNA, BO)


def test_an_address_is_known_in_any_case_and_by_its_alias() -> None:
    assert FIRM.at("ANNA@X.dk ") == ANNA
    assert FIRM.at("M@x.dk") == MADS
    assert FIRM.at("nobody@x.dk") is None


def test_a_renamed_person_with_the_old_address_as_an_alias_keeps_the_id() -> None:
    renamed = person("anna.berg@x.dk", "mads@x.dk", aliases=("anna@x.dk",))
    report = person("cai@x.dk", "anna.berg@x.dk")
    kept, below = identified([renamed, report], {"anna@x.dk": ANNA.id})
    assert kept.id == ANNA.id
    assert below.reports_to == ANNA.id


def test_an_absence_covers_both_its_ends() -> None:
    week_off = Absence(date(2026, 11, 23), date(2026, 11, 27))
    assert week_off.covers(date(2026, 11, 23))
    assert week_off.covers(date(2026, 11, 27))
    assert not week_off.covers(date(2026, 11, 28))
    assert Absence(date(2026, 11, 23)).covers(date(2030, 1, 1))


def test_weeks_count_on_over_a_years_end_with_a_week_53() -> None:
    assert Week(2026, 53).plus(1) == Week(2027, 1)
    assert Week(2027, 1).since(Week(2026, 52)) == 2
    assert Week.parse("2026-W53").monday == date(2026, 12, 28)


def written_and_read(people: tuple[Person, ...]) -> tuple[Person, ...]:
    """The same people as another process would have them."""
    return msgspec.json.decode(msgspec.json.encode(people), type=tuple[Person, ...])


def test_whoever_names_the_same_people_has_one_roster_with_them_while_it_is_in_use() -> None:
    firm = Roster.of((DORTE, MADS, ANNA, BO))
    again = Roster.of(written_and_read(firm.people))
    assert again is firm
    assert Roster.of(firm.people[:3]) is not firm
    assert Roster.of(firm.people[:3]) != firm


def test_a_roster_is_forgotten_with_those_who_use_it() -> None:
    firm = Roster.of(written_and_read((person("gone@x.dk"),)))
    assert firm.get(new_id("gone@x.dk")) is not None
    left = weakref.ref(firm)
    del firm
    assert left() is None


def test_a_roster_is_forgotten_with_its_round_once_that_is_past() -> None:
    """And not when Python looks for cycles the next time: a firm that changes has another one each week."""
    at = datetime(2026, 11, 27, 12, tzinfo=UTC)
    people = written_and_read((person("chief@x.dk"), person("lone@x.dk", "chief@x.dk")))
    this = rounds.fold([events.Opened(key="o", round="2026-W48", at=at, people=people)], rounds.Round("2026-W48"))
    left = weakref.ref(this.roster)
    gc.disable()
    try:
        past.kept_of(this)
        del this
        assert left() is None
    finally:
        gc.enable()


def test_a_person_who_changed_is_the_new_one_and_all_others_are_the_very_same() -> None:
    firm = Roster.of((DORTE, MADS, ANNA, BO))
    dorte, mads, anna, bo = map(shared, written_and_read(firm.people))
    assert all(one is firm[one.id] for one in (dorte, mads, anna, bo))
    renamed = shared(anna, reports_to=DORTE.id)
    assert (renamed.reports_to, renamed.id, firm[ANNA.id].reports_to) == (DORTE.id, ANNA.id, MADS.id)


def test_the_standing_book_names_people_by_the_words_of_the_roster() -> None:
    firm = Roster.of((DORTE, MADS, ANNA, BO))
    at = datetime(2026, 11, 27, 12, tzinfo=UTC)
    ids = {"anna@x.dk": ANNA.id, "m@x.dk": MADS.id, "bo@x.dk": "anotherx", "gone@x.dk": "gonegone"}
    known = [
        events.Known(key=f"known/{one}", round=None, at=at, person="".join(given), address="".join(one))
        for one, given in ids.items()
    ]
    kept = book.fold(events.parsed(events.written(one)) for one in known).ids
    assert kept == ids
    texts = {one: one for one in kept}
    assert texts["anna@x.dk"] is firm[ANNA.id].email
    assert kept["anna@x.dk"] is firm[ANNA.id].id
