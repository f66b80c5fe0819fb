"""Where a turn is all that runs, by cron or a timer, the dead man's switch is called by the turn itself."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.friday.firm import SMALL, Firm
from tests.servers.mailservers import MailServers

pytestmark = pytest.mark.servers


@pytest.fixture
def switch() -> Iterator[tuple[str, list[str]]]:
    """The address of a dead man's switch, and what was called there."""
    called: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            called.append(self.path)
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *arguments: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}/ping", called
        server.shutdown()
        thread.join()


def test_each_turn_tells_how_it_went_unless_its_time_is_played(
    servers: MailServers, tmp_path: Path, switch: tuple[str, list[str]]
) -> None:
    url, called = switch
    firm = Firm(servers, tmp_path, list(SMALL), settings={"heartbeat": {"url": url}})
    firm.tick("Mon 08:00")
    assert called == []
    firm.onenumber("tick")
    assert called == ["/ping"]
    firm.write(imap={"password": "changed by somebody"})
    assert firm.onenumber("tick", check=False).returncode == 3
    assert called == ["/ping", "/ping/fail"]
