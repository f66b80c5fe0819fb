"""Tokens of Google for a mailbox in Workspace, by google-auth: as a service account with domain-wide delegation, or for
a person who signed in once with a desktop app.

Which of the two it is, the JSON file tells that Google gives. The scope is that of IMAP and SMTP,
https://mail.google.com/ (Gmail, "OAuth 2.0 Mechanism"). The sign-in is the authorization code with PKCE (RFC 7636) and
a redirect to this machine's loopback (RFC 8252 section 7.3; Google's "OAuth 2.0 for Mobile & Desktop Apps").
"""

from __future__ import annotations

import base64
import hashlib
import secrets
import select
import socket
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, TextIO
from urllib.parse import parse_qs, urlencode, urlsplit

import google.auth.exceptions
import google.oauth2.credentials
import google.oauth2.service_account
import requests
from google.auth.transport.requests import Request

from pipeline.settings import OAuth
from pipeline.transport import TransportError
from pipeline.transport.oauth import MARGIN, Clock, SignInNeededError, TokenFile, google_key
from pipeline.transport.web import Web, unreachable

SCOPE = "https://mail.google.com/"
TESTING = timedelta(days=7)
"""So long a sign-in lasts while the project's publishing status is Testing (Google, "Refresh token expiration")."""

_PUBLISH = (
    "The Google project is in Testing, where a sign-in ends after seven days. Make the app Internal, or publish it "
    "(Google Auth Platform, Audience), and then sign in again: onenumber sign-in"
)
_AGAIN = "Sign in again: onenumber sign-in"
_WHAT_TO_DO = {
    "unauthorized_client": "The service account may not act for this mailbox. In the Admin console, under Security, "
    "API controls, Domain-wide delegation, add its client ID with the scope " + SCOPE,
    "invalid_client": "The key file is no longer valid: its client was deleted, or has a new secret. Download it again",
    "access_denied": "Access was refused. An administrator may have to trust the app (Security, API controls)",
    "admin_policy_enforced": "A policy of your organisation forbids this app. An administrator can trust it "
    "(Security, API controls)",
    "org_internal": "The app is only for members of its own organisation. Sign in with an account of it",
    "invalid_scope": "The scope is not allowed for this client. Allow " + SCOPE,
}


class Tokens:
    """See `oauth.Provider`."""

    def __init__(self, settings: OAuth, mailbox: str, clock: Clock) -> None:
        self._settings = settings
        self._mailbox = mailbox
        self._clock = clock
        self._file = TokenFile(settings.token_file)
        self._web = Web()
        self._key: Mapping[str, Any] | None = None

    def token(self, *, fresh: bool = False) -> str:
        kept = self._kept()
        ends = _instant(kept.get("expires"))
        if not fresh and ends is not None and ends - MARGIN > self._clock() and isinstance(kept.get("token"), str):
            return str(kept["token"])
        credentials = self._credentials(kept)
        self._refresh(credentials, kept)
        expires = credentials.expiry or self._clock().replace(tzinfo=None)
        self._keep(kept | {"token": credentials.token, "expires": expires.replace(tzinfo=UTC).isoformat()})
        return str(credentials.token)

    def sign_in(self, tell: Callable[[str], None], typed: TextIO) -> None:
        if self._is_service_account:
            self.token(fresh=True)
            tell(f"Google gave the service account a token for {self._mailbox}. Nobody has to sign in.")
            return
        granted = self._by_browser(tell, typed)
        try:
            self._file.write({"google": self._mine() | granted})
        except OSError as error:
            raise TransportError(f"{self._settings.token_file} cannot be written: {error.strerror}.") from None
        if granted.get("ends"):
            tell(f"This sign-in ends at {granted['ends']}. {_PUBLISH}")

    def ends(self) -> datetime | None:
        return _instant(self._kept().get("ends"))

    def _kept(self) -> dict[str, Any]:
        """What was granted to this very mailbox and client; nothing if it was to another."""
        kept = self._file.read().get("google")
        mine = self._mine()
        return kept if isinstance(kept, dict) and {key: kept.get(key) for key in mine} == mine else mine

    def _mine(self) -> dict[str, Any]:
        return {"mailbox": self._mailbox, "client": self._client["client_id"]}

    def _keep(self, granted: dict[str, Any]) -> None:
        self._file.keep({"google": granted})

    @property
    def _is_service_account(self) -> bool:
        return self._client.get("type") == "service_account"

    @property
    def _client(self) -> Mapping[str, Any]:
        """What the key file says of the service account, or of the desktop app."""
        if self._key is None:
            self._key = google_key(self._settings.key_file)
        return self._key

    def _credentials(self, kept: Mapping[str, Any]) -> Any:
        if self._is_service_account:
            try:
                return google.oauth2.service_account.Credentials.from_service_account_info(  # type: ignore[no-untyped-call]
                    dict(self._client), scopes=[SCOPE], subject=self._mailbox
                )
            except ValueError as error:
                raise SignInNeededError(f"{self._settings.key_file} holds no usable key: {error}.") from None
        if not kept.get("refresh_token"):
            raise SignInNeededError(f"nobody has signed in for {self._mailbox} yet. Do so once: onenumber sign-in")
        return google.oauth2.credentials.Credentials(  # type: ignore[no-untyped-call]
            None,
            refresh_token=kept["refresh_token"],
            token_uri=self._client["token_uri"],
            client_id=self._client["client_id"],
            client_secret=self._client["client_secret"],
        )

    def _refresh(self, credentials: Any, kept: Mapping[str, Any]) -> None:
        try:
            credentials.refresh(Request(self._web))
        except google.auth.exceptions.RefreshError as error:
            if error.retryable:
                raise self._busy() from None
            details = error.args[1] if len(error.args) > 1 and isinstance(error.args[1], dict) else {}
            raise self._refused(details, kept) from None
        except (google.auth.exceptions.TransportError, requests.RequestException) as error:
            cause = error if isinstance(error, requests.RequestException) else error.__cause__
            if not isinstance(cause, requests.RequestException):
                cause = requests.RequestException()
            raise TransportError(unreachable("Google", cause), self._web.retry_after) from None

    def _busy(self) -> TransportError:
        return TransportError("Google asks to wait. It is tried again by itself.", self._web.retry_after)

    def _refused(self, said: Mapping[str, Any], kept: Mapping[str, Any]) -> SignInNeededError:
        code, words = str(said.get("error", "no reason")), str(said.get("error_description", ""))
        what = _WHAT_TO_DO.get(code)
        if what is None and self._is_service_account:
            what = (
                f"Check that {self._mailbox} is a user of your Workspace, and that the clock of this machine is right"
            )
        elif what is None:
            what = _PUBLISH if self._died_of_testing(kept) else f"The consent is gone. {_AGAIN}"
        return SignInNeededError(f"Google gives no token for {self._mailbox}. {what}. ({code}: {words})")

    def _died_of_testing(self, kept: Mapping[str, Any]) -> bool:
        """Google gives no reason. It is Testing where it said so at the sign-in, or where the end came with the seventh
        day."""
        signed_in, now = _instant(kept.get("signed_in")), self._clock()
        if kept.get("ends"):
            return True
        return signed_in is not None and TESTING - timedelta(hours=12) <= now - signed_in <= TESTING + timedelta(days=3)

    def _by_browser(self, tell: Callable[[str], None], typed: TextIO) -> dict[str, Any]:
        verifier, state = secrets.token_urlsafe(64), secrets.token_urlsafe(24)
        with socket.create_server(("127.0.0.1", 0)) as listener:
            redirect = f"http://127.0.0.1:{listener.getsockname()[1]}"
            challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
            asked = {
                "client_id": self._client["client_id"],
                "redirect_uri": redirect,
                "response_type": "code",
                "scope": SCOPE,
                "state": state,
                "code_challenge": challenge,
                "code_challenge_method": "S256",
                "access_type": "offline",
                "prompt": "consent",  # without it Google gives no refresh token to somebody who consented before
                "login_hint": self._mailbox,
            }
            tell(
                f"Open this address in a browser and sign in as {self._mailbox}:\n\n"
                f"{self._client['auth_uri']}?{urlencode(asked)}\n\n"
                "If the browser runs on another machine, the last page will not load. Copy its address from the "
                "browser and paste it here."
            )
            answered = parse_qs(urlsplit(_redirected(listener, typed)).query)
        if answered.get("state") != [state]:
            raise TransportError("that was not the answer to this sign-in. Start again: onenumber sign-in")
        if "code" not in answered:
            raise self._refused({"error": answered.get("error", ["no code"])[0]}, {})
        return self._exchanged(answered["code"][0], verifier, redirect)

    def _exchanged(self, code: str, verifier: str, redirect: str) -> dict[str, Any]:
        """The refresh token for the code (RFC 6749 section 4.1.3)."""
        sent = {
            "grant_type": "authorization_code",
            "code": code,
            "code_verifier": verifier,
            "redirect_uri": redirect,
            "client_id": self._client["client_id"],
            "client_secret": self._client["client_secret"],
        }
        try:
            answer = self._web.post(self._client["token_uri"], data=sent)
            said = answer.json()
        except requests.JSONDecodeError:
            raise self._busy() from None
        except requests.RequestException as error:
            raise TransportError(unreachable("Google", error)) from None
        if answer.status_code == 429 or answer.status_code >= 500:
            raise self._busy()
        if "refresh_token" not in said:
            raise self._refused(said, {})
        now = self._clock()
        granted = {
            "refresh_token": said["refresh_token"],
            "token": said["access_token"],
            "expires": (now + timedelta(seconds=int(said.get("expires_in", 0)))).isoformat(),
            "signed_in": now.isoformat(timespec="seconds"),
        }
        if "refresh_token_expires_in" in said:  # only where the end is fixed: in Testing, or where the person said so
            ends = now + timedelta(seconds=int(said["refresh_token_expires_in"]))
            granted["ends"] = ends.isoformat(timespec="seconds")
        return granted


def _instant(written: object) -> datetime | None:
    try:
        at = datetime.fromisoformat(written) if isinstance(written, str) else None
    except ValueError:
        return None
    return at if at is not None and at.tzinfo is not None else None


def _redirected(listener: socket.socket, typed: TextIO) -> str:
    """The address to which the browser was sent: as it comes to our listener, or as somebody pastes it."""
    waiting: list[Any] = [listener, typed]
    while True:
        for ready in select.select(waiting, [], [])[0]:
            if ready is listener:
                found = _visited(listener)
            else:
                found = typed.readline().strip()
                if not found:
                    waiting.remove(typed)  # end of input: the browser may still come
            if "state=" in found:
                return found


def _visited(listener: socket.socket) -> str:
    """The path that a browser asked for; it is told that it may be closed."""
    connection, _ = listener.accept()
    with connection:
        connection.settimeout(5)
        try:
            asked = connection.recv(16384).decode("latin-1").split(" ")
            connection.sendall(
                b"HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n"
                b"One Number has what it needs. You can close this page.\n"
            )
        except OSError:
            return ""
    return asked[1] if len(asked) > 1 else ""
