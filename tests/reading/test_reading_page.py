"""What docs/reading.md says is an answer is one, and what it says is asked back is."""

import re
from pathlib import Path

import pytest

from pipeline.reading import read
from tests.reading.test_read import message

PAGE = (Path(__file__).parent.parent.parent / "docs" / "reading.md").read_text(encoding="utf-8")
TABLE = PAGE.partition("|---|---|\n")[2].partition("\n\n")[0]
ROWS = [re.findall(r"`([^`]+)`", cell) for row in TABLE.splitlines() for cell in row.strip("|").split(" | ")]


@pytest.mark.parametrize("said", [said for cell in ROWS[0::2] for said in cell])
def test_what_the_page_calls_an_answer_is_one(said: str) -> None:
    assert read(message(said)).outcome == "answer"


@pytest.mark.parametrize("said", [said for cell in ROWS[1::2] for said in cell])
def test_what_the_page_calls_a_question_back_is_one(said: str) -> None:
    assert read(message(said)).outcome == "unclear"
