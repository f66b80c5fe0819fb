"""Telling systemd how we are: ready, alive, stopping. For a unit with `Type=notify` and `WatchdogSec`.

The protocol is sd_notify(3): one datagram of `KEY=value` to the socket that NOTIFY_SOCKET names. Without that variable
nothing is said. A datagram that cannot be delivered is let go: whoever wants to know asks again.
"""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Callable, Mapping
from contextlib import suppress


class Service:
    """The word to whoever started us. `clock` counts seconds and never goes back."""

    def __init__(
        self, environment: Mapping[str, str] | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        told = os.environ if environment is None else environment
        self._address = told.get("NOTIFY_SOCKET", "")
        # Half of the time after which we would be taken for dead, as sd_watchdog_enabled(3) has it.
        self._every = _seconds(told) / 2
        self._clock = clock
        self._last = -self._every

    def ready(self) -> None:
        self._say("READY=1")

    def alive(self) -> None:
        """May be called as often as one likes; what is asked for is said."""
        if self._every and self._clock() - self._last >= self._every:
            self._last = self._clock()
            self._say("WATCHDOG=1")

    def stopping(self) -> None:
        self._say("STOPPING=1")

    def _say(self, words: str) -> None:
        if not self._address:
            return
        # An @ stands for the zero byte with which an abstract address begins (unix(7)).
        address = "\0" + self._address[1:] if self._address.startswith("@") else self._address
        with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ours:
            ours.setblocking(False)
            ours.sendto(words.encode(), address)


def _seconds(told: Mapping[str, str]) -> float:
    """After how long without a word we would be taken for dead; 0 where nobody waits for one from this process."""
    wanted = told.get("WATCHDOG_USEC", "")
    mine = told.get("WATCHDOG_PID", "") in {"", str(os.getpid())}
    return int(wanted) / 1_000_000 if wanted.isdecimal() and mine else 0.0
