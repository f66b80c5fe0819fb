"""HTTPS to the providers' token endpoints: with time limits, and the same trust as the mail connections.

Loaded only together with `microsoft` or `google`, for it needs the extra `oauth`.
"""

from __future__ import annotations

import ssl
from typing import Any

import requests

from pipeline.transport import CONNECT_TIMEOUT, READ_TIMEOUT


class Web(requests.Session):
    """Requests that end. `retry_after` is the pause in seconds that the last answer asked for, if it did (RFC 9110
    section 10.2.3)."""

    def __init__(self) -> None:
        super().__init__()
        self.headers["Connection"] = "close"  # one request an hour
        self.retry_after: float | None = None
        paths = ssl.get_default_verify_paths()
        self._authorities = paths.cafile or paths.capath or True

    def request(self, *arguments: Any, **facts: Any) -> requests.Response:
        facts["timeout"] = facts.get("timeout") or (CONNECT_TIMEOUT, READ_TIMEOUT)
        facts["verify"] = self._authorities
        answer = super().request(*arguments, **facts)
        asked = answer.headers.get("Retry-After", "")
        self.retry_after = float(asked) if asked.isdecimal() else None
        return answer


def unreachable(where: str, error: requests.RequestException) -> str:
    """Why a token endpoint could not be used, in words for the operator; never what was sent to it."""
    if isinstance(error, requests.exceptions.SSLError):
        return f"{where}: its certificate is not trusted. For an authority of your own, set SSL_CERT_FILE."
    if isinstance(error, requests.exceptions.Timeout):
        return f"{where}: no answer in time. It is tried again by itself. A firewall or proxy may be in between."
    said = type(error).__name__
    return f"{where} could not be reached ({said}). It is tried again by itself. Check this machine's network and DNS."
