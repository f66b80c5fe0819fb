"""The ledger that the settings name. The one place that knows which stores there are."""

from __future__ import annotations

from shutil import disk_usage

from pipeline.ledger import Ledger
from pipeline.ledger.attempts import Attempts
from pipeline.ledger.tiny import TinyLedger
from pipeline.settings import Store


def open_ledger(store: Store) -> Ledger:
    """Open the ledger of `settings.store`, made where it is missing. Raises LedgerError where that cannot be done."""
    return TinyLedger(store)


def open_attempts(store: Store) -> Attempts:
    """Where it is remembered which message was being read; beside the files of the ledger."""
    return Attempts(store / "reading.json")


def room(store: Store) -> int | None:
    """How many bytes are free where a ledger is kept; None where that cannot be known."""
    try:
        return disk_usage(store).free
    except OSError:
        return None
