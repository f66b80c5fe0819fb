"""A machine never answers: away notices, delivery failures, receipts, and what robots write in our languages."""

import pytest

from pipeline.reading import Reading, read


def written(subject: str, headers: str = "", body: str = "7", sender: str = "anna@x.dk", *languages: str) -> Reading:
    head = f"From: {sender}\nSubject: {subject}\nDate: Fri, 27 Nov 2026 13:10:00 +0100\n{headers}"
    raw = f"{head}Content-Type: text/plain; charset=utf-8\n\n{body}\n".encode()
    return read(raw, languages=languages or ("da", "en", "de", "fr", "fi", "es", "pl"))


ANSWERED = "Auto-Submitted: auto-replied\n"
EXCHANGE = "Auto-Submitted: auto-generated\nX-MS-Exchange-Generated-Message-Source: Mailbox Rules Agent\n"


@pytest.mark.parametrize(
    ("subject", "headers", "body", "until"),
    [
        ("Automatic reply: One number", EXCHANGE, "I am out of the office until 12 January 2027. Call 12345678.", "2027-01-12"),
        ("Autosvar: ET tal for uge 48", "", "Jeg er på ferie til og med d. 4. december.", "2026-12-04"),
        ("Automatische Antwort: Eine Zahl", ANSWERED, "Ich bin bis zum 12.01.2027 nicht im Büro.", "2027-01-12"),
        ("Réponse automatique : Un chiffre", "", "Je suis absent jusqu'au 12 janvier.", "2027-01-12"),
        ("Poissa: yksi luku", "", "Olen lomalla 12.1. asti", "2027-01-12"),
        ("Respuesta automática: un número", ANSWERED, "Estaré fuera hasta el 12 de enero", "2027-01-12"),
        ("Odpowiedź automatyczna: liczba", "", "Jestem na urlopie do 12 stycznia", "2027-01-12"),
        ("Re: One number for week 48", ANSWERED, "I am on vacation until Monday", "2026-11-30"),
        ("Re: One number for week 48", "X-Autoreply: yes\n", "Jeg holder ferie i uge 48 og 49", "None"),
    ],
)  # fmt: skip
def test_an_away_notice_tells_until_when(subject: str, headers: str, body: str, until: str) -> None:
    reading = written(subject, headers, body)
    assert (reading.outcome, reading.number) == ("away", None)
    assert str(reading.effects[0].until) == until


@pytest.mark.parametrize(
    ("subject", "headers", "sender"),
    [
        ("Re: One number", ANSWERED + "Precedence: bulk\n", "help@x.dk"),
        ("Read: One number", "", "anna@x.dk"),
        ("Læst: ET tal", "", "anna@x.dk"),
        ("Please confirm your message", "", "filter@x.dk"),
        ("Re: One number", "List-Id: <all.x.dk>\n", "anna@x.dk"),
        ("Your spam report", "", "no-reply@x.dk"),
        ("Spam digest: 7 messages", "", "filter@x.dk"),
    ],
)
def test_a_robot_is_no_answer(subject: str, headers: str, sender: str) -> None:
    reading = written(subject, headers, "Your ticket 7 has been received and will be handled right away", sender)
    assert (reading.outcome, reading.number) == ("auto_reply", None), reading.evidence


@pytest.mark.parametrize(
    "subject",
    ["Ikke leveret: ET tal", "Unzustellbar: Eine Zahl", "Undeliverable: One number", "Non remis : Un chiffre"],
)
def test_a_failure_without_a_report_is_a_bounce(subject: str) -> None:
    assert written(subject, "Return-Path: <>\n").outcome == "bounce"


@pytest.mark.parametrize(
    "subject",
    ["Out of the woods: 7", "absence of leads", "Vacation is over", "Poissa", "Delivery failed for 2 customers", "Urlaub vorbei"],
)  # fmt: skip
def test_a_persons_subject_that_sounds_like_a_robots_is_a_persons(subject: str) -> None:
    assert written(subject, "In-Reply-To: <a@b>\n").number == 7


@pytest.mark.parametrize(
    "said",
    ["👍 Anna reacted to your message: 1", 'Liked “How many? 0 1 2”', "Anna Bøgh reagerede på din mail", "👍", "ok 👍"],
)  # fmt: skip
def test_a_reaction_is_no_answer(said: str) -> None:
    assert written("Re: One number", "", said).number is None


def test_a_report_with_letters_that_its_charset_lacks_is_a_bounce() -> None:
    head = b"From: MAILER-DAEMON@x.dk\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n"
    status = b"Content-Type: message/delivery-status\n\nReporting-MTA: dns; x\nContent-Type: text/plain; charset=ascii\nno\xe9"
    assert read(head + status + b"\n\nAction: failed\n\n--b--\n").outcome == "bounce"


def test_a_delay_is_told_from_a_failure_by_its_action() -> None:
    head = b"From: MAILER-DAEMON@x.dk\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n"
    status = b"Content-Type: message/delivery-status\n\nReporting-MTA: dns; x\n\nFinal-Recipient: rfc822; a@x.dk\nAction: delayed\n"
    reading = read(head + status + b"\n--b--\n")
    assert (reading.outcome, reading.evidence) == ("auto_reply", "a delivery status: delayed")
