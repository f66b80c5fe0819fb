"""`onenumber export`: every answer of every week, safe to open in a spreadsheet."""

import csv
import io
import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.friday.conftest import MakeFirm
from tests.friday.firm import Firm

FORMULA = '=HYPERLINK("https://x.test","9")'


@pytest.fixture
def week(firm: MakeFirm) -> Firm:
    """Anna answered with what a spreadsheet would take for a formula, Bo did not."""
    week = firm()
    week.installed()
    week.tick("Fri 13:00")
    week.replies("anna", f"7\n\n{FORMULA}")
    week.tick("Fri 13:10")
    return week


def exported(week: Firm, *more: str, code: int = 0) -> Any:
    done = week.onenumber("export", "--now", week.instant("Fri 18:00").isoformat(), *more, check=False)
    assert done.returncode == code, done.stderr
    return done


def row(week: Firm, person: str, rows: list[dict[str, Any]]) -> dict[str, Any]:
    return next(one for one in rows if one["email"] == week.address(person))


def test_everybody_who_was_asked_has_a_row_with_or_without_a_number(week: Firm) -> None:
    rows = json.loads(exported(week, "--format", "json").stdout)["answers"]
    anna, bo = row(week, "anna", rows), row(week, "bo", rows)
    assert (anna["week"], anna["monday"], anna["state"], anna["number"]) == ("2026-W11", "2026-03-09", "answered", 7)
    assert (anna["comment"], anna["received"][:16]) == (FORMULA, "2026-03-13T12:10")
    assert (bo["state"], bo["number"], bo["manager_email"]) == ("no_answer", None, week.address("mette"))


def test_a_comment_that_a_spreadsheet_takes_for_a_formula_stays_a_text(week: Firm) -> None:
    page = csv.DictReader(io.StringIO(exported(week).stdout.removeprefix("\ufeff")))
    assert row(week, "anna", list(page))["comment"] == f"'{FORMULA}"
    file = week.folder / "answers.xlsx"
    exported(week, "--format", "xlsx", "--out", str(file))
    cell = next(cells for cells in sheet(file) if cells["email"].value == week.address("anna"))["comment"]
    assert (cell.value, cell.data_type) == (FORMULA, "s")


def sheet(file: Path) -> list[dict[str, Any]]:
    head, *lines = openpyxl.load_workbook(file).active.iter_rows()  # type: ignore[union-attr]
    return [dict(zip([cell.value for cell in head], line, strict=True)) for line in lines]


def test_numbers_and_days_are_numbers_and_days_in_a_sheet(week: Firm) -> None:
    file = week.folder / "answers.xlsx"
    said = exported(week, "--format", "xlsx", "--out", str(file)).stderr
    anna = next(cells for cells in sheet(file) if cells["email"].value == week.address("anna"))
    assert anna["number"].value == 7
    assert anna["monday"].value.date() == date(2026, 3, 9)
    assert anna["received"].value.replace(second=0) == datetime(2026, 3, 13, 13, 10)  # noqa: DTZ001  as the sheet shows it
    assert said.endswith("rows of 1 week\n")
    assert file.stat().st_mode & 0o077 == 0


def test_a_file_that_was_there_is_replaced_whole_and_closed_to_others(week: Firm) -> None:
    file = week.folder / "answers.csv"
    file.write_text("old" * 10_000)
    file.chmod(0o644)
    exported(week, "--out", str(file))
    assert file.read_bytes().startswith(b"\xef\xbb\xbfweek,")
    assert b"old" not in file.read_bytes()
    assert file.stat().st_mode & 0o077 == 0
    assert "there is no folder" in exported(week, "--out", str(week.folder / "none/a.csv"), code=1).stderr
    assert "it is a folder" in exported(week, "--out", str(week.folder), code=1).stderr
    assert not list(week.folder.glob(".answers*"))


def test_a_csv_is_as_the_organisations_spreadsheet_opens_it(week: Firm) -> None:
    week.write(organisation={"language": "da"}, question={"decimals": True})
    week.replies("bo", "2,5")
    week.tick("Fri 13:20")
    page = list(csv.DictReader(io.StringIO(exported(week).stdout.removeprefix("\ufeff")), delimiter=";"))
    assert row(week, "bo", page)["number"] == "2,5"


def test_one_persons_answers_can_be_given_to_them(week: Firm) -> None:
    rows = json.loads(exported(week, "--format", "json", "--person", "Anna").stdout)["answers"]
    assert [one["email"] for one in rows] == [week.address("anna")]
    refused = exported(week, "--person", "Nobody", code=1)
    assert refused.stderr.startswith('onenumber: nobody in any round is "Nobody".')


def test_a_sheet_needs_a_file(week: Firm) -> None:
    assert "a sheet needs a file. Name one: --out answers.xlsx" in exported(week, "--format", "xlsx", code=1).stderr


def test_before_the_first_round_the_table_is_empty(firm: MakeFirm) -> None:
    week = firm()
    assert exported(week).stdout.removeprefix("\ufeff").splitlines() == [
        "week,monday,name,email,manager,manager_email,state,number,comment,received,entered_by,away_until"
    ]
