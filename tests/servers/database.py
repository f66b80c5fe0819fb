"""A real PostgreSQL, with a cluster, a port and an owner of its own below a temporary folder, fsync on."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from tests.servers.mailservers import free_ports

_numbers = count(1)


def _programs() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return found[-1].parent if found else None


def missing() -> list[str]:
    """What has to be installed, as Debian names it."""
    absent = [] if _programs() else ["postgresql"]
    return absent + ([] if shutil.which("setpriv") else ["util-linux"])


@dataclass(frozen=True)
class PostgresServer:
    """One cluster on 127.0.0.1, which may be stopped and started. Every test gets a database of its own."""

    folder: Path
    port: int

    def start(self) -> None:
        self._control("start", "-w", "-t", "60", "-l", str(self.folder / "log"))

    def stop(self, mode: str = "immediate") -> None:
        """`immediate`: as if the power had failed."""
        self._control("stop", "-m", mode, "-w")

    def database(self) -> str:
        """A new database's address."""
        name = f"one{os.getpid()}x{next(_numbers)}"
        _as_owner("createdb", "-h", "127.0.0.1", "-p", str(self.port), "-U", "owner", name)
        return f"postgresql://owner@127.0.0.1:{self.port}/{name}"

    def _control(self, *arguments: str) -> None:
        _as_owner("pg_ctl", "-D", str(self.folder / "cluster"), *arguments)


@contextmanager
def running(*, also_at: str = "") -> Iterator[PostgresServer]:
    """A server until the end of the block; it listens at that address of this machine too, to its whole network."""
    folder = Path(tempfile.mkdtemp(prefix="onenumber-postgres-"))
    server = PostgresServer(folder, free_ports(1)[0])
    try:
        shutil.chown(folder, _owner())
        _as_owner("initdb", "-D", str(folder / "cluster"), "-U", "owner", "-A", "trust", "-E", "UTF8", "--no-locale")
        with (folder / "cluster" / "postgresql.conf").open("a") as settings:
            settings.write(
                f"port = {server.port}\nlisten_addresses = '{','.join(filter(None, ['127.0.0.1', also_at]))}'\n"
                "unix_socket_directories = ''\n"
                "fsync = on\nmax_connections = 60\nshared_buffers = 32MB\n"
            )
        with (folder / "cluster" / "pg_hba.conf").open("a") as trusted:
            trusted.write("host all all samenet trust\n" if also_at else "")
        server.start()
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _owner() -> str:
    """An account that is not root, which PostgreSQL refuses to run as."""
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def _as_owner(program: str, *arguments: str) -> None:
    programs = _programs()
    assert programs is not None
    command = [str(programs / program), *arguments]
    if os.geteuid() == 0:
        entry = pwd.getpwnam(_owner())
        command = ["setpriv", f"--reuid={entry.pw_uid}", f"--regid={entry.pw_gid}", "--clear-groups", *command]
    with tempfile.TemporaryFile() as said:  # not a pipe: the server keeps what pg_ctl was given, and goes on
        done = subprocess.run(command, stdout=said, stderr=said, cwd="/", timeout=120, check=False)
        said.seek(0)
        if done.returncode != 0:
            raise AssertionError(f"{program} ended with {done.returncode}:\n{said.read().decode()}")
