"""One file a command, named as the command. This page holds how they all print an instant."""

from __future__ import annotations

from datetime import UTC, datetime


def written(at: datetime | None) -> str | None:
    """An instant as our JSON has it: ISO 8601 in UTC, to the second, with a Z."""
    return None if at is None else f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
