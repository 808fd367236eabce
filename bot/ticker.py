"""The beat of the clock: jobs that run again and again. What is due, the database knows, not the ticker."""

from __future__ import annotations

import asyncio
import datetime as dt
import functools
import logging
from collections.abc import Awaitable, Callable

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.base import BaseTrigger

log = structlog.get_logger()

Job = Callable[[], Awaitable[object]]

KEEP_SECONDS = 2.0


class _Steady(BaseTrigger):  # type: ignore[misc]  # the scheduler has no types
    """So many seconds after now, whatever was missed: nothing is made up for."""

    __slots__ = ("pause",)

    def __init__(self, seconds: float) -> None:
        self.pause = dt.timedelta(seconds=seconds)

    def get_next_fire_time(  # pyright: ignore[reportIncompatibleMethodOverride]  # the base says None alone
        self, previous_fire_time: dt.datetime | None, now: dt.datetime
    ) -> dt.datetime:
        return now + self.pause


class Ticker:
    """Runs jobs at intervals: each once at a time, late ones once, and a failing one again the next time."""

    def __init__(self) -> None:
        # It tells of every run, and of every beat that a job still running leaves out.
        logging.getLogger("apscheduler").setLevel(logging.ERROR)
        self._scheduler = AsyncIOScheduler(
            timezone=dt.UTC, job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        )
        self._keeper: asyncio.TimerHandle | None = None

    def every(self, seconds: float, job: Job, name: str) -> None:
        """Run `job` every so many seconds, for the first time after as many."""
        self._scheduler.add_job(functools.partial(_run, job, name), _Steady(seconds), id=name, name=name)

    def start(self) -> None:
        """Begin to tick, in the running event loop."""
        self._scheduler.start()
        self._keep()

    def stop(self) -> None:
        """Tick no more; more than once does no harm. A job that runs is cancelled."""
        if self._keeper is not None:
            self._keeper.cancel()
            self._keeper = None
            self._scheduler.shutdown(wait=False)

    def _keep(self) -> None:
        """When the clock was set back, the scheduler would wait until it is as late as it was."""
        now = dt.datetime.now(dt.UTC)
        for job in self._scheduler.get_jobs():
            if job.next_run_time > now + job.trigger.pause + dt.timedelta(seconds=KEEP_SECONDS):
                job.modify(next_run_time=now)
                log.warning("clock_set_back", job=job.name)
        self._keeper = asyncio.get_running_loop().call_later(KEEP_SECONDS, self._keep)


async def _run(job: Job, name: str) -> None:
    try:
        await job()
    except asyncio.CancelledError:
        # Only `stop` cancels a job; the scheduler would report it as a failure, with a traceback.
        return
    except Exception:
        log.exception("job_failed", job=name)
