"""The ledger that the settings name. The one place that knows which stores there are."""

from __future__ import annotations

from pathlib import Path
from shutil import disk_usage

from pipeline.faults import SettingsError, extra
from pipeline.ledger import Ledger
from pipeline.settings import Store


def open_ledger(store: Store) -> Ledger:
    """Open the ledger of `settings.store`, made where it is missing. Raises LedgerError where that cannot be done, and
    SettingsError where the store needs what is not installed."""
    # Each store is imported where it is used: the client of a database is an extra.
    if isinstance(store, Path):
        from pipeline.ledger.tiny import TinyLedger

        return TinyLedger(store)
    try:
        from pipeline.ledger.postgres import PostgresLedger
    except ImportError as error:
        raise SettingsError(
            f"store: {store} needs what is not installed here ({error.name}). {extra('postgres')}"
        ) from None
    return PostgresLedger(store)


def room(store: Store) -> int | None:
    """How many bytes are free where a ledger is kept; None where that cannot be known, and for a database."""
    try:
        return disk_usage(store).free if isinstance(store, Path) else None
    except OSError:
        return None
