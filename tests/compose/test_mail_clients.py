"""The mails use nothing that a common mail client lacks, but a few things that nobody misses."""

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.caniemail.support import unsupported, wanted
from tests.compose.conftest import Gallery

PAGE = Path(__file__).resolve().parents[2] / "docs/mails.md"
ROW = re.compile(r"^\| `([^`]+)` \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)


def listed() -> dict[str, set[str]]:
    """The features that docs/mails.md allows, each with the clients that lack it."""
    rows = ROW.findall(PAGE.read_text(encoding="utf-8"))
    assert all(len(without.split()) > 3 for _, without, _ in rows)
    return {feature: set(clients.split(", ")) for feature, _, clients in rows}


def differences(allowed: Mapping[str, set[str]], found: Mapping[str, set[str]]) -> list[str]:
    """What is not listed, and what is listed and needed no more."""
    features = sorted({*allowed, *found})
    new = [
        f"not listed: {one} in {gone}" for one in features for gone in found.get(one, set()) - allowed.get(one, set())
    ]
    old = [
        f"needed no more: {one} in {gone}"
        for one in features
        for gone in allowed.get(one, set()) - found.get(one, set())
    ]
    return new + old


def test_clients_lack_nothing_but_what_is_listed_with_what_its_absence_looks_like(gallery: Gallery) -> None:
    wanted()
    pages = [page for language in ("en", "ar-XB") for page in gallery(language)]
    assert differences(listed(), unsupported(pages)) == []


@pytest.mark.parametrize(
    ("added", "feature"),
    [('<div style="display:grid">', "not listed: display:grid"), ("<video></video>", "not listed: <video> element")],
)
def test_what_is_new_is_told(gallery: Gallery, tmp_path: Path, added: str, feature: str) -> None:
    wanted()
    page = tmp_path / "mail.html"
    page.write_text(gallery("en")[0].read_text(encoding="utf-8").replace("<main>", f"<main>{added}"), encoding="utf-8")
    told = differences(listed(), unsupported([page]))
    assert any(one.startswith(feature) for one in told)


def test_what_is_listed_and_needed_no_more_is_told(gallery: Gallery) -> None:
    assert differences({"border-radius": {"outlook.windows"}}, {}) == [
        "needed no more: border-radius in outlook.windows"
    ]
