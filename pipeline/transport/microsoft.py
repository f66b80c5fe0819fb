"""Tokens of Microsoft Entra ID for a mailbox in Exchange Online, by msal: as an application, or for a person who signed
in by device code.

The permissions are those of Exchange's page "Authenticate an IMAP, POP or SMTP connection using OAuth": `.default` of
https://outlook.office365.com for an application (IMAP.AccessAsApp and SMTP.SendAsApp, consented by an administrator),
IMAP.AccessAsUser.All and SMTP.Send for a person. What AADSTS numbers mean is on "Microsoft Entra authentication and
authorization error codes".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, TextIO
from urllib.parse import urlsplit

import msal
import requests

from pipeline.settings import OAuth
from pipeline.transport import TransportError
from pipeline.transport.oauth import Clock, SignInNeededError, TokenFile
from pipeline.transport.web import Web, unreachable

_RESOURCES = {
    # The national clouds and where their mail lives ("National cloud deployments"; Exchange's pages for each).
    "login.microsoftonline.us": "https://outlook.office365.us",
    "login.partner.microsoftonline.cn": "https://partner.outlook.cn",
}
_AGAIN = "Sign in again: onenumber sign-in"
_WHAT_TO_DO = {
    7000215: "The client secret is wrong. Its Value is wanted, not its Secret ID",
    7000222: "The client secret has expired. Make a new one under Certificates & secrets, and put it into the settings",
    7000218: "The application may not be used without a secret. Give client_secret, or, to sign in as a person, "
    "switch on Allow public client flows under Authentication",
    700016: "No such application in this tenant. Check client_id and tenant",
    90002: "There is no such tenant. Check tenant",
    65001: "Nobody has consented yet. Let an administrator grant consent under API permissions, or sign in again",
    500011: "Exchange Online is not known in this tenant. Check tenant",
    50057: "The account is disabled",
    50173: f"The password was changed or the sessions were revoked. {_AGAIN}",
    50076: f"A second factor is asked for. {_AGAIN}",
    50079: f"A second factor is asked for. {_AGAIN}",
    53003: "A conditional access policy of your tenant forbids this. Its administrator can exempt the application",
    700082: f"The sign-in has lapsed, because it was not used for long. {_AGAIN}",
    700084: f"The sign-in has lapsed. {_AGAIN}",
    70043: f"The sign-in has lapsed, as a policy of your tenant has it. {_AGAIN}",
    70008: f"The sign-in has lapsed. {_AGAIN}",
}
_NUMBER = re.compile(r"AADSTS(\d+)")


class Tokens:
    """See `oauth.Provider`."""

    def __init__(self, settings: OAuth, mailbox: str, clock: Clock) -> None:
        self._settings = settings
        self._mailbox = mailbox
        self._clock = clock
        self._file = TokenFile(settings.token_file)
        self._web = Web()
        host = urlsplit(settings.authority).hostname or ""
        self._where = f"Microsoft ({host})"
        self._resource = _RESOURCES.get(host, "https://outlook.office365.com")
        self._cache = msal.SerializableTokenCache()
        self._app: Any = None

    def token(self, *, fresh: bool = False) -> str:
        return str(self._explaining(lambda: self._granted(fresh))["access_token"])

    def sign_in(self, tell: Callable[[str], None], typed: TextIO) -> None:
        if self._settings.client_secret is not None:
            self.token(fresh=True)
            tell("Microsoft gave the application a token. Nobody has to sign in.")
            return
        self._explaining(lambda: self._by_device_code(tell))
        try:
            self._file.write(self._kept())
        except OSError as error:
            raise TransportError(f"{self._settings.token_file} cannot be written: {error.strerror}.") from None

    def ends(self) -> datetime | None:
        return None  # a sign-in in use is prolonged; that of a secret is known to Microsoft alone

    def _granted(self, fresh: bool) -> Mapping[str, Any]:
        self._load()
        result = self._as_application(fresh) if self._settings.client_secret else self._as_person(fresh)
        if self._cache.has_state_changed and "access_token" in result:
            self._file.keep(self._kept())
        return result

    def _as_application(self, fresh: bool) -> Mapping[str, Any]:
        if fresh:
            self._app.remove_tokens_for_client()
        result: Mapping[str, Any] = self._app.acquire_token_for_client([f"{self._resource}/.default"])
        return result

    def _as_person(self, fresh: bool) -> Mapping[str, Any]:
        accounts = self._app.get_accounts()
        result = None
        if accounts:
            result = self._app.acquire_token_silent_with_error(self._scopes, accounts[0], force_refresh=fresh)
        if result is None:
            raise SignInNeededError(f"nobody has signed in for {self._mailbox} yet. Do so once: onenumber sign-in")
        return dict(result)

    def _by_device_code(self, tell: Callable[[str], None]) -> Mapping[str, Any]:
        self._load()
        flow = self._app.initiate_device_flow(self._scopes)
        if "user_code" not in flow:
            return dict(flow)
        tell(
            f"Open {flow['verification_uri']} in a browser, on any device, and enter the code {flow['user_code']}.\n"
            f"Sign in there as {self._mailbox}. This waits for you."
        )
        result: Mapping[str, Any] = self._app.acquire_token_by_device_flow(flow)
        return result

    @property
    def _scopes(self) -> list[str]:
        return [f"{self._resource}/IMAP.AccessAsUser.All", f"{self._resource}/SMTP.Send"]

    def _load(self) -> None:
        """The application, and in its cache what is kept; what another process has kept since is seen too."""
        kept = self._file.read().get("microsoft365")
        self._cache.deserialize(kept if isinstance(kept, str) else "{}")
        if self._app is None:
            secret = self._settings.client_secret
            kind = msal.PublicClientApplication if secret is None else msal.ConfidentialClientApplication
            self._app = kind(
                self._settings.client_id,
                **({} if secret is None else {"client_credential": secret.reveal()}),
                authority=f"{self._settings.authority}/{self._settings.tenant}",
                token_cache=self._cache,
                http_client=self._web,
                instance_discovery=False,  # the authority is the operator's word, and needs no second call
            )

    def _kept(self) -> dict[str, Any]:
        return {"microsoft365": self._cache.serialize()}

    def _explaining(self, ask: Callable[[], Mapping[str, Any]]) -> Mapping[str, Any]:
        """What was granted. Raises TransportError, or SignInNeededError, in words."""
        try:
            result = ask()
        except requests.RequestException as error:
            raise TransportError(unreachable(self._where, error), self._web.retry_after) from None
        except (msal.exceptions.MsalError, ValueError, RuntimeError) as error:
            raise self._unclear(error) from None
        if "access_token" in result:
            return result
        raise self._refused(result)

    def _unclear(self, error: Exception) -> TransportError:
        """msal raises plain errors where the authority gives no JSON, or not what OpenID Connect has there."""
        if isinstance(error, msal.exceptions.MsalError):
            return TransportError(
                f"{self._where} is busy or broken. It is tried again by itself.", self._web.retry_after
            )
        return TransportError(
            f"{self._where} does not know tenant {self._settings.tenant}. Check tenant and authority."
        )

    def _refused(self, result: Mapping[str, Any]) -> TransportError:
        said = " ".join(str(result.get("error_description", "")).splitlines()[:1])
        code = str(result.get("error", "no reason"))
        found = _NUMBER.search(said)
        number = int(found[1]) if found else 0
        if code in {"temporarily_unavailable", "server_error", "throttled"} or self._web.retry_after is not None:
            return TransportError(
                f"{self._where} asks to wait ({code}). It is tried again by itself.", self._web.retry_after
            )
        what = _WHAT_TO_DO.get(
            number, _AGAIN if self._settings.client_secret is None else "Check smtp.oauth, imap.oauth"
        )
        return SignInNeededError(f"{self._where} gives no token for {self._mailbox}. {what}. ({code}: {said})")
