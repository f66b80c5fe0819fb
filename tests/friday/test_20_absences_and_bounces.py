"""Away notices, words of absence and returned mail: understood once, kept over weeks, and never answered."""

from email.message import EmailMessage, Message
from email.mime.multipart import MIMEMultipart
from email.mime.nonmultipart import MIMENonMultipart
from email.mime.text import MIMEText
from email.policy import SMTP

from pipeline.demo import clients
from tests.friday.conftest import MakeFirm
from tests.friday.firm import Firm, kinds_of


def away_notice(week: Firm, who: str, words: str) -> None:
    """What Exchange answers by itself, to the plain address, with nothing but In-Reply-To to tell what it is about."""
    raw = clients.away_notice(week.writer(who), week.mails(who)[-1], "Automatic reply", words, week.now)
    week.servers.deliver("", week.organisation, raw, verdict="nothing")


def test_an_away_notice_stops_the_nudges_and_is_never_answered(firm: MakeFirm) -> None:
    week = firm(receipts=True).installed()
    week.tick("Fri 13:00")
    away_notice(week, "anna", "I am out of the office and read no mail.")
    turns = week.through("Fri 13:05", "Fri 17:00")
    assert [one["outcome"] for one in turns[0]["received"]] == ["away"]
    assert week.kinds("anna") == ["ask"]
    assert week.state("anna") == "away"


def test_an_absence_with_a_date_is_kept_over_the_weeks(firm: MakeFirm) -> None:
    week = firm().installed()
    week.tick("Fri 13:00")
    week.replies("anna", "off until 25 March")
    week.tick("Fri 13:10")
    assert week.state("anna") == "away"
    week.through("+1 Fri 12:00", "+1 Fri 17:00")
    assert week.kinds("anna") == ["ask"]
    assert {one["until"] for one in week.status("2026-W12")["people"]} == {"2026-03-25", None}
    week.tick("+2 Fri 13:00")
    assert week.kinds("anna") == ["ask", "ask"]


def test_an_absence_without_a_date_is_asked_next_week_and_not_nudged(firm: MakeFirm) -> None:
    week = firm().installed()
    week.tick("Fri 13:00")
    away_notice(week, "anna", "I am out of the office and read no mail.")
    week.tick("Fri 13:10")
    week.through("+1 Fri 13:00", "+1 Fri 17:00")
    assert week.kinds("anna") == ["ask", "ask"]


def test_back_and_any_answer_end_an_absence(firm: MakeFirm) -> None:
    week = firm().installed()
    week.tick("Fri 13:00")
    week.replies("anna", "off until 25 March")
    week.replies("bo", "off")
    week.tick("Fri 13:10")
    week.replies("anna", "back")
    week.replies("bo", "4", to=week.mails("bo", "ask")[0])
    week.tick("Fri 13:20")
    assert week.number("bo") == 4
    assert week.state("anna") == "no_answer"
    week.tick("+1 Fri 13:00")
    assert week.kinds("anna") == ["ask", "ask"]


def returned(week: Firm, who: str) -> bytes:
    """A delivery status notification (RFC 3464) with the headers of the mail that failed."""
    lost = week.mails(who)[-1]
    report = MIMEMultipart("report", policy=SMTP, report_type="delivery-status")
    report["From"] = "MAILER-DAEMON@mx.elsewhere.test"
    report["To"] = week.organisation
    report["Subject"] = "Undelivered Mail Returned to Sender"
    report["Auto-Submitted"] = "auto-replied"
    report["Message-ID"] = f"<dsn.{week.tag}.{who}@mx.elsewhere.test>"
    report.attach(MIMEText("I'm sorry, your message could not be delivered to 1 recipient."))
    status = MIMENonMultipart("message", "delivery-status", policy=SMTP)
    reporting, failed = Message(), Message()
    reporting["Reporting-MTA"] = "dns; mx.elsewhere.test"
    failed["Final-Recipient"] = f"rfc822; {week.address(who)}"
    failed["Action"], failed["Status"] = "failed", "5.1.1"
    failed["Diagnostic-Code"] = "smtp; 550 5.1.1 no such user"
    status.set_payload([reporting, failed])
    report.attach(status)
    head = MIMENonMultipart("text", "rfc822-headers", policy=SMTP)
    original = EmailMessage(SMTP)
    original["Subject"], original["Message-ID"] = lost.subject, lost.message_id
    head.set_payload(original.as_string())
    report.attach(head)
    return report.as_bytes()


def test_returned_mail_makes_an_address_undeliverable_for_this_round(firm: MakeFirm) -> None:
    week = firm().installed()
    week.tick("Fri 13:00")
    week.servers.deliver("", week.organisation, returned(week, "anna"), verdict="nothing")
    turns = week.through("Fri 13:10", "Fri 17:00")
    assert [one["outcome"] for one in turns[0]["received"]] == ["bounce"]
    assert week.state("anna") == "undeliverable"
    assert ("nudge", week.id("anna")) not in kinds_of(turns)
    assert "0 of 1" in week.mails("jens", "digest")[0].subject
    week.tick("+1 Fri 13:00")
    assert week.kinds("anna") == ["ask", "ask"]


def test_an_absence_that_nobody_vouched_for_keeps_its_date_when_confirmed(firm: MakeFirm) -> None:
    week = firm().installed()
    week.tick("Fri 13:00")
    week.writes("anna", "away", "off until 25 March", verdict="nothing")
    week.writes("bo", "away", "off until 25 March", verdict="nothing", In_Reply_To=week.mails("bo")[0].message_id)
    week.tick("Fri 13:10")
    assert week.state("bo") == "away"
    assert week.state("anna") != "away"
    (question,) = week.mails("anna", "confirm")
    week.replies("anna", "ok", to=question)
    week.tick("Fri 13:20")
    assert {one["until"] for one in week.status()["people"]} == {"2026-03-25"}
