"""Kills at random, for as long as it is given: any point of any turn, over one connection or two, and often the
recovery from that too, and the recovery from the recovery. `make soak MINUTES=10` runs it; what it comes to stands in docs/promises.md.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections import Counter
from contextlib import ExitStack
from itertools import product
from pathlib import Path

from tests.crash.oracle import Outcome, broken
from tests.crash.points import Point
from tests.crash.week import NAMES, Week, week
from tests.servers import mailservers

_AGAIN = 0.4
"""How often a recovery is killed too."""


def _twice(undisturbed: Outcome, outcome: Outcome) -> int:
    return sum(len(outcome.mails.get(who, ())) - len(mails) for who, mails in undisturbed.mails.items())


def _try(this: Week, points: list[Point], chance: random.Random) -> list[Point]:
    """Kill the turn, and perhaps what makes good for it; answers with where. Not twice while a message is read: it
    would rightly be held as one that ends the process."""
    this.put_back()
    killed: list[Point] = []
    while not killed or (chance.random() < _AGAIN and not this.is_reading()):
        point = chance.choice(points)
        if not this.killed_at(point):
            break
        killed.append(point)
    return killed


def main() -> int:
    parser = argparse.ArgumentParser(
        description="Kill turns at random points, and hold what comes of it to the promises."
    )
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    given = parser.parse_args()
    chance, counts, wrong = random.Random(given.seed), Counter[str](), 0
    with mailservers.running() as servers, ExitStack() as stack:
        weeks: list[tuple[Week, int, Outcome, list[Point]]] = []
        for name, connections in product(NAMES, (1, 2)):
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            this = stack.enter_context(week(servers, folder, name, connections))
            weeks.append((this, connections, this.undisturbed(), this.points()))
        until = time.monotonic() + given.minutes * 60
        while time.monotonic() < until:
            this, connections, undisturbed, points = chance.choice(weeks)
            killed = _try(this, points, chance)
            outcome = this.recovered(this.now)
            counts["turns"] += 1
            counts["kills"] += len(killed)
            counts["killed more than once"] += len(killed) > 1
            counts["mails that came twice"] += _twice(undisturbed, outcome)
            for what in broken(undisturbed, outcome, repeats=len(killed) * connections):
                wrong += 1
                print(f"{this.turn.name}: killed at {'; then '.join(map(str, killed))}: {what}", flush=True)
    print(f"seed {given.seed}: " + ", ".join(f"{count} {what}" for what, count in counts.items()))
    print(f"{wrong} promises broken")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
