"""A worker that cannot reach a mail server does not take the others' work only to do nothing with it."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator

import pytest
from procrastinate import App
from procrastinate.testing import InMemoryConnector

from pipeline.heartbeat import Heartbeat
from pipeline.settings import Database, load
from pipeline.worker.queued import QueuedWorker
from pipeline.worker.scheduled import Stop
from tests.conftest import DATABASE
from tests.friday.conftest import MakeFirm
from tests.friday.firm import Firm

pytestmark = pytest.mark.only_on(DATABASE, "a folder has one worker")

NOBODY_LISTENS = {"port": 1}


@pytest.fixture
def week(firm: MakeFirm) -> Firm:
    week = firm().installed()
    week.write(imap=NOBODY_LISTENS, smtp=NOBODY_LISTENS)
    return week


@pytest.fixture
def worker(week: Firm) -> Iterator[QueuedWorker]:
    settings = load(week.file)
    assert isinstance(settings.store, Database)
    clock = week.instant("Fri 13:00")
    with QueuedWorker(settings, settings.store, Stop(), Heartbeat(None), lambda _: clock) as worker:
        yield worker


def left(work: Callable[[App], Awaitable[None]]) -> list[tuple[str, object]]:
    """The jobs that are waiting after this was done."""
    connector = InMemoryConnector()
    app = App(connector=connector)

    async def done() -> None:
        async with app.open_async():
            await work(app)

    asyncio.run(done())
    return [(str(job["task_name"]), job["args"]) for job in connector.jobs.values()]


def test_a_batch_that_it_takes_after_trouble_goes_back_to_the_queue(worker: QueuedWorker) -> None:
    async def twice(app: App) -> None:
        await worker._take_turn(app)
        (share, *_) = [job["args"]["share"] for job in app.connector.jobs.values()]  # type: ignore[attr-defined]
        app.connector.reset()  # type: ignore[attr-defined]
        await worker._send(app, share)
        assert list(app.connector.jobs) == []  # type: ignore[attr-defined]
        await worker._send(app, share)

    ((name, _),) = left(twice)
    assert name == "send"


def test_the_turn_after_one_in_which_it_could_not_read_the_mailbox_is_left_to_others(worker: QueuedWorker) -> None:
    assert "turn" not in [name for name, _ in left(worker._take_turn)]
    assert [name for name, _ in left(worker._take_turn)] == ["turn"]
