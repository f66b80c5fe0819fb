"""settings.yaml, validated whole, as immutable values.

One table a section says which keys there are, how each is read and what holds where it is not given. Every fault is
found in one go and told with file, line and key. Who the people are is read by `people`; what the times come to is
`timetable`'s business; `settings.example.yaml` explains each key to the operator.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec

from pipeline import people, yaml_nodes
from pipeline.faults import Faults, SettingsError, did_you_mean
from pipeline.roster import Roster, address
from pipeline.timetable import Moment, Schedule
from pipeline.weeks import Week

_ENVIRONMENT = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}", re.ASCII)
LOOPBACK = re.compile(r"localhost|127(\.\d{1,3}){3}|::1", re.ASCII)


SECRET_LASTS = timedelta(weeks=4)
"""So long after a change the previous secret is accepted: as long as an answer may still correct its week."""


class Secret:
    """A word that no log, error or repr shows; `reveal()` gives it to the one line that needs it."""

    __slots__ = ("_word",)

    def __init__(self, word: str) -> None:
        self._word = word

    def reveal(self) -> str:
        return self._word

    def __repr__(self) -> str:
        return "Secret(not shown)"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._word == other._word

    def __hash__(self) -> int:
        return hash(self._word)


class Database(msgspec.Struct, frozen=True):
    """A PostgreSQL database, as libpq takes its address. Shown without its password."""

    url: Secret

    def __str__(self) -> str:
        address = self.url.reveal().partition("?")[0]
        scheme, _, rest = address.partition("//")
        credentials, _, place = rest.rpartition("@")
        user = credentials.partition(":")[0]
        return f"{scheme}//{user}@{place}" if user else f"{scheme}//{place}"


Store = Path | Database
"""Where the ledger is: a folder for TinyDB, or a database."""


class Organisation(msgspec.Struct, frozen=True):
    """`previous_secret` ties replies to people for four weeks after `secret_changed`."""

    name: str
    language: str
    timezone: str
    secret: Secret
    operator: str
    internal_domains: tuple[str, ...]
    previous_secret: Secret | None = None
    secret_changed: date | None = None

    def secrets(self, day: date) -> tuple[bytes, ...]:
        """The keys of the tokens that are accepted on that day, the one in force first."""
        kept = (self.secret, self.previous_secret)
        old = self.secret_changed is None or day > self.secret_changed + SECRET_LASTS
        return tuple(one.reveal().encode() for one in (kept[:1] if old else kept) if one is not None)


class Question(msgspec.Struct, frozen=True):
    """`text` maps languages to the operator's own words; a language that is not there has our default."""

    text: Mapping[str, str]
    minimum: Decimal
    maximum: Decimal
    decimals: bool


class Sender(msgspec.Struct, frozen=True):
    name: str
    address: str
    plus_addressing: bool


class OAuth(msgspec.Struct, frozen=True):
    """How to get tokens of OAuth 2.0 for a mailbox. Microsoft 365: `tenant`, `client_id`, and `client_secret`, or none
    where a person signs in by device code. Google: `key_file`, the JSON file that Google gives for a service account or
    an installed app. `token_file` is ours: what was granted is kept there."""

    provider: str  # microsoft365 or google
    tenant: str | None
    client_id: str | None
    client_secret: Secret | None
    authority: str
    key_file: Path | None
    token_file: Path


class Smtp(msgspec.Struct, frozen=True):
    host: str
    port: int
    security: str  # tls, starttls or none
    username: str | None
    password: Secret | None
    max_per_minute: int
    connections: int
    oauth: OAuth | None = None
    max_per_day: int | None = None  # in any 24 hours; None: nobody counts


class Imap(msgspec.Struct, frozen=True):
    host: str
    port: int
    security: str  # tls, starttls or none
    username: str
    password: Secret | None  # None where oauth is given
    folder: str
    processed_folder: str
    held_folder: str
    also_read: tuple[str, ...]
    authserv_id: str | None
    trust_same_tenant: bool
    oauth: OAuth | None = None


class Digest(msgspec.Struct, frozen=True):
    order: str  # roster or change
    missing: str  # names or counts
    late: str  # next_digest or at_once


class Log(msgspec.Struct, frozen=True):
    format: str  # text or json
    file: Path | None
    level: str


class Metrics(msgspec.Struct, frozen=True):
    """Where Prometheus may ask the worker; `port` None: nowhere."""

    port: int | None
    address: str


class Settings(msgspec.Struct, frozen=True):
    """Everything that settings.yaml says. Paths are absolute."""

    file: Path
    organisation: Organisation
    question: Question
    sender: Sender
    smtp: Smtp
    imap: Imap
    schedule: Schedule
    store: Store
    roster: Roster
    digest: Digest
    receipts: bool
    retention_weeks: int
    templates_dir: Path | None
    log: Log
    metrics: Metrics
    heartbeat: str | None
    people_file: Path | None = None
    sources: tuple[Path, ...] = ()  # every file that was read for them
    secret_files: tuple[Path, ...] = ()  # those of them in which a password or the secret stands


def store(written: str, folder: Path) -> Store:
    """Where a ledger is, as the settings and `move` name it; a folder is meant from `folder`. Raises ValueError, in
    words that show no password."""
    kind, _, rest = written.partition(":")
    if kind in {"postgresql", "postgres"} and re.match(r"//[^\s]+\Z", rest):
        if re.search("[/@]", rest[2:].partition("?")[0].rpartition("@")[0]):
            raise ValueError("in the user and password of the address, write / as %2F and @ as %40")
        return Database(Secret(written))
    if kind == "tinydb" and rest:
        return (folder / Path(rest).expanduser()).absolute()
    raise ValueError("write it as tinydb:FOLDER, such as tinydb:data, or as postgresql://USER:PASSWORD@HOST/DATABASE")


def named_store(written: str, folder: Path, environment: Mapping[str, str]) -> Store:
    """`store`, with `${NAME}` filled in from the environment, so that no password need stand in a command."""
    missing = [name for name in _ENVIRONMENT.findall(written) if name not in environment]
    if missing:
        raise ValueError(f"the environment variable {missing[0]} is not set")
    return store(_ENVIRONMENT.sub(lambda found: environment[found[1]], written), folder)


def load(
    file: Path, environment: Mapping[str, str] | None = None, drafts: Mapping[Path, str] | None = None
) -> Settings:
    """Read and check a settings file. `drafts` tells what a file, by its absolute path, would say instead of what it
    says. Raises SettingsError, whose message holds every fault that was found."""
    drafts = drafts or {}
    try:
        text = drafts.get(file.absolute()) or file.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise SettingsError(
            f"{file.absolute()}: there is no such file. Go to the folder where it lies, name it with --settings, "
            "or begin with: onenumber init"
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{file}: cannot be read ({getattr(error, 'strerror', None) or error}).") from None
    faults = Faults()
    try:
        tree = yaml_nodes.parse(text)
    except yaml_nodes.NotYamlError as error:
        faults.add(file, error.line, f"this is not YAML: {error}. Look at the indentation, colons and quotes there")
        tree = None
    faults.refuse_if_any()
    if not isinstance(tree, yaml_nodes.Mapping):
        raise SettingsError(f"{file}, line 1: the file must have keys, such as organisation: and people:")
    reading = _Reading(
        file.absolute(), file, tree, os.environ if environment is None else environment, faults, drafts=drafts
    )
    settings = reading.settings()
    faults.refuse_if_any(reading.sources)
    return settings


Parse = Callable[[str], Any]
_REQUIRED = object()


class _Key(msgspec.Struct, frozen=True):
    """How one key is read. `parse` raises ValueError in words; a `many` key takes a list; `default` where absent."""

    parse: Parse = str
    default: Any = _REQUIRED
    many: bool = False


def _one_of(*words: str) -> Parse:
    def parse(written: str) -> str:
        if written.casefold() not in words:
            raise ValueError(f'"{written}" is none of {", ".join(words)}')
        return written.casefold()

    return parse


def _whole(least: int, most: int) -> Parse:
    def parse(written: str) -> int:
        if not re.fullmatch(r"-?\d{1,9}", written, re.ASCII) or not least <= int(written) <= most:
            raise ValueError(f'"{written}" is not a whole number from {least} to {most}')
        return int(written)

    return parse


def _decimal(written: str) -> Decimal:
    try:
        number = Decimal(written)
    except InvalidOperation:
        number = Decimal("nan")
    if not number.is_finite():
        raise ValueError(f'"{written}" is not a number')
    return number


def _one_line(written: str) -> str:
    if not written.strip() or any(ord(letter) < 32 for letter in written):
        raise ValueError("it must be one line of text, and not empty")
    return written.strip()


def _secret(written: str) -> Secret:
    if not written:
        raise ValueError("it is empty")
    return Secret(written)


def _round_secret(written: str) -> Secret:
    if len(written) < 16:
        raise ValueError(
            "it must have at least 16 characters, for whoever guesses it can answer for others. "
            "Make one with: openssl rand -hex 32"
        )
    return Secret(written)


def _host(written: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9.\-:]+", written, re.ASCII):
        raise ValueError(f'"{written}" is not a host name')
    return written


def _url(written: str) -> str:
    found = re.match(r"(https?)://(?:[^@/\s]*@)?(\[[^\]\s]+\]|[^/:?#\s]+)", written, re.IGNORECASE)
    if found is None:
        raise ValueError(f'"{written}" is not an http or https address')
    if found[1].lower() == "http" and not LOOPBACK.fullmatch(found[2].strip("[]")):
        raise ValueError("it would be called in clear, for everybody on the way to read. Use https")
    return written


def _authority(written: str) -> str:
    if not re.fullmatch(r"https://[^/\s]+/?", written):
        raise ValueError(
            f'"{written}" is not an https address without a path, such as https://login.microsoftonline.us'
        )
    return written.rstrip("/")


_SECURITY = _one_of("tls", "starttls", "none")

_SECTIONS: Mapping[str, Mapping[str, _Key]] = {
    "organisation": {
        "name": _Key(_one_line),
        "language": _Key(people.language, "en"),
        "timezone": _Key(people.timezone),
        "secret": _Key(_round_secret),
        "previous_secret": _Key(_round_secret, None),
        "secret_changed": _Key(people.day, None),
        "operator": _Key(),
        "internal_domains": _Key(str.lower, (), many=True),
    },
    "question": {
        "text": _Key(default={}),
        "minimum": _Key(_decimal, Decimal(0)),
        "maximum": _Key(_decimal, Decimal(999)),
        "decimals": _Key(people.truth, False),
    },
    "sender": {
        "name": _Key(_one_line),
        "address": _Key(),
        "plus_addressing": _Key(people.truth, True),
    },
    "smtp": {
        "host": _Key(_host),
        "port": _Key(_whole(1, 65535), None),
        "security": _Key(_SECURITY, "starttls"),
        "username": _Key(str, None),
        "password": _Key(_secret, None),
        "oauth": _Key(default=None),
        "max_per_minute": _Key(_whole(1, 100_000), 30),
        "max_per_day": _Key(_whole(1, 10_000_000), None),
        "connections": _Key(_whole(1, 16), 1),
    },
    "imap": {
        "host": _Key(_host),
        "port": _Key(_whole(1, 65535), None),
        "security": _Key(_SECURITY, "tls"),
        "username": _Key(),
        "password": _Key(_secret, None),
        "oauth": _Key(default=None),
        "folder": _Key(_one_line, "INBOX"),
        "processed_folder": _Key(_one_line, "One Number/Processed"),
        "held_folder": _Key(_one_line, "One Number/Held"),
        "also_read": _Key(_one_line, ("Junk",), many=True),
        "authserv_id": _Key(_one_line, None),
        "trust_same_tenant": _Key(people.truth, False),
    },
    "schedule": {
        "ask": _Key(Moment.parse, Moment.parse("Fri 13:00")),
        "nudges": _Key(Moment.parse, (Moment.parse("Fri 15:00"), Moment.parse("Fri 16:00")), many=True),
        "summary": _Key(Moment.parse, Moment.parse("Fri 16:30")),
        "digest": _Key(Moment.parse, Moment.parse("Fri 17:00")),
        "holidays": _Key(people.country, None),
        "on_holiday": _Key(_one_of("previous_workday", "skip"), "previous_workday"),
        "closed": _Key(people.day, (), many=True),
        "skip_weeks": _Key(Week.parse, (), many=True),
        "grace_hours": _Key(_whole(1, 100), 65),
    },
    "digest": {
        "order": _Key(_one_of("roster", "change"), "roster"),
        "missing": _Key(_one_of("names", "counts"), "names"),
        "late": _Key(_one_of("next_digest", "at_once"), "next_digest"),
    },
    "retention": {"weeks": _Key(_whole(8, 5200), 104)},
    "log": {
        "format": _Key(_one_of("text", "json"), "text"),
        "file": _Key(str, None),
        "level": _Key(_one_of("debug", "info", "warning", "error"), "info"),
    },
    "metrics": {"port": _Key(_whole(1, 65535), None), "address": _Key(_host, "127.0.0.1")},
    "heartbeat": {"url": _Key(_url, None)},
}
_OAUTH: Mapping[str, _Key] = {
    "provider": _Key(_one_of("microsoft365", "google")),
    "tenant": _Key(_one_line, None),
    "client_id": _Key(_one_line, None),
    "client_secret": _Key(_secret, None),
    "authority": _Key(_authority, "https://login.microsoftonline.com"),
    "key_file": _Key(str, None),
    "token_file": _Key(str, "token.json"),
}
_AS_WRITTEN = ("question.text", "smtp.oauth", "imap.oauth")
"""Keys with keys of their own."""

_SECRETS = frozenset(
    {
        "organisation.secret",
        "organisation.previous_secret",
        "store",
        "smtp.password",
        "imap.password",
        "smtp.oauth.client_secret",
        "imap.oauth.client_secret",
    }
)
"""Keys whose value nobody else may read."""

_PLAIN = {
    "store": _Key(str, "tinydb:data"),
    "receipts": _Key(people.truth, False),
    "templates_dir": _Key(str, None),
    "people_file": _Key(str, None),
}
_KEYS = (*_SECTIONS, *_PLAIN, "people")


class _Reading:
    """One reading of one file: turns nodes into values, and gathers what is wrong."""

    def __init__(
        self,
        file: Path,
        shown: Path,
        tree: yaml_nodes.Mapping,
        environment: Mapping[str, str],
        faults: Faults,
        *,
        drafts: Mapping[Path, str],
    ) -> None:
        self.file = file
        self.shown = shown
        self.tree = tree
        self.environment = environment
        self.faults = faults
        self.drafts = drafts
        self.sources = [file]
        self.secret_files = dict[Path, None]()

    def fault(self, line: int, message: str) -> None:
        self.faults.add(self.shown, line, message)

    def settings(self) -> Settings:
        self.refuse_unknown(self.tree, _KEYS, "")
        sections = {name: self.section(name) for name in _SECTIONS}
        plain = {
            name: self.value(name, key, self.tree.items.get(name), self.tree.lines.get(name, 1))
            for name, key in _PLAIN.items()
        }
        organisation = self.organisation(sections["organisation"])
        sender = self.address("sender.address", sections, "sender", "address")
        return Settings(
            file=self.file,
            organisation=organisation,
            question=self.question(sections["question"], organisation.language),
            sender=Sender(**sections["sender"] | {"address": sender}),
            smtp=self.smtp(sections["smtp"]),
            imap=self.imap(sections["imap"]),
            schedule=self.schedule(sections["schedule"]),
            store=self.store(plain["store"]),
            roster=self.roster(organisation, sender, sections["schedule"]["holidays"], plain["people_file"]),
            digest=Digest(**sections["digest"]),
            receipts=plain["receipts"],
            retention_weeks=sections["retention"]["weeks"],
            templates_dir=self.path(plain["templates_dir"]),
            log=Log(**sections["log"] | {"file": self.path(sections["log"]["file"])}),
            metrics=Metrics(**sections["metrics"]),
            heartbeat=sections["heartbeat"]["url"],
            people_file=self.path(plain["people_file"]),
            sources=tuple(dict.fromkeys(self.sources)),
            secret_files=tuple(self.secret_files),
        )

    def section(self, name: str) -> dict[str, Any]:
        keys = _SECTIONS[name]
        node = self.tree.items.get(name)
        if node is not None and not isinstance(node, yaml_nodes.Mapping):
            if not (isinstance(node, yaml_nodes.Scalar) and node.text is None):
                self.fault(node.line, f"{name} must have keys: {', '.join(keys)}")
            node = None
        if node is None:
            node = yaml_nodes.Mapping(self.tree.lines.get(name, 1), {}, {})
        return self.keys(name, keys, node)

    def keys(self, path: str, keys: Mapping[str, _Key], node: yaml_nodes.Mapping) -> dict[str, Any]:
        self.refuse_unknown(node, keys, f"{path}.")
        return {
            key: self.value(f"{path}.{key}", how, node.items.get(key), node.lines.get(key, node.line))
            for key, how in keys.items()
        }

    def refuse_unknown(self, node: yaml_nodes.Mapping, known: Iterable[str], prefix: str) -> None:
        for key in node.items:
            if key not in known:
                self.fault(node.lines[key], f'"{prefix}{key}" is not a key of the settings.{did_you_mean(key, known)}')

    def value(self, path: str, key: _Key, node: yaml_nodes.Node | None, line: int) -> Any:
        if node is None or (isinstance(node, yaml_nodes.Scalar) and node.text is None):
            if key.default is _REQUIRED:
                self.fault(line, f"{path} is missing. onenumber init --example explains it")
                return None
            return key.default
        if path in _AS_WRITTEN:
            return node
        if key.many:
            items = node.items if isinstance(node, yaml_nodes.Sequence) else (node,)
            read = (self.single(f"{path}[{number}]", key.parse, item) for number, item in enumerate(items))
            return tuple(value for value in read if value is not None)
        value = self.single(path, key.parse, node)
        return key.default if value is None and key.default is not _REQUIRED else value

    def single(self, path: str, parse: Parse, node: yaml_nodes.Node) -> Any:
        text = self.text(path, node)
        if text is None:
            return None
        try:
            return parse(text)
        except ValueError as error:
            self.fault(node.line, f"{path}: {error}")
            return None

    def text(self, path: str, node: yaml_nodes.Node) -> str | None:
        """A value's letters, with `${NAME}` from the environment and `{file: path}` from a file filled in."""
        if isinstance(node, yaml_nodes.Mapping) and set(node.items) == {"file"}:
            return self.from_file(path, node)
        if not isinstance(node, yaml_nodes.Scalar):
            self.fault(node.line, f"{path} must be one value, ${{NAME}} of the environment, or {{file: path}}")
            return None
        if node.text is None:
            self.fault(node.line, f"{path} is empty")
            return None
        missing = [name for name in _ENVIRONMENT.findall(node.text) if name not in self.environment]
        if missing:
            self.fault(node.line, f"{path} names the environment variable {missing[0]}, which is not set")
            return None
        if path in _SECRETS and "${" not in node.text and not node.text.startswith("tinydb:"):
            self.secret_files[self.file] = None
        return _ENVIRONMENT.sub(lambda found: self.environment[found[1]], node.text)

    def from_file(self, path: str, node: yaml_nodes.Mapping) -> str | None:
        name = node.items["file"]
        written = name.text if isinstance(name, yaml_nodes.Scalar) else None
        target = self.path(written)
        try:
            if target is None:
                raise OSError(2, "no path is given")
            self.sources.append(target)
            if path in _SECRETS:
                self.secret_files[target] = None
            return target.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
            self.fault(node.line, f"{path} names the file {written}, which cannot be read: {reason}")
            return None

    def path(self, written: str | None) -> Path | None:
        """A path as written is meant from the settings file's folder."""
        return None if written is None else (self.file.parent / Path(written).expanduser()).absolute()

    def line(self, section: str, key: str) -> int:
        node = self.tree.items.get(section)
        return (
            node.lines.get(key, node.line) if isinstance(node, yaml_nodes.Mapping) else self.tree.lines.get(section, 1)
        )

    def address(self, path: str, sections: Mapping[str, Mapping[str, Any]], section: str, key: str) -> str:
        written = sections[section][key]
        if written is None:
            return ""
        try:
            return people.valid_address(written, sections["organisation"]["internal_domains"] or ())
        except ValueError as error:
            self.fault(self.line(section, key), f'{path} is "{written}": {error}')
            return address(written)

    def organisation(self, facts: dict[str, Any]) -> Organisation:
        if (facts["previous_secret"] is None) != (facts["secret_changed"] is None):
            self.fault(
                self.line("organisation", "previous_secret" if facts["previous_secret"] else "secret_changed"),
                "organisation.previous_secret and organisation.secret_changed go together: the old secret, and the day "
                "on which the new one took its place. Give both, or neither",
            )
        elif facts["secret"] is not None and facts["secret"] == facts["previous_secret"]:
            self.fault(
                self.line("organisation", "previous_secret"),
                "organisation.previous_secret is the same as organisation.secret, so nothing was changed. Make a new "
                "organisation.secret with: openssl rand -hex 32",
            )
        operator = self.address("organisation.operator", {"organisation": facts}, "organisation", "operator")
        return Organisation(**facts | {"operator": operator})

    def question(self, facts: dict[str, Any], language: str) -> Question:
        node = facts["text"]
        texts: dict[str, str] = {}
        if isinstance(node, yaml_nodes.Mapping) and set(node.items) != {"file"}:
            for written, item in node.items.items():
                code = self.single("question.text", people.language, yaml_nodes.Scalar(node.lines[written], written))
                words = self.single(f"question.text.{written}", _one_line, item)
                if code and words:
                    texts[code] = words
        elif node:
            words = self.single("question.text", _one_line, node)
            if words:
                texts[language] = words
        if facts["minimum"] > facts["maximum"]:
            self.fault(self.line("question", "maximum"), "question.maximum is below question.minimum")
        return Question(texts, facts["minimum"], facts["maximum"], facts["decimals"])

    def smtp(self, facts: dict[str, Any]) -> Smtp:
        self.check_security("smtp", facts)
        oauth = self.oauth("smtp", facts)
        if (facts["username"] is None) != (facts["password"] is None and oauth is None):
            self.fault(
                self.line("smtp", "username"),
                "smtp.username goes together with smtp.password or smtp.oauth; give both, or neither",
            )
        port = facts["port"] or {"starttls": 587, "tls": 465, "none": 25}[facts["security"]]
        return Smtp(**facts | {"port": port, "oauth": oauth})

    def imap(self, facts: dict[str, Any]) -> Imap:
        self.check_security("imap", facts)
        oauth = self.oauth("imap", facts)
        if facts["password"] is None and facts["oauth"] is None:
            self.fault(self.line("imap", "password"), "imap.password is missing. Give it, or imap.oauth")
        folders = [facts[key] for key in ("folder", "processed_folder", "held_folder")] + list(facts["also_read"])
        if len(set(folders)) < len(folders):
            self.fault(
                self.line("imap", "folder"), "imap.folder, processed_folder, held_folder and also_read must all differ"
            )
        port = facts["port"] or {"starttls": 143, "tls": 993, "none": 143}[facts["security"]]
        return Imap(**facts | {"port": port, "oauth": oauth})

    def oauth(self, section: str, facts: Mapping[str, Any]) -> OAuth | None:
        node = facts["oauth"]
        if node is None:
            return None
        path = f"{section}.oauth"
        if not isinstance(node, yaml_nodes.Mapping):
            self.fault(node.line, f"{path} must have keys: {', '.join(_OAUTH)}")
            return None
        if facts["password"] is not None:
            self.fault(node.line, f"{path} and {section}.password exclude each other; give one of them")
        found = self.keys(path, _OAUTH, node)
        wanted = {"microsoft365": ("tenant", "client_id"), "google": ("key_file",), None: ()}[found["provider"]]
        for key in wanted:
            if found[key] is None:
                page = {"microsoft365": "docs/microsoft-365.md", "google": "docs/google-workspace.md"}
                self.fault(node.line, f"{path}.{key} is missing. {page[found['provider']]} tells where to find it")
        others = {"microsoft365": {"key_file"}, "google": set(_OAUTH) - {"provider", "key_file", "token_file"}}
        for key in sorted(others.get(found["provider"], set()) & set(node.items)):
            self.fault(node.lines[key], f"{path}.{key} is not used with provider: {found['provider']}. Leave it out")
        paths = {"key_file": self.path(found["key_file"]), "token_file": self.path(found["token_file"])}
        return OAuth(**found | paths)

    def check_security(self, section: str, facts: Mapping[str, Any]) -> None:
        if facts["security"] == "none" and not LOOPBACK.fullmatch(facts["host"] or "localhost"):
            self.fault(
                self.line(section, "security"),
                f"{section}.security: none would send the password in clear to {facts['host']}; "
                "it is allowed only to this machine itself. Use tls or starttls",
            )

    def schedule(self, facts: dict[str, Any]) -> Schedule:
        times = [("ask", facts["ask"])]
        times += [(f"nudges[{number}]", nudge) for number, nudge in enumerate(facts["nudges"])]
        times += [("summary", facts["summary"]), ("digest", facts["digest"])]
        for (earlier, one), (later, other) in pairwise(times):
            if one >= other:
                self.fault(
                    self.line("schedule", later.partition("[")[0]),
                    f"schedule.{later} ({other}) must come after schedule.{earlier} ({one}) in the same week",
                )
        return Schedule(
            ask=facts["ask"],
            nudges=facts["nudges"],
            summary=facts["summary"],
            digest=facts["digest"],
            on_holiday=facts["on_holiday"],
            closed=frozenset[date](facts["closed"]),
            skip_weeks=frozenset[Week](facts["skip_weeks"]),
            grace=timedelta(hours=facts["grace_hours"]),
        )

    def store(self, written: str) -> Store:
        try:
            return store(written, self.file.parent)
        except ValueError as error:
            self.fault(self.tree.lines["store"], f"store: {error}")
            return self.file.parent

    def roster(self, organisation: Organisation, sender: str, holidays: str | None, people_file: str | None) -> Roster:
        node, table = self.tree.items.get("people"), None
        if people_file is not None and node is None:
            table = self.path(people_file) or Path(people_file)
            self.sources.append(table)
            rows = people.from_csv(table, self.faults, self.drafts.get(table))
        elif node is not None and people_file is None:
            rows = people.from_nodes(node, self.shown, self.faults)
        else:
            line = self.tree.lines.get("people", 1)
            self.fault(line, "give the people either as a list under people, or as people_file: people.csv")
            return Roster()
        defaults = people.Defaults(
            organisation.language or "en",
            organisation.timezone or "UTC",
            holidays,
            organisation.internal_domains,
            address(sender),
        )
        read = people.roster(rows, defaults, self.faults)
        if not read.reps and not self.faults.found:
            file, line = (table, 1) if table is not None else (self.shown, self.tree.lines.get("people", 1))
            why = "there is nobody in it" if not rows else "nobody reports a number"
            self.faults.add(file, line, f"people: {why}, so nobody would be asked. Add whoever is to be asked")
        return read
