"""The worker of many machines: turns and batches as jobs of Procrastinate, in the very database of the ledger.

Laws:
1. A job carries no mail and no message, only "take a turn" or "send what is due of share 3". What is due is asked of
   the ledger when the job runs, so a job that is lost, late or run twice changes nothing: the next turn makes another.
2. One turn at a time over all workers, and one batch of a share at a time: the engine's locks. What keeps a mail from
   leaving twice is not they, but the ledger's claims.
3. The time is the database's. A worker whose clock is wrong sends nothing early and nothing late.
   Hence no job is given a time at which to run: the engine would take it from the worker's clock.
4. A batch ends after BATCH mails, and makes its successor; or where the pace of all workers together is used up, and
   the next turn makes it.
5. A turn or a batch goes by the settings that are in force when it begins. Each worker looks after its own files.

Procrastinate gives the queue, its locks, the schedule, the heartbeat by which a dead worker's jobs are known, and the
graceful stop (its manual: Locks; Queueing locks; Periodic tasks; Stalled jobs). Its tables are made where missing.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from datetime import datetime
from functools import partial
from typing import Any

import psycopg
from procrastinate import App, PsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued, ProcrastinateException
from procrastinate.jobs import Status
from psycopg_pool import PoolTimeout

from pipeline.heartbeat import Heartbeat
from pipeline.history import History
from pipeline.ledger import LedgerBusyError, LedgerError
from pipeline.ledger.postgres import CONNECT, SESSION, PostgresLedger
from pipeline.outbox import Dispatched, Share
from pipeline.season import Seasons
from pipeline.settings import Database, Settings
from pipeline.worker.listening import Listener
from pipeline.worker.onlooker import NOBODY, Onlooker
from pipeline.worker.reloading import FIXED, Files, Seat
from pipeline.worker.scheduled import PAUSES, Stop

log = logging.getLogger("onenumber")

EVERY = "* * * * * */10"
"""A turn every ten seconds, once over all workers; the sixth field is croniter's seconds."""

SHARES = 16
"""So many batches may be under way at once, over all workers; a person's mails are always in the same share."""

BATCH = 50
_WATCH_SECONDS = 5.0
_MISSED_SECONDS = 25.0  # no turn for so long: the schedule does not make them, be it for a clock that was wrong
_BEAT_SECONDS = 5.0
_STALLED_SECONDS = 20.0  # without a sign of life a worker is dead to the engine
_STOP_SECONDS = 3.0
_AGAIN_SECONDS = 2.0
_STEP_BACK_SECONDS = 1.0
_HOUR = 3600.0
_THREADS = 5  # beside those that send: a turn, the wish to stop, and who looks after things


class QueuedWorker:
    """One of any number of workers. `clock` tells the time by a ledger, `onlooker` is told what was done."""

    def __init__(
        self,
        settings: Settings,
        store: Database,
        stop: Stop,
        heartbeat: Heartbeat,
        clock: Callable[[PostgresLedger], datetime] = PostgresLedger.now,
        *,
        onlooker: Onlooker = NOBODY,
    ) -> None:
        self._store = store
        self._stop = stop
        self._heartbeat = heartbeat
        self._clock = clock
        self._onlooker = onlooker
        self._held = ExitStack()
        self._watched = PostgresLedger(store)
        self._watching = History(self._watched)
        self._files = Files(settings, heartbeat, {**FIXED, "smtp.connections": lambda read: read.smtp.connections})
        self._connections = settings.smtp.connections
        seasons = Seasons()
        self._turns, *self._senders = [
            Seat(settings, PostgresLedger(store), stop, beside=self._watching, seasons=seasons)
            for _ in range(1 + self._connections)
        ]
        self._troubles = 0
        self._rests_until = 0.0
        self._unread = 0
        self._ended_unread = self._reads_from = 0.0
        self._beat_at = time.monotonic() + _HOUR

    def run(self) -> None:
        """Work until the wish to stop; where the database is lost, begin again when it is back."""
        for name in ("procrastinate", "psycopg"):  # what matters of it is said here, in our own words
            logging.getLogger(name).propagate = False
            logging.getLogger(name).addHandler(logging.NullHandler())
        self._heartbeat.start()
        while not self._stop():
            try:
                asyncio.run(self._connected())
            except (psycopg.Error, ProcrastinateException, LedgerError, PoolTimeout) as error:
                # The engine's own words may show how it connects; ours do not.
                reason = str(error) if isinstance(error, LedgerError) else type(error).__name__
                log.error("the database was lost; work goes on when it is back reason=%r", reason)
                for ledger in (self._watched, self._turns.ledger, *(sender.ledger for sender in self._senders)):
                    ledger.close()  # whose session is most likely gone: each would find that out at the cost of a turn
            if not self._stop.wait(_AGAIN_SECONDS):
                log.info("connecting to the database again store=%s", self._store)

    def __enter__(self) -> QueuedWorker:
        """Raises WorkerRunningError while the history is being moved."""
        self._held.enter_context(self._watched.working())
        return self

    def __exit__(self, *_: object) -> None:
        self._turns.close()
        for sender in self._senders:
            sender.close()
        self._held.close()

    async def _connected(self) -> None:
        """Take jobs for as long as the database is there and nobody wishes to stop."""
        connector = PsycopgConnector(
            conninfo=self._store.url.reveal(),
            kwargs=CONNECT,
            configure=_configured,
            min_size=1,
            max_size=4,
            timeout=10.0,
        )
        app = App(connector=connector)
        schema = app.schema_manager.get_schema()
        await asyncio.to_thread(self._watched.make_tables_of_others, "procrastinate_jobs", schema)

        @app.periodic(cron=EVERY)
        @app.task(name="turn", queue="turns", lock="turn", queueing_lock="turn")
        async def turn(timestamp: int) -> None:
            await self._take_turn(app)

        @app.task(name="send", queue="batches")
        async def send(share: int) -> None:
            await self._send(app, share)

        loop = asyncio.get_running_loop()
        loop.set_default_executor(ThreadPoolExecutor(self._connections + _THREADS))
        heard = partial(asyncio.run_coroutine_threadsafe, loop=loop)
        async with app.open_async():
            with Listener(
                PostgresLedger(self._store),
                imap=lambda: self._files.settings.imap,
                heard=lambda: heard(self._defer_turn(app)),
            ) as listener:
                takers = [
                    self._take(app, "turns", 1),
                    self._take(app, "batches", self._connections),
                    self._watch(app),
                    self._look(),
                    self._stopped(),
                ]
                tasks = [asyncio.create_task(taker) for taker in takers]
                done, others = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
                listener.end()
                for task in others:
                    task.cancel()
                await asyncio.gather(*others, return_exceptions=True)
            for task in done:
                task.result()

    async def _take(self, app: App, queue: str, at_once: int) -> None:
        await app.run_worker_async(
            queues=[queue],
            concurrency=at_once,
            fetch_job_polling_interval=_WATCH_SECONDS,
            update_heartbeat_interval=_BEAT_SECONDS,
            stalled_worker_timeout=_STALLED_SECONDS,
            shutdown_graceful_timeout=_STOP_SECONDS,
            delete_jobs="always",
            install_signal_handlers=False,
        )

    async def _stopped(self) -> None:
        while not await asyncio.to_thread(self._stop.wait, 0.5):
            pass

    async def _take_turn(self, app: App) -> None:
        """Collect, and have sent what is due. Who could not read the mailbox lets others go first, if there are any:
        it may be cut off from it, and a turn in which nothing answers takes long."""
        if await self._is_better_left_to_others():
            await asyncio.sleep(_STEP_BACK_SECONDS)
            await self._defer_turn(app)
            return
        shares: tuple[int, ...] = ()
        well, began = False, time.monotonic()
        try:
            shares, well = await asyncio.to_thread(self._collect)
        except LedgerError as error:
            log.error("turn failed reason=%r", str(error))
            self._onlooker.failed("turn", time.monotonic() - began)
        except Exception:
            log.exception("a turn failed; the next one tries again")
            self._onlooker.failed("turn", time.monotonic() - began)
        else:
            self._unread = 0 if well else self._unread + 1
            self._ended_unread = time.monotonic()
            self._reads_from = self._ended_unread + (_pause(self._unread) if self._unread else 0.0)
        self._heartbeat.went(well=well)
        for share in shares:
            await self._defer(app, share)

    async def _is_better_left_to_others(self) -> bool:
        """Until the pause is over, and for as long as there are others: who is there has seen a job after one poll."""
        now = time.monotonic()
        if now >= self._reads_from:
            return False
        return now < self._ended_unread + _WATCH_SECONDS or await self._are_turns_taken()

    def _collect(self) -> tuple[tuple[int, ...], bool]:
        began, ledger = time.monotonic(), self._turns.ledger
        ledger.turn_begins()
        now = self._clock(ledger)
        self._files.look(self._turns.turns.history, ledger, now)
        turns = self._turns.renewed(self._files.settings)
        with self._turns.collecting():
            collected = turns.collect(now, SHARES)
        self._onlooker.collected(collected, now, time.monotonic() - began)
        return tuple(sorted(collected.shares)), not collected.problem

    async def _send(self, app: App, share: int) -> None:
        """Send a batch; the rest, if there is one, is another job. Who has trouble with the mail server leaves it to
        others, if there are any: it must not take all jobs only because it does nothing with them."""
        if (rest := self._rests_until - time.monotonic()) > 0:
            await asyncio.sleep(min(rest, _STEP_BACK_SECONDS))
            await self._defer(app, share)
            return
        sender = self._senders.pop()
        pause, began = None, time.monotonic()
        try:
            sent = await asyncio.to_thread(self._batch, sender, share)
            pause = sent.pause
            self._went(well=not sent.problem)
        except LedgerError as error:
            log.error("a batch failed reason=%r", str(error))
            self._onlooker.failed("batch", time.monotonic() - began)
        except Exception:
            log.exception("a batch failed; the next turn tries again")
            self._onlooker.failed("batch", time.monotonic() - began)
        finally:
            self._senders.append(sender)
        if pause == 0.0 and not self._stop():
            await self._defer(app, share)

    def _batch(self, sender: Seat[PostgresLedger], share: int) -> Dispatched:
        now, began = self._clock(sender.ledger), time.monotonic()
        ticked = sender.renewed(self._files.settings).send(now, Share(share, SHARES, BATCH))
        self._onlooker.sent(ticked, now, time.monotonic() - began)
        return ticked.dispatched

    def _went(self, *, well: bool) -> None:
        """After trouble with the mail server, leave it alone for a while, a little longer each time."""
        if well:
            self._troubles = 0
        else:
            self._troubles += 1
            self._rests_until = time.monotonic() + _pause(self._troubles)

    async def _defer(self, app: App, share: int) -> None:
        name = f"share/{share}"
        with suppress(AlreadyEnqueued):
            await app.configure_task("send", lock=name, queueing_lock=name).defer_async(share=share)

    async def _defer_turn(self, app: App) -> None:
        with suppress(AlreadyEnqueued):
            await app.configure_task("turn", lock="turn", queueing_lock="turn").defer_async(timestamp=0)

    async def _are_turns_taken(self) -> bool:
        return await asyncio.to_thread(self._watched.seconds_since_turn) <= _MISSED_SECONDS

    async def _watch(self, app: App) -> None:
        """Take the jobs of the dead out of the way, and see that there are turns."""
        manager = app.job_manager
        while True:
            for job in await manager.get_stalled_jobs(seconds_since_heartbeat=_STALLED_SECONDS):
                log.warning("a job of a worker that is gone was given up task=%s", job.task_name)
                await manager.finish_job(job, Status.FAILED, delete_job=True)
            await manager.prune_stalled_workers(_STALLED_SECONDS)
            queues = await manager.list_queues_async()
            self._onlooker.queued({str(one["name"]): (one["todo"], one["doing"]) for one in queues})
            if not await self._are_turns_taken():
                await self._defer_turn(app)
            if time.monotonic() >= self._beat_at:
                self._beat_at = time.monotonic() + _HOUR
                self._heartbeat.beat()
            await asyncio.sleep(_WATCH_SECONDS)

    async def _look(self) -> None:
        """See what has become of the settings, though others take all the turns."""
        while True:
            try:
                await asyncio.to_thread(self._look_at_files)
            except LedgerBusyError as error:
                log.info("what became of new settings is kept later reason=%r", str(error))
            await asyncio.sleep(_WATCH_SECONDS)

    def _look_at_files(self) -> None:
        self._files.look(self._watching, self._watched, self._clock(self._watched))


def _pause(troubles: int) -> float:
    """Seconds after so many troubles in a row."""
    return PAUSES[min(troubles, len(PAUSES)) - 1]


async def _configured(connection: psycopg.AsyncConnection[Any]) -> None:
    """The engine's sessions too are given up soon where one side is cut off."""
    await connection.execute(SESSION)
    await connection.commit()
