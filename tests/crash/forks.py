"""Runs commands of the product as processes of their own that start at once: everything is imported beforehand, and
each command is a fork of that. strace is attached before the first line of the command runs.

As a program it takes orders on its input, one JSON object a line, and answers with one a line. As a module it is the
other side of that pipe.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline import cli
from pipeline.commands import answer, check, export, forget, held, plan, resend, restore, status, tick
from pipeline.ledger import postgres, tiny
from tests.crash import mutants

BEFOREHAND = (answer, check, export, forget, held, plan, resend, restore, status, tick, postgres, tiny)
"""What `cli` would import only when it is asked for it."""

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Ended:
    """How a command ended: its exit code, or the signal as a negative number; what it printed."""

    code: int
    told: str
    log: str

    @property
    def facts(self) -> dict[str, Any]:
        facts: dict[str, Any] = json.loads(self.told)
        return facts


class Forks:
    """The other side of the pipe. Output goes to `folder`."""

    def __init__(self, process: subprocess.Popen[str], folder: Path) -> None:
        self._process = process
        self._folder = folder

    def run(
        self,
        arguments: Sequence[str],
        trace: Sequence[str] = (),
        log: Path | None = None,
        mutant: str = "",
        *,
        largest: int = 0,
        environment: Mapping[str, str] | None = None,
    ) -> Ended:
        """Run one command to its end, under strace with these options where there are any; or a mutant of it; or where
        no file may get larger than so many bytes; or in another environment than that of all."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        order = {
            "arguments": list(arguments),
            "trace": list(trace),
            "log": str(log),
            "folder": str(self._folder),
            "mutant": mutant,
            "largest": largest,
            "environment": None if environment is None else dict(environment),
        }
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        return Ended(answer["code"], (self._folder / "told").read_text(), (self._folder / "said").read_text())


@contextmanager
def forks(folder: Path, environment: Mapping[str, str]) -> Iterator[Forks]:
    with subprocess.Popen(
        [sys.executable, "-m", "tests.crash.forks"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**environment, "PYTHONPATH": str(ROOT)},
    ) as process:
        yield Forks(process, folder)
        assert process.stdin is not None
        process.stdin.close()


def _serve() -> None:
    for line in sys.stdin:
        print(json.dumps({"code": _run(json.loads(line))}), flush=True)


def _run(order: dict[str, Any]) -> int:
    child = os.fork()
    if child == 0:
        _become(order)
    os.waitpid(child, os.WUNTRACED)
    tracer = _attached(child, order) if order["trace"] else None
    os.kill(child, signal.SIGCONT)
    _, status = os.waitpid(child, 0)
    if tracer is not None:
        tracer.wait()
    return os.waitstatus_to_exitcode(status)


def _attached(child: int, order: dict[str, Any]) -> subprocess.Popen[bytes]:
    tracer = subprocess.Popen(
        ["strace", "-f", "-yy", "-qq", "-s", "16", "-p", str(child), "-o", order["log"], *order["trace"]]
    )
    status = Path(f"/proc/{child}/status")
    while "TracerPid:\t0\n" in status.read_text():
        if tracer.poll() is not None:
            raise RuntimeError("strace could not attach")
        time.sleep(0.001)
    return tracer


def _become(order: dict[str, Any]) -> None:
    """The child: wait to be traced, then be the command."""
    code = 70
    try:
        folder = Path(order["folder"])
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        for name, descriptor in (("told", 1), ("said", 2)):
            os.dup2(os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), descriptor)
        if order["environment"] is not None:
            os.environ.clear()
            os.environ.update(order["environment"])
        os.kill(os.getpid(), signal.SIGSTOP)
        if order["largest"]:
            resource.setrlimit(resource.RLIMIT_FSIZE, (order["largest"], resource.RLIM_INFINITY))
        if order["mutant"]:
            getattr(mutants, order["mutant"])()
        code = cli.main(order["arguments"])
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 1
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    _serve()
