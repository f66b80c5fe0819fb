"""Metrics: a worker of either store answers Prometheus, and its figures are those of what happened."""

import time
from urllib.request import urlopen

import pytest

from pipeline.ledger.opened import open_ledger
from pipeline.pace import Day
from pipeline.settings import load
from pipeline.tick import Turns
from tests.friday.conftest import MakeFirm
from tests.friday.worker import running
from tests.servers.mailservers import free_ports

_PATIENCE = 60  # seconds until the test gives up


def told(port: int, line: str) -> bool:
    """Will what Prometheus gets have this line?"""
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        with urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
            if f"\n{line}\n" in answer.read().decode():
                return True
        time.sleep(0.05)
    return False


def test_prometheus_sees_a_reply_that_a_worker_has_read(firm: MakeFirm) -> None:
    (port,) = free_ports(1)
    week = firm(metrics={"port": port})
    with running(week) as worker:
        worker.says("metrics are served")
        worker.says("worker started")
        assert told(port, 'onenumber_replies_total{outcome="foreign"} 0.0')
        week.writes("anna", "Lunch?", "Shall we say 12 at the harbour, all 5 of us?")
        assert told(port, 'onenumber_replies_total{outcome="foreign"} 1.0')
        if week.settings["store"] != "tinydb:data":
            assert told(port, 'onenumber_jobs{queue="batches",state="todo"} 0.0')
        assert worker.stop()[0] == 0


def test_a_turn_tells_when_its_mails_were_planned_and_how_many_the_pace_holds_back(
    firm: MakeFirm, monkeypatch: pytest.MonkeyPatch
) -> None:
    week = firm().installed()
    week.write(smtp={"max_per_minute": 1})
    monkeypatch.setenv("SSL_CERT_FILE", str(week.servers.authority))
    settings = load(week.file)
    turns = Turns(settings, open_ledger(settings.store))
    ticked = turns.tick(week.instant("Fri 13:00:40"))
    turns.close()
    assert [key.kind for key in ticked.dispatched.sent] == ["ask"]
    assert ticked.dispatched.planned == {"ask": week.instant("Fri 13:00")}
    assert ticked.dispatched.waiting == 1
    assert ticked.read_at == week.instant("Fri 13:00:40")


@pytest.mark.parametrize(("most", "day"), [(None, None), (50, Day(50, 2, 7, None))])
def test_a_turn_tells_how_much_of_the_providers_day_is_used(
    firm: MakeFirm, monkeypatch: pytest.MonkeyPatch, most: int | None, day: Day | None
) -> None:
    week = firm().installed()
    week.write(smtp={"max_per_day": most} if most else {})
    monkeypatch.setenv("SSL_CERT_FILE", str(week.servers.authority))
    settings = load(week.file)
    turns = Turns(settings, open_ledger(settings.store))
    ticked, gathered = turns.tick(week.instant("Fri 13:00")), turns.collect(week.instant("Fri 13:01"), 16)
    turns.close()
    assert ticked.day == gathered.day == day


def test_two_workers_on_one_machine_cannot_share_a_port(firm: MakeFirm) -> None:
    (port,) = free_ports(1)
    week = firm(metrics={"port": port})
    with running(week) as worker:
        worker.says("worker started")
        if week.settings["store"] == "tinydb:data":
            week.write(store="tinydb:other")  # a folder has one worker
        refused = week.onenumber("run", check=False)
        assert refused.returncode == 2
        assert f"127.0.0.1, port {port}" in refused.stderr
        assert worker.stop()[0] == 0
