"""Settings with which commands can be run that talk to no server. What is kept of a round is each test's own."""

from collections.abc import Sequence
from pathlib import Path

import yaml

Row = dict[str, str]


def settings_of(folder: Path, people: Sequence[Row]) -> Path:
    """Nordvik, led by Jens, with these people below: the file settings.yaml in the folder."""
    written = {
        "organisation": {
            "name": "Nordvik",
            "timezone": "Europe/Copenhagen",
            "secret": "0123456789abcdef0123456789abcdef",
            "operator": "it@nordvik.dk",
        },
        "sender": {"name": "One Number", "address": "number@nordvik.dk"},
        "smtp": {"host": "localhost", "security": "none"},
        "imap": {"host": "localhost", "security": "none", "username": "x", "password": "y"},
        "people": [{"email": "jens@nordvik.dk", "name": "Jens"}, *people],
    }
    file = folder / "settings.yaml"
    file.write_text(yaml.safe_dump(written))
    return file
