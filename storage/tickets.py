"""Procrastinate, the job engine on PostgreSQL: only this module knows it, and only who uses it loads it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress

import psycopg
import structlog
from procrastinate import App, PsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued, AppNotOpen, ConnectorException
from procrastinate.job_context import JobContext
from procrastinate.jobs import Job
from procrastinate.manager import JobManager
from procrastinate.retry import BaseRetryStrategy, RetryDecision
from procrastinate.schema import SchemaManager
from procrastinate.worker import Worker
from sqlalchemy.ext.asyncio import AsyncConnection

from digest.errors import DigestbotError, StoreUnavailable
from storage.engines import CONNECT_SECONDS, conninfo_of
from storage.faults import named

log = structlog.get_logger()

QUEUE = "chunks"
TASK = "send_chunk"
MOST_AT_ONCE = 1000
LOOK_SECONDS = 2.0
FAULT_SECONDS = 5
NEVER = 1e9

Chunk = tuple[int, int]
Send = Callable[[Chunk], Awaitable[None]]


class Enqueued(DigestbotError):
    """There is a ticket for this chunk already."""


class GivenBack(DigestbotError):
    """A chunk was not finished, and another worker may have it at once."""


class _Again(BaseRetryStrategy):
    """A ticket is never lost: what failed is tried again, here or elsewhere."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision:
        seconds = 0 if isinstance(exception, GivenBack) else FAULT_SECONDS
        return RetryDecision(retry_in={"seconds": seconds})


class _Worker(Worker):
    """The library's worker, to which a ticket that another one has meanwhile is no fault."""

    async def _process_job(self, context: JobContext) -> None:
        try:
            await super()._process_job(context)
        except ConnectorException:
            # The chunk's state is in the ledger; a ticket left behind is found by `rescue`.
            log.info("ticket_not_settled", ticket=context.job.id)


def schema() -> str:
    """The statements that make the engine's tables."""
    return SchemaManager.get_schema()


async def defer(connection: AsyncConnection, tickets: Sequence[Chunk]) -> None:
    """Put tickets into the queue as part of a transaction; Enqueued when one is there already."""
    raw = (await connection.get_raw_connection()).driver_connection
    manager = JobManager(PsycopgConnector())
    for first in range(0, len(tickets), MOST_AT_ONCE):
        jobs = [_job(ticket) for ticket in tickets[first : first + MOST_AT_ONCE]]
        with _renamed():
            await manager.batch_defer_jobs_async(jobs, connection=raw)


def _job(chunk: Chunk) -> Job:
    lock = f"chunk:{chunk[0]}:{chunk[1]}"
    # The first chunks of every campaign go before the later ones of any: campaigns take turns.
    return Job(
        id=None,
        queue=QUEUE,
        lock=lock,
        queueing_lock=lock,
        task_name=TASK,
        priority=-chunk[1],
        task_kwargs={"campaign": chunk[0], "number": chunk[1]},
    )


class Tickets:
    """The queue, as one process works it off, open between `async with`; `patience` in seconds."""

    def __init__(self, url: str, *, patience: float = CONNECT_SECONDS) -> None:
        options = {"connect_timeout": CONNECT_SECONDS, "tcp_user_timeout": 10_000}
        connector = PsycopgConnector(
            conninfo=conninfo_of(url),
            min_size=1,
            max_size=4,
            timeout=patience,
            kwargs={**options, "application_name": "digestbot-tickets"},
        )
        self._app, self._patience = App(connector=connector), patience
        self._worker: Worker | None = None
        for name in ("procrastinate", "psycopg.pool"):
            logging.getLogger(name).setLevel(logging.CRITICAL)

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[None]:
        """Inside it, there are connections; StoreUnavailable when there is no database."""
        try:
            await self._open()
            yield
        finally:
            with suppress(StoreUnavailable), _renamed():
                await self._app.close_async()

    async def _open(self) -> None:
        try:
            # Left to itself the library waits for half a minute.
            async with asyncio.timeout(self._patience):
                with _renamed():
                    await self._app.open_async()
        except TimeoutError as caught:
            raise StoreUnavailable("no connection is to be had") from caught

    async def work(self, send: Send, *, concurrency: int) -> None:
        """Take tickets and send their chunks, so many at once, until `stop`.

        StoreUnavailable when the database goes away, once the chunks in hand have ended.
        """

        async def send_chunk(campaign: int, number: int) -> None:
            await send((campaign, number))

        self._app.tasks.pop(TASK, None)
        self._app.task(name=TASK, queue=QUEUE, retry=_Again())(send_chunk)
        worker = self._worker = _Worker(
            app=self._app,
            queues=[QUEUE],
            concurrency=concurrency,
            fetch_job_polling_interval=LOOK_SECONDS,
            delete_jobs="successful",
            install_signal_handlers=False,
            # Its own heartbeat ends the worker when it meets a dead database: `beat` is more patient.
            update_heartbeat_interval=NEVER,
        )
        running = asyncio.create_task(self._run(worker), name="tickets")
        try:
            await asyncio.shield(running)
        except asyncio.CancelledError:
            # The library would wait for the chunks in hand, and they may wait for who cancels.
            worker.shutdown_graceful_timeout = 0
            self.stop()
            await asyncio.gather(running, return_exceptions=True)
            raise

    async def _run(self, worker: Worker) -> None:
        with _renamed():
            await worker.run()  # type: ignore[no-untyped-call]  # the library's own

    def stop(self) -> None:
        """Take no further ticket; `work` ends when the chunks in hand have."""
        if self._worker is not None:
            self._worker.stop()  # type: ignore[no-untyped-call]  # the library's own

    async def beat(self) -> None:
        """Show that this process lives."""
        if self._worker is not None and self._worker.worker_id is not None:
            with _renamed():
                await self._app.job_manager.update_heartbeat(self._worker.worker_id)

    async def rescue(self, stalled_seconds: float) -> int:
        """Give the tickets of processes that were not seen for so long to others; how many."""
        manager, rescued = self._app.job_manager, 0
        with _renamed():
            stalled = await manager.get_stalled_jobs(queue=QUEUE, seconds_since_heartbeat=stalled_seconds)
            for job in stalled:
                # One that has ended meanwhile needs no rescue.
                with suppress(ConnectorException):
                    await manager.retry_job(job)
                    rescued += 1
        return rescued


@contextmanager
def _renamed() -> Iterator[None]:
    """Inside it, a database that takes no part raises StoreUnavailable."""
    try:
        yield
    except AlreadyEnqueued as caught:
        raise Enqueued from caught
    except AppNotOpen as caught:
        # It is closed for a moment between two tries, and at the end.
        raise StoreUnavailable("the queue of tickets is closed") from caught
    except (ConnectorException, psycopg.Error) as caught:
        cause = caught.__cause__ if isinstance(caught, ConnectorException) else caught
        # A pool that has no connection to give says so without a code.
        lost = isinstance(cause, psycopg.OperationalError) and cause.sqlstate is None
        fault = named(cause, lost=lost)
        if fault is None:
            raise
        raise fault from caught
