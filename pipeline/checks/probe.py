"""What does the provider do to our mail? Two mails to ourselves tell: one to the plain address, one with a plus.

They carry tokens of a kind that the worker leaves alone, and are removed when they have been looked at. What follows
for the settings is said in `advice`; keeping what was learned is the caller's business.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage, Message
from email.policy import SMTP
from email.utils import format_datetime

from pipeline import mail
from pipeline.checks import Section
from pipeline.checks.servers import nobody
from pipeline.events import Probed
from pipeline.mail import MailKey
from pipeline.reading.body import header, parsed
from pipeline.sender import MICROSOFT
from pipeline.settings import Settings
from pipeline.transport import TransportError
from pipeline.transport.delivery import Accepted
from pipeline.transport.imap import Fetched, Mailbox
from pipeline.transport.smtp import Submission
from pipeline.weeks import Week

PATIENCE, AFTER_THE_FIRST = 180.0, 45.0  # seconds: until the first has come; then until the other
_LOOK = 3.0
_PLAIN, _PLUS = 1, 2
_FORGED = "onenumber-probe.invalid"  # RFC 2606: nobody's domain
_NUMBERS = {_PLAIN: "to the plain address", _PLUS: "with a plus in the address"}


class ProbeFailedError(Exception):
    """The probe has shown nothing; the message says why."""


@dataclass
class _Arrived:
    """What came of one probe: in which folder it lies, and its bytes; `back` where it came back instead."""

    folder: str
    fetched: Fetched
    back: bool


@dataclass
class _Probe:
    settings: Settings
    now: datetime
    seconds: Callable[[], float]
    person: str = field(default_factory=nobody)
    arrived: dict[int, _Arrived] = field(default_factory=dict)
    seen: list[tuple[str, int]] = field(default_factory=list)

    @property
    def secret(self) -> bytes:
        return self.settings.organisation.secret.reveal().encode()

    def key(self, number: int) -> MailKey:
        return MailKey(Week.of(self.now.date()), "probe", self.person, number)

    def folders(self) -> tuple[str, ...]:
        return (self.settings.imap.folder, *self.settings.imap.also_read)

    def message_id(self, number: int) -> str:
        return mail.message_id(self.key(number), self.secret, self.settings.sender.address.rpartition("@")[2])

    def send(self) -> None:
        """Hand both in. Raises TransportError where the plain one is not taken; the other may come back."""
        submission = Submission(self.settings.smtp)
        submission.open()
        own = self.settings.sender.address
        try:
            for number in _NUMBERS:
                to = own if number == _PLAIN else mail.reply_address(own, self.key(number), self.secret)
                delivery = submission.send(own, to, self._message(number, to))
                if number == _PLAIN and not isinstance(delivery, Accepted):
                    raise TransportError(f"a mail to {own} itself was not taken: {delivery.reason}")
                if not submission.is_open:
                    submission.open()
        finally:
            submission.close()

    def _message(self, number: int, to: str) -> bytes:
        message = EmailMessage(SMTP)
        message["From"] = self.settings.sender.address
        message["To"] = to
        message["Subject"] = f"onenumber check --probe, {_NUMBERS[number]}"
        message["Date"] = format_datetime(self.now)
        message["Message-ID"] = self.message_id(number)
        message["Auto-Submitted"] = "auto-generated"
        message["X-Auto-Response-Suppress"] = "All"
        judge = self.settings.imap.authserv_id
        if judge is not None and judge != MICROSOFT:
            message["Authentication-Results"] = f"{judge}; dkim=pass header.d={_FORGED}"
        message.set_content(
            "This mail tells what the provider does to our mails. It is removed when it has been looked at.\n\n"
            f"{mail.seal(self.key(number), self.secret)}\n"
        )
        return message.as_bytes()

    def wait(self, box: Mailbox, cursors: Mapping[str, int]) -> None:
        """Look until both are there, or there is no sense in looking."""
        until = self.seconds() + PATIENCE
        marks = dict(cursors)
        while len(self.arrived) < len(_NUMBERS) and self.seconds() < until:
            for folder in self.folders():
                if box.select(folder) is not None:
                    marks[folder] = self._look(box, folder, marks.get(folder, 0))
            if self.arrived:
                until = min(until, self.seconds() + AFTER_THE_FIRST)
            if len(self.arrived) < len(_NUMBERS) and box.select(self.settings.imap.folder) is not None:
                box.wait(_LOOK, lambda: False)

    def _look(self, box: Mailbox, folder: str, after: int) -> int:
        uids = box.uids(after)
        for fetched in (one for batch in box.fetch(uids) for one in batch):
            for key in mail.tokens(fetched.raw.decode("latin-1"), (self.secret,)):
                if key.kind == "probe" and key.person == self.person:
                    self.seen.append((folder, fetched.uid))
                    own = header(parsed(fetched.raw), "Subject").startswith("onenumber check --probe")
                    self.arrived.setdefault(key.number, _Arrived(folder, fetched, not own))
                    break
        return max(uids, default=after)

    def clear(self, box: Mailbox) -> None:
        """Remove what we sent to ourselves, and what came back of it."""
        for folder in self.folders():
            uids = [uid for place, uid in self.seen if place == folder]
            if uids and box.select(folder) is not None:
                box.remove(uids)


def probe(settings: Settings, now: datetime, seconds: Callable[[], float], number: int) -> Probed:
    """Send, wait, look, remove. `number` makes the event's key. Raises ProbeFailedError where a server cannot be used,
    or where nothing has come back in PATIENCE seconds."""
    this, box = _Probe(settings, now, seconds), Mailbox(settings.imap)
    try:
        box.open()
        cursors = {folder: max(box.uids(), default=0) for folder in this.folders() if box.select(folder) is not None}
        began = seconds()
        this.send()
        this.wait(box, cursors)
        took = seconds() - began
        this.clear(box)
    except TransportError as error:
        raise ProbeFailedError(str(error)) from None
    finally:
        box.close()
    return _learned(this, took, number)


def _learned(this: _Probe, took: float, number: int) -> Probed:
    plain, plus = this.arrived.get(_PLAIN), this.arrived.get(_PLUS)
    if plain is None or plain.back:
        raise ProbeFailedError(
            f"no mail to {this.settings.sender.address} came into the mailbox of {this.settings.imap.username} within "
            f"{PATIENCE:.0f} seconds. Check that sender.address and the mailbox belong together, and its rules"
        )
    message = parsed(plain.fetched.raw)
    came_with = header(message, "Message-ID")
    verdicts = [" ".join(str(one).split()) for one in message.get_all("Authentication-Results") or []]
    forged = bool(verdicts) and _FORGED in verdicts[0]
    results = next((one for one in verdicts if _FORGED not in one), "")
    return Probed(
        key=f"probed/{number}",
        round=None,
        at=this.now,
        plus_addressing=plus is not None and not plus.back,
        message_id="" if came_with == this.message_id(_PLAIN) else came_with or "none",
        folder=plain.folder,
        authserv_id=authserv_id(results),
        results=results[:500],
        forged=forged,
        signed=tuple(dict.fromkeys(_signatures(message))),
        seconds=round(took),
    )


def authserv_id(results: str) -> str:
    """Who wrote an Authentication-Results (RFC 8601 section 2.2): its id, `microsoft365` where it has none but
    results, as that provider writes it, or nothing."""
    first = re.sub(r"\([^()]*\)", " ", results).partition(";")[0].split()
    if not first:
        return ""
    return MICROSOFT if "=" in " ".join(first) else first[0]


def _signatures(message: Message) -> Iterator[str]:
    for line in message.get_all("DKIM-Signature") or []:
        tags = dict(re.findall(r"(?:^|;)\s*([a-z]+)\s*=\s*([^;]*)", re.sub(r"\s+", "", str(line))))
        if tags.get("s") and tags.get("d"):
            yield f"{tags['s']}._domainkey.{tags['d']}"


def advice(settings: Settings, found: Probed) -> Section:
    """What the last probe says about the settings as they are now."""
    section = Section("probe", f"The provider, as probed on {found.at:%Y-%m-%d}")
    section.ok("delivery", f"a mail to ourselves took {found.seconds} s")
    if found.folder != settings.imap.folder:
        section.warn(
            "junk",
            f"it was delivered to {found.folder}",
            f"tell the mailbox that {settings.sender.address} is no junk, or replies will land there too",
        )
    _plus(section, settings, found)
    if found.message_id:
        section.ok(
            "message_id",
            f"the provider replaces it ({found.message_id}); replies are told by the address and the quoted mark",
        )
    else:
        section.ok("message_id", "it survives")
    _results(section, settings, found)
    return section


def _plus(section: Section, settings: Settings, found: Probed) -> None:
    used = settings.sender.plus_addressing
    if found.plus_addressing and used:
        section.ok("plus_addressing", "works, and is used")
    elif found.plus_addressing:
        section.warn("plus_addressing", "works, and is not used", "set sender.plus_addressing: true")
    elif used:
        section.fail(
            "plus_addressing",
            "a mail to an address with a plus did not arrive: replies would be lost",
            "set sender.plus_addressing: false, or switch plus addresses on at the provider",
        )
    else:
        section.ok("plus_addressing", "does not work, and is not used")


def _results(section: Section, settings: Settings, found: Probed) -> None:
    set_to, seen = settings.imap.authserv_id, found.authserv_id
    if found.forged and set_to is not None:
        section.warn(
            "authserv_id",
            f'a verdict in the name of "{set_to}" that we wrote ourselves came through as if it were the server\'s, at '
            "least on mail from ourselves",
            "send such a header from outside; where that comes through too, take imap.authserv_id out, or whoever "
            "writes one is believed",
        )
    elif not seen:
        section.ok(
            "authserv_id",
            "the server writes no Authentication-Results on mail from ourselves; look at one from outside",
        )
    elif set_to is None:
        section.warn(
            "authserv_id",
            f'the server judges senders as "{seen}", and is not listened to: who writes without a token must confirm',
            f"set imap.authserv_id: {seen}",
        )
    elif set_to.casefold() == seen.casefold():
        section.ok("authserv_id", f'the server judges senders as "{seen}": {_judgements(found.results)}')
    else:
        section.fail(
            "authserv_id",
            f'the settings wait for "{set_to}", and the server writes "{seen}"',
            f"set imap.authserv_id: {seen}",
        )


def _judgements(results: str) -> str:
    found = re.findall(r"\b(spf|dkim|dmarc|compauth)\s*=\s*(\w+)", results, re.IGNORECASE)
    return ", ".join(f"{method.lower()} {value.lower()}" for method, value in found) or "without a result"
