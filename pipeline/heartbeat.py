"""A call that fails to come when the worker is dead: for a dead man's switch outside.

Called at the start (`/start`), hourly while turns go well, and at once when they stop doing so (`/fail`), as
healthchecks.io documents for its ping addresses (Pinging API; start and fail signals). It never holds up a turn: what
the other side answers, or that it does not, is only logged.
"""

from __future__ import annotations

import logging
import threading

log = logging.getLogger("onenumber")
_SECONDS = 10


class Heartbeat:
    """`url` None: no calls."""

    def __init__(self, url: str | None) -> None:
        self._url = url
        self._well: bool | None = None

    def call(self, url: str | None) -> None:
        """Call this address from now on."""
        self._url = url

    def start(self) -> None:
        self._call("/start")

    def went(self, *, well: bool) -> None:
        """A turn has ended. The first good one, and a change, are told at once."""
        if well != self._well:
            self._well = well
            self._call("" if well else "/fail")

    def beat(self) -> None:
        """Hourly: tell that the last turn went well, and nothing otherwise."""
        if self._well:
            self._call("")

    def tell(self, *, well: bool) -> None:
        """For a process that ends after its turn: how it went, and the call is made before this returns."""
        if self._url is not None:
            _reached(self._url.rstrip("/") + ("" if well else "/fail"))

    def _call(self, what: str) -> None:
        if self._url is not None:
            threading.Thread(target=_reached, args=(self._url.rstrip("/") + what,), daemon=True).start()


def _reached(url: str) -> None:
    from urllib.error import URLError  # noqa: PLC0415  HTTP, for whoever has named an address
    from urllib.request import Request, urlopen  # noqa: PLC0415

    try:
        with urlopen(Request(url, method="POST"), timeout=_SECONDS):  # noqa: S310  settings allow http and https only
            pass
    except (URLError, OSError, ValueError) as error:
        log.warning("the heartbeat address could not be reached reason=%r", str(error))
