"""`onenumber move`: a history is carried over whole, both ways, taken up where it broke off, and never mixed."""

from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipeline import cli
from pipeline.events import Event, Installed
from pipeline.ledger import Ledger, LedgerWriteError
from pipeline.ledger.carried import AT_ONCE, carry
from pipeline.ledger.opened import open_ledger
from pipeline.ledger.tiny import TinyLedger
from pipeline.settings import store
from pipeline.weeks import Week
from tests.ledger.contract import NOW, WEEK, claim
from tests.servers.database import PostgresServer

WEEKS = (WEEK, "2026-W49")


def filled(folder: Path) -> TinyLedger:
    ledger = TinyLedger(folder)
    ledger.append([Installed(key="installed", round=None, at=NOW, first_round=WEEK)])
    for week in WEEKS:
        ledger.append([claim(f"ask/{number}", week=week) for number in range(AT_ONCE + 20)])
    return ledger


def content(ledger: Ledger) -> list[tuple[Event, ...]]:
    return [ledger.events(round_) for round_ in (None, *ledger.rounds())]


def test_a_history_goes_to_a_database_and_comes_back_the_same(
    postgres: PostgresServer, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE", postgres.database())
    before = content(filled(tmp_path / "data"))
    assert cli.main(["move", "--from", "tinydb:data", "--to", "${DATABASE}"]) == 0
    told = capsys.readouterr().out
    assert "all 1041 in postgresql://owner@127.0.0.1" in told
    assert "  store: ${DATABASE}\n" in told
    assert cli.main(["move", "--from", "${DATABASE}", "--to", "tinydb:back"]) == 0
    assert content(TinyLedger(tmp_path / "back")) == content(TinyLedger(tmp_path / "data")) == before
    assert cli.main(["move", "--from", "tinydb:data", "--to", "${DATABASE}"]) == 0
    assert "0 events were carried over" in capsys.readouterr().out


def test_what_left_today_counts_in_the_new_store_too_both_ways_and_only_once(
    postgres: PostgresServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    address, now = postgres.database(), datetime.now(UTC)
    times = {now: 3, now - timedelta(hours=23): 2, now - timedelta(hours=25): 1, now + timedelta(hours=1): 1}
    ledger = TinyLedger(tmp_path / "data")
    for at, mails in times.items():
        week = str(Week.of(at.date()))
        ledger.append([claim(f"ask/{at:%d%H}/{number}", week=week, at=at) for number in range(mails)])
    for source, target in (("tinydb:data", address), ("tinydb:data", address), (address, "tinydb:back")):
        assert cli.main(["move", "--from", source, "--to", target]) == 0
        with closing(open_ledger(store(target, tmp_path))) as moved:
            pace = moved.pace(100, 6)
            pace.begins(now)
            assert pace.left() == 5
            assert pace.room(reserved=True) == 1


class Full(TinyLedger):
    """A store that takes only so many commits."""

    room = 2

    def append(self, happened: Sequence[Event]) -> tuple[Event, ...]:
        if not self.room:
            raise LedgerWriteError("it is full")
        self.room -= 1
        return super().append(happened)


def test_what_broke_off_is_taken_up_and_the_standing_book_comes_last(tmp_path: Path) -> None:
    source, target = filled(tmp_path / "data"), Full(tmp_path / "new")
    with pytest.raises(LedgerWriteError):
        carry(source, target)
    assert [len(target.events(week)) for week in (None, *WEEKS)] == [0, AT_ONCE + 20, 0]
    assert carry(source, TinyLedger(tmp_path / "new")) == AT_ONCE + 21
    assert content(TinyLedger(tmp_path / "new")) == content(source)


def test_two_histories_are_never_mixed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    filled(tmp_path / "data")
    TinyLedger(tmp_path / "other").append([claim("ask/other")])
    TinyLedger(tmp_path / "stranger").append([claim("ask/1", week="2026-W01")])
    for name, reason in (("other", "event 1 of 2026-W48"), ("stranger", "it has round 2026-W01")):
        kept = content(TinyLedger(tmp_path / name))
        assert cli.main(["move", "--from", "tinydb:data", "--to", f"tinydb:{name}"]) == 1
        assert reason in capsys.readouterr().err
        assert content(TinyLedger(tmp_path / name)) == kept


def test_nothing_is_moved_while_a_worker_runs(
    postgres: PostgresServer, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    ledger, address = filled(tmp_path / "data"), postgres.database()
    move = ["move", "--from", "tinydb:data", "--to", address]
    with ledger.working():
        assert cli.main(move) == 1
    assert "already running" in capsys.readouterr().err
    database = open_ledger(store(address, tmp_path))
    with database.working():
        assert cli.main(move) == 1
    assert "Stop every worker first" in capsys.readouterr().err
    assert cli.main(move) == 0


@pytest.mark.parametrize(
    "refused",
    [
        ("tinydb:nowhere", "tinydb:new", 1, "there is no ledger in"),
        ("tinydb:data", "tinydb:data", 1, "both are"),
        ("tinydb:data", "${NOT_SET}", 2, "environment variable NOT_SET is not set"),
        ("data", "tinydb:new", 2, "--from: write it as tinydb:FOLDER"),
    ],
)
def test_what_cannot_be_moved_is_refused_in_words(
    refused: tuple[str, str, int, str],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    source, target, code, reason = refused
    monkeypatch.chdir(tmp_path)
    filled(tmp_path / "data")
    assert cli.main(["move", "--from", source, "--to", target]) == code
    assert reason in capsys.readouterr().err
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.parametrize(
    "password",
    [
        ("${SECRET_OF_IT}", "${SECRET_OF_IT}"),
        ("not-to-be-seen", "PASSWORD"),
        ("x${NO}", "PASSWORD"),
    ],
)
def test_what_is_to_be_written_keeps_the_options_and_shows_no_password(
    password: tuple[str, str],
    postgres: PostgresServer,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SECRET_OF_IT", "not-to-be-seen")
    monkeypatch.setenv("NO", "not-to-be-seen")
    filled(tmp_path / "data")
    given, written = password
    address = postgres.database().replace("owner@", f"owner:{given}@")
    assert cli.main(["move", "--from", "tinydb:data", "--to", f"{address}?connect_timeout=30"]) == 0
    told = capsys.readouterr()
    place = address.partition("@")[2]
    assert f"  store: postgresql://owner:{written}@{place}?connect_timeout=30\n" in told.out
    assert "not-to-be-seen" not in told.out + told.err
    assert cli.main(["move", "--from", "tinydb:data", "--to", f"{address}?password={given}&connect_timeout=30"]) == 0
    told = capsys.readouterr()
    assert f"{place}?password={written}&connect_timeout=30\n" in told.out
    assert cli.main(["move", "--from", "tinydb:data", "--to", f"postgresql://{place}?user=owner"]) == 0
    assert f"  store: postgresql://{place}?user=owner\n" in capsys.readouterr().out
    assert "not-to-be-seen" not in told.out + told.err
