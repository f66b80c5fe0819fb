"""Every language that ships is complete, and says with the same facts what English says."""

import re
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from typing import Any

import pytest
from babel.messages import Catalog
from babel.messages.pofile import read_po

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
        for form in forms:
            assert form, message.id
            assert places(form) <= places(" ".join(source)), message.id
            assert places(source[0]) - {"number"} <= places(form), message.id


def test_danish_ships() -> None:
    assert "da" in {path.parent.name for path in CATALOGUES}
