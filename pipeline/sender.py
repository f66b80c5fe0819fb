"""Who is it, which week, and how sure?

Pure: a message's headers and text, the roster and the keys of our mails in; a Sender out. It weighs what each carrier
says (the plus-address, In-Reply-To and References, the provider's own ids, the quoted mark, a button's short
reference) and what our own server says about the writer. What then becomes of the reply is inbox's table.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from email.message import Message
from email.utils import parseaddr

from pipeline import mail
from pipeline.mail import MailKey
from pipeline.reading.body import header
from pipeline.roster import Person, Roster, address
from pipeline.weeks import Week

MICROSOFT = "microsoft365"
_ARRIVED_AT = ("To", "Cc", "Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "Resent-To")
_ANSWERS = ("In-Reply-To", "X-MS-Exchange-Parent-Message-Id", "References", "Thread-Topic")
_MESSAGE_ID = re.compile(r"<[^<>\s]+>")
_COMMENT = re.compile(r"\([^()]*\)")
_METHOD = re.compile(r"\b(dmarc|dkim|spf|compauth)\s*=\s*(\w+)([^;]*)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Trust:
    """What the settings say about whom to believe. `secrets` holds the key in force first."""

    secrets: tuple[bytes, ...]
    authserv_id: str | None = None
    own_domains: frozenset[str] = frozenset()
    trust_same_tenant: bool = False


@dataclass(frozen=True, slots=True)
class Letters:
    """What is known of our own mails: ids that providers gave them instead of ours, and the weeks whose buttons may
    still be tapped, the newest first."""

    aliases: Mapping[str, MailKey] = field(default_factory=dict)
    weeks: Sequence[Week] = ()


@dataclass(frozen=True, slots=True)
class Sender:
    """`writer` is who wrote, by address; `mail` the mail of ours that is answered, and `carrier` what told; `verdict`
    what our server says of the writer: pass, fail or nothing. `ours` tells that the message answers one of our mails,
    even where no token says which."""

    address: str
    writer: Person | None
    mail: MailKey | None
    carrier: str
    verdict: str
    ours: bool

    def is_known_for(self, person: Person | None) -> bool:
        """Is the writer's address one of this person's?"""
        return person is not None and self.address in person.addresses


def identify(
    message: Message, text: str, roster: Roster, trust: Trust, letters: Letters, *, anywhere: str = ""
) -> Sender:
    """Weigh one message. `text` is what a person sees of it; `anywhere` is given for a machine's message, whose token
    counts wherever it stands, the returned message included."""
    subject = header(message, "Subject")
    written_from = writer_address(message)
    writer = roster.at(written_from) or _deputy(written_from, roster)
    found = next(_carried(message, text, trust, letters), None)
    if found is None and anywhere:
        found = next(((key, "the returned message") for key in mail.tokens(anywhere, trust.secrets)), None)
    if found is None and writer is not None:
        found = _by_reference(subject, writer, trust, letters)
    key, carrier = found or (None, "")
    return Sender(
        written_from,
        writer,
        key,
        carrier,
        verdict(message, written_from, trust),
        key is not None or mail.is_our_subject(subject),
    )


def writer_address(message: Message) -> str:
    """The address in From; nothing where there are several From lines, which no honest client writes."""
    lines = message.get_all("From") or []
    return address(parseaddr(header(message, "From"))[1]) if len(lines) == 1 else ""


def _deputy(written_from: str, roster: Roster) -> Person | None:
    """The person for whom somebody outside the roster writes (`copies_to`), if that is one person only."""
    people = [person for person in roster.people if written_from in person.copies_to]
    return people[0] if len(people) == 1 else None


def _carried(message: Message, text: str, trust: Trust, letters: Letters) -> Iterator[tuple[MailKey, str]]:
    """The mails of ours that the carriers name, the most direct carrier first."""
    # The whole line is searched: some clients make a space of the plus (providers.md), and the token a word of its own.
    arrived_at = (str(line) for name in _ARRIVED_AT for line in message.get_all(name) or [])
    for key in mail.tokens(" ".join(arrived_at), trust.secrets):
        yield key, "the address it was sent to"
    for name in _ANSWERS:
        value = " ".join(str(line) for line in message.get_all(name) or [])
        for one in reversed(_MESSAGE_ID.findall(value)):
            for key in mail.tokens(one, trust.secrets):
                yield key, name
            alias = letters.aliases.get(one) or letters.aliases.get(one.strip("<>").partition("@")[0])
            if alias is not None:
                yield alias, f"{name}, by the provider's own id"
    for key in mail.tokens(text, trust.secrets):
        yield key, "the mark in the quotation"


def _by_reference(subject: str, writer: Person, trust: Trust, letters: Letters) -> tuple[MailKey, str] | None:
    for week in letters.weeks:
        if mail.short_reference_fits(subject, week, writer.id, trust.secrets):
            return MailKey(week, "ask", writer.id), "the reference in the subject"
    return None


def verdict(message: Message, written_from: str, trust: Trust) -> str:
    """What our own server says of the writer, in the topmost Authentication-Results (RFC 8601): pass, fail, or
    nothing where it says nothing that counts."""
    if trust.authserv_id is None:
        return "nothing"
    domain = written_from.rpartition("@")[2]
    results = _COMMENT.sub(" ", " ".join(str(message.get("Authentication-Results", "")).split()))
    if trust.authserv_id == MICROSOFT:
        return _microsoft(message, results, domain, trust)
    name, _, rest = results.partition(";")
    if not name.split() or name.split()[0].casefold() != trust.authserv_id.casefold():
        return "nothing"
    return _judged(rest, domain)


def _microsoft(message: Message, results: str, domain: str, trust: Trust) -> str:
    """Microsoft 365 writes no authserv-id (providers.md), so a header that has one was written by somebody else."""
    inside = str(message.get("X-MS-Exchange-Organization-AuthAs", "")).strip().casefold() == "internal"
    if trust.trust_same_tenant and inside and domain in trust.own_domains:
        return "pass"
    if "=" not in results.partition(";")[0]:
        return "nothing"
    methods = {method.lower(): value.lower() for method, value, _ in _METHOD.findall(results)}
    if methods.get("compauth") == "fail":
        return "fail"
    return _judged(results, domain, dmarc_only=True)


def _judged(results: str, domain: str, *, dmarc_only: bool = False) -> str:
    for method, value, rest in _METHOD.findall(results):
        if method.lower() == "dmarc":
            named = re.search(r"header\.from\s*=\s*([\w.-]+)", rest)
            if value.lower() == "fail":
                return "fail"
            if value.lower() == "pass" and (named is None or named[1].casefold() == domain):
                return "pass"
    if dmarc_only:
        return "nothing"
    for _, value, rest in _METHOD.findall(results):
        named = re.search(r"(?:header\.d|header\.i|smtp\.mailfrom)\s*=\s*(?:[^\s;@]*@)?([\w.-]+)", rest)
        if value.lower() == "pass" and named and _aligned(named[1].casefold(), domain):
            return "pass"
    return "nothing"


def _aligned(proven: str, domain: str) -> bool:
    """Is what was proven the writer's own domain? Strictly the same, for we know no list of public suffixes."""
    return bool(domain) and proven == domain
