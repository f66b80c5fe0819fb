"""What can go wrong before Friday, looked at in time: each finding with what to do about it.

This page is what all checks share, a finding and a section of them. `files` looks at who can read them, `machine` at
disk, versions and ledger, `people` at the roster, `day` at what the provider lets through in one, `servers` at the
mailbox and the way out, `domain` at DNS, `probe` at what the provider does to our mail. What is said about them, and
the exit code, is the business of `onenumber check`.
"""

from __future__ import annotations

import msgspec


class Finding(msgspec.Struct, frozen=True):
    """One thing that was looked at. `state` is ok, warn or fail; `fix` says what to do, where there is something;
    `down` marks a server that cannot be reached now, which may mend itself."""

    name: str
    state: str
    told: str
    fix: str = ""
    down: bool = False


class Section(msgspec.Struct):
    """Findings that belong together. `key` names them in JSON, `title` on a terminal."""

    key: str
    title: str
    findings: list[Finding] = msgspec.field(default_factory=list)

    def ok(self, name: str, told: str) -> None:
        self.findings.append(Finding(name, "ok", told))

    def warn(self, name: str, told: str, fix: str) -> None:
        self.findings.append(Finding(name, "warn", told, fix))

    def fail(self, name: str, told: str, fix: str, *, down: bool = False) -> None:
        self.findings.append(Finding(name, "fail", told, fix, down))
