"""The judge of the crash tests, shown outcomes in which something is wrong."""

from dataclasses import replace

import pytest

from tests.crash.oracle import Outcome, broken


def mail(name: str, text: str = "How many?") -> bytes:
    return f"Message-ID: <{name}@firm.test>\r\nSubject: This week\r\n\r\n{text}\r\n".encode()


GOOD = Outcome(
    mails={"anna": [mail("ask-anna")], "bo": [mail("ask-bo"), mail("nudge-bo")]},
    folders={"INBOX": ["foreign"], "Processed": ["reply"]},
    events={"2026-W11/answered": {"number": "7"}},
    status={"people": [{"name": "Anna", "number": 7}]},
)


def with_mails(**mails: list[bytes]) -> Outcome:
    return replace(GOOD, mails={**GOOD.mails, **mails})


@pytest.mark.parametrize(
    "outcome",
    [GOOD, with_mails(anna=[mail("ask-anna"), mail("ask-anna")]), with_mails(bo=[mail("nudge-bo"), mail("ask-bo")])],
    ids=["as it was", "one repeated to the letter", "in another order"],
)
def test_what_is_permitted_breaks_nothing(outcome: Outcome) -> None:
    assert broken(GOOD, outcome, repeats=1) == []


@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        (with_mails(anna=[]), "anna never got <ask-anna@firm.test>"),
        (with_mails(anna=[mail("ask-anna"), mail("other")]), "anna got <other@firm.test>"),
        (with_mails(anna=[mail("ask-anna", "How few?")]), "with another text"),
        (with_mails(anna=[mail("ask-anna"), mail("ask-anna", "How few?")]), "with another text"),
        (with_mails(anna=[mail("ask-anna")] * 3), "2 mails came twice, of which 1 may"),
        (with_mails(anna=[mail("ask-anna")] * 2, bo=[mail("ask-bo")] * 2 + [mail("nudge-bo")]), "2 mails came twice"),
        (with_mails(cy=[mail("ask-anna")]), "cy got <ask-anna@firm.test>"),
        (replace(GOOD, folders={"INBOX": ["foreign"], "Processed": []}), "not in Processed"),
        (replace(GOOD, folders={"INBOX": ["foreign", "reply"], "Processed": ["reply"]}), "is in INBOX and should not"),
        (replace(GOOD, folders={"INBOX": ["foreign"], "Processed": ["reply", "reply"]}), "or lies there twice"),
        (replace(GOOD, events={}), "kept otherwise: 2026-W11/answered: None"),
        (replace(GOOD, events={"2026-W11/answered": {"number": "8"}}), "kept otherwise: 2026-W11/answered"),
        (replace(GOOD, events={**GOOD.events, "2026-W11/nudge": {}}), "kept otherwise: 2026-W11/nudge"),
        (replace(GOOD, status={"people": [{"name": "Anna", "number": None}]}), "status tells otherwise of people"),
        (replace(GOOD, findings=["book.json is damaged"]), "the ledger is damaged: book.json"),
        (replace(GOOD, open_claims=["2026-W11/ask/anna"]), "nobody knows whether it left: 2026-W11/ask/anna"),
        (replace(GOOD, again=["sent ask"]), "it did not come to rest: sent ask"),
    ],
)
def test_what_is_wrong_is_said(outcome: Outcome, said: str) -> None:
    found = broken(GOOD, outcome, repeats=1)
    assert any(said in what for what in found), found
