"""The command line: parse, call, print, exit code. No logic lives here."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from importlib.metadata import version


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; answers with the exit code of the contract (0 done, 1 refused, 2 wrong usage, 3 try later)."""
    parser = argparse.ArgumentParser(
        prog="onenumber",
        description="One weekly question by plain email, answered with one number.",
    )
    parser.add_argument("--version", action="version", version=f"onenumber {version('onenumber')}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    read = commands.add_parser("read", help="show how one message is read, and why")
    read.add_argument("file", metavar="FILE", help="a message as a file, or - for standard input")
    read.add_argument("--json", action="store_true", help="print the reading as JSON")
    read.add_argument("--language", action="append", default=[], metavar="CODE", help="a language the writer uses")
    given = parser.parse_args(arguments)

    from pipeline.commands import read as read_command  # noqa: PLC0415  only the command that runs is imported

    return read_command.run(given.file, languages=given.language, as_json=given.json)
