"""Which versions are these? What the report of a fault needs to say: ours, Python's, the system's, and those of the
parts that times and mails depend on."""

from __future__ import annotations

import platform
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

_PARTS = ("tinydb", "imapclient", "holidays", "babel", "tzdata", "psycopg", "msal", "google-auth")


def own() -> str:
    return version("onenumber")


def python() -> str:
    return platform.python_version()


def system() -> str:
    """The system by its name, as os-release has it, and its kernel."""
    named = platform.system()
    with suppress(OSError):
        named = platform.freedesktop_os_release().get("PRETTY_NAME", named)
    return f"{named}, {platform.system()} {platform.release()} on {platform.machine()}"


def parts() -> str:
    """Those that are installed."""
    told = []
    for part in _PARTS:
        with suppress(PackageNotFoundError):
            told.append(f"{part} {version(part)}")
    return ", ".join(told)


def store(settings: Path) -> str:
    """The kind of store that a settings file names, and no more of it: there may be a password in the rest."""
    try:
        lines = settings.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError):
        return f"there is no {settings} here to tell"
    named = next((line.partition(":")[2] for line in lines if line.startswith("store:")), " tinydb:")
    return named.strip(" \"'").partition(":")[0] or "from the environment"
