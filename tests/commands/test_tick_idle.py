"""Most turns by cron or a timer find nothing to read and nothing due: what such a turn must not load."""

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.friday.firm import SMALL, Firm
from tests.servers.mailservers import MailServers

pytestmark = pytest.mark.servers

WRITING = {"babel", "css_inline", "jinja2", "pipeline.compose", "pipeline.templating", "pipeline.words", "smtplib"}
READING = {"email.policy", "pipeline.judging", "pipeline.reading", "selectolax"}
FAULTS = {"difflib", "email_validator", "pipeline.sample"}
NOT_SET = {"holidays", "http.client", "idna", "logging.handlers", "prometheus_client", "psycopg", "urllib.request"}
OTHER_COMMANDS = {"asyncio", "concurrent.futures", "openpyxl", "pipeline.checks.machine", "rich", "schedule"}

_TELLS = """
import sys
from pipeline.cli import main
code = main(sys.argv[1:])
print(*sys.modules)
sys.exit(code)
"""


def test_a_turn_with_nothing_to_read_or_send_loads_neither_readers_nor_templates(
    servers: MailServers, tmp_path: Path
) -> None:
    firm = Firm(servers, tmp_path, list(SMALL)).installed()
    turn = ["tick", "--settings", str(firm.file), "--now", firm.instant("Tue 08:00").isoformat()]
    told = subprocess.run(
        [sys.executable, "-c", _TELLS, *turn], capture_output=True, text=True, check=True, env=firm.environment()
    ).stdout
    said, loaded = told.splitlines()[0], set(told.splitlines()[-1].split())
    assert said == "Nothing was due, and nothing new had arrived."
    assert "pipeline.tick" in loaded
    assert loaded & (WRITING | READING | FAULTS | NOT_SET | OTHER_COMMANDS) == set()


@pytest.mark.parametrize("name", sorted(WRITING | READING | FAULTS | NOT_SET | OTHER_COMMANDS))
def test_what_must_not_be_loaded_is_there_to_be_loaded(name: str) -> None:
    assert find_spec(name) is not None
