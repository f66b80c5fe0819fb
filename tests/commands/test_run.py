"""What `onenumber run` does for its process as a whole, seen in one of its own."""

import ctypes
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.commands.nordvik import settings_of

REPLACES_THE_WORK = """
import os
import sys
from contextlib import contextmanager
from pathlib import Path

from pipeline.commands import run
from pipeline.settings import load

def megabytes():
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6

def work():
    del [b"x" * 8_000_000][:]  # from here on glibc would cut blocks of this size out of its heap
    tables, kept, before = [], [], megabytes()
    for _ in range(40):
        tables.append(b"x" * 1_000_000)
        kept.append(b"x" * 50_000)
    full = megabytes()
    tables.clear()
    print(full - before, megabytes() - before)

@contextmanager
def worker(settings, stop):
    yield work

run._worker = worker
run.run(load(Path(sys.argv[1]), os.environ))
"""


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "mallopt"), reason="this C library gives memory back in its own way")
def test_tables_that_a_worker_gives_up_are_no_longer_in_its_memory(tmp_path: Path) -> None:
    settings = settings_of(tmp_path, [{"email": "ana@nordvik.dk", "name": "Ana", "reports_to": "jens@nordvik.dk"}])
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("MALLOC_", "GLIBC_"))}
    told = subprocess.run(
        [sys.executable, "-c", REPLACES_THE_WORK, str(settings)],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        timeout=60,
    )
    full, after = (float(figure) for figure in told.stdout.split())
    assert full > 40, "the tables were not in memory at all"
    assert after < 10, f"{after:.0f} of {full:.0f} MB stayed, of which 2 are still used"
