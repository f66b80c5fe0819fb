"""The tables of number words, held to a library that is kept by others (num2words); Estonian, which it lacks, by hand."""

import pytest
from num2words import num2words

from pipeline.reading.languages import ALL
from pipeline.reading.languages.table import plain, spaced

NAMED_OTHERWISE = {"nb": "no"}


@pytest.mark.parametrize("language", sorted(ALL.keys() - {"et"}))
def test_every_number_up_to_a_hundred_is_known_as_the_library_writes_it(language: str) -> None:
    table = ALL[language].numbers
    written = {number: num2words(number, lang=NAMED_OTHERWISE.get(language, language)) for number in range(101)}
    assert {number: table.get(spaced(word)) for number, word in written.items()} == {
        number: number for number in written
    }
    assert all(table.get(plain(word)) == number for number, word in written.items())


def test_estonian_is_counted_by_hand() -> None:
    table = ALL["et"].numbers
    for word, number in {"null": 0, "üksteist": 11, "kakskümmend": 20, "kolmkümmend neli": 34, "sada": 100}.items():
        assert (table[word], table[plain(word)]) == (number, number)


@pytest.mark.parametrize("language", ALL)
def test_every_number_from_0_to_100_has_a_word(language: str) -> None:
    assert set(ALL[language].numbers.values()) >= set(range(101))
