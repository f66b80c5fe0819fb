"""What the operator settles: a held message is released or dropped, once, and a number is recorded by hand."""

import json

from tests.friday.conftest import MakeFirm
from tests.friday.firm import Firm


def holding(week: Firm) -> str:
    """A firm that holds a forged-looking 9 of Anna's; its id."""
    week.installed()
    week.tick("Fri 13:00")
    week.writes("anna", "this week", "9", verdict="fail")
    week.tick("Fri 13:30")
    (row,) = json.loads(settled(week, "held", "--json"))["held"]
    assert row["name"] == "Anna"
    return str(row["id"])


def settled(week: Firm, *arguments: str, code: int = 0) -> str:
    done = week.onenumber(*arguments, "--now", week.instant("Fri 14:00").isoformat(), check=False)
    assert done.returncode == code, done.stderr
    return done.stdout + done.stderr


def test_a_released_message_counts_from_its_first_arrival(firm: MakeFirm) -> None:
    week = firm()
    held = holding(week)
    assert "answer" in settled(week, "held", "--release", held[:6])
    assert week.number("anna") == 9
    assert week.inbox("One Number/Held") == []
    assert len(week.inbox("One Number/Processed")) == 1
    assert "Nothing is held." in settled(week, "held")
    assert week.state("anna") == "answered"


def test_a_later_answer_is_not_overtaken_by_a_release(firm: MakeFirm) -> None:
    week = firm()
    held = holding(week)
    week.replies("anna", "4")
    week.tick("Fri 13:40")
    settled(week, "held", "--release", held)
    assert week.number("anna") == 4


def test_a_dropped_message_has_no_effect_and_is_closed_once(firm: MakeFirm) -> None:
    week = firm()
    held = holding(week)
    settled(week, "held", "--drop", held)
    assert week.number("anna") is None
    assert week.state("anna") == "no_answer"
    assert "is no message that is held" in settled(week, "held", "--release", held, code=1)


def test_a_message_that_is_gone_can_only_be_dropped(firm: MakeFirm) -> None:
    week = firm()
    held = holding(week)
    with week.servers.mailbox(week.organisation, "One Number.Held") as client:
        client.delete_messages(client.search())
        client.expunge()
    assert "no longer" in settled(week, "held", "--release", held, code=1)
    settled(week, "held", "--drop", held)


def test_a_number_recorded_by_hand_stops_the_nudges_and_says_who_entered_it(firm: MakeFirm) -> None:
    week = firm().installed()
    week.tick("Fri 13:00")
    assert "Anna" in settled(week, "answer", "Anna", "6")
    week.through("Fri 15:00", "Fri 16:30")
    assert week.kinds("anna") == ["ask"]
    assert week.number("anna") == 6
    assert "operator" in week.mails("mette", "summary")[0].text


def test_what_cannot_be_recorded_is_refused_in_words(firm: MakeFirm) -> None:
    week = firm().installed()
    week.tick("Fri 13:00")
    assert "nobody on the roster" in settled(week, "answer", "Zoe", "6", code=1)
    assert "0 to 999" in settled(week, "answer", "anna", "6000", code=1)
    assert "not whole" in settled(week, "answer", "anna", "6.5", code=1)
    assert "is not in round 2026-W02" in settled(week, "answer", "anna", "6", "--week", "2026-W02", code=1)
    assert "--week 2026-W11" in settled(week, "answer", "anna", "6", "--week", "2026-W02", code=1)
    assert "reports no number" in settled(week, "answer", "Jens", "6", code=1)
    assert "not a number" in settled(week, "answer", "anna", "six", code=2)
