"""What we install is pinned to its bytes, is as little as does the job, and is asked about."""

import json
import re
import threading
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent
LOCK = (ROOT / "requirements.lock").read_text()


@pytest.fixture
def audit() -> ModuleType:
    loader = SourceFileLoader("audit_dependencies", str(ROOT / "scripts" / "audit-dependencies"))
    spec = spec_from_loader(loader.name, loader)
    assert spec is not None
    module = module_from_spec(spec)
    loader.exec_module(module)
    return module


@contextmanager
def answering(answer: object, asked: list[Any]) -> Iterator[str]:
    """A server that takes one question and gives this answer; its address."""

    class Osv(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps(answer).encode())

        def log_message(self, *_: object) -> None: ...

    with HTTPServer(("127.0.0.1", 0), Osv) as server:
        thread = threading.Thread(target=server.handle_request)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        thread.join()


def test_everything_is_pinned_to_its_bytes(audit: ModuleType) -> None:
    requirements = re.sub(r"\\\n", " ", LOCK)
    lines = [line for line in requirements.splitlines() if line.strip() and not line.startswith("#")]
    assert len(audit.pins(LOCK)) == len(lines)
    assert all("--hash=sha256:" in line for line in lines)
    assert not re.search(r"https?://|/(work|opt|root|home)/", LOCK)


def test_whatever_we_depend_on_is_in_the_lock(audit: ModuleType) -> None:
    facts = tomllib.loads((ROOT / "pyproject.toml").read_text())
    extras = [one for group in facts["project"]["optional-dependencies"].values() for one in group]
    wanted = [*facts["project"]["dependencies"], *extras, *facts["dependency-groups"]["dev"]]
    pinned = {name.lower().replace("_", "-") for name, _ in audit.pins(LOCK)}
    named = {re.split(r"[\[><=;~! ]", one)[0].lower().replace("_", "-") for one in wanted if isinstance(one, str)}
    assert named - {facts["project"]["name"]} <= pinned


def test_a_known_vulnerability_is_named_and_fails(audit: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    pinned, asked = audit.pins(LOCK), list[Any]()
    results: list[dict[str, Any]] = [{} for _ in pinned]
    results[2] = {"vulns": [{"id": "GHSA-xxxx", "modified": "2026-01-01"}]}
    with answering({"results": results}, asked) as osv:
        assert audit.main(osv) == 1
    name, version = pinned[2]
    assert f"{name} {version} has GHSA-xxxx" in capsys.readouterr().err
    assert asked[0]["queries"][2] == {"package": {"name": name, "ecosystem": "PyPI"}, "version": version}


def test_where_nothing_is_known_it_passes_and_says_so(audit: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    with answering({"results": [{} for _ in audit.pins(LOCK)]}, []) as osv:
        assert audit.main(osv) == 0
    assert "nothing is known against any" in capsys.readouterr().out


@pytest.mark.parametrize("answer", [{"results": []}, {"code": 3}, []])
def test_an_answer_that_is_none_passes_in_one_line(
    audit: ModuleType, capsys: pytest.CaptureFixture[str], answer: object
) -> None:
    with answering(answer, []) as osv:
        assert audit.main(osv) == 0
    said = capsys.readouterr().out
    assert said.startswith("audit: OSV could not be asked about")
    assert said.count("\n") == 1


def test_without_a_network_it_passes_in_one_line(audit: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    assert audit.main("http://127.0.0.1:1/") == 0
    assert capsys.readouterr().out.count("\n") == 1
