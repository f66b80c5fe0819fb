"""What a probe has shown, held against the settings."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from pipeline.checks import Finding, probe
from pipeline.events import Probed
from pipeline.settings import Settings, load
from tests.test_docs import ROOT


@pytest.fixture(scope="module")
def settings() -> Settings:
    return load(
        ROOT / "settings.example.yaml",
        {"ONENUMBER_SECRET": "0123456789abcdef0123456789abcdef", "ONENUMBER_PASSWORD": "x"},
    )


def told(settings: Settings, **facts: object) -> dict[str, Finding]:
    known = {"plus_addressing": True, "folder": "INBOX", "seconds": 4} | facts
    found = Probed(key="probed/1", round=None, at=datetime(2026, 11, 24, tzinfo=UTC), **known)  # type: ignore[arg-type]
    return {one.name: one for one in probe.advice(settings, found).findings}


@pytest.mark.parametrize(
    ("results", "wrote"),
    [
        ("mx.google.com; dkim=pass header.i=@firm.example; dmarc=pass", "mx.google.com"),
        ("mail.firm.example 1; spf=pass", "mail.firm.example"),
        ("mail.firm.example (our own); none", "mail.firm.example"),
        ("spf=pass (sender IP is 192.0.2.1) smtp.mailfrom=firm.example; dmarc=pass compauth=pass", "microsoft365"),
        ("", ""),
    ],
)
def test_who_judges_senders_is_read_from_the_header(results: str, wrote: str) -> None:
    assert probe.authserv_id(results) == wrote


def test_a_server_that_judges_senders_is_to_be_listened_to(settings: Settings) -> None:
    found = told(settings, authserv_id="mx.google.com", results="mx.google.com; dmarc=pass")["authserv_id"]
    assert (found.state, found.fix) == ("warn", "set imap.authserv_id: mx.google.com")


def test_waiting_for_the_wrong_server_fails(settings: Settings) -> None:
    wrong = replace(settings, imap=replace(settings.imap, authserv_id="mail.firm.example"))
    assert told(wrong, authserv_id="microsoft365")["authserv_id"].state == "fail"
    right = replace(settings, imap=replace(settings.imap, authserv_id="MX.google.com"))
    found = told(right, authserv_id="mx.google.com", results="mx.google.com; spf=pass; dmarc=fail")["authserv_id"]
    assert (found.state, found.told) == ("ok", 'the server judges senders as "mx.google.com": spf pass, dmarc fail')


def test_a_verdict_that_we_forged_and_that_came_through_is_told(settings: Settings) -> None:
    listening = replace(settings, imap=replace(settings.imap, authserv_id="mail.firm.example"))
    found = told(listening, forged=True)["authserv_id"]
    assert found.state == "warn"
    assert "take imap.authserv_id out" in found.fix
    assert told(listening, forged=False)["authserv_id"].state == "ok"


def test_plus_addresses_that_do_not_arrive_lose_replies(settings: Settings) -> None:
    found = told(settings, plus_addressing=False)["plus_addressing"]
    assert found.state == "fail"
    assert "sender.plus_addressing: false" in found.fix
    without = replace(settings, sender=replace(settings.sender, plus_addressing=False))
    assert told(without, plus_addressing=False)["plus_addressing"].state == "ok"


def test_a_mail_that_landed_in_junk_and_lost_its_id_is_told(settings: Settings) -> None:
    found = told(settings, folder="Junk", message_id="<new@outlook.com>")
    assert found["junk"].state == "warn"
    assert "<new@outlook.com>" in found["message_id"].told
