"""The number buttons are tapped in every language, in clients that keep a link and in those that lose some of it."""

import re
from collections.abc import Callable
from html import unescape
from urllib.parse import unquote, urlsplit

from pipeline.people import LANGUAGES
from tests.friday.conftest import MakeFirm
from tests.friday.firm import JENS, METTE, rep

Message = tuple[str, str, str]  # to, subject, body


def faithful(link: str) -> Message:
    """As RFC 6068 has it: percent-decoding and nothing else, for a plus is a plus."""
    parts = urlsplit(link)
    fields = dict(one.split("=", 1) for one in parts.query.split("&"))
    return unquote(parts.path), unquote(fields["subject"]), unquote(fields["body"])


def loses_the_plus(link: str) -> Message:
    """GNOME and Outlook on the web make a space of a plus, even of %2B: the token in To is gone."""
    to, subject, body = faithful(link)
    return to.replace("+", " "), subject, body


def loses_the_body(link: str) -> Message:
    """The number has to be typed."""
    to, subject, _ = faithful(link)
    return to, subject, ""


def loses_the_subject(link: str) -> Message:
    to, _, body = faithful(link)
    return to, "", body


def cuts_at_the_equals_sign(link: str) -> Message:
    """Gmail on Android dropped what stands behind an equals sign within a field, and line breaks."""
    to, subject, body = faithful(link)
    return to, subject.partition("=")[0], body.partition("=")[0].replace("\n", "")


def decodes_twice(link: str) -> Message:
    to, subject, body = faithful(link)
    return unquote(to), unquote(subject), unquote(body)


def decodes_as_a_form(link: str) -> Message:
    """A web client that reads the query as a form's: every plus in it is a space."""
    to, subject, body = faithful(link.replace("+", "%20"))
    return to, subject, body


CLIENTS: tuple[Callable[[str], Message], ...] = (
    faithful, loses_the_plus, loses_the_body, loses_the_subject, cuts_at_the_equals_sign, decodes_twice, decodes_as_a_form,
)  # fmt: skip


def test_a_tap_and_send_is_an_answer_in_every_language_and_client(firm: MakeFirm) -> None:
    people = [rep(f"{language}{place}", language=language) for language in LANGUAGES for place in range(2)]
    week = firm([JENS, METTE, *people]).installed()
    week.tick("Fri 13:00")
    tapped: dict[str, tuple[int, str]] = {}
    for place, person in enumerate(one["who"] for one in people):
        number, client = place % 10, CLIENTS[place % len(CLIENTS)]
        (ask,) = week.mails(person, "ask")
        links = {text: unescape(link) for link, text in re.findall(r'href="(mailto:[^"]+)"[^>]*>([^<]+)</a>', ask.html)}
        assert links[str(number)].isascii()
        to, subject, body = client(links[str(number)])
        raw = week.letter(person, subject, body or str(number), to=to)
        week.servers.submit(week.address(person), to if " " not in to else week.organisation, raw)
        tapped[person] = number, client.__name__
    turn = week.tick("Fri 13:20")
    wrong = {
        (person, client, week_number)
        for (person, (number, client)), week_number in zip(tapped.items(), map(week.number, tapped), strict=True)
        if week_number != number
    }
    assert wrong == set()
    assert {one["outcome"] for one in turn["received"]} == {"answer"}
    assert turn["sent"] == []


def test_another_number_opens_a_reply_in_which_nothing_stands_yet(firm: MakeFirm) -> None:
    week = firm([JENS, METTE, rep("anna", language="fr")]).installed()
    week.tick("Fri 13:00")
    (ask,) = week.mails("anna", "ask")
    link = unescape(re.findall(r'href="(mailto:[^"]+)"', ask.html)[-1])
    to, subject, body = faithful(link)
    assert body == ""
    week.servers.submit(week.address("anna"), to, week.letter("anna", subject, "143", to=to))
    week.tick("Fri 13:20")
    assert week.number("anna") == 143
