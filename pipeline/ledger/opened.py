"""The ledger that the settings name. The one place that knows which stores there are."""

from __future__ import annotations

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
