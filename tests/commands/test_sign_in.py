"""`onenumber sign-in`, as an operator runs it, against real mail servers."""

from pathlib import Path

import pytest

from tests.friday.firm import Firm
from tests.servers import tokens
from tests.servers.mailservers import MailServers

pytestmark = pytest.mark.servers


@pytest.fixture
def firm(servers: MailServers, tmp_path: Path) -> Firm:
    return Firm(servers, tmp_path, [{"who": "dora"}, {"who": "anna", "reports_to": "dora"}])


def with_oauth(firm: Firm, secret: str) -> None:
    """The settings of an application at Microsoft."""
    oauth = {
        "provider": "microsoft365",
        "tenant": tokens.TENANT,
        "client_id": tokens.CLIENT,
        "client_secret": secret,
        "authority": firm.servers.tokens.origin,
    }
    firm.write(smtp={"password": None, "oauth": oauth}, imap={"password": None, "oauth": oauth})


def test_an_application_is_tried_at_both_servers_and_a_turn_needs_nothing_more(firm: Firm) -> None:
    world = firm.servers.tokens.anew()
    world.application_mailbox = firm.organisation
    with_oauth(firm, tokens.SECRET)
    done = firm.onenumber("sign-in")
    assert "IMAP server localhost lets us in." in done.stdout
    assert "SMTP server localhost lets us in." in done.stdout
    firm.onenumber("tick", "--now", firm.instant("Mon 08:00").isoformat())
    assert world.asked == ["client_credentials"]
    assert all(token not in done.stdout + done.stderr for token in world.tokens)


def test_a_refusal_is_told_in_words_and_shows_no_secret(firm: Firm) -> None:
    firm.servers.tokens.anew()
    with_oauth(firm, "hunter22-is-wrong")
    done = firm.onenumber("sign-in", check=False)
    assert done.returncode == 1
    assert "Its Value is wanted, not its Secret ID" in done.stderr
    ticked = firm.onenumber("tick", "--now", firm.instant("Mon 08:00").isoformat(), check=False)
    assert ticked.returncode == 3
    assert "Its Value is wanted" in ticked.stderr
    for said in (done.stdout, done.stderr, ticked.stdout, ticked.stderr):
        assert "Traceback" not in said
        assert "hunter22" not in said


def test_with_passwords_there_is_nowhere_to_sign_in(firm: Firm) -> None:
    done = firm.onenumber("sign-in", check=False)
    assert done.returncode == 1
    assert "the settings use passwords" in done.stderr
