"""Submission, to a real Postfix; and answers that a real one cannot be made to give, over a real socket."""

import socket
import socketserver
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

import pytest

from pipeline.settings import Secret, Smtp
from pipeline.transport import TransportError, explained
from pipeline.transport.smtp import Accepted, Delivery, Lost, Refused, Submission, Withheld
from tests.servers.mailservers import MailServers

pytestmark = pytest.mark.servers
MAIL = b"From: number@firm.test\r\nTo: x@firm.test\r\nSubject: hello\r\n\r\n.dot\r\n"
Settings = Callable[..., Smtp]


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_mails_are_handed_in_over_one_connection(servers: MailServers, smtp: Settings, security: str) -> None:
    port = servers.submission_port if security == "starttls" else servers.submissions_port
    submission = Submission(smtp(security=security, port=port))
    submission.open()
    for _ in range(3):
        assert isinstance(submission.send("number@firm.test", f"{security}@firm.test", MAIL), Accepted)
    submission.close()
    assert all(b"\r\n\r\n.dot\r\n" in arrived for arrived in servers.wait_for(f"{security}@firm.test", 3))


def test_a_recipient_that_is_refused_for_good_is_told_and_the_next_mail_goes_out(smtp: Settings) -> None:
    submission = Submission(smtp())
    submission.open()
    refused = submission.send("number@firm.test", "no such address", MAIL)
    assert isinstance(refused, Refused)
    assert refused.permanent
    assert refused.recipient
    assert isinstance(submission.send("number@firm.test", "next@firm.test", MAIL), Accepted)
    submission.close()


def test_a_wrong_password_is_said_without_showing_it(smtp: Settings) -> None:
    with pytest.raises(TransportError, match=r"refused the login .*Check smtp\.username and smtp\.password") as error:
        Submission(smtp(password=Secret("hunter22"))).open()
    assert "hunter22" not in str(error.value)


def test_an_untrusted_certificate_is_refused(smtp: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", "/dev/null")
    with pytest.raises(TransportError, match=r"its certificate is not trusted .*SSL_CERT_FILE"):
        Submission(smtp()).open()


def test_a_server_that_is_not_there_is_named(smtp: Settings) -> None:
    with pytest.raises(TransportError, match=r"SMTP server localhost:1: nothing listens there"):
        Submission(smtp(port=1)).open()


def test_a_server_without_tls_is_not_given_the_password(smtp: Settings) -> None:
    with scripted({}) as port, pytest.raises(TransportError, match="does not offer"):
        Submission(smtp(port=port)).open()


ONE_BY_ONE = "250-scripted\r\n250 SIZE 1000"
PIPELINED = "250-scripted\r\n250-PIPELINING\r\n250 SIZE 1000"


@contextmanager
def scripted(answers: Mapping[str, str | None]) -> Iterator[int]:
    """A server that speaks SMTP and answers a verb as the test says; `.` is the end of DATA, an empty answer hangs up,
    None is none yet."""

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(b"220 scripted\r\n")
            usual = dict.fromkeys(("MAIL", "RCPT", "RSET"), "250 ok")
            usual |= {"EHLO": ONE_BY_ONE, "DATA": "354 go", "QUIT": "221 bye", ".": "250 2.0.0 Ok"}
            hears_mail = False
            for raw in self.rfile:
                verb = raw.decode().strip().upper()[:4]
                if hears_mail and verb not in {"QUIT", "RSET", "."}:
                    continue
                answer = answers.get(verb, usual.get(verb, "500 5.5.2 what?"))
                if answer == "":
                    return
                hears_mail = verb == "DATA" and answer == usual["DATA"]
                if answer is not None:
                    self.wfile.write(answer.encode() + b"\r\n")

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=lambda: server.serve_forever(poll_interval=0.01))
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def connected(answers: Mapping[str, str | None], smtp: Settings) -> Iterator[Submission]:
    with scripted(answers) as port:
        submission = Submission(smtp(host="127.0.0.1", port=port, security="none", username=None, password=None))
        submission.open()
        yield submission
        submission.close()


Sent = Callable[[Mapping[str, str | None]], Delivery]


@pytest.fixture(params=[ONE_BY_ONE, PIPELINED], ids=["one by one", "pipelined"])
def sent(request: pytest.FixtureRequest, smtp: Settings) -> Sent:
    """What becomes of a mail, by a server that takes commands one by one, or several at once."""

    def to(answers: Mapping[str, str | None]) -> Delivery:
        with connected({"EHLO": request.param, **answers}, smtp) as submission:
            return submission.send("number@firm.test", "anna@firm.test", MAIL)

    return to


@pytest.mark.parametrize(
    ("verb", "answer", "permanent", "recipient"),
    [
        ("RCPT", "550 5.1.1 no such user", True, True),
        ("RCPT", "450 4.2.0 greylisted", False, True),
        ("RCPT", "421 4.3.2 shutting down", False, True),
        ("MAIL", "550 5.7.60 client does not have permissions to send as this sender", False, False),
        (".", "554 5.7.1 spam", True, False),
        (".", "432 4.3.2 STOREDRV; sender thread limit exceeded", False, False),
        (".", "554 5.2.0 STOREDRV.Submission.Exception:SubmissionQuotaExceededException", False, False),
        ("RCPT", "550 5.4.5 Daily user sending limit exceeded", False, False),
        ("RCPT", "451 4.7.1 Greylisted, please try again in 300 seconds", False, True),
        ("RCPT", "450 4.7.1 too many messages, try again later", False, False),
        ("DATA", "451 4.7.1 try later", False, True),
        (".", "451 4.7.1 Try again later", False, True),
        (".", "451 4.7.1 rate limit exceeded, try again later", False, False),
        (".", "451 4.3.0 try again later", False, False),
    ],
)
def test_refusals_are_told_apart(sent: Sent, verb: str, answer: str, permanent: bool, recipient: bool) -> None:
    refused = sent({verb: answer})
    assert isinstance(refused, Refused)
    assert (refused.permanent, refused.recipient) == (permanent, recipient)
    assert f"{refused.code} {refused.reason}" == answer


def test_a_mail_that_is_no_longer_ours_is_withheld_and_the_next_one_leaves_over_the_same_connection(
    smtp: Settings,
) -> None:
    with connected({}, smtp) as submission:
        withheld = submission.send("number@firm.test", "anna@firm.test", MAIL, lambda: False)
        assert isinstance(withheld, Withheld)
        assert submission.is_open
        assert isinstance(submission.send("number@firm.test", "bo@firm.test", MAIL), Accepted)


def test_where_the_server_takes_it_sender_and_recipient_are_named_in_one_go(smtp: Settings) -> None:
    with connected({"EHLO": PIPELINED, "MAIL": None, "RCPT": "250 ok\r\n250 ok"}, smtp) as submission:
        for who in ("anna", "bo"):
            assert isinstance(submission.send("number@firm.test", f"{who}@firm.test", MAIL), Accepted)


def test_what_a_recipient_is_answered_behind_a_refused_sender_is_nobody_elses_answer(smtp: Settings) -> None:
    answers: Mapping[str, str | None] = {
        "EHLO": PIPELINED,
        "MAIL": "550 5.7.60 not you",
        "RCPT": "503 5.5.1 sender first",
    }
    with connected(answers, smtp) as submission:
        refused = [submission.send("number@firm.test", f"{who}@firm.test", MAIL) for who in ("anna", "bo")]
        assert refused == [Refused(550, "5.7.60 not you", permanent=False, recipient=False)] * 2


@pytest.mark.parametrize("verb", ["MAIL", "RCPT", "."])
@pytest.mark.parametrize("answer", ["200 ok", "252 2.0.0 will try", "299 fine"])
def test_a_yes_with_a_code_of_its_own_is_a_yes(sent: Sent, verb: str, answer: str) -> None:
    """Taken for a refusal of a mail that was taken, it would have the mail sent again and again."""
    assert isinstance(sent({verb: answer}), Accepted)


def test_a_mail_that_the_server_did_not_want_to_hear_is_not_taken_for_sent(sent: Sent) -> None:
    assert isinstance(sent({"DATA": "250 2.0.0 fine"}), Refused)


def test_an_address_cannot_bring_a_command_with_it(smtp: Settings) -> None:
    with connected({}, smtp) as submission:
        assert submission.send("number@firm.test", " ,\r\nDATA", MAIL) == Lost("a command would hold a line end")


@pytest.mark.parametrize("verb", ["MAIL", "RCPT", "DATA", "."])
def test_a_connection_cut_before_the_answer_is_lost_not_refused(sent: Sent, verb: str) -> None:
    assert isinstance(sent({verb: ""}), Lost)


@pytest.mark.parametrize(
    ("answer", "ids"),
    [
        ("250 2.0.0 Ok: queued as 4F1B", ()),
        (
            "250 2.0.0 OK <AM0PR01MB1@AM0PR01.eurprd.prod.outlook.com> [Hostname=AM0PR01]",
            ("<AM0PR01MB1@AM0PR01.eurprd.prod.outlook.com>",),
        ),
        (
            "250 Ok 0102018f2a3b4c5d-11111111-2222-3333-4444-555555555555-000000",
            ("0102018f2a3b4c5d-11111111-2222-3333-4444-555555555555-000000",),
        ),
    ],
)
def test_a_message_id_given_by_the_server_is_kept(sent: Sent, answer: str, ids: tuple[str, ...]) -> None:
    assert sent({".": answer}) == Accepted(ids)


def test_an_address_beyond_ascii_is_refused_where_the_server_cannot_name_it(smtp: Settings) -> None:
    with connected({}, smtp) as submission:
        refused = submission.send("number@firm.test", "bøgh@firm.test", MAIL)
    assert isinstance(refused, Refused)
    assert "SMTPUTF8" in refused.reason


def test_an_address_beyond_ascii_is_handed_to_a_server_that_can_name_it(smtp: Settings) -> None:
    mail = "From: number@firm.test\r\nTo: Anna <bøgh@firm.test>\r\nSubject: hello\r\n\r\nhello\r\n".encode()
    submission = Submission(smtp())
    submission.open()
    assert isinstance(submission.send("beyond-ascii@firm.test", "bøgh@firm.test", mail), Accepted)
    assert isinstance(submission.send("number@firm.test", "after@firm.test", MAIL), Accepted)
    submission.close()


@pytest.mark.parametrize("verb", ["MAIL", "RCPT", "DATA", "."])
@pytest.mark.parametrize("code", [421, 450, 452, 550, 554])
def test_a_refusal_is_a_refusal_even_if_the_server_hangs_up_after_it(sent: Sent, verb: str, code: int) -> None:
    """Lost would mean that nobody knows, and the mail would be repeated at once."""
    refused = sent({verb: f"{code} no", "RSET": ""})
    assert isinstance(refused, Refused)
    assert refused.code == code
    assert refused.permanent == (code >= 500 and verb != "MAIL")


@pytest.mark.parametrize("verb", ["MAIL", "RCPT", "DATA", "."])
def test_of_an_answer_that_is_no_smtp_nobody_knows_what_it_means(sent: Sent, verb: str) -> None:
    lost = sent({verb: "* OK [ALERT] \x00 what?"})
    assert isinstance(lost, Lost)
    assert "not SMTP" in lost.reason


def test_a_host_that_nobody_knows_is_for_the_operator_to_mend() -> None:
    said = explained("SMTP server mial.firm.dk:587", socket.gaierror(socket.EAI_NONAME, "Name or service not known"))
    assert said.startswith("SMTP server mial.firm.dk:587: no such host is known. Check the host name in the settings")
    said = explained("SMTP server mail.firm.dk:587", socket.gaierror(socket.EAI_AGAIN, "Temporary failure"))
    assert "tried again by itself" in said


def test_accounts_that_cannot_be_looked_up_now_are_not_the_passwords_fault(smtp: Settings) -> None:
    answers = {"EHLO": "250-scripted\r\n250 AUTH PLAIN", "AUTH": "454 4.7.0 Temporary authentication failure"}
    with scripted(answers) as port, pytest.raises(TransportError, match="is tried again by itself") as error:
        Submission(smtp(host="127.0.0.1", port=port, security="none")).open()
    assert "password" not in str(error.value)


@pytest.mark.parametrize("said", ["334 !!!", "-1", "250-\r\n250", "535"])
def test_a_login_that_is_answered_with_nonsense_is_explained(smtp: Settings, said: str) -> None:
    answers = {"EHLO": "250-scripted\r\n250 AUTH CRAM-MD5 PLAIN", "AUTH": said}
    with scripted(answers) as port, pytest.raises(TransportError, match=r"SMTP server 127\.0\.0\.1"):
        Submission(smtp(host="127.0.0.1", port=port, security="none")).open()
