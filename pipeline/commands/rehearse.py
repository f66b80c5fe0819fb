"""`onenumber rehearse`: a whole round in seconds, with the operator's own people, times, words and templates.

It can reach nobody, by construction: servers and ledger are its own, on loopback and in a folder that is gone
afterwards, and the process itself is cut off from everything else before the first mail is made. What people answer,
and the weeks before, are made up.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from textwrap import indent

from msgspec.structs import replace

from pipeline import commands
from pipeline.coming import lines
from pipeline.demo import LOOPBACK, NAME, DemoUnavailable, page, past
from pipeline.demo.alone import stay_alone
from pipeline.demo.cast import cast
from pipeline.demo.company import PASSWORD, Company
from pipeline.demo.mailworld import MailWorld
from pipeline.demo.play import Happened, Standing, play
from pipeline.events import Received
from pipeline.history import History
from pipeline.ledger import Ledger
from pipeline.ledger.tiny import TinyLedger
from pipeline.season import Season
from pipeline.settings import Imap, Secret, Settings, Smtp
from pipeline.tick import Ticked, Turns
from pipeline.timetable import Timetable
from pipeline.weeks import Week

_WEEKS_AHEAD = 60
_BEFORE, _AFTER = timedelta(minutes=30), timedelta(hours=1)


@dataclass
class _Watched:
    """What is remembered of the play: the digest as its first reader sees it."""

    digest: str = ""
    subject: str = ""

    def passes(self, before: datetime, now: datetime) -> None: ...

    def happens(self, happened: Happened, standing: Standing | None) -> None:
        if happened.kind == "digest" and not self.digest:
            self.digest, self.subject = happened.text.strip(), happened.told


@dataclass
class _Rehearsal:
    """One rehearsal: the settings with servers and ledger of its own, and what went wrong."""

    settings: Settings
    times: Timetable
    ledger: Ledger
    wrong: dict[str, None] = field(default_factory=dict)

    def play(self, world: MailWorld, company: Company) -> _Watched:
        watched = _Watched()
        turns = Turns(self.settings, self.ledger)

        def tick(now: datetime) -> Ticked:
            ticked = turns.tick(now)
            self.wrong |= dict.fromkeys(ticked.problems)
            failed = (
                f"the {key.kind} to {self._name(key.person)} could not be made" for key in ticked.dispatched.failed
            )
            self.wrong |= dict.fromkeys(failed)
            return ticked

        start, end = self._span()
        try:
            play(
                tick,
                world,
                company,
                start=start,
                end=end,
                show=watched,
                next_instant=turns.next_instant,
                outcomes=_outcomes,
            )
        finally:
            turns.close()
        return watched

    def _span(self) -> tuple[datetime, datetime]:
        assert self.times.digest is not None  # noqa: S101  a week without a round is not rehearsed
        return _start(self.times), self.times.digest + _AFTER

    def _name(self, person_id: str) -> str:
        person = self.settings.roster.get(person_id)
        return person.name if person is not None else person_id


def run(settings: Settings, *, out: Path, week: Week | None, now: datetime) -> int:
    """Rehearse the next round, or that of a week, and write the page of all mails below `out`; 0 done, 1 where a mail
    could not be made, there is no such round or somebody stops it, 2 where the servers of the demo are not
    installed."""
    stay_alone()
    problem = commands.unwritable(out)
    if problem:
        print(f"onenumber: {problem}", file=sys.stderr)
        return 1
    try:
        with TemporaryDirectory(prefix="onenumber-rehearsal-") as folder:
            return _rehearsed(settings, Path(folder), out, week, now)
    except DemoUnavailable as error:
        print(f"onenumber: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("onenumber: stopped; nothing is left behind", file=sys.stderr)
        return 1


def _rehearsed(settings: Settings, folder: Path, out: Path, week: Week | None, now: datetime) -> int:
    times = _chosen(Season(settings, History(TinyLedger(folder / "plan"))), week, now)
    if isinstance(times, str):
        print(f"onenumber: {times}", file=sys.stderr)
        return 1
    company = cast(settings.roster, settings.question)
    director = settings.roster.director
    with MailWorld(settings.sender.address, PASSWORD, _start(times)) as world:
        own, ledger = _apart(settings, world, folder), TinyLedger(folder / "data")
        past.write(ledger, own, datetime.combine(times.week.monday, time(12), UTC))
        rehearsal = _Rehearsal(own, times, ledger)
        _introduce(times, settings)
        watched = rehearsal.play(world, company)
        zone = director.timezone if director is not None else settings.organisation.timezone
        title = f"A rehearsal of week {times.week.number}"
        written = page.write(out / "index.html", world.delivered, company, zone, title=title)
        print("\n".join(_told(watched, page.counted(world.delivered, company), written)))
    for problem in rehearsal.wrong:
        print(f"onenumber: {problem}", file=sys.stderr)
    return 1 if rehearsal.wrong or not watched.digest else 0


def _apart(settings: Settings, world: MailWorld, folder: Path) -> Settings:
    """The same settings with other servers and another ledger: nothing of the real ones is left in them."""
    login, secret = world.organisation, Secret(world.password)
    smtp = Smtp(
        host=LOOPBACK,
        port=world.smtp_port,
        security="none",
        username=login,
        password=secret,
        max_per_minute=100_000,
        connections=1,
    )
    imap = Imap(
        host=LOOPBACK,
        port=world.imap_port,
        security="none",
        username=login,
        password=secret,
        folder="INBOX",
        processed_folder=settings.imap.processed_folder,
        held_folder=settings.imap.held_folder,
        also_read=(),
        authserv_id=NAME,
        trust_same_tenant=False,
    )
    return replace(settings, smtp=smtp, imap=imap, store=folder / "data", heartbeat=None)


def _chosen(season: Season, week: Week | None, now: datetime) -> Timetable | str:
    """The times of the round to rehearse, or why there is none."""
    if week is not None:
        times = season.times(week)
        return (
            times
            if times.digest is not None and times.first_ask is not None
            else f"{week} has no round: {_why(times)}."
        )
    weeks = (season.times(season.week(now).plus(ahead)) for ahead in range(_WEEKS_AHEAD))
    found = (times for times in weeks if times.digest is not None and times.first_ask and times.first_ask > now)
    return next(found, "no round is planned in the next year. onenumber plan tells why.")


def _why(times: Timetable) -> str:
    return times.skipped or "nobody would be asked"


def _start(times: Timetable) -> datetime:
    first = min(at for at in (times.first_ask, times.digest) if at is not None)
    return first - _BEFORE


def _introduce(times: Timetable, settings: Settings) -> None:
    print(f"A rehearsal with your {len(settings.roster.people)} people. It reaches nobody, and nothing of it is kept.")
    print("What they answer, and the weeks before, are made up.\n")
    print("\n".join(lines(times, settings.roster)), flush=True)


def _told(watched: _Watched, counted: str, written: Path) -> Iterator[str]:
    yield f"\nMails: {counted}"
    if watched.digest:
        yield f"\nThe digest: {watched.subject}\n"
        yield indent(watched.digest, "    ")
    else:
        yield "\nNo digest was sent."
    yield f"\nAll mails are on one page, to be opened in a browser:\n  {written.as_uri()}"


def _outcomes(ticked: object) -> Iterable[Received]:
    return ticked.received if isinstance(ticked, Ticked) else ()
