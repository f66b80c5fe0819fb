"""How will a firm of any size fare? What a model of a week predicts, and real rounds beside it.

    python benchmarks/scale.py compare                 # real rounds, some ten minutes: each prediction with its error
    python benchmarks/scale.py predict                 # weeks at the limits of providers, by what compare measured

What a mail, a reply and a turn cost is measured in two small rounds, of 100 and 400 reps, and kept in
.benchmarks/scale.json. From these alone, rounds of 1,000 and 10,000 reps are predicted, and then played: the product's
own turns in a process of its own, mails into Postfix's smtp-sink, replies from Dovecot, the ledger in a folder or in
PostgreSQL. The model is `scale_model`.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
from collections import Counter
from contextlib import ExitStack
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, sleep
from typing import Any

import firm
import psycopg
import scale_model
from imapclient import IMAPClient
from scale_model import Means

from pipeline.ledger.opened import open_ledger
from pipeline.mail import MailKey
from pipeline.outbox import _NUDGES_A_READING
from pipeline.settings import Database, Secret, Settings, load
from pipeline.tick import Turns
from pipeline.timetable import Schedule, Timetable, timetable
from pipeline.worker.queued import BATCH
from tests.servers import database, mailservers

KEPT = Path(__file__).parent.parent / ".benchmarks" / "scale.json"
SMALL = (100, 400)
REAL = (("tinydb", 1000, 0.6), ("postgresql", 1000, 0.6), ("postgresql", 10_000, 0.96))
"""Rounds that are played, and which part of the reps answers: of the largest most, so that it ends."""

ANSWERING = 0.6
TIMES = 2
STAGES = ("an ask", "a reply", "a nudge", "a summary", "the digest", "a turn, nothing due", "ledger", "memory")
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
        settings = replace(settings, store=Database(Secret(facts["store"])))
    if "per_minute" in facts:
        settings = replace(settings, smtp=replace(settings.smtp, max_per_minute=facts["per_minute"]))
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
        "a turn, nothing due": _turn(turns, times.digest + timedelta(minutes=1)),
    }
    found = {stage: seconds * 1000 for stage, seconds in found.items()}
    _counted(turns, {"ask": reps, "nudge": reps - answers, "summary": len(times.summaries), "digest": 1})
    turns.close()
    found["ledger"] = _bytes(settings) / 1e6
    found["memory"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
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
    settings = replace(settings, roster=scale_model.spread(facts["reps"]))
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
        for name in ("INBOX", "One Number.Processed"):
            if client.folder_exists(name):
                client.select_folder(name)
                if found := client.search():
                    client.delete_messages(found)
                    client.expunge()


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


def least(servers: Servers, kind: str, reps: int) -> dict[str, float]:
    """The least of several rounds, stage by stage: what others do on the machine meanwhile only adds."""
    rounds = [played(servers, kind, reps, answering=ANSWERING) for _ in range(TIMES)]
    return {stage: min(one[stage] for one in rounds) for stage in STAGES}


@dataclass(frozen=True, slots=True)
class Costs:
    """What two small rounds say of any size. A mail and a reply cost what they do; what looks at everybody, and what is
    kept, grows with the reps. Before every ten nudges the mailbox is read, and everybody looked at."""

    small: dict[str, float]
    large: dict[str, float]

    @classmethod
    def measured(cls, servers: Servers, kind: str) -> Costs:
        return cls(*(least(servers, kind, reps) for reps in SMALL))

    def at(self, stage: str, reps: int) -> float:
        if stage in {"an ask", "a reply", "a summary"}:
            return self.large[stage]
        if stage == "a nudge":
            grown = self.at("a turn, nothing due", reps) - self.large["a turn, nothing due"]
            return self.large[stage] + grown / _NUDGES_A_READING
        small, large = self.small[stage], self.large[stage]
        each = max(0.0, (large - small) / (SMALL[1] - SMALL[0]))
        return large + each * (reps - SMALL[1])


# What is printed


def compare() -> None:
    """Predict, play, and show both."""
    if absent := [*mailservers.missing(), *database.missing()]:
        sys.exit(f"This needs {', '.join(absent)}. Run: scripts/install-test-servers")
    with ExitStack() as stack:
        mail, postgres = stack.enter_context(mailservers.running()), stack.enter_context(database.running())
        servers = Servers(stack.enter_context(firm.sink()), mail.imap_port, str(mail.authority), postgres)
        print(f"{'store':<12}{'reps':>7}  {'what':<34}{'predicted':>10}{'real':>10}     {'error':>6}")
        kept = {kind: Costs.measured(servers, kind) for kind in dict.fromkeys(kind for kind, _, _ in REAL)}
        KEPT.write_text(json.dumps({kind: asdict(costs) for kind, costs in kept.items()}, indent=2) + "\n")
        for kind, reps, answering in REAL:
            real = played(servers, kind, reps, answering=answering)
            for stage in STAGES:
                _row(kind, reps, stage, kept[kind].at(stage, reps), real[stage], _UNIT[stage])
        _compare_week(servers, 1000)
        _compare_pace(servers, 1000, 600)


def _compare_week(servers: Servers, reps: int) -> None:
    """Which mails leave in which minute, where nobody answers."""
    found = scale_model.week(_times(scale_model.spread(reps)), Means(100_000), answering=0)
    predicted = Counter(
        {f"{kind} {at:%a %H:%M}": count for kind, minutes in found.sent.items() for at, count in minutes.items()}
    )
    real = Counter({name: int(count) for name, count in the_week(servers, reps).items()})
    _row("tinydb", reps, "mails of a week in 24 zones", predicted.total(), real.total(), "")
    apart = ((predicted - real) + (real - predicted)).total()
    _row("tinydb", reps, "of them in another minute", 0, apart, "")


def _compare_pace(servers: Servers, reps: int, per_minute: int) -> None:
    """How long the asks take where the provider's pace is the limit."""
    found = scale_model.week(_times(scale_model.together(reps)), Means(per_minute), answering=0)
    real = played(servers, "tinydb", reps, per_minute=per_minute)["asks"]
    _row("tinydb", reps, f"asks at {per_minute} a minute", found.lag["ask"] * 60.0, real, "s")


def _row(kind: str, reps: int, what: str, predicted: float, real: float, unit: str) -> None:  # noqa: PLR0917  cells
    error = f"{(predicted - real) / real:+.0%}" if real else "–"
    print(f"{kind:<12}{reps:>7,}  {what:<34}{predicted:>10,.4g}{real:>10,.4g} {unit:<3} {error:>6}", flush=True)


def _times(roster: scale_model.Roster) -> Timetable:
    return timetable(firm.WEEK, roster, Schedule())


PROVIDERS = {
    "Gmail: 30 a minute, 2,000 a day": Means(30, 2000),
    "Microsoft 365: 30 a minute, 10,000 a day": Means(30, 10_000),
    "a relay: 600 a minute": Means(600),
    "a relay: 3,000 a minute, 2 workers": Means(3000, workers=2),
}


_MAILS = ("ask", "nudge", "summary")


def predict(sizes: list[int]) -> None:
    """Weeks of firms in 24 time zones and on one clock."""
    if not KEPT.exists():
        sys.exit("Nothing was measured on this machine yet. Run: python benchmarks/scale.py compare")
    costs = Costs(**json.loads(KEPT.read_text())["postgresql"])
    print("| reps | clocks | provider | asked | last ask late by | not nudged | summary late by | digest late by |")
    print("|---|---|---|---|---|---|---|---|")
    for reps in sizes:
        turn = costs.at("a turn, nothing due", reps) / 1000
        # A batch looks at everybody, too.
        mail = {
            kind.split()[1]: costs.at(kind, reps) / 1000 + turn / BATCH for kind in ("an ask", "a nudge", "a summary")
        }
        for clocks, roster in (("one", scale_model.together(reps)), ("24", scale_model.spread(reps))):
            times = _times(roster)
            for name, means in PROVIDERS.items():
                found = scale_model.week(times, replace(means, mail=mail, turn=turn))
                late = {kind: _minutes(found.lag[kind]) for kind in found.sent}
                print(
                    f"| {reps:,} | {clocks} | {name} | {found.total('ask') / reps:.0%} | {late['ask']} "
                    f"| {found.skipped['nudge']:,} | {late['summary']} | {late['digest']} |"
                )
    print("\n| reps | a turn, nothing due | asks a second, one worker | ledger a week | in 104 weeks | memory |")
    print("|---|---|---|---|---|---|")
    for reps in sizes:
        turn, week = costs.at("a turn, nothing due", reps) / 1000, costs.at("ledger", reps)
        ask = costs.at("an ask", reps) / 1000 + turn / BATCH
        print(
            f"| {reps:,} | {turn:.2g} s | {1 / ask:,.0f} | {week:,.1f} MB | {week * 104 / 1000:,.1f} GB "
            f"| {costs.at('memory', reps):,.0f} MB |"
        )


def _minutes(count: int) -> str:
    return f"{count} min" if count < 120 else f"{count / 60:.1f} h"


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = options.add_subparsers(dest="command", required=True)
    commands.add_parser("compare", help="play real rounds beside the predictions")
    predicting = commands.add_parser("predict", help="by what compare measured")
    predicting.add_argument("--reps", type=int, nargs="+", default=[80, 500, 2000, 10_000, 100_000])
    for name in ("round", "week"):  # a process of compare's own
        commands.add_parser(name).add_argument("facts", type=json.loads)
    given = options.parse_args()
    if given.command == "compare":
        compare()
    elif given.command == "predict":
        predict(given.reps)
    else:
        print(json.dumps({"round": play, "week": play_week}[given.command](given.facts)))


if __name__ == "__main__":
    main()
