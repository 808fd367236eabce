"""The services of the running program: each begins again after a fault of ours, until it is cancelled."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable

import structlog

log = structlog.get_logger()

RESTART_SECONDS = (1.0, 2.0, 5.0, 15.0, 30.0)

Service = Callable[[], Awaitable[None]]


async def kept_up(name: str, run: Service) -> None:
    """Run a service for ever: a fault of ours is logged, and the service begins again."""
    failures = 0
    while True:
        try:
            await run()
        except Exception:
            log.exception("service_failed", service=name)
        await asyncio.sleep(RESTART_SECONDS[min(failures, len(RESTART_SECONDS) - 1)])
        failures += 1


async def cancelled(tasks: Iterable[asyncio.Task[None]]) -> None:
    """Cancel tasks and wait until they have ended."""
    ending = tuple(tasks)
    for task in ending:
        task.cancel()
    await asyncio.gather(*ending, return_exceptions=True)
