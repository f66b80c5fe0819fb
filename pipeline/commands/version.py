"""`onenumber --version`: what matters for the report of a fault, to be pasted as it is."""

from __future__ import annotations

from pathlib import Path

from pipeline import version


def told(settings: Path) -> str:
    """Four lines; the first begins with the name and version of the program. Of the settings it tells the store's kind
    alone."""
    return "\n".join(
        (
            f"onenumber {version.own()}",
            f"Python {version.python()}, {version.system()}",
            version.parts(),
            f"store: {version.store(settings)}",
        )
    )
