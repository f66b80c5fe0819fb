"""The command line: parse, call, print, exit code. No logic lives here."""

from __future__ import annotations

import argparse
import gc
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline import terminal
from pipeline.faults import SettingsError
from pipeline.ledger import LedgerDamagedError, LedgerError, WorkerRunningError
from pipeline.weeks import Week

if TYPE_CHECKING:
    from pipeline.settings import Settings

DONE, REFUSED, USAGE, LATER = 0, 1, 2, 3
FAULT = 70
"""EX_SOFTWARE of sysexits.h. Python's own 1 would say that something was refused, and a worker would stay away."""

_OBJECTS_MADE = 50_000
"""After so many Python looks for garbage in cycles, not after some hundred: so often while modules are loaded, of which
nothing is ever given up."""

_CODES: dict[type[BaseException], int] = {
    SettingsError: USAGE,
    WorkerRunningError: REFUSED,
    LedgerDamagedError: REFUSED,
    LedgerError: LATER,
    KeyboardInterrupt: REFUSED,
}
"""What ends a command, and its exit code; the first that fits."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; answers with the exit code of the contract (0 done, 1 refused, 2 wrong usage, 3 try later,
    70 a fault of our own)."""
    gc.set_threshold(_OBJECTS_MADE)
    given = sys.argv[1:] if arguments is None else arguments
    with terminal.guarded():
        named = given[0] if given and not given[0].startswith("-") else None
        return _called(_parser(named).parse_args(given))


def _called(given: argparse.Namespace) -> int:
    try:
        code: int = given.call(given)
    except tuple(_CODES) as error:
        code = next(code for kind, code in _CODES.items() if isinstance(error, kind))
        print(f"onenumber: {str(error) or 'stopped'}", file=sys.stderr)
    except BrokenPipeError:
        sys.stderr.close()  # whoever read has gone, such as `| head`: nobody is left to be told
        return DONE
    except Exception as error:
        from pipeline.logs import places

        # Without its words: they may hold what somebody wrote.
        print(
            "onenumber: a fault in the program ended this. Please report these lines, with `onenumber --version`:",
            *places(error),
            sep="\n  ",
            file=sys.stderr,
        )
        return FAULT
    return code


class _Commands:
    """The commands of a parser, or `only` the one that is named: all of them take as long as a look into a mailbox."""

    def __init__(self, parser: argparse.ArgumentParser, only: str | None) -> None:
        self._all = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
        self._only = only

    def __bool__(self) -> bool:
        return bool(self._all.choices)

    def add(self, name: str, **facts: Any) -> argparse.ArgumentParser | None:
        return self._all.add_parser(name, **facts) if self._only in {None, name} else None


def _parser(only: str | None = None) -> argparse.ArgumentParser:
    """For `only` one command; for all of them where there is none of that name, since then they are listed."""
    parser = argparse.ArgumentParser(
        prog="onenumber",
        description="One weekly question by plain email, answered with one number.",
    )
    parser.add_argument(
        "--version", action=_Version, nargs=0, help="show the versions that a report of a fault needs, and exit"
    )
    commands = _Commands(parser, only)

    settings = argparse.ArgumentParser(add_help=False)
    settings.add_argument(
        "--settings", type=Path, default=Path("settings.yaml"), metavar="FILE", help="default: settings.yaml"
    )
    printing = argparse.ArgumentParser(add_help=False)
    printing.add_argument("--json", action="store_true", help="print JSON")

    if init := commands.add("init", parents=[settings], help="write settings by answering a few questions"):
        init.add_argument("--answers", type=Path, metavar="FILE", help="take the answers from here, and ask nobody")
        init.add_argument("--offline", action="store_true", help="do not try the servers")
        init.add_argument(
            "--example", action="store_true", help="print settings with every key explained, and ask nothing"
        )
        init.set_defaults(call=_init)

    if run := commands.add("run", parents=[settings], help="the worker: asks, collects, nudges, sums up, reports"):
        run.set_defaults(call=_run)

    if sign_in := commands.add("sign-in", parents=[settings], help="consent at Microsoft or Google, once"):
        sign_in.set_defaults(call=_sign_in)

    if tick := commands.add("tick", parents=[settings, printing], help="one turn, then exit: for cron and tests"):
        tick.add_argument("--now", type=_instant, metavar="ISO8601", help="as if now were 2026-11-27T13:00:00+01:00")
        tick.set_defaults(call=_tick)

    if plan := commands.add("plan", parents=[settings, printing], help="every mail that is coming, in their time"):
        plan.add_argument(
            "--weeks", type=_weeks, default=2, metavar="N", help="how many weeks, this one first (default 2)"
        )
        plan.add_argument("--now", type=_instant, metavar="ISO8601", help=argparse.SUPPRESS)
        plan.set_defaults(call=_plan)

    if held := commands.add("held", parents=[settings, printing], help="messages set aside, why, and what to do"):
        closing = held.add_mutually_exclusive_group()
        closing.add_argument("--release", metavar="ID", help="take it as if its sender were proven")
        closing.add_argument("--drop", metavar="ID", help="close it without effect")
        held.add_argument("--now", type=_instant, metavar="ISO8601", help=argparse.SUPPRESS)
        held.set_defaults(call=_held)

    if answer := commands.add("answer", parents=[settings], help="record a number by hand"):
        answer.add_argument("person", metavar="PERSON", help="address or name")
        answer.add_argument("number", type=_decimal, metavar="NUMBER")
        answer.add_argument("--week", type=_week, metavar="W", help="such as 2026-W48; default: the open round")
        answer.add_argument("--now", type=_instant, metavar="ISO8601", help=argparse.SUPPRESS)
        answer.set_defaults(call=_answer)

    if forget := commands.add("forget", parents=[settings, printing], help="erase a person; the totals stay"):
        forget.add_argument("person", metavar="PERSON", help="address or name; not on the roster any more")
        forget.add_argument(
            "--dry-run", action="store_true", help="show what would be erased, and what is out of reach"
        )
        forget.add_argument("--now", type=_instant, metavar="ISO8601", help=argparse.SUPPRESS)
        forget.set_defaults(call=_forget)

    if move := commands.add("move", help="carry the ledger over into another store"):
        move.add_argument("--from", dest="source", required=True, metavar="STORE", help="such as tinydb:data")
        move.add_argument(
            "--to", dest="target", required=True, metavar="STORE", help="such as postgresql://USER@HOST/NAME"
        )
        move.set_defaults(call=_move)

    _add_those_that_only_look(commands, settings, printing)
    _add_those_that_look_after_it(commands, settings, printing)
    return parser if commands else _parser()


def _add_those_that_only_look(
    commands: _Commands,
    settings: argparse.ArgumentParser,
    printing: argparse.ArgumentParser,
) -> None:
    if status := commands.add("status", parents=[settings], help="who answered, who is missing, what next"):
        showing = status.add_mutually_exclusive_group()
        showing.add_argument("--json", action="store_true", help="print JSON")
        showing.add_argument("--watch", action="store_true", help="draw it anew every few seconds, until Ctrl-C")
        status.add_argument("--week", type=_week, metavar="W", help="such as 2026-W48; default: the latest round")
        status.add_argument("--now", type=_instant, metavar="ISO8601", help=argparse.SUPPRESS)
        status.set_defaults(call=_status)

    if export := commands.add("export", parents=[settings], help="every answer of every week, for a spreadsheet"):
        export.add_argument("--format", choices=("csv", "xlsx", "json"), default="csv", help="default: csv")
        export.add_argument("--out", type=Path, metavar="FILE", help="default: standard output")
        export.add_argument(
            "--person", metavar="PERSON", help="only theirs; with --format json all that is kept of them"
        )
        export.add_argument("--now", type=_instant, metavar="ISO8601", help=argparse.SUPPRESS)
        export.set_defaults(call=_export)

    if report := commands.add("report", parents=[settings], help="pages with the history, one for each reader"):
        report.add_argument("--out", type=Path, default=Path("onenumber-report"), metavar="DIR", help="where they go")
        report.add_argument("--now", type=_instant, metavar="ISO8601", help=argparse.SUPPRESS)
        report.set_defaults(call=_report)

    if read := commands.add("read", parents=[printing], help="show how one message is read, and why"):
        read.add_argument("file", metavar="FILE", help="a message as a file, or - for standard input")
        told = read.add_mutually_exclusive_group()  # with settings, the writer's languages are those of the roster
        told.add_argument("--language", action="append", default=[], metavar="CODE", help="a language the writer uses")
        told.add_argument(
            "--settings", type=Path, metavar="FILE", help="say who wrote it, which week, and what follows"
        )
        read.add_argument("--now", type=_instant, metavar="ISO8601", help=argparse.SUPPRESS)
        read.set_defaults(call=_read)

    if preview := commands.add("preview", help="every mail in every language and state, as a gallery page"):
        preview.add_argument("--out", type=Path, default=Path("onenumber-preview"), metavar="DIR", help="where it goes")
        preview.add_argument(
            "--language", action="append", default=[], metavar="CODE", help="only this one; may be repeated"
        )
        preview.add_argument("--settings", type=Path, metavar="FILE", help="use this question, sender and templates")
        preview.add_argument("--watch", action="store_true", help="write it again whenever a template changes")
        preview.set_defaults(call=_preview)

    if demo := commands.add("demo", help="a whole Friday in a minute on this machine, nothing to configure"):
        demo.add_argument(
            "--out", type=Path, default=Path("onenumber-demo"), metavar="DIR", help="where the page of all mails goes"
        )
        demo.add_argument("--fast", action="store_true", help="without pauses")
        demo.set_defaults(call=_demo)

    if practice := commands.add("practice", help="mail servers on this machine, to try init and the rest against"):
        practice.add_argument(
            "--out", type=Path, default=Path("onenumber-practice"), metavar="DIR", help="the folder to practise in"
        )
        practice.set_defaults(call=_practice)


def _add_those_that_look_after_it(
    commands: _Commands,
    settings: argparse.ArgumentParser,
    printing: argparse.ArgumentParser,
) -> None:
    if check := commands.add("check", parents=[settings, printing], help="what can go wrong before Friday, tried"):
        check.add_argument("--offline", action="store_true", help="ask no DNS about the domains")
        check.add_argument("--probe", action="store_true", help="send a mail to oneself, and see what becomes of it")
        check.add_argument("--now", type=_instant, metavar="ISO8601", help=argparse.SUPPRESS)
        check.set_defaults(call=_check)

    if rehearse := commands.add("rehearse", parents=[settings], help="a whole round with your people; reaches nobody"):
        rehearse.add_argument(
            "--out",
            type=Path,
            default=Path("onenumber-rehearsal"),
            metavar="DIR",
            help="where the page of all mails goes",
        )
        rehearse.add_argument("--week", type=_week, metavar="W", help="such as 2026-W48; default: the next round")
        rehearse.add_argument("--now", type=_instant, metavar="ISO8601", help=argparse.SUPPRESS)
        rehearse.set_defaults(call=_rehearse)

    if resend := commands.add("resend", parents=[settings], help="let a mail leave again, on your word"):
        resend.add_argument(
            "kind",
            metavar="KIND",
            choices=("ask", "nudge", "summary", "digest"),
            help="what to send again: ask, nudge, summary or digest",
        )
        resend.add_argument(
            "person", metavar="PERSON", nargs="?", help="default: all whose mail of this kind did not leave"
        )
        resend.add_argument("--week", type=_week, metavar="W", help="such as 2026-W48; default: the latest round")
        resend.add_argument("--dry-run", action="store_true", help="say who would get it, and send nothing")
        resend.add_argument("--now", type=_instant, metavar="ISO8601", help=argparse.SUPPRESS)
        resend.set_defaults(call=_resend)
    if restore := commands.add("restore", parents=[settings], help="put a backup back; nothing leaves twice for that"):
        restore.add_argument(
            "source", type=Path, nargs="?", metavar="FOLDER", help="the backup; without it, what is there"
        )
        restore.add_argument("--now", type=_instant, metavar="ISO8601", help=argparse.SUPPRESS)
        restore.set_defaults(call=_restore)

    if completion := commands.add("completion", help="what makes a shell complete these commands"):
        completion.add_argument("shell", choices=("bash", "zsh", "tcsh"), metavar="SHELL", help="bash, zsh or tcsh")
        completion.set_defaults(call=_completion)

    if people := commands.add("people", help="the roster: list, add, import, move, director, away, rename, leave"):
        _add_people(people.add_subparsers(dest="verb", metavar="VERB", required=True), settings, printing)


def _add_people(
    verbs: argparse._SubParsersAction[argparse.ArgumentParser],
    settings: argparse.ArgumentParser,
    printing: argparse.ArgumentParser,
) -> None:
    shown = verbs.add_parser("list", parents=[settings, printing], help="who there is, below whom they report to")
    shown.set_defaults(call=_people_list)

    changing = argparse.ArgumentParser(add_help=False)
    changing.add_argument("--dry-run", action="store_true", help="show what would change, and change nothing")
    changing.add_argument("--yes", action="store_true", help="do not ask")

    def verb(name: str, told: str) -> argparse.ArgumentParser:
        made = verbs.add_parser(name, parents=[settings, changing], help=told)
        made.set_defaults(call=_people_change)
        return made

    add = verb("add", "a new person")
    add.add_argument("email", metavar="ADDRESS")
    add.add_argument("--to", metavar="MANAGER", help="whom they report to: address or name")
    for fact in ("name", "language", "timezone", "holidays"):
        add.add_argument(
            f"--{fact}", help="as in the settings; default: the organisation's" if fact != "name" else None
        )
    imported = verb("import", "the whole roster from the export of a personnel system, CSV or XLSX")
    imported.add_argument("file", type=Path, metavar="FILE")
    imported.add_argument(
        "--column",
        type=_column,
        action="append",
        default=[],
        metavar="WHAT=TITLE",
        help="a column that is not recognised, such as reports_to='Line boss'; may be repeated",
    )
    director = verb("director", "somebody else is the director, from the next round on")
    director.add_argument("person", metavar="PERSON", help="address or name; the director until now reports to them")
    move = verb("move", "another manager, from the next round on")
    move.add_argument("person", metavar="PERSON", help="address or name")
    move.add_argument("--to", metavar="MANAGER", required=True, help="address or name")
    away = verb("away", "an absence: not asked on these days")
    away.add_argument("person", metavar="PERSON", help="address or name")
    away.add_argument("dates", metavar="DATES", help="2026-12-21..2026-12-31, 2026-12-24, 2026-12-21.. or none")
    rename = verb("rename", "another address or name; the history stays")
    rename.add_argument("person", metavar="PERSON", help="address or name")
    rename.add_argument("email", metavar="ADDRESS", nargs="?", help="the new address; the old one becomes an alias")
    rename.add_argument("--name", help="the new name")
    leave = verb("leave", "off the roster; the history stays")
    leave.add_argument("person", metavar="PERSON", help="address or name")
    leave.add_argument("--team-to", metavar="MANAGER", help="who has the team from now on")


class _Version(argparse.Action):
    """Looks the version up when it is asked for, which takes longer than all else that `--help` does."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object, **__: object) -> None:
        from pipeline.commands import version

        print(version.told(Path("settings.yaml")))
        parser.exit()


def _instant(written: str) -> datetime:
    try:
        at = datetime.fromisoformat(written)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise argparse.ArgumentTypeError(
            f'"{written}" is not a time with its zone; write it as 2026-11-27T13:00:00+01:00 or 2026-11-27T12:00:00Z'
        )
    return at.astimezone(UTC)


def _week(written: str) -> Week:
    try:
        return Week.parse(written)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _column(written: str) -> tuple[str, str]:
    from pipeline.hr_export import COLUMNS

    what, equals, title = written.partition("=")
    if not equals or what not in COLUMNS:
        raise argparse.ArgumentTypeError(f'"{written}" is not WHAT=TITLE, with WHAT one of {", ".join(COLUMNS)}')
    return what, title


def _decimal(written: str) -> Decimal:
    try:
        number = Decimal(written)
    except InvalidOperation:
        number = Decimal("nan")
    if not number.is_finite():
        raise argparse.ArgumentTypeError(f'"{written}" is not a number')
    return number


def _weeks(written: str) -> int:
    if not written.isdecimal() or not 1 <= int(written) <= 60:
        raise argparse.ArgumentTypeError(f'"{written}" is not a number of weeks from 1 to 60')
    return int(written)


def _settings(given: argparse.Namespace, *, logging: bool = False) -> Settings:
    from pipeline.settings import load

    settings = load(given.settings)
    if logging:
        from pipeline import logs

        try:
            logs.begin(settings.log)
        except OSError as error:
            raise SettingsError(f"log.file: {settings.log.file} cannot be written: {error.strerror}.") from None
    return settings


# Each command is imported when it runs, so that none pays for what only another needs.


def _init(given: argparse.Namespace) -> int:
    from pipeline.commands import init

    if given.example:
        return init.example()
    return init.run(given.settings, answers=given.answers, offline=given.offline)


def _run(given: argparse.Namespace) -> int:
    from pipeline.commands import run

    return run.run(_settings(given, logging=True))


def _sign_in(given: argparse.Namespace) -> int:
    from pipeline.commands import sign_in

    return sign_in.run(_settings(given))


def _tick(given: argparse.Namespace) -> int:
    from pipeline.commands import tick

    settings, now = _settings(given, logging=True), given.now or datetime.now(UTC)
    return tick.run(settings, now=now, as_json=given.json, played=given.now is not None)


def _move(given: argparse.Namespace) -> int:
    from pipeline.commands import move

    return move.run(given.source, given.target)


def _plan(given: argparse.Namespace) -> int:
    from pipeline.commands import plan

    now = given.now or datetime.now(UTC)
    return plan.run(_settings(given), now=now, weeks=given.weeks, as_json=given.json)


def _status(given: argparse.Namespace) -> int:
    from pipeline.commands import status

    now = given.now or datetime.now(UTC)
    try:
        settings = _settings(given)
    except SettingsError as error:
        if not given.settings.exists():
            raise
        raise SettingsError(f"{error}\n\nA worker that is running goes on with the settings that it has.") from None
    if given.watch:
        from pipeline.commands import status_watch

        return status_watch.run(settings, clock=lambda: given.now or datetime.now(UTC), week=given.week)
    return status.run(settings, now=now, week=given.week, as_json=given.json)


def _held(given: argparse.Namespace) -> int:
    from pipeline.commands import held

    now = given.now or datetime.now(UTC)
    return held.run(_settings(given), now=now, release=given.release, drop=given.drop, as_json=given.json)


def _answer(given: argparse.Namespace) -> int:
    from pipeline.commands import answer

    now = given.now or datetime.now(UTC)
    return answer.run(_settings(given), person=given.person, number=given.number, week=given.week, now=now)


def _forget(given: argparse.Namespace) -> int:
    from pipeline.commands import forget

    now = given.now or datetime.now(UTC)
    return forget.run(_settings(given), person=given.person, dry_run=given.dry_run, now=now, as_json=given.json)


def _restore(given: argparse.Namespace) -> int:
    from pipeline.commands import restore

    return restore.run(_settings(given), source=given.source, now=given.now or datetime.now(UTC))


def _export(given: argparse.Namespace) -> int:
    from pipeline.commands import export

    now = given.now or datetime.now(UTC)
    return export.run(_settings(given), form=given.format, out=given.out, person=given.person, now=now)


def _report(given: argparse.Namespace) -> int:
    from pipeline.commands import report

    return report.run(_settings(given), out=given.out, now=given.now or datetime.now(UTC))


def _read(given: argparse.Namespace) -> int:
    from pipeline.commands import read

    settings = _settings(given) if given.settings else None
    now = given.now or datetime.now(UTC)
    return read.run(given.file, languages=given.language, as_json=given.json, settings=settings, now=now)


def _preview(given: argparse.Namespace) -> int:
    from pipeline.commands import preview

    return preview.run(given.settings, out=given.out, only=given.language, watch=given.watch)


def _demo(given: argparse.Namespace) -> int:
    from pipeline.commands import demo

    return demo.run(out=given.out, pace=0.0 if given.fast else 1.0)


def _practice(given: argparse.Namespace) -> int:
    from pipeline.commands import practice

    return practice.run(out=given.out)


def _check(given: argparse.Namespace) -> int:
    from pipeline.commands import check

    now = given.now or datetime.now(UTC)
    return check.run(given.settings, offline=given.offline, probing=given.probe, now=now, as_json=given.json)


def _rehearse(given: argparse.Namespace) -> int:
    from pipeline.commands import rehearse

    now = given.now or datetime.now(UTC)
    return rehearse.run(_settings(given), out=given.out, week=given.week, now=now)


def _resend(given: argparse.Namespace) -> int:
    from pipeline.commands import resend

    now = given.now or datetime.now(UTC)
    return resend.run(
        _settings(given), kind=given.kind, named=given.person, week=given.week, now=now, dry_run=given.dry_run
    )


def _completion(given: argparse.Namespace) -> int:
    from pipeline.commands import completion

    return completion.run(_parser(), given.shell)


def _people_list(given: argparse.Namespace) -> int:
    from pipeline.commands import people

    return people.show(_settings(given), as_json=given.json)


def _people_change(given: argparse.Namespace) -> int:
    from pipeline.commands import people, people_import

    facts = {
        name: value for name in ("name", "language", "timezone", "holidays") if (value := getattr(given, name, None))
    }
    changes = {
        "add": lambda edit: people.add(edit, email=given.email, to=given.to, facts=facts),
        "import": lambda edit: people_import.take(edit, given.file, dict(given.column)),
        "director": lambda edit: people.director(edit, named=given.person),
        "move": lambda edit: people.move(edit, named=given.person, to=given.to),
        "away": lambda edit: people.away(edit, named=given.person, dates=given.dates),
        "rename": lambda edit: people.rename(edit, named=given.person, email=given.email, name=given.name),
        "leave": lambda edit: people.leave(edit, named=given.person, team_to=given.team_to),
    }
    return people.apply(_settings(given), changes[given.verb], dry_run=given.dry_run, yes=given.yes)
