"""Reindex: the look-up index is made anew where it is missing, or was made of other tokens."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from storage.lookup_index import Progress
from storage.store import Store

# Between two steps whoever answers or ingests has its turn.
PAUSE_SECONDS = 0.01


async def reindex(store: Store, tell: Callable[[Progress], None]) -> bool:
    """Index what is still to be indexed, a few issues at a time; False when nothing is for this program.

    Look-ups go on without the index meanwhile. It may be killed at any moment, and goes on from there.
    The index of a newer program is left to it as long as that lives.
    """
    async with store.reading() as tx:
        if not await tx.lookups.wanted():
            return False
    while (progress := await _step(store)) is not None:
        tell(progress)
        await asyncio.sleep(PAUSE_SECONDS)
    return True


async def _step(store: Store) -> Progress | None:
    async with store.transaction() as tx:
        return await tx.lookups.index_more()
