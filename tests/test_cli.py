"""The command line itself: what it costs to ask it for help, and how it names its version."""

import platform
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from pipeline import cli

ROOT = Path(__file__).resolve().parents[1]


def test_asking_for_help_loads_nothing_that_only_a_command_needs() -> None:
    """`--help` is what a newcomer types first, and what completion and packagers call over and over."""
    asked = "import sys; from pipeline.cli import main\ntry: main(['--help'])\nexcept SystemExit: print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.splitlines()[-1].split())
    assert "pipeline.cli" in loaded
    heavy = {"yaml", "email_validator", "msgspec", "tinydb", "babel", "jinja2", "imapclient", "importlib.metadata"}
    assert loaded & (heavy | {"dataclasses", "inspect"}) == set()


def test_a_command_that_there_is_not_is_told_all_that_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    """Where one is named, the others are not even looked at."""
    with pytest.raises(SystemExit) as ended:
        cli.main(["tock"])
    assert ended.value.code == 2
    said = capsys.readouterr().err
    assert "invalid choice: 'tock' (choose from 'init', 'run'," in said
    assert "'people')" in said


def test_one_command_is_told_as_among_all(capsys: pytest.CaptureFixture[str]) -> None:
    together = cli._parser()
    for arguments in (["tick", "--help"], ["people", "--help"], ["people", "add", "--help"], ["tick", "--tock"]):
        told = []
        for parser in (together, cli._parser(arguments[0])):
            with pytest.raises(SystemExit):
                parser.parse_args(arguments)
            told.append(capsys.readouterr())
        assert told[0] == told[1]


def test_a_fault_of_our_own_is_told_without_its_words_and_is_not_taken_for_a_refusal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """systemd leaves a worker that was refused (1) alone, and starts one that a fault has ended again."""

    def faulty(_given: object) -> int:
        raise ValueError("what somebody wrote")

    monkeypatch.setattr(cli, "_plan", faulty)
    assert cli.main(["plan"]) == 70
    said = capsys.readouterr().err
    assert "ValueError" in said
    assert f"{__file__}:" in said
    assert "what somebody wrote" not in said
    assert "RestartPreventExitStatus=1 2\n" in (ROOT / "deploy/onenumber.service").read_text()


def test_the_version_is_the_installed_one(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["--version"])
    assert ended.value.code == 0
    assert capsys.readouterr().out.startswith(f"onenumber {version('onenumber')}")


def test_the_version_tells_what_a_report_of_a_fault_needs_and_no_password(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "settings.yaml").write_text('store: "postgresql://one:hunter2@db/number"\n')
    with pytest.raises(SystemExit):
        cli.main(["--version"])
    told = capsys.readouterr().out
    assert f"\nPython {platform.python_version()}, " in told
    assert "tinydb " in told
    assert "imapclient " in told
    assert told.endswith("store: postgresql\n")


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        (["onenumber", "re"], {"read", "rehearse", "resend"}),
        (["onenumber", "people", "a"], {"add", "away"}),
        (["onenumber", "resend", "--d"], {"--dry-run"}),
    ],
)
def test_a_shell_completes_commands_verbs_and_options(
    typed: list[str], offered: set[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["completion", "bash"]) == 0
    script = capsys.readouterr().out
    words = " ".join(f"'{word}'" for word in typed)
    asked = f"""{script}
COMP_WORDS=({words}); COMP_CWORD={len(typed) - 1}; COMP_TYPE=9
_shtab_onenumber onenumber '{typed[-1]}' '{typed[-2]}'
printf '%s\\n' "${{COMPREPLY[@]}}"
"""
    done = subprocess.run(["bash", "-c", asked], capture_output=True, text=True, check=True)
    assert offered <= set(done.stdout.split())


@pytest.mark.parametrize("command", ["run", "tick", "plan", "status", "check", "held", "rehearse", "report", "export"])
def test_whoever_is_in_the_wrong_folder_is_told_where_it_looked_and_how_to_begin(
    command: str, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert cli.main([command]) == 2
    told = "".join(capsys.readouterr())
    assert f"{tmp_path / 'settings.yaml'}: there is no such file" in told
    assert "begin with: onenumber init" in told


@pytest.mark.parametrize("command", ["demo", "preview"])
@pytest.mark.parametrize("out", ["taken.html", "taken.html/below"])
def test_pages_that_would_go_into_a_file_are_refused_before_any_work(
    command: str, out: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "taken.html").write_text("mine")
    assert cli.main([command, "--out", str(tmp_path / out)]) == 1
    assert capsys.readouterr().err == f"onenumber: {tmp_path / 'taken.html'} is a file. Name a folder with --out.\n"
    assert (tmp_path / "taken.html").read_text() == "mine"


def test_the_settings_explain_themselves_without_the_repository(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["init", "--example"]) == 0
    example = (Path(__file__).parent.parent / "settings.example.yaml").read_text(encoding="utf-8")
    assert capsys.readouterr().out == example
