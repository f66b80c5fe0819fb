"""OAuth 2.0: into a real Dovecot and Postfix, with tokens from endpoints that speak as Microsoft's and Google's do."""

import json
import os
import re
import stat
import sys
import threading
import urllib.request
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipeline.settings import Imap, OAuth, Secret, Smtp
from pipeline.transport import TransportError, oauth
from pipeline.transport.imap import Mailbox
from pipeline.transport.oauth import SignInNeededError
from pipeline.transport.smtp import Accepted, Submission
from tests.servers import tokens
from tests.servers.mailservers import MailServers
from tests.servers.tokens import RefusalError, World

pytestmark = pytest.mark.servers
BOX = "number@firm.test"
MAIL = b"From: number@firm.test\r\nTo: x@firm.test\r\nSubject: hello\r\n\r\n7\r\n"


@pytest.fixture
def world(servers: MailServers) -> World:
    made = servers.tokens.anew()
    made.application_mailbox = made.person_mailbox = BOX
    return made


@pytest.fixture
def microsoft(servers: MailServers, tmp_path: Path) -> Callable[..., OAuth]:
    def settings(**facts: object) -> OAuth:
        usual = {
            "provider": "microsoft365",
            "tenant": tokens.TENANT,
            "client_id": tokens.CLIENT,
            "client_secret": Secret(tokens.SECRET),
            "authority": servers.tokens.origin,
            "key_file": None,
            "token_file": tmp_path / "token.json",
        }
        return OAuth(**usual | facts)  # type: ignore[arg-type]

    return settings


@pytest.fixture
def google(servers: MailServers, microsoft: Callable[..., OAuth], tmp_path: Path) -> Callable[..., OAuth]:
    def settings(key_file: Path | None = None) -> OAuth:
        key = key_file or servers.tokens.robot_file(tmp_path / "google.json")
        return microsoft(provider="google", tenant=None, client_id=None, client_secret=None, key_file=key)

    return settings


@pytest.fixture(params=["microsoft365", "google"])
def either(request: pytest.FixtureRequest, microsoft: Callable[..., OAuth], google: Callable[..., OAuth]) -> OAuth:
    """An application that acts by itself, at one of the two providers."""
    return microsoft() if request.param == "microsoft365" else google()


@pytest.fixture
def desktop(servers: MailServers, google: Callable[..., OAuth], tmp_path: Path) -> OAuth:
    """A desktop app of Google's, for a person who signs in."""
    return google(servers.tokens.desktop_file(tmp_path / "desktop.json"))


@pytest.fixture(params=["OAUTHBEARER", "XOAUTH2"])
def mechanism(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(oauth, "MECHANISMS", (request.param,))
    return str(request.param)


def opens(settings: Imap) -> None:
    mailbox = Mailbox(settings)
    mailbox.open()
    mailbox.close()


class Person:
    """Somebody who does what a sign-in tells, as `mailbox`."""

    def __init__(self, servers: MailServers, mailbox: str = BOX, *, pastes: bool = False) -> None:
        self.servers, self.mailbox, self.pastes = servers, mailbox, pastes
        self.told: list[str] = []

    def tell(self, words: str) -> None:
        self.told.append(words)
        found = re.search(r"https://localhost\S+", words)
        if found:
            back = self.servers.tokens.consented(found[0], self.mailbox)
            if self.pastes:
                os.write(self._writer, back.encode() + b"\n")
            else:
                self.visit(back)

    def visit(self, url: str) -> None:
        threading.Thread(target=lambda: urllib.request.urlopen(url).read(), daemon=True).start()

    def sign_in(self, settings: OAuth) -> None:
        reader, self._writer = os.pipe()
        with os.fdopen(reader) as typed, os.fdopen(self._writer, "w"):
            oauth.provider(settings, BOX).sign_in(self.tell, typed)


def test_a_token_opens_the_mailbox_and_the_way_out(
    world: World,
    either: OAuth,
    imap: Callable[..., Imap],
    smtp: Callable[..., Smtp],
    mechanism: str,
) -> None:
    mailbox = Mailbox(imap(password=None, oauth=either))
    mailbox.open()
    assert mailbox.select("INBOX") is not None
    mailbox.close()
    submission = Submission(smtp(password=None, oauth=either))
    submission.open()
    assert isinstance(submission.send(BOX, f"{mechanism.lower()}@firm.test", MAIL), Accepted)
    submission.close()
    assert len(world.asked) == 1  # the second login used the token that was kept


def test_what_was_granted_is_readable_by_its_owner_alone_and_kept_across_processes(world: World, either: OAuth) -> None:
    first = oauth.provider(either, BOX).token()
    assert stat.S_IMODE(either.token_file.stat().st_mode) == 0o600
    assert oauth.provider(either, BOX).token() == first
    assert not [file for file in either.token_file.parent.iterdir() if file.name.startswith(".")]


def test_a_token_is_renewed_before_it_ends(world: World, either: OAuth) -> None:
    world.lifetime = 240
    first = oauth.provider(either, BOX).token()
    assert oauth.provider(either, BOX).token() != first


@pytest.mark.parametrize("way", ["imap", "smtp"])
def test_a_kept_token_that_was_revoked_is_replaced_by_a_fresh_one(
    world: World, either: OAuth, imap: Callable[..., Imap], smtp: Callable[..., Smtp], way: str
) -> None:
    kept = oauth.provider(either, BOX).token()
    del world.tokens[kept]
    connection = (
        Mailbox(imap(password=None, oauth=either)) if way == "imap" else Submission(smtp(password=None, oauth=either))
    )
    connection.open()
    connection.close()
    assert len(world.asked) == 2


@pytest.mark.parametrize("way", ["imap", "smtp"])
def test_a_token_for_another_mailbox_is_refused_and_what_to_do_is_said_without_the_token(
    world: World, microsoft: Callable[..., OAuth], imap: Callable[..., Imap], smtp: Callable[..., Smtp], way: str
) -> None:
    world.application_mailbox = "other@firm.test"
    settings = microsoft()
    connection = (
        Mailbox(imap(password=None, oauth=settings))
        if way == "imap"
        else Submission(smtp(password=None, oauth=settings))
    )
    with pytest.raises(TransportError, match=r"refused the login .*Object ID of the enterprise application") as error:
        connection.open()
    assert not any(token in str(error.value) for token in world.tokens)


def test_a_server_that_takes_no_tokens_is_said(
    world: World, either: OAuth, imap: Callable[..., Imap], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(oauth, "MECHANISMS", ("NONE",))
    with pytest.raises(
        TransportError, match=r"does not take tokens of OAuth 2\.0: it offers LOGIN, OAUTHBEARER, PLAIN"
    ):
        Mailbox(imap(password=None, oauth=either)).open()


def test_a_wrong_client_secret_is_said_without_showing_it(world: World, microsoft: Callable[..., OAuth]) -> None:
    with pytest.raises(SignInNeededError, match=r"Its Value is wanted, not its Secret ID.*AADSTS7000215") as error:
        oauth.provider(microsoft(client_secret=Secret("hunter22")), BOX).token()
    assert "hunter22" not in str(error.value)
    assert "hunter22" not in repr(microsoft(client_secret=Secret("hunter22")))


def test_an_unknown_tenant_is_said(world: World, microsoft: Callable[..., OAuth]) -> None:
    with pytest.raises(TransportError, match="does not know tenant nowhere"):
        oauth.provider(microsoft(tenant="nowhere"), BOX).token()


@pytest.mark.parametrize(
    "failure",
    [
        RefusalError(
            429, {"error": "temporarily_unavailable", "error_description": "AADSTS90055: busy"}, {"Retry-After": "17"}
        ),
        RefusalError(503, {"error": "server_error"}, {"Retry-After": "17"}),
    ],
)
def test_a_provider_that_asks_to_wait_is_left_in_peace_for_so_long(
    world: World, either: OAuth, failure: RefusalError, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    world.failures += [failure] * 3
    with pytest.raises(TransportError, match="tried again by itself") as error:
        oauth.provider(either, BOX).token()
    assert not isinstance(error.value, SignInNeededError)
    assert error.value.retry_after == 17


def test_an_endpoint_that_cannot_be_reached_is_said(microsoft: Callable[..., OAuth]) -> None:
    with pytest.raises(TransportError, match=r"Microsoft \(localhost\) could not be reached"):
        oauth.provider(microsoft(authority="https://localhost:1"), BOX).token()


def test_an_endpoint_whose_certificate_is_not_trusted_is_given_no_secret(
    world: World, either: OAuth, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    with pytest.raises(TransportError, match="certificate is not trusted"):
        oauth.provider(either, BOX).token()
    assert world.asked == []


def test_a_person_signs_in_by_device_code_and_stays_signed_in(
    servers: MailServers, world: World, microsoft: Callable[..., OAuth], imap: Callable[..., Imap]
) -> None:
    settings = microsoft(client_secret=None)
    with pytest.raises(SignInNeededError, match="onenumber sign-in"):
        oauth.provider(settings, BOX).token()
    person = Person(servers)
    person.sign_in(settings)
    assert "https://microsoft.com/devicelogin" in person.told[0]
    assert "ABCD2345" in person.told[0]
    world.tokens.clear()  # the hour is over
    opens(imap(password=None, oauth=settings))
    assert world.asked[-1] == "refresh_token"
    assert stat.S_IMODE(settings.token_file.stat().st_mode) == 0o600


def test_a_sign_in_that_lapsed_at_microsoft_is_said(
    servers: MailServers, world: World, microsoft: Callable[..., OAuth]
) -> None:
    settings = microsoft(client_secret=None)
    Person(servers).sign_in(settings)
    world.refreshes.clear()
    with pytest.raises(SignInNeededError, match=r"lapsed.*Sign in again: onenumber sign-in.*AADSTS700082"):
        oauth.provider(settings, BOX).token(fresh=True)


@pytest.mark.parametrize("pastes", [False, True])
def test_a_person_signs_in_at_google_by_browser_here_or_elsewhere(
    servers: MailServers,
    world: World,
    desktop: OAuth,
    imap: Callable[..., Imap],
    pastes: bool,
) -> None:
    Person(servers, pastes=pastes).sign_in(desktop)
    world.tokens.clear()
    opens(imap(password=None, oauth=desktop))
    assert world.asked == ["authorization_code", "refresh_token"]
    assert tokens.DESKTOP["client_secret"] not in desktop.token_file.read_text()


def test_an_answer_to_another_sign_in_is_refused(servers: MailServers, world: World, desktop: OAuth) -> None:
    reader, writer = os.pipe()
    os.write(writer, b"http://127.0.0.1:1/?state=forged&code=x\n")
    os.close(writer)
    with os.fdopen(reader) as typed, pytest.raises(TransportError, match="not the answer to this sign-in"):
        oauth.provider(desktop, BOX).sign_in(lambda words: None, typed)
    assert not desktop.token_file.exists()


def test_a_project_in_testing_is_told_at_the_sign_in_and_when_it_ends(
    servers: MailServers, world: World, desktop: OAuth
) -> None:
    world.testing = True
    person = Person(servers)
    person.sign_in(desktop)
    assert "in Testing" in person.told[-1]
    ends = oauth.provider(desktop, BOX).ends()
    assert ends is not None
    assert timedelta(days=6) < ends - datetime.now(UTC) < timedelta(days=8)
    world.refreshes.clear()
    with pytest.raises(SignInNeededError, match=r"The Google project is in Testing.*publish it"):
        oauth.provider(desktop, BOX).token(fresh=True)


@pytest.mark.parametrize(("days", "words"), [(7, "in Testing"), (40, "consent is gone")])
def test_consent_that_is_gone_on_the_seventh_day_is_put_down_to_testing(
    servers: MailServers, world: World, desktop: OAuth, days: int, words: str
) -> None:
    Person(servers).sign_in(desktop)
    world.refreshes.clear()
    later = datetime.now(UTC) + timedelta(days=days)
    with pytest.raises(SignInNeededError, match=words):
        oauth.provider(desktop, BOX, lambda: later).token()


def test_a_service_account_without_delegation_is_told_where_to_get_it(
    world: World, google: Callable[..., OAuth]
) -> None:
    world.delegated = False
    with pytest.raises(SignInNeededError, match=r"Domain-wide delegation.*https://mail\.google\.com/"):
        oauth.provider(google(), BOX).token()


def test_a_key_file_that_is_none_is_refused(google: Callable[..., OAuth], tmp_path: Path) -> None:
    file = tmp_path / "key.json"
    for content in ("{", "[]", '{"web": {}}'):
        file.write_text(content)
        file.chmod(0o600)
        with pytest.raises(SignInNeededError, match="neither the key of a service account nor"):
            oauth.provider(google(file), BOX).token()
    with pytest.raises(SignInNeededError, match="cannot be read"):
        oauth.provider(google(tmp_path / "nowhere.json"), BOX).token()


def test_a_key_file_or_token_file_that_others_can_read_is_refused(world: World, google: Callable[..., OAuth]) -> None:
    settings = google()
    oauth.provider(settings, BOX).token()
    settings.token_file.chmod(0o640)
    with pytest.raises(SignInNeededError, match=r"chmod 600 .*token\.json"):
        oauth.provider(settings, BOX).token()
    settings.token_file.chmod(0o600)
    assert settings.key_file is not None
    settings.key_file.chmod(0o644)
    with pytest.raises(SignInNeededError, match=r"chmod o= .*google\.json"):
        oauth.provider(settings, BOX).token()


def test_a_token_file_that_is_damaged_is_said(world: World, either: OAuth) -> None:
    either.token_file.touch(0o600)
    either.token_file.write_text("{")
    with pytest.raises(SignInNeededError, match="is not a file of tokens"):
        oauth.provider(either, BOX).token()


def test_a_token_that_cannot_be_kept_is_used_all_the_same(
    world: World, either: OAuth, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(*arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    token = oauth.provider(either, BOX).token()
    assert world.tokens[token] == BOX
    assert "No space left" in caplog.text
    assert token not in caplog.text
    assert not [file for file in either.token_file.parent.iterdir() if "token" in file.name]


def test_what_another_mailbox_was_granted_is_not_used(world: World, google: Callable[..., OAuth]) -> None:
    settings = google()
    first = oauth.provider(settings, "other@firm.test").token()
    assert oauth.provider(settings, BOX).token() != first
    assert json.loads(settings.token_file.read_text())["google"]["mailbox"] == BOX


def test_missing_libraries_are_named_with_the_command_that_installs_them(
    either: OAuth, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("msal", "requests", "pipeline.transport.microsoft", "pipeline.transport.google"):
        monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(TransportError, match=r"pip install '\.\[oauth\]'"):
        oauth.provider(either, BOX)
