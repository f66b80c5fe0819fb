"""How will a firm of any size fare? What a model of a week predicts, and real rounds beside it.

    python benchmarks/scale.py compare                 # real rounds, some ten minutes: each prediction with its error
    python benchmarks/scale.py predict                 # weeks at the limits of providers, by what compare measured
    python benchmarks/scale.py compare --write docs/scale.md    # and the table into that page; so does predict

What a mail, a reply and a turn cost is measured in small rounds, of 100 and 2,000 reps, and kept in
.benchmarks/scale.json. From these alone, rounds of 1,000 and 10,000 reps are predicted, and then played: the product's
own turns in a process of its own, mails into Postfix's smtp-sink, replies from Dovecot, the ledger in a folder or in
PostgreSQL. A round that fails is told, and the others go on. The model is `scale_model`; what of it arithmetic knows is
held to that in tests/test_scale_model.py.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, sleep
from typing import Any

import firm
import msgspec
import psycopg
import scale_model
import work
from imapclient import IMAPClient
from scale_model import Means

from pipeline.ledger.opened import open_ledger
from pipeline.mail import MailKey
from pipeline.settings import Database, Secret, Settings, load
from pipeline.tick import Turns
from pipeline.timetable import Schedule, Timetable, timetable
from pipeline.worker.queued import BATCH, SHARES
from tests.servers import database, mailservers

KEPT = Path(__file__).parent.parent / ".benchmarks" / "scale.json"
SMALL = (100, 2000)
"""The rounds that everything is reckoned from: so far apart that what the machine's mood adds to one of them does not
pass for what the reps cost."""

REAL = (("tinydb", 1000, 0.6), ("postgresql", 1000, 0.6), ("postgresql", 10_000, 0.96))
"""Rounds that are played, and which part of the reps answers: of the largest most, so that it ends."""

ANSWERING = 0.6
TIMES = 3
TURN = "a turn, nothing due"
MAILS = ("an ask", "a reply", "a nudge", "a summary")
STAGES = (*MAILS, "the digest", TURN, "ledger", "memory")
_PATIENCE = 900  # seconds for one round
_UNIT = dict.fromkeys(STAGES, "ms") | {"ledger": "MB", "memory": "MB"}


# One real round


@dataclass(frozen=True, slots=True)
class Servers:
    """Where a round's process finds what it needs."""

    smtp: int
    imap: int
    authority: str
    postgres: database.PostgresServer

    def store(self, kind: str) -> str:
        return "" if kind == "tinydb" else self.postgres.database()


def played(servers: Servers, kind: str, reps: int, **more: Any) -> dict[str, float]:
    """A round of so many reps on one clock, in a process of its own: seconds of each stage, MB of ledger and memory."""
    with TemporaryDirectory(dir=_room()) as folder:
        settings = firm.settings(Path(folder), reps, smtp=servers.smtp, imap=servers.imap)
        facts = {"settings": str(settings.file), "store": servers.store(kind)} | more
        return _process(servers, "round", facts)


def _process(servers: Servers, what: str, facts: dict[str, Any]) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, __file__, what, json.dumps(facts)],
        env=os.environ | {"SSL_CERT_FILE": servers.authority},
        stdout=subprocess.PIPE,
        check=True,
        timeout=_PATIENCE,
    )
    found: dict[str, float] = json.loads(done.stdout)
    return found


def play(facts: dict[str, Any]) -> dict[str, float]:
    """What that process does. With `per_minute`, only the asks, at that pace."""
    settings = load(Path(facts["settings"]), {})
    if facts["store"]:
        settings = msgspec.structs.replace(settings, store=Database(Secret(facts["store"])))
    if "per_minute" in facts:
        smtp = msgspec.structs.replace(settings.smtp, max_per_minute=facts["per_minute"])
        settings = msgspec.structs.replace(settings, smtp=smtp)
    _emptied(settings)
    _, season, asked = firm.opened(settings)
    times, reps = season.times(firm.WEEK), len(settings.roster.reps)
    nudge = min(own.nudges[0] for own in times.people.values())
    turns = Turns(settings, open_ledger(settings.store))
    asks = _turn(turns, asked)
    if "per_minute" in facts or times.digest is None:
        turns.close()
        return {"asks": asks}
    answers = round(reps * facts["answering"])
    _filled(settings, firm.replies(settings)[:answers])
    found = {
        "an ask": asks / reps,
        "a reply": _turn(turns, asked + timedelta(hours=1)) / answers,
        "a nudge": _turn(turns, nudge + timedelta(seconds=1)) / (reps - answers),
        "a summary": _turn(turns, min(times.summaries.values()) + timedelta(seconds=1)) / len(times.summaries),
        "the digest": _turn(turns, times.digest + timedelta(seconds=1)),
        # It takes little time, so that the least of many is cheap.
        TURN: min(_turn(turns, times.digest + timedelta(minutes=1 + number)) for number in range(20)),
    }
    found = {stage: seconds * 1000 for stage, seconds in found.items()}
    _counted(turns, {"ask": reps, "nudge": reps - answers, "summary": len(times.summaries), "digest": 1})
    turns.close()
    found["ledger"] = _bytes(settings) / 1e6
    found["memory"] = work.peak()
    return found


def _counted(turns: Turns, expected: dict[str, int]) -> None:
    """A round that is not whole has measured nothing."""
    mails = turns.history.round(firm.WEEK).mails.items()
    sent = Counter(MailKey.parse(key).kind for key, one in mails if one.sent)
    if sent != expected:
        raise RuntimeError(f"{dict(sent)} left, and not {expected}")


def play_week(facts: dict[str, Any]) -> dict[str, float]:
    """A week of a firm in 24 time zones of whom nobody answers, turn by turn through all its instants: how many mails
    left, by kind and minute."""
    settings = load(Path(facts["settings"]), {})
    settings = msgspec.structs.replace(settings, roster=scale_model.spread(facts["reps"]))
    _emptied(settings)
    _, season, now = firm.opened(settings)
    ends = season.times(firm.WEEK).grace_ends
    turns = Turns(settings, open_ledger(settings.store))
    left: Counter[str] = Counter()
    at: datetime | None = now.replace(second=0)
    while at is not None and ends is not None and at < ends:
        left.update(f"{key.kind} {at:%a %H:%M}" for key in turns.tick(at).dispatched.sent)
        at = turns.next_instant(at)
    turns.close()
    return dict(left)


def _turn(turns: Turns, at: datetime) -> float:
    """Seconds until all has left that is due."""
    began = perf_counter()
    while True:
        ticked = turns.tick(at + timedelta(seconds=perf_counter() - began))
        if ticked.problems:
            raise RuntimeError(f"a turn met trouble: {ticked.problems}")
        if ticked.pause is None:
            return perf_counter() - began
        sleep(ticked.pause)


def the_week(servers: Servers, reps: int) -> dict[str, float]:
    with TemporaryDirectory(dir=_room()) as folder:
        settings = firm.settings(Path(folder), 20, smtp=servers.smtp, imap=servers.imap)
        return _process(servers, "week", {"settings": str(settings.file), "reps": reps})


def _mailbox(settings: Settings) -> IMAPClient:
    client = IMAPClient(settings.imap.host, settings.imap.port, ssl=True)
    client.login(settings.imap.username, mailservers.PASSWORD)
    return client


def _emptied(settings: Settings) -> None:
    with _mailbox(settings) as client:
        firm.empty(client)


def _filled(settings: Settings, raw: list[bytes]) -> None:
    with _mailbox(settings) as client:
        for start in range(0, len(raw), 500):
            client.multiappend("INBOX", raw[start : start + 500])


def _bytes(settings: Settings) -> float:
    if isinstance(settings.store, Path):
        return sum(file.stat().st_size for file in settings.store.rglob("*") if file.is_file())
    with psycopg.connect(settings.store.url.reveal()) as session:
        size = session.execute("select pg_total_relation_size('onenumber_events')").fetchone()
        return float(size[0]) if size is not None else 0.0


def _room() -> Path:
    """Where ledgers lie meanwhile: on a disk, which `/tmp` may not be."""
    KEPT.parent.mkdir(exist_ok=True)
    return KEPT.parent


# What follows from two small ones


def least(servers: Servers, kind: str, reps: int, answering: float = ANSWERING) -> dict[str, float]:
    """The least of several rounds, stage by stage: what others do on the machine meanwhile only adds."""
    rounds = [played(servers, kind, reps, answering=answering) for _ in range(TIMES if reps < 10_000 else 1)]
    return {stage: min(one[stage] for one in rounds) for stage in STAGES}


def counts(reps: int, answering: float) -> dict[str, int]:
    """How many mails and replies a round of `firm` has."""
    answers = round(reps * answering)
    return dict(zip(MAILS, (reps, answers, reps - answers, reps // firm.A_TEAM), strict=True))


@dataclass(frozen=True, slots=True)
class Costs:
    """What two small rounds say of any size. A mail and a reply cost what they do, and beside them a turn looks at
    everybody once; that look, the digest and what is kept grow with the reps."""

    small: dict[str, float]
    large: dict[str, float]

    @classmethod
    def measured(cls, servers: Servers, kind: str) -> Costs:
        return cls(*(least(servers, kind, reps) for reps in SMALL))

    def each(self, stage: str) -> float:
        """A mail or a reply alone, milliseconds."""
        return max(0.0, self.large[stage] - self.large[TURN] / counts(SMALL[1], ANSWERING)[stage])

    def at(self, stage: str, reps: int, answering: float = ANSWERING) -> float:
        if stage in MAILS:
            return self.each(stage) + self.at(TURN, reps) / counts(reps, answering)[stage]
        small, large = self.small[stage], self.large[stage]
        grows = max(0.0, (large - small) / (SMALL[1] - SMALL[0]))
        return large + grows * (reps - SMALL[1])


# What is printed


Line = tuple[str, int, str, float, float, str]
"""Store, reps, what, predicted, real, unit."""


def compare(page: Path | None) -> None:
    """Predict, play, and show both."""
    if absent := [*mailservers.missing(), *database.missing()]:
        sys.exit(f"This needs {', '.join(absent)}. Run: scripts/install-test-servers")
    lines: list[Line] = []
    with ExitStack() as stack:
        mail, postgres = stack.enter_context(mailservers.running()), stack.enter_context(database.running())
        servers = Servers(stack.enter_context(firm.sink()), mail.imap_port, str(mail.authority), postgres)
        print(f"{'store':<12}{'reps':>7}  {'what':<34}{'predicted':>10}{'real':>10}     {'error':>6}", flush=True)
        kept = {kind: Costs.measured(servers, kind) for kind in dict.fromkeys(kind for kind, _, _ in REAL)}
        _room()
        KEPT.write_text(json.dumps({kind: asdict(costs) for kind, costs in kept.items()}, indent=2) + "\n")
        for kind, reps, answering in REAL:
            lines += _tried(lambda: _compare_round(servers, kept[kind], kind, reps, answering), f"{kind}, {reps:,}")  # noqa: B023  called at once
        lines += _tried(lambda: _compare_week(servers, 1000), "the week in 24 zones")
        lines += _tried(lambda: _compare_pace(servers, 1000, 600), "the asks at 600 a minute")
    if page is not None:
        rows = [f"| {' | '.join(_cells(*line))} |" for line in lines]
        _write(
            page,
            "real rounds",
            ["| store | reps | what | predicted | real | error |", "|---|---|---|---|---|---|", *rows],
        )


def _tried(play: Callable[[], list[Line]], what: str) -> list[Line]:
    """A round that breaks, or never ends, tells so, and is no reason not to play the others."""
    try:
        lines = play()
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired, RuntimeError) as error:
        print(f"{what} could not be played: {error}", flush=True)
        return []
    for line in lines:
        store, reps, told, predicted, real, error = _cells(*line)
        print(f"{store:<12}{reps:>7}  {told:<34}{predicted:>13}{real:>13} {error:>6}", flush=True)
    return lines


def _compare_round(servers: Servers, costs: Costs, kind: str, reps: int, answering: float) -> list[Line]:
    real = least(servers, kind, reps, answering)
    return [(kind, reps, stage, costs.at(stage, reps, answering), real[stage], _UNIT[stage]) for stage in STAGES]


def _compare_week(servers: Servers, reps: int) -> list[Line]:
    """Which mails leave in which minute, where nobody answers."""
    found = scale_model.week(_times(scale_model.spread(reps)), Means(100_000), answering=0)
    predicted = Counter(
        {f"{kind} {at:%a %H:%M}": count for kind, minutes in found.sent.items() for at, count in minutes.items()}
    )
    real = Counter({name: int(count) for name, count in the_week(servers, reps).items()})
    apart = ((predicted - real) + (real - predicted)).total()
    return [
        ("tinydb", reps, "mails of a week in 24 zones", predicted.total(), real.total(), ""),
        ("tinydb", reps, "of them in another minute", 0, apart, ""),
    ]


def _compare_pace(servers: Servers, reps: int, per_minute: int) -> list[Line]:
    """How long the asks take where the provider's pace is the limit."""
    found = scale_model.week(_times(scale_model.together(reps)), Means(per_minute), answering=0)
    real = played(servers, "tinydb", reps, per_minute=per_minute)["asks"]
    return [("tinydb", reps, f"asks at {per_minute} a minute", found.lag["ask"] * 60.0, real, "s")]


def _cells(kind: str, reps: int, what: str, predicted: float, real: float, unit: str) -> list[str]:  # noqa: PLR0917  cells
    error = f"{(predicted - real) / real:+.0%}" if real else "–"
    return [kind, f"{reps:,}", what, f"{predicted:,.4g} {unit}".strip(), f"{real:,.4g} {unit}".strip(), error]


def _write(page: Path, name: str, lines: list[str]) -> None:
    """Lines between the marks that a page has for them."""
    begin, end = f"<!-- {name} -->", f"<!-- end of {name} -->"
    before, opened, rest = page.read_text(encoding="utf-8").partition(begin)
    closed, after = rest.partition(end)[1:]
    if not opened or not closed:
        sys.exit(f"{page} needs a line {begin} and, after it, a line {end}.")
    page.write_text(f"{before}{begin}\n" + "\n".join(lines) + f"\n{end}{after}", encoding="utf-8")


def _times(roster: scale_model.Roster) -> Timetable:
    return timetable(firm.WEEK, roster, Schedule())


PROVIDERS = (
    ("Gmail: 30 a minute, 2,000 a day", Means(30, 2000), range(5000)),
    ("Microsoft 365: 30 a minute, 10,000 a day", Means(30, 10_000), range(200_000)),
    ("a relay: 600 a minute", Means(600), range(200_000)),
    ("a relay: 3,000 a minute, 2 workers", Means(3000, workers=2), range(5000, 200_000)),
)
"""Each with the sizes of firms that would think of it."""


def predict(sizes: list[int], page: Path | None) -> None:
    """Weeks of firms in 24 time zones and on one clock."""
    if not KEPT.exists():
        sys.exit("Nothing was measured on this machine yet. Run: python benchmarks/scale.py compare")
    costs = Costs(**json.loads(KEPT.read_text())["postgresql"])
    weeks = [
        "| reps | clocks | provider | asked | last ask late by | nudges not sent | summary late by | digest late by |",
        "|---|---|---|---|---|---|---|---|",
        *(line for reps in sizes if reps >= 500 for line in _weeks(costs, reps)),
    ]
    workers = [
        "| reps | a turn, nothing due | asks a second, one worker | ledger a week | in 104 weeks | memory |",
        "|---|---|---|---|---|---|",
        *(_one_worker(costs, reps) for reps in sizes),
    ]
    print("\n".join([*weeks, "", *workers]))
    if page is not None:
        _write(page, "weeks", weeks)
        _write(page, "one worker", workers)


def _weeks(costs: Costs, reps: int) -> Iterator[str]:
    """A small firm is on one clock, a very large one is not."""
    firms = [("one", scale_model.together(reps))] if reps < 50_000 else []
    firms += [("24", scale_model.spread(reps))] if reps >= 1000 else []
    mail = {kind.split()[1]: _seconds(costs, kind, reps) for kind in MAILS if kind != "a reply"}
    for clocks, roster in firms:
        times = _times(roster)
        for name, means, sizes in PROVIDERS:
            if reps not in sizes:
                continue
            found = scale_model.week(times, replace(means, mail=mail, turn=costs.at(TURN, reps) / 1000))
            asked, dropped = found.total("ask") / reps, found.skipped["nudge"]
            yield (
                f"| {reps:,} | {clocks} | {name} | {_bold(f'{asked:.0%}', asked < 1)} "
                f"| {_minutes(found.lag['ask'])} | {_bold(f'{dropped:,}', dropped > reps / 20)} "
                f"| {_late(found.lag['summary'])} | {_late(found.lag['digest'])} |"
            )


def _late(minutes: int) -> str:
    return _bold(_minutes(minutes), minutes > 15)


def _bold(words: str, is_bad: bool) -> str:
    return f"**{words}**" if is_bad else words


def _one_worker(costs: Costs, reps: int) -> str:
    turn, week = costs.at(TURN, reps) / 1000, costs.at("ledger", reps)
    return (
        f"| {reps:,} | {turn:.2g} s | {1 / _seconds(costs, 'an ask', reps):,.0f} | {week:,.1f} MB "
        f"| {week * 104 / 1000:,.1f} GB | {costs.at('memory', reps):,.0f} MB |"
    )


def _seconds(costs: Costs, kind: str, reps: int) -> float:
    """A mail in a batch, which looks at everybody of its share."""
    return (costs.each(kind) + costs.at(TURN, reps) / SHARES / BATCH) / 1000


def _minutes(count: int) -> str:
    return f"{count} min" if count < 120 else f"{count / 60:.1f} h"


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = options.add_subparsers(dest="command", required=True)
    comparing = commands.add_parser("compare", help="play real rounds beside the predictions")
    predicting = commands.add_parser("predict", help="by what compare measured")
    predicting.add_argument("--reps", type=int, nargs="+", default=[80, 500, 2000, 10_000, 100_000])
    for one in (comparing, predicting):
        one.add_argument("--write", type=Path, metavar="PAGE", help="a page with marks between which the tables go")
    for name in ("round", "week"):  # a process of compare's own
        commands.add_parser(name).add_argument("facts", type=json.loads)
    given = options.parse_args()
    if given.command == "compare":
        compare(given.write)
    elif given.command == "predict":
        predict(given.reps, given.write)
    else:
        print(json.dumps({"round": play, "week": play_week}[given.command](given.facts)))


if __name__ == "__main__":
    main()
