"""Events survive being written down, exactly."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal

import msgspec
import pytest

from pipeline import events
from pipeline.roster import Absence, Person

NOW = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)
ANNA = Person("k3v7q2ma", "anna@x.dk", "Anna Bøgh", language="da", away=(Absence(date(2026, 12, 24)),))
EVENTS: list[events.Event] = [
    events.Installed(key="installed", round=None, at=NOW, first_round="2026-W48"),
    events.Opened(key="opened", round="2026-W48", at=NOW, people=(ANNA,)),
    events.Answered(
        key="answer/1",
        round="2026-W48",
        at=NOW,
        person=ANNA.id,
        number=Decimal("2.50"),
        received=NOW,
        entered_by=ANNA.id,
    ),
    events.Away(key="away/1", round="2026-W48", at=NOW, person=ANNA.id, received=NOW, entered_by="operator"),
    events.Sent(key="sent/1", round="2026-W48", at=NOW, mail="2026-W48/ask/k3v7q2ma", aliases=("<1@x>",)),
]


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
def test_an_event_reads_back_from_json_as_it_was(event: events.Event) -> None:
    assert events.parsed(json.loads(json.dumps(events.written(event)))) == event


def test_an_event_of_a_newer_kind_is_refused_rather_than_guessed() -> None:
    with pytest.raises(msgspec.ValidationError, match="telepathy"):
        events.parsed({"kind": "telepathy", "key": "x", "round": None, "at": NOW.isoformat()})
