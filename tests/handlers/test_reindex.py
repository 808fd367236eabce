"""Reindex: the look-up index is made anew in the background."""

from __future__ import annotations

import asyncio

from handlers.reindex import reindex
from storage.lookup_index import A_STEP, Progress
from storage.lookup_tables import LOOKUPS_KEY
from storage.store import Store
from tests.storage.makers import DAY, TODAY, make_issue, put

ISSUES = 3 * A_STEP + 1


async def outdated(store: Store) -> None:
    """Some issues, indexed by a program of another version."""
    async with store.transaction() as tx:
        for age in range(ISSUES):
            await put(tx, make_issue(date=TODAY - age * DAY))
        await tx.meta.set(LOOKUPS_KEY, "0.0")


async def test_an_outdated_index_is_made_anew_and_its_progress_told(sqlite_store: Store) -> None:
    await outdated(sqlite_store)
    told: list[Progress] = []

    assert await reindex(sqlite_store, told.append)

    clearing = [Progress(0, ISSUES)] * 2
    assert told == [*clearing, *(Progress(done, ISSUES) for done in (8, 16, 24, 25))]
    assert not await reindex(sqlite_store, told.append)
    assert len(told) == 6


async def test_others_write_while_the_index_is_made(sqlite_store: Store) -> None:
    await outdated(sqlite_store)
    begun = asyncio.Event()
    task = asyncio.create_task(reindex(sqlite_store, lambda _: begun.set()))
    await begun.wait()

    async with sqlite_store.transaction(urgent=True) as tx:
        await tx.meta.set("answered", "yes")
        assert not await tx.lookups.ready()

    assert await task


async def test_a_reindex_that_was_cancelled_goes_on_later(sqlite_store: Store) -> None:
    await outdated(sqlite_store)
    told: list[Progress] = []
    half = asyncio.Event()

    def tell(progress: Progress) -> None:
        told.append(progress)
        if progress.done:
            half.set()

    task = asyncio.create_task(reindex(sqlite_store, tell))
    await half.wait()
    task.cancel()
    await asyncio.wait([task])
    before = len(told)

    assert await reindex(sqlite_store, tell)

    assert told[before].done > told[before - 1].done
    assert told[-1] == Progress(ISSUES, ISSUES)
