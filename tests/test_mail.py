"""A mail's key, token and Message-ID: what is sealed opens again, and nothing else does."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import mail
from pipeline.mail import MailKey
from pipeline.weeks import Week

SECRET = b"the organisation's secret"
LETTERS = "abcdefghijklmnopqrstuvwxyz234567"
KEY = MailKey(Week(2026, 48), "ask", "k3v7q2ma")

keys = st.builds(
    MailKey,
    round=st.integers(0, 3000).map(Week(2000, 1).plus),
    kind=st.sampled_from(sorted(mail.KINDS)),
    person=st.text(LETTERS, min_size=8, max_size=8),
    number=st.integers(0, 31),
)


@given(keys)
def test_what_is_sealed_opens_to_the_same_mail(key: MailKey) -> None:
    assert mail.opened(mail.seal(key, SECRET), [SECRET]) == key


@given(keys, st.sampled_from(["", "abcdefgh"]))
def test_a_key_reads_back_from_how_it_is_written(key: MailKey, copy: str) -> None:
    copied = msgspec.structs.replace(key, copy=copy)
    assert MailKey.parse(str(copied)) == copied


def test_a_copy_for_a_deputy_has_a_message_id_of_its_own_and_the_same_token() -> None:
    copied = mail.message_id(msgspec.structs.replace(KEY, copy="abcdefgh"), SECRET, "nordvik.dk")
    assert copied != mail.message_id(KEY, SECRET, "nordvik.dk")
    assert list(mail.tokens(copied, [SECRET])) == [msgspec.structs.replace(KEY, copy="abcdefgh")]


@given(keys, st.integers(0, 28), st.sampled_from(LETTERS))
def test_a_token_with_any_letter_changed_is_nobodys(key: MailKey, place: int, letter: str) -> None:
    token = mail.seal(key, SECRET)
    forged = token[:place] + letter + token[place + 1 :]
    assert mail.opened(forged, [SECRET]) == (key if forged == token else None)


def test_a_token_of_another_organisation_is_nobodys() -> None:
    assert mail.opened(mail.seal(KEY, b"another secret"), [SECRET]) is None


def test_a_token_made_before_the_secret_changed_is_still_accepted() -> None:
    assert mail.opened(mail.seal(KEY, b"the old one"), [SECRET, b"the old one"]) == KEY


def test_a_token_is_found_in_capitals_in_an_address_and_in_quoted_text() -> None:
    token = mail.seal(KEY, SECRET)
    text = f"To: Reports <REPORTS+{token.upper()}@nordvik.dk>\n> 7\n> {token}\n"
    assert list(mail.tokens(text, [SECRET])) == [KEY, KEY]


def test_a_repeat_has_the_same_message_id() -> None:
    assert mail.message_id(KEY, SECRET, "nordvik.dk") == mail.message_id(KEY, SECRET, "nordvik.dk")


def test_the_reply_address_keeps_within_what_smtp_allows() -> None:
    address = mail.reply_address("one-number-reports@nordvik.dk", KEY, SECRET)
    assert len(address.rpartition("@")[0]) <= 64


def test_the_short_reference_of_a_button_fits_its_own_person_and_week_alone() -> None:
    subject = "ET tal for uge 48 " + mail.short_reference(KEY.round, KEY.person, SECRET)
    assert mail.short_reference_fits(subject, KEY.round, KEY.person, [SECRET])
    assert not mail.short_reference_fits(subject, Week(2026, 47), KEY.person, [SECRET])
    assert not mail.short_reference_fits(subject, KEY.round, "aaaaaaaa", [SECRET])
    assert not mail.short_reference_fits("ET tal for uge 48", KEY.round, KEY.person, [SECRET])


@pytest.mark.parametrize("written", ["", "2026-W54/ask/k3v7q2ma", "2026-W48/poem/k3v7q2ma", "2026-W48/ask/anna@x.dk"])
def test_what_is_no_key_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match=r"not the key of a mail|not an ISO week"):
        MailKey.parse(written)
