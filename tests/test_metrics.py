"""What Prometheus sees of a turn, and that the dashboard and the docs name what is there."""

import json
import re
import socket
from datetime import UTC, datetime, timedelta
from math import isnan
from pathlib import Path
from urllib.request import urlopen

import pytest

from pipeline import events
from pipeline.faults import SettingsError
from pipeline.mail import KINDS, MailKey
from pipeline.metrics import OUTCOMES, Observer, served
from pipeline.outbox import Dispatched
from pipeline.pace import Day
from pipeline.settings import Metrics
from pipeline.tick import Gathered, Ticked
from pipeline.weeks import Week
from tests.servers.mailservers import free_ports

ROOT = Path(__file__).resolve().parents[1]
NOON = datetime(2026, 3, 13, 12, tzinfo=UTC)
PLANNED = NOON - timedelta(seconds=40)
WEEK = Week(2026, 11)


def reply(outcome: str) -> events.Received:
    return events.Received(
        key=f"{outcome}/received",
        round="2026-W11",
        at=NOON,
        message="aaaa",
        outcome=outcome,
        rule="a rule",
        folder="INBOX",
        uidvalidity=1,
        uid=1,
        person="k3v7q2ma",
        words="seven from anna@nordvik.example",
    )


def turn() -> Ticked:
    asks = [MailKey(WEEK, "ask", person) for person in ("k3v7q2ma", "b3v7q2ma")]
    done = Dispatched(
        sent=[*asks, MailKey(WEEK, "digest", "d3v7q2ma")],
        failed=[MailKey(WEEK, "nudge", "k3v7q2ma", 2)],
        planned={"ask": PLANNED},
        waiting=7,
    )
    return Ticked((reply("answer"), reply("held")), done, (), read_at=NOON, day=Day(2000, 1420, 56, None))


def test_a_turn_is_counted_by_kind_result_and_outcome() -> None:
    seen = Observer(NOON)
    seen.turned(turn(), NOON, 2.0)
    value = seen.registry.get_sample_value
    assert value("onenumber_mails_total", {"kind": "ask", "result": "sent"}) == 2
    assert value("onenumber_mails_total", {"kind": "nudge", "result": "failed"}) == 1
    assert value("onenumber_mails_total", {"kind": "summary", "result": "sent"}) == 0
    assert value("onenumber_replies_total", {"outcome": "answer"}) == 1
    assert value("onenumber_replies_total", {"outcome": "foreign"}) == 0
    assert value("onenumber_mails_waiting") == 7
    assert value("onenumber_turns_total", {"part": "turn", "result": "well"}) == 1
    assert value("onenumber_turn_seconds_sum", {"part": "turn"}) == 2


def test_lag_runs_from_the_planned_time_to_the_end_of_the_turn() -> None:
    seen = Observer(NOON)
    seen.turned(turn(), NOON, 2.0)
    assert seen.registry.get_sample_value("onenumber_mail_lag_seconds", {"kind": "ask"}) == 42
    assert seen.registry.get_sample_value("onenumber_mail_lag_seconds", {"kind": "digest"}) is None


def test_a_mailbox_that_was_never_read_is_as_old_as_the_worker() -> None:
    seen = Observer(NOON)
    read = "onenumber_mailbox_read_timestamp_seconds"
    seen.turned(Ticked((), Dispatched(), ("the mailbox cannot be read",)), NOON + timedelta(minutes=5), 1.0)
    assert seen.registry.get_sample_value(read) == NOON.timestamp()
    assert seen.registry.get_sample_value("onenumber_turns_total", {"part": "turn", "result": "trouble"}) == 1
    later = NOON + timedelta(minutes=6)
    seen.turned(Ticked((), Dispatched(), (), read_at=later), later, 1.0)
    assert seen.registry.get_sample_value(read) == later.timestamp()


def test_the_halves_of_many_workers_turns_are_told_apart() -> None:
    seen = Observer(NOON)
    seen.collected(Gathered((reply("answer"),), {3: 40, 5: 2}, "", NOON), NOON, 0.2)
    seen.sent(turn(), NOON, 1.5)
    seen.failed("batch", 0.1)
    value = seen.registry.get_sample_value
    assert value("onenumber_mails_waiting") == 42
    assert value("onenumber_turns_total", {"part": "turn", "result": "well"}) == 1
    assert value("onenumber_turns_total", {"part": "batch", "result": "well"}) == 1
    assert value("onenumber_turns_total", {"part": "batch", "result": "failed"}) == 1
    assert value("onenumber_replies_total", {"outcome": "answer"}) == 2


def test_the_providers_day_is_told_by_whole_turns_and_is_no_number_where_there_is_no_limit() -> None:
    seen = Observer(NOON)

    def day() -> tuple[float | None, ...]:
        return tuple(seen.registry.get_sample_value(f"onenumber_day_{name}mails") for name in ("", "kept_", "limit_"))

    assert all(isnan(value or 0) for value in day())
    seen.turned(turn(), NOON, 2.0)
    assert day() == (1420, 56, 2000)
    seen.collected(Gathered((), {}, "", NOON, Day(2000, 1421, 56, None)), NOON, 0.2)
    seen.sent(Ticked((), Dispatched(), ()), NOON, 1.5)
    assert day() == (1421, 56, 2000)
    seen.turned(Ticked((), Dispatched(), ()), NOON, 2.0)
    assert all(isnan(value or 0) for value in day())


def test_a_queue_that_has_emptied_is_empty() -> None:
    seen = Observer(NOON)
    seen.queued({"batches": (12, 3)})
    seen.queued({})
    assert seen.registry.get_sample_value("onenumber_jobs", {"queue": "batches", "state": "todo"}) == 0
    assert seen.registry.get_sample_value("onenumber_jobs", {"queue": "turns", "state": "doing"}) == 0


def test_no_person_number_or_word_is_in_what_prometheus_gets() -> None:
    seen = Observer(NOON)
    seen.turned(turn(), NOON, 2.0)
    known = {*KINDS, *OUTCOMES, "sent", "failed", "skipped", "turn", "batch", "well", "trouble", "todo", "doing"}
    for family in seen.registry.collect():
        for sample in family.samples:
            labels = {name: value for name, value in sample.labels.items() if name != "le"}
            assert set(labels.values()) <= known, sample
            assert set(labels) <= {"kind", "result", "outcome", "part", "queue", "state"}, sample


def test_prometheus_is_answered_until_the_worker_ends() -> None:
    (port,) = free_ports(1)
    with served(Metrics(port, "127.0.0.1"), port, NOON) as seen:
        seen.turned(turn(), NOON, 2.0)
        with urlopen(f"http://127.0.0.1:{port}/metrics") as answer:
            assert b'onenumber_mails_total{kind="ask",result="sent"} 2.0' in answer.read()
    with socket.socket() as ours:
        assert ours.connect_ex(("127.0.0.1", port)) != 0


def test_a_port_that_is_taken_is_told_in_words() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with (
            pytest.raises(SettingsError, match=f"127.0.0.1, port {port}"),
            served(Metrics(port, "127.0.0.1"), port, NOON),
        ):
            pass


def names() -> set[str]:
    """Every name that a worker serves."""
    seen = Observer(NOON)
    seen.turned(turn(), NOON, 2.0)
    seen.queued({})
    return {sample.name for family in seen.registry.collect() for sample in family.samples}


def test_the_dashboard_asks_for_what_there_is() -> None:
    board = json.loads((ROOT / "deploy" / "grafana.json").read_text())
    asked = [target["expr"] for panel in board["panels"] for target in panel["targets"]]
    asked.append(board["templating"]["list"][1]["query"]["query"])
    found = {name for one in asked for name in re.findall(r"(?:onenumber|process)_[a-z_]+", one)}
    assert found <= names()
    served_by_us = {name for name in names() if name.startswith("onenumber_")}
    assert {re.sub(r"_(bucket|sum|count)$", "", name) for name in served_by_us} == {
        re.sub(r"_(bucket|sum|count)$", "", name) for name in found if name.startswith("onenumber_")
    }
    for one in asked:
        for label, value in re.findall(r'(kind|result|outcome)=~?"([a-z_|]+)"', one):
            assert set(value.split("|")) <= {*KINDS, *OUTCOMES, "sent", "failed", "skipped"}, (label, value)


def test_every_metric_is_explained() -> None:
    page = (ROOT / "docs" / "metrics.md").read_text()
    for name in names():
        if name.startswith("onenumber_"):
            assert f"`{re.sub(r'_(bucket|sum|count)$', '', name)}`" in page, name
