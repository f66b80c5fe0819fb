"""Whose files are these: can others on this machine read what holds a secret, or what people answered?

Every start of a worker looks at this; what else makes a machine fit is `machine`'s business.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path

from pipeline import yaml_nodes
from pipeline.checks import Section
from pipeline.settings import Settings

_SECRETS = (
    ("organisation", "secret"),
    ("store",),
    ("organisation", "previous_secret"),
    ("smtp", "password"),
    ("imap", "password"),
    ("smtp", "oauth", "client_secret"),
    ("imap", "oauth", "client_secret"),
)
_NO_SECRET = re.compile(r"\$\{|^tinydb:")
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def exposed(settings: Settings) -> tuple[str, ...]:
    """What others on this machine can read and should not, each with the command that mends it: for whoever starts."""
    section = Section("files", "Files")
    secrets(section, settings)
    if isinstance(settings.store, Path):
        folder(section, settings.store)
    return tuple(f"{one.told}: {one.fix}" for one in section.findings if one.state == "fail")


def secrets(section: Section, settings: Settings) -> None:
    """Whoever reads the secret can answer for others; whoever reads the password reads the mailbox."""
    readable = [path for path in _files_with_secrets(settings) if _is_open_to_others(path)]
    for path in readable:
        section.fail("secrets", f"{path} holds a secret, and others on this machine can read it", f"chmod 600 {path}")
    if not readable:
        section.ok("secrets", "nobody else on this machine can read them")


def _files_with_secrets(settings: Settings) -> Iterator[Path]:
    """The files that hold a password, a token or the secret: those that settings.yaml names, or settings.yaml."""
    file, found = settings.file, dict[Path, None]()
    tree = yaml_nodes.parse(file.read_text(encoding="utf-8-sig"))
    for way in _SECRETS:
        node: yaml_nodes.Node | None = tree
        for key in way:
            node = node.items.get(key) if isinstance(node, yaml_nodes.Mapping) else None
        if isinstance(node, yaml_nodes.Mapping):
            name = node.items.get("file")
            if isinstance(name, yaml_nodes.Scalar) and name.text:
                found[(file.parent / Path(name.text).expanduser()).absolute()] = None
        elif isinstance(node, yaml_nodes.Scalar) and node.text and not _NO_SECRET.search(node.text):
            found[file] = None
    for oauth in (settings.smtp.oauth, settings.imap.oauth):
        if oauth is not None:
            found |= {path: None for path in (oauth.key_file, oauth.token_file) if path is not None and path.exists()}
    yield from found


def _is_open_to_others(path: Path) -> bool:
    return bool(path.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH))


def folder(section: Section, store: Path) -> None:
    """The folder of the ledger: ours to write, and nobody else's to read."""
    if not store.exists():
        section.fail("folder", f"{store} cannot be made", "make the folder above it writable for this user")
        return
    if not os.access(store, os.R_OK | os.W_OK | os.X_OK):
        section.fail("folder", f"{store} cannot be written", f"chown it to this user: chown -R $USER {store}")
    elif store.stat().st_mode & _OTHERS:
        section.fail("folder", f"{store} is open to others: it holds what people answered", f"chmod 700 {store}")
    else:
        section.ok("folder", f"{store} is for this user alone")
