"""`onenumber init`: by answers and on a terminal, against real servers; never over anything that is there."""

from __future__ import annotations

import os
import pty
import select
import stat
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.commands.init import QUESTIONS, run
from pipeline.demo import clients
from pipeline.demo.clients import Writer
from pipeline.demo.opened import opened
from pipeline.settings import load
from tests.servers.mailservers import PASSWORD, MailServers

EXPORT = "Name;E-Mail;Vorgesetzter\nDorte Holm;dorte@firm.test;\nAnna Bøgh;anna@firm.test;Dorte Holm\n"
PROGRAM = str(Path(sys.executable).with_name("onenumber"))


@pytest.fixture
def answers(tmp_path: Path) -> dict[str, str]:
    """What an own server's operator answers; nothing listens there."""
    (tmp_path / "export.csv").write_text(EXPORT)
    return {
        "organisation": 'Firm: the "first" #1',
        "language": "da",
        "timezone": "Europe/Copenhagen",
        "holidays": "dk",
        "operator": "it@firm.test",
        "address": "number.init@firm.test",
        "provider": "own",
        "smtp": "localhost:1",
        "imap": "localhost:1",
        "password": PASSWORD,
        "people": str(tmp_path / "export.csv"),
    }


def init(tmp_path: Path, answers: dict[str, str], *more: str, **environment: str) -> subprocess.CompletedProcess[str]:
    written = [f"{key}: '{value}'" for key, value in answers.items()]
    (tmp_path / "answers.yaml").write_text("\n".join(written) + "\n")
    return subprocess.run(
        [PROGRAM, "init", "--answers", "answers.yaml", *more],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        env={**os.environ, **environment},
        check=False,
    )


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_answers_make_settings_people_and_secrets_with_their_rights(tmp_path: Path, answers: dict[str, str]) -> None:
    done = init(tmp_path, answers, "--offline")
    assert done.returncode == 0, done.stderr
    settings = load(tmp_path / "settings.yaml", {})
    assert settings.organisation.name == 'Firm: the "first" #1'
    assert settings.organisation.internal_domains == ("firm.test",)
    assert (settings.imap.port, settings.imap.security) == (1, "tls")
    assert settings.imap.password is not None
    assert settings.imap.password.reveal() == PASSWORD
    assert len(settings.organisation.secret.reveal()) == 64
    assert [one.name for one in settings.roster.reps] == ["Anna Bøgh"]
    assert {path.name: mode(path) for path in (tmp_path / "secrets").iterdir()} == {"round": 0o600, "password": 0o600}
    assert mode(tmp_path / "secrets") == 0o700
    assert PASSWORD not in (tmp_path / "settings.yaml").read_text() + done.stdout + done.stderr
    assert "Vorgesetzter → whom they report to" in done.stdout


def test_nothing_that_is_there_is_overwritten(tmp_path: Path, answers: dict[str, str]) -> None:
    (tmp_path / "people.csv").write_text("mine")
    done = init(tmp_path, answers, "--offline")
    assert done.returncode == 1
    assert "people.csv is there already" in done.stderr
    assert (tmp_path / "people.csv").read_text() == "mine"
    assert not (tmp_path / "settings.yaml").exists()
    assert not (tmp_path / "secrets").exists()
    (tmp_path / "people.csv").unlink()
    assert init(tmp_path, answers, "--offline").returncode == 0
    kept = (tmp_path / "settings.yaml").read_bytes()
    again = init(tmp_path, answers, "--offline")
    assert (again.returncode, (tmp_path / "settings.yaml").read_bytes()) == (1, kept)
    assert "is there already, and is not overwritten" in again.stderr


def test_every_problem_of_the_answers_is_told_and_nothing_written(tmp_path: Path, answers: dict[str, str]) -> None:
    done = init(
        tmp_path, answers | {"timezone": "Copenhagen", "operator": "nobody", "pasword": "x", "people": "no.csv"}
    )
    assert done.returncode == 1
    for said in (
        '"pasword" is not asked.\nDid you mean "password"?',
        '"Copenhagen" is not a time zone',
        "operator (Your own address",
        "no.csv is not there",
    ):
        assert said in done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["answers.yaml", "export.csv"]


def test_problems_of_the_export_are_told_by_row_and_nothing_is_written(tmp_path: Path, answers: dict[str, str]) -> None:
    (tmp_path / "export.csv").write_text(EXPORT + "Bo;bo@firm;Nobody\n")
    done = init(tmp_path, answers)
    assert done.returncode == 1
    assert 'row 4 (Bo): "bo@firm"' in done.stderr
    assert 'row 4: reports to "Nobody"' in done.stderr
    assert not (tmp_path / "settings.yaml").exists()


def test_the_mailbox_itself_is_not_taken_for_a_person(tmp_path: Path, answers: dict[str, str]) -> None:
    (tmp_path / "export.csv").write_text(EXPORT + "One Number;Number.init@firm.test;Dorte Holm\n")
    done = init(tmp_path, answers, "--offline")
    assert done.returncode == 1
    assert "has a row for number.init@firm.test, the mailbox that asks. Take it out." in done.stderr


def test_settings_for_microsoft_and_google_are_valid(tmp_path: Path, answers: dict[str, str]) -> None:
    base = {key: answers[key] for key in ("organisation", "operator", "address", "people", "timezone")}
    key = tmp_path / "google.json"
    key.write_text('{"type": "service_account", "client_id": "1", "token_uri": "https://x", "private_key": "k"}')
    (tmp_path / "m").mkdir()
    microsoft = {"provider": "microsoft365", "tenant": "t", "client_id": "c", "client_secret": "${VALUE}"}
    done = init(tmp_path, base | microsoft, "--offline", "--settings", "m/settings.yaml", VALUE="the-value")
    assert done.returncode == 0, done.stderr
    settings = load(tmp_path / "m/settings.yaml", {})
    assert settings.smtp.oauth is not None
    assert settings.smtp.oauth == settings.imap.oauth
    assert settings.smtp.oauth.client_secret is not None
    assert settings.smtp.oauth.client_secret.reveal() == "the-value"
    assert settings.imap.authserv_id == "microsoft365"
    assert settings.imap.also_read == ("Junk Email",)
    assert (settings.smtp.max_per_minute, settings.smtp.max_per_day) == (30, 10_000)
    google = {"provider": "google", "login": "application", "key_file": str(key)}
    done = init(tmp_path, base | google, "--offline", "--settings", "g/settings.yaml")
    assert f"key_file (The JSON file that Google gave (docs/google-workspace.md)): {key} can be read by" in done.stderr
    key.chmod(0o600)
    done = init(tmp_path, base | google, "--offline", "--settings", "g/settings.yaml")
    assert done.returncode == 0, done.stderr
    settings = load(tmp_path / "g/settings.yaml", {})
    assert settings.imap.oauth is not None
    assert settings.imap.oauth.key_file == tmp_path / "google.json"
    assert settings.smtp.host == "smtp.gmail.com"
    assert settings.imap.also_read == ("[Gmail]/Spam",)
    assert settings.smtp.max_per_day == 2000


def test_what_stands_in_the_way_is_said_before_anything_is_asked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
    monkeypatch.setattr("builtins.input", lambda _: pytest.fail("it asked"))
    (tmp_path / "people.csv").write_text("mine")
    assert run(tmp_path / "settings.yaml", answers=None, offline=True) == 1
    assert "people.csv is there already, and is not overwritten" in capsys.readouterr().err
    assert run(tmp_path / "people.csv/settings.yaml", answers=None, offline=True) == 1
    assert "people.csv cannot be written to. Begin in another folder" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("said", "meant"), [("own server", "own"), ("Microsoft 365", "microsoft365"), ("Goog", "google")]
)
def test_a_provider_is_known_as_a_person_writes_it(said: str, meant: str) -> None:
    (question,) = (one for one in QUESTIONS if one.key == "provider")
    assert question.parse(said) == meant


def test_without_a_terminal_and_without_answers_nobody_is_asked(tmp_path: Path) -> None:
    done = subprocess.run(
        [PROGRAM, "init"], cwd=tmp_path, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "--answers" in done.stderr


def test_a_bad_address_among_the_answers_is_told_with_what_rests_on_it(tmp_path: Path, answers: dict[str, str]) -> None:
    for key in ("smtp", "imap", "address"):
        del answers[key]
    done = init(tmp_path, answers | {"operator": ""})
    assert done.returncode == 1
    assert done.stderr.count("this is needed") >= 3
    assert "Traceback" not in done.stderr


def test_a_variable_that_is_not_set_is_named(tmp_path: Path, answers: dict[str, str]) -> None:
    done = init(tmp_path, answers | {"password": "${NOBODY_SETS_THIS}"}, "--offline")
    assert done.returncode == 1
    assert "${NOBODY_SETS_THIS} is not set in the environment; put it there with: export" in done.stderr


def test_a_password_is_not_sent_in_clear_to_another_machine(tmp_path: Path, answers: dict[str, str]) -> None:
    done = init(tmp_path, answers | {"smtp": "mail.firm.test", "smtp_security": "none", "imap_security": "none"})
    assert done.returncode == 1
    assert "smtp_security (Its security: starttls, tls, or none (this machine only)): the password would" in done.stderr
    assert "imap_security" not in done.stderr  # that one is this machine


def test_a_server_that_cannot_be_used_leaves_what_was_written(tmp_path: Path, answers: dict[str, str]) -> None:
    done = init(tmp_path, answers)
    assert done.returncode == 3
    assert "nothing listens there" in done.stdout
    assert "Mend settings.yaml (the password is in secrets/password), and look again: onenumber check" in done.stdout
    assert (tmp_path / "settings.yaml").exists()


@pytest.mark.servers
def test_both_servers_are_tried(tmp_path: Path, answers: dict[str, str], servers: MailServers) -> None:
    answers |= {"smtp": f"localhost:{servers.submission_port}", "imap": f"localhost:{servers.imap_port}"}
    done = init(tmp_path, answers, SSL_CERT_FILE=str(servers.authority))
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"number.init@firm.test at localhost:{servers.imap_port}" in done.stdout
    assert "may send" in done.stdout


class Terminal:
    """Somebody at a terminal, in front of `onenumber init`."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self.screen, terminal = pty.openpty()
        self.process = subprocess.Popen(
            [PROGRAM, "init"],
            cwd=folder,
            stdin=terminal,
            stdout=terminal,
            stderr=terminal,
            start_new_session=True,
            env={**os.environ, **environment, "COLUMNS": "200"},
        )
        os.close(terminal)
        self.shown = self.unread = ""

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self.screen)

    def until(self, words: str) -> None:
        while words not in self.unread:
            ready, _, _ = select.select([self.screen], [], [], 60)
            assert ready, f"never said {words!r}:\n{self.shown}"
            part = os.read(self.screen, 4096).decode(errors="replace")
            self.unread += part
            self.shown += part
        self.unread = self.unread.partition(words)[2]

    def types(self, words: str) -> None:
        os.write(self.screen, words.encode() + b"\n")

    def converses(self, *turns: str) -> None:
        """What is shown and what is typed to it, by turns."""
        for shown, typed in zip(turns[::2], turns[1::2], strict=True):
            self.until(shown)
            self.types(typed)


@pytest.mark.servers
def test_a_person_at_a_terminal_is_asked_again_until_it_fits(
    tmp_path: Path, answers: dict[str, str], servers: MailServers
) -> None:
    answers |= {"smtp": f"localhost:{servers.submission_port}", "imap": f"localhost:{servers.imap_port}"}
    refused = {
        "address": ("it@firm.test", "a mailbox of its own"),
        "operator": ("it@firm", "no whole domain"),
        "timezone": ("Copenhagen", "is not a time zone"),
        "smtp": ("mail.firm.test:99999", "is not a host"),
    }
    only_found_out_when_tried = {"password": "mistyped", "imap": "localhost:1"}
    export = Path(answers["people"])
    sound = export.read_bytes()
    with Terminal(tmp_path, SSL_CERT_FILE=str(servers.authority)) as terminal:
        own = [one for one in QUESTIONS if one.when({"provider": "own"}) and one.key in {*answers, "username"}]
        for question in own:
            terminal.until(question.asks)
            for typed, said in filter(None, [refused.get(question.key)]):
                terminal.types(typed)
                terminal.until(said)
            terminal.types(only_found_out_when_tried.get(question.key, answers.get(question.key, "")))
            if question.key in {"smtp", "imap"}:
                terminal.converses("Its security", "")
        terminal.converses("Is that right?", "n", "  address", "Mail", "no column is headed", "E-Mail", "  name", "")
        terminal.converses("  first name", "", "  last name", "", "  whom they report", "-", "  language", "")
        terminal.converses("  time zone", "", "  country", "")
        terminal.converses("Vorgesetzter → not used\r\nIs that right?", "")
        terminal.until("no column says whom people report to")
        export.write_bytes(sound.replace(b"@firm.test", b"firm.test"))
        terminal.converses("The people:", "", "Is that right?", "")
        terminal.until("row 2")
        export.write_bytes(sound)
        terminal.converses("The people:", "", "Is that right?", "")
        terminal.until("refused the login")
        terminal.until("nothing listens there")
        terminal.converses(
            "Server with the mailbox (IMAP), with :port if it is not the usual [localhost:1]", answers["imap"]
        )
        terminal.converses("Its security", "", "User name of the mailbox [number.init@firm.test]", "")
        terminal.converses("Password", PASSWORD, "read your reply to it?", "")
        terminal.until("One ask has left")
        (raw,) = servers.wait_for("it@firm.test", 1)
        ask = opened(raw)
        writer = Writer("It", "it@firm.test", "da", "da", "Europe/Copenhagen")
        servers.submit("it@firm.test", ask.reply_to, clients.outlook(writer, ask, "7", datetime.now(UTC)))
        terminal.until("was read as 7")
        terminal.until("What comes next")
        assert terminal.process.wait(timeout=60) == 0
        assert PASSWORD not in terminal.shown
    assert mode(tmp_path / "secrets/password") == 0o600
    assert mode(tmp_path / "settings.yaml") == 0o640
    assert load(tmp_path / "settings.yaml", {}).imap.username == "number.init@firm.test"
