"""Those who write as somebody they are not, on the real servers: each is recorded as designed, and no stranger learns
from an answer whether anybody is on the roster."""

from pipeline import mail
from pipeline.mail import MailKey
from pipeline.weeks import Week
from tests.friday.conftest import MakeFirm
from tests.friday.firm import Firm

WEEK = Week(2026, 11)


def outcomes(week: Firm, moment: str) -> list[tuple[str, str]]:
    return [(one["outcome"], one["rule"]) for one in week.tick(moment)["received"]]


def test_a_stranger_gets_no_answer_and_nothing_that_they_claim_counts(firm: MakeFirm) -> None:
    week = firm().installed()
    week.tick("Fri 13:00")
    anna, bo = week.mails("anna")[0], week.mails("bo")[0]
    guessed = mail.reply_address(
        week.organisation, MailKey(WEEK, "ask", week.id("anna")), b"a guess of sixteen letters"
    )
    encoded = f"=?utf-8?q?{week.address('anna').replace('@', '=40')}?="
    strangers = {
        "guess": week.letter("stranger", "Re: One number for week 11", "9", to=guessed),
        "name": week.letter("stranger", "9", "9").replace(b"Stranger <", f'"{week.address("anna")}" <'.encode()),
        "encoded": week.letter("stranger", "9", "9").replace(b"Stranger <", f"{encoded} <".encode()),
        "unquoted": week.letter("stranger", "9", "9").replace(b"Stranger <", f"{week.address('anna')} <".encode()),
        "both": week.letter("stranger", "9", "9").replace(b"Stranger <", f"<{week.address('anna')}>, <".encode()),
        "asks": week.letter("stranger", f"is {week.address('anna')} there?", "help"),
    }
    for raw in strangers.values():
        week.servers.deliver(week.address("stranger"), week.organisation, raw)
    assert outcomes(week, "Fri 13:30") == [("foreign", "not ours")] * len(strangers)
    assert week.servers.messages(week.address("stranger")) == []
    assert len(week.inbox()) == len(strangers)
    assert week.number("anna") is None
    assert (week.kinds("anna"), week.kinds("bo")) == (["ask"], ["ask"])

    # With a genuine token, which a forwarded ask carries, it counts, flagged, and its person is told.
    stolen = week.letter("stranger", "Re: One number", "9", to=anna.reply_to)
    week.servers.deliver(week.address("stranger"), week.organisation, stolen, verdict="nothing")
    assert outcomes(week, "Fri 13:40") == [("answer", "our mail, answered from an address that nobody has")]
    assert week.servers.messages(week.address("stranger")) == []
    assert week.kinds("anna") == ["ask", "warning"]
    week.replies("anna", "not me")
    week.tick("Fri 13:50")
    assert week.number("anna") is None

    # A colleague with another's ask is asked whose number it is; nothing counts until they say.
    week.replies("anna", "5", to=bo)
    assert outcomes(week, "Fri 14:00") == [("unconfirmed", "our mail, answered by somebody else of the roster")]
    assert week.number("bo") is None
    assert week.number("anna") is None


def test_a_verdict_that_the_writer_brought_along_is_not_our_servers(firm: MakeFirm) -> None:
    week = firm().installed()
    week.tick("Fri 13:00")
    verdict = "mx.firm.test; dmarc=pass header.from=firm.test"
    theirs = {"Authentication-Results": verdict, "ARC-Authentication-Results": f"i=1; {verdict}"}
    raw = week.letter("anna", "9", "9", **theirs)
    week.servers.deliver("x@elsewhere.test", week.organisation, raw, verdict="fail")
    assert outcomes(week, "Fri 13:30") == [("held", "it fails the authentication that it should have passed")]
    del theirs["Authentication-Results"]
    raw = week.letter("anna", "9", "9", **theirs, X_Authentication_Results=verdict)
    week.servers.deliver("x@elsewhere.test", week.organisation, raw, verdict="nothing")
    assert outcomes(week, "Fri 13:40") == [("unconfirmed", "a known address, and nobody vouches for it")]
    assert week.number("anna") is None
    assert week.kinds("anna") == ["ask", "confirm"]
