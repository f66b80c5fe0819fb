"""`onenumber check`: everything that can go wrong before Friday, each finding with what to do about it.

It changes nothing but for a message of our own, which goes through the mailbox and is removed; with a probe, two mails
to ourselves, and what they have shown is kept.
"""

from __future__ import annotations

import json
import sys
import textwrap
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text

from pipeline import commands
from pipeline.checks import Finding, Section, day, domain, machine, people, probe, servers
from pipeline.coming import lines, together
from pipeline.events import Undeliverable
from pipeline.faults import SettingsError
from pipeline.history import History
from pipeline.ledger import LedgerError
from pipeline.ledger.opened import open_ledger
from pipeline.roster import Roster
from pipeline.season import Season
from pipeline.settings import Settings, load
from pipeline.timetable import Timetable

_WEEKS, _LOOKED_AT = 4, 10
_MEND = "mend it there, and look again; onenumber init --example explains each key"
_ENDLESS = 10_000  # a line a finding, where no terminal shows it
_STYLES = {"ok": "green", "warn": "yellow", "fail": "bold red"}
_Clock = Callable[[], datetime]


def run(file: Path, *, offline: bool, probing: bool, now: datetime, as_json: bool) -> int:
    """Check all of it: 0 good, with or without warnings; 1 a check failed; 2 the settings are wrong; 3 a server could
    not be reached, and nothing else failed."""
    section = Section("settings", "Settings")
    try:
        settings = load(file)
    except SettingsError as error:
        for fault in str(error).split("\n\n"):
            section.fail("valid", fault, _MEND)
        _tell([section], (), Roster(), as_json=as_json)
        return 2
    section.ok("valid", f"{file}, everything in it can be used")
    check = _Check(settings, now, as_json=as_json)
    sections = [section, *check.sections(offline=offline, probing=probing)]
    _tell(sections, check.coming, check.roster, as_json=as_json)
    return _code([finding for one in sections for finding in one.findings])


def _code(findings: Sequence[Finding]) -> int:
    failed = [finding for finding in findings if finding.state == "fail"]
    if any(not finding.down for finding in failed):
        return 1
    return 3 if failed else 0


class _Check:
    """One check of one installation. What the ledger knows is left out where it cannot be read."""

    def __init__(self, settings: Settings, now: datetime, *, as_json: bool) -> None:
        self._settings = settings
        self._now = now
        self._quiet = as_json
        self.roster = settings.roster
        self.coming: tuple[Timetable, ...] = ()
        self._season: Season | None = None
        self._history: History | None = None
        try:
            self._read_ledger()
        except LedgerError:
            self._history = None  # the section of the machine says what is wrong with it

    def _read_ledger(self) -> None:
        self._history = History(open_ledger(self._settings.store))
        season = Season(self._settings, self._history)
        self.roster, self.coming, self._season = season.roster, _coming(season, self._now), season

    def sections(self, *, offline: bool, probing: bool) -> Iterator[Section]:
        settings = self._settings
        yield people.check(self.roster, self._undeliverable(), self.coming)
        if settings.smtp.max_per_day is not None:
            yield day.check(self.roster, self.coming, settings.smtp.max_per_day)
        yield machine.check(settings)
        yield servers.sending(settings, _clock)
        yield servers.mailbox(settings, _clock)
        probed = self._probe() if probing else None
        if isinstance(probed, Section):
            yield probed
        book = self._history.book if self._history is not None else None
        found = book.installation.probed if book is not None else None
        if not offline:
            yield self._domain(found.signed if found else ())
        if found is not None:
            yield probe.advice(settings, found)

    def _domain(self, signed: Sequence[str]) -> Section:
        try:
            return domain.check(self._settings, self.roster, domain.by_dns(), signed)
        except domain.UnansweredError as error:
            section = Section("dns", "Sender's domain")
            section.warn("lookup", f"there is no DNS here: {error}", "--offline leaves it out")
            return section

    def _undeliverable(self) -> Mapping[str, Undeliverable]:
        if self._history is None or self._season is None:
            return {}
        week = self._season.week(self._now)
        return next((this.undeliverable for this in self._history.recent(week, 1) if this.opened is not None), {})

    def _probe(self) -> Section | None:
        """Probe, and keep what was found; a section where it failed."""
        if not self._quiet:
            print(f"Waiting for a mail to ourselves, at most {probe.PATIENCE / 60:.0f} minutes …", file=sys.stderr)
        ledger = open_ledger(self._settings.store)
        history = History(ledger)
        try:
            found = probe.probe(self._settings, _clock(), time.monotonic, history.book.installation.probes + 1)
        except probe.ProbeFailedError as error:
            section = Section("probe", "Probe")
            section.fail("probe", str(error), "mend what the checks above name, and probe again")
            return section
        with ledger.writing():
            history.append([found])
        self._history = history
        return None


def _clock() -> datetime:
    return datetime.now(UTC)


def _coming(season: Season, now: datetime) -> tuple[Timetable, ...]:
    """The next rounds that are still to have their digest, and the weeks between them that have none."""
    first = season.first_week(now)
    tables = (
        times
        for times in season.coming(now, _LOOKED_AT)
        if (times.digest is None or times.digest > now) and (first is None or times.week >= first)
    )
    return tuple(islice(tables, _WEEKS))


def _tell(sections: Sequence[Section], coming: Sequence[Timetable], roster: Roster, *, as_json: bool) -> None:
    verdict = _verdict([finding for one in sections for finding in one.findings])
    if as_json:
        checks = [
            {"check": f"{one.key}.{finding.name}", "state": finding.state, "told": finding.told, "fix": finding.fix}
            for one in sections
            for finding in one.findings
        ]
        weeks = [_week(times, roster) for times in coming]
        print(json.dumps({"verdict": verdict, "checks": checks, "weeks": weeks}, ensure_ascii=False, indent=2))
        return
    console = Console(highlight=False, soft_wrap=True)
    width = min(console.width, 110) if console.is_terminal else _ENDLESS
    for one in sections:
        if one.findings:
            console.print(Text(f"\n{one.title}", "bold"))
        for finding in one.findings:
            _print(console, finding, width)
    if coming:
        console.print(Text("\nThe coming weeks", "bold"))
    for line in (line for times in coming for line in lines(times, roster)):
        indent = " " * (4 + len(line) - len(line.lstrip()))
        console.print(Text(_filled(line, width, "  ", indent)))
    console.print(Text(f"\n{verdict}", "bold"))


def _print(console: Console, finding: Finding, width: int) -> None:
    name, told = finding.name.replace("_", " "), " ".join(finding.told.split())
    text = _filled(f"{name}: {told}", width, " " * 8, " " * 8)
    console.print(Text.assemble("  ", (f"{finding.state:<6}", _STYLES[finding.state]), text[8:]))
    if finding.fix:
        console.print(Text(_filled(finding.fix, width, " " * 8 + "→ ", " " * 10)))


def _filled(text: str, width: int, first: str, further: str) -> str:
    """At this width, with whatever may be copied (a path, an address, a command) in one piece."""
    return textwrap.fill(
        text,
        width,
        initial_indent=first,
        subsequent_indent=further,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _verdict(findings: Sequence[Finding]) -> str:
    failed = [finding for finding in findings if finding.state == "fail"]
    warned = sum(finding.state == "warn" for finding in findings)
    also = f", and {_counted(warned, 'thing')} to look at" if warned else ""
    if any(not finding.down for finding in failed):
        return f"Not ready: {_counted(len(failed), 'check')} failed{also}."
    if failed:
        return f"A server cannot be reached now: {_counted(len(failed), 'check')} failed{also}."
    return f"Ready{also}."


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _week(times: Timetable, roster: Roster) -> dict[str, Any]:
    return {
        "round": str(times.week),
        "skipped": times.skipped,
        "digest": commands.written(times.digest),
        "people": [
            {
                "names": [person.name for person in group.people],
                "timezone": group.timezone,
                "ask": group.ask.isoformat() if group.ask else None,
                "nudges": [at.isoformat() for at in group.nudges],
                "deadline": group.deadline.isoformat() if group.deadline else None,
                "told": list(group.told),
            }
            for group in together(times, roster)
        ],
    }
