"""Signing in once at the provider of OAuth 2.0, and making sure that both mail servers let us in with what it grants.

For `onenumber sign-in`. The tokens themselves, and their renewal, are the business of `transport.oauth`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TextIO

from pipeline.settings import OAuth, Settings
from pipeline.transport import TransportError, oauth
from pipeline.transport.imap import Mailbox
from pipeline.transport.smtp import Submission


def grants(settings: Settings) -> list[tuple[OAuth, str]]:
    """What is to be granted, for which mailbox; once where IMAP and SMTP share it. Empty where passwords are used."""
    found = [(one.oauth, one.username) for one in (settings.imap, settings.smtp) if one.oauth and one.username]
    return list(dict.fromkeys(found))


def sign_in(settings: Settings, tell: Callable[[str], None], typed: TextIO) -> str:
    """Let a person consent where one must, then log in to both servers. `tell` shows what to do, `typed` is what the
    person types. Answers with what went wrong, or with nothing."""
    try:
        for granted, mailbox in grants(settings):
            oauth.provider(granted, mailbox).sign_in(tell, typed)
        for server in _logged_in(settings):
            tell(f"{server} lets us in.")
    except TransportError as error:
        return str(error)
    return ""


def key_problem(file: Path) -> str:
    """Why a file is no key of Google's that can be used; nothing where it is one."""
    try:
        oauth.google_key(file)
    except TransportError as error:
        return str(error)
    return ""


def _logged_in(settings: Settings) -> Iterator[str]:
    mailbox = Mailbox(settings.imap)
    mailbox.open()
    mailbox.close()
    yield f"IMAP server {settings.imap.host}"
    submission = Submission(settings.smtp)
    submission.open()
    submission.close()
    yield f"SMTP server {settings.smtp.host}"
