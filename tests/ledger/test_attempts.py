"""The watch over messages that are read: it ends with them, so that a process does not die of one that is long over."""

import faulthandler
from pathlib import Path

import pytest

from pipeline.ledger.attempts import Attempts


@pytest.fixture
def watches(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    happened: list[str] = []
    monkeypatch.setattr(faulthandler, "dump_traceback_later", lambda *_, **__: happened.append("begins"))
    monkeypatch.setattr(faulthandler, "cancel_dump_traceback_later", lambda: happened.append("ends"))
    return happened


def test_the_watch_over_messages_ends_when_they_have_been_read(tmp_path: Path, watches: list[str]) -> None:
    attempts = Attempts(tmp_path / "reading.json")
    with attempts.watching():
        for message in ("m1", "m2"):
            with attempts.reading(message):
                assert watches == ["begins"]
    assert watches == ["begins", "ends"]


def test_the_watch_ends_where_reading_failed(tmp_path: Path, watches: list[str]) -> None:
    attempts = Attempts(tmp_path / "reading.json")
    with pytest.raises(ValueError, match="broken"), attempts.watching(), attempts.reading("m1"):
        raise ValueError("broken")
    assert watches == ["begins", "ends"]


def test_one_who_reads_unwatched_is_not_ended_long_after(tmp_path: Path, watches: list[str]) -> None:
    with Attempts(tmp_path / "reading.json").reading("m1"):
        pass
    assert watches == []
