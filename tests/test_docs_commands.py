"""What the docs tell people to type works: each shell block is run, or says beside itself why it is not.

A block that cannot be run here has its reason in its info string, ```` ```sh norun: needs systemd ````; Markdown shows
nothing of that. Whether run or not, each `onenumber …` in a block and in the text is given to the real parser. The
blocks of a page are run one after the other in one folder, which holds the example's settings and people, a reply in a
file, and a ledger with one week; `/backup` is a folder in it.
"""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import takewhile
from pathlib import Path

import pytest

from pipeline import cli

ROOT = Path(__file__).resolve().parents[1]
PAGES = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md")),
    *(
        page for page in sorted((ROOT / "docs").glob("*.md")) if page.name != "reference-commands.md"
    ),  # help, as printed
]
REPLY = "From: anna@nordvik.example\nSubject: Re: One number\n\n7 - two of them at Novo\n"
_FENCE = re.compile(r"^(?P<indent> *)```(?P<info>[^`\n]*)\n(?P<text>.*?)^(?P=indent)```$", re.MULTILINE | re.DOTALL)
_INLINE = re.compile(r"`((?:\.venv/bin/|/opt/onenumber/bin/)?onenumber [^`]+)`")
_HERE_DOCUMENT = re.compile(r"<<'END'.*?^END$", re.MULTILINE | re.DOTALL)
_ENDS = (">", "|", "||", "&&")
_UNSAID = re.compile(r"…|\b(?:FILE|DIR|N|ID)\b")  # stands for what the reader puts there


@dataclass(frozen=True)
class Block:
    """A fenced block: where it stands, its language, why it is not run (None: it is), and its text."""

    place: str
    language: str
    why_not: str | None
    text: str


def blocks(page: Path) -> list[Block]:
    text = page.read_text(encoding="utf-8")
    found = []
    for fence in _FENCE.finditer(text):
        language, _, more = fence["info"].strip().partition(" ")
        why_not = more.removeprefix("norun:").strip() if more.startswith("norun:") else None
        line = text.count("\n", 0, fence.start()) + 1
        indent = len(fence["indent"])
        body = "".join(one[indent:] if one.strip() else one for one in fence["text"].splitlines(keepends=True))
        found.append(Block(f"{page.relative_to(ROOT)}:{line}", language, why_not, body))
    return found


def calls(shell: str) -> Iterator[list[str]]:
    """The arguments of each `onenumber` in these lines, after `runuser … --` and the like as well."""
    for line in _HERE_DOCUMENT.sub("", shell).splitlines():
        words = shlex.split(line, comments=True)
        for at, word in enumerate(words[:-1]):
            begins = at == 0 or words[at - 1] in {"&&", "|", "--"}
            if Path(word).name == "onenumber" and (begins or words[at + 1] in COMMANDS):
                yield list(takewhile(lambda one: one not in _ENDS, words[at + 1 :]))


def commands() -> set[str]:
    told = cli._parser().format_help()
    return set(re.findall(r"^    ([\w-]+) ", told, re.MULTILINE))


COMMANDS = commands()


def refused(arguments: list[str]) -> bool:
    """Whether the parser does not take it. `--version` and `--help` end with 0."""
    try:
        cli._parser().parse_args(arguments)
    except SystemExit as ended:
        return ended.code != 0
    return False


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_block_says_what_it_is_and_one_that_is_not_run_says_why(page: Path) -> None:
    for block in blocks(page):
        assert block.language, f"{block.place}: ```sh, ```text, ```json …?"
        if block.language == "powershell":
            assert block.why_not, f"{block.place}: say why it is not run"
        if block.why_not is not None:
            assert len(block.why_not) > 10, f"{block.place}: say why it is not run"
            for named in re.findall(r"tests/[\w/.]+", block.why_not):
                assert (ROOT / named).exists(), f"{block.place}: there is no {named}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_in_the_docs_is_one_that_there_is(page: Path) -> None:
    for block in blocks(page):
        for call in calls(block.text) if block.language == "sh" else ():
            assert not refused(call), f"{block.place}: onenumber {shlex.join(call)}"
    for inline in _INLINE.findall(_FENCE.sub("", page.read_text(encoding="utf-8"))):
        for call in calls(" ".join(inline.split())) if not _UNSAID.search(inline) else ():
            is_a_name = all(word.isalpha() for word in call) and not refused(
                [*call, "--help"]
            )  # `onenumber people add`
            assert is_a_name or not refused(call), f"{page.name}: onenumber {shlex.join(call)}"


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as an operator has it after a Friday on which no mail server could be reached."""
    made = tmp_path_factory.mktemp("installation")
    example = (ROOT / "settings.example.yaml").read_text(encoding="utf-8")
    (made / "settings.yaml").write_text(example.replace("host: mail.nordvik.example", "host: localhost"))
    (made / "reply.eml").write_text(REPLY)
    (made / "backup").mkdir()
    today = datetime.now(UTC)
    friday = (today - timedelta(days=today.weekday() + 3)).replace(hour=14)
    ticked = run(f"onenumber tick --now {friday.isoformat(timespec='seconds')}", made)
    assert ticked.returncode == 3, ticked.stderr
    return made


@pytest.fixture
def folder(installation: Path, tmp_path: Path) -> Path:
    shutil.copytree(installation, tmp_path, dirs_exist_ok=True)
    (tmp_path / ".venv").symlink_to(Path(sys.executable).parents[1])  # what is typed at the top of the repository
    return tmp_path


def run(shell: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", "-euo", "pipefail", "-c", shell.replace(" /backup/", f" {folder}/backup/")],
        cwd=folder,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        timeout=120,
        env={
            "PATH": f"{Path(sys.executable).parent}:/usr/local/bin:/usr/bin:/bin",
            "HOME": str(folder),
            "LANG": "C.UTF-8",
            "ONENUMBER_SECRET": "0123456789abcdef0123456789abcdef",
            "ONENUMBER_PASSWORD": "a password",
        },
        check=False,
    )


TO_RUN = [page for page in PAGES if any(one.language == "sh" and one.why_not is None for one in blocks(page))]


@pytest.mark.parametrize("page", TO_RUN, ids=lambda page: page.name)
def test_what_a_page_tells_one_to_type_works(page: Path, folder: Path) -> None:
    for block in blocks(page):
        if block.language != "sh" or block.why_not is not None:
            continue
        done = run(block.text, folder)
        assert done.returncode == 0, f"{block.place}\n{block.text}\n{done.stdout}\n{done.stderr}"
        assert "Traceback" not in done.stderr, f"{block.place}\n{done.stderr}"


def test_the_docs_have_commands_that_are_run() -> None:
    run = [one.place for page in TO_RUN for one in blocks(page) if one.language == "sh" and one.why_not is None]
    assert len(run) > 15, run


def test_the_answers_that_the_docs_name_for_each_provider_are_all_that_init_needs(folder: Path) -> None:
    page = ROOT / "docs" / "set-up.md"
    (own,) = (block.text for block in blocks(page) if "answers.yaml" in block.text)
    rows = re.findall(r"^\| .* \| (`provider: .*) \|$", page.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(rows) == 5
    key = folder / "google.json"
    key.write_text('{"type": "service_account", "client_id": "1", "token_uri": "https://x", "private_key": "k"}')
    key.chmod(0o600)
    for at, row in enumerate(rows):
        answers = [one if ":" in one else f"{one}: ../google.json" for one in re.findall(r"`([^`]+)`", row)]
        script = re.sub(r"^(?:smtp|imap|password): .*\n", "", own, flags=re.MULTILINE)
        script = script.replace("one-number", f"firm-{at}").replace("provider: own", "\n".join(answers))
        done = run(script, folder)
        assert done.returncode == 0, f"{row}\n{done.stderr}"
