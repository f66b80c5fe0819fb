"""What can happen: the vocabulary of the ledger.

Each event is one line of what happened, under a key that is given once; everything else (a round's state, figures,
history) is folded from them. Pure: `ledger` keeps events, `rounds` folds them.

Laws:
1. An event's key is made of what happened, never of when it was noticed, so that noticing it twice records it once.
2. `round` is the week an event counts for; None is the standing book, for what outlives a round.
3. Every instant is an aware UTC datetime. Fields are added with a default, so that older ledgers stay readable.
"""

from datetime import date, datetime
from decimal import Decimal

import msgspec

from pipeline.roster import Person


class _Event(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False, tag_field="kind"):
    key: str
    round: str | None
    at: datetime


class Installed(_Event, frozen=True, kw_only=True, tag="installed"):
    """A new ledger began; no round before `first_round` mails anybody."""

    first_round: str


class Opened(_Event, frozen=True, kw_only=True, tag="opened"):
    """A round opened with this roster, which its figures and its secrecy use for ever."""

    people: tuple[Person, ...]


class Joined(_Event, frozen=True, kw_only=True, tag="joined"):
    """Somebody was added to the roster after the round had opened."""

    person: Person


class Changed(_Event, frozen=True, kw_only=True, tag="changed"):
    """A person's facts changed after the round had opened; who reports to whom changes with the next round."""

    person: Person


class Left(_Event, frozen=True, kw_only=True, tag="left"):
    """Somebody was taken off the roster after the round had opened."""

    person: str


class Claimed(_Event, frozen=True, kw_only=True, tag="claimed"):
    """A mail is about to be sent; whoever's claim was accepted sends it."""

    mail: str
    attempt: int
    message_id: str


class Sent(_Event, frozen=True, kw_only=True, tag="sent"):
    """The server took a mail. `aliases` are Message-IDs that it named in its answer to DATA."""

    mail: str
    aliases: tuple[str, ...] = ()
    late: bool = False


class Failed(_Event, frozen=True, kw_only=True, tag="failed"):
    """The server refused a mail: for good, or until `retry_at`. `code` is its reply code, or NO_ANSWER where there was
    none."""

    mail: str
    code: int
    reason: str
    retry_at: datetime | None = None


NO_ANSWER = 0
"""The code of a mail whose line was lost again and again, so that nobody knows whether it left; or that could not be
composed."""


class Skipped(_Event, frozen=True, kw_only=True, tag="skipped"):
    """A mail that was due is no longer useful, and will not leave."""

    mail: str
    reason: str


class Resent(_Event, frozen=True, kw_only=True, tag="resent"):
    """The operator wants a mail to leave again, as a mail of its own: `mail` is that one's key, whose number tells it
    from what left before. Its own key is made of it."""

    mail: str


class Answered(_Event, frozen=True, kw_only=True, tag="answered"):
    """A number was recorded for a person. `entered_by` is a person's id, or "operator"; `unknown_address` is set
    where a good token came from an address that nobody has."""

    person: str
    number: Decimal
    received: datetime
    entered_by: str
    comment: str = ""
    message: str | None = None
    unknown_address: str | None = None


class Away(_Event, frozen=True, kw_only=True, tag="away"):
    """A person is away, until a date where one was given."""

    person: str
    received: datetime
    entered_by: str
    until: date | None = None
    automatic: bool = False
    message: str | None = None


class Back(_Event, frozen=True, kw_only=True, tag="back"):
    """A person said that they are back."""

    person: str
    received: datetime


class Noted(_Event, frozen=True, kw_only=True, tag="noted"):
    """A manager's sentence for the digest."""

    author: str
    text: str
    received: datetime
    message: str


class Questioned(_Event, frozen=True, kw_only=True, tag="questioned"):
    """We owe a person a question or a word back: `mail` is its key, `address` whom it goes to, `message` the hash of
    what it is about, `answers` that message's Message-ID. What it says is made of the other fields."""

    mail: str
    person: str
    address: str
    message: str
    answers: str = ""
    words: str = ""
    reason: str = ""
    candidates: tuple[str, ...] = ()
    number: Decimal | None = None
    comment: str = ""
    received: datetime | None = None
    other_week: str = ""
    other_address: str = ""
    until: date | None = None


class Withdrawn(_Event, frozen=True, kw_only=True, tag="withdrawn"):
    """A person said that an answer recorded for them is not theirs; `answer` is that event's key."""

    person: str
    answer: str


class Undeliverable(_Event, frozen=True, kw_only=True, tag="undeliverable"):
    """Mail to a person came back in this round. The next round tries again, for addresses come back to life."""

    person: str
    reason: str


class Received(_Event, frozen=True, kw_only=True, tag="received"):
    """What became of one message: its outcome, and the rule that decided. `message` is the hash of its header block;
    (folder, uidvalidity, uid) is where it lay, and serves as the cursor alone."""

    message: str
    outcome: str
    rule: str
    folder: str
    uidvalidity: int
    uid: int
    arrived: datetime | None = None
    person: str | None = None
    words: str = ""
    evidence: str = ""


class Closed(_Event, frozen=True, kw_only=True, tag="closed"):
    """The operator has looked at a message that was held: released, with what then became of it, or dropped. Its key
    is made of the message alone, so that it is closed once."""

    message: str
    outcome: str
    rule: str


class Unreadable(_Event, frozen=True, kw_only=True, tag="unreadable"):
    """The mailbox could not be read any more; `since` is when it was last read, or when it was first tried."""

    since: datetime
    reason: str
    retry_at: datetime | None = None  # until when the server has asked to be left alone


class Passed(_Event, frozen=True, kw_only=True, tag="passed"):
    """Everything in a folder up to this UID has been looked at. Kept for what has no record of its own, so that a
    mailbox full of other people's old mail is read through once."""

    folder: str
    uidvalidity: int
    uid: int


class Readable(_Event, frozen=True, kw_only=True, tag="readable"):
    """The mailbox can be read again."""


class Rewritten(_Event, frozen=True, kw_only=True, tag="rewritten"):
    """Something was taken out of what stands behind this event, the first of its round: `reason` says why, and `count`
    of how many events. It names nobody."""

    reason: str
    count: int


class Restored(_Event, frozen=True, kw_only=True, tag="restored"):
    """A backup was put back: what happened between `since`, the last thing it knew of, and `at` was forgotten. Mails
    that were due by then most likely left, so they are skipped with RESTORED for their reason. `noticed`: nobody said
    so, but a reply to a mail that the ledger has forgotten shows it."""

    since: datetime
    noticed: bool = False


class Reread(_Event, frozen=True, kw_only=True, tag="reread"):
    """After a restore, the folders of what was read were looked through for what the ledger had forgotten."""


RESTORED = "restored from a backup"
"""The reason of a mail that was skipped because it most likely left before a backup was put back."""


class Known(_Event, frozen=True, kw_only=True, tag="known"):
    """A person was first seen under this address, and has this id for ever."""

    person: str
    address: str


class Probed(_Event, frozen=True, kw_only=True, tag="probed"):
    """A mail to ourselves has shown what the provider does to our mail: whether plus-addresses arrive, the Message-ID
    that came in place of ours (empty where ours survived), the folder it came into, who judges senders in
    Authentication-Results and how, whether a verdict in that name that we had `forged` stood on top, and where the keys
    of its DKIM signatures stand."""

    plus_addressing: bool
    message_id: str = ""
    folder: str = ""
    authserv_id: str = ""
    results: str = ""
    forged: bool = False
    signed: tuple[str, ...] = ()
    seconds: int = 0


class Alarmed(_Event, frozen=True, kw_only=True, tag="alarmed"):
    """Something went wrong that the operator should know of. `name` says what, `number` how often that has happened;
    `whom` (ids), `week`, `server` and `until` belong to some names alone."""

    name: str
    number: int
    reason: str = ""
    whom: tuple[str, ...] = ()
    week: str = ""
    server: str = ""
    until: datetime | None = None


class Calmed(_Event, frozen=True, kw_only=True, tag="calmed"):
    """What the operator was told of is over; `quiet` where its time has only passed."""

    name: str
    quiet: bool = False


class SettingsRefused(_Event, frozen=True, kw_only=True, tag="settings_refused"):
    """The settings were changed while the worker ran, in a way that it cannot use; the old ones hold."""

    reason: str


class SettingsTaken(_Event, frozen=True, kw_only=True, tag="settings_taken"):
    """The settings that were refused are in order now."""


Event = (
    Installed
    | Opened
    | Joined
    | Changed
    | Left
    | Claimed
    | Sent
    | Failed
    | Skipped
    | Resent
    | Answered
    | Away
    | Back
    | Noted
    | Questioned
    | Withdrawn
    | Undeliverable
    | Received
    | Closed
    | Unreadable
    | Readable
    | Alarmed
    | Calmed
    | Rewritten
    | Passed
    | Restored
    | Reread
    | Known
    | Probed
    | SettingsRefused
    | SettingsTaken
)
"""Any event; its class is told by the field `kind`."""


def written(event: Event) -> dict[str, object]:
    """An event as the plain JSON object that a ledger keeps."""
    record: dict[str, object] = msgspec.to_builtins(event)
    return record


def parsed(record: dict[str, object]) -> Event:
    """Read what `written` made. Raises msgspec.ValidationError, which names the field that is wrong."""
    event: Event = msgspec.convert(record, Event)
    return event


def plain(value: object) -> object:
    """A part of an event as `written` has it."""
    return msgspec.to_builtins(value)
