"""`onenumber move`: carry the ledger over into another store, both ways; what is there stays until you delete it."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.faults import SettingsError
from pipeline.ledger import Ledger
from pipeline.ledger.carried import OtherHistoryError, carry, differs
from pipeline.ledger.opened import open_ledger
from pipeline.progress import progress
from pipeline.settings import Store, named_store

_PASSWORD = re.compile(r"(//[^:@/]*:)(?!\$\{\w+\}@)[^@/]*(?=@)|([?&]password=)(?!\$\{\w+\}(?:&|$))[^&]*")


def run(written_source: str, written_target: str) -> int:
    """Carry it over; 0 done, 1 where there is nothing to carry, or the target holds something else. Raises
    SettingsError where a store is not written as one, LedgerError, and WorkerRunningError where a worker runs."""
    source, target = _store("--from", written_source), _store("--to", written_target)
    if source == target:
        return _refused(f"both are {source}.")
    if isinstance(source, Path) and not (source / "rounds").is_dir():
        return _refused(f"there is no ledger in {source}. Check --from, and the folder in which you are.")
    with _alone(source) as here, _alone(target) as there:
        total = sum(len(here.events(round_)) for round_ in (None, *here.rounds()))
        if not total:
            return _refused(f"nothing is kept in {source}. Check --from.")
        try:
            copied = _carried(here, there, total)
        except OtherHistoryError as error:
            return _refused(f"{target} holds another history: {error} Nothing was changed. Give it an empty store.")
        checked = open_ledger(target)  # what is read anew, not what was just written
        wrong = differs(here, checked)
        checked.close()
    if wrong:
        return _refused(f"{wrong} in {target} is not what it is in {source}. Do not use it; begin with an empty store.")
    print(f"{copied} events were carried over, and all {total} in {target} are the same as in {source}.")
    print("Now write this into settings.yaml, and start the worker:")
    print(f"  store: {_as_given(written_target, target)}")
    print(f"{source} was not changed. Let no worker run on it any more, and delete it when you no longer need it.")
    return 0


def _store(option: str, written: str) -> Store:
    try:
        return named_store(written, Path.cwd(), os.environ)
    except ValueError as error:
        raise SettingsError(f"{option}: {error}.") from None


@contextmanager
def _alone(store: Store) -> Iterator[Ledger]:
    """A ledger of which nobody else is a user now."""
    ledger = open_ledger(store)
    try:
        with ledger.alone():
            yield ledger
    finally:
        ledger.close()


def _carried(source: Ledger, target: Ledger, total: int) -> int:
    with progress("events", total) as tell:
        return carry(source, target, tell)


def _as_given(written: str, store: Store) -> str:
    """As it was given, with whatever is filled in from the environment and with its options (TLS); but no password."""
    return f"tinydb:{store}" if isinstance(store, Path) else _PASSWORD.sub(r"\1\2PASSWORD", written)


def _refused(problem: str) -> int:
    print(f"onenumber: {problem}", file=sys.stderr)
    return 1
