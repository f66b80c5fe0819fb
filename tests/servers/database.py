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
from functools import cached_property
from itertools import count
from pathlib import Path

import psycopg

from pipeline.ledger.postgres import PostgresLedger
from pipeline.settings import Database, Secret
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

    def database(self, template: str = "template1", encoding: str = "") -> str:
        """A new database's address. Another encoding than the server's own, UTF8, takes "template0"."""
        name = f"one{os.getpid()}x{next(_numbers)}"
        encoded = f" encoding '{encoding}'" if encoding else ""
        self.administer(f'create database "{name}" template "{template}"{encoded}')
        return self.address(name)

    def ledger(self) -> str:
        """A new database's address, with a ledger's tables in it."""
        return self.database(self._with_tables)

    def address(self, name: str) -> str:
        return f"postgresql://owner@127.0.0.1:{self.port}/{name}"

    def administer(self, *statements: str) -> None:
        """Outside of any transaction, and of any database but the server's own."""
        with psycopg.connect(self.address("postgres"), autocommit=True) as own:
            for statement in statements:
                own.execute(statement.encode())

    @cached_property
    def _with_tables(self) -> str:
        """The name of a database that is there to be copied, which is quicker than making the tables each time."""
        address = self.database()
        PostgresLedger(Database(Secret(address))).close()
        return name_of(address)

    def _control(self, *arguments: str) -> None:
        _as_owner("pg_ctl", "-D", str(self.folder / "cluster"), *arguments)


def name_of(address: str) -> str:
    """The database that an address names."""
    return address.rpartition("/")[2]


def client(program: str, *arguments: str) -> None:
    """Run one of PostgreSQL's own client programs."""
    programs = _programs()
    assert programs is not None
    done = subprocess.run([str(programs / program), *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@contextmanager
def running(*, also_at: str = "") -> Iterator[PostgresServer]:
    """A server until the end of the block; it listens at that address of this machine too, to its whole network."""
    folder = Path(tempfile.mkdtemp(prefix="onenumber-postgres-"))
    server = PostgresServer(folder, free_ports(1)[0])
    try:
        shutil.chown(folder, owner())
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


def owner() -> str:
    """An account that is not root, which PostgreSQL refuses to run as."""
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def _as_owner(program: str, *arguments: str) -> None:
    programs = _programs()
    assert programs is not None
    command = [str(programs / program), *arguments]
    if os.geteuid() == 0:
        entry = pwd.getpwnam(owner())
        command = ["setpriv", f"--reuid={entry.pw_uid}", f"--regid={entry.pw_gid}", "--clear-groups", *command]
    with tempfile.TemporaryFile() as said:  # not a pipe: the server keeps what pg_ctl was given, and goes on
        done = subprocess.run(command, stdout=said, stderr=said, cwd="/", timeout=120, check=False)
        said.seek(0)
        if done.returncode != 0:
            raise AssertionError(f"{program} ended with {done.returncode}:\n{said.read().decode()}")
