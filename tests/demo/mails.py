"""Mails of ours as the demo's people get them, written here so that the people can be tested without the composer."""

from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from urllib.parse import quote

from pipeline.demo.company import COMPANY, ORGANISATION
from pipeline.mail import MailKey, message_id, reply_address, short_reference
from pipeline.roster import new_id
from pipeline.weeks import Week

SECRET = b"this-company-exists-in-the-demo-alone"
WEEK = Week(2026, 47)


def key(kind: str, person: str, number: int = 0) -> MailKey:
    return MailKey(WEEK, kind, new_id(f"{person}@nordvik.example"), number)


def mail(kind: str, person: str, at: object, number: int = 0) -> bytes:
    """One of our mails to somebody, in text and HTML, with its buttons."""
    named = key(kind, person, number)
    to = reply_address(ORGANISATION, named, SECRET)
    subject = "One number for week 47"
    someone = COMPANY.at(f"{person}@nordvik.example")
    assert someone is not None
    message = EmailMessage(SMTP)
    message["From"] = f"One Number <{ORGANISATION}>"
    message["To"] = someone.writer.address
    message["Reply-To"] = f"One Number <{to}>"
    message["Subject"] = subject
    message["Date"] = format_datetime(at)  # type: ignore[arg-type]
    message["Message-ID"] = message_id(named, SECRET, "nordvik.example")
    reference = short_reference(WEEK, named.person, SECRET)
    tapped = quote(f"{subject} {reference}")
    buttons = " ".join(
        f'<a href="mailto:{to.replace("+", "%2B")}?subject={tapped}&amp;body={figure}">{figure}</a>'
        for figure in range(10)
    )
    message.set_content(
        "How many new sales opportunities did you create yourself this week?\n\nJust reply with 1 number, by 16.30.\n"
    )
    message.add_alternative(
        f"<!doctype html><html><head><title>x</title></head><body><p>How many in week 47?</p>{buttons}</body></html>",
        subtype="html",
    )
    return message.as_bytes()
