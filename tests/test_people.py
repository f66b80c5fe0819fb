"""The facts about people are taken or refused as the libraries that know about them would have it, which are not loaded
for what is plain."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import TZPATH, available_timezones

import pytest
from email_validator import SPECIAL_USE_DOMAIN_NAMES, EmailNotValidError, validate_email
from holidays.utils import list_supported_countries
from hypothesis import given
from hypothesis import strategies as st

from pipeline import people, timetable
from pipeline.roster import address

_WORD = st.text("abzABZ019", min_size=1, max_size=9)
_PARTED = st.text("ab01.-_+", min_size=1, max_size=70)
_ENDINGS = st.sampled_from(["dk", "example", "COM", "c", "x1", "", *SPECIAL_USE_DOMAIN_NAMES])


@given(
    local=st.one_of(_WORD, _PARTED),
    domain=st.lists(st.one_of(_WORD, _PARTED, st.just("xn--bcher-kva")), min_size=0, max_size=3),
    ending=_ENDINGS,
)
def test_an_address_is_taken_as_the_library_takes_it(local: str, domain: list[str], ending: str) -> None:
    written = f"{local}@{'.'.join([*domain, ending])}"
    try:
        expected = validate_email(written, check_deliverability=False).normalized
    except EmailNotValidError:
        with pytest.raises(ValueError, match="no address that mail can reach"):
            people.valid_address(written)
    else:
        assert people.valid_address(written) == address(expected)


def test_a_time_zone_is_one_that_the_database_lists() -> None:
    files = {str(one.relative_to(root)) for root in map(Path, TZPATH) for one in root.rglob("*")}
    listed = available_timezones()
    wrong = ["", ".", "..", "/etc/localtime", "../localtime", "Europe/Lodnon", "Europe/Copenhagen ", "a\0b", "x" * 5000]
    assert {name for name in files | listed | set(wrong) if people._is_timezone(name)} == listed


def test_a_calendar_of_holidays_is_one_that_the_package_lists() -> None:
    for country, subdivisions in list_supported_countries().items():
        assert timetable.known_calendar(country)
        assert all(timetable.known_calendar(f"{country}-{one}") for one in subdivisions)
    for unknown in ("XX", "DE-XX", "DENMARK", "COUNTRIES", "registry", "-"):
        assert not timetable.known_calendar(unknown)
