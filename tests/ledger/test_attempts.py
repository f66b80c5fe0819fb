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


def failures(file: Path, *messages: str) -> list[int]:
    """What a process would find that came now."""
    attempts = Attempts(file)
    with attempts.watching():
        return [attempts.failed(message) for message in messages]


def test_a_process_that_dies_is_remembered_by_the_message_that_it_was_reading(tmp_path: Path) -> None:
    file = tmp_path / "reading.json"
    attempts = Attempts(file)
    with attempts.watching():
        for message in ("m1", "m2", "m3"):
            with attempts.reading(message):
                assert failures(file, "m1", "m2", "m3") == [int(one == message) for one in ("m1", "m2", "m3")]
    assert failures(file, "m1", "m2", "m3") == [0, 0, 0]


def test_a_death_is_remembered_until_its_message_has_been_read(tmp_path: Path) -> None:
    file = tmp_path / "reading.json"
    file.write_text('{"m2": 1, "m9": 2}')
    attempts = Attempts(file)
    with attempts.watching():
        with attempts.reading("m1"):
            assert failures(file, "m1", "m2", "m9") == [1, 1, 2]
        with attempts.reading("m2"):
            assert failures(file, "m1", "m2", "m9") == [0, 2, 2]
        with attempts.reading("m3"):
            assert failures(file, "m2", "m3", "m9") == [0, 1, 2]
    assert failures(file, "m2", "m3", "m9") == [0, 0, 2]


def test_a_process_looks_anew_at_what_others_left(tmp_path: Path) -> None:
    file = tmp_path / "reading.json"
    attempts = Attempts(file)
    with attempts.watching(), attempts.reading("m1"):
        pass
    file.write_text('{"m2": 1}')  # of another process, which had the data lock meanwhile
    with attempts.watching():
        assert attempts.failed("m2") == 1


def test_each_message_is_noted_once_and_the_last_one_struck_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    noted: list[list[str]] = []
    monkeypatch.setattr(Attempts, "_write", lambda _, names: noted.append(list(names)))
    attempts = Attempts(tmp_path / "reading.json")
    with attempts.watching():
        for message in ("m1", "m2", "m3"):
            with attempts.reading(message):
                pass
    assert noted == [["m1"], ["m2"], ["m3"], []]
