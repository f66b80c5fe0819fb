"""`onenumber report`: which files are written, for whom, and who can read them."""

import json
import re
import stat
import subprocess
import sys
from base64 import b64encode
from datetime import timedelta
from hashlib import sha256, sha512
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel import Locale

from pipeline import events
from pipeline.commands import report
from pipeline.ledger.locks import data_lock, worker_lock
from pipeline.ledger.tiny import TinyLedger
from pipeline.templating import TEMPLATES
from pipeline.words import PSEUDO, languages
from tests.compose.company import Told, person, settings
from tests.report.firm import after_the_digest, past, people, speaking

HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(2)> & \"quoted\" 'too' <!-- "


class Tags(HTMLParser):
    """Every tag of a page with its attributes, and the text of its scripts."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: list[str] = []
        self._within = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._within = tag == "script"

    def handle_endtag(self, tag: str) -> None:
        self._within = False

    def handle_data(self, data: str) -> None:
        if self._within:
            self.scripts.append(data)


def written(folder: Path, weeks: int = 3, rows: list[object] | None = None) -> Path:
    read = past(folder, weeks, rows or people(2, 6))
    assert report.run(read, out=folder / "out", now=after_the_digest(read)) == 0
    return folder / "out"


def test_there_is_a_page_for_the_director_one_for_each_manager_and_a_list(tmp_path: Path) -> None:
    out = written(tmp_path)
    assert sorted(path.name for path in out.iterdir()) == [
        "anna-bogh.html", "index.html", "jens-holm.html", "lukas-brandt.html",
    ]  # fmt: skip


def test_it_says_what_it_wrote_and_for_whom(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = written(tmp_path)
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.splitlines() == [
        f"{out}/jens-holm.html: for Jens Holm <jens@firm.test>, 3 weeks",
        f"{out}/anna-bogh.html: for Anna Bøgh <m0@firm.test>, 3 weeks",
        f"{out}/lukas-brandt.html: for Lukas Brandt <m1@firm.test>, 3 weeks",
        "Each page holds only what its reader may see. The list for you, the operator:",
        f"  {(out / 'index.html').as_uri()}",
    ]


def test_only_the_owner_can_read_them(tmp_path: Path) -> None:
    out = written(tmp_path)
    assert stat.S_IMODE(out.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in out.iterdir()} == {0o600}


def test_the_list_names_each_reader_their_deputies_and_their_page(tmp_path: Path) -> None:
    rows = people(2, 6)
    rows[1]["copies_to"] = ["deputy@firm.test"]
    listed = (written(tmp_path, rows=rows) / "index.html").read_text()
    links = [attrs["href"] for tag, attrs in Tags(listed).tags if tag == "a"]
    assert links == ["jens-holm.html", "anna-bogh.html", "lukas-brandt.html"]
    assert "m0@firm.test, deputy@firm.test" in listed


def test_two_of_one_name_and_a_name_without_latin_letters_have_their_own_files(tmp_path: Path) -> None:
    rows = [
        person("jens", name="Index"), person("a", "jens", name="Ana"), person("b", "jens", name="ANA"),
        person("c", "jens", name="נועה לוי"), *(person(f"r{one}", one) for one in "abc"),
    ]  # fmt: skip
    names = {path.stem for path in written(tmp_path, rows=rows).iterdir()}
    assert len(names) == 5
    assert {"index", "ana"} < names
    assert sum(name.startswith("ana-") for name in names) == 1
    assert sum(name.startswith("index-") for name in names) == 1


def test_the_page_of_somebody_who_leads_nobody_any_more_is_taken_away(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = written(tmp_path)
    (out / "notes.html").write_text("<p>of the operator's own</p>")
    read = settings(tmp_path, people(1, 6))
    capsys.readouterr()
    assert report.run(read, out=out, now=after_the_digest(read)) == 0
    assert sorted(path.name for path in out.iterdir()) == [
        "anna-bogh.html",
        "index.html",
        "jens-holm.html",
        "notes.html",
    ]
    assert f"{out}/lukas-brandt.html: taken away" in capsys.readouterr().err


def test_before_the_first_round_the_pages_say_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    read = settings(tmp_path, people(1, 2))
    assert report.run(read, out=tmp_path / "out", now=after_the_digest(read)) == 0
    page = (tmp_path / "out" / "jens-holm.html").read_text()
    assert "Nothing has been asked yet." in page
    assert "<script" not in page
    assert "no weeks yet" in capsys.readouterr().err


def test_a_file_in_place_of_the_folder_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    read = past(tmp_path, 1, people(1, 2))
    (tmp_path / "file").write_text("")
    assert report.run(read, out=tmp_path / "file", now=after_the_digest(read)) == 1
    assert capsys.readouterr().err == f"onenumber: {tmp_path}/file is a file. Name a folder with --out.\n"


def test_it_runs_from_the_command_line_while_a_worker_runs(tmp_path: Path) -> None:
    read = past(tmp_path, 2, people(1, 2))
    with worker_lock(read.store), data_lock(read.store):
        done = subprocess.run(
            [Path(sys.executable).with_name("onenumber"), "report", "--settings", tmp_path / "settings.yaml",
             "--out", tmp_path / "out", "--now", after_the_digest(read).isoformat()],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "out" / "anna-bogh.html").exists()


def test_nothing_that_people_write_becomes_markup(tmp_path: Path) -> None:
    rows = [
        person("jens", name=f"Jens {HOSTILE}"), person("mette", "jens", name=f"Mette {HOSTILE}"),
        person("anna", "mette", name=f"Anna {HOSTILE}"), person("ida", "jens"),
    ]  # fmt: skip
    read = settings(tmp_path, rows, organisation={"name": f"Firm {HOSTILE}"})
    told = Told(read).asked().answered("anna", 3, f"well {HOSTILE}").answered("ida", 4, HOSTILE)
    ledger = TinyLedger(read.store)
    ledger.append([events.Installed(key="installed", round=None, at=told.first, first_round=str(told.week))])
    ledger.append(told.happened)
    assert report.run(read, out=tmp_path / "out", now=after_the_digest(read)) == 0
    for path in (tmp_path / "out").iterdir():
        tags = Tags(path.read_text())
        assert len([tag for tag, _ in tags.tags if tag == "script"]) == (0 if path.name == "index.html" else 3)
        assert "img" not in {tag for tag, _ in tags.tags}
        if tags.scripts:
            json.loads(tags.scripts[0])


def test_a_page_runs_its_own_two_scripts_and_asks_for_nothing(tmp_path: Path) -> None:
    for path in written(tmp_path).iterdir():
        tags = Tags(path.read_text())
        (policy,) = [one["content"] for _, one in tags.tags if one.get("http-equiv") == "Content-Security-Policy"]
        assert policy is not None
        hashes = [f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'" for text in tags.scripts[1:]]
        assert policy.startswith("default-src 'none'; ")
        assert f"script-src {' '.join(hashes) or chr(39) + 'none' + chr(39)};" in policy
        assert not [one for _, one in tags.tags if "src" in one]
        assert {one["href"] for _, one in tags.tags if "href" in one} <= {
            "jens-holm.html", "anna-bogh.html", "lukas-brandt.html",
        }  # fmt: skip
        assert "url(" not in path.read_text()
        assert "@import" not in path.read_text()


def test_the_charting_library_is_the_one_of_npm_unmodified() -> None:
    folder = TEMPLATES / "report/chartist"
    origin = json.loads((folder / "origin.json").read_text())
    assert origin["package"] == "chartist"
    assert re.fullmatch(r"\d+\.\d+\.\d+", origin["version"])
    assert set(origin["files"]) == {path.name for path in folder.iterdir()} - {"origin.json"}
    for name, known in origin["files"].items():
        assert known == f"sha512-{b64encode(sha512((folder / name).read_bytes()).digest()).decode()}", name
    assert "Permission is hereby granted" in (folder / "LICENSE").read_text()


@pytest.mark.parametrize("language", [*languages(TEMPLATES), *PSEUDO])
def test_a_page_speaks_its_readers_language(tmp_path: Path, language: str) -> None:
    read = speaking(past(tmp_path, 3, people(2, 6)), language)
    assert report.run(read, out=tmp_path / "out", now=after_the_digest(read)) == 0
    page = (tmp_path / "out" / "jens-holm.html").read_text()
    tags = Tags(page)
    assert tags.tags[0][1] == {"lang": language, "dir": "rtl" if language == "ar-XB" else "ltr"}
    data = json.loads(tags.scripts[0])
    assert Locale.parse(data["locale"], sep="-")
    assert ("Response rate" in page) == (language == "en")


def test_an_own_question_is_not_called_opportunities(tmp_path: Path) -> None:
    read = past(tmp_path, 2, people(1, 2), question={"text": {"en": "How many visits?"}})
    assert report.run(read, out=tmp_path / "out", now=after_the_digest(read) + timedelta(days=1)) == 0
    page = (tmp_path / "out" / "jens-holm.html").read_text()
    assert "opportunit" not in page
    assert "in total" in page


def test_a_firm_without_teams_has_one_page_without_a_choice_of_teams(tmp_path: Path) -> None:
    out = written(tmp_path, rows=people(0, 0, own=3))
    assert sorted(path.name for path in out.iterdir()) == ["index.html", "jens-holm.html"]
    assert 'id="team"' not in (out / "jens-holm.html").read_text()
