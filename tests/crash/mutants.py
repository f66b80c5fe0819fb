"""Products that break a promise when they are killed, to see that the harness would notice. Each is the real one with
one thing done as somebody might have done it in good faith."""

from __future__ import annotations

import os
from datetime import datetime
from typing import Any

from pipeline import plan
from pipeline.compose import Composer
from pipeline.inbox import Inbox
from pipeline.mail import MailKey
from pipeline.rounds import Round
from pipeline.transport.imap import Fetched


def takes_a_claim_for_sent() -> None:
    """A mail that was claimed is never tried again."""
    settled = plan.settled

    def hasty(this: Round, key: MailKey, now: datetime) -> bool:
        return settled(this, key, now) or this.mail(key).attempts > 0

    plan.settled = hasty


def gives_a_new_id_to_each_try() -> None:
    """As every mail library does by itself."""
    Composer.message_id = lambda self, key, this=None: f"<{os.urandom(8).hex()}@firm.test>"  # type: ignore[method-assign]


def moves_before_it_records() -> None:
    """A reply is put away as soon as it was fetched."""
    staged = Inbox._staged

    def tidy(self: Inbox, fetched: Fetched, *more: Any) -> Any:
        self._mailbox.move([fetched.uid], self._imap.processed_folder)
        return staged(self, fetched, *more)

    Inbox._staged = tidy  # type: ignore[method-assign]
