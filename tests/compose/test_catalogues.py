"""Every language that ships is complete, and says with the same facts what English says."""

import re
from datetime import date
from gettext import c2py
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from typing import Any

import pytest
from babel.messages import Catalog
from babel.messages.pofile import read_po

from pipeline.reading import read

ROOT = Path(__file__).resolve().parents[2]
CATALOGUES = sorted((ROOT / "templates/locale").glob("*/messages.po"))


def sentences() -> Catalog:
    loader = SourceFileLoader("extract_messages", str(ROOT / "scripts/extract-messages"))
    spec = spec_from_loader("extract_messages", loader)
    assert spec is not None
    module: Any = module_from_spec(spec)
    loader.exec_module(module)
    found: Catalog = module.catalogue()
    return found


def places(text: str) -> set[str]:
    return set(re.findall(r"%\((\w+)\)s", text))


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parent.name)
def test_a_catalogue_has_every_sentence_and_nothing_else(path: Path) -> None:
    with path.open("rb") as file:
        catalogue = read_po(file, locale=path.parent.name)
    wanted = {message.id for message in sentences() if message.id}
    assert {message.id for message in catalogue if message.id} == wanted


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parent.name)
def test_a_catalogue_translates_every_form_with_the_same_facts(path: Path) -> None:
    with path.open("rb") as file:
        catalogue = read_po(file, locale=path.parent.name)
    for message in catalogue:
        if not message.id:
            continue
        assert not message.fuzzy, message.id
        forms = message.string if isinstance(message.string, tuple) else (message.string,)
        source = message.id if isinstance(message.id, tuple) else (message.id,)
        assert len(forms) == (catalogue.num_plurals if isinstance(message.id, tuple) else 1), message.id
        speaks_of_21 = len(forms) > 1 and c2py(catalogue.plural_expr)(21) == 0
        assert not speaks_of_21 or places(source[1]) <= places(forms[0]), message.id
        for form in forms:
            assert form, message.id
            assert places(form) <= places(" ".join(source)), message.id
            assert places(source[0]) - {"number"} <= places(form), message.id


def test_danish_ships() -> None:
    assert "da" in {path.parent.name for path in CATALOGUES}


QUOTED = re.compile(r"[“„«”]\s*([^”“»]+?)\s*[”“»]")
BACK = "Back again? Reply “back”, or just with a number."
HOLIDAY = "On holiday? Reply “holiday” and you are left in peace."
WORDS = (
    "“off until 12 January” says that you are away, “back” that you are here again, and “last 5” corrects last week."
)
MANAGERS = (
    "Reply “%(name)s 4” or “%(name)s off” to settle a number of your own reports.",
    "“%(name)s 4” or “%(name)s off” in a reply settles it for somebody of your team.",
)


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parent.name)
def test_the_words_that_people_are_told_to_reply_with_are_read(path: Path) -> None:
    with path.open("rb") as file:
        catalogue = read_po(file, locale=path.parent.name)

    def quoted(message: str) -> list[str]:
        return QUOTED.findall(str(catalogue[message].string))

    def effects(said: str) -> list[tuple[str, object, str | None]]:
        raw = (
            f"From: a@x.dk\nDate: Fri, 27 Nov 2026 13:00:00 +0100\nContent-Type: text/plain; charset=utf-8\n\n{said}\n"
        )
        told = read(raw.encode(), languages=(path.parent.name, "en")).effects
        return [(one.kind, one.until or one.number, one.who) for one in told]

    off, back, last = quoted(WORDS)
    assert effects(off) == [("away", date(2027, 1, 12), None)], off
    assert effects(back) == [("back", None, None)] == effects(quoted(BACK)[0]), back
    assert effects(last) == [("last", 5, None)], last
    assert [effects(word) for word in quoted(HOLIDAY)] == [[("away", None, None)]]
    assert effects(str(catalogue["not me"].string)) == [("withdraw", None, None)]
    for message in MANAGERS:
        number, away = (said % {"name": "Ana"} for said in quoted(message))
        assert effects(number) == [("answer", 4, "Ana")]
        assert effects(away) == [("away", None, "Ana")], away
