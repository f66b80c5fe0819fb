"""How far a long command is: a bar on standard error while it works, gone when it is done.

It is drawn only on a terminal, so that whoever reads a command's words in a file or a pipe finds nothing of it there.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from pipeline import terminal


@contextmanager
def progress(what: str, total: int) -> Iterator[Callable[[int], None]]:
    """A bar of `total` things, called `what`; yields what is to be told how many are done."""
    console = Console(file=terminal.styled(sys.stderr))
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(what, total=total)
        yield lambda done: bar.update(task, completed=done)
