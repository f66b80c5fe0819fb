"""What is in deploy/ names commands, files and extras that exist, and gives the service no more than it needs."""

import re
import tomllib
from pathlib import Path

import pytest
import yaml

from pipeline.cli import _parser

ROOT = Path(__file__).resolve().parents[1]
DEPLOY = ROOT / "deploy"
SERVICES = ("onenumber.service", "onenumber-tick.service")
HARDENING = (
    "NoNewPrivileges=true",
    "ProtectSystem=strict",
    "ProtectHome=true",
    "PrivateTmp=true",
    "PrivateDevices=true",
    "CapabilityBoundingSet=",
    "RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX",
    "SystemCallFilter=@system-service",
    "MemoryDenyWriteExecute=true",
    "LimitCORE=0",
    "UMask=0077",
    "StateDirectoryMode=0700",
    "User=onenumber",
)


@pytest.mark.parametrize("name", [*SERVICES, "onenumber.cron"])
def test_the_command_that_is_started_is_one_of_ours(name: str) -> None:
    (arguments,) = re.findall(
        r"/opt/onenumber/bin/onenumber ([a-z -]+?)(?: 2>|$)", (DEPLOY / name).read_text(), re.MULTILINE
    )
    assert _parser().parse_args(arguments.split()).command in {"run", "tick"}


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_gets_no_more_than_it_needs(name: str) -> None:
    lines = (DEPLOY / name).read_text().splitlines()
    assert [wanted for wanted in HARDENING if wanted not in lines] == []


def test_turns_by_a_timer_or_cron_keep_names_out_of_the_systems_log() -> None:
    """`tick` prints who got and wrote what; the log has ids, and may be shown to whoever helps (docs/watch-it.md)."""
    assert "StandardOutput=null" in (DEPLOY / "onenumber-tick.service").read_text().splitlines()
    assert "onenumber tick 2>&1 >/dev/null | logger" in (DEPLOY / "onenumber.cron").read_text()


def test_what_the_image_is_built_from_is_all_that_the_build_sees() -> None:
    seen = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", (DEPLOY / "Containerfile").read_text(), re.MULTILINE)
    assert seen == {source for sources in copied for source in sources.split()}


def test_the_worker_tells_systemd_how_it_is() -> None:
    text = (DEPLOY / "onenumber.service").read_text()
    assert "Type=notify" in text
    assert "WatchdogSec=" in text


def test_the_image_is_built_from_what_is_there() -> None:
    text = (DEPLOY / "Containerfile").read_text()
    for sources in re.findall(r"^COPY (?!--from)(.+) \S+$", text, re.MULTILINE):
        for source in sources.split():
            assert (ROOT / source).exists(), source
    (extras,) = re.findall(r"'\.\[([a-z,]+)\]'", text)
    known = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    assert set(extras.split(",")) <= set(known)
    assert re.findall(r"^USER (\d+:\d+)$", text, re.MULTILINE) == ["10001:10001"]


def test_the_image_brings_the_bytecode_that_its_user_cannot_write() -> None:
    """Without it each `exec onenumber status` compiles all that it loads, the standard library with it."""
    text = (DEPLOY / "Containerfile").read_text()
    (compiled,) = re.findall(r"^RUN python -m compileall ((?:.*\\\n)*.+)", text, re.MULTILINE)
    assert {"/usr/local/lib/python3.*", "/opt/onenumber"} <= set(compiled.split())
    assert text.index("COPY --from=build") < text.index(compiled) < text.index("\nUSER ")


def test_the_containers_are_cut_off_from_all_else() -> None:
    services = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]
    worker = services["onenumber"]
    assert (DEPLOY / worker["build"]["context"] / worker["build"]["dockerfile"]).exists()
    assert worker["read_only"] is True
    assert worker["cap_drop"] == ["ALL"]
    assert set(worker["depends_on"]) <= set(services)
    assert all("ports" not in service for service in services.values())


def test_what_holds_people_and_secrets_is_not_committed_by_whoever_sets_it_up_in_the_repository() -> None:
    ignored = (ROOT / ".gitignore").read_text().split()
    pages = [f"/onenumber-{made}/" for made in ("demo", "preview", "rehearsal", "report")]
    assert {"settings.yaml", "/people.csv", "/secrets/", "/data/", "token.json", "/answers.yaml", *pages} <= {*ignored}
