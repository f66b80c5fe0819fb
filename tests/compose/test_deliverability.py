"""What a receiving server makes of our mails: whole headers, short lines, nothing that smells of spam."""

import os
import re
import shutil
import smtplib
import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from email.utils import format_datetime
from pathlib import Path

import pytest

from pipeline.compose import Composer
from pipeline.mail import MailKey
from tests.compose.company import FIRM, WEEK, person, settings
from tests.compose.conftest import Gallery, Tell
from tests.servers.mailservers import INTERNATIONAL_DOMAIN, MailServers

MOST = 1.0  # points; SpamAssassin's own limit is 5
JUNK = (
    b"From: x@elsewhere.example\r\nTo: anna@firm.test\r\nSubject: test\r\nDate: Fri, 27 Nov 2026 13:00:00 +0100\r\n"
    b"Message-ID: <x@elsewhere.example>\r\n\r\n"
    b"XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X\r\n"
)


def sources(gallery: Gallery) -> dict[str, bytes]:
    """Every mail in English, and the usual ones in a language and a script that are written otherwise."""
    pages = [*gallery("en"), *(page for page in gallery("ar-XB") if "usual" in page.stem)]
    return {f"{page.parent.name}/{page.stem}": page.with_suffix(".eml.txt").read_bytes() for page in pages}


def arrived(servers: MailServers, name: str, mails: Sequence[bytes]) -> list[bytes]:
    """Mails as they lie in a mailbox after a real hop: with what both servers wrote above them, and sent today."""
    address, today = f"{name}{os.getpid()}@firm.test", format_datetime(datetime.now(UTC)).encode()
    with smtplib.SMTP("127.0.0.1", servers.silent_port, timeout=60) as smtp:
        for mail in mails:
            dated = re.sub(rb"^Date: .*?\r\n", b"Date: " + today + b"\r\n", mail, count=1, flags=re.MULTILINE)
            smtp.sendmail("number@nordvik.example", [address], dated)
    servers.settle()
    return servers.wait_for(address, len(mails))


def scored(mails: Sequence[bytes], home: Path) -> list[tuple[float, str]]:
    """The points that SpamAssassin gives each mail, and for what; without the network and without what it learnt."""
    box = b"".join(b"From x Fri Nov 27 12:00:00 2026\n" + mail.replace(b"\r\n", b"\n") + b"\n" for mail in mails)
    done = subprocess.run(
        ["spamassassin", "--local", "--mbox", "--cf=use_bayes 0"],
        input=box, capture_output=True, check=True, timeout=300, env={**os.environ, "HOME": str(home)},
    )  # fmt: skip
    told = re.findall(
        rb"^X-Spam-Status: (?:Yes|No), score=(-?[\d.]+) .*?tests=(.*?)\s+autolearn",
        done.stdout,
        re.MULTILINE | re.DOTALL,
    )
    return [(float(points), "".join(tests.decode().split())) for points, tests in told]


@pytest.fixture
def spamassassin() -> None:
    if not shutil.which("spamassassin"):
        reason = "needs spamassassin (see scripts/install-test-servers)"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)


@pytest.mark.servers
@pytest.mark.usefixtures("spamassassin")
def test_no_mail_of_ours_looks_like_spam(servers: MailServers, gallery: Gallery, tmp_path: Path) -> None:
    mails = sources(gallery)
    received = arrived(servers, "spam", [*mails.values(), JUNK])
    assert all(mail.count(b"\nReceived: ") + mail.startswith(b"Received: ") >= 2 for mail in received)
    points = scored(received, tmp_path)
    assert len(points) == len(mails) + 1
    assert [told for told in points if told[0] >= MOST and "GTUBE" not in told[1]] == []
    assert [told[0] > 100 for told in points if "GTUBE" in told[1]] == [True], "junk is not told from what we write"
    assert not any("NO_RECEIVED" in tests for _, tests in points)


def test_lines_are_short_and_ascii_and_end_as_they_should(gallery: Gallery) -> None:
    for name, raw in sources(gallery).items():
        assert raw.isascii(), name
        lines = raw.split(b"\r\n")
        assert max(map(len, lines)) <= 78, name  # RFC 5322 section 2.1.1; 998 is the limit
        assert not any(b"\n" in line or b"\r" in line for line in lines), name


def test_headers_are_whole_and_none_stands_twice(gallery: Gallery) -> None:
    once = ["From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type", "Content-Language"]
    for name, raw in sources(gallery).items():
        message = message_from_bytes(raw, _class=EmailMessage, policy=default)
        names = message.keys()
        assert len(names) == len(set(names)), name
        assert set(once) <= set(names), name
        assert ("Reply-To" in names) != name.startswith("en/alarm"), (
            name
        )  # a warning to the operator is answered by nobody
        assert not any(header.defects for header in message.values()), name
        assert message["Message-ID"].endswith("@nordvik.example>") or message["Message-ID"].endswith(
            "@nordvik.test>"
        ), name
        assert message["Date"].datetime.utcoffset() is not None
        assert {one.get_content_type() for one in message.iter_parts()} == {"text/plain", "text/html"}
        assert not {"List-Unsubscribe", "List-Id", "Precedence", "Bcc", "Return-Path"} & set(names)


def test_a_domain_in_letters_of_its_own_is_written_as_every_server_takes_it(tmp_path: Path) -> None:
    people = [*FIRM[:2], {**person("anna", "mette"), "email": "Anna@BLÅBÆR.test", "name": "Anna Bøgh"}]
    domains = {"internal_domains": ["firm.test", "blåbær.test", INTERNATIONAL_DOMAIN]}
    read = settings(tmp_path, people, organisation=domains, sender={"address": "number@blåbær.test"})
    anna = read.roster.at("anna@blåbær.test")
    assert anna is not None
    assert anna is read.roster.at(f"anna@{INTERNATIONAL_DOMAIN}")
    assert anna.email == f"anna@{INTERNATIONAL_DOMAIN}"


@pytest.mark.servers
def test_a_mail_to_and_from_such_a_domain_arrives(servers: MailServers, tell: Tell) -> None:
    people = [*FIRM[:2], {**person("anna", "mette"), "email": f"idn{os.getpid()}@blåbær.test", "name": "Anna Bøgh"}]
    domains = {"internal_domains": ["firm.test", "blåbær.test"]}
    told = tell(people, organisation=domains, sender={"address": "number@blåbær.test"})
    (anna,) = (one for one in told.roster.people if one.name == "Anna Bøgh")
    composed = Composer(told.settings).compose(MailKey(WEEK, "ask", anna.id), told.scene())
    assert composed.message.isascii()
    with smtplib.SMTP("127.0.0.1", servers.silent_port, timeout=60) as smtp:
        smtp.sendmail(told.settings.sender.address, [composed.recipient], composed.message)
    servers.settle()
    (raw,) = servers.wait_for(anna.email, 1)
    found = message_from_bytes(raw, _class=EmailMessage, policy=default)
    assert found["To"].addresses[0].addr_spec == f"idn{os.getpid()}@{INTERNATIONAL_DOMAIN}"
    assert found["Message-ID"] == composed.message_id
    assert composed.message_id.endswith(f"@{INTERNATIONAL_DOMAIN}>")


def test_a_mailbox_in_letters_of_its_own_is_written_in_utf_8_for_a_server_that_takes_it(tell: Tell) -> None:
    people = [*FIRM[:2], {**person("anna", "mette"), "email": "bøgh@firm.test"}]
    told = tell(people)
    bogh = told.roster.at("bøgh@firm.test")
    assert bogh is not None
    raw = Composer(told.settings).compose(MailKey(WEEK, "ask", bogh.id), told.scene()).message
    assert "<bøgh@firm.test>".encode() in raw.partition(b"\r\nReply-To")[0]
    assert raw.partition(b"\r\n\r\n")[2].isascii()
