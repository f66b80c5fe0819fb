"""A rep who answers from last week's or last month's thread is asked which week was meant, and can tell by a tap."""

from tests.friday.conftest import MakeFirm


def test_a_rep_who_answers_in_an_old_thread_is_asked_which_week(firm: MakeFirm) -> None:
    week = firm().installed()
    week.through("Fri 13:00", "Fri 17:00")
    old = week.mails("anna", "ask")[0]
    week.tick("+1 Fri 13:00")
    week.replies("anna", "7", to=old)
    turn = week.tick("+1 Fri 13:30")
    assert [one["outcome"] for one in turn["received"]] == ["unclear"]
    (question,) = week.mails("anna", "which_week")
    assert "12" in question.text
    assert "11" in question.text

    week.replies("anna", "7", to=question)
    week.tick("+1 Fri 13:40")
    assert week.number("anna", "2026-W12") == 7
    assert week.number("anna", "2026-W11") is None


def test_ok_means_the_week_of_the_old_thread(firm: MakeFirm) -> None:
    week = firm().installed()
    week.through("Fri 13:00", "Fri 17:00")
    old = week.mails("anna", "ask")[0]
    week.tick("+1 Fri 13:00")
    week.replies("anna", "7", to=old)
    week.tick("+1 Fri 13:30")
    week.replies("anna", "ok", to=week.mails("anna", "which_week")[0])
    week.tick("+1 Fri 13:40")
    assert week.number("anna", "2026-W11") == 7
    assert week.number("anna", "2026-W12") is None


def test_whoever_has_answered_this_week_corrects_last_week_in_its_thread(firm: MakeFirm) -> None:
    week = firm().installed()
    week.through("Fri 13:00", "Fri 17:00")
    old = week.mails("anna", "ask")[0]
    week.tick("+1 Fri 13:00")
    week.replies("anna", "5")
    week.tick("+1 Fri 13:20")
    week.replies("anna", "7", to=old)
    week.tick("+1 Fri 13:30")
    assert week.number("anna", "2026-W12") == 5
    assert week.number("anna", "2026-W11") == 7


def test_last_months_thread_is_asked_about_while_this_weeks_answer_is_missing(firm: MakeFirm) -> None:
    week = firm().installed()
    week.tick("Fri 13:00")
    old = week.mails("anna", "ask")[0]
    week.tick("+5 Fri 13:00")
    week.replies("anna", "7", to=old)
    week.tick("+5 Fri 13:30")
    (question,) = week.mails("anna", "which_week")
    week.taps("anna", 7)
    week.tick("+5 Fri 13:40")
    assert question.buttons["7"].to == question.reply_to
    assert week.number("anna", "2026-W16") == 7
    assert week.number("anna", "2026-W11") is None


def test_after_a_month_an_old_thread_corrects_nothing_and_the_manager_hears_of_it(firm: MakeFirm) -> None:
    week = firm().installed()
    week.tick("Fri 13:00")
    old = week.mails("anna", "ask")[0]
    week.tick("+5 Fri 13:00")
    week.replies("anna", "5")
    week.tick("+5 Fri 13:20")
    week.replies("anna", "7", to=old)
    turn = week.tick("+5 Fri 13:30")
    assert [one["outcome"] for one in turn["received"]] == ["note"]
    assert week.number("anna", "2026-W11") is None
    assert week.number("anna", "2026-W16") == 5


def test_what_came_too_late_to_count_is_told_to_the_manager_alone(firm: MakeFirm) -> None:
    week = firm().installed()
    week.tick("Fri 13:00")
    old = week.mails("anna", "ask")[0]
    week.tick("+5 Fri 13:00")
    week.replies("anna", "5")
    week.tick("+5 Fri 13:20")
    week.replies("anna", "7, from that old week", to=old)
    week.through("+5 Fri 13:30", "+5 Fri 17:00")
    assert "from that old week" in week.mails("mette", "summary")[-1].text
    assert "from that old week" not in week.mails("jens", "digest")[-1].text
    assert week.mails("anna", "receipt") == []
