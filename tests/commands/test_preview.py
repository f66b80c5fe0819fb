"""`onenumber preview`: every mail in every state, as files that a browser opens, and a page that leads to them."""

import re
import signal
import subprocess
import sys
from pathlib import Path

from pipeline.demo.company import settings_text
from pipeline.mail import KINDS


def preview(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).with_name("onenumber")
    return subprocess.run(
        [program, "preview", "--out", folder, *arguments], capture_output=True, text=True, check=False, cwd=folder
    )


def test_every_kind_is_there_in_text_html_and_source(tmp_path: Path) -> None:
    done = preview(tmp_path, "--language", "en", "--language", "ar-XB")
    assert done.returncode == 0, done.stderr
    page = (tmp_path / "index.html").read_text(encoding="utf-8")
    links = re.findall(r'href="([^"]+)"', page)
    assert len(links) == len(set(links)) > 100
    for link in links:
        assert all((tmp_path / link).with_suffix(part).exists() for part in (".html", ".txt", ".eml.txt"))
    kinds = {Path(link).name.split("-")[0] for link in links}
    assert set(KINDS) - kinds == {"rehearsal", "probe"}
    assert '<html lang="ar-XB" dir="rtl"' in (tmp_path / "ar-XB/ask-usual.html").read_text(encoding="utf-8")


def test_the_largest_digest_is_far_from_being_clipped(tmp_path: Path) -> None:
    preview(tmp_path, "--language", "en-XA")
    sizes = {path.stem: path.stat().st_size for path in (tmp_path / "en-XA").glob("*.html")}
    assert max(sizes.values()) < 60_000
    assert sizes["digest-80-reps-in-10-teams"] < 25_000  # a third longer than any English one


def test_only_the_languages_that_are_asked_for_are_written(tmp_path: Path) -> None:
    preview(tmp_path, "--language", "fi", "--language", "ar-XB")
    assert sorted(one.name for one in tmp_path.iterdir() if one.is_dir() and list(one.glob("ask-*.html"))) == [
        "ar-XB",
        "fi",
    ]


def test_an_unknown_language_is_refused_with_those_there_are(tmp_path: Path) -> None:
    done = preview(tmp_path, "--language", "tlh")
    assert done.returncode == 2
    assert "en, da" in done.stderr


def test_a_template_that_is_edited_is_seen_while_it_is_watched(tmp_path: Path) -> None:
    file, own = tmp_path / "settings.yaml", tmp_path / "own/ask/subject.txt"
    own.parent.mkdir(parents=True)
    file.write_text(f"templates_dir: own\n{settings_text(25, 143, tmp_path)}", encoding="utf-8")
    program = [Path(sys.executable).with_name("onenumber"), "preview", "--watch", "--language", "en", "--out", tmp_path]
    with subprocess.Popen([*program, "--settings", file], stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        lines = iter(running.stdout.readline, "")
        assert any("are watched" in line for line in lines)
        own.write_text("Numbers, please", encoding="utf-8")
        assert any("Open this in a browser" in line for line in lines)
        running.send_signal(signal.SIGINT)
        assert running.wait() == 0
    assert (tmp_path / "en/ask-usual.txt").read_text(encoding="utf-8").startswith("Numbers, please\n")
