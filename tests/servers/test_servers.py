"""The test servers are what they claim to be: mail handed in arrives, as it does at a real provider's."""

import smtplib

import pytest

from tests.servers.mailservers import AUTHSERV_ID, MailServers

pytestmark = pytest.mark.servers
MAIL = b"From: anna@firm.test\r\nTo: box@firm.test\r\nSubject: hello\r\n\r\n7\r\n"


def test_a_submitted_mail_arrives(servers: MailServers) -> None:
    servers.submit("anna@firm.test", "first@firm.test", MAIL)
    assert b"Subject: hello" in servers.wait_for("first@firm.test", 1)[0]


def test_a_plus_address_arrives_in_the_same_mailbox(servers: MailServers) -> None:
    servers.deliver("anna@firm.test", "second+token@firm.test", MAIL, verdict="nothing")
    (arrived,) = servers.wait_for("second@firm.test", 1)
    assert b"second+token@firm.test" in arrived
    assert b"Authentication-Results" not in arrived


@pytest.mark.parametrize("verdict", ["pass", "fail"])
def test_our_server_writes_its_verdict(servers: MailServers, verdict: str) -> None:
    servers.deliver("anna@firm.test", f"{verdict}@firm.test", MAIL, verdict=verdict)
    (arrived,) = servers.wait_for(f"{verdict}@firm.test", 1)
    assert f"Authentication-Results: {AUTHSERV_ID}; dmarc={verdict} header.from=firm.test".encode() in arrived


def test_a_wrong_password_is_refused(servers: MailServers) -> None:
    with smtplib.SMTP("127.0.0.1", servers.submission_port) as smtp:
        smtp.starttls(context=servers.tls())
        with pytest.raises(smtplib.SMTPAuthenticationError):
            smtp.login("anna@firm.test", "wrong")
