"""What came of handing a mail in: accepted, refused for now, refused for good, withheld by ourselves, or lost, which
means that nobody knows.

Values alone, so that a turn in which nothing leaves need not load what speaks SMTP.
"""

from __future__ import annotations

import msgspec


class Accepted(msgspec.Struct, frozen=True):
    """The server has taken the mail; `message_ids` are those that it named in its answer to DATA."""

    message_ids: tuple[str, ...]


class Refused(msgspec.Struct, frozen=True):
    """The server did not take the mail. `permanent`: not now, not later; `recipient`: the address is at fault."""

    code: int
    reason: str
    permanent: bool
    recipient: bool


class Lost(msgspec.Struct, frozen=True):
    """The connection ended before the server's answer: the mail may have been taken, or not."""

    reason: str


class Withheld(msgspec.Struct, frozen=True):
    """The envelope was taken back."""

    reason: str = "it was no longer ours to send"


Delivery = Accepted | Refused | Lost | Withheld
