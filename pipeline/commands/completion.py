"""`onenumber completion`: a script that makes a shell complete commands, verbs and options, printed for the shell to
read: `eval "$(onenumber completion bash)"`."""

from __future__ import annotations

import argparse

import shtab


def run(parser: argparse.ArgumentParser, shell: str) -> int:
    """Print the script for a shell."""
    print(shtab.complete(parser, shell=shell))
    return 0
