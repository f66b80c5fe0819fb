"""Hosts of their own on this machine: network namespaces on two switches, one with the database, one with the mail.

Whoever uses it is in a namespace of its own already (`alone`), so that nothing of it is seen outside, nothing leaves,
and all of it is gone when the process ends. There it has the addresses of the servers; each host has a leg on each
switch. A leg that is cut is taken off its switch: what is said vanishes, and nobody is told (ip-link(8), bridge(8)).
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

DATABASE, MAIL = "10.77.1.1", "10.77.2.1"
_SWITCHES = {DATABASE: "data", MAIL: "mail"}
_IN_A_NETWORK_OF_ITS_OWN = ("unshare", "--net", "--")


def alone(command: Sequence[str]) -> list[str]:
    """A command, in a network of its own."""
    return [*_IN_A_NETWORK_OF_ITS_OWN, *command]


def missing() -> str:
    """Why there can be no hosts on this machine; empty where there can."""
    absent = [program for program in ("ip", "unshare", "nsenter") if not shutil.which(program)]
    if absent:
        return f"needs {', '.join(absent)} (see scripts/install-test-servers)"
    if os.geteuid() != 0:
        return "needs root to make network namespaces"
    made = subprocess.run(alone(["ip", "link", "add", "data", "type", "bridge"]), capture_output=True, check=False)
    return "" if made.returncode == 0 else "this machine allows no network namespaces, or no bridges in them"


@dataclass(frozen=True)
class Host:
    number: int
    pid: int
    """Of a process that keeps the namespace."""

    @property
    def entering(self) -> list[str]:
        """What starts a command there."""
        return ["nsenter", "--net", "--target", str(self.pid), "--"]

    def cut_off(self, *servers: str) -> None:
        for server in servers:
            _ip("link", "set", self._leg(server), "nomaster")

    def join(self, *servers: str) -> None:
        for server in servers:
            _ip("link", "set", self._leg(server), "master", _SWITCHES[server])

    def plug_in(self) -> None:
        self._ip("link", "set", "lo", "up")
        for server, switch in _SWITCHES.items():
            leg, mine = self._leg(server), f"{switch}0"
            _ip("link", "add", leg, "type", "veth", "peer", "name", mine, "netns", str(self.pid))
            _ip("link", "set", leg, "up")
            self.join(server)
            self._ip("addr", "add", f"{server}{self.number}/24", "dev", mine)  # 10.77.1.1 and 3: 10.77.1.13
            self._ip("link", "set", mine, "up")

    def _leg(self, server: str) -> str:
        return f"{_SWITCHES[server]}{self.number}"

    def _ip(self, *words: str) -> None:
        subprocess.run([*self.entering, "ip", *words], check=True)


@contextmanager
def network(hosts: int) -> Iterator[list[Host]]:
    """So many hosts, and the servers' addresses here."""
    _ip("link", "set", "lo", "up")
    for server, switch in _SWITCHES.items():
        _ip("link", "add", switch, "type", "bridge")
        _ip("addr", "add", f"{server}/24", "dev", switch)
        _ip("link", "set", switch, "up")
    keepers = [subprocess.Popen(alone(["cat"]), stdin=subprocess.PIPE, stdout=subprocess.PIPE) for _ in range(hosts)]
    try:
        made = []
        for number, keeper in enumerate(keepers):
            assert keeper.stdin is not None
            assert keeper.stdout is not None
            keeper.stdin.write(b"here\n")
            keeper.stdin.flush()
            keeper.stdout.readline()  # it is cat by now, and so in its namespace
            made.append(Host(number, keeper.pid))
            made[-1].plug_in()
        yield made
    finally:
        for keeper in keepers:
            keeper.communicate()


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True)
