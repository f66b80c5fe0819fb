"""What lies in the wheel is all that a mail and a turn need, in an installation that knows no repository."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.friday.firm import Firm
from tests.servers.mailservers import MailServers

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = """
import sys
sys.path.insert(0, sys.argv[1])
from pathlib import Path
import pipeline.templating as templating
from pipeline.words import languages
templates = Path(templating.__file__).with_name("templates")
assert str(templates).startswith(sys.argv[1]), templates
assert templating.TEMPLATES == templates
assert (templates / "digest" / "body.html").exists()
assert (templates / "report" / "chartist" / "chartist.umd.js").exists()
print(" ".join(languages(templates)))
"""


COMMAND = """
import sys
sys.path.insert(0, sys.argv.pop(1))
from pipeline import cli
assert "installed" in cli.__file__, cli.__file__
sys.exit(cli.main())
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the wheel lies, unpacked."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "-q", "-w", folder, ROOT],
        check=True,
        capture_output=True,
    )
    (wheel,) = folder.glob("*.whl")
    zipfile.ZipFile(wheel).extractall(folder / "installed")
    return folder / "installed"


def test_the_wheel_holds_the_templates(tmp_path: Path, installed: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-P", "-c", COMPOSE, installed], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "da" in done.stdout.split()


@pytest.mark.servers
def test_a_turn_is_taken_where_cron_gives_no_locale_and_no_home(
    servers: MailServers, tmp_path: Path, installed: Path
) -> None:
    week = Firm(servers, tmp_path, [{"who": "dorte"}, {"who": "anna", "name": "Anna Bøgh 七", "reports_to": "dorte"}])
    cron = {"PATH": "/usr/bin:/bin", "HOME": "/nonexistent", "LC_ALL": "C"}
    authority = {"SSL_CERT_FILE": str(week.servers.authority)}  # as docs/install.md has it above the line of cron
    said = []
    for moment in ("Thu 12:00", "Fri 13:00"):
        arguments = ["tick", "--settings", str(week.file), "--now", week.instant(moment).isoformat()]
        done = subprocess.run(
            [sys.executable, "-P", "-c", COMMAND, installed, *arguments],
            env=cron | authority,
            cwd=week.folder,
            capture_output=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr.decode()
        said.append(done.stdout.decode())
    assert "sent     ask          Anna Bøgh 七" in said[-1]
    (asked,) = week.servers.wait_for(week.address("anna"), 1)
    assert b"Subject: One number" in asked
