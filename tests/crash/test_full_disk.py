"""The disk is full: nothing is read that cannot be kept, nothing leaves that cannot be claimed, and when there is room
again everything goes on from there."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.crash.oracle import broken
from tests.crash.week import week
from tests.friday.firm import SMALL, Firm
from tests.friday.worker import running
from tests.servers.mailservers import MailServers

_TRIES = 14


@pytest.mark.servers
def test_a_disk_that_fills_up_anywhere_in_a_turn_breaks_no_promise(servers: MailServers, tmp_path: Path) -> None:
    with week(servers, tmp_path, "nudge") as this:
        before = this.size()
        undisturbed = this.undisturbed()
        after = this.size()
        assert after > before + 2000
        refused = 0
        for room in range(before, after, (after - before) // _TRIES):
            this.put_back()
            ended = this.tick(this.now, largest=room)
            assert ended.code in {0, 3}, ended.log
            refused += ended.code == 3
            told = ".json could not be written: File too large. What was there is unchanged."
            assert (told in ended.log) == (ended.code == 3), ended.log
            # What left and could not be kept is repeated, as after a crash.
            assert broken(undisturbed, this.recovered(this.now), repeats=1) == []
        assert refused > _TRIES / 2


def filled(filler: Path) -> Path:
    """A file that takes all the room of its disk."""
    subprocess.run(["dd", "if=/dev/zero", f"of={filler}", "bs=512"], capture_output=True, check=False)
    assert shutil.disk_usage(filler.parent).free == 0
    return filler


@contextmanager
def small_disk(folder: Path, owner: str = "root") -> Iterator[Path]:
    """A disk of 64 KB in the place of a folder, and a file in it that takes all the room."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k,mode=700", "tmpfs", str(folder)]
    done = subprocess.run(mount, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"this machine lets nobody mount a disk: {done.stderr.strip()}")
    try:
        shutil.chown(folder, owner)
        yield filled(folder / "filler")
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.mark.servers
def test_a_worker_on_a_full_disk_says_so_and_goes_on_by_itself_when_there_is_room(
    servers: MailServers, tmp_path: Path
) -> None:
    firm = Firm(servers, tmp_path / "firm", [dict(one) for one in SMALL])
    firm.writes("anna", "Lunch?", "Shall we say 12 at the harbour, all 5 of us?")
    servers.settle()
    with small_disk(firm.folder / "data") as filler, running(firm) as worker:
        assert "No space left on device" in worker.says("turn failed")
        assert len(firm.inbox()) == 1
        filler.unlink()
        worker.says("a new ledger begins")
        worker.says("outcome=foreign")
        assert worker.stop()[0] == 0
