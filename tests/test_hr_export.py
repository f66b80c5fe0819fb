"""People from a personnel system's export: columns are recognised, managers matched, problems told by row."""

from pathlib import Path

import pytest
from openpyxl import Workbook

from pipeline.hr_export import ExportError, Staff, read, recognised, staff, taken_for


def of(tmp_path: Path, text: str, encoding: str = "utf-8") -> Staff:
    file = tmp_path / "export.csv"
    file.write_text(text, encoding=encoding)
    return staff(read(file))


@pytest.mark.parametrize(
    ("head", "encoding"),
    [
        ("Name,Work Email,Manager", "utf-8"),
        ("Employee,Work e-mail,Supervisor name", "utf-8"),
        ("Name,Email - Primary Work,Reporting Manager", "utf-8"),
        ("Medarbejder;E-mail;Nærmeste leder", "utf-8-sig"),
        ("Mitarbeiter\tE-Mail-Adresse\tFührungskraft", "cp1252"),
        ("Nom complet;Adresse e-mail;Supérieur hiérarchique", "utf-8"),
        ("Imię i nazwisko,Adres e-mail,Przełożony", "utf-8"),
        ("Koko nimi;Sähköpostiosoite;Lähiesihenkilö", "utf-8"),
    ],
)
def test_columns_are_recognised_whatever_the_language(tmp_path: Path, head: str, encoding: str) -> None:
    by = next(one for one in "\t;," if one in head)
    rows = [head, by.join(("Dorte Holm", "Dorte@Firm.dk", "")), by.join(("Anna Bøgh", "anna@firm.dk", "Dorte Holm"))]
    found = of(tmp_path, "\n".join(rows), encoding)
    assert found.problems == []
    assert found.people == [
        {"email": "dorte@firm.dk", "name": "Dorte Holm"},
        {"email": "anna@firm.dk", "name": "Anna Bøgh", "reports_to": "dorte@firm.dk"},
    ]


def test_first_and_last_names_are_joined_and_a_manager_is_found_however_written(tmp_path: Path) -> None:
    found = of(
        tmp_path,
        "Last name,First name,Email,Manager,Time zone,Country code,Salary\n"
        "Holm,Dorte,dorte@firm.dk,,,,1\n"
        'Bøgh,Anna,anna@firm.dk,"Holm, Dorte (1234)",Europe/London,gb,2\n'
        "Friis,Mads,mads@firm.dk,DORTE@firm.dk,,,3\n",
    )
    assert found.problems == []
    assert found.people[1:] == [
        {
            "email": "anna@firm.dk",
            "name": "Anna Bøgh",
            "reports_to": "dorte@firm.dk",
            "timezone": "Europe/London",
            "holidays": "GB",
        },
        {"email": "mads@firm.dk", "name": "Mads Friis", "reports_to": "dorte@firm.dk"},
    ]


@pytest.mark.parametrize(
    ("written", "calendar"),
    [("Denmark", "DK"), ("Deutschland", "DE"), ("Suède", "SE"), ("uk", "GB"), ("de-by", "DE-BY")],
)
def test_a_country_may_be_written_out_in_a_language_of_our_mails(tmp_path: Path, written: str, calendar: str) -> None:
    found = of(tmp_path, f"Name,Email,Country\nDorte Holm,dorte@firm.dk,{written}\nBo,bo@firm.dk,\n")
    assert found.people[0]["holidays"] == calendar


@pytest.mark.parametrize(
    ("head", "taken"),
    [  # How exports of well-known systems are headed.
        ("Employee #,First Name,Last Name,Work Email,Reporting to,Job Title", "-/first/last/email/reports_to/-"),
        ("Employee ID,Worker,Email - Primary Work,Worker's Manager", "-/name/email/reports_to"),
        (
            "First Name [Required],Last Name [Required],Email Address [Required],Manager Email",
            "first/last/email/reports_to",
        ),
        ("Legal First Name,Legal Last Name,Work Contact: Work Email,Reports To Name", "first/last/email/reports_to"),
        ("displayName,givenName,surname,mail,usageLocation", "name/first/last/email/holidays"),
        ("Vorname,Nachname,E-Mail (geschäftlich),Vorgesetzte(r),Standort", "first/last/email/reports_to/-"),
        ("Nombre,Apellidos,Correo electrónico de empresa,Responsable directo", "first/last/email/reports_to"),
        ("Etunimi;Sukunimi;Työsähköposti;Esihenkilö", "first/last/email/reports_to"),
    ],
)
def test_the_exports_of_well_known_systems_are_recognised(tmp_path: Path, head: str, taken: str) -> None:
    (tmp_path / "export.csv").write_text(f"{head}\n", encoding="utf-8")
    export = read(tmp_path / "export.csv")
    columns = {place: column for column, place in export.columns.items()}
    assert "/".join(columns.get(place, "-") for place in range(len(export.head))) == taken


def test_what_the_columns_were_taken_for_can_be_confirmed(tmp_path: Path) -> None:
    file = tmp_path / "export.csv"
    file.write_text("Navn;Mail;Leder;Løn\n")
    assert recognised(read(file)) == ["Navn → name", "Mail → address", "Leder → whom they report to", "Løn → not used"]


def test_a_sheet_is_read_and_its_rows_counted_as_it_counts_them(tmp_path: Path) -> None:
    book = Workbook()
    for row in (
        ["Email", "Name", "Reports to"],
        ["dorte@firm.dk", "Dorte Holm", None],
        [None, None, None],
        ["anna@firm", "Anna Bøgh", "Dorte Holm"],
    ):
        book.active.append(row)
    book.save(tmp_path / "export.xlsx")
    found = staff(read(tmp_path / "export.xlsx"))
    (problem,) = found.problems
    assert problem.startswith('row 4 (Anna Bøgh): "anna@firm": this is no address that mail can reach')


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("d@f.dk,Dorte,\na@f.dk,Anna,Mads\n", 'row 3: reports to "Mads", whom no row names'),
        ("d@f.dk,Dorte,\na@f.dk,Anna,m@f.dk\n", 'row 3: reports to "m@f.dk", who has no row of their own'),
        ("d@f.dk,Dorte,\n,Anna,Dorte\n", "row 3 (Anna): no address"),
        ("d@f.dk,Dorte,\nd@f.dk,Dorte,\n", "row 3: d@f.dk stands in row 2 too"),
        ("d@f.dk,Dorte,\na@f.dk,Anna,\n", "only one may report to nobody, the director; these do: Dorte (row 2), Anna"),
        ("d@f.dk,Dorte,\na@f.dk,Anna,Bo\nb@f.dk,Bo,Anna\n", "row 3: a@f.dk reports, in the end, to themselves"),
        ("d@f.dk,Bo,\na@f.dk,Bo,d@f.dk\nc@f.dk,Cy,Bo\n", 'row 4: reports to "Bo", which could be d@f.dk or a@f.dk'),
    ],
)
def test_what_is_wrong_is_told_with_its_row(tmp_path: Path, rows: str, said: str) -> None:
    assert any(problem.startswith(said) for problem in of(tmp_path, f"email,name,manager\n{rows}").problems)


def test_managers_by_name_need_a_column_of_names(tmp_path: Path) -> None:
    (problem,) = of(tmp_path, "Mail,Who,Manager\nd@f.dk,Dorte,\na@f.dk,Anna,Dorte\n").problems
    assert problem.endswith('"Dorte", whom no row names; no column was taken for names; write the address')


def test_without_a_column_of_managers_that_is_what_is_said(tmp_path: Path) -> None:
    (problem,) = of(tmp_path, "Mail,Boss of\na@f.dk,\nb@f.dk,\nc@f.dk,\n").problems
    assert problem == "no column says whom people report to. They are Mail, Boss of; head one of them reports_to"


def test_an_internal_domain_is_an_address_where_the_settings_say_so(tmp_path: Path) -> None:
    file = tmp_path / "export.csv"
    file.write_text("email\nanna@firm.local\n")
    assert staff(read(file)).problems
    assert staff(read(file), ("firm.local",)).problems == []


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("nowhere.csv", None, "cannot be read"),
        ("empty.csv", b"", "is empty"),
        ("other.csv", b"Navn;Leder\n", "no column holds addresses. Its columns are Navn, Leder"),
        ("bare.csv", b"Navn;Mail\n;\n", "bare.csv names nobody"),
        ("broken.xlsx", b"PK not a sheet", "is no XLSX file"),
        ("binary.csv", b"email\n\0\0", "is not a CSV file"),
    ],
)
def test_a_file_that_cannot_be_used_is_said(tmp_path: Path, name: str, content: bytes | None, said: str) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(ExportError, match=said):
        staff(read(tmp_path / name))


def test_a_column_may_be_named_by_somebody_who_knows_it(tmp_path: Path) -> None:
    file = tmp_path / "export.csv"
    file.write_text("Nom;Mail;Name;Boss\nHolm;d@f.dk;Dorte Holm;\nBøgh;a@f.dk;Anna Bøgh;Dorte Holm\n")
    export = read(file)
    for column, title in {"reports_to": "boss", "last": "-", "name": "3"}.items():
        export = taken_for(export, column, title)
    assert recognised(export) == ["Nom → not used", "Mail → address", "Name → name", "Boss → whom they report to"]
    assert [one.get("reports_to") for one in staff(export).people] == [None, "d@f.dk"]
    assert "email" not in taken_for(export, "name", "Mail").columns  # a column is one thing
    for title in ("Chef", "5", "0"):
        with pytest.raises(ValueError, match=f'no column is headed "{title}". Its columns are Nom, Mail, Name, Boss'):
            taken_for(export, "email", title)
