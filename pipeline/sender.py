"""Who is it, which week, and how sure?

Pure: a message's headers and text, the roster and the keys of our mails in; a Sender out. It weighs what each carrier
says (the plus-address, In-Reply-To and References, the provider's own ids, the quoted mark, a button's short
reference) and what our own server says about the writer. What then becomes of the reply is inbox's table.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from email.message import Message

from pipeline import mail
from pipeline.mail import MailKey
from pipeline.reading.body import header, parsed, undecoded
from pipeline.roster import Person, Roster, address
from pipeline.weeks import Week

MICROSOFT = "microsoft365"
_ARRIVED_AT = ("To", "Cc", "Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "Resent-To")
_ANSWERS = ("In-Reply-To", "X-MS-Exchange-Parent-Message-Id", "References", "Thread-Topic")
_OPENS = re.compile(r'[()"\\]')
_MESSAGE_ID = re.compile(r"<[^<>\s]+>")
_LONGEST_ADDRESS = 254  # RFC 5321 section 4.5.3.1.3, without the brackets
_MAILBOX = re.compile(r"[^<>]*<\s*([^<>\s]+)\s*>\s*|([^<>\s,;:]+)")
_RESULT = re.compile(r"\s*([a-z][\w-]*)\s*(?:/\s*\d+\s*)?=\s*(\w+)(.*)", re.IGNORECASE | re.DOTALL)
_PROPERTY = re.compile(r"([a-z]+\.[a-z]+)\s*=\s*(?:[^\s@=]*@)?([^\s@=]+)(?!\S)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Trust:
    """What the settings say about whom to believe. `secrets` holds the key in force first."""

    secrets: tuple[bytes, ...]
    authserv_id: str | None = None
    own_domains: frozenset[str] = frozenset()
    trust_same_tenant: bool = False


@dataclass(frozen=True, slots=True)
class Letters:
    """What is known of our own mails: the written key of one to which a provider gave another id than ours, by that id,
    and the weeks whose buttons may still be tapped, the newest first."""

    alias: Callable[[str], str | None] = lambda _: None
    weeks: Sequence[Week] = ()

    def named(self, message_id: str) -> MailKey | None:
        """Our mail to which a provider gave this id, or the part of it before the @."""
        names = (message_id, message_id.strip("<>").partition("@")[0])
        written = next((found for name in names if (found := self.alias(name)) is not None), None)
        return None if written is None else MailKey.parse(written)


@dataclass(frozen=True, slots=True)
class Sender:
    """`writer` is who wrote, by address; `mail` the mail of ours that is answered, and `carrier` what told; `verdict`
    what our server says of the writer: pass, fail or nothing. `ours` tells that the message answers one of our mails,
    even where no token says which. `own` tells that it is one of our mails,
    come back to us as it was."""

    address: str
    writer: Person | None
    mail: MailKey | None
    carrier: str
    verdict: str
    ours: bool
    own: bool = False

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
        _is_own(header(message, "Message-ID"), trust, letters),
    )


def _is_own(message_id: str, trust: Trust, letters: Letters) -> bool:
    """Did we write it? No client gives a reply the Message-ID of what it answers."""
    return letters.named(message_id) is not None or next(iter(mail.tokens(message_id, trust.secrets)), None) is not None


def writer_address(message: Message) -> str:
    """The address in From; nothing where there are several From lines, or several addresses in one: no honest client
    writes them, and two readers of such a line may each see another writer.

    Not email.utils.parseaddr: of `anna@x.dk <mallory@y.dk>` it takes Anna (CVE-2023-27043). Nor are encoded words
    decoded here: they may stand in a display name alone (RFC 2047 section 5), which anybody can write.
    """
    lines = message.get_all("From") or []
    bare = without_comments(undecoded(message, "From")) if len(lines) == 1 else ""
    found = _MAILBOX.fullmatch(bare.strip())
    written = (found[1] or found[2]) if found else ""
    fits = written.count("@") == 1 and written.isprintable() and len(written) <= _LONGEST_ADDRESS
    return address(written) if fits else ""


def written_by(raw: bytes) -> str:
    """The same of a message, or of its headers, as they were fetched."""
    return writer_address(parsed(raw))


def without_comments(line: str) -> str:
    """A structured header without its comments, which may hold others (RFC 5322 section 3.2.2), and with only those
    quoted strings that could stand there without quotes: both hold whatever a stranger likes. Nothing where a comment
    or a quotation is not closed: then nobody knows what is outside."""
    if not _OPENS.search(line):
        return line
    kept: list[str] = []
    depth, quoted, escaped = 0, False, False
    quotation: list[str] = []
    for letter in line:
        inside = quoted or depth > 0
        if escaped or (inside and letter == "\\"):
            escaped = not escaped
        elif quoted:
            quoted = letter != '"'
            kept += [] if quoted else _harmless("".join(quotation))
        elif letter == '"' and not depth:
            quoted, quotation = True, []
        elif letter in "()":
            depth = max(0, depth + (1 if letter == "(" else -1))
            kept.append(" ")
        elif not depth:
            kept.append(letter)
        if quoted and inside:
            quotation.append(letter)
    return "" if quoted or depth else "".join(kept)


def _harmless(quotation: str) -> list[str]:
    return [quotation] if re.fullmatch(r"[\w.@+-]+", quotation) else [" "]


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
            alias = letters.named(one)
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
    results = without_comments(" ".join(undecoded(message, "Authentication-Results").split()))
    if trust.authserv_id == MICROSOFT:
        return _microsoft(message, results, domain, trust)
    name, _, rest = results.partition(";")
    if not name.split() or name.split()[0].lower() != trust.authserv_id.lower():
        return "nothing"
    return _judged(_results(rest), domain)


def _microsoft(message: Message, results: str, domain: str, trust: Trust) -> str:
    """Microsoft 365 writes no authserv-id (providers.md), so a header that has one was written by somebody else."""
    inside = str(message.get("X-MS-Exchange-Organization-AuthAs", "")).strip().casefold() == "internal"
    if trust.trust_same_tenant and inside and domain in trust.own_domains:
        return "pass"
    if "=" not in results.partition(";")[0]:
        return "nothing"
    found = _results(results)
    if any((one.method, one.value) == ("compauth", "fail") for one in found):
        return "fail"
    return _judged(found, domain, dmarc_only=True)


@dataclass(frozen=True, slots=True)
class _Result:
    """One method's result: what it says, and the domains in its properties (`header.from`, `header.d`, ...)."""

    method: str
    value: str
    proven: Mapping[str, str]


def _results(written: str) -> list[_Result]:
    """The results between the semicolons. What is no result of the grammar (RFC 8601 section 2.2) says nothing."""
    parts = (_RESULT.fullmatch(part) for part in written.split(";"))
    return [
        _Result(
            part[1].lower(), part[2].lower(), {name.lower(): said.lower() for name, said in _PROPERTY.findall(part[3])}
        )
        for part in parts
        if part
    ]


def _judged(results: Sequence[_Result], domain: str, *, dmarc_only: bool = False) -> str:
    """DMARC decides where it has spoken of the domain in From; else SPF or DKIM for that very domain, strictly the
    same, for we know no list of public suffixes."""
    dmarc = [one for one in results if one.method == "dmarc"]
    if any(one.value == "fail" for one in dmarc):
        return "fail"
    good = [one.proven.get("header.from") for one in dmarc if one.value == "pass"]
    if not dmarc_only:
        carriers = {"dkim": ("header.d", "header.i"), "spf": ("smtp.mailfrom",)}
        passed = [one for one in results if one.value == "pass"]
        good += [one.proven.get(name) for one in passed for name in carriers.get(one.method, ())]
    return "pass" if domain and domain in good else "nothing"
