"""Bad servers and bad mail: each ends in a clear message and an exit code, and loses nothing."""

import os
from email.message import EmailMessage
from email.policy import SMTP

import pytest

from pipeline.events import Answered
from tests.friday.conftest import MakeFirm
from tests.friday.firm import Firm, kinds_of
from tests.servers.mailservers import MailServers


def test_a_bad_settings_file_ends_with_2_and_names_file_line_and_key(firm: MakeFirm) -> None:
    week = firm()
    week.write(smtp={"hots": "typo"})
    for command in ("run", "tick", "plan", "status"):
        done = week.onenumber(command, check=False)
        assert done.returncode == 2
        assert "settings.yaml, line " in done.stderr
        assert "smtp.hots" in done.stderr
        assert "smtp.host" in done.stderr or '"host"' in done.stderr
        assert "Traceback" not in done.stderr


def test_an_empty_roster_is_refused(firm: MakeFirm) -> None:
    week = firm()
    week.write(people=[])
    done = week.onenumber("tick", check=False)
    assert done.returncode == 2
    assert "people" in done.stderr


@pytest.mark.parametrize(
    ("section", "facts", "words"),
    [
        ("smtp", {"port": 1}, "nothing listens there"),
        ("smtp", {"password": "wrong"}, "smtp.password"),
        ("smtp", {"security": "tls"}, "no TLS"),
        ("imap", {"port": 1}, "nothing listens there"),
        ("imap", {"password": "wrong"}, "imap.password"),
        ("imap", {"folder": "Elsewhere"}, "imap.folder"),
    ],
)
def test_a_server_that_cannot_be_used_is_named_and_the_mail_leaves_later(
    firm: MakeFirm, section: str, facts: dict[str, object], words: str
) -> None:
    week = firm().installed()
    week.write(**{section: facts})
    turn = week.tick("Fri 13:00", check=False)
    assert turn["exit"] == 3
    assert words in turn["problems"][0]
    assert "wrong" not in str(turn)
    week.write()
    week.tick("Fri 13:10")
    assert week.kinds("anna") == ["ask"]


def test_an_untrusted_certificate_is_refused(firm: MakeFirm, monkeypatch: pytest.MonkeyPatch) -> None:
    week = firm().installed()
    monkeypatch.setattr(
        Firm, "environment", lambda _: {"PATH": "/usr/bin:/bin", "SSL_CERT_FILE": "/etc/ssl/certs/none"}
    )
    turn = week.onenumber("tick", "--now", week.instant("Fri 13:00").isoformat(), check=False)
    assert turn.returncode == 3
    assert "certificate is not trusted" in turn.stderr
    assert "SSL_CERT_FILE" in turn.stderr


def test_a_reply_of_25_megabytes_is_read_like_any_other(firm: MakeFirm) -> None:
    week = firm().installed()
    week.tick("Fri 13:00")
    mail = week.mails("anna")[0]
    big = EmailMessage(SMTP)
    big["From"], big["To"], big["Subject"] = week.address("anna"), mail.reply_to, f"Re: {mail.subject}"
    big["Message-ID"], big["In-Reply-To"] = f"<big.{week.tag}@firm.test>", mail.message_id
    big.set_content("7")
    big.add_attachment(b"x" * 18_500_000, maintype="application", subtype="octet-stream", filename="deck.bin")
    raw = big.as_bytes()
    assert len(raw) > 25_000_000
    week.servers.submit(week.address("anna"), mail.reply_to, raw)
    week.tick("Fri 13:30")
    assert week.number("anna") == 7


def test_a_reply_with_no_text_is_asked_back(firm: MakeFirm) -> None:
    week = firm().installed()
    week.tick("Fri 13:00")
    mail = week.mails("anna")[0]
    empty = EmailMessage(SMTP)
    empty["From"], empty["To"], empty["Subject"] = week.address("anna"), mail.reply_to, f"Re: {mail.subject}"
    empty["Message-ID"], empty["In-Reply-To"] = f"<empty.{week.tag}@firm.test>", mail.message_id
    empty.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename="number.png")
    week.servers.submit(week.address("anna"), mail.reply_to, empty.as_bytes())
    turn = week.tick("Fri 13:30")
    assert [one["outcome"] for one in turn["received"]] == ["unclear"]
    assert week.kinds("anna") == ["ask", "unclear"]


def test_a_full_mailbox_is_read_to_its_last_byte(firm: MakeFirm, servers: MailServers) -> None:
    week = firm(tag=next(servers.small_mailboxes)).installed()
    week.tick("Fri 13:00")
    week.replies("anna", "7")
    servers.settle()
    rest = 29_500 - sum(len(raw) for raw in week.inbox())
    servers.deliver("x@elsewhere.test", week.organisation, b"Subject: brochure\r\n\r\n" + b"page\r\n" * (rest // 6))
    week.tick("Fri 13:30")
    assert week.number("anna") == 7
    assert len(week.inbox("One Number/Processed")) == 1
    assert kinds_of([week.tick("Fri 15:00")]) == [("nudge", week.id("bo"))]


def test_what_cannot_be_moved_is_counted_once_and_moved_later(firm: MakeFirm) -> None:
    week = firm().installed()
    week.tick("Fri 13:00")
    week.replies("anna", "3")
    week.tick("Fri 13:10")
    folder = week.servers.folder / "mail" / week.organisation / ".One Number.Processed"
    owner = folder.stat().st_uid
    for path in (folder, folder / "cur", folder / "new", folder / "tmp"):
        os.chown(path, 0, 0)
        path.chmod(0o500)
    week.replies("anna", "7")
    turn = week.tick("Fri 13:30", check=False)
    assert turn["exit"] == 3
    assert "could not be moved" in turn["problems"][0]
    assert [one["outcome"] for one in turn["received"]] == ["answer"]
    assert week.number("anna") == 7
    assert week.status()["unreadable_since"] is None
    assert week.tick("Fri 13:35", check=False)["received"] == []

    for path in (folder, folder / "cur", folder / "new", folder / "tmp"):
        path.chmod(0o700)
        os.chown(path, owner, owner)
    assert week.tick("Fri 13:40")["exit"] == 0
    assert week.inbox() == []
    assert len(week.inbox("One Number/Processed")) == 2
    assert sum(isinstance(one, Answered) for one in week.kept()) == 2


def test_no_secret_stands_in_a_log_or_in_what_is_printed(firm: MakeFirm) -> None:
    week = firm(log={"level": "debug"}).installed()
    week.write(imap={"password": "hunter2-is-wrong"}, log={"level": "debug"})
    done = week.onenumber("tick", "--now", week.instant("Fri 13:00").isoformat(), check=False)
    told = done.stdout + done.stderr
    assert "hunter2" not in told
    assert "one-number-tests" not in told
    assert "the-secret-of-a-firm" not in told


def test_a_broken_template_of_the_operators_is_told_and_costs_no_mail(firm: MakeFirm) -> None:
    week = firm()
    own = week.folder / "own" / "ask"
    own.mkdir(parents=True)
    (own / "subject.txt").write_text("\n{% if %}")
    week.write(templates_dir="own")
    week.installed()
    week.tick("Fri 13:00")
    assert week.kinds("anna") == ["ask"]
    assert week.mails("anna")[0].subject.startswith("One number for week")
    (fault,) = week.status()["broken_templates"]
    assert "own/ask/subject.txt, line 2: Expected an expression" in fault
    said = week.onenumber("status", "--now", week.instant("Fri 14:00").isoformat()).stdout
    assert f"An own template cannot be used, ours is: {fault}" in said
