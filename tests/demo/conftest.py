"""A whole play with a stand-in for the product, performed once and looked at by many tests."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import pytest

from pipeline import settings
from pipeline.demo.company import COMPANY, END, ORGANISATION, PASSWORD, START, settings_text
from pipeline.demo.mailworld import Delivered, MailWorld
from pipeline.demo.play import Happened, Standing, play
from pipeline.weeks import Week
from tests.demo.product import Product


@dataclass
class Watcher:
    """Remembers what was shown."""

    seen: list[tuple[Happened, Standing | None]] = field(default_factory=list)
    instants: list[datetime] = field(default_factory=list)

    def passes(self, before: datetime, now: datetime) -> None:
        assert before <= now
        self.instants.append(now)

    def happens(self, happened: Happened, standing: Standing | None) -> None:
        self.seen.append((happened, standing))


@dataclass
class Performance:
    watcher: Watcher
    delivered: tuple[Delivered, ...]
    ticks: list[datetime]


@pytest.fixture(scope="session")
def performance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Performance]:
    folder: Path = tmp_path_factory.mktemp("play")
    watcher, ticks = Watcher(), []
    with MailWorld(ORGANISATION, PASSWORD, START) as world:
        file = folder / "settings.yaml"
        file.write_text(settings_text(world.smtp_port, world.imap_port, folder), encoding="utf-8")
        product = Product(settings.load(file, {}), Week(2026, 47))

        def tick(now: datetime) -> object:
            ticks.append(now)
            return product.tick(now)

        play(
            tick,
            world,
            COMPANY,
            start=START,
            end=END,
            show=watcher,
            next_instant=product.next_instant,
            outcomes=lambda result: result,  # type: ignore[arg-type, return-value]
            standing=product.standing,
        )
        product.close()
        yield Performance(watcher, world.delivered, ticks)
