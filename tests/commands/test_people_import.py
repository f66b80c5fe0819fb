"""`onenumber people import`: an export is shown as a difference, and then becomes the roster, with all else kept."""

from pathlib import Path

import pytest

from pipeline import cli
from pipeline.settings import load

SETTINGS = """\
organisation: {name: Firm, timezone: Europe/Copenhagen, secret: "a-secret-of-sixteen-letters", operator: it@firm.example}
sender: {name: One Number, address: number@firm.example}
smtp: {host: localhost, security: none}
imap: {host: localhost, security: none, username: number, password: hunter2}
people:
  - email: jens@firm.example   # the director
    name: Jens Holm
  - {email: mette@firm.example, name: Mette Krog, reports_to: jens@firm.example}
  - email: anna@firm.example
    name: Anna Bøgh            # with an ø
    reports_to: mette@firm.example
    aliases: [a.boegh@firm.example]
  - {email: bo@firm.example, name: Bo, reports_to: mette@firm.example}
"""
SAME = """\
Name;E-mail;Leder
Jens Holm;jens@firm.example;
Mette Krog;mette@firm.example;Jens Holm
Anna Bøgh;a.boegh@firm.example;Mette Krog
Bo;bo@firm.example;Mette Krog
"""
CHANGED = """\
Name;E-mail;Leder
Jens Holm;jens@firm.example;
Anna Bøgh Lind;a.boegh@firm.example;Ravi Rao
Cy;cy@firm.example;Ravi Rao
Ravi Rao;ravi@firm.example;Jens Holm
Bo;bo@firm.example;Ravi Rao
"""


def run(tmp_path: Path, export: str, *more: str) -> int:
    (tmp_path / "settings.yaml").write_text(SETTINGS)
    (tmp_path / "export.csv").write_text(export)
    arguments = ["people", "import", str(tmp_path / "export.csv"), "--settings", str(tmp_path / "settings.yaml"), *more]
    return cli.main(arguments)


def test_who_is_new_moved_renamed_or_gone_is_that_afterwards_and_comments_stay(tmp_path: Path) -> None:
    assert run(tmp_path, CHANGED, "--yes") == 0
    text = (tmp_path / "settings.yaml").read_text()
    assert "# the director" in text
    assert "# with an ø" in text
    roster = load(tmp_path / "settings.yaml", {}).roster
    above = {one.email: one.reports_to and roster[one.reports_to].email for one in roster.people}
    ravi = "ravi@firm.example"
    assert above == {
        "jens@firm.example": None,
        ravi: "jens@firm.example",
        "anna@firm.example": ravi,
        "cy@firm.example": ravi,
        "bo@firm.example": ravi,
    }
    anna = roster.at("anna@firm.example")
    assert anna is not None
    assert (anna.name, anna.aliases) == ("Anna Bøgh Lind", ("a.boegh@firm.example",))


def test_the_difference_is_shown_before_anything_changes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(tmp_path, CHANGED, "--dry-run") == 0
    shown = capsys.readouterr().out
    assert "Anna Bøgh Lind reports to Ravi Rao from the next round on; past weeks keep the old team" in shown
    assert "Mette Krog is asked no more" in shown
    assert "Nothing was changed." in shown
    assert (tmp_path / "settings.yaml").read_text() == SETTINGS


def test_an_export_that_says_nothing_new_changes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(tmp_path, SAME, "--yes") == 0  # so that it can be run every week
    told = capsys.readouterr()
    assert "says already.\nNothing was changed.\n" in told.out
    assert told.err == ""
    assert (tmp_path / "settings.yaml").read_text() == SETTINGS


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("bo@firm.example;Mette Krog", "bo@firm;Nobody", "row 5 (Bo)"),
        ("mette@firm.example;Jens Holm\n", "mette@firm.example;\n", "only one may report to nobody"),
        ("jens@firm.example", "jh@firm.example", "Another director is for"),
    ],
)
def test_an_export_with_a_problem_changes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], old: str, new: str, said: str
) -> None:
    assert run(tmp_path, SAME.replace(old, new), "--yes") == 1
    assert said in capsys.readouterr().err
    assert (tmp_path / "settings.yaml").read_text() == SETTINGS


def test_a_column_that_is_not_recognised_may_be_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    strange = CHANGED.replace("Leder", "Line boss")
    assert run(tmp_path, strange, "--yes") == 1
    assert "no column says whom people report to" in capsys.readouterr().err
    assert run(tmp_path, strange, "--yes", "--column", "reports_to=Boss") == 1
    assert 'no column is headed "Boss"' in capsys.readouterr().err
    with pytest.raises(SystemExit):
        run(tmp_path, strange, "--column", "boss=Line boss")
    assert run(tmp_path, strange, "--yes", "--column", "reports_to=line boss") == 0
    assert load(tmp_path / "settings.yaml", {}).roster.at("cy@firm.example") is not None
