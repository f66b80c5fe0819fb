"""Getting into a mailbox with a token of OAuth 2.0 instead of a password, and keeping what was granted.

Two providers, each with a library of its own in a module that is loaded when it is needed (`microsoft`, `google`). A
token is asked for at each login: one that is kept and good for some minutes more is used again, otherwise a new one is
fetched. The token file is the only memory, so that a turn by cron and the worker share it.

How a token is handed over: OAUTHBEARER (RFC 7628) where the server offers it, else XOAUTH2, as Google and Microsoft
document it (Gmail, "OAuth 2.0 Mechanism"; Exchange, "Authenticate an IMAP, POP or SMTP connection using OAuth").
"""

from __future__ import annotations

import importlib
import json
import logging
import os
import stat
from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any, Protocol, TextIO

from pipeline.faults import extra
from pipeline.settings import OAuth
from pipeline.transport import TransportError

log = logging.getLogger("onenumber")

MARGIN = timedelta(minutes=5)
"""A token that is good for less than this is not used any more."""

MECHANISMS = ("OAUTHBEARER", "XOAUTH2")
"""The ways to hand a token over, the better one first."""

Clock = Callable[[], datetime]


class SignInNeededError(TransportError):
    """No token can be had until somebody acts: signs in, consents, or makes a new secret. The message says what."""


class Provider(Protocol):
    """The tokens of one mailbox."""

    def token(self, *, fresh: bool = False) -> str:
        """An access token that is good for some minutes; `fresh`: not one that is kept. Raises TransportError."""
        ...

    def sign_in(self, tell: Callable[[str], None], typed: TextIO) -> None:
        """Let a person consent, once: says by `tell` what to do, and keeps what was granted. Raises TransportError.
        Where an application acts by itself, only makes sure that it gets a token."""
        ...

    def ends(self) -> datetime | None:
        """When what was granted ends for certain, if that is known; somebody has to sign in again by then."""
        ...


def provider(settings: OAuth, mailbox: str, clock: Clock = lambda: datetime.now(UTC)) -> Provider:
    """The tokens for a mailbox. Raises TransportError where the libraries are not installed."""
    name = {"microsoft365": "microsoft", "google": "google"}[settings.provider]
    try:
        module = importlib.import_module(f"pipeline.transport.{name}")
    except ImportError as error:
        raise TransportError(
            f"OAuth 2.0 needs libraries that are not installed ({error.name}). {extra('oauth')}"
        ) from None
    made: Provider = module.Tokens(settings, mailbox, clock)
    return made


_DESKTOP = ("client_id", "client_secret", "auth_uri", "token_uri")
_SERVICE = ("client_id", "token_uri", "private_key")


def google_key(path: Path | None) -> Mapping[str, Any]:
    """What a key file of Google says of a service account, or of a desktop app. Raises SignInNeededError where it is
    none, or where others can read it."""
    try:
        if path is None:
            raise OSError(2, "no path is given")
        with path.open("rb") as file:
            if stat.S_IMODE(os.fstat(file.fileno()).st_mode) & 0o007:
                raise SignInNeededError(f"{path} can be read by everybody. Take that away with: chmod o= {path}")
            said = json.load(file)
    except OSError as error:
        raise SignInNeededError(f"the key file {path} cannot be read: {error.strerror}.") from None
    except ValueError:
        said = None
    found = said.get("installed", said) if isinstance(said, dict) else None
    found = found if isinstance(found, dict) else {}
    wanted = _SERVICE if found.get("type") == "service_account" else _DESKTOP
    if not all(isinstance(found.get(key), str) for key in wanted):
        raise SignInNeededError(
            f"{path} is neither the key of a service account nor the client of a desktop app. "
            "Download it as JSON from the Google Cloud console (docs/google-workspace.md)."
        )
    return found


class Login:
    """The answers to a server that asks for a token (SASL). `refusal` is what it said against it, as text."""

    def __init__(self, mechanism: str, mailbox: str, token: str) -> None:
        self.mechanism = mechanism
        self.refusal = ""
        self._first = _handed_over(mechanism, mailbox, token)
        self._asked = False

    def __call__(self, challenge: bytes | None = None) -> bytes:
        """The token, once; a second challenge is the server's reason for refusing (RFC 7628 section 3.2.2), which is
        acknowledged with as little as the mechanism allows."""
        if not self._asked:
            self._asked = True
            return self._first
        self.refusal = (challenge or b"").decode("utf-8", "replace")
        return b"\x01" if self.mechanism == "OAUTHBEARER" else b""


def login(offered: Collection[str], mailbox: str, token: str) -> Login:
    """The login that suits a server, which offers these mechanisms. Raises TransportError where it knows neither."""
    for mechanism in MECHANISMS:
        if mechanism in offered:
            return Login(mechanism, mailbox, token)
    raise TransportError(
        f"the server does not take tokens of OAuth 2.0: it offers {', '.join(sorted(offered)) or 'no login at all'}. "
        "Check host, port and security in the settings."
    )


def _handed_over(mechanism: str, mailbox: str, token: str) -> bytes:
    if mechanism == "OAUTHBEARER":
        name = mailbox.replace("=", "=3D").replace(",", "=2C")  # RFC 5801 section 4
        return f"n,a={name},\x01auth=Bearer {token}\x01\x01".encode()
    return f"user={mailbox}\x01auth=Bearer {token}\x01\x01".encode()


_HINTS = (
    # What Exchange Online says, and what it means (its page on OAuth for IMAP and SMTP; "Enable or disable SMTP AUTH").
    (
        "smtpclientauthentication is disabled",
        "SMTP AUTH is switched off for this mailbox or the whole tenant. Switch it on: "
        "Set-CASMailbox -Identity {mailbox} -SmtpClientAuthenticationDisabled $false",
    ),
    (
        "authenticated but not connected",
        "Exchange knows the application, but gives it no access to this mailbox, or IMAP is off there: "
        "Add-MailboxPermission -Identity {mailbox} -User <service principal> -AccessRights FullAccess",
    ),
)


def hint(settings: OAuth, mailbox: str, said: str) -> str:
    """What to do about a login that the mail server refused although the provider gave a token."""
    for words, what in _HINTS:
        if words in said.casefold():
            return what.format(mailbox=mailbox)
    if settings.provider == "google":
        return (
            f"Check that IMAP is on for {mailbox}, and that the token was granted by {mailbox} itself "
            "(docs/google-workspace.md)."
        )
    if settings.client_secret is None:
        return f"Check that {mailbox} itself signed in, and that IMAP and SMTP AUTH are on (docs/microsoft-365.md)."
    return (
        "Check that the service principal was made with the Object ID of the enterprise application, not that of the "
        f"app registration, and has FullAccess to {mailbox} (docs/microsoft-365.md)."
    )


class TokenFile:
    """What was granted, for its owner's eyes alone. Written aside and renamed, so that it is whole at any instant."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> dict[str, Any]:
        """What is kept; nothing where there is no file. Raises SignInNeededError for one that others could read, or
        that is none of ours."""
        try:
            with self._path.open("rb") as file:
                if stat.S_IMODE(os.fstat(file.fileno()).st_mode) & 0o077:
                    raise SignInNeededError(
                        f"{self._path} can be read by others, and whoever reads it can open the mailbox. "
                        f"Take that away with: chmod 600 {self._path}"
                    )
                kept = json.load(file)
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise SignInNeededError(f"{self._path} cannot be read: {error.strerror}.") from None
        except ValueError:
            kept = None
        if not isinstance(kept, dict):
            raise SignInNeededError(
                f"{self._path} is not a file of tokens. Remove it, and sign in again: onenumber sign-in"
            )
        return kept

    def write(self, granted: dict[str, Any]) -> None:
        """Keep this and nothing else. Raises OSError."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile("w", dir=self._path.parent, prefix=f".{self._path.name}.", delete=False) as file:
            aside = Path(file.name)  # made with mode 0600
            try:
                json.dump(granted, file)
                file.flush()
                os.fsync(file.fileno())
                aside.replace(self._path)
            except BaseException:
                aside.unlink()
                raise

    def keep(self, granted: dict[str, Any]) -> None:
        """Keep this if that is possible: a token that cannot be kept is used all the same."""
        try:
            self.write(granted)
        except OSError as error:
            log.warning("the token file could not be written file=%s reason=%r", self._path, error.strerror)
