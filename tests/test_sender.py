"""Who is it, and which week: each carrier of a token suffices alone, and nobody is believed for what anybody can write."""

from email import message_from_string

import pytest

from pipeline import mail
from pipeline.mail import MailKey
from pipeline.roster import Person, Roster, new_id
from pipeline.sender import Letters, Sender, Trust, identify
from pipeline.weeks import Week

SECRET = b"the organisation's secret"
WEEK = Week(2026, 48)
DORTE = Person(new_id("dorte@x.dk"), "dorte@x.dk", "Dorte", reports_number=False, copies_to=("pa@y.dk",))
ANNA = Person(new_id("anna@x.dk"), "anna@x.dk", "Anna", DORTE.id, aliases=("ab@x.dk",))
FIRM = Roster((DORTE, ANNA))
ASK = MailKey(WEEK, "ask", ANNA.id)
TOKEN = mail.seal(ASK, SECRET)
TRUST = Trust((SECRET,), "mx.x.dk", frozenset({"x.dk"}))
ALIAS = "<AM0PR01MB1@eurprd.prod.outlook.com>"
LETTERS = Letters({ALIAS: str(ASK), "0102018f2a3b4c5d-1111": str(ASK)}.get, (WEEK,))


def identified(headers: str, text: str = "7", trust: Trust = TRUST, **more: str) -> Sender:
    message = message_from_string(f"{headers}\n\n{text}")
    return identify(message, text, FIRM, trust, LETTERS, **more)


@pytest.mark.parametrize(
    ("headers", "text"),
    [
        (f"To: number+{TOKEN}@x.dk", "7"),
        (f"To: One Number <NUMBER+{TOKEN.upper()}@X.DK>", "7"),
        (f"To: number {TOKEN}@x.dk", "7"),
        (f"Delivered-To: number+{TOKEN}@x.dk", "7"),
        (f"In-Reply-To: <{TOKEN}@x.dk>", "7"),
        (f"References: <other@x.dk> <{TOKEN}@x.dk>", "7"),
        (f"In-Reply-To: {ALIAS}", "7"),
        ("In-Reply-To: <0102018f2a3b4c5d-1111@eu-west-1.amazonses.com>", "7"),
        (f"Subject: Re: hi\nX-MS-Exchange-Parent-Message-Id: <{TOKEN}@x.dk>", "7"),
        ("Subject: Re: hi", f"7\n> How many?\n> {TOKEN}\n"),
        ("Subject: ET tal for uge 48 " + mail.short_reference(WEEK, ANNA.id, SECRET), "7"),
    ],
    ids=[
        "plus",
        "capitals",
        "space",
        "delivered",
        "in-reply-to",
        "references",
        "alias",
        "amazon",
        "exchange",
        "quoted",
        "button",
    ],
)
def test_each_carrier_of_the_token_is_enough_alone(headers: str, text: str) -> None:
    found = identified(f"From: anna@x.dk\n{headers}", text)
    assert (found.mail, found.writer, found.ours) == (ASK, ANNA, True)
    assert found.is_known_for(ANNA)


def test_a_buttons_short_reference_counts_only_for_its_own_person() -> None:
    subject = "Subject: " + mail.short_reference(WEEK, ANNA.id, SECRET)
    assert identified(f"From: dorte@x.dk\n{subject}").mail is None
    assert identified(f"From: stranger@y.dk\n{subject}").mail is None


def test_a_token_with_a_letter_changed_is_none() -> None:
    assert identified(f"From: anna@x.dk\nTo: number+{TOKEN[:-1]}a@x.dk").mail in {
        None,
        ASK if TOKEN[-1] == "a" else None,
    }


def test_an_alias_and_any_case_of_an_address_are_the_person() -> None:
    assert identified("From: Anna <AB@x.dk>").writer == ANNA


def test_a_deputy_writes_for_their_person() -> None:
    found = identified("From: pa@y.dk")
    assert found.writer == DORTE
    assert found.is_known_for(DORTE)


def test_two_from_lines_are_nobody() -> None:
    assert identified("From: anna@x.dk\nFrom: mallory@y.dk").address == ""


def test_a_display_name_is_not_an_address() -> None:
    assert identified('From: "anna@x.dk" <mallory@y.dk>').writer is None


@pytest.mark.parametrize(
    ("frm", "writer"),
    [
        ("anna@x.dk", "anna@x.dk"),
        ("Anna <anna@x.dk>", "anna@x.dk"),
        ("Bøgh, Anna <anna@x.dk>", "anna@x.dk"),  # a comma that should stand in quotes
        ("anna@x.dk <anna@x.dk>", "anna@x.dk"),
        ("=?utf-8?q?B=C3=B8gh=2C_Anna?= <anna@x.dk>", "anna@x.dk"),
        ("(Anna (of (Bøgh))) anna@x.dk", "anna@x.dk"),
        ('"Anna \\" Bøgh" <anna@x.dk>', "anna@x.dk"),
        ("anna@x.dk <mallory@y.dk>", "mallory@y.dk"),  # CVE-2023-27043
        ("=?utf-8?q?anna=40x.dk?= <mallory@y.dk>", "mallory@y.dk"),
        ("=?utf-8?q?anna=40x.dk_=3Canna=40x.dk=3E?= <mallory@y.dk>", "mallory@y.dk"),
        ('"<anna@x.dk>" <mallory@y.dk>', "mallory@y.dk"),
        ("(<anna@x.dk>) mallory@y.dk", "mallory@y.dk"),
        ("=?utf-8?q?anna=40x.dk?=", ""),
        ("anna@x.dk, mallory@y.dk", ""),
        ("anna@x.dk, <mallory@y.dk>", "mallory@y.dk"),
        ("<anna@x.dk> <mallory@y.dk>", ""),
        ("<anna@x.dk>, Mallory <mallory@y.dk>", ""),
        ("friends: anna@x.dk;", ""),
        ("anna@x.dk@y.dk", ""),
        ("anna@x.dk\x00@y.dk", ""),
        ('"anna@x.dk <mallory@y.dk>', ""),
        ("(anna@x.dk <mallory@y.dk>", ""),
        ("anna@x.dk\u202e", ""),
        ("a" * 255 + "@x.dk", ""),
        ("аnna@x.dk", "аnna@x.dk"),  # a Cyrillic а
        ("anna@х.dk", "anna@xn--u1a.dk"),  # a Cyrillic х
        ("anna@xn--h1alffa9f.dk", "anna@xn--h1alffa9f.dk"),
        ("", ""),
    ],
)
def test_the_writer_is_who_stands_in_the_angle_brackets_and_nobody_in_doubt(frm: str, writer: str) -> None:
    found = identified(f"From: {frm}")
    assert found.address == writer
    assert found.writer == (ANNA if writer == "anna@x.dk" else None)


def test_an_address_that_only_looks_like_one_of_ours_once_its_case_is_folded_is_nobodys() -> None:
    weiss = Person(new_id("a@strasse.de"), "a@strasse.de", "A", DORTE.id)
    lookalike = message_from_string("From: a@straße.de\n\n7")
    found = identify(lookalike, "7", Roster((DORTE, weiss)), TRUST, LETTERS)
    assert found.writer is None


def test_our_subject_alone_is_a_hint_that_it_answers_us() -> None:
    assert identified("From: anna@x.dk\nSubject: Re: One number for week 48").ours
    assert not identified("From: anna@x.dk\nSubject: Lunch on Friday").ours


def test_a_bounce_is_tied_by_the_message_it_returns() -> None:
    found = identified("From: mailer-daemon@y.dk", "failed", anywhere=f"Message-ID: <{TOKEN}@x.dk>")
    assert found.mail == ASK


@pytest.mark.parametrize(
    ("results", "verdict"),
    [
        ("mx.x.dk; dmarc=pass header.from=x.dk", "pass"),
        ("MX.X.DK 1; spf=pass smtp.mailfrom=x.dk; dmarc=pass (p=NONE) header.from=x.dk", "pass"),
        ("mx.x.dk; spf=pass smtp.mailfrom=anna@x.dk", "pass"),
        ("mx.x.dk; dkim=pass header.d=x.dk", "pass"),
        ("mx.x.dk; dkim=pass header.d=mallory.dk", "nothing"),
        ("mx.x.dk; dmarc=pass header.from=mallory.dk", "nothing"),
        ("mx.x.dk; dmarc=fail header.from=x.dk", "fail"),
        ("mx.mallory.dk; dmarc=pass header.from=x.dk", "nothing"),
        ("mx.mallory.dk; (mx.x.dk; dmarc=pass header.from=x.dk)", "nothing"),
        ("(mx.x.dk;) mx.mallory.dk; dmarc=pass header.from=x.dk", "nothing"),
        ("mx.x.dk.mallory.dk; dmarc=pass header.from=x.dk", "nothing"),
        ("mx.x.dk dmarc=pass header.from=x.dk", "nothing"),
        ("mx.x.dk; dmarc=pass", "nothing"),
        ("mx.x.dk; dmarc=none header.from=x.dk; x-dmarc=pass header.from=x.dk", "nothing"),
        ("mx.x.dk; DMARC = PASS header.from = X.DK", "pass"),
        ('mx.x.dk; dmarc=pass header.from="x.dk"', "pass"),
        ("mx.x.dk; dmarc=pass (p=(none)) header.from=x.dk", "pass"),
        # What a stranger chose, as our own server writes it down: an envelope sender, a host name, a signature's domain.
        ('mx.x.dk; spf=pass smtp.mailfrom="a; dmarc=pass header.from=x.dk"@mallory.dk', "nothing"),
        ('mx.x.dk; spf=pass smtp.mailfrom="a@x.dk "@mallory.dk', "nothing"),
        ('mx.x.dk; spf=pass smtp.mailfrom="a\\"; dmarc=pass header.from=x.dk; \\""@mallory.dk', "nothing"),
        ("mx.x.dk; spf=none (mx.x.dk: (of x) dmarc=pass header.from=x.dk;) smtp.mailfrom=mallory.dk", "nothing"),
        (
            "mx.x.dk; spf=none (a; (b; dmarc=pass header.from=x.dk) c; dkim=pass header.d=x.dk) smtp.mailfrom=y.dk",
            "nothing",
        ),
        ("mx.x.dk; spf=none (never closed; dmarc=pass header.from=x.dk", "nothing"),
        ("mx.x.dk; dkim=pass header.d=mallory.dk reason=dkim=pass header.d=x.dk.mallory.dk", "nothing"),
        ("mx.x.dk; dkim=pass header.d=x.dk.mallory.dk", "nothing"),
        ("mx.x.dk; dkim=fail header.d=x.dk; spf=pass smtp.mailfrom=x.dk@mallory.dk", "nothing"),
        ("mx.x.dk; spf=pass smtp.helo=x.dk smtp.mailfrom=mallory.dk", "nothing"),
        (
            "mx.x.dk; auth=pass smtp.auth=anna@x.dk; iprev=pass policy.iprev=1.2.3.4; arc=pass header.from=x.dk",
            "nothing",
        ),
        ("", "nothing"),
    ],
)
def test_only_our_own_servers_verdict_counts(results: str, verdict: str) -> None:
    assert identified(f"From: anna@x.dk\nAuthentication-Results: {results}").verdict == verdict


def test_only_the_topmost_verdict_counts() -> None:
    lines = "Authentication-Results: mx.x.dk; dmarc=fail\nAuthentication-Results: mx.x.dk; dmarc=pass header.from=x.dk"
    assert identified(f"From: anna@x.dk\n{lines}").verdict == "fail"


def test_a_verdict_that_the_writer_has_put_below_ours_is_not_looked_at() -> None:
    ours = "Authentication-Results: mx.x.dk; dmarc=none header.from=x.dk"
    theirs = (
        "Authentication-Results",
        "authentication-results",
        "ARC-Authentication-Results",
        "X-Authentication-Results",
    )
    for name in theirs:
        assert identified(f"From: anna@x.dk\n{ours}\n{name}: mx.x.dk; dmarc=pass header.from=x.dk").verdict == "nothing"


MICROSOFT = Trust((SECRET,), "microsoft365", frozenset({"x.dk"}))


@pytest.mark.parametrize(
    ("headers", "tenant", "verdict"),
    [
        (
            "Authentication-Results: spf=pass (sender IP is 1.2.3.4) smtp.mailfrom=x.dk; dkim=pass header.d=x.dk; dmarc=pass action=none header.from=x.dk; compauth=pass reason=100",
            False,
            "pass",
        ),
        (
            "Authentication-Results: spf=fail smtp.mailfrom=x.dk; dmarc=fail header.from=x.dk; compauth=fail reason=000",
            False,
            "fail",
        ),
        (
            "Authentication-Results: spf=pass smtp.mailfrom=x.dk; dmarc=bestguesspass header.from=x.dk; compauth=pass reason=109",
            False,
            "nothing",
        ),
        ("Authentication-Results: mx.mallory.dk; dmarc=pass header.from=x.dk", False, "nothing"),
        ("X-MS-Exchange-Organization-AuthAs: Internal", False, "nothing"),
        ("X-MS-Exchange-Organization-AuthAs: Internal", True, "pass"),
        ("X-MS-Exchange-Organization-AuthAs: Anonymous", True, "nothing"),
    ],
)
def test_microsoft_365_is_a_mode_of_its_own(headers: str, tenant: bool, verdict: str) -> None:
    trust = Trust(MICROSOFT.secrets, MICROSOFT.authserv_id, MICROSOFT.own_domains, tenant)
    assert identified(f"From: anna@x.dk\n{headers}", trust=trust).verdict == verdict


def test_a_colleagues_mark_does_not_vouch_for_an_address_outside() -> None:
    trust = Trust((SECRET,), "microsoft365", frozenset({"x.dk"}), trust_same_tenant=True)
    assert identified("From: pa@y.dk\nX-MS-Exchange-Organization-AuthAs: Internal", trust=trust).verdict == "nothing"


def test_a_returned_copy_is_told_from_the_persons_own_mail() -> None:
    copy = f"In-Reply-To: <{TOKEN}.abcdefgh@x.dk>"
    found = identified(f"From: mailer-daemon@y.dk\n{copy}").mail
    assert found is not None
    assert (found.person, found.copy) == (ANNA.id, "abcdefgh")
