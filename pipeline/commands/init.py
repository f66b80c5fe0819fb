"""`onenumber init`: from nothing to settings that work, by asking the few things that have no good default.

It writes settings.yaml, people.csv and a folder of secrets, all of them or none, and never over anything that is there;
then it logs in to both servers. With `--answers FILE` it asks nobody. What the settings mean is `settings`' business,
what an export says `hr_export`'s.
"""

from __future__ import annotations

import csv
import getpass
import io
import json
import os
import re
import secrets
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from babel.core import get_global
from jinja2 import Environment, StrictUndefined

from pipeline import commands, hr_export, people, signin, trial, yaml_nodes
from pipeline.checks import Finding, Section, servers
from pipeline.faults import SettingsError, did_you_mean
from pipeline.hr_export import ExportError
from pipeline.settings import LOOPBACK, Settings, load

Answers = dict[str, str]
_SECRETS = "secrets"
_MODE = 0o640  # of what holds no secret
_VARIABLE = re.compile(r"\$\{(\w+)\}")
_SECURITY = {"smtp": {"starttls": 587, "tls": 465, "none": 25}, "imap": {"tls": 993, "starttls": 143, "none": 143}}
_PROVIDERS: Mapping[str, Mapping[str, tuple[str, int, str]]] = {
    "google": {"smtp": ("smtp.gmail.com", 587, "starttls"), "imap": ("imap.gmail.com", 993, "tls")},
    "microsoft365": {"smtp": ("smtp.office365.com", 587, "starttls"), "imap": ("outlook.office365.com", 993, "tls")},
}
_JUNK = {"google": "[Gmail]/Spam", "microsoft365": "Junk Email"}
_AUTHSERV = {"google": "mx.google.com", "microsoft365": "microsoft365"}
_LOGINS = {
    "google": ("password", "application", "person"),
    "microsoft365": ("application", "person"),
    "own": ("password",),
}


class InitError(Exception):
    """Nothing was written; the message says why and what to do."""


@dataclass(frozen=True)
class Question:
    """One thing that has no good default. `parse` and `fits` raise ValueError in words; `default` may follow from what
    was answered; it is only asked `when` it matters."""

    key: str
    asks: str
    parse: Callable[[str], str] = str
    default: Callable[[Answers], str] = lambda _: ""
    when: Callable[[Answers], bool] = lambda _: True
    secret: bool = False
    fits: Callable[[str, Answers], None] = lambda *_: None

    def answered(self, written: str, answers: Answers) -> str:
        """The answer as it is kept. Raises ValueError where it is none, or does not fit what was answered before."""
        answer = self.parse(written)
        self.fits(answer, answers)
        return answer


def run(file: Path, *, answers: Path | None, offline: bool) -> int:
    """0 where all is written and both servers let us in, 1 where nothing was written, 2 where there is nobody to ask,
    3 where it is written and a server could not be used."""
    if answers is None and not sys.stdin.isatty():
        print("onenumber: init asks, and this is no terminal. Give the answers by --answers FILE.", file=sys.stderr)
        return 2
    try:
        _refuse_what_is_there(file)
        told = _asked() if answers is None else _given(answers)
        settings = _written(file, told, asks=answers is None)
    except EOFError:
        print("\nonenumber: stopped. Nothing was written.", file=sys.stderr)
        return 1
    except (InitError, ExportError) as error:
        print(f"onenumber: {error}", file=sys.stderr)
        return 1
    good = offline
    with suppress(EOFError):  # whoever ends it now has settings, and may do the rest later
        good = offline or (
            _tried(settings, told, asks=answers is None) and _rehearsed(load(file), told.get("rehearsal"))
        )
    print("\nWhat comes next:\n" + "\n".join(_next(file)))
    return 0 if good else 3


def _next(file: Path) -> Iterator[str]:
    program, named = commands.program(), "" if file == Path("settings.yaml") else f" --settings {file}"
    calls = {
        "check --probe": "everything that can go wrong before Friday",
        "rehearse": "a whole round with your people; reaches nobody",
        "plan": "every mail that is coming, in everybody's time",
        "run": "the worker (docs/install.md: as a service)",
    }
    width = max(map(len, calls))
    yield from (f"  {program} {f'{call}{named}':<{width + len(named)}}  {told}" for call, told in calls.items())


def example() -> int:
    """Print the settings in which every key is explained: inside the package where it was installed from a wheel."""
    package = Path(__file__).parents[1]
    places = (folder / "settings.example.yaml" for folder in (package, package.parent))
    print(next(file for file in places if file.is_file()).read_text(encoding="utf-8"), end="")
    return 0


def _refuse_what_is_there(file: Path) -> None:
    """Said before anything is asked: what could not be written in the end. Raises InitError."""
    folder = file.absolute().parent
    names = ("round", "password", "client_secret")
    for path in (file.absolute(), folder / "people.csv", *(folder / _SECRETS / name for name in names)):
        if os.path.lexists(path):
            raise InitError(f"{path} is there already, and is not overwritten. Move it away, or begin elsewhere.")
    there = next(one for one in (folder, *folder.parents) if one.exists())
    if not there.is_dir() or not os.access(there, os.W_OK | os.X_OK):
        raise InitError(f"{there} cannot be written to. Begin in another folder.")


# What is asked.


def _one_of(*words: str) -> Callable[[str], str]:
    def parse(written: str) -> str:
        plain = "".join(written.casefold().split())
        near = [word for word in words if plain and (word.startswith(plain) or plain.startswith(word))]
        if len(near) != 1:
            raise ValueError(f'"{written}" is none of {", ".join(words)}')
        return near[0]

    return parse


def _yes_or_no(written: str) -> str:
    return "yes" if people.truth(written) else "no"


def _filled(written: str) -> str:
    if not written.strip():
        raise ValueError("this is needed")
    return written.strip()


def _address(written: str) -> str:
    """Any address, of a domain that need not be known outside too: such a domain is listed as internal."""
    domain = _filled(written).rpartition("@")[2]
    if "@" in written and "." not in domain:
        raise ValueError(f'"{domain}" is no whole domain; write it as firm.example')
    return people.valid_address(written, (domain,))


def _holidays(written: str) -> str:
    return people.country(written) or "none"


def _server(written: str) -> str:
    _, colon, port = _filled(written).partition(":")
    if not re.fullmatch(r"[A-Za-z0-9.\-]+(:\d{1,5})?", written) or (colon and not 0 < int(port) < 65536):
        raise ValueError(f'"{written}" is not a host, or a host and its port, such as mail.firm.example:587')
    return written


def _file(written: str) -> str:
    path = Path(written).expanduser().resolve()
    if not path.is_file():
        raise ValueError(f"{path} is not there")
    return str(path)


def _google_key(written: str) -> str:
    path = _file(written)
    problem = signin.key_problem(Path(path))
    if problem:
        raise ValueError(problem)
    return path


def _of_its_own(mailbox: str, answers: Answers) -> None:
    if mailbox == answers.get("operator"):
        raise ValueError(
            "that is your own address; it takes a mailbox of its own, for what arrives there is read as replies"
        )


def _sealed(way: str) -> Callable[[str, Answers], None]:
    """A password leaves this machine under TLS alone."""

    def fits(security: str, answers: Answers) -> None:
        host = answers.get(way, "").partition(":")[0]
        if security == "none" and host and not LOOPBACK.fullmatch(host):
            raise ValueError(f"the password would cross the network to {host} in clear; take starttls or tls")

    return fits


def _login(answers: Answers) -> str:
    return _LOGINS[answers["provider"]][0]


def _has(key: str, *values: str) -> Callable[[Answers], bool]:
    return lambda answers: answers.get(key) in values


def _local_zone(_: Answers) -> str:
    """The time zone of this machine, where it can be told."""
    target = os.path.realpath("/etc/localtime").partition("zoneinfo/")[2]
    for zone in (os.environ.get("TZ", ""), target):
        with suppress(ValueError):
            return people.timezone(zone)
    return ""


def _territory(answers: Answers) -> str:
    country = get_global("zone_territories").get(answers.get("timezone", ""), "none")
    with suppress(ValueError):
        return people.country(country) or "none"
    return "none"


def _mail_host(answers: Answers) -> str:
    domain = answers.get("address", "").rpartition("@")[2]
    return f"mail.{domain}" if domain else ""


_OWN = _has("provider", "own")
QUESTIONS: Sequence[Question] = (
    Question("organisation", "Name of the organisation, as the mails show it", _filled),
    Question("language", "Language of the mails, such as en, da or de", people.language, lambda _: "en"),
    Question("timezone", "Time zone of the organisation", people.timezone, _local_zone),
    Question("holidays", "Whose public holidays count: a country such as DK, or none", _holidays, _territory),
    Question("operator", "Your own address: who looks after this, and hears of what goes wrong", _address),
    Question("address", "The mailbox that asks and reads the replies, of its own for this", _address,
             fits=_of_its_own),
    Question("provider", "Where is that mailbox: google, microsoft365, or own server", _one_of(*_LOGINS)),
    Question(
        "login",
        "How to log in: password (an app password), application (service account), or person (signs in once)",
        _one_of(*_LOGINS["google"]),
        _login,
        _has("provider", "google"),
    ),
    Question(
        "login",
        "How to log in: as an application, or as a person who signs in once (docs/microsoft-365.md)",
        _one_of(*_LOGINS["microsoft365"]),
        _login,
        _has("provider", "microsoft365"),
    ),
    Question("tenant", "Directory (tenant) ID", _filled, when=_has("provider", "microsoft365")),
    Question("client_id", "Application (client) ID", _filled, when=_has("provider", "microsoft365")),
    Question("smtp", "Server that takes mail (SMTP), with :port if it is not the usual", _server, _mail_host, _OWN),
    Question("smtp_security", "Its security: starttls, tls, or none (this machine only)",
             _one_of("starttls", "tls", "none"), lambda _: "starttls", _OWN, fits=_sealed("smtp")),
    Question("imap", "Server with the mailbox (IMAP), with :port if it is not the usual", _server, _mail_host, _OWN),
    Question("imap_security", "Its security: tls, starttls, or none (this machine only)",
             _one_of("tls", "starttls", "none"), lambda _: "tls", _OWN, fits=_sealed("imap")),
    Question("username", "User name of the mailbox", _filled, lambda answers: answers.get("address", ""), _OWN),
    Question("key_file", "The JSON file that Google gave (docs/google-workspace.md)", _google_key,
             when=lambda answers: answers["provider"] == "google" and answers.get("login") != "password"),
    Question("client_secret", "Value of the client secret", _filled, secret=True,
             when=lambda answers: answers["provider"] == "microsoft365" and answers.get("login") == "application"),
    Question("password", "Password of the mailbox", _filled, secret=True,
             when=lambda answers: answers.get("login", "password") == "password"),
    Question("people", "The people: an export of your personnel system, CSV or XLSX", _file),
)  # fmt: skip
_REHEARSAL = Question("rehearsal", "Send one ask to the operator alone, and read the reply", _yes_or_no, lambda _: "no")
"""Asked when the servers have been tried."""


def _asked() -> Answers:
    """What somebody at the terminal answers. Raises EOFError where they end it."""
    print(
        "This asks a few things, and writes settings.yaml, people.csv and a folder of secrets.\n"
        "Enter takes what stands in [brackets]; Ctrl-D ends it, and nothing is written.\n"
    )
    answers: Answers = {}
    for question in QUESTIONS:
        if question.when(answers):
            answers[question.key] = _reply(question, question.default(answers), answers)
    return answers


def _reply(question: Question, default: str, answers: Answers) -> str:
    while True:
        if question.secret:
            written = getpass.getpass(f"{question.asks} (is not shown): ").strip()
        else:
            written = input(f"{question.asks} [{default}]: " if default else f"{question.asks}: ").strip()
        try:
            return question.answered(written or default, answers)
        except ValueError as error:
            print(f"  {error}")


def _given(file: Path) -> Answers:
    """What a file answers: the same keys, each one value; `${NAME}` is taken from the environment. Raises InitError."""
    try:
        tree = yaml_nodes.parse(file.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, yaml_nodes.NotYamlError) as error:
        raise InitError(f"{file} cannot be read: {getattr(error, 'strerror', None) or error}.") from None
    items = tree.items if isinstance(tree, yaml_nodes.Mapping) else {}
    questions = (*QUESTIONS, _REHEARSAL)
    known = {question.key for question in questions}
    written = {key: node.text or "" for key, node in items.items() if isinstance(node, yaml_nodes.Scalar)}
    problems = [f'"{key}" is not asked.{did_you_mean(key, known)}' for key in items if key not in known]
    answers: Answers = {}
    for question in questions:
        if question.when(answers):
            try:
                said = _VARIABLE.sub(_from_the_environment, written.get(question.key, ""))
                answers[question.key] = question.answered(said or question.default(answers), answers)
            except ValueError as error:
                problems.append(f"{question.key} ({question.asks}): {error}")
                if question.key == "provider":
                    break  # what else is asked follows from it
    if problems:
        raise InitError("\n  ".join([f"{file} cannot be taken as it is. Nothing was written.", *problems]))
    return answers


def _from_the_environment(name: re.Match[str]) -> str:
    if name[1] not in os.environ:
        raise ValueError(f"{name[0]} is not set in the environment; put it there with: export {name[1]}=…")
    return os.environ[name[1]]


# What is written.


@dataclass
class _Made:
    """The files of this installation, made one by one; `undo` takes away what was made."""

    paths: list[Path] = field(default_factory=list)

    def file(self, path: Path, text: str, mode: int) -> None:
        """A new file. Raises InitError where it is there, or cannot be made."""
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
            self.paths.append(path)
            with os.fdopen(descriptor, "w", encoding="utf-8") as made:
                made.write(text)
                made.flush()
                os.fsync(made.fileno())
        except FileExistsError:
            raise InitError(
                f"{path} is there already, and is not overwritten. Move it away, or begin elsewhere."
            ) from None
        except OSError as error:
            raise InitError(f"{path} cannot be written: {error.strerror}.") from None

    def folder(self, path: Path) -> None:
        try:
            path.mkdir(mode=0o700, parents=True)
            self.paths.append(path)
        except FileExistsError:
            pass
        except OSError as error:
            raise InitError(f"{path} cannot be made: {error.strerror}.") from None

    def undo(self) -> None:
        for path in reversed(self.paths):
            with suppress(OSError):
                path.rmdir() if path.is_dir() else path.unlink()


def _written(file: Path, answers: Answers, *, asks: bool) -> Settings:
    """Write it all, or nothing. Raises InitError and ExportError."""
    internal = tuple(_internal(answers))
    roster = _until_it_fits(answers, internal) if asks else _people(answers, internal, asks=False)
    folder = file.absolute().parent
    made = _Made()
    try:
        made.folder(folder)
        made.folder(folder / _SECRETS)
        made.file(folder / _SECRETS / "round", secrets.token_hex(32) + "\n", 0o600)
        for key in ("password", "client_secret"):
            if key in answers:
                made.file(folder / _SECRETS / key, answers[key] + "\n", 0o600)
        text = _settings(answers, internal)
        load(file, drafts={file.absolute(): text, folder / "people.csv": roster})
        made.file(folder / "people.csv", roster, _MODE)
        made.file(file, text, _MODE)
    except SettingsError as error:
        made.undo()
        raise InitError(f"what was answered makes no settings. Nothing was written.\n\n{error}") from None
    except BaseException:
        made.undo()
        raise
    for path in made.paths:
        if path.is_file():
            print(f"written: {path.absolute()}")
    return load(file)


def _internal(answers: Answers) -> Iterator[str]:
    """Domains of which the outside knows nothing, such as firm.local."""
    for key in ("address", "operator"):
        try:
            people.valid_address(answers[key])
        except ValueError:
            yield answers[key].rpartition("@")[2]


def _until_it_fits(answers: Answers, internal: Sequence[str]) -> str:
    """people.csv; where the export cannot be taken it is asked for again, and all other answers stay."""
    while True:
        try:
            return _people(answers, internal, asks=True)
        except ExportError as error:
            print(f"  {error}\nMend the file, or name another.\n")
        question = next(one for one in QUESTIONS if one.key == "people")
        answers["people"] = _reply(question, answers["people"], answers)


def _people(answers: Answers, internal: Sequence[str], *, asks: bool) -> str:
    """people.csv. Raises ExportError with every problem, by row."""
    file = Path(answers["people"])
    export = hr_export.read(file)
    print(f"\n{file.name}, {len(export.rows)} rows:")
    _show_columns(export)
    while asks and ("email" not in export.columns or _no("Is that right? [Y/n] ")):
        export = _columns(export)
        _show_columns(export)
    found = hr_export.staff(export, internal)
    if found.problems:
        raise ExportError("\n  ".join([f"{file} cannot be taken as it is. Nothing was written.", *found.problems]))
    if answers["address"] in {facts["email"] for facts in found.people}:
        raise ExportError(f"{file} has a row for {answers['address']}, the mailbox that asks. Take it out.")
    columns = [one for one in people.COLUMNS if any(one in facts for facts in found.people)]
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(found.people)
    return out.getvalue()


def _show_columns(export: hr_export.Export) -> None:
    for taken in hr_export.recognised(export):
        print(f"  {taken}")


def _columns(export: hr_export.Export) -> hr_export.Export:
    """The same table, with its columns as somebody at the terminal knows them."""
    print("\nWhich column holds what? Enter takes what stands in [brackets], - means none.")
    for column, told in hr_export.COLUMNS.items():
        while True:
            place = export.columns.get(column)
            written = input(f"  {told} [{'-' if place is None else export.head[place]}]: ").strip()
            try:
                export = hr_export.taken_for(export, column, written) if written else export
                break
            except ValueError as error:
                print(f"    {error}")
    return export


def _settings(answers: Answers, internal: Sequence[str]) -> str:
    provider = answers["provider"]
    environment = Environment(
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701  YAML
    )
    template = environment.from_string(Path(__file__).with_name("init.yaml").read_text(encoding="utf-8"))
    quoted = {key: _quoted(answers[key]) for key in ("organisation", "operator", "address")}
    plain = {key: answers[key] for key in ("language", "timezone", "holidays")}
    return _aligned(
        template.render(
            **quoted,
            **plain,
            provider=provider,
            secrets=_SECRETS,
            internal_domains=", ".join(map(_quoted, dict.fromkeys(internal))),
            smtp=_place(answers, "smtp"),
            imap=_place(answers, "imap"),
            junk=_quoted(_JUNK[provider]) if provider in _JUNK else "",
            authserv_id=_AUTHSERV.get(provider, ""),
            login="\n".join(_login_lines(answers, anchor=True)),
            login_again="\n".join(_login_lines(answers, anchor=False)),
        )
    )


def _aligned(text: str) -> str:
    """The comments behind values in one column."""
    return re.sub(r"(?m)^( *[^\s#].*?) {2,}# (?=[^#\n]*$)", lambda found: f"{found[1]:<41} # ", text)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)  # which is YAML too


def _place(answers: Answers, way: str) -> dict[str, object]:
    if answers["provider"] in _PROVIDERS:
        host, port, security = _PROVIDERS[answers["provider"]][way]
        return {"host": host, "port": port, "security": security}
    host, _, own = answers[way].partition(":")
    security = answers[f"{way}_security"]
    return {"host": host, "port": int(own) if own else _SECURITY[way][security], "security": security}


def _login_lines(answers: Answers, *, anchor: bool) -> Iterator[str]:
    yield f"  username: {_quoted(answers.get('username') or answers['address'])}"
    if "password" in answers:
        yield f"  password: {{file: {_SECRETS}/password}}"
        return
    if not anchor:
        yield "  oauth: *oauth"
        return
    yield "  oauth: &oauth"
    yield f"    provider: {answers['provider']}"
    for key in ("tenant", "client_id", "key_file"):
        if key in answers:
            yield f"    {key}: {_quoted(answers[key])}"
    if "client_secret" in answers:
        yield f"    client_secret: {{file: {_SECRETS}/client_secret}}"


# What is tried.


def _tried(settings: Settings, answers: Answers, *, asks: bool) -> bool:
    """Log in to both servers; where a person has to consent, that first. What a server does not like is asked again
    for as long as it is answered otherwise."""
    if asks and signin.grants(settings) and not _no("Sign in at the provider now? [Y/n] "):
        problem = signin.sign_in(settings, lambda words: print(words, flush=True), sys.stdin)
        if problem:
            print(f"  {problem}")
    while True:
        print("\nBoth servers are tried …", flush=True)
        sections = [servers.sending(settings, _now), servers.mailbox(settings, _now)]
        for section in sections:
            _show(section)
        good = all(finding.state != "fail" for section in sections for finding in section.findings)
        again = _answered_again(answers, sections) if asks and not good else answers
        if again == answers:
            break
        answers = again
        settings = _written_again(settings.file, answers)
    if not good:
        print(f"The settings are written. {_mend(settings)}, and look again: onenumber check")
    return good


def _mend(settings: Settings) -> str:
    password = settings.file.absolute().parent / _SECRETS / "password"
    where = f" (the password is in {_SECRETS}/password)" if password.exists() else ""
    return f"Mend {settings.file.name}{where}"


def _answered_again(answers: Answers, sections: Sequence[Section]) -> Answers:
    """The answers that decide whether a server is found and takes the login, asked once more where it was not."""
    wrong = {section.key: login for section in sections if (login := _login_problem(section))}
    keys = {f"{way}{more}" for way, login in wrong.items() if login.down for more in ("", "_security")}
    if any(not login.down for login in wrong.values()):
        keys |= {"username", "password", "client_secret"}
    asked = [one for one in QUESTIONS if one.key in keys and one.key in answers and one.when(answers)]
    if not asked:
        return answers
    print("\nWhat decides that, once more. Enter leaves an answer as it is.")
    given = dict(answers)
    for question in asked:
        given[question.key] = _reply(question, answers[question.key], given)
    return given


def _login_problem(section: Section) -> Finding | None:
    """What keeps us out of a server, if anything does."""
    return next((one for one in section.findings if one.name == "login" and one.state == "fail"), None)


def _written_again(file: Path, answers: Answers) -> Settings:
    """Our own files of a moment ago, with other answers."""
    text = _settings(answers, tuple(_internal(answers)))
    load(file, drafts={file.absolute(): text})
    for key in ("password", "client_secret"):
        if key in answers:
            commands.write(file.absolute().parent / _SECRETS / key, f"{answers[key]}\n".encode())
    commands.write(file.absolute(), text.encode())
    file.chmod(_MODE)
    return load(file)


def _rehearsed(settings: Settings, wanted: str | None) -> bool:
    """One ask to the operator alone, and what their reply is read as; whether it is `wanted` is asked where nobody has
    said. False where none came."""
    operator = settings.organisation.operator
    if wanted is None:
        wanted = "no" if _no(f"\nSend one ask to {operator} alone, and read your reply to it? [Y/n] ") else "yes"
    if wanted == "no":
        return True
    told = (
        f"One ask has left for {operator}. Reply to it with a number; this waits {trial.PATIENCE / 60:.0f} minutes "
        "(Ctrl-C: not so long)."
    )
    try:
        heard = trial.run(settings, _now(), time.monotonic, lambda: print(told, flush=True))
    except KeyboardInterrupt:
        print("\nNo reply was waited for.")
        return True
    print(heard.told)
    return heard.came


def _no(asks: str) -> bool:
    return input(asks).strip().casefold() in {"n", "no"}


def _show(section: Section) -> None:
    print(section.title)
    for finding in section.findings:
        print(f"  {finding.state:<5} {finding.told}" + (f"\n        {finding.fix}" if finding.fix else ""))


def _now() -> datetime:
    return datetime.now(UTC)
