"""What each mail says, to whom, and what it never says."""

import re
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from babel.dates import format_date
from jinja2 import Environment

from pipeline import events, templating
from pipeline.compose import Composer
from pipeline.content import LONGEST_COMMENT, excerpt
from pipeline.demo.opened import Opened, opened
from pipeline.mail import MailKey, is_our_subject, without_our_subject
from pipeline.reading import read
from pipeline.scene import CompositionError
from pipeline.templating import TEMPLATES
from pipeline.weeks import Week
from pipeline.words import languages
from tests.compose.company import FIRM, WEEK, Told, earlier, person
from tests.compose.conftest import Tell


def seen(mail: Opened) -> str:
    """All that a mail shows or hides, without its style sheet."""
    return mail.text + re.sub(r"<style.*?</style>| style=\"[^\"]*\"", "", mail.html, flags=re.DOTALL)


def test_the_ask_is_a_question_and_a_row_of_numbers(tell: Tell) -> None:
    ask = tell().asked().mail("ask", "anna")
    assert ask.subject == "One number for week 48"
    assert "How many new sales opportunities did you create yourself this week?" in ask.text
    assert "The summary leaves at 16:30." in ask.text
    assert set(ask.buttons) == {str(number) for number in range(10)}
    button = ask.buttons["7"]
    assert button.to == ask.reply_to
    assert re.fullmatch(r"One number for week 48 \[on-[a-z2-7]{8}\]", button.subject)


def test_who_reports_to_the_director_is_told_when_the_digest_leaves_and_nothing_earlier(tell: Tell) -> None:
    text = tell().asked().mail("ask", "ida").text
    assert "The digest leaves at 17:00." in text
    assert "16:30" not in text


def test_a_first_week_has_no_last_weeks(tell: Tell) -> None:
    told = tell().asked()
    assert "last four weeks" not in told.mail("ask", "anna").text
    assert "Your last four weeks: –, –, 5, 5" in told.mail("ask", "anna", earlier(told.settings, 2)).text


def test_only_the_last_nudge_says_that_it_is_the_last(tell: Tell) -> None:
    told = tell().asked()
    first, last = (told.mail("nudge", "anna", number=number) for number in (1, 2))
    assert "Still missing: your number for week 48." in first.text
    assert "last reminder" not in first.text
    assert "This is the last reminder." in " ".join(last.text.split())


def test_buttons_keep_to_what_the_question_takes(tell: Tell) -> None:
    ask = tell(question={"minimum": 2, "maximum": 5}).asked().mail("ask", "anna")
    assert set(ask.buttons) == {"2", "3", "4", "5"}


def test_a_rep_sees_nobody_elses_number(tell: Tell) -> None:
    told = tell().asked().answered("bo", 613, "a word of Bo's").answered("carla", 614)
    before = earlier(told.settings, 4)
    key = told.questioned("unclear", "anna", reason="none", words="soon")
    mails = [
        told.mail("ask", "anna", before),
        told.mail("nudge", "anna", before, 1),
        opened(told.composed(key, before).message),
    ]
    for mail in mails:
        for secret in ("613", "614", "Bo", "Carla"):
            assert not re.search(rf"\b{secret}\b", seen(mail))


def test_a_manager_sees_the_team_and_no_other(tell: Tell) -> None:
    told = tell().asked().answered("anna", 7, "two of them large").answered("carla", 614).answered("ida", 615)
    summary = told.mail("summary", "mette")
    assert summary.subject == "Week 48: 7 new opportunities, 1 of 2 answered"
    assert "two of them large" in summary.text
    assert "mailto:bo@firm.test" in summary.html
    for secret in ("614", "615", "Carla", "Ida"):
        assert secret not in seen(summary)


def test_the_summary_tells_states_apart_in_words(tell: Tell) -> None:
    people = [*FIRM[:2], *(person(who, "mette") for who in ("a", "b", "c", "d", "e", "f"))]
    told = tell(people).asked().answered("a", 7).answered("b", 3, after=400)
    told.replied("c", "unclear", "3 or 4, it depends").replied("d", "unconfirmed").away("e")
    text = told.mail("summary", "mette").text
    for words in (
        "answered late",
        "replied, but without one number",
        "3 or 4, it depends",
        "waiting for confirmation",
        "away",
        "no answer",
    ):
        assert words in text
    assert "2 of 5 answered" in text


def test_the_digest_says_the_number_first_and_reads_aloud(tell: Tell) -> None:
    told = tell().asked().answered("anna", 9).answered("bo", 3).answered("carla", 4)
    digest = told.mail("digest", "jens", earlier(told.settings, 4))
    assert digest.subject == "16 new opportunities in week 48 (3 of 4 answered)"
    opening = " ".join(digest.text.split("\n\n")[0].split())
    assert opening == ("16 new opportunities in week 48. 3 of 4 answered, 1 more than these 3 people usually report.")
    assert "Own reports: Ida" in digest.text
    assert "Nothing stands out." in digest.text


def test_silence_is_never_nought(tell: Tell) -> None:
    digest = tell().asked().mail("digest", "jens")
    assert digest.subject == "No numbers for week 48 (0 of 4 answered)"
    assert "0 new opportunities" not in digest.text + digest.html
    assert ">No numbers yet</h1>" in digest.html
    answered = tell().asked().answered("anna", 0).mail("digest", "jens")
    assert answered.subject == "0 new opportunities in week 48 (1 of 4 answered)"


def test_where_nobody_has_answered_the_silent_are_named_once(tell: Tell) -> None:
    told = tell().asked()
    before = earlier(told.settings, 11)
    for kind, reader, name in (("summary", "mette", "Bo"), ("digest", "jens", "Bo"), ("digest", "jens", "Ida")):
        mail = told.mail(kind, reader, before)
        assert len(re.findall(rf"(?<!“)\b{name}\b", mail.text)) == 1
        assert len(re.findall(rf">(?:[^<]*, )?{name}\b", mail.html)) == 1
        assert "no answer" not in mail.text + mail.html
    digest = told.mail("digest", "jens", before)
    assert "stands out" not in digest.text + digest.html
    assert "Nobody in" not in digest.text + digest.html


def example(mail: Opened) -> str:
    """The name by which a mail shows how to enter a number for somebody."""
    found = re.search(r"[“„]([^”“„]+) 4[”“]", mail.text)
    return found[1] if found else ""


@pytest.mark.parametrize(
    ("names", "shown"),
    [
        (("Sofía Marín", "Bo Friis"), "Bo"),
        (("Bo Lund", "Bo Friis"), "Bo Friis"),
        (("Sofía Marín", "von Linden"), "Sofía"),
        (("Sofía Marín", "May Urlaub"), "Sofía"),
        (("נועה לוי", "أحمد الحسيني"), ""),
    ],
)
def test_how_to_enter_a_number_is_shown_with_a_name_of_the_very_team_that_would_be_read(
    tell: Tell, names: tuple[str, str], shown: str
) -> None:
    people = [person("jens"), person("mette", "jens", language="de")]
    people += [person(who, "mette", name=name) for who, name in zip(("a", "b"), names, strict=True)]
    told = tell(people).asked().answered("a", 4)
    assert example(told.mail("summary", "mette")) == shown


def test_the_digest_shows_it_with_the_directors_own_reports_alone(tell: Tell) -> None:
    told = tell().asked()
    assert example(told.mail("digest", "jens")) == "Ida"
    assert example(told.answered("ida", 4).mail("digest", "jens")) == "Ida"
    assert example(tell(FIRM[:-1]).asked().mail("digest", "jens")) == ""


def test_where_names_are_only_counted_the_directors_own_reports_keep_their_table(tell: Tell) -> None:
    text = tell(digest={"missing": "counts"}).asked().mail("digest", "jens").text
    assert re.search(r"^Ida .*no answer$", text, re.MULTILINE)


def test_a_director_without_teams_sees_no_table_of_one_row(tell: Tell) -> None:
    told = tell([person("jens"), person("ida", "jens"), person("bo", "jens")]).asked().answered("ida", 4)
    mail = told.mail("digest", "jens")
    assert "Teams" not in mail.text + mail.html
    assert "Ida" in mail.text


def test_one_is_singular(tell: Tell) -> None:
    told = tell().asked().answered("anna", 1)
    assert told.mail("digest", "jens").subject.startswith("1 new opportunity in week 48")


def test_the_digest_holds_notes_absences_and_dead_addresses_apart(tell: Tell) -> None:
    told = tell().asked().answered("anna", 7).away("bo", until=WEEK.monday + timedelta(days=14))
    told.noted("mette", "Strong week in the north.")
    text = told.mail("digest", "jens").text
    assert "Mette: Strong week in the north." in text
    assert "Away: Bo until 7 December" in text
    assert "1 of 3 answered" in text


def test_the_digest_names_those_whose_ask_has_not_left_and_says_who_is_still_to_be_asked(tell: Tell) -> None:
    for shown, told_of in (("names", "Bo, Ida (not asked yet)"), ("counts", "2")):
        told = tell([*FIRM[:-1], person("ida", "jens", timezone="America/Los_Angeles")], digest={"missing": shown})
        told.asked("anna", "carla").answered("anna", 7)
        key = str(MailKey(WEEK, "ask", told.who("bo").id))
        told.add(events.Skipped, 210, mail=key, reason="the deadline had passed")
        digest = told.mail("digest", "jens")
        assert "1 of 2 answered" in digest.text
        assert f"Not asked: {told_of}\n" in digest.text
        assert re.search(f">Not asked</h2><p[^>]*>{re.escape(told_of)}</p>", digest.html)


def test_whoever_has_a_public_holiday_does_not_stand_among_those_whom_an_ask_should_have_reached(tell: Tell) -> None:
    until_wednesday = {"ask": "Mon 13:00", "nudges": [], "summary": "Wed 16:30", "digest": "Wed 17:00"}
    told = tell([*FIRM[:-1], person("ida", "jens", holidays="JP")], schedule=until_wednesday)
    golden = Told(told.settings, Week(2027, 18)).asked("anna", "bo", "carla")
    assert golden.times.people[told.who("ida").id].away == "holiday"
    digest = golden.mail("digest", "jens")
    assert "Not asked" not in digest.text + digest.html


def test_missing_people_can_be_counted_instead_of_named(tell: Tell) -> None:
    told = tell(digest={"missing": "counts"}).asked().answered("anna", 7)
    text = told.mail("digest", "jens").text
    assert "Mette: 1" in text
    assert "Bo" not in text


def test_a_late_answer_opens_the_next_digest_with_the_new_total(tell: Tell) -> None:
    told = tell().asked()
    last = Told(told.settings, WEEK.plus(-1)).asked().answered("anna", 7).sent("digest", "jens", 240)
    last.sent("summary", "mette", 210).answered("bo", 5, after=1300)
    digest = told.mail("digest", "jens", [last.round()]).text
    assert "Bo, week 47: 5, answered late." in digest
    assert "Week 47 is now 12 instead of 7." in digest
    assert "Bo, week 47: 5" in told.mail("summary", "mette", [last.round()]).text
    assert "Bo, week 47" not in told.mail("summary", "ravi", [last.round()]).text


def test_a_digest_that_is_late_or_blind_says_so(tell: Tell) -> None:
    told = tell().asked()
    digest = told.mail("digest", "jens", late=True, unread_since=told.first)
    assert "later than planned" in digest.text
    assert "could not be read since 13:00" in digest.text


@pytest.mark.parametrize(
    ("reason", "facts", "words"),
    [
        ("several", {"candidates": ("3", "4")}, "It has more than one: 3 and 4."),
        ("bounds", {"candidates": ("7000",)}, "You wrote 7000; the question takes 0 to 999."),
        ("decimals", {"candidates": ("3.5",)}, "whole numbers only"),
        ("question", {}, "It seems to be a question."),
        ("empty", {}, "Nothing was written"),
        ("none", {}, "I could not find one number"),
        ("help", {}, "last 5"),
        ("name", {"candidates": ("Ana",)}, "who Ana is"),
    ],
)
def test_a_question_back_says_what_was_read_and_why(
    tell: Tell, reason: str, facts: dict[str, object], words: str
) -> None:
    told = tell().asked()
    key = told.questioned("unclear", "anna", reason=reason, words="what they wrote", **facts)
    mail = opened(told.composed(key).message)
    assert words in " ".join(mail.text.split())
    if reason != "help":
        assert "what they wrote" in mail.text


def test_the_other_questions(tell: Tell) -> None:
    told = tell().asked()
    seven = Decimal(7)
    which = opened(told.composed(told.questioned("which_week", "anna", number=seven, other_week="2026-W09")).message)
    assert "Is 7 for week 48 or week 9?" in which.text
    assert set(which.buttons) == {"7", "ok"}
    confirm = opened(told.composed(told.questioned("confirm", "bo", number=seven, reason="answer")).message)
    assert "Is 7 your number?" in confirm.text
    assert set(confirm.buttons) == {"ok"}
    whose = opened(
        told.composed(told.questioned("whose", "anna", number=seven, other_address=told.who("bo").id)).message
    )
    assert "Whose number is 7?" in whose.text
    assert set(whose.buttons) == {"7", "ok"}
    warning = opened(told.composed(told.questioned("warning", "anna", number=seven, other_address="x@y.test")).message)
    assert "An answer (7) was recorded for you from another address." in " ".join(warning.text.split())
    assert "x@y.test" in warning.text.split()
    assert ">x@y.test<" in warning.html
    assert set(warning.buttons) == {"not me"}
    receipt = opened(told.composed(told.questioned("receipt", "anna", number=seven, reason="answer")).message)
    assert "Noted: 7." in receipt.text
    assert "the last one counts" in receipt.text


def test_peoples_words_are_escaped_and_cannot_add_headers(tell: Tell) -> None:
    told = tell().asked().answered("anna", 7, "<script>alert(1)</script>\r\nBcc: all@firm.test")
    summary = told.mail("summary", "mette")
    assert "<script>" not in summary.html
    assert "&lt;script&gt;" in summary.html
    key = told.questioned("receipt", "anna", number=Decimal(7), reason="answer", answers="<a@b>\r\nBcc: all@firm.test")
    head = told.composed(key).message.partition(b"\r\n\r\n")[0]
    assert b"Bcc" not in head


@pytest.mark.parametrize("language", languages(TEMPLATES))
def test_our_subjects_are_known_again_and_leave_no_number_behind(tell: Tell, language: str) -> None:
    told = tell([{**one, "language": language} for one in FIRM]).asked().answered("anna", 7).answered("bo", 1200)
    empty = tell([{**one, "language": language} for one in FIRM]).asked()
    mails = [told.mail(kind, who) for kind, who in (("ask", "anna"), ("summary", "mette"), ("digest", "jens"))]
    mails += [empty.mail(kind, who) for kind, who in (("summary", "mette"), ("digest", "jens"))]
    own = tell([{**one, "language": language} for one in FIRM], question={"text": {"en": "How many visits?"}})
    mails += [
        own.asked().answered("anna", 7).mail(kind, who) for kind, who in (("summary", "mette"), ("digest", "jens"))
    ]
    mails.append(told.mail("correction", "jens", number=1))
    for mail in mails:
        assert is_our_subject(f"SV: {mail.subject}"), mail.subject
        assert not re.search(r"\d", without_our_subject(f"SV: {mail.subject}")), mail.subject


@pytest.mark.parametrize("kind", ["ask", "nudge", "summary", "digest"])
def test_what_is_quoted_of_our_mails_is_never_taken_for_an_answer(tell: Tell, kind: str) -> None:
    told = tell().asked().answered("anna", 7, "3 of them large").answered("carla", 4)
    who = {"summary": "mette", "digest": "jens"}.get(kind, "anna")
    mail = told.mail(kind, who, earlier(told.settings, 6), 1 if kind == "nudge" else 0)
    quoted = "\n".join(f"> {line}" for line in mail.text.splitlines())
    head = f"From: x@firm.test\nSubject: Re: {mail.subject}\nContent-Type: text/plain; charset=utf-8\n\n"
    answer = read(f"{head}12\n\nOn Fri, 27 Nov 2026 at 13:00, One Number wrote:\n{quoted}\n".encode())
    assert (answer.outcome, answer.number) == ("answer", 12)
    nothing = read(f"{head}On Fri, 27 Nov 2026 at 13:00, One Number wrote:\n{quoted}\n".encode())
    assert nothing.number is None


def test_eighty_reps_in_ten_teams_make_a_digest_below_20_kilobytes(tell: Tell) -> None:
    managers = [person(f"m{number}", "jens", name=f"Manager {number} with a name") for number in range(10)]
    reps = [
        person(f"rep{number}", f"m{number % 10}", name=f"Maximiliane Rep-Lindqvist {number}") for number in range(80)
    ]
    told = tell([person("jens"), *managers, *reps])
    for number in range(80):
        told.sent("ask", f"rep{number}")
        if number % 2:
            told.answered(f"rep{number}", number)
    assert len(told.mail("digest", "jens", ()).html.encode()) < 20_000


def test_own_templates_win_and_a_broken_one_stops_nothing(
    tell: Tell, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    own = tmp_path / "own"
    (own / "ask").mkdir(parents=True)
    (own / "ask/subject.txt").write_text("Tal, tak, uge {{ week }}")
    told = tell(templates_dir=str(own)).asked()
    assert told.mail("ask", "anna").subject == "Tal, tak, uge 48"
    (own / "ask/subject.txt").write_text("{{ nobody.knows.this }}")
    assert told.mail("ask", "anna").subject == "One number for week 48"
    assert "the own template failed" in caplog.text


def test_a_mail_for_somebody_unknown_is_refused_with_its_name(tell: Tell) -> None:
    told = tell().asked()
    with pytest.raises(CompositionError, match="2026-W48"):
        told.composed(MailKey(WEEK, "ask", "aaaaaaaa"))


def test_the_text_part_is_72_columns_wide_at_most(tell: Tell) -> None:
    told = tell().asked().answered("anna", 7, "a comment that is rather long " * 8)
    for kind, who in (("ask", "anna"), ("summary", "mette"), ("digest", "jens")):
        text = told.mail(kind, who, earlier(told.settings, 11)).text
        assert max(map(len, text.splitlines())) <= 72


def test_one_composer_speaks_two_languages_in_turn(tell: Tell) -> None:
    people = [*FIRM[:2], person("anna", "mette", language="da"), person("bo", "mette", language="de")]
    told = tell(people).asked()
    composer, scene = Composer(told.settings), told.scene()

    def subject(name: str) -> str:
        return opened(composer.compose(MailKey(WEEK, "ask", told.who(name).id), scene).message).subject

    assert [subject(name) for name in ("anna", "bo", "anna", "bo")] == [
        "ET tal for uge 48", "EINE Zahl für Woche 48", "ET tal for uge 48", "EINE Zahl für Woche 48",
    ]  # fmt: skip


def test_a_late_answer_of_nought_changes_no_total(tell: Tell) -> None:
    told = tell().asked()
    last = Told(told.settings, WEEK.plus(-1)).asked().answered("anna", 7).sent("digest", "jens", 240)
    last.answered("bo", 0, after=1300)
    text = told.mail("digest", "jens", [last.round()]).text
    assert "Bo, week 47: 0, answered late." in text
    assert "instead of 7" not in text


@pytest.mark.parametrize("language", languages(TEMPLATES))
def test_a_time_is_told_once_with_what_the_language_sets_before_it_and_with_another_day(
    tell: Tell, language: str
) -> None:
    people = [person("jens"), person("mette", "jens"), person("anna", "mette", language=language)]
    told = tell(people).asked()
    key = MailKey(WEEK, "ask", told.who("anna").id)
    for days, has_day in ((0, False), (1, True)):
        mail = opened(told.composed(key, at=told.first - timedelta(days=days)).message)
        sentence = " ".join(mail.text.split("\n\n")[1].split())
        assert re.search("16[.:]30", sentence), sentence
        day = format_date(WEEK.day(4), "EEEE", locale="en_GB" if language == "en" else language)
        assert (day in sentence) is has_day, sentence
        for word in ("kl.", "klo", "plkst.", "kell", "Uhr", "uur", "alle", "às", "a las", "à"):
            assert sentence.count(f" {word} 16") + sentence.count(f"30 {word}") <= 1
            assert f"{word} {day}" not in sentence, sentence


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a word or two", "a word or two"),
        ("one large: a hospital group, " * 10, f"{'one large: a hospital group, ' * 8}one…"),
        ("unbroken" * 40, f"{'unbroken' * 40:.239}…"),
    ],
)
def test_a_comment_that_is_too_long_is_cut_between_two_words(text: str, shown: str) -> None:
    assert excerpt(text, LONGEST_COMMENT) == shown


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Still missing: your number for week 48.", "Still missing: your number for~week~48."),
        ("Login udløber 6. december", "Login udløber~6.~december"),
        ("Prisijungimas baigiasi gruodžio 6 d.", "Prisijungimas baigiasi gruodžio~6~d."),
        ("I could not find one number in your reply.", "I could not find one number in your~reply."),
        ("Is 7 your number?", "Is~7 your number?"),
        ("Sie warten bis Samstag, 12:00 Uhr, und gehen dann.", "Sie warten bis Samstag, 12:00~Uhr, und gehen~dann."),
        ("In deiner Antwort habe ich keine eindeutige Verkaufschance gefunden.", None),
    ],
)
def test_no_number_and_no_last_word_stands_alone_on_a_line(text: str, kept: str | None) -> None:
    filters = templating.set_up(Environment, None).filters
    assert filters["together"](text) == (kept or text).replace("~", "\N{NO-BREAK SPACE}")


def test_where_a_command_is_named_the_numbers_before_it_stay_with_their_words() -> None:
    commanded = templating.set_up(Environment, None).filters["commanded"]
    told = commanded("<Bis> 12:00 Uhr: onenumber status").replace("\N{NO-BREAK SPACE}", "~")
    assert told == '&lt;Bis&gt; 12:00~Uhr: <b class="cmd">onenumber status</b>'
