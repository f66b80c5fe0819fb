"""What Prometheus may ask of a worker: mails, replies, lag, what waits, and how long turns take.

An onlooker of the worker, which counts what turns came to; nothing else in the product counts anything for it. No
label has a person, a number or a word that somebody wrote. Needs the extra `metrics`; docs/metrics.md says what each is
good for. Names and units follow Prometheus' own advice (prometheus.io, Metric and label naming; Instrumentation).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
    start_http_server,
)

from pipeline.events import Received
from pipeline.faults import SettingsError
from pipeline.mail import KINDS
from pipeline.outbox import Dispatched
from pipeline.pace import Day
from pipeline.settings import Metrics
from pipeline.tick import Gathered, Ticked
from pipeline.worker.onlooker import Onlooker, Part

RESULTS = ("sent", "failed", "skipped")
OUTCOMES = (
    "answer",
    "away",
    "instruction",
    "unclear",
    "auto_reply",
    "bounce",
    "note",
    "unconfirmed",
    "held",
    "foreign",
)
_NOT_OF_A_WORKER = frozenset({"rehearsal", "probe"})
_SECONDS = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300)


class Observer(Onlooker):
    """The figures of one worker since it began at `began` (aware). Every line that can be is there from the start, as
    0, so that the first mail of a kind is seen as one more."""

    def __init__(self, began: datetime) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]  # they tell when each line began: of no use here
        registry = self.registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        self._mails = Counter(
            "onenumber_mails", "Mails by kind, and what became of them.", ("kind", "result"), registry=registry
        )
        self._replies = Counter("onenumber_replies", "Messages read, by outcome.", ("outcome",), registry=registry)
        self._lag = Gauge(
            "onenumber_mail_lag_seconds",
            "How long after its planned time the last mail of each kind had left.",
            ("kind",),
            registry=registry,
        )
        self._read = Gauge(
            "onenumber_mailbox_read_timestamp_seconds",
            "When the mailbox was read last; until it first was, when the worker began.",
            registry=registry,
        )
        self._waiting = Gauge(
            "onenumber_mails_waiting",
            "Mails that were due and had not left when the last turn ended.",
            registry=registry,
        )
        self._day = {
            name: Gauge(f"onenumber_day_{name}", told, registry=registry)
            for name, told in (
                ("mails", "Mails that left in the last 24 hours, as smtp.max_per_day counts them."),
                ("kept_mails", "Mails of the day that are kept for reports still to come."),
                ("limit_mails", "How many mails may leave in 24 hours: smtp.max_per_day."),
            )
        }
        self._jobs = Gauge(
            "onenumber_jobs", "Jobs in the queue of many workers.", ("queue", "state"), registry=registry
        )
        self._turns = Counter(
            "onenumber_turns", "Turns and batches, and how they ended.", ("part", "result"), registry=registry
        )
        self._seconds = Histogram(
            "onenumber_turn_seconds", "How long turns and batches take.", ("part",), buckets=_SECONDS, registry=registry
        )
        self._read.set(began.timestamp())
        self._day_is(None)
        for kind in KINDS.keys() - _NOT_OF_A_WORKER:
            for result in RESULTS:
                self._mails.labels(kind, result)
        for outcome in OUTCOMES:
            self._replies.labels(outcome)
        for result in ("well", "trouble", "failed"):
            self._turns.labels("turn", result)

    def turned(self, ticked: Ticked, at: datetime, seconds: float) -> None:
        self._waiting.set(ticked.dispatched.waiting)
        self._day_is(ticked.day)
        self._ended("turn", seconds, well=not ticked.problems)
        self._went_out(ticked.dispatched, at.timestamp() + seconds)
        self._came_in(ticked.received, ticked.read_at)

    def collected(self, gathered: Gathered, at: datetime, seconds: float) -> None:
        self._waiting.set(sum(gathered.shares.values()))
        self._day_is(gathered.day)
        self._ended("turn", seconds, well=not gathered.problem)
        self._came_in(gathered.received, gathered.read_at)

    def sent(self, ticked: Ticked, at: datetime, seconds: float) -> None:
        self._ended("batch", seconds, well=not ticked.problems)
        self._went_out(ticked.dispatched, at.timestamp() + seconds)
        self._came_in(ticked.received, ticked.read_at)

    def failed(self, part: Part, seconds: float) -> None:
        self._turns.labels(part, "failed").inc()
        self._seconds.labels(part).observe(seconds)

    def queued(self, jobs: Mapping[str, tuple[int, int]]) -> None:
        # A queue that is empty is not named by the engine, and would be taken for as full as it was.
        for queue in ("turns", "batches"):
            todo, doing = jobs.get(queue, (0, 0))
            self._jobs.labels(queue, "todo").set(todo)
            self._jobs.labels(queue, "doing").set(doing)

    def _day_is(self, day: Day | None) -> None:
        """Without a limit there is no day: not a number, so that nothing is drawn and no alarm compares with it."""
        told = (day.left, day.kept, day.most) if day is not None else (math.nan,) * len(self._day)
        for gauge, mails in zip(self._day.values(), told, strict=True):
            gauge.set(mails)

    def _ended(self, part: Part, seconds: float, *, well: bool) -> None:
        self._turns.labels(part, "well" if well else "trouble").inc()
        self._seconds.labels(part).observe(seconds)

    def _went_out(self, done: Dispatched, ended: float) -> None:
        for result, keys in zip(RESULTS, (done.sent, done.failed, done.skipped), strict=True):
            for key in keys:
                self._mails.labels(key.kind, result).inc()
        for kind, planned in done.planned.items():
            self._lag.labels(kind).set(max(0.0, ended - planned.timestamp()))

    def _came_in(self, received: tuple[Received, ...], read_at: datetime | None) -> None:
        for one in received:
            self._replies.labels(one.outcome).inc()
        if read_at is not None:
            self._read.set(read_at.timestamp())


@contextmanager
def served(where: Metrics, port: int, began: datetime) -> Iterator[Observer]:
    """An observer whom Prometheus may ask at that place, until the block ends. Raises SettingsError where it is
    taken."""
    observer = Observer(began)
    try:
        server, _ = start_http_server(port, where.address, observer.registry)
    except OSError as error:
        raise SettingsError(
            f"metrics: nobody can listen at {where.address}, port {port}: {error.strerror}. Another worker on this "
            "machine needs another metrics.port, such as ${METRICS_PORT} from its environment."
        ) from None
    try:
        yield observer
    finally:
        server.shutdown()
        server.server_close()
