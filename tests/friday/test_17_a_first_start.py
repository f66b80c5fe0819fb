"""A first start on a Friday afternoon mails nobody; the first round is the next one."""

from tests.friday.conftest import MakeFirm
from tests.friday.firm import kinds_of


def test_installing_on_a_friday_afternoon_mails_nobody(firm: MakeFirm) -> None:
    week = firm()
    turns = week.through("Fri 14:10", "Sat 12:00")
    assert kinds_of(turns) == []
    status = week.status()
    assert status["first_round"] == "2026-W12"
    assert status["opened"] is None
    first = week.tick("+1 Fri 13:00")
    assert {kind for kind, _ in kinds_of([first])} == {"ask"}


def test_the_worker_says_at_its_first_start_which_round_is_the_first(firm: MakeFirm) -> None:
    week = firm()
    told = week.onenumber("tick", "--now", week.instant("Fri 14:10").isoformat())
    assert "first_round=2026-W12" in told.stderr
    plan = week.onenumber("plan", "--now", week.instant("Fri 14:10").isoformat())
    assert "2026-W12" in plan.stdout
