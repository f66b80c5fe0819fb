"""Can we send, and read, and move what was read? Tried with the real servers; no mail of anybody's is touched.

What is put into the mailbox to try it is one marked message of our own, which the worker leaves alone, and which is
gone again afterwards.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from itertools import pairwise
from secrets import choice

from pipeline import mail
from pipeline.checks import Section
from pipeline.mail import MailKey
from pipeline.settings import Settings
from pipeline.transport import LoginRefusedError, TransportError
from pipeline.transport.delivery import Lost, Refused
from pipeline.transport.imap import Mailbox
from pipeline.transport.oauth import SignInNeededError
from pipeline.transport.smtp import Submission
from pipeline.weeks import Week

_SOON, _CLOCK = timedelta(days=14), timedelta(minutes=2)
_LETTERS = "abcdefghijklmnopqrstuvwxyz234567"
Clock = Callable[[], datetime]


def sending(settings: Settings, clock: Clock) -> Section:
    """Log in to the submission server, and offer it an envelope; no mail leaves."""
    section, submission = Section("smtp", "Sending (SMTP)"), Submission(settings.smtp)
    where = f"{settings.smtp.host}:{settings.smtp.port}"
    try:
        submission.open()
        section.ok("login", f"{settings.smtp.username or 'nobody'} at {where}")
        _certificate(section, submission.certificate_ends, clock())
        own = settings.sender.address
        refused = submission.tried(own, own)
    except TransportError as error:
        _unusable(section, error)
        return section
    finally:
        submission.close()
    match refused:
        case Lost():
            section.fail("sender", f"the connection was lost: {refused.reason}", "try again", down=True)
        case Refused():
            section.fail(
                "sender",
                f"{own} may not send: {refused.code} {refused.reason}",
                f"let {settings.smtp.username} send as this address, or make sender.address the address of the login",
            )
        case None:
            section.ok("sender", f"{own} may send")
    return section


def mailbox(settings: Settings, clock: Clock) -> Section:
    """Log in to the mailbox, look for its folders, and try to move and to remove a message of our own."""
    section, box = Section("imap", "Replies (IMAP)"), Mailbox(settings.imap)
    try:
        box.open()
        section.ok("login", f"{settings.imap.username} at {settings.imap.host}:{settings.imap.port}")
        _certificate(section, box.certificate_ends, clock())
        if box.select(settings.imap.folder) is None:
            section.fail("folder", f"there is no folder {settings.imap.folder}", "mend imap.folder")
            return section
        section.ok("folder", f"{settings.imap.folder} can be read")
        _also_read(section, box, settings)
        _waiting(section, box)
        _moving(section, box, settings, clock)
    except TransportError as error:
        _unusable(section, error)
    finally:
        box.close()
    return section


def _unusable(section: Section, error: TransportError) -> None:
    told, _, fix = str(error).rpartition(". ")
    refused = isinstance(error, LoginRefusedError | SignInNeededError)
    section.fail("login", told or fix, fix if told else "try again", down=not refused)


def _certificate(section: Section, ends: datetime | None, now: datetime) -> None:
    if ends is None:
        section.ok("certificate", "no TLS: the server is this machine itself")
    elif ends - now < _SOON:
        section.warn(
            "certificate",
            f"it expires on {ends:%Y-%m-%d}, in {max((ends - now).days, 0)} days",
            "renew it, or tell whoever runs the server; from that day on nothing is sent or read",
        )
    else:
        section.ok("certificate", f"trusted, good until {ends:%Y-%m-%d}")


def _also_read(section: Section, box: Mailbox, settings: Settings) -> None:
    missing = [folder for folder in settings.imap.also_read if box.select(folder) is None]
    for folder in missing:
        junk = box.junk
        section.warn(
            "also_read",
            f"there is no folder {folder}; replies that are taken for junk would not be found",
            f'set imap.also_read: ["{junk}"], which is the junk folder of this mailbox'
            if junk
            else "name the junk folder of this mailbox in imap.also_read, or write [] if there is none",
        )


def _waiting(section: Section, box: Mailbox) -> None:
    if box.can_wait:
        section.ok("waiting", "IDLE: a reply is read as it comes")
    else:
        section.ok("waiting", "no IDLE: replies are read every 30 seconds")


def _moving(section: Section, box: Mailbox, settings: Settings, clock: Clock) -> None:
    """The way of a reply, gone by a message of our own: into the inbox, to the processed folder, to the held one, and
    away. Whatever happens on the way, it is looked for and removed."""
    imap = settings.imap
    way = (imap.folder, imap.processed_folder, imap.held_folder)
    name, message = _scratch(settings, clock())
    step = f"put a message into {imap.folder}"
    try:
        before = clock()
        box.append(imap.folder, message)
        arrived = _arrived(box, imap.folder, name)
        after = clock()
        for here, there in pairwise(way):
            step = f"move a message from {here} to {there}"
            box.select(here)
            box.move(box.find(name), there)
            if _arrived(box, there, name) is None:
                raise TransportError(f"it is not there afterwards. Look at the rules and quota of {there}")
        step = "remove a message"
        removed = box.remove(box.find(name))
    except TransportError as error:
        _cleared(settings, way, name)
        section.fail(
            "moving",
            f"this login cannot {step}: {error}",
            f"give it the right to read, move, delete and create folders in this mailbox ({', '.join(way)})",
        )
        return
    section.ok("moving", f"a message of ours went to {imap.processed_folder} and {imap.held_folder}")
    if not removed:
        section.warn(
            "removing",
            f"the server has no UIDPLUS: our message lies in {imap.held_folder}, marked as deleted",
            "nothing is to do; it goes when the folder is cleaned up",
        )
    _clock(section, arrived, before, after)


def _scratch(settings: Settings, now: datetime) -> tuple[str, bytes]:
    """A message of our own, of the kind that the worker leaves alone; its Message-ID and its bytes."""
    secret = settings.organisation.secret.reveal().encode()
    key = MailKey(Week.of(now.date()), "probe", nobody())
    own = settings.sender.address
    name = mail.message_id(key, secret, own.rpartition("@")[2])
    message = EmailMessage(SMTP)
    message["From"] = message["To"] = own
    message["Subject"] = "onenumber check"
    message["Date"] = format_datetime(now)
    message["Message-ID"] = name
    message["In-Reply-To"] = name  # what makes it a probe to the worker
    message["Auto-Submitted"] = "auto-generated"
    message.set_content("`onenumber check` tries whether it may move messages. This one is removed at once.\n")
    return name, message.as_bytes()


def nobody() -> str:
    """An id that is drawn and nobody's, so that each probe has a name of its own."""
    return "".join(choice(_LETTERS) for _ in range(8))


def _arrived(box: Mailbox, folder: str, name: str) -> datetime | None:
    """When our message came into a folder, by the server's clock; None if it is not there."""
    if box.select(folder) is None:
        return None
    batches = box.fetch(box.find(name))
    return next((one.arrived for batch in batches for one in batch), None)


def _cleared(settings: Settings, way: tuple[str, ...], name: str) -> None:
    """Remove our message from wherever it stopped, on a fresh connection."""
    box = Mailbox(settings.imap)
    with suppress(TransportError):
        box.open()
        for folder in way:
            if box.select(folder) is not None:
                left = box.find(name)
                if left:
                    box.remove(left)
    box.close()


def _clock(section: Section, arrived: datetime | None, before: datetime, after: datetime) -> None:
    """Compare our clock with the server's: it has dated a message between two looks at ours."""
    if arrived is None or arrived.year > 9000:
        section.warn("clock", "the server tells no time of arrival", "nothing is to do: the time of reading is taken")
        return
    off = arrived - after if arrived > after else min(arrived - before.replace(microsecond=0), timedelta())
    if abs(off) > _CLOCK:
        section.fail(
            "clock",
            f"the mail server's clock is {abs(off).total_seconds() / 60:.0f} minutes "
            f"{'ahead of' if off > timedelta() else 'behind'} this machine's ({datetime.now(UTC):%H:%M} UTC)",
            "set this machine's clock (timedatectl set-ntp true); if it is right, tell whoever runs the server",
        )
    else:
        section.ok("clock", "this machine's and the mail server's agree")
