"""`onenumber people`: the file keeps every letter that is not concerned, and what cannot be is refused in words."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import cli, events, yaml_nodes
from pipeline.ledger.tiny import TinyLedger
from pipeline.people_file import YamlFile, _scalar
from pipeline.roster import new_id
from pipeline.settings import load

HEAD = """\
# Our settings: do not lose this line.
organisation: {name: Firm, timezone: Europe/Copenhagen, secret: "a-secret-of-sixteen-letters", operator: it@firm.example}
sender: {name: One Number, address: number@firm.example}
smtp: {host: localhost, security: none}
imap: {host: localhost, security: none, username: number, password: hunter2}
store: tinydb:data
"""
PEOPLE = """\
people:
  # The board.
  - email: jens@firm.example   # the director
    name: Jens Holm

  # The team of Mette.
  - email: mette@firm.example
    name: "Mette Krog"
    reports_to: jens@firm.example
  - email: anna@firm.example
    name: Anna Bøgh            # with an ø
    reports_to: Mette@firm.example
    aliases:
      - a.boegh@firm.example
    # she is away in December
    away: [{from: 2026-12-21, to: 2026-12-31}]
  - {email: bo@firm.example, name: Bo, reports_to: mette@firm.example}

# What follows the people.
receipts: false
"""
CSV = """\
Email;Name;Reports_To;Language
jens@firm.example;Jens Holm;;
mette@firm.example;"Krog; Mette";jens@firm.example;da
anna@firm.example;Anna Bøgh;mette@firm.example
bo@firm.example;Bo;mette@firm.example;de
"""


class Desk:
    """The operator's files, and what the commands say."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str], *, csv: bool) -> None:
        self.settings = folder / "settings.yaml"
        self.file = folder / "people.csv" if csv else self.settings
        self.capsys = capsys
        self.settings.write_text(HEAD + ("people_file: people.csv\n" if csv else PEOPLE), encoding="utf-8")
        if csv:
            self.file.write_text(CSV, encoding="utf-8")
        self.settings.chmod(0o600)
        self.before = self.lines()

    def lines(self) -> list[str]:
        return self.file.read_text(encoding="utf-8").splitlines()

    def people(self, *arguments: str, code: int = 0) -> str:
        assert cli.main(["people", *arguments, "--settings", str(self.settings)]) == code
        told = self.capsys.readouterr()
        return told.out + told.err

    def roster(self) -> dict[str, Any]:
        roster = load(self.settings).roster
        return {one.email.partition("@")[0]: one for one in roster.people}

    def changed(self) -> tuple[list[str], list[str]]:
        """The lines that went, and those that came; all others are where they were."""
        after = self.lines()
        gone = [line for line in self.before if line not in after]
        come = [line for line in after if line not in self.before]
        assert [line for line in self.before if line not in gone] == [line for line in after if line not in come]
        return gone, come


@pytest.fixture(params=["yaml", "csv"])
def desk(request: pytest.FixtureRequest, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Desk:
    return Desk(tmp_path, capsys, csv=request.param == "csv")


@pytest.fixture
def yaml(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Desk:
    return Desk(tmp_path, capsys, csv=False)


def test_the_list_shows_the_tree(desk: Desk) -> None:
    told = desk.people("list")
    assert told.splitlines()[0].startswith("Jens Holm <jens@firm.example>")
    assert any(line.startswith("    Anna Bøgh <anna@firm.example>") for line in told.splitlines())
    rows = json.loads(desk.people("list", "--json"))["people"]
    assert [row["reports_to"] for row in rows][1:] == [
        "jens@firm.example",
        "mette@firm.example",
        "mette@firm.example",
    ]


def test_somebody_new_stands_with_the_team(desk: Desk) -> None:
    told = desk.people("add", "Kim@firm.example", "--name", "Kim: No. 2", "--to", "mette@firm.example")
    assert "Kim: No. 2 reports to" in told
    assert desk.roster()["kim"].name == "Kim: No. 2"
    assert list(desk.roster())[-1] == "kim"
    assert desk.changed()[0] == []


def test_a_move_changes_one_line(desk: Desk) -> None:
    desk.people("move", "Bo", "--to", "Jens")
    assert desk.roster()["bo"].reports_to == desk.roster()["jens"].id
    gone, come = desk.changed()
    assert (len(gone), len(come)) == (1, 1)


def test_another_director_has_the_one_before_below_them(desk: Desk) -> None:
    told = desk.people("director", "Bo")
    assert "Bo is the director from the next round on; Jens Holm reports to Bo and keeps the team" in told
    assert "Bo has a team now and is asked for no number any more" in told
    roster = desk.roster()
    above = {name: one.reports_to for name, one in roster.items()}
    ids = {name: one.id for name, one in roster.items()}
    assert above == {"jens": ids["bo"], "mette": ids["jens"], "anna": ids["mette"], "bo": None}
    assert "Bo is the director already" in desk.people("director", "Bo", code=1)
    assert "onenumber people director makes it somebody else" in desk.people("move", "Bo", "--to", "Jens", code=1)
    desk.people("leave", "Jens", "--team-to", "Bo")  # who was replaced can leave now


def test_a_director_on_another_clock_moves_the_times(desk: Desk) -> None:
    desk.people("add", "kim@firm.example", "--to", "Jens", "--name", "Kim", "--timezone", "America/New_York")
    assert "go by the clock of America/New_York" in desk.people("director", "Kim", "--dry-run")


def test_an_absence_is_added_and_ended(desk: Desk) -> None:
    for dates in ("2026-11-30..2026-12-04", "2027-01-04", "2027-02-01.."):
        desk.people("away", "anna", dates)
    assert [str(one.first) for one in desk.roster()["anna"].away][-3:] == ["2026-11-30", "2027-01-04", "2027-02-01"]
    assert desk.roster()["anna"].away[-1].last is None
    assert "already" in desk.people("away", "anna", "2027-01-04", code=1)
    desk.people("away", "anna", "none")
    assert desk.roster()["anna"].away == ()
    assert "has no absence" in desk.people("away", "anna", "none", code=1)


def test_a_renamed_person_keeps_the_id_the_history_and_the_old_address(desk: Desk) -> None:
    settings = load(desk.settings)
    known = events.Known(
        key="known/mette@firm.example",
        round=None,
        at=settings_time(),
        person=new_id("mette@firm.example"),
        address="mette@firm.example",
    )
    TinyLedger(settings.store).append([known])
    desk.people("rename", "mette@firm.example", "mette.lund@firm.example", "--name", "Mette Lund")
    after = desk.roster()["mette.lund"]
    assert (after.name, after.aliases) == ("Mette Lund", ("mette@firm.example",))
    assert {one.reports_to for one in (desk.roster()["anna"], desk.roster()["bo"])} == {after.id}
    desk.people("rename", "Mette Lund", "mette@firm.example")
    assert desk.roster()["mette"].aliases == ("mette.lund@firm.example",)


def settings_time() -> Any:
    from datetime import UTC, datetime  # noqa: PLC0415

    return datetime(2026, 11, 24, tzinfo=UTC)


def test_an_address_that_somebody_else_had_is_refused(desk: Desk) -> None:
    """It would bring the history of that person along."""
    known = events.Known(
        key="known/old@firm.example", round=None, at=settings_time(), person="zzzzzzzz", address="old@firm.example"
    )
    TinyLedger(load(desk.settings).store).append([known])
    assert "belonged to somebody else" in desk.people("rename", "bo", "old@firm.example", code=1)


def test_who_leaves_is_gone_and_their_team_needs_somebody(desk: Desk) -> None:
    desk.people("leave", "bo@firm.example")
    assert "bo" not in desk.roster()
    refused = desk.people("leave", "mette@firm.example", code=1)
    assert "--team-to jens@firm.example" in refused
    desk.people("leave", "mette@firm.example", "--team-to", "Jens Holm")
    assert desk.roster()["anna"].reports_to == desk.roster()["jens"].id
    assert "is the director" in desk.people("leave", "Jens", code=1)


def test_a_typo_is_answered_with_a_suggestion(desk: Desk) -> None:
    assert 'Did you mean "jens@firm.example"?' in desk.people("move", "bo", "--to", "jens@frm.example", code=1)
    assert 'Did you mean "Anna Bøgh"?' in desk.people("leave", "Anna Bogh", code=1)


def test_what_would_not_be_valid_is_refused_and_the_file_stays(desk: Desk) -> None:
    for arguments, why in (
        (("add", "not-an-address", "--to", "jens"), "no address that mail can reach"),
        (("add", "anna@firm.example", "--to", "jens"), "on the roster already"),
        (("add", "kim@firm.example"), "at the top it is --to jens@firm.example"),
        (("add", "kim@firm.example", "--to", "jens", "--timezone", "Europe/Kopenhagen"), "is not a time zone"),
        (("move", "mette@firm.example", "--to", "anna@firm.example"), "in a circle"),
        (("away", "bo", "2026-12-31..2026-12-21"), "before it begins"),
        (("away", "bo", "tomorrow"), "is not a date"),
        (("rename", "bo", "anna@firm.example"), "is Anna Bøgh already"),
        (("rename", "bo"), "nothing is to change"),
        (("move", "bo", "--to", "mette@firm.example"), "already"),
    ):
        assert why in desk.people(*arguments, code=1), arguments
        assert desk.lines() == desk.before


def test_a_dry_run_shows_the_difference_and_no_password(desk: Desk) -> None:
    told = desk.people("away", "bo", "2026-12-01", "--dry-run")
    assert "  -" in told
    assert "  +" in told
    assert "2026-12-01" in told
    assert "hunter2" not in told
    assert "Nothing was changed." in told
    assert desk.lines() == desk.before


def test_on_a_terminal_the_operator_is_asked_and_silence_is_no(yaml: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    for typed, code in (("", 1), ("\n", 1), ("n\n", 1), ("y\n", 0)):
        assert yaml.lines() == yaml.before
        monkeypatch.setattr("sys.stdin", Terminal(typed))
        assert "  +" in yaml.people("away", "bo", "2026-12-01", code=code)
    assert yaml.lines() != yaml.before
    monkeypatch.setattr("sys.stdin", Terminal(""))
    yaml.people("away", "bo", "none", "--yes")


def test_who_begins_or_ceases_to_be_asked_is_told(desk: Desk) -> None:
    assert "Bo has a team now and is asked for no number" in desk.people("move", "anna", "--to", "bo")
    assert "Bo is asked for a number now" in desk.people("move", "anna", "--to", "jens")


def test_comments_stay_and_so_do_permissions(yaml: Desk) -> None:
    for arguments in (
        ("add", "kim@firm.example", "--name", "Kim", "--to", "Anna Bøgh"),
        ("move", "kim", "--to", "mette@firm.example"),
        ("away", "anna", "2027-01-04"),
        ("rename", "anna", "anna.lund@firm.example"),
        ("leave", "bo"),
        ("leave", "kim"),
    ):
        yaml.people(*arguments)
    after = yaml.file.read_text(encoding="utf-8")
    for comment in [line.partition("#")[2] for line in yaml.before if "#" in line]:
        assert f"#{comment}" in after
    assert yaml.file.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in yaml.file.parent.iterdir() if one.name.startswith(".")] == []


def test_a_file_behind_a_link_is_edited_where_it_lies(yaml: Desk) -> None:
    real = yaml.settings.with_name("real.yaml")
    yaml.settings.rename(real)
    yaml.settings.symlink_to(real)
    yaml.people("leave", "bo")
    assert yaml.settings.is_symlink()
    assert "bo@firm.example" not in real.read_text(encoding="utf-8")


def test_what_is_written_with_anchors_is_left_to_a_person(yaml: Desk) -> None:
    text = yaml.file.read_text(encoding="utf-8")
    text = text.replace(
        "away: [{from: 2026-12-21, to: 2026-12-31}]", "away: &december [{from: 2026-12-21, to: 2026-12-31}]"
    )
    yaml.file.write_text(text.replace("name: Bo,", "name: Bo, away: *december,"), encoding="utf-8")
    assert "edit the file by hand" in yaml.people("away", "anna", "2027-01-04", code=1)


def test_windows_line_ends_and_a_missing_last_one_are_kept(yaml: Desk) -> None:
    text = (HEAD + PEOPLE.partition("\n# What follows")[0]).rstrip("\n").replace("\n", "\r\n")
    yaml.file.write_bytes(b"\xef\xbb\xbf" + text.encode())
    yaml.people("add", "kim@firm.example", "--name", "Kim", "--to", "mette@firm.example")
    raw = yaml.file.read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf# Our settings")
    assert raw.count(b"\n") == raw.count(b"\r\n")
    assert raw.endswith(b"}")  # as its neighbour is written
    assert "kim" in yaml.roster()


def test_people_on_one_line_are_left_to_a_person(yaml: Desk) -> None:
    yaml.file.write_text(
        HEAD + "people: [{email: j@firm.example}, {email: a@firm.example, reports_to: j@firm.example}]\n"
    )
    assert "Write them so first" in yaml.people("leave", "a@firm.example", code=1)


@given(st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1))
def test_a_name_reads_back_as_it_was_given(name: str) -> None:
    text = YamlFile(PEOPLE).set("bo@firm.example", "name", name)
    tree = yaml_nodes.parse(text)
    assert isinstance(tree, yaml_nodes.Mapping)
    people = tree.items["people"]
    assert isinstance(people, yaml_nodes.Sequence)
    last = people.items[-1]
    assert isinstance(last, yaml_nodes.Mapping)
    assert last.items["name"] == yaml_nodes.Scalar(last.line, name)
    assert _scalar(name)
