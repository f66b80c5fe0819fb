"""Settings: the example is valid, and every fault is told with its line and what to do."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest

from pipeline import settings as settings_module
from pipeline.faults import SettingsError
from pipeline.roster import new_id
from pipeline.settings import Settings, load
from pipeline.weeks import Week

EXAMPLE = Path(__file__).parent.parent / "settings.example.yaml"
ENVIRONMENT = {"ONENUMBER_SECRET": "0123456789abcdef", "ONENUMBER_PASSWORD": "swordfish"}


@pytest.fixture
def refused(tmp_path: Path) -> Callable[..., str]:
    """Change the example, load it, and give back what was said against it."""

    def refuse(old: str, new: str, **environment: str) -> str:
        text = EXAMPLE.read_text()
        assert old in text
        file = tmp_path / "settings.yaml"
        file.write_text(text.replace(old, new, 1))
        with pytest.raises(SettingsError) as error:
            load(file, ENVIRONMENT | environment)
        return str(error.value).replace(str(tmp_path) + "/", "")

    return refuse


def line_of(text: str) -> int:
    return EXAMPLE.read_text().splitlines().index(text) + 1


def test_the_example_is_valid_and_means_what_it_says() -> None:
    settings = load(EXAMPLE, ENVIRONMENT)
    assert settings.organisation.name == "Nordvik"
    assert settings.question.maximum == Decimal(999)
    assert settings.schedule.closed == {date(2026, 12, 24), date(2026, 12, 31)}
    assert settings.schedule.skip_weeks == {Week(2026, 53)}
    assert settings.schedule.grace == timedelta(hours=65)
    assert settings.store == EXAMPLE.parent / "data"
    assert settings.smtp.password is not None
    assert settings.smtp.password.reveal() == "swordfish"
    director = settings.roster.director
    assert director is not None
    assert director.name == "Dorte Holm"
    assert [person.name for person in settings.roster.reps] == ["Mads Friis", "Anna Bøgh", "Liz Carter"]
    liz = settings.roster[new_id("liz@nordvik.example")]
    assert (liz.timezone, liz.holidays, liz.language) == ("Europe/London", "GB", "en")


def test_the_example_shows_every_key() -> None:
    text = EXAMPLE.read_text()
    keys = [key for section in settings_module._SECTIONS.values() for key in section]
    for key in (*keys, *settings_module._KEYS, *settings_module._OAUTH):
        assert re.search(rf"^\W*(- )?{key}:|\W{key}:", text, re.MULTILINE), key


def test_no_secret_shows_in_any_repr() -> None:
    shown = repr(load(EXAMPLE, ENVIRONMENT))
    assert "swordfish" not in shown
    assert "0123456789abcdef" not in shown


def test_settings_are_values_all_the_way_down() -> None:
    def check(value: object) -> None:
        assert not isinstance(value, list | set | bytearray)
        if isinstance(value, msgspec.Struct):
            for name in value.__struct_fields__:
                check(getattr(value, name))

    settings: Settings = load(EXAMPLE, ENVIRONMENT)
    check(settings)


def test_a_manager_nobody_knows_is_told_with_both_lines(refused: Callable[..., str]) -> None:
    said = refused("reports_to: mads@nordvik.example", "reports_to: mats@nordvik.example")
    line = line_of("    reports_to: mads@nordvik.example")
    there = line_of("  - email: mads@nordvik.example       # a manager: somebody reports to him")
    assert said == (
        f'settings.yaml, line {line}: people[2].reports_to is "mats@nordvik.example", but nobody has that address.\n'
        f'Did you mean "mads@nordvik.example" (line {there})?'
    )


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("max_per_minute: 30", "max_per_minut: 30", 'is not a key of the settings.\nDid you mean "max_per_minute"?'),
        ("receipts: false", "reciepts: false", '"reciepts" is not a key of the settings.\nDid you mean "receipts"?'),
        ("timezone: Europe/London", "timezone: Europe/Lodnon", 'timezone: "Europe/Lodnon" is not a time zone'),
        ("port: 587", "port: 99999", 'smtp.port: "99999" is not a whole number from 1 to 65535'),
        ('ask: "Fri 13:00"', 'ask: "Fri 17:30"', "schedule.nudges[0] (Fri 15:00) must come after schedule.ask"),
        ('digest: "Fri 17:00"', "digest: Friday evening", 'write it as "Fri 13:00"'),
        ("holidays: DK ", "holidays: XX ", '"XX" has no calendar of public holidays'),
        ("maximum: 999", "maximum: -1", "question.maximum is below question.minimum"),
        ("security: tls ", "security: none ", "would send the password in clear to mail.nordvik.example"),
        ("  name: Nordvik  ", "  nick: Nordvik  ", "organisation.name is missing"),
        ("email: anna@nordvik.example", "email: anna@@nordvik.example", 'people[2].email is "anna@@nordvik.example"'),
        ("email: liz@nordvik.example", "email: anna@nordvik.example", "already stands at people[2]"),
        ("to: dorte@nordvik.example", "to: anna@nordvik.example", "in a circle: mads@nordvik.example"),
        ("    reports_to: dorte@nordvik.example ", "    ", "there would be two directors"),
        ("{from: 2026-12-21, to: 2026-12-31}", "{from: 2026-12-21, to: 2026-12-01}", "before it begins"),
        ("also_read: [Junk]", "also_read: [INBOX]", "must all differ"),
        ("store: tinydb:data", "store: postgresql://a:p@ss@db/one", "write / as %2F and @ as %40"),
        ("store: tinydb:data", "store: postgresql:one", "or as postgresql://USER:PASSWORD@HOST/DATABASE"),
        ("store: tinydb:data", "store: data", "write it as tinydb:FOLDER"),
        ("people:   ", "persons:   ", "give the people either as a list"),
        ("question:\n", "question:\n\tbad: 1\n", "this is not YAML"),
        ("skip_weeks: [2026-W53]", "skip_weeks: [53]", '"53" is not an ISO week; write it as 2026-W48'),
    ],
)  # fmt: skip
def test_what_is_wrong_is_refused_and_said(refused: Callable[..., str], old: str, new: str, says: str) -> None:
    said = refused(old, new)
    assert says in said
    assert re.match(r"settings\.yaml, line \d+: ", said)


def test_all_faults_are_told_at_once_in_the_order_of_lines(refused: Callable[..., str]) -> None:
    minimum = next(line for line in EXAMPLE.read_text().splitlines() if line.startswith("  minimum: 0 "))
    said = refused(f"{minimum}\n  maximum: 999 ", "  minimum: none\n  maximum: lots ")
    assert said.index("question.minimum") < said.index("question.maximum")


def test_a_short_secret_is_refused_without_showing_it(refused: Callable[..., str]) -> None:
    said = refused("receipts: false", "receipts: no", ONENUMBER_SECRET="tooshort")
    assert "organisation.secret: it must have at least 16 characters" in said
    assert "tooshort" not in said


def test_an_environment_variable_that_is_not_set_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="ONENUMBER_SECRET, which is not set"):
        load(EXAMPLE, {"ONENUMBER_PASSWORD": "swordfish"})


def test_a_password_may_lie_in_a_file_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "password").write_text("from the file\n")
    file = tmp_path / "settings.yaml"
    file.write_text(EXAMPLE.read_text().replace('"${ONENUMBER_PASSWORD}"', "{file: password}"))
    settings = load(file, ENVIRONMENT)
    assert settings.imap.password.reveal() == "from the file"
    (tmp_path / "password").unlink()
    with pytest.raises(SettingsError, match="names the file password, which cannot be read: No such file"):
        load(file, ENVIRONMENT)


def test_a_missing_file_says_where_to_begin(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"begin with: onenumber init"):
        load(tmp_path / "settings.yaml", ENVIRONMENT)


def people_as_csv(tmp_path: Path, csv: str) -> Path:
    text = EXAMPLE.read_text()
    begin, end = text.index("people:   "), text.index("digest:\n  order")
    file = tmp_path / "settings.yaml"
    file.write_text(f"{text[:begin]}people_file: people.csv\n\n{text[end:]}")
    (tmp_path / "people.csv").write_text(csv, encoding="utf-8-sig")
    return file


@pytest.mark.parametrize(
    ("csv", "said"),
    [
        ("", "there is no column email"),
        ("email,name\n", "there is nobody in it, so nobody would be asked. Add whoever"),
        ("email,reports_number\nd@n.example,false\n", "nobody reports a number, so nobody would be asked"),
    ],
)
def test_a_file_of_people_that_is_not_enough_is_named_itself(tmp_path: Path, csv: str, said: str) -> None:
    with pytest.raises(SettingsError, match=rf"people\.csv, line 1: (?:people: )?{said}"):
        load(people_as_csv(tmp_path, csv), ENVIRONMENT)


@pytest.mark.parametrize("column", ["email", "aliases", "copies_to"])
def test_the_mailbox_that_asks_is_nobody_to_be_asked(tmp_path: Path, column: str) -> None:
    row = {"email": "a@n.example", "reports_to": "d@n.example"} | {column: "Number@nordvik.example"}
    csv = f"email,reports_to,aliases,copies_to\nd@n.example,,,\n{','.join(row.get(one, '') for one in _COLUMNS)}\n"
    with pytest.raises(SettingsError, match=rf"people\.csv, line 3: row\.{column} is .* the mailbox that asks"):
        load(people_as_csv(tmp_path, csv), ENVIRONMENT)


_COLUMNS = ("email", "reports_to", "aliases", "copies_to")


def test_people_may_come_from_a_spreadsheets_csv(tmp_path: Path) -> None:
    file = people_as_csv(
        tmp_path,
        "Email;Name;Reports_to;Holidays;Aliases;Away\n"
        "dorte@nordvik.example;Dorte Holm;;;;\n"
        "per@nordvik.example;Per Ås;dorte@nordvik.example;NO;;2026-12-01..2026-12-05\n",
    )
    per = load(file, ENVIRONMENT).roster[new_id("per@nordvik.example")]
    assert (per.name, per.holidays) == ("Per Ås", "NO")
    assert per.away[0].last == date(2026, 12, 5)


def test_a_fault_in_the_csv_is_told_with_its_row(tmp_path: Path) -> None:
    file = people_as_csv(
        tmp_path, "email,reports_to\ndorte@nordvik.example,\nanna@nordvik.example,dort@nordvik.example\n"
    )
    with pytest.raises(SettingsError, match=r'people\.csv, line 3: row\.reports_to is "dort@nordvik\.example"'):
        load(file, ENVIRONMENT)
    people_as_csv(tmp_path, "mail\nx\n")
    with pytest.raises(SettingsError, match="there is no column email"):
        load(file, ENVIRONMENT)


def test_an_empty_roster_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="nobody would be asked"):
        load(people_as_csv(tmp_path, "email,name\n"), ENVIRONMENT)


def test_a_domain_that_never_leaves_the_network_counts_where_it_is_listed(
    refused: Callable[..., str], tmp_path: Path
) -> None:
    assert "internal_domains" in refused("email: liz@nordvik.example", "email: liz@nordvik.local")
    file = tmp_path / "settings.yaml"
    file.write_text(
        EXAMPLE.read_text()
        .replace("liz@nordvik.example", "liz@nordvik.local")
        .replace("internal_domains: [nordvik.example]", "internal_domains: [nordvik.example, nordvik.local]")
    )
    assert load(file, ENVIRONMENT).roster.at("LIZ@nordvik.local")


PASSWORD = 'password: "${ONENUMBER_PASSWORD}"'


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("oauth: yes", "smtp.oauth must have keys: provider, tenant, client_id"),
        ("oauth: {provider: microsoft365, client_id: x}", "smtp.oauth.tenant is missing. docs/microsoft-365.md"),
        ("oauth: {provider: google}", "smtp.oauth.key_file is missing. docs/google-workspace.md"),
        ("oauth: {provider: google, key_file: k, tenant: x}", "smtp.oauth.tenant is not used with provider: google"),
        ("oauth: {provider: yahoo}", '"yahoo" is none of microsoft365, google'),
        ("oauth: {provider: microsoft365, tennant: x}", 'Did you mean "tenant"?'),
        (
            "oauth: {provider: microsoft365, tenant: x, client_id: y, authority: http://login.microsoftonline.us}",
            "is not an https address without a path",
        ),
    ],
)
def test_what_is_wrong_with_oauth_is_told(refused: Callable[..., str], written: str, said: str) -> None:
    assert said in refused(PASSWORD, written)


def test_a_password_beside_oauth_is_refused(refused: Callable[..., str]) -> None:
    said = refused(PASSWORD, f"{PASSWORD}\n  oauth: {{provider: google, key_file: k}}")
    assert "smtp.oauth and smtp.password exclude each other" in said


def test_smtp_and_imap_may_share_what_is_said_of_oauth(tmp_path: Path) -> None:
    text = EXAMPLE.read_text().replace(PASSWORD, "oauth: &shared {provider: google, key_file: google.json}", 1)
    file = tmp_path / "settings.yaml"
    file.write_text(text.replace(PASSWORD, "oauth: *shared", 1))
    settings = load(file, ENVIRONMENT)
    assert settings.imap.oauth is not None
    assert settings.imap.oauth == settings.smtp.oauth
    assert settings.imap.oauth.key_file == tmp_path / "google.json"
    assert settings.imap.oauth.token_file == tmp_path / "token.json"


SECRET_LINE = '  secret: "${ONENUMBER_SECRET}"'


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ("  previous_secret: 1234567890abcdef", "previous_secret and organisation.secret_changed go together"),
        ("  secret_changed: 2026-11-01", "previous_secret and organisation.secret_changed go together"),
        ("  previous_secret: 0123456789abcdef\n  secret_changed: 2026-11-01", "is the same as organisation.secret"),
        ("  previous_secret: short\n  secret_changed: 2026-11-01", "at least 16 characters"),
    ],
)
def test_a_change_of_the_secret_is_told_whole(refused: Callable[..., str], more: str, words: str) -> None:
    assert words in refused(SECRET_LINE, f"{more}\n{SECRET_LINE}")


def test_the_previous_secret_is_accepted_for_four_weeks_after_its_day(tmp_path: Path) -> None:
    file = tmp_path / "settings.yaml"
    more = "  previous_secret: 1234567890abcdef\n  secret_changed: 2026-11-02"
    file.write_text(EXAMPLE.read_text().replace(SECRET_LINE, f"{more}\n{SECRET_LINE}"))
    organisation = load(file, ENVIRONMENT).organisation
    both = (b"0123456789abcdef", b"1234567890abcdef")
    assert organisation.secrets(date(2026, 11, 30)) == both
    assert organisation.secrets(date(2026, 12, 1)) == both[:1]


@pytest.mark.parametrize(
    ("url", "taken"),
    [
        ("https://example.org/ping", True),
        ("http://localhost:8000/ping", True),
        ("http://127.0.0.1/ping", True),
        ("http://[::1]:8000/ping", True),
        ("http://example.org/ping", False),
        ("http://localhost.example.org/ping", False),
        ("http://localhost@example.org/ping", False),
        ("HTTP://example.org", False),
    ],
)
def test_a_heartbeat_goes_in_clear_to_this_machine_alone(tmp_path: Path, url: str, taken: bool) -> None:
    file = tmp_path / "settings.yaml"
    file.write_text(f"{EXAMPLE.read_text()}\n  url: {url}\n")
    if taken:
        assert load(file, ENVIRONMENT).heartbeat == url
        return
    with pytest.raises(SettingsError, match="Use https"):
        load(file, ENVIRONMENT)


@pytest.mark.parametrize(
    "name",
    [
        '"Anna\\nBcc: all@nordvik.example"',
        '"Anna\\e[2J"',
        '"Anna\\u202egnp"',
        '"Anna\\x9b"',
        '" "',
        "|\n      Anna\n      Bøgh",
    ],
)
def test_a_name_is_one_line_of_letters_that_can_be_seen(refused: Callable[..., str], name: str) -> None:
    said = refused("name: Anna Bøgh", f"name: {name}")
    assert ".name: " in said
    assert "is not a name on one line" in said
    assert all(letter.isprintable() or letter == "\n" for letter in said)


@pytest.mark.parametrize(
    "name", ["Anna-Lise O'Brien, PhD", "Žofie (Žižek)", "فاطمه\u200cزهرا", "=?utf-8?q?x?=", "<b>{{x}}</b>"]
)
def test_any_name_that_can_be_seen_is_taken(tmp_path: Path, name: str) -> None:
    file = tmp_path / "settings.yaml"
    file.write_text(EXAMPLE.read_text().replace("name: Anna Bøgh", f'name: "{name}"'))
    assert name in [person.name for person in load(file, ENVIRONMENT).roster.people]
