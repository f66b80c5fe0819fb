"""A rehearsal ask to the operator alone, and the reply to it: what a rep will see, and whether it comes back.

For `onenumber init`. Nothing is recorded, and the worker leaves such mails alone, for their token is of a kind of its
own. What the reply is read as is `reading`'s word.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from pipeline import mail
from pipeline.compose import Composer
from pipeline.mail import MailKey
from pipeline.reading import Question, Reading, read
from pipeline.roster import Person, Roster, new_id
from pipeline.rounds import Round
from pipeline.scene import CompositionError, Scene
from pipeline.settings import Settings
from pipeline.timetable import timetable
from pipeline.transport import TransportError
from pipeline.transport.delivery import Accepted
from pipeline.transport.imap import Mailbox
from pipeline.transport.smtp import Submission
from pipeline.weeks import Week

PATIENCE = 600.0  # seconds until a reply is no longer waited for
_LOOK = 20.0  # seconds between two looks, where the server does not say that something came


@dataclass(frozen=True, slots=True)
class Heard:
    """Whether a reply came, and in words what it was read as, or what went wrong."""

    came: bool
    told: str


def run(settings: Settings, now: datetime, seconds: Callable[[], float], sent: Callable[[], None]) -> Heard:
    """Send the ask as of `now` (aware), call `sent`, and wait for the reply. `seconds` counts and never goes back."""
    try:
        return _understood(_tried(settings, now, seconds, sent))
    except (TransportError, CompositionError) as error:
        return Heard(False, str(error))


def _understood(reading: Reading | None) -> Heard:
    if reading is None:
        return Heard(
            False, "No reply has come. onenumber check --probe tells whether mail to number+anything@… arrives."
        )
    if reading.number is not None:
        return Heard(True, f"Your reply has come, and was read as {reading.number}.")
    return Heard(True, f"Your reply has come, and was read as {reading.outcome}: {reading.evidence}.")


def _tried(settings: Settings, now: datetime, seconds: Callable[[], float], sent: Callable[[], None]) -> Reading | None:
    """The reply's reading; None where none came. Raises TransportError and CompositionError."""
    key = MailKey(Week.of(now.date()), "rehearsal", new_id(settings.organisation.operator))
    secret = settings.organisation.secret.reveal().encode()
    box = Mailbox(settings.imap)
    box.open()
    try:
        after = _newest(box, settings)
        _send(settings, key, now)
        sent()
        raw = _reply(box, settings, (key, secret), after, (seconds, seconds() + PATIENCE))
    finally:
        box.close()
    if raw is None:
        return None
    bounds = Question(settings.question.minimum, settings.question.maximum, settings.question.decimals)
    return read(raw, bounds, (settings.organisation.language, "en"))


def _send(settings: Settings, key: MailKey, now: datetime) -> None:
    composed = Composer(settings).compose(key, _scene(settings, key, now))
    submission = Submission(settings.smtp)
    submission.open()
    try:
        delivery = submission.send(settings.sender.address, composed.recipient, composed.message)
    finally:
        submission.close()
    if not isinstance(delivery, Accepted):
        raise TransportError(f"the mail to {composed.recipient} was not taken: {delivery.reason}")


def _scene(settings: Settings, key: MailKey, now: datetime) -> Scene:
    """A round in which the operator is the only rep."""
    organisation = settings.organisation
    above = Person(new_id("director"), settings.sender.address, settings.sender.name, None, reports_number=False,
                   language=organisation.language, timezone=organisation.timezone)  # fmt: skip
    name = organisation.operator.partition("@")[0]
    rep = Person(key.person, organisation.operator, name, above.id,
                 language=organisation.language, timezone=organisation.timezone)  # fmt: skip
    roster = Roster((above, rep))
    times = timetable(key.round, roster, settings.schedule)
    return Scene(Round(str(key.round), roster, now), times, (), now)


def _newest(box: Mailbox, settings: Settings) -> int:
    if box.select(settings.imap.folder) is None:
        raise TransportError(f"the mailbox has no folder {settings.imap.folder}. Check imap.folder.")
    return max(box.uids(), default=0)


def _reply(
    box: Mailbox, settings: Settings, wanted: tuple[MailKey, bytes], after: int, time: tuple[Callable[[], float], float]
) -> bytes | None:
    """The reply as it came; it is moved away, as the worker would. What else comes is left alone."""
    (key, secret), (seconds, until) = wanted, time
    while seconds() < until:
        for fetched in (one for batch in box.fetch(box.uids(after)) for one in batch):
            after = fetched.uid
            if key in mail.tokens(fetched.raw.decode("latin-1"), (secret,)):
                box.move([fetched.uid], settings.imap.processed_folder)
                return fetched.raw
        box.wait(min(_LOOK, max(0.0, until - seconds())), lambda: False)
    return None
