"""Whatever the instant at which the process dies, the next turn makes good: nothing is lost, nothing comes twice.

Each turn of a small round is killed from outside, once at every write, rename, sync and lock of the ledger, at every
line to a mail server and at the wait for its answer; then it is taken again, and what people and the ledger have is
held against the same turn undisturbed, to the byte.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.crash.oracle import broken
from tests.crash.week import week
from tests.servers.mailservers import MailServers

PARTS = {"first": 1, "ask": 2, "nudge": 4, "reports": 3}
"""Each turn's points in so many tests, to be run side by side."""


@pytest.mark.servers
@pytest.mark.usefixtures("strace")
@pytest.mark.parametrize(("turn", "part"), [(turn, part) for turn, parts in PARTS.items() for part in range(parts)])
def test_a_process_that_is_killed_at_any_point_breaks_no_promise(
    servers: MailServers, tmp_path: Path, turn: str, part: int
) -> None:
    with week(servers, tmp_path, turn) as this:
        undisturbed = this.undisturbed()
        points = this.points()
        assert len(points) > 40
        missed, wrong = [], []
        for point in points[part :: PARTS[turn]]:
            this.put_back()
            if not this.killed_at(point):
                missed.append(point)
            found = broken(undisturbed, this.recovered(this.now), repeats=1)
            wrong += [f"{point}: {what}" for what in found]
        assert not wrong, "\n".join(wrong)
        # How an answer is cut into packets is chance, and with it the number of the last reads: now and then one of
        # them is not there to be killed at.
        assert all(point.is_wait for point in missed), f"never reached: {missed}"
        assert len(missed) < len(points) / PARTS[turn] / 5, f"never reached: {missed}"


@pytest.mark.servers
@pytest.mark.usefixtures("strace")
@pytest.mark.parametrize(
    ("mutant", "place", "breaks"),
    [
        ("takes_a_claim_for_sent", "/rounds", "never got"),
        ("gives_a_new_id_to_each_try", "port", "which nobody should have sent"),
        ("moves_before_it_records", "/rounds", "kept otherwise"),
    ],
)
def test_a_product_that_breaks_a_promise_is_found_out(
    servers: MailServers, tmp_path: Path, mutant: str, place: str, breaks: str
) -> None:
    with week(servers, tmp_path, "nudge") as this:
        undisturbed = this.undisturbed()
        points = [point for point in this.points() if point.place.startswith(place)]
        this.mutant = mutant
        this.put_back()
        assert this.tick(this.now).code == 0, "it breaks a promise only where it is killed"
        for point in reversed(points):
            this.put_back()
            this.killed_at(point)
            if any(breaks in what for what in broken(undisturbed, this.recovered(this.now), repeats=1)):
                return
        pytest.fail(f"{len(points)} kills, and nobody noticed")
