"""Headers by kind: absence is learnt, loops cannot start, everything threads, and each carrier has its token."""

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest

from pipeline import mail
from pipeline.compose import Composer
from pipeline.mail import MailKey
from pipeline.roster import new_id
from pipeline.scene import CompositionError
from tests.compose.company import FIRM, SECRET, Told, person
from tests.compose.conftest import Tell

QUESTIONS = ("unclear", "which_week", "confirm", "whose", "warning", "receipt")


def headers(told: Told, key: MailKey) -> EmailMessage:
    return message_from_bytes(told.composed(key).message, _class=EmailMessage, policy=default)


def key_of(told: Told, kind: str) -> MailKey:
    if kind in QUESTIONS:
        return told.questioned(kind, "anna", reason="answer" if kind == "receipt" else "none", other_week="2026-W47")
    who = {"summary": "mette", "digest": "jens", "correction": "jens"}.get(kind, "anna")
    return MailKey(told.week, kind, told.who(who).id, 1 if kind in {"nudge", "correction"} else 0)


@pytest.mark.parametrize("kind", ["ask", "nudge"])
def test_asks_and_nudges_let_away_notices_and_bounces_come_back(tell: Tell, kind: str) -> None:
    told = tell().asked()
    found = headers(told, key_of(told, kind))
    assert found["X-Auto-Response-Suppress"] == "DR, RN, NRN"
    for name in ("Auto-Submitted", "Precedence", "List-Id", "List-Unsubscribe"):
        assert found[name] is None


@pytest.mark.parametrize("kind", [*QUESTIONS, "summary", "digest", "correction"])
def test_everything_else_says_that_a_machine_wrote_it(tell: Tell, kind: str) -> None:
    told = tell().asked()
    found = headers(told, key_of(told, kind))
    answers = kind in {*QUESTIONS} - {"warning"}
    assert found["Auto-Submitted"] == ("auto-replied" if answers else "auto-generated")
    assert found["X-Auto-Response-Suppress"] == "All"


@pytest.mark.parametrize("kind", ["ask", "nudge", *QUESTIONS, "summary", "digest", "correction"])
def test_every_mail_has_one_recipient_and_its_token_in_three_places(tell: Tell, kind: str) -> None:
    told = tell().asked()
    key = key_of(told, kind)
    found = headers(told, key)
    token = mail.seal(key, SECRET.encode())
    assert len(found["To"].addresses) == 1
    assert found["Cc"] is found["Bcc"] is None
    assert token in found["Message-ID"]
    assert f"number+{token}@firm.test" in found["Reply-To"]
    for subtype in ("plain", "html"):
        part = found.get_body((subtype,))
        assert part is not None
        assert token in part.get_content()
    assert found["Content-Language"] == "en"
    assert found["Date"].datetime.tzinfo is not None


def test_every_mail_of_one_round_and_person_stands_under_its_ask(tell: Tell) -> None:
    told = tell().asked()
    ask = headers(told, key_of(told, "ask"))["Message-ID"]
    assert headers(told, key_of(told, "nudge"))["References"] == ask
    question = headers(told, key_of(told, "unclear"))
    assert question["References"].split() == [ask, "<theirs@firm.test>"]
    assert question["In-Reply-To"] == "<theirs@firm.test>"


def test_without_plus_addressing_replies_go_to_the_plain_address(tell: Tell) -> None:
    told = tell(sender={"plus_addressing": False}).asked()
    assert headers(told, key_of(told, "ask"))["Reply-To"].addresses[0].addr_spec == "number@firm.test"


def test_a_deputy_gets_a_mail_of_their_own(tell: Tell) -> None:
    told = tell([*FIRM[:2], person("anna", "mette", copies_to=["pa@firm.test"]), person("bo", "mette")]).asked()
    copy = MailKey(told.week, "ask", told.who("anna").id, copy=new_id("pa@firm.test"))
    found = headers(told, copy)
    assert found["To"].addresses[0].addr_spec == "pa@firm.test"
    assert found["Message-ID"] != headers(told, key_of(told, "ask"))["Message-ID"]


def test_a_copy_for_somebody_who_gets_none_any_more_is_not_composed(tell: Tell) -> None:
    told = tell().asked()
    with pytest.raises(CompositionError, match="Anna"):
        told.composed(MailKey(told.week, "ask", told.who("anna").id, copy=new_id("pa@firm.test")))


def test_the_same_state_makes_the_same_bytes(tell: Tell) -> None:
    told = tell().asked().answered("anna", 7)
    for kind in ("ask", "summary", "digest"):
        key = key_of(told, kind)
        assert told.composed(key) == Composer(told.settings).compose(key, told.scene())


def test_a_name_with_commas_and_quotes_stays_one_recipient(tell: Tell) -> None:
    odd = 'Bak, Anna "the Closer" Ørsted'
    told = tell([*FIRM[:2], person("anna", "mette", name=odd)])
    found = headers(told, key_of(told, "ask"))
    assert found["To"].addresses[0].display_name == odd
    assert found["To"].addresses[0].addr_spec == "anna@firm.test"
