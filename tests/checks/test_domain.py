"""What the DNS of the sender's domain comes to, from records as they are published."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.resolver
import dns.rrset
import pytest
from msgspec.structs import replace

from pipeline.checks import Finding, domain
from pipeline.roster import Person, Roster
from pipeline.settings import Settings, load
from tests.test_docs import ROOT

Records = Mapping[tuple[str, str], tuple[str, ...]]
GOOD: Records = {
    ("firm.example", "MX"): ("10 mail.firm.example.",),
    ("firm.example", "TXT"): ("unrelated", "v=spf1 include:_spf.host.example ip4:192.0.2.1 -all"),
    ("_spf.host.example", "TXT"): ("v=spf1 a mx ~all",),
    ("_dmarc.firm.example", "TXT"): ("v=DMARC1; p=quarantine",),
    ("s1._domainkey.firm.example", "TXT"): ("v=DKIM1; k=rsa; p=MIGf",),
}


@pytest.fixture(scope="module")
def settings() -> Settings:
    read = load(
        ROOT / "settings.example.yaml",
        {"ONENUMBER_SECRET": "0123456789abcdef0123456789abcdef", "ONENUMBER_PASSWORD": "x"},
    )
    return replace(
        read,
        sender=replace(read.sender, address="number@firm.example"),
        organisation=replace(read.organisation, operator="it@firm.example", internal_domains=()),
    )


def found(settings: Settings, changed: Records | None = None) -> dict[str, Finding]:
    records = {**GOOD, **(changed or {})}
    roster = Roster((Person("a", "anna@firm.example", "Anna"),))
    signed = ("s1._domainkey.firm.example",)
    section = domain.check(settings, roster, lambda name, kind: records.get((name, kind), ()), signed)
    return {one.name: one for one in section.findings}


def test_a_domain_that_is_well_kept_has_nothing_to_mend(settings: Settings) -> None:
    assert {name: one.state for name, one in found(settings).items()} == dict.fromkeys(
        ("mx", "spf", "dmarc", "dkim", "recipients"), "ok"
    )


@pytest.mark.parametrize(
    ("record", "state", "told"),
    [
        ((), "warn", "no SPF record"),
        (("v=spf1 -all", "v=spf1 mx -all"), "fail", "2 SPF records"),
        (("v=spf1 includes:x.example -all",), "fail", '"includes:x.example"'),
        (("v=spf1 mx +all",), "warn", "every server"),
        (("v=spf1 " + "mx " * 11 + "-all",), "fail", "more than the 10 look-ups"),
        (
            ("v=spf1 include:_spf.host.example include:_spf.host.example include:_spf.host.example a a -all",),
            "fail",
            "10",
        ),
        (("v=spf1 redirect=firm.example",), "fail", "more than the 10 look-ups"),  # it names itself
        (("v=spf1 exists:%{i}._spf.firm.example ip6:2001:db8::/32 ?all",), "ok", "exists"),
        (("v=spf10 -all",), "warn", "no SPF record"),
    ],
)
def test_spf(settings: Settings, record: tuple[str, ...], state: str, told: str) -> None:
    spf = found(settings, {("firm.example", "TXT"): record})["spf"]
    assert spf.state == state, spf
    assert told in spf.told


def test_the_provider_that_sends_must_be_named_in_spf(settings: Settings) -> None:
    google = replace(settings, smtp=replace(settings.smtp, host="smtp.gmail.com"))
    assert "add include:_spf.google.com" in found(google)["spf"].fix
    named = {("firm.example", "TXT"): ("v=spf1 include:_spf.google.com ~all",)}
    assert found(google, named)["spf"].state == "ok"


@pytest.mark.parametrize(
    ("where", "record", "state", "told"),
    [
        ("_dmarc.firm.example", (), "warn", "no DMARC record"),
        ("_dmarc.firm.example", ("v=DMARC1; p=none", "v=DMARC1; p=reject"), "fail", "2 DMARC records"),
        ("_dmarc.firm.example", ("v=DMARC1; rua=mailto:x@y.example",), "fail", "without a policy"),
        ("_dmarc.firm.example", ("v=DMARC1;p=None;",), "ok", "p=none"),
    ],
)
def test_dmarc(settings: Settings, where: str, record: tuple[str, ...], state: str, told: str) -> None:
    dmarc = found(settings, {(where, "TXT"): record})["dmarc"]
    assert dmarc.state == state
    assert told in dmarc.told


def test_a_domain_below_has_the_dmarc_of_the_one_above(settings: Settings) -> None:
    below = replace(settings, sender=replace(settings.sender, address="number@sales.firm.example"))
    assert found(below)["dmarc"].told == "_dmarc.firm.example: p=quarantine"


def test_a_signature_needs_its_key_and_the_domain_of_from(settings: Settings) -> None:
    assert found(settings, {("s1._domainkey.firm.example", "TXT"): ("v=DKIM1; p=",)})["dkim"].state == "fail"
    elsewhere = replace(settings, sender=replace(settings.sender, address="number@other.example"))
    assert "not by other.example" in found(elsewhere)["dkim"].told


def test_a_domain_that_receives_no_mail_is_named_with_its_people(settings: Settings) -> None:
    deaf = found(settings, {("firm.example", "MX"): ("0 .",)})
    assert deaf["mx"].state == "fail"
    assert "Anna cannot be reached" in deaf["recipients"].told


def test_an_internal_domain_is_not_looked_up(settings: Settings) -> None:
    internal = replace(settings, organisation=replace(settings.organisation, internal_domains=("firm.example",)))
    asked: list[str] = []
    domain.check(internal, Roster(), lambda name, kind: asked.append(name) or ())  # type: ignore[func-returns-value]
    assert asked == []


def test_a_name_server_that_fails_is_a_warning_and_no_verdict(settings: Settings) -> None:
    with name_server({}) as resolver:
        section = domain.check(settings, Roster(), domain.by_dns(resolver))
    assert {one.state for one in section.findings if one.name == "lookup"} == {"warn"}
    assert not any(one.state == "fail" for one in section.findings)


def test_records_come_from_a_real_name_server(settings: Settings) -> None:
    with name_server(GOOD) as resolver:
        lookup = domain.by_dns(resolver)
        assert lookup("firm.example", "MX") == GOOD["firm.example", "MX"]
        assert set(lookup("firm.example", "TXT")) == set(GOOD["firm.example", "TXT"])
        assert lookup("nowhere.example", "TXT") == ()


@contextmanager
def name_server(records: Records) -> Iterator[dns.resolver.Resolver]:
    """A name server on loopback with these records; with none at all, it fails every question."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listening:
        listening.bind(("127.0.0.1", 0))
        resolver = dns.resolver.Resolver(configure=False)
        resolver.nameservers, resolver.port = ["127.0.0.1"], listening.getsockname()[1]

        def serve() -> None:
            while True:
                raw, peer = listening.recvfrom(4096)
                if raw == b"stop":
                    return
                listening.sendto(_answer(raw, records), peer)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield resolver
        finally:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stop:
                stop.sendto(b"stop", ("127.0.0.1", resolver.port))
            thread.join()


def _answer(raw: bytes, records: Records) -> bytes:
    question = dns.message.from_wire(raw)
    answer = dns.message.make_response(question)
    answer.flags |= dns.flags.RA
    asked = question.question[0]
    name, kind = str(asked.name).rstrip("."), dns.rdatatype.to_text(asked.rdtype)
    texts = records.get((name, kind), ())
    if not records:
        answer.set_rcode(dns.rcode.SERVFAIL)
    elif not texts:
        answer.set_rcode(dns.rcode.NXDOMAIN)
    else:
        quoted = [f'"{text}"' if kind == "TXT" else text for text in texts]
        answer.answer.append(dns.rrset.from_text(asked.name, 60, "IN", kind, *quoted))
    return answer.to_wire()
