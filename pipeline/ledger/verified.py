"""Is everything that is kept in a folder as it was written?

Opens every file of a ledger as the worker would: its sum, its format, every event in it. It mends nothing; whoever asks
tells the operator.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pipeline.ledger import LedgerError
from pipeline.ledger.tiny import TinyLedger, file_of


@dataclass(frozen=True, slots=True)
class Finding:
    """One file that cannot be believed; `message` names it, and says what is wrong and what to do."""

    path: Path
    message: str


def verify(folder: Path) -> list[Finding]:
    """What is wrong with the ledger in `folder`, the standing book first, then the rounds by week; nothing where all is
    well, or where nothing was kept yet. Needs no lock: each file is whole at every instant."""
    if not folder.is_dir():
        return []
    ledger = TinyLedger(folder)
    try:
        kept = (None, *ledger.rounds())
    except LedgerError as error:
        return [Finding(folder / "rounds", str(error))]
    findings: list[Finding] = []
    for round_ in kept:
        try:
            ledger.events(round_)
        except LedgerError as error:
            findings.append(Finding(file_of(folder, round_), str(error)))
    return findings
