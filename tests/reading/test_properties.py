"""What nobody typed changes nothing, whatever it says."""

from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st

from pipeline.reading import read
from tests.reading.clients import LANGUAGES
from tests.reading.test_read import message

LINE = st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), max_size=60)
LINES = st.lists(LINE, max_size=10)
LANGUAGE = st.sampled_from(sorted(LANGUAGES))
SAID = st.sampled_from(["7", "7 new ones", "Seven", "*7*", "Hi,\n\n7"])


@given(SAID, LANGUAGE, LINES)
@limits(deadline=None)
def test_what_stands_below_an_attribution_changes_nothing(said: str, language: str, lines: list[str]) -> None:
    quoted = "".join(f"> {line}\n" for line in lines)
    for attribution in (LANGUAGES[language].gmail, LANGUAGES[language].apple, LANGUAGES[language].thunderbird):
        assert read(message(f"{said}\n\n{attribution}\n{quoted}"), languages=("en",)).number == 7


@given(SAID, LANGUAGE, LINES)
@limits(deadline=None)
def test_what_stands_below_a_header_block_changes_nothing(said: str, language: str, lines: list[str]) -> None:
    names = LANGUAGES[language].headers
    block = "\n".join(
        f"{name}: {value}" for name, value in zip(names, ("a@x.dk", "27-11-2026", "b@x.dk", "12"), strict=True)
    )
    assert read(message(f"{said}\n\n{block}\n\n" + "\n".join(lines)), languages=("en",)).number == 7


@given(SAID, LANGUAGE, LINES)
@limits(deadline=None)
def test_what_stands_in_a_signature_changes_nothing(said: str, language: str, lines: list[str]) -> None:
    closing = LANGUAGES[language].closing
    for opener in ("-- ", f"{closing},", LANGUAGES[language].phone):
        assert read(message(f"{said}\n\n{opener}\n" + "\n".join(lines)), languages=("en",)).number in {7, None}


@given(st.lists(st.integers(0, 999), min_size=2, max_size=5, unique=True))
@limits(deadline=None)
def test_of_several_bare_numbers_none_is_taken(numbers: list[int]) -> None:
    for between in (" or ", ", ", "\n", " / ", " and ", " - "):
        reading = read(message(between.join(map(str, numbers))), languages=("en",))
        assert reading.number is None or (len(numbers) > 2 and reading.number == numbers[0] == sum(numbers[1:]))
