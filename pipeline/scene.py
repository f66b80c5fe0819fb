"""What is a mail composed from, and what comes of it?

The values between who sends mails (`outbox`) and who writes them (`compose`), so that a turn in which nothing leaves
need not load templates, catalogues and what they take.
"""

from __future__ import annotations

from datetime import datetime

import msgspec

from pipeline.past import Past
from pipeline.rounds import Round
from pipeline.timetable import Timetable


class Scene(msgspec.Struct, frozen=True):
    """What a mail is composed from: the state as of its claim, at `at` (UTC). `before` is what is kept of the earlier
    rounds that were opened, newest first; `late` marks a summary or digest after its time, `unread_since` a mailbox
    that could not be read since then."""

    round: Round
    times: Timetable
    before: tuple[Past, ...]
    at: datetime
    late: bool = False
    unread_since: datetime | None = None


class CompositionError(Exception):
    """A mail cannot be composed; the message says which, for whom, and why."""


class Composed(msgspec.Struct, frozen=True):
    """A mail ready for DATA: to whom, under which Message-ID, and its bytes with CRLF."""

    recipient: str
    message_id: str
    message: bytes
