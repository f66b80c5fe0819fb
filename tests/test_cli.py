"""The command line itself: what it costs to ask it for help, and how it names its version."""

import platform
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from pipeline import cli


def test_asking_for_help_loads_nothing_that_only_a_command_needs() -> None:
    """`--help` is what a newcomer types first, and what completion and packagers call over and over."""
    asked = "import sys; from pipeline.cli import main\ntry: main(['--help'])\nexcept SystemExit: print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.splitlines()[-1].split())
    assert "pipeline.cli" in loaded
    heavy = {"yaml", "email_validator", "msgspec", "tinydb", "babel", "jinja2", "imapclient", "importlib.metadata"}
    assert loaded & heavy == set()


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
