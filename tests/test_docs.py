"""The docs cannot fall behind: every command, outcome, state, event and settings key is in them."""

import json
import re
import runpy
import subprocess
import sys
from pathlib import Path
from typing import Any, get_args

import pytest

from pipeline import cli, events, figures
from pipeline.reading import read
from pipeline.settings import load

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"


def commands() -> list[str]:
    told = subprocess.run(
        [Path(sys.executable).with_name("onenumber"), "--help"], capture_output=True, text=True, check=True
    ).stdout
    return re.findall(r"^    ([\w-]+) ", told, re.MULTILINE)


def test_every_command_has_its_section_and_its_help() -> None:
    page = (DOCS / "commands.md").read_text()
    assert len(commands()) >= 6
    for command in commands():
        assert f"## onenumber {command}\n" in page
        with pytest.raises(SystemExit) as ended:
            cli.main([command, "--help"])
        assert ended.value.code == 0


def test_every_outcome_and_state_is_explained() -> None:
    page = (DOCS / "commands.md").read_text()
    outcomes = (
        "answer",
        "away",
        "instruction",
        "unclear",
        "auto_reply",
        "bounce",
        "note",
        "unconfirmed",
        "held",
        "foreign",
    )
    for word in (*outcomes, *figures.STATES):
        assert f"`{word}`" in page, word


def test_the_reading_in_the_docs_is_what_the_command_prints() -> None:
    page = (DOCS / "commands.md").read_text()
    shown = page.partition("## onenumber read\n")[2].partition("```json\n")[2].partition("```")[0]
    message = b"From: anna@x.dk\nSubject: Re: x\n\n7 - two of them at Novo\n"
    done = subprocess.run(
        [Path(sys.executable).with_name("onenumber"), "read", "-", "--json"],
        input=message,
        capture_output=True,
        check=True,
    )
    assert json.loads(shown) == json.loads(done.stdout)


def test_every_event_is_explained() -> None:
    page = (DOCS / "how-it-works.md").read_text()
    for kind in get_args(events.Event):
        assert f"`{kind.__struct_config__.tag}`" in page, kind


def reference() -> dict[str, Any]:
    return runpy.run_path(str(ROOT / "scripts" / "write-reference"))


def test_the_reference_of_the_settings_is_what_the_code_says_and_leaves_no_key_unexplained() -> None:
    page = (DOCS / "reference-settings.md").read_text(encoding="utf-8")
    assert page == reference()["settings_page"](), "make reference"
    assert "|  |" not in page, "a key has no word beside it in settings.example.yaml"


def test_the_reference_of_the_commands_has_every_command_and_every_option() -> None:
    # Not letter by letter: each version of Python breaks its lines of help elsewhere.
    page = (DOCS / "reference-commands.md").read_text(encoding="utf-8")
    written = reference()["commands_page"]()
    for word in set(re.findall(r"(?m)^## onenumber .*$|--[a-z-]+", written)):
        assert word in page, f"{word}: make reference"
    assert re.findall(r"(?m)^## .*$", page) == re.findall(r"(?m)^## .*$", written), "make reference"


def test_every_file_that_is_named_exists() -> None:
    for page in (*DOCS.glob("*.md"), ROOT / "README.md"):
        for name in re.findall(r"`((?:[a-z_]+/)*[a-z_]+\.py)`", page.read_text()):
            places = (ROOT / "pipeline" / name, ROOT / name)
            assert any(one.exists() for one in places) or list((ROOT / "pipeline").rglob(name)), f"{page.name}: {name}"
        for link in re.findall(r"\]\(((?!http)[^)#]+)\)", page.read_text()):
            assert (page.parent / link).exists(), f"{page.name}: {link}"


def test_every_promise_has_a_row_and_every_row_a_command_that_can_be_run() -> None:
    sections = (DOCS / "promises.md").read_text().split("\n## ")[1:]
    promises = [one for one in sections if one[0].isdigit()]
    assert [one.partition(".")[0] for one in promises] == [str(number) for number in range(1, 12)]
    for promise in promises:
        rows = [line for line in promise.splitlines() if line.startswith("| ") and not line.startswith("| fault |")]
        assert rows, promise
        for row in rows:
            _, fault, tried, result, repeat, _ = row.split("|")
            assert all(cell.strip() for cell in (fault, tried, result)), row
            assert re.search(r"`(pytest|make|onenumber) [^`]+`", repeat), row
            for name in re.findall(r"(?:tests|benchmarks)/[\w/.]+", repeat):
                assert (ROOT / name).exists(), row
            for target, variable in re.findall(r"make ([\w-]+)(?: ([A-Z]+)=)?", repeat):
                recipe = re.search(rf"(?m)^{target}:.*\n(?:\t.*\n)*", (ROOT / "Makefile").read_text())
                assert recipe, row
                assert variable in recipe[0], row


def test_the_example_settings_are_valid() -> None:
    settings = load(
        ROOT / "settings.example.yaml",
        {"ONENUMBER_SECRET": "0123456789abcdef0123456789abcdef", "ONENUMBER_PASSWORD": "x"},
    )
    assert len(settings.roster.people) > 3


READ_AS = {
    "7": "answer 7",
    "7 - two of them at Novo": "answer 7",
    "seven": "answer 7",
    "0": "answer 0",
    "none": "answer 0",
    "last 5": "instruction last 5",
    "off": "away",
    "off until 12 January": "away 2027-01-12",
    "back": "instruction back",
    "help": "instruction help",
    "Anna 4": "answer 4 Anna",
    "Bo off": "away Bo",
    "Bo off until 12 January": "away 2027-01-12 Bo",
}


@pytest.mark.parametrize("page", ["for-reps.md", "for-managers.md"])
def test_what_people_are_told_to_reply_is_read_as_they_are_told(page: str) -> None:
    told = re.findall(r"`([^`]+)`", (DOCS / page).read_text(encoding="utf-8"))
    assert len(told) >= 2
    for words in told:
        raw = f"From: a@x.dk\nSubject: Re: x\nDate: Fri, 27 Nov 2026 13:00:00 +0100\n\n{words}\n".encode()
        reading = read(raw, languages=["en"])
        (effect,) = reading.effects
        kind = effect.kind if reading.outcome == "instruction" else None
        parts = (reading.outcome, kind, effect.number, effect.until, effect.who)
        assert " ".join(str(part) for part in parts if part is not None) == READ_AS[words], words


def test_the_readme_promises_only_targets_that_exist() -> None:
    makefile = (ROOT / "Makefile").read_text()
    for target in re.findall(r"make (\w+)", (ROOT / "README.md").read_text()):
        assert f"\n{target}:" in makefile, target
