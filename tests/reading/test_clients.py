"""From any client, in any language, the number that the person typed is found, and none that they did not."""

import pytest

from pipeline.reading import read
from tests.reading.clients import CLIENTS, LANGUAGES, Layout, said_in


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("client", CLIENTS, ids=lambda client: client.__name__)
def test_a_reply_is_read_from_this_client(client: Layout, language: str) -> None:
    spoken = LANGUAGES[language]
    for said, number in said_in(spoken):
        reading = read(client(said, spoken).as_bytes(), languages=(language, "en"))
        assert (reading.outcome, reading.number) == ("answer", number), (said, reading.evidence, reading.words)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("client", CLIENTS, ids=lambda client: client.__name__)
def test_a_client_set_to_another_language_is_read_too(client: Layout, language: str) -> None:
    reading = read(client("7", LANGUAGES[language]).as_bytes(), languages=("en",))
    assert (reading.outcome, reading.number) == ("answer", 7), reading.words


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("client", CLIENTS, ids=lambda client: client.__name__)
def test_nothing_typed_is_no_answer(client: Layout, language: str) -> None:
    for said in ("", "ok, call me at 14:30"):
        reading = read(client(said, LANGUAGES[language]).as_bytes(), languages=(language, "en"))
        assert reading.number is None, (said, reading.evidence, reading.words)
