"""Will others believe our mail, and can we reach them? SPF, DKIM and DMARC of the sender's domain, and where the
domains of the roster receive mail.

The records are fetched by dnspython, which email-validator needs anyway; what they mean is worked out here (RFC 7208,
RFC 6376, RFC 7489), for the library that does all of it, checkdmarc, brings ten more packages and two HTTP clients.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

import dns.exception
import dns.resolver

from pipeline.checks import Section
from pipeline.coming import named
from pipeline.roster import Roster
from pipeline.settings import Settings

Lookup = Callable[[str, str], tuple[str, ...]]
"""The records of a name and a type (TXT, MX, A), as text; none where there are none. Raises UnansweredError."""

MOST_LOOKUPS = 10  # RFC 7208 section 4.6.4
_SECONDS = 6.0
_PROVIDERS = {
    r"(^|\.)(office365|outlook)\.com$": "include:spf.protection.outlook.com",
    r"(^|\.)(gmail|google)\.com$": "include:_spf.google.com",
}
_MECHANISM = re.compile(
    r"[+\-~?]?(all|include:\S+|a([:/]\S+)?|mx([:/]\S+)?|ptr(:\S+)?|ip4:\S+|ip6:\S+|exists:\S+)$|[a-z][\w.\-]*=\S*$",
    re.IGNORECASE,
)


class UnansweredError(Exception):
    """DNS did not answer; nothing can be said about the name."""


def by_dns(resolver: dns.resolver.Resolver | None = None) -> Lookup:
    """Look up by the system's resolver, or by the one that is given. Raises UnansweredError where there is none."""
    try:
        chosen = resolver or dns.resolver.Resolver()
    except dns.exception.DNSException as error:
        raise UnansweredError(str(error)) from None

    def lookup(name: str, kind: str) -> tuple[str, ...]:
        try:
            answer = chosen.resolve(name.rstrip(".") + ".", kind, lifetime=_SECONDS)
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return ()
        except dns.exception.DNSException as error:
            raise UnansweredError(f"{name}: {error}") from None
        if kind == "TXT":
            return tuple(b"".join(record.strings).decode("utf-8", "replace") for record in answer)
        return tuple(str(record) for record in answer)

    return lookup


def check(settings: Settings, roster: Roster, lookup: Lookup, signed: Sequence[str] = ()) -> Section:
    """`signed` are the names of the keys in the DKIM-Signature of the last probe, `selector._domainkey.domain`."""
    section = Section("dns", "Sender's domain")
    domain = settings.sender.address.rpartition("@")[2]
    if is_internal(domain, settings.organisation.internal_domains):
        section.ok("domain", f"{domain} is internal (organisation.internal_domains): it is not looked up")
    else:
        for one in (_mail_exchange, _spf, _dmarc):
            _guarded(section, lambda one=one: one(section, domain, lookup, settings))  # type: ignore[misc]  # a default binds the loop
        _guarded(section, lambda: _dkim(section, domain, lookup, signed))
    _guarded(section, lambda: _recipients(section, settings, roster, lookup))
    return section


def _guarded(section: Section, look: Callable[[], None]) -> None:
    try:
        look()
    except UnansweredError as error:
        section.warn("lookup", f"DNS did not answer: {error}", "try again; --offline leaves DNS out")


def is_internal(domain: str, internal: Iterable[str]) -> bool:
    return any(domain == own or domain.endswith("." + own.removeprefix(".")) for own in internal)


def _mail_exchange(section: Section, domain: str, lookup: Lookup, _: Settings) -> None:
    if not _receives(domain, lookup):
        section.fail(
            "mx",
            f"{domain} receives no mail (it has no MX and no address): replies cannot arrive",
            "check the spelling of sender.address, or add an MX record",
        )
    else:
        section.ok("mx", f"{domain} receives mail")


def _receives(domain: str, lookup: Lookup) -> bool:
    """RFC 5321 section 5.1: an MX, or else an address; RFC 7505: an MX of "." means none at all."""
    exchanges = lookup(domain, "MX")
    if exchanges:
        return any(exchange.split()[-1] != "." for exchange in exchanges)
    return bool(lookup(domain, "A") or lookup(domain, "AAAA"))


def _spf(section: Section, domain: str, lookup: Lookup, settings: Settings) -> None:
    wanted = _provider(settings.smtp.host)
    records = _spf_records(domain, lookup)
    if not records:
        publish = f"v=spf1 {wanted or 'mx'} ~all"
        section.warn(
            "spf",
            f"{domain} has no SPF record: others cannot tell our mail from forged mail",
            f'publish a TXT record at {domain}, such as "{publish}"',
        )
        return
    problem = _spf_problem(records, domain, lookup)
    if problem:
        section.fail("spf", f"{domain}: {problem}", "mend the TXT record; until then SPF fails for every mail")
    elif wanted and wanted.lower() not in records[0].lower():
        section.warn(
            "spf",
            f"{domain} does not name the provider that sends for it",
            f"add {wanted} to its SPF record, unless another entry covers it",
        )
    elif re.search(r"(^|\s)\+?all(\s|$)", records[0], re.IGNORECASE):
        section.warn("spf", f"{domain} lets every server send in its name", "end its SPF record with ~all or -all")
    else:
        section.ok("spf", f"{domain}: {records[0]}")


def _provider(host: str) -> str:
    return next((entry for pattern, entry in _PROVIDERS.items() if re.search(pattern, host, re.IGNORECASE)), "")


def _spf_records(domain: str, lookup: Lookup) -> list[str]:
    return [text for text in lookup(domain, "TXT") if re.match(r"v=spf1(\s|$)", text, re.IGNORECASE)]


def _spf_problem(records: Sequence[str], domain: str, lookup: Lookup) -> str:
    if len(records) > 1:
        return f"it has {len(records)} SPF records, and may have one"
    unknown = [term for term in records[0].split()[1:] if not _MECHANISM.match(term)]
    if unknown:
        return f'its SPF record has "{unknown[0]}", which is no part of one'
    count = _lookups(domain, lookup, MOST_LOOKUPS)
    if count > MOST_LOOKUPS:
        return f"its SPF record needs more than the {MOST_LOOKUPS} look-ups that are allowed"
    return ""


def _lookups(domain: str, lookup: Lookup, room: int) -> int:
    """How many look-ups an SPF record costs, those that it includes counted; no further than one beyond `room`."""
    records = _spf_records(domain, lookup)
    count = 0
    for term in records[0].split()[1:] if records else ():
        word = re.split(r"[:=/]", term.lstrip("+-~?").lower())[0]
        if word not in {"include", "redirect", "a", "mx", "ptr", "exists"}:
            continue
        count += 1
        if count > room:
            return count
        target = re.split(r"[:=]", term, maxsplit=1)[-1]
        if word in {"include", "redirect"} and "%" not in target:
            count += _lookups(target, lookup, room - count)
    return count


def _dmarc(section: Section, domain: str, lookup: Lookup, _: Settings) -> None:
    where, records = _dmarc_records(domain, lookup)
    publish = f'publish a TXT record at _dmarc.{domain}, such as "v=DMARC1; p=none; rua=mailto:postmaster@{domain}"'
    if not records:
        section.warn("dmarc", f"{domain} has no DMARC record: large providers distrust its mail", publish)
        return
    policy = re.search(r";\s*p\s*=\s*(\w+)", records[0], re.IGNORECASE)
    if len(records) > 1:
        section.fail("dmarc", f"{where} has {len(records)} DMARC records, and so none counts", "keep one of them")
    elif policy is None or policy[1].lower() not in {"none", "quarantine", "reject"}:
        section.fail("dmarc", f"{where} has a DMARC record without a policy: {records[0]}", publish)
    else:
        section.ok("dmarc", f"{where}: p={policy[1].lower()}")


def _dmarc_records(domain: str, lookup: Lookup) -> tuple[str, list[str]]:
    """Those of the domain, or of the nearest one above that has any."""
    labels = domain.split(".")
    for start in range(len(labels) - 1):
        name = "_dmarc." + ".".join(labels[start:])
        records = [text for text in lookup(name, "TXT") if re.match(r"v\s*=\s*DMARC1\s*(;|$)", text, re.IGNORECASE)]
        if records:
            return name, records
    return "", []


def _dkim(section: Section, domain: str, lookup: Lookup, signed: Sequence[str]) -> None:
    """A key's place is told by a signed mail alone, hence by a probe."""
    if not signed:
        section.ok("dkim", "not known: where its key stands is seen in a mail only (onenumber check --probe)")
    for name in signed:
        signer = name.partition("._domainkey.")[2]
        key = re.search(r"(^|;)\s*p\s*=\s*([^;\s]*)", " ".join(lookup(name, "TXT")))
        if key is None or not key[2]:
            section.fail(
                "dkim",
                f"mails are signed with the key at {name}, and there is none",
                "publish the key that the provider shows for this selector, or switch signing off there",
            )
        elif not (domain == signer or domain.endswith(f".{signer}") or signer.endswith(f".{domain}")):
            section.warn(
                "dkim",
                f"mails are signed by {signer}, not by {domain}",
                f"switch on DKIM for {domain} at the provider; without it DMARC rests on SPF alone",
            )
        else:
            section.ok("dkim", f"signed by {signer}, key at {name}")


def _recipients(section: Section, settings: Settings, roster: Roster, lookup: Lookup) -> None:
    """Every domain that we write to, the operator's too."""
    domains = {person.email.rpartition("@")[2] for person in roster.people}
    domains.add(settings.organisation.operator.rpartition("@")[2])
    outside = sorted(one for one in domains if not is_internal(one, settings.organisation.internal_domains))
    deaf = [domain for domain in outside if not _receives(domain, lookup)]
    for domain in deaf:
        there = [person for person in roster.people if person.email.endswith(f"@{domain}")]
        section.fail(
            "recipients",
            f"{domain} receives no mail: {named(there) or 'the operator'} cannot be reached",
            "check the spelling; a domain inside your network belongs into organisation.internal_domains",
        )
    if outside and not deaf:
        section.ok("recipients", f"everybody's domain receives mail: {', '.join(outside)}")
