"""`onenumber sign-in`: let a person consent at Microsoft or Google, once, and see that both servers let us in."""

from __future__ import annotations

import sys

from pipeline import signin
from pipeline.settings import Settings


def run(settings: Settings) -> int:
    """0 where both servers let us in, 1 where they or the provider refused."""
    if not signin.grants(settings):
        print(
            "onenumber: the settings use passwords, so there is nowhere to sign in. "
            "smtp.oauth and imap.oauth say how; see docs/microsoft-365.md and docs/google-workspace.md.",
            file=sys.stderr,
        )
        return 1
    problem = signin.sign_in(settings, _tell, sys.stdin)
    if problem:
        print(f"onenumber: {problem}", file=sys.stderr)
        return 1
    return 0


def _tell(words: str) -> None:
    print(words, flush=True)
