"""The look-up index of the running program: made anew in the background where it has to be."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import structlog

from handlers.reindex import reindex
from storage.lookup_index import Progress
from storage.store import Store

log = structlog.get_logger()

TENTHS = 10


async def keep_index(store: Store, stop: asyncio.Event) -> None:
    """Make the index anew if it is another program version's, with a line of the log for each tenth."""
    if await reindex(store, tenth_by_tenth(_log)):
        log.info("lookups_ready")
    await stop.wait()


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


def _log(progress: Progress) -> None:
    log.info("lookups_indexed", done=progress.done, total=progress.total)
