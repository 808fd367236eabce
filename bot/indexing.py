"""The look-up index of the running program: made anew in the background where it has to be."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress

import structlog

from digest.errors import StoreUnavailable
from handlers.reindex import reindex
from storage.lookup_index import Progress
from storage.store import Store

log = structlog.get_logger()

LOOK_SECONDS = 60.0
TENTHS = 10


async def keep_index(store: Store, stop: asyncio.Event, *, every: float = LOOK_SECONDS) -> None:
    """Make the index anew whenever another program version has been at it; look for that `every` seconds.

    The log has a line for each tenth.
    """
    while True:
        await _look(store)
        # `asyncio.wait_for` of 3.11 would not be cancelled at the moment in which `stop` is set.
        with suppress(TimeoutError):
            async with asyncio.timeout(every):
                await stop.wait()
            return


def tenth_by_tenth(tell: Callable[[Progress], None]) -> Callable[[Progress], None]:
    """Pass progress on at its beginning, and whenever another tenth is done."""
    told = -1

    def passed_on(progress: Progress) -> None:
        nonlocal told
        tenth = progress.done * TENTHS // progress.total if progress.total else TENTHS
        if tenth > told:
            told = tenth
            tell(progress)

    return passed_on


async def _look(store: Store) -> None:
    try:
        if await reindex(store, tenth_by_tenth(_log)):
            log.info("lookups_ready")
        async with store.transaction() as tx:
            await tx.lookups.show_life()
    except StoreUnavailable:
        log.warning("lookups_put_off")


def _log(progress: Progress) -> None:
    log.info("lookups_indexed", done=progress.done, total=progress.total)
